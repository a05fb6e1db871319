import { beforeAll, describe, expect, it } from 'vitest'
import type { LoanRules, Recorded } from '@jejak/domain'
import { confirmed, proposed } from '../../../domain/test/support/corrections.ts'
import { given, type Wish } from '../../../domain/test/support/given.ts'
import { shipped } from '../../../domain/test/support/editions.ts'
import { funded, lent, maju, mekar, onTheWay, people, pool, threeMissed } from '../../../domain/test/support/lending.ts'
import { correction } from '../support/ledger.ts'
import { loanCard, loanPortfolio, stuckReasons, type LoanPortfolio } from '../../src/index.ts'

const rules = shipped('UPK-2010').loans as LoanRules
let all: readonly Recorded[]
let facts: readonly Recorded[]
beforeAll(async () => {
  const log = await given(
    ...funded(),
    [...onTheWay],
    [mekar.applied(), mekar.appraised(), mekar.decided(), mekar.signed(), mekar.disbursed()],
    [pool.cost('100000'), pool.income],
    [...threeMissed.slice(0, 3), mekar.paid('2008-05-30', '1035000')],
    [...threeMissed.slice(3), maju.joint('2008-09-01'), mekar.paid('2008-09-01', '1035000')],
    [maju.rescheduled('2008-12-01', '2009-01-01'), mekar.paid('2008-12-01', '1035000')],
  ).state()
  all = log.facts
  facts = all.filter(({ fact }) => fact.tags.includes(`loanPool:${lent.pool.id}`))
})

const on = (at: string, known = facts, by: LoanRules = rules): LoanPortfolio => loanPortfolio(known, lent.pool.id, at, by)
const typesAt = (positions: readonly number[]): string[] =>
  positions.map((position) => all.find((each) => each.position === position)?.fact.type ?? '-')

describe('a pool on a day', () => {
  it('nothing lent: no rate can be told', () => {
    const { figures, grade, loans } = on('2008-03-02', facts.slice(0, 2))
    expect([figures.lar.percent, figures.par.percent, figures.rr.percent, figures.ccr.percent]).toEqual([null, null, null, null])
    expect([figures.roi.percent, figures.roi.good, figures.idle.percent]).toEqual(['0', false, '100'])
    expect([grade, loans]).toEqual(['minimum', []])
  })

  it('before the first money there is no grade', () => {
    const { figures, grade, suspension } = on('2008-03-02', facts.slice(0, 1))
    expect([grade, suspension.must]).toEqual([null, false])
    expect(Object.values(figures).map(({ percent }) => percent)).toEqual(Array<null>(7).fill(null))
  })

  it('one of two three months behind: LAR 50, PAR of the balance, each with its facts', () => {
    const { figures, buckets, loans } = on('2008-10-01')
    expect(figures.lar).toMatchObject({ percent: '50', part: '1', whole: '2', unit: 'groups', wanted: '< 10', good: false })
    // Mekar: 3.000.000 less six instalments of 300.000.
    expect(figures.par).toMatchObject({ percent: '61.17', part: '1890000', whole: '3090000', unit: 'rupiah' })
    expect(new Set(typesAt(figures.par.facts))).toEqual(
      new Set(['loan.Disbursed', 'loan.InstalmentReceived', 'loan.JointLiabilityInvoked']),
    )
    expect(figures.par.of.length).toBeGreaterThan(figures.par.facts.length)
    expect(buckets.map(({ name, loans: count, balance }) => [name, count, balance])).toEqual([
      ['lancar', 1, '1200000'],
      ['perhatian', 0, '0'],
      ['kurang-lancar', 1, '1890000'],
      ['diragukan', 0, '0'],
      ['macet', 0, '0'],
    ])
    expect(loans[0]).toMatchObject({ balance: '1890000', overduePrincipal: '990000', overdueJasa: '45000', monthsInArrears: 3 })
  })

  it('an instalment that was paid back counts in money, balance, rates and income until that day', async () => {
    const log = await given(
      ...funded(),
      [...onTheWay, maju.paid('2008-04-01'), maju.paid('2008-05-01')],
      proposed(people.upk, 'reverse', 'loan.InstalmentReceived', lent.loan, { more: { on: '2008-05-10' } }),
      confirmed(people.credit, lent.loan, { on: '2008-05-10' }),
    ).state()
    const told = (at: string) => {
      const { money, loans, figures } = on(
        at,
        log.facts.filter(({ fact }) => fact.tags.includes(`loanPool:${lent.pool.id}`)),
      )
      return [money.outstanding, loans[0]?.balance, money.jasa, figures.ccr.part, figures.rrCumulative.part]
    }
    expect(told('2008-05-09')).toEqual(['2400000', '2400000', '90000', '90000', '600000'])
    expect(told('2008-05-10')).toEqual(['2700000', '2700000', '45000', '45000', '300000'])
  })

  it('a day before it was two months, and nothing was known of what came later', () => {
    expect(on('2008-09-30').loans[0]).toMatchObject({ monthsInArrears: 2, bucket: 'perhatian' })
    expect(on('2008-09-30').figures.lar.percent).toBe('0')
    const missed = facts.find(({ fact }) => fact.type === 'loan.InstalmentMissed')?.position ?? 0
    const before = facts.filter(({ position }) => position < missed)
    expect(on('2008-06-30', before).loans.map(({ balance, monthsInArrears }) => [balance, monthsInArrears])).toEqual([
      ['2100000', 0],
      ['2100000', 0],
    ])
    // On the same day, known later, nothing else: what came later is of later days.
    expect(on('2008-06-30').loans).toEqual(on('2008-06-30', before).loans)
  })

  it('a rescheduled loan keeps its bucket, and rescheduling does not mend RR', () => {
    const after = on('2009-01-05')
    expect(after.loans[0]).toMatchObject({ rescheduledOn: '2008-12-01', monthsInArrears: 5, bucket: 'kurang-lancar' })
    expect(on('2009-01-05', facts, { ...rules, keepsBucketFor: 0 }).loans[0]).toMatchObject({ monthsInArrears: 1 })
    // Due: Maju 9 x 300.000 and 189.000, Mekar 10 x 300.000. Paid: 3 x 300.000 + 210.000, and 9 x 300.000.
    expect(after.figures.rrCumulative).toMatchObject({ part: '3810000', whole: '5889000', percent: '64.7', good: false })
    expect(after.figures.rr).toMatchObject({ part: '0', whole: '489000', percent: '0' })
  })

  it('income to cost and surplus to capital of twelve months; cash to the whole fund', () => {
    const { figures, money } = on('2008-12-31')
    // Jasa: 3 x 45.000 + 135.000 of Maju, 9 x 45.000 of Mekar; bank interest 12.500.
    expect(money).toMatchObject({ capital: '10000000', jasa: '675000', income: '12500', cost: '100000', outstanding: '2190000' })
    expect(money.cash).toBe(String(10_000_000 + 675_000 + 12_500 - 100_000 - 2_190_000))
    expect(figures.ccr).toMatchObject({ part: '687500', whole: '100000', percent: '687.5', good: true })
    expect(figures.roi).toMatchObject({ part: '587500', whole: '10000000', percent: '5.88', good: false })
    expect(figures.idle).toMatchObject({ part: '8397500', whole: '10587500', percent: '79.32', good: false })
    expect(on('2009-12-31').figures.ccr).toMatchObject({ part: '0', whole: '0', percent: null })
  })

  it('of a month that ends earlier than the one before, RR counts one instalment', async () => {
    const monthEnds = [maju.applied(), maju.appraised(), maju.decided(), maju.signed('2008-03-31'), maju.disbursed()]
    const log = await given(...funded(), monthEnds, [maju.paid('2008-03-31'), maju.paid('2008-04-30')]).state()
    const known = log.facts.filter(({ fact }) => fact.tags.includes(`loanPool:${lent.pool.id}`))
    for (const at of ['2008-03-31', '2008-04-30']) expect(on(at, known).figures.rr).toMatchObject({ part: '300000', whole: '300000' })
    expect(on('2008-05-30', known).figures.rr).toMatchObject({ part: '0', whole: '0' })
    expect(on('2008-05-31', known).figures.rr).toMatchObject({ part: '0', whole: '300000' })
  })

  it('must be suspended after two months beyond a limit, as the edition says', () => {
    expect(on('2008-10-31').suspension).toMatchObject({ must: false, when: 'any' })
    const { suspension, grade } = on('2008-11-01')
    expect([suspension.must, grade]).toEqual([true, 'suspend'])
    expect(suspension.breaches).toMatchObject([
      { on: '2008-11-01', rates: ['lar', 'par'] },
      { on: '2008-10-01', rates: ['lar', 'par'] },
    ])
    for (const { on: day, facts: late, of } of suspension.breaches) {
      const { par } = on(day).figures
      expect([late, of]).toEqual([par.facts, par.of])
      expect(late.length).toBeGreaterThan(0)
    }
  })
})

describe('the facts behind each number', () => {
  // 24 capital, 29 Maju and 34 Mekar paid out, 35 cost, 36 income, 37 to 39 and 44 Maju pays, 40, 45 and 47 Mekar, 46 Maju rescheduled.
  const [maju29, mekar34] = [
    [29, 37, 38, 39, 44, 46],
    [34, 40, 45, 47],
  ]
  const paid = [37, 38, 39, 40, 44, 45, 47]
  it('each sum of the money has its own', () =>
    expect(on('2009-01-05').money.facts).toEqual({
      capital: [24],
      cash: [24, 29, 34, 35, 36, ...paid],
      outstanding: [29, 34, ...paid],
      jasa: paid,
      income: [36],
      cost: [35],
      writtenOff: [],
      capitalised: [],
    }))
  it('part and whole of each figure', () => {
    const { figures } = on('2009-01-05')
    const behind = Object.fromEntries(Object.entries(figures).map(([name, { facts: part, of }]) => [name, [part, of]]))
    expect(behind).toEqual({
      // Due in the month: an instalment of Mekar and one of the new schedule of Maju.
      rr: [[], [34, 46]],
      // Before it was rescheduled Maju owed by the schedule of 29.
      rrCumulative: [paid, [29, 34, 46]],
      lar: [maju29, [...maju29, ...mekar34].toSorted((a, b) => a - b)],
      par: [maju29, [...maju29, ...mekar34].toSorted((a, b) => a - b)],
      ccr: [[36, ...paid], [35]],
      roi: [[35, 36, ...paid], [24]],
      idle: [
        [24, 29, 34, 35, 36, ...paid],
        [24, 29, 34, 35, 36, ...paid],
      ],
    })
  })
  it('each bucket', () =>
    expect(on('2009-01-05').buckets.map(({ name, facts: behind }) => [name, behind])).toEqual([
      ['lancar', mekar34],
      ['perhatian', []],
      ['kurang-lancar', maju29],
      ['diragukan', []],
      ['macet', []],
    ]))
  it('each sum of the card', () => {
    const { facts: behind } = loanCard(facts, lent.loan.id, '2008-05-15')
    // On 15 May the third instalment is not paid; it is overdue since 1 June.
    expect(behind).toEqual({ balance: [29, 37, 38], owed: [29, 37, 38], overduePrincipal: [29, 37, 38], overdueJasa: [29, 37, 38] })
    expect(loanCard(facts, lent.loan.id, '2008-03-20').facts).toEqual({ balance: [29], owed: [29], overduePrincipal: [], overdueJasa: [] })
    // The new schedule owes by itself; the balance is what was lent less what came back.
    expect(loanCard(facts, lent.loan.id, '2009-01-05').facts).toEqual({
      balance: [29, 37, 38, 39, 44],
      owed: [46],
      overduePrincipal: [46],
      overdueJasa: [46],
    })
  })
  it('what was replaced is made by the fact and by its correction, wherever it counts', () => {
    const first = facts.find(({ position }) => position === 37)
    if (!first) throw new Error('no payment at 37')
    const known = [...facts, correction(48, first, 'replace', '2009-02-01', { ...first.fact.data, principal: '200000' })]
    const { money, figures, buckets, loans } = on('2009-01-05', known)
    expect(money.outstanding).toBe('2290000')
    expect(money.facts.cash).toEqual([24, 29, 34, 35, 36, ...paid, 48])
    expect(money.facts.jasa).toEqual([...paid, 48])
    expect(figures.rrCumulative).toMatchObject({ part: '3710000', facts: [...paid, 48], of: [29, 34, 46] })
    expect(buckets[2]?.facts).toEqual([...maju29, 48])
    expect(loans[0]?.facts).toEqual([...maju29, 48])
    const card = loanCard(known, lent.loan.id, '2008-05-15')
    expect(card.lines[0]).toMatchObject({ paidPrincipal: '300000', facts: [37, 38, 48] })
    expect(card.facts.balance).toEqual([29, 37, 38, 48])
  })
  it('a schedule that was replaced is set by both', () => {
    const out = facts.find(({ position }) => position === 34)
    if (!out) throw new Error('nothing paid out at 34')
    const known = [...facts, correction(48, out, 'replace', '2009-02-01', { ...out.fact.data, number: 'BKK-X' })]
    expect(on('2009-01-05', known).figures.rr.of).toEqual([34, 46, 48])
  })
  it('a payment that was paid back makes no number of later days', () => {
    const first = facts.find(({ position }) => position === 37)
    if (!first) throw new Error('no payment at 37')
    const known = [...facts.slice(0, 23), correction(48, first, 'reverse', '2008-09-10')]
    expect(on('2008-09-09', known).loans[0]?.facts).toEqual([29, 37, 38, 39, 44])
    expect(on('2008-09-10', known).loans[0]?.facts).toEqual([29, 38, 39, 44])
  })
})

describe('the instalment card', () => {
  const card = (at: string) => loanCard(facts, lent.loan.id, at)
  it('tells due, paid and overdue by instalment, with the payments', () => {
    const { lines, balance, overduePrincipal, overdueJasa, owed } = card('2008-09-01')
    expect({ balance, overduePrincipal, overdueJasa, owed }).toEqual({
      balance: '1890000',
      overduePrincipal: '690000',
      overdueJasa: '0',
      owed: '2070000',
    })
    expect(lines.map(({ state }) => state)).toEqual([
      ...Array<string>(3).fill('paid'),
      ...Array<string>(3).fill('overdue'),
      ...Array<string>(4).fill('not-yet-due'),
    ])
    expect(lines[3]).toMatchObject({ due: '2008-07-01', paidJasa: '45000', paidPrincipal: '210000', open: '90000' })
    expect(typesAt(lines[3]?.facts ?? [])).toEqual(['loan.JointLiabilityInvoked'])
    expect(typesAt([card('2008-09-01').schedule ?? 0])).toEqual(['loan.Disbursed'])
  })
  it('is empty before the loan is paid out, and new after it is rescheduled', () => {
    expect(loanCard(facts, lent.loan.id, '2008-03-02')).toMatchObject({ lines: [], schedule: null })
    const { lines, rescheduledOn } = card('2008-12-02')
    expect([rescheduledOn, lines[0]?.state, lines[0]?.jasa, lines.length]).toEqual(['2008-12-01', 'overdue', '135000', 11])
    expect(lines.flatMap(({ facts: paying }) => paying)).toEqual([])
  })
})

describe('reasons of delay', () => {
  const noted = (position: number, data: object): Recorded =>
    ({ position, recordedAt: 0n, fact: { ...all[0]?.fact, type: 'cycle.StuckReasonNoted', data } }) as Recorded
  it('are counted by how often they were given, whatever fact gives them', () => {
    const told = [
      noted(1, { reason: 'SOSEK' }),
      noted(2, { reason: 'SDM' }),
      noted(3, { reasons: ['SDM', 'DANA'] }),
      noted(4, { reason: 'SDM' }),
      noted(5, { reason: 'Jadwal nasional', reasons: [] }),
    ]
    expect(stuckReasons(told)).toEqual([
      { reason: 'SDM', count: 3, percent: '60', cumulativePercent: '60', facts: [2, 3, 4] },
      { reason: 'SOSEK', count: 1, percent: '20', cumulativePercent: '80', facts: [1] },
      { reason: 'DANA', count: 1, percent: '20', cumulativePercent: '100', facts: [3] },
    ])
    expect(stuckReasons([])).toEqual([])
  })
})

describe('corrections', () => {
  const course = (how: 'annul' | 'reverse', more: Partial<Wish>) =>
    given(
      ...funded(),
      [...onTheWay, maju.paid('2008-04-01'), maju.paid('2008-05-01')],
      proposed(people.upk, how, 'loan.InstalmentReceived', lent.loan, { more }),
      confirmed(people.korkot, lent.loan, more),
    ).state()
  const told = (known: readonly Recorded[], at: string) => {
    const pooled = known.filter(({ fact }) => fact.tags.includes(`loanPool:${lent.pool.id}`))
    const { money, loans } = loanPortfolio(pooled, lent.pool.id, at, rules)
    return [loanCard(known, lent.loan.id, at).balance, loans[0]?.balance, money.outstanding, money.cash]
  }

  it('a payment that was annulled never was, on whatever day that was found out', async () => {
    const { facts: known } = await course('annul', { on: '2008-07-10' })
    expect(told(known, '2008-05-02')).toEqual(['2700000', '2700000', '2700000', '7345000'])
    expect(told(known.slice(0, -1), '2008-05-02')).toEqual(['2400000', '2400000', '2400000', '7690000'])
  })

  it('one that was paid back counts until then', async () => {
    const { facts: known } = await course('reverse', { on: '2008-07-10' })
    expect(told(known, '2008-07-09')).toEqual(['2400000', '2400000', '2400000', '7690000'])
    expect(told(known, '2008-07-10')).toEqual(['2700000', '2700000', '2700000', '7345000'])
  })
})
