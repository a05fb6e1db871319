import { describe, it } from 'vitest'
import { given } from '../support/given.ts'
import { entity, id, who } from '../support/prabumulih.ts'
import { office, until } from '../support/places.ts'
import { field } from '../support/partners.ts'

const base = until(30)
const registered = given(base, field.registered())
const assigned = given(registered.state, field.assigned())

/** Facilitators: DOMAIN §6.1, §7 K2, K3, K15. */
export function facilitatorRows(): void {
  describe('a facilitator', () => {
    it('is one person, once', async () => {
      await given(registered.state).when(field.registered()).thenSame()
      await given(registered.state)
        .when(field.registered({ person: who.faskelS.person }))
        .thenRefused('facilitator-registered')
      await given(registered.state)
        .when({ ...field.registered(), subject: { kind: 'facilitator', id: id('FASILITATOR-2') } })
        .thenRefused('already-taken')
    })
    it('is known before it is assigned', () => given(base).when(field.assigned()).thenIs('unknown'))
  })

  describe('an assignment', () => {
    it('is to a team of facilitators or consultants', async () => {
      await given(registered.state).when(field.assigned()).thenAccepted()
      await given(registered.state)
        .when(field.assigned({ team: entity.bkm.id }))
        .thenRefused('not-a-team', { kind: 'BKM' })
      await given(registered.state)
        .when(field.assigned({ team: id('TIM-X') }))
        .thenRefused('unknown-reference')
    })
    it('ends after it begins', () =>
      given(registered.state)
        .when(field.assigned({ to: '2018-01-01' }))
        .thenRefused('period-reversed'))
    it('to several areas at a time is usual; twice to one, or to two teams, is noted', async () => {
      await given(assigned.state)
        .when(field.assigned({ area: id('AREA-LAIN') }))
        .thenAccepted()
      await given(assigned.state)
        .when(field.assigned({ specialty: 'social', from: '2018-03-01' }))
        .thenNoted('assignment-overlaps')
      await given(assigned.state)
        .when(field.assigned({ area: id('AREA-LAIN'), team: who.korkot.institution }))
        .thenNoted('assignment-overlaps')
      await given(assigned.state, field.unassigned('2018-02-28'))
        .when(field.assigned({ from: '2018-03-01' }))
        .thenAccepted()
    })
    it('ends only where there is one', async () => {
      await given(assigned.state).when(field.unassigned('2018-05-07')).thenAccepted()
      await given(assigned.state).when(field.unassigned('2017-12-31')).thenRefused('assignment-unknown')
      await given(assigned.state)
        .when(field.unassigned('2018-05-07', id('AREA-LAIN')))
        .thenRefused('assignment-unknown')
    })
    it('goes over from one area to another', async () => {
      await given(assigned.state).when(field.reassigned()).thenAccepted()
      await given(registered.state).when(field.reassigned()).thenRefused('assignment-unknown', { last: '2018-05-07' })
      const moved = given(assigned.state, field.reassigned())
      await given(moved.state)
        .when(field.visited({}, { on: '2018-05-08' }))
        .thenNoted('visit-outside-assignment')
      await given(moved.state)
        .when(field.visited({ area: id('AREA-LAIN') }, { on: '2018-05-08' }))
        .thenAccepted()
      await given(moved.state)
        .when(field.visited({}, { on: '2018-05-07', reason: 'Dicatat kemudian' }))
        .thenNoted('backdated')
    })
  })

  describe('a visit', () => {
    it('is made where the facilitator is assigned on that day; elsewhere it is noted', async () => {
      await given(assigned.state).when(field.visited()).thenAccepted()
      await given(registered.state).when(field.visited()).thenNoted('visit-outside-assignment')
      await given(assigned.state)
        .when(field.visited({ area: id('AREA-LAIN') }))
        .thenNoted('visit-outside-assignment')
    })
    it('is logged by who made it', () =>
      given(assigned.state)
        .when({ ...field.visited(), actor: who.faskelS })
        .thenRefused('not-own-visit'))
    it('in the office of a facilitator', () =>
      given(assigned.state)
        .when({ ...field.visited(), actor: { ...who.faskelT, role: 'KORKOT' } })
        .thenRefused('role-not-allowed'))
    it('to a cycle and to works that lie in the area', async () => {
      const late = given(until(64), field.registered(), field.assigned(), field.assigned({ area: id('AREA-LAIN') }))
      await given(late.state)
        .when(field.visited({ cycle: entity.cycle.id, proposal: entity.a.id }))
        .thenAccepted()
      for (const [name, subject] of [
        ['cycle', entity.cycle],
        ['proposal', entity.a],
      ] as const)
        await given(late.state)
          .when(field.visited({ area: id('AREA-LAIN'), [name]: subject.id }))
          .thenRefused('parent-differs', { field: name })
      await given(late.state)
        .when(field.visited({ proposal: id('PRO-X') }))
        .thenRefused('unknown-reference')
    })
    it('on a day on which the office is held', () =>
      given(assigned.state, office({ ...who.faskelT, person: id('P-FASKEL-9') }))
        .when({ ...field.visited(), actor: { ...who.faskelT, person: id('P-FASKEL-9') } })
        .thenRefused('not-own-visit'))
  })

  describe('a training', () => {
    it('gives a certificate that counts until a day to come', async () => {
      await given(registered.state).when(field.trained()).thenAccepted()
      await given(registered.state)
        .when(field.trained({ validUntil: '2018-01-01' }))
        .thenRefused('period-reversed')
    })
  })
}
