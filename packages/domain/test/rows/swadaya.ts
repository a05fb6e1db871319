import { describe, expect, it } from 'vitest'
import { accountName, postings } from '@jejak/domain'
import { percentOf } from '../../src/kernel/rupiah.ts'
import { variant } from '../support/editions.ts'
import { given } from '../support/given.ts'
import { cash } from '../support/cash.ts'
import { confirmed, proposed } from '../support/corrections.ts'
import { act, entity, line, scenarioUnder, who } from '../support/prabumulih.ts'
import { until } from '../support/places.ts'

const { a } = entity
const working = until(93)
const given5 = (data: object) => line(94, { data })
/** Prabumulih under an edition that asks how things were valued. */
const strict = scenarioUnder(
  variant(
    'KOTAKU-2018',
    (draft) => {
      draft.swadaya.valued = true
    },
    'KOTAKU-VALUED',
  ),
).until(93)

/** Own contribution: DOMAIN §2.8, F5, A-07, appendix C5. */
export function swadayaRows(): void {
  describe('the value of own contribution', () => {
    it('is hours at a rate where both are told', async () => {
      await given(working)
        .when(given5({ hours: 400, rate: '12500' }))
        .thenAccepted()
      await given(working)
        .when(given5({ hours: 400, rate: '12500.01' }))
        .thenRefused('labour-value-differs', { value: '5000004' })
      await given(until(34))
        .when(act('proposal.PledgeSwadaya', a, who.ksmA, { number: 'SWP-9', amount: '1', kind: 'labour', hours: 1, rate: '2' }))
        .thenRefused('labour-value-differs')
    })
    it('says by which method, by whom, in which office, where the edition asks for it', async () => {
      await given(working).when(line(94)).thenAccepted()
      await given(strict).when(line(94)).thenNoted('valuation-missing')
      await given(strict)
        .when(given5({ method: 'area-wage', valuerRole: 'UPL', hours: 400 }))
        .thenAccepted()
      await given(strict)
        .when(given5({ kind: 'cash', valuedBy: undefined }))
        .thenAccepted()
      await given(strict)
        .when(given5({ method: 'guess' }))
        .thenMalformed('/method')
    })
    it('told for the greater part when the works are finished is noted (F5)', async () => {
      const early = (request: { readonly command: string; readonly seq: number }) =>
        request.command === 'proposal.RealiseSwadaya' && request.seq !== 94
      const hasty = scenarioUnder(
        variant('KOTAKU-2018', () => undefined, 'KOTAKU-HASTY'),
        (request) => (early(request) ? undefined : request),
      ).until(257)
      const more = (amount: string, number = 'SWR-900') => given5({ number, amount })
      await given(hasty).when(more('5000000')).thenAccepted()
      await given(hasty).when(more('5000000.01')).thenNoted('swadaya-only-at-lpj')
      const [fact] = await given(hasty, more('4000000')).when(more('1000001', 'SWR-901')).thenNoted('swadaya-only-at-lpj')
      expect(fact?.deviations).toMatchObject([{ late: '5000001', early: '5000000' }])
      const again = given(hasty, more('4000000'), proposed(who.ksmA, 'reverse', 'proposal.SwadayaRealised', a), confirmed(who.korkot, a))
      await again.when(more('5000000', 'SWR-901')).thenAccepted()
      await again.when(more('5000001', 'SWR-901')).thenNoted('swadaya-only-at-lpj')
    })
    it('first told when the works are finished is noted (F5)', async () => {
      const forgotten = scenarioUnder(
        variant('KOTAKU-2018', () => undefined, 'KOTAKU-LATE'),
        (request) => (request.command === 'proposal.RealiseSwadaya' ? undefined : request),
      ).until(257)
      await given(forgotten).when(line(94)).thenNoted('swadaya-only-at-lpj', 'Completed')
      await given(forgotten, line(94))
        .when(given5({ number: 'SWR-900' }))
        .thenNoted('swadaya-only-at-lpj')
      await given(until(257))
        .when(given5({ number: 'SWR-900' }))
        .thenAccepted('Completed')
    })
  })

  describe('own contribution in cash', () => {
    const received = given(until(77), line(94, { data: { kind: 'cash', received: 'bank' } })).state
    it('is money where it came to the group, and counts as contribution too', async () => {
      const [fact] = await given(until(77))
        .when(given5({ kind: 'cash', received: 'bank' }))
        .thenAccepted()
      expect(fact && postings(fact).map(({ account, amountSen }) => `${accountName(account).split('/')[0]} ${amountSen}`)).toEqual([
        'swadaya-contributed -500000000',
        'swadaya-used 500000000',
        'residents -500000000',
        'group-bank 500000000',
      ])
    })
    it('is spent as such, not more than came', async () => {
      const spent = (amount: string, more: object = {}) => cash.spent(amount, { tranche: undefined, swadaya: 'cash', line: '8', ...more })
      await given(received).when(spent('5000000.01')).thenNoted('expense-exceeds-balance')
      await given(until(77), line(94, { data: { kind: 'cash', received: 'cash' } }))
        .when(spent('5000000.01', { paidFrom: 'cash' }))
        .thenNoted('expense-exceeds-cash')
      const [fact] = await given(received).when(spent('5000000')).thenNoted('expense-without-line')
      expect(fact?.deviations?.map(({ rule }) => rule)).toEqual(['expense-without-line'])
    })
    it('only cash comes to an account', () =>
      given(working)
        .when(given5({ received: 'bank' }))
        .thenRefused('swadaya-received-not-cash'))
  })

  it('both denominators (C5): 42.80 percent of the grant, 29.97 of the total; half up; nothing of nothing', () => {
    const [grant, own] = [1_500_000_000n, 642_000_000n]
    expect([percentOf(own, grant), percentOf(own, grant + own)]).toEqual(['42.80', '29.97'])
    expect([percentOf(5n, 100_000n), percentOf(1n, 3n), percentOf(4_999n, 100_000_000n), percentOf(0n, 5n)]).toEqual([
      '0.01',
      '33.33',
      '0.00',
      '0.00',
    ])
    expect([percentOf(5n, 0n), percentOf(3n, 2n)]).toEqual([null, '150.00'])
  })
}
