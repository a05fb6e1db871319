import { sql, type RawBuilder } from 'kysely'
import type { ViewsDb } from './database.ts'
import { flow } from './flow.ts'
import { keepTables, readableAt } from './readable.ts'

/** Which steps count; every part narrows. Instants in microseconds since 1970. */
export interface FlowFilter {
  readonly kind: string
  readonly areas?: readonly string[] | undefined
  /** Cases of which a step was recorded under this edition, in any revision if none is named: whole, with their other steps. */
  readonly edition?: { readonly id: string; readonly revision?: number | undefined } | undefined
  /** Cases that took their first step from an instant on, and before another. */
  readonly startedFrom?: bigint | undefined
  readonly startedBefore?: bigint | undefined
  /** Only steps that led to another stage. */
  readonly moving?: boolean | undefined
}

/** The moment looked from, on both clocks; by default all that is known, whenever it happened. */
export interface FlowMoment {
  /** What was known at a position. */
  readonly position?: number | undefined
  /** What had happened by an instant, in microseconds. */
  readonly until?: bigint | undefined
}

/** Figures of times, in seconds: `p90` between two values where it falls between them, `p90Discrete` always one of them. */
export interface Spread {
  readonly min: number
  readonly mean: number
  readonly median: number
  readonly p90: number
  readonly p90Discrete: number
  readonly max: number
  readonly total: number
}

/** A step's place in the figures: which rows of a long answer, all of one moment. */
export interface FlowPage {
  readonly limit: number
  /** How many come before. */
  readonly after?: number | undefined
}

const seconds = (value: RawBuilder<unknown>) => sql<number>`(${value} / 1000000.0)::float8`

/** The figures of a column of microseconds as one JSON value; null where there is none. */
export const spreadOf = (column: string) => {
  const of = sql.ref(column)
  return sql<Spread | null>`case
    when count(${of}) > 0 then json_build_object(
      'min', ${seconds(sql`min(${of})`)},
      'mean', ${seconds(sql`avg(${of})`)},
      'median', ${seconds(sql`percentile_cont(0.5) within group (order by ${of})`)},
      'p90', ${seconds(sql`percentile_cont(0.9) within group (order by ${of})`)},
      'p90Discrete', ${seconds(sql`percentile_disc(0.9) within group (order by ${of})`)},
      'max', ${seconds(sql`max(${of})`)},
      'total', ${seconds(sql`sum(${of})`)}
    )
  end`
}

/** Not annulled by then. */
const standing = (steps: string, position: number) => {
  const at = sql.ref(`${steps}.struckAt`)
  return sql`(${at} is null or ${at} > ${position}::bigint)`
}

/** Cases that took their first step in a time, by all that was known at the position. */
function startedIn({ kind, startedFrom, startedBefore }: FlowFilter, position: number) {
  if (startedFrom === undefined && startedBefore === undefined) return sql``
  return sql`and s.entity in (
    select f.entity
    from views.flow_steps f
    where f.kind = ${kind}
      and f.position <= ${position}::bigint
      and ${standing('f', position)}
    group by f.entity
    having min(f.at) >= ${startedFrom ?? 0n}::bigint
      ${startedBefore === undefined ? sql`` : sql`and min(f.at) < ${startedBefore}::bigint`}
  )`
}

function underEdition({ kind, edition }: FlowFilter, position: number) {
  if (edition === undefined) return sql``
  return sql`and s.entity in (
    select e.entity
    from views.flow_steps e
    where e.kind = ${kind}
      and e.position <= ${position}::bigint
      and ${standing('e', position)}
      and e.edition_id = ${edition.id}
      ${edition.revision === undefined ? sql`` : sql`and e.edition_revision = ${edition.revision}::int`}
  )`
}

/** The steps that count, as `steps`, and by case what they come to, as `cases`: for `with`. */
export function stepsAndCases(filter: FlowFilter, position: number, until: bigint | undefined) {
  const { kind, areas, moving } = filter
  return sql`steps as (
    select s.entity, s.position, s.at, s.activity, s.role, s.closes
    from views.flow_steps s
    where s.kind = ${kind}
      and s.position <= ${position}::bigint
      and ${standing('s', position)}
      ${until === undefined ? sql`` : sql`and s.at <= ${until}::bigint`}
      ${moving === true ? sql`and s.moved` : sql``}
      ${areas === undefined ? sql`` : sql`and s.entity in (select c.entity from views.flow_cases c where c.area = any(${areas}::text[]))`}
      ${startedIn(filter, position)}
      ${underEdition(filter, position)}
  ),
  cases as (
    select entity, count(*)::int as steps, min(at) as first_at, max(at) as last_at,
      array_agg(activity order by position) as trace,
      array_agg(position order by position) as positions,
      bool_or(closes) as closed,
      (array_agg(closes order by position))[count(*)] as ends
    from steps
    group by entity
  )`
}

/** The same with each step's neighbour before it in its case, as `pairs`; of the first step it is null. */
export const withPairs = (filter: FlowFilter, position: number, until: bigint | undefined) =>
  sql`${stepsAndCases(filter, position, until)},
  pairs as (
    select entity, activity as "to", position as to_position, at as to_at,
      lag(activity) over neighbours as "from",
      lag(position) over neighbours as from_position,
      lag(at) over neighbours as from_at,
      at - lag(at) over neighbours as wait
    from steps
    window neighbours as (partition by entity order by position)
  )`

/** Names a variant: the beginning of the hash of its trace. */
export const variantOf = sql<string>`left(encode(sha256(convert_to(array_to_string(trace, chr(10)), 'UTF8')), 'hex'), 16)`

/** A moment with the position up to which the tables go, at most. */
export interface Standing {
  readonly trx: ViewsDb
  readonly position: number
  readonly until: bigint | undefined
}

/** Asks several questions of one state of the tables. What is asked for later than they stand is answered as far as they stand. */
export async function standingAt<T>(db: ViewsDb, { position, until }: FlowMoment, ask: (standing: Standing) => Promise<T>): Promise<T> {
  // Of tables that it cannot read it does not even know the names.
  await readableAt(db, flow)
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      await keepTables(trx, flow)
      const known = await readableAt(trx, flow)
      return ask({ trx, position: Math.min(position ?? known, known), until })
    })
}
