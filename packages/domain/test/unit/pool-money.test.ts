import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { accountName, accountRole, domain, movements, type Fact } from '@jejak/domain'
import { loanFold } from '../../src/loan/machine.ts'
import { monthsAfter, owedSen, paidWith, scheduleOf, takenOf, unpaid, wholeMonths } from '../../src/loan/schedule.ts'
import { poolMoneyFold, type PoolMoney } from '../../src/loan-pool/machine.ts'
import { expectConserved } from '../support/conservation.ts'
import { ask, given, type Wish } from '../support/given.ts'
import type { MemoryLog } from '../support/memory.ts'
import { act, id } from '../support/prabumulih.ts'
import { agreedUnder, chain, decreed, old, olds, paid, requested } from '../support/p2kp.ts'
import { funded, lending, lent, maju, mekar, onTheWay, people, pool } from '../support/lending.ts'

const sum = (list: readonly bigint[]): bigint => list.reduce((total, each) => total + each, 0n)

describe('a schedule', () => {
  const terms = fc.record({
    principalSen: fc.bigInt({ min: 1n, max: 10n ** 15n }),
    months: fc.integer({ min: 1, max: 60 }),
    jasaBasisPoints: fc.integer({ min: 0, max: 1000 }),
    firstDue: fc.constantFrom('2008-01-31', '2008-04-01', '2009-12-15'),
  })

  it('adds up to the principal and to flat jasa, a month apart, no part below zero', () => {
    fc.assert(
      fc.property(terms, (given_) => {
        const plan = scheduleOf(given_)
        const { principalSen, months, jasaBasisPoints } = given_
        expect(sum(plan.map((each) => each.principalSen))).toBe(principalSen)
        const flat = (principalSen * BigInt(jasaBasisPoints * months) * 2n + 10_000n) / 20_000n
        expect(sum(plan.map((each) => each.jasaSen))).toBe(flat)
        expect(plan.every((each) => each.principalSen >= 0n && each.jasaSen >= 0n)).toBe(true)
        expect(plan.map(({ due }) => due)).toEqual(plan.map(({ due }) => due).toSorted())
      }),
    )
  })

  it('the last instalment takes the rest', () => {
    const plan = scheduleOf({ principalSen: 10_000n, months: 3, jasaBasisPoints: 150, firstDue: '2008-01-31' })
    expect(plan.map(({ due, principalSen, jasaSen }) => [due, principalSen, jasaSen])).toEqual([
      ['2008-01-31', 3333n, 150n],
      ['2008-02-29', 3333n, 150n],
      ['2008-03-31', 3334n, 150n],
    ])
  })

  it('whatever is paid, in whatever order it is taken, is on an instalment or left over', () => {
    const amounts = fc.array(fc.bigInt({ min: 1n, max: 10n ** 14n }), { maxLength: 8 })
    const waterfall = fc.constantFrom('jasa-first' as const, 'oldest-instalment-first' as const)
    fc.assert(
      fc.property(terms, amounts, waterfall, fc.constantFrom('2008-01-01', '2008-06-30', '2030-01-01'), (given_, list, order, day) => {
        let schedule = unpaid(scheduleOf(given_))
        for (const amount of list) {
          const before = owedSen(schedule)
          const { shares, restSen } = takenOf(schedule, amount, day, order)
          schedule = paidWith(schedule, shares)
          expect(owedSen(schedule)).toBe(before - amount + restSen)
          expect(restSen > 0n ? owedSen(schedule) : 0n).toBe(0n)
          expect(schedule.every((each) => each.paidPrincipalSen <= each.principalSen && each.paidJasaSen <= each.jasaSen)).toBe(true)
        }
      }),
    )
  })

  it.each([
    ['2008-07-01', '2008-10-01', 3],
    ['2008-07-01', '2008-09-30', 2],
    ['2008-01-31', '2008-02-28', 0],
    ['2008-01-31', '2008-02-29', 1],
    ['2009-01-31', '2009-02-28', 1],
    ['2009-01-31', '2009-03-30', 1],
    ['2008-02-29', '2009-02-28', 12],
    ['2008-07-01', '2010-07-01', 24],
    ['2008-07-02', '2008-07-01', 0],
  ])('from %s to %s are %i whole months', (from, to, months) => expect(wholeMonths(from, to)).toBe(months))

  it('from instalment to instalment are as many months as instalments', () => {
    const terms_ = { principalSen: 12n, months: 14, jasaBasisPoints: 150, firstDue: '2008-10-31' }
    const dues = scheduleOf(terms_).map(({ due }) => due)
    for (const [first, from] of dues.entries())
      for (const [second, to] of dues.entries()) expect(wholeMonths(from, to)).toBe(Math.max(0, second - first))
  })

  it('whole months and months after are of one mind, and time never takes a month back', () => {
    const start = fc.integer({ min: 0, max: 4000 }).map((days) => Temporal.PlainDate.from('2004-01-01').add({ days }))
    fc.assert(
      fc.property(start, fc.nat(240), fc.nat(2000), (first, months, days) => {
        const from = first.toString()
        const later = monthsAfter(from, months)
        expect(wholeMonths(from, later)).toBe(months)
        const day = first.add({ days })
        const passed = wholeMonths(from, day.toString())
        expect(monthsAfter(from, passed) <= day.toString() && day.toString() < monthsAfter(from, passed + 1)).toBe(true)
        expect(wholeMonths(from, day.add({ days: 1 }).toString())).toBeGreaterThanOrEqual(passed)
      }),
      { numRuns: 1000 },
    )
  })
})

/** Balances of all accounts of a log, by name, and what stands on those of a pool. */
function booked(log: MemoryLog) {
  const balances = new Map<string, bigint>()
  const ofPool: Record<string, bigint> = {}
  const add = (to: Map<string, bigint>, name: string, amount: bigint): void => void to.set(name, (to.get(name) ?? 0n) + amount)
  for (const { fact } of log.facts)
    for (const { from, to, amountSen } of movements(fact)) {
      if (accountRole(from) === 'memorandum') continue
      for (const [account, moved] of [
        [from, -amountSen],
        [to, amountSen],
      ] as const) {
        add(balances, accountName(account), moved)
        if (account.fund.kind === 'loanPool') ofPool[account.kind] = (ofPool[account.kind] ?? 0n) + moved
      }
    }
  return { balances, ofPool }
}

const granted = (log: MemoryLog): bigint =>
  sum(
    log.facts
      .filter(({ fact }) => fact.type === 'tranche.PoolFunded')
      .flatMap(({ fact }) => movements(fact).map(({ amountSen }) => amountSen)),
  )

/** The books of a pool agree with its state and with its loans, to the sen, and nothing is made or lost. */
function checkPool(log: MemoryLog, poolId: string): PoolMoney {
  const money = log.fold(poolMoneyFold, poolId).data
  const { balances, ofPool } = booked(log)
  const at = (kind: string): bigint => ofPool[kind] ?? 0n
  expect(sum([...balances.values()])).toBe(0n)
  expect([at('loan-fund'), at('loan-principal'), -at('loan-jasa'), -at('pool-income'), at('pool-cost'), at('written-off')]).toEqual([
    money.cashSen,
    money.outstandingSen,
    money.jasaSen + money.capitalisedSen,
    money.incomeSen,
    money.costSen,
    money.writtenOffSen,
  ])
  expect(-at('pool-capital') + granted(log)).toBe(money.capitalSen)
  expect(money.capitalSen + money.jasaSen + money.incomeSen + money.capitalisedSen).toBe(
    money.cashSen + money.outstandingSen + money.costSen + money.writtenOffSen,
  )
  const loans = new Set(log.facts.filter(({ fact }) => fact.subject.kind === 'loan').map(({ fact }) => fact.subject.id))
  expect(sum([...loans].map((loan) => log.fold(loanFold, loan).data.balanceSen))).toBe(money.outstandingSen)
  expect(money.cashSen >= 0n && money.outstandingSen >= 0n).toBe(true)
  return money
}

describe('the money of a pool', () => {
  const counts = { accepted: 0, refused: 0 }
  afterAll(() => expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(50))

  const days = ['2008-04-01', '2008-06-01', '2008-07-01', '2008-10-01', '2008-12-01', '2009-02-01']
  const day = fc.constantFrom(...days)
  const amount = fc.constantFrom('0.01', '15000', '345000', '1034999.99', '1035000', '3000000', '3450000', '9999999999999999.99')
  const loan = fc.constantFrom(maju, mekar)
  const step: fc.Arbitrary<Wish> = fc.oneof(
    fc.tuple(loan, day, amount).map(([each, on, sen_]) => each.paid(on, sen_)),
    fc.tuple(loan, day, amount).map(([each, on, sen_]) => each.joint(on, sen_)),
    fc.tuple(loan, fc.integer({ min: 0, max: 11 }), day).map(([each, n, on]) => each.missed(n, on)),
    fc.tuple(loan, day).map(([each, on]) => each.rescheduled(on, '2009-02-01')),
    fc.tuple(loan, day).map(([each, on]) => each.writtenOff(on)),
    fc.constant(mekar.disbursed('2008-04-01')),
    amount.map((each) => pool.cost(each)),
    amount.map((each) => pool.returned(each)),
    fc.constant(pool.income),
    day.map(pool.suspended),
  )
  const offered = [mekar.applied(), mekar.appraised(), mekar.decided(), mekar.signed('2008-05-01')]

  it.each(['keep-due', 'capitalise', 'waive'] as const)('is conserved whatever is asked (%s)', { timeout: 20_000 }, async (unpaidJasa) => {
    const edition = lending((rules) => (rules.unpaidJasa = unpaidJasa))
    const start = given(...funded(edition), [...onTheWay], offered).state
    const before = await start()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20 }), async (wishes) => {
        const log = before.fork()
        for (const wish of wishes) {
          const { decision } = await ask(log, wish)
          counts[decision.kind === 'accepted' ? 'accepted' : 'refused'] += 1
          if (decision.kind === 'accepted') expectConserved(log)
        }
        checkPool(log, lent.pool.id)
      }),
      { numRuns: 40, seed: 20_080_303 },
    )
  })

  it('of a tranche passes into the pool that it names, and is counted once', async () => {
    const own = { kind: 'loanPool', id: id('P2-POOL') }
    const data = { name: 'UPK P2', owner: old.bkm.institution, area: olds.area.id, edition: { id: 'UPK-2010', revision: 1 } }
    const log = await given(
      agreedUnder(decreed('P2KP3-2006', '200000000', undefined), '200000000'),
      [requested(1, '40000000'), ...chain(1, '40000000'), ...paid(1, '40000000')],
      act('loanPool.Open', own, old.bkm, data, { papers: ['ba-bkm'] }),
      act(
        'tranche.FundPool',
        olds.tranche(1),
        old.bkm,
        { bankReference: 'TRF-POOL', amount: '10000000', pool: own.id },
        { papers: ['bukti-transfer'] },
      ),
    ).state()
    expect(checkPool(log, own.id)).toMatchObject({ capitalSen: 1_000_000_000n, cashSen: 1_000_000_000n })
    expect(booked(log).balances.get(`board-bank/allocation:${olds.allocation.id}/tranche:${olds.tranche(1).id}`)).toBe(3_000_000_000n)
  })

  it('two lend the last rupiahs: what is read makes the second one wait', async () => {
    const log = await given(...funded(), [...onTheWay], offered).state()
    const { situation } = await log.try({
      command: 'loan.Disburse',
      subject: lent.other,
      body: { effectiveOn: '2008-04-01', actor: people.upk, data: mekar.disbursed().data ?? {} },
    })
    const paidOut: Fact['type'] = 'loan.Disbursed'
    const conditions = situation.world
      .conditions()
      .filter(({ tag, types }) => tag === `loanPool:${lent.pool.id}` && types.includes(paidOut))
    expect(conditions).toHaveLength(1)
    expect(domain.slice('loanPool').aspects).toContain(poolMoneyFold)
  })
})
