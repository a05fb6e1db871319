import type { DataOf } from '../kernel/define.ts'
import { trueBy } from '../kernel/corrections.ts'
import { foldedOf, foldEntity, foldOf, on, type Entity } from '../kernel/entity.ts'
import type { Recorded } from '../kernel/event.ts'
import { sen, sumSen, type Sen } from '../kernel/rupiah.ts'
import type { LoanRules } from '../kernel/workflow.ts'
import * as facts from './events.ts'
import { booked, noAccount, placeOf, stillDue, type Account } from './account.ts'
import { fromWire, monthsInArrears, openSen, owedSen } from './schedule.ts'

/** What one member of the group borrows, in sen. */
export interface Borrower {
  readonly member: string
  readonly amountSen: Sen
}

/** What is known of a loan, and what is owed on it; amounts in sen. */
export interface Loan extends Account {
  readonly pool: string
  readonly ksm: string
  readonly number: string
  readonly months: number
  readonly borrowers: readonly Borrower[]
  readonly askedSen: Sen
  readonly approvedSen: Sen
  readonly agreed: { readonly amountSen: Sen; readonly firstDue: string } | undefined
  readonly disbursedOn: string | undefined
  readonly disbursedSen: Sen
  /** Whether an instalment was noted as missed and the arrears are not caught up. */
  readonly missed: boolean
}

/** Marks that rules refer to; editions name the stages that carry them. */
export const loanMarks = ['approved', 'disbursed', 'settled', 'written-off'] as const

const asked = (borrowers: readonly { member: string; amount: string }[]): Pick<Loan, 'borrowers' | 'askedSen'> => {
  const list = borrowers.map(({ member, amount }) => ({ member, amountSen: sen(amount) }))
  return { borrowers: list, askedSen: sumSen(list.map(({ amountSen }) => amountSen)) }
}

type Paid = DataOf<typeof facts.InstalmentReceived>

/** Principal and jasa are as the fact says, and no later rule takes them otherwise; the instalments follow from the dates. */
const pay = (loan: Loan, { principal, jasa, outcome }: Paid, recorded: Recorded): Loan => ({
  ...loan,
  ...booked(loan, { kind: 'payment', ...placeOf(recorded), principalSen: sen(principal), jasaSen: sen(jasa) }),
  missed: outcome === undefined ? loan.missed : false,
})

export const loanFold = foldOf<Loan>('loan', {
  initial: {
    pool: '',
    ksm: '',
    number: '',
    months: 0,
    borrowers: [],
    askedSen: 0n,
    approvedSen: 0n,
    agreed: undefined,
    disbursedOn: undefined,
    disbursedSen: 0n,
    missed: false,
    ...noAccount,
  },
  pins: [facts.LoanApplied.type, facts.LoanResubmitted.type],
  types: [facts.LoanAppraised.type],
  effects: [
    on(facts.LoanApplied, (loan, { pool, ksm, number, months, borrowers }) => ({
      ...loan,
      pool,
      ksm,
      number,
      months,
      ...asked(borrowers),
    })),
    on(facts.LoanResubmitted, (loan, { months, borrowers }) => ({ ...loan, months, ...asked(borrowers) })),
    on(facts.LoanDecided, (loan, { amount }) => ({ ...loan, approvedSen: sen(amount ?? '0') })),
    on(facts.LoanAgreementSigned, (loan, { amount, firstDue }) => ({ ...loan, agreed: { amountSen: sen(amount), firstDue } })),
    on(facts.LoanDisbursed, (loan, { amount, schedule }, recorded) => ({
      ...loan,
      ...booked(loan, { kind: 'paid-out', ...placeOf(recorded), plan: schedule.map(fromWire) }),
      disbursedOn: recorded.fact.effectiveOn,
      disbursedSen: sen(amount),
    })),
    on(facts.InstalmentReceived, pay),
    on(facts.JointLiabilityInvoked, pay),
    on(facts.InstalmentMissed, (loan) => ({ ...loan, missed: true })),
    on(facts.LoanRescheduled, (loan, { months, monthsInArrears: late, unpaidJasa, treatment, schedule }, recorded) => ({
      ...loan,
      ...booked(loan, {
        kind: 'rescheduling',
        ...placeOf(recorded),
        plan: schedule.map(fromWire),
        stillDueSen: stillDue(treatment, sen(unpaidJasa)),
        monthsInArrears: late,
      }),
      missed: false,
      months,
    })),
    on(facts.LoanWrittenOff, (loan, { amount }, recorded) => ({
      ...loan,
      ...booked(loan, { kind: 'write-off', ...placeOf(recorded), amountSen: sen(amount) }),
      missed: false,
    })),
  ],
})

/** A loan as it was on a day: of what is known, what was effective by then (CONTRACTS D3), reversals among it by their own day. */
export const loanOn = (loan: Entity<Loan>, day: string): Entity<Loan> => foldEntity(loanFold, loan.id, trueBy(foldedOf(loan), day), false)

/** Whether something of it was paid out and is still to be paid back. */
export const isRunning = (loan: Account): boolean => owedSen(loan.schedule) > 0n

/** Whole months in arrears on a day. A rescheduled loan keeps those it had until enough new instalments are paid (repair P2). */
export function monthsLate(loan: Account, day: string, { keepsBucketFor }: LoanRules): number {
  const own = monthsInArrears(loan.schedule, day)
  if (loan.rescheduled === undefined || !isRunning(loan)) return own
  const paid = loan.schedule.filter((each) => each.number > 0 && openSen(each) === 0n).length
  return paid >= keepsBucketFor ? own : Math.max(own, loan.rescheduled.monthsInArrears)
}
