import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Fact, Recorded } from '@jejak/domain'
import { areaId } from '@jejak/reference'
import type { BusinessReport } from '@jejak/views'
import { businessExamples } from '../../../packages/domain/test/support/business-examples.ts'
import { confirmed, proposed } from '../../../packages/domain/test/support/corrections.ts'
import { given } from '../../../packages/domain/test/support/given.ts'
import { kube } from '../../../packages/domain/test/support/kube.ts'
import { id } from '../../../packages/domain/test/support/prabumulih.ts'
import { load } from '../../../packages/views/test/support/scenario.ts'
import { ask } from './ask.ts'
import { freshService, type TestService } from './service.ts'

/** The same facts in an area that the reference data know. */
const placed = ({ fact, ...recorded }: Recorded): Recorded => ({
  ...recorded,
  fact: JSON.parse(JSON.stringify(fact).replaceAll(id('AREA-KUBE'), areaId('16.74.05.1002'))) as Fact,
})

let service: TestService
let token: string
let known: readonly Recorded[]
beforeAll(async () => {
  const wishes = Object.values(businessExamples).map(([, wish]) => wish)
  const [state] = businessExamples['institution.BusinessAidReceived'] ?? [[]]
  const { facts } = await given(
    ...state,
    wishes,
    proposed(kube.chair, 'replace', 'institution.BusinessAidReceived', kube.group, { other: { amount: '19000000' } }),
    confirmed(kube.service, kube.group),
  ).state()
  service = await freshService()
  await load(service.context.log, facts.filter(({ fact }) => fact.type !== 'edition.Published').map(placed))
  known = (await service.context.log.read([{ tag: `institution:${kube.group.id}` }])).facts
  token = await service.token({ person: '0190a5f0-0000-7000-8000-0000000000aa', roles: ['AUDITOR'], region: '' })
})
afterAll(() => service.close())

const report = async (query = ''): Promise<BusinessReport> => {
  const { status, body } = await ask(service, { url: `/v1/institutions/${kube.group.id}/business${query}`, token })
  expect(status).toBe(200)
  return body as unknown as BusinessReport
}
const at = (...types: string[]): number[] =>
  known.filter(({ fact }) => types.some((type) => fact.type === `institution.${type}`)).map(({ position }) => position)

it('tells plan, capital, aid, cycles, contributions and balance of a group, to the rupiah and with the facts of each', async () => {
  const told = await report(`?asOf=${(at('CorrectionConfirmed')[0] ?? 0) - 1}`)
  expect(told).toMatchObject({
    plan: { businessType: 'makanan-ringan', what: 'Keripik singkong', cycleMonths: 3, capital: '20000000', facts: at('BusinessPlanned') },
    capital: { amount: '500000', facts: at('BusinessCapitalPaidIn') },
    aid: { amount: '20000000', facts: at('BusinessAidReceived') },
    cycles: [
      {
        number: 'LAP-1',
        capitalIn: '8000000',
        production: '600 kg',
        sales: '9500000',
        costs: '7600000',
        profit: '1900000',
        stock: '400000',
        profitShare: '1900000',
        facts: at('BusinessCycleRecorded'),
      },
    ],
    totals: { sales: '9500000', costs: '7600000', profit: '1900000', profitShare: '1900000', facts: at('BusinessCycleRecorded') },
    iks: { months: ['2017-01'], amount: '50000', facts: at('IksPaid') },
    // 500.000 + 20.000.000 + 9.500.000 - 7.600.000 - 1.900.000 - 50.000.
    balance: { amount: '20450000', facts: at('BusinessCapitalPaidIn', 'BusinessAidReceived', 'BusinessCycleRecorded', 'IksPaid') },
  })
  expect(told.balance.facts).toHaveLength(4)
})

it('names the correction beside the fact that it replaces, and not before it was known', async () => {
  const [aid = 0] = at('BusinessAidReceived')
  const [corrected = 0] = at('CorrectionConfirmed')
  expect((await report()).aid).toEqual({ amount: '19000000', facts: [aid, corrected] })
  expect((await report()).balance).toMatchObject({ amount: '19450000', facts: expect.arrayContaining([aid, corrected]) as number[] })
  expect((await report(`?asOf=${corrected - 1}`)).aid).toEqual({ amount: '20000000', facts: [aid] })
})
