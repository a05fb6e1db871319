import type { KeyState } from '../kernel/decider.ts'
import { foldOf, on } from '../kernel/entity.ts'
import { atLeastZero, sen, type Sen } from '../kernel/rupiah.ts'
import type { Edition } from '../kernel/workflow.ts'
import { TrancheCredited } from '../tranche/events.ts'
import * as facts from './events.ts'
import { jointParts } from '../kernel/formula.ts'

/** What is known of an allocation. */
export interface Allocation {
  readonly area: string
  readonly cycle: string | undefined
  readonly fiscalYear: string
  readonly source: string
  readonly component: string
  readonly amountSen: Sen
  readonly agreedSen: Sen
  readonly recipient: string | undefined
  /** The allocation of the region, and what it is to give, where both fund the works together. */
  readonly joint: { readonly with: string; readonly regionalSen: Sen } | undefined
  /** The id of its key tag: area, year, source and component. */
  readonly key: string
}

/** Marks that rules refer to. */
export const allocationMarks = ['recipient-ratified', 'agreement-signed'] as const

/** Area, year, source and component name one allocation (CONTRACTS A6). */
export const allocationKey = (of: { area: string; fiscalYear: string; source: string; component: string }): string =>
  `${of.area}/${of.fiscalYear}/${of.source}/${of.component}`

export const allocationFold = foldOf<Allocation>('allocation', {
  initial: {
    area: '',
    cycle: undefined,
    fiscalYear: '',
    source: '',
    component: '',
    amountSen: 0n,
    agreedSen: 0n,
    recipient: undefined,
    joint: undefined,
    key: '',
  },
  pins: [facts.AllocationDecreed.type, facts.RecipientSet.type],
  types: [facts.RecipientRatified.type, facts.AllocationRevoked.type, facts.AllocationClosed.type, facts.AllocationEditionChanged.type],
  effects: [
    on(facts.AllocationDecreed, (state, given) => ({
      ...state,
      area: given.area,
      cycle: given.cycle,
      fiscalYear: given.fiscalYear,
      source: given.source,
      component: given.component,
      amountSen: sen(given.amount),
      key: allocationKey(given),
    })),
    on(facts.JointFundingSet, (state, { with: other, base, share, of }) => ({
      ...state,
      joint: { with: other, regionalSen: jointParts(base, sen(of), share).regional },
    })),
    on(facts.RecipientSet, (state, { recipient }) => ({ ...state, recipient })),
    on(facts.AgreementSigned, (state, { amount }) => ({ ...state, agreedSen: sen(amount) })),
    on(facts.AgreementAmended, (state, { amount }) => ({ ...state, agreedSen: sen(amount) })),
    on(facts.AllocationRevised, (state, { amount }) => ({ ...state, amountSen: sen(amount) })),
  ],
})

/** Who holds the key; a revoked allocation frees it. */
export const allocationKeyFold = foldOf<KeyState>('allocation-key', {
  initial: { holder: undefined },
  effects: [
    on(facts.AllocationDecreed, (_, _given, { fact }) => ({ holder: fact.subject.id })),
    on(facts.AllocationRevoked, (state, _given, { fact }) => (state.holder === fact.subject.id ? { holder: undefined } : state)),
  ],
})

/** What came in of an allocation: read of the region's part without the rest of it. */
export const creditsFold = foldOf<{ readonly creditedSen: Sen }>('allocation', {
  name: 'credits',
  initial: { creditedSen: 0n },
  effects: [on(TrancheCredited, ({ creditedSen }, { amount }) => ({ creditedSen: creditedSen + sen(amount) }))],
})

/** What the board may approve: the allocation less the operating cost that its component allows. Source: DOMAIN §2.3. */
export function approvable(allocation: Allocation, edition: Edition): Sen {
  const cap = edition.bop.caps[allocation.component]
  const limit = allocation.amountSen - (typeof cap === 'string' ? sen(cap) : 0n)
  return atLeastZero(limit)
}
