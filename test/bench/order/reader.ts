import { createHash } from 'node:crypto'
import { createPool, openLog } from '@jejak/event-store'

/** What a reader saw: how many facts, how often the next was not the next, and a digest over the ids in their order. */
export interface Seen {
  readonly last: number
  readonly skips: number
  readonly repeats: number
  readonly digest: string
}

/** A process that follows the log from its beginning. It is told where to stop only at the end. */
let upTo = Number.POSITIVE_INFINITY

async function follow(servingUrl: string): Promise<Seen> {
  const pool = createPool(servingUrl, { max: 2 })
  const log = await openLog(pool)
  const digest = createHash('sha256')
  const stopping = new AbortController()
  let [last, skips, repeats] = [0, 0, 0]
  const told = (): void => {
    if (last >= upTo) stopping.abort()
  }
  process.on('message', told)
  told()
  for await (const page of log.subscribe({ after: 0, signal: stopping.signal })) {
    for (const { position, fact } of page) {
      if (position > last + 1) skips += 1
      if (position <= last) repeats += 1
      last = position
      digest.update(fact.id)
    }
    told()
  }
  await pool.end()
  return { last, skips, repeats, digest: digest.digest('hex') }
}

process.on('message', (message: { servingUrl?: string; upTo?: number }) => {
  if (message.upTo !== undefined) upTo = message.upTo
  if (message.servingUrl === undefined) return
  follow(message.servingUrl).then(
    (seen) => process.send?.(seen),
    (error: unknown) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
