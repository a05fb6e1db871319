import path from 'node:path'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { startServer, type Server } from '@jejak/devdb'
import { dataFolder, get, onDatabase, readyOf, shell, startWith, up, type Started } from './support/started.ts'

// Starts are slow on a busy machine, and nothing here is proven by being quick.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** A server of somebody's own: logins prove themselves by password, and no role of ours is there yet. */
let server: Server
let data: string
const real = { JEJAK_DEMO: '0' }
const addressOf = (database: string, login: string, password: string): string =>
  `postgresql://${login}:${encodeURIComponent(password)}@127.0.0.1:${server.port}/${database}`
const asAdministrator = (database: string, ...statements: readonly string[]) =>
  onDatabase(server.adminUrl(database), async (client) => {
    for (const statement of statements) await client.query(statement)
  })

const own = await dataFolder()

beforeAll(async () => {
  data = await dataFolder()
  server = await startServer({
    dataDir: path.join(own, 'postgres'),
    nativeDir: inject('nativeDir'),
    durability: 'tests',
    auth: { passwordFile: path.join(own, 'password') },
  })
})

// What was registered last is run first: the folders are removed after this.
afterAll(() => server.stop())

async function missing(started: Started): Promise<unknown> {
  const body = await readyOf(started)
  expect(body).toMatchObject({ status: 'ready', log: { clock: 'real' } })
  return body['missingProtections']
}

/** The roles that the service's own connections have taken on. */
async function rolesOfService(database: string, login: string): Promise<string[]> {
  return onDatabase(server.adminUrl(database), async (client) => {
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = $1 and usename = $2 and application_name = 'jejak'`,
      [database, login],
    )
    expect(rows.length).toBeGreaterThan(0)
    const tables = await client.query<{ owner: string }>(
      `select distinct tableowner as owner from pg_tables where schemaname = 'views' and tablename <> 'projection_decisions'`,
    )
    return tables.rows.map(({ owner }) => owner)
  })
}

test('one login that may create roles migrates, and serves in the lower role', async () => {
  await asAdministrator('postgres', `create role maker login createrole password 'm a/k@r'`, 'create database made owner maker')
  const started = await up({ ...real, JEJAK_DATA: data, DATABASE_URL: addressOf('made', 'maker', 'm a/k@r') })
  expect(started.printed()).not.toContain('PostgreSQL cluster')
  expect(await rolesOfService('made', 'maker')).toEqual(['jejak_serving'])
  // It is the same login that migrates: what it could do is not hidden. The server of this test does not sync.
  const unprotected = ['guard-against-ddl', 'schema-as-sealed', 'login-not-owner', 'login-only-reads-and-calls', 'durable-commits']
  expect(await missing(started)).toEqual(unprotected)
  expect(started.printed()).toContain(`not protected  ${unprotected.join(', ')}; /readyz says why`)
  const token = await shell('npx -y pnpm@12.21.0 jejak token --role System', { JEJAK_DATA: data })
  expect(await get(`${started.base()}/v1/me`, token.out.trim())).toMatchObject({ status: 200, body: { role: 'system' } })
  expect(await started.end()).toBe(0)
})

test('a log of the other clock is not opened', async () => {
  const started = startWith({ JEJAK_DATA: data, DATABASE_URL: addressOf('made', 'maker', 'm a/k@r') })
  expect(await started.ended).toBe(2)
  expect(started.printed()).toContain('the log in database made is real for ever, JEJAK_DEMO=1 asks for a simulated one: set JEJAK_DEMO=0')
})

test('one login that may not create roles is told what an administrator runs, and starts after that', async () => {
  await asAdministrator('postgres', `create role "Plain" login password 'p'`, 'create database "Lent"')
  const settings = { ...real, JEJAK_DATA: data, DATABASE_URL: addressOf('Lent', 'Plain', 'p') }
  const refused = startWith(settings)
  expect(await refused.ended).toBe(2)
  const sql = /(do \$\$[^]*)\n\nThen start again/.exec(refused.printed())?.[1] ?? ''
  expect(sql).toContain('grant connect, create on database "Lent" to "Plain"')
  await asAdministrator('Lent', sql, sql)

  const started = await up(settings)
  expect(await rolesOfService('Lent', 'Plain')).toEqual(['jejak_serving'])
  expect(await missing(started)).toContain('guard-against-ddl')
  expect(await started.end()).toBe(0)
})

test('two logins: the one that serves is granted what it needs and no more', async () => {
  await asAdministrator('postgres', `create role "served-by" login password 's:/'`)
  const settings = {
    ...real,
    JEJAK_DATA: data,
    DATABASE_URL: addressOf('made', 'served-by', 's:/'),
    DATABASE_ADMIN_URL: addressOf('made', 'maker', 'm a/k@r'),
  }
  const started = await up(settings)
  expect(await missing(started)).toEqual(['guard-against-ddl', 'schema-as-sealed', 'durable-commits'])
  expect(await started.end()).toBe(0)

  const astray = startWith({ ...settings, DATABASE_URL: addressOf('Lent', 'served-by', 's:/') })
  expect(await astray.ended).toBe(2)
  expect(astray.printed()).toMatch(/DATABASE_URL \(.*\/Lent as served-by\) and DATABASE_ADMIN_URL \(.*\/made as maker\) are not the same/)
  expect(astray.printed()).not.toContain('s:/')
})

test.each([
  ['a wrong password', 'made', 'wrong', /password authentication failed/],
  ['an unknown database', 'unknown', 'm a/k@r', /database "unknown" does not exist/],
])('%s could not connect: 3, in one line, without the password', async (_, database, password, said) => {
  const started = startWith({ ...real, JEJAK_DATA: data, DATABASE_URL: addressOf(database, 'maker', password) })
  expect(await started.ended).toBe(3)
  expect(started.printed()).toMatch(said)
  expect(started.printed().split('\n')).toHaveLength(3)
  expect(started.printed()).not.toContain(encodeURIComponent(password))
})
