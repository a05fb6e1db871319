import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { copyBinaries, packagedBinaries, runnable } from './binaries.ts'
import type { Identity } from './command.ts'
import { type Announce, databaseIdentity, isRoot, mayEnter } from './identity.ts'

/** Where a checkout's cluster lives and which programs run it. `moved` tells that one of them had to leave the checkout. */
export interface Place {
  readonly dataDir: string
  readonly nativeDir: string
  readonly moved: boolean
}

const refugeRoot = '/var/lib/jejak'

/** Sixteen hex digits that stand for a checkout, so that two checkouts never share a folder. */
export function checkoutHash(checkoutDir: string): string {
  return createHash('sha256').update(path.resolve(checkoutDir)).digest('hex').slice(0, 16)
}

function nearestExisting(folder: string): string {
  let at = path.resolve(folder)
  while (!existsSync(at) && at !== path.dirname(at)) at = path.dirname(at)
  return at
}

async function makeOpen(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o755)
}

/** What a cluster is called in the refuge: two data folders of one checkout that both had to leave it never meet there. */
function nameInRefuge(checkoutDir: string, preferred: string): string {
  const name = path.basename(preferred)
  return path.dirname(preferred) === path.join(checkoutDir, '.jejak') ? name : `${name}-${checkoutHash(preferred)}`
}

/** The folder an earlier start moved to, as written in `.jejak/where`. */
async function recordedRefuge(checkoutDir: string): Promise<string | undefined> {
  const file = path.join(checkoutDir, '.jejak', 'where')
  return existsSync(file) ? (await readFile(file, 'utf8')).trim() : undefined
}

async function record(checkoutDir: string, refuge: string): Promise<void> {
  await mkdir(path.join(checkoutDir, '.jejak'), { recursive: true })
  await writeFile(path.join(checkoutDir, '.jejak', 'where'), `${refuge}\n`)
}

/** Data that an earlier start kept in the refuge stay there, even when the checkout has become readable since. */
async function earlierData(checkoutDir: string, preferred: string): Promise<string | undefined> {
  const refuge = await recordedRefuge(checkoutDir)
  if (!refuge || existsSync(path.join(preferred, 'PG_VERSION'))) return undefined
  const there = path.join(refuge, nameInRefuge(checkoutDir, preferred))
  // An ordinary user cannot look inside; that the folder exists is enough to refuse a second, empty cluster.
  return existsSync(there) ? there : undefined
}

async function placeForRoot(checkoutDir: string, preferred: string, as: Identity, announce: Announce): Promise<Place> {
  const packaged = await packagedBinaries()
  const refuge = path.join(refugeRoot, checkoutHash(checkoutDir))
  const programsReachable = 'version' in (await runnable(packaged.nativeDir, as))
  const dataReachable = await mayEnter(nearestExisting(path.dirname(preferred)), as)
  const kept = await earlierData(checkoutDir, preferred)
  if (programsReachable && dataReachable && !kept) return { dataDir: preferred, nativeDir: packaged.nativeDir, moved: false }

  await makeOpen(refugeRoot)
  await makeOpen(refuge)
  const nativeDir = programsReachable ? packaged.nativeDir : await copyBinaries(packaged, refuge)
  const dataDir = kept ?? (dataReachable ? preferred : path.join(refuge, nameInRefuge(checkoutDir, preferred)))
  await record(checkoutDir, refuge)
  const what = [...(programsReachable ? [] : ['the programs']), ...(dataDir === preferred ? [] : ['the data'])].join(' and ')
  announce(`the database's user cannot enter ${checkoutDir}: ${what} of PostgreSQL are in ${refuge} (noted in .jejak/where)`)
  return { dataDir, nativeDir, moved: true }
}

/**
 * Chooses where the cluster of a checkout lives: in `preferredDataDir`, or in `/var/lib/jejak/<hash>` when we are root and user `postgres`
 * cannot enter the checkout or the folder (as under a 0700 home). The choice is announced and written to `<checkout>/.jejak/where`.
 * Errors: an ordinary user meets data that root keeps in the other place.
 */
export async function placeFor(checkoutDir: string, preferredDataDir: string, announce: Announce = () => {}): Promise<Place> {
  const checkout = path.resolve(checkoutDir)
  const preferred = path.resolve(preferredDataDir)
  const identity = await databaseIdentity(announce)
  if (identity) return placeForRoot(checkout, preferred, identity, announce)
  const kept = isRoot() ? undefined : await earlierData(checkout, preferred)
  if (kept) throw new Error(`root keeps this checkout's data in ${kept}: start as root, or remove ${checkout}/.jejak/where to begin anew`)
  return { dataDir: preferred, nativeDir: (await packagedBinaries()).nativeDir, moved: false }
}
