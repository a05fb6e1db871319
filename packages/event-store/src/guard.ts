import { readFileSync } from 'node:fs'
import type { Pool, PoolClient } from 'pg'

/** What runs a statement: a pool, a client, or Kysely's transaction behind a function. */
export type Run = (statement: string) => Promise<unknown>

const guardSql = readFileSync(new URL('./sql/guard.sql', import.meta.url), 'utf8')

const seal = `
insert into jejak_guard.seals (server_major, shape)
values (current_setting('server_version_num')::int / 10000, jejak_guard.shape())
on conflict (server_major) do update set shape = excluded.shape, sealed_at = clock_timestamp()`

const present = `
select count(*) = 2 as present
from pg_event_trigger
where evtname in ('jejak_guard_owner', 'jejak_guard_shape')`

/** Whether the event triggers that guard schema `jejak` exist, enabled or not. */
export async function guardIsPresent(admin: Pool | PoolClient): Promise<boolean> {
  return (await admin.query<{ present: boolean }>(present)).rows[0]?.present === true
}

/** Whether a shape is sealed for the major version of this server. */
export async function isSealed(admin: Pool | PoolClient): Promise<boolean> {
  const table = await admin.query<{ there: boolean }>(`select to_regclass('jejak_guard.seals') is not null as there`)
  if (table.rows[0]?.there !== true) return false
  const found = await admin.query(`select from jejak_guard.seals where server_major = current_setting('server_version_num')::int / 10000`)
  return found.rowCount === 1
}

/**
 * Lowers the guard for a migration of an existing log. Call `raiseGuard` in the same transaction: a crash between them then changes
 * nothing.
 */
export async function lowerGuard(run: Run): Promise<void> {
  await run('alter event trigger jejak_guard_owner disable')
  await run('alter event trigger jejak_guard_shape disable')
}

/** Creates or re-creates the event triggers. Needs a superuser; idempotent. The sealed shape stays. */
export async function raiseGuard(run: Run): Promise<void> {
  await run(guardSql)
}

/** Declares the shape as it now is to be the right one. */
export async function sealShape(run: Run): Promise<void> {
  await run(seal)
}

/** How schema `jejak` differs from what was sealed, a line each; none if it does not, or if this server version was never sealed. */
export async function shapeChanges(pool: Pool | PoolClient): Promise<readonly string[]> {
  const found = await pool.query<{ change: string }>('select change from jejak_guard.changes() c (change)')
  return found.rows.map((row) => row.change)
}
