import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Log } from '@jejak/event-store'
import { servingRole } from '@jejak/event-store'
import type { Pool } from 'pg'
import { viewsDb, type ViewsDb } from './database.ts'
import { Overtaken, type Projection } from './projection.ts'

const bookkeeping = readFileSync(new URL('./runner.sql', import.meta.url), 'utf8')

/** Where a projection stands. */
export interface Checkpoint {
  readonly version: number
  readonly position: number
}

/** The tables of the database were made by newer code than this: it must not touch them. */
export class OlderThanTables extends Error {
  override readonly name = 'OlderThanTables'
}

async function createTables(db: ViewsDb, projection: Projection, from: Checkpoint | undefined): Promise<void> {
  for (const table of projection.tables) await db.schema.dropTable(table).ifExists().execute()
  await sql.raw(projection.sql).execute(db)
  const row = { version: projection.version, position: 0n, stoppedAt: null, reason: null }
  if (from === undefined)
    await db
      .insertInto('projections')
      .values({ name: projection.name, ...row })
      .execute()
  else await db.updateTable('projections').set(row).where('name', '=', projection.name).execute()
}

const checkpointOf = async (db: ViewsDb, name: string): Promise<Checkpoint | undefined> => {
  const row = await db.selectFrom('projections').select(['version', 'position']).where('name', '=', name).executeTakeFirst()
  return row && { version: row.version, position: Number(row.position) }
}

/** Work on the definition of the views, one process at a time; tables belong to the group, not to the login. */
const defining = <T>(db: ViewsDb, work: (trx: ViewsDb) => Promise<T>): Promise<T> =>
  db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('jejak.views', 0))`.execute(trx)
    await sql`set local role ${sql.id(servingRole)}`.execute(trx)
    await sql.raw(bookkeeping).execute(trx)
    return work(trx)
  })

/**
 * Makes the tables of a projection where they are missing or of an older version, and says where it stands. Throws OlderThanTables.
 */
export function prepareProjection(db: ViewsDb, projection: Projection): Promise<Checkpoint> {
  return defining(db, async (trx) => {
    const found = await checkpointOf(trx, projection.name)
    if (found !== undefined && found.version > projection.version)
      throw new OlderThanTables(`tables of ${projection.name} are of version ${found.version}, this code of ${projection.version}`)
    if (found?.version === projection.version) return found
    await createTables(trx, projection, found)
    return { version: projection.version, position: 0 }
  })
}

/** Makes the tables of all projections, so that a process that only reads them need not wait for the one that fills them. */
export async function prepareProjections(pool: Pool, projections: readonly Projection[]): Promise<void> {
  for (const projection of projections) await prepareProjection(viewsDb(pool), projection)
}

/** Drops what a projection has made; the runner then begins again at the first fact. */
export async function resetProjection(pool: Pool, projection: Projection): Promise<void> {
  await defining(viewsDb(pool), async (trx) => createTables(trx, projection, await checkpointOf(trx, projection.name)))
}

/** Moves a checkpoint. Throws Overtaken when it is not where it was left: then the transaction must not commit. */
export async function moveCheckpoint(db: ViewsDb, projection: Projection, from: number, to: number): Promise<void> {
  const moved = await db
    .updateTable('projections')
    .set({ position: BigInt(to), stoppedAt: null, reason: null })
    .where('name', '=', projection.name)
    .where('version', '=', projection.version)
    .where('position', '=', BigInt(from))
    .executeTakeFirst()
  if (moved.numUpdatedRows !== 1n) throw new Overtaken(`the checkpoint of ${projection.name} is no longer at ${from}`)
}

/** Names the fact that a projection cannot take. */
export async function markStopped(db: ViewsDb, name: string, position: number, reason: string): Promise<void> {
  await db
    .updateTable('projections')
    .set({ stoppedAt: BigInt(position), reason })
    .where('name', '=', name)
    .execute()
}

/** How far a projection is behind the log. */
export interface Lag {
  readonly name: string
  readonly position: number
  readonly head: number
  readonly events: number
  /** Microseconds since the oldest fact that it has not taken was recorded; by the log's last recorded time if its clock is simulated. */
  readonly ageMicros: bigint
  readonly stopped: { readonly position: number; readonly reason: string } | undefined
}

/** How far each projection is behind the log. `now` in microseconds since 1970. */
export async function lagOf(pool: Pool, log: Log, now: bigint = BigInt(Date.now()) * 1000n): Promise<Lag[]> {
  const rows = await viewsDb(pool).selectFrom('projections').selectAll().orderBy('name').execute()
  // Read after the checkpoints, so that none is ahead of it.
  const head = await log.head()
  const reference = log.clock === 'simulated' ? head.recordedAt : now
  return Promise.all(
    rows.map(async (row) => {
      const position = Number(row.position)
      const [oldest] = await log.at([position + 1])
      const age = oldest === undefined ? 0n : reference - oldest.recordedAt
      return {
        name: row.name,
        position,
        head: head.position,
        events: Math.max(0, head.position - position),
        ageMicros: age > 0n ? age : 0n,
        stopped: row.stoppedAt === null ? undefined : { position: Number(row.stoppedAt), reason: row.reason ?? '' },
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
 * Waits until a projection shows a write: `reached`; `late` after the time; `stopped` at once if it stands before a fact it cannot take.
 */
export async function waitFor(pool: Pool, { projection, position, timeoutMs, signal }: WaitFor): Promise<'reached' | 'late' | 'stopped'> {
  const db = viewsDb(pool)
  const deadline = performance.now() + timeoutMs
  for (let every = pollMs; ; every = Math.min(every * 1.5, pollMaxMs)) {
    const row = await db.selectFrom('projections').select(['position', 'stoppedAt']).where('name', '=', projection).executeTakeFirst()
    if (row !== undefined && row.position >= BigInt(position)) return 'reached'
    if (row?.stoppedAt !== null && row?.stoppedAt !== undefined) return 'stopped'
    const left = deadline - performance.now()
    if (left <= 0 || signal?.aborted) return 'late'
    await pause(Math.min(every, left), undefined, signal ? { signal } : {}).catch(() => undefined)
  }
}
