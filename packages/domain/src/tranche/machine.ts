import { foldOf, on, onTouching } from '../kernel/entity.ts'
import type { DataOf } from '../kernel/define.ts'
import { sen, sumSen, type Sen } from '../kernel/rupiah.ts'
import { paidTax, type Tax } from '../kernel/taxes.ts'
import { AgreementSigned } from '../allocation/events.ts'
import { ExpenseRecorded, LeftoverReturnedToBkm } from '../proposal/events.ts'
import { ComplaintClassified, ComplaintClosed, ComplaintResolved } from '../complaint/events.ts'
import * as facts from './events.ts'

/** What is known of a tranche; amounts in sen. */
export interface Tranche {
  readonly allocation: string
  readonly ordinal: number
  /** How many tranches the allocation has. */
  readonly of: number
  readonly percent: number
  readonly amountSen: Sen
  /** Kinds of paper in the file as requested. */
  readonly papers: readonly string[]
  /** Whether the papers of the file as last handed in were found complete and correct. */
  readonly papersChecked: boolean
  readonly sp2dSen: Sen
  readonly creditedSen: Sen
  readonly bopSetAsideSen: Sen
  readonly bopSpentSen: Sen
  /** Operating cost in cash: drawn, less paid back into the bank, less spent in cash. */
  readonly cashSen: Sen
  /** What operating cost was spent on, by the number of the receipt. */
  readonly bopPayments: readonly { readonly number: string; readonly amountSen: Sen }[]
  readonly taxes: readonly Tax[]
  readonly paidToKsmSen: Sen
  /** Paid to the loan fund of the finance unit. */
  readonly poolFundedSen: Sen
  readonly expensesSen: Sen
  readonly returnedByKsmSen: Sen
  readonly leftoverReturnedSen: Sen
  readonly leftoverKeptSen: Sen
  /** Leftover carried over from earlier tranches less what was carried on, in all and of it what the board itself holds. */
  readonly carriedSen: Sen
  readonly carriedByBoardSen: Sen
  /** Of what the board holds of it, in cash. */
  readonly carriedInCashSen: Sen
  /** The account handed in last, with the tranches it covers. */
  readonly lpj: { readonly covers: readonly string[]; readonly number: string } | undefined
  /** Complaints that suspend it and are not resolved. */
  readonly complaints: readonly string[]
  /** Whether an authority suspended it, beside any complaint. */
  readonly held: boolean
}

/** Marks that rules refer to; editions name the stages that carry them. */
export const trancheMarks = ['requested', 'paid', 'credited', 'lpj-submitted', 'accounted-for', 'cancelled'] as const

const initial: Tranche = {
  allocation: '',
  ordinal: 0,
  of: 0,
  percent: 0,
  amountSen: 0n,
  papers: [],
  papersChecked: false,
  sp2dSen: 0n,
  creditedSen: 0n,
  bopSetAsideSen: 0n,
  bopSpentSen: 0n,
  cashSen: 0n,
  bopPayments: [],
  taxes: [],
  paidToKsmSen: 0n,
  poolFundedSen: 0n,
  expensesSen: 0n,
  returnedByKsmSen: 0n,
  leftoverReturnedSen: 0n,
  leftoverKeptSen: 0n,
  carriedSen: 0n,
  carriedByBoardSen: 0n,
  carriedInCashSen: 0n,
  lpj: undefined,
  complaints: [],
  held: false,
}

/** What the board still holds of the tranche, operating cost not yet spent included. */
export const heldByBoard = (t: Tranche): Sen =>
  t.creditedSen +
  t.carriedByBoardSen -
  t.paidToKsmSen -
  t.poolFundedSen +
  t.returnedByKsmSen -
  t.bopSpentSen -
  t.leftoverReturnedSen -
  t.leftoverKeptSen

/** Operating cost set aside that still lies in the bank. Cash that was carried over came out of what another tranche set aside. */
export const operatingInBank = (t: Tranche): Sen => t.bopSetAsideSen - t.bopSpentSen - t.cashSen + t.carriedInCashSen

/** What can still be paid to groups or to the loan fund, or set aside (G-10). */
export const undistributed = (t: Tranche): Sen => t.creditedSen + t.carriedByBoardSen - t.paidToKsmSen - t.poolFundedSen - t.bopSetAsideSen

/** What is accounted for as used: spent by groups and as operating cost, or handed to the loan fund. */
export const spent = (t: Tranche): Sen => t.expensesSen + t.bopSpentSen + t.poolFundedSen

/** What can be accounted for: what was credited, and what was carried over into it less what was carried on. */
export const accountable = (t: Tranche): Sen => t.creditedSen + t.carriedSen

/** What was credited or carried over, and neither spent nor settled. */
export const leftover = (t: Tranche): Sen => accountable(t) - spent(t) - t.leftoverReturnedSen - t.leftoverKeptSen

const add =
  (field: keyof { [F in keyof Tranche as Tranche[F] extends Sen ? F : never]: true }) =>
  (t: Tranche, { amount }: { amount: string }) => ({
    ...t,
    [field]: t[field] + sen(amount),
  })

/** Every paper of the file is found, and each one looked at is there and correct. */
const allCorrect = (file: readonly string[], found: readonly { docType: string; exists: boolean; correct: boolean }[]): boolean =>
  found.every((paper) => paper.exists && paper.correct) && file.every((docType) => found.some((paper) => paper.docType === docType))

type Carried = NonNullable<DataOf<typeof facts.LpjAccepted>['carriedOver']>

/** What an account carries over leaves the tranches it was left of and comes into another. */
function carry(t: Tranche, id: string, { into, parts }: Carried): Tranche {
  const sum = (rows: Carried['parts']): Sen => {
    const [out, all] = [rows.filter(({ tranche }) => tranche === id), into === id ? rows : []]
    return sumSen(all.map(({ amount }) => sen(amount))) - sumSen(out.map(({ amount }) => sen(amount)))
  }
  const own = parts.filter(({ proposal }) => proposal === undefined)
  const inCash = sum(own.filter(({ where }) => where === 'cash'))
  return {
    ...t,
    carriedSen: t.carriedSen + sum(parts),
    carriedByBoardSen: t.carriedByBoardSen + sum(own),
    carriedInCashSen: t.carriedInCashSen + inCash,
    cashSen: t.cashSen + inCash,
  }
}

const settle = (t: Tranche, complaint: string): Tranche => ({ ...t, complaints: t.complaints.filter((open) => open !== complaint) })

export const trancheFold = foldOf<Tranche>('tranche', {
  initial,
  pins: [facts.TranchePlanned.type],
  types: [
    facts.TrancheEditionChanged.type,
    facts.SppIssued.type,
    facts.SpmIssued.type,
    facts.TrancheStepRecorded.type,
    facts.BudgetRevisionNoted.type,
    facts.BudgetRevisionEffective.type,
    facts.TrancheClosed.type,
    facts.TrancheCancelled.type,
    // It names the tranche whose turn it is; so does an account of another tranche.
    AgreementSigned.type,
  ],
  effects: [
    on(facts.TranchePlanned, (t, { allocation, ordinal, of, percent, amount }) => ({
      ...t,
      allocation,
      ordinal,
      of,
      percent,
      amountSen: sen(amount),
    })),
    on(facts.TrancheReplanned, (t, { amount }) => ({ ...t, amountSen: sen(amount) })),
    on(facts.TrancheRequested, (t, _, { fact }) => ({ ...t, papers: fact.evidence.map((paper) => paper.docType), papersChecked: false })),
    on(facts.TrancheResubmitted, (t) => ({ ...t, papersChecked: false })),
    on(facts.DocumentChecked, (t, { papers }) => ({ ...t, papersChecked: allCorrect(t.papers, papers) })),
    on(facts.Sp2dIssued, add('sp2dSen')),
    on(facts.TrancheCredited, add('creditedSen')),
    on(facts.BopSetAside, add('bopSetAsideSen')),
    on(facts.BopSpent, (t, { number, amount, paidFrom }) => ({
      ...t,
      bopSpentSen: t.bopSpentSen + sen(amount),
      cashSen: paidFrom === 'cash' ? t.cashSen - sen(amount) : t.cashSen,
      bopPayments: [...t.bopPayments, { number, amountSen: sen(amount) }],
    })),
    on(facts.TrancheCashDrawn, add('cashSen')),
    on(facts.TrancheCashDeposited, (t, { amount }) => ({ ...t, cashSen: t.cashSen - sen(amount) })),
    on(facts.TrancheTaxDue, (t, { number, expense, amount }, { fact }) => ({
      ...t,
      taxes: [...t.taxes, { number, expense, on: fact.effectiveOn, amountSen: sen(amount), paidSen: 0n }],
    })),
    on(facts.TrancheTaxPaid, (t, given) => ({ ...t, taxes: paidTax(t.taxes, given) })),
    on(facts.InstalmentPaid, add('paidToKsmSen')),
    on(facts.PoolFunded, add('poolFundedSen')),
    on(facts.LeftoverReturned, add('leftoverReturnedSen')),
    on(facts.LeftoverKept, add('leftoverKeptSen')),
    onTouching(facts.LpjSubmitted, (t, { covers, number }, _, id) => (covers.includes(id) ? { ...t, lpj: { covers, number } } : t)),
    onTouching(facts.LpjAccepted, (t, { carriedOver }, _, id) => (carriedOver ? carry(t, id, carriedOver) : t)),
    on(ExpenseRecorded, add('expensesSen')),
    on(LeftoverReturnedToBkm, add('returnedByKsmSen')),
    on(facts.TrancheSuspended, (t) => ({ ...t, held: true })),
    on(facts.TrancheResumed, (t) => ({ ...t, held: false })),
    on(ComplaintClassified, (t, { outcome }, { fact }) =>
      outcome === 'suspending' ? { ...t, complaints: [...t.complaints, fact.subject.id] } : settle(t, fact.subject.id),
    ),
    on(ComplaintResolved, (t, _, { fact }) => settle(t, fact.subject.id)),
    on(ComplaintClosed, (t, _, { fact }) => settle(t, fact.subject.id)),
  ],
})
