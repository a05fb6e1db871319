import { z } from 'zod'
import type { Expected } from './payment-log.ts'

/** What the figures are asked of: the API, as somebody who may see all. */
export type Get = (url: string) => Promise<unknown>

/** How what the log calls a thing is found again in the answers. */
export interface FlowNames {
  readonly kind: string
  /** The log's name of an activity, and of a role, by that of the answers. */
  readonly activity: (name: string) => string
  readonly role: (name: string) => string
  /** The log's name of a case. */
  readonly caseOf: (row: { readonly id: string; readonly title: string | null; readonly number: string | null }) => string
}

const Times = z.object({
  min: z.number(),
  mean: z.number(),
  median: z.number(),
  p90: z.number(),
  p90Discrete: z.number(),
  max: z.number(),
  total: z.number(),
})
const Summary = z.object({
  position: z.number(),
  cases: z.number(),
  events: z.number(),
  firstAt: z.string(),
  lastAt: z.string(),
  open: z.number(),
  variants: z.number(),
  pairs: z.number(),
  inversions: z.number(),
  ties: z.number(),
  eventsPerCase: z.object({ min: z.number(), mean: z.number(), max: z.number() }),
  duration: Times,
  activities: z.array(z.object({ activity: z.string(), events: z.number(), cases: z.number(), starts: z.number(), ends: z.number() })),
  roles: z.array(z.object({ role: z.string(), events: z.number() })),
})
const Variants = z.object({ rows: z.array(z.object({ cases: z.number(), trace: z.array(z.string()) })), next: z.string().nullable() })
const Pair = z.object({ from: z.string(), to: z.string(), n: z.number(), wait: Times })
const Pairs = z.object({ rows: z.array(Pair), next: z.string().nullable() })
const Waits = z.object({ n: z.number(), wait: Times })
const Case = z.object({
  id: z.string(),
  title: z.string().nullable(),
  number: z.string().nullable(),
  idleDays: z.number(),
  lastActivity: z.string(),
})
const Cases = z.object({ rows: z.array(Case), next: z.string().nullable() })
const Snapshot = z.object({
  events: z.number(),
  started: z.number(),
  closed: z.number(),
  open: z.number(),
  idle: z.array(z.object({ from: z.number(), to: z.number().nullable(), cases: z.number() })),
  lastActivities: z.array(z.object({ activity: z.string(), cases: z.number() })),
  longestIdle: z.array(Case),
})

const spreadOf = (n: number, { min, mean, median, p90, p90Discrete, max }: z.infer<typeof Times>) => ({
  n,
  min_s: min,
  mean_s: mean,
  median_s: median,
  p90_cont_s: p90,
  p90_disc_s: p90Discrete,
  max_s: max,
})

const countsOf = <Row>(rows: readonly Row[], name: (row: Row) => string, count: (row: Row) => number): Record<string, number> =>
  Object.fromEntries(rows.filter((row) => count(row) > 0).map((row) => [name(row), count(row)]))

/** Every row of a list, page after page. */
async function allOf<Row>(
  get: Get,
  url: string,
  schema: z.ZodType<{ readonly rows: readonly Row[]; readonly next: string | null }>,
): Promise<Row[]> {
  const rows: Row[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: { readonly rows: readonly Row[]; readonly next: string | null } = schema.parse(
      await get(`${url}${url.includes('?') ? '&' : '?'}limit=100${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`),
    )
    rows.push(...page.rows)
    cursor = page.next
  }
  return rows
}

type SnapshotFigures = Expected['snapshots'][number]

async function snapshotAt(get: Get, names: FlowNames, at: string, longest: number): Promise<SnapshotFigures> {
  const base = `/v1/flows/${names.kind}`
  const snapshot = Snapshot.parse(await get(`${base}/snapshot?at=${at}`))
  // The file orders equal days by the name of the case, the answer by the hour.
  const open = await allOf(get, `${base}/cases?state=open&idleFrom=0&at=${at}`, Cases)
  const idlest = open
    .map((row) => ({ case: names.caseOf(row), idle_days: row.idleDays, last_activity: names.activity(row.lastActivity) }))
    .toSorted((a, b) => b.idle_days - a.idle_days || (a.case < b.case ? -1 : 1))
  return {
    as_of: at,
    events_so_far: snapshot.events,
    started: snapshot.started,
    closed: snapshot.closed,
    open: snapshot.open,
    open_idle_days_buckets: Object.fromEntries(
      snapshot.idle.map(({ from, to, cases }) => [to === null ? `${from}+` : `${from}-${to}`, cases]),
    ),
    open_by_last_activity: countsOf(
      snapshot.lastActivities,
      ({ activity }) => names.activity(activity),
      ({ cases }) => cases,
    ),
    longest_idle: idlest.slice(0, longest),
  }
}

/** From the first of the activities that begin so to the first of those that begin otherwise: `first A -> first B`. */
async function milestone(get: Get, names: FlowNames, activities: readonly string[], name: string) {
  const [, from = '', to = ''] = /^first (.+) -> first (.+)$/.exec(name) ?? []
  const beginning = (text: string): string => activities.filter((activity) => names.activity(activity).startsWith(text)).join(',')
  const query = new URLSearchParams({ from: beginning(from), to: beginning(to), between: 'firsts', limit: '1' })
  const { n, wait } = Waits.parse(await get(`/v1/flows/${names.kind}/waits?${query.toString()}`))
  return spreadOf(n, wait)
}

/** The figures of a log as the API gives them, in the shape of those that are expected; these also say which to ask for. */
export async function flowFigures(get: Get, names: FlowNames, expected: Expected): Promise<Expected> {
  const base = `/v1/flows/${names.kind}`
  const summary = Summary.parse(await get(base))
  const activityOf = ({ activity }: { readonly activity: string }): string => names.activity(activity)
  const variants = await allOf(get, `${base}/variants`, Variants)
  const pairs = (await allOf(get, `${base}/pairs`, Pairs)).map((pair) => ({
    ...pair,
    from: names.activity(pair.from),
    to: names.activity(pair.to),
  }))
  const snapshots: SnapshotFigures[] = []
  for (const { as_of: at, longest_idle: longest } of expected.snapshots) snapshots.push(await snapshotAt(get, names, at, longest.length))
  const activities = summary.activities.map(({ activity }) => activity)
  const milestones = await Promise.all(
    Object.keys(expected.milestones).map(async (name) => [name, await milestone(get, names, activities, name)] as const),
  )
  return {
    cases: summary.cases,
    events: summary.events,
    activities: activities.length,
    first_event: millis(summary.firstAt),
    last_event: millis(summary.lastAt),
    variants: summary.variants,
    top_variants: variants
      .slice(0, expected.top_variants.length)
      .map(({ cases, trace }) => ({ cases, trace: trace.map((activity) => names.activity(activity)) })),
    activity_counts: countsOf(summary.activities, activityOf, ({ events }) => events),
    cases_containing: countsOf(summary.activities, activityOf, ({ cases }) => cases),
    start_activities: countsOf(summary.activities, activityOf, ({ starts }) => starts),
    end_activities: countsOf(summary.activities, activityOf, ({ ends }) => ends),
    role_counts: countsOf(
      summary.roles,
      ({ role }) => names.role(role),
      ({ events }) => events,
    ),
    events_per_case: summary.eventsPerCase,
    case_duration: spreadOf(summary.cases, summary.duration),
    inversions: summary.inversions,
    ties: summary.ties,
    distinct_edges: summary.pairs,
    edges: pairs.map(({ from, to, n, wait }) => ({ from, to, ...spreadOf(n, wait) })),
    edges_by_total_wait: pairs
      .slice(0, expected.edges_by_total_wait.length)
      .map(({ from, to, n, wait }) => ({ from, to, n, total_days: wait.total / 86_400 })),
    snapshots,
    milestones: Object.fromEntries(milestones),
    audit: { cases_never_closed_by_terminal_rule: summary.open },
  }
}

const millis = (instant: string): string => new Date(instant).toISOString()

/** How far figures may lie apart: expected ones are rounded to some decimals, times are asked to one second. */
const toleranceOf = (name: string): number => (name.endsWith('_s') ? 0.001 : /mean|days$/.test(name) ? 0.0001 : 0)

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Pairs come in no order of their own. */
const ordered = (figures: Expected): object => ({
  ...figures,
  edges: Object.fromEntries(figures.edges.map(({ from, to, ...edge }) => [`${from} > ${to}`, edge])),
})

/** The places where figures differ, each with both values; none when they are the same. */
export function differencesOf(found: Expected, expected: Expected): string[] {
  const differences: string[] = []
  const compare = (place: string, a: unknown, b: unknown): void => {
    if (isObject(a) && isObject(b)) {
      for (const name of new Set([...Object.keys(a), ...Object.keys(b)]))
        compare(place === '' ? name : `${place}/${name}`, Reflect.get(a, name), Reflect.get(b, name))
      return
    }
    const near = typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= toleranceOf(place)
    if (a !== b && !near) differences.push(`${place}: ${String(a)}, expected ${String(b)}`)
  }
  compare('', ordered(found), ordered(expected))
  return differences
}
