import { sql } from 'kysely'
import type { ViewsDb } from './database.ts'
import { rfc3339 } from './instant.ts'
import { spreadOf, standingAt, stepsAndCases, variantOf, withPairs } from './flow-steps.ts'
import type { FlowFilter, FlowMoment, FlowPage, Spread, Standing } from './flow-steps.ts'

/** An activity: how often it was done, in how many cases, and in how many it came first and last. */
export interface FlowActivity {
  readonly activity: string
  readonly events: number
  readonly cases: number
  readonly starts: number
  readonly ends: number
}

/** The figures of all cases of a kind. Times RFC 3339 in UTC, durations in seconds. */
export interface FlowSummary {
  readonly position: number
  readonly cases: number
  readonly events: number
  readonly firstAt: string | null
  readonly lastAt: string | null
  /** Cases of which a step closed them, those that went on after it, and the others. */
  readonly closed: number
  readonly reopened: number
  readonly open: number
  /** How many different traces, and how many different pairs of neighbouring steps. */
  readonly variants: number
  readonly pairs: number
  /** Neighbouring steps whose time goes back, and those of equal time. */
  readonly inversions: number
  readonly ties: number
  readonly eventsPerCase: { readonly min: number; readonly mean: number; readonly max: number } | null
  /** From the earliest to the latest time of each case. */
  readonly duration: Spread | null
  readonly activities: readonly FlowActivity[]
  readonly roles: readonly { readonly role: string; readonly events: number }[]
}

/** Rows of one name each at most: an edition that has more has no figures for people. */
const namesMax = 1_000

interface Totals {
  readonly cases: number
  readonly events: number
  readonly firstAt: bigint | null
  readonly lastAt: bigint | null
  readonly closed: number
  readonly reopened: number
  readonly variants: number
  readonly eventsPerCase: FlowSummary['eventsPerCase']
  readonly duration: Spread | null
}

async function totalsOf(filter: FlowFilter, { trx, position, until }: Standing): Promise<Totals> {
  const { rows } = await sql<Totals>`
    with ${stepsAndCases(filter, position, until)}
    select count(*)::int as cases,
      coalesce(sum(steps), 0)::int as events,
      min(first_at) as first_at,
      max(last_at) as last_at,
      count(*) filter (where closed)::int as closed,
      count(*) filter (where closed and not ends)::int as reopened,
      (select count(*) from (select from cases group by trace) v)::int as variants,
      case
        when count(*) > 0 then json_build_object('min', min(steps), 'mean', avg(steps)::float8, 'max', max(steps))
      end as events_per_case,
      ${spreadOf('duration')} as duration
    from (select *, last_at - first_at as duration from cases) c`.execute(trx)
  const [totals] = rows
  if (totals === undefined) throw new Error('a sum without a row')
  return totals
}

const activitiesOf = async (filter: FlowFilter, { trx, position, until }: Standing): Promise<readonly FlowActivity[]> =>
  (
    await sql<FlowActivity>`
      with ${stepsAndCases(filter, position, until)},
      placed as (
        select entity, activity,
          lag(position) over neighbours is null as starts,
          lead(position) over neighbours is null as ends
        from steps
        window neighbours as (partition by entity order by position)
      ),
      -- Case by case first: distinct cases are then rows, and nothing is sorted to find them.
      by_case as (
        select activity, count(*) as events, count(*) filter (where starts) as starts, count(*) filter (where ends) as ends
        from placed
        group by activity, entity
      )
      select activity,
        sum(events)::int as events,
        count(*)::int as cases,
        sum(starts)::int as starts,
        sum(ends)::int as ends
      from by_case
      group by activity
      order by events desc, activity
      limit ${namesMax}`.execute(trx)
  ).rows

const rolesOf = async (filter: FlowFilter, { trx, position, until }: Standing): Promise<FlowSummary['roles']> =>
  (
    await sql<FlowSummary['roles'][number]>`
      with ${stepsAndCases(filter, position, until)}
      select role, count(*)::int as events
      from steps
      group by role
      order by events desc, role
      limit ${namesMax}`.execute(trx)
  ).rows

type Neighbours = Pick<FlowSummary, 'pairs' | 'inversions' | 'ties'>

const neighboursOf = async (filter: FlowFilter, { trx, position, until }: Standing): Promise<Neighbours | undefined> =>
  (
    await sql<Neighbours>`
      with ${withPairs(filter, position, until)},
      kinds as (
        select count(*) filter (where wait < 0) as inversions, count(*) filter (where wait = 0) as ties
        from pairs
        where "from" is not null
        group by "from", "to"
      )
      select count(*)::int as pairs, coalesce(sum(inversions), 0)::int as inversions, coalesce(sum(ties), 0)::int as ties
      from kinds`.execute(trx)
  ).rows[0]

const told = (micros: bigint | null): string | null => (micros === null ? null : rfc3339(micros))

/** What all cases of a kind come to. Throws NotReadable. */
export const flowSummary = (db: ViewsDb, filter: FlowFilter, moment: FlowMoment): Promise<FlowSummary> =>
  standingAt(db, moment, async (standing) => {
    const { firstAt, lastAt, ...totals } = await totalsOf(filter, standing)
    const neighbours = (await neighboursOf(filter, standing)) ?? { pairs: 0, inversions: 0, ties: 0 }
    return {
      position: standing.position,
      ...totals,
      ...neighbours,
      open: totals.cases - totals.closed,
      firstAt: told(firstAt),
      lastAt: told(lastAt),
      activities: await activitiesOf(filter, standing),
      roles: await rolesOf(filter, standing),
    }
  })

/** A trace and the cases that took it; their durations in seconds. */
export interface FlowVariant {
  /** Names the variant: the same trace has the same name everywhere. */
  readonly variant: string
  readonly cases: number
  readonly trace: readonly string[]
  readonly duration: Spread
}

/** Rows of a moment, and how many come before the next ones. */
export interface FlowRowsOf<Row> {
  readonly position: number
  readonly rows: readonly Row[]
  readonly next?: number
}

/** A page of rows of which one more than the limit was asked for. */
export function pageOf<Row>({ position }: Standing, { limit, after = 0 }: FlowPage, rows: readonly Row[]): FlowRowsOf<Row> {
  return { position, rows: rows.slice(0, limit), ...(rows.length > limit ? { next: after + limit } : {}) }
}

/** The traces that cases took, the most frequent first. Throws NotReadable. */
export const flowVariants = (db: ViewsDb, filter: FlowFilter, moment: FlowMoment, page: FlowPage): Promise<FlowRowsOf<FlowVariant>> =>
  standingAt(db, moment, async (standing) => {
    const { rows } = await sql<FlowVariant>`
      with ${stepsAndCases(filter, standing.position, standing.until)}
      select ${variantOf} as variant, count(*)::int as cases, trace, ${spreadOf('duration')} as duration
      from (select trace, last_at - first_at as duration from cases) c
      group by trace
      order by cases desc, trace
      limit ${page.limit + 1}
      offset ${page.after ?? 0}`.execute(standing.trx)
    return pageOf(standing, page, rows)
  })
