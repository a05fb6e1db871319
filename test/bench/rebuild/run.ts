import { createPool } from '@jejak/event-store'
import { to as copyTo } from 'pg-copy-streams'
import { rebuildEntityList } from './port.ts'

/** What a fresh process is asked to do, and how long it took; memory is the highest of its life. */
export interface Ask {
  readonly what: 'COPY' | 'rebuild'
  readonly servingUrl: string
}

/** Seconds, and MiB of the process. */
export interface Took {
  readonly seconds: number
  readonly peakMiB: number
  readonly bytes: number
}

/** Reads the same events as raw bytes: what a rebuild cannot be faster than. */
async function copy(servingUrl: string): Promise<number> {
  const pool = createPool(servingUrl, { max: 1, statementTimeoutMs: 0 })
  const client = await pool.connect()
  let bytes = 0
  for await (const chunk of client.query(copyTo('copy (select position, recorded_at, body from jejak.events order by position) to stdout')))
    bytes += (chunk as Buffer).length
  client.release()
  await pool.end()
  return bytes
}

async function run({ what, servingUrl }: Ask): Promise<Took> {
  const start = performance.now()
  const bytes = what === 'COPY' ? await copy(servingUrl) : await rebuildEntityList(servingUrl).then(() => 0)
  return { seconds: (performance.now() - start) / 1000, peakMiB: process.resourceUsage().maxRSS / 1024, bytes }
}

process.once('message', (ask: Ask) => {
  run(ask).then(
    (took) => process.send?.(took),
    (error: unknown) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
