import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelId } from '@jejak/demo'
import type { TestService } from '../../services/api/test/service.ts'
import { stays } from '../scenario/expectations.ts'
import { scenarioAt } from '../scenario/forks.ts'
import { read } from '../scenario/http.ts'
import { ppk, urlOf } from '../scenario/play.ts'

let service: TestService
beforeAll(async () => {
  service = await scenarioAt(285)
})
afterAll(() => service.close())

const get = async <T>(url: string): Promise<T> => {
  const { status, body, text } = await read(service, url, ppk, '16.74')
  if (status !== 200) throw new Error(`${url}: ${status} ${text}`)
  return body as T
}

interface Stay {
  readonly suspended: boolean
  readonly stage: string
  readonly holder: string | null
  readonly from: string
  readonly to: string | null
  readonly days: number | null
}
interface Row {
  readonly position: number
  readonly type: string
  readonly effectiveOn: string
  readonly recordedAt: string
  readonly data: Record<string, unknown>
}
interface History {
  readonly facts: readonly Row[]
  readonly stays: readonly Stay[]
}
interface Sums {
  readonly paid: string
  readonly spent: string
  readonly held: string
  readonly returned: string
  readonly overdrawn: string
  readonly kept: string
}
interface Trail {
  readonly totals: Sums & { spentOnWorks: string; spentOnOperating: string }
  readonly tranches: readonly (Sums & { ordinal: number })[]
  readonly proposals: readonly { proposal: string; spent: string; received: string; returned: string; held: string }[]
  readonly accounts: readonly {
    account: { kind: string; name: string }
    balance: { amount: string }
    overdrawn: boolean
    positions: number[]
  }[]
  readonly contributed: { pledged: string; realised: string }
  readonly movements: readonly { type: string; effectiveOn: string; amount: string; position: number; to: { kind: string } }[]
}

const days = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000
const dateOf = (rows: readonly Row[], type: string, nth = 0): string => rows.filter((row) => row.type === type)[nth]?.effectiveOn ?? ''
const historyOf = (kind: string, label: string, query = ''): Promise<History> => get<History>(`${urlOf(kind, label)}/history${query}`)
const trailOf = (query = ''): Promise<Trail> => get<Trail>(`${urlOf('allocation', 'ALK-2018')}/fund-trail${query}`)

describe('money, to the sen', () => {
  it('500 million came, 497.25 were spent and 2.75 went back; nothing is held', async () => {
    const { totals, tranches } = await trailOf()
    expect(totals).toMatchObject({ paid: '500000000', spent: '497250000', returned: '2750000', held: '0', overdrawn: '0', kept: '0' })
    expect(totals).toMatchObject({ spentOnWorks: '487250000', spentOnOperating: '10000000' })
    expect(tranches.map(({ ordinal, paid, spent }) => [ordinal, paid, spent])).toEqual([
      [1, '350000000', '350000000'],
      [2, '150000000', '147250000'],
    ])
  })

  it('each group spent what it accounted for and brought back the rest', async () => {
    const { proposals } = await trailOf()
    const found = new Map(proposals.map(({ proposal, spent, returned, held }) => [proposal, [spent, returned, held]]))
    expect(found.get(labelId('PRO-A'))).toEqual(['218500000', '1500000', '0'])
    expect(found.get(labelId('PRO-B'))).toEqual(['170000000', '0', '0'])
    expect(found.get(labelId('PRO-C'))).toEqual(['98750000', '1250000', '0'])
  })

  it('every account of the community ends at nothing, and every line names its facts', async () => {
    const { accounts } = await trailOf()
    const community = accounts.filter(({ account }) => /bkm|ksm|board|group|transit/i.test(`${account.kind} ${account.name}`))
    expect(community.length).toBeGreaterThanOrEqual(4)
    expect(community.filter(({ balance }) => balance.amount !== '0')).toEqual([])
    expect(accounts.filter(({ overdrawn, positions }) => overdrawn || positions.length === 0)).toEqual([])
  })

  it('own contribution is 46.5 of 54 million', async () => {
    const { contributed } = await trailOf()
    expect(contributed).toMatchObject({ pledged: '54000000', realised: '46500000' })
  })

  it('by 2018-10-10 only the first tranche had come, and what was not spent was held', async () => {
    const { totals } = await trailOf('?effectiveUntil=2018-10-10')
    expect(totals.paid).toBe('350000000')
    expect(BigInt(totals.spent) + BigInt(totals.held)).toBe(350_000_000n)
    expect(await trailOf('?asOf=2018-10-10')).toMatchObject({ totals: { paid: '350000000', spent: totals.spent, held: totals.held } })
  })
})

describe('days', () => {
  it('tranche 2 stood where the list says, as long as it says', async () => {
    const { stays: found } = await historyOf('tranche', 'ALK-2018-T2')
    const from = found.findIndex(({ stage }) => stage === 'UnderVerification.FASKEL')
    expect(found.slice(from, from + stays.length).map((stay) => [stay.stage, stay.from, stay.days])).toEqual(stays)
    expect(found.slice(0, from + 8).map(({ holder }) => holder)).toEqual([
      'BKM',
      'FASKEL',
      'KORKOT',
      'BKM',
      'KORKOT',
      'PPK',
      'PPSPM',
      'KPPN',
      'BANK',
    ])
    // The complaint about it was of severity 3: that suspends nothing.
    expect(found.filter(({ suspended }) => suspended)).toEqual([])
  })

  it('took 74 days from the request to the SP2D, 24 of them in revision, 77 to the credit', async () => {
    const { facts, stays: found } = await historyOf('tranche', 'ALK-2018-T2')
    const requested = dateOf(facts, 'tranche.Requested')
    expect(days(requested, dateOf(facts, 'tranche.Sp2dIssued'))).toBe(74)
    expect(days(requested, dateOf(facts, 'tranche.Credited'))).toBe(77)
    const desks = new Map<string, number>()
    for (const { holder, from, days: n } of found)
      if (from >= requested && from < '2018-11-23') desks.set(holder ?? '', (desks.get(holder ?? '') ?? 0) + (n ?? 0))
    expect(Object.fromEntries(desks)).toEqual({ FASKEL: 3, KORKOT: 4, BKM: 24, PPK: 36, PPSPM: 3, KPPN: 4 })
  })

  it('31 days from the agreement to SP2D 1, 34 from the credit to the first transfer, 25 waiting for the budget', async () => {
    const { facts: one } = await historyOf('tranche', 'ALK-2018-T1')
    const { facts: money } = await historyOf('allocation', 'ALK-2018')
    expect(days(dateOf(money, 'allocation.AgreementSigned'), dateOf(one, 'tranche.Sp2dIssued'))).toBe(31)
    const own = one.filter(({ type }) => type === 'tranche.InstalmentPaid')
    expect(days(dateOf(one, 'tranche.Credited'), own[0]?.effectiveOn ?? '')).toBe(34)
    const { facts: two } = await historyOf('tranche', 'ALK-2018-T2')
    expect(days(dateOf(two, 'tranche.BudgetRevisionNoted'), dateOf(two, 'tranche.Sp2dIssued'))).toBe(25)
  })

  it.each(['PRO-A', 'PRO-B', 'PRO-C'])('%s lay idle for 63 days', async (label) => {
    const { stays: found } = await historyOf('proposal', label)
    expect(found.filter(({ stage }) => stage === 'InProgress.stopped').map(({ from, to, days: n }) => [from, to, n])).toEqual([
      ['2018-09-25', '2018-11-27', 63],
    ])
  })
})

describe('over its limit', () => {
  interface Stuck {
    readonly number: string
    readonly stage: string
    readonly clock: { readonly name: string; readonly state: string; readonly days: number; readonly revisionDays: number }
  }
  const listed = async (at: string) =>
    (await get<{ rows: readonly Stuck[] }>(`/v1/stuck?at=${at}&kind=tranche&minPosition=${await head()}`)).rows.map(
      ({ number, stage, clock: { name, state, days: n, revisionDays } }) => [number, stage, name, state, n, revisionDays],
    )
  const head = async (): Promise<number> => (await service.context.log.head()).position

  it('tranche 2 was from 2018-10-01, stuck from 2018-10-25, for 74 days at the SP2D with 24 of them in revision', async () => {
    const span = 'requested > credited'
    expect(await listed('2018-09-30')).toEqual([])
    expect(await listed('2018-10-01')).toEqual([['2', 'ReturnedForRevision.KORKOT', span, 'warn', 21, 17]])
    expect(await listed('2018-10-24')).toEqual([['2', 'UnderVerification.PPK', span, 'warn', 44, 24]])
    expect(await listed('2018-10-25')).toEqual([['2', 'UnderVerification.PPK', span, 'stuck', 45, 24]])
    expect(await listed('2018-11-23')).toEqual([['2', 'Sp2dIssued', span, 'stuck', 74, 24]])
    expect(await listed('2018-11-26')).toEqual([])
  })

  it('tranche 1 lay with the board for 34 days, and nothing is when all is done', async () => {
    expect(await listed('2018-07-08')).toEqual([['1', 'CreditedToBkm', 'credited > first-transfer', 'stuck', 33, 0]])
    expect(await listed('2018-07-09')).toEqual([])
    expect(await get('/v1/stuck')).toMatchObject({ rows: [], next: null })
  })
})

describe('what was known, and what was true', () => {
  it('on 2018-10-10 tranche 2 had come back and lay with the city coordinator', async () => {
    const known = await get<{ stages: object; holder: string; asOf: { position: number; provisional: boolean } }>(
      `${urlOf('tranche', 'ALK-2018-T2')}?asOf=2018-10-10`,
    )
    expect(known).toMatchObject({ stages: { '': 'UnderVerification.KORKOT' }, holder: 'KORKOT', asOf: { provisional: false } })
    const { facts } = await historyOf('tranche', 'ALK-2018-T2', '?asOf=2018-10-10')
    expect(facts.findLast(({ type }) => type.startsWith('tranche.'))?.type).toBe('tranche.Resubmitted')
    expect(facts.at(-1)?.position).toBeLessThanOrEqual(known.asOf.position)
  })

  it('answers the same for the date, for its position and for its last instant', async () => {
    const url = urlOf('tranche', 'ALK-2018-T2')
    const byDate = await get<{ asOf: { position: number }; state: unknown; stages: unknown }>(`${url}?asOf=2018-10-10`)
    for (const asOf of [String(byDate.asOf.position), '2018-10-10T23:59:59.999999%2B07:00', '2018-10-10T16:59:59Z']) {
      const other = await get<{ asOf: { position: number }; state: unknown; stages: unknown }>(`${url}?asOf=${asOf}`)
      expect([other.state, other.stages, other.asOf.position]).toEqual([byDate.state, byDate.stages, byDate.asOf.position])
    }
  })

  it('is provisional at and after the last recorded time only', async () => {
    const url = urlOf('tranche', 'ALK-2018-T2')
    for (const [query, provisional] of [
      ['', true],
      ['?asOf=2030-01-01', true],
      ['?asOf=2019-01-28', true],
      ['?asOf=2019-01-27', false],
    ] as const)
      expect(await get(`${url}${query}`)).toMatchObject({ asOf: { provisional } })
  })

  it('did not know it before its first fact', async () => {
    for (const asOf of ['2018-03-01', '1', '0', '2018-01-01T00:00:00Z', '1969-12-31T23:59:59.5Z']) {
      const { status, body, headers } = await read(service, `${urlOf('tranche', 'ALK-2018-T2')}?asOf=${asOf}`, ppk)
      expect(body['detail']).toBe('The first fact was recorded after the time asked for.')
      expect(body['errors']).toEqual([{ parameter: 'asOf', detail: 'before the first fact was recorded' }])
      expect([asOf, status, body['code'], headers['content-type']]).toEqual([
        asOf,
        404,
        'not-yet-known',
        'application/problem+json; charset=utf-8',
      ])
    }
    const beyond = await read(service, `${urlOf('tranche', 'ALK-2018-T2')}?asOf=999999`, ppk)
    const { position } = await service.context.log.head()
    expect([beyond.status, beyond.body['code'], beyond.body['detail']]).toEqual([
      404,
      'not-yet-known',
      `The log ends at position ${position}; there is no position 999999 yet.`,
    ])
    expect(beyond.body['errors']).toEqual([{ parameter: 'asOf', detail: `at most ${position}` }])
    const before = await read(service, `${urlOf('tranche', 'ALK-2018-T2')}?effectiveUntil=2018-03-01`, ppk)
    expect([before.status, before.body['code'], before.body['detail']]).toEqual([
      404,
      'not-yet-known',
      'The first fact is dated after 2018-03-01.',
    ])
    expect(before.body['errors']).toEqual([{ parameter: 'effectiveUntil', detail: 'before the date of the first fact' }])
  })

  it('tells where it stood by a date', async () => {
    for (const [date, stage] of [
      ['2018-09-09', 'Planned'],
      ['2018-09-10', 'UnderVerification.FASKEL'],
      ['2018-09-30', 'ReturnedForRevision.KORKOT'],
      ['2018-11-23', 'Sp2dIssued'],
      ['2018-12-31', 'Closed'],
    ])
      expect(await get(`${urlOf('tranche', 'ALK-2018-T2')}?effectiveUntil=${date}`)).toMatchObject({
        stages: { '': stage },
        effectiveUntil: date,
      })
  })
})
