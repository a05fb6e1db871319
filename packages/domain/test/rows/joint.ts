import { describe, expect, it } from 'vitest'
import { shippedEditions } from '@jejak/domain'
import { formulaAmount, jointParts } from '../../src/kernel/formula.ts'
import { shipped, variant } from '../support/editions.ts'
import { given, type State, type Wish } from '../support/given.ts'
import { housed, pool } from '../support/lending.ts'
import { partners } from '../support/partners.ts'
import { sources } from '../support/sources.ts'
import { decreed, decreedUnder } from '../support/p2kp.ts'
import { act, entity, id, line, scenarioUnder, who } from '../support/prabumulih.ts'
import { other, until } from '../support/places.ts'
import { cash } from '../support/cash.ts'

const { allocation, ksmA, bkm } = entity
/** The same transfer under another number. */
const renumbered = (wish: Wish, nth: number): Wish => ({ ...wish, data: { ...wish.data, bankReference: `MAX-${nth}` } })
const rupiah = (millions: number): bigint => BigInt(Math.round(millions * 100)) * 1_000_000n

/** Prabumulih where the region gives five percent on top, step by step; its part is an allocation of its own. */
const keepingStep = scenarioUnder(
  variant(
    'KOTAKU-2018',
    (draft) => {
      draft.joint.shares = [5, 10]
      draft.joint.beforeNext = true
    },
    'KOTAKU-JOINT',
  ),
)
const regional = (amount = '25000000'): Wish => line(16, { subject: other.allocation, data: { source: 'APBD', number: 'SK-DDUB', amount } })
const joint = (data: object = {}): Wish =>
  act(
    'allocation.SetJointFunding',
    allocation,
    who.kasatker,
    { number: 'SK-BERSAMA', with: other.allocation.id, base: 'on-top', share: 5, of: '500000000', ...data },
    { papers: ['sk-alokasi'] },
  )
const credited = (amount: string): Wish => line(66, { subject: other.t1, data: { amount, bankReference: 'RK-DDUB' } })

/** What an area is given, by whom, and until when: DOMAIN §2.1, §2.5, §2.7; appendices C1 and C3; G-11, G-12. */
export function jointRows(): void {
  describe('the formula of 2013 (C1)', () => {
    const { formula } = shipped('PNPM-MP-2013')
    it.each([
      [2999, 300, 150],
      [3000, 300, 200],
      [10_000, 1000, 200],
      [10_001, 1001, 350],
      [15_005, 1499, 75],
      [15_016, 1500, 100],
      [10_000, 999, 75],
    ])('%i people, %i poor: %i million', (population, poor, millions) =>
      expect(formula && formulaAmount(formula, { population, poor })).toBe(rupiah(millions)),
    )
    const decree = (amount: string, people?: object): Wish => {
      const wish = decreed('PNPM-MP-2013', amount, [60, 40])
      return { ...wish, data: { ...wish.data, people } }
    }
    const again = (wish: Wish): Wish => ({
      ...wish,
      subject: { kind: 'allocation', id: id('ALK-C1') },
      data: { ...wish.data, component: 'SOSIAL', number: 'SK-C1' },
    })
    const begun = decreedUnder(decree('200000000'))
    it('is what a decree says, or it is noted', async () => {
      const people = { population: 3000, poor: 300 }
      await given(begun)
        .when(again(decree('200000000', people)))
        .thenAccepted('Decreed')
      await given(begun)
        .when(again(decree('200000000.01', people)))
        .thenNoted('amount-outside-formula', 'Decreed')
      await given(begun)
        .when(again(decree('1', { population: 10, poor: 11 })))
        .thenMalformed('/people')
    })
  })

  describe('joint funding (C3)', () => {
    it('inside: 1.550 = 1.472,5 + 77,5; on top: 75 + 3,75', () => {
      expect(jointParts('inside', rupiah(1550), 5)).toEqual({ central: rupiah(1472.5), regional: rupiah(77.5) })
      expect(jointParts('on-top', rupiah(75), 5)).toEqual({ central: rupiah(75), regional: rupiah(3.75) })
    })
    const both = given(keepingStep.until(153), regional()).state
    it('ties two allocations of one area and year', async () => {
      await given(both).when(joint()).thenAccepted('Agreed')
      await given(both)
        .when(joint({ with: allocation.id }))
        .thenRefused('joint-of-other-area')
      await given(both)
        .when(joint({ with: id('ALK-X') }))
        .thenRefused('unknown-reference')
    })
    it('by a share that the edition has, and amounts that follow from it', async () => {
      await given(both)
        .when(joint({ share: 7 }))
        .thenRefused('joint-share-unknown', { known: '5, 10' })
      await given(both)
        .when(joint({ share: 10 }))
        .thenRefused('joint-parts-differ', { regional: '50000000', regionalIs: '25000000' })
      await given(both)
        .when(joint({ base: 'inside' }))
        .thenRefused('joint-parts-differ', { central: '475000000' })
    })
    it('keeps step where the edition asks for it: the part of the region comes before more is asked for', async () => {
      await given(both, joint()).when(line(154)).thenRefused('co-funding-not-realised', { came: '0', due: '17500000' })
      await given(both, joint(), credited('17499999.99')).when(line(154)).thenRefused('co-funding-not-realised')
      await given(both, joint(), credited('17500000')).when(line(154)).thenAccepted()
      await given(both).when(line(154)).thenAccepted()
    })
  })

  describe('after the end of the year (F15, A-12)', () => {
    const closed = scenarioUnder(variant('KOTAKU-2018', (draft) => (draft.yearEnd = { '2018': '2018-07-10' }), 'KOTAKU-CLOSED'))
    it('an expense is noted, on the last day it is not', async () => {
      await given(closed.until(78)).when(line(79)).thenNoted('spent-after-year-end')
      await given(closed.until(78))
        .when(line(79, { on: '2018-07-10' }))
        .thenAccepted()
    })
    it('the year ends on 31 December where the edition says nothing else', async () => {
      await given(until(78))
        .when(line(79, { on: '2018-12-31' }))
        .thenAccepted()
      const [late] = await given(until(78))
        .when(line(79, { on: '2019-01-01' }))
        .thenNoted('spent-after-year-end')
      expect(late?.deviations).toMatchObject([{ rule: 'spent-after-year-end', year: '2018', last: '2018-12-31' }])
      await given(until(79))
        .when({ ...cash.board.spent('1'), on: '2019-01-01' })
        .thenNoted('spent-after-year-end')
    })
    it('money of the residents and of agreements has no year', async () => {
      const swadaya = line(79, { on: '2019-01-01', data: { tranche: undefined, swadaya: 'cash' } })
      const [fact] = await given(until(78)).when(swadaya).thenNoted('expense-exceeds-balance')
      expect(fact?.deviations?.map(({ rule }) => rule)).not.toContain('spent-after-year-end')
    })
    it('so is operating cost', () => given(closed.until(78)).when(cash.board.spent('1')).thenAccepted())
    it('operating cost after it is noted', () => given(closed.until(79)).when(cash.board.spent('1')).thenNoted('spent-after-year-end'))
  })

  describe('a sum that no table could hold', () => {
    const largest = '9999999999999999.99'
    const nine = <T>(make: (nth: number) => T): T[] => Array.from({ length: 9 }, (_, nth) => make(nth + 1))
    const credit = (nth: number): Wish => line(66, { data: { amount: largest, bankReference: `RK-MAX-${nth}` } })
    const spend = (nth: number): Wish => line(79, { data: { amount: largest, number: `KW-MAX-${nth}` } })
    const give = (nth: number): Wish => line(94, { data: { amount: largest, number: `SWR-MAX-${nth}` } })
    it('is refused, although it has happened', async () => {
      await given(until(65), nine(credit)).when(credit(10)).thenRefused('sum-too-large', { largest: '92233720368547758.07' })
      await given(until(78), nine(spend)).when(spend(10)).thenRefused('sum-too-large')
      await given(until(93), nine(give)).when(give(10)).thenRefused('sum-too-large')
    })
    const agreed = sources.funded('1')
    const house = given(...housed(), pool.opened()).state
    it.each<readonly [string, State, (nth: number) => Wish]>([
      ['orders of the treasury', until(64), (nth) => line(65, { data: { amount: largest, number: `SP2D-MAX-${nth}` } })],
      ['pledges', until(34), (nth) => line(35, { data: { amount: largest, number: `SWP-MAX-${nth}` } })],
      ['operating cost', until(67), (nth) => cash.board.spent(largest, { number: `BOP-MAX-${nth}` })],
      ['cash of the board', until(67), (nth) => renumbered(cash.board.drawn(largest), nth)],
      ['cash of a group', until(77), (nth) => cash.drawn(largest, { bankReference: `CEK-MAX-${nth}` })],
      [
        'tax deposits',
        given(until(77), cash.spent('10000000'), cash.withheld('150000')).state,
        (nth) => cash.paid(largest, { ntpn: `N-${nth}` }),
      ],
      ['money of an agreement', agreed, (nth) => partners.funded(largest, `TRF-MAX-${nth}`, who.bkm)],
      [
        'work given under an agreement',
        agreed,
        (nth) => sources.contributed({ number: `BA-MAX-${nth}`, amount: largest, hours: undefined, rate: undefined }),
      ],
      ['money that groups pay back', agreed, (nth) => renumbered(sources.back(largest), nth)],
      ['capital of a pool', house, (nth) => pool.capital(largest, {}, `TRF-MAX-${nth}`)],
      ['income of a pool', house, (nth) => ({ ...pool.income, data: { number: `BUNGA-${nth}`, amount: largest, what: 'Bunga bank' } })],
    ])('so are %s', (_, state, make) => given(state, nine(make)).when(make(10)).thenRefused('sum-too-large'))
  })

  describe('by generation', () => {
    it.each([
      ['KOTAKU-2018', 'RETURN_TO_TREASURY', false],
      ['PNPM-MP-2013', 'KEEP_AS_COMMUNITY_FUND', true],
      ['P2KP3-2006', 'KEEP_AS_COMMUNITY_FUND', true],
      ['PLPBK-2009', 'KEEP_AS_COMMUNITY_FUND', true],
    ])('%s: leftover %s, carried over %s (G-12)', (edition, rule, carryOver) =>
      expect(shipped(edition).leftover).toMatchObject({ rule, carryOver }),
    )
    it('operating cost has a cap for every component that money is allocated to (G-11)', () => {
      for (const { components, bop } of shippedEditions)
        expect(components.filter((component) => !Object.hasOwn(bop.caps, component))).toEqual([])
      expect(shipped('KOTAKU-2018').bop.caps).toEqual({
        INFRA_NEIGHBOURHOOD: '10000000',
        PREVENTION: '5000000',
        POST_DISASTER: '10000000',
        BDC: '390000000',
        PPMK: '5000000',
      })
    })
  })

  describe('bank credit (KUR) as the next step', () => {
    const referred = (data: object = {}, subject: Wish['subject'] = ksmA): Wish =>
      act('institution.ReferToKur', subject, who.bkm, {
        number: 'RUJ-1',
        bank: 'BRI Unit Prabumulih',
        scheme: 'super-micro',
        amount: '10000000',
        ...data,
      })
    const answered = (data: object = {}): Wish =>
      act('institution.RecordKurAnswer', ksmA, who.bkm, { number: 'RUJ-1', outcome: 'granted', amount: '7500000', ...data })
    it('is a referral of a group, and the answer of the bank', async () => {
      await given(until(30)).when(referred()).thenAccepted()
      await given(until(30), referred()).when(answered()).thenAccepted()
      await given(until(30), referred())
        .when(answered({ outcome: 'lost' }))
        .thenMalformed('/outcome')
    })
    it('of a group, or of a member of it', async () => {
      await given(until(30)).when(referred({}, bkm)).thenRefused('kur-not-a-group')
      await given(until(30))
        .when(referred({ member: id('P-NEW') }))
        .thenRefused('kur-not-a-member')
    })
    it('is answered once it was made', () => given(until(30)).when(answered()).thenRefused('kur-not-referred'))
  })
}
