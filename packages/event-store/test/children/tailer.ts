// Follows the log until position `upTo` and prints each position in the order in which it came.
import { createPool, openLog } from '../../src/index.ts'

const [url = '', upTo = '0'] = process.argv.slice(2)
const pool = createPool(url, { max: 2 })
const log = await openLog(pool)
const done = new AbortController()
for await (const page of log.subscribe({ after: 0, signal: done.signal, pageSize: 37, pollMs: 50 })) {
  process.stdout.write(`${page.map((fact) => fact.position).join('\n')}\n`)
  if ((page.at(-1)?.position ?? 0) >= Number(upTo)) done.abort()
}
await pool.end()
