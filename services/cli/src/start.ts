import path from 'node:path'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { pino } from 'pino'
import { Client } from 'pg'
import { createLogger, issueToken, localIdentity, oidcIdentity, openService, type Service } from '@jejak/api'
import { DataFolderBusy, placeFor, startServer, type Server } from '@jejak/devdb'
import { createPool, migrateLog } from '@jejak/event-store'
import { loadReference } from '@jejak/reference'
import { checkoutDir, settingsHere } from './checkout.ts'
import { loadDemo } from './demo.ts'
import { CommandFailed } from './failure.ts'
import { demoRoles } from './people.ts'
import type { Register, Terminal } from './program.ts'
import { secretsOf, type Secrets } from './secrets.ts'
import { signsOfLife } from './welcome.ts'

type Settings = ReturnType<typeof settingsHere>

/** Where the log is, and what must be stopped with it. */
interface Database {
  readonly servingUrl: string
  readonly adminUrl: string
  readonly oneLogin: boolean
  readonly server: Server | undefined
}

const servingLogin = 'jejak_api'

const urlFor = (base: string, database: string, user?: string, password?: string): string => {
  const url = new URL(base)
  url.pathname = `/${database}`
  if (user !== undefined) url.username = user
  if (password !== undefined) url.password = password
  return url.href
}

async function createDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new Client(adminUrl)
  await client.connect()
  try {
    const found = await client.query('select from pg_database where datname = $1', [name])
    if (found.rowCount === 0) await client.query(`create database ${name}`)
  } finally {
    await client.end()
  }
}

/** The embedded server of the checkout, with one database for the demonstration and one for the real log. */
async function embedded(settings: Settings, secrets: Secrets, say: (line: string) => void): Promise<Database> {
  const place = await placeFor(checkoutDir, path.join(settings.dataDir, 'postgres'), say)
  const server = await startServer({
    ...place,
    preferredPort: 54_329,
    durability: 'full',
    auth: { passwordFile: path.join(settings.dataDir, 'postgres.password') },
    announce: say,
  }).catch((error: unknown) => {
    if (error instanceof DataFolderBusy) throw new CommandFailed(error.message, 2)
    throw error
  })
  const name = settings.JEJAK_DEMO === '1' ? 'jejak_demo' : 'jejak'
  await createDatabase(server.adminUrl(), name)
  const adminUrl = server.adminUrl(name)
  return { adminUrl, servingUrl: urlFor(adminUrl, name, servingLogin, secrets.servingPassword), oneLogin: false, server }
}

/** A database of one's own. With one address only, its login migrates and then serves in the lower role. */
function own(settings: Settings): Database | undefined {
  if (settings.DATABASE_URL === undefined) return undefined
  const adminUrl = settings.DATABASE_ADMIN_URL ?? settings.DATABASE_URL
  return { servingUrl: settings.DATABASE_URL, adminUrl, oneLogin: settings.DATABASE_ADMIN_URL === undefined, server: undefined }
}

const rolesByHand = (login: string): string => `create role jejak_owner nologin;
create role jejak_appender nologin;
create role jejak_serving nologin;
grant jejak_owner, jejak_appender, jejak_serving to ${login} with admin option;`

async function migrate(database: Database, settings: Settings, secrets: Secrets, say: (line: string) => void): Promise<void> {
  const admin = createPool(database.adminUrl, { max: 2, applicationName: 'jejak-migrate', statementTimeoutMs: 120_000 })
  const clock = settings.JEJAK_DEMO === '1' ? 'simulated' : 'real'
  const login = decodeURIComponent(new URL(database.servingUrl).username)
  const serving = database.server ? { name: servingLogin, password: secrets.servingPassword } : { name: login }
  try {
    const { ran } = await migrateLog(admin, { clock, ...(database.oneLogin ? {} : { servingLogin: serving }) })
    if (ran.length > 0) say(`migrated: ${ran.join(', ')}`)
    let told = 0
    await loadReference(admin, ({ file, rows, total }) => {
      if (rows === total || rows - told > 20_000) say(`reference data: ${file} ${rows} of ${total}`)
      told = rows
    })
  } catch (error) {
    if ((error as { code?: string }).code === '42501')
      throw new CommandFailed(
        `${login} may not create roles or schemas here. As a superuser, run:\n\n${rolesByHand(login)}\n\nand start again.`,
        2,
      )
    throw error
  } finally {
    await admin.end()
  }
}

function portTaken(error: unknown, port: number): never {
  if ((error as { code?: string }).code === 'EADDRINUSE')
    throw new CommandFailed(`port ${port} is taken: end what listens there, or set JEJAK_PORT`, 2)
  throw error
}

async function openAll(settings: Settings, database: Database, secrets: Secrets): Promise<Service> {
  const identity =
    settings.JEJAK_OIDC_ISSUER && settings.JEJAK_OIDC_JWKS
      ? oidcIdentity(settings.JEJAK_OIDC_ISSUER, settings.JEJAK_OIDC_JWKS)
      : localIdentity(secrets.issuerKey)
  const logFile = path.join(settings.dataDir, 'jejak.log')
  return openService({
    databaseUrl: database.servingUrl,
    lowerRole: database.oneLogin,
    personsKey: settings.JEJAK_PERSONS_KEY ?? secrets.personsKey,
    identity,
    logger: createLogger(pino.destination({ dest: logFile, mkdir: true, sync: false })),
  })
}

/** Resolves at the first Ctrl-C or end signal; a second one is left to end the process. */
function untilSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(signal))
  })
}

async function start(terminal: Terminal): Promise<void> {
  const began = performance.now()
  const say = (line: string): void => terminal.out(`  ${line}`)
  const settings = settingsHere()
  const demo = settings.JEJAK_DEMO === '1'
  await mkdir(settings.dataDir, { recursive: true })
  terminal.out(`Jejak starts: ${demo ? 'the demonstration, on a simulated clock' : 'the real log'}`)
  const secrets = await secretsOf(settings.dataDir)
  const database = own(settings) ?? (await embedded(settings, secrets, say))
  let service: Service | undefined
  try {
    await migrate(database, settings, secrets, say)
    service = await openAll(settings, database, secrets)
    if (demo) await loadDemo(service, (holder) => issueToken(secrets.issuerKey, holder), say)
    const port = await service.listen(settings.JEJAK_PORT).catch((error: unknown) => portTaken(error, settings.JEJAK_PORT))
    await writeFile(path.join(settings.dataDir, 'address'), `http://127.0.0.1:${port}\n`)
    const tokens = settings.JEJAK_OIDC_ISSUER || !demo ? [] : await tokensOf(secrets)
    terminal.out(await signsOfLife({ service, port, demo, tokens, seconds: (performance.now() - began) / 1000 }))
    const signal = await untilSignal()
    terminal.out(`\n${signal}: finishing what is under way`)
  } finally {
    await service?.close()
    await database.server?.stop()
  }
  terminal.out('stopped')
}

const tokensOf = (secrets: Secrets): Promise<{ role: string; token: string }[]> =>
  Promise.all(demoRoles().map(async (holder) => ({ role: holder.role, token: await issueToken(secrets.issuerKey, holder) })))

/** `jejak start`: everything in one process on an embedded, real PostgreSQL. */
export const registerStart: Register = (program, terminal) => {
  program
    .command('start')
    .description('start everything: database, migration, reference data, demonstration, API')
    .action(() => start(terminal))
}

/** The address of the API that was started last in this checkout. */
export const addressFile = (dataDir: string): string | undefined => {
  const file = path.join(dataDir, 'address')
  return existsSync(file) ? file : undefined
}
