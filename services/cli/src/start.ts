import path from 'node:path'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { pino } from 'pino'
import { createLogger, issueToken, localIdentity, oidcIdentity, openService, type Identity, type Service } from '@jejak/api'
import { NoLog, PersonsKeyWrong } from '@jejak/event-store'
import { settingsForStart, type StartSettings } from './checkout.ts'
import { embeddedDatabase, migrate, ownDatabase, type Database, type Say } from './database.ts'
import { loadDemo } from './demo.ts'
import { evidenceOf } from './evidence-store.ts'
import { CommandFailed } from './failure.ts'
import { demoRoles, systemHolder } from './people.ts'
import type { Register, Terminal } from './program.ts'
import { secretsOf, type Secrets } from './secrets.ts'
import { signsOfLife } from './welcome.ts'

function portTaken(error: unknown, port: number): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') throw new CommandFailed(`port ${port} is taken: end what listens there, or set JEJAK_PORT`, 2)
  if (code === 'EACCES') throw new CommandFailed(`port ${port} is not open to this user: set JEJAK_PORT above 1023`, 2)
  throw error
}

/** Says that a port is taken before the work is done and not after it; who takes it in between is met when we listen. */
function portFree(port: number): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()))
  }).catch((error: unknown) => portTaken(error, port))
}

function identityOf(settings: StartSettings, secrets: Secrets): Identity {
  const { JEJAK_OIDC_ISSUER: issuer, JEJAK_OIDC_JWKS: keys } = settings
  return issuer && keys ? oidcIdentity(issuer, keys) : localIdentity(secrets.issuerKey)
}

async function open(settings: StartSettings, database: Database, secrets: Secrets, identity: Identity): Promise<Service> {
  try {
    return await openService({
      databaseUrl: database.servingUrl,
      lowerRole: database.oneLogin,
      projections: true,
      personsKey: settings.JEJAK_PERSONS_KEY ?? secrets.personsKey,
      evidence: await evidenceOf(settings),
      identity,
      logger: createLogger(pino.destination({ dest: path.join(settings.dataDir, 'jejak.log'), mkdir: true, sync: false })),
    })
  } catch (error) {
    if (error instanceof PersonsKeyWrong) throw new CommandFailed(`${error.message}: put the key back that was used before`, 2)
    if (error instanceof NoLog) throw new CommandFailed(error.message, 2)
    throw error
  }
}

/** Loads the demonstration by tokens of the built-in issuer, which an issuer of one's own does not know: then by a service of its own. */
async function demonstrate(service: Service, settings: StartSettings, database: Database, secrets: Secrets, say: Say, end: AbortSignal) {
  const tokenFor = (holder: Parameters<typeof issueToken>[1]) => issueToken(secrets.issuerKey, holder)
  if (!settings.JEJAK_OIDC_ISSUER) return loadDemo(service, tokenFor, say, end)
  const loader = await open(settings, database, secrets, localIdentity(secrets.issuerKey))
  try {
    await loadDemo(loader, tokenFor, say, end)
  } finally {
    await close(loader)
  }
}

/** Ends the service. Clients keep a connection open after their answer: each is closed as soon as nothing is under way on it. */
async function close(service: Service): Promise<void> {
  const closing = setInterval(() => service.app.server.closeIdleConnections(), 50)
  try {
    await service.close()
  } finally {
    clearInterval(closing)
  }
}

/** Aborts at the first Ctrl-C or end signal, whose name is the reason; a second one is left to end the process. */
function endSignal(): AbortSignal {
  const ending = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => ending.abort(name))
  return ending.signal
}

const aborted = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => (signal.aborted ? resolve(0) : signal.addEventListener('abort', resolve)))

async function tokensOf(settings: StartSettings, secrets: Secrets): Promise<{ role: string; token: string }[]> {
  if (settings.JEJAK_OIDC_ISSUER) return []
  const holders = settings.JEJAK_DEMO === '1' ? demoRoles() : [systemHolder]
  return Promise.all(holders.map(async (holder) => ({ role: holder.role, token: await issueToken(secrets.issuerKey, holder) })))
}

async function serve(service: Service, settings: StartSettings, secrets: Secrets, began: number): Promise<string> {
  const port = await service.listen(settings.JEJAK_PORT).catch((error: unknown) => portTaken(error, settings.JEJAK_PORT))
  await writeFile(path.join(settings.dataDir, 'address'), `http://127.0.0.1:${port}\n`)
  const tokens = await tokensOf(settings, secrets)
  return signsOfLife({ service, port, settings, tokens, seconds: (performance.now() - began) / 1000 })
}

async function start(terminal: Terminal): Promise<void> {
  const began = performance.now()
  const settings = settingsForStart()
  const end = endSignal()
  const say = (line: string): void => terminal.out(`  ${line}`)
  const demo = settings.JEJAK_DEMO === '1'
  const which = demo ? `${settings.JEJAK_DATABASE ?? 'the demonstration'}, on a simulated clock` : 'the real log'
  terminal.out(`Jejak starts: ${which}`)
  await mkdir(settings.dataDir, { recursive: true }).catch((error: unknown) => {
    throw new CommandFailed(`JEJAK_DATA: ${settings.dataDir} cannot be used: ${error instanceof Error ? error.message : String(error)}`, 2)
  })
  const secrets = await secretsOf(settings.dataDir)
  const database = ownDatabase(settings) ?? (await embeddedDatabase(settings, secrets, say))
  let service: Service | undefined
  try {
    // After the data folder: who starts twice is told of the first start, not of its port.
    await portFree(settings.JEJAK_PORT)
    if (!end.aborted) await migrate(database, settings, say)
    if (!end.aborted) service = await open(settings, database, secrets, identityOf(settings, secrets))
    if (service && demo && !settings.JEJAK_DATABASE) await demonstrate(service, settings, database, secrets, say, end)
    if (service && !end.aborted) terminal.out(await serve(service, settings, secrets, began))
    await aborted(end)
    terminal.out(`\n${String(end.reason)}: finishing what is under way`)
  } finally {
    try {
      if (service) await close(service)
    } finally {
      await database.server?.stop()
    }
  }
  terminal.out('stopped')
}

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
