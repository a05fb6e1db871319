import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rupiah, type Fact, type Recorded } from '@jejak/domain'
import { foldInMemory, ledger } from '../../src/index.ts'
import { balancesByHand, balancesIn, correction } from '../support/ledger.ts'
import { moneyFact, playedScenario, positionOf, ids } from '../support/scenario.ts'

const credited = moneyFact(1, 'tranche.Credited', 't', '2018-06-05', { bankReference: 'B1', amount: '500' })
const paid = moneyFact(2, 'tranche.InstalmentPaid', 't', '2018-07-09', { proposal: 'p', bankReference: 'B2', amount: '200' })
const money = [credited, paid]
const board = 'board-bank/allocation:a/tranche:t'
const group = 'group-bank/allocation:a/tranche:t/proposal:p'
const transit = 'in-transit/allocation:a/tranche:t'

describe('a balance at a date, as it was known', () => {
  it('counts what is effective by the date', () => {
    expect(balancesIn(money, { by: '2018-06-30' })).toEqual({ [board]: 50_000n, [transit]: -50_000n })
    expect(balancesIn(money)).toEqual({ [board]: 30_000n, [group]: 20_000n, [transit]: -50_000n })
  })

  it('annulled: gone from every date once it is known, and there until then', () => {
    const facts = [...money, correction(3, paid, 'annul', '2018-09-01')]
    expect(balancesIn(facts, { by: '2018-07-31' })).toEqual({ [board]: 50_000n, [transit]: -50_000n })
    expect(balancesIn(facts, { by: '2018-07-31', known: 2 })).toMatchObject({ [group]: 20_000n })
  })

  it('replaced: the new amount at the date of the old one', () => {
    const facts = [...money, correction(3, paid, 'replace', '2018-09-01', { proposal: 'p', bankReference: 'B2', amount: '150' })]
    expect(balancesIn(facts, { by: '2018-07-31' })).toMatchObject({ [board]: 35_000n, [group]: 15_000n })
    expect(balancesIn(facts, { by: '2018-07-31', known: 2 })).toMatchObject({ [group]: 20_000n })
    expect(balancesIn(facts, { by: '2018-07-08' })).toMatchObject({ [board]: 50_000n })
  })

  it('reversed: as it was until the day of the reversal, back from then on', () => {
    const facts = [...money, correction(3, paid, 'reverse', '2018-09-01')]
    expect(balancesIn(facts, { by: '2018-08-31' })).toMatchObject({ [group]: 20_000n })
    expect(balancesIn(facts, { by: '2018-09-01' })).toEqual({ [board]: 50_000n, [transit]: -50_000n })
  })

  it('replaced twice and then annulled: each correction undoes what stood', () => {
    const twice = [
      ...money,
      correction(3, paid, 'replace', '2018-09-01', { proposal: 'p', bankReference: 'B2', amount: '150' }),
      correction(4, paid, 'replace', '2018-09-02', { proposal: 'q', bankReference: 'B2', amount: '120.05' }),
    ]
    expect(balancesIn(twice)).toEqual({ [board]: 37_995n, [group.replace('proposal:p', 'proposal:q')]: 12_005n, [transit]: -50_000n })
    expect(balancesIn([...twice, correction(5, paid, 'annul', '2018-09-03')])).toEqual({ [board]: 50_000n, [transit]: -50_000n })
  })

  it('reversed and then annulled: it never was', () => {
    const facts = [...money, correction(3, paid, 'reverse', '2018-09-01'), correction(4, paid, 'annul', '2018-10-01')]
    for (const by of ['2018-07-31', '2018-09-01', '2018-12-31'])
      expect(balancesIn(facts, { by })).toEqual({ [board]: 50_000n, [transit]: -50_000n })
  })

  it('of a fact that moved nothing the correction still knows the kind', () => {
    const accepted = moneyFact(3, 'tranche.LpjAccepted', 't', '2018-10-01', { number: '1', amount: '0' })
    const carried = { number: '1', amount: '0', carriedOver: { into: 'u', parts: [{ tranche: 't', amount: '7' }] } }
    expect(balancesIn([...money, accepted, correction(4, accepted, 'replace', '2018-10-02', carried)])).toMatchObject({ [board]: 29_300n })
  })

  it('a correction of what is no money adds no posting', () => {
    const progress = moneyFact(3, 'proposal.ProgressVerified', 'p', '2018-10-01', { percent: '50' })
    expect(balancesIn([...money, progress, correction(4, progress, 'annul', '2018-10-02')])).toEqual(balancesIn(money))
  })
})

const types: readonly (readonly [string, (n: string) => Fact['data']])[] = [
  ['tranche.Sp2dIssued', () => ({})],
  ['tranche.Credited', () => ({})],
  ['tranche.BopSetAside', () => ({})],
  ['tranche.InstalmentPaid', (proposal) => ({ proposal })],
  ['tranche.LeftoverReturned', () => ({})],
  ['proposal.ExpenseRecorded', (tranche) => ({ tranche })],
  ['proposal.SwadayaRealised', () => ({ kind: 'labour' })],
]
const line = fc.record({
  type: fc.constantFrom(...types),
  subject: fc.constantFrom('x', 'y'),
  other: fc.constantFrom('x', 'y'),
  allocation: fc.constantFrom('a', 'b'),
  amount: fc.bigInt({ min: 1n, max: 10n ** 15n }),
  day: fc.integer({ min: 1, max: 28 }),
  corrects: fc.option(fc.record({ back: fc.nat(20), how: fc.constantFrom('annul' as const, 'replace' as const, 'reverse' as const) })),
})
type Line = typeof line extends fc.Arbitrary<infer T> ? T : never

/** A history of money facts; some of its lines correct an earlier one that stands. */
function historyOf(lines: readonly Line[]): Recorded[] {
  const facts: Recorded[] = []
  const ended = new Set<number>()
  for (const { type, subject, other, allocation, amount, day, corrects } of lines) {
    const position = facts.length + 1
    const on = `2018-06-${String(day).padStart(2, '0')}`
    const data = { ...type[1](other), amount: rupiah(amount) }
    const target = corrects === null ? undefined : facts.at(-1 - corrects.back)
    if (target === undefined || corrects === null || target.fact.corrects !== undefined || ended.has(target.position)) {
      facts.push(moneyFact(position, type[0], subject, on, data, allocation))
      continue
    }
    if (corrects.how !== 'replace') ended.add(target.position)
    const { amount: _, ...rest } = target.fact.data
    facts.push(correction(position, target, corrects.how, on, corrects.how === 'replace' ? { ...rest, amount: rupiah(amount) } : undefined))
  }
  return facts
}

describe('any history, with corrections', () => {
  const moments = fc.record({ known: fc.integer({ min: 0, max: 60 }), day: fc.integer({ min: 0, max: 29 }) })
  it('adds up to zero, for each fund alone, and is at every moment what is counted by hand', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), moments, (lines, { known, day }) => {
        const facts = historyOf(lines)
        const moment = { known, by: `2018-06-${String(day).padStart(2, '0')}` }
        const balances = balancesIn(facts, moment)
        expect(balances).toEqual(balancesByHand(facts, moment))
        for (const fund of ['allocation:a', 'allocation:b']) {
          const own = Object.entries(balances).filter(([name]) => name.includes(`/${fund}/`))
          expect(own.reduce((sum, [, sen]) => sum + sen, 0n)).toBe(0n)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('changes no row that was written', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        const facts = historyOf(lines)
        const before = foldInMemory(ledger, facts.slice(0, -1)).ledgerPostings
        const after = foldInMemory(ledger, facts).ledgerPostings
        expect(after.filter(({ position }) => Number(position) < facts.length)).toEqual(before)
      }),
      { numRuns: 100 },
    )
  })
})

describe('Prabumulih', () => {
  it('accounts know source, programme, place, holder, tranche and field from the facts before', async () => {
    const facts = await playedScenario()
    const { ledgerAccounts, ledgerPlans } = foldInMemory(ledger, facts)
    const of = (kind: string) => ledgerAccounts.find((row) => row.kind === kind)
    expect(of('board-bank')).toMatchObject({
      role: 'held',
      fund: `allocation:${ids.allocation}`,
      source: 'APBN',
      programme: 'KOTAKU',
      edition: 'KOTAKU-2018',
      component: 'INFRA_NEIGHBOURHOOD',
      fiscalYear: '2018',
      area: ids.area,
      institution: ids.bkm,
      ordinal: 1,
      field: null,
    })
    expect(of('group-bank')).toMatchObject({ field: 'lingkungan', proposal: expect.any(String), institutionName: expect.any(String) })
    const decreed = ledgerPlans.filter(({ kind }) => kind === 'allocation')
    expect(decreed).toMatchObject([
      { amountSen: 50_000_000_000n, source: 'APBN', position: BigInt(positionOf(facts, 'allocation.Decreed', 1)) },
    ])
    const total = Object.values(balancesIn(facts)).reduce((sum, sen) => sum + sen, 0n)
    expect(total).toBe(0n)
  })
})
