import { sql } from 'kysely'
import type { ViewsDb } from './database.ts'
import { rfc3339 } from './instant.ts'
import { standingAt, stepsAndCases, variantOf } from './flow-steps.ts'
import type { FlowFilter, FlowMoment, FlowPage, Standing } from './flow-steps.ts'
import { pageOf, type FlowRowsOf } from './flow-summary.ts'

/** Which cases to list; every part narrows. Idle days are whole days from the last step to the instant asked for. */
export interface CasesOf {
  readonly variant?: string | undefined
  readonly contains?: string | undefined
  readonly first?: string | undefined
  readonly last?: string | undefined
  /** open: no step closed it; closed: one did; reopened: it went on after one. */
  readonly state?: 'open' | 'closed' | 'reopened' | undefined
  readonly idleFrom?: number | undefined
  readonly idleTo?: number | undefined
}

/** A case with the facts that are its steps. Times RFC 3339 in UTC. */
export interface FlowCase {
  readonly kind: string
  readonly id: string
  readonly title: string | null
  readonly number: string | null
  readonly area: string | null
  readonly variant: string
  readonly state: 'open' | 'closed' | 'reopened'
  readonly firstAt: string
  readonly lastAt: string
  readonly lastActivity: string
  readonly seconds: number
  /** Whole days since the latest step; null where no instant was asked for. */
  readonly idleDays: number | null
  /** Of its steps, in order. */
  readonly positions: readonly number[]
}

const dayMicros = 86_400_000_000

const idleDays = (until: bigint) => sql<number>`((${until}::bigint - last_at) / ${dayMicros}::bigint)::int`

const states = {
  open: sql<boolean>`not closed`,
  closed: sql<boolean>`closed`,
  reopened: sql<boolean>`closed and not ends`,
}

function narrowed({ variant, contains, first, last, state, idleFrom, idleTo }: CasesOf, until: bigint | undefined) {
  const wanted = [
    variant === undefined ? undefined : sql`${variantOf} = ${variant}`,
    contains === undefined ? undefined : sql`${contains} = any(trace)`,
    first === undefined ? undefined : sql`trace[1] = ${first}`,
    last === undefined ? undefined : sql`trace[steps] = ${last}`,
    state === undefined ? undefined : states[state],
    idleFrom === undefined || until === undefined ? undefined : sql`${idleDays(until)} >= ${idleFrom}`,
    idleTo === undefined || until === undefined ? undefined : sql`${idleDays(until)} <= ${idleTo}`,
  ].filter((each) => each !== undefined)
  return wanted.length === 0 ? sql`` : sql`where ${sql.join(wanted, sql` and `)}`
}

interface Row extends Omit<FlowCase, 'firstAt' | 'lastAt' | 'positions'> {
  readonly firstAt: bigint
  readonly lastAt: bigint
  readonly positions: readonly bigint[]
}

const told = ({ firstAt, lastAt, positions, ...row }: Row): FlowCase => ({
  ...row,
  firstAt: rfc3339(firstAt),
  lastAt: rfc3339(lastAt),
  positions: positions.map(Number),
})

async function casesIn(filter: FlowFilter, { trx, position, until }: Standing, of: CasesOf, page: FlowPage): Promise<FlowCase[]> {
  const { rows } = await sql<Row>`
    with ${stepsAndCases(filter, position, until)},
    chosen as (
      select *
      from cases
      ${narrowed(of, until)}
      order by last_at, entity
      limit ${page.limit + 1}
      offset ${page.after ?? 0}
    )
    select c.kind, c.id, c.title, c.number, c.area, ${variantOf} as variant,
      case when not closed then 'open' when ends then 'closed' else 'reopened' end as state,
      first_at, last_at, trace[steps] as last_activity,
      ((last_at - first_at) / 1000000.0)::float8 as seconds,
      ${until === undefined ? sql`null::int` : idleDays(until)} as idle_days,
      positions
    from chosen
    join views.flow_cases c using (entity)
    order by last_at, c.entity`.execute(trx)
  return rows.map(told)
}

/** Cases with the facts that are their steps; whose last step is the longest ago comes first. Throws NotReadable. */
export const flowCases = (
  db: ViewsDb,
  filter: FlowFilter,
  moment: FlowMoment,
  of: CasesOf,
  page: FlowPage,
): Promise<FlowRowsOf<FlowCase>> =>
  standingAt(db, moment, async (standing) => pageOf(standing, page, await casesIn(filter, standing, of, page)))

/** How many cases of a kind there are, those without a step among them. */
export interface FlowKind {
  readonly kind: string
  readonly cases: number
}

/** The kinds of which there are cases, within areas if named, by name. Throws NotReadable. */
export const flowKinds = (db: ViewsDb, areas: readonly string[] | undefined): Promise<FlowRowsOf<FlowKind>> =>
  standingAt(db, {}, async ({ trx, position }) => {
    const { rows } = await sql<FlowKind>`
      select kind, count(*)::int as cases
      from views.flow_cases
      ${areas === undefined ? sql`` : sql`where area = any(${areas}::text[])`}
      group by kind
      order by kind`.execute(trx)
    return { position, rows }
  })

/** How many open cases have been idle for a number of whole days; the last group has no upper end. */
export interface IdleGroup {
  readonly from: number
  readonly to: number | null
  readonly cases: number
}

/** What stood open at an instant. */
export interface FlowSnapshot {
  readonly position: number
  readonly events: number
  readonly started: number
  readonly closed: number
  /** Of the closed, those that went on. */
  readonly reopened: number
  readonly open: number
  readonly idle: readonly IdleGroup[]
  readonly lastActivities: readonly { readonly activity: string; readonly cases: number }[]
  /** The open cases whose last step is the longest ago. */
  readonly longestIdle: readonly FlowCase[]
}

/** Whole days, both ends among them. */
const idleGroups = [
  { from: 0, to: 7 },
  { from: 8, to: 30 },
  { from: 31, to: 90 },
  { from: 91, to: null },
] as const

interface Counts {
  readonly events: number
  readonly started: number
  readonly closed: number
  readonly reopened: number
  readonly idle: readonly number[]
}

async function countsOf(filter: FlowFilter, { trx, position }: Standing, at: bigint): Promise<Counts | undefined> {
  const inGroup = idleGroups.map(
    ({ from, to }) => sql`count(*) filter (
      where not closed and idle >= ${from}::int and ${to === null ? sql`true` : sql`idle <= ${to}::int`}
    )::int`,
  )
  const { rows } = await sql<Counts>`
    with ${stepsAndCases(filter, position, at)}
    select coalesce(sum(steps), 0)::int as events,
      count(*)::int as started,
      count(*) filter (where closed)::int as closed,
      count(*) filter (where closed and not ends)::int as reopened,
      array[${sql.join(inGroup)}] as idle
    from (select *, ${idleDays(at)} as idle from cases) c`.execute(trx)
  return rows[0]
}

/** The state of all cases at an instant, in microseconds: only steps at or before it count. Throws NotReadable. */
export const flowSnapshot = (
  db: ViewsDb,
  filter: FlowFilter,
  { position: asked, until: at }: FlowMoment & { readonly until: bigint },
  longest: number,
): Promise<FlowSnapshot> =>
  standingAt(db, { position: asked, until: at }, async (standing) => {
    const { trx, position } = standing
    const counts = (await countsOf(filter, standing, at)) ?? { events: 0, started: 0, closed: 0, reopened: 0, idle: [] }
    const { rows } = await sql<FlowSnapshot['lastActivities'][number]>`
      with ${stepsAndCases(filter, position, at)}
      select trace[steps] as activity, count(*)::int as cases
      from cases
      where not closed
      group by activity
      order by cases desc, activity
      limit 1000`.execute(trx)
    const idlest = await casesIn(filter, standing, { state: 'open' }, { limit: longest })
    return {
      position,
      ...counts,
      open: counts.started - counts.closed,
      idle: idleGroups.map((group, index) => ({ ...group, cases: counts.idle[index] ?? 0 })),
      lastActivities: rows,
      longestIdle: idlest.slice(0, longest),
    }
  })
