import { describe, expect, it } from 'vitest'
import { domain } from '@jejak/domain'
import type { Area } from '../../src/area/machine.ts'
import { given, type State, type Wish } from '../support/given.ts'
import { variant } from '../support/editions.ts'
import { act, id } from '../support/prabumulih.ts'
import { agreedUnder, begun, community, cycleStep, decreed, housed, housedWith, old, olds, planned, requested } from '../support/p2kp.ts'

const { area, cycle, allocation } = olds
const edition = 'P2KP3-2006'
const agreed = agreedUnder(decreed(edition, '200000000'), '200000000')
const upTo = (count: number): Wish[] => [...begun(edition), ...community.slice(0, count)]
const met = (byRole: object) => ({ attendance: { present: 41, women: 17, poor: 20, byRole } })
const because = { reason: 'Jadwal nasional', papers: ['surat'] }
type LooseWish = { [P in keyof Wish]?: Wish[P] | undefined }
const forced = (to: string, more: LooseWish = {}): Wish =>
  act('cycle.ForceStage', cycle, old.korkot, { to }, { ...because, cosigners: [old.kmw], ...(more as Partial<Wish>) })
const reopened = (to: string, more: LooseWish = {}): Wish =>
  act('cycle.ReopenStage', cycle, old.korkot, { to }, { ...because, ...(more as Partial<Wish>) })
const ratified = act('cycle.RatifyPlan', cycle, old.bkm, { plan: 'PJM' }, { papers: ['pjm-pronangkis', 'bappuk'], cosigners: [old.lurah] })
const lastSteps: Wish[] = [
  cycleStep('8', old.bkm, 'done', ['lpj']),
  cycleStep('9', old.bkm, 'held', ['ba-rwt']),
  act('cycle.Close', cycle, old.bkm),
]
const rejection = cycleStep('2', old.senior, 'rejected', ['ba-rkm', 'daftar-hadir'], met({ LURAH: 1 }))
const enters = (stage: string, papers: string[] = []): Wish =>
  act('area.EnterReadiness', area, old.senior, { cycle: cycle.id, stage }, { papers })

/** Where the run stands, region by region. */
async function standing(state: State): Promise<Record<string, string>> {
  return { ...(await state()).fold(domain.slice('cycle').fold, cycle.id).stages }
}

/** The nine-stage cycle of P2KP and PNPM and what it asks for: DOMAIN §1.2, G-01, G-03, G-13, A-05. */
export function communityRows(): void {
  describe('the community cycle', () => {
    it('stands at the stage of money once the agreement is signed', async () => {
      expect(await standing(given(housed, planned(edition)).state)).toEqual({ '': '7' })
      expect(await standing(agreed)).toEqual({ '': '8' })
    })
    it('ends with the annual meeting of the residents', () =>
      given(agreed, lastSteps.slice(0, 2))
        .when(lastSteps[2] as Wish)
        .thenAccepted('Closed'))
    it('the groups may be formed without an agreement, and the work begin', () =>
      given(housed, planned(edition))
        .when(cycleStep('7', old.upl, 'done', []))
        .thenAccepted('8'))
    it('a later year begins with the review, and goes on from the plan', async () => {
      const [, start] = begun(edition, { review: true, year: '2007' })
      const review = { ...(start as Wish), subject: { kind: 'cycle', id: id('P2-CYC-2') } }
      const seen = { ...cycleStep('R', old.bkm, 'reviewed', ['ba-tinjauan'], met({ LURAH: 1 })), subject: review.subject }
      await given(agreed, lastSteps).when(review).thenAccepted('R')
      await given(agreed, lastSteps, review).when(seen).thenAccepted('6')
      await given(agreed, lastSteps, review, seen)
        .when({ ...ratified, subject: review.subject })
        .thenAccepted('7')
    })
    it('a review of nothing is noted: the log may begin in the middle', async () => {
      const [located, start] = begun(edition, { review: true })
      await given(housed, located as Wish)
        .when(start as Wish)
        .thenNoted('nothing-to-review', 'R')
      const early = { ...(start as Wish).data, year: '2005', review: undefined }
      const before = { ...(start as Wish), subject: { kind: 'cycle', id: id('P2-CYC-0') }, data: early }
      const facts = await given(housed, located as Wish, before)
        .when(start as Wish)
        .thenAccepted('R')
      expect(facts[0]?.deviations).toBeUndefined()
    })
    it('runs once in an area and year, whatever the edition of the programme', async () => {
      const [, start] = begun(edition, { edition: { id: 'P2KP3-2007', revision: 1 } })
      const again = { ...(start as Wish), subject: { kind: 'cycle', id: id('P2-CYC-2') } }
      const both = housedWith(variant(edition, ({ agreement }) => (agreement.planMark = null), 'P2KP3-2007'))
      await given(both, begun(edition)).when(again).thenRefused('already-taken')
      await given(both, upTo(1), rejection)
        .when({ ...decreed('P2KP3-2007', '200000000'), data: { ...decreed('P2KP3-2007', '200000000').data, cycle: undefined } })
        .thenNoted('cycle-ended')
    })
    it('the residents may reject the programme, and that is final (G-13)', async () => {
      await given(housed, upTo(1)).when(rejection).thenAccepted('Rejected')
      await given(housed, upTo(1), rejection).when(reopened('2')).thenRefused('out-of-order')
      await given(housed, upTo(1), rejection).when(enters('penyadaran')).thenRefused('out-of-order')
      await given(housed, upTo(1), rejection).when(decreed(edition, '1000000')).thenNoted('cycle-ended')
      const [, start] = begun(edition, { review: true, year: '2007' })
      const next = { ...(start as Wish), subject: { kind: 'cycle', id: id('P2-CYC-2') } }
      await given(housed, upTo(1), rejection, next)
        .when({ ...decreed(edition, '1000000'), data: { ...decreed(edition, '1000000').data, cycle: next.subject.id } })
        .thenNoted('cycle-ended')
    })
    it('what is weak goes on and is noted: two of ten neighbourhoods, two surveyors', async () => {
      const weak = (name: string, papers: string[], measures: object) =>
        cycleStep(name, old.senior, name === '3' ? 'agreed' : 'complete', papers, { measures })
      await given(housed, upTo(2))
        .when(weak('3', ['ba-rk'], { 'rw-covered': '2', 'rw-total': '10' }))
        .thenNoted('exit-criterion-open', '4')
      await given(housed, upTo(2))
        .when(weak('3', ['ba-rk'], { 'rw-covered': '5', 'rw-total': '10' }))
        .thenAccepted('4')
      await given(housed, upTo(2))
        .when(weak('3', ['ba-rk'], { 'rw-covered': '0', 'rw-total': '0' }))
        .thenNoted('exit-criterion-open', '4')
      await given(housed, upTo(3))
        .when(weak('4', ['hasil-ps'], { surveyors: '2' }))
        .thenNoted('exit-criterion-open', '5')
      await given(housed, upTo(3))
        .when(weak('4', ['hasil-ps'], {}))
        .thenNoted('exit-criterion-open', '5')
    })
    it('what must be proven keeps it there', async () => {
      const formed = act('institution.Form', { kind: 'institution', id: id('P2-BKM-2') }, old.lurah, {
        institutionKind: 'BKM',
        name: 'BKM Baru',
        area: area.id,
        cycle: cycle.id,
      })
      await given(housed, upTo(4)).when(formed).thenRefused('exit-criterion-open', { stage: '5', criterion: 'board-elected' })
      await given(housed, upTo(4))
        .when({ ...formed, papers: ['ba-pemilihan', 'ad-art'] })
        .thenAccepted()
      await given(housed, upTo(4))
        .when({ ...formed, data: { ...formed.data, area: id('P2-AREA-2') }, papers: ['ba-pemilihan', 'ad-art'] })
        .thenRefused('cycle-of-other-area')
      const later = act('cycle.AttachEvidence', cycle, old.senior, {}, { papers: ['ba-pemilihan', 'ad-art'] })
      await given(housed, upTo(4), later).when(formed).thenAccepted()
    })
    it('nothing attached is no evidence', () =>
      given(housed, upTo(1))
        .when(act('cycle.AttachEvidence', cycle, old.senior))
        .thenRefused('nothing-attached'))
    it('who was expected and neither signed nor came is noted (A-05)', async () => {
      const step = (byRole: object, cosigners: Wish['cosigners'] = []): Wish => ({
        ...cycleStep('1', old.senior, 'held', ['daftar-hadir'], met(byRole)),
        cosigners,
      })
      await given(housed, begun(edition))
        .when(step({ WARGA: 40 }))
        .thenNoted('expected-actor-absent', '2')
      await given(housed, begun(edition))
        .when(step({ LURAH: 0 }))
        .thenNoted('expected-actor-absent', '2')
      await given(housed, begun(edition))
        .when(step({ LURAH: 1 }))
        .thenAccepted('2')
      await given(housed, begun(edition))
        .when(step({ LURAH: 42 }))
        .thenMalformed('/attendance')
      await given(housed, begun(edition))
        .when(step({}, [old.lurah]))
        .thenAccepted('2')
    })
    it('a meeting beside the steps counts as well', () =>
      given(
        housed,
        begun(edition),
        act('cycle.HoldMeeting', cycle, old.senior, { meeting: 'pengajian', ...met({ LURAH: 1 }) }, { papers: ['daftar-hadir'] }),
      )
        .when(cycleStep('1', old.senior, 'held', ['daftar-hadir'], met({})))
        .thenAccepted('2'))
    it('a meeting has no more women than people', () =>
      given(housed, begun(edition))
        .when(cycleStep('1', old.senior, 'held', ['daftar-hadir'], { attendance: { present: 4, women: 5, poor: 1 } }))
        .thenMalformed('/attendance'))
  })

  describe('the cycle and the money', () => {
    it('no agreement without a ratified plan (G-01)', () =>
      given(housed, upTo(5), decreed(edition, '200000000'))
        .when(
          act(
            'allocation.SignAgreement',
            allocation,
            old.pjok,
            { number: 'SPPB', amount: '200000000' },
            { papers: ['sppb'], cosigners: [old.bkm] },
          ),
        )
        .thenRefused('out-of-order'))
    it('no tranche while the cycle is elsewhere (G-03)', async () => {
      await given(agreed).when(requested(1, '40000000')).thenAccepted('UnderVerification.FASKEL')
      await given(agreed, reopened('6'))
        .when(requested(1, '40000000'))
        .thenRefused('cycle-not-at-funding-stage', { stage: '6', wanted: '8' })
      await given(agreed, lastSteps.slice(0, 1)).when(requested(1, '40000000')).thenRefused('cycle-not-at-funding-stage', { stage: '9' })
    })
    it('nor under PLPBK before the residents have committed themselves', () =>
      given(
        housed,
        begun('PLPBK-2009'),
        { ...decreed('PLPBK-2009', '1000000000'), data: { ...decreed('PLPBK-2009', '1000000000').data, component: 'PHYSICAL' } },
        act('allocation.SetRecipient', allocation, old.pjok, { recipient: old.bkm.institution }),
      )
        .when(
          act(
            'allocation.SignAgreement',
            allocation,
            old.pjok,
            { number: 'SPPB', amount: '1000000000' },
            { papers: ['sppb'], cosigners: [old.bkm] },
          ),
        )
        .thenRefused('plan-not-ratified'))
  })

  describe('a stage is opened again (G-14)', () => {
    it('with reason and paper, and always flagged', () => given(housed, upTo(4)).when(reopened('3')).thenNoted('stage-reopened', '3'))
    it('not without', async () => {
      await given(housed, upTo(4))
        .when(reopened('3', { reason: undefined }))
        .thenRefused('force-unexplained')
      await given(housed, upTo(4))
        .when(reopened('3', { papers: [] }))
        .thenRefused('force-unexplained')
    })
    it('not where it never stood, nor where it stands', async () => {
      await given(housed, upTo(4)).when(reopened('7')).thenRefused('stage-not-reopenable')
      await given(housed, upTo(4)).when(reopened('5')).thenRefused('stage-not-reopenable')
    })
    it('and what was proven before must be proven anew', () =>
      given(housed, upTo(4), reopened('4'))
        .when(cycleStep('4', old.senior, 'complete', ['hasil-ps']))
        .thenNoted('exit-criterion-open', '5'))
  })

  describe('a stage forced under an edition that wants an approver', () => {
    it('needs the signature', async () => {
      await given(housed, upTo(2)).when(forced('5')).thenNoted('stage-forced', '5')
      await given(housed, upTo(2))
        .when(forced('5', { cosigners: [] }))
        .thenRefused('force-not-approved', { approvers: 'KMW, PMU' })
    })
    it('names what stayed open and what was passed over', async () => {
      const facts = await given(housed, upTo(2)).when(forced('5')).thenNoted('stage-forced')
      expect(facts[0]?.deviations?.[0]).toMatchObject({
        from: '3',
        to: '5',
        skipped: '4',
        count: 2,
        open: 'criteria-agreed, neighbourhoods-covered',
      })
    })
  })
}

/** The softer stages beside the cycle: DOMAIN §1.3, §1.4. */
export function readinessRows(): void {
  const ready = [...upTo(2), enters('penyadaran')]
  const force = (to: string, more: LooseWish = {}): Wish =>
    act('area.ForceStage', area, old.korkot, { cycle: cycle.id, to }, { ...because, cosigners: [old.kmw], ...(more as Partial<Wish>) })

  describe('readiness', () => {
    it('moves beside the stages', async () => {
      await given(housed, upTo(2)).when(enters('penyadaran')).thenAccepted()
      expect(await standing(given(housed, ready).state)).toEqual({ '': '3', readiness: 'readiness.penyadaran' })
      const { readiness } = (await given(housed, ready).state()).fold(domain.slice('area').fold, area.id).data as Area
      expect(readiness).toMatchObject({ stage: 'penyadaran', cycle: cycle.id, forced: false })
    })
    it('stage by stage', () => given(housed, upTo(2)).when(enters('pendayaan')).thenRefused('out-of-order'))
    it('with evidence, or noted', async () => {
      await given(housed, ready).when(enters('pengkapasitasan')).thenNoted('exit-criterion-open')
      await given(housed, ready, community[2] as Wish)
        .when(enters('pengkapasitasan'))
        .thenAccepted()
    })
    it('of this area and a run that exists', async () => {
      const elsewhere = { kind: 'area', id: id('P2-AREA-2') }
      await given(housed, upTo(2))
        .when({ ...enters('penyadaran'), subject: elsewhere })
        .thenRefused('cycle-of-other-area')
      await given(housed, upTo(2))
        .when({ ...enters('penyadaran'), data: { cycle: id('P2-CYC-9'), stage: 'penyadaran' } })
        .thenRefused('unknown-reference')
    })
    it('is forced with reason, evidence and approver, and the open criteria are counted', async () => {
      const trained = [...ready, community[2] as Wish, enters('pengkapasitasan')]
      const facts = await given(housed, trained).when(force('readiness.pendayaan')).thenNoted('stage-forced')
      expect(facts[0]?.deviations?.[0]).toMatchObject({
        from: 'readiness.pengkapasitasan',
        to: 'readiness.pendayaan',
        count: 3,
        skipped: '-',
      })
      const after = (await given(housed, trained, force('readiness.pendayaan')).state()).fold(domain.slice('area').fold, area.id)
        .data as Area
      expect(after.readiness).toMatchObject({ stage: 'pendayaan', forced: true })
      expect(await standing(given(housed, trained, force('readiness.pendayaan')).state)).toMatchObject({ readiness: 'readiness.pendayaan' })
      await given(housed, trained)
        .when(force('readiness.pendayaan', { cosigners: [] }))
        .thenRefused('force-not-approved')
      await given(housed, trained)
        .when(force('readiness.pendayaan', { reason: undefined }))
        .thenRefused('force-unexplained')
      await given(housed, trained).when(force('4')).thenRefused('stage-not-beside')
      await given(housed, trained).when(force('readiness.luhur')).thenRefused('stage-unknown')
      await given(housed, trained)
        .when({ ...force('readiness.pendayaan'), actor: old.senior })
        .thenRefused('role-not-allowed')
    })
    it('no end of the cycle is forced (G-13): that of the residents least of all', async () => {
      await given(housed, upTo(2)).when(forced('Rejected')).thenRefused('end-not-forced', { to: 'Rejected' })
      await given(housed, upTo(2)).when(forced('Closed')).thenRefused('end-not-forced')
    })
    it('by whom, and with what papers, the edition says', async () => {
      const change: Parameters<typeof variant>[1] = (draft) => {
        draft.roles['PENDAMPING'] = { name: { id: 'Pendamping', en: 'Companion' }, external: true, recordedBy: [old.senior.role] }
        const first = draft.workflows['cycle']?.beside?.['readiness']?.stages?.['belum']
        if (!first) throw new Error('the edition has no such stage')
        const leads = { to: 'readiness.penyadaran', by: { any: ['PENDAMPING'] }, papers: ['ba-sosialisasi'] }
        first.on = { 'area.ReadinessEntered:penyadaran': leads }
      }
      const own = housedWith(variant(edition, change, 'P2KP3-OWN'))
      const start = begun(edition, { edition: { id: 'P2KP3-OWN', revision: 1 } })
      const companion = { ...enters('penyadaran', ['ba-sosialisasi']), actor: { role: 'PENDAMPING' }, recorder: old.senior }
      await given(own, start).when(companion).thenAccepted()
      await given(own, start)
        .when({ ...companion, papers: [] })
        .thenRefused('papers-missing', { missing: 'ba-sosialisasi' })
      await given(own, start)
        .when(enters('penyadaran', ['ba-sosialisasi']))
        .thenRefused('role-not-allowed', { allowed: 'PENDAMPING' })
    })
    it('not by a role that the edition does not let', () =>
      given(housed, ready)
        .when({ ...force('readiness.pendayaan'), actor: old.social })
        .thenRefused('may-not-force'))
  })

  describe('the four stages of development', () => {
    const pnpm = [...begun('PNPM-MP-2013'), ...community.slice(0, 2)]
    const develops = (stage: string, more: object = {}, papers: string[] = []): Wish =>
      act('area.EnterDevelopment', area, old.senior, { cycle: cycle.id, stage, ...more }, { papers })
    const mapped = act('cycle.AttachEvidence', cycle, old.senior, {}, { papers: ['peta-potensi', 'daftar-periksa-sasaran'] })

    it('follow one another, each with its evidence', async () => {
      await given(housed, pnpm).when(develops('potensi')).thenAccepted()
      await given(housed, pnpm, develops('potensi')).when(develops('akumulasi')).thenNoted('exit-criterion-open')
      await given(housed, pnpm, develops('potensi'), mapped).when(develops('akumulasi')).thenAccepted()
      const saved = develops('partisipasi', { measures: { 'savings-members': '8' } }, ['aturan-kelompok', 'ba-pelatihan-usaha'])
      await given(housed, pnpm, develops('potensi'), mapped, develops('akumulasi')).when(saved).thenAccepted()
    })
    it('are no stages of an edition that does not have them', () =>
      given(housed, upTo(2)).when(develops('potensi')).thenRefused('out-of-order'))
  })
}
