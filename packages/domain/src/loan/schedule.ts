import { rupiah, sen, shareOf, splitByWeights, sumSen, type Sen } from '../kernel/rupiah.ts'
import type { Waterfall } from '../kernel/workflow.ts'

/** An instalment as it is agreed: its day, and what of it is principal and what service charge (jasa), in sen. */
export interface Planned {
  readonly number: number
  /** `YYYY-MM-DD`. */
  readonly due: string
  readonly principalSen: Sen
  readonly jasaSen: Sen
}

/** An instalment and what has been paid on it. */
export interface Instalment extends Planned {
  readonly paidPrincipalSen: Sen
  readonly paidJasaSen: Sen
}

/** What of a payment goes to one instalment. */
export interface Share {
  readonly instalment: number
  readonly principalSen: Sen
  readonly jasaSen: Sen
}

/** The terms of a schedule; the rate is a month's, in hundredths of a percent of the principal. */
export interface Terms {
  readonly principalSen: Sen
  readonly months: number
  readonly jasaBasisPoints: number
  readonly firstDue: string
}

/** The day so many months after a day; the last of the month where that has no such day. */
export const monthsAfter = (day: string, months: number): string => Temporal.PlainDate.from(day).add({ months }).toString()

/**
 * Whole months from a day to a later one: as many as {@link monthsAfter} can go without passing it, so that one instalment later is one
 * month later, also from 31 January to 28 February. 0 where it is not later.
 */
export function wholeMonths(from: string, to: string): number {
  if (to <= from) return 0
  const { months } = Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'months' })
  // `until` wants the same day of the month, or a later one, and so never counts a month that ends earlier.
  return monthsAfter(from, months + 1) <= to ? months + 1 : months
}

/**
 * Equal instalments a month apart with flat jasa, each rounded half up to the sen; the last takes the rest of both. Source: DOMAIN §5.1,
 * appendix C4.
 */
export function scheduleOf({ principalSen, months, jasaBasisPoints, firstDue }: Terms): Planned[] {
  const each = Array.from({ length: months }, () => 1n)
  const principal = splitByWeights(principalSen, each, 1n)
  const jasa = splitByWeights(shareOf(principalSen, BigInt(jasaBasisPoints) * BigInt(months), 10_000n, 1n), each, 1n)
  return each.map((_, index) => ({
    number: index + 1,
    due: monthsAfter(firstDue, index),
    principalSen: principal[index] ?? 0n,
    jasaSen: jasa[index] ?? 0n,
  }))
}

/** A schedule of which nothing has been paid. */
export const unpaid = (plan: readonly Planned[]): Instalment[] => plan.map((each) => ({ ...each, paidPrincipalSen: 0n, paidJasaSen: 0n }))

const openPrincipal = ({ principalSen, paidPrincipalSen }: Instalment): Sen => principalSen - paidPrincipalSen
const openJasa = ({ jasaSen, paidJasaSen }: Instalment): Sen => jasaSen - paidJasaSen

/** What is still to be paid on an instalment. */
export const openSen = (instalment: Instalment): Sen => openPrincipal(instalment) + openJasa(instalment)

/** What is still to be paid on a schedule, whenever it is due. */
export const owedSen = (schedule: readonly Instalment[]): Sen => sumSen(schedule.map(openSen))

/** The lesser of two amounts. */
export const lesser = (one: Sen, other: Sen): Sen => (one < other ? one : other)

type Part = 'principal' | 'jasa'
type Turn = readonly [Instalment, Part]

/** The parts of a schedule in the order in which they are paid. An instalment is due up to and including its day. */
function turnsOf(schedule: readonly Instalment[], day: string, waterfall: Waterfall): Turn[] {
  const whole = (list: readonly Instalment[]): Turn[] =>
    list.flatMap((each): Turn[] => [
      [each, 'jasa'],
      [each, 'principal'],
    ])
  if (waterfall === 'oldest-instalment-first') return whole(schedule)
  const due = schedule.filter((each) => each.due <= day)
  return [
    ...due.map((each): Turn => [each, 'jasa']),
    ...due.map((each): Turn => [each, 'principal']),
    ...whole(schedule.filter((each) => each.due > day)),
  ]
}

/**
 * What a payment of a day pays, by instalment, and what of it is left when all is paid (G-09). Source: DOMAIN §5.1, both waterfalls of
 * §12.3.
 */
export function takenOf(
  schedule: readonly Instalment[],
  amountSen: Sen,
  day: string,
  waterfall: Waterfall,
): { readonly shares: readonly Share[]; readonly restSen: Sen } {
  const taken = new Map<number, { principalSen: Sen; jasaSen: Sen }>()
  let rest = amountSen
  for (const [instalment, part] of turnsOf(schedule, day, waterfall)) {
    const open = part === 'jasa' ? openJasa(instalment) : openPrincipal(instalment)
    const paid = lesser(open, rest)
    if (paid === 0n) continue
    const share = taken.get(instalment.number) ?? { principalSen: 0n, jasaSen: 0n }
    share[`${part}Sen`] += paid
    taken.set(instalment.number, share)
    rest -= paid
  }
  const shares = [...taken].map(([instalment, share]) => ({ instalment, ...share })).sort((a, b) => a.instalment - b.instalment)
  return { shares, restSen: rest }
}

/**
 * What of so much principal and so much jasa goes to which instalment, the oldest first, and what no instalment can take. Both waterfalls
 * fill each of the two in that order, so that payments come to the same in whatever order they are entered.
 */
export function sharesOf(
  schedule: readonly Instalment[],
  principalSen: Sen,
  jasaSen: Sen,
): { readonly shares: readonly Share[]; readonly restSen: Sen } {
  let rest = { principalSen, jasaSen }
  const shares: Share[] = []
  for (const each of schedule) {
    const share = {
      instalment: each.number,
      principalSen: lesser(openPrincipal(each), rest.principalSen),
      jasaSen: lesser(openJasa(each), rest.jasaSen),
    }
    if (share.principalSen + share.jasaSen === 0n) continue
    shares.push(share)
    rest = { principalSen: rest.principalSen - share.principalSen, jasaSen: rest.jasaSen - share.jasaSen }
  }
  return { shares, restSen: rest.principalSen + rest.jasaSen }
}

/** A schedule after shares of a payment. */
export const paidWith = (schedule: readonly Instalment[], shares: readonly Share[]): Instalment[] =>
  schedule.map((each) => {
    const share = shares.find(({ instalment }) => instalment === each.number)
    return share === undefined
      ? each
      : {
          ...each,
          paidPrincipalSen: each.paidPrincipalSen + share.principalSen,
          paidJasaSen: each.paidJasaSen + share.jasaSen,
        }
  })

/** Instalments that are due on a day, that day included, and not wholly paid. */
export const overdue = (schedule: readonly Instalment[], day: string): Instalment[] =>
  schedule.filter((each) => each.due <= day && openSen(each) > 0n)

/** Principal and jasa of instalments that are due on a day and not paid. */
export function overdueSums(schedule: readonly Instalment[], day: string): { readonly principalSen: Sen; readonly jasaSen: Sen } {
  const late = overdue(schedule, day)
  return { principalSen: sumSen(late.map(openPrincipal)), jasaSen: sumSen(late.map(openJasa)) }
}

/** Whole months for which the oldest unpaid instalment has been due; 0 when nothing is. */
export function monthsInArrears(schedule: readonly Instalment[], day: string): number {
  const [first] = overdue(schedule, day)
  return first === undefined ? 0 : wholeMonths(first.due, day)
}

/** An instalment as facts carry it, and back. */
export const toWire = ({ number, due, principalSen, jasaSen }: Planned) => ({
  number,
  due,
  principal: rupiah(principalSen),
  jasa: rupiah(jasaSen),
})
export const fromWire = ({ number, due, principal, jasa }: ReturnType<typeof toWire>): Planned => ({
  number,
  due,
  principalSen: sen(principal),
  jasaSen: sen(jasa),
})
