import { expect, it } from 'vitest'
import { taxes } from '../../src/index.ts'
import { correction } from '../support/ledger.ts'
import { moneyFact } from '../support/scenario.ts'

const withheld = moneyFact(1, 'proposal.TaxDue', 'p', '2018-07-10', {
  number: 'BP-1',
  expense: 'KW-1',
  kind: 'PPH22',
  base: '10000000',
  amount: '150000',
})
const operating = moneyFact(2, 'tranche.TaxDue', 't', '2018-07-20', {
  number: 'BP-1',
  expense: 'KWB-1',
  kind: 'PPH23',
  base: '1500000',
  amount: '30000',
})
const deposit = moneyFact(3, 'proposal.TaxPaid', 'p', '2018-07-30', { ntpn: 'N-1', due: 'BP-1', amount: '100000' })
const told = (at: string) => taxes([withheld, operating, deposit], { at, depositDays: 30 })

it('what was withheld, deposited and is open on a day; late from the day after the last', () => {
  expect(told('2018-07-15')).toMatchObject({ withheld: '150000', deposited: '0', open: '150000', late: '0' })
  expect(told('2018-08-09')).toMatchObject({ withheld: '180000', deposited: '100000', open: '80000', late: '0' })
  expect(told('2018-08-10')).toMatchObject({ late: '50000', taxes: [{ daysLate: 1, depositBy: '2018-08-09' }, { daysLate: 0 }] })
  expect(told('2018-08-20')).toMatchObject({ late: '80000', taxes: [{ daysLate: 11 }, { daysLate: 1 }] })
})

it('a deposit is of the slip and of who withheld it; more than was withheld leaves nothing open', () => {
  expect(told('2018-08-10').taxes.map(({ kind, id, deposits }) => [kind, id, deposits])).toEqual([
    ['proposal', 'p', [{ ntpn: 'N-1', amount: '100000', position: 3, positions: [3] }]],
    ['tranche', 't', []],
  ])
  const more = moneyFact(4, 'proposal.TaxPaid', 'p', '2018-08-01', { ntpn: 'N-2', due: 'BP-1', amount: '60000' })
  expect(taxes([withheld, deposit, more], { at: '2018-12-31', depositDays: 30 })).toMatchObject({
    deposited: '160000',
    open: '0',
    late: '0',
  })
})

it('names the facts behind each sum: what is open is withheld less deposited', () => {
  expect(told('2018-07-15').positions).toEqual({ withheld: [1], deposited: [], open: [1], late: [] })
  expect(told('2018-08-10').positions).toEqual({ withheld: [1, 2], deposited: [3], open: [1, 2, 3], late: [1, 3] })
})

it('a slip that was replaced is made by both', () => {
  const slip = correction(5, withheld, 'replace', '2018-09-01', { ...withheld.fact.data, amount: '200000' })
  const { taxes: lines, ...sums } = taxes([withheld, deposit, slip], { at: '2018-08-10', depositDays: 30 })
  expect(sums).toMatchObject({ withheld: '200000', open: '100000', late: '100000' })
  expect(sums.positions).toEqual({ withheld: [1, 5], deposited: [3], open: [1, 3, 5], late: [1, 3, 5] })
  expect(lines[0]).toMatchObject({ position: 1, positions: [1, 5] })
})
