import { describe, expect, it } from 'vitest'
import { cash } from '../support/cash.ts'
import { given, type Wish } from '../support/given.ts'
import { housed, people, pool } from '../support/lending.ts'
import { act, entity, id, line, who, type Actor } from '../support/prabumulih.ts'
import { house, office, until } from '../support/places.ts'
import { shipped, variant } from '../support/editions.ts'
import { sources } from '../support/sources.ts'

const { bkm, ksmA } = entity
const base = until(30)
const form = (label: string, institutionKind: string, actor: Actor, more: object = {}) =>
  act('institution.Form', { kind: 'institution', id: id(label) }, actor, { institutionKind, name: label, ...more })
const someone = { kind: 'person', id: id('P-NEW') }
const commitment = 'a'.repeat(64)
const person = (command: string, data: object) => act(`person.${command}`, someone, who.secretary, data)
const edition = (revision: number, content: object, subject = 'KOTAKU-2018') =>
  act('edition.Publish', { kind: 'edition', id: subject }, who.pmu, { revision, content }, { papers: ['naskah-edisi'] })
const early = { from: '2004-01-01' }
const abroad = house('BKM-LAIN', 'BKM', 'P-LAIN-1', 'BKM')

/** Institutions, offices, persons, editions: DOMAIN §6.1, CONTRACTS A8, B5, E3. */
export function peopleRows(): void {
  describe('an institution', () => {
    it('is formed by those who form its kind', () =>
      given(base)
        .when(form('KSM-D', 'KSM', who.lurah))
        .thenRefused('role-may-not-form', { allowed: 'system, UPL, UPS, UPK, BKM' }))
    it('is formed once', async () => {
      await given(base)
        .when(line(3, { on: '2018-02-12' }))
        .thenSame()
      await given(base)
        .when(line(3, { data: { name: 'Lain' } }))
        .thenRefused('already-formed')
    })
    it('has a parent that exists, and is not its own', async () => {
      await given(base)
        .when(form('KSM-D', 'KSM', who.upl, { parent: id('BKM-NONE') }))
        .thenRefused('unknown-reference')
      await given(base)
        .when(form('KSM-D', 'KSM', who.upl, { parent: id('KSM-D') }))
        .thenRefused('unknown-reference')
    })
    it('keeps its own members, signatories and accounts', async () => {
      const join = (actor: Actor) => act('institution.JoinMember', ksmA, actor, { member: id('P-X') })
      await given(base).when(join(who.ksmB)).thenRefused('not-own-institution')
      await given(base).when(join(who.ksmA)).thenAccepted()
      await given(base).when(join(who.upl)).thenAccepted()
      await given(base)
        .when(act('institution.RegisterSignatory', ksmA, who.ksmB, { signatory: id('P-X') }))
        .thenRefused('not-own-institution')
    })
    it('takes a signatory back who had left', async () => {
      const left = act('institution.RemoveSignatory', bkm, who.secretary, { signatory: who.bkm.person })
      const back = act('institution.RegisterSignatory', bkm, who.secretary, { signatory: who.bkm.person })
      await given(until(55), { ...left, on: '2018-05-28' }, { ...back, on: '2018-05-28' })
        .when(line(56))
        .thenAccepted('UnderVerification.FASKEL')
    })
    it('dissolved, it takes no member', () =>
      given(base, act('institution.Dissolve', ksmA, who.upl, { why: 'Bubar' }))
        .when(act('institution.JoinMember', ksmA, who.upl, { member: id('P-X') }))
        .thenRefused('institution-dissolved'))
    it('dissolved, an account that was opened is noted', () =>
      given(base, act('institution.Dissolve', ksmA, who.upl, { why: 'Bubar' }))
        .when(
          act('institution.OpenBankAccount', ksmA, who.upl, { bank: 'BRI', account: 'X-1', signatoriesRequired: 2 }, { recorder: who.upl }),
        )
        .thenNoted('institution-dissolved'))
    it('is not dissolved twice', () =>
      given(base, act('institution.Dissolve', ksmA, who.upl, { why: 'Bubar' }))
        .when(act('institution.Dissolve', ksmA, who.upl, { why: 'Lagi' }, { on: '2018-05-09' }))
        .thenRefused('institution-dissolved'))
    it('is not dissolved while it holds money', async () => {
      const end = (subject: Wish['subject'], actor: Actor): Wish => act('institution.Dissolve', subject, actor, { why: 'Bubar' })
      await given(until(77)).when(end(ksmA, who.upl)).thenRefused('dissolved-holding-money', { name: 'KSM ANGGUR', held: '88000000' })
      await given(until(77), cash.drawn('88000000')).when(end(ksmA, who.upl)).thenRefused('dissolved-holding-money', { held: '88000000' })
      await given(until(66)).when(end(bkm, who.lurah)).thenRefused('dissolved-holding-money', { held: '350000000' })
      await given(until(284)).when(end(ksmA, who.upl)).thenAccepted()
      await given(until(284)).when(end(bkm, who.lurah)).thenAccepted()
      await given(...housed(), pool.opened(), pool.capital('0.01'))
        .when(end({ kind: 'institution', id: people.upk.institution ?? '' }, people.bkm))
        .thenRefused('dissolved-holding-money', { held: '0.01' })
    })
    it('is dissolved once all that an agreement paid it is back', async () => {
      const ends = act('institution.Dissolve', ksmA, who.upl, { why: 'Bubar' })
      const back = (amount: string) => given(sources.funded(), sources.paidOut(), sources.back(amount))
      await given(back('39999999.99').state).when(ends).thenRefused('dissolved-holding-money', { held: '0.01' })
      await given(back('40000000').state).when(ends).thenAccepted()
    })
    it('dissolved, what it spends on that day or later is noted', async () => {
      const gone = given(until(74), act('institution.Dissolve', ksmA, who.upl, { why: 'Bubar' }, { on: '2018-07-11' })).state
      await given(gone)
        .when(line(79, { on: '2018-07-11' }))
        .thenNoted('spent-by-dissolved-group')
      const before = await given(gone)
        .when(line(79, { on: '2018-07-10', reason: 'Kuitansi terlambat' }))
        .thenNoted('expense-exceeds-balance')
      expect(before[0]?.deviations?.map(({ rule }) => rule)).not.toContain('spent-by-dissolved-group')
    })
    it('is not dissolved by another board', () =>
      given(base, abroad.wishes)
        .when(act('institution.Dissolve', ksmA, abroad.party, { why: 'Bubar' }))
        .thenRefused('not-own-institution'))
  })

  describe('an office', () => {
    it('is one that the kind has', () =>
      given(base)
        .when(office({ ...who.ksmA, role: 'PPK' }))
        .thenRefused('office-not-of-institution', { kind: 'KSM' }))
    it('is given by those who appoint there', () =>
      given(base)
        .when({ ...office({ ...who.ksmA, person: id('P-Y') }), actor: who.korkot })
        .thenRefused('appointer-not-allowed'))
    it('of a group by its own unit', () =>
      given(base)
        .when({ ...office({ ...who.ksmA, person: id('P-Y') }), actor: who.upl })
        .thenAccepted())
    it('not by the unit of another board', () =>
      given(base, abroad.wishes)
        .when({ ...office({ ...who.bkm, person: id('P-Y') }), actor: abroad.party })
        .thenRefused('not-own-institution'))
    it('of a dissolved institution is given to nobody', () =>
      given(base, act('institution.Dissolve', bkm, who.lurah, { why: 'Bubar' }))
        .when(office({ ...who.bkm, person: id('P-Y') }))
        .thenRefused('institution-dissolved'))
    it('may be recorded before the institution is, by system', () =>
      given()
        .when(office({ person: id('P-Z'), role: 'KSM', institution: id('KSM-Z') }))
        .thenAccepted())
  })

  describe('a person', () => {
    it('is registered once', async () => {
      await given(base, person('Register', { commitment })).when(person('Register', { commitment })).thenSame()
      await given(base, person('Register', { commitment }))
        .when(person('Register', { commitment: 'b'.repeat(64) }))
        .thenRefused('person-registered')
    })
    it('erased, has no record to change', () =>
      given(base, person('Register', { commitment }), { ...person('Erase', { why: 'Permintaan' }), actor: who.pmu })
        .when(person('ChangeRecord', { commitment: 'c'.repeat(64) }))
        .thenRefused('person-erased'))
    it('nobody knows cannot be erased', () =>
      given(base)
        .when({ ...person('Erase', { why: 'Permintaan' }), actor: who.pmu })
        .thenIs('unknown'))
  })

  describe('an edition', () => {
    const second = { ...shipped('KOTAKU-2018'), revision: 2 }
    it('is published revision by revision', async () => {
      await given(office(who.pmu, early))
        .when(edition(3, { ...second, revision: 3 }))
        .thenRefused('revision-not-next', { next: 2 })
      await given(office(who.pmu, early)).when(edition(2, second)).thenAccepted()
    })
    it('under its own id', () =>
      given(office(who.pmu, early))
        .when(edition(2, { ...second, id: 'ANOTHER' }))
        .thenRefusedAt('edition-unsound', '/content/id'))
    it('sound in every place', () => {
      const bent = variant(
        'KOTAKU-2018',
        (draft) => {
          draft.tranches.percent = [70, 29]
          draft.force.roles = ['RAJA']
        },
        'KOTAKU-BENT',
      )
      return given(office(who.pmu, early))
        .when(edition(1, bent, 'KOTAKU-BENT'))
        .thenRefusedAt('edition-unsound', '/content/tranches/percent', '/content/force/roles/0')
    })
    it('withdrawn only when it was published', () =>
      given(office(who.pmu, early))
        .when(act('edition.Withdraw', { kind: 'edition', id: 'KOTAKU-2018' }, who.pmu, { revision: 7, why: 'Salah' }))
        .thenRefused('revision-unknown'))
  })
}
