import { describe, it } from 'vitest'
import { given } from '../support/given.ts'
import { act, entity, id, line, scenarioUnder, who } from '../support/prabumulih.ts'
import { further, furtherAtV5, furtherDrafted, office, other, otherDecreed, otherDrafted, until } from '../support/places.ts'
import { variant } from '../support/editions.ts'

const { a, b, c, cycle } = entity
const submitted = until(39)
const prioritised = until(55)
const step = (
  subject: typeof a,
  actor: (typeof who)[keyof typeof who],
  name: string,
  outcome: string,
  more: object = {},
  papers: string[] = [],
) => act('proposal.RecordStep', subject, actor, { step: name, outcome, ...more }, { papers })
const decisions = (...changes: readonly object[]) =>
  line(55, {
    data: {
      decisions: [
        { proposal: a.id, rank: 1, outcome: 'approved', amount: '220000000' },
        { proposal: c.id, rank: 2, outcome: 'approved', amount: '100000000' },
        { proposal: b.id, rank: 3, outcome: 'approved', amount: '170000000' },
      ].map((decision, index) => ({ ...decision, ...changes[index] })),
    },
  })

/** From draft to the decision of the meeting: DOMAIN §3.1 to §3.3, V1 to V6, G-04, G-06, G-10. */
export function proposalFileRows(): void {
  describe('a proposal is drafted', () => {
    it('by the group itself', () =>
      given(until(30))
        .when(line(31, { actor: who.ksmB }))
        .thenRefused('not-own-proposal'))
    it('by a group that stands', () =>
      given(until(30), act('institution.Dissolve', entity.ksmA, who.upl, { why: 'Bubar' }, { on: line(31).earliest ?? '' }))
        .when(line(31))
        .thenRefused('group-not-standing'))
    it('by a group, not by a board', () =>
      given(until(30), office({ ...who.bkm, role: 'KSM', institution: id('KSM-ANGGUR') }))
        .when(line(31, { actor: { ...who.bkm, role: 'KSM', institution: id('KSM-ANGGUR') }, data: { ksm: id('BKM-SEINGGOK') } }))
        .thenRefused('group-not-standing'))
    it('under an allocation that exists', () =>
      given(until(30))
        .when(line(31, { data: { allocation: id('ALK-1999') } }))
        .thenRefused('unknown-reference', { kind: 'allocation' }))
    it('by a group that exists', () =>
      given(until(30))
        .when(line(31, { data: { ksm: id('KSM-NONE') } }))
        .thenRefused('unknown-reference', { kind: 'institution' }))
    it('for an amount above zero', () =>
      given(until(30))
        .when(line(31, { data: { grant: '0' } }))
        .thenMalformed('/grant'))
  })

  describe('a proposal is handed in', () => {
    it('by a group with an account', () =>
      given(until(33), act('institution.CloseBankAccount', entity.ksmA, who.ksmA, { account: 'REK-KSM-ANGGUR' }))
        .when(line(34))
        .thenRefused('group-account-missing'))
    it('with lines that add up', () =>
      given(until(33))
        .when(line(34, { data: { grant: '220000000.01' } }))
        .thenRefused('lines-do-not-add-up', { lines: '220000000' }))
    it('lines that others pay do not count', () => {
      const paid = [
        { line: '1', item: 'Pasir', amount: '220000000', fundedBy: 'grant' },
        { line: '2', item: 'Tenaga', amount: '9999999999999999', fundedBy: 'swadaya' },
      ]
      return given(until(33))
        .when(line(34, { data: { lines: paid } }))
        .thenAccepted('Submitted')
    })
    it('under its own number', () =>
      given(until(33))
        .when(line(34, { data: { number: 'PROP-B' } }))
        .thenRefused('proposal-number-differs'))
    it('after it was drafted', () => given(until(30)).when(line(34)).thenIs('unknown'))
    it('again under its own number, with lines that add up', async () => {
      await given(until(49))
        .when(line(50, { data: { number: 'PROP-C2' } }))
        .thenRefused('proposal-number-differs')
      await given(until(49))
        .when(line(50, { data: { grant: '99999999.99' } }))
        .thenRefused('lines-do-not-add-up')
    })
  })

  describe('it is verified desk by desk', () => {
    it('V1 registers or returns', async () => {
      await given(submitted).when(line(40)).thenAccepted('Registered')
      await given(submitted)
        .when(step(a, who.upl, 'V1', 'returned', { notes: 'Daftar anggota kurang' }))
        .thenAccepted('Returned')
    })
    it('V2 comes after V1', () => given(submitted).when(line(43)).thenRefused('out-of-order'))
    it('V2 finds works feasible on a drawing and a volume sheet (G-06)', () =>
      given(until(42))
        .when(step(c, who.faskelT, 'V2', 'feasible'))
        .thenRefused('drawing-missing', { missing: 'gambar, lembar-volume' }))
    it('works of no building need none', () =>
      given(until(30), line(31, { data: { infrastructure: false } }), line(34, { evidence: [], papers: ['proposal', 'rab'] }), line(40))
        .when(line(43))
        .thenAccepted('UnderVerification.V3'))
    it('V2 rejects with notes only', async () => {
      await given(until(42))
        .when(step(a, who.faskelT, 'V2', 'rejected'))
        .thenRefused('rejection-unexplained')
      await given(until(42))
        .when(step(a, who.faskelT, 'V2', 'rejected', { notes: 'Tumpang tindih' }))
        .thenAccepted('Rejected')
    })
    it('V2 and V3 are taken by different persons (G-04)', () =>
      given(until(44))
        .when(line(45, { actor: who.faskelT }))
        .thenRefused('same-person-in-chain', { step: 'V2' }))
    it('the verifier is no member of the group (four eyes)', () =>
      given(until(42), act('institution.JoinMember', entity.ksmA, who.ksmA, { member: who.faskelT.person }))
        .when(line(43))
        .thenRefused('verifier-is-member'))
    it('V3 and V4 return to the group, and it starts at V1 again', async () => {
      await given(until(44))
        .when(step(a, who.faskelS, 'V3', 'returned', { notes: 'Sasaran' }))
        .thenAccepted('Returned')
      const back = step(a, who.dprkp, 'V4', 'returned', { notes: 'Lahan' })
      await given(until(46)).when(back).thenAccepted('Returned')
      await given(until(46), back)
        .when(line(50, { subject: a, actor: who.ksmA, data: { ...line(34).data } }))
        .thenAccepted('Submitted')
    })
    it('an amount belongs to V5 alone', () =>
      given(submitted)
        .when(step(a, who.upl, 'V1', 'registered', { amount: '1' }))
        .thenRefused('step-amount-unexpected'))
    it('V6 acknowledges, or objects and sends it back to the meeting', async () => {
      await given(prioritised).when(line(59)).thenAccepted('Approved')
      await given(prioritised)
        .when(step(a, who.lurah, 'V6', 'objected'))
        .thenRefused('rejection-unexplained')
      await given(prioritised)
        .when(step(a, who.lurah, 'V6', 'objected', { notes: 'Bukan lahan desa' }))
        .thenAccepted('UnderVerification.V5')
    })
    it('a step that no desk takes is refused', () =>
      given(submitted)
        .when(step(a, who.upl, 'V7', 'signed'))
        .thenRefused('out-of-order'))
  })

  describe('the meeting of the board decides priorities (V5, BAPPUK)', () => {
    const ranked = until(54)
    it('within the allocation less operating cost, not one sen more', () =>
      given(ranked)
        .when(decisions({ amount: '220000000.01' }))
        .thenRefused('approved-exceeds-allocation', { limit: '490000000' }))
    it('a proposal decided before counts', () =>
      given(prioritised, furtherDrafted)
        .when(line(55, { data: { number: 'BAPPUK-2', decisions: [{ proposal: further.id, rank: 1, outcome: 'approved', amount: '1' }] } }))
        .thenRefused('approved-exceeds-allocation'))
    it('no proposal for more than it asks', () =>
      given(ranked)
        .when(decisions({ outcome: 'deferred', amount: undefined }, { amount: '100000000.01' }))
        .thenRefused('approved-exceeds-proposal', { proposal: 'PROP-C' }))
    it('an approval names its amount', () =>
      given(ranked)
        .when(decisions({ amount: undefined }))
        .thenRefusedAt('approval-without-amount', '/decisions/0/amount'))
    it('a deferral names none', () =>
      given(ranked)
        .when(decisions({}, { outcome: 'deferred' }))
        .thenRefusedAt('approval-without-amount', '/decisions/1/amount'))
    it('each proposal once', () =>
      given(ranked)
        .when(decisions({}, { proposal: a.id }))
        .thenRefused('proposal-ranked-twice'))
    it('each rank once', () =>
      given(ranked)
        .when(decisions({}, { rank: 1 }))
        .thenRefused('proposal-ranked-twice'))
    it('proposals of one allocation', () =>
      given(ranked, otherDecreed, otherDrafted)
        .when(decisions({ proposal: other.proposal.id }))
        .thenRefused('proposal-of-other-allocation'))
    it('proposals that have come so far', () => given(until(53)).when(decisions()).thenRefused('out-of-order'))
    it('proposals that exist', () =>
      given(ranked)
        .when(decisions({ proposal: id('PRO-NONE') }))
        .thenRefused('unknown-reference'))
    it('deferred ones may be taken up again', async () => {
      const deferred = decisions({ outcome: 'deferred', amount: undefined })
      const again = act('proposal.Reactivate', a, who.bkm, { why: 'Dana tersedia' })
      await given(ranked, deferred).when(again).thenAccepted('UnderVerification.V5')
      await given(ranked, deferred).when(line(59)).thenRefused('out-of-order')
    })
    it('rejected ones end', () =>
      given(ranked, decisions({ outcome: 'rejected', amount: undefined }))
        .when(line(59))
        .thenRefused('out-of-order'))
    it('with notes they are approved as well', () =>
      given(ranked, decisions({ outcome: 'approved-with-notes' }))
        .when(line(59))
        .thenAccepted('Approved'))
    it('nobody both registers and decides (R23)', () => {
      const both = { ...who.upl, role: 'BKM' }
      return given(ranked, office(both))
        .when(line(55, { actor: both }))
        .thenRefused('same-person-in-chain', { step: 'V1' })
    })
    it('what was withdrawn no longer counts', () =>
      given(ranked, furtherAtV5, decisions(), act('proposal.Withdraw', a, who.ksmA, { why: 'Lahan batal' }))
        .when(
          line(55, {
            subject: cycle,
            data: { number: 'BAPPUK-2', decisions: [{ proposal: further.id, rank: 1, outcome: 'approved', amount: '5000000' }] },
          }),
        )
        .thenAccepted())
  })

  describe('where the meeting decides proposal by proposal', () => {
    const single = variant('KOTAKU-2018', (edition) => {
      const workflow = edition.workflows['proposal']
      const v5 = workflow?.stages['UnderVerification']?.stages?.['V5']
      if (!workflow || !v5) return
      workflow.facts['proposal.StepRecorded:V5'] = { by: { any: ['BKM'] } }
      v5.on = { ...v5.on, 'proposal.StepRecorded:V5:approved': 'Prioritised' }
    })
    const ranked = scenarioUnder(single).until(54)
    const v5 = (amount: string) => step(a, who.member, 'V5', 'approved', { amount })
    it('it approves what was asked', () => given(ranked).when(v5('220000000')).thenAccepted('Prioritised'))
    it('not more', () => given(ranked).when(v5('220000000.01')).thenRefused('step-approved-exceeds-proposal'))
    it('not more than the allocation leaves', () => given(ranked).when(v5('490000000.01')).thenRefused('step-approved-exceeds-allocation'))
    it('and names an amount', () =>
      given(ranked)
        .when(step(a, who.member, 'V5', 'approved'))
        .thenRefused('step-amount-unexpected'))
  })
}
