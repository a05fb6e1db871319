import { setTimeout as pause } from 'node:timers/promises'
import type { Recorded } from '@jejak/domain'
import { CorruptLog, type Log } from '@jejak/event-store'
import { DatabaseError, type Pool, type PoolClient } from 'pg'
import { markStopped, moveCheckpoint, OlderThanTables, prepareProjection } from './checkpoint.ts'
import { viewsDbOn, type ViewsDb } from './database.ts'
import { Overtaken, Poisoned, type Projection } from './projection.ts'

/** How projections run. Times in milliseconds. */
export interface RunOptions {
  /** Ends the run: pages in hand are finished, nothing is left half done. */
  readonly signal: AbortSignal
  /** Told of everything that goes wrong: a poisoned fact (the projection has stopped) and what is tried again. */
  readonly onError?: (error: unknown, projection: string) => void
  readonly pageSize?: number
  /** Bounds the delay when no hint comes from the log. */
  readonly pollMs?: number
  /** How long to wait for the lock of a projection that another process runs, and after an error. */
  readonly retryMs?: number
}

/** A connection that holds the lock of a projection; whoever loses the one has lost the other. */
interface Held {
  readonly client: PoolClient
  readonly db: ViewsDb
  readonly release: () => Promise<void>
}

const lockText = `select pg_try_advisory_lock(hashtextextended('jejak.views.' || $1, 0)) as taken`
const unlockText = `select pg_advisory_unlock(hashtextextended('jejak.views.' || $1, 0))`

async function takeLock(pool: Pool, name: string): Promise<Held | undefined> {
  const client = await pool.connect()
  try {
    const found = await client.query<{ taken: boolean }>(lockText, [name])
    if (found.rows[0]?.taken !== true) {
      client.release()
      return undefined
    }
  } catch (error) {
    client.release(true)
    throw error
  }
  return {
    client,
    db: viewsDbOn(client),
    release: () =>
      client.query(unlockText, [name]).then(
        () => client.release(),
        () => client.release(true),
      ),
  }
}

/** Whether an error lies in the facts or in the code, so that trying again would not help. */
function isDefect(error: unknown): boolean {
  if (error instanceof DatabaseError) return /^(22|23|42)/.test(error.code ?? '')
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError
}

class Follower {
  readonly #db: ViewsDb
  readonly #projection: Projection
  /** Where the checkpoint in the database stands. */
  #saved: number
  /** Up to where facts have been seen. Pages that change nothing move this alone. */
  #seen: number

  constructor(db: ViewsDb, projection: Projection, position: number) {
    this.#db = db
    this.#projection = projection
    this.#saved = position
    this.#seen = position
  }

  /** Folds the facts and, if rows change, writes them and the checkpoint in one transaction. */
  async #apply(facts: readonly Recorded[], upTo: number): Promise<void> {
    const projection = this.#projection
    const handled = facts.filter(({ fact }) => projection.types.has(fact.type))
    if (handled.length > 0) {
      const state = await projection.load(this.#db, handled)
      const changes = this.#fold(state, handled)
      if (changes !== undefined) {
        await this.#db.transaction().execute(async (trx) => {
          await projection.write(trx, changes)
          await moveCheckpoint(trx, projection, this.#saved, upTo)
        })
        this.#saved = upTo
      }
    }
    this.#seen = upTo
  }

  #fold(state: unknown, facts: readonly Recorded[]): unknown {
    try {
      return this.#projection.project(state, facts)
    } catch (error) {
      throw new Poisoned(this.#projection.name, facts[0]?.position ?? 0, error)
    }
  }

  /** A page that cannot be taken whole is taken fact by fact, so that the one at fault is known and those before it count. */
  async take(page: readonly Recorded[]): Promise<void> {
    const last = page.at(-1)?.position ?? this.#seen
    try {
      await this.#apply(page, last)
    } catch (error) {
      if (!(error instanceof Poisoned) && !isDefect(error)) throw error
      for (const recorded of page) await this.#takeAlone(recorded)
    }
  }

  async #takeAlone(recorded: Recorded): Promise<void> {
    try {
      await this.#apply([recorded], recorded.position)
    } catch (error) {
      if (error instanceof Poisoned || !isDefect(error)) throw error
      throw new Poisoned(this.#projection.name, recorded.position, error)
    }
  }

  /** What a log that cannot be read on says of the next fact. */
  unreadable(error: CorruptLog): Poisoned {
    return new Poisoned(this.#projection.name, this.#seen + 1, error)
  }

  /** Saves how far facts have been seen although they changed nothing: one statement, when there is nothing more to read. */
  async save(): Promise<void> {
    if (this.#saved === this.#seen) return
    await moveCheckpoint(this.#db, this.#projection, this.#saved, this.#seen)
    this.#saved = this.#seen
  }
}

async function follow(held: Held, log: Log, projection: Projection, options: RunOptions): Promise<void> {
  const { signal, pageSize = 500, pollMs = 1_000 } = options
  const { position } = await prepareProjection(held.db, projection)
  const follower = new Follower(held.db, projection, position)
  const lost = new AbortController()
  // While nothing happens nothing is asked of the connection: only this tells that it, and the lock with it, is gone.
  const onEnd = (): void => lost.abort()
  held.client.on('end', onEnd)
  try {
    let { position: end } = await log.head()
    for await (const page of log.subscribe({ after: position, signal: AbortSignal.any([signal, lost.signal]), pageSize, pollMs })) {
      await follower.take(page)
      const last = page.at(-1)?.position ?? 0
      // A full page may be the last one all the same, and after it nothing comes until something new is recorded.
      if (page.length === pageSize && last >= end) end = (await log.head()).position
      if (page.length < pageSize || last >= end) await follower.save()
    }
    if (!lost.signal.aborted) await follower.save()
  } catch (error) {
    throw error instanceof CorruptLog ? follower.unreadable(error) : error
  } finally {
    held.client.off('end', onEnd)
  }
  if (lost.signal.aborted) throw new Error(`the connection that held the lock of projection ${projection.name} was lost`)
}

/** Runs a projection while this process holds its lock. True when it has ended for good: stopped, or told to end. */
async function runWithLock(held: Held, log: Log, projection: Projection, options: RunOptions): Promise<boolean> {
  try {
    await follow(held, log, projection, options)
    return true
  } catch (error) {
    options.onError?.(error, projection.name)
    if (!(error instanceof Poisoned)) return error instanceof OlderThanTables
    await markStopped(held.db, projection.name, error.position, error.message)
    return true
  } finally {
    await held.release()
  }
}

async function keepRunning(pool: Pool, log: Log, projection: Projection, options: RunOptions): Promise<void> {
  const { signal, onError, retryMs = 1_000 } = options
  while (!signal.aborted) {
    try {
      const held = await takeLock(pool, projection.name)
      if (held !== undefined && (await runWithLock(held, log, projection, options))) return
    } catch (error) {
      onError?.(error, projection.name)
    }
    await pause(retryMs, undefined, { signal }).catch(() => undefined)
  }
}

/**
 * Runs projections until the signal aborts: each follows the log by itself, with one connection of the pool for its lock and its writes,
 * and
 * takes every fact exactly once. One that another process runs is waited for. One that meets a fact it cannot take stops, named in
 * `views.projections`; the others go on, and the next run tries again. Resolves when all have ended.
 */
export async function runProjections(pool: Pool, log: Log, projections: readonly Projection[], options: RunOptions): Promise<void> {
  const { max } = pool.options
  if (max < projections.length + 1) throw new RangeError(`${projections.length} projections need a pool of more than ${max} connections`)
  await Promise.all(projections.map((projection) => keepRunning(pool, log, projection, options)))
}

export { Overtaken, Poisoned }
