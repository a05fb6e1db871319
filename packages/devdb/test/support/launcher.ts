import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { Client } from 'pg'
import { inject, onTestFinished } from 'vitest'
import { type Server, type ServerOptions, startServer } from '../../src/index.ts'

/** What the child printed: a server's figures, or an error. */
export interface Report {
  readonly error?: string
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly adopted: boolean
  readonly fresh: boolean
  readonly recovered?: boolean
  readonly dataDir: string
  readonly binDir: string
  readonly announced: readonly string[]
}

/** A launcher in another process. */
export interface Launcher {
  readonly pid: number
  readonly report: Promise<Report>
  kill(): Promise<void>
  stop(): Promise<void>
}

const script = path.join(import.meta.dirname, 'launch.ts')
const ownModule = path.resolve(import.meta.dirname, '../../src/index.ts')

/** Starts the launcher in a child process, with the module of another checkout if one is given. */
export function launchElsewhere(options: ServerOptions & { checkout?: string }, modulePath = ownModule): Launcher {
  // With a checkout given, placeFor finds the programs.
  const given = options.checkout ? options : { nativeDir: inject('nativeDir'), ...options }
  const child = spawn(process.execPath, [script, modulePath, JSON.stringify(given)], { stdio: ['pipe', 'pipe', 'inherit'], cwd: '/' })
  const ended = once(child, 'exit')
  const report = once(createInterface(child.stdout), 'line').then(([line]): Report => JSON.parse(String(line)))
  const end = async (how: () => void) => {
    how()
    await ended
  }
  return { pid: child.pid ?? 0, report, kill: () => end(() => child.kill('SIGKILL')), stop: () => end(() => child.stdin.end()) }
}

/** A data folder, yet to be made, that is removed with the test. */
export async function temporaryDataDir(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'jejak-devdb-'))
  await chmod(folder, 0o755)
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return path.join(folder, 'data')
}

/** Starts a server here, with programs that can be run wherever the checkout lies. */
export async function start(options: ServerOptions): Promise<Server> {
  return startServer({ nativeDir: inject('nativeDir'), ...options })
}

/** Starts a server here; the test's end stops it. */
export async function started(options: ServerOptions): Promise<Server> {
  const server = await start(options)
  onTestFinished(() => server.stop())
  return server
}

/** Runs one statement and returns its rows. */
export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}
