import { describe, expect, it } from 'vitest'
import { postings } from '@jejak/domain'
import { trancheFold } from '../../src/tranche/machine.ts'
import { proposalFold } from '../../src/proposal/machine.ts'
import { heldAs, heldByGroup } from '../../src/proposal/money.ts'
import { factsOf, given, play, ask, type Wish } from '../support/given.ts'
import { accounted, agreedUnder, chain, contracted, decreed, old, olds, paid, requested, used } from '../support/p2kp.ts'
import { act, id } from '../support/prabumulih.ts'

const { allocation, tranche, proposal } = olds
const [first, second, third] = ['40000000', '100000000', '60000000'] as const
const start = agreedUnder(decreed('P2KP3-2006', '200000000'), '200000000')

const lines = [
  { line: '1', item: 'Pengasapan', amount: '4500000', fundedBy: 'grant', activity: 'fogging' },
  { line: '2', item: 'Saluran', amount: '155500000', fundedBy: 'grant' },
]
/** A group with 160 million in three instalments, the rest of the grant being lent on. */
const group: readonly Wish[] = contracted('160000000', ['30000000', '80000000', '50000000']).map((wish) =>
  wish.command === 'proposal.Submit' ? { ...wish, data: { ...wish.data, lines } } : wish,
)
const credited = given(start, group, requested(1, first), chain(1, first), paid(1, first)).state
const pool = (ordinal: number, amount: string, more: object = {}): Wish =>
  act('tranche.FundPool', tranche(ordinal), old.bkm, { bankReference: `TRF-P${ordinal}`, amount, ...more }, { papers: ['bukti-transfer'] })
const spends = (number: string, amount: string, ordinal: number, line: string, activity?: string): Wish =>
  act('proposal.RecordExpense', proposal, old.ksm, { number, amount, tranche: tranche(ordinal).id, line, activity })
const [pay] = used(1, '30000000', '1')
const instalment = (used(1, '30000000', '1') as [Wish, Wish])[1]
const paidOut = [pay as Wish, instalment]

/** The second tranche on the account of the board, after an account of the first over `spent`. */
const secondly = (spent: string): Wish[] => [...accounted(1, spent), requested(2, second), ...chain(2, second), ...paid(2, second)]

/** Loan fund, carry-over and diverted use under an older edition: DOMAIN §2.7, §5.1, §8.3 F4, §12.2; repairs K3, K7, K10. */
export function grantUseRows(): void {
  describe('the loan fund (UPK)', () => {
    it('is paid from the tranche, as much as is left of it', async () => {
      await given(credited).when(pool(1, '10000000')).thenAccepted('Distributing')
      await given(credited).when(pool(1, '40000000.01')).thenRefused('exceeds-tranche', { rest: first })
      await given(credited, paidOut).when(pool(1, '10000000.01')).thenRefused('exceeds-tranche', { rest: '10000000' })
    })
    it('the last of it completes the distribution', async () => {
      await given(credited).when(pool(1, first)).thenAccepted('FullyDistributed')
      await given(credited, paidOut).when(pool(1, '10000000')).thenAccepted('FullyDistributed')
    })
    it('is paid with a proof of transfer, by the board', async () => {
      await given(credited)
        .when({ ...pool(1, '1'), papers: [] })
        .thenRefused('papers-missing')
      await given(credited)
        .when({ ...pool(1, '1'), actor: old.upl })
        .thenRefused('role-not-allowed')
    })
    it('is not paid before money has come', () => given(start, requested(1, first)).when(pool(1, '1')).thenRefused('out-of-order'))
    it('the same transfer again is the same; another amount under its number is refused', async () => {
      await given(credited, pool(1, '1')).when(pool(1, '1')).thenSame()
      await given(credited, pool(1, '1')).when(pool(1, '2')).thenRefused('differs-from-recorded')
    })
    it('belongs to a finance unit of the receiving board, where it names one', async () => {
      const unit = { kind: 'institution', id: id('P2-UPK') }
      const form = act('institution.Form', unit, old.bkm, { institutionKind: 'UPK', name: 'UPK', parent: old.bkm.institution })
      await given(credited, form)
        .when(pool(1, '1', { upk: unit.id }))
        .thenAccepted('Distributing')
      await given(credited)
        .when(pool(1, '1', { upk: old.ksm.institution }))
        .thenRefused('not-own-finance-unit')
    })
    it('counts as accounted for', async () => {
      const submitted = accounted(1, '40000000')
      await given(credited, paidOut, pool(1, '10000000'), spends('KW-1', '30000000', 1, '2'), submitted[0] as Wish)
        .when(submitted[1] as Wish)
        .thenAccepted('LpjAccepted')
    })
  })

  describe('what is carried over', () => {
    const spent = [...paidOut, pool(1, '9000000'), spends('KW-1', '29400000', 1, '2')]
    const kept = given(credited, spent, secondly('38400000')).state
    it('the accepted account says how much, of which tranche, with whom, into which', async () => {
      const [submitted, accepted] = accounted(1, '38400000') as [Wish, Wish]
      const [fact] = await given(credited, spent, submitted).when(accepted).thenAccepted('LpjAccepted')
      expect(fact?.data['carriedOver']).toEqual({
        into: tranche(2).id,
        parts: [
          { tranche: tranche(1).id, proposal: proposal.id, amount: '600000' },
          { tranche: tranche(1).id, amount: '1000000' },
        ],
      })
      expect(fact?.tags).toEqual(expect.arrayContaining([`proposal:${proposal.id}`, `tranche:${tranche(2).id}`]))
    })
    it('passes over a tranche that is cancelled; nothing is carried where nothing is left', async () => {
      const cancelled = act('tranche.Cancel', tranche(2), old.pjok, { why: 'Tutup tahun' })
      const [submitted, accepted] = accounted(1, '38400000') as [Wish, Wish]
      const [fact] = await given(credited, spent, cancelled, submitted).when(accepted).thenAccepted('LpjAccepted')
      expect(fact?.data['carriedOver']).toMatchObject({ into: tranche(3).id })
      const whole = [...paidOut, pool(1, '10000000'), spends('KW-1', '30000000', 1, '2')]
      const [all, done] = accounted(1, first) as [Wish, Wish]
      const [none] = await given(credited, whole, all).when(done).thenAccepted('LpjAccepted')
      expect(none && 'carriedOver' in none.data).toBe(false)
    })
    it('says what of it lies in cash', async () => {
      const drawn = act('proposal.RecordCashDrawn', proposal, old.ksm, {
        bankReference: 'CEK-1',
        amount: '200000',
        tranche: tranche(1).id,
        signatories: [old.ksm.person],
      })
      const [submitted, accepted] = accounted(1, '38400000') as [Wish, Wish]
      const [fact] = await given(credited, spent, drawn, submitted).when(accepted).thenAccepted('LpjAccepted')
      expect(fact?.data['carriedOver']).toMatchObject({
        parts: [
          { tranche: tranche(1).id, proposal: proposal.id, amount: '400000' },
          { tranche: tranche(1).id, proposal: proposal.id, amount: '200000', where: 'cash' },
          { tranche: tranche(1).id, amount: '1000000' },
        ],
      })
      expect(fact && postings(fact).map(({ account, amountSen }) => `${account.kind} ${amountSen}`)).toContain('group-cash 20000000')
      const group = (await play(await given(credited, spent, drawn, submitted).state(), accepted)).fold(proposalFold, proposal.id).data
      expect([heldAs(group, tranche(2).id, 'bank'), heldAs(group, tranche(2).id, 'cash')]).toEqual([40_000_000n, 20_000_000n])
    })
    it('of operating cost in cash is paid into the bank before it is given back', async () => {
      const asideOf = (ordinal: number, amount: string) =>
        act('tranche.SetBopAside', tranche(ordinal), old.bkm, { number: `BA-${ordinal}`, amount })
      const boxOf = (ordinal: number, amount: string) =>
        act('tranche.RecordCashDrawn', tranche(ordinal), old.secretary, {
          bankReference: `CEK-B${ordinal}`,
          amount,
          signatories: [1, 2, 3].map((n) => id(`P2-S${n}`)),
        })
      const [aside, box] = [asideOf(1, '1000000'), boxOf(1, '300000')]
      const [submitted, accepted] = accounted(1, '38400000') as [Wish, Wish]
      const carried = given(credited, spent, aside, box, submitted)
      const [fact] = await carried.when(accepted).thenAccepted('LpjAccepted')
      expect(fact?.data['carriedOver']).toMatchObject({
        parts: [
          { amount: '600000' },
          { tranche: tranche(1).id, amount: '700000' },
          { tranche: tranche(1).id, amount: '300000', where: 'cash' },
        ],
      })
      const log = await play(await carried.state(), accepted)
      expect([1, 2].map((ordinal) => log.fold(trancheFold, tranche(ordinal).id).data.cashSen)).toEqual([0n, 30_000_000n])
      const next = given(credited, spent, aside, box, secondly('38400000'), asideOf(2, '500000'))
      await given(next.state).when(boxOf(2, '500000.01')).thenNoted('cash-exceeds-operating')
      await given(next.state).when(boxOf(2, '500000')).thenAccepted()
    })
    it('falls due where no later tranche is left', async () => {
      const cancelled = [2, 3].map((ordinal) => act('tranche.Cancel', tranche(ordinal), old.pjok, { why: 'Tutup tahun' }))
      const [submitted, accepted] = accounted(1, '38400000') as [Wish, Wish]
      await given(credited, spent, cancelled, submitted).when(accepted).thenAccepted('RefundDue')
    })
    it('is spent with the next tranche: the group may spend 600.000 more, not a sen above', async () => {
      const [ready, transfer] = used(2, '80000000', '1') as [Wish, Wish]
      const funded = given(kept, ready, transfer).state
      await given(funded)
        .when(spends('KW-2', '80600000', 2, '2'))
        .thenAccepted()
      await given(funded)
        .when(spends('KW-2', '80600000.01', 2, '2'))
        .thenNoted('expense-exceeds-balance')
      await given(kept).when(pool(2, '101000000')).thenAccepted('FullyDistributed')
      await given(kept).when(pool(2, '101000000.01')).thenRefused('exceeds-tranche', { rest: '101000000' })
    })
    it('the account of the next is at most the tranche and what was carried over', async () => {
      const log = await kept()
      const [ready, transfer] = used(2, '80000000', '1') as [Wish, Wish]
      await play(log, ready, transfer, pool(2, '21000000'), spends('KW-2', '80600000', 2, '2'), ...accounted(2, '101600000'))
      const folded = log.fold(trancheFold, tranche(2).id)
      expect([folded.stages[''], folded.data.carriedSen]).toEqual(['LpjAccepted', 160_000_000n])
      const over = await kept()
      await play(over, ready, transfer, pool(2, '21000000'))
      const overspent = await ask(over, spends('KW-2', '80600001', 2, '2'))
      expect(factsOf(overspent)[0]?.deviations?.map(({ rule }) => rule)).toEqual(['expense-exceeds-balance'])
      await given(async () => over)
        .when(accounted(2, '101600001')[0] as Wish)
        .thenRefused('lpj-exceeds-tranches', { limit: '101600000' })
    })
    const finished = act('proposal.Terminate', proposal, old.bkm, { why: 'KSM tidak sanggup melanjutkan' })
    it('may be paid back to the board at any time, as money of the tranche into which it was carried', async () => {
      const [submitted, accepted] = accounted(1, '38400000') as [Wish, Wish]
      const back = (ordinal: number, amount = '600000'): Wish =>
        act(
          'proposal.ReturnLeftover',
          proposal,
          old.ksm,
          { bankReference: `TRF-${ordinal}`, amount, tranche: tranche(ordinal).id },
          { papers: ['bukti-transfer'] },
        )
      const log = given(credited, spent, submitted, accepted, finished)
      await given(log.state).when(back(2)).thenAccepted()
      await given(log.state, requested(2, second)).when(back(2)).thenAccepted()
      await given(log.state).when(back(2, '600000.01')).thenRefused('exceeds-group-balance', { held: '600000' })
      await given(log.state).when(back(1)).thenRefused('exceeds-group-balance', { held: '0' })
    })
    it('goes on from tranche to tranche until it is used or falls due', async () => {
      const log = await kept()
      const [ready, transfer] = used(2, '80000000', '1') as [Wish, Wish]
      await play(log, ready, transfer, pool(2, '20000000'), spends('KW-2', '80000000', 2, '2'), ...accounted(2, second))
      const group3 = log.fold(proposalFold, proposal.id).data
      expect([1, 2, 3].map((ordinal) => heldByGroup(group3, tranche(ordinal).id))).toEqual([0n, 0n, 60_000_000n])
      await play(log, requested(3, third), ...chain(3, third), ...paid(3, third), pool(3, '11000000'))
      const [ready3, transfer3] = used(3, '50000000', '1') as [Wish, Wish]
      await play(log, ready3, transfer3, spends('KW-3', '50600000', 3, '2'), ...accounted(3, '61600000'))
      await play(log, ...[1, 2, 3].map((ordinal) => act('tranche.Close', tranche(ordinal), old.pjok)))
      await play(log, act('allocation.Close', allocation, old.pjok))
    })
  })

  describe('diverted use (F4)', () => {
    const funded = given(credited, paidOut).state
    const diverted = spends('KW-F', '4500000', 1, '1', 'social-grant')
    const amended = (more: Partial<Wish> = {}, line = '1'): Wish => ({
      ...act('proposal.Amend', proposal, old.bkm, {
        changes: ['purpose'],
        purpose: { line, activity: 'social-grant' },
        notes: 'Santunan',
      }),
      papers: ['ba-ksm', 'ba-bkm'],
      ...more,
    })
    it('an expense for what its line is for is in order; so is one that does not say', async () => {
      await given(funded)
        .when(spends('KW-F', '4500000', 1, '1', 'fogging'))
        .thenAccepted()
      await given(funded)
        .when(spends('KW-F', '4500000', 1, '1'))
        .thenAccepted()
      await given(funded)
        .when(spends('KW-F', '4500000', 1, '2', 'social-grant'))
        .thenAccepted()
    })
    it('money of the fogging line paid as social grants is recorded, and noted', async () => {
      const [fact] = await given(funded).when(diverted).thenNoted('diverted-use')
      expect(fact?.deviations).toMatchObject([{ rule: 'diverted-use', line: '1', planned: 'fogging', paid: 'social-grant' }])
    })
    it('an amendment with both minutes allows it from its date on', async () => {
      await given(funded, amended()).when(diverted).thenAccepted()
      await given(funded, amended())
        .when({ ...diverted, on: '2006-02-20', reason: 'Kwitansi lama', lateReason: 'Terlambat' })
        .thenNoted('diverted-use')
    })
    it('an amendment lacks no minutes (G-05), and names a line of the estimate', async () => {
      await given(funded)
        .when(amended({ papers: ['ba-ksm'] }))
        .thenRefused('minutes-missing')
      await given(funded).when(amended({}, '9')).thenRefused('amended-line-unknown', { line: '9' })
    })
  })
}
