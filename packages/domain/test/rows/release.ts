import { describe, it } from 'vitest'
import { given } from '../support/given.ts'
import { act, entity, line, scenarioUnder, who, without } from '../support/prabumulih.ts'
import { complaint, lines, progress, until } from '../support/places.ts'
import { variant } from '../support/editions.ts'

const { t1, t2, bkm } = entity
const requestFirst = line(56)
const requestSecond = line(154)
const atKorkot = until(188)
const ofPlan = (type: string, subject: string): boolean =>
  subject === entity.cycle.id && (type.endsWith('PlanRatified') || type.endsWith('StepRecorded'))

/** Request, verification, payment and credit of a tranche: DOMAIN §2.3 to §2.6, G-01, G-03, G-04, G-10, G-11. */
export function releaseRows(): void {
  describe('a tranche is requested', () => {
    it('not before the agreement is signed', () => given(until(26)).when(requestFirst).thenRefused('agreement-not-signed'))
    it('not while the plan is not ratified', () => {
      let ratified = false
      const unratified = without(until(55), ({ type, subject }) => (ratified ||= type === 'cycle.PlanRatified') && ofPlan(type, subject.id))
      return given(unratified).when(requestFirst).thenRefused('plan-not-ratified')
    })
    it('not after a signatory of the board has left', () =>
      given(until(55), act('institution.RemoveSignatory', bkm, who.secretary, { signatory: who.bkm.person }))
        .when(requestFirst)
        .thenRefused('account-not-valid', { wanted: 3 }))
    it('not when the account of the board is closed', () =>
      given(until(55), act('institution.CloseBankAccount', bkm, who.bkm, { account: 'REK-BKM-SEINGGOK' }))
        .when(requestFirst)
        .thenRefused('account-not-valid'))
    it('not when the board is dissolved', () =>
      given(until(55), act('institution.Dissolve', bkm, who.lurah, { why: 'Rembug warga' }))
        .when(requestFirst)
        .thenRefused('account-not-valid'))
    it('not while a severe complaint about an earlier tranche is open (DOMAIN 2.5 item 8)', () => {
      const about = [190, 191, 192].map((seq) => line(seq, { data: seq === 190 ? { tranche: t1.id } : seq === 192 ? { severity: 4 } : {} }))
      return given(until(153), about).when(requestSecond).thenRefused('blocking-complaint-open', { ordinal: 1 })
    })
    it('not before the tranche before it is on the account', () =>
      given(until(65)).when(requestSecond).thenRefused('previous-tranche-not-credited', { ordinal: 1 }))
    it('not after the last day of the fiscal year', () => {
      const closing = scenarioUnder(variant('KOTAKU-2018', (edition) => (edition.yearEnd = { '2018': '2018-05-25' })))
      return given(closing.until(55)).when(requestFirst).thenRefused('after-year-end', { last: '2018-05-25' })
    })
    it('for its own amount, not one sen more', () =>
      given(until(55))
        .when(line(56, { data: { amount: '350000000.01' } }))
        .thenRefused('amount-differs-from-tranche'))
    it('with its papers', () =>
      given(until(55))
        .when(line(56, { evidence: [] }))
        .thenRefused('papers-missing'))
    it('the second with the papers of the second', () =>
      given(until(153))
        .when(line(154, { evidence: line(56).evidence ?? [] }))
        .thenRefused('papers-missing', { missing: 'lkp, lpj-tahap' }))
    it('not from the treasury: the amount must be above zero', async () => {
      const zero = line(56, { data: { amount: '0' } })
      await given(until(55)).when(zero).thenMalformed('/amount')
    })
  })

  describe('the second tranche needs half of the work, weighted by grant (appendix C8)', () => {
    const request = (...percents: string[]) => given(until(134), progress(...percents)).when(requestSecond)
    it('49/49/49 is refused', () => request('49', '49', '49').thenRefused('progress-below-threshold', { progress: '49.00', wanted: 50 }))
    it('50/50/50 is accepted', () => request('50', '50', '50').thenAccepted('UnderVerification.FASKEL'))
    it('51/49/49 is refused', () => request('51', '49', '49').thenRefused('progress-below-threshold', { progress: '49.89' }))
    it('51/50/48 is accepted', () => request('51', '50', '48').thenAccepted('UnderVerification.FASKEL'))
    it('49.99 everywhere is refused', () => request('49.99', '49.99', '49.99').thenRefused('progress-below-threshold'))
    it('reported alone does not count', () =>
      given(until(134), act('proposal.ReportProgress', entity.a, who.ksmA, { percent: '100' }))
        .when(requestSecond)
        .thenRefused('progress-below-threshold'))
  })

  describe('the file is verified desk by desk', () => {
    it('VF-10 comes after checklist A', () => given(until(56)).when(line(58)).thenRefused('papers-not-checked'))
    it('VF-10 waits while one paper is wrong', () =>
      given(until(56), line(57, { data: { papers: [{ docType: 'rpd', exists: true, correct: false }] } }))
        .when(line(58))
        .thenRefused('papers-not-checked'))
    it('a file that came back is checked again', () =>
      given(
        until(57),
        line(58, { data: { outcome: 'returned', notes: 'RPD salah' } }),
        line(188, { subject: t1, data: { amount: '350000000' } }),
      )
        .when(line(58, { evidence: [] }))
        .thenRefused('papers-not-checked'))
    it('VF-12 does not come before VF-10', () => given(until(57)).when(line(62)).thenRefused('out-of-order'))
    it('SPP does not come before VF-12', () => given(until(58)).when(line(63)).thenRefused('out-of-order'))
    it('one person at VF-10 and VF-12 is refused', () => {
      const both = { ...who.senior, role: 'KORKOT', institution: who.korkot.institution ?? '' }
      const appointed = act('institution.AssumeOffice', { kind: 'institution', id: both.institution }, who.system, {
        holder: both.person,
        role: 'KORKOT',
        from: '2018-01-01',
      })
      return given(until(58), appointed)
        .when(line(62, { actor: both }))
        .thenRefused('same-person-in-chain', { step: 'VF-10' })
    })
    it('a return names its reasons', () =>
      given(until(58))
        .when(line(62, { data: { outcome: 'returned' } }))
        .thenRefused('return-unexplained'))
    it('a returned file goes back to the desk that returned it', () =>
      given(until(187)).when(line(188)).thenAccepted('UnderVerification.KORKOT'))
    it.each([
      ['VF-10', 57, 58, 'ReturnedForRevision.FASKEL', 'UnderVerification.FASKEL'],
      ['VF-12', 58, 62, 'ReturnedForRevision.KORKOT', 'UnderVerification.KORKOT'],
    ] as const)('%s returns to the board and takes it again', async (_, seq, step, revision, desk) => {
      const returned = given(until(seq), line(step, { data: { outcome: 'returned', notes: 'Kurang lengkap' } }))
      await given(until(seq))
        .when(line(step, { data: { outcome: 'returned', notes: 'Kurang lengkap' } }))
        .thenAccepted(revision)
      await given(returned.state)
        .when(line(188, { subject: t1, data: { number: 'PERM-T1-2', amount: '350000000' } }))
        .thenAccepted(desk)
    })
    it('the commitment officer returns it as well', async () => {
      const back = act('tranche.RecordStep', t1, who.ppk, { step: 'VF-13', outcome: 'returned', notes: 'Kwitansi' })
      await given(until(62)).when(back).thenAccepted('ReturnedForRevision.PPK')
      await given(until(62), back)
        .when(line(188, { subject: t1, data: { number: 'PERM-T1-3', amount: '350000000' } }))
        .thenAccepted('UnderVerification.PPK')
    })
    it('the second request is for the same amount', () =>
      given(until(187))
        .when(line(188, { data: { amount: '149999999.99' } }))
        .thenRefused('amount-differs-from-tranche'))
    it('SPP is for the amount of the tranche', () =>
      given(until(62))
        .when(line(63, { data: { amount: '350000001' } }))
        .thenRefused('amount-differs-from-tranche'))
    it('SPM is for the amount of the tranche', () =>
      given(until(63))
        .when(line(64, { data: { amount: '1' } }))
        .thenRefused('amount-differs-from-tranche'))
  })

  describe('money that came is noted, whatever the rules say (R17)', () => {
    it('an SP2D of another amount', () =>
      given(until(64))
        .when(line(65, { data: { amount: '350000000.01' } }))
        .thenNoted('amount-differs-from-tranche', 'Sp2dIssued'))
    it('an SP2D before its SPM lands where it belongs', () => given(until(62)).when(line(65)).thenNoted('out-of-order', 'Sp2dIssued'))
    it('an SP2D without its paper', () =>
      given(until(64))
        .when(line(65, { evidence: [] }))
        .thenNoted('papers-missing', 'Sp2dIssued'))
    it('a credit above the SP2D', () =>
      given(until(65))
        .when(line(66, { data: { amount: '350000000.01' } }))
        .thenNoted('credit-exceeds-sp2d', 'CreditedToBkm'))
    it('a credit below the SP2D: nobody may deduct', () =>
      given(until(65))
        .when(line(66, { data: { amount: '332500000' } }))
        .thenNoted('credit-below-sp2d', 'CreditedToBkm'))
    it('a second credit that makes it whole breaks nothing but the order', () =>
      given(until(65), line(66, { data: { amount: '300000000' } }))
        .when(line(66, { data: { bankReference: 'RK-T1-B', amount: '50000000' }, evidence: line(66).evidence ?? [] }))
        .thenNoted('out-of-order', 'CreditedToBkm'))
    it('sixteen digits', () =>
      given(until(65))
        .when(line(66, { data: { amount: '9999999999999999.99' } }))
        .thenNoted('credit-exceeds-sp2d'))
    it('an SP2D skipped and entered afterwards moves nothing', () =>
      given(until(64), line(66)).when(line(65)).thenNoted('out-of-order', 'CreditedToBkm'))
    it('a wait for the budget document in any other stage', () =>
      given(until(66))
        .when(line(201, { subject: t1 }))
        .thenNoted('out-of-order', 'CreditedToBkm'))
    it('a credit on a cancelled tranche moves nothing', () =>
      given(until(63), act('tranche.Cancel', t1, who.ppk, { why: 'Tahun anggaran berakhir' }))
        .when(line(66))
        .thenNoted('out-of-order', 'Cancelled'))
  })

  describe('a severe complaint suspends the tranche where it stands (DOMAIN 8.4)', () => {
    const suspended = given(until(189), complaint(4))
    const settled = [...lines(193, 194, 195, 199)]
    const resume = act('tranche.Resume', t2, who.korkot, { why: 'Pengaduan selesai' })
    it('severity 3 does not', () => given(until(189), complaint(3)).when(line(204)).thenAccepted('SppIssued'))
    it('severity 4 does: decisions wait', () =>
      given(suspended.state).when(line(204)).thenRefused('suspended', { stage: 'UnderVerification.PPK' }))
    it('it may not resume while the complaint is open', () =>
      given(suspended.state).when(resume).thenRefused('suspending-complaint-open', { count: 1 }))
    it('it resumes where it stood', () => given(suspended.state, settled).when(resume).thenAccepted('UnderVerification.PPK'))
    it('and goes on from there', () => given(suspended.state, settled, resume).when(line(204)).thenAccepted('SppIssued'))
    it('a second severe complaint keeps it suspended', () => {
      const second = { kind: 'complaint', id: t1.id.replace(/^.{8}/, '0190a5f0') } as const
      const again = [190, 191, 192].map((seq) => line(seq, { subject: second, data: seq === 192 ? { severity: 6 } : {} }))
      return given(suspended.state, again, settled).when(resume).thenRefused('suspending-complaint-open', { count: 1 })
    })
    it('a suspended tranche still takes an SP2D, and stays suspended', async () => {
      await given(suspended.state).when(line(206)).thenNoted('out-of-order', 'Sp2dIssued')
      await given(suspended.state).when(line(207)).thenNoted('out-of-order', 'CreditedToBkm')
      await given(suspended.state, lines(206, 207)).when(line(208)).thenRefused('suspended')
    })
    it('a suspended tranche still takes a note in order', () =>
      given(suspended.state).when(line(201)).thenAccepted('UnderVerification.PPK'))
    it('resuming what is not suspended is out of order', () => given(atKorkot).when(resume).thenRefused('out-of-order'))
    it('an authority suspends and resumes without a complaint', async () => {
      const stop = act('tranche.Suspend', t2, who.korkot, { why: 'Pemeriksaan' })
      await given(atKorkot).when(stop).thenAccepted('UnderVerification.KORKOT')
      await given(atKorkot, stop).when(line(189)).thenRefused('suspended')
      await given(atKorkot, stop, resume).when(line(189)).thenAccepted('UnderVerification.PPK')
    })
  })
}
