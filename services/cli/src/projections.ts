import { userInfo } from 'node:os'
import v8 from 'node:v8'
import type { Command } from 'commander'
import {
  checkProjection,
  pauseProjection,
  projections,
  rebuildProjection,
  resumeProjection,
  skipPosition,
  statesOf,
  type BuildOptions,
  type Checked,
  type Projection,
  type ProjectionState,
} from '@jejak/views'
import { CommandFailed } from './failure.ts'
import { progressOn, silent, spoken } from './progress.ts'
import { withViews } from './projections-connection.ts'
import type { Register, Terminal } from './program.ts'
import { tableOf } from './table.ts'

interface Options {
  readonly json?: boolean
}
interface Decided extends Options {
  readonly reason: string
  readonly by: string
}

function projectionNamed(name: string): Projection {
  const found = projections.find((each) => each.name === name)
  if (found) return found
  throw new CommandFailed(`there is no projection ${name}; there is: ${projections.map((each) => each.name).join(', ')}`, 2)
}

const json = (value: unknown): string =>
  JSON.stringify(
    value,
    (_, part: unknown) => (typeof part === 'bigint' ? Number(part) : part instanceof Date ? part.toISOString() : part),
    2,
  )

/** What to know first of how it stands. */
function stateOf({ paused, stopped, rebuiltBy, checkedBy, followedBy }: ProjectionState): string {
  const busy = [...(rebuiltBy ? [`rebuilding (${rebuiltBy})`] : []), ...(checkedBy ? [`checking (${checkedBy})`] : [])]
  const standing = paused
    ? `paused by ${paused.by}: ${paused.reason}`
    : stopped
      ? `stopped at ${stopped.position}: ${stopped.reason}`
      : followedBy
        ? `following (${followedBy})`
        : 'not followed: no worker runs'
  return [standing, ...busy].join('; ')
}

async function list(terminal: Terminal, options: Options): Promise<void> {
  const states = await withViews(({ pool, log }) => statesOf(pool, log, projections))
  if (options.json) {
    terminal.out(json(states.map((state) => ({ ...state, ageMicros: undefined, ageSeconds: Number(state.ageMicros) / 1e6 }))))
    return
  }
  if (states.length === 0) {
    terminal.out('no projection was ever followed in this database: run start, or a worker')
    return
  }
  const rows = states.map((state) => [
    state.name,
    String(state.version),
    String(state.position),
    String(state.head),
    String(state.events),
    spoken(Number(state.ageMicros) / 1e6),
    state.rows === undefined ? '?' : String(state.rows),
    stateOf(state),
  ])
  terminal.out(tableOf(['name', 'version', 'position', 'head', 'behind', 'oldest', 'rows', 'state'], rows, new Set([1, 2, 3, 4, 5, 6])))
}

/** Work with progress that Ctrl-C ends without a trace. */
async function watched<T>(terminal: Terminal, name: string, options: Options, work: (options: BuildOptions) => Promise<T>): Promise<T> {
  const ending = new AbortController()
  const end = (): void => ending.abort(new CommandFailed('ended; the tables in use are as they were', 1))
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  const progress = progressOn(options.json ? silent : (terminal.screen ?? silent), name, () => performance.now())
  // Facts that were folded are rubbish: collected sooner they keep the process small, for some more of the processor's time.
  v8.setFlagsFromString('--heap-growing-percent=60')
  try {
    return await work({ signal: ending.signal, onProgress: ({ position, head }) => progress.at({ done: position, of: head }) })
  } finally {
    progress.end()
    process.off('SIGINT', end)
    process.off('SIGTERM', end)
  }
}

async function rebuild(terminal: Terminal, name: string, options: Options): Promise<void> {
  const projection = projectionNamed(name)
  const built = await withViews(({ pool, log }) =>
    watched(terminal, name, options, (more) => rebuildProjection(pool, log, projection, more)),
  )
  if (options.json) terminal.out(json({ name, ...built }))
  else terminal.out(`${name}: rebuilt from ${built.position} events in ${spoken(built.milliseconds / 1000)} and put in place`)
}

const shown = (value: unknown): string => (value === undefined ? '(no row)' : typeof value === 'string' ? value : JSON.stringify(value))

function differenceText(name: string, { position, difference }: Checked): string {
  if (difference === undefined) return ''
  const { table, key, kept, rebuilt } = difference
  const columns = Object.keys(kept ?? rebuilt ?? {}).filter((column) => shown(kept?.[column]) !== shown(rebuilt?.[column]))
  const where = Object.entries(key).map(([column, value]) => `${column} ${shown(value)}`)
  return [
    `${name}: the tables in use are not what the log says at position ${position}`,
    `first difference: ${table}, ${where.join(', ')}`,
    tableOf(
      ['column', 'in use', 'rebuilt'],
      columns.map((column) => [column, shown(kept?.[column]), shown(rebuilt?.[column])]),
    ),
    `to put it right: jejak projections rebuild ${name}`,
  ].join('\n')
}

async function check(terminal: Terminal, name: string, options: Options): Promise<number> {
  const projection = projectionNamed(name)
  const checked = await withViews(({ pool, log }) =>
    watched(terminal, name, options, (more) => checkProjection(pool, log, projection, more)),
  )
  if (options.json) terminal.out(json({ name, equal: checked.difference === undefined, ...checked }))
  else if (checked.difference) terminal.out(differenceText(name, checked))
  else
    terminal.out(
      `${name}: ${checked.rows} rows are what the log says at position ${checked.position} (${spoken(checked.milliseconds / 1000)})`,
    )
  return checked.difference === undefined ? 0 : 1
}

/** The projection to skip a position for: as named, else the one that is stopped there. */
async function stoppedAt(position: number, name: string | undefined): Promise<string> {
  if (name !== undefined) return projectionNamed(name).name
  const states = await withViews(({ pool, log }) => statesOf(pool, log, projections))
  const found = states.filter(({ stopped }) => stopped?.position === position)
  if (found.length === 1 && found[0]) return found[0].name
  const standing = states.map((state) => `${state.name} ${state.stopped ? `is stopped at ${state.stopped.position}` : 'is not stopped'}`)
  if (found.length === 0) throw new CommandFailed(`no projection is stopped at ${position}: ${standing.join(', ')}`, 1)
  throw new CommandFailed(`several projections are stopped at ${position}, name one: ${found.map((each) => each.name).join(', ')}`, 2)
}

async function skip(terminal: Terminal, text: string, name: string | undefined, { reason, by, json: asJson }: Decided): Promise<void> {
  if (!/^[1-9][0-9]{0,14}$/.test(text)) throw new CommandFailed(`${text} is no position`, 2)
  const position = Number(text)
  const projection = await stoppedAt(position, name)
  await withViews(({ pool }) => skipPosition(pool, { projection, position, reason, by }))
  if (asJson) terminal.out(json({ name: projection, skipped: position, by, reason }))
  else terminal.out(`${projection}: position ${position} is left out from now on, by ${by}: ${reason}`)
}

async function pauseOrResume(
  terminal: Terminal,
  kind: 'pause' | 'resume',
  name: string,
  { reason, by, json: asJson }: Decided,
): Promise<void> {
  const projection = projectionNamed(name).name
  const decide = kind === 'pause' ? pauseProjection : resumeProjection
  await withViews(({ pool }) => decide(pool, { projection, reason, by }))
  const done = kind === 'pause' ? 'paused' : 'resumed'
  if (asJson) terminal.out(json({ name, [done]: true, by, reason }))
  else terminal.out(`${name}: ${done} by ${by}: ${reason}`)
}

function nonEmpty(text: string): string {
  if (/\S/.test(text)) return text
  throw new CommandFailed('a reason is wanted, in words', 2)
}

const login = (): string => userInfo().username
const by = ['--by <person>', 'who decides; by default the user of this machine'] as const

function registerDecisions(group: Command, terminal: Terminal): void {
  group
    .command('pause <name>')
    .description('nobody follows it until it is resumed; reads that wait for it are answered at once')
    .requiredOption('--reason <words>', 'why; recorded for good', nonEmpty)
    .option(...by, login())
    .option('--json', 'as JSON')
    .action((name: string, options: Decided) => pauseOrResume(terminal, 'pause', name, options))
  group
    .command('resume <name>')
    .description('it is followed again, from where it was left')
    .option('--reason <words>', 'why; recorded for good', nonEmpty, 'no longer paused')
    .option(...by, login())
    .option('--json', 'as JSON')
    .action((name: string, options: Decided) => pauseOrResume(terminal, 'resume', name, options))
  group
    .command('skip <position> [name]')
    .description('leave out the fact that a projection is stopped at, in this and every later fold of it')
    .requiredOption('--reason <words>', 'why; recorded for good', nonEmpty)
    .option(...by, login())
    .option('--json', 'as JSON')
    .action((position: string, name: string | undefined, options: Decided) => skip(terminal, position, name, options))
}

const codes = `
Exit codes: 0 done, equal; 1 a difference, a fact that cannot be taken, or refused; 2 wrong use; 3 no connection.
The database is that of DATABASE_URL, else the one that start runs here (JEJAK_DEMO and JEJAK_DATA choose it).`

/** `jejak projections`: how the lists stand, made anew, proven, paused, and led past a fact that they cannot take. */
export const registerProjections: Register = (program, terminal, done) => {
  const group = program.command('projections').description('the tables behind the lists: how they stand; rebuild, check, pause, skip')
  group.addHelpText('after', codes)
  group
    .command('list')
    .description('position, lag in events and in age of the oldest not taken, state and rows of each')
    .option('--json', 'as JSON')
    .action((options: Options) => list(terminal, options))
  group
    .command('rebuild <name>')
    .description('make it anew from the log beside the one in use, then switch in one transaction')
    .option('--json', 'as JSON')
    .action((name: string, options: Options) => rebuild(terminal, name, options))
  group
    .command('check <name>')
    .description('make it anew apart and compare row by row; the first difference is shown')
    .option('--json', 'as JSON')
    .action(async (name: string, options: Options) => done(await check(terminal, name, options)))
  registerDecisions(group, terminal)
  for (const command of group.commands) command.addHelpText('after', codes)
}
