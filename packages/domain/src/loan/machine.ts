import type { DataOf } from '../kernel/define.ts'
import { foldOf, on } from '../kernel/entity.ts'
import { sen, sumSen, type Sen } from '../kernel/rupiah.ts'
import type { LoanRules } from '../kernel/workflow.ts'
import * as facts from './events.ts'
import { fromWire, monthsInArrears, openSen, owedSen, paidWith, unpaid, type Instalment, type Planned } from './schedule.ts'

/** What one member of the group borrows, in sen. */
export interface Borrower {
  readonly member: string
  readonly amountSen: Sen
}

/** What is known of a loan; amounts in sen. */
export interface Loan {
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
  /** Principal still owed. */
  readonly balanceSen: Sen
  /** The schedule in force, with what is paid on it; empty before the loan is paid out and after it is written off. */
  readonly schedule: readonly Instalment[]
  /** Instalments of earlier schedules that were due when they were replaced. */
  readonly earlier: readonly Planned[]
  /** When it was last rescheduled, and whole months in arrears then. */
  readonly rescheduled: { readonly on: string; readonly monthsInArrears: number } | undefined
  /** Whether an instalment was noted as missed and the arrears are not caught up. */
  readonly missed: boolean
  readonly writtenOffSen: Sen
}

/** Marks that rules refer to; editions name the stages that carry them. */
export const loanMarks = ['approved', 'disbursed', 'settled', 'written-off'] as const

const asked = (borrowers: readonly { member: string; amount: string }[]): Pick<Loan, 'borrowers' | 'askedSen'> => {
  const list = borrowers.map(({ member, amount }) => ({ member, amountSen: sen(amount) }))
  return { borrowers: list, askedSen: sumSen(list.map(({ amountSen }) => amountSen)) }
}

type Paid = DataOf<typeof facts.InstalmentReceived>

/** A payment is taken as the fact says: no later rule takes it otherwise. */
const pay = (loan: Loan, { shares, principal, outcome }: Paid): Loan => ({
  ...loan,
  balanceSen: loan.balanceSen - sen(principal),
  schedule: paidWith(
    loan.schedule,
    shares.map((share) => ({ instalment: share.instalment, principalSen: sen(share.principal), jasaSen: sen(share.jasa) })),
  ),
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
    balanceSen: 0n,
    schedule: [],
    earlier: [],
    rescheduled: undefined,
    missed: false,
    writtenOffSen: 0n,
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
    on(facts.LoanDisbursed, (loan, { amount, schedule }, { fact }) => ({
      ...loan,
      disbursedOn: fact.effectiveOn,
      disbursedSen: sen(amount),
      balanceSen: sen(amount),
      schedule: unpaid(schedule.map(fromWire)),
    })),
    on(facts.InstalmentReceived, pay),
    on(facts.JointLiabilityInvoked, pay),
    on(facts.InstalmentMissed, (loan) => ({ ...loan, missed: true })),
    on(facts.LoanRescheduled, (loan, { months, monthsInArrears: late, schedule }, { fact }) => ({
      ...loan,
      balanceSen: sumSen(schedule.map((each) => sen(each.principal))),
      schedule: unpaid(schedule.map(fromWire)),
      earlier: [...loan.earlier, ...loan.schedule.filter((each) => each.due <= fact.effectiveOn)],
      rescheduled: { on: fact.effectiveOn, monthsInArrears: late },
      missed: false,
      months,
    })),
    on(facts.LoanWrittenOff, (loan, { amount }) => ({
      ...loan,
      balanceSen: 0n,
      schedule: [],
      earlier: [...loan.earlier, ...loan.schedule],
      writtenOffSen: sen(amount),
      missed: false,
    })),
  ],
})

/** Whether something of it was paid out and is still to be paid back. */
export const isRunning = (loan: Loan): boolean => owedSen(loan.schedule) > 0n

/** Whole months in arrears on a day. A rescheduled loan keeps those it had until enough new instalments are paid (repair P2). */
export function monthsLate(loan: Loan, day: string, { keepsBucketFor }: LoanRules): number {
  const own = monthsInArrears(loan.schedule, day)
  if (loan.rescheduled === undefined || !isRunning(loan)) return own
  const paid = loan.schedule.filter((each) => each.number > 0 && openSen(each) === 0n).length
  return paid >= keepsBucketFor ? own : Math.max(own, loan.rescheduled.monthsInArrears)
}
