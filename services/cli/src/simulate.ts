import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { InvalidArgumentError } from 'commander'
import type { Pool } from 'pg'
import { createPool, openLog, servingRole } from '@jejak/event-store'
import { checkNation, firstYear, nation, newStatistics, writeNation, type NationOptions, type NationSubmission } from '@jejak/simulation'
import { settingsHere, type StartSettings } from './checkout.ts'
import { connected, embeddedDatabase, migrate, ownDatabase, type Database } from './database.ts'
import { CommandFailed } from './failure.ts'
import { grouped, progressOn, silent, type Screen } from './progress.ts'
import type { Register, Terminal } from './program.ts'
import { secretsOf } from './secrets.ts'
import { reportOf, type Outcome } from './simulate-report.ts'

interface Options {
  readonly kelurahan: number
  readonly years: number
  readonly seed: string
  readonly from: number
  readonly edition?: string
  readonly threads: number
  readonly databaseUrl?: string
  readonly replace?: boolean
  readonly json?: boolean
}

/** The database on the embedded server when no other is named. */
const embeddedName = 'jejak_simulated'

function settingsFor({ databaseUrl }: Options): StartSettings {
  const settings: StartSettings = { ...settingsHere(), JEJAK_DEMO: '1', JEJAK_DATABASE: embeddedName }
  if (databaseUrl === undefined) return settings
  if (!/^postgres(ql)?:\/\//.test(databaseUrl)) throw new CommandFailed('--database-url: a postgres:// address', 2)
  return { ...settings, DATABASE_URL: databaseUrl, DATABASE_ADMIN_URL: databaseUrl }
}

/** A nation is written to a log of its own: never to a real one, never beside other facts. */
async function refuseOthers(database: Database, name: string): Promise<void> {
  await connected(database.adminUrl, async (client) => {
    const made = await client.query<{ made: boolean }>(`select to_regclass('jejak.log') is not null as made`)
    if (made.rows[0]?.made !== true) return
    const { rows } = await client.query<{ clock: string; facts: boolean }>(
      'select clock, exists (select from jejak.events) as facts from jejak.log',
    )
    const [log] = rows
    if (log?.clock === 'real')
      throw new CommandFailed(`the log in ${name} is real for ever: a nation is written to a database of its own`, 2)
    if (log?.facts !== true) return
    const how = database.server ? '--replace drops them and writes anew' : 'name an empty database'
    throw new CommandFailed(`the log in ${name} has facts already, and a nation is written to a new one: ${how}`, 2)
  })
}

/** Hash over the leaf hashes in log order: two logs of the same seed have the same. */
async function digestOf(pool: Pool, facts: number): Promise<string> {
  const digest = createHash('sha256')
  for (let after = 0; after < facts; after += 50_000) {
    const { rows } = await pool.query<{ leaf: Buffer }>(
      'select leaf_hash as leaf from jejak.events where position > $1 and position <= $2 order by position',
      [after, after + 50_000],
    )
    for (const { leaf } of rows) digest.update(leaf)
  }
  return digest.digest('hex')
}

/** The first Ctrl-C or end signal ends it in order, so that the embedded server is stopped too; a second one is left to end the process. */
function endSignal(): AbortSignal {
  const ending = new AbortController()
  const end = (name: string): void => ending.abort(new CommandFailed(`${name}: stopped; what is written stays until --replace`, 1))
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, end)
  return ending.signal
}

/** Lets submissions by, seen and counted. */
async function* seen(submissions: AsyncIterable<NationSubmission>, see: (submission: NationSubmission) => void) {
  for await (const submission of submissions) {
    see(submission)
    yield submission
  }
}

/** Tells and writes. The first half of the work is telling, which knows kelurahan; then the facts are known. */
async function write(options: NationOptions, pool: Pool, screen: Screen): Promise<Outcome> {
  const log = await openLog(pool, { ordered: true })
  const statistics = newStatistics()
  const began = performance.now()
  const telling = progressOn(screen, 'telling', () => performance.now())
  let writing = progressOn(silent, 'writing', () => performance.now())
  const total = { kelurahan: 0, facts: 0 }
  let example: NationSubmission | undefined
  let toldMs = 0
  const submissions = nation({
    ...options,
    signal: endSignal(),
    told({ kelurahan, facts }) {
      total.kelurahan += kelurahan
      total.facts += facts
      telling.at({
        done: total.kelurahan,
        of: options.kelurahan,
        detail: `${total.kelurahan} of ${options.kelurahan} kelurahan, ${grouped(total.facts)} facts`,
      })
    },
  })
  try {
    const see = (submission: NationSubmission): void => {
      if (toldMs === 0) {
        toldMs = performance.now() - began
        telling.end()
        writing = progressOn(screen, 'writing', () => performance.now())
      }
      statistics.see(submission)
      if (example === undefined && submission.commands.some((facts) => facts.some(({ type }) => type === 'tranche.Credited')))
        example = submission
    }
    const written = await writeNation(log, seen(submissions, see), ({ facts }) => {
      writing.at({ done: Math.min(facts, total.facts), of: total.facts })
    })
    writing.end()
    return {
      ...written,
      seconds: (performance.now() - began) / 1000,
      tellingSeconds: toldMs / 1000,
      peakBytes: process.resourceUsage().maxRSS * 1024,
      digest: await digestOf(pool, written.facts),
      distributions: statistics.distributions(options.kelurahan, options.years),
      example: example?.commands.flat().find(({ type }) => type === 'tranche.Credited')?.subject.id,
    }
  } finally {
    await log.drain()
  }
}

async function simulate(options: Options, terminal: Terminal): Promise<void> {
  const { kelurahan, years, seed, from, edition, threads } = options
  const wanted: NationOptions = { kelurahan, years, seed, from, threads, ...(edition === undefined ? {} : { edition }) }
  try {
    checkNation(wanted)
  } catch (error) {
    throw error instanceof RangeError ? new CommandFailed(error.message, 2) : error
  }
  const settings = settingsFor(options)
  if (options.replace && settings.DATABASE_URL)
    throw new CommandFailed('--replace is for the embedded server; empty a database of your own yourself', 2)
  const say = (line: string): void => terminal.err(`  ${line}`)
  await mkdir(settings.dataDir, { recursive: true })
  const database =
    ownDatabase(settings) ??
    (await embeddedDatabase(settings, await secretsOf(settings.dataDir), say, { afresh: options.replace ?? false }))
  try {
    const name = new URL(database.adminUrl).pathname.slice(1)
    await refuseOthers(database, name)
    await migrate(database, settings, say)
    const pool = createPool(database.servingUrl, {
      max: 4,
      applicationName: 'jejak-simulate',
      ...(database.oneLogin ? { role: servingRole } : {}),
    })
    try {
      const outcome = await write(wanted, pool, options.json ? silent : (terminal.screen ?? silent))
      terminal.out(
        options.json ? JSON.stringify({ ...wanted, ...outcome }, null, 2) : reportOf(wanted, outcome, { name, own: !database.server }),
      )
    } finally {
      await pool.end()
    }
  } finally {
    await database.server?.stop()
  }
}

const whole = (text: string): number => {
  if (!/^[0-9]{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number')
  return Number(text)
}

/** `jejak simulate`: a nation of honest histories in a database of its own. */
export const registerSimulate: Register = (program, terminal) => {
  program
    .command('simulate')
    .description('write a simulated nation to a new database: honest histories through the rules, the same bytes for the same seed')
    .option('--kelurahan <number>', 'how many kelurahan', whole, 100)
    .option('--years <number>', 'how many years', whole, 5)
    .option('--seed <text>', 'what decides everything that chance decides', '1')
    .option('--from <year>', 'the first year', whole, firstYear)
    .option('--edition <id>', 'one edition for all instead of the mix of the years, e.g. KOTAKU-2018')
    .option('--threads <number>', 'threads that tell; changes nothing in what is told', whole, Math.min(2, availableParallelism()))
    .option('--database-url <address>', 'an empty PostgreSQL database of your own; else DATABASE_URL, else the embedded server')
    .option('--replace', `drop what is in ${embeddedName} on the embedded server`)
    .option('--json', 'the outcome and its distributions as JSON')
    .action((options: Options) => simulate(options, terminal))
}
