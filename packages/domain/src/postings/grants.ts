import type { DataOf } from '../kernel/define.ts'
import { sen } from '../kernel/rupiah.ts'
import * as proposal from '../proposal/events.ts'
import type { Origin } from '../proposal/money.ts'
import * as tranche from '../tranche/events.ts'
import type { Account, AccountKind } from './accounts.ts'
import { row, rows, type Funds, type Movement, type Row } from './ways.ts'

/** Leftover that is carried over stays with whom it lies with, and belongs to another tranche from now on. */
function carriedOver({ carriedOver: carried }: DataOf<typeof tranche.LpjAccepted>, _: string, funds: Funds): Movement[] {
  const fund = funds.allocation
  return (carried?.parts ?? []).map(({ tranche: from, proposal: holder, amount, where }) => {
    const at = where ?? 'bank'
    const account = (of: string): Account =>
      holder === undefined ? { kind: `board-${at}`, fund, tranche: of } : { kind: `group-${at}`, fund, tranche: of, proposal: holder }
    return { from: account(from), to: account(carried?.into ?? from), amountSen: sen(amount) }
  })
}

/** A way between two accounts of a tranche. */
const within = (from: AccountKind, to: AccountKind) => (_: unknown, id: string, funds: Funds) => ({
  from: { kind: from, fund: funds.allocation, tranche: id },
  to: { kind: to, fund: funds.allocation, tranche: id },
})

/** A way between two memorandum accounts of a proposal. */
const contribution = (from: AccountKind, to: AccountKind) => (data: { kind?: string | undefined }, id: string, funds: Funds) => {
  const of = { fund: funds.allocation, proposal: id, swadaya: data.kind ?? 'unspecified' }
  return { from: { kind: from, ...of }, to: { kind: to, ...of } }
}

/** An account of the group of a proposal: its money is kept apart by the source that it came from. */
const ofGroup = (kind: AccountKind, { tranche: of, agreement, swadaya }: Origin, id: string, funds: Funds): Account =>
  of !== undefined
    ? { kind, fund: funds.allocation, tranche: of, proposal: id }
    : agreement !== undefined
      ? { kind, fund: funds.partnership, proposal: id }
      : { kind, fund: funds.allocation, proposal: id, swadaya: swadaya ?? 'unspecified' }

const paidTo = ({ payee }: { payee?: 'supplier' | 'labour' | undefined }): AccountKind => (payee === 'labour' ? 'wages' : 'suppliers')

/** A way between two accounts of a group, of the source that the fact names. */
const betweenPurses = (from: AccountKind, to: AccountKind) => (data: Origin, id: string, funds: Funds) => ({
  from: ofGroup(from, data, id, funds),
  to: ofGroup(to, data, id, funds),
})

/** Own contribution counts by kind. Cash that came to the group is money as well, and lies there until an expense names it. */
function realised(data: DataOf<typeof proposal.SwadayaRealised>, id: string, funds: Funds): Movement[] {
  const counted = { ...contribution('swadaya-contributed', 'swadaya-used')(data, id, funds), amountSen: sen(data.amount) }
  if (data.received === undefined) return [counted]
  const of = { fund: funds.allocation, proposal: id, swadaya: 'cash' }
  return [counted, { from: { kind: 'residents', ...of }, to: { kind: `group-${data.received}`, ...of }, amountSen: sen(data.amount) }]
}

/** The money of a grant, from the treasury to what is left of it. Source: DOMAIN §2.4, §2.7, §2.8. */
export const grants: readonly Row[] = [
  row(tranche.Sp2dIssued, within('treasury', 'in-transit')),
  row(tranche.TrancheCredited, within('in-transit', 'board-bank')),
  row(tranche.BopSetAside, within('board-bank', 'board-operating')),
  row(tranche.BopSpent, (data, id, funds) =>
    within(data.paidFrom === 'cash' ? 'board-cash' : 'board-operating', 'operating-suppliers')(data, id, funds),
  ),
  row(tranche.TrancheCashDrawn, within('board-operating', 'board-cash')),
  row(tranche.TrancheCashDeposited, within('board-cash', 'board-operating')),
  row(tranche.TrancheTaxDue, within('operating-suppliers', 'tax-payable')),
  row(tranche.TrancheTaxPaid, within('tax-payable', 'tax-office')),
  row(tranche.InstalmentPaid, (data, id, { allocation: fund }) => ({
    from: { kind: 'board-bank', fund, tranche: id },
    to: { kind: 'group-bank', fund, tranche: id, proposal: data.proposal },
  })),
  // Into the cash of the pool that it names; else into a loan fund of which only this is known.
  row(tranche.PoolFunded, ({ pool }, id, funds) => ({
    from: { kind: 'board-bank', fund: funds.allocation, tranche: id },
    to:
      pool === undefined
        ? { kind: 'loan-fund', fund: funds.allocation, tranche: id }
        : { kind: 'loan-fund', fund: { kind: 'loanPool', id: pool } },
  })),
  rows(tranche.LpjAccepted, carriedOver),
  row(proposal.ExpenseRecorded, (data, id, funds) => ({
    from: ofGroup(`group-${data.paidFrom ?? 'bank'}`, data, id, funds),
    to: ofGroup(paidTo(data), data, id, funds),
  })),
  row(proposal.ProposalCashDrawn, betweenPurses('group-bank', 'group-cash')),
  row(proposal.ProposalCashDeposited, betweenPurses('group-cash', 'group-bank')),
  // The expense was booked gross: what is withheld of it did not go to the payee.
  row(proposal.ProposalTaxDue, (data, id, funds) => betweenPurses(paidTo(data), 'tax-payable')(data, id, funds)),
  row(proposal.ProposalTaxPaid, betweenPurses('tax-payable', 'tax-office')),
  row(proposal.LeftoverReturnedToBkm, (data, id, { allocation: fund }) => ({
    from: { kind: 'group-bank', fund, tranche: data.tranche, proposal: id },
    to: { kind: 'board-bank', fund, tranche: data.tranche },
  })),
  row(tranche.LeftoverReturned, within('board-bank', 'treasury')),
  row(tranche.LeftoverKept, within('board-bank', 'community-fund')),
  row(proposal.SwadayaPledged, contribution('swadaya-promise', 'swadaya-pledged')),
  rows(proposal.SwadayaRealised, realised),
  row(proposal.SwadayaWrittenDown, contribution('swadaya-used', 'swadaya-contributed')),
]
