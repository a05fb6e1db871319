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
  const at = (...types: string[]): number[] =>
    facts.filter(({ fact }) => types.some((type) => fact.type === `institution.${type}`)).map(({ position }) => position)
  expect(report.plan).toEqual({
    businessType: 'makanan-ringan',
    what: 'Keripik singkong',
    cycleMonths: 3,
    capital: '20000000',
    facts: at('BusinessPlanned'),
  })
  expect(report.capital).toEqual({ amount: '500000', facts: at('BusinessCapitalPaidIn') })
  expect(report.aid).toEqual({ amount: '20000000', facts: at('BusinessAidReceived') })
  expect(report.cycles).toMatchObject([{ number: 'LAP-1', sales: '9500000', costs: '7600000', profit: '1900000', production: '600 kg' }])
  expect(report.totals).toEqual({
    sales: '9500000',
    costs: '7600000',
    profit: '1900000',
    profitShare: '1900000',
    facts: at('BusinessCycleRecorded'),
  })
  expect(report.cycles[0]?.facts).toEqual(at('BusinessCycleRecorded'))
  expect(report.iks).toEqual({ months: ['2017-01'], amount: '50000', facts: at('IksPaid') })
  // 500.000 + 20.000.000 + 9.500.000 - 7.600.000 - 1.900.000 - 50.000.
  expect(report.balance.amount).toBe('20450000')
  expect(report.balance.facts).toEqual(at('BusinessCapitalPaidIn', 'BusinessAidReceived', 'BusinessCycleRecorded', 'IksPaid'))
  expect(report.balance.facts).toHaveLength(4)
  const aid = facts.filter(({ fact }) => fact.type === 'institution.BusinessAidReceived')
  const back = aid.map((each) => correction(facts.length + 1, each, 'reverse', '2018-01-02'))
  const after = businessReport([...facts, ...back], kube.group.id)
  expect([after.aid.amount, after.balance.amount]).toEqual(['0', '450000'])
})

it('what was replaced is made by the fact and by its correction', async () => {
  const [state, wish] = businessExamples['institution.BusinessAidReceived'] ?? [[]]
  const { facts } = await given(...state, wish ? [wish] : []).state()
  const aid = facts.filter(({ fact }) => fact.type === 'institution.BusinessAidReceived')
  const last = facts.length + 1
  const other = aid.map((each) => correction(last, each, 'replace', '2018-01-02', { ...each.fact.data, amount: '19000000' }))
  const report = businessReport([...facts, ...other], kube.group.id)
  expect(report.aid).toEqual({ amount: '19000000', facts: [aid[0]?.position, last] })
  expect(report.balance).toEqual({ amount: '19000000', facts: [aid[0]?.position, last] })
})

it('of a group without business nothing is told', () => {
  expect(businessReport([], kube.group.id)).toMatchObject({ plan: null, cycles: [], balance: { amount: '0', facts: [] } })
})
