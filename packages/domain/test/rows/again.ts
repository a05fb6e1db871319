import { describe, expect, it } from 'vitest'
import { ask, given, outcomeOf, play } from '../support/given.ts'
import { act, entity, line, who } from '../support/prabumulih.ts'
import { until } from '../support/places.ts'

const { t1, a } = entity
const day = (seq: number): string => line(seq).earliest ?? ''
/** A line sent once more on its own date, under a new key. */
const again = (seq: number, patch: Parameters<typeof line>[1] = {}) => line(seq, { on: day(seq), ...patch })

/** The same again and its likes: CONTRACTS E2. */
export function againRows(): void {
  describe('the same data under a new key adds nothing', () => {
    it.each([56, 57, 58, 63, 64, 65, 66, 67, 68, 75, 94, 110, 16, 27])('line %i', (seq) => given(until(seq)).when(again(seq)).thenSame())
    it('also long after', () => given(until(284)).when(again(56)).thenSame())
    it('whoever enters it', () =>
      given(until(56))
        .when(again(56, { recorder: who.secretary }))
        .thenSame())
    it('whatever reason is given', () =>
      given(until(56))
        .when(again(56, { reason: 'Pengiriman ulang', lateReason: 'Jaringan putus' }))
        .thenSame())
    it('with other notes', () =>
      given(until(157))
        .when(again(157, { data: { notes: 'Kwitansi KSM B' } }))
        .thenSame())
    it('names of fields in another order', () =>
      given(until(65))
        .when(again(65, { data: { amount: '350000000', number: 'SP2D-T1' } }))
        .thenSame())
  })

  describe('the same identity with other data is refused', () => {
    it('another amount under one SP2D number', () =>
      given(until(65))
        .when(again(65, { data: { amount: '1' } }))
        .thenRefused('differs-from-recorded', { fields: 'amount' }))
    it('another date', () =>
      given(until(65))
        .when(again(65, { on: '2018-06-05' }))
        .thenRefused('differs-from-recorded', { fields: 'effectiveOn' }))
    it('another signer', () =>
      given(until(56))
        .when(again(56, { actor: who.treasurer }))
        .thenRefused('differs-from-recorded', { fields: 'actor' }))
    it('another cosigner', () =>
      given(until(27))
        .when(again(27, { cosigners: [who.treasurer] }))
        .thenRefused('differs-from-recorded', { fields: 'cosigners' }))
    it('another document', () =>
      given(until(56))
        .when(again(56, { evidence: [], papers: ['surat-permohonan'] }))
        .thenRefused('differs-from-recorded', { fields: 'evidence' }))
    it('the same number on another entity is another fact', () =>
      given(until(205))
        .when(line(206, { data: { number: 'SP2D-T1' } }))
        .thenAccepted('Sp2dIssued'))
    it('a number is trimmed, and small letters are other letters', async () => {
      await given(until(65))
        .when(again(65, { data: { number: '  SP2D-T1 ' } }))
        .thenSame()
      await given(until(65))
        .when(again(65, { data: { number: 'sp2d-t1' } }))
        .thenNoted('out-of-order')
    })
    it('a number may be of any script', async () => {
      const odd = line(65, { data: { number: 'SP2D №１／٣ 🧾' } })
      await given(until(64), odd)
        .when({ ...odd, on: day(65) })
        .thenSame()
    })
    it('an empty number identifies nothing', () =>
      given(until(64))
        .when(line(65, { data: { number: '   ' } }))
        .thenMalformed('/number'))
  })

  describe('a step is identified by its round', () => {
    const twice = until(189)
    it('without a round, the open one', () => given(until(188)).when(line(189)).thenAccepted('UnderVerification.PPK'))
    it('rounds are counted', async () => {
      const [fact] = await given(until(188)).when(line(189)).thenAccepted()
      expect(fact?.data['round']).toBe(2)
    })
    it('when it is not possible now, the last one', () => given(twice).when(again(189)).thenSame())
    it('the first round by its number', () =>
      given(twice)
        .when(again(157, { data: { round: 1 } }))
        .thenSame())
    it('the first round with another outcome is refused', () =>
      given(twice)
        .when(again(157, { data: { round: 1, outcome: 'recommended' } }))
        .thenRefused('differs-from-recorded', { fields: 'outcome' }))
    it('the last round with another outcome is out of order', () =>
      given(twice)
        .when(again(189, { data: { outcome: 'returned', notes: 'Kurang' } }))
        .thenRefused('out-of-order'))
    it('the next round by its number', () =>
      given(until(188))
        .when(line(189, { data: { round: 2 } }))
        .thenAccepted('UnderVerification.PPK'))
    it('a round before its time', () =>
      given(until(188))
        .when(line(189, { data: { round: 3 } }))
        .thenRefused('round-not-open', { given: 3, next: 2 }))
    it('two desks that take one step have rounds of their own', async () => {
      const [fact] = await given(until(261)).when(line(264)).thenAccepted('LpjAccepted')
      expect(fact?.data['round']).toBe(1)
    })
  })

  describe('money is distinct by its paper', () => {
    it('instalments 2 and 3 of equal amounts', async () => {
      const log = await until(120)()
      expect(outcomeOf(await ask(log, again(120)))).toBe('same')
      expect(outcomeOf(await ask(log, again(120, { data: { bankReference: 'TRF-004-B' } })))).toBe('instalment-out-of-turn')
    })
    it('two expenses of one day and amount', () =>
      given(until(98))
        .when(again(98, { data: { number: 'KW-010-B' }, papers: ['kwitansi'], evidence: [] }))
        .thenAccepted())
    it('two complaints about one thing', async () => {
      const log = await until(190)()
      await play(log, line(190, { subject: { kind: 'complaint', id: a.id.replace(/^.{8}/, '0190a5f1') } }))
      expect(log.facts.filter(({ fact }) => fact.type === 'complaint.Received').length).toBe(2)
    })
    it('two checks of one file on one day, with other papers', () =>
      given(until(56), line(57, { data: { papers: [{ docType: 'rpd', exists: true, correct: false }] } }))
        .when(line(57, { evidence: [], papers: ['daftar-periksa-a-ulang'] }))
        .thenAccepted())
    it('suspended, resumed and suspended again on one day, by another letter', async () => {
      const stop = (paper: string) => act('tranche.Suspend', t1, who.korkot, { why: 'Pemeriksaan' }, { papers: [paper] })
      const go = act('tranche.Resume', t1, who.korkot, { why: 'Selesai' }, { papers: ['surat-2'] })
      const log = await given(until(58), stop('surat-1'), go).state()
      expect(outcomeOf(await ask(log, stop('surat-3')))).toBe('accepted')
      expect(outcomeOf(await ask(log, line(62)))).toBe('suspended')
    })
  })
}
