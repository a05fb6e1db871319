import { foldOf, on } from '../kernel/entity.ts'
import type { Recorded } from '../kernel/event.ts'
import { dataRule, type Rule, type Situation } from '../kernel/rule.ts'
import { one, type Read } from '../kernel/world.ts'
import { plainReference } from '../bank-statement/book.ts'
import { CapitalReceived, CapitalReturned } from '../loan-pool/events.ts'
import { AgreementPaidOut, FundingReceived, PartnershipSigned, PayoutReturned } from '../partnership/events.ts'
import { LeftoverReturnedToBkm } from '../proposal/events.ts'
import { InstalmentPaid, PoolFunded, TrancheCredited } from '../tranche/events.ts'

interface Transfer {
  readonly reference: string
  readonly kind: string
  readonly id: string
  readonly position: number
}

/** Transfers on the account of a house: those of its grants and pools, those of agreements, and which of these it implements. */
interface Transfers {
  readonly own: readonly Transfer[]
  readonly ofAgreements: readonly Transfer[]
  readonly implemented: readonly string[]
}

interface Given {
  readonly bankReference: string
}
const transferOf = ({ bankReference }: Given, { fact: { subject }, position }: Recorded): Transfer => ({
  reference: plainReference(bankReference),
  ...subject,
  position,
})
const own = (known: Transfers, given: Given, recorded: Recorded): Transfers => ({
  ...known,
  own: [...known.own, transferOf(given, recorded)],
})
const ofAgreement = (known: Transfers, given: Given, recorded: Recorded): Transfers => ({
  ...known,
  ofAgreements: [...known.ofAgreements, transferOf(given, recorded)],
})

/**
 * The references of the transfers of a house, under its tag. Withdrawals are not among them: two cheque books may bear the same numbers.
 */
export const transfersFold = foldOf<Transfers>('institution', {
  name: 'transfers',
  initial: { own: [], ofAgreements: [], implemented: [] },
  effects: [
    on(TrancheCredited, own),
    on(InstalmentPaid, own),
    on(PoolFunded, own),
    on(LeftoverReturnedToBkm, own),
    on(CapitalReceived, own),
    on(CapitalReturned, own),
    on(FundingReceived, ofAgreement),
    on(AgreementPaidOut, ofAgreement),
    on(PayoutReturned, ofAgreement),
    on(PartnershipSigned, (known, { implementer }, { fact: { subject } }, id) =>
      implementer === id ? { ...known, implemented: [...known.implemented, subject.id] } : known,
    ),
  ],
})

/**
 * Builds what tells a transfer whose reference another one of the same house bears, under another tranche, proposal, pool or agreement.
 * Under the same one it would be the same again. It is noted and refuses nothing: banks use numbers anew, and one movement is one fact, so
 * a repeat may be one payment entered twice. `houseOf` tells whose account it is, once the parents are read. Source: CONTRACTS E2;
 * DOMAIN F3.
 */
export function referenceOnce<S>(houseOf: (x: Pick<Situation<S>, 'self' | 'world'>) => string | undefined): {
  readonly read: (x: Pick<Situation<S>, 'self' | 'world'>) => Read[]
  readonly rule: Rule<S, Given>
} {
  return {
    read: (x) => {
      const house = houseOf(x)
      return house === undefined ? [] : [one(transfersFold, house)]
    },
    rule: dataRule<S, Given>('transfer-reference-repeated', {
      id: 'Nomor transfer {reference} sudah dipakai pada {kind} lain milik rekening ini (fakta {position}).',
      en: 'The transfer number {reference} stands on another {kind} of this account already (fact {position}).',
      source: 'CONTRACTS E2; DOMAIN §8.3 F3',
      broken: (x) => {
        const house = houseOf(x)
        if (house === undefined) return undefined
        const { own: known, ofAgreements, implemented } = x.world.one(transfersFold, house).data
        const { bankReference: reference } = x.call.data
        const same = [...known, ...ofAgreements.filter(({ id }) => implemented.includes(id))].find(
          (other) => other.reference === plainReference(reference) && other.id !== x.self.id,
        )
        return same && { waived: true, details: { reference, kind: same.kind, position: same.position }, facts: [same.position] }
      },
    }),
  }
}
