import { randomBytes } from 'node:crypto'
import { Kysely, PostgresDialect } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { Client, type Pool } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { encode } from '../src/encoding.ts'
import { shapeChanges } from '../src/guard.ts'
import { migrations } from '../src/migrations.ts'
import { checkColumns, createPool, migrateLog, MigrationRefused, NoLog, openLog, prepareRoles, protections } from '../src/index.ts'
import { freshDatabase, ownLog, servingLogin, urlOf } from './database.ts'
import { submission } from './facts.ts'

async function emptyDatabase(user?: string): Promise<{ pool: Pool; url: string }> {
  const admin = await freshDatabase()
  const url = user === undefined ? admin : urlOf(admin, new URL(admin).pathname.slice(1), user)
  const pool = createPool(url, { max: 4 })
  onTestFinished(() => pool.end())
  return { pool, url: admin }
}

test('migrating again changes nothing, and never the clock', async () => {
  const { adminPool, log } = await ownLog({ clock: 'simulated' })
  await log.append(submission({ recordedAt: BigInt(Date.UTC(2018, 0, 1)) * 1000n }))
  const before = await log.head()
  expect(await migrateLog(adminPool, { clock: 'simulated', openedAt: 0n })).toEqual({ ran: [], guarded: true })
  expect(await log.head()).toEqual(before)
  await expect(migrateLog(adminPool, { clock: 'real' })).rejects.toThrow('was created simulated and stays so')
  await expect(migrateLog(adminPool, { clock: 'real', openedAt: 0n })).rejects.toThrow(MigrationRefused)
})

test('a simulated log opens at the instant that was asked for', async () => {
  const { log } = await ownLog({ clock: 'simulated', openedAt: 1_104_537_600_000_001n })
  expect(await log.head()).toEqual({ position: 0, recordedAt: 1_104_537_600_000_001n })
})

test('several processes migrate one database, and several databases of one cluster, at the same time', async () => {
  const databases = await Promise.all(Array.from({ length: 3 }, () => emptyDatabase()))
  const serving = `jejak_test_${randomBytes(4).toString('hex')}`
  const migrated = await Promise.all(
    [...databases, ...databases].map(({ pool }) => migrateLog(pool, { clock: 'real', servingLogin: { name: serving, password: "it's" } })),
  )
  expect(migrated.filter(({ ran }) => ran.length > 0)).toHaveLength(3)
  for (const { pool, url } of databases) {
    expect((await pool.query('select from jejak.log')).rowCount).toBe(1)
    const own = createPool(urlOf(url, new URL(url).pathname.slice(1), serving), { max: 2, role: 'jejak_serving' })
    expect((await (await openLog(own)).append(submission())).kind).toBe('accepted')
    // What a projection makes belongs to the group, so that every serving login may use it.
    await own.query('create table views.made (x int)')
    expect((await own.query(`select relowner::regrole::text as owner from pg_class where relname = 'made'`)).rows).toEqual([
      { owner: 'jejak_serving' },
    ])
    await expect(own.query('create temp table t (x int)')).rejects.toThrow('permission denied')
    await expect(own.query('create table public.t (x int)')).rejects.toThrow('permission denied')
    await own.end()
  }
})

test('what the admin makes in views and reference, the serving login may use', async () => {
  const { adminPool, servingPool } = await ownLog()
  await adminPool.query('create table reference.regions (code text); create table views.stages (x int)')
  await servingPool.query('insert into views.stages values (1)')
  expect((await servingPool.query('select from reference.regions')).rowCount).toBe(0)
  await expect(servingPool.query(`insert into reference.regions values ('16')`)).rejects.toThrow('permission denied')
})

test('a stranger may not even connect', async () => {
  const { adminUrl, adminPool } = await ownLog()
  const name = `jejak_test_${randomBytes(4).toString('hex')}`
  await adminPool.query(`create role ${name} login`)
  const client = new Client({ connectionString: urlOf(adminUrl, new URL(adminUrl).pathname.slice(1), name) })
  await expect(client.connect()).rejects.toThrow('permission denied for database')
})

test('an admin who is no superuser migrates too; what is then missing is said', async () => {
  const name = `jejak_test_${randomBytes(4).toString('hex')}`
  const root = createPool(await freshDatabase(), { max: 1 })
  await prepareRoles(root, { servingLogin: { name: servingLogin } })
  await root.query(`create role ${name} login createrole`)
  await root.query(`grant jejak_owner, jejak_appender to ${name} with admin option`)
  const { pool, url } = await emptyDatabase(name)
  const owner = createPool(url, { max: 1 })
  await owner.query(`alter database ${new URL(url).pathname.slice(1)} owner to ${name}`)
  await owner.query(`alter schema public owner to ${name}`)
  await owner.end()
  expect(await migrateLog(pool, { clock: 'real' })).toEqual({ ran: Object.keys(migrations), guarded: false })
  expect(await migrateLog(pool, { clock: 'real' })).toEqual({ ran: [], guarded: false })
  const serving = createPool(urlOf(url, new URL(url).pathname.slice(1), servingLogin), { max: 2 })
  expect((await (await openLog(serving)).append(submission())).kind).toBe('accepted')
  const missing = (await protections(serving)).filter((one) => !one.present && one.name !== 'checksums')
  expect(missing.map((one) => one.name)).toEqual(['guard-against-ddl', 'schema-as-sealed', 'durable-commits'])
  await expect(pool.query('delete from jejak.events')).rejects.toThrow('permission denied')
  await serving.end()
  // A superuser who comes later raises the guard.
  const later = createPool(url, { max: 2 })
  expect(await migrateLog(later, { clock: 'real' })).toEqual({ ran: [], guarded: true })
  await later.end()
  await root.end()
})

test('a database without a log is not opened', async () => {
  const { pool } = await emptyDatabase()
  await expect(openLog(pool)).rejects.toThrow(NoLog)
})

test('the parsers of other clients stay as they are', async () => {
  const { adminUrl, adminPool } = await ownLog()
  const client = new Client({ connectionString: adminUrl })
  await client.connect()
  expect((await client.query('select 1::int8 as n')).rows).toEqual([{ n: '1' }])
  expect((await adminPool.query('select 1::int8 as n')).rows).toEqual([{ n: 1n }])
  await client.end()
})

test('a log of the first migration keeps its facts, tags and outcomes', async () => {
  const { pool } = await emptyDatabase()
  await prepareRoles(pool)
  const provider = { getMigrations: () => Promise.resolve({ '0001_log': migrations['0001_log'] } as Record<string, Migration>) }
  const names = {
    migrationTableSchema: 'jejak_migrations',
    migrationTableName: 'log_migration',
    migrationLockTableName: 'log_migration_lock',
  }
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  expect((await new Migrator({ db, provider, ...names }).migrateToLatest()).error).toBeUndefined()
  await pool.query(`insert into jejak.log (clock, opened_at) values ('real', clock_timestamp())`)
  const [one, two] = [submission({ facts: [{}, {}, { tags: ['area:1', 'tranche:1'] }] }), submission()]
  const { facts } = encode(one)
  const tags = facts.flatMap((fact, index) => fact.tags.map((tag) => ({ fact: index + 1, tag })))
  await pool.query(
    `select * from jejak.append(
      array[decode($1, 'hex'), decode($2, 'hex')], array[decode($3, 'hex'), decode($3, 'hex')], array[null, null]::bigint[],
      '{}', '{}', '{}', '{}', array[1, 1, 2], array[2, 1, 0], array[null, null, '1,2'],
      array[1, 1, 1], $4::uuid[], $5::text[], $6::text[], $7::int[], $8::text[])`,
    [
      one.keyHash,
      two.keyHash,
      one.fingerprint,
      facts.map(({ id }) => id),
      facts.map(({ type }) => type),
      encode(one).bodies,
      tags.map(({ fact }) => fact),
      tags.map(({ tag }) => tag),
    ],
  )
  expect(await migrateLog(pool, { clock: 'real' })).toEqual({ ran: Object.keys(migrations).slice(1), guarded: true })
  expect(await checkColumns(pool)).toEqual({ checked: 3, differences: [] })
  const log = await openLog(pool)
  expect((await log.outcomeOf(one.keyHash))?.outcome).toEqual([
    { positions: [1, 2], repeated: false },
    { positions: [3], repeated: false },
  ])
  expect((await log.outcomeOf(two.keyHash))?.outcome).toEqual([{ positions: [1, 2], repeated: true }])
  expect((await log.read([{ tag: 'area:1' }])).facts.map(({ position }) => position)).toEqual([3])
  expect((await log.append(submission())).kind).toBe('accepted')
  expect(await shapeChanges(pool)).toEqual([])
})
