import type { InstitutionKind } from '../institution/events.ts'
import type { Sen } from '../kernel/rupiah.ts'

/**
 * What an account can be. `source`: where the money comes from and leftovers go back to, and what a fund earns. `held`: money on its way
 * or in somebody's hands. `spent`: gone for good. `kept`: the lasting funds of the community. `memorandum`: own contribution, which is no
 * money of the grant.
 */
export const accountRoles = ['source', 'held', 'spent', 'kept', 'memorandum'] as const
export type AccountRole = (typeof accountRoles)[number]

/** The accounts, and what each is. No other file names them. Source: DOMAIN §2.4, §2.7, §2.8. */
const roles = {
  /** The state treasury (Kas Negara). */
  treasury: 'source',
  /** Residents who give cash to the group. */
  residents: 'source',
  /** The funder of an agreement: a company, a city, a foundation. */
  funder: 'source',
  /** Ordered by SP2D, not yet on the account of the board. What SP2D and credit differ by stays here, in sight. */
  'in-transit': 'held',
  'board-bank': 'held',
  /** Set aside by the board for its operating cost (BOP). */
  'board-operating': 'held',
  /** Operating cost that the board drew in cash. */
  'board-cash': 'held',
  /** Paid to a group (KSM) and not yet spent. */
  'group-bank': 'held',
  /** Drawn by a group in cash and not yet spent. */
  'group-cash': 'held',
  /** Withheld from those who were paid, and not yet deposited. It lies on the same bank account or in the same cash box as the rest. */
  'tax-payable': 'held',
  /** Money of an agreement on the account of its implementer. */
  'agreement-bank': 'held',
  /** Suppliers of the works. */
  suppliers: 'spent',
  /** Labour of the works. */
  wages: 'spent',
  /** Taxes deposited with the state. */
  'tax-office': 'spent',
  /** Whom operating cost was paid to. */
  'operating-suppliers': 'spent',
  /** Whom the implementer of an agreement paid for its own work. */
  'implementer-suppliers': 'spent',
  /** What a business group (KUBE) sells. */
  'business-sales': 'source',
  /** Own capital that members of a business group pay in. */
  'members-capital': 'source',
  /** Profit that a business group pays out to its members. */
  'members-share': 'spent',
  /** Contributions to social solidarity (IKS). */
  'solidarity-fund': 'kept',
  'community-fund': 'kept',
  /** Goes round as loans of the finance unit (UPK); loans draw on it. Of a pool it is its cash, in hand and on its account. */
  'loan-fund': 'kept',
  /** Lent to a group and not yet paid back, by loan. */
  'loan-principal': 'kept',
  /** Capital of a pool that comes from no grant. */
  'pool-capital': 'source',
  /** Service charge (jasa) that groups pay on their loans. */
  'loan-jasa': 'source',
  /** What a pool earns beside jasa. */
  'pool-income': 'source',
  /** What running a pool costs. */
  'pool-cost': 'spent',
  /** Lent and given up. */
  'written-off': 'spent',
  'swadaya-promise': 'memorandum',
  'swadaya-pledged': 'memorandum',
  'swadaya-contributed': 'memorandum',
  'swadaya-used': 'memorandum',
  /** Goods and work of the funder of an agreement. */
  'contribution-given': 'memorandum',
  'contribution-used': 'memorandum',
} as const satisfies Record<string, AccountRole>

export type AccountKind = keyof typeof roles

const isKind = (name: string): name is AccountKind => name in roles
/** Every kind of account, by name. */
export const accountKinds: readonly AccountKind[] = Object.keys(roles).filter(isKind).toSorted()

/**
 * What money belongs to, whoever holds it: a grant (`allocation`), a funding agreement (`partnership`), a pool of loans, or a business
 * group whose asset it is (`institution`). Its source, programme, area and holder are told by its facts.
 */
export interface Fund {
  readonly kind: 'allocation' | 'partnership' | 'loanPool' | 'institution'
  readonly id: string
}

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
  readonly loan?: string
  /** Kind of own contribution; `unspecified` where the fact does not say. */
  readonly swadaya?: string
}

/** What an account is for sums. */
export const accountRole = (account: Account): AccountRole => roles[account.kind]

/**
 * The account whose holder answers for it: operating cost set aside lies on the board's own bank account, and what is returned to the
 * treasury comes out of both without a fact that says how much of each. Whether more went out than came in is judged on this one.
 */
export const answeringAccount = (account: Account): Account =>
  account.kind === 'board-operating' ? { ...account, kind: 'board-bank' } : account

const banks: Partial<Record<InstitutionKind, AccountKind>> = {
  KSM: 'group-bank',
  KUBE: 'group-bank',
  UPK: 'loan-fund',
}

/**
 * The account that the bank keeps for an institution of this kind: whoever has no other, that of a board. The money of agreements comes
 * to the account of whoever implements them, of whatever kind.
 */
export const bankOf = (kind: InstitutionKind | undefined): AccountKind => (kind && banks[kind]) ?? 'board-bank'

/** The name of an account: the same text for the same account, for ever. `group-bank/allocation:…/tranche:…/proposal:…`. */
export function accountName({ kind, fund, tranche: ofTranche, proposal: ofProposal, loan: ofLoan, swadaya }: Account): string {
  const parts = [kind, `${fund.kind}:${fund.id}`]
  if (ofTranche !== undefined) parts.push(`tranche:${ofTranche}`)
  if (ofProposal !== undefined) parts.push(`proposal:${ofProposal}`)
  if (ofLoan !== undefined) parts.push(`loan:${ofLoan}`)
  if (swadaya !== undefined) parts.push(`swadaya:${swadaya}`)
  return parts.join('/')
}

/** One side of an entry: an account and what it gains, in sen; below zero what it gives. */
export interface Posting {
  readonly account: Account
  readonly amountSen: Sen
}
