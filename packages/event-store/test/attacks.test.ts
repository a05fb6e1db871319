import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkColumns, createPool, MigrationRefused, migrateLog, type Protection, protections } from '../src/index.ts'
import { type Attacker, attacks } from './attacks.ts'
import { freshLog, ownLog, servingLogin, type TestLog } from './database.ts'
import { submission } from './facts.ts'
import { stateOf } from './state.ts'

const ownersLogin = 'jejak_test_dba'
let made: TestLog
beforeAll(async () => {
  made = await freshLog()
  // A login that somebody made a member of the owner: what a careless administrator would have.
  await made.adminPool.query(`
    do $$
    begin
      create role ${ownersLogin} login in role jejak_owner, jejak_serving;
    exception
      when duplicate_object or unique_violation then null;
    end
    $$`)
  await Promise.all(Array.from({ length: 20 }, () => made.log.append(submission({ facts: [{}, {}] }))))
})
afterAll(() => made.close())

function loginOf(by: Attacker): string {
  const url = new URL(made.adminUrl)
  if (by !== 'superuser') url.username = by === 'serving' ? servingLogin : ownersLogin
  return url.href
}

/** Runs an attack on a connection of its own and tells what the server said. */
async function attack(by: Attacker, sql: string): Promise<string> {
  const client = new Client({ connectionString: loginOf(by), statement_timeout: 5_000 })
  await client.connect()
  try {
    if (by === 'owner') await client.query('set role jejak_owner')
    await client.query(sql)
    return 'no error'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    await client.end()
  }
}

test(`${attacks.length} attacks change nothing`, { timeout: 120_000 }, async () => {
  const before = await stateOf(made.adminPool)
  expect(before.length).toBeGreaterThan(80)
  const changed: { by: Attacker; sql: string; said: string; difference: string[] }[] = []
  const silent: string[] = []
  for (const { by, sql } of attacks) {
    const said = await attack(by, sql)
    if (said === 'no error') silent.push(`${by}: ${sql}`)
    const after = await stateOf(made.adminPool)
    const difference = [
      ...after.filter((line) => !before.includes(line)),
      ...before.filter((line) => !after.includes(line)).map((line) => `was ${line}`),
    ]
    if (difference.length > 0) {
      changed.push({ by, sql, said, difference })
      break
    }
  }
  expect(changed).toEqual([])
  // What the server accepts without an error: statements that hit no row, warn, or touch only what is the attacker's own.
  expect(
    silent.filter((one) => !/: (grant|revoke|drop owned|reassign owned|select lo_from_bytea|create function views\.)/.test(one)),
  ).toEqual([])
  expect((await checkColumns(made.adminPool)).differences).toEqual([])
  expect((await made.log.append(submission())).kind).toBe('accepted')
})

test('the comparison sees what an attack would change', async () => {
  const own = await ownLog()
  await own.log.append(submission())
  await own.adminPool.query('alter event trigger jejak_guard_shape disable')
  let before = await stateOf(own.adminPool)
  const unseen: string[] = []
  for (const change of [
    `grant insert on jejak.events to jejak_serving`,
    `create table views.child () inherits (jejak.events)`,
    `alter table jejak.events enable row level security`,
    `create policy nobody on jejak.events using (false)`,
    `create rule swallow as on insert to jejak.events do instead nothing`,
    `alter function jejak.append set search_path = public`,
    `alter table jejak.events disable trigger events_append_only`,
    `update jejak.events set recorded_at = recorded_at + interval '1 microsecond'`,
    `insert into jejak.event_tags values (1, 1, 1)`,
    `drop event trigger jejak_guard_owner`,
  ]) {
    await own.adminPool.query(change)
    const after = await stateOf(own.adminPool)
    if (after.join('\n') === before.join('\n')) unseen.push(change)
    before = after
  }
  expect(unseen).toEqual([])
})

/** A cluster made by another hand may lack checksums. */
function namesOfMissing(found: readonly Protection[]): string[] {
  return found.filter((one) => !one.present && one.name !== 'checksums').map((one) => one.name)
}

describe('protections', () => {
  test('all are there for the serving login, but for what the test server gave up for speed', async () => {
    expect(namesOfMissing(await protections(made.servingPool))).toEqual(['durable-commits'])
  })

  test('a superuser and a member of the owner are told apart', async () => {
    const missing = async (by: Attacker) => {
      const pool = createPool(loginOf(by), { max: 1 })
      const found = await protections(pool)
      await pool.end()
      return namesOfMissing(found)
    }
    expect(await missing('superuser')).toEqual(
      expect.arrayContaining(['login-without-power', 'login-not-owner', 'login-only-reads-and-calls']),
    )
    expect(await missing('member')).toEqual(expect.arrayContaining(['login-not-owner', 'login-only-reads-and-calls']))
    expect(await missing('member')).not.toContain('login-without-power')
  })

  test('what a superuser took away is named, and is not sealed over', async () => {
    const own = await ownLog()
    const missing = async () => namesOfMissing(await protections(own.servingPool))
    await own.adminPool.query('alter event trigger jejak_guard_shape disable')
    expect(await missing()).toContain('guard-against-ddl')
    await own.adminPool.query('alter table jejak.events disable trigger events_append_only')
    expect(await missing()).toEqual(expect.arrayContaining(['append-only-triggers', 'schema-as-sealed']))
    await expect(migrateLog(own.adminPool, { clock: 'real' })).rejects.toThrow(MigrationRefused)
    await own.adminPool.query('alter table jejak.events enable always trigger events_append_only')
    await own.adminPool.query('drop event trigger jejak_guard_shape')
    expect(await migrateLog(own.adminPool, { clock: 'real' })).toEqual({ ran: [], guarded: true })
    expect(await missing()).toEqual(['durable-commits'])
  })
})

describe('what only a superuser can forge is found from the bodies', () => {
  test.each([
    ['id', 'id', `update jejak.events set id = gen_random_uuid() where position = 3`, 3],
    ['type', 'type', `update jejak.events set type = 'x.Y' where position = 4`, 4],
    ['body', 'leaf-hash', `update jejak.events set body = replace(body, '1500000', '2500000') where position = 5`, 5],
    ['time', 'leaf-hash', `update jejak.events set recorded_at = recorded_at + interval '1 microsecond' where position = 6`, 6],
    ['tag taken away', 'tags', `delete from jejak.event_tags where position = 2`, 2],
    [
      'tag added',
      'tags',
      `insert into jejak.event_tags values (jejak.tag_hash('tranche:forged'), 7, jejak.type_hash('tranche.InstalmentPaid'))`,
      7,
    ],
    ['type of a tag', 'tags', `update jejak.event_tags set type_hash = 1 where position = 8`, 8],
    ['key', 'key', `update jejak.commands set outcome = '0:0' where outcome like '1:%'`, 1],
    ['key of another', 'key', `insert into jejak.commands values (sha256('a'), sha256('b'), '2:1', now())`, 2],
    ['hole', 'position', `delete from jejak.events where position = 5`, 6],
  ])('%s', async (_, what, forgery, position) => {
    const own = await ownLog()
    for (let index = 0; index < 5; index += 1) await own.log.append(submission({ facts: [{}, {}] }))
    expect((await checkColumns(own.adminPool)).differences).toEqual([])
    await own.adminPool.query(`
      alter event trigger jejak_guard_shape disable;
      alter table jejak.events disable trigger user;
      alter table jejak.event_tags disable trigger user;
      alter table jejak.commands disable trigger user;
      ${forgery}`)
    const { differences } = await checkColumns(own.adminPool, { pageSize: 3 })
    expect(differences).toEqual(expect.arrayContaining([expect.objectContaining({ what, position })]))
  })
})
