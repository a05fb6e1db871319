import type { Register } from './program.ts'
import { addressOf, ask, tokenHere } from './asking.ts'
import { tableOf } from './table.ts'

interface Options {
  readonly at?: string
  readonly region?: string
  readonly stage?: string
  readonly holder?: string
  readonly programme?: string
  readonly kind?: string
  readonly state?: string
  readonly order?: string
  readonly by?: string
  readonly limit?: string
  readonly url?: string
  readonly json?: boolean
}

interface Waiting {
  readonly command: string
  readonly keys: readonly string[]
  readonly roles: readonly string[]
  readonly onward: boolean
}

interface Row {
  readonly kind: string
  readonly id: string
  readonly title: string | null
  readonly number: string | null
  readonly amount: string | null
  readonly area: { readonly name: string } | null
  readonly stage: string | null
  readonly holders: readonly string[]
  readonly suspended: boolean
  readonly clock: {
    readonly name: string
    readonly calendar: string
    readonly state: string
    readonly days: number
    readonly workingDays: number | null
    readonly warn: number
    readonly stuck: number
    readonly daysOver: number | null
  }
  readonly waitsFor: readonly Waiting[] | null
}

interface Page {
  readonly at: string
  readonly position: number
  readonly rows: readonly Row[]
  readonly next: string | null
}

interface Summary {
  readonly at: string
  readonly position: number
  readonly groups: readonly {
    readonly key: string | null
    readonly name: string | null
    readonly kind: string | null
    readonly entities: number
    readonly warn: number
    readonly stuck: number
    readonly amount: string
    readonly oldestDays: number
  }[]
}

/** `150000000.5` as people write it: `150.000.000,50`. */
const money = (amount: string | null): string => {
  if (amount === null) return ''
  const [rupiah = '', cents] = amount.split('.')
  const grouped = rupiah.replaceAll(/\B(?=(\d{3})+$)/g, '.')
  return cents === undefined ? grouped : `${grouped},${cents.padEnd(2, '0')}`
}

const inDays = ({ calendar, days, workingDays }: Row['clock']): string => (calendar === 'working' ? `${workingDays} wd` : String(days))

/** A step by its name on the form, any other command by its own: `VF-12`, `IssueSpp`. */
const nameOf = ({ command, keys }: Waiting): string => keys[0]?.split(':')[1] ?? command.slice(command.indexOf('.') + 1)

/** Only what goes on: that it could also be sent back or cancelled is not what anybody waits for. */
const waitedFor = ({ waitsFor }: Row): string =>
  (waitsFor ?? [])
    .filter(({ onward }) => onward)
    .map((each) => `${nameOf(each)} by ${each.roles.join('/')}`)
    .join('; ')

const lineOf = (row: Row): string[] => [
  row.clock.state,
  inDays(row.clock),
  String(row.clock.daysOver ?? ''),
  row.clock.name,
  `${row.kind} ${row.number ?? row.title ?? row.id}`,
  row.area?.name ?? '',
  [row.stage ?? '-', ...(row.suspended ? ['suspended'] : [])].join(', '),
  row.holders.join('/'),
  money(row.amount),
  waitedFor(row),
]
const heads = ['state', 'days', 'over', 'clock', 'what', 'where', 'stage', 'held by', 'rupiah', 'waits for']

/** Said only once, however many rows follow: the limits are those of the clocks by name. */
const limitsOf = (rows: readonly Row[]): string =>
  [...new Set(rows.map(({ clock }) => `${clock.name}: warn ${clock.warn}, stuck ${clock.stuck} ${clock.calendar} days`))].join('\n')

function pageText({ at, position, rows, next }: Page): string {
  if (rows.length === 0) return `nothing is over its limit on ${at}`
  const more = next === null ? [] : ['there is more: --limit shows up to 100, --by sums it up']
  return [
    tableOf(heads, rows.map(lineOf), new Set([1, 2, 8])),
    '',
    limitsOf(rows),
    ...more,
    `on ${at}, known at position ${position}`,
  ].join('\n')
}

function summaryText({ at, position, groups }: Summary, by: string): string {
  if (groups.length === 0) return `nothing is over its limit on ${at}`
  const rows = groups.map((group) => [
    [group.kind, group.key ?? '-'].filter((part) => part !== null).join(' '),
    group.name ?? '',
    String(group.entities),
    String(group.warn),
    String(group.stuck),
    money(group.amount),
    String(group.oldestDays),
  ])
  const table = tableOf([by, 'name', 'entities', 'warn', 'stuck', 'rupiah', 'oldest days'], rows, new Set([2, 3, 4, 5, 6]))
  return [table, '', `on ${at}, known at position ${position}`].join('\n')
}

/** `jejak stuck`: what is over its limit on a day, at whose desk, and what it waits for; or its sums. */
export const registerStuck: Register = (program, terminal) => {
  program
    .command('stuck')
    .description('what is over its limit, oldest first: where, at whose desk, and what it waits for')
    .option('--at <date>', 'as it was on that day, e.g. 2018-10-25; today by default')
    .option('--region <code>', 'within a region, e.g. 16.74')
    .option('--stage <stage>', 'at a stage or inside it, e.g. UnderVerification')
    .option('--holder <role>', 'at the desk of a role, e.g. PPK')
    .option('--programme <name>', 'of a programme, e.g. KOTAKU')
    .option('--kind <kind>', 'of a kind, e.g. tranche')
    .option('--state <state>', 'warn or stuck; both by default')
    .option('--order <order>', 'oldest or costliest first')
    .option('--by <group>', 'sums by region, stage, holder or programme instead of the list')
    .option('--limit <n>', 'how many rows at most; 20 by default')
    .option('--url <address>', 'address of the API')
    .option('--json', 'as JSON')
    .action(async ({ url, json, by, ...asked }: Options) => {
      const query = new URLSearchParams(
        Object.entries({ ...asked, by }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      )
      const base = await addressOf(url === undefined ? {} : { url })
      const token = await tokenHere(url !== undefined)
      const answer = await ask<Page & Summary>(base, `/v1/stuck${by === undefined ? '' : '/summary'}?${query.toString()}`, token)
      if (json) terminal.out(JSON.stringify(answer, null, 2))
      else terminal.out(by === undefined ? pageText(answer) : summaryText(answer, by))
    })
}
