import { describe, expect, it } from 'vitest'
import { given } from '../support/given.ts'
import { act, entity, id, line, scenarioUnder, who } from '../support/prabumulih.ts'
import { complaint, lines, other, otherDecreed, until } from '../support/places.ts'
import { variant } from '../support/editions.ts'

const subject = entity.complaint
const resolved = lines(193, 194, 195, 199, 200)
const by = (actor: (typeof who)[keyof typeof who], command: string, data: object = {}) => act(`complaint.${command}`, subject, actor, data)

/** Complaints: DOMAIN §8.4. */
export function complaintRows(): void {
  describe('a complaint', () => {
    it('is about something that exists', () =>
      given(until(189))
        .when(line(190, { data: { tranche: id('ALK-2033-T1') } }))
        .thenRefused('unknown-reference', { kind: 'tranche' }))
    it('lies in the area of what it is about (B3)', async () => {
      await given(until(189))
        .when(line(190, { data: { area: id('AREA-LAIN') } }))
        .thenRefused('parent-differs', { field: 'area' })
      await given(until(189), otherDecreed)
        .when(line(190, { data: { tranche: other.t1.id } }))
        .thenRefused('parent-differs', { field: 'proposal' })
    })
    it('may be about nothing in particular, and then suspends nothing', async () => {
      const loose = line(190, { data: { tranche: undefined, proposal: undefined } })
      await given(until(189)).when(loose).thenAccepted('Received')
      await given(until(189), loose, line(191), line(192, { data: { severity: 6 } }))
        .when(line(204))
        .thenAccepted('SppIssued')
    })
    it('is logged before it is classified', () => given(until(190)).when(line(192)).thenRefused('out-of-order'))
    it('has a severity of one to six', () =>
      given(until(191))
        .when(line(192, { data: { severity: 7 } }))
        .thenMalformed('/severity'))
    it('is escalated, taken up there and solved', async () => {
      const up = given(until(189), complaint(3), line(193), by(who.faskelT, 'Escalate', { to: 'KMW' }))
      await given(up.state).when(line(194)).thenRefused('out-of-order')
      await given(up.state)
        .when(by(who.korkot, 'Assign', { to: 'KORKOT' }))
        .thenAccepted('Assigned')
    })
    it('is escalated upward only', async () => {
      const assigned = given(until(189), complaint(3), line(193))
      for (const to of ['BKM', 'FASKEL', 'WARGA'])
        await given(assigned.state)
          .when(by(who.faskelT, 'Escalate', { to }))
          .thenRefused('escalation-not-upward', { from: 'FASKEL', to })
      await given(assigned.state)
        .when(by(who.faskelT, 'Escalate', { to: 'KORKOT' }))
        .thenAccepted('Escalated')
    })
    it('anonymous, it names nobody', async () => {
      const anonymous = { anonymous: true }
      await given(until(189))
        .when(line(190, { data: anonymous }))
        .thenRefused('anonymous-names-person')
      await given(until(189))
        .when({ ...line(190, { data: anonymous }), actor: { role: 'WARGA' } })
        .thenAccepted('Received')
    })
    it('about a proposal alone, if severe, stands before the next tranche', async () => {
      const about = [190, 191, 192].map((seq) =>
        line(seq, { data: seq === 190 ? { tranche: undefined, proposal: entity.a.id } : seq === 192 ? { severity: 4 } : {} }),
      )
      await given(until(153), about).when(line(154)).thenRefused('blocking-complaint-open', { count: 1 })
      await given(until(153), about, lines(193, 194, 195, 199))
        .when(line(154))
        .thenAccepted()
    })
    it('resolved or published, it may be reopened, and is classified anew', async () => {
      const solved = given(until(189), complaint(4), lines(193, 194, 195, 199))
      const reopen = by(who.bkm, 'Reopen', { why: 'Terjadi lagi' })
      await given(solved.state).when(reopen).thenAccepted('Logged')
      await given(solved.state, line(200)).when(reopen).thenAccepted('Logged')
    })
    it('may become a legal case', async () => {
      const legal = by(who.korkot, 'OpenLegalProcess', { number: 'LP-1' })
      await given(until(194)).when(legal).thenAccepted('LegalProcess')
      await given(until(195)).when(legal).thenAccepted('LegalProcess')
      await given(until(194), legal).when(line(199)).thenAccepted('Resolved')
    })
    it('closed, it may be reopened with a reason', async () => {
      const closed = given(until(189), complaint(3), resolved, line(202))
      await given(closed.state)
        .when(by(who.bkm, 'Reopen', { why: 'Terjadi lagi' }))
        .thenAccepted('Logged')
      await given(closed.state).when(line(200)).thenRefused('out-of-order')
    })
    it('about a tranche that has ended suspends nothing and is handled all the same', () => {
      const late = { kind: 'complaint', id: id('PGD-2019-001') }
      const [received, logged, classified] = [190, 191, 192].map((seq) =>
        line(seq, { subject: late, data: seq === 192 ? { severity: 6 } : {} }),
      )
      if (!received || !logged || !classified) throw new Error('three lines')
      return given(until(284), received, logged).when(classified).thenAccepted('Classified')
    })
  })

  describe('where the edition lets a resolution resume the tranche', () => {
    const edition = variant(
      'KOTAKU-2018',
      (draft) => {
        draft.workflows['tranche']?.resumes.push('complaint.Resolved')
      },
      'KOTAKU-RESUMES',
    )
    const at = scenarioUnder(edition).until(189)
    const tranche = { kind: 'tranche', id: id('ALK-2018-T2') }
    const toSolution = lines(193, 194, 195)
    const second = [190, 191, 192].map((seq) =>
      line(seq, { subject: { kind: 'complaint', id: id('PGD-2') }, data: seq === 192 ? { severity: 5 } : {} }),
    )
    it('it goes on where it stood', async () => {
      const [fact] = await given(at, complaint(4), toSolution).when(line(199)).thenAccepted('Resolved')
      expect(fact?.moves.find(({ kind }) => kind === 'tranche')).toMatchObject({ suspended: { from: true, to: false } })
      await given(at, complaint(4), toSolution, line(199)).when(line(204)).thenAccepted('SppIssued')
    })
    it('not while another complaint suspends it', () =>
      given(at, complaint(4), second, toSolution, line(199)).when(line(204)).thenRefused('suspended'))
    it('nor when an authority suspended it besides', () =>
      given(at, complaint(4), act('tranche.Suspend', tranche, who.korkot, { why: 'Pemeriksaan' }), toSolution, line(199))
        .when(line(204))
        .thenRefused('suspended'))
    it('and a complaint that suspended nothing resumes nothing', async () => {
      const [fact] = await given(at, complaint(3), toSolution).when(line(199)).thenAccepted('Resolved')
      expect(fact?.moves.map(({ kind }) => kind)).toEqual(['complaint'])
    })
  })
}
