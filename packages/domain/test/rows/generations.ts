import { describe, expect, it } from 'vitest'
import { domain } from '@jejak/domain'
import { given, type State, type Wish } from '../support/given.ts'
import { act, who } from '../support/prabumulih.ts'
import { accounted, agreedUnder, chain, contracted, decreed, decreedUnder, old, olds, paid, requested, used } from '../support/p2kp.ts'

const { tranche, proposal, allocation } = olds
const edition = 'P2KP3-2006'
const [first, second, third] = ['40000000', '100000000', '60000000'] as const
const start = agreedUnder(decreed(edition, '200000000'), '200000000')
const firstPaid = given(start, contracted('200000000', [first, second, third]), requested(1, first), chain(1, first), paid(1, first)).state
const through = (ordinal: number, amount: string, spends = amount): Wish[] => [
  requested(ordinal, amount),
  ...chain(ordinal, amount),
  ...paid(ordinal, amount),
  ...used(ordinal, amount, spends),
]
const all = (rest: string, begun = '39000000'): State =>
  given(firstPaid, used(1, first, begun), accounted(1, begun), through(2, second), accounted(2, second), through(3, third, rest)).state

async function amounts(state: State): Promise<bigint[]> {
  const log = await state()
  const planned = log.facts.filter(({ fact }) => fact.type === 'tranche.Planned')
  return planned.map(({ fact }) => (log.fold(domain.slice('tranche').fold, fact.subject.id).data as { amountSen: bigint }).amountSen)
}

/** P2KP3-2006 and PNPM-MP-2013 beside KOTAKU: DOMAIN §2.2, §2.4, §2.7, G-03, G-12. */
export function generationRows(): void {
  describe('P2KP3-2006', () => {
    it('plans 20/50/30, rounded half up, the last takes the rest (appendix C2)', async () =>
      expect(await amounts(decreedUnder(decreed(edition, '333333333')))).toEqual([6_666_666_700n, 16_666_666_700n, 9_999_999_900n]))
    it('passes the file through VF-10, VF-11, VF-12 to the PPK', () =>
      given(start, requested(1, first), chain(1, first))
        .when(paid(1, first)[0] as Wish)
        .thenAccepted('SppIssued'))
    it('pays an instalment out of the tranche, and the rest later', () =>
      given(firstPaid, used(1, first, first).slice(0, 1))
        .when({ ...(used(1, first, first)[1] as Wish), data: { ...used(1, first, first)[1]?.data, amount: '1' } })
        .thenAccepted('Distributing'))
    it('the PJOK comes before the Korkot', () => {
      const [checked, vf10, vf11] = chain(1, first)
      const vf12 = chain(1, first)[3]
      return given(start, requested(1, first), checked as Wish, vf10 as Wish)
        .when(vf12 as Wish)
        .thenRefused('out-of-order', { possible: expect.stringContaining('VF-11') as string })
        .then(() =>
          given(start, requested(1, first), checked as Wish, vf10 as Wish)
            .when(vf11 as Wish)
            .thenAccepted('UnderVerification.KORKOT'),
        )
        .then(() => undefined)
    })
    it('every desk may return it, and takes it again', () =>
      given(start, requested(1, first), chain(1, first, true))
        .when(paid(1, first)[0] as Wish)
        .thenAccepted('SppIssued'))
    it('needs the account of the tranche before it accepted (G-03)', async () => {
      await given(firstPaid, used(1, first, first))
        .when(requested(2, second))
        .thenRefused('previous-lpj-not-accepted', { ordinal: 1 })
      await given(firstPaid, used(1, first, first), accounted(1, first).slice(0, 1))
        .when(requested(2, second))
        .thenRefused('previous-lpj-not-accepted')
      await given(firstPaid, used(1, first, first), accounted(1, first))
        .when(requested(2, second))
        .thenAccepted('UnderVerification.FASKEL')
    })
    it('the account goes back to the board, and comes again', async () => {
      const back = act('tranche.RecordStep', tranche(1), old.pjok, { step: 'VF-22', outcome: 'returned', notes: 'Kwitansi kurang' })
      const submitted = given(firstPaid, used(1, first, first), accounted(1, first).slice(0, 1)).state
      await given(submitted).when(back).thenAccepted('LpjReturned')
      await given(submitted, back)
        .when({ ...(accounted(1, first)[0] as Wish), data: { number: 'LPJ-1B', amount: first, covers: [tranche(1).id] } })
        .thenAccepted('LpjSubmitted.PJOK')
    })
    it('what is left of an earlier tranche is carried over, not due', () =>
      given(firstPaid, used(1, first, '39000000'), accounted(1, '39000000').slice(0, 1))
        .when(accounted(1, '39000000')[1] as Wish)
        .thenAccepted('LpjAccepted'))
    it('agreement and account name the tranche whose turn it is; the last account names none', async () => {
      const planned = (await start()).facts.filter(({ fact }) => fact.type === 'tranche.Planned').map(({ fact }) => fact.subject.id)
      const agreed = (await start()).facts.find(({ fact }) => fact.type === 'allocation.AgreementSigned')?.fact
      expect([agreed?.data['tranches'], agreed?.data['next']]).toEqual([planned, tranche(1).id])
      const one = given(firstPaid, used(1, first, first))
      const [submitted, accepted] = accounted(1, first) as [Wish, Wish]
      const [fact] = await given(one.state, submitted).when(accepted).thenAccepted('LpjAccepted')
      expect([fact?.data['next'], fact?.tags.includes(`tranche:${tranche(2).id}`)]).toEqual([tranche(2).id, true])
      const cancelled = act('tranche.Cancel', tranche(2), old.pjok, { why: 'Tutup tahun' })
      const [skipping] = await given(one.state, cancelled, submitted).when(accepted).thenAccepted()
      expect(skipping?.data['next']).toBe(tranche(3).id)
      const [last, done3] = accounted(3, third) as [Wish, Wish]
      const [none] = await given(all(third, first), last).when(done3).thenAccepted('LpjAccepted')
      expect(none && 'next' in none.data).toBe(false)
    })
    it('what is left at the end stays with the community', async () => {
      const due = given(all('59000000', first), accounted(3, '59000000'))
      const back = act(
        'proposal.ReturnLeftover',
        proposal,
        old.ksm,
        { bankReference: 'TRF-9', amount: '1000000', tranche: tranche(3).id },
        { papers: ['bukti-transfer'] },
      )
      const kept = (amount: string) =>
        act('tranche.KeepLeftover', tranche(3), old.bkm, { number: 'BA-ABADI', amount }, { papers: ['ba-dana-masyarakat'] })
      await given(due.state).when(kept('1000000')).thenRefused('exceeds-balance')
      const ready = given(all('59000000', first), done('199000000'), accounted(3, '59000000'), back).state
      await given(ready).when(kept('1000000.01')).thenRefused('exceeds-leftover')
      await given(ready).when(kept('1000000')).thenAccepted('Refunded')
      await given(ready).when(kept('400000')).thenAccepted('RefundDue')
      await given(ready, kept('1000000'))
        .when(act('tranche.Close', tranche(3), old.pjok))
        .thenAccepted('Closed')
      await given(ready)
        .when(act('tranche.ReturnLeftover', tranche(3), old.bkm, { number: 'BS', amount: '1' }))
        .thenRefused('out-of-order')
    })
    it('what was carried over is settled with the last tranche, not lost', async () => {
      const carried = given(all(third), done('199000000')).state
      const [submitted, accepted] = accounted(3, third) as [Wish, Wish]
      const back = act(
        'proposal.ReturnLeftover',
        proposal,
        old.ksm,
        { bankReference: 'TRF-9', amount: '1000000', tranche: tranche(3).id },
        { papers: ['bukti-transfer'] },
      )
      const kept = (amount: string) =>
        act('tranche.KeepLeftover', tranche(3), old.bkm, { number: 'BA-ABADI', amount }, { papers: ['ba-dana-masyarakat'] })
      await given(carried, submitted).when(accepted).thenAccepted('RefundDue')
      await given(carried, submitted, accepted).when(kept('1000000')).thenRefused('exceeds-balance', { held: '0' })
      await given(carried, submitted, accepted, back).when(kept('1000000.01')).thenRefused('exceeds-leftover', { leftover: '1000000' })
      await given(carried, submitted, accepted, back).when(kept('1000000')).thenAccepted('Refunded')
      const closing = [1, 2, 3].map((ordinal) => act('tranche.Close', tranche(ordinal), old.pjok))
      await given(carried, submitted, accepted, back, kept('1000000'), closing)
        .when(act('allocation.Close', allocation, old.pjok))
        .thenAccepted('Closed')
    })
    it('a file may be rejected, a tranche cancelled, an allocation revoked', async () => {
      await given(start, requested(1, first), chain(1, first))
        .when(act('tranche.RecordStep', tranche(1), old.ppk, { step: 'VF-13', outcome: 'rejected', notes: 'Tidak layak' }))
        .thenAccepted('Rejected')
      await given(start)
        .when(act('tranche.Cancel', tranche(1), old.pjok, { why: 'Tutup tahun' }))
        .thenAccepted('Cancelled')
      await given(start)
        .when(act('allocation.Revoke', allocation, old.satker, { number: 'SK-C', why: 'Dicabut' }))
        .thenAccepted('Revoked')
      const closed = [1, 2, 3].map((ordinal) => act('tranche.Cancel', tranche(ordinal), old.pjok, { why: 'Tutup tahun' }))
      await given(start, closed)
        .when(act('allocation.Close', allocation, old.pjok))
        .thenAccepted('Closed')
      await given(start)
        .when(act('tranche.Suspend', tranche(1), old.korkot, { why: 'Pemeriksaan' }))
        .thenAccepted('Planned')
    })
    it('a proposal goes its whole way without the Lurah at V6', async () => {
      const kept = act('proposal.AgreeMaintenancePlan', proposal, old.bkm, {}, { papers: ['rencana-op'] })
      const handing = (cosigners: Wish['cosigners'], more: object = {}) =>
        act('proposal.HandOver', proposal, old.bkm, {}, { papers: ['bast'], cosigners, ...more } as Partial<Wish>)
      const certified = given(all(third), done('199000000'), kept).state
      await given(all(third), done('199000000'))
        .when(handing([old.lurah]))
        .thenRefused('no-maintenance-plan')
      await given(certified)
        .when(handing([old.lurah]))
        .thenAccepted('HandedOver')
      await given(certified).when(handing([])).thenRefused('lurah-signature-missing')
      // Appendix C9: Camat and Korkot together, with a reason, pass over the Lurah, and that is noted.
      const passing = [old.camat, old.korkot]
      await given(certified).when(handing(passing)).thenRefused('lurah-signature-missing')
      await given(certified)
        .when(handing([old.camat], { reason: 'Lurah tidak hadir' }))
        .thenRefused('lurah-signature-missing')
      const both = act('institution.AssumeOffice', { kind: 'institution', id: old.camat.institution ?? '' }, who.system, {
        holder: old.korkot.person,
        role: 'CAMAT',
        from: '2005-01-03',
      })
      await given(certified, both)
        .when(handing([{ ...old.camat, person: old.korkot.person }, old.korkot], { reason: 'Lurah tidak hadir' }))
        .thenRefused('lurah-signature-missing')
      await given(certified)
        .when(handing(passing, { reason: 'Lurah tidak hadir' }))
        .thenNoted('lurah-signature-missing', 'HandedOver')
      await given(certified)
        .when(handing(passing, { reason: 'Lurah tidak hadir' }))
        .thenNoted('expected-actor-absent', 'HandedOver')
      const handed = given(certified, act('proposal.HandOver', proposal, old.bkm, {}, { papers: ['bast'], cosigners: [old.lurah] })).state
      const kpp = act('institution.Form', { kind: 'institution', id: proposal.id }, old.lurah, {
        institutionKind: 'KPP',
        name: 'KPP',
        proposals: [proposal.id],
      })
      const final = act('proposal.HandOverFinally', proposal, old.bkm)
      await given(handed, kpp).when(final).thenAccepted('FinalHandOver')
      await given(handed, kpp, final)
        .when(act('proposal.Close', proposal, old.bkm))
        .thenAccepted('Closed')
    })
    it('or ends on the way', async () => {
      const [drafted, submitted, v1, v2, v3, v5, contract] = contracted('200000000', ['200000000']) as [
        Wish,
        Wish,
        Wish,
        Wish,
        Wish,
        Wish,
        Wish,
      ]
      const noted = (wish: Wish, outcome: string): Wish => ({
        ...wish,
        data: { ...wish.data, outcome, amount: undefined, notes: 'Catatan' },
      })
      await given(start, drafted, submitted).when(noted(v1, 'returned')).thenAccepted('Returned')
      await given(start, drafted, submitted, v1).when(noted(v2, 'rejected')).thenAccepted('Rejected')
      await given(start, drafted, submitted, v1, v2, v3).when(noted(v5, 'deferred')).thenAccepted('Deferred')
      await given(start, drafted, submitted)
        .when(act('proposal.Withdraw', proposal, old.ksm, { why: 'Batal' }))
        .thenAccepted('Withdrawn')
      await given(start, drafted, submitted, v1, v2, v3, v5, contract)
        .when(act('proposal.Terminate', proposal, old.bkm, { why: 'Macet' }))
        .thenAccepted('Terminated')
      await given(start, drafted)
        .when(act('proposal.Suspend', proposal, old.korkot, { why: 'Pemeriksaan' }))
        .thenAccepted('Drafted')
    })
  })

  describe('PNPM-MP-2013', () => {
    const open = (percent?: number[]) => decreed('PNPM-MP-2013', '200000000', percent)
    it('leaves the plan open: it is chosen with a reason', async () => {
      expect(await amounts(decreedUnder(open([60, 40])))).toEqual([12_000_000_000n, 8_000_000_000n])
      await given(decreedUnder(open([100])))
        .when(act('allocation.SetRecipient', allocation, old.pjok, { recipient: old.bkm.institution }))
        .thenAccepted('AgreementPending')
      const { reason: _, ...silent } = open([60, 40])
      await given(decreedUnder(decreed(edition, '1')))
        .when({ ...silent, subject: { kind: 'allocation', id: proposal.id } })
        .thenRefused('already-taken')
    })
    it('passes the file from the facilitator to the Satker', () => {
      const agreed = agreedUnder(open([60, 40]), '200000000')
      return given(agreed, requested(1, '120000000'), chain(1, '120000000'), paid(1, '120000000', 'PNPM-MP-2013').slice(0, 3))
        .when(paid(1, '120000000', 'PNPM-MP-2013')[3] as Wish)
        .thenAccepted('CreditedToBkm')
    })
    it('asks the Lurah at V6', () =>
      given(agreedUnder(open([60, 40]), '200000000'), contracted('200000000', ['120000000', '80000000'], true).slice(0, -1))
        .when(contracted('200000000', ['120000000', '80000000'], true).at(-1) as Wish)
        .thenAccepted('Contracted'))
  })
}

/** Progress, completion, account (returned once) and certificate of the proposal. */
function done(spent: string): Wish[] {
  const lpj = (number: string) => act('proposal.SubmitLpj', proposal, old.ksm, { number, amount: spent }, { papers: ['lpj-ksm-lengkap'] })
  const step = (name: string, actor: typeof old.upl, outcome: string) =>
    act('proposal.RecordStep', proposal, actor, { step: name, outcome, notes: 'Catatan' })
  return [
    act('proposal.ReportProgress', proposal, old.ksm, { percent: '100' }),
    act('proposal.StopWork', proposal, old.ksm, { reasons: ['DANA'] }),
    act('proposal.ResumeWork', proposal, old.ksm),
    act('proposal.VerifyProgress', proposal, old.faskelT, { percent: '100' }),
    act('proposal.CompleteWork', proposal, old.ksm),
    lpj('LPJ-K1'),
    step('VF-21', old.upl, 'returned'),
    lpj('LPJ-K2'),
    step('VF-21', old.upl, 'accepted'),
    step('VF-21', old.faskelS, 'accepted'),
    step('VF-23', old.faskelT, 'certified'),
  ]
}
