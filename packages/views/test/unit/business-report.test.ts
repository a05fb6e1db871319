import { expect, it } from 'vitest'
import { given } from '../../../domain/test/support/given.ts'
import { businessExamples } from '../../../domain/test/support/business-examples.ts'
import { kube } from '../../../domain/test/support/kube.ts'
import { businessReport } from '../../src/index.ts'
import { correction } from '../support/ledger.ts'

it('adds up plan, aid, cycles and contributions of a group, and what is on its account', async () => {
  const wishes = Object.values(businessExamples).map(([, wish]) => wish)
  const [state] = businessExamples['institution.BusinessAidReceived'] ?? [[]]
  const { facts } = await given(...state, wishes).state()
  const report = businessReport(facts, kube.group.id)
  expect(report.plan).toEqual({ businessType: 'makanan-ringan', what: 'Keripik singkong', cycleMonths: 3, capital: '20000000' })
  expect(report.capital.amount).toBe('500000')
  expect(report.aid.amount).toBe('20000000')
  expect(report.cycles).toMatchObject([{ number: 'LAP-1', sales: '9500000', costs: '7600000', profit: '1900000', production: '600 kg' }])
  expect(report.totals).toEqual({ sales: '9500000', costs: '7600000', profit: '1900000', profitShare: '1900000' })
  expect(report.iks).toMatchObject({ months: ['2017-01'], amount: '50000' })
  // 500.000 + 20.000.000 + 9.500.000 - 7.600.000 - 1.900.000 - 50.000.
  expect(report.balance.amount).toBe('20450000')
  expect(report.balance.facts).toHaveLength(4)
  const aid = facts.filter(({ fact }) => fact.type === 'institution.BusinessAidReceived')
  const back = aid.map((each) => correction(facts.length + 1, each, 'reverse', '2018-01-02'))
  const after = businessReport([...facts, ...back], kube.group.id)
  expect([after.aid.amount, after.balance.amount]).toEqual(['0', '450000'])
})

it('of a group without business nothing is told', () => {
  expect(businessReport([], kube.group.id)).toMatchObject({ plan: null, cycles: [], balance: { amount: '0', facts: [] } })
})
