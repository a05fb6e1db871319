import { decider } from '../kernel/decider.ts'
import type { Situation } from '../kernel/rule.ts'
import { membersOf, one, type Read } from '../kernel/world.ts'
import { allocationFold } from '../allocation/machine.ts'
import { cycleFold } from '../cycle/machine.ts'
import { institutionFold } from '../institution/machine.ts'
import { receiptOnce } from '../institution/receipts.ts'
import { referenceOnce } from '../institution/transfers.ts'
import { absolute, sumSen } from '../kernel/rupiah.ts'
import { sumFits } from '../kernel/sums.ts'
import { ExpenseRecorded } from './events.ts'
import { trancheFold } from '../tranche/machine.ts'
import * as commands from './commands.ts'
import { proposalFold, type Proposal } from './machine.ts'
import * as rules from './rules.ts'
import { originOfExpense, spentByGroup } from './money.ts'
import * as cash from './rules-cash.ts'
import * as funding from './rules-funding.ts'
import * as swadaya from './rules-swadaya.ts'
import * as use from './rules-use.ts'

type X<D = Record<string, unknown>> = Situation<Proposal, D>

const group = ({ self }: X): Read[] => [one(institutionFold, self.data.ksm)]
const tranche = ({ call }: X<{ tranche?: string | undefined }>): Read[] =>
  call.data.tranche === undefined ? [] : [one(trancheFold, call.data.tranche)]
const fundingRules = [funding.fundingAddsUp, funding.fundingHasGrant, funding.agreementsInForce, funding.withinAgreements]

export const draftProposal = decider<Proposal, typeof commands.DraftProposal.records>(commands.DraftProposal, {
  pins: ({ world, call }) => world.one(allocationFold, call.data.allocation).edition,
  reads: [({ call }) => [one(allocationFold, call.data.allocation), one(institutionFold, call.data.ksm)]],
  rules: [rules.allocationActive, rules.groupStands, rules.ownGroup, rules.groupAreaKnown],
  parents: ({ world, call }) => [world.one(allocationFold, call.data.allocation), world.one(institutionFold, call.data.ksm)],
})

export const submitProposal = decider<Proposal, typeof commands.SubmitProposal.records>(commands.SubmitProposal, {
  reads: [(x) => [...group(x), ...funding.agreements(x)]],
  rules: [rules.groupAccount, rules.linesAddUp, rules.sameNumber, ...fundingRules],
})
export const resubmitProposal = decider<Proposal, typeof commands.ResubmitProposal.records>(commands.ResubmitProposal, {
  reads: [(x) => [...group(x), ...funding.agreements(x)]],
  rules: [rules.linesAddUp, rules.sameNumber, ...fundingRules],
})

/** A step is open when there is something to decide: an account to check, an instalment to prepare. */
function stepOpen({ self, call, workflow }: X<{ step: string; outcome: string }>): boolean {
  const { step, outcome } = call.data
  const after = workflow.next(self.stages, self.suspended, `proposal.StepRecorded:${step}:${outcome}`)
  const moves = after !== undefined && after.stages[''] !== self.stages['']
  if (moves) return true
  if (step === 'VF-21') return self.data.account === 'submitted' || (outcome === 'returned' && self.data.account === 'accepted')
  if (step !== 'VF-17') return true
  const pending = self.data.readyFor > self.data.paid.length
  return outcome === 'pay' ? !pending && self.data.paid.length < self.data.instalments.length : true
}

export const recordProposalStep = decider<Proposal, typeof commands.RecordProposalStep.records>(commands.RecordProposalStep, {
  reads: [
    (x) => [...group(x), ...(x.call.data.step === 'V5' ? [membersOf(proposalFold, `allocation:${x.self.data.allocation}`)] : [])],
    ({ self, call, world }) =>
      call.data.step === 'V5' ? world.idsOf(proposalFold, `allocation:${self.data.allocation}`).map((id) => one(proposalFold, id)) : [],
  ],
  rules: [
    rules.drawingsThere,
    rules.verifierNotMember,
    rules.rejectionExplained,
    rules.approvalHasAmount,
    rules.approvedWithinAllocation,
    rules.approvedWithinAsked,
  ],
  stepOpen,
})

export const pledgeSwadaya = decider<Proposal, typeof commands.PledgeSwadaya.records>(commands.PledgeSwadaya, {
  rules: [swadaya.labourValued, sumFits(({ self }) => self.data.swadayaPledgedSen)],
})
export const realiseSwadaya = decider<Proposal, typeof commands.RealiseSwadaya.records>(commands.RealiseSwadaya, {
  rules: [
    swadaya.labourValued,
    sumFits(({ self }) => self.data.swadayaRealisedSen),
    swadaya.cashReceived,
    swadaya.ownValuationTold,
    swadaya.toldBeforeLpj,
  ],
})
export const writeDownSwadaya = decider<Proposal, typeof commands.WriteDownSwadaya.records>(commands.WriteDownSwadaya, {
  rules: [swadaya.writtenDownWithin],
})

export const amendProposal = decider<Proposal, typeof commands.AmendProposal.records>(commands.AmendProposal, {
  reads: [funding.agreements],
  rules: [rules.amendedLineKnown, rules.bothMinutes, ...fundingRules],
})

export const signContract = decider<Proposal, typeof commands.SignContract.records>(commands.SignContract, {
  reads: [group],
  rules: [
    rules.allocationActive,
    rules.groupStandsNow,
    rules.planLinked,
    rules.scheduleAddsUp,
    rules.contractWithinApproved,
    rules.groupSigns,
  ],
})

export const reportProgress = decider<Proposal, typeof commands.ReportProgress.records>(commands.ReportProgress, {
  rules: [use.progressForward],
})
export const verifyProgress = decider<Proposal, typeof commands.VerifyProgress.records>(commands.VerifyProgress, {
  rules: [use.withinReported],
})
export const stopWork = decider<Proposal, typeof commands.StopWork.records>(commands.StopWork)
export const resumeWork = decider<Proposal, typeof commands.ResumeWork.records>(commands.ResumeWork)
export const completeWork = decider<Proposal, typeof commands.CompleteWork.records>(commands.CompleteWork, { rules: [use.workDone] })

const trancheSumFits = sumFits<Proposal, { amount: string; tranche?: string | undefined }>(({ world, call }) =>
  call.data.tranche === undefined ? 0n : world.one(trancheFold, call.data.tranche).data.expensesSen,
)

const receipt = receiptOnce<Proposal>()

/** The tranche that paid is asked as well: its first expense after full distribution takes it into use (repair R9). */
export const recordExpense = decider<Proposal, typeof commands.RecordExpense.records>(commands.RecordExpense, {
  reads: [(x) => [...tranche(x), ...group(x)], receipt.read],
  rules: [
    funding.oneOrigin,
    sumFits(({ self }) => spentByGroup(self.data)),
    trancheSumFits,
    use.trancheOfAllocation,
    funding.agreementIsSource,
    funding.ofOneOrigin(use.lineKnown),
    use.withinLine,
    funding.withinFunding,
    use.usedAsPlanned,
    funding.ofOneOrigin(use.withinGroupBalance),
    funding.ofOneOrigin(cash.spentWithinCash),
    funding.spentInYear,
    rules.spentByStanding,
    receipt.rule,
  ],
  asks: ({ world, call }) =>
    call.data.tranche === undefined ? [] : [{ entity: world.one(trancheFold, call.data.tranche), key: ExpenseRecorded.type }],
})

const sourceRules = [funding.oneOrigin, use.trancheOfAllocation, funding.agreementIsSource]
/** Drawn in cash of all sources, or paid back beyond it. */
const cashFits = sumFits<Proposal>(({ self }) => absolute(sumSen(self.data.drawn.map(({ amountSen }) => amountSen))))
export const recordGroupCashDrawn = decider<Proposal, typeof commands.RecordGroupCashDrawn.records>(commands.RecordGroupCashDrawn, {
  reads: [(x) => [...tranche(x), ...group(x)]],
  rules: [...sourceRules, cashFits, funding.ofOneOrigin(cash.drawnWithinBank), cash.groupSignatories],
})
export const recordGroupCashDeposited = decider<Proposal, typeof commands.RecordGroupCashDeposited.records>(
  commands.RecordGroupCashDeposited,
  { reads: [tranche], rules: [...sourceRules, cashFits, funding.ofOneOrigin(cash.depositedWithinCash)] },
)

/** The expense that a tax was withheld from, as the group recorded it. */
const taxed = ({ self }: X, number: string | undefined) => self.data.expenses.find((expense) => expense.number === number)
/** Source and payee of the expense are stored with the tax: its entries need no other fact. */
export const recordProposalTaxDue = decider<Proposal, typeof commands.RecordProposalTaxDue.records>(commands.RecordProposalTaxDue, {
  rules: cash.taxes.due,
  computed: (x) => {
    const expense = taxed(x, x.call.data.expense)
    return expense === undefined ? {} : { ...originOfExpense(expense), payee: expense.payee }
  },
})
export const recordProposalTaxPaid = decider<Proposal, typeof commands.RecordProposalTaxPaid.records>(commands.RecordProposalTaxPaid, {
  rules: cash.taxes.paid,
  computed: (x) => {
    const expense = taxed(x, x.self.data.taxes.find(({ number }) => number === x.call.data.due)?.expense)
    return expense === undefined ? {} : { ...originOfExpense(expense) }
  },
})

export const attachReceipt = decider<Proposal, typeof commands.AttachReceipt.records>(commands.AttachReceipt, {
  reads: [tranche, receipt.read],
  rules: [use.trancheOfAllocation, use.expenseKnown, receipt.rule],
})

export const submitInterimAccount = decider<Proposal, typeof commands.SubmitInterimAccount.records>(commands.SubmitInterimAccount, {
  reads: [tranche],
  rules: [use.trancheOfAllocation],
})
export const submitProposalLpj = decider<Proposal, typeof commands.SubmitProposalLpj.records>(commands.SubmitProposalLpj, {
  rules: [use.lpjEqualsExpenses],
})
const reference = referenceOnce<Proposal>(({ self, world }) => world.one(allocationFold, self.data.allocation).data.recipient)
export const returnLeftoverToBkm = decider<Proposal, typeof commands.ReturnLeftoverToBkm.records>(commands.ReturnLeftoverToBkm, {
  reads: [tranche, reference.read],
  rules: [use.trancheOfAllocation, use.withinGroupHolding, reference.rule],
  asks: ({ world, call }) => [{ entity: world.one(trancheFold, call.data.tranche) }],
})

export const agreeMaintenancePlan = decider<Proposal, typeof commands.AgreeMaintenancePlan.records>(commands.AgreeMaintenancePlan)

export const handOver = decider<Proposal, typeof commands.HandOver.records>(commands.HandOver, {
  reads: [
    ({ call }) => (call.cosigners ?? []).flatMap(({ institution }) => (institution ? [one(institutionFold, institution)] : [])),
    ({ self, world }) => {
      const { cycle } = world.one(allocationFold, self.data.allocation).data
      return cycle ? [one(cycleFold, cycle)] : []
    },
  ],
  rules: [use.maintenancePlanned, use.lurahSigns],
})

export const handOverFinally = decider<Proposal, typeof commands.HandOverFinally.records>(commands.HandOverFinally)
export const closeProposal = decider<Proposal, typeof commands.CloseProposal.records>(commands.CloseProposal)
export const withdrawProposal = decider<Proposal, typeof commands.WithdrawProposal.records>(commands.WithdrawProposal)
export const reactivateProposal = decider<Proposal, typeof commands.ReactivateProposal.records>(commands.ReactivateProposal)
export const terminateProposal = decider<Proposal, typeof commands.TerminateProposal.records>(commands.TerminateProposal)
export const suspendProposal = decider<Proposal, typeof commands.SuspendProposal.records>(commands.SuspendProposal)
export const resumeProposal = decider<Proposal, typeof commands.ResumeProposal.records>(commands.ResumeProposal)
