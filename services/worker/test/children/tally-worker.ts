// A worker as main.ts is one, on projections of the tests: it logs JSON lines and ends with SIGTERM. Beside the tally it may follow others
// that keep nothing, by their names.
import { createLogger, openWorker } from '@jejak/worker'
import { tallyOf } from '../../../../packages/views/test/support/tally-projection.ts'

const [databaseUrl = '', ...names] = process.argv.slice(2)
const idle = names.map((name) => ({
  ...tallyOf(name),
  tables: {},
  sql: '',
  groups: () => ({}),
  project: () => undefined,
}))
const told = new Promise((resolve) => process.once('SIGTERM', resolve))
const worker = await openWorker({ databaseUrl, logger: createLogger(), projections: names.length === 0 ? [tallyOf('tally')] : idle })
await told
await worker.stop()
