import { describe, expect, it } from 'vitest'
import { confirmed, proposed } from '../support/corrections.ts'
import { given } from '../support/given.ts'
import { act, entity, id, line, scenario, scenarioUnder, who } from '../support/prabumulih.ts'
import { lines, office, other, otherDecreed, otherDrafted, until } from '../support/places.ts'
import { variant } from '../support/editions.ts'

const { t1, t2 } = entity
const payFirst = line(75)
/** The transfer number that a line of the scenario bears. */
const referenceIn = (seq: number): string => String(line(seq).data?.['bankReference' as never])
const credited = until(66)
const aside = (amount: string, number = 'BA-BOP-9') => line(67, { data: { number, amount } })
const papers = (...docTypes: string[]) => ({ papers: docTypes, evidence: [] })
const expense = (amount: string, more: object = {}) => line(218, { data: { number: 'KW-900', amount, ...more } })

/** The leftover rule of the edition turned around, while the workflow knows both facts. */
const opposite = (rule: 'RETURN_TO_TREASURY' | 'KEEP_AS_COMMUNITY_FUND') =>
  scenarioUnder(
    variant('KOTAKU-2018', (edition) => {
      edition.leftover.rule = rule
      const workflow = edition.workflows['tranche']
      if (!workflow) return
      workflow.facts['tranche.LeftoverKept'] = { by: { any: ['BKM'] } }
      const due = workflow.stages['RefundDue']
      if (due?.on) due.on = { ...due.on, 'tranche.LeftoverKept': 'Refunded', 'tranche.LeftoverKept:partial': {} }
    }),
  )
/** The scenario, by default up to the readiness check, its group A formed without some of what its forming tells. */
const formedWithout = (fields: readonly string[], upTo = 74) =>
  scenario({
    change: (request) => {
      if (request.command !== 'institution.Form' || request.subject.id !== entity.ksmA.id) return request
      const told = Object.entries(request.body.data).filter(([field]) => !fields.includes(field))
      return { ...request, body: { ...request.body, data: Object.fromEntries(told) } }
    },
  }).until(upTo)
const keep = act('tranche.KeepLeftover', t2, who.treasurer, { number: 'BA-ABADI-1', amount: '2750000' })

/** Operating cost, instalments, accounts and leftover: DOMAIN §2.3, §2.4, §2.7, §3.5, G-02, G-10 to G-12. */
export function useRows(): void {
  describe('operating cost (BOP)', () => {
    it('up to the cap of the component', () => given(credited).when(aside('10000000')).thenAccepted('CreditedToBkm'))
    it('10.000.000,01 is refused', () =>
      given(credited).when(aside('10000000.01')).thenRefused('bop-exceeds-cap', { cap: '10000000', total: '10000000.01' }))
    it('the cap is over all tranches', () =>
      given(until(207))
        .when(line(208, { data: { amount: '3000000.01' } }))
        .thenRefused('bop-exceeds-cap'))
    it('is spent from what was set aside; more is noted', () =>
      given(until(67))
        .when(line(71, { data: { amount: '7000000.01' } }))
        .thenNoted('bop-not-set-aside'))
    it('spent before any was set aside is noted', () => given(credited).when(line(71)).thenNoted('bop-not-set-aside'))
    it('is set aside when money has come, not before', () => given(until(65)).when(aside('1')).thenRefused('out-of-order'))
  })

  describe('a receipt that is the evidence of another expense (F3, A-06)', () => {
    const receiptIn = (seq: number) => ({
      papers: [],
      evidence: (line(seq).evidence ?? []).filter(({ docType }) => docType === 'kwitansi'),
    })
    it('is noted under another number, and refuses nothing', () =>
      given(until(79))
        .when(line(84, { ...receiptIn(79), data: { number: 'KW-004' } }))
        .thenNoted('receipt-repeated'))
    it('is noted in another proposal, with the expense that bears it', async () => {
      const first = (await given(until(79)).state()).facts.findLast(({ fact }) => fact.type === 'proposal.ExpenseRecorded')
      const noted = await given(until(79))
        .when(line(80, receiptIn(79)))
        .thenNoted('receipt-repeated')
      expect(noted[0]?.deviations).toMatchObject([{ paper: 'kwitansi KW-001', position: first?.position, facts: [first?.position] }])
    })
    it('is noted of operating cost of the board, and of a receipt handed in later for another expense', async () => {
      await given(until(81))
        .when(line(82, receiptIn(71)))
        .thenNoted('receipt-repeated')
      await given(until(81))
        .when(line(82, receiptIn(79)))
        .thenNoted('receipt-repeated')
      const attached = (expense: string) =>
        act('proposal.AttachReceipt', entity.a, who.ksmA, { tranche: t1.id, expense, what: 'receipt' }, receiptIn(79))
      await given(until(84)).when(attached('KW-001')).thenAccepted()
      await given(until(84)).when(attached('KW-004')).thenNoted('receipt-repeated')
    })
    it('is none of papers that may stand behind several expenses', async () => {
      const shared = (docType: string) => ({ evidence: [{ docType, sha256: 'ab'.repeat(32) }] })
      for (const docType of ['rekening-koran', 'berita-acara', 'buku-kas', 'nota-dinas'])
        await given(until(78), line(79, shared(docType)))
          .when(line(80, shared(docType)))
          .thenAccepted()
      for (const docType of ['nota', 'faktur'])
        await given(until(78), line(79, shared(docType)))
          .when(line(80, shared(docType)))
          .thenNoted('receipt-repeated')
    })
    it('is none where it was handed in for an expense that is struck', async () => {
      const bill = { papers: [], evidence: [{ docType: 'nota', sha256: 'ab'.repeat(32) }] }
      const attached = act('proposal.AttachReceipt', entity.a, who.ksmA, { tranche: t1.id, expense: 'KW-001', what: 'receipt' }, bill)
      const struck = [proposed(who.ksmA, 'annul', 'proposal.ExpenseRecorded', entity.a), confirmed(who.korkot, entity.a)]
      await given(until(79), attached).when(line(80, bill)).thenNoted('receipt-repeated')
      await given(until(79), attached, struck).when(line(80, bill)).thenAccepted()
      await given(until(79), attached, struck, line(79)).when(line(80, bill)).thenNoted('receipt-repeated')
    })
    it('is none where a page of the cash book proves both, or where the other expense is struck', async () => {
      const page = (line(79).evidence ?? []).filter(({ docType }) => docType === 'buku-kas')
      await given(until(79))
        .when(line(80, { evidence: [...receiptIn(80).evidence, ...page] }))
        .thenAccepted()
      const struck = [proposed(who.ksmA, 'annul', 'proposal.ExpenseRecorded', entity.a), confirmed(who.korkot, entity.a)]
      await given(until(79), struck)
        .when(line(80, receiptIn(79)))
        .thenAccepted()
    })
  })

  describe('a transfer number that stands on another entity of the same account (CONTRACTS E2, F3)', () => {
    it('is noted of a credit, however it is written', () =>
      given(until(206))
        .when(line(207, { data: { bankReference: referenceIn(66).toLowerCase().replaceAll('-', ' ') } }))
        .thenNoted('transfer-reference-repeated'))
    it('is noted of a payment, and refuses nothing', async () => {
      const repeated = given(until(211)).when(line(212, { data: { bankReference: referenceIn(76) } }))
      expect((await repeated.thenNoted('transfer-reference-repeated'))[0]?.deviations).toMatchObject([{ kind: 'tranche' }])
    })
    it('is none of money given back under another number', () => given(until(270)).when(line(271)).thenAccepted())
    it('is noted of money given back', () =>
      given(until(270))
        .when(line(271, { data: { bankReference: referenceIn(75) } }))
        .thenNoted('transfer-reference-repeated'))
  })

  describe('an instalment', () => {
    const ready = until(74)
    it('is paid as the contract says', () => given(ready).when(payFirst).thenAccepted('Distributing'))
    it('goes to the group of the proposal', () =>
      given(ready)
        .when(line(75, { data: { ksm: id('KSM-BELIMBING') } }))
        .thenRefused('payee-differs'))
    it('goes to a proposal of the same allocation', () =>
      given(ready, otherDecreed, otherDrafted)
        .when(line(75, { data: { proposal: other.proposal.id } }))
        .thenRefused('payee-differs'))
    it('goes to a proposal that exists', () =>
      given(ready)
        .when(line(75, { data: { proposal: id('PRO-NONE') } }))
        .thenRefused('unknown-reference', { kind: 'proposal' }))
    it('goes to a group with an account', () =>
      given(ready, act('institution.CloseBankAccount', entity.ksmA, who.ksmA, { account: 'REK-KSM-ANGGUR' }))
        .when(payFirst)
        .thenRefused('payee-without-account'))
    it('goes to a group that stands', () =>
      given(ready, act('institution.Dissolve', entity.ksmA, who.upl, { why: 'Bubar' }))
        .when(payFirst)
        .thenRefused('payee-dissolved', { name: 'KSM ANGGUR' }))
    it('goes to a group whose area is known, of itself or of its board; it proposes only then', async () => {
      const drafted = line(31)
      await given(formedWithout(['area', 'parent'], 30))
        .when(drafted)
        .thenRefused('payee-area-unknown', { name: 'KSM ANGGUR' })
      const anew = { kind: 'institution', id: id('KSM-ANGGUR-2') } as const
      const party = { ...who.ksmA, institution: anew.id }
      const formed = act('institution.Form', anew, who.upl, { institutionKind: 'KSM', name: 'KSM ANGGUR', parent: entity.bkm.id })
      await given(formedWithout(['area', 'parent'], 30), formed, office(party))
        .when({ ...drafted, actor: party, recorder: party, data: { ...drafted.data, ksm: anew.id } })
        .thenAccepted()
      await given(formedWithout(['area']))
        .when(payFirst)
        .thenAccepted('Distributing')
      await given(formedWithout(['parent']))
        .when(payFirst)
        .thenAccepted('Distributing')
    })
    it('needs the signed contract (G-02)', () => given(until(67)).when(payFirst).thenRefused('contract-not-signed'))
    it('needs VF-17 before each', () => given(until(71)).when(payFirst).thenRefused('readiness-not-checked', { instalment: 1 }))
    it('VF-17 "hold" takes readiness back', () =>
      given(ready, line(72, { data: { outcome: 'hold', notes: 'Material belum siap' } }))
        .when(payFirst)
        .thenRefused('readiness-not-checked'))
    it('follows the one before it', () =>
      given(until(77))
        .when(line(75, { data: { bankReference: 'TRF-1B' } }))
        .thenRefused('instalment-out-of-turn', { next: 2, given: 1 }))
    it('is at most what the schedule says', () =>
      given(ready)
        .when(line(75, { data: { amount: '88000000.01' } }))
        .thenRefused('exceeds-contract-schedule', { scheduled: '88000000' }))
    it('may be less', () =>
      given(ready)
        .when(line(75, { data: { amount: '87999999.99' } }))
        .thenAccepted('Distributing'))
    it('is at most what is left of the tranche (G-10)', () =>
      given(until(121), aside('3000000', 'BA-BOP-8'))
        .when(line(122))
        .thenRefused('exceeds-tranche', { amount: '30000000', rest: '27000000' }))
    it('is not paid out of what the account no longer has, whatever was set aside on paper', () =>
      given(until(74), line(71, { data: { number: 'KWB-900', amount: '300000000' } }))
        .when(payFirst)
        .thenRefused('board-account-short', { amount: '88000000', held: '48500000' }))
    it('that takes the rest completes the tranche', () => given(until(121)).when(line(122)).thenAccepted('FullyDistributed'))
    it('so does operating cost that takes the rest', () =>
      given(until(121), line(122, { data: { amount: '29000000' } }))
        .when(aside('1000000', 'BA-BOP-7'))
        .thenAccepted('FullyDistributed'))
    it('is proved by the transfer', () =>
      given(ready)
        .when(line(75, { evidence: [] }))
        .thenRefused('papers-missing', { missing: 'bukti-transfer' }))
    it('2 and 3 have equal amounts and are distinct', () => given(until(211)).when(line(212)).thenAccepted('Distributing'))
    it('waits while the works are suspended', () =>
      given(ready, act('proposal.Suspend', entity.a, who.korkot, { why: 'Pemeriksaan' }))
        .when(payFirst)
        .thenRefused('suspended'))
    it('does not go out before money came in', () => given(until(65)).when(payFirst).thenRefused('out-of-order'))
  })

  describe('the account of the board (LPJ)', () => {
    const covering = (covers: readonly string[], amount = '497250000') => line(267, { data: { covers, amount } })
    it('covers the tranche it is recorded on', () =>
      given(until(266))
        .when(covering([t1.id]))
        .thenRefused('lpj-covers-not-itself'))
    it('covers each tranche once', () =>
      given(until(266))
        .when(covering([t2.id, t2.id]))
        .thenRefused('lpj-covers-not-itself'))
    it('covers tranches of one allocation', () =>
      given(until(266), otherDecreed)
        .when(covering([t2.id, other.t1.id]))
        .thenRefused('lpj-covers-other-allocation'))
    it('covers tranches that exist', () =>
      given(until(266))
        .when(covering([t2.id, id('ALK-2030-T1')]))
        .thenRefused('unknown-reference'))
    it('covers tranches that are in use', () =>
      given(until(206))
        .when(line(267, { subject: t1, data: { covers: [t1.id, t2.id], amount: '250000000' } }))
        .thenRefused('lpj-differs-from-expenses'))
    it('says what was spent, not one sen more', () =>
      given(until(266))
        .when(covering([t1.id, t2.id], '497250000.01'))
        .thenRefused('lpj-differs-from-expenses', { expenses: '497250000' }))
    it('is accepted for what was spent', () =>
      given(until(268))
        .when(line(269, { data: { amount: '497249999.99' } }))
        .thenRefused('lpj-differs-from-expenses'))
    it('an expense that comes in meanwhile is noted, and the account no longer fits', async () => {
      await given(until(268)).when(expense('1000')).thenNoted('out-of-order')
      await given(until(268), expense('1000')).when(line(269)).thenRefused('lpj-differs-from-expenses')
    })
    it('is returned to the board by Korkot or PPK', async () => {
      const back = line(268, { data: { outcome: 'returned', notes: 'Kwitansi kurang' } })
      await given(until(267)).when(back).thenAccepted('LpjReturned')
      await given(until(268))
        .when({ ...back, actor: who.ppk, recorder: who.ppk })
        .thenAccepted('LpjReturned')
      await given(until(267), back)
        .when(line(267, { data: { number: 'LPJ-BKM-2' } }))
        .thenAccepted('LpjSubmitted.KORKOT')
    })
    it('VF-22 moves every tranche it covers', async () => {
      const [fact] = await given(until(267)).when(line(268)).thenAccepted('LpjSubmitted.PPK')
      if (fact?.moves.length !== 2) throw new Error('both tranches move')
    })
  })

  describe('leftover follows the rule of the generation (G-12)', () => {
    it('under KOTAKU it goes back to the treasury', () => given(until(272)).when(line(273)).thenAccepted('Refunded'))
    it('and may not be kept', () => given(opposite('RETURN_TO_TREASURY').until(272)).when(keep).thenRefused('leftover-belongs-to-treasury'))
    it('under the older generation it stays with the community', () =>
      given(opposite('KEEP_AS_COMMUNITY_FUND').until(272)).when(keep).thenAccepted('Refunded'))
    it('and is not paid to the treasury', () =>
      given(opposite('KEEP_AS_COMMUNITY_FUND').until(272)).when(line(273)).thenRefused('leftover-stays-with-community'))
    it('not more than there is', () =>
      given(until(272))
        .when(line(273, { data: { amount: '2750000.01' } }))
        .thenRefused('exceeds-leftover'))
    it('not before the groups brought it back', () => given(until(271)).when(line(273)).thenRefused('exceeds-balance', { held: '1500000' }))
    it('in parts, the last of which settles it', async () => {
      const part = line(273, { data: { number: 'BUKTI-1', amount: '2000000' } })
      await given(until(272)).when(part).thenAccepted('RefundDue')
      await given(until(272), part)
        .when(line(273, { data: { amount: '750000' } }))
        .thenAccepted('Refunded')
    })
    it('a tranche with an unsettled rest does not close: money came in after its account', () =>
      given(until(273), line(207, { data: { bankReference: 'RK-T2-2', amount: '500' } }))
        .when(line(275))
        .thenRefused('leftover-not-settled', { leftover: '500' }))
    it('overspending is noted and does not keep it open for ever', () =>
      given(until(273), expense('500')).when(line(275)).thenAccepted('Closed'))
    it('a tranche with leftover due does not close', () => given(until(272)).when(line(275)).thenRefused('out-of-order'))
    it('the proof of the deposit is attached', () =>
      given(until(272)).when(line(273, papers())).thenRefused('papers-missing', { missing: 'bukti-setor-kas-negara' }))
  })

  describe('a tranche ends', () => {
    it('closed once accounted for', () => given(until(273)).when(line(274)).thenAccepted('Closed'))
    it('cancelled before it is paid, with a reason', () =>
      given(until(64))
        .when(act('tranche.Cancel', t1, who.ppk, { why: 'Tahun anggaran berakhir' }))
        .thenAccepted('Cancelled'))
    it('not cancelled after it is paid', () =>
      given(until(65))
        .when(act('tranche.Cancel', t1, who.ppk, { why: 'Batal' }))
        .thenRefused('out-of-order'))
    it('rejected by the commitment officer', () =>
      given(until(62))
        .when(act('tranche.RecordStep', t1, who.ppk, { step: 'VF-13', outcome: 'rejected', notes: 'Lokasi dicabut' }))
        .thenAccepted('Rejected'))
    it('nothing more is decided on it', () =>
      given(until(284), lines())
        .when(line(275, { data: { notes: 'sekali lagi' }, on: '2019-01-29' }))
        .thenRefused('out-of-order'))
  })
}
