import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Client, escapeIdentifier, escapeLiteral } from 'pg'
import { DataFolderBusy, holdersOf, placeFor, runningServer, startServer, type Server } from '@jejak/devdb'
import { createPool, migrateLog, MigrationRefused } from '@jejak/event-store'
import { prepareImporting } from '@jejak/importing'
import { loadReference } from '@jejak/reference'
import { checkoutDir, type StartSettings } from './checkout.ts'
import { CommandFailed, NotConnected } from './failure.ts'
import { haveSecrets, readSecrets, type Secrets } from './secrets.ts'

/** Where the log is, who migrates and who serves, and the server that must be stopped with it. */
export interface Database {
  readonly servingUrl: string
  readonly adminUrl: string
  /** One login migrates, then serves in the lower role. */
  readonly oneLogin: boolean
  readonly servingLogin: { readonly name: string; readonly password?: string }
  readonly server: Server | undefined
}

/** Takes one line for the person who started us. */
export type Say = (line: string) => void

/** An embedded server as a command uses it: its own for a while, or that of a start that is up. */
export type Reached = Pick<Server, 'adminUrl' | 'stop'>

const embeddedLogin = 'jejak_api'

const urlFor = (base: string, user: string, password: string): string => {
  const url = new URL(base)
  url.username = user
  url.password = password
  return url.href
}

/** The address without its password. */
const placeOf = (url: string): string => {
  const { user, host, port, database } = new Client(url)
  return `${host}:${port}/${database ?? ''} as ${user ?? ''}`
}

/** Work on one connection. Throws NotConnected, naming the place without its password. */
export async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, application_name: 'jejak-start' })
  client.on('error', () => undefined)
  await client.connect().catch((error: unknown) => {
    const first: unknown = error instanceof AggregateError ? error.errors[0] : error
    throw new NotConnected(`cannot connect to the database ${placeOf(url)}: ${first instanceof Error ? first.message : String(first)}`)
  })
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Creates a database that is not there yet. */
export async function createDatabase(client: Client, name: string): Promise<void> {
  const found = await client.query('select from pg_database where datname = $1', [name])
  if (found.rowCount === 0) await client.query(`create database ${name}`)
}

/** The login of the embedded server is ours alone: its password is what the secrets say, even where they were made anew. */
async function alignPassword(client: Client, password: string): Promise<void> {
  const found = await client.query('select from pg_roles where rolname = $1', [embeddedLogin])
  if (found.rowCount === 1) await client.query(`alter role ${embeddedLogin} password ${escapeLiteral(password)}`)
}

/** The name of the database for a log with this clock (CONTRACTS D2). */
export const databaseFor = (clock: 'real' | 'simulated'): string => (clock === 'simulated' ? 'jejak_demo' : 'jejak')

/** A database of an embedded server, made if it is not there, and its two logins. */
export async function embeddedIn(server: Reached, name: string, secrets: Secrets): Promise<Omit<Database, 'server'>> {
  await connected(server.adminUrl(), async (client) => {
    await createDatabase(client, name)
    await alignPassword(client, secrets.servingPassword)
  })
  const adminUrl = server.adminUrl(name)
  const servingLogin = { name: embeddedLogin, password: secrets.servingPassword }
  return { adminUrl, servingUrl: urlFor(adminUrl, servingLogin.name, servingLogin.password), oneLogin: false, servingLogin }
}

/** The database that the settings choose on an embedded server: as named, else that of the demonstration or the real log. */
export const databaseNamed = ({ JEJAK_DATABASE: name, JEJAK_DEMO: demo }: StartSettings): string =>
  name ?? databaseFor(demo === '1' ? 'simulated' : 'real')

/** The embedded server of the checkout, and the database that the settings choose on it. `afresh` drops what was in it. */
export async function embeddedDatabase(
  settings: StartSettings,
  secrets: Secrets,
  say: Say,
  options: { readonly afresh?: boolean } = {},
): Promise<Database> {
  const server = await startEmbedded(settings, say)
  try {
    const name = databaseNamed(settings)
    if (options.afresh)
      await connected(server.adminUrl(), (client) => client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`))
    return { ...(await embeddedIn(server, name, secrets)), server }
  } catch (error) {
    await server.stop()
    throw error
  }
}

const embeddedOptions = async (settings: StartSettings, say: Say) => ({
  ...(await placeFor(checkoutDir, path.join(settings.dataDir, 'postgres'), say)),
  auth: { passwordFile: path.join(settings.dataDir, 'postgres.password') },
})

/** The embedded server for a command: that of a start that is up, or one of its own until `stop`. */
export async function reachEmbedded(settings: StartSettings, say: Say): Promise<Reached> {
  const options = await embeddedOptions(settings, say)
  const running = (await holdersOf(options.dataDir)).length > 0 ? await runningServer(options) : undefined
  return running ? { ...running, stop: () => Promise.resolve() } : startEmbedded(settings, say)
}

async function startEmbedded(settings: StartSettings, say: Say): Promise<Server> {
  try {
    const options = await embeddedOptions(settings, say)
    const server = await startServer({ ...options, preferredPort: 54_329, durability: 'full', announce: say })
    if (server.adopted) say(`the database of a start that was killed (process ${server.pid}) runs on: taken over`)
    if (server.recovered) say('the database was not stopped properly: it has recovered what was committed')
    return server
  } catch (error) {
    if (error instanceof DataFolderBusy) throw new CommandFailed(error.message, 2)
    throw new NotConnected(`the database cannot be started: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** A database of one's own. With one address, or one login in both, this login migrates and then serves in the lower role. */
export function ownDatabase(settings: StartSettings): Database | undefined {
  const { DATABASE_URL: servingUrl, DATABASE_ADMIN_URL: adminUrl = servingUrl } = settings
  if (servingUrl === undefined || adminUrl === undefined) return undefined
  const { user: name = '', password } = new Client(servingUrl)
  const oneLogin = name === (new Client(adminUrl).user ?? '')
  const servingLogin = { name, ...(password ? { password } : {}) }
  return { servingUrl, adminUrl, oneLogin, servingLogin, server: undefined }
}

/** The address of the database for a command beside `start`: one's own, or the one that a start in this checkout runs now. */
export async function databaseHere(settings: StartSettings): Promise<{ readonly servingUrl: string; readonly place: string }> {
  const own = ownDatabase(settings)
  if (own) return { servingUrl: own.servingUrl, place: placeOf(own.servingUrl) }
  if (!haveSecrets(settings.dataDir)) throw new NotConnected(`nothing was ever started in ${settings.dataDir}: run start first`)
  const { servingPassword } = await readSecrets(settings.dataDir)
  const running = await runningServer(await embeddedOptions(settings, () => {}))
  if (running === undefined) throw new NotConnected(`the database of ${settings.dataDir} does not run: start runs it (or set DATABASE_URL)`)
  const name = databaseNamed(settings)
  const servingUrl = urlFor(running.adminUrl(name), embeddedLogin, servingPassword)
  return { servingUrl, place: placeOf(servingUrl) }
}

/** What an administrator runs where the login may not create roles: `infra/roles.sql` with the names filled in. */
export function rolesByHand(login: string, database: string): string {
  const text = readFileSync(path.join(checkoutDir, 'infra/roles.sql'), 'utf8')
  const body = text.slice(text.indexOf('\ndo $$') + 1).trimEnd()
  return body.replaceAll(':"login"', () => escapeIdentifier(login)).replaceAll(':"database"', () => escapeIdentifier(database))
}

interface Found {
  readonly login: string
  readonly database: string
  readonly clock: string | undefined
}

/** Who migrates, where, and whose clock the log that is there keeps. */
async function look(adminUrl: string): Promise<Found> {
  return connected(adminUrl, async (client) => {
    const { rows } = await client.query<{ login: string; database: string; made: boolean }>(
      `select current_user::text as login, current_database()::text as database, to_regclass('jejak.log') is not null as made`,
    )
    const { login = '', database = '', made = false } = rows[0] ?? {}
    const log = made
      ? await client.query<{ clock: string }>('select clock from jejak.log').catch((error: unknown) => {
          throw isDenied(error) ? notAllowed({ login, database }) : error
        })
      : undefined
    return { login, database, clock: log?.rows[0]?.clock }
  })
}

const isDenied = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '42501'

const notAllowed = ({ login, database }: { login: string; database: string }): CommandFailed =>
  new CommandFailed(
    [
      `${login} may not create the roles and schemas of the log in ${database}. An administrator runs this there, once (infra/roles.sql):`,
      rolesByHand(login, database),
      'Then start again.',
    ].join('\n\n'),
    2,
  )

/** With two addresses, that they lead to the same log. */
async function checkSameLog(database: Database): Promise<void> {
  const text = `select created_at::text as made from jejak.log`
  const [admin, serving] = await Promise.all(
    [database.adminUrl, database.servingUrl].map((url) =>
      connected(url, async (client) => (await client.query<{ made: string }>(text).catch(() => ({ rows: [] }))).rows[0]?.made),
    ),
  )
  if (admin === undefined || admin === serving) return
  throw new CommandFailed(
    `DATABASE_URL (${placeOf(database.servingUrl)}) and DATABASE_ADMIN_URL (${placeOf(database.adminUrl)}) are not the same database`,
    2,
  )
}

/** Makes the log or brings it up to date, and loads the reference data; says what it did, nothing when all was there. */
export async function migrate(database: Database, settings: StartSettings, say: Say): Promise<void> {
  const found = await look(database.adminUrl)
  const clock = settings.JEJAK_DEMO === '1' ? 'simulated' : 'real'
  if (found.clock !== undefined && found.clock !== clock)
    throw new CommandFailed(
      [
        `the log in database ${found.database} is ${found.clock} for ever, JEJAK_DEMO=${settings.JEJAK_DEMO} asks for a ${clock} one:`,
        `set JEJAK_DEMO=${clock === 'real' ? '1' : '0'}, or name another database`,
      ].join(' '),
      2,
    )
  const admin = createPool(database.adminUrl, { max: 2, applicationName: 'jejak-migrate', statementTimeoutMs: 120_000 })
  try {
    const { ran } = await migrateLog(admin, { clock, servingLogin: database.servingLogin })
    if (ran.length > 0) say(`migrated: ${ran.join(', ')}`)
    await prepareImporting(admin)
    let told = 0
    await loadReference(admin, ({ file, rows, total }) => {
      if (rows < told) told = 0
      if (rows !== total && rows - told <= 20_000) return
      say(`reference data: ${file} ${rows} of ${total}`)
      told = rows
    })
  } catch (error) {
    if (isDenied(error)) throw notAllowed(found)
    if (error instanceof MigrationRefused) throw new CommandFailed(error.message, 2)
    throw error
  } finally {
    await admin.end()
  }
  if (database.server === undefined && !database.oneLogin) await checkSameLog(database)
}
