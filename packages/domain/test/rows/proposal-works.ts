import { describe, it } from 'vitest'
import { given } from '../support/given.ts'
import { act, entity, id, line, who } from '../support/prabumulih.ts'
import { lines, other, otherDecreed, progress, until } from '../support/places.ts'

const { a, t1, t2 } = entity
const working = until(109)
const spend = (data: object) => line(110, { data })
const report = (percent: string, more: object = {}) => act('proposal.ReportProgress', a, who.ksmA, { percent, ...more })
const verify = (percent: string) => act('proposal.VerifyProgress', a, who.faskelT, { percent })
const step = (actor: (typeof who)[keyof typeof who], name: string, outcome: string, more: object = {}) =>
  act('proposal.RecordStep', a, actor, { step: name, outcome, ...more })

/** Works, money of the group, its account, handover: DOMAIN §2.8, §3.4, §3.5, G-07, G-10. */
export function proposalWorksRows(): void {
  describe('expenses are noted, whatever they break (G-10, A-06)', () => {
    it('within the line', () => given(working).when(line(110)).thenAccepted('InProgress'))
    it('on a line that the estimate lacks', () =>
      given(working)
        .when(spend({ line: '99' }))
        .thenNoted('expense-without-line'))
    it('on a line with the name of something else', () =>
      given(working)
        .when(spend({ line: 'constructor' }))
        .thenNoted('expense-without-line'))
    it('above the line', () =>
      given(working)
        .when(spend({ amount: '900000000' }))
        .thenNoted('expense-exceeds-line'))
    it('above what the group holds of the tranche', () =>
      given(working)
        .when(spend({ amount: '150000000' }))
        .thenNoted('expense-exceeds-balance'))
    it('of a tranche that has not paid yet', () =>
      given(working)
        .when(spend({ tranche: t2.id }))
        .thenNoted('expense-exceeds-balance'))
    it('of another allocation they are refused', () =>
      given(working, otherDecreed)
        .when(spend({ tranche: other.t1.id }))
        .thenRefused('tranche-of-other-allocation'))
    it('of a tranche that does not exist', () =>
      given(working)
        .when(spend({ tranche: id('ALK-2031-T1') }))
        .thenRefused('unknown-reference'))
    it('before any money came', () => given(until(74)).when(line(79)).thenNoted('out-of-order', 'Contracted'))
    it('while the works are suspended', () =>
      given(working, act('proposal.Suspend', a, who.korkot, { why: 'Pemeriksaan' }))
        .when(line(110))
        .thenAccepted('InProgress'))
    it('by another group they are refused', () =>
      given(working)
        .when(line(110, { actor: who.ksmB }))
        .thenRefused('actor-of-other-institution'))
    it('sixteen digits', () =>
      given(working)
        .when(spend({ amount: '9999999999999999.99' }))
        .thenNoted('expense-exceeds-balance'))
  })

  describe('receipts', () => {
    it('are handed in for an expense', () => given(until(174)).when(line(175)).thenAccepted())
    it('for an unknown one they are noted', () =>
      given(until(174))
        .when(line(175, { data: { expense: 'KW-999' } }))
        .thenNoted('expense-unknown'))
    it('name a tranche of the allocation', () =>
      given(until(174), otherDecreed)
        .when(line(175, { data: { tranche: other.t1.id } }))
        .thenRefused('tranche-of-other-allocation'))
    it('of one expense by two documents are two facts', () =>
      given(until(175))
        .when(line(175, { evidence: [], papers: ['kwitansi'] }))
        .thenAccepted())
    it('the same document again adds nothing', () =>
      given(until(175))
        .when(line(175, { on: '2018-10-03' }))
        .thenSame())
  })

  describe('own contribution (swadaya)', () => {
    const writeDown = (amount: string, kind = 'labour', number = 'SWK-1') =>
      act('proposal.WriteDownSwadaya', a, who.upl, { number, amount, kind, why: 'Dihitung dua kali' })
    it('is written down by at most what was counted of that kind', async () => {
      await given(until(94)).when(writeDown('5000000')).thenAccepted('InProgress')
      await given(until(94)).when(writeDown('5000000.01')).thenRefused('exceeds-swadaya', { realised: '5000000', kind: 'tenaga kerja' })
      await given(until(94)).when(writeDown('0.01', 'land')).thenRefused('exceeds-swadaya', { realised: '0', kindEn: 'land' })
      await given(until(94), writeDown('3000000'))
        .when(writeDown('2000000.01', 'labour', 'SWK-2'))
        .thenRefused('exceeds-swadaya', { realised: '2000000' })
      await given(until(94))
        .when(act('proposal.WriteDownSwadaya', a, who.upl, { number: 'K', amount: '1', why: 'x' }))
        .thenMalformed('/kind')
    })
    it('given before the contract is noted', () => given(until(67)).when(line(94)).thenNoted('out-of-order', 'Approved'))
  })

  describe('progress', () => {
    it('the first report starts the works', () => given(until(86)).when(line(87)).thenAccepted('InProgress'))
    it('a report too early lands in progress', () => given(until(74)).when(line(87)).thenNoted('out-of-order', 'InProgress'))
    it('below the report before it is noted', () => given(working).when(report('34.99')).thenNoted('progress-backwards'))
    it('verified above what was reported is noted', () => given(working).when(verify('35.01')).thenNoted('exceeds-reported-progress'))
    it('verified below is fine', () => given(working).when(verify('30')).thenAccepted('InProgress'))
    it('100.01 percent is nothing', () => given(working).when(report('100.01')).thenMalformed('/percent'))
    it('work stops for a reason', () =>
      given(working)
        .when(act('proposal.StopWork', a, who.ksmA, { reasons: [] }))
        .thenMalformed('/reasons'))
    it('work that stopped takes no report: it is noted', () =>
      given(until(171)).when(report('70')).thenNoted('out-of-order', 'InProgress.stopped'))
    it('while it stands still money still comes (R14)', () => given(until(211)).when(line(212)).thenAccepted())
    it('work that goes on without having stopped is noted', () => given(working).when(line(215)).thenNoted('out-of-order', 'InProgress'))
    it('is finished when all of it is verified', async () => {
      await given(working).when(line(255)).thenRefused('work-not-complete', { verified: 35 })
      await given(working, progress('99.99')).when(line(255)).thenRefused('work-not-complete')
      await given(working, progress('100')).when(line(255)).thenAccepted('Completed')
    })
  })

  describe('the account of the group', () => {
    const done = until(257)
    it('says what it spent, not one sen more', () =>
      given(done)
        .when(line(258, { data: { amount: '218500000.01' } }))
        .thenRefused('group-lpj-differs-from-expenses', { expenses: '218500000' }))
    it('comes when the works are finished', () => given(until(254)).when(line(258)).thenRefused('out-of-order'))
    it('an interim account names a tranche of the allocation', () =>
      given(until(147), otherDecreed)
        .when(line(148, { data: { tranche: other.t1.id } }))
        .thenRefused('tranche-of-other-allocation'))
    it('an interim account moves nothing', () => given(until(147)).when(line(148)).thenAccepted('InProgress'))
    it('VF-21 needs an account to check', () => given(until(147)).when(line(151)).thenRefused('out-of-order'))
    it('VF-21 is taken by the unit, then by the facilitator', async () => {
      await given(until(258)).when(line(264)).thenRefused('role-not-allowed')
      await given(until(258)).when(line(261)).thenAccepted('LpjSubmitted.FASKEL')
      await given(until(261)).when(line(264)).thenAccepted('LpjAccepted')
    })
    it('is returned by either, with notes', async () => {
      const back = (actor: typeof who.upl) => step(actor, 'VF-21', 'returned', { notes: 'Kwitansi kurang' })
      await given(until(258))
        .when(step(who.upl, 'VF-21', 'returned'))
        .thenRefused('rejection-unexplained')
      await given(until(258)).when(back(who.upl)).thenAccepted('LpjReturned')
      await given(until(261)).when(back(who.faskelS)).thenAccepted('LpjReturned')
      await given(until(258), back(who.upl))
        .when(line(258, { data: { number: 'LPJ-A2' } }))
        .thenAccepted('LpjSubmitted.UPL')
    })
  })

  describe('what the group has not spent', () => {
    it('comes back to the board', () => given(until(270)).when(line(271)).thenAccepted())
    it('not more than it holds', () =>
      given(until(270))
        .when(line(271, { data: { amount: '1500000.01' } }))
        .thenRefused('exceeds-group-balance', { held: '1500000' }))
    it('of the tranche it came from', () =>
      given(until(270))
        .when(line(271, { data: { tranche: t1.id } }))
        .thenRefused('exceeds-group-balance', { held: '0' }))
    it('of this allocation', () =>
      given(until(270), otherDecreed)
        .when(line(271, { data: { tranche: other.t1.id } }))
        .thenRefused('tranche-of-other-allocation'))
  })

  describe('certificate and handover (SP3, BAST)', () => {
    it('defects keep it where it is', () =>
      given(until(275))
        .when(step(who.faskelT, 'VF-23', 'defects', { notes: 'Retak' }))
        .thenAccepted('LpjAccepted'))
    it('nothing is handed over uncertified', () => given(until(275), lines(280)).when(line(281)).thenRefused('out-of-order'))
    it('without a plan of operation and maintenance it is refused (G-07)', () =>
      given(until(279)).when(line(281)).thenRefused('no-maintenance-plan'))
    it('without the Lurah it is refused (G-07)', () =>
      given(until(280))
        .when(line(281, { cosigners: [] }))
        .thenRefused('lurah-signature-missing'))
    it('a KPP takes the works over', () => given(until(283)).when(line(284)).thenAccepted())
    it('works that are named twice are not taken over twice', () =>
      given(until(283))
        .when(line(284, { data: { proposals: [a.id, a.id] } }))
        .thenMalformed('/proposals'))
    it('the final handover ends maintenance, then it is closed', async () => {
      const final = act('proposal.HandOverFinally', a, who.bkm)
      await given(until(284)).when(final).thenAccepted('FinalHandOver')
      await given(until(284), final)
        .when(act('proposal.Close', a, who.bkm))
        .thenAccepted('Closed')
      await given(until(284))
        .when(act('proposal.Close', a, who.bkm))
        .thenRefused('out-of-order')
    })
  })
}
