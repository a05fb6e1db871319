import { expect, it } from 'vitest'
import { bank } from '../../../domain/test/support/bank.ts'
import { given, type Wish } from '../../../domain/test/support/given.ts'
import { until } from '../../../domain/test/support/places.ts'
import { entity } from '../../../domain/test/support/prabumulih.ts'
import { reconciliationOf, type ReconciliationAnswer } from '../../src/index.ts'
import { correction } from '../support/ledger.ts'
import { bearing } from '../support/scenario.ts'

const played = async (...wishes: Wish[]) => (await given(until(88), ...wishes).state()).facts
type Facts = Awaited<ReturnType<typeof played>>

const answerOf = (facts: Facts, subject = bank.statement): ReconciliationAnswer =>
  reconciliationOf(subject.id, bearing(facts, 'bankStatement', subject.id), bearing(facts, 'institution', entity.bkm.id), 3)
const at = (facts: Facts, type: string, nth = 0): number => facts.filter(({ fact }) => fact.type === type)[nth]?.position ?? 0

it('from the books to the bank: what the bank began with more than the books counts up, and names both', async () => {
  const facts = await played(bank.received(bank.lines.slice(3), { from: '2018-07-09', opening: '260500000.05', closing: '151000000.05' }))
  const { bank: printed, books, bridge, positions } = answerOf(facts)
  // 350.000.000 less 1.500.000, less 88.000.000 paid on the first day of the statement: that one is on no line of it.
  expect([printed, books.opening, books.closing]).toEqual([{ opening: '260500000.05', closing: '151000000.05' }, '348500000', '151000000'])
  const before = [at(facts, 'tranche.Credited'), at(facts, 'tranche.BopSpent')]
  expect(books.positions.opening).toEqual(before)
  expect(bridge).toEqual([
    { what: 'opening', amount: '87999999.95', way: 'out', rows: [], positions: [...before, ...positions] },
    { what: 'fact-not-on-statement', amount: '88000000', way: 'in', rows: [], positions: [at(facts, 'tranche.InstalmentPaid')] },
  ])
})

it('a balance and a difference that a replaced fact makes name its correction', async () => {
  const known = await played(bank.received())
  const credit = known.find(({ fact }) => fact.type === 'tranche.Credited')
  if (!credit) throw new Error('no credit')
  const last = (known.at(-1)?.position ?? 0) + 1
  const facts = [...known, correction(last, credit, 'replace', '2018-08-02', { ...credit.fact.data, amount: '349000000' })]
  const { bridge, books, positions, lines } = answerOf(facts)
  expect(lines[0]?.match?.facts).toMatchObject([{ position: credit.position, positions: [credit.position, last], amount: '349000000' }])
  expect(bridge).toEqual([
    { what: 'amount-differs', amount: '1000000', way: 'in', rows: [2], positions: [credit.position, ...positions, last] },
  ])
  expect(books.positions.closing).toContain(last)
})

it('a line that people explained names the paper and their minutes', async () => {
  const more = bank.with({}, { row: 8, on: '2018-07-30', way: 'in', amount: '12345.67' })
  const facts = await played(bank.received(more), bank.reconciled({ explained: [{ row: 8, as: 'interest' }] }))
  const { bridge, positions, recorded } = answerOf(facts)
  expect(bridge).toEqual([{ what: 'meaning', amount: '12345.67', way: 'in', rows: [8], positions: [...positions, recorded?.position] }])
})
