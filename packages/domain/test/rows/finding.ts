import { describe, it } from 'vitest'
import { given } from '../support/given.ts'
import { act, entity, id, line, who } from '../support/prabumulih.ts'
import { other, otherDecreed, until } from '../support/places.ts'
import { audit } from '../support/audit.ts'

const base = given(until(153), audit.wishes)
const recorded = given(base.state, audit.recorded())
const answered = given(recorded.state, audit.answered())
const agreed = given(answered.state, audit.agreed())
const requestSecond = line(154)

/** Findings of auditors: DOMAIN §8.1, §8.2; VF-29. */
export function findingRows(): void {
  describe('a finding', () => {
    it('is recorded by auditors, in five parts', async () => {
      await given(base.state).when(audit.recorded()).thenAccepted('Recorded')
      await given(base.state)
        .when({ ...audit.recorded(), actor: who.pmu })
        .thenRefused('role-not-allowed')
      await given(base.state)
        .when(audit.recorded({ sebab: undefined }))
        .thenMalformed('/sebab')
    })
    it('once by its number and place in the notice', async () => {
      await given(recorded.state).when(audit.recorded()).thenSame()
      await given(recorded.state)
        .when(audit.recorded({ amount: '4500000' }))
        .thenRefused('differs-from-recorded')
    })
    it('about things that exist and belong together', async () => {
      await given(base.state)
        .when(audit.recorded({ tranche: id('ALK-2033-T1') }))
        .thenRefused('unknown-reference', { kind: 'tranche' })
      await given(base.state, otherDecreed)
        .when(audit.recorded({ tranche: other.t1.id }))
        .thenRefused('parent-differs', { field: 'allocation' })
      await given(base.state)
        .when(audit.recorded({ area: id('AREA-LAIN') }))
        .thenRefused('parent-differs', { field: 'area' })
      await given(base.state)
        .when(audit.recorded({ allocation: undefined, proposal: entity.a.id, area: entity.area.id }))
        .thenAccepted('Recorded')
    })
    it('is answered by whom it is about', async () => {
      await given(recorded.state).when(audit.answered(who.ppk)).thenRefused('not-the-audited')
      await given(recorded.state).when(audit.answered(audit.bpkp)).thenRefused('role-not-allowed')
      await given(recorded.state).when(audit.answered()).thenAccepted('Answered')
      await given(base.state, audit.recorded({ institution: undefined }))
        .when(audit.answered(who.ppk))
        .thenAccepted('Answered')
    })
    it('may be answered again before a follow-up is agreed', () =>
      given(answered.state).when(audit.answered(who.bkm, 'TANGGAPAN-2')).thenAccepted('Answered'))
    it('is followed up as agreed, until a day to come', async () => {
      await given(recorded.state).when(audit.agreed()).thenRefused('out-of-order')
      await given(answered.state).when(audit.agreed('2018-01-01')).thenRefused('period-reversed')
      await given(answered.state).when(audit.agreed()).thenAccepted('FollowUp')
    })
    it('is verified with what is missing', async () => {
      await given(agreed.state).when(audit.verified('partly')).thenRefused('shortfall-unexplained')
      await given(agreed.state).when(audit.verified('partly', 'Satu kwitansi kurang')).thenAccepted('FollowUp')
      await given(agreed.state).when(audit.verified('not-done', 'Belum ada')).thenAccepted('FollowUp')
      await given(agreed.state).when(audit.verified('done')).thenAccepted('Verified')
    })
    it('is closed when the answer or the follow-up is enough, and may be reopened', async () => {
      await given(recorded.state).when(audit.closed).thenRefused('out-of-order')
      await given(answered.state).when(audit.closed).thenAccepted('Closed')
      await given(agreed.state).when(audit.closed).thenRefused('out-of-order')
      await given(agreed.state, audit.verified('done')).when(audit.closed).thenAccepted('Closed')
      await given(agreed.state, audit.verified('done'), audit.closed).when(audit.reopened).thenAccepted('Recorded')
    })
  })

  describe('a blocking finding (DOMAIN 2.5 item 8)', () => {
    const blocking = audit.recorded({ blocking: true })
    it('names what it blocks', () =>
      given(base.state)
        .when(audit.recorded({ blocking: true, allocation: undefined }))
        .thenRefused('blocking-nothing'))
    it('stands before the next tranche until it is closed', async () => {
      await given(base.state, blocking).when(requestSecond).thenRefused('blocking-finding-open', { count: 1 })
      await given(base.state, blocking, audit.answered(), audit.agreed(), audit.verified('done'))
        .when(requestSecond)
        .thenRefused('blocking-finding-open')
      const done = given(base.state, blocking, audit.answered(), audit.agreed(), audit.verified('done'), audit.closed)
      await given(done.state).when(requestSecond).thenAccepted()
      await given(done.state, audit.reopened).when(requestSecond).thenRefused('blocking-finding-open')
    })
    it('also about a tranche or a proposal of the allocation', async () => {
      for (const about of [{ tranche: entity.t1.id }, { proposal: entity.b.id }])
        await given(base.state, audit.recorded({ blocking: true, allocation: undefined, ...about }))
          .when(requestSecond)
          .thenRefused('blocking-finding-open')
    })
    it('about another allocation it does not', () =>
      given(base.state, otherDecreed, audit.recorded({ blocking: true, allocation: other.allocation.id }))
        .when(requestSecond)
        .thenAccepted())
    it('nor does one that does not block', () => given(recorded.state).when(requestSecond).thenAccepted())
  })

  describe('an opinion', () => {
    it('is a paper about an institution that exists, and waits for nobody', async () => {
      await given(base.state).when(audit.opinion()).thenAccepted()
      await given(base.state)
        .when(audit.opinion({ institution: id('BKM-NONE') }))
        .thenRefused('unknown-reference')
      await given(base.state)
        .when({ ...audit.opinion(), actor: who.bkm })
        .thenRefused('role-not-allowed')
    })
    it('is given once under its id, and is no finding', async () => {
      await given(base.state, audit.opinion()).when(audit.opinion()).thenSame()
      await given(base.state, audit.opinion())
        .when(audit.opinion({ number: 'LAI-2018-B' }))
        .thenRefused('finding-not-opinion')
      await given(base.state, audit.opinion())
        .when({ ...audit.recorded(), subject: audit.opinion().subject })
        .thenRefused('opinion-not-finding')
      await given(recorded.state)
        .when({ ...audit.opinion(), subject: audit.finding })
        .thenRefused('finding-not-opinion')
    })
    it('has no follow-up', () =>
      given(base.state, audit.opinion())
        .when(act('finding.Close', audit.opinion().subject, audit.bpkp))
        .thenRefused('out-of-order'))
  })
}
