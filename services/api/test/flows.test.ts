import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelId } from '@jejak/demo'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { tokenFor } from '../../../test/scenario/http.ts'
import { korkot, ppk } from '../../../test/scenario/play.ts'
import { ask, type Answer } from './ask.ts'
import { errorsOf, refused } from './refused.ts'
import type { TestService } from './service.ts'

let service: TestService
let token: string
let head: number
beforeAll(async () => {
  service = await scenarioAt(205)
  token = await tokenFor(service, ppk)
  head = (await service.context.log.head()).position
  expect((await ask(service, { url: `/v1/flows/tranche?minPosition=${head}`, token })).status).toBe(200)
})
afterAll(() => service.close())

interface Case {
  readonly id: string
  readonly state: string
  readonly lastActivity: string
  readonly idleDays: number | null
  readonly positions: readonly number[]
  readonly variant: string
}
interface Pair {
  readonly from: string
  readonly to: string
  readonly n: number
  readonly wait: { readonly total: number; readonly median: number }
}
const get = (url: string): Promise<Answer> => ask(service, { url: `/v1/flows/${url}`, token })
const bodyOf = async <T>(url: string): Promise<T> => {
  const { status, body } = await get(url)
  expect([url, status]).toEqual([url, 200])
  return body as T
}
const rowsOf = async <T>(url: string): Promise<readonly T[]> => (await bodyOf<{ rows: T[] }>(url)).rows
const [first, second] = [labelId('ALK-2018-T1'), labelId('ALK-2018-T2')]

it('/v1/flows names the kinds that there are, within the caller’s region', async () => {
  const kindsFor = async (region: string, query = '') => {
    const own = await tokenFor(service, korkot, region)
    const { status, body } = await ask(service, { url: `/v1/flows${query}`, token: own })
    expect(status).toBe(200)
    return Object.fromEntries((body['rows'] as { kind: string; cases: number }[]).map(({ kind, cases }) => [kind, cases]))
  }
  expect(await kindsFor('')).toEqual({ allocation: 1, complaint: 1, cycle: 1, proposal: 3, tranche: 2 })
  expect([await kindsFor('35'), await kindsFor('', '?region=35')]).toEqual([{}, {}])
  await refused(service, { url: '/v1/flows?minPosition=999999', token }, 400, 'invalid-request')
})

describe('/v1/flows/{kind}', () => {
  it('counts cases, steps and times, and says of which position it is', async () => {
    const answer = await get('tranche?steps=moving')
    expect(answer.headers['jejak-position']).toBe(String(head))
    expect(answer.body).toMatchObject({ kind: 'tranche', position: head, at: null, cases: 2, open: 2, closed: 0, reopened: 0, variants: 2 })
    const { activities, events, eventsPerCase } = answer.body as {
      activities: { activity: string; events: number; cases: number; starts: number; ends: number }[]
      events: number
      eventsPerCase: { min: number; max: number }
    }
    expect(activities.reduce((sum, each) => sum + each.events, 0)).toBe(events)
    expect(activities.find(({ activity }) => activity === 'tranche.Planned')).toMatchObject({ events: 2, cases: 2, starts: 2, ends: 0 })
    expect(activities.find(({ activity }) => activity === 'VF-12:returned')).toMatchObject({ events: 1, cases: 1 })
    expect(eventsPerCase.min + eventsPerCase.max).toBe(events)
    const all = await bodyOf<{ events: number }>('tranche')
    expect(all.events).toBeGreaterThan(events)
  })

  it('is as it was known, and as it had happened', async () => {
    const [row] = await rowsOf<Case>('tranche/cases?contains=VF-12:returned')
    const at = row?.positions.at(5) ?? 0
    const known = await bodyOf<{ position: number; events: number }>(`tranche?asOf=${at}`)
    expect(known.position).toBe(at)
    const [earlier] = await rowsOf<Case>(`tranche/cases?contains=VF-12:returned&asOf=${at}`)
    expect(earlier?.positions).toEqual(row?.positions.filter((position) => position <= at))
    // By the end of 2018-09-13 it had been recommended, and returned on the 14th.
    const returned = (day: string) => rowsOf<Case>(`tranche/cases?contains=VF-12:returned&at=${day}`)
    expect([(await returned('2018-09-13')).length, (await returned('2018-09-14')).length]).toEqual([0, 1])
    expect((await returned('2018-09-14T00:00:00%2B07:00')).length).toBe(1)
    expect(await bodyOf('tranche?at=2017-01-01')).toMatchObject({ cases: 0, events: 0, firstAt: null, duration: null, eventsPerCase: null })
  })

  it('is narrowed by place, edition and the day of the first step', async () => {
    const cases = async (query: string) => (await bodyOf<{ cases: number }>(`tranche?${query}`)).cases
    const planned = (await bodyOf<{ firstAt: string }>('tranche')).firstAt
    const day = Temporal.Instant.from(planned).toZonedDateTimeISO('Asia/Jakarta').toPlainDate()
    for (const [query, count] of [
      ['region=16.74', 2],
      ['region=35', 0],
      [`area=${labelId('AREA-PASAR2')}`, 2],
      ['edition=KOTAKU-2018', 2],
      ['edition=KOTAKU-2018&revision=1', 2],
      ['edition=KOTAKU-2018&revision=2', 0],
      ['edition=PLPBK-2009', 0],
      [`startedFrom=${day.toString()}&startedTo=${day.toString()}`, 2],
      [`startedFrom=${day.add({ days: 1 }).toString()}`, 0],
      [`startedTo=${day.subtract({ days: 1 }).toString()}`, 0],
    ] as const)
      expect([query, await cases(query)]).toEqual([query, count])
  })

  it('is that of the caller’s region, in every part', async () => {
    for (const [region, count] of [
      ['16.74', 2],
      ['35', 0],
    ] as const) {
      const own = await tokenFor(service, korkot, region)
      const of = async (url: string) => (await ask(service, { url: `/v1/flows/tranche${url}`, token: own })).body
      const rows = async (url: string) => ((await of(url))['rows'] as unknown[]).length
      expect((await of(''))['cases']).toBe(count)
      expect((await of('/snapshot'))['started']).toBe(count)
      expect([await rows('/variants?steps=moving'), await rows('/cases')]).toEqual([count, count])
      expect([(await rows('/pairs')) > 0, (await rows('/waits?from=tranche.Planned&to=tranche.Requested')) > 0]).toEqual([
        count > 0,
        count > 0,
      ])
      expect((await of('?region=16'))['cases']).toBe(count)
    }
  })
})

describe('its parts', () => {
  it('variants name the cases that took them', async () => {
    const variants = await rowsOf<{ variant: string; cases: number; trace: string[] }>('tranche/variants')
    expect(variants).toHaveLength(2)
    for (const { variant, trace } of variants) {
      const [row, ...others] = await rowsOf<Case>(`tranche/cases?variant=${variant}`)
      expect([others.length, row?.variant, row?.positions.length]).toEqual([0, variant, trace.length])
      const facts = await service.context.log.at(row?.positions ?? [])
      expect(facts.every(({ fact }) => fact.tags.includes(`tranche:${row?.id ?? ''}`))).toBe(true)
    }
  })

  it('pairs come by their longest wait, and lead to the cases that waited', async () => {
    const orders = { total: (pair: Pair) => pair.wait.total, frequent: (pair: Pair) => pair.n, slowest: (pair: Pair) => pair.wait.median }
    for (const [order, value] of Object.entries(orders)) {
      const values = (await rowsOf<Pair>(`tranche/pairs?order=${order}`)).map(value)
      expect([order, values]).toEqual([order, values.toSorted((a, b) => b - a)])
    }
    const asked = 'from=VF-12:returned&to=tranche.Resubmitted&steps=moving'
    const waits = await bodyOf<{
      n: number
      rows: { id: string; seconds: number; from: { position: number }; to: { position: number } }[]
    }>(`tranche/waits?${asked}`)
    expect([waits.n, waits.rows.map(({ id, seconds }) => [id, seconds])]).toEqual([1, [[second, 24 * 86_400]]])
    const facts = await service.context.log.at([waits.rows[0]?.from.position ?? 0, waits.rows[0]?.to.position ?? 0])
    expect(facts.map(({ fact }) => fact.type)).toEqual(['tranche.StepRecorded', 'tranche.Resubmitted'])
  })

  it('waits from the first of some activities to the first of others pass over what lies between', async () => {
    const firsts = (from: string, to: string) =>
      bodyOf<{ n: number; reversed: number; rows: { id: string; seconds: number }[] }>(`tranche/waits?from=${from}&to=${to}&between=firsts`)
    const credited = await firsts('tranche.Requested', 'tranche.Credited')
    expect([credited.n, credited.reversed, credited.rows.map(({ id }) => id)]).toEqual([1, 0, [first]])
    expect(await firsts('tranche.Credited', 'tranche.Requested')).toMatchObject({ n: 0, reversed: 1, rows: [], wait: null })
    const either = await firsts('tranche.Requested', 'tranche.SppIssued,tranche.Credited')
    expect(either.n).toBe(2)
  })

  it('a snapshot tells what was open, since when, and after which step', async () => {
    const snapshot = await bodyOf<{
      started: number
      open: number
      idle: { from: number; to: number | null; cases: number }[]
      lastActivities: { activity: string; cases: number }[]
      longestIdle: Case[]
    }>('tranche/snapshot?at=2018-10-25&steps=moving')
    expect(snapshot).toMatchObject({ started: 2, open: 2, closed: 0, reopened: 0 })
    expect(snapshot.idle.reduce((sum, { cases }) => sum + cases, 0)).toBe(2)
    const waiting = snapshot.longestIdle.find(({ id }) => id === second)
    // On 2018-10-11 the Korkot recommended it; the day asked for is counted to its end.
    expect(waiting).toMatchObject({ lastActivity: 'VF-12:recommended', idleDays: 14, state: 'open' })
    const cases = (query: string) => rowsOf<Case>(`tranche/cases?at=2018-10-25&steps=moving&state=open&${query}`)
    expect((await cases('idleFrom=14&idleTo=14')).map(({ id }) => id)).toContain(second)
    expect((await cases('idleFrom=15')).map(({ id }) => id)).not.toContain(second)
    expect((await cases('last=VF-12:recommended')).map(({ id }) => id)).toEqual([second])
  })

  it('pages give every row once, all of the moment of the first', async () => {
    const whole = await rowsOf<Pair>('tranche/pairs')
    const seen: Pair[] = []
    let url: string | undefined = '/v1/flows/tranche/pairs?limit=3'
    while (url !== undefined) {
      const answer = await ask(service, { url, token })
      expect([answer.status, answer.body['position']]).toEqual([200, head])
      seen.push(...(answer.body['rows'] as Pair[]))
      url = /^<([^>]+)>; rel="next"$/.exec(answer.headers['link'] ?? '')?.[1]
      expect(url === undefined).toBe(answer.body['next'] === null)
    }
    expect(seen.slice(0, whole.length)).toEqual(whole)
    const cursor = String((await get('tranche/pairs?limit=3')).body['next'])
    for (const other of ['tranche/variants?', 'proposal/pairs?', 'tranche/pairs?order=slowest&'])
      await refused(service, { url: `/v1/flows/${other}cursor=${cursor}`, token }, 400, 'invalid-request')
  })
})

it('refuses what it cannot answer, and names it', async () => {
  const tomorrow = Temporal.Now.plainDateISO('Asia/Jayapura').add({ days: 1 }).toString()
  for (const part of ['', '/variants', '/pairs', '/cases', '/snapshot', '/waits']) {
    const url = `/v1/flows/tranche${part}?${part === '/waits' ? 'from=a&to=b&' : ''}`
    for (const at of [tomorrow, `${tomorrow}T23:00:00Z`])
      expect(errorsOf(await refused(service, { url: `${url}at=${at}`, token }, 422, 'future-date'))).toMatchObject([{ parameter: 'at' }])
    const beyond = await refused(service, { url: `${url}asOf=${head + 1}`, token }, 404, 'not-yet-known')
    expect(errorsOf(beyond)).toEqual([{ parameter: 'asOf', detail: `paling besar ${head}` }])
    await refused(service, { url: url.replace('tranche', 'kwitansi'), token }, 404, 'not-found')
    await refused(service, { url: url.replace('tranche', 'institution'), token }, 404, 'not-found')
    await refused(service, { url }, 401, 'unauthenticated')
    for (const [query, parameter] of [
      ['at=2018-02-30', 'at'],
      ['at=yesterday', 'at'],
      ['asOf=x', 'asOf'],
      ['region=1', 'region'],
      ['area=pasar', 'area'],
      ['edition=%00', 'edition'],
      ['revision=2', 'revision'],
      ['startedFrom=2018', 'startedFrom'],
      ['steps=some', 'steps'],
      ['minPosition=999999', 'minPosition'],
    ]) {
      const answer = await refused(service, { url: `${url}${query}`, token }, 400, 'invalid-request')
      expect([query, errorsOf(answer)[0]?.parameter]).toEqual([query, parameter])
    }
  }
  for (const query of [
    'pairs?order=best',
    'variants?limit=101',
    'variants?cursor=x',
    'cases?variant=1',
    'cases?state=late',
    'cases?idleFrom=-1',
    'snapshot?longest=101',
    'waits?from=a',
    'waits?from=a,,b&to=c',
    'waits?from=a&to=b&between=all',
  ])
    await refused(service, { url: `/v1/flows/tranche/${query}`, token }, 400, 'invalid-request')
})
