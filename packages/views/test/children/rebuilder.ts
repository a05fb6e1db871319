// Rebuilds the tally of a database, one fact a page, and prints how far it is.
import { createPool, openLog } from '@jejak/event-store'
import { rebuildProjection } from '../../src/index.ts'
import { tallyOf } from '../support/tally-projection.ts'

const [url = ''] = process.argv.slice(2)
const pool = createPool(url, { max: 4, role: 'jejak_serving' })
const log = await openLog(pool)
await rebuildProjection(pool, log, tallyOf('tally'), {
  pageSize: 1,
  valuesMax: 4,
  onProgress: ({ position }) => void process.stdout.write(`${position}\n`),
})
process.stdout.write('done\n')
await pool.end()
