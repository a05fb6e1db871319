import type { Account, Actor } from '@jejak/domain'
import type { DivertedUse } from './diverted-use.ts'

/**
 * What stands on an account: unsigned rupiah, and the side it stands on. Money that somebody holds is a debit; the source's is a credit.
 */
export interface Balance {
  readonly amount: string
  readonly side: 'debit' | 'credit'
}

/** An account with its name. */
export interface NamedAccount extends Account {
  readonly name: string
}

/** An amount on its way, as one fact tells it. Balances are those of both accounts after it, in log order. */
export interface TrailMovement {
  readonly position: number
  /** The fact and the corrections that replaced what it says. */
  readonly positions: readonly number[]
  readonly fact: string
  readonly type: string
  readonly effectiveOn: string
  readonly recordedAt: string
  readonly from: NamedAccount
  readonly to: NamedAccount
  /** Rupiah. */
  readonly amount: string
  /** Number of the paper, or the bank's reference. */
  readonly paper: string | null
  readonly actor: Actor
  /** Codes of the rules that the fact breaks. */
  readonly deviations: readonly string[]
  readonly fromBalance: Balance
  readonly toBalance: Balance
}

/** What remains on an account, and the facts that make it. `overdrawn`: more went out than ever came in, which is never in order. */
export interface AccountLine {
  readonly account: NamedAccount
  readonly balance: Balance
  readonly overdrawn: boolean
  readonly positions: readonly number[]
}

/**
 * Sums in rupiah, of which always `paid + overdrawn = spent + held + returned + kept`; `overdrawn` is zero when all is in order. `paid` is
 * what
 * the treasury ordered (SP2D), `held` what is in transit, with the board or with groups, `kept` what became the funds of the community, its
 * loan fund among them. `positions` has those of each sum under its name.
 */
export type Sums = Told<'paid' | 'overdrawn' | 'spent' | 'held' | 'returned' | 'kept'>

/** Amounts in rupiah by name, and the positions of the facts that make each, by the same name. */
export type Told<Name extends string> = Readonly<Record<Name, string>> & {
  readonly positions: Readonly<Record<Name, readonly number[]>>
}

/** The sums of the whole, and what of them went into works, into operating cost and into a loan fund. */
export type TotalSums = Sums & Told<'spentOnWorks' | 'spentOnOperating' | 'keptAsLoanFund'>

/**
 * Sums of one tranche: there `paid + overdrawn + carriedIn = spent + held + returned + kept + carriedOut`. Carried is what was left over of
 * other tranches and used with this one, and what this one left to others.
 */
export type TrancheSums = Sums & Told<'carriedIn' | 'carriedOut'> & { readonly tranche: string; readonly ordinal: number | null }

/** The money of a group: always `received + overdrawn = spent + held + returned`, where returned is what it brought back to the board. */
export type GroupSums = Told<'received' | 'overdrawn' | 'spent' | 'held' | 'returned'>

/** The history of the money of one allocation. */
export interface FundTrail {
  /** Money of the grant, in log order. */
  readonly movements: readonly TrailMovement[]
  /** Own contribution, a memorandum beside it, in log order. */
  readonly contributions: readonly TrailMovement[]
  /** What remains where. */
  readonly accounts: readonly AccountLine[]
  readonly totals: TotalSums
  readonly tranches: readonly TrancheSums[]
  readonly proposals: readonly (GroupSums & { readonly proposal: string; readonly number: string | null })[]
  readonly contributed: Told<'pledged' | 'realised' | 'writtenDown'>
  /** Money of a line that paid something else. */
  readonly diverted: DivertedUse
}
