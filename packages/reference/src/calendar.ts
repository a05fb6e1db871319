import { type Certainty, type Holiday, leastSure } from './holiday.ts'

/** Holidays by date, and the days for which they are known to be complete. */
export interface Calendar {
  readonly from: Temporal.PlainDate
  readonly to: Temporal.PlainDate
  readonly holidays: ReadonlyMap<string, readonly Holiday[]>
}

/** The calendar does not know every day that was asked for; `from` and `to` are the days it does know. */
export interface NotCovered {
  readonly covered: false
  readonly from: string
  readonly to: string
}

/** The days that the reference file covers. */
export const calendarCoverage = { from: '2006-01-01', to: '2027-12-31' } as const

/** Makes a calendar of holiday rows, by default for the days that the reference file covers. */
export function calendarOf(holidays: readonly Holiday[], coverage: { from: string; to: string } = calendarCoverage): Calendar {
  const byDate = Map.groupBy(holidays, (holiday) => holiday.date)
  return { from: Temporal.PlainDate.from(coverage.from), to: Temporal.PlainDate.from(coverage.to), holidays: byDate }
}

function covers(calendar: Calendar, date: Temporal.PlainDate): boolean {
  return Temporal.PlainDate.compare(date, calendar.from) >= 0 && Temporal.PlainDate.compare(date, calendar.to) <= 0
}

const notCovered = ({ from, to }: Calendar): NotCovered => ({ covered: false, from: from.toString(), to: to.toString() })

const isWorkingDay = (calendar: Calendar, date: Temporal.PlainDate) => date.dayOfWeek <= 5 && !calendar.holidays.has(date.toString())

/**
 * The working days after `from` up to and including `to`: Monday to Friday, no national holiday, no collective leave. The first day does
 * not
 * count, so a matter settled on its own day took 0. `certainty` is that of the least sure holiday in the span. A span that leaves the
 * calendar is answered `covered: false`, never by a number. Errors: RangeError when `to` is before `from`.
 */
export function workingDays(
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
  calendar: Calendar,
): { readonly covered: true; readonly days: number; readonly certainty: Certainty } | NotCovered {
  if (Temporal.PlainDate.compare(from, to) > 0)
    throw new RangeError(`the span ends (${to.toString()}) before it begins (${from.toString()})`)
  if (!covers(calendar, from) || !covers(calendar, to)) return notCovered(calendar)
  const inSpan = [...calendar.holidays].filter(([date]) => date > from.toString() && date <= to.toString())
  // Whole weeks hold five weekdays; only the rest, at most six days, is walked.
  const total = from.until(to, { largestUnit: 'days' }).days
  let days = Math.floor(total / 7) * 5
  for (let rest = 1; rest <= total % 7; rest += 1) if (from.add({ days: rest }).dayOfWeek <= 5) days += 1
  days -= inSpan.filter(([date]) => Temporal.PlainDate.from(date).dayOfWeek <= 5).length
  return { covered: true, days, certainty: leastSure(inSpan.flatMap(([, holidays]) => holidays.map((holiday) => holiday.certainty))) }
}

/**
 * The day on which `count` working days after `from` are over: the due date of a span. With 0 it is `from` itself. Not covered when that
 * day
 * lies beyond the calendar. Errors: RangeError for a count that is negative or not whole.
 */
export function dueDate(
  from: Temporal.PlainDate,
  count: number,
  calendar: Calendar,
): { readonly covered: true; readonly date: Temporal.PlainDate } | NotCovered {
  if (!Number.isInteger(count) || count < 0) throw new RangeError(`${count} is no number of working days`)
  let date = from
  let left = count
  while (covers(calendar, date)) {
    if (left === 0) return { covered: true, date }
    date = date.add({ days: 1 })
    if (isWorkingDay(calendar, date)) left -= 1
  }
  return notCovered(calendar)
}

/**
 * The last day from which at least `count` working days have passed by `to`: what began later has not lasted so long. Not covered when that
 * day lies outside the calendar. Errors: RangeError for a count that is not positive or not whole.
 */
export function startBy(
  to: Temporal.PlainDate,
  count: number,
  calendar: Calendar,
): { readonly covered: true; readonly date: Temporal.PlainDate } | NotCovered {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`${count} is no number of working days`)
  let date = to
  let left = count
  while (covers(calendar, date)) {
    if (isWorkingDay(calendar, date)) left -= 1
    date = date.subtract({ days: 1 })
    if (left === 0 && covers(calendar, date)) return { covered: true, date }
  }
  return notCovered(calendar)
}

/** Whether the day is a national holiday or collective leave, and which; a plain Sunday is none. Not covered outside the calendar. */
export function isHoliday(
  date: Temporal.PlainDate,
  calendar: Calendar,
): { readonly covered: true; readonly holiday: boolean; readonly holidays: readonly Holiday[] } | NotCovered {
  if (!covers(calendar, date)) return notCovered(calendar)
  const holidays = calendar.holidays.get(date.toString()) ?? []
  return { covered: true, holiday: holidays.length > 0, holidays }
}
