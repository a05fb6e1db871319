import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** A process that uses a data folder. `birth` tells it from a later process with the same number. */
export interface Holder {
  readonly pid: number
  readonly birth: string
  readonly shared: boolean
  readonly token: string
}

/** The data folder is in use by another live process, named by `pid`. */
export class DataFolderBusy extends Error {
  override readonly name = 'DataFolderBusy'
  readonly pid: number
  constructor(dataDir: string, pid: number, doing: string) {
    const who = pid === process.pid ? 'this very process' : `process ${pid}`
    super(`${dataDir} is ${doing} by ${who}: stop that one first, or choose another data folder`)
    this.pid = pid
  }
}

const lockWaitMs = 90_000

/** When the process began, as an opaque text; undefined when there is none of that number. */
export async function birthOf(pid: number): Promise<string | undefined> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM means that it lives under another account.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return undefined
  }
  if (process.platform !== 'linux') return 'unknown'
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

async function alive(holder: Pick<Holder, 'pid' | 'birth'>): Promise<boolean> {
  return (await birthOf(holder.pid)) === holder.birth
}

const lockOf = (dataDir: string) => `${dataDir}.lock`
const usersOf = (dataDir: string) => `${dataDir}.users`

function parse(line: string): Holder | undefined {
  const [pid, birth, mode, token] = line.split(' ')
  return pid && birth && token ? { pid: Number(pid), birth, shared: mode === 'shared', token } : undefined
}

const format = (holder: Holder) => `${holder.pid} ${holder.birth} ${holder.shared ? 'shared' : 'alone'} ${holder.token}`

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

async function tryLock(file: string, mine: string): Promise<boolean> {
  // A link appears together with its content, so nobody can read a lock that does not name its holder yet.
  const draft = `${file}.${process.pid}.${randomUUID()}`
  await writeFile(draft, mine)
  try {
    await link(draft, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    await unlink(draft)
  }
}

/** Removes the lock of a dead process. A second file serialises this, lest two waiters remove each other's new lock. */
async function breakStale(file: string): Promise<void> {
  const breaker = `${file}.break`
  try {
    await (await open(breaker, 'wx')).close()
  } catch {
    const age = await stat(breaker).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    )
    if (age > 10_000) await rm(breaker, { force: true })
    return
  }
  try {
    const holder = parse(await readIfThere(file))
    if (!holder || !(await alive(holder))) await rm(file, { force: true })
  } finally {
    await rm(breaker, { force: true })
  }
}

/**
 * Does `work` while no other process starts or stops a server on the folder. Waits for a live holder, takes over from a dead one.
 * Errors: `DataFolderBusy` when a live holder does not finish in time.
 */
export async function withLock<T>(dataDir: string, work: () => Promise<T>, waitMs = lockWaitMs): Promise<T> {
  const file = lockOf(dataDir)
  await mkdir(path.dirname(file), { recursive: true })
  const mine = format({ pid: process.pid, birth: (await birthOf(process.pid)) ?? 'unknown', shared: false, token: randomUUID() })
  const deadline = performance.now() + waitMs
  while (!(await tryLock(file, mine))) {
    const holder = parse(await readIfThere(file))
    if (holder && (await alive(holder))) {
      if (performance.now() > deadline) throw new DataFolderBusy(dataDir, holder.pid, 'being started or stopped')
    } else {
      await breakStale(file)
    }
    await pause(50)
  }
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}

/** The live processes that use the folder. */
export async function holdersOf(dataDir: string): Promise<Holder[]> {
  const known = (await readIfThere(usersOf(dataDir))).split('\n').flatMap((line) => parse(line) ?? [])
  const living = await Promise.all(known.map(alive))
  return known.filter((_, index) => living[index])
}

async function writeHolders(dataDir: string, holders: readonly Holder[]): Promise<void> {
  if (holders.length === 0) return rm(usersOf(dataDir), { force: true })
  const draft = `${usersOf(dataDir)}.${process.pid}`
  await writeFile(draft, holders.map(format).join('\n'))
  await rename(draft, usersOf(dataDir))
}

/**
 * Notes that this process uses the folder; call it under the lock. Returns the token that ends the use.
 * Errors: `DataFolderBusy` when a live process uses it, unless both agreed to share.
 */
export async function claim(dataDir: string, shared: boolean): Promise<string> {
  const others = await holdersOf(dataDir)
  const against = others.find((other) => !shared || !other.shared)
  if (against) throw new DataFolderBusy(dataDir, against.pid, 'in use')
  const token = randomUUID()
  await writeHolders(dataDir, [...others, { pid: process.pid, birth: (await birthOf(process.pid)) ?? 'unknown', shared, token }])
  return token
}

/** Ends a use; call it under the lock. Returns how many live users remain. */
export async function release(dataDir: string, token: string): Promise<number> {
  const others = (await holdersOf(dataDir)).filter((holder) => holder.token !== token)
  await writeHolders(dataDir, others)
  return others.length
}
