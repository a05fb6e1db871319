import { decider, type DataOfCommand } from '../kernel/decider.ts'
import { rupiah } from '../kernel/rupiah.ts'
import type { Situation } from '../kernel/rule.ts'
import { sumFits } from '../kernel/sums.ts'
import { membersOf, one, type Read } from '../kernel/world.ts'
import { institutionFold } from '../institution/machine.ts'
import { referenceOnce } from '../institution/transfers.ts'
import { loanFold } from '../loan/machine.ts'
import { partnershipFold } from '../partnership/machine.ts'
import { arrearsOf, breachesOn, sharePercent, standingsOn } from './arrears.ts'
import * as commands from './commands.ts'
import { poolMoneyFold, type LoanPool } from './machine.ts'
import * as rules from './rules.ts'
import { loanRulesOf, loansIn, tagOf } from './rules.ts'

type X<D = Record<string, unknown>> = Situation<LoanPool, D>

/** The board whose pool it is: the owner itself, or the parent of its finance unit. */
function boardOf({ world, call }: X<DataOfCommand<typeof commands.OpenLoanPool>>): string {
  const { owner } = call.data
  const unit = world.one(institutionFold, owner)
  const parent = unit.ancestors.find((tag) => tag.startsWith('institution:'))?.slice('institution:'.length)
  return unit.data.kind === 'UPK' ? (parent ?? owner) : owner
}

export const openLoanPool = decider<LoanPool, typeof commands.OpenLoanPool.records>(commands.OpenLoanPool, {
  pins: ({ call }) => call.data.edition,
  reads: [({ call }) => [one(institutionFold, call.data.owner)]],
  rules: [rules.ownerFits, rules.ownerStands],
  computed: (x) => ({ board: boardOf(x) }),
  parents: ({ world, call }) => [world.one(institutionFold, call.data.owner)],
})

const money = [({ self }: X<object>): Read[] => [one(poolMoneyFold, self.id)]]
const self = <D>(x: X<D>): string => x.self.id

const agreementOf = ({ call: { data } }: X<{ partnership?: string | undefined }>): Read[] =>
  data.partnership ? [one(partnershipFold, data.partnership)] : []

/** The agreement has an implementer once it is signed, and gives no money before. */
function implementerOf({ world, call: { data } }: X<{ partnership?: string | undefined }>): { implementer?: string } {
  const implementer = data.partnership && world.one(partnershipFold, data.partnership).data.parties?.implementer
  return implementer ? { implementer } : {}
}

/** All that came in and has not gone back. */
const poolSumFits = sumFits<LoanPool>(({ self: pool, world }) => {
  const { capitalSen, incomeSen, jasaSen } = world.one(poolMoneyFold, pool.id).data
  return capitalSen + incomeSen + jasaSen
})
const reference = referenceOnce<LoanPool>(({ self: pool }) => (pool.opened ? pool.data.owner : undefined))

export const receiveCapital = decider<LoanPool, typeof commands.ReceiveCapital.records>(commands.ReceiveCapital, {
  reads: [(x) => [one(poolMoneyFold, x.self.id), ...agreementOf(x), ...reference.read(x)]],
  rules: [rules.agreementNamed, poolSumFits, rules.withinAgreementMoney, reference.rule],
  computed: implementerOf,
})
export const returnCapital = decider<LoanPool, typeof commands.ReturnCapital.records>(commands.ReturnCapital, {
  reads: [(x) => [one(poolMoneyFold, x.self.id), ...agreementOf(x), ...reference.read(x)]],
  rules: [rules.poolHas(self), rules.backWithinGiven, rules.unnamedWithinOthers, reference.rule],
  computed: implementerOf,
})
export const receivePoolIncome = decider<LoanPool, typeof commands.ReceivePoolIncome.records>(commands.ReceivePoolIncome, {
  reads: money,
  rules: [poolSumFits],
})
export const payPoolCost = decider<LoanPool, typeof commands.PayPoolCost.records>(commands.PayPoolCost, {
  reads: money,
  rules: [rules.poolHas(self)],
})

/** The loans of the pool: first which, then each. */
const loans = [
  (x: X<object>): Read[] => [membersOf(loanFold, tagOf(x.self))],
  (x: X<object>): Read[] => x.world.idsOf(loanFold, tagOf(x.self)).map((id) => one(loanFold, id)),
]

function foundOn<D>(x: X<D>) {
  const edition = loanRulesOf(x)
  const { lar, par } = arrearsOf(standingsOn(loansIn(x), x.call.effectiveOn, edition), edition)
  return { lar, par, outstandingSen: par.whole, borrowers: Number(lar.whole) }
}

export const reportPool = decider<LoanPool, typeof commands.ReportPool.records>(commands.ReportPool, {
  reads: loans,
  rules: [rules.asTheLogTells(foundOn)],
  computed: (x) => {
    const { lar, par, outstandingSen, borrowers } = foundOn(x)
    return { found: { lar: sharePercent(lar), par: sharePercent(par), outstanding: rupiah(outstandingSen), borrowers } }
  },
})

export const suspendLending = decider<LoanPool, typeof commands.SuspendLending.records>(commands.SuspendLending, {
  reads: loans,
  rules: [rules.limitsReached],
  computed: (x) => ({
    breaches: breachesOn(loansIn(x), x.call.effectiveOn, loanRulesOf(x)).map(({ on, rates }) => ({ on, rates: [...rates] })),
  }),
})
export const resumeLending = decider<LoanPool, typeof commands.ResumeLending.records>(commands.ResumeLending, {
  reads: loans,
  rules: [rules.withinLimits],
})
export const closeLoanPool = decider<LoanPool, typeof commands.CloseLoanPool.records>(commands.CloseLoanPool, {
  reads: money,
  rules: [rules.poolEmpty],
})
