import { describe, expect, it } from 'vitest'
import { accountName, domain, postings, type Fact } from '@jejak/domain'
import { taxOn } from '../../src/kernel/taxes.ts'
import { heldAs } from '../../src/proposal/money.ts'
import type { Proposal } from '../../src/proposal/machine.ts'
import { cash } from '../support/cash.ts'
import { confirmed, factOf, proposed } from '../support/corrections.ts'
import { shipped } from '../support/editions.ts'
import { given, play, type Wish } from '../support/given.ts'
import { entity, id, line, who } from '../support/prabumulih.ts'
import { other, otherDecreed, until } from '../support/places.ts'
import { sources } from '../support/sources.ts'

const { a, t1 } = entity
const working = given(until(77), cash.registered).state
const drawn = given(working, cash.drawn('5000000')).state
const entries = ([fact]: readonly Fact[]): string[] =>
  fact === undefined ? [] : postings(fact).map(({ account, amountSen }) => `${accountName(account).split('/')[0]} ${amountSen}`)

/** Cash in hand and taxes withheld: DOMAIN §2.4, §2.7, F8, F12. */
export function cashRows(): void {
  describe('cash of a group', () => {
    it('is drawn from the bank, and what is more is noted', async () => {
      expect(entries(await given(working).when(cash.drawn('5000000')).thenAccepted())).toEqual([
        'group-bank -500000000',
        'group-cash 500000000',
      ])
      await given(working).when(cash.drawn('88000000')).thenAccepted()
      await given(working).when(cash.drawn('88000000.01')).thenNoted('cash-exceeds-bank')
    })
    it('bears as many registered signatures as the edition asks for (F8)', async () => {
      const [first = '', second = ''] = ['P-KSM-A1', 'P-KSM-A2'].map(id)
      await given(working)
        .when(cash.drawn('1', { signatories: [first, second] }))
        .thenNoted('too-few-signatories')
      await given(working)
        .when(cash.drawn('1', { signatories: [first, first, second] }))
        .thenNoted('too-few-signatories')
      await given(working)
        .when(cash.drawn('1', { signatories: [first, second, who.upl.person] }))
        .thenNoted('too-few-signatories')
      await given(working)
        .when(cash.drawn('1', { signatories: [] }))
        .thenMalformed('/signatories')
    })
    it('pays expenses that say so, and is never below zero', async () => {
      expect(
        entries(
          await given(drawn)
            .when(cash.spent('5000000', { paidFrom: 'cash' }))
            .thenAccepted(),
        ),
      ).toEqual(['group-cash -500000000', 'suppliers 500000000'])
      await given(drawn)
        .when(cash.spent('5000000.01', { paidFrom: 'cash' }))
        .thenNoted('expense-exceeds-cash')
      await given(drawn).when(cash.spent('83000000')).thenAccepted()
      await given(drawn).when(cash.spent('83000000.01')).thenNoted('expense-exceeds-balance')
    })
    it('goes back into the bank, not more than there is', async () => {
      await given(drawn).when(cash.deposited('5000000')).thenAccepted()
      await given(drawn).when(cash.deposited('5000000.01')).thenNoted('deposit-exceeds-cash')
      await given(drawn, cash.deposited('5000000')).when(cash.spent('88000000')).thenAccepted()
    })
    it('is no money that can be transferred: it is paid in first', async () => {
      const back = line(271, { data: { tranche: t1.id, amount: '83000000.01' } })
      await given(drawn).when(back).thenRefused('out-of-order')
      const held = (await play(await drawn())).fold(domain.slice('proposal').fold, a.id).data as Proposal
      expect([heldAs(held, t1.id, 'bank'), heldAs(held, t1.id, 'cash')]).toEqual([8_300_000_000n, 500_000_000n])
    })
    it('is of one source, and that of this proposal', async () => {
      await given(working)
        .when(cash.drawn('1', { tranche: undefined }))
        .thenRefused('money-of-no-one-source')
      await given(working, otherDecreed)
        .when(cash.drawn('1', { tranche: other.t1.id }))
        .thenRefused('tranche-of-other-allocation')
      await given(working)
        .when(cash.deposited('1', { tranche: undefined, agreement: sources.agreement.id }))
        .thenRefused('agreement-not-a-source')
      const agreement = { tranche: undefined, agreement: sources.agreement.id }
      await given(sources.funded(), sources.paidOut(), cash.registered).when(cash.drawn('40000000', agreement)).thenAccepted()
      await given(sources.funded(), sources.paidOut(), cash.registered)
        .when(cash.drawn('40000000.01', agreement))
        .thenNoted('cash-exceeds-bank')
    })
    it('wages go to labour', async () =>
      expect(
        entries(
          await given(drawn)
            .when(cash.spent('1', { payee: 'labour' }))
            .thenAccepted(),
        ),
      ).toEqual(['group-bank -100', 'wages 100']))
  })

  describe('cash of the board', () => {
    const aside = until(67)
    const inHand = given(aside, cash.board.drawn('2000000')).state
    it('is operating cost, as much as was set aside', async () => {
      expect(entries(await given(aside).when(cash.board.drawn('2000000')).thenAccepted('CreditedToBkm'))).toEqual([
        'board-operating -200000000',
        'board-cash 200000000',
      ])
      await given(aside).when(cash.board.drawn('7000000.01')).thenNoted('cash-exceeds-operating')
      await given(inHand, cash.board.spent('1000000'))
        .when({ ...cash.board.drawn('4000000.01'), data: { ...cash.board.drawn('4000000.01').data, bankReference: 'CEK-B2' } })
        .thenNoted('cash-exceeds-operating')
    })
    it('bears three signatures of the board', () =>
      given(aside)
        .when(cash.board.drawn('1', [id('P-BKM-1'), id('P-BKM-2')]))
        .thenNoted('too-few-signatories'))
    it('pays operating cost that says so', async () => {
      await given(inHand)
        .when(cash.board.spent('2000000', { paidFrom: 'cash' }))
        .thenAccepted()
      await given(inHand)
        .when(cash.board.spent('2000000.01', { paidFrom: 'cash' }))
        .thenNoted('bop-exceeds-cash')
    })
    it('is paid into the bank before leftover goes to the treasury', () =>
      given(until(272), { ...cash.board.drawn('1'), subject: entity.t2 })
        .when(line(273))
        .thenRefused('exceeds-balance', { held: '2749999' }))
    it('goes back, not more than there is', async () => {
      await given(inHand).when(cash.board.deposited('2000000')).thenAccepted()
      await given(inHand).when(cash.board.deposited('2000000.01')).thenNoted('board-deposit-exceeds-cash')
    })
  })

  describe('taxes withheld', () => {
    const spent = given(working, cash.spent('10000000')).state
    const due = given(spent, cash.withheld('150000')).state
    it('come out of the gross expense, and are deposited', async () => {
      expect(entries(await given(spent).when(cash.withheld('150000')).thenAccepted())).toEqual([
        'suppliers -15000000',
        'tax-payable 15000000',
      ])
      expect(entries(await given(due).when(cash.paid('150000')).thenAccepted())).toEqual(['tax-payable -15000000', 'tax-office 15000000'])
    })
    it('are of an expense that is recorded, and no more than it', async () => {
      await given(spent)
        .when(cash.withheld('150000', { expense: 'KW-999' }))
        .thenRefused('tax-expense-unknown')
      await given(due)
        .when(cash.withheld('9850000.01', { number: 'BP-2' }))
        .thenRefused('tax-exceeds-expense', { taxes: '10000000.01' })
    })
    it('are as the rate of the day says', async () => {
      await given(spent).when(cash.withheld('150000.99')).thenAccepted()
      await given(spent).when(cash.withheld('150001')).thenNoted('tax-differs-from-rate')
      await given(spent)
        .when(cash.withheld('30000', { base: '2000000' }))
        .thenNoted('tax-differs-from-rate')
      await given(spent)
        .when(cash.withheld('1000', { kind: 'PPH21' }))
        .thenAccepted()
    })
    it('have rates with a first and a last day', () => {
      const { rates } = shipped('KOTAKU-2018').taxes
      expect(taxOn(rates, 'PPN', 1_000_000_000n, '2022-03-31')).toBe(100_000_000n)
      expect(taxOn(rates, 'PPN', 1_000_000_000n, '2022-04-01')).toBe(110_000_000n)
      expect(taxOn(rates, 'PPN', 100_000_000n, '2022-03-31')).toBe(0n)
      expect(taxOn(rates, 'PPN', 1_000_000_000n, '1999-12-31')).toBeUndefined()
      expect(taxOn(rates, 'PPH22', 200_000_033n, '2018-07-11')).toBe(3_000_000n)
    })
    it('are deposited once, as much as was withheld, in thirty days (F12)', async () => {
      await given(due)
        .when(cash.paid('150000', { due: 'BP-9' }))
        .thenRefused('tax-due-unknown')
      await given(due).when(cash.paid('150000.01')).thenNoted('tax-exceeds-due')
      await given(due, cash.paid('100000'))
        .when(cash.paid('50000.01', { ntpn: 'NTPN-2' }))
        .thenNoted('tax-exceeds-due')
      await given(due)
        .when(cash.paid('150000', {}, '2018-08-08'))
        .thenAccepted()
      await given(due)
        .when(cash.paid('150000', {}, '2018-08-09'))
        .thenNoted('tax-deposited-late')
      await given(due, cash.paid('150000')).when(cash.paid('150000')).thenSame()
      await given(due, cash.paid('150000')).when(cash.paid('140000')).thenRefused('differs-from-recorded')
    })
    it('of operating cost are the same', async () => {
      const bought = given(until(67), cash.board.spent('1500000')).state
      await given(bought).when(cash.board.withheld('30000')).thenAccepted()
      await given(bought)
        .when(cash.board.withheld('30000', { expense: 'KWB-1' }))
        .thenRefused('tax-expense-unknown')
      await given(bought).when(cash.board.withheld('1500000.01')).thenRefused('tax-exceeds-expense')
      await given(bought, cash.board.withheld('30000')).when(cash.board.paid('30000')).thenAccepted()
      await given(bought, cash.board.withheld('30000'))
        .when(cash.board.paid('1', { due: 'X' }))
        .thenRefused('tax-due-unknown')
    })
    it('stand in the way of striking what they were withheld from, until they are struck themselves', async () => {
      const ofGroup = (how: 'annul' | 'reverse', type = 'ExpenseRecorded') => proposed(who.ksmA, how, `proposal.${type}`, a)
      const taxFirst = [ofGroup('reverse', 'TaxDue'), confirmed(who.korkot, a)]
      await given(due).when(ofGroup('annul')).thenRefused('correction-breaks-later-decision', { rule: 'tax-expense-unknown' })
      await given(due)
        .when(proposed(who.ksmA, 'replace', 'proposal.ExpenseRecorded', a, { other: { amount: '149999.99' } }))
        .thenRefused('correction-breaks-later-decision', { rule: 'tax-exceeds-expense' })
      const log = await due()
      const { position } = factOf(log, 'proposal.TaxDue', a)
      await given(due)
        .when(ofGroup('reverse'))
        .thenRefused('taxes-stand-on-it', { type: 'proposal.ExpenseRecorded', taxes: `BP-1 (${position})` })
      await given(due, cash.withheld('1000', { number: 'BP-2', kind: 'PPH21' }), taxFirst)
        .when(ofGroup('reverse'))
        .thenRefused('taxes-stand-on-it', { taxes: `BP-1 (${position})` })
      await given(due, taxFirst, ofGroup('reverse')).when(confirmed(who.korkot, a)).thenAccepted()
      await given(due, ofGroup('annul', 'TaxDue'), confirmed(who.korkot, a)).when(ofGroup('annul')).thenAccepted()
      await given(spent).when(ofGroup('reverse')).thenAccepted()
    })
    it('that were deposited and are reversed: it is noted that the deposit stands', async () => {
      const second = cash.withheld('9000', { number: 'BP-2' })
      const back = proposed(who.ksmA, 'reverse', 'proposal.TaxDue', a)
      const [fact] = await given(due, cash.paid('150000'), back).when(confirmed(who.korkot, a)).thenNoted('reversed-tax-deposited')
      expect(fact?.deviations?.map(({ rule }) => rule)).toContain('reversal-overdraws')
      // Another tax on the same account hides the missing money, not the deposit.
      const first = proposed(who.ksmA, 'reverse', 'proposal.TaxDue', a, { back: 1 })
      await given(due, cash.paid('1000'), second, first).when(confirmed(who.korkot, a)).thenNoted('reversed-tax-deposited')
      await given(due, proposed(who.ksmA, 'reverse', 'proposal.TaxDue', a))
        .when(confirmed(who.korkot, a))
        .thenAccepted()
    })
    it('of operating cost, alike', async () => {
      const bought = given(until(67), cash.board.spent('1500000'), cash.board.withheld('30000')).state
      const ofBoard = (how: 'annul' | 'reverse', type = 'BopSpent') => proposed(who.secretary, how, `tranche.${type}`, t1)
      await given(bought).when(ofBoard('reverse')).thenRefused('taxes-stand-on-it', { type: 'tranche.BopSpent' })
      await given(bought).when(ofBoard('annul')).thenRefused('correction-breaks-later-decision', { rule: 'tax-expense-unknown' })
      await given(bought, cash.board.paid('30000'), ofBoard('reverse', 'TaxDue'))
        .when(confirmed(who.korkot, t1))
        .thenNoted('reversed-tax-deposited')
      await given(bought, ofBoard('reverse', 'TaxDue'), confirmed(who.korkot, t1)).when(ofBoard('reverse')).thenAccepted()
    })
    it('of money of an agreement stand with the agreement', async () => {
      const ofAgreement: Wish[] = [sources.paidOut(), sources.spent('10000000', { number: 'KW-900', payee: 'labour' })]
      const [fact] = await given(sources.funded(), ofAgreement).when(cash.withheld('150000')).thenAccepted()
      expect(fact && postings(fact).map(({ account }) => accountName(account))).toEqual([
        `wages/partnership:${sources.agreement.id}/proposal:${a.id}`,
        `tax-payable/partnership:${sources.agreement.id}/proposal:${a.id}`,
      ])
    })
  })
}
