import { beforeAll, describe, expect, it } from 'vitest'
import { kedungkandang, kedungkandangLabels, kedungkandangPrelude } from '@jejak/demo'
import type { Fact, Recorded } from '@jejak/domain'
import { memoryLog } from '../../../domain/test/support/memory.ts'
import { divertedUse, fundTrail } from '../../src/index.ts'

const { labelId } = kedungkandangLabels
let facts: readonly Recorded[]
beforeAll(async () => {
  const log = memoryLog()
  for (const request of [...kedungkandangPrelude(), ...kedungkandang()]) await log.ask(request)
  facts = log.facts.filter(({ fact }) => fact.tags.includes(`allocation:${labelId('ALK-2007')}`))
})

const positionOf = (type: string, effectiveOn: string): number =>
  facts.find(({ fact }) => fact.type === type && fact.effectiveOn === effectiveOn)?.position ?? 0

/** The facts with those of a type told otherwise. */
const otherwise = (type: string, change: (fact: Fact) => Fact): Recorded[] =>
  facts.map((recorded) => (recorded.fact.type === type ? { ...recorded, fact: change(recorded.fact) } : recorded))

describe('Kedungkandang (F4)', () => {
  it('names the expense, its line, what it paid, and the amendment that came after it', () => {
    expect(divertedUse(facts)).toEqual({
      amount: '4500000',
      expenses: [
        {
          position: positionOf('proposal.ExpenseRecorded', '2007-12-06'),
          positions: [positionOf('proposal.ExpenseRecorded', '2007-12-06')],
          proposal: labelId('PRO-S1'),
          effectiveOn: '2007-12-06',
          paper: 'DOK-069',
          line: '1',
          planned: 'fogging',
          paid: 'social-grant',
          amount: '4500000',
          amendedAt: [positionOf('proposal.Amended', '2007-12-03')],
        },
      ],
    })
  })

  it.each([
    ['of another line', (fact: Fact): Fact => ({ ...fact, data: { ...fact.data, purpose: { line: '2', activity: 'social-grant' } } })],
    ['for another use', (fact: Fact): Fact => ({ ...fact, data: { ...fact.data, purpose: { line: '1', activity: 'training' } } })],
    ['of another proposal', (fact: Fact): Fact => ({ ...fact, subject: { kind: 'proposal', id: labelId('PRO-E1') } })],
    ['that names no purpose', (fact: Fact): Fact => ({ ...fact, data: { changes: ['volume'], notes: 'x' } })],
  ])('an amendment %s is none of it', (_, change) => {
    expect(divertedUse(otherwise('proposal.Amended', change)).expenses.map(({ amendedAt }) => amendedAt)).toEqual([[]])
  })

  it('was not known before it was entered, and nothing is diverted where nothing is noted', () => {
    const known = facts.filter(({ position }) => position < positionOf('proposal.ExpenseRecorded', '2007-12-06'))
    expect(divertedUse(known)).toEqual({ amount: '0', expenses: [] })
  })

  it('stands in the fund trail, by the date asked for', () => {
    expect(fundTrail(facts).diverted.amount).toBe('4500000')
    expect(fundTrail(facts, { effectiveUntil: '2007-12-05' }).diverted.amount).toBe('0')
  })
})

describe('money that is carried over', () => {
  it('leaves one tranche and comes into the next; the group neither receives nor returns it', () => {
    const { tranches, proposals } = fundTrail(facts)
    expect(tranches.map(({ carriedIn, carriedOut, held, overdrawn }) => [carriedIn, carriedOut, held, overdrawn])).toEqual([
      ['0', '600000', '0', '0'],
      ['600000', '0', '0', '0'],
      ['0', '0', '0', '0'],
    ])
    const group = proposals.find(({ proposal }) => proposal === labelId('PRO-E2'))
    expect(group).toMatchObject({ received: '50000000', spent: '50000000', returned: '0', held: '0' })
  })
})
