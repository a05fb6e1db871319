import { sql } from 'kysely'
import type { ViewsDb } from './database.ts'
import { rfc3339 } from './instant.ts'
import { spreadOf, standingAt, stepsAndCases, withPairs } from './flow-steps.ts'
import type { FlowFilter, FlowMoment, FlowPage, Spread, Standing } from './flow-steps.ts'
import { pageOf, type FlowRowsOf } from './flow-summary.ts'

/** Two activities of which one followed the other without another between them, how often, and how long it took: seconds. */
export interface FlowPair {
  readonly from: string
  readonly to: string
  readonly n: number
  readonly wait: Spread
}

/** What comes first of pairs: the longest wait together, the most frequent, or the longest median. */
export type PairOrder = 'total' | 'frequent' | 'slowest'

const firstPairs = {
  total: sql`sum(wait) desc`,
  frequent: sql`count(*) desc`,
  slowest: sql`percentile_cont(0.5) within group (order by wait) desc`,
}

/** Pairs of neighbouring steps. Throws NotReadable. */
export const flowPairs = (
  db: ViewsDb,
  filter: FlowFilter,
  moment: FlowMoment,
  page: FlowPage & { readonly order: PairOrder },
): Promise<FlowRowsOf<FlowPair>> =>
  standingAt(db, moment, async (standing) => {
    const { rows } = await sql<FlowPair>`
      with ${withPairs(filter, standing.position, standing.until)}
      select "from", "to", count(*)::int as n, ${spreadOf('wait')} as wait
      from pairs
      where "from" is not null
      group by "from", "to"
      order by ${firstPairs[page.order]}, "from", "to"
      limit ${page.limit + 1}
      offset ${page.after ?? 0}`.execute(standing.trx)
    return pageOf(standing, page, rows)
  })

/** Which waits: from one of some activities to one of others, as neighbours, or from the first of the ones to the first of the others. */
export interface WaitsOf {
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly between: 'neighbours' | 'firsts'
}

/** A wait of a case, with the facts at both its ends. */
export interface FlowWait {
  readonly kind: string
  readonly id: string
  readonly title: string | null
  readonly number: string | null
  readonly area: string | null
  readonly seconds: number
  readonly from: { readonly position: number; readonly at: string }
  readonly to: { readonly position: number; readonly at: string }
}

/** Waits with their figures. `reversed` are cases that did the other first: no wait, and not counted. */
export interface FlowWaits extends FlowRowsOf<FlowWait> {
  readonly n: number
  readonly wait: Spread | null
  readonly reversed: number
}

const array = (values: readonly string[]) => sql`${values}::text[]`

/** The waits as `waits`: by case the two facts and the time between. */
function waitsOf(filter: FlowFilter, { position, until }: Standing, { from, to, between }: WaitsOf) {
  if (between === 'neighbours')
    return sql`${withPairs(filter, position, until)},
    waits as (
      select entity, from_position, from_at, to_position, to_at, wait, true as forward
      from pairs
      where "from" = any(${array(from)})
        and "to" = any(${array(to)})
    )`
  const first = (column: 'position' | 'at', names: readonly string[]) =>
    sql`(array_agg(${sql.ref(column)} order by position) filter (where activity = any(${array(names)})))[1]`
  return sql`${stepsAndCases(filter, position, until)},
    firsts as (
      select entity,
        ${first('position', from)} as from_position,
        ${first('at', from)} as from_at,
        ${first('position', to)} as to_position,
        ${first('at', to)} as to_at
      from steps
      group by entity
    ),
    waits as (
      select *, to_at - from_at as wait, to_position > from_position as forward
      from firsts
      where from_position is not null
        and to_position is not null
        and to_position <> from_position
    )`
}

interface Row extends Omit<FlowWait, 'from' | 'to'> {
  readonly fromPosition: bigint
  readonly fromAt: bigint
  readonly toPosition: bigint
  readonly toAt: bigint
}

const toldWait = ({ fromPosition, fromAt, toPosition, toAt, ...row }: Row): FlowWait => ({
  ...row,
  from: { position: Number(fromPosition), at: rfc3339(fromAt) },
  to: { position: Number(toPosition), at: rfc3339(toAt) },
})

/** The waits between activities case by case, the longest first, with their figures over all cases. Throws NotReadable. */
export const flowWaits = (db: ViewsDb, filter: FlowFilter, moment: FlowMoment, of: WaitsOf, page: FlowPage): Promise<FlowWaits> =>
  standingAt(db, moment, async (standing) => {
    const waits = waitsOf(filter, standing, of)
    const sums = await sql<{ n: number; wait: Spread | null; reversed: number }>`
      with ${waits}
      select (count(*) filter (where forward))::int as n,
        (count(*) filter (where not forward))::int as reversed,
        (select ${spreadOf('wait')} from waits where forward) as wait
      from waits`.execute(standing.trx)
    const { rows } = await sql<Row>`
      with ${waits},
      chosen as (
        select *
        from waits
        where forward
        order by wait desc, from_position, entity
        limit ${page.limit + 1}
        offset ${page.after ?? 0}
      )
      select c.kind, c.id, c.title, c.number, c.area, (w.wait / 1000000.0)::float8 as seconds,
        w.from_position, w.from_at, w.to_position, w.to_at
      from chosen w
      join views.flow_cases c using (entity)
      order by w.wait desc, w.from_position, entity`.execute(standing.trx)
    return { ...pageOf(standing, page, rows.map(toldWait)), ...(sums.rows[0] ?? { n: 0, wait: null, reversed: 0 }) }
  })
