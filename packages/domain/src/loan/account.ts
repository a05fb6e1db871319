import type { Recorded } from '../kernel/event.ts'
import { atLeastZero, sumSen, type Sen } from '../kernel/rupiah.ts'
import type { Waterfall } from '../kernel/workflow.ts'
import {
  lesser,
  monthsInArrears,
  overdueSums,
  paidWith,
  sharesOf,
  takenOf,
  unpaid,
  type Instalment,
  type Planned,
  type Share,
} from './schedule.ts'

/**
 * What is owed on a loan, booked in the order of dates: a payment that is entered late counts on its own day, on the schedule that was in
 * force then. Amounts in sen.
 */

interface Dated {
  /** `YYYY-MM-DD`. */
  readonly on: string
  /** Of its fact: the order within a day, and who knew of whom. */
  readonly position: number
}
interface PaidOut extends Dated {
  readonly kind: 'paid-out'
  readonly plan: readonly Planned[]
}
interface Payment extends Dated {
  readonly kind: 'payment'
  readonly principalSen: Sen
  readonly jasaSen: Sen
}
interface Rescheduling extends Dated {
  readonly kind: 'rescheduling'
  readonly plan: readonly Planned[]
  /** Jasa that was due and is still to be paid, as jasa or as principal; none where it was let off. */
  readonly stillDueSen: Sen
  readonly monthsInArrears: number
}
interface WriteOff extends Dated {
  readonly kind: 'write-off'
  readonly amountSen: Sen
}
/** Where a fact stands among others. */
export const placeOf = ({ position, fact }: Recorded): Dated => ({ on: fact.effectiveOn, position })

/** Unpaid jasa that is still to be paid after a rescheduling, as jasa or as principal; none where it was let off. */
export const stillDue = (treatment: string, unpaidSen: Sen): Sen => (treatment === 'waive' ? 0n : unpaidSen)

/** What is booked on a loan. */
export type Entry = PaidOut | Payment | Rescheduling | WriteOff

/** An instalment of a schedule that is no more in force, and the position of the fact that set it. */
export interface PastDue extends Planned {
  readonly setBy: number
}

/** A loan as a borrower owes it, after what was booked on it. */
export interface Account {
  /** By date; within a day as they were recorded. */
  readonly entries: readonly Entry[]
  /** Principal still owed. */
  readonly balanceSen: Sen
  /** The schedule in force, with what is paid on it; empty before the loan is paid out and after it is written off. */
  readonly schedule: readonly Instalment[]
  /** What went to which of its instalments, by the position of the payment. */
  readonly taken: readonly { readonly position: number; readonly shares: readonly Share[] }[]
  /** Instalments of earlier schedules that were due when they were replaced. */
  readonly earlier: readonly PastDue[]
  /** When it was last rescheduled, and whole months in arrears then. */
  readonly rescheduled: { readonly on: string; readonly monthsInArrears: number } | undefined
  readonly writtenOffSen: Sen
  /** What could not be taken before there was a schedule, by each in turn, and by the write-off: 0, the rules see to it. */
  readonly beyond: readonly Sen[]
}

/** Before anything is booked. */
export const noAccount: Account = {
  entries: [],
  balanceSen: 0n,
  schedule: [],
  taken: [],
  earlier: [],
  rescheduled: undefined,
  writtenOffSen: 0n,
  beyond: [0n],
}

/** More that the schedule in force cannot take. */
const beyondWith = ({ beyond }: Account, restSen: Sen): Sen[] => [...beyond.slice(0, -1), (beyond.at(-1) ?? 0n) + restSen]

/** A payment on the schedule as it stands: of principal and of jasa the oldest instalment first, whatever the order of the payments. */
function filled(account: Account, position: number, principalSen: Sen, jasaSen: Sen): Account {
  const { shares, restSen } = sharesOf(account.schedule, principalSen, jasaSen)
  const beyond = beyondWith(account, restSen)
  if (shares.length === 0) return { ...account, beyond }
  return {
    ...account,
    schedule: paidWith(account.schedule, shares),
    taken: [...account.taken, { position, shares }],
    beyond,
  }
}

/** The position of the fact that set the schedule in force; undefined before the loan is paid out. */
export const scheduleSetBy = ({ entries }: Pick<Account, 'entries'>): number | undefined =>
  entries.findLast(({ kind }) => kind === 'paid-out' || kind === 'rescheduling')?.position

/** Instalments of the schedule in force, once it is no more. */
const past = (account: Account, which: (each: Instalment) => boolean): PastDue[] =>
  account.schedule.filter(which).map((each) => ({ ...each, setBy: scheduleSetBy(account) ?? 0 }))

const replanned = (account: Account, plan: readonly Planned[]): Account => ({
  ...account,
  balanceSen: sumSen(plan.map(({ principalSen }) => principalSen)),
  schedule: unpaid(plan),
  taken: [],
  beyond: [...account.beyond, 0n],
})

/**
 * The new schedule was agreed on what was known. A payment dated before it that was entered after it pays on it what it would have left
 * out: its principal, and of its jasa what the new schedule still asks for. The months in arrears are those with the payment.
 */
function rescheduledBy(before: Account, { on, position, plan, stillDueSen, monthsInArrears: told }: Rescheduling): Account {
  const unknown = before.entries.filter((each): each is Payment => each.kind === 'payment' && each.position > position)
  const keptMonths = Math.max(monthsInArrears(before.schedule, on), before.rescheduled?.monthsInArrears ?? 0)
  let jasaSen = stillDueSen - overdueSums(before.schedule, on).jasaSen
  let after: Account = {
    ...replanned(before, plan),
    earlier: [...before.earlier, ...past(before, ({ due }) => due <= on)],
    rescheduled: { on, monthsInArrears: unknown.length === 0 ? told : Math.min(told, keptMonths) },
  }
  for (const payment of unknown) {
    const carriedSen = lesser(payment.jasaSen, atLeastZero(jasaSen))
    jasaSen -= carriedSen
    after = { ...filled(after, payment.position, payment.principalSen, carriedSen), balanceSen: after.balanceSen - payment.principalSen }
  }
  return after
}

const writtenOffBy = (before: Account, { amountSen }: WriteOff): Account => ({
  ...before,
  balanceSen: 0n,
  schedule: [],
  taken: [],
  earlier: [...before.earlier, ...past(before, () => true)],
  writtenOffSen: amountSen,
  beyond: [...before.beyond, atLeastZero(amountSen - before.balanceSen)],
})

const paidBy = (before: Account, { position, principalSen, jasaSen }: Payment): Account => ({
  ...filled(before, position, principalSen, jasaSen),
  balanceSen: before.balanceSen - principalSen,
})

function after(account: Account, entry: Entry): Account {
  if (entry.kind === 'paid-out') return replanned(account, entry.plan)
  if (entry.kind === 'rescheduling') return rescheduledBy(account, entry)
  return entry.kind === 'payment' ? paidBy(account, entry) : writtenOffBy(account, entry)
}

const next = (account: Account, entry: Entry): Account => ({ ...after(account, entry), entries: [...account.entries, entry] })
const allOf = (entries: readonly Entry[]): Account => entries.reduce(next, noAccount)

/** Whether something counts before something else: by date, and within a day as they were recorded. */
export const isEarlier = (one: Dated, other: Dated): boolean => (one.on === other.on ? one.position < other.position : one.on < other.on)

/** The account with one entry more, in its place by date. */
export function booked(account: Account, entry: Entry): Account {
  const place = account.entries.findIndex((each) => isEarlier(entry, each))
  return place < 0 ? next(account, entry) : allOf(account.entries.toSpliced(place, 0, entry))
}

/** What is known to have been booked by a day, that day included. */
export const bookedBy = (account: Account, day: string): Account =>
  account.entries.every(({ on }) => on <= day) ? account : allOf(account.entries.filter(({ on }) => on <= day))

/** What is dated after a day and sets or ends a schedule: a payment of that day is on the schedule before it. */
export const scheduledAfter = ({ entries }: Account, day: string): Entry | undefined =>
  entries.find(({ kind, on }) => kind !== 'payment' && on > day)

/** The place of a fact that is not recorded yet: after all that are. */
export const newest = Number.MAX_SAFE_INTEGER

/**
 * What of a payment its account cannot take. A payment that later schedules did not know of is booked on each of them: it is beyond by as
 * much as the schedule that has the least room for it.
 */
const moreBeyond = (before: Account, paid: Account): Sen =>
  paid.beyond.map((sum, index) => sum - (before.beyond[index] ?? 0n)).reduce((most, each) => (each > most ? each : most), 0n)

/** What a payment comes to. */
export interface Taken {
  readonly shares: readonly Share[]
  readonly principalSen: Sen
  readonly jasaSen: Sen
  readonly after: Account
  /** What of it nothing that is owed could take. */
  readonly beyondSen: Sen
}

/** How a payment of a day is taken: by the waterfall, on the schedule of that day with all that is known to be paid on it (G-09). */
export function takenOn(account: Account, amountSen: Sen, day: string, waterfall: Waterfall): Taken {
  const following = scheduledAfter(account, day)
  const { schedule } = following === undefined ? account : allOf(account.entries.slice(0, account.entries.indexOf(following)))
  const { shares, restSen } = takenOf(schedule, amountSen, day, waterfall)
  const principalSen = sumSen(shares.map((share) => share.principalSen))
  const jasaSen = sumSen(shares.map((share) => share.jasaSen))
  const paid = booked(account, { kind: 'payment', on: day, position: newest, principalSen, jasaSen })
  return { shares, principalSen, jasaSen, after: paid, beyondSen: restSen + moreBeyond(account, paid) }
}

/** What of a payment, taken so, an account of which something was paid back later could not take. */
export function beyondIn(account: Account, { principalSen, jasaSen }: Taken, day: string): Sen {
  const paid = booked(account, { kind: 'payment', on: day, position: newest, principalSen, jasaSen })
  return moreBeyond(account, paid)
}
