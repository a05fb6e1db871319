import type { z } from 'zod'
import { countedBy } from '../kernel/corrections.ts'
import { foldedOf } from '../kernel/entity.ts'
import type { Recorded } from '../kernel/event.ts'
import { rupiah, sen, sumSen, type Sen } from '../kernel/rupiah.ts'
import { dataRule, type Situation } from '../kernel/rule.ts'
import { hoursAtRate, valuationTold, type Valued } from '../kernel/valuing.ts'
import { swadayaWords, type SwadayaKind } from './events-money.ts'
import type { Proposal } from './machine.ts'

/** The rules of own contribution, in the order in which its deciders ask them (DOMAIN §2.8, F5, A-07). */
interface Realised extends Valued {
  readonly received?: 'bank' | 'cash' | undefined
}

export const labourValued = hoursAtRate<Proposal>()

/** Only cash comes to an account. */
export const cashReceived = dataRule<Proposal, Realised>('swadaya-received-not-cash', {
  id: 'Hanya swadaya tunai (cash) yang masuk ke rekening atau kas KSM.',
  en: 'Only own contribution in cash comes to the account or the cash box of the group.',
  source: 'DOMAIN §2.8',
  sort: 'input',
  broken: ({ call: { data } }) => data.received !== undefined && data.kind !== 'cash',
})

/** Asked for where the edition says so. Source: DOMAIN §2.8. */
export const ownValuationTold = valuationTold<Proposal>(({ edition }) => edition.swadaya.valued)

/** The position of the fact with which the works were finished, if they are. */
function finishedAt(x: Situation<Proposal, Realised>): number | undefined {
  const { leaves } = x.workflowOf(x.self)
  const finishes = ({ fact }: Recorded): boolean =>
    fact.moves.some(({ kind, id, to }) => kind === x.self.kind && id === x.self.id && leaves.get(to ?? '')?.marks.includes('completed'))
  return x.self.facts.find(finishes)?.position
}

/**
 * F5, A-07: what is told after the works were finished is noted where it comes to more than what was told while they went on: a rupiah told
 * early excuses nothing, and a late receipt is no matter. Source: DOMAIN §8.3, R:D10.
 */
export const toldBeforeLpj = dataRule<Proposal, Realised>('swadaya-only-at-lpj', {
  id: 'Swadaya {late:rp} baru dicatat sesudah pekerjaan selesai, lebih banyak daripada sebelumnya: {early:rp}.',
  en: 'Own contribution of {late:rp} is told only after the works were finished, more than the {early:rp} told before.',
  source: 'DOMAIN §8.3, F5; A-07; R:D10',
  broken: (x) => {
    const finished = finishedAt(x)
    if (finished === undefined) return undefined
    const told = countedBy(foldedOf(x.self)).filter(({ fact }) => fact.type === 'proposal.SwadayaRealised')
    const sum = (facts: readonly Recorded[]): Sen => sumSen(facts.map(({ fact }) => sen(fact.data['amount'] as string)))
    const early = sum(told.filter(({ position }) => position < finished))
    const late = sum(told.filter(({ position }) => position > finished)) + sen(x.call.data.amount)
    return late > early && { details: { late: rupiah(late), early: rupiah(early) }, facts: [finished] }
  },
})

interface WrittenDown {
  readonly amount: string
  readonly kind: z.infer<typeof SwadayaKind>
}

/** Of each kind at most what was counted of it is counted less, so that no kind falls below nothing. Source: DOMAIN §2.8. */
export const writtenDownWithin = dataRule<Proposal, WrittenDown>('exceeds-swadaya', {
  id: 'Pengurangan {amount:rp} melebihi swadaya berupa {kind} yang tercatat, {realised:rp}.',
  en: 'Writing down {amount:rp} exceeds the recorded contribution in {kindEn}, {realised:rp}.',
  source: 'DOMAIN §2.8',
  broken: ({ self, call: { data } }) => {
    const realised = self.data.swadayaByKindSen[data.kind] ?? 0n
    const { id, en } = swadayaWords[data.kind]
    return sen(data.amount) > realised && { details: { amount: data.amount, realised: rupiah(realised), kind: id, kindEn: en } }
  },
})
