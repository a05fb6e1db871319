import { describe, it } from 'vitest'
import { given } from '../support/given.ts'
import { act, entity, id, line, who } from '../support/prabumulih.ts'
import { complaint, lines, other, otherDecreed, until } from '../support/places.ts'

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
    it('may become a legal case', async () => {
      const legal = by(who.korkot, 'OpenLegalProcess', { number: 'LP-1' })
      await given(until(194)).when(legal).thenAccepted('LegalProcess')
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
}
