import { describe, expect, it } from 'vitest'
import { domain } from '@jejak/domain'
import { given, type State } from '../support/given.ts'
import { act, entity, id, line, scenario, scenarioUnder, who } from '../support/prabumulih.ts'
import { other, otherDecreed, until } from '../support/places.ts'
import { variant } from '../support/editions.ts'

const { allocation, t1, t2, bkm, cycle } = entity
const revise = (amount: string, number = 'SK-REV-1') =>
  act('allocation.Revise', allocation, who.kasatker, { number, amount }, { papers: ['sk-alokasi'] })
const revoke = act('allocation.Revoke', allocation, who.kasatker, { number: 'SK-CABUT-1', why: 'Lokasi dikeluarkan' })
const decree = (data: object, more = {}) => line(16, { data, ...more })
const decreed = until(24)

/** Amounts of the tranches of an allocation, in rupiah. */
async function amounts(state: State, of = allocation): Promise<bigint[]> {
  const log = await state()
  const ids = log.facts
    .filter(({ fact }) => fact.type === 'tranche.Planned' && fact.data['allocation'] === of.id)
    .map(({ fact }) => fact.subject.id)
  return ids.map((tranche) => (log.fold(domain.slice('tranche').fold, tranche).data as { amountSen: bigint }).amountSen / 100n)
}

const openPlan = scenarioUnder(
  variant('KOTAKU-2018', (edition) => (edition.tranches.percent = [])),
  (request) => (request.seq > 15 ? undefined : request),
)

/** With an edition of another programme beside the one that the run follows. */
const elsewhere = scenario({ editions: [variant('KOTAKU-2018', (edition) => (edition.programme = 'LAIN'), 'LAIN-1')] })

/** Decree, recipient, agreement, revision, end: DOMAIN §2.1, §2.2, §2.5, G-01, G-10. */
export function allocationRows(): void {
  describe('an allocation is decreed', () => {
    it('under a published edition', () =>
      given(until(15))
        .when(decree({ edition: { id: 'KOTAKU-2018', revision: 2 } }))
        .thenRefused('edition-not-usable', { revision: 2 }))
    it('not under one that was withdrawn', () =>
      given(until(15), act('edition.Withdraw', { kind: 'edition', id: 'KOTAKU-2018' }, who.pmu, { revision: 1, why: 'Diganti' }))
        .when(decree({}))
        .thenRefused('edition-not-usable'))
    it('what has pinned a withdrawn one keeps it', () =>
      given(until(16), act('edition.Withdraw', { kind: 'edition', id: 'KOTAKU-2018' }, who.pmu, { revision: 1, why: 'Diganti' }))
        .when(line(20))
        .thenAccepted('RecipientSet'))
    it('for a component that the edition has', () =>
      given(until(15))
        .when(decree({ component: 'BLM' }))
        .thenRefused('component-unknown'))
    it('with the run of the cycle that it belongs to', () =>
      given(until(15))
        .when(decree({ cycle: undefined }))
        .thenRefused('cycle-missing'))
    it('a run in the same area', () =>
      given(until(15))
        .when(decree({ area: id('AREA-LAIN') }))
        .thenRefused('cycle-of-other-area'))
    it('a run of the same programme (G-01)', () =>
      given(elsewhere.until(15))
        .when(decree({ edition: { id: 'LAIN-1', revision: 1 } }))
        .thenRefused('cycle-of-other-programme', { other: 'KOTAKU', programme: 'LAIN' }))
    it('a run that exists', () =>
      given(until(15))
        .when(decree({ cycle: id('CYC-NONE') }))
        .thenRefused('unknown-reference', { kind: 'cycle' }))
    it('once for area, year, source and component', () =>
      given(until(16))
        .when(line(16, { subject: other.allocation, data: { number: 'SK-2' } }))
        .thenRefused('already-taken', { holder: allocation.id }))
    it('of another component as well', () => given(until(16)).when(otherDecreed).thenAccepted('Decreed'))
    it('after it was revoked again', () =>
      given(until(16), revoke)
        .when(line(16, { subject: other.allocation, data: { number: 'SK-2' } }))
        .thenAccepted('Decreed'))
    it('a plan that the edition fixes is not chosen', () =>
      given(until(15))
        .when(decree({ percent: [50, 50] }, { reason: 'Pilihan' }))
        .thenRefused('tranche-plan-choice', { expected: 'fixed' }))
    it('where the edition is open it is chosen with a reason', async () => {
      const chosen = line(16, { data: { edition: { id: 'KOTAKU-2018-X', revision: 1 }, percent: [40, 60] }, reason: 'Surat edaran' })
      await given(openPlan.until(15))
        .when({ ...chosen, data: { ...chosen.data, percent: undefined } })
        .thenRefused('tranche-plan-choice', { expected: 'open' })
      await given(openPlan.until(15))
        .when({ ...chosen, data: { ...chosen.data, percent: [40, 59] } })
        .thenRefused('tranche-plan-choice')
      const { reason: _, ...unexplained } = chosen
      await given(openPlan.until(15)).when(unexplained).thenRefused('tranche-plan-choice')
      expect(await amounts(given(openPlan.until(15), chosen).state)).toEqual([200_000_000n, 300_000_000n])
    })
    it('after a rejected cycle it is noted: the rejection is final (G-13, appendix C10)', () =>
      given(until(5), line(6, { data: { outcome: 'rejected', notes: 'Warga menolak' } }))
        .when(line(16))
        .thenNoted('cycle-ended'))
  })

  describe('its tranches add up to it, to the sen (appendix C2)', () => {
    it('333.333.333 by 70/30', async () =>
      expect(await amounts(given(until(15), decree({ amount: '333333333' })).state)).toEqual([233_333_333n, 100_000_000n]))
    it('one rupiah', async () => expect(await amounts(given(until(15), decree({ amount: '1' })).state)).toEqual([1n, 0n]))
    it('sixteen digits', async () => {
      const [first = 0n, second = 0n] = await amounts(given(until(15), decree({ amount: '9999999999999999' })).state)
      expect(first + second).toBe(9_999_999_999_999_999n)
    })
  })

  describe('the recipient', () => {
    it('is a board', () =>
      given(until(19))
        .when(line(20, { data: { recipient: id('KSM-ANGGUR') } }))
        .thenRefused('recipient-not-a-board', { kind: 'KSM' }))
    it('that stands', () =>
      given(until(19), act('institution.Dissolve', bkm, who.lurah, { why: 'Bubar' }))
        .when(line(20))
        .thenRefused('recipient-not-a-board'))
    it('that exists', () =>
      given(until(19))
        .when(line(20, { data: { recipient: id('BKM-NONE') } }))
        .thenRefused('unknown-reference'))
    it('is ratified before the agreement', () => given(decreed).when(line(27)).thenRefused('out-of-order'))
  })

  describe('the agreement (PKS, SPPB)', () => {
    const pending = until(26)
    it('is over the whole allocation, not one sen more', () =>
      given(pending)
        .when(line(27, { data: { amount: '500000000.01' } }))
        .thenRefused('amount-differs-from-allocation'))
    it('is signed by the board', () =>
      given(pending)
        .when(line(27, { cosigners: [] }))
        .thenRefused('board-signature-missing'))
    it('by the board that receives it', () =>
      given(pending)
        .when(line(27, { cosigners: [{ ...who.bkm, institution: id('KSM-ANGGUR') }] }))
        .thenRefused('office-not-held'))
    it('needs an account with three signatories', () =>
      given(
        until(18),
        [20, 21, 22, 24, 25].map((seq) => line(seq)),
        [19, 26].map((seq) => line(seq)),
      )
        .when(line(27))
        .thenRefused('account-not-valid', { wanted: 3, found: 2 }))
    it('needs the ratified plan', () =>
      given(
        until(18),
        [20, 21, 22, 23, 24, 25].map((seq) => line(seq)),
      )
        .when(line(27))
        .thenRefused('plan-not-ratified'))
    it('is amended to a revised amount', async () => {
      const amend = (amount: string) =>
        act('allocation.AmendAgreement', allocation, who.ppk, { number: 'PKS-ADD-1', amount }, { cosigners: [who.bkm] })
      await given(until(27), revise('520000000')).when(amend('520000000')).thenAccepted('Agreed')
      await given(until(27), revise('520000000')).when(amend('500000000')).thenRefused('amount-differs-from-allocation')
      await given(until(27), revise('520000000'))
        .when({ ...amend('520000000'), cosigners: [] })
        .thenRefused('board-signature-missing')
    })
  })

  describe('a revised allocation plans the unpaid tranches anew', () => {
    const after = (seq: number, amount: string) => amounts(given(until(seq), revise(amount)).state)
    it('both, when none is paid', async () => expect(await after(27, '520000000')).toEqual([364_000_000n, 156_000_000n]))
    it('the rest, when one is paid', async () => expect(await after(66, '520000000')).toEqual([350_000_000n, 170_000_000n]))
    it('and less, as well', async () => expect(await after(66, '400000001')).toEqual([350_000_000n, 50_000_001n]))
    it('to nothing, if that is what is left', async () => expect(await after(66, '350000000')).toEqual([350_000_000n, 0n]))
    it('none, when both are paid', async () => expect(await after(207, '500000000')).toEqual([350_000_000n, 150_000_000n]))
    it('below what is paid it is noted', () => given(until(66)).when(revise('349999999.99')).thenNoted('revised-below-paid', 'Agreed'))
    it('above it, when every tranche is paid, it is noted', () =>
      given(until(207)).when(revise('500000001')).thenNoted('revised-without-open-tranche', 'Agreed'))
    it('a tranche is then requested for its new amount', async () => {
      await given(until(55), revise('520000000')).when(line(56)).thenRefused('amount-differs-from-tranche', { planned: '364000000' })
      await given(until(55), revise('520000000'))
        .when(line(56, { data: { amount: '364000000' } }))
        .thenAccepted('UnderVerification.FASKEL')
    })
    it('a cancelled one stays as it was', async () => {
      const cancelled = given(until(27), act('tranche.Cancel', t1, who.ppk, { why: 'Batal' }), revise('520000000')).state
      expect(await amounts(cancelled)).toEqual([350_000_000n, 520_000_000n])
    })
  })

  describe('an allocation ends', () => {
    it('revoked before any of it is paid', () => given(until(64)).when(revoke).thenAccepted('Revoked'))
    it('not after', () => given(until(65)).when(revoke).thenRefused('money-already-paid', { ordinal: 1 }))
    it('its unpaid tranches are cancelled with it: nothing is requested of a revoked one (DOMAIN 2.5 item 1)', () =>
      given(until(55), revoke).when(line(56)).thenRefused('out-of-order', { stage: 'Cancelled' }))
    it('nor ordered', () => given(until(62), revoke).when(line(63)).thenRefused('out-of-order', { stage: 'Cancelled' }))
    it('nothing is proposed under a revoked one', () => given(until(30), revoke).when(line(31)).thenRefused('allocation-not-active'))
    it('closed when every tranche is', async () => {
      await given(until(278)).when(line(279)).thenAccepted('Closed')
      await given(until(273), line(275)).when(line(279)).thenRefused('tranche-still-open', { ordinal: 1, stage: 'LpjAccepted' })
    })
    it('nothing is revised after', () => given(until(279)).when(revise('1')).thenNoted('out-of-order', 'Closed'))
    it('its tranches bear the tags of area and cycle', async () => {
      const log = await until(16)()
      const planned = log.facts.filter(({ fact }) => fact.type === 'tranche.Planned')
      for (const { fact } of planned)
        expect(fact.tags).toEqual(expect.arrayContaining([`area:${entity.area.id}`, `cycle:${cycle.id}`, `allocation:${allocation.id}`]))
      expect(planned.map(({ fact }) => fact.subject.id)).toEqual([t1.id, t2.id])
    })
  })
}
