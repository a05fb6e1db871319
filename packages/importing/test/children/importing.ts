// Imports a file in a process of its own, to be killed: `node importing.ts <database> <events> <source> <order> <phase>`. When it has come
// to something in the phase it says so, and stands still until it is.
import { writeSync } from 'node:fs'
import { createPool, openLog } from '@jejak/event-store'
import { importFiles } from '@jejak/importing'
import { mappingOf } from '../support/mapping.ts'

const [, , url = '', events = '', source = '', order = 'case', until = ''] = process.argv
const pool = createPool(url, { max: 6 })
const log = await openLog(pool, { ordered: true })
await importFiles(
  pool,
  log,
  { events, mapping: mappingOf(source), mode: 'historical', order: order === 'time' ? 'time' : 'case', dryRun: false },
  {
    rowsAtOnce: 100,
    now: () => BigInt(Date.now()) * 1000n,
    onProgress({ phase }) {
      if (phase !== until) return
      writeSync(1, `${phase}\n`)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    },
  },
)
