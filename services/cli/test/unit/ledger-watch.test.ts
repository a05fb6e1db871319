import { expect, test } from 'vitest'
import { overdrawnText } from '../../src/ledger-watch-text.ts'

const account = {
  name: 'board-bank/allocation:1/tranche:2',
  journal: 'Assets:Held:Board-bank',
  kind: 'board-bank',
  institution: { id: '7', name: 'BKM SEINGGOK' },
  ordinal: 1,
  proposal: null,
  fund: 'allocation:1',
}

test('what stood below zero is told with its days, its depth and its facts', () => {
  const moment = { position: 360, at: '2018-08-31', next: null }
  expect(overdrawnText({ ...moment, count: 0, rows: [] })).toContain('nothing stood below zero on any day')
  const row = {
    accounts: [{ account }, { account: { ...account, kind: 'board-operating' } }],
    since: '2018-07-05',
    until: null,
    days: 4,
    lowestOn: '2018-07-06',
    lowest: { amount: '5000000.5', side: 'credit' as const },
    postings: { count: 3, first: 99, last: 301 },
  }
  const text = overdrawnText({ ...moment, count: 1, rows: [row] })
  expect(text).toMatch(
    /2018-07-05 +still +4 +2018-07-06 +-5\.000\.000,5 +3 from 99 to 301 +board-bank T1 BKM SEINGGOK and board-operating T1 BKM SEINGGOK/,
  )
  expect(text).toContain('1 purse in all')
})
