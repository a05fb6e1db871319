import { decider } from '../kernel/decider.ts'
import { absolute, rupiah, sen } from '../kernel/rupiah.ts'
import { one } from '../kernel/world.ts'
import { allocationFold } from '../allocation/machine.ts'
import { institutionFold } from '../institution/machine.ts'
import { receiptOnce } from '../institution/receipts.ts'
import { referenceOnce } from '../institution/transfers.ts'
import { proposalFold } from '../proposal/machine.ts'
import { sumFits } from '../kernel/sums.ts'
import { loanPoolFold } from '../loan-pool/machine.ts'
import { InstalmentPaid as Paid, PoolFunded } from './events.ts'
import * as commands from './commands.ts'
import { trancheFold, undistributed, type Tranche } from './machine.ts'
import * as rules from './rules.ts'
import { allHolders, allTranches, carriedOver, leftoverDue } from './leftover.ts'
import { coveredBy, ofAllocation, siblings, tranchesOf, type Amount } from './rules.ts'
import * as cash from './rules-cash.ts'
import * as joint from './rules-joint.ts'
import * as use from './rules-use.ts'
import { reached, type Situation } from '../kernel/rule.ts'

type X<D = Record<string, unknown>> = Situation<Tranche, D>

const lastOr = <T>(list: readonly T[], index: number): T | undefined => list[index] ?? list.at(-1)

export const requestTranche = decider<Tranche, typeof commands.RequestTranche.records>(commands.RequestTranche, {
  reads: [(x) => [...ofAllocation.found(x), rules.blockers(x)], (x) => [...ofAllocation.each(x), ...joint.regionalCredits(x)]],
  papers: ({ edition, self }) => lastOr(edition.tranches.papers, self.data.ordinal - 1) ?? [],
  rules: [
    rules.agreementSigned,
    rules.planRatified,
    rules.fundingStage,
    rules.accountValid,
    rules.previousCredited,
    rules.previousLpj,
    rules.noBlockingComplaint,
    rules.noBlockingFinding,
    rules.progressReached,
    joint.coFundingRealised,
    rules.beforeYearEnd,
    rules.trancheAmount,
  ],
})

export const resubmitTranche = decider<Tranche, typeof commands.ResubmitTranche.records>(commands.ResubmitTranche, {
  rules: [rules.agreementSigned, rules.trancheAmount],
})

export const checkDocuments = decider<Tranche, typeof commands.CheckDocuments.records>(commands.CheckDocuments)

/** VF-22 is one paper for every tranche that the LPJ covers: it moves them all. */
const withCovered = ({ self, world, call }: X<{ step?: string }>) =>
  call.data.step === 'VF-22' ? coveredBy(self).map((id) => ({ entity: world.one(trancheFold, id) })) : []

export const recordTrancheStep = decider<Tranche, typeof commands.RecordTrancheStep.records>(commands.RecordTrancheStep, {
  reads: [({ self }) => coveredBy(self).map((id) => one(trancheFold, id))],
  rules: [rules.papersChecked, rules.returnExplained],
  asks: withCovered,
})

export const issueSpp = decider<Tranche, typeof commands.IssueSpp.records>(commands.IssueSpp, {
  rules: [rules.trancheAmount],
})
export const issueSpm = decider<Tranche, typeof commands.IssueSpm.records>(commands.IssueSpm, {
  rules: [rules.trancheAmount],
})
export const recordSp2d = decider<Tranche, typeof commands.RecordSp2d.records>(commands.RecordSp2d, {
  rules: [sumFits(({ self }) => self.data.sp2dSen), rules.trancheAmount],
})
const reference = referenceOnce<Tranche>(({ self, world }) => world.one(allocationFold, self.data.allocation).data.recipient)

export const recordCredit = decider<Tranche, typeof commands.RecordCredit.records>(commands.RecordCredit, {
  reads: [() => [], reference.read],
  rules: [sumFits(({ self }) => self.data.creditedSen), rules.creditWithinSp2d, rules.creditWhole, reference.rule],
})

const completing = ({ self, call }: X<Amount>): 'completing' | undefined =>
  undistributed(self.data) === sen(call.data.amount) ? 'completing' : undefined
const stored = (outcome: string | undefined): Record<string, string> => (outcome === undefined ? {} : { outcome })

export const setBopAside = decider<Tranche, typeof commands.SetBopAside.records>(commands.SetBopAside, {
  reads: [ofAllocation.found, siblings],
  rules: [rules.bopWithinCap, rules.withinTranche],
  outcome: completing,
  computed: (x) => stored(completing(x)),
})

const receipt = receiptOnce<Tranche>()

export const recordBopSpending = decider<Tranche, typeof commands.RecordBopSpending.records>(commands.RecordBopSpending, {
  reads: [() => [], receipt.read],
  rules: [
    sumFits(({ self }) => self.data.bopSpentSen),
    rules.bopSetAside,
    cash.operatingWithinCash,
    joint.operatingBeforeYearEnd,
    receipt.rule,
  ],
})

/** Cash of the board, or what it paid back beyond it. */
const cashFits = sumFits<Tranche>(({ self }) => absolute(self.data.cashSen))

export const recordBoardCashDrawn = decider<Tranche, typeof commands.RecordBoardCashDrawn.records>(commands.RecordBoardCashDrawn, {
  reads: [() => [], cash.board],
  rules: [cashFits, cash.drawnWithinOperating, cash.boardSignatories],
})
export const recordBoardCashDeposited = decider<Tranche, typeof commands.RecordBoardCashDeposited.records>(
  commands.RecordBoardCashDeposited,
  { rules: [cashFits, cash.boardDepositWithinCash] },
)
export const recordTrancheTaxDue = decider<Tranche, typeof commands.RecordTrancheTaxDue.records>(commands.RecordTrancheTaxDue, {
  rules: cash.taxes.due,
})
export const recordTrancheTaxPaid = decider<Tranche, typeof commands.RecordTrancheTaxPaid.records>(commands.RecordTrancheTaxPaid, {
  rules: cash.taxes.paid,
})

export const payInstalment = decider<Tranche, typeof commands.PayInstalment.records>(commands.PayInstalment, {
  reads: [({ call }) => [one(proposalFold, call.data.proposal), one(institutionFold, call.data.ksm)], reference.read],
  rules: [
    use.payeeOfProposal,
    use.payeeStands,
    use.payeeHasAccount,
    use.payeeAreaKnown,
    use.payeeInArea,
    use.contractSigned,
    use.readinessChecked,
    use.instalmentNext,
    use.onSchedule,
    rules.withinTranche,
    use.boardCanPay,
    reference.rule,
  ],
  outcome: completing,
  computed: (x) => stored(completing(x)),
  asks: ({ world, call }) => [{ entity: world.one(proposalFold, call.data.proposal), key: Paid.type }],
})

export const fundPool = decider<Tranche, typeof commands.FundPool.records>(commands.FundPool, {
  reads: [
    ({ call: { data } }) => [...(data.upk ? [one(institutionFold, data.upk)] : []), ...(data.pool ? [one(loanPoolFold, data.pool)] : [])],
    reference.read,
  ],
  rules: [use.poolOfBoard, use.poolOfRecipient, rules.withinTranche, use.boardCanPay, reference.rule],
  outcome: completing,
  computed: (x) => stored(completing(x)),
  asks: ({ world, call: { data } }) => (data.pool ? [{ entity: world.one(loanPoolFold, data.pool), key: PoolFunded.type }] : []),
})

export const noteBudgetRevision = decider<Tranche, typeof commands.NoteBudgetRevision.records>(commands.NoteBudgetRevision)
export const endBudgetRevision = decider<Tranche, typeof commands.EndBudgetRevision.records>(commands.EndBudgetRevision)

export const submitTrancheLpj = decider<Tranche, typeof commands.SubmitTrancheLpj.records>(commands.SubmitTrancheLpj, {
  reads: [({ call }) => call.data.covers.map((id) => one(trancheFold, id))],
  rules: [use.coversItself, use.coversOneAllocation, use.lpjEqualsExpenses, use.lpjWithinTranches],
  asks: ({ world, call, self }) => call.data.covers.filter((id) => id !== self.id).map((id) => ({ entity: world.one(trancheFold, id) })),
})

const leftoversOf = (x: X<Amount>) =>
  [x.self.id, ...coveredBy(x.self)].map((id) => {
    const tranche = x.world.one(trancheFold, id)
    return { id, tranche, rest: leftoverDue(x, tranche) }
  })

/** The tranche whose money the board waits for once these are accounted for: the first of the others without it. */
function nextAfter(x: X<Amount>): { next: string } | Record<never, never> {
  const next = tranchesOf(x).find(
    (tranche) =>
      tranche.id !== x.self.id &&
      !coveredBy(x.self).includes(tranche.id) &&
      !['credited', 'cancelled'].some((mark) => reached(x, tranche, mark)),
  )
  return next === undefined ? {} : { next: next.id }
}

const carrying = (x: X<Amount>) => {
  const carried = carriedOver(x)
  return carried === undefined ? {} : { carriedOver: carried }
}

export const acceptTrancheLpj = decider<Tranche, typeof commands.AcceptTrancheLpj.records>(commands.AcceptTrancheLpj, {
  reads: allHolders,
  rules: [use.acceptedEqualsExpenses],
  outcome: (x) => (leftoverDue(x) > 0n ? 'leftover' : undefined),
  computed: (x) => ({
    covers: leftoversOf(x).map(({ id }) => id),
    leftovers: leftoversOf(x)
      .filter(({ rest }) => rest > 0n)
      .map(({ id, rest }) => ({ tranche: id, amount: rupiah(rest) })),
    ...stored(leftoverDue(x) > 0n ? 'leftover' : undefined),
    ...carrying(x),
    ...nextAfter(x),
  }),
  asks: (x) =>
    leftoversOf(x)
      .slice(1)
      .map(({ tranche, rest }) => ({ entity: tranche, key: rest > 0n ? 'tranche.LpjAccepted:leftover' : 'tranche.LpjAccepted' })),
})

const partial = (x: X<Amount>): 'partial' | undefined => (sen(x.call.data.amount) < leftoverDue(x) ? 'partial' : undefined)

export const returnLeftover = decider<Tranche, typeof commands.ReturnLeftover.records>(commands.ReturnLeftover, {
  reads: allTranches,
  rules: [use.leftoverToTreasury, use.withinLeftover, use.withinBalance],
  outcome: partial,
  computed: (x) => stored(partial(x)),
})

export const keepLeftover = decider<Tranche, typeof commands.KeepLeftover.records>(commands.KeepLeftover, {
  reads: allTranches,
  rules: [use.leftoverToCommunity, use.withinLeftover, use.withinBalance],
  outcome: partial,
  computed: (x) => stored(partial(x)),
})

export const closeTranche = decider<Tranche, typeof commands.CloseTranche.records>(commands.CloseTranche, {
  reads: allTranches,
  rules: [use.leftoverSettled],
})
export const cancelTranche = decider<Tranche, typeof commands.CancelTranche.records>(commands.CancelTranche)
export const suspendTranche = decider<Tranche, typeof commands.SuspendTranche.records>(commands.SuspendTranche)
export const resumeTranche = decider<Tranche, typeof commands.ResumeTranche.records>(commands.ResumeTranche, {
  rules: [use.complaintsSettled],
})
