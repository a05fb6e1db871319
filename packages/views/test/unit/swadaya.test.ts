import { beforeAll, describe, expect, it } from 'vitest'
import type { Recorded } from '@jejak/domain'
import { swadaya } from '../../src/index.ts'
import { correction } from '../support/ledger.ts'
import { bearing, ids, moneyFact, playedScenario } from '../support/scenario.ts'

let facts: readonly Recorded[]
beforeAll(async () => {
  facts = bearing(await playedScenario(), 'allocation', ids.allocation)
})

describe('the whole of Prabumulih Pasar II', () => {
  it('planned and realised, of the grant and of the total, with the facts that make each', () => {
    const told = swadaya(facts)
    expect(told.grant.amount).toBe('490000000')
    expect(told.planned).toMatchObject({ amount: '54000000', ofGrant: '11.02', ofTotal: '9.93' })
    expect(told.realised.amount).toBe('46500000')
    expect(told.kinds.map(({ kind, planned, realised }) => [kind, planned.amount, realised.amount])).toEqual([
      ['cash', '0', '5000000'],
      ['food', '0', '1000000'],
      ['labour', '0', '31500000'],
      ['land', '0', '3000000'],
      ['material', '0', '6000000'],
      ['unspecified', '54000000', '0'],
    ])
    expect(told.realised.positions).toHaveLength(told.entries.length)
    const typeAt = (position: number) => facts.find((recorded) => recorded.position === position)?.fact.type
    for (const position of told.grant.positions) expect(typeAt(position)).toBe('proposal.ContractSigned')
    for (const position of told.planned.positions) expect(typeAt(position)).toBe('proposal.SwadayaPledged')
    expect(told.entries.every(({ onlyAtLpj }) => !onlyAtLpj)).toBe(true)
  })

  it('as it was true by a day', () => {
    expect(swadaya(facts, { effectiveUntil: '2018-07-20' }).realised).toMatchObject({ amount: '3000000' })
    expect(swadaya(facts, { effectiveUntil: '2018-05-01' })).toMatchObject({
      grant: { amount: '0', positions: [] },
      realised: { amount: '0', ofGrant: null, ofTotal: null },
      kinds: [],
    })
  })
})

describe('Purbayan (C5)', () => {
  const submitted = moneyFact(1, 'proposal.Submitted', 'p', '2008-05-01', { number: 'P', grant: '15000000' })
  const given = (position: number, amount: string, more: object = {}): Recorded =>
    moneyFact(position, 'proposal.SwadayaRealised', 'p', '2008-06-01', { number: `S-${position}`, kind: 'labour', amount, ...more })
  it('6.420.000 of 15.000.000 are 42,80 percent of the grant and 29,97 of the total', () =>
    expect(swadaya([submitted, given(2, '6420000')]).realised).toEqual({
      amount: '6420000',
      positions: [2],
      ofGrant: '42.80',
      ofTotal: '29.97',
    }))
  it('hours add up; what is written down is taken off the sum and off its kind, and named', () => {
    const less = moneyFact(4, 'proposal.SwadayaWrittenDown', 'p', '2008-06-02', {
      number: 'K',
      amount: '1000000',
      kind: 'labour',
      why: 'x',
    })
    const cash = given(5, '2500000', { kind: 'cash' })
    const told = swadaya([submitted, given(2, '4000000', { hours: 160, rate: '25000' }), given(3, '2000000', { hours: 80 }), less, cash])
    expect(told).toMatchObject({
      realised: { amount: '7500000', positions: [2, 3, 4, 5] },
      writtenDown: { amount: '1000000', positions: [4] },
      kinds: [
        { kind: 'cash', realised: { amount: '2500000', positions: [5] } },
        { kind: 'labour', hours: 240, realised: { amount: '5000000', positions: [2, 3, 4] } },
      ],
      cashShare: '33.33',
      entries: [{ rate: '25000', hours: 160 }, { rate: null }, { kind: 'cash' }],
    })
  })
  it('a contract takes the place of what was asked for', () => {
    const contract = moneyFact(5, 'proposal.ContractSigned', 'p', '2008-05-10', {
      number: 'C',
      amount: '12000000',
      instalments: ['12000000'],
    })
    expect(swadaya([submitted, contract]).grant).toEqual({ amount: '12000000', positions: [5] })
  })
  it('a contribution that was replaced, twice, is made by all three facts', () => {
    const first = given(2, '700000')
    const second = correction(3, first, 'replace', '2008-06-03', { ...first.fact.data, amount: '1000000' })
    const third = correction(4, first, 'replace', '2008-06-04', { ...first.fact.data, amount: '900000' })
    const told = swadaya([submitted, first, second, third], { effectiveUntil: '2008-06-01' })
    expect(told.realised).toMatchObject({ amount: '900000', positions: [2, 3, 4] })
    expect(told.kinds).toMatchObject([{ kind: 'labour', realised: { amount: '900000', positions: [2, 3, 4] } }])
    expect(told.entries).toMatchObject([{ position: 2, positions: [2, 3, 4], amount: '900000' }])
  })
  it('planned by kind names the pledges of that kind', () => {
    const pledge = (position: number, kind?: string): Recorded =>
      moneyFact(position, 'proposal.SwadayaPledged', 'p', '2008-05-02', {
        number: `P-${position}`,
        amount: '100',
        ...(kind ? { kind } : {}),
      })
    expect(swadaya([pledge(2, 'land'), pledge(3), pledge(4, 'land')]).kinds.map(({ kind, planned }) => [kind, planned])).toEqual([
      ['land', { amount: '200', positions: [2, 4] }],
      ['unspecified', { amount: '100', positions: [3] }],
    ])
  })
})
