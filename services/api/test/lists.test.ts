import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelId } from '@jejak/demo'
import { areaId } from '@jejak/reference'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { send, tokenFor } from '../../../test/scenario/http.ts'
import { lineOf, ppk, system, urlOf } from '../../../test/scenario/play.ts'
import { ask, uuid7, type Answer } from './ask.ts'
import type { TestService } from './service.ts'

let service: TestService
let token: string
beforeAll(async () => {
  service = await scenarioAt(160)
  token = await tokenFor(service, ppk)
})
afterAll(() => service.close())

const get = (url: string) => ask(service, { url, token })
const head = async (): Promise<number> => (await service.context.log.head()).position
const idsOf = ({ body }: Answer): string[] => (body['entities'] as { id: string }[]).map(({ id }) => id)
const at = '2018-09-14T12:00:00+07:00'

async function form(n: number): Promise<Answer> {
  return ask(service, {
    url: '/v1/institutions',
    token: await tokenFor(service, system),
    headers: { 'jejak-recorded-at': at },
    body: {
      id: uuid7(1000 + n),
      effectiveOn: '2018-09-14',
      actor: { role: 'system' },
      data: { institutionKind: 'NGO', name: `Yayasan ${n}`, area: labelId('AREA-PASAR2') },
    },
  })
}

describe('pages', () => {
  it('hold every entity once, in the order of opening, while new ones arrive', async () => {
    await get(`/v1/institutions?minPosition=${await head()}`)
    const whole = idsOf(await get('/v1/institutions?limit=200'))
    const seen: string[] = []
    let url: string | undefined = '/v1/institutions?limit=3'
    for (let page = 0; url !== undefined; page += 1) {
      const answer = await get(url)
      expect([answer.status, Number(answer.headers['jejak-position'])]).toEqual([200, answer.body['position']])
      seen.push(...idsOf(answer))
      expect(idsOf(answer).length).toBeLessThanOrEqual(3)
      if (page < 3) {
        expect((await form(page)).status).toBe(201)
        await get(`/v1/institutions?limit=1&minPosition=${await head()}`)
      }
      const link = /^<([^>]+)>; rel="next"$/.exec(answer.headers['link'] ?? '')?.[1]
      expect(link === undefined).toBe(answer.body['next'] === null)
      if (link !== undefined) expect(new URL(link, 'http://x').searchParams.get('cursor')).toBe(answer.body['next'])
      url = link
    }
    expect(seen).toEqual([...whole, uuid7(1000), uuid7(1001), uuid7(1002)])
  })

  it('are narrowed by area, region, stage, programme, kind of thing, year, suspension', async () => {
    const counts: readonly (readonly [string, readonly string[]])[] = [
      ['/v1/tranches', ['ALK-2018-T1', 'ALK-2018-T2']],
      ['/v1/tranches?stage=ReturnedForRevision', ['ALK-2018-T2']],
      ['/v1/tranches?stage=ReturnedForRevision.KORKOT', ['ALK-2018-T2']],
      ['/v1/tranches?stage=Returned', []],
      [`/v1/tranches?area=${labelId('AREA-PASAR2')}&stage=FullyDistributed`, []],
      [`/v1/tranches?allocation=${labelId('ALK-2018')}`, ['ALK-2018-T1', 'ALK-2018-T2']],
      [`/v1/tranches?allocation=${uuid7(1)}`, []],
      [`/v1/tranches?institution=${labelId('BKM-SEINGGOK')}`, ['ALK-2018-T1', 'ALK-2018-T2']],
      [`/v1/proposals?institution=${labelId('KSM-ANGGUR')}`, ['PRO-A']],
      [`/v1/proposals?cycle=${labelId('CYC-2018')}`, ['PRO-A', 'PRO-B', 'PRO-C']],
      ['/v1/proposals?region=16.74', ['PRO-A', 'PRO-B', 'PRO-C']],
      ['/v1/proposals?region=16.74.05.1002&fiscalYear=2018', ['PRO-A', 'PRO-B', 'PRO-C']],
      ['/v1/proposals?fiscalYear=2017', []],
      ['/v1/proposals?region=35', []],
      ['/v1/allocations?programme=KOTAKU', ['ALK-2018']],
      ['/v1/allocations?programme=PLPBK', []],
      ['/v1/tranches?suspended=true', []],
      ['/v1/tranches?suspended=false', ['ALK-2018-T1', 'ALK-2018-T2']],
      ['/v1/cycles', ['CYC-2018']],
      ['/v1/complaints', []],
    ]
    for (const [url, labels] of counts) {
      const answer = await get(url)
      expect([url, answer.status, idsOf(answer).toSorted()]).toEqual([url, 200, labels.map(labelId).toSorted()])
    }
  })

  it("show one's own write when asked for its position", async () => {
    for (const seq of [160, 161, 162]) {
      const written = await send(service, lineOf(seq))
      expect(written.status).toBe(201)
      const { body } = await get(`/v1/proposals?minPosition=${String(written.body['position'])}`)
      expect(body['position']).toBeGreaterThanOrEqual(Number(written.body['position']))
      const row = (body['entities'] as { id: string; lastPosition: number }[]).find(({ id }) => id === lineOf(seq).subject.id)
      expect(row?.lastPosition).toBe(written.body['position'])
    }
  })
})

describe('areas', () => {
  interface Found {
    readonly code: string
    readonly name: string
    readonly path: readonly { code: string }[]
  }
  const search = async (text: string): Promise<Found[]> =>
    (await get(`/v1/areas?search=${encodeURIComponent(text)}`)).body['areas'] as Found[]

  it('are found by the names that people use', async () => {
    for (const text of ['Pasar II', 'pasar ii', 'PASAR II Prabumulih', 'kel. Pasar II'])
      expect([text, (await search(text))[0]?.code]).toEqual([text, '16.74.05.1002'])
    const [found] = await search('Pasar II')
    expect(found?.path.map(({ code }) => code)).toEqual(['16.74.05.1002', '16.74.05', '16.74', '16'])
    expect((await search('kec. Kedungkandang'))[0]?.code).toMatch(/^35\.73/)
    expect(await search('zzzzqqqq')).toEqual([])
    expect((await get('/v1/areas?search=Pasar&level=kelurahan&within=16.74&limit=2')).body['areas']).toHaveLength(2)
    expect(areaId('16.74.05.1002')).toBe(labelId('AREA-PASAR2'))
  })

  it('odd searches find nothing and break nothing', async () => {
    for (const text of ['%', '_', "'", '\\', ';--', '((((', '*', '🙂', 'ａ', 'x'.repeat(100), '?', '<script>', '"', '|', '&', '!', ':*']) {
      const answer = await get(`/v1/areas?search=${encodeURIComponent(text)}`)
      expect([text, answer.status]).toEqual([text, 200])
    }
  })
})

describe('working days', () => {
  it('are counted where the calendar reaches, and not guessed beyond', async () => {
    expect((await get('/v1/working-days?from=2018-09-10&to=2018-09-14')).body).toMatchObject({ covered: true })
    const outside = await get('/v1/working-days?from=1990-01-01&to=1990-02-01')
    expect([outside.status, outside.body['covered'], outside.body['days']]).toEqual([200, false, undefined])
    for (const query of ['from=2018-01-01&to=2999-12-31', 'from=0001-01-01&to=9999-12-31']) {
      const answer = await get(`/v1/working-days?${query}`)
      expect([answer.status, answer.body['covered']]).toEqual([200, false])
    }
    expect((await get('/v1/working-days?from=2018-01-05&to=2018-01-05')).body).toMatchObject({ covered: true, days: 0 })
    expect(urlOf('area', 'AREA-PASAR2')).toContain('/v1/areas/')
  })
})
