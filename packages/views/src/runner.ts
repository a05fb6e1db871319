import { setTimeout as pause } from 'node:timers/promises'
import { CorruptLog, type Log } from '@jejak/event-store'
import type { Pool } from 'pg'
import { checkpointOf, OlderThanTables, prepareProjection, type Standing, standingOf } from './checkpoint.ts'
import { viewsDb } from './database.ts'
import { Follower } from './follower.ts'
import { type Held, takeLock } from './holding.ts'
import { Overtaken, Poisoned, type Projection } from './projection.ts'
import { renew } from './renew.ts'

/** How projections run. Times in milliseconds. */
export interface RunOptions {
  /** Ends the run: pages in hand are finished, nothing is left half done. */
  readonly signal: AbortSignal
  /** Told of everything that goes wrong: a poisoned fact (the projection has stopped) and what is tried again. */
  readonly onError?: (error: unknown, projection: string) => void
  /** Told when this process begins to follow a projection, and after which position. */
  readonly onFollow?: (projection: string, position: number) => void
  /** Told when it begins to make tables of an older version anew. */
  readonly onRenew?: (projection: string, from: number) => void
  readonly pageSize?: number
  /** Bounds the delay when no hint comes from the log. */
  readonly pollMs?: number
  /** At most how long to wait for the lock of a projection that another process runs, after an error, and for a decision. */
  readonly retryMs?: number
}

async function takePages(held: Held, log: Log, follower: Follower, signal: AbortSignal, options: RunOptions): Promise<void> {
  const { pageSize = 500, pollMs = 1_000 } = options
  let { position: end } = await log.head()
  for await (const page of log.subscribe({ after: follower.next - 1, signal, pageSize, pollMs })) {
    await follower.take(page)
    const last = page.at(-1)?.position ?? 0
    // A full page may be the last one all the same, and after it nothing comes until something new is recorded.
    if (page.length === pageSize && last >= end) end = (await log.head()).position
    if (page.length < pageSize || last >= end) await follower.save()
  }
  if (!held.lost.aborted) await follower.save()
}

/** Follows a projection until the signal aborts, or it is paused, or it stops before a fact: then the generation that it stopped in. */
async function follow(held: Held, log: Log, projection: Projection, options: RunOptions): Promise<Standing | undefined> {
  const standing = await prepareProjection(held.db, projection)
  if (standing.paused || standing.version !== projection.version) return undefined
  options.onFollow?.(projection.name, standing.position)
  const follower = new Follower(held.db, log, projection, standing)
  try {
    await takePages(held, log, follower, AbortSignal.any([options.signal, held.lost]), options)
  } catch (error) {
    const poisoned = error instanceof CorruptLog ? new Poisoned(projection.name, follower.next, error) : error
    if (!(poisoned instanceof Poisoned)) throw error
    options.onError?.(poisoned, projection.name)
    await follower.stop(poisoned)
    return standingOf(held.db, projection.name)
  }
  if (held.lost.aborted) throw new Error(`the connection that held the lock of projection ${projection.name} was lost`)
  return undefined
}

/** Follows while this process holds the lock; again at once where somebody replaced the tables or decided something. */
async function followWithLock(held: Held, log: Log, projection: Projection, options: RunOptions): Promise<Standing | undefined> {
  try {
    for (;;) {
      try {
        return await follow(held, log, projection, options)
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error
        options.onError?.(error, projection.name)
      }
    }
  } finally {
    await held.release()
  }
}

/** Never all at once: of several processes that wait, each comes a little later than the last. */
const wait = (ms: number, signal: AbortSignal): Promise<unknown> =>
  pause(ms * (0.6 + 0.4 * Math.random()), undefined, { signal }).catch(() => undefined)

/** Waits while a projection is paused, or stands where this code could not go on and nothing was decided since. */
async function untilWorthTrying(pool: Pool, projection: Projection, stopped: Standing | undefined, ms: number, signal: AbortSignal) {
  const db = viewsDb(pool)
  while (!signal.aborted) {
    const now = stopped ? await checkpointOf(db, projection.name) : await standingOf(db, projection.name).catch(() => undefined)
    const isPaused = now !== undefined && 'paused' in now && now.paused !== undefined
    const isStill = stopped !== undefined && now?.generation === stopped.generation && now.position === stopped.position
    if (!isPaused && !isStill) return
    await wait(ms, signal)
  }
}

async function keepRunning(pool: Pool, log: Log, projection: Projection, options: RunOptions): Promise<void> {
  const { signal, onError, onRenew, retryMs = 1_000 } = options
  let stopped: Standing | undefined
  while (!signal.aborted) {
    try {
      await untilWorthTrying(pool, projection, stopped, retryMs, signal)
      const isReady = !signal.aborted && (await renew(pool, log, projection, { signal, retryMs, onError, onRenew }))
      const held = isReady ? await takeLock(pool, 'follow', projection.name, true) : undefined
      stopped = held && (await followWithLock(held, log, projection, options))
      if (stopped) continue
    } catch (error) {
      onError?.(error, projection.name)
      if (error instanceof OlderThanTables) return
    }
    if (!signal.aborted) await wait(retryMs, signal)
  }
}

/**
 * Runs projections until the signal aborts: each follows the log by itself, with one connection of the pool for its lock and its writes,
 * and takes every fact exactly once. One that another process runs is waited for, and taken over when that process ends. One that meets a
 * fact it cannot take stops, named in `views.projections`, until something is decided about it or a process with other code takes it; the
 * others go on. Tables of an older version are first made anew beside those in use. Resolves when all have ended.
 */
export async function runProjections(pool: Pool, log: Log, projections: readonly Projection[], options: RunOptions): Promise<void> {
  const { max } = pool.options
  if (max < projections.length + 1) throw new RangeError(`${projections.length} projections need a pool of more than ${max} connections`)
  await Promise.all(projections.map((projection) => keepRunning(pool, log, projection, options)))
}

export { Overtaken, Poisoned }
