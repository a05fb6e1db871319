import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { programOf } from './binaries.ts'
import { type Identity, lastLines, run } from './command.ts'
import { type Announce, mayEnter } from './identity.ts'

/** How the superuser proves itself. With a password file the password is generated into it, mode 0600, when the cluster is made. */
export type Auth = 'trust' | { readonly passwordFile: string }

/** What initdb needs to know about a new cluster. */
export interface NewCluster {
  readonly dataDir: string
  readonly nativeDir: string
  readonly auth: Auth
  readonly sync: boolean
  readonly as: Identity | undefined
  readonly announce: Announce
}

const isCluster = (dataDir: string) => existsSync(path.join(dataDir, 'PG_VERSION'))

/** Makes the folder, owned by the server's account and closed to all others. Errors: it belongs to somebody else, or cannot be entered. */
async function prepareFolder(dataDir: string, as: Identity | undefined): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o755 })
  const owner = (await stat(dataDir)).uid
  const ours = process.getuid?.()
  if (ours !== undefined && owner !== ours && owner !== as?.uid) {
    throw new Error(`${dataDir} belongs to user number ${owner}: start as that user, remove the folder, or choose another`)
  }
  if (as) await chown(dataDir, as.uid, as.gid)
  await chmod(dataDir, 0o700)
  if (await mayEnter(dataDir, as)) return
  throw new Error(`the database's user cannot enter ${dataDir}: a folder above it is closed to others (chmod o+x), choose another place`)
}

/** Reads the password; makes a new one only for a cluster that is yet to be made. */
async function password(auth: Auth, exists: boolean): Promise<string | undefined> {
  if (auth === 'trust') return undefined
  if (!existsSync(auth.passwordFile)) {
    if (exists) throw new Error(`the database exists but its password file ${auth.passwordFile} is missing: put it back`)
    await mkdir(path.dirname(auth.passwordFile), { recursive: true })
    await writeFile(auth.passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
  }
  await chmod(auth.passwordFile, 0o600)
  return (await readFile(auth.passwordFile, 'utf8')).trim()
}

/** Hands initdb the password in a file that its account can read, wherever our own copy lies. */
async function withPasswordFile<T>(secret: string | undefined, as: Identity | undefined, use: (args: string[]) => Promise<T>): Promise<T> {
  if (secret === undefined) return use(['-A', 'trust'])
  const folder = await mkdtemp(path.join(tmpdir(), 'jejak-initdb-'))
  try {
    const file = path.join(folder, 'password')
    await writeFile(file, `${secret}\n`, { mode: 0o600 })
    if (as) await Promise.all([chown(folder, as.uid, as.gid), chown(file, as.uid, as.gid)])
    return await use(['-A', 'scram-sha-256', `--pwfile=${file}`])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function initialise(cluster: NewCluster, secret: string | undefined): Promise<void> {
  const { dataDir, nativeDir, sync, as } = cluster
  const encoding = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--data-checksums']
  const outcome = await withPasswordFile(secret, as, (access) =>
    run(programOf(nativeDir, 'initdb'), ['-D', dataDir, '-U', 'postgres', ...access, ...encoding, ...(sync ? [] : ['--no-sync'])], as),
  )
  if (outcome.code === 0) return
  throw new Error(`initdb could not make a cluster in ${dataDir}:\n${lastLines(outcome.stderr || outcome.stdout)}`)
}

/**
 * Makes sure that a whole cluster is in the folder. Returns the superuser's password (undefined with trust) and whether the cluster is new.
 * An initdb that was interrupted left a mark beside the folder: its half-made files are removed and made again.
 * Errors: strange files in the folder, wrong owner, another major version, missing password file, or initdb's own last lines.
 */
export async function ensureCluster(cluster: NewCluster, version: string): Promise<{ password: string | undefined; fresh: boolean }> {
  const { dataDir, announce } = cluster
  const mark = `${dataDir}.initdb`
  await prepareFolder(dataDir, cluster.as)
  if (existsSync(mark)) await Promise.all((await readdir(dataDir)).map((name) => rm(path.join(dataDir, name), { recursive: true })))
  const exists = isCluster(dataDir)
  const secret = await password(cluster.auth, exists)
  if (exists) {
    const major = (await readFile(path.join(dataDir, 'PG_VERSION'), 'utf8')).trim()
    if (major === version.split('.')[0]) return { password: secret, fresh: false }
    throw new Error(
      `${dataDir} was made by PostgreSQL ${major}, the programs here are ${version}: export with the old, import with the new`,
    )
  }
  const strange = await readdir(dataDir)
  if (strange.length > 0)
    throw new Error(`${dataDir} holds files but no database (${strange.slice(0, 3).join(', ')}): choose an empty folder`)
  announce(`making a PostgreSQL cluster in ${dataDir}, once (2 to 3 s)`)
  await writeFile(mark, `${process.pid}\n`)
  await initialise(cluster, secret)
  await rm(mark)
  return { password: secret, fresh: true }
}
