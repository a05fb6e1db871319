import { describe, expect, it } from 'vitest'
import type { Fact } from '@jejak/domain'
import { given, play } from '../support/given.ts'
import { act, entity, id, line, who } from '../support/prabumulih.ts'
import { until } from '../support/places.ts'
import { bank } from '../support/bank.ts'
import { cash } from '../support/cash.ts'
import { confirmed, proposed } from '../support/corrections.ts'
import { sources } from '../support/sources.ts'

/** The day after the first instalments; the next ones are of 2018-08-20. */
const base = given(until(88))
const received = given(base.state, bank.received())
const matchesOf = (fact: { data: Readonly<Record<string, unknown>> } | undefined) =>
  ((fact?.data['matches'] ?? []) as { row: number; how: string; difference?: object }[]).map(({ row, how, difference }) =>
    difference ? { row, how, difference } : { row, how },
  )

/** What is said where the balances of two statements do not meet. */
const detailsOf = ([fact]: readonly Fact[]) => fact?.deviations?.find(({ rule }) => rule === 'opening-differs')

/** Reconciliation with the bank: VF-16; DOMAIN A-13, F16, §9. */
export function bankStatementRows(): void {
  describe('a bank statement', () => {
    it('is received with its lines', async () => {
      await given(base.state).when(bank.received()).thenAccepted('Received')
      await given(received.state).when(bank.received()).thenSame()
      await given(base.state)
        .when({ ...bank.received(), actor: who.ppk })
        .thenRefused('role-not-allowed')
    })
    it('by its own house, or the board that formed it, or those who look at all', async () => {
      const account = { institution: entity.ksmA.id, account: 'REK-A', closing: '0' }
      const group = act('institution.OpenBankAccount', entity.ksmA, who.ksmA, { bank: 'BRI', account: 'REK-A', signatoriesRequired: 3 })
      await given(base.state)
        .when({ ...bank.received(), actor: who.ksmA })
        .thenRefused('not-the-account-holder')
      await given(base.state, group).when(bank.received([], account)).thenAccepted('Received')
      await given(base.state, group)
        .when({ ...bank.received([], account), actor: who.ksmB })
        .thenRefused('not-the-account-holder')
      await given(base.state)
        .when({ ...bank.received(), actor: who.faskelT })
        .thenAccepted('Received')
      await given(received.state).when(bank.reconciled({}, who.ksmA)).thenRefused('not-the-account-holder')
    })
    it('of an account that the institution has opened', () =>
      given(base.state)
        .when(bank.received(bank.lines, { account: 'REK-LAIN' }))
        .thenRefused('account-not-of-institution'))
    it('of its own days, each line once, its sum right to the last sen', async () => {
      await given(base.state)
        .when(bank.received(bank.lines, { to: '2018-05-01' }))
        .thenRefused('period-reversed')
      await given(base.state)
        .when(bank.received(bank.lines, { to: '2018-07-15' }))
        .thenRefused('line-outside-statement', { row: 7 })
      await given(base.state)
        .when(bank.received(bank.with({ 7: { row: 6 } })))
        .thenRefused('line-twice', { row: 6 })
      await given(base.state)
        .when(bank.received(bank.lines, { closing: '151000000.01' }))
        .thenRefused('statement-does-not-add-up', { where: 'saldo akhir', whereEn: 'the closing balance', counted: '151000000' })
      await given(base.state)
        .when(bank.received(bank.with({ 3: { balance: '348500000' }, 5: { balance: '192500001' } })))
        .thenRefused('statement-does-not-add-up', { where: 'baris 5', whereEn: 'row 5', counted: '192500000' })
      await given(base.state)
        .when(bank.received([{ row: 2, on: '2018-06-05', way: 'out', amount: '5' }], { closing: '0' }))
        .thenRefused('statement-does-not-add-up', { counted: '-5' })
      await given(base.state)
        .when(bank.received(bank.with({ 3: { amount: '1500000.001' } }), { closing: '1' }))
        .thenMalformed('/lines/1/amount')
    })
    it('once for each day, going on where the last one ended', async () => {
      await given(received.state)
        .when(bank.received([], { from: '2018-07-31', to: '2018-08-15', closing: '0' }, bank.next))
        .thenRefused('statement-overlaps', { to: '2018-07-31' })
      const august = { from: '2018-08-01', to: '2018-08-15' }
      await given(received.state)
        .when(bank.received([], { ...august, opening: '151000000', closing: '151000000' }, bank.next))
        .thenAccepted('Received')
      await given(received.state)
        .when(bank.received([], { ...august, opening: '150000000', closing: '150000000' }, bank.next))
        .thenNoted('opening-differs')
    })
    it('also where the earlier one comes later', async () => {
      const august = bank.received([], { from: '2018-08-01', to: '2018-08-15', opening: '151000000', closing: '151000000' }, bank.next)
      await given(base.state, august).when(bank.received()).thenAccepted('Received')
      const less = bank.with({ 7: { amount: '1500000.01' } })
      const noted = await given(base.state, august).when(bank.received(less)).thenNoted('opening-differs')
      expect(detailsOf(noted)).toMatchObject({ opening: '151000000', from: '2018-08-01', closing: '150999999.99', to: '2018-07-31' })
      // Between two, each seam counts: what stands before it is told, and both are named.
      const march = bank.received(
        [],
        { from: '2018-03-01', to: '2018-03-31', opening: '7', closing: '7' },
        {
          kind: 'bankStatement',
          id: id('RK-2018-03'),
        },
      )
      const both = await given(base.state, august, march).when(bank.received(less)).thenNoted('opening-differs')
      expect(detailsOf(both)).toMatchObject({ closing: '7', to: '2018-03-31' })
    })
  })

  describe('its reconciliation', () => {
    it('matches by reference, then by amount within the days', async () => {
      const [fact] = await given(received.state).when(bank.reconciled()).thenAccepted('Reconciled')
      expect(matchesOf(fact)).toEqual([
        { row: 2, how: 'reference' },
        { row: 3, how: 'amount-and-date' },
        { row: 4, how: 'reference' },
        { row: 5, how: 'reference' },
        { row: 6, how: 'reference' },
        { row: 7, how: 'amount-and-date' },
      ])
      await given(received.state, bank.reconciled()).when(bank.reconciled()).thenSame()
    })
    it('leaves to people what could be one or the other', async () => {
      const twins = bank.with({ 3: { on: '2018-06-20' }, 7: { on: '2018-06-21' } })
      const [fact] = await given(base.state, bank.received(twins))
        .when(bank.reconciled({ windowDays: 31 }))
        .thenNoted('payment-without-fact', 'Open')
      expect(fact?.data['unmatched']).toMatchObject({ rows: [3, 7] })
    })
    it('notes where bank and facts differ: a deduction', async () => {
      const short = bank.with({ 2: { amount: '349000000' } })
      const [fact] = await given(base.state, bank.received(short)).when(bank.reconciled()).thenNoted('bank-amount-differs', 'Open')
      expect(matchesOf(fact)[0]).toEqual({ row: 2, how: 'reference', difference: { amount: '1000000', bank: 'less' } })
    })
    it('notes money of no agreement, in and out, unless it is known what it is', async () => {
      const more = [
        { row: 8, on: '2018-07-31', way: 'in', amount: '12345.67' },
        { row: 9, on: '2018-07-31', way: 'out', amount: '2500' },
      ] as const
      const state = given(base.state, bank.received(bank.with({}, ...more))).state
      await given(state).when(bank.reconciled()).thenNoted('money-without-agreement', 'Open')
      await given(state).when(bank.reconciled()).thenNoted('payment-without-fact')
      const explained = [
        { row: 8, as: 'interest' },
        { row: 9, as: 'bank-charge' },
      ]
      await given(state).when(bank.reconciled({ explained })).thenAccepted('Reconciled')
      await given(state, bank.reconciled({ explained }))
        .when(bank.reconciled({ number: 'BA-REKON-2' }))
        .thenAccepted('Reconciled')
    })
    it('notes a reference that the bank printed twice', async () => {
      const again = { row: 8, on: '2018-07-30', way: 'out', amount: '1', reference: 'TRF-002' } as const
      await given(base.state, bank.received(bank.with({}, again)))
        .when(bank.reconciled())
        .thenNoted('bank-reference-twice', 'Open')
      const later = { from: '2018-08-01', to: '2018-08-15', opening: '151000000', closing: '150999999' }
      await given(received.state, bank.received([{ ...again, on: '2018-08-02' }], later, bank.next))
        .when(bank.reconciled({}, who.bkm, bank.next))
        .thenNoted('bank-reference-twice')
    })
    it('notes facts that the bank should have shown by now', async () => {
      await given(base.state, bank.received(bank.with({ 6: null })))
        .when(bank.reconciled())
        .thenNoted('fact-not-on-statement', 'Open')
      // What the paper says on the last days may still be under way.
      const early = bank.received(bank.with({ 4: null, 5: null, 6: null, 7: null }), { to: '2018-07-09' })
      await given(base.state, early).when(bank.reconciled()).thenAccepted('Open')
    })
    it('takes the pairs of people first, and refuses those that are not there', async () => {
      const log = await play(await base.state(), bank.received())
      const paid = log.facts.filter(({ fact }) => fact.type === 'tranche.BopSpent').map(({ fact }) => fact.id)
      const crossed = [
        { row: 3, facts: [paid[1] ?? ''] },
        { row: 7, facts: [paid[0] ?? ''] },
      ]
      const [fact] = await given(received.state)
        .when(bank.reconciled({ byHand: crossed }))
        .thenAccepted('Reconciled')
      expect(matchesOf(fact).filter(({ how }) => how === 'by-hand')).toHaveLength(2)
      await given(received.state)
        .when(bank.reconciled({ byHand: [{ row: 3, facts: [entity.a.id] }] }))
        .thenRefused('pair-unknown')
      await given(received.state)
        .when(bank.reconciled({ byHand: [{ row: 33, facts: [paid[0] ?? ''] }] }))
        .thenRefused('pair-unknown', { what: 'Baris 33', whatEn: 'Row 33', saidEn: 'paired' })
      const explained = bank.reconciled({ explained: [{ row: 99, as: 'interest' }] })
      await given(received.state).when(explained).thenRefused('pair-unknown', { whatEn: 'Row 99', said: 'dijelaskan', saidEn: 'explained' })
      await given(received.state).when(explained).thenRefusedAt('pair-unknown', '/explained/0/row')
    })
    it('takes no fact for two lines: what the bank paid twice stands alone', async () => {
      const again = { row: 8, on: '2018-07-09', way: 'out', amount: '88000000' } as const
      const twice = await play(await base.state(), bank.received(bank.with({}, again)))
      const paid = twice.facts.find(({ fact }) => fact.type === 'tranche.InstalmentPaid')?.fact.id ?? ''
      const state = given(base.state, bank.received(bank.with({}, again))).state
      const pair = (row: number) => ({ row, facts: [paid] })
      await given(state)
        .when(bank.reconciled({ byHand: [pair(4), pair(8)] }))
        .thenRefused('pair-unknown', { what: `Fakta ${paid}`, saidEn: 'paired' })
      await given(state)
        .when(bank.reconciled({ byHand: [pair(4), pair(8)] }))
        .thenRefusedAt('pair-unknown', '/byHand/1/facts/0')
      await given(state)
        .when(bank.reconciled({ byHand: [pair(4)] }))
        .thenNoted('payment-without-fact', 'Open')
      // Said later of the other line, it stands behind that one alone.
      const [fact] = await given(state, bank.reconciled({ byHand: [pair(4)] }))
        .when(bank.reconciled({ number: 'BA-2', byHand: [pair(8)] }))
        .thenNoted('payment-without-fact', 'Open')
      expect(fact?.data['unmatched']).toMatchObject({ rows: [4] })
    })
    it('is kept over the next one, until a line is said to be something else', async () => {
      const log = await play(await base.state(), bank.received())
      const paid = log.facts.filter(({ fact }) => fact.type === 'tranche.BopSpent').map(({ fact }) => fact.id)
      const crossed = [
        { row: 3, facts: [paid[1] ?? ''] },
        { row: 7, facts: [paid[0] ?? ''] },
      ]
      const again = given(received.state, bank.reconciled({ byHand: crossed })).when(bank.reconciled({ number: 'BA-2' }))
      expect(matchesOf((await again.thenAccepted('Reconciled'))[0])[1]).toEqual({ row: 3, how: 'by-hand' })
      await given(received.state, bank.reconciled({ byHand: crossed }))
        .when(bank.reconciled({ number: 'BA-2', explained: [{ row: 3, as: 'bank-error' }] }))
        .thenNoted('fact-not-on-statement', 'Open')
    })
    it('does not ask again for facts that another statement shows, nor for those before the first', async () => {
      const later = { from: '2018-08-01', to: '2018-08-15', opening: '151000000', closing: '149000000' }
      const spent = { row: 2, on: '2018-08-10', way: 'out', amount: '2000000' } as const
      await given(until(114), bank.received(), bank.reconciled(), bank.received([spent], later, bank.next))
        .when(bank.reconciled({}, who.bkm, bank.next))
        .thenAccepted('Reconciled')
      await given(until(114), bank.received([spent], later, bank.next))
        .when(bank.reconciled({}, who.bkm, bank.next))
        .thenAccepted('Reconciled')
    })
    it('does not ask for what was paid in the days just before the first statement', () =>
      given(
        base.state,
        bank.received(
          bank.lines.filter(({ on }) => on >= '2018-07-10'),
          { from: '2018-07-10', opening: '192500000', closing: '151000000' },
        ),
      )
        .when(bank.reconciled())
        .thenAccepted('Reconciled'))
    it('knows the money of an agreement on the account of whoever implements it', async () => {
      const funded = await sources.funded('45000000')()
      const on = funded.facts.find(({ fact }) => fact.type === 'partnership.FundingReceived')?.fact.effectiveOn ?? ''
      const line = { row: 2, on, way: 'in', amount: '45000000', reference: 'TRF-CSR-1' } as const
      const [fact] = await given(sources.funded('45000000'), bank.received([line], { from: on, to: on }))
        .when(bank.reconciled())
        .thenAccepted('Reconciled')
      expect(matchesOf(fact)).toEqual([{ row: 2, how: 'reference' }])
    })
    it('counts facts as their corrections leave them', async () => {
      const twice = given(base.state, bank.received(bank.with({ 7: null })))
      const said = (how: 'annul' | 'reverse') => [
        proposed(who.secretary, how, 'tranche.BopSpent', entity.t1),
        confirmed(who.bkm, entity.t1),
      ]
      await given(twice.state).when(bank.reconciled()).thenNoted('fact-not-on-statement', 'Open')
      await given(twice.state, ...said('annul'))
        .when(bank.reconciled())
        .thenAccepted('Reconciled')
      const back = { row: 8, on: '2018-07-20', way: 'in', amount: '1500000' } as const
      await given(base.state, ...said('reverse'), bank.received(bank.with({}, back)))
        .when(bank.reconciled({ windowDays: 10 }))
        .thenAccepted('Reconciled')
    })
    it('counts a payment less the tax withheld from it, and the deposit of the tax', async () => {
      const group = act('institution.OpenBankAccount', entity.ksmA, who.ksmA, { bank: 'BRI', account: 'REK-A', signatoriesRequired: 3 })
      const lines = [
        { row: 2, on: '2018-07-09', way: 'in', amount: '88000000', reference: 'TRF-001' },
        { row: 3, on: '2018-07-20', way: 'out', amount: '9850000', reference: 'KW-900' },
        { row: 4, on: '2018-07-20', way: 'out', amount: '150000', reference: 'NTPN-1' },
      ] as const
      const told = bank.received(lines, { institution: entity.ksmA.id, account: 'REK-A', closing: '78000000' })
      const taxed = given(base.state, group, cash.spent('10000000'), cash.withheld('150000'), cash.paid('150000'))
      const [fact] = await given(taxed.state, { ...told, actor: who.ksmA })
        .when(bank.reconciled({}, who.ksmA))
        .thenNoted('fact-not-on-statement')
      expect(matchesOf(fact)).toEqual([2, 3, 4].map((row) => ({ row, how: 'reference' })))
    })
    it('is of the group’s account too', async () => {
      const group = act('institution.OpenBankAccount', entity.ksmA, who.ksmA, { bank: 'BRI', account: 'REK-A', signatoriesRequired: 3 })
      const lines = [{ row: 2, on: '2018-07-09', way: 'in', amount: '88000000', reference: 'TRF-001' }] as const
      const statement = bank.received(lines, { institution: entity.ksmA.id, account: 'REK-A', to: '2018-07-09' })
      await given(base.state, group, { ...statement, actor: who.ksmA })
        .when(bank.reconciled({}, who.ksmA))
        .thenAccepted('Reconciled')
    })
    it('is of a statement that is at hand', () => given(base.state).when(bank.reconciled()).thenIs('unknown'))
    it('is opened again by what is found later', async () => {
      await given(base.state, bank.received(bank.with({ 6: null })), bank.reconciled(), bank.reconciled({ number: 'BA-2', windowDays: 31 }))
        .when(bank.reconciled({ number: 'BA-3' }))
        .thenNoted('fact-not-on-statement', 'Open')
      expect(line(76).command).toBe('tranche.PayInstalment')
    })
  })
}
