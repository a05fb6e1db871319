import { sql } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import { viewsDbOn, type ViewsDb } from './database.ts'

/** A connection that holds a lock; whoever loses the one has lost the other. */
export interface Held {
  readonly db: ViewsDb
  /** Aborts when the connection, and the lock with it, is gone. */
  readonly lost: AbortSignal
  readonly release: () => Promise<void>
}

/** What is locked: the right to follow a projection, or to rebuild or check it. */
export type Lock = 'follow' | 'rebuild' | 'check'

/** The name that is hashed to a lock's number. */
export const lockName = (lock: Lock, projection: string): string =>
  lock === 'follow' ? `jejak.views.${projection}` : `jejak.views.${lock}.${projection}`

const takeText = 'select pg_try_advisory_lock(hashtextextended($1, 0)) as taken'

const beatMs = 1_000

/**
 * What makes the server let go of the lock when its holder does not answer. A process that was killed is noticed at once, because its host
 * closes the connection. A host that vanished, or a process that is frozen, is noticed because it falls silent: no heartbeat between
 * transactions, no next statement inside one, no acknowledgement. Each is set by itself, where the platform of the server knows it.
 */
const watchfulness: readonly (readonly [setting: string, value: string])[] = [
  ['idle_session_timeout', '5s'],
  ['idle_in_transaction_session_timeout', '5s'],
  ['tcp_keepalives_idle', '1'],
  ['tcp_keepalives_interval', '1'],
  ['tcp_keepalives_count', '3'],
  ['tcp_user_timeout', '4000'],
  ['client_connection_check_interval', '1000'],
]

async function beWatched(client: PoolClient): Promise<void> {
  for (const setting of watchfulness) await client.query('select set_config($1, $2, false)', [...setting]).catch(() => undefined)
}

/** Shows the server, every second, that whoever holds the lock lives. */
function beat(db: ViewsDb): () => void {
  let isWaiting = false
  const timer = setInterval(() => {
    if (isWaiting) return
    isWaiting = true
    const still = (): void => void (isWaiting = false)
    sql`select`.execute(db).then(still, still)
  }, beatMs)
  return () => clearInterval(timer)
}

/**
 * Takes a lock with a connection of the pool, or gives undefined when another process has it. `watched` makes the server end the connection
 * when this process falls silent for five seconds; the connection is not used for anything else afterwards.
 */
export async function takeLock(pool: Pool, lock: Lock, projection: string, watched = false): Promise<Held | undefined> {
  const name = lockName(lock, projection)
  const client = await pool.connect()
  try {
    const found = await client.query<{ taken: boolean }>(takeText, [name])
    if (found.rows[0]?.taken !== true) {
      client.release()
      return undefined
    }
    if (watched) await beWatched(client)
  } catch (error) {
    client.release(true)
    throw error
  }
  const ending = new AbortController()
  // While nothing happens only this tells that the connection is gone.
  const onEnd = (): void => ending.abort()
  client.on('end', onEnd)
  const db = viewsDbOn(client)
  const still = watched ? beat(db) : () => undefined
  return {
    db,
    lost: ending.signal,
    async release() {
      still()
      client.off('end', onEnd)
      await sql`select pg_advisory_unlock(hashtextextended(${name}, 0))`.execute(db).then(
        // Its settings are not those that others expect.
        () => client.release(watched),
        () => client.release(true),
      )
    },
  }
}
