import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Client } from 'pg'
import {
  backupText,
  type BackupContents,
  BackupDamaged,
  type BackupProgress,
  BackupRefused,
  checkBackup,
  CorruptLog,
  createPool,
  keyIdOf,
  MigrationRefused,
  NoLog,
  openBackup,
  personsKey,
  restoreLog,
  writeBackup,
} from '@jejak/event-store'
import { settingsHere, type StartSettings } from './checkout.ts'
import { connected, databaseFor, databaseNamed, embeddedIn, ownDatabase, reachEmbedded, type Database, type Say } from './database.ts'
import { CommandFailed } from './failure.ts'
import type { Register, Terminal } from './program.ts'
import { progressOn, silent } from './progress.ts'
import { haveSecrets, readSecrets, secretsOf } from './secrets.ts'

interface Options {
  readonly databaseUrl?: string
  readonly json?: boolean
}
interface BackupOptions extends Options {
  readonly force?: boolean
}
interface RestoreOptions extends Options {
  readonly check?: boolean
  readonly erased?: string
}

/** What these two meet in the world, as the command's failure. */
function failure(error: unknown): unknown {
  if (error instanceof BackupDamaged || error instanceof CorruptLog) return new CommandFailed(error.message, 1)
  if (error instanceof BackupRefused || error instanceof MigrationRefused || error instanceof NoLog)
    return new CommandFailed(error.message, 2)
  return error
}

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`
const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

const whatIsIn = ({ head, commands, persons, erased }: BackupContents): string =>
  [
    counted(head, 'fact'),
    counted(commands, 'key'),
    `${counted(persons - erased, 'person')}${erased > 0 ? ` (and ${erased} erased)` : ''}`,
  ].join(', ')

function bar(terminal: Terminal, label: string, json: boolean | undefined) {
  const progress = progressOn(json ? silent : (terminal.screen ?? silent), label, () => performance.now())
  return {
    end: progress.end,
    at: ({ facts, factsTotal, bytes, bytesTotal }: Partial<BackupProgress>) =>
      progress.at(
        bytesTotal === undefined
          ? { done: facts ?? 0, ...(factsTotal === undefined ? {} : { of: factsTotal }) }
          : { done: bytes ?? 0, of: bytesTotal, detail: `${facts ?? 0} facts, ${megabytes(bytes ?? 0)} of ${megabytes(bytesTotal)}` },
      ),
  }
}

/** A database as one address says: its login migrates and serves. */
function databaseAt(url: string): Omit<Database, 'server'> {
  if (!/^postgres(ql)?:\/\//.test(url)) throw new CommandFailed('--database-url: a postgres:// address', 2)
  const { user: name = '', password } = new Client(url)
  return { servingUrl: url, adminUrl: url, oneLogin: true, servingLogin: { name, ...(password ? { password } : {}) } }
}

/** The database that the next `start` would serve from, without making one. */
async function withLog<T>(settings: StartSettings, url: string | undefined, say: Say, work: (url: string) => Promise<T>): Promise<T> {
  const own = url === undefined ? ownDatabase(settings) : databaseAt(url)
  if (own) return work(own.servingUrl)
  if (!haveSecrets(settings.dataDir))
    throw new CommandFailed(`nothing was ever started in ${settings.dataDir}: there is no log to back up`, 2)
  const server = await reachEmbedded(settings, say)
  try {
    const name = databaseNamed(settings)
    const found = await connected(server.adminUrl(), (client) => client.query('select from pg_database where datname = $1', [name]))
    if (found.rowCount === 0)
      throw new CommandFailed(
        `there is no log ${name} in ${settings.dataDir}: JEJAK_DEMO=${settings.JEJAK_DEMO === '1' ? '0' : '1'} names the other`,
        2,
      )
    return await work(server.adminUrl(name))
  } finally {
    await server.stop()
  }
}

/** An empty database for the log of a backup: as the settings say, else one of the embedded server, by the clock of the log. */
async function withTarget<T>(
  settings: StartSettings,
  url: string | undefined,
  clock: 'real' | 'simulated',
  say: Say,
  work: (database: Omit<Database, 'server'>) => Promise<T>,
): Promise<T> {
  const own = url === undefined ? ownDatabase(settings) : databaseAt(url)
  if (own) return work(own)
  const secrets = await secretsOf(settings.dataDir)
  const server = await reachEmbedded(settings, say)
  try {
    return await work(await embeddedIn(server, settings.JEJAK_DATABASE ?? databaseFor(clock), secrets))
  } finally {
    await server.stop()
  }
}

async function backup(terminal: Terminal, file: string, options: BackupOptions): Promise<void> {
  const began = performance.now()
  const say: Say = (line) => (options.json ? undefined : terminal.err(line))
  const progress = bar(terminal, 'backing up', options.json)
  const contents: BackupContents[] = []
  const bytes = await withLog(settingsHere(), options.databaseUrl, say, async (url) => {
    await connected(url, () => Promise.resolve())
    const pool = createPool(url, { max: 2, applicationName: 'jejak-backup', statementTimeoutMs: 0, idleInTransactionMs: 0 })
    try {
      const text = backupText(pool, {
        madeAt: new Date().toISOString(),
        onProgress: progress.at,
        onEnd: (whole) => contents.push(whole),
      })
      return await writeBackup(file, text, { force: options.force === true })
    } finally {
      progress.end()
      await pool.end()
    }
  })
  const [whole] = contents
  if (!whole) throw new Error('a backup without an end')
  const seconds = (performance.now() - began) / 1000
  if (options.json) {
    terminal.out(JSON.stringify({ file: path.resolve(file), bytes, seconds, ...whole }))
    return
  }
  terminal.out(`${file}: ${whatIsIn(whole)}; ${megabytes(bytes)} in ${seconds.toFixed(1)} s`)
  if (whole.keyIds.length > 0)
    terminal.out(
      [
        '',
        'The records of persons are in it as they are stored, encrypted. THE KEY IS NOT IN IT: keep JEJAK_PERSONS_KEY',
        `(key ${whole.keyIds.join(', ')}) in another safe place; that of an embedded start is in secrets.json of its data folder.`,
        'Without the key these records cannot be read again.',
      ].join('\n'),
    )
}

async function erasedIn(file: string | undefined): Promise<readonly string[]> {
  if (file === undefined) return []
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CommandFailed(`--erased: ${file} cannot be read`, 2)
  })
  const ids = text.split(/\s+/).filter((id) => id !== '')
  const wrong = ids.find((id) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
  if (wrong !== undefined) throw new CommandFailed(`--erased: ${wrong} in ${file} is no identifier of a person`, 2)
  return ids
}

/** Whether the key at hand opens the registry that was restored. */
async function keyState(settings: StartSettings, keyIds: readonly string[]): Promise<'none-needed' | 'right' | 'wrong' | 'not-here'> {
  if (keyIds.length === 0) return 'none-needed'
  const text = settings.JEJAK_PERSONS_KEY ?? (haveSecrets(settings.dataDir) ? (await readSecrets(settings.dataDir)).personsKey : undefined)
  if (text === undefined) return 'not-here'
  const own = keyIdOf(personsKey(text))
  return keyIds.every((id) => id === own) ? 'right' : 'wrong'
}

const keyMissing = { wrong: 'THE KEY OF PERSONS HERE IS NOT THE ONE', 'not-here': 'THERE IS NO KEY OF PERSONS HERE, THE ONE' }

const keyWords = (state: Awaited<ReturnType<typeof keyState>>, keyIds: readonly string[]): readonly string[] =>
  state === 'wrong' || state === 'not-here'
    ? [
        '',
        `${keyMissing[state]} that sealed these records (key ${keyIds.join(', ')}).`,
        'Set JEJAK_PERSONS_KEY to the key that was used where the backup was made: start refuses to begin with another.',
      ]
    : []

async function check(terminal: Terminal, file: string, options: RestoreOptions): Promise<void> {
  const progress = bar(terminal, 'checking', options.json)
  const { header, contents } = await checkBackup(file, progress.at).finally(progress.end)
  const { clock, madeAt } = header
  if (options.json) terminal.out(JSON.stringify({ file: path.resolve(file), clock, madeAt, ...contents }))
  else terminal.out(`${file} is whole: a ${clock} log of ${madeAt}, ${whatIsIn(contents)}`)
}

async function restore(terminal: Terminal, file: string, options: RestoreOptions): Promise<void> {
  if (options.check) return check(terminal, file, options)
  const began = performance.now()
  const settings = settingsHere()
  const erased = await erasedIn(options.erased)
  const say: Say = (line) => (options.json ? undefined : terminal.err(line))
  const progress = bar(terminal, 'restoring', options.json)
  // Before a database is touched, or even started.
  const { clock } = (await openBackup(file)).header
  const { header, contents, dropped } = await withTarget(settings, options.databaseUrl, clock, say, async (database) => {
    await connected(database.adminUrl, () => Promise.resolve())
    const admin = createPool(database.adminUrl, { max: 2, applicationName: 'jejak-restore', statementTimeoutMs: 0, idleInTransactionMs: 0 })
    try {
      return await restoreLog(admin, file, { servingLogin: database.servingLogin, erased, onProgress: progress.at })
    } finally {
      progress.end()
      await admin.end()
    }
  })
  const seconds = (performance.now() - began) / 1000
  const key = await keyState(settings, contents.keyIds)
  if (options.json) {
    terminal.out(
      JSON.stringify({
        file: path.resolve(file),
        clock: header.clock,
        madeAt: header.madeAt,
        seconds,
        dropped,
        personsKey: key,
        ...contents,
      }),
    )
    return
  }
  const log = `a ${header.clock} log of ${header.madeAt}`
  terminal.out(`restored from ${file} (${log}): ${whatIsIn(contents)}; every leaf hash fits; ${seconds.toFixed(1)} s`)
  if (dropped > 0) terminal.out(`${counted(dropped, 'record')} of persons dropped: erased since the record was backed up`)
  terminal.out('Views are rebuilt by the next start. Persons erased after the backup was made are to be erased again (docs/operations.md).')
  for (const line of keyWords(key, contents.keyIds)) terminal.err(line)
}

/** `jejak backup` and `jejak restore`: the log and the registry of persons, to a file and back. */
export const registerBackup: Register = (program, terminal) => {
  program
    .command('backup')
    .description('write the log and the registry of persons to a file; the service may go on')
    .argument('<file>', 'the file to write, readable by you alone')
    .option('--database-url <address>', 'the database; else that of DATABASE_URL, else of the last start here')
    .option('--force', 'replace the file if it exists')
    .option('--json', 'as JSON')
    .action((file: string, options: BackupOptions) =>
      backup(terminal, file, options).catch((error: unknown) => {
        throw failure(error)
      }),
    )
  program
    .command('restore')
    .description('restore a backup into an empty database, checking every record')
    .argument('<file>', 'a file that backup wrote')
    .option('--database-url <address>', 'the database, by a login that may migrate; else that of DATABASE_ADMIN_URL, else of start here')
    .option('--erased <file>', 'identifiers of persons erased since, to drop: one a line')
    .option('--check', 'only check the file; no database is needed')
    .option('--json', 'as JSON')
    .action((file: string, options: RestoreOptions) =>
      restore(terminal, file, options).catch((error: unknown) => {
        throw failure(error)
      }),
    )
}
