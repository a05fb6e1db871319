import { sql, type ExpressionBuilder } from 'kysely'
import { startBy, type Calendar } from '@jejak/reference'
import type { Database, ViewsDb } from './database.ts'
import type { StageClockLimitsTable, StageClockTable } from './stage-clock-tables.ts'

/** What to list of what is over its limit; every part narrows. `stage` also takes the stages inside it. */
export interface StuckFilter {
  readonly areas?: readonly string[] | undefined
  readonly programme?: string | undefined
  readonly kind?: string | undefined
  readonly stage?: string | undefined
  readonly holder?: string | undefined
  readonly state?: 'warn' | 'stuck' | undefined
  /** Only these entities, by tag. */
  readonly entities?: readonly string[] | undefined
}

/** The day asked for, and the working days around it. */
export interface Day {
  readonly at: string
  /** Whether facts with later dates may be known: no fact is of the future. */
  readonly past: boolean
  readonly calendar: Calendar
}

/** The tables of the list: limits and their entities. */
export type Tables = Database & { l: StageClockLimitsTable; e: StageClockTable }
type Where = ExpressionBuilder<Tables, 'l' | 'e'>

/** A limit in working days, and the last day on which what is over it by then may have begun. */
export interface Cutoff {
  readonly limit: number
  readonly start: string
}

/** Limits in working days depend on the calendar, so that they are turned into dates when asked: one for each limit that is in use. */
export async function cutoffsOf(db: ViewsDb, { at, calendar }: Day): Promise<Cutoff[]> {
  const used = await db.selectFrom('stageClockLimits').select(['warn', 'stuck']).distinct().where('clock', '=', 'working').execute()
  const limits = new Set(used.flatMap(({ warn, stuck }) => [warn, stuck]))
  return [...limits].flatMap((limit) => {
    const start = startBy(Temporal.PlainDate.from(at), limit, calendar)
    return start.covered ? [{ limit, start: start.date.toString() }] : []
  })
}

/** Whether a clock is over a limit on a day; null for one of working days that the calendar does not reach. */
export const isOver = (eb: Where, limit: 'warn' | 'stuck', at: string, cutoffs: readonly Cutoff[]) =>
  eb.or([
    eb(limit === 'warn' ? 'l.warnOn' : 'l.stuckOn', '<=', at),
    ...cutoffs.map((cutoff) =>
      eb.and([eb('l.clock', '=', 'working'), eb(`l.${limit}`, '=', cutoff.limit), eb('l.beganOn', '<=', cutoff.start)]),
    ),
  ])

/** The stays that hold the entity on the day. */
const standing = (eb: Where, at: string) =>
  eb
    .selectFrom('stageClockStays as s')
    .select('s.position')
    .whereRef('s.entity', '=', 'l.entity')
    .where('s.enteredOn', '<=', at)
    .where((each) => each.or([each('s.leftOn', 'is', null), each('s.leftOn', '>', at)]))
    .where('s.stage', 'is not', null)

/** The clocks that run on a day. Those of an entity that has ended were stopped; it may have been opened again since. */
function running(db: ViewsDb, { at, past }: Day) {
  const rows = db.selectFrom('stageClockLimits as l').innerJoin('stageClock as e', 'e.entity', 'l.entity')
  if (!past) return rows.where('l.endedOn', 'is', null)
  return rows
    .where('l.beganOn', '<=', at)
    .where((eb) => eb.or([eb('l.endedOn', 'is', null), eb('l.endedOn', '>', at)]))
    .where((eb) => eb.not(eb.exists(standing(eb, at).where('s.region', '=', '').where('s.final', '=', true))))
}

/** The clocks that run on a day, above their first limit. */
export function overLimit(db: ViewsDb, filter: StuckFilter, day: Day, cutoffs: readonly Cutoff[]) {
  const { areas, programme, kind, stage, holder, state, entities } = filter
  const { at } = day
  let rows = running(db, day).where((eb) => isOver(eb, 'warn', at, cutoffs))
  if (areas !== undefined) rows = rows.where((eb) => eb('e.area', '=', eb.fn.any(sql<readonly string[]>`${areas}::text[]`)))
  if (entities !== undefined) rows = rows.where((eb) => eb('l.entity', '=', eb.fn.any(sql<readonly string[]>`${entities}::text[]`)))
  if (programme !== undefined) rows = rows.where('e.programme', '=', programme)
  if (kind !== undefined) rows = rows.where('e.kind', '=', kind)
  if (state === 'stuck') rows = rows.where((eb) => isOver(eb, 'stuck', at, cutoffs))
  if (state === 'warn') rows = rows.where((eb) => eb.not(eb.fn.coalesce(isOver(eb, 'stuck', at, cutoffs), sql<boolean>`false`)))
  if (stage !== undefined)
    rows = rows.where((eb) =>
      eb.exists(
        standing(eb, at).where((each) =>
          each.or([each('s.stage', '=', stage), each(each.fn<boolean>('starts_with', ['s.stage', each.val(`${stage}.`)]), '=', true)]),
        ),
      ),
    )
  if (holder !== undefined) rows = rows.where((eb) => eb.exists(standing(eb, at).where('s.holder', '=', holder)))
  return rows
}
