import { describe, it } from 'vitest'
import { given } from '../support/given.ts'
import { act, entity, id, line, scenarioUnder, who, type Actor } from '../support/prabumulih.ts'
import { lines, until } from '../support/places.ts'
import { variant } from '../support/editions.ts'

const { cycle } = entity
const force = (to: string, more: object = {}, actor: Actor = who.korkot) =>
  act('cycle.ForceStage', cycle, actor, { to }, { reason: 'Tenggat tahun anggaran', papers: ['nota-dinas'], ...more })
const rejected = given(until(5), line(6, { data: { outcome: 'rejected', notes: 'Warga menolak' } })).state

/** The run of a cycle: DOMAIN §1.1, §1.3, G-01, G-13, G-14. */
export function cycleRows(): void {
  describe('a run of the cycle', () => {
    it('starts in an area on the list of the programme (G-01)', () =>
      given(until(1)).when(line(4)).thenRefused('location-not-decreed', { programme: 'KOTAKU' }))
    it('not on the list of another programme', () =>
      given(until(1), line(2, { data: { programme: 'PNPM_MP' } }))
        .when(line(4))
        .thenRefused('location-not-decreed'))
    it('not when the decree was withdrawn', () => {
      const revoked = act(
        'area.RevokeLocation',
        entity.area,
        line(2).actor,
        { decree: 'SK-2', programme: 'KOTAKU', revokes: 'SK-LOKASI-KOTAKU-2018' },
        { papers: ['sk-lokasi'] },
      )
      return given(until(3), { ...revoked, recorder: who.pmu })
        .when(line(4))
        .thenRefused('location-not-decreed')
    })
    it('once for area, edition and year', () =>
      given(until(4))
        .when(line(4, { subject: { kind: 'cycle', id: id('CYC-2') } }))
        .thenRefused('already-taken'))
    it('goes step by step', () => given(until(4)).when(line(6)).thenRefused('out-of-order'))
    it('ends when the residents reject it, for good (G-13)', async () => {
      await given(until(5))
        .when(line(6, { data: { outcome: 'rejected', notes: 'Warga menolak' } }))
        .thenAccepted('Rejected')
      await given(rejected).when(line(7)).thenRefused('out-of-order')
      await given(rejected)
        .when(line(4, { subject: { kind: 'cycle', id: id('CYC-2') } }))
        .thenRefused('already-taken')
      await given(rejected).when(force('1.4')).thenRefused('out-of-order')
    })
    it('is taken forward by the forming of its team', async () => {
      await given(until(6)).when(line(7)).thenAccepted()
      await given(until(5)).when(line(7)).thenRefused('out-of-order')
    })
    it('a plan is drafted, reviewed, ratified', async () => {
      await given(until(13)).when(line(15)).thenRefused('out-of-order')
      await given(until(13)).when(line(14)).thenAccepted('2.4.drafted')
      await given(until(14)).when(line(19)).thenRefused('out-of-order')
      await given(until(15))
        .when(act('cycle.RecordStep', cycle, who.pokja, { step: '2.4', outcome: 'returned', notes: 'Sinkronkan' }))
        .thenAccepted('2.4')
    })
    it('is reviewed when the works are functioning', () =>
      given(until(284))
        .when(act('cycle.RecordStep', cycle, who.bkm, { step: '4.2', outcome: 'functioning' }))
        .thenAccepted('4.3'))
    it('takes reasons of delay at any time, several on a day, each once', async () => {
      const noted = (reason: string, more: object = {}) => act('cycle.NoteStuckReason', cycle, who.korkot, { reason, ...more })
      await given(until(8))
        .when(noted('SDM', { stage: '2.4', notes: 'Faskel berganti' }))
        .thenAccepted()
      await given(until(284), noted('SDM')).when(noted('KOMUNIKASI')).thenAccepted('4.2')
      await given(until(8), noted('SDM')).when(noted('SDM')).thenSame()
      await given(until(8)).when(noted('CUACA_BURUK')).thenMalformed('/reason')
    })
    it('closes at the end', () =>
      given(until(284))
        .when(act('cycle.Close', cycle, who.korkot))
        .thenAccepted('Closed'))
  })

  describe('a stage is entered by force (G-14)', () => {
    it('with reason and paper, and always flagged', () => given(until(8)).when(force('2.4')).thenNoted('stage-forced', '2.4'))
    it('not without a reason', () =>
      given(until(8))
        .when(force('2.4', { reason: undefined }))
        .thenRefused('force-unexplained'))
    it('not without a paper', () =>
      given(until(8))
        .when(force('2.4', { papers: [] }))
        .thenRefused('force-unexplained'))
    it('not by a role that the workflow does not name', () =>
      given(until(8))
        .when(force('2.4', {}, who.bkm))
        .thenRefused('role-not-allowed'))
    it('not by a role that may not force', () => {
      const narrow = scenarioUnder(variant('KOTAKU-2018', (edition) => (edition.force.roles = ['PMU'])))
      return given(narrow.until(8)).when(force('2.4')).thenRefused('may-not-force', { allowed: 'PMU' })
    })
    it.each(['9.9', 'constructor', '2.4.toString', '2.4.drafted.x', '2'])('not to %s, which is no stage to stand at', (to) =>
      given(until(8)).when(force(to)).thenRefused('stage-unknown'),
    )
    it('not out of a run that is closed', () =>
      given(until(284), act('cycle.Close', cycle, who.korkot))
        .when(force('4.1'))
        .thenRefused('out-of-order'))
    it.each(['Both', 'Both.one', 'Both.one.begun'])('not into %s, a part of a parallel stage', (to) => {
      const parallel = scenarioUnder(
        variant('KOTAKU-2018', (edition) => {
          const stages = edition.workflows['cycle']?.stages as Record<string, object>
          stages['Both'] = { parallel: true, stages: { one: { stages: { begun: {} } }, two: { stages: { begun: {} } } } }
        }),
      )
      return given(parallel.until(8)).when(force(to)).thenRefused('stage-unknown')
    })
    it('and from there it goes on in order', () => given(until(8), force('2.4')).when(line(14)).thenAccepted('2.4.drafted'))
    it('what was skipped stays unmet: the plan was not ratified', () =>
      given(until(15), force('3.1'), lines(16, 20, 21, 22, 23, 24, 25))
        .when(line(27))
        .thenRefused('plan-not-ratified'))
  })
}
