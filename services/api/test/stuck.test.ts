import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelId } from '@jejak/demo'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { send, tokenFor } from '../../../test/scenario/http.ts'
import { bkm, korkot, lineOf, ppk, urlOf } from '../../../test/scenario/play.ts'
import { ask, type Answer } from './ask.ts'
import { errorsOf, refused } from './refused.ts'
import type { TestService } from './service.ts'

let service: TestService
let token: string
beforeAll(async () => {
  // Tranche 2 lies with the PPSPM: line 205 is the SPM.
  service = await scenarioAt(205)
  token = await tokenFor(service, ppk)
  const { position } = await service.context.log.head()
  expect((await ask(service, { url: `/v1/stuck?limit=1&minPosition=${position}`, token })).status).toBe(200)
})
afterAll(() => service.close())

interface Row {
  readonly kind: string
  readonly id: string
  readonly number: string | null
  readonly stage: string
  readonly holders: readonly string[]
  readonly entered: string
  readonly clock: {
    readonly name: string
    readonly state: string
    readonly days: number
    readonly workingDays: number
    readonly warnSince: string
  }
  readonly waitsFor: readonly { command: string; roles: string[]; leadsTo: string[]; unmet: { code: string; metBy: unknown[] }[] }[]
}
const get = (url: string): Promise<Answer> => ask(service, { url, token, headers: { 'accept-language': 'en' } })
const rowsOf = ({ body }: Answer): Row[] => body['rows'] as Row[]
const named = (answer: Answer): string[] => rowsOf(answer).map(({ kind, number, clock }) => `${kind} ${number} ${clock.name}`)

describe('/v1/stuck', () => {
  it('tells of a day in 2018 what was over its limit, where it lay, and what it waited for and for whom', async () => {
    const answer = await get('/v1/stuck?at=2018-10-25&kind=tranche')
    expect([answer.status, answer.body['at'], answer.headers['jejak-position']]).toEqual([
      200,
      '2018-10-25',
      String(answer.body['position']),
    ])
    const [row] = rowsOf(answer)
    expect(rowsOf(answer)).toHaveLength(1)
    expect(row).toMatchObject({
      kind: 'tranche',
      id: labelId('ALK-2018-T2'),
      number: '2',
      amount: '150000000',
      area: { id: labelId('AREA-PASAR2'), code: '16.74.05.1002' },
      programme: 'KOTAKU',
      stage: 'UnderVerification.PPK',
      holders: ['PPK'],
      entered: '2018-10-11',
      suspended: false,
      clock: {
        name: 'requested > credited',
        state: 'stuck',
        days: 45,
        daysOver: 0,
        // 32 of the 45 are working days: 2018-09-11 was the Islamic new year.
        workingDays: 32,
        warnSince: '2018-10-01',
        stuckSince: '2018-10-25',
        revisionDays: 24,
      },
      waitsForOmitted: null,
    })
    const spp = row?.waitsFor.find(({ command }) => command === 'tranche.IssueSpp')
    expect(spp).toMatchObject({ roles: ['PPK'], leadsTo: ['SppIssued'] })
    // The desk's own come first.
    expect(row?.waitsFor[0]?.roles).toContain('PPK')
    // What was true then is asked, not what is: by 2018-11-16 it lay with the PPSPM.
    const later = rowsOf(await get('/v1/stuck?at=2018-11-16&kind=tranche'))[0]
    expect([later?.stage, later?.waitsFor[0]?.roles]).toEqual(['SppIssued', ['PPSPM']])
  })

  it.each([
    ['2018-09-30', undefined],
    ['2018-10-01', 'warn'],
    ['2018-10-24', 'warn'],
    ['2018-10-25', 'stuck'],
  ])('on %s the state is %s', async (at, state) => {
    const found = rowsOf(await get(`/v1/stuck?at=${at}`)).filter(({ id }) => id === labelId('ALK-2018-T2'))
    expect(found.map(({ clock }) => clock.state)).toEqual(state === undefined ? [] : [state])
  })

  const works = (name: string, ...letters: string[]) => letters.map((letter) => `proposal PROP-${letter} ${name}`)
  const [silence, turn] = ['progress-reported > progress-reported', 'tranche 1 agreement-signed > credited']
  it.each([
    ['2018-05-20', []],
    ['2018-05-21', works('submitted > verified warn', 'C')],
    ['2018-05-24', works('submitted > verified warn', 'C')],
    ['2018-05-25', [...works('verified > decided warn', 'A', 'B'), `${turn} warn`]],
    ['2018-06-04', [`${turn} warn`]],
    ['2018-06-05', []],
    ['2018-10-03', []],
    ['2018-10-04', works(`${silence} warn`, 'A', 'B', 'C')],
    ['2018-10-17', works(`${silence} warn`, 'A', 'B', 'C')],
    ['2018-10-18', works(`${silence} stuck`, 'A', 'B', 'C')],
  ])('on %s the limits that DOMAIN 1.6 proposes were met by those', async (at, met) => {
    const limits = ['submitted > verified', 'verified > decided', 'agreement-signed > credited', silence]
    const found = rowsOf(await get(`/v1/stuck?at=${at}`)).filter(({ clock }) => limits.includes(clock.name))
    expect(found.map(({ kind, number, clock }) => `${kind} ${number} ${clock.name} ${clock.state}`).toSorted()).toEqual(met)
  })

  it('is of today where no day is named, and empty before the first fact', async () => {
    const today = await get('/v1/stuck')
    expect(today.body['at']).toBe(Temporal.Now.plainDateISO('Asia/Jakarta').toString())
    expect(named(today)).toContain('tranche 2 requested > credited')
    expect(rowsOf(await get('/v1/stuck?at=1999-01-01'))).toEqual([])
  })

  it('says that working days are not known where the calendar does not reach', async () => {
    expect((await get('/v1/stuck?at=1999-01-01')).body['calendar']).toEqual({ covered: false, from: '2006-01-01', to: '2027-12-31' })
    expect((await get('/v1/stuck?at=2018-10-25')).body['calendar']).toMatchObject({ covered: true })
  })

  it('is narrowed by every part of the question', async () => {
    const one = ['tranche 2 requested > credited']
    const silent = ['A', 'B', 'C'].map((letter) => `proposal PROP-${letter} progress-reported > progress-reported`)
    const area = labelId('AREA-PASAR2')
    for (const [query, found] of [
      ['region=16', [...one, ...silent]],
      ['region=16.74.05.1002', [...one, ...silent]],
      ['region=35', []],
      [`area=${area}`, [...one, ...silent]],
      [`area=${labelId('ALK-2018')}`, []],
      ['stage=UnderVerification', one],
      ['stage=UnderVerification.KORKOT', []],
      ['holder=PPK', one],
      ['holder=KORKOT', []],
      ['programme=KOTAKU', [...one, ...silent]],
      ['programme=PLPBK', []],
      ['kind=tranche', one],
      ['kind=proposal', silent],
      ['kind=cycle', []],
      ['state=stuck&kind=tranche', one],
      ['state=stuck&stage=InProgress.stopped', silent],
      ['state=warn', []],
      ['order=costliest', [...silent.slice(0, 2), ...one, ...silent.slice(2)]],
    ] as const)
      expect([query, named(await get(`/v1/stuck?at=2018-10-25&${query}`))]).toEqual([query, found])
  })

  it('is that of the caller’s region', async () => {
    const asked = async (region: string) => {
      const own = await tokenFor(service, korkot, region)
      const of = (url: string) => ask(service, { url, token: own })
      const { body } = await of('/v1/stuck/summary?by=programme&at=2018-10-25&kind=tranche')
      return [rowsOf(await of('/v1/stuck?at=2018-10-25&kind=tranche')).length, (body['groups'] as unknown[]).length]
    }
    expect(await asked('16.74')).toEqual([1, 1])
    expect(await asked('16.74.06')).toEqual([0, 0])
    expect(await asked('35')).toEqual([0, 0])
    const elsewhere = await tokenFor(service, korkot, '35')
    expect((await ask(service, { url: '/v1/stuck?region=16&at=2018-10-25', token: elsewhere })).body['rows']).toEqual([])
  })

  it('pages give every row once, of the same day', async () => {
    const at = '2018-05-28'
    const whole = named(await get(`/v1/stuck?at=${at}`))
    const early = ['A', 'B', 'C'].map((letter) => `proposal PROP-${letter} submitted > approved`)
    expect(whole).toEqual(['tranche 1 agreement-signed > credited', ...early])
    const seen: string[] = []
    let url: string | undefined = `/v1/stuck?at=${at}&limit=2`
    while (url !== undefined) {
      const answer = await get(url)
      expect([answer.status, answer.body['at']]).toEqual([200, at])
      seen.push(...named(answer))
      url = /^<([^>]+)>; rel="next"$/.exec(answer.headers['link'] ?? '')?.[1]
      expect(url === undefined).toBe(answer.body['next'] === null)
      if (url !== undefined) expect(new URL(url, 'http://x').searchParams.get('at')).toBe(at)
    }
    expect(seen).toEqual(whole)
    const cursor = String((await get(`/v1/stuck?at=${at}&limit=2`)).body['next'])
    // A cursor belongs to its list, its order and its day.
    for (const query of ['at=2018-05-29', `at=${at}&order=costliest`, 'at=2018-10-25'])
      await refused(service, { url: `/v1/stuck?${query}&cursor=${cursor}`, token }, 400, 'invalid-request')
  })

  it('refuses what it cannot answer, and names it', async () => {
    const tomorrow = Temporal.Now.plainDateISO('Asia/Jayapura').add({ days: 1 }).toString()
    for (const list of ['/v1/stuck?', '/v1/stuck/summary?by=region&']) {
      await refused(service, { url: `${list}at=${tomorrow}`, token }, 422, 'future-date')
      await refused(service, { url: `${list}asOf=3`, token }, 400, 'as-of-not-offered')
      for (const [query, parameter] of [
        ['at=2018-02-30', 'at'],
        ['at=yesterday', 'at'],
        ['at=', 'at'],
        ['state=late', 'state'],
        ['region=1', 'region'],
        ['area=pasar', 'area'],
        ['kind=Tranche', 'kind'],
        ['stage=a..b', 'stage'],
        ['holder=%00', 'holder'],
        ['minPosition=999999', 'minPosition'],
        ['minPosition=-1', 'minPosition'],
      ]) {
        const answer = await refused(service, { url: `${list}${query}`, token }, 400, 'invalid-request')
        expect([query, errorsOf(answer)[0]?.parameter]).toEqual([query, parameter])
      }
    }
    await refused(service, { url: '/v1/stuck?limit=101', token }, 400, 'invalid-request')
    await refused(service, { url: '/v1/stuck?limit=0', token }, 400, 'invalid-request')
    await refused(service, { url: '/v1/stuck?cursor=x', token }, 400, 'invalid-request')
    await refused(service, { url: '/v1/stuck?order=newest', token }, 400, 'invalid-request')
    await refused(service, { url: '/v1/stuck/summary', token }, 400, 'invalid-request')
    await refused(service, { url: '/v1/stuck/summary?by=age', token }, 400, 'invalid-request')
    await refused(service, { url: '/v1/stuck' }, 401, 'unauthenticated')
  })
})

describe('/v1/stuck/summary', () => {
  const groups = async (query: string) => (await get(`/v1/stuck/summary?at=2018-10-25&kind=tranche&${query}`)).body['groups']
  const sum = { name: null, kind: null, entities: 1, warn: 0, stuck: 1, amount: '150000000', oldest: '2018-09-10', oldestDays: 45 }

  it('sums by stage, desk and programme, and by region one level down', async () => {
    expect(await groups('by=stage')).toEqual([{ ...sum, key: 'UnderVerification.PPK', kind: 'tranche' }])
    expect(await groups('by=holder')).toEqual([{ ...sum, key: 'PPK' }])
    expect(await groups('by=programme')).toEqual([{ ...sum, key: 'KOTAKU' }])
    for (const [query, key] of [
      ['', '16'],
      ['&region=16', '16.74'],
      ['&region=16.74', '16.74.05'],
      ['&region=16.74.05', '16.74.05.1002'],
      ['&region=16.74.05.1002', '16.74.05.1002'],
    ])
      expect(await groups(`by=region${query}`)).toMatchObject([{ ...sum, key, name: expect.stringMatching(/./) }])
    expect(await groups('by=region&region=35')).toEqual([])
    expect(await groups('by=stage&state=warn')).toEqual([])
  })
})

describe('/clock', () => {
  interface Clock {
    readonly stays: readonly { stage: string; days: number; workingDays: number; left: string | null; revision: boolean }[]
    readonly marks: readonly { mark: string; first: { on: string }; last: { on: string } }[]
    readonly clocks: readonly { name: string; state: string; days: number; ended: string | null }[]
    readonly byHolder: Record<string, number>
  }
  const clockOf = async (kind: string, label: string, query = ''): Promise<Clock> => {
    const answer = await get(`${urlOf(kind, label)}/clock${query}`)
    expect(answer.status).toBe(200)
    return answer.body as unknown as Clock
  }

  it('tells every stay with calendar and working days, marks, and what is limited', async () => {
    const { stays, marks, clocks, byHolder } = await clockOf('tranche', 'ALK-2018-T2', '?at=2018-11-18')
    expect(stays.slice(1).map(({ stage, days, workingDays, left }) => [stage, days, workingDays, left])).toEqual([
      ['UnderVerification.FASKEL', 3, 2, '2018-09-13'],
      ['UnderVerification.KORKOT', 1, 1, '2018-09-14'],
      ['ReturnedForRevision.KORKOT', 24, 16, '2018-10-08'],
      ['UnderVerification.KORKOT', 3, 3, '2018-10-11'],
      ['UnderVerification.PPK', 36, 26, '2018-11-16'],
      ['SppIssued', 2, 0, null],
    ])
    expect(marks.map(({ mark, first, last }) => [mark, first.on, last.on])).toEqual([
      ['requested', '2018-09-10', '2018-09-10'],
      ['budget-revision-noted', '2018-10-29', '2018-10-29'],
    ])
    expect(clocks.map(({ name, state, days }) => [name, state, days])).toEqual([
      ['requested > credited', 'stuck', 69],
      ['budget-revision-noted > paid', 'within', 20],
    ])
    expect(byHolder).toMatchObject({ FASKEL: 3, KORKOT: 4, PPK: 36, PPSPM: 2 })
  })

  it('is as it was known, and as it was true', async () => {
    const asOf = await clockOf('tranche', 'ALK-2018-T2', '?asOf=2018-10-10&at=2018-10-10')
    expect(asOf.stays.at(-1)).toMatchObject({ stage: 'UnderVerification.KORKOT', days: 2, left: null })
    expect(asOf.clocks).toMatchObject([{ name: 'requested > credited', state: 'warn', days: 30 }])
    const { clocks } = await clockOf('tranche', 'ALK-2018-T1')
    expect(clocks.map(({ name, state, days, ended }) => [name, state, days, ended])).toEqual([
      ['requested > credited', 'finished', 8, '2018-06-05'],
      ['credited > first-transfer', 'finished', 34, '2018-07-09'],
      ['agreement-signed > credited', 'finished', 32, '2018-06-05'],
    ])
    // Over Lebaran the 34 days of waiting were 15 working days.
    expect(clocks[1]).toMatchObject({ workingDays: 15, warnSince: '2018-06-08', stuckSince: '2018-06-12', daysOver: 27 })
  })

  it('refuses what it cannot answer', async () => {
    const url = `${urlOf('tranche', 'ALK-2018-T2')}/clock`
    const tomorrow = Temporal.Now.plainDateISO('Asia/Jayapura').add({ days: 1 }).toString()
    const future = await refused(service, { url: `${url}?at=${tomorrow}`, token }, 422, 'future-date')
    expect(errorsOf(future)).toMatchObject([{ parameter: 'at' }])
    const before = await refused(service, { url: `${url}?at=2018-03-01`, token }, 404, 'not-yet-known')
    expect(errorsOf(before)).toMatchObject([{ parameter: 'at' }])
    await refused(service, { url: `${url}?asOf=x`, token }, 400, 'invalid-request')
    await refused(service, { url: url.replace(labelId('ALK-2018-T2'), labelId('nothing')), token }, 404, 'not-found')
    await refused(service, { url, token: await tokenFor(service, bkm, '35') }, 404, 'not-found')
  })
})

it('what waits at a desk shows for how long, and what is over its limit', async () => {
  const { body } = await get('/v1/waiting?role=PPSPM')
  const [row] = (body['entities'] as { id: string; since: string; days: number; overLimit: object[] }[]).filter(
    ({ id }) => id === labelId('ALK-2018-T2'),
  )
  const today = Temporal.Now.plainDateISO('Asia/Jakarta')
  const since = (date: string): number => Temporal.PlainDate.from(date).until(today, { largestUnit: 'days' }).days
  expect(row).toMatchObject({ since: '2018-11-16', days: since('2018-11-16') })
  expect(row?.overLimit).toMatchObject([
    { name: 'requested > credited', state: 'stuck', days: since('2018-09-10'), daysOver: since('2018-09-10') - 45 },
    { name: 'budget-revision-noted > paid', state: 'stuck' },
  ])
})

it('what a day waited for cannot be told where late facts changed its order, and that is said', async () => {
  // The SPM, written down with a date before the SPP on which it rests.
  const spm = lineOf(205)
  const late = { ...spm, body: { ...spm.body, effectiveOn: '2018-11-10', reason: 'tanggal pada surat', lateReason: 'baru diterima' } }
  const sent = await send(service, late)
  expect([sent.status, sent.text]).toEqual([201, sent.text])
  const answer = await get(`/v1/stuck?at=2018-11-12&kind=tranche&minPosition=${String(sent.body['position'])}`)
  expect(rowsOf(answer)).toMatchObject([
    { stage: 'SpmIssued', holders: ['KPPN'], waitsFor: null, waitsForOmitted: expect.stringContaining('later') },
  ])
  expect(rowsOf(await get('/v1/stuck?kind=tranche'))[0]).toMatchObject({ stage: 'SpmIssued', waitsForOmitted: null })
})

it('while the tables are of a version that it does not read, lists answer 503, name the view and say when to come again', async () => {
  const { pool } = service.context
  const versions = await pool.query<{ name: string; version: number }>('select name, version from views.projections')
  const setTo = (name: string, version: number) => pool.query('update views.projections set version = $2 where name = $1', [name, version])
  try {
    for (const [view, urls] of [
      ['stage-clock', ['/v1/stuck', '/v1/stuck/summary?by=stage', '/v1/waiting?role=KPPN']],
      ['entity-list', ['/v1/tranches', '/v1/waiting']],
    ] as const) {
      const version = versions.rows.find(({ name }) => name === view)?.version ?? 0
      for (const other of [0, version + 1]) {
        await setTo(view, other)
        for (const url of urls) {
          const answer = await refused(service, { url, token }, 503, 'view-being-renewed')
          expect([url, answer.headers['retry-after'], answer.body['view']]).toEqual([url, '5', view])
        }
      }
      // The version before has the same columns for what is asked: its rows are read until they are replaced.
      await setTo(view, version - 1)
      for (const url of urls) expect([url, (await get(url)).status]).toEqual([url, 200])
      await setTo(view, version)
    }
  } finally {
    for (const { name, version } of versions.rows) await setTo(name, version)
  }
})
