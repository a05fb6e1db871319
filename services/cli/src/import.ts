import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import v8 from 'node:v8'
import { Option, type Command } from 'commander'
import type { Pool } from 'pg'
import { createPool, openLog, servingRole, type OpenLog } from '@jejak/event-store'
import {
  dropRun,
  FileWrong,
  importFiles,
  ImportRefused,
  listRuns,
  MappingWrong,
  readMapping,
  refusedOf,
  type ImportRequest,
  type Refused,
  type Run,
} from '@jejak/importing'
import { settingsHere } from './checkout.ts'
import { databaseHere } from './database.ts'
import { CommandFailed } from './failure.ts'
import { refusedLine, refusedHead, reportOf } from './import-report.ts'
import { progressOn, silent } from './progress.ts'
import type { Register, Terminal } from './program.ts'
import { explained } from './projections-connection.ts'
import { tableOf } from './table.ts'

interface Options {
  readonly mapping: string
  readonly cases?: string
  readonly mode: ImportRequest['mode']
  readonly order: ImportRequest['order']
  readonly dryRun?: boolean
  readonly report?: string
  readonly json?: boolean
}

/** Refused rows in the JSON at most; the report holds all. */
const inJsonMax = 10_000

/** The log of this installation, appended to in order. No statement is timed out: ordering millions of rows takes what it takes. */
async function withLog<T>(work: (pool: Pool, log: OpenLog) => Promise<T>): Promise<T> {
  const { servingUrl, place } = await databaseHere(settingsHere())
  const applicationName = `jejak-import ${hostname()} ${process.pid}`
  const pool = createPool(servingUrl, { max: 6, role: servingRole, statementTimeoutMs: 0, idleInTransactionMs: 0, applicationName })
  try {
    const log = await openLog(pool, { ordered: true })
    try {
      return await work(pool, log)
    } finally {
      await log.drain()
    }
  } catch (error) {
    if (error instanceof FileWrong) throw new CommandFailed(`${error.message}\nnothing of the file was recorded`, 1)
    if (error instanceof MappingWrong || error instanceof ImportRefused) throw new CommandFailed(error.message, 2)
    return explained(error, place)
  } finally {
    await pool.end()
  }
}

/** Writes the report beside its place and then puts it there, so that half a report is never taken for one. */
async function writeReport(file: string, refused: AsyncIterable<Refused>, keep: (row: Refused) => void): Promise<void> {
  const begun = `${file}.part`
  const lines = async function* () {
    yield refusedHead
    for await (const row of refused) {
      keep(row)
      yield refusedLine(row)
    }
  }
  try {
    await pipeline(lines, createWriteStream(begun))
    await rename(begun, file)
  } catch (error) {
    await rm(begun, { force: true })
    throw new CommandFailed(
      `the report ${file} cannot be written: ${error instanceof Error ? error.message : String(error)}\nrun the same again with --report`,
      2,
    )
  }
}

/** The first Ctrl-C or end signal stops it between two units; a second one is left to end the process. */
function endSignal(): AbortSignal {
  const ending = new AbortController()
  const end = (name: string): void =>
    ending.abort(new CommandFailed(`${name}: stopped; the same command goes on where it was, jejak imports shows it`, 1))
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, end)
  return ending.signal
}

async function importAll(terminal: Terminal, events: string, options: Options): Promise<number> {
  const { mode, order, cases, json } = options
  const mapping = await readMapping(options.mapping).catch((error: unknown) => {
    throw error instanceof MappingWrong ? new CommandFailed(error.message, 2) : error
  })
  const report = options.report ?? `${path.basename(events).replace(/(\.(csv|xes|xlsx))?(\.gz)?$/i, '')}.refused.csv`
  const screen = json ? silent : (terminal.screen ?? silent)
  const bars = {
    reading: progressOn(screen, 'reading', performance.now.bind(performance)),
    importing: undefined as ReturnType<typeof progressOn> | undefined,
  }
  const refused: Refused[] = []
  let written: string | undefined
  // Rows that were decided are rubbish: collected sooner they keep the process small, for some more of the processor's time.
  v8.setFlagsFromString('--heap-growing-percent=60')
  try {
    const summary = await withLog((pool, log) =>
      importFiles(
        pool,
        log,
        { events, cases, mapping, mode, order, dryRun: options.dryRun === true },
        {
          now: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)),
          signal: endSignal(),
          onResume: (run) => terminal.err(`goes on where it was interrupted: ${run.done} of ${run.units} units were done (${run.id})`),
          onProgress({ phase, done, of }) {
            if (phase === 'importing') bars.reading.end()
            const bar = phase === 'reading' ? bars.reading : (bars.importing ??= progressOn(screen, 'importing', () => performance.now()))
            bar.at({ done, of })
          },
          async onDone(account) {
            if (account.rows.refused === 0) return
            await writeReport(report, refusedOf(pool, account), (row) => refused.length < inJsonMax && refused.push(row))
            written = report
          },
        },
      ),
    )
    bars.importing?.end()
    terminal.out(
      json
        ? JSON.stringify({ ...summary, report: written ?? null, refused }, null, 2)
        : reportOf(summary, refused, written, process.resourceUsage().maxRSS * 1024),
    )
    return summary.rows.refused === 0 ? 0 : 1
  } finally {
    bars.reading.end()
    bars.importing?.end()
  }
}

const standing = ({ spooled, done, units }: Run): string => (spooled ? `${done} of ${units} units done` : 'being read')

async function imports(terminal: Terminal, { drop, json }: { readonly drop?: string; readonly json?: boolean }): Promise<void> {
  const runs = await withLog((pool) => listRuns(pool))
  if (drop !== undefined) {
    if (!runs.some(({ id }) => id === drop))
      throw new CommandFailed(`there is no import ${drop}; jejak imports lists those that are unfinished`, 2)
    await withLog((pool) => dropRun(pool, drop))
    terminal.out(json ? JSON.stringify({ dropped: drop }) : `${drop}: its rows are dropped; what is recorded of it stays recorded`)
    return
  }
  if (json) terminal.out(JSON.stringify(runs, null, 2))
  else if (runs.length === 0) terminal.out('no import is unfinished')
  else
    terminal.out(
      tableOf(
        ['id', 'files', 'mode', 'order', 'rows', 'begun', 'state'],
        runs.map((run) => [
          run.id,
          run.files,
          run.dryRun ? `${run.mode}, dry run` : run.mode,
          run.order,
          String(run.rows),
          run.begunAt.slice(0, 19),
          standing(run),
        ]),
        new Set([4]),
      ),
    )
}

const help = `
The mapping says what the columns are: docs/import.md. Strict mode asks the rules of every row and records a case wholly or not at all.
Historical mode records the past as it was; what the rules would have refused is listed as deviations of the facts.
Importing the same again, or a file exported anew with rows added, records only what is new.
Exit codes: 0 all is recorded; 1 rows were refused, or the file is damaged; 2 wrong use; 3 no connection.
The database is that of DATABASE_URL, else the one that start runs here (JEJAK_DEMO and JEJAK_DATA choose it).`

/** `jejak import` and `jejak imports`: records of older systems, through the rules or as they were. */
export const registerImport: Register = (program: Command, terminal, done) => {
  program
    .command('import')
    .description('record files of an older system: .csv, .csv.gz, .xes, .xes.gz or .xlsx')
    .argument('<events>', 'the file of events, one a row')
    .requiredOption('--mapping <file>', 'what the columns are, as YAML or JSON')
    .option('--cases <file>', 'the file of cases, one a row')
    .addOption(new Option('--mode <mode>', 'through the rules, or as it was').choices(['strict', 'historical']).default('strict'))
    .addOption(
      new Option('--order <order>', 'case by case; or, historical only, as the rows stand in the file or in time')
        .choices(['case', 'file', 'time'])
        .default('case'),
    )
    .option('--dry-run', 'say what would happen and record nothing')
    .option('--report <file>', 'where refused rows are written; by default NAME.refused.csv in this folder')
    .option('--json', 'as JSON')
    .addHelpText('after', help)
    .action(async (events: string, options: Options) => done(await importAll(terminal, events, options)))
  program
    .command('imports')
    .description('imports that were interrupted; their rows wait in the database')
    .option('--drop <id>', 'forget one: its rows, not what is recorded of it')
    .option('--json', 'as JSON')
    .action((options: { drop?: string; json?: boolean }) => imports(terminal, options))
}
