import { describe, expect, it } from 'vitest'
import { flowText } from '../../src/ledger-text.ts'

const moment = { position: 345, at: null, next: null }
const account = (kind: string, ordinal: number | null) => ({ name: `${kind}/x`, kind, ordinal, institution: null })
const debit = (amount: string) => ({ amount, side: 'debit' as const })
const credit = (amount: string) => ({ amount, side: 'credit' as const })

describe('the flow of a fund as text', () => {
  it('names the fact and the correction of what was taken back, and takes back what paid it', () => {
    const use = { effectiveOn: '2018-07-25', type: 'proposal.ExpenseRecorded', from: account('group-bank', 1), to: account('suppliers', 1) }
    const told = flowText({
      ...moment,
      edges: [],
      usesCount: 2,
      outside: false,
      rule: 'the rule',
      uses: [
        { ...use, positions: [270], amount: debit('10000000'), paidBy: [{ release: 99, amount: debit('10000000') }] },
        { ...use, positions: [270, 345], amount: credit('10000000'), paidBy: [{ release: 99, amount: credit('10000000') }] },
      ],
    })
    const lines = told.split('\n').filter((line) => line.includes('ExpenseRecorded'))
    expect(lines[0]).toMatch(/ 270 .* 10\.000\.000 of 99$/)
    expect(lines[1]).toMatch(/ 270, 345 .* -10\.000\.000 of 99$/)
  })
})
