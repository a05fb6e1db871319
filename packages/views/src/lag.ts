import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '@jejak/event-store'
import type { Pool } from 'pg'
import { viewsDb } from './database.ts'
import { type Pause, pauseOf } from './decisions.ts'

/** How far a projection is behind the log. */
export interface Lag {
  readonly name: string
  readonly version: number
  readonly position: number
  readonly head: number
  readonly events: number
  /** Microseconds since the oldest fact that it has not taken was recorded; by the log's last recorded time if its clock is simulated. */
  readonly ageMicros: bigint
  readonly stopped: { readonly position: number; readonly reason: string } | undefined
  readonly paused: Pause | undefined
}

/** How far each projection is behind the log. `now` in microseconds since 1970. */
export async function lagOf(pool: Pool, log: Log, now: bigint = BigInt(Date.now()) * 1000n): Promise<Lag[]> {
  const db = viewsDb(pool)
  const rows = await db.selectFrom('projections').selectAll().orderBy('name').execute()
  // Read after the checkpoints, so that none is ahead of it.
  const head = await log.head()
  const reference = log.clock === 'simulated' ? head.recordedAt : now
  return Promise.all(
    rows.map(async ({ name, version, stoppedAt, reason, ...row }) => {
      const position = Number(row.position)
      const [oldest] = await log.at([position + 1])
      const age = oldest === undefined ? 0n : reference - oldest.recordedAt
      return {
        name,
        version,
        position,
        head: head.position,
        events: Math.max(0, head.position - position),
        ageMicros: age > 0n ? age : 0n,
        stopped: stoppedAt === null ? undefined : { position: Number(stoppedAt), reason: reason ?? '' },
        paused: await pauseOf(db, name),
      }
    }),
  )
}

/** What to wait for: until the projection has taken everything up to the position, at most so many milliseconds. */
export interface WaitFor {
  readonly projection: string
  readonly position: number
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

const pollMs = 10
const pollMaxMs = 100

/**
 * Waits until a projection shows a write: `reached`; `late` after the time; `stopped` or `paused` at once where it is not going to.
 */
export async function waitFor(
  pool: Pool,
  { projection, position, timeoutMs, signal }: WaitFor,
): Promise<'reached' | 'late' | 'stopped' | 'paused'> {
  const db = viewsDb(pool)
  const deadline = performance.now() + timeoutMs
  for (let every = pollMs; ; every = Math.min(every * 1.5, pollMaxMs)) {
    const row = await db.selectFrom('projections').select(['position', 'stoppedAt']).where('name', '=', projection).executeTakeFirst()
    if (row !== undefined && row.position >= BigInt(position)) return 'reached'
    if (row?.stoppedAt !== null && row?.stoppedAt !== undefined) return 'stopped'
    if (await pauseOf(db, projection)) return 'paused'
    const left = deadline - performance.now()
    if (left <= 0 || signal?.aborted) return 'late'
    await pause(Math.min(every, left), undefined, signal ? { signal } : {}).catch(() => undefined)
  }
}
