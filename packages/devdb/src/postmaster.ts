import { existsSync } from 'node:fs'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { programOf } from './binaries.ts'
import { birthOf } from './claim.ts'
import { type Identity, lastLines, run } from './command.ts'

/** The server of a data folder and how to speak to it. */
export interface Postmaster {
  readonly dataDir: string
  readonly nativeDir: string
  readonly as: Identity | undefined
}

/** A running server, as its postmaster.pid tells. */
export interface Running {
  readonly pid: number
  readonly port: number
  readonly ready: boolean
}

const logOf = (dataDir: string) => path.join(dataDir, 'server.log')
const logBytesMax = 16 * 1024 * 1024

async function pidFile(dataDir: string): Promise<Running | undefined> {
  const file = path.join(dataDir, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n')
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  return pid > 0 && port > 0 ? { pid, port, ready: (lines[7] ?? '').trim() === 'ready' } : undefined
}

async function isUp({ dataDir, nativeDir, as }: Postmaster): Promise<boolean> {
  return (await run(programOf(nativeDir, 'pg_ctl'), ['-D', dataDir, 'status'], as)).code === 0
}

/** The server that runs on the folder already, once it is ready; undefined when none runs, or the one that ran has just stopped. */
export async function findRunning(postmaster: Postmaster, waitMs = 30_000): Promise<Running | undefined> {
  const deadline = performance.now() + waitMs
  while (await isUp(postmaster)) {
    const found = await pidFile(postmaster.dataDir)
    // pg_ctl takes a killed server for a running one until its parent (process 1) has noticed the death.
    if (found && (await birthOf(found.pid)) === undefined) return undefined
    if (found?.ready) return found
    if (performance.now() > deadline) {
      throw new Error(`a server runs on ${postmaster.dataDir} but is not ready:\n${await logTail(postmaster.dataDir, 0)}`)
    }
    await pause(100)
  }
  return undefined
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0))
    })
  })
}

async function logSize(dataDir: string): Promise<number> {
  const file = logOf(dataDir)
  if (!existsSync(file)) return 0
  const { size } = await stat(file)
  if (size < logBytesMax) return size
  await rename(file, `${file}.1`)
  return 0
}

async function logSince(dataDir: string, from: number): Promise<string> {
  if (!existsSync(logOf(dataDir))) return ''
  await using file = await open(logOf(dataDir))
  const { size } = await file.stat()
  const bytes = Buffer.alloc(Math.max(0, size - from))
  await file.read(bytes, 0, bytes.length, from)
  return bytes.toString('utf8')
}

async function logTail(dataDir: string, from: number): Promise<string> {
  return lastLines(await logSince(dataDir, from))
}

/** Starts the server on one port; an answer that names the port tells the caller to try another. */
async function startOn(
  postmaster: Postmaster,
  port: number,
  settings: readonly string[],
): Promise<{ recovered: boolean } | { why: string }> {
  const { dataDir, nativeDir, as } = postmaster
  const from = await logSize(dataDir)
  const flags = [`-p ${port}`, '-c listen_addresses=127.0.0.1', `-c unix_socket_directories=''`, ...settings.map((one) => `-c ${one}`)]
  const args = ['-D', dataDir, '-w', '-t', '60', '-l', logOf(dataDir), '-o', flags.join(' '), 'start']
  const outcome = await run(programOf(nativeDir, 'pg_ctl'), args, as)
  const said = await logSince(dataDir, from)
  if (outcome.code === 0) return { recovered: /was not properly shut down|was interrupted/.test(said) }
  return { why: `${lastLines(outcome.stderr || outcome.stdout, 4)}\n${lastLines(said)}` }
}

const portTaken = /could not create any TCP\/IP sockets|Address already in use/
// After kill -9 of the server its children, and process 1, need a moment to notice.
const deathUnnoticed = /pre-existing shared memory block|is still in use|lock file "postmaster\.pid" already exists/

/**
 * Starts the server: on the preferred port, or on a free one when it is taken or none is preferred. `recovered` tells that the last
 * server died and its log was replayed. Errors: the last lines of server.log.
 */
export async function launch(
  postmaster: Postmaster,
  preferredPort: number | undefined,
  settings: readonly string[],
): Promise<Running & { recovered: boolean }> {
  let port = preferredPort ?? (await freePort())
  let why = ''
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const outcome = await startOn(postmaster, port, settings)
    if ('recovered' in outcome) {
      const found = await findRunning(postmaster)
      if (found) return { ...found, recovered: outcome.recovered }
      why = 'it stopped right after its start'
      break
    }
    why = outcome.why
    if (portTaken.test(why)) port = await freePort()
    else if (deathUnnoticed.test(why)) await pause(250)
    else break
  }
  throw new Error(`PostgreSQL could not start on ${postmaster.dataDir}:\n${why}\n(the whole log is ${logOf(postmaster.dataDir)})`)
}

/** Ends the server, breaking off its sessions; one that is gone already is as good as ended. Errors: it does not end within a minute. */
export async function shutDown(postmaster: Postmaster): Promise<void> {
  const { dataDir, nativeDir, as } = postmaster
  const found = await pidFile(dataDir)
  const birth = found && (await birthOf(found.pid))
  if (!found || birth === undefined) return
  const outcome = await run(programOf(nativeDir, 'pg_ctl'), ['-D', dataDir, '-m', 'fast', '-w', '-t', '60', 'stop'], as)
  if (outcome.code === 0 || !(await isUp(postmaster))) {
    // Its pid file goes a moment before it does.
    for (let waits = 0; waits < 500 && (await birthOf(found.pid)) === birth; waits += 1) await pause(10)
    return
  }
  throw new Error(`PostgreSQL on ${dataDir} could not be stopped:\n${lastLines(outcome.stderr, 4)}\n${await logTail(dataDir, 0)}`)
}
