import { describe, it } from 'vitest'
import { given, type Wish } from '../support/given.ts'
import { act, entity, id, line, who } from '../support/prabumulih.ts'
import { house, office, until } from '../support/places.ts'

const { bkm, ksmA } = entity
const base = until(30)
const commitment = 'a'.repeat(64)
const someone = { kind: 'person', id: id('P-NEW') }
const erased: readonly Wish[] = [
  act('person.Register', someone, who.secretary, { commitment }),
  act('person.Erase', someone, who.pmu, { why: 'Permintaan' }),
]
const member = (command: 'Join' | 'Leave', person: string): Wish => act(`institution.${command}Member`, ksmA, who.ksmA, { member: person })
const end = (last: string, role = 'KSM'): Wish => act('institution.EndOffice', ksmA, who.upl, { holder: who.ksmA.person, role, last })
const dissolved = act('institution.Dissolve', ksmA, who.upl, { why: 'Bubar' })

const rt = house('RT-02', 'RT', 'P-RT-1', 'RT', '2008-01-02')
const lpm = { kind: 'institution', id: id('LPM-PASAR2') }
const formedLpm = act('institution.Form', lpm, who.lurah, { institutionKind: 'LPM', name: 'LPM Pasar II' })
const lead = (from: string, to?: string, holder = rt.party.person): Wish =>
  act('institution.AssumeOffice', lpm, who.lurah, { holder, role: 'LPM', from, ...(to ? { to } : {}) })
const rtAgain = (from: string, to?: string): Wish => office(rt.party, { from, ...(to ? { to } : {}) })
const rtEnds = (last: string): Wish =>
  act('institution.EndOffice', { kind: 'institution', id: rt.party.institution ?? '' }, who.system, {
    holder: rt.party.person,
    role: 'RT',
    last,
  })

/** Members, offices and their terms, units, health: DOMAIN §6.1, §1.2; G-16. */
export function officeRows(): void {
  describe('members and signatories', () => {
    it('join once', async () => {
      await given(base, member('Join', someone.id))
        .when({ ...member('Join', someone.id), on: '2018-05-08' })
        .thenRefused('already-member')
      await given(base, member('Join', someone.id), member('Leave', someone.id))
        .when({ ...member('Join', someone.id), on: '2018-05-08' })
        .thenAccepted()
    })
    it('leave only what they have joined', () => given(base).when(member('Leave', someone.id)).thenRefused('not-a-member'))
    it('no longer sign only where they did', () =>
      given(base)
        .when(act('institution.RemoveSignatory', ksmA, who.ksmA, { signatory: someone.id }))
        .thenRefused('not-a-signatory'))
    it('erased, take nothing on any more', async () => {
      await given(base, erased).when(member('Join', someone.id)).thenRefused('person-erased')
      await given(base, erased)
        .when(act('institution.RegisterSignatory', ksmA, who.ksmA, { signatory: someone.id }))
        .thenRefused('person-erased')
      await given(base, erased)
        .when(office({ ...who.ksmA, person: someone.id }))
        .thenRefused('person-erased')
    })
  })

  describe('a term of office', () => {
    it('ends after it begins', () =>
      given(base)
        .when(office({ ...who.ksmA, person: someone.id }, { from: '2018-05-07', to: '2018-05-06' }))
        .thenRefused('period-reversed'))
    it('may be a single day', () =>
      given(base)
        .when(office({ ...who.ksmA, person: someone.id }, { from: '2018-05-07', to: '2018-05-07' }))
        .thenAccepted())
    it('does not overlap with another of the same person in the same office', async () => {
      await given(base)
        .when(office(who.ksmA, { from: '2018-01-01' }))
        .thenRefused('office-held-already', { role: 'KSM' })
      await given(base, end('2018-05-07'))
        .when(office(who.ksmA, { from: '2018-05-08' }))
        .thenAccepted()
    })
    it('ends only if it was held that day', async () => {
      await given(base).when(end('2018-05-07', 'BKM')).thenRefused('office-unknown', { role: 'BKM' })
      await given(base).when(end('2001-01-01')).thenRefused('office-unknown', { last: '2001-01-01' })
      await given(base, end('2018-05-07'))
        .when({ ...end('2018-05-08'), on: '2018-05-08' })
        .thenRefused('office-unknown')
      await given(base, end('2018-05-07')).when(end('2018-05-07')).thenSame()
    })
    it('ends with the institution', async () => {
      await given(base, dissolved)
        .when({ ...end('2018-05-08'), on: '2018-05-08' })
        .thenRefused('office-unknown')
      await given(base, { ...dissolved, on: '2018-05-07' })
        .when(line(31, { on: '2018-05-08' }))
        .thenRefused('office-not-held', { role: 'KSM' })
    })
  })

  describe('officers of neighbourhood institutions (G-16)', () => {
    const held = given(base, rt.wishes[0] as Wish, rtAgain('2014-01-02'))
    it('hold one office at a time, over all institutions', async () => {
      await given(held.state, formedLpm).when(lead('2018-05-07')).thenRefused('lkd-second-office', { role: 'RT' })
      await given(held.state, formedLpm).when(lead('2019-01-02')).thenAccepted()
      await given(held.state, formedLpm, rtEnds('2018-05-06')).when(lead('2018-05-07')).thenAccepted()
    })
    it('free when the other institution is dissolved', () =>
      given(
        held.state,
        formedLpm,
        act(
          'institution.Dissolve',
          { kind: 'institution', id: rt.party.institution ?? '' },
          who.lurah,
          { why: 'Digabung' },
          { on: '2018-05-07' },
        ),
      )
        .when({ ...lead('2018-05-08'), on: '2018-05-08' })
        .thenAccepted())
    it('serve five years at most', async () => {
      await given(held.state, formedLpm)
        .when(lead('2018-05-07', '2023-05-07', id('P-LPM-9')))
        .thenRefused('lkd-term-too-long')
      await given(held.state, formedLpm)
        .when(lead('2018-05-07', '2023-05-06', id('P-LPM-9')))
        .thenAccepted()
    })
    it('and two terms, wherever they were', async () => {
      const first = given(base, rt.wishes[0] as Wish, rtAgain('2004-01-02', '2009-01-01'), formedLpm)
      await given(first.state).when(lead('2010-01-02', '2015-01-01')).thenAccepted()
      await given(first.state, lead('2010-01-02', '2015-01-01')).when(rtAgain('2016-01-02')).thenRefused('lkd-third-term', { terms: 2 })
    })
    it('a volunteer of one is no officer', () =>
      given(
        held.state,
        act('institution.Form', { kind: 'institution', id: id('LKD-X') }, who.lurah, { institutionKind: 'LKD', name: 'LKD' }),
      )
        .when(
          act('institution.AssumeOffice', { kind: 'institution', id: id('LKD-X') }, who.lurah, {
            holder: rt.party.person,
            role: 'RELAWAN',
            from: '2018-05-07',
          }),
        )
        .thenAccepted())
    it('nobody else is bound by it', () =>
      given(base)
        .when(office({ ...who.ksmA, person: someone.id }, { from: '2017-01-01', to: '2027-01-01' }))
        .thenAccepted())
  })

  describe('a unit (UPL, UPS, UPK)', () => {
    const unit = { kind: 'institution', id: id('UPS-SEINGGOK') }
    const form = (data: object) => act('institution.Form', unit, who.bkm, { institutionKind: 'UPS', name: 'UPS', ...data })
    it('belongs to a board that stands', async () => {
      await given(base).when(form({})).thenRefused('unit-without-board', { kind: 'UPS' })
      await given(base)
        .when(form({ parent: ksmA.id }))
        .thenRefused('unit-without-board')
      await given(base, act('institution.Dissolve', bkm, who.lurah, { why: 'Bubar' }))
        .when(form({ parent: bkm.id }))
        .thenRefused('unit-without-board')
      await given(base)
        .when(form({ parent: bkm.id }))
        .thenAccepted()
    })
    it('has its own office, given by its board', () =>
      given(base, form({ parent: bkm.id }))
        .when(act('institution.AssumeOffice', unit, who.bkm, { holder: someone.id, role: 'UPS', from: '2018-05-07' }))
        .thenAccepted())
  })

  describe('health', () => {
    const assess = (subject: Wish['subject'], data: object) => act('institution.AssessHealth', subject, who.korkot, data)
    it('of a board is a level, of a finance unit a grade', async () => {
      await given(base)
        .when(assess(bkm, { level: 'mandiri' }))
        .thenAccepted()
      await given(base)
        .when(assess(bkm, { grade: 'minimum' }))
        .thenRefused('assessment-of-other-kind', { kind: 'BKM' })
      await given(base)
        .when(assess(ksmA, { level: 'awal' }))
        .thenRefused('assessment-of-other-kind', { kind: 'KSM' })
      const upk = { kind: 'institution', id: id('UPK-SEINGGOK') }
      const formed = act('institution.Form', upk, who.bkm, { institutionKind: 'UPK', name: 'UPK', parent: bkm.id })
      await given(base, formed)
        .when(assess(upk, { grade: 'memuaskan' }))
        .thenAccepted()
      await given(base, formed)
        .when(assess(upk, { level: 'awal', grade: 'minimum' }))
        .thenRefused('assessment-of-other-kind')
    })
    it('of a dissolved board is noted', () =>
      given(base, act('institution.Dissolve', bkm, who.lurah, { why: 'Bubar' }))
        .when(assess(bkm, { level: 'awal' }))
        .thenNoted('institution-dissolved'))
  })

  describe('a conflict of interest', () => {
    const declare = (more: object = {}) =>
      act('institution.DeclareConflictOfInterest', ksmA, who.ksmA, { declarant: who.ksmA.person, what: 'ownership', ...more })
    it('is declared by code, towards an institution that exists', async () => {
      await given(base).when(declare()).thenAccepted()
      await given(base)
        .when(declare({ towards: bkm.id }))
        .thenAccepted()
      await given(base)
        .when(declare({ towards: id('TOKO-X') }))
        .thenRefused('unknown-reference')
      await given(base)
        .when(declare({ what: 'cousin' }))
        .thenMalformed('/what')
    })
    it('by the house itself', () =>
      given(base)
        .when({ ...declare(), actor: who.ksmB })
        .thenRefused('not-own-institution'))
  })

  describe('a board', () => {
    it('is recorded as elected by the facilitator too, who dissolves none', async () => {
      const elected = act('institution.Form', { kind: 'institution', id: id('BKM-BARU') }, who.faskelS, {
        institutionKind: 'BKM',
        name: 'BKM Baru',
      })
      await given(base).when(elected).thenAccepted()
      await given(base)
        .when(act('institution.Dissolve', bkm, who.faskelS, { why: 'Bubar' }))
        .thenRefused('role-not-allowed')
    })
  })
}
