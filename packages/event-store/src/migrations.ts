import { readFileSync } from 'node:fs'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import type { Pool } from 'pg'
import { guardIsPresent, isSealed, lowerGuard, raiseGuard, sealShape, shapeChanges } from './guard.ts'
import { ownerRole, prepareRoles, type ServingLogin, servingRole, tolerant } from './roles.ts'

/** Whose clock the recorded times of a log are: the server's or the caller's (CONTRACTS D2). For ever. */
export type Clock = 'real' | 'simulated'

/** How a log is made. `openedAt` in microseconds since 1970, for a simulated log only; by default 2005-01-01T00:00Z. */
export interface MigrateOptions {
  readonly clock: Clock
  readonly openedAt?: bigint
  readonly servingLogin?: ServingLogin | undefined
}

/** What a migration did: the names that ran now, and whether the schema is guarded by event triggers (a superuser is needed). */
export interface Migrated {
  readonly ran: readonly string[]
  readonly guarded: boolean
}

/** The log cannot be made or migrated here: the message says what to do. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused'
}

/** The table that stands while a restore is under way, and after one that was interrupted. */
export const unfinishedRestore = 'jejak_migrations.restore_unfinished'

const simulatedOpening = BigInt(Date.UTC(2005, 0, 1)) * 1000n

/** A migration of SQL files, run in order. Lowers the guard before and seals the new shape after, in the migration's own transaction. */
function files(...names: readonly string[]): Migration {
  return {
    async up(db) {
      const run = (statement: string) => sql.raw(statement).execute(db)
      const triggers = await sql`select from pg_event_trigger where evtname in ('jejak_guard_owner', 'jejak_guard_shape')`.execute(db)
      const guarded = triggers.rows.length > 0
      if (guarded) await lowerGuard(run)
      for (const name of names) await run(readFileSync(new URL(`./sql/${name}`, import.meta.url), 'utf8'))
      if (!guarded) return
      await raiseGuard(run)
      await sealShape(run)
    },
  }
}

/** Every migration of the log by name, in order: forward only, never edited after a release. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001_log': files('0001_log.sql', '0001_append.sql', '0001_grants.sql'),
  '0002_hashed_tags': files('0002_hashed_tags.sql', '0002_append.sql'),
  '0003_projections': files('0003_projections.sql'),
}

async function requireServer(admin: Pool): Promise<{ superuser: boolean }> {
  const found = await admin.query<{ version: number; encoding: string; superuser: boolean }>(`
    select
      current_setting('server_version_num')::int as version,
      current_setting('server_encoding') as encoding,
      (select rolsuper from pg_roles where rolname = current_user) as superuser`)
  const [server] = found.rows
  if (server === undefined || server.version < 150_000) throw new MigrationRefused('PostgreSQL 15 or later is needed')
  if (server.encoding !== 'UTF8') throw new MigrationRefused(`the database must be in UTF8, not ${server.encoding}: hashes are over UTF-8`)
  return { superuser: server.superuser }
}

async function restrictDatabase(admin: Pool): Promise<void> {
  const found = await admin.query<{ name: string; open: boolean }>(`
    select
      current_database() as name,
      has_database_privilege('public', current_database(), 'temp')
        or has_database_privilege('public', current_database(), 'connect')
        or has_schema_privilege('public', 'public', 'create')
        or not has_database_privilege('${servingRole}', current_database(), 'connect') as open`)
  const [database] = found.rows
  if (database === undefined || !database.open) return
  const name = `"${database.name.replaceAll('"', '""')}"`
  await tolerant(admin, `revoke all on database ${name} from public`)
  await tolerant(admin, `grant connect on database ${name} to ${servingRole}`)
  await tolerant(admin, 'revoke create on schema public from public')
}

async function runMigrations(admin: Pool): Promise<readonly string[]> {
  // Not destroyed: the pool belongs to the caller.
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: admin }) })
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    migrationTableSchema: 'jejak_migrations',
    migrationTableName: 'log_migration',
    migrationLockTableName: 'log_migration_lock',
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName)
}

async function openRow(admin: Pool, clock: Clock, openedAt: bigint | undefined): Promise<void> {
  const client = await admin.connect()
  try {
    await client.query('begin')
    // Two processes that start together must not both find no row: the second's insert would be an error.
    await client.query(`select pg_advisory_xact_lock(hashtextextended('jejak.log', 0))`)
    const found = await client.query<{ clock: string }>('select clock from jejak.log')
    const existing = found.rows[0]?.clock
    if (existing !== undefined && existing !== clock) {
      throw new MigrationRefused(`this log was created ${existing} and stays so; it cannot be opened as ${clock}`)
    }
    if (existing === undefined) {
      const opening = clock === 'simulated' ? (openedAt ?? simulatedOpening) : undefined
      await client.query(`set local role ${ownerRole}`)
      await client.query(
        `insert into jejak.log (clock, opened_at)
         values ($1, coalesce(timestamptz 'epoch' + $2::bigint * interval '1 microsecond', clock_timestamp()))`,
        [clock, opening ?? null],
      )
    }
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

/**
 * Raises the guard where it is missing. A shape that was sealed is never sealed over here: only a migration does that, in its transaction.
 */
async function guard(admin: Pool): Promise<void> {
  const client = await admin.connect()
  try {
    await client.query('begin')
    await client.query(`select pg_advisory_xact_lock(hashtextextended('jejak.log', 0))`)
    const run = (statement: string) => client.query(statement)
    if (!(await guardIsPresent(client))) await raiseGuard(run)
    if (!(await isSealed(client))) await sealShape(run)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

/** Refuses what a restore has begun and not finished: it would otherwise be taken for a new, empty log. */
async function requireFinished(admin: Pool): Promise<void> {
  const found = await admin.query<{ begun: boolean }>('select to_regclass($1) is not null as begun', [unfinishedRestore])
  if (found.rows[0]?.begun !== true) return
  const { rows } = await admin.query<{ file: string; begun: string }>(`select file, begun_at::text as begun from ${unfinishedRestore}`)
  const { file = 'a backup', begun = '' } = rows.at(-1) ?? {}
  throw new MigrationRefused(
    `a restore of ${file} was begun here (${begun}) and is not finished: let it finish, run it again, or drop the database`,
  )
}

/** Makes everything of a log except the row that says what it is, without which nobody opens it. Idempotent. */
export async function prepareSchema(admin: Pool, options: Pick<MigrateOptions, 'servingLogin'>): Promise<Migrated> {
  const { superuser } = await requireServer(admin)
  if (await isSealed(admin)) {
    const changes = await shapeChanges(admin)
    if (changes.length > 0) throw new MigrationRefused(`schema jejak is not the one that was sealed: ${changes.slice(0, 5).join('; ')}`)
  }
  await prepareRoles(admin, options)
  const ran = await runMigrations(admin)
  await restrictDatabase(admin)
  if (superuser) await guard(admin)
  return { ran, guarded: await guardIsPresent(admin) }
}

/**
 * Makes the log in the pool's database, or brings it up to date: roles, schema, the one row that says which clock it keeps, and, if the
 * admin is a superuser, the guard. Idempotent. Throws MigrationRefused when the log exists with the other clock, when a simulated one is
 * asked for in production, when a restore was begun here and not finished, and when the schema is not the one that was sealed: a changed
 * schema is never sealed over.
 */
export async function migrateLog(admin: Pool, options: MigrateOptions): Promise<Migrated> {
  const { clock, openedAt, servingLogin } = options
  if (clock === 'simulated' && process.env['NODE_ENV'] === 'production')
    throw new MigrationRefused('a simulated log is refused in production')
  if (clock === 'real' && openedAt !== undefined) throw new MigrationRefused('a real log opens now; openedAt is for simulated logs')
  await requireFinished(admin)
  const migrated = await prepareSchema(admin, { servingLogin })
  await openRow(admin, clock, openedAt)
  return migrated
}
