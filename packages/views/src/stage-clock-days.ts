import { dueDate, workingDays, type Calendar } from '@jejak/reference'
import { daysBetween } from './instant.ts'
import { lasting } from './stage-clock-limits.ts'
import { reopeningsOf, type Reopening } from './stage-clock-reopened.ts'
import type { EntityClock, MarkDates, StageClockLimitsTable, StageClockStaysTable } from './stage-clock-tables.ts'

/** Days of a time: calendar, and working days with cuti bersama; null where the calendar does not cover them. */
export interface Days {
  readonly days: number
  readonly workingDays: number | null
}

/** A stay as it is told. Dates `YYYY-MM-DD`; `left` is null while it lasts, and its days are then counted to the day asked for. */
export interface ToldStay extends Days {
  readonly region: string
  readonly stage: string
  readonly holder: string | null
  /** The file lies with whoever asked, to be mended. */
  readonly revision: boolean
  readonly entered: string
  /** When it came to that stage: a suspension begins a stay of its own. */
  readonly since: string
  readonly left: string | null
  readonly suspendedDays: number
  /** Position of the fact that began it, and of the one whose date ended it. */
  readonly position: number
  readonly endedBy: number | null
  readonly flag: string | null
}

/** Where a clock stands on the day asked for. `unknown`: its working days are not in the calendar. */
export type ClockState = 'within' | 'warn' | 'stuck' | 'finished' | 'stopped' | 'unknown'

/**
 * A clock of an entity: a limit on a stage, on the time between two marks, or between two times of one mark in a stage. Limits and days
 * over in days of the clock's own calendar.
 */
export interface ToldClock extends Days {
  readonly name: string
  readonly stage: string | null
  readonly from: string | null
  readonly to: string | null
  readonly calendar: 'calendar' | 'working'
  readonly warn: number
  readonly stuck: number
  readonly state: ClockState
  readonly began: string
  readonly ended: string | null
  /** The date on which the limit was met, if it was by then. */
  readonly warnSince: string | null
  readonly stuckSince: string | null
  /** Days above the higher limit that is met; 0 on the day itself. */
  readonly daysOver: number | null
  /** Calendar days of that time at each desk; those at none under `-`. */
  readonly byHolder: Readonly<Record<string, number>>
  readonly revisionDays: number
  readonly suspendedDays: number
  readonly position: number
}

/** The clock of an entity, counted to a day. */
export interface ToldEntityClock {
  readonly stays: readonly ToldStay[]
  readonly marks: readonly (MarkDates & { readonly mark: string })[]
  readonly clocks: readonly ToldClock[]
  /** Calendar days at each desk since the first fact; those at none under `-`. */
  readonly byHolder: Readonly<Record<string, number>>
  readonly suspended: boolean
  /** Each time that it went on after it had ended. */
  readonly reopened: readonly Reopening[]
}

/** From a date up to another, which no longer counts. */
interface Period {
  readonly from: string
  readonly to: string
}

const plain = (date: string): Temporal.PlainDate => Temporal.PlainDate.from(date)

/** Calendar and working days of a period. */
export function daysOf({ from, to }: Period, calendar: Calendar): Days {
  const counted = workingDays(plain(from), plain(to), calendar)
  return { days: daysBetween(from, to), workingDays: counted.covered ? counted.days : null }
}

const first = (a: string, b: string): string => (a < b ? a : b)
const last = (a: string, b: string): string => (a > b ? a : b)
const shared = (a: Period, b: Period): number => Math.max(0, daysBetween(last(a.from, b.from), first(a.to, b.to)))

/** The periods in which an entity was suspended: on each day what the last fact in log order with that date or an earlier one says. */
function suspensionsOf({ row }: EntityClock, at: string): Period[] {
  const known = Object.entries(row.suspensions)
    .map(([position, each]) => ({ ...each, position: Number(position) }))
    .toSorted((a, b) => a.position - b.position)
  return known.flatMap(({ on, suspended }, index) => {
    const to = known.slice(index + 1).reduce((end, each) => first(end, each.on), at)
    return suspended && to > on ? [{ from: on, to }] : []
  })
}

const isSuspended = (clock: EntityClock, at: string): boolean =>
  Object.entries(clock.row.suspensions)
    .filter(([, { on }]) => on <= at)
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .at(-1)?.[1].suspended ?? false

const sumOf = (periods: readonly Period[], within: Period): number => periods.reduce((sum, each) => sum + shared(each, within), 0)

const endAt = (left: string | null, at: string): string => (left === null ? at : first(left, at))

function desksOf(stays: readonly StageClockStaysTable[], within: Period, at: string): Record<string, number> {
  const days = new Map<string, number>()
  for (const { holder, enteredOn, leftOn } of lasting(stays)) {
    const spent = shared({ from: enteredOn, to: endAt(leftOn, at) }, within)
    // The whole is at no desk of its own while its regions are.
    if (spent > 0) days.set(holder ?? '-', (days.get(holder ?? '-') ?? 0) + spent)
  }
  return Object.fromEntries(days)
}

/** The stage, or the two marks: `requested > credited`. */
export const clockName = ({ stage, fromMark, toMark }: StageClockLimitsTable): string =>
  fromMark === null ? (stage ?? '') : `${fromMark} > ${toMark}`

/** When a limit of a clock is met, whether or not it was still running then. Undefined where the calendar does not reach. */
function dueOn(row: StageClockLimitsTable, limit: 'warn' | 'stuck', calendar: Calendar): string | undefined {
  const stored = limit === 'warn' ? row.warnOn : row.stuckOn
  if (stored !== null) return stored
  const due = dueDate(plain(row.beganOn), row[limit], calendar)
  return due.covered ? due.date.toString() : undefined
}

/** A limit of n days is met on the day start + n, unless what ends the time is dated on or before that day. */
const metBy = (due: string | undefined, { endedOn }: StageClockLimitsTable, at: string): string | null =>
  due !== undefined && due <= at && (endedOn === null || endedOn > due) ? due : null

/** The date on which a limit was met by a day, or null: also of clocks that have ended since. Pure. */
export const metOn = (row: StageClockLimitsTable, limit: 'warn' | 'stuck', at: string, calendar: Calendar): string | null =>
  metBy(dueOn(row, limit, calendar), row, at)

function stateOf(
  row: StageClockLimitsTable,
  at: string,
  warnSince: string | null,
  stuckSince: string | null,
  counted: boolean,
): ClockState {
  if (row.endedOn !== null && row.endedOn <= at) return row.stopped ? 'stopped' : 'finished'
  if (stuckSince !== null) return 'stuck'
  if (warnSince !== null) return 'warn'
  return counted ? 'within' : 'unknown'
}

/** How a clock stands on a day. Pure. */
export function clockAt(clock: EntityClock, row: StageClockLimitsTable, at: string, calendar: Calendar): ToldClock {
  const time = { from: row.beganOn, to: endAt(row.endedOn, at) }
  const { days, workingDays: working } = daysOf(time, calendar)
  const warnSince = metOn(row, 'warn', at, calendar)
  const stuckSince = metOn(row, 'stuck', at, calendar)
  const counted = row.clock === 'working' ? working : days
  const met = stuckSince !== null ? row.stuck : warnSince !== null ? row.warn : undefined
  return {
    name: clockName(row),
    stage: row.stage,
    from: row.fromMark,
    to: row.toMark,
    calendar: row.clock === 'working' ? 'working' : 'calendar',
    warn: row.warn,
    stuck: row.stuck,
    state: stateOf(row, at, warnSince, stuckSince, counted !== null),
    began: row.beganOn,
    ended: row.endedOn !== null && row.endedOn <= at ? row.endedOn : null,
    days,
    workingDays: working,
    warnSince,
    stuckSince,
    daysOver: met === undefined || counted === null ? null : counted - met,
    byHolder: desksOf(clock.stays, time, at),
    revisionDays: sumOf(
      lasting(clock.stays)
        .filter((stay) => stay.revision)
        .map((stay) => ({ from: stay.enteredOn, to: endAt(stay.leftOn, at) })),
      time,
    ),
    suspendedDays: sumOf(suspensionsOf(clock, at), time),
    position: Number(row.began),
  }
}

/** The date of the stay with which the unbroken time at a stage began. */
function sinceOf(stay: StageClockStaysTable, stays: readonly StageClockStaysTable[]): string {
  const before = stays.find(({ region, stage, leftOn }) => region === stay.region && stage === stay.stage && leftOn === stay.enteredOn)
  return before === undefined ? stay.enteredOn : sinceOf(before, stays)
}

function stayAt(stay: StageClockStaysTable & { readonly stage: string }, clock: EntityClock, at: string, calendar: Calendar): ToldStay {
  const left = stay.leftOn !== null && stay.leftOn <= at ? stay.leftOn : null
  const time = { from: stay.enteredOn, to: left ?? at }
  return {
    region: stay.region,
    stage: stay.stage,
    holder: stay.holder,
    revision: stay.revision,
    entered: stay.enteredOn,
    since: sinceOf(stay, lasting(clock.stays)),
    left,
    ...daysOf(time, calendar),
    suspendedDays: sumOf(suspensionsOf(clock, at), time),
    position: Number(stay.position),
    endedBy: left === null || stay.endedBy === null ? null : Number(stay.endedBy),
    flag: stay.flag,
  }
}

const hasStage = (stay: StageClockStaysTable): stay is StageClockStaysTable & { readonly stage: string } => stay.stage !== null

/** The stays of an entity that had begun by a day, in log order region by region, counted to that day. Pure. */
export const staysAt = (clock: EntityClock, at: string, calendar: Calendar): ToldStay[] =>
  clock.stays.filter(hasStage).flatMap((stay) => (stay.enteredOn <= at ? [stayAt(stay, clock, at, calendar)] : []))

/** Where an entity stands on a day: the stay of each region that holds it. Pure. */
export const standingAt = (clock: EntityClock, at: string, calendar: Calendar): ToldStay[] =>
  staysAt(clock, at, calendar).filter(({ left }) => left === null)

/** Everything that the clock says of an entity on a day. Pure. */
export function entityClockAt(clock: EntityClock, at: string, calendar: Calendar): ToldEntityClock {
  const from = lasting(clock.stays).reduce((begin, stay) => first(begin, stay.enteredOn), at)
  return {
    stays: staysAt(clock, at, calendar),
    marks: Object.entries(clock.row.marks)
      .filter(([, dates]) => dates.first.on <= at)
      .map(([mark, dates]) => ({ mark, ...dates }))
      .toSorted((a, b) => (a.first.on === b.first.on ? a.first.position - b.first.position : a.first.on < b.first.on ? -1 : 1)),
    clocks: clock.limits.filter(({ beganOn }) => beganOn <= at).map((row) => clockAt(clock, row, at, calendar)),
    byHolder: desksOf(clock.stays, { from, to: at }, at),
    suspended: isSuspended(clock, at),
    reopened: reopeningsOf(clock, at),
  }
}
