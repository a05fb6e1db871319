import type { Register } from './program.ts'
import { addressOf, ask, tokenHere } from './asking.ts'
import { tableOf } from './table.ts'

interface Options {
  readonly at?: string
  readonly asOf?: string
  readonly region?: string
  readonly edition?: string
  readonly startedFrom?: string
  readonly startedTo?: string
  readonly moving?: boolean
  readonly limit: string
  readonly url?: string
  readonly json?: boolean
}

interface Spread {
  readonly min: number
  readonly mean: number
  readonly median: number
  readonly p90: number
  readonly max: number
  readonly total: number
}

interface Summary {
  readonly kind: string
  readonly position: number
  readonly at: string | null
  readonly cases: number
  readonly events: number
  readonly firstAt: string | null
  readonly lastAt: string | null
  readonly closed: number
  readonly reopened: number
  readonly open: number
  readonly variants: number
  readonly pairs: number
  readonly eventsPerCase: { readonly min: number; readonly mean: number; readonly max: number } | null
  readonly duration: Spread | null
}

interface Variants {
  readonly rows: readonly {
    readonly variant: string
    readonly cases: number
    readonly trace: readonly string[]
    readonly duration: Spread
  }[]
}

interface Pairs {
  readonly rows: readonly { readonly from: string; readonly to: string; readonly n: number; readonly wait: Spread }[]
}

const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const

/** Seconds in the greatest unit that fits: `8.1 d`, `19 s`. */
export function timeText(seconds: number): string {
  const [unit, size] = units.find(([, each]) => Math.abs(seconds) >= each) ?? units[3]
  const value = seconds / size
  return `${Math.abs(value) >= 100 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${unit}`
}

const barMax = 24
/** A bar as long as its share of the greatest; what is not nothing shows. */
const bar = (value: number, greatest: number): string =>
  value > 0 && greatest > 0 ? '█'.repeat(Math.max(1, Math.round((value / greatest) * barMax))) : ''

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`

/** The day of an instant in Jakarta: a date alone began there the evening before in UTC. */
const dayOf = (instant: string | null): string =>
  instant === null ? '' : Temporal.Instant.from(instant).toZonedDateTimeISO('Asia/Jakarta').toPlainDate().toString()

function summaryText(summary: Summary): string {
  const { kind, cases, events, variants, pairs, firstAt, lastAt, open, closed, reopened, duration, eventsPerCase } = summary
  const lines = [
    `${kind}: ${cases} cases, ${events} steps, ${variants} variants, ${pairs} pairs of steps`,
    `${dayOf(firstAt)} to ${dayOf(lastAt)}; ${open} open, ${closed} closed, of them ${reopened} went on after it`,
  ]
  if (duration && eventsPerCase) {
    const { min, mean, max } = eventsPerCase
    const usual = timeText(duration.median)
    lines.push(
      `steps of a case: ${min} to ${max}, ${mean.toFixed(1)} on average`,
      `from first to last: median ${usual}, nine of ten within ${timeText(duration.p90)}, at most ${timeText(duration.max)}`,
    )
  }
  return lines.join('\n')
}

/** Every step of a tranche is one of a tranche: the kind is said once. The same step again and again is counted. */
function traceWords(trace: readonly string[], kind: string): string[] {
  const words: string[] = []
  for (let from = 0; from < trace.length;) {
    let to = from + 1
    while (trace[to] === trace[from]) to += 1
    words.push(`${shortOf(trace[from] ?? '', kind)}${to - from > 1 ? ` ×${to - from}` : ''}`)
    from = to
  }
  return words
}

const shortOf = (activity: string, kind: string): string => (activity.startsWith(`${kind}.`) ? activity.slice(kind.length + 1) : activity)

const traceWidth = 110
const indent = ' '.repeat(6)

/** Steps one after the other, in lines that a terminal shows whole. */
function traceLines(trace: readonly string[], kind: string): string[] {
  const lines: string[] = []
  for (const [index, word] of traceWords(trace, kind).entries()) {
    const text = index === 0 ? word : `> ${word}`
    const last = lines.at(-1)
    if (last === undefined || last.length + text.length >= traceWidth) lines.push(`${indent}${text}`)
    else lines[lines.length - 1] = `${last} ${text}`
  }
  return lines
}

function variantsText({ rows }: Variants, { kind, cases }: Summary): string {
  const [greatest = 0] = rows.map((row) => row.cases)
  const lines = rows.map((row) => [
    String(row.cases),
    percent(row.cases, cases),
    timeText(row.duration.median),
    row.variant,
    bar(row.cases, greatest),
  ])
  const [heads = '', rule = '', ...shown] = tableOf(['cases', 'share', 'median', 'variant', ' '], lines, new Set([0, 1, 2])).split('\n')
  return [heads, rule, ...shown.flatMap((line, index) => [line, ...traceLines(rows[index]?.trace ?? [], kind)])].join('\n')
}

function pairsText({ rows }: Pairs, { kind }: Summary): string {
  const greatest = Math.max(0, ...rows.map(({ wait }) => wait.total))
  const lines = rows.map(({ from, to, n, wait }) => [
    timeText(wait.total),
    bar(wait.total, greatest),
    String(n),
    timeText(wait.median),
    timeText(wait.p90),
    timeText(wait.max),
    `${shortOf(from, kind)} > ${shortOf(to, kind)}`,
  ])
  return tableOf(['in all', '', 'times', 'median', 'p90', 'longest', 'from one step to the next'], lines, new Set([0, 2, 3, 4, 5]))
}

function flowText(summary: Summary, variants: Variants, pairs: Pairs): string {
  const known = `known at position ${summary.position}${summary.at === null ? '' : `, happened by ${summary.at}`}`
  if (summary.cases === 0) return `no ${summary.kind} took a step: ${known}`
  const parts = [summaryText(summary), '', 'variants, the most frequent', variantsText(variants, summary)]
  if (pairs.rows.length > 0) parts.push('', 'waits from step to step, the longest in all', pairsText(pairs, summary))
  return [...parts, '', known].join('\n')
}

/** `jejak flow`: which steps cases of a kind take, in which order, and where the time goes. */
export const registerFlow: Register = (program, terminal) => {
  program
    .command('flow')
    .argument('<kind>', 'kind of entity: tranche, proposal, or one that only an edition knows')
    .description('how cases of a kind go: the most frequent variants, and the waits from step to step')
    .option('--at <time>', 'only what had happened by then: a date or an instant')
    .option('--as-of <moment>', 'as it was known: a position, a date or an instant')
    .option('--region <code>', 'within a region, e.g. 16.74')
    .option('--edition <id>', 'cases under an edition, e.g. KOTAKU-2018')
    .option('--started-from <date>', 'cases whose first step is of that day or later')
    .option('--started-to <date>', 'cases whose first step is of that day or earlier')
    .option('--moving', 'only steps that led to another stage')
    .option('--limit <n>', 'how many variants and pairs at most', '10')
    .option('--url <address>', 'address of the API')
    .option('--json', 'as JSON')
    .action(async (kind: string, { url, json, moving, limit, ...asked }: Options) => {
      const base = await addressOf(url === undefined ? {} : { url })
      const token = await tokenHere(url !== undefined)
      const given = Object.entries({ ...asked, steps: moving === true ? 'moving' : undefined })
      const query = new URLSearchParams(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
      const path = `/v1/flows/${encodeURIComponent(kind)}`
      const summary = await ask<Summary>(base, `${path}?${query.toString()}`, token)
      // The parts are of the same moment as the whole.
      query.set('asOf', String(summary.position))
      query.set('limit', limit)
      const variants = await ask<Variants>(base, `${path}/variants?${query.toString()}`, token)
      const pairs = await ask<Pairs>(base, `${path}/pairs?${query.toString()}`, token)
      terminal.out(
        json
          ? JSON.stringify({ ...summary, topVariants: variants.rows, slowestPairs: pairs.rows }, null, 2)
          : flowText(summary, variants, pairs),
      )
    })
}
