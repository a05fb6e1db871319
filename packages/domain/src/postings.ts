import type { DataOf, EventSpec } from './kernel/define.ts'
import type { Fact } from './kernel/event.ts'
import { sen, type Sen } from './kernel/rupiah.ts'
import * as proposal from './proposal/events.ts'
import * as tranche from './tranche/events.ts'

/**
 * What an account can be. `source`: where the grant comes from and leftovers go back to. `held`: money on its way or in somebody's hands.
 * `spent`: gone for good. `kept`: the lasting funds of the community. `memorandum`: own contribution, which is no money of the grant.
 */
export type AccountRole = 'source' | 'held' | 'spent' | 'kept' | 'memorandum'

/** The accounts, and what each is. No other file names them. Source: DOMAIN §2.4, §2.7, §2.8. */
const roles = {
  /** The state treasury (Kas Negara). */
  treasury: 'source',
  /** Ordered by SP2D, not yet on the account of the board. What SP2D and credit differ by stays here, in sight. */
  'in-transit': 'held',
  'board-bank': 'held',
  /** Set aside by the board for its operating cost (BOP). */
  'board-operating': 'held',
  /** Paid to a group (KSM) and not yet spent. */
  'group-bank': 'held',
  /** Suppliers and labour of the works. */
  suppliers: 'spent',
  /** Whom operating cost was paid to. */
  'operating-suppliers': 'spent',
  'community-fund': 'kept',
  /** Goes round as loans of the finance unit (UPK); loans draw on it. */
  'loan-fund': 'kept',
  'swadaya-promise': 'memorandum',
  'swadaya-pledged': 'memorandum',
  'swadaya-contributed': 'memorandum',
  'swadaya-used': 'memorandum',
} as const satisfies Record<string, AccountRole>

export type AccountKind = keyof typeof roles

/**
 * What money belongs to, whoever holds it: a grant (`allocation`), a funding agreement (`partnership`), a pool of loans. Its source,
 * programme, area and holder are told by its facts.
 */
export interface Fund {
  readonly kind: 'allocation' | 'partnership' | 'loanPool'
  readonly id: string
}

/** The funds that a fact names by its tags. Asking for one that it does not name, or names twice, throws: a defect. */
type Funds = Readonly<Record<Fund['kind'], Fund>>

/**
 * An account. Money accounts are kept by tranche, so that the books of each tranche close by themselves; those of a group also by proposal.
 * Who holds it is not part of it, because not every fact proves the holder: the board is the recipient of the allocation, the group is the
 * group of the proposal.
 */
export interface Account {
  readonly kind: AccountKind
  readonly fund: Fund
  readonly tranche?: string
  readonly proposal?: string
  /** Kind of own contribution; `unspecified` where the fact does not say. */
  readonly swadaya?: string
}

/** One side of an entry: an account and what it gains, in sen; below zero what it gives. */
export interface Posting {
  readonly account: Account
  readonly amountSen: Sen
}

/** An amount that goes from one account to another, in sen, above zero. */
export interface Movement {
  readonly from: Account
  readonly to: Account
  readonly amountSen: Sen
}

/** What an account is for sums. */
export const accountRole = (account: Account): AccountRole => roles[account.kind]

/**
 * The account whose holder answers for it: operating cost set aside lies on the board's own bank account, and what is returned to the
 * treasury
 * comes out of both without a fact that says how much of each. Whether more went out than came in is judged on this one.
 */
export const answeringAccount = (account: Account): Account =>
  account.kind === 'board-operating' ? { ...account, kind: 'board-bank' } : account

/** The name of an account: the same text for the same account, for ever. `group-bank/allocation:…/tranche:…/proposal:…`. */
export function accountName({ kind, fund, tranche: ofTranche, proposal: ofProposal, swadaya }: Account): string {
  const parts = [kind, `${fund.kind}:${fund.id}`]
  if (ofTranche !== undefined) parts.push(`tranche:${ofTranche}`)
  if (ofProposal !== undefined) parts.push(`proposal:${ofProposal}`)
  if (swadaya !== undefined) parts.push(`swadaya:${swadaya}`)
  return parts.join('/')
}

/** Where a fact's money goes from and to, given the funds that it names. */
interface Way {
  readonly from: Account
  readonly to: Account
}
type Row = readonly [type: string, movements: (fact: Fact, funds: Funds) => Movement[]]

const rows = <E extends EventSpec>(spec: E, of: (data: DataOf<E>, id: string, funds: Funds) => Movement[]): Row => [
  spec.type,
  // Data is checked against its schema when it is appended (DESIGN §3).
  (fact, funds) => of(fact.data as DataOf<E>, fact.subject.id, funds),
]

/** A type whose one amount goes one way. */
const row = <E extends EventSpec>(spec: E, way: (data: DataOf<E>, id: string, funds: Funds) => Way): Row =>
  rows(spec, (data, id, funds) => [{ ...way(data, id, funds), amountSen: sen(data['amount'] as string) }])

/** Leftover that is carried over stays with whom it lies with, and belongs to another tranche from now on. */
function carriedOver({ carriedOver: carried }: DataOf<typeof tranche.LpjAccepted>, _: string, funds: Funds): Movement[] {
  const fund = funds.allocation
  return (carried?.parts ?? []).map(({ tranche: from, proposal: holder, amount }) => {
    const account = (of: string): Account =>
      holder === undefined ? { kind: 'board-bank', fund, tranche: of } : { kind: 'group-bank', fund, tranche: of, proposal: holder }
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

const ways: ReadonlyMap<string, Row[1]> = new Map([
  row(tranche.Sp2dIssued, within('treasury', 'in-transit')),
  row(tranche.TrancheCredited, within('in-transit', 'board-bank')),
  row(tranche.BopSetAside, within('board-bank', 'board-operating')),
  row(tranche.BopSpent, within('board-operating', 'operating-suppliers')),
  row(tranche.InstalmentPaid, (data, id, { allocation: fund }) => ({
    from: { kind: 'board-bank', fund, tranche: id },
    to: { kind: 'group-bank', fund, tranche: id, proposal: data.proposal },
  })),
  row(tranche.PoolFunded, within('board-bank', 'loan-fund')),
  rows(tranche.LpjAccepted, carriedOver),
  row(proposal.ExpenseRecorded, (data, id, { allocation: fund }) => ({
    from: { kind: 'group-bank', fund, tranche: data.tranche, proposal: id },
    to: { kind: 'suppliers', fund, tranche: data.tranche, proposal: id },
  })),
  row(proposal.LeftoverReturnedToBkm, (data, id, { allocation: fund }) => ({
    from: { kind: 'group-bank', fund, tranche: data.tranche, proposal: id },
    to: { kind: 'board-bank', fund, tranche: data.tranche },
  })),
  row(tranche.LeftoverReturned, within('board-bank', 'treasury')),
  row(tranche.LeftoverKept, within('board-bank', 'community-fund')),
  row(proposal.SwadayaPledged, contribution('swadaya-promise', 'swadaya-pledged')),
  row(proposal.SwadayaRealised, contribution('swadaya-contributed', 'swadaya-used')),
  // The fact does not name the kind that was counted too much: it stands against the sum of all kinds.
  row(proposal.SwadayaWrittenDown, (_, id, funds) => contribution('swadaya-used', 'swadaya-contributed')({}, id, funds)),
])

/** Event types that move money or own contribution. */
export const moneyTypes: ReadonlySet<string> = new Set(ways.keys())

const promised = 'a commitment: it says what may or shall be paid, and a revision states the new amount, not a change; no money moves'
const asked = 'a request or an order on the way to the SP2D: money moves with the SP2D'
const reported = 'a report of expenses that were recorded one by one'
const planned = 'a plan of cost: money moves with instalments and expenses'

/** Event types that name an amount although no money moves, and why. */
export const amountsWithoutMoney: Readonly<Record<string, string>> = {
  'allocation.Decreed': promised,
  'allocation.AgreementSigned': promised,
  'allocation.AgreementAmended': promised,
  'allocation.Revised': promised,
  'tranche.Planned': promised,
  'tranche.Replanned': promised,
  'tranche.Requested': asked,
  'tranche.Resubmitted': asked,
  'tranche.SppIssued': asked,
  'tranche.SpmIssued': asked,
  'tranche.LpjSubmitted': reported,
  'proposal.LpjSubmitted': reported,
  'proposal.Drafted': planned,
  'proposal.Submitted': planned,
  'proposal.Resubmitted': planned,
  'proposal.StepRecorded': 'the approved amount: a ceiling',
  'cycle.PrioritiesDecided': 'the approved amounts: ceilings',
  'proposal.ContractSigned': promised,
  'institution.Formed': 'dues that households promise; nothing is collected here',
  'partnership.Signed': promised,
  'partnership.FundingReceived': 'money between partners: their accounts are not kept here',
  'finding.Recorded': 'the amount that an auditor speaks of; what is paid back is a fact of its own',
  'case.Opened': 'accounts of a kind that only its edition knows are not known',
  'case.StepRecorded': 'accounts of a kind that only its edition knows are not known',
  'edition.Published': 'ceilings and rounding units of a programme',
}

function fundOf(fact: Fact, kind: Fund['kind']): Fund {
  const [tag, ...others] = fact.tags.filter((each) => each.startsWith(`${kind}:`))
  if (tag === undefined || others.length > 0) throw new Error(`${fact.type} ${fact.id} moves money and bears not one ${kind}'s tag`)
  return { kind, id: tag.slice(kind.length + 1) }
}

const fundsOf = (fact: Fact): Funds => ({
  get allocation() {
    return fundOf(fact, 'allocation')
  },
  get partnership() {
    return fundOf(fact, 'partnership')
  },
  get loanPool() {
    return fundOf(fact, 'loanPool')
  },
})

/** What a fact moves; nothing for facts that are no money. Throws when a money fact does not bear the tag of its fund: a defect. */
export function movements(fact: Fact): Movement[] {
  return ways.get(fact.type)?.(fact, fundsOf(fact)) ?? []
}

/** The same as double entries: their amounts add up to zero (DESIGN §4). */
export function postings(fact: Fact): Posting[] {
  return movements(fact).flatMap(({ from, to, amountSen }) => [
    { account: from, amountSen: -amountSen },
    { account: to, amountSen },
  ])
}
