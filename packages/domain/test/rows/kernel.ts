import { describe, it } from 'vitest'
import { given } from '../support/given.ts'
import { act, entity, id, line, scenarioUnder, who } from '../support/prabumulih.ts'
import { house, office, until } from '../support/places.ts'
import { variant } from '../support/editions.ts'

const { t1, a, allocation } = entity
const atFaskel = until(57)
const recommend = line(58)
const abroad = house('BKM-LAIN', 'BKM', 'P-LAIN-1', 'BKM')

/** What holds for every command: who, when, which paper, the same again (CONTRACTS B3, C4, D2, E1 to E3). */
export function kernelRows(): void {
  describe('who decides', () => {
    it('a role without a say is refused', () =>
      given(atFaskel)
        .when(line(58, { actor: who.upl }))
        .thenRefused('role-not-allowed', { role: 'UPL', allowed: 'FASKEL' }))
    it('even out of order, authority is asked first', () =>
      given(until(20))
        .when(line(56, { actor: who.upl }))
        .thenRefused('role-not-allowed'))
    it('a role that the edition does not know', () =>
      given(atFaskel)
        .when(line(58, { actor: { ...who.upl, role: 'RAJA' } }))
        .thenRefused('role-not-allowed'))
    it.each(['constructor', 'toString', 'hasOwnProperty'])('the role %s is no role', (role) =>
      given(atFaskel)
        .when(line(58, { actor: { ...who.upl, role } }))
        .thenRefused('role-not-allowed'),
    )
    it('an office that nobody gave is not held', () =>
      given(atFaskel)
        .when(line(58, { actor: { ...who.senior, person: id('P-X') } }))
        .thenRefused('office-not-held'))
    it('an office in another house is not held here', () =>
      given(atFaskel)
        .when(line(58, { actor: { ...who.senior, institution: id('KORKOT-PRABUMULIH') } }))
        .thenRefused('office-not-held'))
    it('an actor without an institution holds none', () =>
      given(atFaskel)
        .when(line(58, { actor: { person: who.senior.person, role: 'FASKEL' } }))
        .thenRefused('office-not-held'))
    it('an actor without a person holds none', () =>
      given(atFaskel)
        .when({ ...line(58), actor: { role: 'FASKEL', institution: who.senior.institution ?? '' } })
        .thenRefused('office-not-held'))
    it('an office that ended the day before is not held', () =>
      given(until(56), endOffice('2018-05-29')).when(line(57)).thenRefused('office-not-held', { on: '2018-05-30' }))
    it('on its last day it is', () => given(until(56), endOffice('2018-05-30')).when(line(57)).thenAccepted())
    it('an office that begins the day after is not held', () => {
      const late = { ...who.senior, person: id('P-SF-9') }
      return given(until(56), office(late, { from: '2018-05-31' }))
        .when(line(57, { actor: late }))
        .thenRefused('office-not-held')
    })
    it('a term that ended by its own date is not held', () => {
      const brief = { ...who.senior, person: id('P-SF-8') }
      return given(until(56), office(brief, { to: '2018-05-29' }))
        .when(line(57, { actor: brief }))
        .thenRefused('office-not-held')
    })
    it('external actors need no office', () => given(until(64)).when(line(65)).thenAccepted('Sp2dIssued'))
    it('a cosigner needs one', () =>
      given(until(26))
        .when(line(27, { cosigners: [{ ...who.bkm, person: id('P-X') }] }))
        .thenRefused('office-not-held', { role: 'BKM' }))
    it('the board of another kelurahan does not ask for this money', () =>
      given(until(55), abroad.wishes)
        .when(line(56, { actor: abroad.party }))
        .thenRefused('actor-of-other-institution'))
    it('another group does not hand this proposal in', () =>
      given(until(33))
        .when(line(34, { actor: who.ksmB }))
        .thenRefused('actor-of-other-institution'))
    it('the unit of another board does not register it', () => {
      const unit = { ...abroad.party, role: 'UPL' }
      return given(until(39), abroad.wishes, office(unit))
        .when(line(40, { actor: unit }))
        .thenRefused('actor-of-other-institution')
    })
  })

  describe('several signers on one paper (C4)', () => {
    const joint = scenarioUnder(
      variant('KOTAKU-2018', (edition) => {
        const workflow = edition.workflows['tranche']
        if (workflow) workflow.facts['tranche.StepRecorded:VF-12'] = { by: { all: ['KORKOT', 'FASKEL'] } }
      }),
    )
    const signed = (...cosigners: (typeof who.senior)[]) => line(62, { cosigners })
    it('all of them sign', () => given(joint.until(58)).when(signed(who.faskelS)).thenAccepted('UnderVerification.PPK'))
    it('not one alone', () => given(joint.until(58)).when(signed()).thenRefused('cosigner-missing'))
    it('not one of another role', () => given(joint.until(58)).when(signed(who.bkm)).thenRefused('cosigner-missing'))
    it('a cosigner is judged by the chain as well', () =>
      given(joint.until(58)).when(signed(who.senior)).thenRefused('same-person-in-chain', { step: 'VF-10' }))
  })

  describe('who records', () => {
    it('the same role of the same house', () =>
      given(atFaskel)
        .when(line(58, { recorder: who.faskelS }))
        .thenAccepted())
    it('a role that the edition lets record for it', () =>
      given(until(55))
        .when(line(56, { recorder: who.secretary }))
        .thenAccepted())
    it('no other role', () =>
      given(atFaskel)
        .when(line(58, { recorder: who.korkot }))
        .thenRefused('recorder-not-allowed'))
    it('not the same role of another house', () =>
      given(until(55), abroad.wishes)
        .when(line(56, { recorder: abroad.party }))
        .thenRefused('recorder-not-allowed'))
    it('not the treasury itself: it never logs in', () =>
      given(until(64))
        .when(line(65, { recorder: { ...who.ppk, role: 'KPPN' } }))
        .thenRefused('recorder-not-allowed'))
    it('system is recorded by system alone', () =>
      given(until(1))
        .when({ ...abroad.wishes[0], recorder: who.pmu } as never)
        .thenRefused('recorder-not-allowed'))
  })

  describe('when', () => {
    it('not in the future', () =>
      given(atFaskel)
        .when(line(58, { on: '2018-06-01', recordedAt: '2018-05-31T12:00:00+07:00' }))
        .thenRefusedAt('future-date', '/effectiveOn'))
    it('today begins at midnight in the area, not in Greenwich', async () => {
      await given(atFaskel)
        .when(line(58, { on: '2018-06-01', recordedAt: '2018-05-31T17:00:00Z' }))
        .thenAccepted()
      await given(atFaskel)
        .when(line(58, { on: '2018-06-01', recordedAt: '2018-05-31T16:59:59Z' }))
        .thenRefused('future-date')
    })
    it('an observation is not of the future either', () =>
      given(until(64))
        .when(line(65, { on: '2018-06-05', recordedAt: '2018-06-04T12:00:00+07:00' }))
        .thenRefused('future-date'))
    it('an instant falls on its date in the zone of the area', async () => {
      await given(atFaskel)
        .when(line(58, { on: '2018-05-30', at: '2018-05-29T17:00:00Z' }))
        .thenAccepted()
      await given(atFaskel)
        .when(line(58, { on: '2018-05-30', at: '2018-05-30T17:00:00Z' }))
        .thenRefusedAt('instant-off-date', '/effectiveAt')
    })
    it('more than thirty days late needs a reason', async () => {
      const late = { on: '2018-05-30', recordedAt: '2018-06-30T12:00:00+07:00' }
      await given(atFaskel)
        .when(line(58, { ...late, recordedAt: '2018-06-29T12:00:00+07:00' }))
        .thenAccepted()
      await given(atFaskel).when(line(58, late)).thenRefused('late-reason-missing', { days: 31, limit: 30 })
      await given(atFaskel).when(line(58, late)).thenRefusedAt('late-reason-missing', '/lateReason')
      await given(atFaskel)
        .when(line(58, { ...late, lateReason: 'Jaringan putus' }))
        .thenAccepted()
    })
    it('before the fact before it needs a reason, and is flagged', async () => {
      await given(atFaskel)
        .when(line(58, { on: '2018-05-29' }))
        .thenRefused('backdated-reason-missing', { before: '2018-05-30' })
      await given(atFaskel)
        .when(line(58, { on: '2018-05-29' }))
        .thenRefusedAt('backdated-reason-missing', '/reason')
      await given(atFaskel)
        .when(line(58, { on: '2018-05-29', reason: 'Tanggal berita acara' }))
        .thenNoted('backdated')
    })
  })

  describe('which paper and which entity', () => {
    it('a paper that is asked for', () =>
      given(until(62))
        .when(line(63, { evidence: [] }))
        .thenRefused('papers-missing', { missing: 'spp' }))
    it('an entity that nobody opened is unknown', () =>
      given(until(55))
        .when(line(56, { subject: { kind: 'tranche', id: id('T-NONE') } }))
        .thenIs('unknown'))
    it('one that exists is not opened again', async () => {
      await given(until(16))
        .when(line(16, { data: { number: 'SK-9', fiscalYear: '2019' } }))
        .thenRefused('already-exists')
      await given(until(31))
        .when(line(31, { data: { number: 'PROP-X' } }))
        .thenRefused('already-exists')
    })
    it('no entity of another kind under its id', () =>
      given(until(55))
        .when(line(56, { subject: { kind: 'tranche', id: allocation.id } }))
        .thenIs('unknown'))
    it('a round that is not open', () =>
      given(atFaskel)
        .when(line(58, { data: { round: 7 } }))
        .thenRefused('round-not-open', { given: 7, next: 1 }))
    it('a stale version is told', () =>
      given(atFaskel)
        .when(line(58, { ifMatch: 1 }))
        .thenIs('stale'))
    it('the same again is told before it', () =>
      given(until(58))
        .when(line(58, { ifMatch: 1, on: '2018-05-30' }))
        .thenSame())
    it('a suspended tranche notes an observation that it would not take anyway', () =>
      given(until(63), act('tranche.Suspend', t1, who.korkot, { why: 'Pemeriksaan' }))
        .when(line(66))
        .thenNoted('out-of-order', 'CreditedToBkm'))
    it('an observation that moves a suspended entity on notes nothing', () =>
      given(until(171), act('proposal.Suspend', a, who.korkot, { why: 'Pemeriksaan' }))
        .when(line(215))
        .thenAccepted('InProgress'))
    it('the edition is asked for what it decides', () => given(atFaskel).when(recommend).thenAccepted('UnderVerification.KORKOT'))
  })
}

function endOffice(last: string) {
  return act('institution.EndOffice', { kind: 'institution', id: who.senior.institution ?? '' }, who.system, {
    holder: who.senior.person,
    role: 'FASKEL',
    last,
  })
}
