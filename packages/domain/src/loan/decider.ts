import { decider, type DataOfCommand } from '../kernel/decider.ts'
import { rupiah, sen, sumSen } from '../kernel/rupiah.ts'
import type { Json } from '../kernel/event.ts'
import { one, type Read } from '../kernel/world.ts'
import { institutionFold } from '../institution/machine.ts'
import { loanPoolFold, poolMoneyFold } from '../loan-pool/machine.ts'
import { poolHas } from '../loan-pool/rules.ts'
import { booked, bookedBy, newest, stillDue } from './account.ts'
import * as commands from './commands.ts'
import { monthsLate, type Loan } from './machine.ts'
import * as rules from './rules.ts'
import { borrowersIn, loansOf, rulesOf, type Wanted, type X } from './rules.ts'
import * as course from './rules-course.ts'
import { openSen, overdueSums, owedSen, scheduleOf, toWire, type Planned } from './schedule.ts'

type Apply = DataOfCommand<typeof commands.ApplyForLoan>
type Resubmit = DataOfCommand<typeof commands.ResubmitLoan>
type Payment = DataOfCommand<typeof commands.ReceiveInstalment>
type Reschedule = DataOfCommand<typeof commands.RescheduleLoan>

const applied = ({ call: { data } }: X<Apply>): Wanted => ({ ksm: data.ksm, borrowers: borrowersIn(data.borrowers) })
const resubmitted = ({ self, call: { data } }: X<Resubmit>): Wanted => ({ ksm: self.data.ksm, borrowers: borrowersIn(data.borrowers) })
const asked = <D>({ self }: X<D>): Wanted => self.data

const amountOf = ({ borrowers }: Wanted): Record<string, Json> => ({ amount: rupiah(sumSen(borrowers.map(({ amountSen }) => amountSen))) })
const group = <D>({ self }: X<D>): Read => one(institutionFold, self.data.ksm)

export const applyForLoan = decider<Loan, typeof commands.ApplyForLoan.records>(commands.ApplyForLoan, {
  pins: ({ world, call }) => world.one(loanPoolFold, call.data.pool).edition,
  reads: [
    (x) => [one(loanPoolFold, x.call.data.pool), one(institutionFold, x.call.data.ksm), ...loansOf.found(applied(x))],
    (x) => loansOf.each(x, applied(x)),
  ],
  rules: [
    rules.isGroup(applied),
    rules.groupStands(applied),
    rules.groupOfBoard(({ call }) => call.data),
    rules.groupLargeEnough(applied),
    rules.womenEnough(applied),
    rules.allListedPoor(applied),
    rules.borrowersAreMembers(applied),
    rules.withinMemberLimit(applied),
    rules.fewEnoughLoans(applied),
    rules.noArrears(applied),
    rules.termAllowed,
  ],
  computed: (x) => amountOf(applied(x)),
  parents: ({ world, call }) => [world.one(loanPoolFold, call.data.pool), world.one(institutionFold, call.data.ksm)],
})

export const resubmitLoan = decider<Loan, typeof commands.ResubmitLoan.records>(commands.ResubmitLoan, {
  reads: [(x) => [group(x), ...loansOf.found(resubmitted(x))], (x) => loansOf.each(x, resubmitted(x))],
  rules: [
    rules.isGroup(resubmitted),
    rules.groupStands(resubmitted),
    rules.borrowersAreMembers(resubmitted),
    rules.withinMemberLimit(resubmitted),
    rules.fewEnoughLoans(resubmitted),
    rules.noArrears(resubmitted),
    rules.termAllowed,
  ],
  computed: (x) => amountOf(resubmitted(x)),
})

export const appraiseLoan = decider<Loan, typeof commands.AppraiseLoan.records>(commands.AppraiseLoan, {
  rules: [course.failedBorrow, course.allEligible, course.appraisalExplained],
})

export const decideLoan = decider<Loan, typeof commands.DecideLoan.records>(commands.DecideLoan, {
  reads: [(x) => [group(x), ...loansOf.found(asked(x))], (x) => loansOf.each(x, asked(x))],
  rules: [
    course.decisionHasAmount,
    course.decidedAsAsked,
    rules.poolLends,
    rules.isGroup(asked),
    rules.groupStands(asked),
    rules.withinMemberLimit(asked),
    rules.fewEnoughLoans(asked),
    rules.noArrears(asked),
  ],
})

export const signLoanAgreement = decider<Loan, typeof commands.SignLoanAgreement.records>(commands.SignLoanAgreement, {
  rules: [course.asDecided],
})

const wire = (plan: readonly Planned[]): Json => plan.map(toWire)

export const disburseLoan = decider<Loan, typeof commands.DisburseLoan.records>(commands.DisburseLoan, {
  reads: [(x) => [group(x), one(poolMoneyFold, x.self.data.pool), ...loansOf.found(asked(x))], (x) => loansOf.each(x, asked(x))],
  rules: [
    rules.poolLends,
    course.asDecided,
    rules.isGroup(asked),
    rules.groupStands(asked),
    rules.noArrears(asked),
    rules.firstDueInTime(({ self }) => self.data.agreed?.firstDue),
    poolHas<Loan, { amount: string }>(({ self }) => self.data.pool),
  ],
  computed: (x) => ({
    schedule: wire(
      scheduleOf({
        principalSen: sen(x.call.data.amount),
        months: x.self.data.months,
        jasaBasisPoints: rulesOf(x).jasaBasisPoints,
        firstDue: x.self.data.agreed?.firstDue ?? x.call.effectiveOn,
      }),
    ),
  }),
})

/** What a payment comes to: how it is taken (G-09), and what is owed after it on the latest day that is known of. */
function takenBy(x: X<Payment>) {
  const { self, call } = x
  const taken = course.paymentOf(x)
  const latest = self.facts.reduce((day, { fact }) => (fact.effectiveOn > day ? fact.effectiveOn : day), call.effectiveOn)
  const late = overdueSums(taken.after.schedule, latest)
  const caughtUp = self.data.missed && late.principalSen + late.jasaSen === 0n
  const outcome = owedSen(taken.after.schedule) === 0n ? 'settling' : caughtUp ? 'catching-up' : undefined
  return { ...taken, late, outcome }
}

const taken = (x: X<Payment>): Record<string, Json> => {
  const { shares, principalSen, jasaSen, after, late, outcome } = takenBy(x)
  return {
    shares: shares.map((share) => ({ instalment: share.instalment, principal: rupiah(share.principalSen), jasa: rupiah(share.jasaSen) })),
    principal: rupiah(principalSen),
    jasa: rupiah(jasaSen),
    balance: rupiah(after.balanceSen),
    overdue: rupiah(late.principalSen),
    ...(outcome === undefined ? {} : { outcome }),
  }
}

export const receiveInstalment = decider<Loan, typeof commands.ReceiveInstalment.records>(commands.ReceiveInstalment, {
  rules: [course.withinOwed, course.knownWhenRescheduled],
  outcome: (x) => takenBy(x).outcome,
  computed: taken,
})
export const invokeJointLiability = decider<Loan, typeof commands.InvokeJointLiability.records>(commands.InvokeJointLiability, {
  rules: [course.withinOwed, course.knownWhenRescheduled],
  outcome: (x) => takenBy(x).outcome,
  computed: taken,
})

export const noteMissedInstalment = decider<Loan, typeof commands.NoteMissedInstalment.records>(commands.NoteMissedInstalment, {
  rules: [course.instalmentUnpaid],
  computed: ({ self, call }) => {
    const found = self.data.schedule.find(({ number }) => number === call.data.instalment)
    return { due: found?.due ?? call.effectiveOn, unpaid: rupiah(found ? openSen(found) : 0n) }
  },
})

/** The new schedule of what was owed on the day, the jasa that stays due as a line of its own before it, and what became of that jasa. */
function newSchedule(x: X<Reschedule>) {
  const { self, call } = x
  const edition = rulesOf(x)
  const owed = bookedBy(self.data, call.effectiveOn)
  const { jasaSen } = overdueSums(owed.schedule, call.effectiveOn)
  const treatment = edition.unpaidJasa
  const plan = scheduleOf({
    principalSen: owed.balanceSen + (treatment === 'capitalise' ? jasaSen : 0n),
    months: call.data.months,
    jasaBasisPoints: edition.jasaBasisPoints,
    firstDue: call.data.firstDue,
  })
  const kept: Planned[] = treatment === 'keep-due' && jasaSen > 0n ? [{ number: 0, due: call.effectiveOn, principalSen: 0n, jasaSen }] : []
  return { owed, jasaSen, treatment, monthsInArrears: monthsLate(owed, call.effectiveOn, edition), plan: [...kept, ...plan] }
}

function rescheduled(x: X<Reschedule>): Record<string, Json> {
  const { owed, jasaSen, treatment, monthsInArrears, plan } = newSchedule(x)
  return { principal: rupiah(owed.balanceSen), unpaidJasa: rupiah(jasaSen), treatment, monthsInArrears, schedule: wire(plan) }
}

/** What is paid later was entered before: whether the new schedule has room for it. */
function takesLaterPayments(x: X<Reschedule>): boolean {
  const { jasaSen, treatment, monthsInArrears, plan } = newSchedule(x)
  const due = { plan, stillDueSen: stillDue(treatment, jasaSen), monthsInArrears }
  const entry = { kind: 'rescheduling', on: x.call.effectiveOn, position: newest, ...due } as const
  return sumSen(booked(x.self.data, entry).beyond) === sumSen(x.self.data.beyond)
}

export const rescheduleLoan = decider<Loan, typeof commands.RescheduleLoan.records>(commands.RescheduleLoan, {
  rules: [
    course.paidOutBy,
    course.nothingLater((x, { kind }) => kind !== 'payment' || !takesLaterPayments(x)),
    rules.termAllowed,
    rules.firstDueInTime(({ call }) => call.data.firstDue),
  ],
  computed: rescheduled,
})

export const writeOffLoan = decider<Loan, typeof commands.WriteOffLoan.records>(commands.WriteOffLoan, {
  rules: [course.paidOutBy, course.nothingLater(() => true)],
  computed: ({ self, call }) => ({
    amount: rupiah(self.data.balanceSen),
    jasa: rupiah(overdueSums(self.data.schedule, call.effectiveOn).jasaSen),
  }),
})
