import { sql } from 'kysely'
import type { Log } from '@jejak/event-store'
import type { Pool } from 'pg'
import { viewsDb, type ViewsDb } from './database.ts'
import { type Lock, lockName } from './holding.ts'
import { type Lag, lagOf } from './lag.ts'
import type { Projection } from './projection.ts'

/** How a projection stands, and who has to do with it at this moment. */
export interface ProjectionState extends Lag {
  /** The process that follows it, by the name of its connection; none while it is stopped or paused. */
  readonly followedBy: string | undefined
  /** Who rebuilds it and who checks it. */
  readonly rebuiltBy: string | undefined
  readonly checkedBy: string | undefined
  /** Rows of all its tables; undefined where this code does not know it, or knows another version. */
  readonly rows: number | undefined
}

/** The application name and process of the connection that holds a lock. */
async function holderOf(db: ViewsDb, lock: Lock, projection: string): Promise<string | undefined> {
  const { rows } = await sql<{ holder: string }>`
    select coalesce(nullif(a.application_name, ''), 'backend ' || l.pid) as holder
    from pg_locks l
    join pg_stat_activity a on a.pid = l.pid
    where l.locktype = 'advisory'
      and l.granted
      and l.objsubid = 1
      and l.database = (select oid from pg_database where datname = current_database())
      and ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended(${lockName(lock, projection)}, 0)`.execute(db)
  return rows[0]?.holder
}

async function rowsOf(db: ViewsDb, { tables }: Projection): Promise<number> {
  let rows = 0
  for (const table of Object.keys(tables)) {
    const counted = await sql<{ n: bigint }>`select count(*) as n from ${sql.id('views', table)}`.execute(db)
    rows += Number(counted.rows[0]?.n ?? 0n)
  }
  return rows
}

/** How every projection stands that was ever followed in this database, by name; none before the first was. */
export async function statesOf(pool: Pool, log: Log, projections: readonly Projection[]): Promise<ProjectionState[]> {
  const db = viewsDb(pool)
  const made = await sql<{ there: boolean }>`select to_regclass('views.projections') is not null as there`.execute(db)
  if (made.rows[0]?.there !== true) return []
  const states: ProjectionState[] = []
  for (const lag of await lagOf(pool, log)) {
    const known = projections.find(({ name, version }) => name === lag.name && version === lag.version)
    const [followedBy, rebuiltBy, checkedBy] = [
      await holderOf(db, 'follow', lag.name),
      await holderOf(db, 'rebuild', lag.name),
      await holderOf(db, 'check', lag.name),
    ]
    states.push({ ...lag, followedBy, rebuiltBy, checkedBy, rows: known && (await rowsOf(db, known)) })
  }
  return states
}
