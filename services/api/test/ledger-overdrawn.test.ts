import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fact, Recorded } from '@jejak/domain'
import { areaId } from '@jejak/reference'
import { cash } from '../../../packages/domain/test/support/cash.ts'
import { confirmed, proposed } from '../../../packages/domain/test/support/corrections.ts'
import { given, type Later, type Wish } from '../../../packages/domain/test/support/given.ts'
import { until } from '../../../packages/domain/test/support/places.ts'
import { entity, who } from '../../../packages/domain/test/support/prabumulih.ts'
import { load } from '../../../packages/views/test/support/scenario.ts'
import { ask } from './ask.ts'
import { freshService, type TestService } from './service.ts'

/** The same facts in an area that the reference data know. */
const placed = ({ fact, ...recorded }: Recorded): Recorded => ({
  ...recorded,
  fact: JSON.parse(JSON.stringify(fact).replaceAll(entity.area.id, areaId('16.74.05.1002'))) as Fact,
})
/** Said on one day to have happened on another. */
const told = (day: string, on: string, wish: Wish): Wish => ({
  ...wish,
  on,
  recordedAt: `${day}T12:00:00+07:00`,
  reason: 'Kuitansi menyusul',
  lateReason: 'Kuitansi menyusul',
})
const on = (day: string, later: Later): Later => ({ of: (log) => ({ ...later.of(log), on: day, recordedAt: `${day}T12:00:00+07:00` }) })

let service: TestService
let nation: string
let history: readonly Recorded[]
beforeAll(async () => {
  const { facts } = await given(
    until(86),
    // The first instalment came on the 9th.
    told('2018-07-21', '2018-07-05', cash.spent('5000000')),
    on('2018-07-30', proposed(who.ksmA, 'reverse', 'proposal.ExpenseRecorded', entity.a, { back: 2 })),
    on('2018-07-30', confirmed(who.korkot, entity.a)),
    told('2018-08-01', '2018-07-26', cash.spent('60000000', { number: 'KW-901' })),
  ).state()
  history = facts
  service = await freshService()
  await load(service.context.log, facts.filter(({ fact }) => fact.type !== 'edition.Published').map(placed))
  nation = await service.token({ person: '0190a5f0-0000-7000-8000-0000000000aa', roles: ['AUDITOR'], region: '' })
  const { position } = await service.context.log.head()
  await body(`/v1/ledger/balances?minPosition=${position}`)
})
afterAll(() => service.close())

async function body(url: string, token = nation): Promise<Record<string, unknown>> {
  const answer = await ask(service, { url, token })
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${answer.text}`)
  return answer.body
}
interface Below {
  readonly since: string
  readonly until: string | null
  readonly days: number
  readonly lowestOn: string
  readonly lowest: object
  readonly postings: { readonly count: number; readonly first: number; readonly last: number }
  readonly accounts: readonly { readonly account: { readonly kind: string }; readonly balance: object; readonly statement: string }[]
}
const below = async (query: string): Promise<readonly Below[]> => (await body(`/v1/ledger/overdrawn?${query}`))['rows'] as Below[]

describe('what stood below zero on some day', () => {
  it('though no fact was noted when it was recorded: by dates, with what was reversed gone until it came back', async () => {
    const noted = history.flatMap(({ fact }) => (fact.deviations ?? []).map(({ rule }) => rule))
    expect(noted).not.toContain('expense-exceeds-balance')
    const rows = await below('at=2018-08-31')
    expect(rows).toMatchObject([
      {
        since: '2018-07-05',
        until: '2018-07-30',
        days: 4 + 4,
        lowestOn: '2018-07-05',
        lowest: { amount: '5000000', side: 'credit' },
        accounts: [{ account: { kind: 'group-bank', proposal: entity.a.id }, balance: { amount: '5000000', side: 'credit' } }],
      },
    ])
  })

  it('as it was by a day, and as it was known', async () => {
    expect(await below('at=2018-07-04')).toEqual([])
    expect(await below('at=2018-07-06')).toMatchObject([{ since: '2018-07-05', until: null, days: 2 }])
    expect(await below('at=2018-07-25')).toMatchObject([{ since: '2018-07-05', until: '2018-07-09', days: 4 }])
    const { position } = await service.context.log.head()
    expect(await below(`at=2018-08-31&asOf=${position - 1}`)).toMatchObject([{ until: '2018-07-09', days: 4 }])
    expect(await below(`at=2018-08-31&asOf=${position - 4}`)).toEqual([])
  })

  it('with the statement that ends at the lowest balance, and all its rows', async () => {
    const [row] = await below('at=2018-08-31')
    const [own] = row?.accounts ?? []
    const { rows } = await body(own?.statement ?? '')
    const lines = rows as { position: number; balance: object }[]
    expect(lines.at(-1)?.balance).toEqual(row?.lowest)
    expect([lines.length, lines[0]?.position, lines.at(-1)?.position]).toEqual([
      row?.postings.count,
      row?.postings.first,
      row?.postings.last,
    ])
  })

  it('of the accounts asked for, and of no other region', async () => {
    expect(await below(`at=2018-08-31&proposal=${entity.b.id}`)).toEqual([])
    expect(await below('at=2018-08-31&kind=group-bank')).toHaveLength(1)
    expect(await below('at=2018-08-31&kind=board-bank')).toEqual([])
    const elsewhere = await service.token({ person: '0190a5f0-0000-7000-8000-0000000000ab', roles: ['AUDITOR'], region: '33.73' })
    expect(await body('/v1/ledger/overdrawn?at=2018-08-31', elsewhere)).toMatchObject({ count: 0, rows: [] })
  })
})
