import { describe, expect, it } from 'vitest'
import { flowText } from '../../src/ledger-text.ts'
import { trialText } from '../../src/ledger-trial-text.ts'

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

describe('a trial balance as text', () => {
  it('ends with what all accounts come to, on either side', () => {
    const row = (
      role: string,
      opening: string,
      moved: readonly [string, string],
      closing: string,
      positions: readonly [number, number],
    ) => {
      const amount = (text: string) => (text.startsWith('-') ? credit(text.slice(1)) : debit(text))
      const [first, last] = positions
      const before = { count: 0, first: null, last: null }
      const [own, other] = moved
      return {
        role,
        opening: amount(opening),
        debit: own,
        credit: other,
        closing: amount(closing),
        before,
        postings: { count: 2, first, last },
      }
    }
    const roles = [
      row('source', '-350000000', ['2750000', '150000000.50'], '-497250000.50', [99, 285]),
      row('held', '350000000', ['150000000.50', '2750000'], '497250000.50', [101, 284]),
    ]
    const told = trialText({ ...moment, rows: [], roles, sum: debit('0'), balanced: true })
    expect(told).toMatch(/\nall +0 +152\.750\.000,50 +152\.750\.000,50 +0 +4 from 99 to 285\s*\n/)
    expect(told).toContain('all accounts come to zero')
  })
})
