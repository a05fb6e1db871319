import { dataRule, type Rule, type Situation } from './rule.ts'

/** A time from its first to its last day, both included; open where the last is absent. Dates are `YYYY-MM-DD`. */
export interface Period {
  readonly from: string
  readonly to?: string | undefined
}

/** Whether a day lies in the period. */
export const covers = ({ from, to }: Period, day: string): boolean => from <= day && (to === undefined || day <= to)

/** Whether two periods share a day. */
export const overlap = (a: Period, b: Period): boolean => (b.to === undefined || a.from <= b.to) && (a.to === undefined || b.from <= a.to)

/** The last day of so many years that begin on a day. */
export const lastOfYears = (from: string, years: number): string =>
  Temporal.PlainDate.from(from).add({ years }).subtract({ days: 1 }).toString()

/** A period ends on the day it begins, or later. `of` finds it in what the command says. */
export const inTime = <S, D>(of: (x: Situation<S, D>) => Period | undefined): Rule<S, D> =>
  dataRule<S, D>('period-reversed', {
    id: 'Masa yang berakhir {to} tidak dapat dimulai {from}.',
    en: 'A period that ends on {to} cannot begin on {from}.',
    source: 'CONTRACTS E3',
    sort: 'input',
    broken: (x) => {
      const { from, to } = of(x) ?? {}
      return from !== undefined && to !== undefined && to < from && { details: { from, to } }
    },
  })

/** The day so many days later; of days below zero, so many earlier. */
export const daysAfter = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString()

/** The day before a day. */
export const dayBefore = (day: string): string => daysAfter(day, -1)
