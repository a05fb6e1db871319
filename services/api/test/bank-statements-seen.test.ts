import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Fact, Recorded } from '@jejak/domain'
import { areaId } from '@jejak/reference'
import { bank } from '../../../packages/domain/test/support/bank.ts'
import { given } from '../../../packages/domain/test/support/given.ts'
import { partners } from '../../../packages/domain/test/support/partners.ts'
import { act, entity, who } from '../../../packages/domain/test/support/prabumulih.ts'
import { sources } from '../../../packages/domain/test/support/sources.ts'
import { load } from '../../../packages/views/test/support/scenario.ts'
import { ask } from './ask.ts'
import { freshService, type TestService } from './service.ts'

const { company, ngo, subject } = partners
const house = { kind: 'institution', id: ngo.institution ?? '' }
const pasar = areaId('16.74.05.1002')
/** The same facts in an area that the reference data know. */
const placed = ({ fact, ...recorded }: Recorded): Recorded => ({
  ...recorded,
  fact: JSON.parse(JSON.stringify(fact).replaceAll(entity.area.id, pasar)) as Fact,
})
const funded = { row: 2, on: '2018-06-20', way: 'in', amount: '45000000', reference: 'TRF-CSR-1' } as const

let service: TestService
let agreed: readonly Recorded[]
let paid: readonly Recorded[]

beforeAll(async () => {
  const log = await given(
    sources.until(74),
    sources.begun(),
    act('institution.OpenBankAccount', house, ngo, { bank: 'Bank Sumsel', account: 'REK-LPM', signatoriesRequired: 2 }),
    partners.signed(
      { funder: company.institution, implementer: house.id, amount: '50000000', source: 'CSR', leftover: 'return-to-funder' },
      [company, ngo],
    ),
    partners.funded('45000000', 'TRF-CSR-1'),
    sources.amended(),
    bank.received([funded], { institution: house.id, account: 'REK-LPM' }, bank.statement, ngo),
    act('partnership.PayOut', subject, ngo, {
      bankReference: 'TRF-9',
      amount: '40000000',
      proposal: entity.a.id,
      ksm: who.ksmA.institution,
    }),
  ).state()
  const facts = log.facts.filter(({ fact }) => fact.type !== 'edition.Published').map(placed)
  const isPayout = ({ fact }: Recorded): boolean => fact.type === 'partnership.PaidOut'
  agreed = facts.filter((each) => !isPayout(each))
  paid = facts.filter(isPayout)
  service = await freshService()
  await load(service.context.log, agreed)
})
afterAll(() => service.close())

it('of an institution without an area is not seen from elsewhere once money went to works in a region', async () => {
  const person = '0190a5f0-0000-7000-8000-0000000000ab'
  const route = `/v1/bank-statements/${bank.statement.id}/reconciliation`
  const seenBy = async (region: string, institution?: string): Promise<number> => {
    const token = await service.token({ person, roles: ['KORKOT'], region, ...(institution === undefined ? {} : { institution }) })
    return (await ask(service, { url: route, token })).status
  }
  const all = async (): Promise<number[]> => [
    await seenBy('35.73'),
    await seenBy('16.74'),
    await seenBy(''),
    await seenBy('35.73', house.id),
  ]
  expect(await all()).toEqual([200, 200, 200, 200])
  expect(paid.flatMap(({ fact }) => fact.tags).filter((tag) => tag.startsWith('area:'))).toEqual([])
  await load(service.context.log, paid)
  expect(await all()).toEqual([404, 200, 200, 200])
})
