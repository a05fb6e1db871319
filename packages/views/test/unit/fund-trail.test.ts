import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { moneyTypes, rupiah, sen, type Recorded } from '@jejak/domain'
import { fundTrail, type FundTrail } from '../../src/index.ts'
import { correction } from '../support/ledger.ts'
import { bearing, ids, moneyFact, playedScenario, positionOf } from '../support/scenario.ts'

let facts: readonly Recorded[]
beforeAll(async () => {
  facts = bearing(await playedScenario(), 'allocation', ids.allocation)
})

/** The law of every sum: what the treasury paid is spent, held, returned or kept. */
function expectToAddUp(trail: FundTrail): void {
  for (const { paid, overdrawn, spent, held, returned, kept, ...sums } of [trail.totals, ...trail.tranches]) {
    const carried = 'carriedIn' in sums ? sen(sums.carriedIn) - sen(sums.carriedOut) : 0n
    expect(sen(paid) + sen(overdrawn) + carried).toBe(sen(spent) + sen(held) + sen(returned) + sen(kept))
  }
  for (const { received, overdrawn, spent, held, returned } of trail.proposals)
    expect(sen(received) + sen(overdrawn)).toBe(sen(spent) + sen(held) + sen(returned))
  const sum = (pick: (each: FundTrail['tranches'][number]) => string): bigint =>
    trail.tranches.reduce((total, each) => total + sen(pick(each)), 0n)
  expect(sum((each) => each.paid)).toBe(sen(trail.totals.paid))
  expect(sum((each) => each.held)).toBe(sen(trail.totals.held))
  expect(sen(trail.totals.spentOnWorks) + sen(trail.totals.spentOnOperating)).toBe(sen(trail.totals.spent))
}

describe('money that came back by a reversal', () => {
  it.each([
    ['tranche.LeftoverKept', { number: '3', amount: '60' }],
    ['tranche.PoolFunded', { bankReference: '3', amount: '60' }],
    ['tranche.LeftoverReturned', { number: '3', amount: '60' }],
  ])('%s: the sums add up, and it is held again', (type, data) => {
    const last = moneyFact(3, type, 't', '2018-07-01', data)
    const trail = fundTrail([
      moneyFact(1, 'tranche.Sp2dIssued', 't', '2018-06-04', { number: '1', amount: '100' }),
      moneyFact(2, 'tranche.Credited', 't', '2018-06-05', { bankReference: '2', amount: '100' }),
      last,
      correction(4, last, 'reverse', '2018-08-01'),
    ])
    expectToAddUp(trail)
    expect(trail.totals).toMatchObject({ held: '100', kept: '0', keptAsLoanFund: '0' })
  })
})

describe('the whole of Prabumulih Pasar II', () => {
  it('500.000.000 = 497.250.000 + 2.750.000', () => {
    const trail = fundTrail(facts)
    expect(trail.totals).toMatchObject({
      paid: '500000000',
      overdrawn: '0',
      spent: '497250000',
      held: '0',
      returned: '2750000',
      kept: '0',
      spentOnWorks: '487250000',
      spentOnOperating: '10000000',
    })
    expectToAddUp(trail)
  })

  it('A 218.500.000, B 170.000.000, C 98.750.000', () => {
    const rows = fundTrail(facts).proposals.map(({ proposal, number, received, spent, returned, held }) => [
      proposal,
      number,
      received,
      spent,
      returned,
      held,
    ])
    expect(rows).toEqual([
      [ids.a, 'PROP-A', '220000000', '218500000', '1500000', '0'],
      [ids.b, 'PROP-B', '170000000', '170000000', '0', '0'],
      [ids.c, 'PROP-C', '100000000', '98750000', '1250000', '0'],
    ])
  })

  it('tranche 1 350.000.000, tranche 2 147.250.000 and what was returned', () => {
    const rows = fundTrail(facts).tranches.map(({ tranche, ordinal, paid, spent, held, returned }) => [
      tranche,
      ordinal,
      paid,
      spent,
      held,
      returned,
    ])
    expect(rows).toEqual([
      [ids.tranche1, 1, '350000000', '350000000', '0', '0'],
      [ids.tranche2, 2, '150000000', '147250000', '0', '2750000'],
    ])
  })

  it('every account of the community ends at 0, and names the facts that made it', () => {
    const { accounts } = fundTrail(facts)
    const community = accounts.filter(({ account }) => ['in-transit', 'board-bank', 'board-operating', 'group-bank'].includes(account.kind))
    expect(community).toHaveLength(2 * (3 + 3))
    for (const { balance, overdrawn, positions } of community) {
      expect([balance.amount, overdrawn]).toEqual(['0', false])
      expect(positions.length).toBeGreaterThan(1)
    }
  })

  it('swadaya stands beside it: 46.500.000 of 54.000.000', () => {
    const trail = fundTrail(facts)
    expect(trail.contributed).toMatchObject({ pledged: '54000000', realised: '46500000', writtenDown: '0' })
    const { positions } = trail.contributed
    const at = (type: string): number[] => facts.filter(({ fact }) => fact.type === type).map(({ position }) => position)
    expect(positions).toEqual({ pledged: at('proposal.SwadayaPledged'), realised: at('proposal.SwadayaRealised'), writtenDown: [] })
    const labour = trail.contributions.filter(({ to }) => to.kind === 'swadaya-used' && to.swadaya === 'labour')
    expect(rupiah(labour.reduce((sum, row) => sum + sen(row.amount), 0n))).toBe('31500000')
  })

  it('tells every movement in log order, with paper, actor and both balances', () => {
    const { movements } = fundTrail(facts)
    expect(movements.map((row) => row.position)).toEqual(movements.map((row) => row.position).toSorted((x, y) => x - y))
    const instalments = movements.filter((row) => row.type === 'tranche.InstalmentPaid')
    expect(instalments).toHaveLength(9)
    expect(movements[0]).toMatchObject({
      type: 'tranche.Sp2dIssued',
      effectiveOn: '2018-06-04',
      recordedAt: '2018-06-04T05:00:00.000000Z',
      from: { kind: 'treasury' },
      to: { kind: 'in-transit', tranche: ids.tranche1 },
      amount: '350000000',
      paper: 'SP2D-T1',
      actor: { role: 'KPPN' },
      deviations: [],
      fromBalance: { amount: '350000000', side: 'credit' },
      toBalance: { amount: '350000000', side: 'debit' },
    })
    // 350.000.000 less 7.000.000 of operating cost, less 88.000.000 to A.
    expect(instalments[0]).toMatchObject({
      paper: 'TRF-001',
      fromBalance: { amount: '255000000', side: 'debit' },
      toBalance: { amount: '88000000' },
    })
    expect(movements.at(-1)).toMatchObject({ type: 'tranche.LeftoverReturned', to: { kind: 'treasury' }, fromBalance: { amount: '0' } })
  })
})

describe('what was true by a date, computed by hand', () => {
  const held = (trail: FundTrail, kind: string): string =>
    rupiah(trail.accounts.filter(({ account }) => account.kind === kind).reduce((sum, { balance }) => sum + sen(balance.amount), 0n))

  it.each([
    // date, paid, in transit, bank of the board, set aside, groups, spent
    ['2018-06-03', '0', '0', '0', '0', '0', '0'],
    ['2018-06-04', '350000000', '350000000', '0', '0', '0', '0'],
    ['2018-06-05', '350000000', '0', '350000000', '0', '0', '0'],
    ['2018-06-06', '350000000', '0', '343000000', '7000000', '0', '0'],
    // BOP 1.500.000 spent; the rest waits 34 days.
    ['2018-07-08', '350000000', '0', '343000000', '5500000', '0', '1500000'],
    // 343 less 196 paid to groups.
    ['2018-07-09', '350000000', '0', '147000000', '5500000', '196000000', '1500000'],
    // A 14+11, B 10+9, C 6+5 = 55 spent of 196; BOP 3.
    ['2018-07-19', '350000000', '0', '147000000', '4000000', '141000000', '58000000'],
    // The second instalments empty the bank. Spent A 88, B 68, C 40 = 196; BOP 5.
    ['2018-08-20', '350000000', '0', '0', '2000000', '147000000', '201000000'],
    // All of tranche 1 is spent two months before tranche 2.
    ['2018-10-31', '350000000', '0', '0', '0', '0', '350000000'],
    ['2018-11-23', '500000000', '150000000', '0', '0', '0', '350000000'],
    ['2018-11-26', '500000000', '0', '147000000', '3000000', '0', '350000000'],
    // A 18+12, B 14+8, C 5+1,5 = 58,5 of 147; BOP 1,5.
    ['2018-12-06', '500000000', '0', '0', '1500000', '88500000', '410000000'],
    ['2018-12-20', '500000000', '0', '0', '0', '2750000', '497250000'],
    ['2018-12-26', '500000000', '0', '2750000', '0', '0', '497250000'],
  ])('on %s', (effectiveUntil, ...expected) => {
    const trail = fundTrail(facts, { effectiveUntil })
    const found = [
      trail.totals.paid,
      ...['in-transit', 'board-bank', 'board-operating', 'group-bank'].map((kind) => held(trail, kind)),
      trail.totals.spent,
    ]
    expect(found).toEqual(expected)
    expectToAddUp(trail)
  })

  it('what was known is another question: an expense entered late is true before it is known', () => {
    const paid = [
      moneyFact(1, 'tranche.Sp2dIssued', 't', '2018-06-04', { number: '1', amount: '100' }),
      moneyFact(2, 'tranche.Credited', 't', '2018-06-05', { bankReference: '2', amount: '100' }),
      moneyFact(3, 'tranche.InstalmentPaid', 't', '2018-07-01', { proposal: 'p', bankReference: '3', amount: '60' }),
      moneyFact(4, 'proposal.ExpenseRecorded', 'p', '2018-06-20', { number: '4', tranche: 't', amount: '10' }),
    ]
    expect(fundTrail(paid.slice(0, 3), { effectiveUntil: '2018-06-30' }).totals).toMatchObject({ held: '100', spent: '0', overdrawn: '0' })
    // By its date the group had spent what it had not received: out of order, and in sight.
    const known = fundTrail(paid, { effectiveUntil: '2018-06-30' })
    expect(known.totals).toMatchObject({ paid: '100', held: '100', spent: '10', overdrawn: '10' })
    expect(known.accounts.filter(({ overdrawn }) => overdrawn).map(({ account, positions }) => [account.kind, positions])).toEqual([
      ['group-bank', [4]],
    ])
    expect(fundTrail(paid).totals).toMatchObject({ held: '90', spent: '10', overdrawn: '0' })
  })
})

describe('each sum names its own facts', () => {
  const paid = moneyFact(1, 'tranche.Sp2dIssued', 't', '2018-06-04', { number: '1', amount: '100' })
  const credit = moneyFact(2, 'tranche.Credited', 't', '2018-06-05', { bankReference: '2', amount: '100' })
  const instalment = moneyFact(3, 'tranche.InstalmentPaid', 't', '2018-07-01', { proposal: 'p', bankReference: '3', amount: '60' })
  const expense = moneyFact(4, 'proposal.ExpenseRecorded', 'p', '2018-07-02', { number: '4', tranche: 't', amount: '60' })
  const home = moneyFact(5, 'tranche.LeftoverReturned', 't', '2018-12-27', { number: '5', amount: '10' })
  const kept = moneyFact(6, 'tranche.LeftoverKept', 't', '2018-12-28', { number: '6', amount: '20' })
  it('of the whole, of a tranche and of a group', () => {
    const trail = fundTrail([paid, credit, instalment, expense, home, kept])
    const sums = { paid: [1], overdrawn: [], spent: [4], held: [2, 3, 5, 6], returned: [5], kept: [6] }
    expect(trail.totals).toMatchObject({ paid: '100', overdrawn: '0', spent: '60', held: '10', returned: '10', kept: '20' })
    expect(trail.totals.positions).toEqual({ ...sums, spentOnWorks: [4], spentOnOperating: [], keptAsLoanFund: [] })
    expect(trail.tranches[0]?.positions).toEqual({ ...sums, carriedIn: [], carriedOut: [] })
    expect(trail.proposals[0]?.positions).toEqual({ received: [3], overdrawn: [], spent: [4], held: [], returned: [] })
  })
  it('what was replaced is made by the fact and by its correction', () => {
    const less = correction(7, expense, 'replace', '2019-01-02', { ...expense.fact.data, amount: '50' })
    const trail = fundTrail([paid, credit, instalment, expense, home, kept, less], { effectiveUntil: '2018-12-31' })
    expect(trail.totals).toMatchObject({ spent: '50', held: '20' })
    expect(trail.totals.positions).toMatchObject({ spent: [4, 7], held: [2, 3, 4, 5, 6, 7], paid: [1] })
    expect(trail.movements.find(({ position }) => position === 4)?.positions).toEqual([4, 7])
    expect(trail.accounts.find(({ account }) => account.kind === 'suppliers')?.positions).toEqual([4, 7])
  })
})

it('what the SP2D and the credit differ by stays in transit, in sight', () => {
  const trail = fundTrail([
    moneyFact(1, 'tranche.Sp2dIssued', 't', '2018-06-04', { number: '1', amount: '100' }),
    moneyFact(2, 'tranche.Credited', 't', '2018-06-05', { bankReference: '2', amount: '99.99' }),
  ])
  expect(trail.accounts.find(({ account }) => account.kind === 'in-transit')).toMatchObject({
    balance: { amount: '0.01', side: 'debit' },
    positions: [1, 2],
  })
  expectToAddUp(trail)
})

it('operating cost set aside and not spent can be returned: no fact releases it, and nothing is overdrawn by that', () => {
  const back = [
    moneyFact(1, 'tranche.Sp2dIssued', 't', '2018-06-04', { number: '1', amount: '100' }),
    moneyFact(2, 'tranche.Credited', 't', '2018-06-05', { bankReference: '2', amount: '100' }),
    moneyFact(3, 'tranche.BopSetAside', 't', '2018-06-06', { number: '3', amount: '100' }),
    moneyFact(4, 'tranche.BopSpent', 't', '2018-06-07', { number: '4', amount: '90' }),
    moneyFact(5, 'tranche.LeftoverReturned', 't', '2018-12-27', { number: '5', amount: '10' }),
  ]
  const trail = fundTrail(back)
  expect(trail.totals).toMatchObject({ paid: '100', spent: '90', returned: '10', held: '0', overdrawn: '0' })
  expect(trail.accounts.every(({ overdrawn }) => !overdrawn)).toBe(true)
  // One more than the board has is another matter.
  const more = fundTrail([...back, moneyFact(6, 'tranche.LeftoverReturned', 't', '2018-12-28', { number: '6', amount: '1' })])
  expect(more.totals).toMatchObject({ returned: '11', held: '0', overdrawn: '1' })
  expect(more.accounts.filter(({ overdrawn }) => overdrawn).map(({ account }) => account.kind)).toEqual(['board-bank'])
})

it('knows what was known at a position', () => {
  const known = facts.filter(({ position }) => position <= positionOf(facts, 'tranche.Credited', 1))
  expect(fundTrail(known).totals).toMatchObject({ paid: '350000000', held: '350000000', spent: '0' })
})

it('adds up whatever the facts are, in whatever order', () => {
  const id = fc.constantFrom('x', 'y')
  const fact = fc.record({
    type: fc.constantFrom(...[...moneyTypes].filter((type) => /^(tranche|proposal)\./.test(type))),
    subject: id,
    tranche: id,
    proposal: id,
    amount: fc.bigInt({ min: 1n, max: 10n ** 15n }),
    day: fc.integer({ min: 10, max: 28 }),
  })
  fc.assert(
    fc.property(fc.array(fact, { maxLength: 30 }), fc.integer({ min: 10, max: 28 }), (sketches, day) => {
      const told = sketches.map(({ type, subject, tranche, proposal, amount, day: on }, index) =>
        moneyFact(index + 1, type, subject, `2018-06-${on}`, {
          number: `${index}`,
          amount: rupiah(amount),
          tranche,
          proposal,
          kind: 'cash',
          carriedOver: { into: tranche, parts: [{ tranche: subject, proposal, amount: rupiah(amount) }] },
        }),
      )
      expectToAddUp(fundTrail(told))
      expectToAddUp(fundTrail(told, { effectiveUntil: `2018-06-${day}` }))
    }),
  )
})
