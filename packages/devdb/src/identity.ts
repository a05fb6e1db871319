import { type Identity, lastLines, run } from './command.ts'

/** Receives one line for the person who started us. */
export type Announce = (line: string) => void

const accountName = 'postgres'

/** True when we are root, which PostgreSQL refuses to run as. */
export function isRoot(): boolean {
  return process.getuid?.() === 0
}

async function lookUp(): Promise<Identity | undefined> {
  const [uid, gid] = await Promise.all([run('id', ['-u', accountName]), run('id', ['-g', accountName])])
  return uid.code === 0 && gid.code === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : undefined
}

async function create(announce: Announce): Promise<void> {
  announce(`PostgreSQL refuses to run as root: creating the system user "${accountName}", which has no password and cannot log in`)
  const attempts: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/bin/false', accountName]],
    // A group of that name may be there without the user.
    ['useradd', ['--system', '--gid', accountName, '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/bin/false', accountName]],
    // Alpine has no useradd.
    ['adduser', ['-S', '-D', '-H', '-s', '/bin/false', accountName]],
  ]
  const failures: string[] = []
  for (const [program, args] of attempts) {
    const outcome = await run(program, args)
    if (outcome.code === 0) return
    failures.push(`${program}: ${lastLines(outcome.stderr, 2)}`)
  }
  throw new Error(
    `the system user "${accountName}" could not be created; create it, or start as an ordinary user\n${[...new Set(failures)].join('\n')}`,
  )
}

/**
 * The account the server runs under: user `postgres` when we are root (created if missing, said first), our own (undefined) otherwise.
 * Errors: the user is missing and cannot be created.
 */
export async function databaseIdentity(announce: Announce): Promise<Identity | undefined> {
  if (!isRoot()) return undefined
  const found = await lookUp()
  if (found) return found
  await create(announce)
  const made = await lookUp()
  if (!made) throw new Error(`the system user "${accountName}" was created but cannot be found`)
  return made
}

/** Whether the account may enter the folder: asked of the system itself, so access lists and mounts count too. */
export async function mayEnter(folder: string, as: Identity | undefined): Promise<boolean> {
  if (process.platform === 'win32') return true
  return (await run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], as)).code === 0
}
