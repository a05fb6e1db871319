import { expect, test } from 'vitest'
import { taxesText } from '../../src/sources.ts'

const due = { kind: 'proposal', expense: 'KW-001', position: 344, positions: [344], deposits: [] }
const told = {
  asOf: { position: 346 },
  at: '2019-02-01',
  withheld: '1150000',
  deposited: '50000',
  open: '1100000',
  late: '100000',
  positions: { withheld: [344, 345], deposited: [346], open: [344, 345], late: [344] },
}
const first = {
  ...due,
  id: 'a',
  number: 'BP-1',
  tax: 'PPH22',
  withheldOn: '2018-12-17',
  amount: '150000',
  deposited: '50000',
  open: '100000',
  deposits: [{ ntpn: '1234567890ABCDEF', amount: '50000', position: 346, positions: [346] }],
  depositBy: '2019-01-16',
  daysLate: 16,
}
const second = {
  ...first,
  id: 'b',
  number: 'BP-2',
  tax: 'PPN',
  deposits: [],
  deposited: '0',
  amount: '1000000',
  open: '1000000',
  daysLate: 0,
}

test('taxes as a table: what is open, since when it is late, and the code of each deposit', () => {
  const one = taxesText({ ...told, taxes: [first] }).split('\n')
  expect(one[0]).toMatch(/^withheld +position +number +tax +expense +amount +deposited +open +deposit by +days late +deposits$/)
  expect(one[2]).toMatch(/^2018-12-17 +344 +BP-1 +PPH22 +KW-001 +150\.000 +50\.000 +100\.000 +2019-01-16 +16 +1234567890ABCDEF at 346$/)
  expect(one.at(-3)).toMatch(/^1\.150\.000 +50\.000 +1\.100\.000 +100\.000$/)
  expect(one.at(-1)).toBe('on 2019-02-01, known at position 346')
})

test('taxes of several entities name each', () => {
  const lines = taxesText({ ...told, taxes: [first, second] }).split('\n')
  expect(lines[2]).toMatch(/ proposal:a$/)
  expect(lines[3]).toMatch(/^2018-12-17 .* 1\.000\.000 +0 +1\.000\.000 +2019-01-16 +proposal:b$/)
})
