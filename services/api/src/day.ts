import { kernelReasons, refuse } from '@jejak/domain'
import type { Day } from '@jejak/views'
import { dateIn, type Context } from './context.ts'
import { Problem, refusalProblem } from './problem.ts'
import type { Moment } from './time.ts'

/** Lists span zones; their day is that of the capital (CONTRACTS D1). */
const zone = 'Asia/Jakarta'

/** The refusal of a day or an instant in a query that is still to come. */
export const futureProblem = (on: string, today: string, parameter: string): Problem => {
  const { spec } = refusalProblem(refuse(kernelReasons.futureDate, { on, today }))
  return new Problem({ ...spec, errors: [{ parameter, detail: { id: `paling lambat ${today}`, en: `${today} at the latest` } }] })
}

/**
 * The day asked for, today by default. Refuses one that has begun nowhere in Indonesia (422 `future-date`), naming the parameter that says
 * so. The day of a simulated log is never before its last recorded time.
 */
export async function dayOf(context: Context, at: string | undefined, parameter = 'at'): Promise<Day> {
  const { recordedAt } = await context.log.head()
  const now = context.now()
  const millis = Number((recordedAt > now ? recordedAt : now) / 1000n)
  const today = dateIn(zone, millis)
  if (at !== undefined && at > dateIn('Asia/Jayapura', millis)) throw futureProblem(at, today, parameter)
  return { at: at ?? today, past: at !== undefined && at < today, calendar: await context.calendar() }
}

/**
 * The day of a question that is folded when asked: as said, else that of the moment that is looked from, else the log's own today, which of
 * a simulated log is the day of its last fact. Refuses a day that is still to come (422 `future-date`).
 */
export async function dayAsked(
  context: Context,
  { at, asOf }: { readonly at?: string | undefined; readonly asOf?: string | undefined },
  moment: Moment,
): Promise<string> {
  const isOfMoment = (asOf !== undefined && !moment.provisional) || context.log.clock === 'simulated'
  if (at === undefined && isOfMoment) return dateIn(zone, Date.parse(moment.recordedAt))
  return (await dayOf(context, at)).at
}

/** Whether the calendar of working days knows a day, and which it knows. */
export function coverageOf({ at, calendar }: Day): { covered: boolean; from: string; to: string } {
  const [from, to] = [calendar.from.toString(), calendar.to.toString()]
  return { covered: at >= from && at <= to, from, to }
}

/** Calendar days from one date to another. */
export const daysBetween = (from: string, to: string): number =>
  Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days
