import { sql } from 'kysely'
import type { Log } from '@jejak/event-store'
import type { Pool } from 'pg'
import { type Checkpoint, checkpointOf } from './checkpoint.ts'
import { snakeCase, viewsDb, type ViewsDb } from './database.ts'
import type { Projection, TableShape } from './projection.ts'
import { alone, type Built, RebuildRefused, requireTables } from './rebuild.ts'
import { type BuildOptions, Shadow } from './shadow.ts'

/** A row that is not what the log says: as kept, as rebuilt; one of them is missing where only the other has it. */
export interface RowDifference {
  readonly table: string
  readonly key: Readonly<Record<string, unknown>>
  readonly kept: Readonly<Record<string, unknown>> | undefined
  readonly rebuilt: Readonly<Record<string, unknown>> | undefined
}

/** What a check found: up to which position, how many rows are equal, and the first that is not, by table and key. */
export interface Checked extends Built {
  readonly rows: number
  readonly difference: RowDifference | undefined
}

interface Found {
  readonly key: Readonly<Record<string, unknown>>
  readonly kept: Readonly<Record<string, unknown>> | null
  readonly rebuilt: Readonly<Record<string, unknown>> | null
}

/** Rows are compared by their hash; only the first difference is read whole. */
async function firstDifference(db: ViewsDb, table: string, { key }: TableShape): Promise<RowDifference | undefined> {
  const keys = sql.join(key.map((column) => sql.ref(column)))
  const [kept, rebuilt] = [sql.id('views', table), sql.id('views_check', table)]
  const hashes = (from: typeof kept) => sql`(select ${keys}, md5(t::text) as hash from ${from} t)`
  const match = (side: string) =>
    sql.join(
      key.map((column) => sql`${sql.id(side)}.${sql.ref(column)} = d.${sql.ref(column)}`),
      sql` and `,
    )
  const { rows } = await sql<Found>`
    select
      to_jsonb(d) as key,
      (select to_jsonb(k) from ${kept} k where ${match('k')}) as kept,
      (select to_jsonb(r) from ${rebuilt} r where ${match('r')}) as rebuilt
    from (
      select ${keys}
      from ${hashes(kept)} a
      full join ${hashes(rebuilt)} b using (${keys})
      where a.hash is distinct from b.hash
      order by ${keys}
      limit 1
    ) d`.execute(db)
  const [found] = rows
  return found && { table: snakeCase(table), key: found.key, kept: found.kept ?? undefined, rebuilt: found.rebuilt ?? undefined }
}

async function compare(db: ViewsDb, projection: Projection): Promise<{ rows: number; difference: RowDifference | undefined }> {
  let rows = 0
  for (const [table, shape] of Object.entries(projection.tables)) {
    const difference = await firstDifference(db, table, shape)
    if (difference !== undefined) return { rows, difference }
    const counted = await sql<{ n: bigint }>`select count(*) as n from ${sql.id('views', table)}`.execute(db)
    rows += Number(counted.rows[0]?.n ?? 0n)
  }
  return { rows, difference: undefined }
}

function requireVersion({ name, version }: Projection, live: Checkpoint | undefined): asserts live is Checkpoint {
  if (live?.version !== version)
    throw new RebuildRefused(
      `the tables of ${name} are of version ${live?.version}, this code of ${version}: a worker of this code remakes them`,
    )
}

/**
 * Brings the rebuilt tables to exactly where the kept ones stand, and looks at both at that moment. The follower waits for the first only.
 */
async function compareAtSamePosition(pool: Pool, held: ViewsDb, projection: Projection, shadow: Shadow) {
  const looking = viewsDb(pool).transaction().setIsolationLevel('repeatable read')
  const begun = Promise.withResolvers<void>()
  const aligned = Promise.withResolvers<void>()
  // Whoever waits for it is told, if anybody does yet.
  aligned.promise.catch(() => undefined)
  const compared = looking.execute(async (trx) => {
    await aligned.promise
    // The first statement takes the snapshot.
    await sql`select`.execute(trx)
    begun.resolve()
    return compare(trx, projection)
  })
  try {
    await held.transaction().execute(async (trx) => {
      const live = await checkpointOf(trx, projection.name, true)
      requireVersion(projection, live)
      if (live.position < shadow.position) throw new RebuildRefused(`${projection.name} was made anew meanwhile: check it again`)
      await shadow.upTo(live.position)
      await shadow.flush()
      aligned.resolve()
      await Promise.race([begun.promise, compared])
    })
  } catch (error) {
    aligned.reject(error)
    await compared.catch(() => undefined)
    throw error
  }
  return compared
}

/**
 * Builds a projection anew in `views_check` up to where the one in use stands, with the ordinary fold, and compares both row by row at that
 * moment. Throws Poisoned where the log cannot be folded that far by this code, RebuildRefused, OlderThanTables.
 */
export async function checkProjection(pool: Pool, log: Log, projection: Projection, options: BuildOptions = {}): Promise<Checked> {
  const began = performance.now()
  await requireTables(pool, projection)
  requireVersion(projection, await checkpointOf(viewsDb(pool), projection.name))
  return alone(pool, 'check', projection, async (held) => {
    const shadow = new Shadow(pool, log, projection, 'views_check', options)
    const standing = async () => (await checkpointOf(viewsDb(pool), projection.name))?.position ?? 0
    try {
      await shadow.begin()
      for (let live = await standing(); shadow.position < live; live = await standing()) await shadow.upTo(live)
      await shadow.flush()
      const { rows, difference } = await compareAtSamePosition(pool, held.db, projection, shadow)
      return { position: shadow.position, milliseconds: performance.now() - began, rows, difference }
    } finally {
      await shadow.drop().catch(() => undefined)
    }
  })
}
