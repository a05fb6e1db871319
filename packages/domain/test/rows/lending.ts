import { describe, expect, it } from 'vitest'
import { movements, type Fact } from '@jejak/domain'
import { given, type Wish } from '../support/given.ts'
import { agreedUnder, chain, decreed, old, olds, paid, requested } from '../support/p2kp.ts'
import { act, id, who, type Actor } from '../support/prabumulih.ts'
import { partners } from '../support/partners.ts'
import { loanFold, loanOn } from '../../src/loan/machine.ts'
import { confirmed, proposed } from '../support/corrections.ts'
import {
  again,
  borrowers,
  funded,
  housed,
  lending,
  lent,
  maju,
  mekar,
  member,
  onTheWay,
  people,
  pool,
  threeMissed,
} from '../support/lending.ts'

const lend = given(...funded())
const applied = given(lend.state, maju.applied())
const disbursed = given(lend.state, [...onTheWay])
const late = given(disbursed.state, [...threeMissed])
const told = (facts: readonly Fact[]) => facts[0]?.data ?? {}
const house = (label: string) => ({ kind: 'institution', id: id(`PB-${label}`) })

const second = { kind: 'loanPool', id: id('PB-POOL-2') } as const

/** Pools and loans: DOMAIN §5, §12.3, G-08, G-09, F18, appendix C4. */
export function lendingRows(): void {
  describe('a pool of loans', () => {
    it('is opened by a board, run by its finance unit or itself', async () => {
      await given(...housed())
        .when(pool.opened())
        .thenAccepted('Lending')
      const [fact] = await given(...housed())
        .when(pool.opened(undefined, { owner: people.bkm.institution }))
        .thenAccepted('Lending')
      expect(fact?.data['board']).toBe(people.bkm.institution)
      await given(...housed())
        .when(pool.opened(undefined, { owner: people.ksm.institution }))
        .thenRefused('pool-owner-not-fit', { kind: 'KSM' })
    })
    it('is not run by one that was dissolved', () =>
      given(...housed(), act('institution.Dissolve', house('UPK'), people.bkm, { why: 'Bubar' }))
        .when(pool.opened())
        .thenRefused('pool-owner-dissolved'))
    it('its capital comes under a number of its own, whatever the pool', () =>
      given(...housed(), pool.opened(), pool.capital(), { ...pool.opened(undefined, { name: 'UPK 2' }), subject: second })
        .when({ ...pool.capital(), subject: second })
        .thenNoted('transfer-reference-repeated'))
    it('needs an edition with loans', () =>
      given(...housed())
        .when({ ...pool.opened(), data: { ...pool.opened().data, edition: { id: 'P2KP3-2006', revision: 1 } } })
        .thenRefused('edition-not-usable'))
    it('has capital of others too: an agreement is named', async () => {
      await given(...housed(), pool.opened())
        .when(pool.capital())
        .thenAccepted('Lending')
      await given(lend.state)
        .when(pool.capital('1', { from: 'agreement' }, 'TRF-2'))
        .thenRefused('capital-without-agreement')
      await given(lend.state)
        .when(pool.capital('1', { from: 'agreement', partnership: id('PB-NPHD') }, 'TRF-2'))
        .thenRefused('unknown-reference')
    })
    it('pays and gives back no more than it has', async () => {
      await given(lend.state, pool.income).when(pool.cost('10012500')).thenAccepted('Lending')
      await given(lend.state, pool.income).when(pool.cost('10012500.01')).thenRefused('exceeds-pool-cash', { cash: '10012500' })
      await given(lend.state).when(pool.returned('10000000')).thenAccepted('Lending')
      await given(disbursed.state).when(pool.returned('7000000.01')).thenRefused('exceeds-pool-cash', { cash: '7000000' })
    })
    it('is closed when nothing is in it and nothing is owed', async () => {
      await given(lend.state).when(pool.closed).thenRefused('pool-not-empty', { cash: '10000000', outstanding: '0' })
      await given(disbursed.state).when(pool.closed).thenRefused('pool-not-empty', { cash: '7000000', outstanding: '3000000' })
      await given(lend.state, pool.returned('10000000')).when(pool.closed).thenAccepted('Closed')
    })
    it('belongs to one board', async () => {
      await given(lend.state)
        .when({ ...pool.returned('1'), actor: people.otherBkm })
        .thenRefused('actor-of-other-institution')
      await given(lend.state)
        .when({
          ...maju.applied({ ksm: people.otherKsm.institution }),
          actor: people.otherKsm,
        })
        .thenRefused('group-of-other-board', { name: 'KSM-LAIN' })
    })
  })

  describe('who may borrow (G-08)', () => {
    it('a group that stands, never a person or a unit', async () => {
      await given(lend.state)
        .when({ ...maju.applied({ ksm: people.upk.institution }) })
        .thenRefused('borrower-no-group', { kind: 'UPK' })
      const gone = act('institution.Dissolve', house('MAJU'), people.bkm, { why: 'Bubar' })
      await given(applied.state, maju.appraised(), gone).when(maju.decided()).thenRefused('borrower-dissolved')
    })
    it.each([
      [{ total: 4, women: 2, poor: 4 }, 'group-too-small', { members: 4, least: 5 }],
      [{ total: 7, women: 2, poor: 7 }, 'too-few-women', { women: 2, members: 7, least: 30 }],
      [{ total: 6, women: 3, poor: 5 }, 'members-not-listed-poor', { poor: 5, members: 6 }],
    ])('of five members or more, a third of them women, all listed poor: %j', async (members, code, details) => {
      const small = act(
        'institution.Form',
        house('KECIL'),
        who.system,
        { institutionKind: 'KSM', name: 'Kecil', area: lent.area, parent: people.bkm.institution, members },
        {},
      )
      const chair = { person: id('PB-KECIL-1'), role: 'KSM', institution: house('KECIL').id }
      const office = act('institution.AssumeOffice', house('KECIL'), who.system, { holder: chair.person, role: 'KSM', from: '2008-01-02' })
      await given(lend.state, small, office)
        .when({ ...maju.applied({ ksm: chair.institution, borrowers: borrowers(4) }), actor: chair })
        .thenRefused(code, details)
    })
    it('C4: six members of Rp 500.000; a seventh member or Rp 500.001 each is refused', async () => {
      await given(lend.state).when(maju.applied()).thenAccepted('Applied')
      await given(lend.state)
        .when(maju.applied({ borrowers: borrowers(7) }))
        .thenRefused('borrower-not-a-member', { count: 1 })
      await given(lend.state)
        .when(maju.applied({ borrowers: borrowers(6, '500001') }))
        .thenRefused('exceeds-member-limit', { amount: '500001', limit: '500000', nth: 1 })
    })
    it('the members that the group registers by name, where it does', async () => {
      const joined = [1, 2, 3, 4, 5, 9].map((n) => act('institution.JoinMember', house('MAJU'), people.ksm, { member: member(n) }))
      await given(lend.state, joined).when(maju.applied()).thenRefused('borrower-not-a-member', { count: 1 })
    })
    it('each once, for three to twelve months', async () => {
      await given(lend.state)
        .when(maju.applied({ borrowers: [...borrowers(1), ...borrowers(1)] }))
        .thenMalformed('/borrowers')
      await given(lend.state)
        .when(maju.applied({ months: 2 }))
        .thenRefused('term-not-allowed', { months: 2, least: 3, most: 12 })
      await given(lend.state)
        .when(maju.applied({ months: 13 }))
        .thenRefused('term-not-allowed')
    })
    it('nobody whose group, or who elsewhere, is behind; what a member owes counts toward the limit', async () => {
      await given(late.state)
        .when(again.applied({}, { on: '2008-09-01' }))
        .thenRefused('exceeds-member-limit')
      const free = { borrowers: borrowers(6, '500000', 'X') }
      await given(late.state)
        .when(again.applied(free, { on: '2008-09-01' }))
        .thenRefused('open-arrears', { number: `PJ-${lent.loan.id.slice(-4)}`, overdue: '1035000' })
      const caughtUp = given(late.state, maju.paid('2008-09-10', '1035000'))
      await given(caughtUp.state)
        .when(again.applied(free, { on: '2008-09-09' }))
        .thenRefused('open-arrears', { overdue: '1035000' })
      await given(caughtUp.state)
        .when(again.applied(free, { on: '2008-09-10' }))
        .thenAccepted()
      const elsewhere = { borrowers: [{ member: member(1), amount: '1' }] }
      await given(...funded(lending((rules) => (rules.perMember.first = '2000000'))), [...onTheWay], [...threeMissed])
        .when(mekar.applied(elsewhere, { on: '2008-09-01' }))
        .thenRefused('open-arrears')
    })
    it('more after a loan was repaid, so many loans in all, then the bank', async () => {
      const whole = maju.paid('2008-03-10', '3450000')
      const larger = { borrowers: borrowers(6, '2000000') }
      await given(disbursed.state, whole).when(again.applied(larger)).thenAccepted('Applied')
      await given(disbursed.state, whole)
        .when(again.applied({ borrowers: borrowers(6, '2000000.01') }))
        .thenRefused('exceeds-member-limit', { limit: '2000000', nth: 2 })
      const once = lending((rules) => (rules.countMax = 1))
      await given(...funded(once), [...onTheWay], whole)
        .when(again.applied())
        .thenRefused('too-many-loans', { count: 1, most: 1 })
    })
  })

  describe('how a loan is decided', () => {
    it('is appraised, decided, signed, paid out', async () => {
      await given(applied.state).when(maju.appraised()).thenAccepted('Appraised')
      await given(applied.state, maju.appraised()).when(maju.decided()).thenAccepted('Decided')
      await given(applied.state, maju.appraised(), maju.decided()).when(maju.signed()).thenAccepted('AgreementSigned')
      await given(lend.state, onTheWay.slice(0, 4)).when(maju.disbursed()).thenAccepted('Disbursed')
      await given(lend.state, onTheWay.slice(0, 3)).when(maju.disbursed()).thenRefused('out-of-order')
    })
    it('not for members who fail a criterion: the appraisal names them by code', async () => {
      const failed = [{ member: member(2), criteria: ['listed-poor'] }]
      await given(applied.state).when(maju.appraised('feasible', { failed })).thenRefused('borrower-not-eligible', { count: 1 })
      await given(applied.state).when(maju.appraised('returned', { failed })).thenAccepted('Returned')
      await given(applied.state)
        .when(maju.appraised('rejected', { failed: [{ member: member(9), criteria: ['willing'] }] }))
        .thenRefused('appraised-no-borrower', { count: 1 })
    })
    it('goes back with reasons, and is handed in again', async () => {
      await given(applied.state)
        .when(maju.appraised('returned', { notes: undefined }))
        .thenRefused('appraisal-unexplained')
      await given(applied.state, maju.appraised('returned')).when(maju.resubmitted()).thenAccepted('Applied')
      await given(applied.state, maju.appraised('returned'))
        .when(maju.resubmitted({ borrowers: borrowers(6, '500001') }))
        .thenRefused('exceeds-member-limit')
      await given(applied.state).when(maju.appraised('rejected')).thenAccepted('Rejected')
    })
    it('by the committee, with its minutes: neither board nor finance unit alone (F18)', async () => {
      const appraised = given(applied.state, maju.appraised())
      await given(appraised.state)
        .when(maju.decided('approved', '3000000', []))
        .thenRefused('cosigner-missing')
      await given(appraised.state)
        .when({ ...maju.decided(), papers: [] })
        .thenRefused('papers-missing', { missing: 'ba-komite' })
      await given(appraised.state).when(maju.decided('rejected', '')).thenAccepted('Rejected')
    })
    it('by others than who appraised it', () =>
      given(applied.state, maju.appraised())
        .when(maju.decided('approved', '3000000', [people.credit]))
        .thenRefused('same-person-in-chain'))
    it('for what was asked, and paid out as decided', async () => {
      const appraised = given(applied.state, maju.appraised())
      await given(appraised.state).when(maju.decided('approved', '')).thenRefusedAt('decision-without-amount', '/amount')
      await given(appraised.state)
        .when(maju.decided('approved', '2000000'))
        .thenRefused('decision-differs-from-application', { asked: '3000000', approved: '2000000' })
      const decided = given(appraised.state, maju.decided())
      await given(decided.state).when(maju.signed('2008-04-01', '3000000.01')).thenRefused('amount-differs-from-decision')
      await given(decided.state, maju.signed()).when(maju.disbursed('2008-03-03', '2999999')).thenRefused('amount-differs-from-decision')
    })
    it('without grace: the first instalment comes within a month', async () => {
      const agreed = (firstDue: string) => given(lend.state, onTheWay.slice(0, 3), maju.signed(firstDue))
      await given(agreed('2008-04-03').state).when(maju.disbursed()).thenAccepted('Disbursed')
      await given(agreed('2008-04-04').state).when(maju.disbursed()).thenRefused('first-instalment-out-of-time', { latest: '2008-04-03' })
      await given(agreed('2008-03-03').state).when(maju.disbursed()).thenRefused('first-instalment-out-of-time')
    })
    it('from a pool that has the money', () =>
      given(...housed(), pool.opened(), pool.capital('2999999.99'), onTheWay.slice(0, 4))
        .when(maju.disbursed())
        .thenRefused('exceeds-pool-cash', { amount: '3000000', cash: '2999999.99' }))
  })

  describe('its schedule and payments (G-09)', () => {
    it('C4: ten months, 300.000 + 45.000 each, 450.000 of jasa', async () => {
      const facts = await given(lend.state, onTheWay.slice(0, 4)).when(maju.disbursed()).thenAccepted()
      const schedule = told(facts)['schedule'] as { number: number; due: string; principal: string; jasa: string }[]
      expect(schedule).toHaveLength(10)
      expect(new Set(schedule.map(({ principal, jasa }) => `${principal} ${jasa}`))).toEqual(new Set(['300000 45000']))
      expect([schedule[0]?.due, schedule[9]?.due]).toEqual(['2008-04-01', '2009-01-01'])
    })
    it('a payment before its day pays that instalment', async () => {
      const facts = await given(disbursed.state).when(maju.paid('2008-03-31')).thenAccepted('Repaying')
      expect(told(facts)).toMatchObject({ principal: '300000', jasa: '45000', balance: '2700000', overdue: '0' })
    })
    it('is missed from its day on while something is unpaid, and not before', async () => {
      const thrice = given(disbursed.state, threeMissed.slice(0, 3))
      await given(thrice.state).when(maju.missed(4, '2008-07-01')).thenAccepted('InArrears')
      await given(thrice.state)
        .when(maju.missed(4, '2008-06-30'))
        .thenRefused('instalment-not-missed', { due: '2008-07-01', open: '345000' })
      await given(thrice.state).when(maju.missed(3, '2008-07-01')).thenRefused('instalment-not-missed', { open: '0' })
      await given(thrice.state).when(maju.missed(11, '2008-07-01')).thenRefused('instalment-not-missed', { due: '-' })
    })
    it('row 6, jasa first: 135.000 + 210.000, balance 1.890.000, overdue 690.000', async () => {
      const facts = await given(late.state).when(maju.joint('2008-09-01')).thenAccepted('InArrears')
      expect(told(facts)).toMatchObject({ jasa: '135000', principal: '210000', balance: '1890000', overdue: '690000' })
    })
    it('row 6, the oldest instalment first: 45.000 + 300.000, balance 1.800.000', async () => {
      const oldest = lending((rules) => (rules.waterfall = 'oldest-instalment-first'))
      const facts = await given(...funded(oldest), [...onTheWay], [...threeMissed])
        .when(maju.joint('2008-09-01'))
        .thenAccepted()
      expect(told(facts)).toMatchObject({ jasa: '45000', principal: '300000', balance: '1800000', overdue: '600000' })
    })
    it('catches up, settles, and takes no more than is owed', async () => {
      await given(late.state).when(maju.joint('2008-09-01', '1035000')).thenAccepted('Repaying')
      await given(late.state).when(maju.paid('2008-09-01', '1034999.99')).thenAccepted('InArrears')
      await given(late.state).when(maju.paid('2008-09-01', '1035000')).thenAccepted('Repaying')
      await given(late.state).when(maju.paid('2008-09-01', '2415000')).thenAccepted('Settled')
      await given(late.state).when(maju.joint('2008-09-01', '2415000')).thenAccepted('Settled')
      await given(late.state).when(maju.joint('2008-09-01', '2415000.01')).thenRefused('payment-exceeds-owed', { owed: '2415000' })
    })
    it('the same number again is the same payment', async () => {
      await given(disbursed.state, maju.paid('2008-04-01')).when(maju.paid('2008-04-01')).thenSame()
      await given(disbursed.state, maju.paid('2008-04-01')).when(maju.paid('2008-04-01', '1')).thenRefused('differs-from-recorded')
    })
  })

  describe('a loan that is not paid back', () => {
    const joint = given(late.state, maju.joint('2008-09-01'))
    const rescheduled = maju.rescheduled('2008-12-01', '2009-01-01')
    it('is rescheduled by the committee; unpaid jasa stays due, is added or let off', async () => {
      const kept = await given(joint.state).when(rescheduled).thenAccepted('Rescheduled')
      expect(told(kept)).toMatchObject({ principal: '1890000', unpaidJasa: '135000', treatment: 'keep-due', monthsInArrears: 5 })
      const lines = told(kept)['schedule'] as { number: number; due: string; principal: string; jasa: string }[]
      expect(lines.slice(0, 2)).toEqual([
        { number: 0, due: '2008-12-01', principal: '0', jasa: '135000' },
        { number: 1, due: '2009-01-01', principal: '189000', jasa: '28350' },
      ])
      for (const [unpaidJasa, first] of [
        ['capitalise', '202500'],
        ['waive', '189000'],
      ] as const) {
        const edition = lending((rules) => (rules.unpaidJasa = unpaidJasa))
        const state = [...funded(edition), [...onTheWay], [...threeMissed], maju.joint('2008-09-01')]
        const facts = await given(...state)
          .when(rescheduled)
          .thenAccepted('Rescheduled')
        expect((told(facts)['schedule'] as { principal: string }[])[0]?.principal).toBe(first)
      }
    })
    it('and goes on from there', async () => {
      const after = given(joint.state, rescheduled)
      await given(after.state).when(maju.paid('2009-01-01', '135000')).thenAccepted('Repaying')
      await given(after.state).when(maju.missed(1, '2009-01-01')).thenAccepted('InArrears')
      await given(after.state).when(maju.paid('2009-01-01', '2308500')).thenAccepted('Settled')
    })
    it('within the terms of the edition', async () => {
      await given(joint.state)
        .when(maju.rescheduled('2008-12-01', '2009-01-01', 13))
        .thenRefused('term-not-allowed')
      await given(joint.state).when(maju.rescheduled('2008-12-01', '2009-01-02')).thenRefused('first-instalment-out-of-time')
    })
    const entered = (wish: Wish): Wish => ({ ...wish, reason: 'Kuitansi terlambat', lateReason: 'Kuitansi terlambat' })
    it('a payment before it that is entered after it is taken on the old schedule, and noted', async () => {
      const [fact] = await given(joint.state, rescheduled)
        .when(entered(maju.paid('2008-11-03', '435000')))
        .thenNoted('payment-before-rescheduling', 'Repaying')
      // Due and unpaid on 3 November: jasa of instalments 7 and 8, principal of 4 (Rp 90.000) to 8.
      expect(fact?.data).toMatchObject({ jasa: '90000', principal: '345000', balance: '1545000', overdue: '0' })
      expect(fact?.data['shares']).toEqual([
        { instalment: 4, principal: '90000', jasa: '0' },
        { instalment: 5, principal: '255000', jasa: '0' },
        { instalment: 7, principal: '0', jasa: '45000' },
        { instalment: 8, principal: '0', jasa: '45000' },
      ])
      const { data } = (await given(joint.state, rescheduled, entered(maju.paid('2008-11-03', '435000'))).state()).fold(
        loanFold,
        lent.loan.id,
      )
      // What it paid of the jasa that stays due, and of the principal that was spread anew.
      expect(data.schedule.slice(0, 3).map(({ paidPrincipalSen, paidJasaSen }) => [paidPrincipalSen, paidJasaSen])).toEqual([
        [0n, 9_000_000n],
        [18_900_000n, 0n],
        [15_600_000n, 0n],
      ])
      expect(data.rescheduled).toEqual({ on: '2008-12-01', monthsInArrears: 4 })
    })
    it('and takes no more than was owed then, nor than is owed since', async () => {
      const all = entered(maju.paid('2008-11-03', '2070000'))
      await given(joint.state, rescheduled)
        .when({ ...all, data: { ...all.data, amount: '2070000.01' } })
        .thenRefused('payment-exceeds-owed', { owed: '2070000' })
      // Of its principal, 1.890.000, the payment of 2009 has taken 160.650 of the new schedule.
      await given(joint.state, rescheduled, maju.paid('2009-01-01', '324000'))
        .when(all)
        .thenRefused('payment-exceeds-owed', { owed: '1909350' })
      await given(joint.state)
        .when(entered(maju.paid('2008-03-02', '1')))
        .thenRefused('payment-exceeds-owed', { owed: '0' })
    })
    it('nor than each of two later schedules has room for, however much is offered', async () => {
      const first = given(disbursed.state, maju.missed(1, '2008-04-02'), maju.rescheduled('2008-04-05', '2008-05-01'))
      const latePaid = (amount: string): Wish => entered(maju.paid('2008-03-20', amount))
      const paidBetween = [maju.paid('2008-05-01', '3000000'), maju.missed(9, '2009-01-02'), maju.rescheduled('2009-01-05', '2009-02-01')]
      const paidAfter = [maju.missed(1, '2008-05-02'), maju.rescheduled('2008-05-05', '2008-06-01'), maju.paid('2008-06-01', '2000000')]
      for (const [since, owed] of [
        [paidBetween, '540000'],
        [paidAfter, '1585000'],
      ] as const) {
        await given(first.state, since).when(latePaid(owed)).thenNoted('payment-before-rescheduling')
        for (const amount of [`${owed}.01`, '1900000', '9000000'])
          await given(first.state, since).when(latePaid(amount)).thenRefused('payment-exceeds-owed', { owed })
      }
    })
    it('nor than was owed while another payment counted that was paid back since', async () => {
      const back = { more: { on: '2008-10-10' } }
      const paidBack = given(
        late.state,
        maju.paid('2008-10-01', '2000000'),
        proposed(people.upk, 'reverse', 'loan.InstalmentReceived', lent.loan, back),
        confirmed(people.credit, lent.loan, { on: '2008-10-10' }),
      )
      await given(paidBack.state)
        .when(entered(maju.paid('2008-10-09', '415000.01')))
        .thenRefused('payment-exceeds-owed')
      await given(paidBack.state).when(maju.paid('2008-10-10', '2415000')).thenAccepted('Settled')
    })
    it('is of what was owed on its day; what was paid later, and known already, is paid on it', async () => {
      const paidLater = given(joint.state, maju.paid('2008-12-15', '100000'))
      const facts = await given(paidLater.state).when(entered(rescheduled)).thenNoted('backdated', 'Rescheduled')
      expect(told(facts)).toMatchObject({ principal: '1890000', unpaidJasa: '135000' })
      const log = await given(paidLater.state, entered(rescheduled)).state()
      const own = log.fold(loanFold, lent.loan.id)
      const owed = (day: string) => [loanOn(own, day).data.balanceSen, loanOn(own, day).data.schedule[0]?.paidJasaSen]
      expect([owed('2008-11-30'), owed('2008-12-01'), owed('2008-12-15')]).toEqual([
        [189_000_000n, 4_500_000n],
        [189_000_000n, 0n],
        [189_000_000n, 10_000_000n],
      ])
    })
    it('nor before it was paid out, nor before what does not go with it', async () => {
      await given(joint.state)
        .when(entered(maju.rescheduled('2008-03-02', '2008-04-01')))
        .thenRefused('loan-not-paid-out-yet')
      await given(joint.state)
        .when(entered(maju.writtenOff('2008-03-02')))
        .thenRefused('loan-not-paid-out-yet', { paidOut: '2008-03-03' })
      const again_ = given(joint.state, rescheduled, maju.missed(1, '2009-01-01'))
      await given(again_.state)
        .when(entered(maju.rescheduled('2008-11-15', '2008-12-15')))
        .thenRefused('later-entries-on-loan', { count: 1, first: '2008-12-01' })
      await given(joint.state, maju.paid('2008-12-15', '100000'))
        .when(entered(maju.writtenOff('2008-12-01')))
        .thenRefused('later-entries-on-loan', { count: 1, first: '2008-12-15' })
      const back = { more: { on: '2008-12-15' } }
      await given(
        joint.state,
        proposed(people.upk, 'reverse', 'loan.JointLiabilityInvoked', lent.loan, back),
        confirmed(people.credit, lent.loan, { on: '2008-12-15' }),
      )
        .when(entered(rescheduled))
        .thenRefused('later-entries-on-loan', { count: 1, first: '2008-12-15' })
    })
    it('or is written off', async () => {
      const facts = await given(joint.state).when(maju.writtenOff('2008-12-01')).thenAccepted('WrittenOff')
      expect(told(facts)).toMatchObject({ amount: '1890000', jasa: '135000' })
      await given(joint.state, maju.writtenOff('2008-12-01')).when(maju.paid('2009-01-01', '1')).thenRefused('out-of-order')
    })
  })

  describe('when lending stops', () => {
    it('for good when the pool is closed, whatever comes to it later', () =>
      given(
        ...funded(),
        [maju.applied(), maju.appraised(), maju.decided(), maju.signed()],
        [pool.returned('10000000'), pool.closed, pool.capital('3000000', {}, 'TRF-LAMBAT')],
      )
        .when(maju.disbursed())
        .thenRefused('lending-suspended'))
    const arrears = { lar: '100', par: '100', outstanding: '2100000', borrowers: 1 }
    it('what the supervisor says stands beside what the log tells; a difference is noted', async () => {
      await given(late.state).when(pool.reported('2008-10-01', arrears)).thenAccepted('Lending')
      await given(late.state)
        .when(pool.reported('2008-10-01', { ...arrears, par: '99.99', borrowers: 2 }))
        .thenNoted('report-differs')
      const [fact] = await given(lend.state).when(pool.reported('2008-10-01', {})).thenAccepted()
      expect(fact?.data['found']).toEqual({ lar: null, par: null, outstanding: '0', borrowers: 0 })
    })
    it('after two months beyond the limits, not one', async () => {
      await given(late.state).when(pool.suspended('2008-10-01')).thenRefused('limits-not-reached', { months: 2, which: 'any' })
      await given(late.state).when(pool.suspended('2008-11-01')).thenAccepted('LendingSuspended')
    })
    it('new loans wait until it goes on; those that run go on', async () => {
      const stopped = given(late.state, mekar.applied({}, { on: '2008-10-06' }), mekar.appraised(), pool.suspended('2008-11-01'))
      await given(stopped.state).when(mekar.decided()).thenRefused('lending-suspended')
      await given(stopped.state).when(pool.resumed('2008-11-02')).thenRefused('limits-still-reached')
      const mended = given(stopped.state, maju.paid('2008-11-03', '2415000'), pool.resumed('2008-11-03'))
      await given(mended.state).when(mekar.decided()).thenAccepted('Decided')
    })
    it('by LAR alone only if the edition says any', async () => {
      // A rest of Rp 15.000 makes one of two borrowers, and next to nothing of the balance.
      const almost = maju.paid('2008-04-01', '3435000')
      const current = [mekar.applied(), mekar.appraised(), mekar.decided(), mekar.signed('2009-02-01'), mekar.disbursed('2009-01-05')]
      const under = (when: 'any' | 'all') =>
        given(
          ...funded(
            lending((rules) => {
              rules.arrearsMonths = 1
              rules.suspend = { ...rules.suspend, when, months: 1 }
            }),
          ),
          [...onTheWay, almost],
          [...current, mekar.paid('2009-02-01')],
        ).state
      await given(under('any'))
        .when(pool.reported('2009-02-01', { lar: '50', par: '0.55', outstanding: '2715000', borrowers: 2 }))
        .thenAccepted()
      await given(under('any')).when(pool.suspended('2009-02-01')).thenAccepted('LendingSuspended')
      await given(under('all'))
        .when(pool.suspended('2009-02-01'))
        .thenRefused('limits-not-reached', { which: 'all', days: '2009-02-01 lar' })
    })
  })

  describe('capital of an agreement', () => {
    const since = (wish: Wish): Wish => ('from' in (wish.data ?? {}) ? { ...wish, data: { ...wish.data, from: '2007-01-02' } } : wish)
    const agreed = given(...funded(), partners.wishes.map(since), partners.identified(), partners.negotiated, [
      partners.signed({ from: '2008-01-01', to: '2008-12-31' }),
      partners.funded('1000000'),
    ])
    const given_ = (amount: string) => pool.capital(amount, { from: 'agreement', partnership: partners.subject.id }, 'TRF-CSR')
    it('goes on from its implementer, and is noted beyond what came to it', async () => {
      const [fact] = await given(agreed.state).when(given_('1000000')).thenAccepted()
      expect(movements(fact as Fact).map(({ from, to }) => [from.kind, to.kind])).toEqual([['agreement-bank', 'loan-fund']])
      await given(agreed.state).when(given_('1000000.01')).thenNoted('capital-exceeds-agreement')
    })
    it('goes back to the agreement that gave it, not one sen more', async () => {
      const to = { partnership: partners.subject.id }
      const gave = given(agreed.state, given_('1000000'))
      const facts = await given(gave.state).when(pool.returned('1000000', to)).thenAccepted('Lending')
      expect(movements(facts[0] as Fact).map(({ from, to: at }) => [from.kind, at.kind])).toEqual([['loan-fund', 'agreement-bank']])
      expect(facts[0]?.tags).toContain(`partnership:${partners.subject.id}`)
      await given(gave.state).when(pool.returned('1000000.01', to)).thenRefused('capital-return-exceeds-agreement', { given: '1000000' })
      await given(gave.state, pool.returned('400000', to))
        .when(pool.returned('600000.01', { ...to, bankReference: 'TRF-KEMBALI-2' }))
        .thenRefused('capital-return-exceeds-agreement', { given: '600000' })
      await given(agreed.state).when(pool.returned('0.01', to)).thenRefused('capital-return-exceeds-agreement', { given: '0' })
      await given(lend.state)
        .when(pool.returned('1', { partnership: id('PB-NPHD') }))
        .thenRefused('unknown-reference')
      await given(gave.state).when(pool.returned('11000000.01', to)).thenRefused('exceeds-pool-cash')
    })
    it('goes back to others only as far as others gave', async () => {
      const gave = given(agreed.state, given_('1000000'))
      await given(gave.state).when(pool.returned('10000000')).thenAccepted()
      const refused = ['capital-return-without-agreement', { others: '10000000' }] as const
      await given(gave.state)
        .when(pool.returned('10000000.01'))
        .thenRefused(...refused)
      await given(gave.state, pool.returned('1000000', { partnership: partners.subject.id }))
        .when(pool.returned('10000000', { bankReference: 'TRF-KEMBALI-2' }))
        .thenAccepted()
    })
    it('is with its implementer no more, and is with it again', async () => {
      const ends = (of: Actor, by: Actor) =>
        act('institution.Dissolve', { kind: 'institution', id: of.institution ?? '' }, by, { why: 'Bubar' })
      const [ngo, upk] = [ends(partners.ngo, who.system), ends(people.upk, people.bkm)]
      const back = (amount: string) => pool.returned(amount, { partnership: partners.subject.id })
      await given(agreed.state, given_('999999.99')).when(ngo).thenRefused('dissolved-holding-money', { held: '0.01' })
      const [fact] = await given(agreed.state).when(given_('1000000')).thenAccepted()
      expect(fact?.data['implementer']).toBe(partners.ngo.institution)
      await given(agreed.state, given_('1000000')).when(ngo).thenAccepted()
      await given(agreed.state, given_('1000000')).when(upk).thenRefused('dissolved-holding-money', { held: '11000000' })
      await given(agreed.state, given_('1000000'), back('400000')).when(ngo).thenRefused('dissolved-holding-money', { held: '400000' })
      await given(agreed.state, given_('1000000'), back('400000')).when(upk).thenRefused('dissolved-holding-money', { held: '10600000' })
    })
    it('bears a number that its implementer has used: a repeat is noted there', () =>
      given(agreed.state, given_('1000000')).when(partners.funded('1', 'TRF-CSR')).thenNoted('transfer-reference-repeated'))
    it('and can be spent again there: the correction of either looks at that', async () => {
      const to = { partnership: partners.subject.id }
      const used = (amount: string) =>
        act('partnership.RecordSpending', partners.subject, partners.ngo, { number: 'KW-1', amount, purpose: 'Rapat' })
      const back = [given_('1000000'), pool.returned('1000000', to)]
      await given(agreed.state, back).when(used('1000000')).thenAccepted()
      await given(agreed.state, back).when(used('1000000.01')).thenNoted('agreement-overspent')
      await given(agreed.state, back)
        .when(proposed(people.upk, 'annul', 'loanPool.CapitalReceived', lent.pool))
        .thenRefused('correction-breaks-later-decision', { rule: 'capital-return-exceeds-agreement' })
      await given(agreed.state, back, used('1000000'), proposed(people.bkm, 'annul', 'loanPool.CapitalReturned', lent.pool))
        .when(confirmed(people.korkot, lent.pool))
        .thenNoted('agreement-overspent')
    })
    it('comes back also after the agreement was fulfilled, and goes on to the funder', async () => {
      const fulfilled = [given_('1000000'), partners.delivered(), partners.delivered('D2'), partners.reported(), partners.accepted()]
      const done = given(agreed.state, fulfilled, partners.completed(), pool.returned('1000000', { partnership: partners.subject.id }))
      const left = act('partnership.ReturnLeftover', partners.subject, partners.ngo, { number: 'BUKTI-1', amount: '1000000' })
      await given(done.state).when(left).thenAccepted('Completed')
      await given(done.state, left)
        .when({ ...left, data: { number: 'BUKTI-2', amount: '0.01' } })
        .thenRefused('exceeds-agreement-money')
    })
    it('is not spent a second time', () =>
      given(agreed.state, given_('1000000'))
        .when(act('partnership.RecordSpending', partners.subject, partners.ngo, { number: 'KW-1', amount: '1', purpose: 'Rapat' }))
        .thenNoted('agreement-overspent'))
  })

  describe('a correction of what came into a pool', () => {
    const capital = (how: 'annul' | 'replace' | 'reverse', other?: object) =>
      proposed(people.upk, how, 'loanPool.CapitalReceived', lent.pool, other === undefined ? {} : { other })
    const lentOut = given(...funded(), ...onTheWay)
    it('is refused where it was lent meanwhile', async () => {
      const named = { type: 'loan.Disbursed', rule: 'exceeds-pool-cash' }
      await given(lentOut.state).when(capital('annul')).thenRefused('correction-breaks-later-decision', named)
      await given(lentOut.state)
        .when(capital('replace', { amount: '2999999.99' }))
        .thenRefused('correction-breaks-later-decision', named)
      await given(lentOut.state)
        .when(capital('replace', { amount: '3000000' }))
        .thenAccepted()
    })
    it('as where an instalment went out again', async () => {
      const spent = given(...funded(), ...onTheWay, maju.paid('2008-04-01'), pool.cost('7345000'))
      const paid = proposed(people.upk, 'annul', 'loan.InstalmentReceived', lent.loan)
      await given(spent.state).when(paid).thenRefused('correction-breaks-later-decision', { type: 'loanPool.CostPaid' })
      await given(...funded(), ...onTheWay, maju.paid('2008-04-01'), pool.cost('7000000'))
        .when(paid)
        .thenAccepted()
    })
    it('also where other money has left the pool since by a reversal: it was there when the payment was made', async () => {
      const second = pool.capital('5000000', {}, 'TRF-KEDUA')
      const back = [proposed(people.upk, 'reverse', 'loanPool.CapitalReceived', lent.pool), confirmed(people.bkm, lent.pool)]
      const less = proposed(people.upk, 'replace', 'loanPool.CapitalReceived', lent.pool, { other: { amount: '5500000' }, back: 1 })
      for (const since of [[], back])
        await given(...funded(), second, pool.cost('8000000'), ...onTheWay, since)
          .when(less)
          .thenRefused('correction-breaks-later-decision', { type: 'loan.Disbursed', rule: 'exceeds-pool-cash' })
    })
    it('and noted where it was paid back and is missing', () =>
      given(lentOut.state, capital('reverse')).when(confirmed(people.bkm, lent.pool)).thenNoted('reversal-overdraws'))
  })

  describe('a reversal on a loan', () => {
    const reversed = (type: string) => proposed(people.upk, 'reverse', type, lent.loan)
    it('is refused where payments are booked on what it takes back, or a schedule states what was owed with it', async () => {
      const booked = (count: number, type: string) => ['payments-booked-on-it', { count, type }] as const
      await given(...funded(), ...onTheWay, maju.paid('2008-04-01'))
        .when(reversed('loan.Disbursed'))
        .thenRefused(...booked(1, 'loan.InstalmentReceived'))
      await given(...funded(), ...onTheWay, ...threeMissed, maju.rescheduled('2008-12-01', '2009-01-01'))
        .when(reversed('loan.InstalmentReceived'))
        .thenRefused(...booked(1, 'loan.Rescheduled'))
      await given(...funded(), ...onTheWay)
        .when(reversed('loan.Disbursed'))
        .thenAccepted()
    })
    it('is no way to open a settled loan again: the payment is annulled', () =>
      given(...funded(), ...onTheWay, maju.paid('2008-04-01', '3450000'))
        .when(reversed('loan.InstalmentReceived'))
        .thenRefused('annul-and-record-anew'))
    it('counts in arrears from its day on', async () => {
      const back = { more: { on: '2008-05-10' } }
      const log = await given(
        ...funded(),
        ...onTheWay,
        [maju.paid('2008-04-01'), maju.paid('2008-05-01')],
        proposed(people.upk, 'reverse', 'loan.InstalmentReceived', lent.loan, back),
        confirmed(people.credit, lent.loan, { on: '2008-05-10' }),
      ).state()
      const balance = (day: string) => loanOn(log.fold(loanFold, lent.loan.id), day).data.balanceSen
      expect([balance('2008-05-09'), balance('2008-05-10')]).toEqual([240_000_000n, 270_000_000n])
    })
    it('is of money alone: a new schedule that moved none is annulled', () =>
      given(...funded(), ...onTheWay, ...threeMissed, maju.rescheduled('2008-12-01', '2009-01-01'))
        .when(proposed(people.bkm, 'reverse', 'loan.Rescheduled', lent.loan))
        .thenRefused('reversal-of-no-money'))
  })

  describe('the money of a tranche', () => {
    const own = { kind: 'loanPool', id: id('P2-POOL') }
    const data = { name: 'UPK P2', owner: old.bkm.institution, area: olds.area.id, edition: { id: 'UPK-2010', revision: 1 } }
    const opened = act('loanPool.Open', own, old.bkm, data, { papers: ['ba-bkm'] })
    const paidOut = [
      agreedUnder(decreed('P2KP3-2006', '200000000', undefined), '200000000'),
      [requested(1, '40000000'), ...chain(1, '40000000'), ...paid(1, '40000000')],
      opened,
    ]
    const into = (pool_: string): Wish =>
      act(
        'tranche.FundPool',
        olds.tranche(1),
        old.bkm,
        { bankReference: 'TRF-POOL', amount: '10000000', pool: pool_ },
        { papers: ['bukti-transfer'] },
      )
    it('goes into a pool of the board that received it, and no other', async () => {
      const facts = await given(...paidOut)
        .when(into(own.id))
        .thenAccepted('Distributing')
      expect(facts[0]?.tags).toContain(`loanPool:${own.id}`)
      const [, houses] = housed()
      await given(...paidOut, houses as Wish[], pool.opened())
        .when(into(lent.pool.id))
        .thenRefused('pool-of-other-board', { pool: 'UPK BLM 2008' })
    })
  })
}
