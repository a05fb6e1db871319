import { spawn, type ChildProcess } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import { birthOf } from '@jejak/devdb'
import { afterAll } from 'vitest'
import { checkoutDir } from '../../src/checkout.ts'

/** A `start` in a process of its own. */
export interface Started {
  readonly child: ChildProcess
  /** Everything it has printed so far. */
  printed(): string
  /** Resolves when a text was printed; rejects when the process ends before. */
  until(text: string | RegExp): Promise<void>
  /** The address that it printed. */
  base(): string
  /** The exit code; null after a SIGKILL. */
  readonly ended: Promise<number | null>
  end(signal?: NodeJS.Signals): Promise<number | null>
}

/** What a command printed, and its exit code. */
export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const main = path.join(checkoutDir, 'services/cli/src/main.ts')

/** Settings of the person who runs the tests are not those of the tests. */
function environmentOf(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(JEJAK_|DATABASE_|NODE_ENV$|VITEST|PG[A-Z]+$)/.test(name))
  return { ...Object.fromEntries(own), ...settings }
}

// Here and not where they are made: a hook that is asked for inside a test is never run.
const folders = new Set<string>()
const running = new Set<ChildProcess>()
afterAll(async () => {
  await Promise.all(
    [...running].map(async (child) => {
      const gone = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGINT')
      await gone
    }),
  )
  await Promise.all([...folders].map((folder) => rm(folder, { recursive: true, force: true })))
})

/** A data folder that the database's user can enter, removed when the file is done. */
export async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'jejak-cli-'))
  await chmod(folder, 0o755)
  folders.add(folder)
  return path.join(folder, 'data')
}

/** Holds a port until it is let go of. */
export async function occupiedPort(): Promise<{ port: number; free: () => Promise<void> }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { port, free: () => new Promise((resolve) => server.close(() => resolve())) }
}

/** Runs `start` with these settings and no others. What a test file leaves running is stopped when it is done. */
export function startWith(settings: Readonly<Record<string, string>>): Started {
  const child = spawn(process.execPath, [main, 'start'], { cwd: '/', env: environmentOf({ JEJAK_PORT: '0', ...settings }) })
  running.add(child)
  let text = ''
  const waiting = new Set<() => void>()
  const heard = (chunk: Buffer): void => {
    text += chunk.toString()
    for (const look of waiting) look()
  }
  child.stdout.on('data', heard)
  child.stderr.on('data', heard)
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      running.delete(child)
      resolve(code)
    })
  })
  const until = (wanted: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (typeof wanted === 'string' ? !text.includes(wanted) : !wanted.test(text)) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      void ended.then((code) => reject(new Error(`start ended with ${code} before it printed ${String(wanted)}:\n${text}`)))
      look()
    })
  return {
    child,
    printed: () => text,
    until,
    base: () => /API {2,}(\S+)/.exec(text)?.[1] ?? '',
    ended,
    end: (signal = 'SIGINT') => {
      child.kill(signal)
      return ended
    },
  }
}

/** Runs `start` and waits until it serves. */
export async function up(settings: Readonly<Record<string, string>>): Promise<Started> {
  const started = startWith(settings)
  await started.until(/Ctrl-C stops/)
  return started
}

/** Runs a shell line from the root of the checkout, with `jejak` as printed standing for this checkout's own. */
export function shell(line: string, settings: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const command = line.replaceAll('npx -y pnpm@12.21.0 jejak', `${process.execPath} ${main}`)
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], { cwd: checkoutDir, env: environmentOf(settings) })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
}

/** The embedded server of a data folder: its process, whether it lives, and its superuser's address. */
export async function serverOf(dataDir: string): Promise<{ pid: number; url: (database: string) => string }> {
  const lines = (await readFile(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8')).split('\n')
  const password = (await readFile(path.join(dataDir, 'postgres.password'), 'utf8')).trim()
  return { pid: Number(lines[0]), url: (database) => `postgresql://postgres:${password}@127.0.0.1:${lines[3]}/${database}` }
}

/** Whether a process lives. */
export const lives = async (pid: number): Promise<boolean> => (await birthOf(pid)) !== undefined

/** Work on one connection. */
export async function onDatabase<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(url)
  // The server may end while somebody works on it; whoever waits for a query is told by the query.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** A GET with a token; the body as JSON. */
export async function get(address: string, token?: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(address, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

/** Everything that makes the log of a database, in order: equal digests, equal logs. */
export async function logOf(url: string): Promise<{ head: number; digest: string; commands: number }> {
  return onDatabase(url, async (client) => {
    const { rows } = await client.query<{ head: number; digest: string; commands: number }>(`
      select
        count(*)::int as head,
        md5(coalesce(string_agg(position || body || encode(leaf_hash, 'hex'), '' order by position), '')) as digest,
        (select count(*)::int from jejak.commands) as commands
      from jejak.events`)
    return rows[0] ?? { head: 0, digest: '', commands: 0 }
  })
}

/** What `/readyz` says once it is ready. On a busy machine the log may not answer in time at once; then it is asked again, for 20 s. */
export async function readyOf(started: Started): Promise<Record<string, unknown>> {
  for (let left = 100; ; left -= 1) {
    const { status, body } = await get(`${started.base()}/readyz`)
    if (status === 200 || left === 0) return body
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
