import { kernelReasons, refuse } from '@jejak/domain'
import type { Day } from '@jejak/views'
import { dateIn, microsOf, type Context } from './context.ts'
import { Problem, refusalProblem } from './problem.ts'

/** Lists span zones; their day is that of the capital (CONTRACTS D1). */
const zone = 'Asia/Jakarta'

/** The refusal of a day or an instant in a query that is still to come. */
export const futureProblem = (on: string, today: string, parameter: string): Problem => {
  const { spec } = refusalProblem(refuse(kernelReasons.futureDate, { on, today }))
  return new Problem({ ...spec, errors: [{ parameter, detail: { id: `paling lambat ${today}`, en: `${today} at the latest` } }] })
}

/** Which day a question counts to, as it was asked. */
export interface DayAsked {
  readonly at?: string | undefined
  readonly asOf?: string | undefined
}

/** The day of a moment that is looked from: that on which a position was recorded, that of an instant, or the date itself. */
async function dayOfMoment(context: Context, asOf: string): Promise<string | undefined> {
  if (!/^[0-9]{1,15}$/.test(asOf)) return asOf.length === 10 ? asOf : dateIn(zone, Number(microsOf(asOf) / 1000n))
  const [found] = await context.log.at([Number(asOf)])
  return found && dateIn(zone, Number(found.recordedAt / 1000n))
}

/**
 * The day that a question counts to: `at` where it is given, else the day of the moment that is looked from (`asOf`), else today by the
 * clock of the service. Refuses an `at` that has begun nowhere in Indonesia (422 `future-date`), naming the parameter that
 * says so. Today of a simulated log is never before its last recorded time.
 */
export async function dayOf(context: Context, { at, asOf }: DayAsked, parameter = 'at'): Promise<Day> {
  const { recordedAt } = await context.log.head()
  const now = context.now()
  const millis = Number((recordedAt > now ? recordedAt : now) / 1000n)
  const today = dateIn(zone, millis)
  if (at !== undefined && at > dateIn('Asia/Jayapura', millis)) throw futureProblem(at, today, parameter)
  const ofMoment = at === undefined && asOf !== undefined ? await dayOfMoment(context, asOf) : undefined
  // What is looked at from a moment to come is looked at today.
  const day = at ?? (ofMoment !== undefined && ofMoment < today ? ofMoment : today)
  return { at: day, past: day < today, calendar: await context.calendar() }
}

/** Whether the calendar of working days knows a day, and which it knows. */
export function coverageOf({ at, calendar }: Day): { covered: boolean; from: string; to: string } {
  const [from, to] = [calendar.from.toString(), calendar.to.toString()]
  return { covered: at >= from && at <= to, from, to }
}

/** Calendar days from one date to another. */
export const daysBetween = (from: string, to: string): number =>
  Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days
