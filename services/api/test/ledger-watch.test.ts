import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shippedEditions, type Fact, type Recorded } from '@jejak/domain'
import { areaId } from '@jejak/reference'
import { cash } from '../../../packages/domain/test/support/cash.ts'
import { variant } from '../../../packages/domain/test/support/editions.ts'
import { given, type Wish } from '../../../packages/domain/test/support/given.ts'
import { act, entity, scenarioUnder, who } from '../../../packages/domain/test/support/prabumulih.ts'
import { load } from '../../../packages/views/test/support/scenario.ts'
import { ask, type Answer } from './ask.ts'
import { freshService, type TestService } from './service.ts'

const pasar = areaId('16.74.05.1002')
/** The same facts in an area that the reference data know. */
const placed = ({ fact, ...recorded }: Recorded): Recorded => ({
  ...recorded,
  fact: JSON.parse(JSON.stringify(fact).replaceAll(entity.area.id, pasar)) as Fact,
})
/** An edition that closes the year early and says how much cash a holder may have. */
const strict = variant(
  'KOTAKU-2018',
  (draft) => {
    draft.yearEnd = { '2018': '2018-12-14' }
    draft.cash = { ...draft.cash, most: '5000000' }
  },
  'KOTAKU-STRICT',
)
/** No money of the grant, though it comes to the same bank account. */
const ofResidents = { number: 'SW-77', amount: '10000000', kind: 'cash', received: 'bank' }
const on = (day: string, wish: Wish): Wish => ({ ...wish, on: day, recordedAt: `${day}T12:00:00+07:00` })

let service: TestService
let nation: string
beforeAll(async () => {
  const { facts } = await given(
    scenarioUnder(strict).until(88),
    ...cash.registered,
    on('2018-08-01', cash.drawn('6000000')),
    on('2018-08-03', cash.spent('4500000', { paidFrom: 'cash' })),
    on('2018-08-10', cash.spent('1000000', { paidFrom: 'cash', number: 'KW-901' })),
    on('2018-08-20', cash.drawn('5500000', { bankReference: 'CEK-2' })),
    on('2018-08-21', cash.deposited('5000000')),
    on('2018-08-25', cash.spent('800000', { paidFrom: 'cash', number: 'KW-902' })),
    on('2018-09-02', act('proposal.RealiseSwadaya', entity.a, who.ksmA, ofResidents)),
    on('2018-09-03', cash.drawn('7000000', { bankReference: 'CEK-3' })),
  ).state()
  service = await freshService()
  const shipped = new Set(shippedEditions.map(({ id }) => id))
  await load(
    service.context.log,
    facts.filter(({ fact }) => fact.type !== 'edition.Published' || !shipped.has(fact.subject.id)).map(placed),
  )
  nation = await service.token({ person: '0190a5f0-0000-7000-8000-0000000000aa', roles: ['AUDITOR'], region: '' })
  const { position } = await service.context.log.head()
  expect((await get(`balances?minPosition=${position}`)).status).toBe(200)
  expect(await service.context.views.reached('entity-list', position)).toBe(true)
})
afterAll(() => service.close())
const get = (url: string, token = nation): Promise<Answer> => ask(service, { url: `/v1/ledger/${url}`, token })
const body = async (url: string): Promise<Record<string, unknown>> => {
  const answer = await get(url)
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${answer.text}`)
  return answer.body
}

interface Drawn {
  readonly drawnOn: string
  readonly dueOn: string
  readonly overdue: string
  readonly open: string
  readonly position: number
  readonly statement: string
}
const drawn = async (query: string): Promise<readonly (readonly string[])[]> =>
  ((await body(`cash?${query}`))['rows'] as Drawn[]).map(({ drawnOn, dueOn, overdue, open }) => [drawnOn, dueOn, overdue, open])

describe('F8: cash', () => {
  it('that was drawn and not accounted for within seven days: what came first goes first', async () => {
    expect(await drawn('at=2018-08-08')).toEqual([])
    expect(await drawn('at=2018-08-09')).toEqual([['2018-08-01', '2018-08-08', '1500000', '1500000']])
    expect(await drawn('at=2018-09-03')).toEqual([
      ['2018-08-01', '2018-08-08', '1500000', '0'],
      ['2018-08-20', '2018-08-27', '200000', '200000'],
    ])
    expect(await drawn('at=2018-09-03&open=true')).toEqual([['2018-08-20', '2018-08-27', '200000', '200000']])
    expect(await drawn('at=2018-09-03&days=30')).toEqual([])
    expect(await drawn('at=2018-09-12')).toHaveLength(3)
  })

  it('adds up over all pages, and names the fact and the statement behind it', async () => {
    const whole = await body('cash?at=2018-09-03')
    const first = await body('cash?at=2018-09-03&limit=1')
    const second = await body(`cash?at=2018-09-03&limit=1&cursor=${String(first['next'])}`)
    expect([first, second].flatMap(({ rows }) => rows as Drawn[])).toEqual(whole['rows'])
    expect(first).toMatchObject({ count: 2, overdue: '1700000', open: '200000' })
    const [{ position, statement } = { position: 0, statement: '' }] = first['rows'] as Drawn[]
    const { rows } = await body(statement.slice('/v1/ledger/'.length))
    expect(rows).toMatchObject([{ position, type: 'proposal.CashDrawn' }, {}, {}, {}, {}, {}, {}])
  })

  it('above the most that the edition allows, by holder', async () => {
    expect((await body('cash?at=2018-08-25'))['above']).toEqual([])
    const { above } = await body('cash?at=2018-09-03')
    expect(above).toMatchObject([
      {
        kind: 'group-cash',
        institution: { name: 'KSM ANGGUR' },
        area: { code: '16.74.05.1002' },
        edition: { id: 'KOTAKU-STRICT', revision: 1 },
        held: '7200000',
        most: '5000000',
        postings: { count: 7 },
      },
    ])
    const [{ statement }] = above as [{ statement: string }]
    const { rows } = await body(statement.slice('/v1/ledger/'.length))
    expect((rows as { balance: object }[]).at(-1)?.balance).toEqual({ amount: '7200000', side: 'debit' })
    expect(statement).toContain('edition=KOTAKU-STRICT')
  })

  it('as it was known, elsewhere, and asked wrongly', async () => {
    const [{ position }] = (await body('cash?at=2018-09-03'))['rows'] as [Drawn]
    expect(await drawn(`at=2018-09-03&asOf=${position}`)).toEqual([['2018-08-01', '2018-08-08', '6000000', '6000000']])
    const elsewhere = await service.token({ person: '0190a5f0-0000-7000-8000-0000000000ab', roles: ['AUDITOR'], region: '35.73' })
    expect((await get('cash', elsewhere)).body).toMatchObject({ count: 0, rows: [], above: [] })
    for (const query of ['days=-1', 'open=yes', 'at=yesterday', 'limit=0'])
      expect((await get(`cash?${query}`)).code).toBe('invalid-request')
  })
})

describe('A-12: the year ends', () => {
  const ending = async (query: string): Promise<unknown> => (await body(`year-end?${query}`))['rows']

  it('on the day of the edition: days left, what is not released, what is not spent and with whom it lies', async () => {
    expect(await body('year-end?at=2018-09-03')).toMatchObject({
      calendar: { from: '2006-01-01' },
      sums: [{ closesOn: '2018-12-14', daysLeft: 102, allocations: 1, toRelease: '150000000', held: { amount: '285700000' } }],
      rows: [
        {
          fiscalYear: '2018',
          byEdition: true,
          edition: { id: 'KOTAKU-STRICT', revision: 1 },
          planned: '500000000',
          released: { amount: '350000000' },
          toRelease: '150000000',
          tranches: [{ ordinal: 2, amount: '150000000', stage: 'Planned' }],
          held: { amount: '285700000', side: 'debit' },
          // 74 weekdays, of which 11 September and 20 November are holidays.
          workingDaysLeft: 72,
          lies: [
            { kind: 'board-bank', institution: { name: 'BKM SEINGGOK' }, amount: { amount: '147000000' } },
            { kind: 'group-bank' },
            { kind: 'group-bank' },
            { kind: 'group-bank' },
            { kind: 'group-cash', institution: { name: 'KSM ANGGUR' }, amount: { amount: '7200000' } },
            { kind: 'board-operating' },
          ],
        },
      ],
    })
  })

  it('what lies comes to what is held, and the statement of each ends with it', async () => {
    interface Lying {
      readonly amount: { readonly amount: string }
      readonly statement: string
    }
    const [{ lies, held }] = (await ending('at=2018-09-03')) as [{ lies: readonly Lying[]; held: { amount: string } }]
    expect(lies.reduce((sum, { amount }) => sum + BigInt(amount.amount), 0n)).toBe(BigInt(held.amount))
    const [filtered] = (await ending('at=2018-09-03&source=APBN')) as [{ lies: unknown; held: unknown }]
    expect([filtered.held, filtered.lies]).toEqual([held, lies])
    for (const { amount, statement } of lies) {
      const { rows } = await body(statement.slice('/v1/ledger/'.length))
      expect((rows as { balance: object }[]).at(-1)?.balance).toEqual(amount)
    }
  })

  it('leaves out what residents gave, which was never released', async () => {
    const [row] = (await ending('at=2018-09-03')) as [{ statement: string; postings: { count: number } }]
    const { rows } = await body(`${row.statement.slice('/v1/ledger/'.length)}&limit=500`)
    expect(rows).toHaveLength(row.postings.count)
    expect(JSON.stringify(rows)).not.toContain('SwadayaRealised')
    const { total } = await body('balances?by=source&source=swadaya&role=held&at=2018-09-03')
    expect(total).toMatchObject({ balance: { amount: '10000000' } })
  })

  it('when it is over; within so many days; by region, programme and source', async () => {
    expect(await ending('at=2018-12-20')).toMatchObject([{ daysLeft: -6, workingDaysLeft: 0 }])
    expect(await ending('at=2018-12-01&within=12')).toEqual([])
    expect(await ending('at=2018-12-01&within=13')).toHaveLength(1)
    for (const query of ['region=16.74', 'programme=KOTAKU', 'source=APBN', 'fiscalYear=2018', 'edition=KOTAKU-STRICT'])
      expect([query, await ending(`at=2018-09-03&${query}`)]).toEqual([query, [expect.anything()]])
    for (const query of ['region=35.73', 'programme=PNPM_MP', 'source=APBD', 'fiscalYear=unknown'])
      expect([query, await ending(`at=2018-09-03&${query}`)]).toEqual([query, []])
    for (const query of ['region=99', 'programme=PNPM', 'source=apbd', 'fiscalYear=2019'])
      expect((await get(`year-end?at=2018-09-03&${query}`)).code).toBe('invalid-request')
    expect((await get('year-end?within=soon')).code).toBe('invalid-request')
  })
})
