// Appends `count` submissions of three facts each, `width` at a time, and prints the key of each that was acknowledged.
import { createPool, openLog } from '../../src/index.ts'
import { newKey, submission } from '../facts.ts'

const [url = '', count = '0', width = '1'] = process.argv.slice(2)
const pool = createPool(url, { max: 2 })
const log = await openLog(pool)
let left = Number(count)

async function write(): Promise<void> {
  while (left > 0) {
    left -= 1
    const key = newKey()
    const answer = await log.append(submission({ key, facts: [{}, {}, {}] }))
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    process.stdout.write(`${key}\n`)
  }
}

await Promise.all(Array.from({ length: Number(width) }, write))
await log.drain()
await pool.end()
