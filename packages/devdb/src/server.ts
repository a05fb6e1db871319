import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { packagedBinaries, runnable } from './binaries.ts'
import { claim, release, withLock } from './claim.ts'
import { type Auth, ensureCluster } from './cluster.ts'
import { type Announce, databaseIdentity } from './identity.ts'
import { findRunning, launch, type Postmaster, shutDown } from './postmaster.ts'

/** What to start. */
export interface ServerOptions {
  readonly dataDir: string
  /** The port to try first; a free one is taken when it is occupied or absent. */
  readonly preferredPort?: number
  /** `full`: the server's defaults, commits reach the disk. `tests`: they do not, and 200 connections are allowed. */
  readonly durability: 'full' | 'tests'
  readonly auth: Auth
  readonly announce?: Announce
  readonly maxConnections?: number
  /** The programs, when `placeFor` moved them; else those of the npm package. */
  readonly nativeDir?: string
  /** Whether other processes may use the server at the same time; the last one stops it. All of them must say so. */
  readonly shared?: boolean
}

/** A running server. `recovered` is known only for a server that we started ourselves. */
export interface Server {
  /** The superuser's connection string for a database, by default `postgres`. */
  adminUrl(database?: string): string
  readonly port: number
  readonly version: string
  readonly pid: number
  /** It ran already, left by a launcher that was killed or in use by others; it keeps the settings it was started with. */
  readonly adopted: boolean
  /** The cluster was made by this start. */
  readonly fresh: boolean
  readonly recovered?: boolean
  readonly dataDir: string
  readonly binDir: string
  /** Ends the server (fast: sessions are broken off), or only our use of it while others share it. A second call does nothing. */
  stop(): Promise<void>
}

function settingsOf({ durability, maxConnections }: ServerOptions): string[] {
  const connections = maxConnections ?? (durability === 'tests' ? 200 : undefined)
  return [
    'timezone=UTC',
    'log_timezone=UTC',
    ...(durability === 'tests' ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] : []),
    ...(connections === undefined ? [] : [`max_connections=${connections}`]),
  ]
}

function urlOf(port: number, password: string | undefined, database: string): string {
  const user = password === undefined ? 'postgres' : `postgres:${encodeURIComponent(password)}`
  return `postgresql://${user}@127.0.0.1:${port}/${encodeURIComponent(database)}`
}

async function versionOf(postmaster: Postmaster): Promise<string> {
  const answer = await runnable(postmaster.nativeDir, postmaster.as)
  if ('version' in answer) return answer.version
  throw new Error(
    [
      `PostgreSQL's programs in ${postmaster.nativeDir} cannot be run by the database's user:`,
      `a folder above them may be closed to others; use placeFor\n${answer.why}`,
    ].join(' '),
  )
}

/**
 * The server that another process runs on the folder, for a client that neither starts nor stops it; undefined when none runs. Errors: the
 * password file cannot be read.
 */
export async function runningServer(
  options: Pick<ServerOptions, 'dataDir' | 'nativeDir' | 'auth'>,
): Promise<Pick<Server, 'adminUrl' | 'port' | 'pid'> | undefined> {
  const nativeDir = options.nativeDir ?? (await packagedBinaries()).nativeDir
  const found = await findRunning({ dataDir: path.resolve(options.dataDir), nativeDir, as: await databaseIdentity(() => {}) })
  if (found === undefined) return undefined
  const password = options.auth === 'trust' ? undefined : (await readFile(options.auth.passwordFile, 'utf8')).trim()
  return { ...found, adminUrl: (database = 'postgres') => urlOf(found.port, password, database) }
}

/** Ends our use once; the last user ends the server. */
function stopper(postmaster: Postmaster, token: string): () => Promise<void> {
  let ending: Promise<void> | undefined
  const end = () =>
    withLock(postmaster.dataDir, async () => {
      if ((await release(postmaster.dataDir, token)) === 0) await shutDown(postmaster)
    })
  return () => (ending ??= end())
}

/**
 * Starts PostgreSQL on the folder, making the cluster if there is none, or adopts the server that runs there already. It listens on
 * 127.0.0.1 only, without a socket file, in a session of its own: Ctrl-C reaches the program that started it, not the server.
 * Errors: `DataFolderBusy` (another live process uses the folder, named), the programs cannot be run, initdb or the server failed; the
 * message holds the last lines they wrote.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const announce = options.announce ?? (() => {})
  const dataDir = path.resolve(options.dataDir)
  const as = await databaseIdentity(announce)
  const nativeDir = options.nativeDir ?? (await packagedBinaries()).nativeDir
  const postmaster = { dataDir, nativeDir, as }
  const version = await versionOf(postmaster)
  return withLock(dataDir, async () => {
    const token = await claim(dataDir, options.shared === true)
    try {
      const sync = options.durability === 'full'
      const cluster = await ensureCluster({ dataDir, nativeDir, auth: options.auth, sync, as, announce }, version)
      const survivor = await findRunning(postmaster)
      const started = survivor ? undefined : await launch(postmaster, options.preferredPort, settingsOf(options))
      const running = survivor ?? started
      if (!running) throw new Error('unreachable: the server neither ran nor was started')
      return {
        adminUrl: (database = 'postgres') => urlOf(running.port, cluster.password, database),
        port: running.port,
        version: version,
        pid: running.pid,
        adopted: survivor !== undefined,
        fresh: cluster.fresh,
        ...(started && { recovered: started.recovered }),
        dataDir,
        binDir: path.join(nativeDir, 'bin'),
        stop: stopper(postmaster, token),
      }
    } catch (error) {
      await release(dataDir, token)
      throw error
    }
  })
}
