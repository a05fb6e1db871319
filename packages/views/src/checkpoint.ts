import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { servingRole } from '@jejak/event-store'
import type { Pool } from 'pg'
import { snakeCase, viewsDb, type ViewsDb } from './database.ts'
import { type Pause, pauseOf, skipsOf } from './decisions.ts'
import { Overtaken, type Projection } from './projection.ts'

const bookkeeping = readFileSync(new URL('./runner.sql', import.meta.url), 'utf8')

/** Where a projection stands. The generation changes when others replace its tables or decide about it. */
export interface Checkpoint {
  readonly version: number
  readonly position: number
  readonly generation: bigint
  readonly stoppedAt: number | undefined
}

/** A checkpoint, and what was decided about its projection. */
export interface Standing extends Checkpoint {
  readonly paused: Pause | undefined
  readonly skips: ReadonlySet<number>
}

/** The tables of the database were made by newer code than this: it must not touch them. */
export class OlderThanTables extends Error {
  override readonly name = 'OlderThanTables'
}

/** Throws OlderThanTables where the tables are of a newer version than this code. */
export function requireNotNewer({ version }: Checkpoint, projection: Projection): void {
  if (version > projection.version)
    throw new OlderThanTables(`tables of ${projection.name} are of version ${version}, this code of ${projection.version}`)
}

/** Drops a projection's tables in a schema, if they are there. */
export async function dropTables(db: ViewsDb, projection: Projection, schema: string): Promise<void> {
  for (const table of Object.keys(projection.tables)) await sql`drop table if exists ${sql.id(schema, table)}`.execute(db)
}

/** Makes its tables in a schema, empty; those that were there are dropped. Tables belong to the group, not to the login. */
export async function createTables(trx: ViewsDb, projection: Projection, schema: string): Promise<void> {
  await sql`set local role ${sql.id(servingRole)}`.execute(trx)
  await dropTables(trx, projection, schema)
  await sql`set local search_path = ${sql.id(schema)}`.execute(trx)
  await sql.raw(projection.sql).execute(trx)
  await sql`set local search_path to default`.execute(trx)
}

/** Its tables by the names that the database has. */
export const tablesOf = (projection: Projection): string[] => Object.keys(projection.tables).map(snakeCase)

/** Reads a checkpoint; `locked` keeps everybody else from moving it until the transaction ends. */
export async function checkpointOf(db: ViewsDb, name: string, locked = false): Promise<Checkpoint | undefined> {
  const query = db.selectFrom('projections').select(['version', 'position', 'generation', 'stoppedAt']).where('name', '=', name)
  const row = await (locked ? query.forUpdate() : query).executeTakeFirst()
  return row && { ...row, position: Number(row.position), stoppedAt: row.stoppedAt === null ? undefined : Number(row.stoppedAt) }
}

/** Where a projection stands and what was decided about it; undefined where nobody has prepared it. */
export async function standingOf(db: ViewsDb, name: string): Promise<Standing | undefined> {
  // The checkpoint first: what is decided after it raises its generation, so that nothing is written without it.
  const found = await checkpointOf(db, name)
  return found && { ...found, paused: await pauseOf(db, name), skips: await skipsOf(db, name) }
}

const isBookkept = sql<{ there: boolean }>`
  select exists (
    select
    from pg_attribute
    where attrelid = to_regclass('views.projections')
      and attname = 'generation'
  ) as there`

/** Work on the definition of the views, one process at a time. */
const defining = <T>(db: ViewsDb, work: (trx: ViewsDb) => Promise<T>): Promise<T> =>
  db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('jejak.views', 0))`.execute(trx)
    await sql`set local role ${sql.id(servingRole)}`.execute(trx)
    // Only where it is missing: it locks a table that others wait on.
    if ((await isBookkept.execute(trx)).rows[0]?.there !== true) await sql.raw(bookkeeping).execute(trx)
    return work(trx)
  })

async function beginAgain(trx: ViewsDb, projection: Projection): Promise<void> {
  const { name, version } = projection
  await createTables(trx, projection, 'views')
  await sql`
    insert into views.projections (name, version, position)
    values (${name}, ${version}, 0)
    on conflict (name) do update
    set version = excluded.version, position = 0, generation = projections.generation + 1, stopped_at = null, reason = null`.execute(trx)
}

/**
 * Makes the tables of a projection where they are missing, and says where it stands. Those of an older version stay: they are read until
 * they are replaced (`renew.ts`). Throws OlderThanTables.
 */
export async function prepareProjection(db: ViewsDb, projection: Projection): Promise<Standing> {
  const { name } = projection
  await defining(db, async (trx) => {
    const found = await checkpointOf(trx, name)
    if (found !== undefined) requireNotNewer(found, projection)
    if (found === undefined) await beginAgain(trx, projection)
  })
  const standing = await standingOf(db, name)
  if (standing === undefined) throw new Overtaken(`the checkpoint of ${name} was taken away`)
  return standing
}

/** Makes the tables of all projections, so that a process that only reads them need not wait for the one that fills them. */
export async function prepareProjections(pool: Pool, projections: readonly Projection[]): Promise<void> {
  for (const projection of projections) await prepareProjection(viewsDb(pool), projection)
}

/** Drops what a projection has made; the runner then begins again at the first fact. What was decided about it stays. */
export async function resetProjection(pool: Pool, projection: Projection): Promise<void> {
  await defining(viewsDb(pool), (trx) => beginAgain(trx, projection))
}

/** What a checkpoint becomes: how far, and the fact it stands before if it cannot go on. */
export interface Move {
  readonly to: number
  readonly stopped?: { readonly position: number; readonly reason: string }
}

/**
 * Moves a checkpoint from where it was left, in a transaction before any row: whoever has it, has the tables. Throws Overtaken when it is
 * not where it was left: then nothing may be written.
 */
export async function moveCheckpoint(db: ViewsDb, projection: Projection, from: Checkpoint, { to, stopped }: Move): Promise<void> {
  const moved = await db
    .updateTable('projections')
    .set({ position: BigInt(to), stoppedAt: stopped ? BigInt(stopped.position) : null, reason: stopped?.reason ?? null })
    .where('name', '=', projection.name)
    .where('version', '=', projection.version)
    .where('position', '=', BigInt(from.position))
    .where('generation', '=', from.generation)
    .executeTakeFirst()
  if (moved.numUpdatedRows !== 1n) throw new Overtaken(`the checkpoint of ${projection.name} is no longer at ${from.position}`)
}
