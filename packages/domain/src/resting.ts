import { countedBy } from './kernel/corrections.ts'
import { correctionReasons as reasons } from './kernel/correction-reasons.ts'
import type { Json, Recorded } from './kernel/event.ts'
import { flagReasons, refuse, type Refusal } from './kernel/refusal.ts'
import { restingOnLoan, settlesLoan } from './loan/resting.ts'
import { ExpenseRecorded, ProposalTaxDue, ProposalTaxPaid } from './proposal/events.ts'
import { BopSpent, TrancheTaxDue, TrancheTaxPaid } from './tranche/events.ts'

/** A type of fact, the type of those that name it by its number, and the field in which they do. */
interface Naming {
  readonly by: string
  readonly field: string
}
const taxes: ReadonlyMap<string, Naming> = new Map([
  [ExpenseRecorded.type, { by: ProposalTaxDue.type, field: 'expense' }],
  [BopSpent.type, { by: TrancheTaxDue.type, field: 'expense' }],
])
const deposits: ReadonlyMap<string, Naming> = new Map([
  [ProposalTaxDue.type, { by: ProposalTaxPaid.type, field: 'due' }],
  [TrancheTaxDue.type, { by: TrancheTaxPaid.type, field: 'due' }],
])

/** The facts about the same subject that name a fact by its number, and count. */
function naming({ fact }: Recorded, own: readonly Recorded[], table: ReadonlyMap<string, Naming>): readonly Recorded[] {
  const named = table.get(fact.type)
  if (named === undefined) return []
  return countedBy(own).filter(
    (later) =>
      later.fact.type === named.by && later.fact.subject.id === fact.subject.id && later.fact.data[named.field] === fact.data['number'],
  )
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
const facts = (list: readonly Recorded[]): readonly number[] => list.map(({ position }) => position)

/**
 * Why the money of a fact cannot have come back: it settled a loan, or later facts stand on it, bookings of a loan or the tax that was
 * withheld from a payment. `own` is what was read under the tag of its subject.
 */
export function standsAgainstReversal(current: Recorded, own: readonly Recorded[]): Refusal | undefined {
  if (settlesLoan(current)) return refuse(reasons.recordAnew, { fields: 'outcome' }, [current.position])
  const booked = restingOnLoan(current, own)
  const [first] = booked
  if (first) {
    return refuse(reasons.bookedOnIt, { count: booked.length, type: first.fact.type, position: first.position }, facts(booked))
  }
  const withheld = naming(current, own, taxes)
  if (withheld.length === 0) return undefined
  const numbers = withheld.map(({ fact, position }) => `${text(fact.data['number'])} (${position})`).join(', ')
  return refuse(reasons.taxedOn, { type: current.fact.type, taxes: numbers }, facts(withheld))
}

/** What is noted of a reversal: a tax that was deposited already is with the state, whatever lies on the account besides. */
export function notedOfReversal(current: Recorded, own: readonly Recorded[]): readonly Refusal[] {
  const paid = naming(current, own, deposits)
  const numbers = paid.map(({ fact }) => text(fact.data['ntpn'])).join(', ')
  return paid.length === 0 ? [] : [refuse(flagReasons.reversedTaxDeposited, { ntpn: numbers }, facts(paid))]
}
