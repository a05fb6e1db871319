import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelId } from '@jejak/demo'
import { watch, type Watcher } from '../../../test/scenario/database.ts'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { send, tokenFor } from '../../../test/scenario/http.ts'
import { lineOf, ppk, requests, rowOf, system, urlOf } from '../../../test/scenario/play.ts'
import { ask, uuid7 } from './ask.ts'
import type { TestService } from './service.ts'

let service: TestService
let database: Watcher
let token: string
beforeAll(async () => {
  service = await scenarioAt(154)
  database = await watch(service)
  token = await tokenFor(service, ppk)
})
afterAll(async () => {
  await database.close()
  await service.close()
})

const tranche = urlOf('tranche', 'ALK-2018-T2')
const get = (url: string, headers: Record<string, string> = {}) => ask(service, { url, token, headers })

describe('versions', () => {
  it('an entity that the client has is not sent again', async () => {
    const first = await get(tranche)
    const etag = String(first.headers['etag'])
    expect([first.status, first.body['etag'], first.headers['cache-control']]).toEqual([200, etag, 'private, no-cache'])
    for (const header of [etag, `W/${etag}`, `"1", ${etag}`, '*']) {
      const again = await get(tranche, { 'if-none-match': header })
      expect([header, again.status, again.text, again.headers['etag']]).toEqual([header, 304, '', etag])
    }
    for (const header of ['"1"', '"0"', 'garbage']) expect((await get(tranche, { 'if-none-match': header })).status).toBe(200)
    for (const query of ['?asOf=5', '?asOf=2018-09-01', '?effectiveUntil=2018-09-01']) {
      const then = await get(`${tranche}${query}`, { 'if-none-match': etag })
      expect(then.status).not.toBe(304)
      expect(then.headers['etag']).toBeUndefined()
    }
  })

  it('a HEAD answers as a GET would, without the body', async () => {
    const head = await ask(service, { method: 'HEAD', url: tranche, token })
    const whole = await get(tranche)
    expect([head.status, head.text, head.headers['etag'], head.headers['jejak-position']]).toEqual([
      200,
      '',
      whole.headers['etag'],
      whole.headers['jejak-position'],
    ])
  })

  it('does not change with facts that the entity does not fold', async () => {
    const before = await get(tranche)
    const other = {
      ...lineOf(138),
      recordedAt: '2018-09-07T13:00:00+07:00',
      body: { ...lineOf(138).body, data: { ...lineOf(138).body.data, number: 'KW-ETAG' } },
    }
    const stored = await send(service, { ...other, body: { ...other.body, effectiveOn: '2018-09-07' } }, { key: 'etag' })
    expect(stored.status).toBe(201)
    const after = await get(tranche)
    expect(after.headers['etag']).toBe(before.headers['etag'])
    expect(Number(after.headers['jejak-position'])).toBeGreaterThan(Number(before.headers['jejak-position']))
  })

  it('a decision on an older version is refused with what is newer', async () => {
    const request = rowOf(16)
    const { headers } = await get(tranche)
    const etag = String(headers['etag'])
    const before = await database.state()
    for (const header of ['5', 'W/"5"', '"5", "6"', '"x"', '"-1"', `"${'9'.repeat(16)}"`]) {
      const answer = await send(service, request, { key: 'if', headers: { 'if-match': header } })
      expect([header, answer.status, answer.body['code']]).toEqual([header, 400, 'invalid-request'])
      expect((answer.body['errors'] as { header: string }[])[0]?.header).toBe('If-Match')
    }
    const stale = await send(service, request, { key: 'if', headers: { 'if-match': '"1"' } })
    expect([stale.status, stale.body['code']]).toEqual([412, 'stale-version'])
    const { body } = await get(`${tranche}/history`)
    const folded = (stale.body['newer'] as { position: number; type: string }[]).map(({ position }) => position)
    expect((body['facts'] as { position: number }[]).map(({ position }) => position)).toEqual(expect.arrayContaining(folded))
    expect(folded.at(-1)).toBe(Number(etag.slice(1, -1)))
    const tried = await send(service, request, { key: 'if', headers: { 'if-match': '"1"' }, query: '?dryRun=true' })
    expect(tried.status).toBe(412)
    expect(await database.state()).toEqual(before)
    expect((await send(service, request, { key: 'if', headers: { 'if-match': '*' }, query: '?dryRun=true' })).status).toBe(200)
    const done = await send(service, request, { key: 'if', headers: { 'if-match': etag } })
    expect(done.status).toBe(201)
    const replayed = await send(service, request, { key: 'if', headers: { 'if-match': '"1"' } })
    expect([replayed.status, replayed.text]).toEqual([201, done.text])
    const same = await send(service, request, { key: 'if-again', headers: { 'if-match': '"1"' } })
    expect([same.status, same.body['repeated']]).toEqual([200, true])
  })
})

describe('a dry run', () => {
  it('says what would be recorded, and stores nothing', async () => {
    const before = await database.state()
    const request = lineOf(155)
    const tried = await send(service, request, { query: '?dryRun=true' })
    expect([tried.status, tried.body['dryRun'], tried.body['repeated'], tried.headers['jejak-position']]).toEqual([
      200,
      true,
      false,
      undefined,
    ])
    expect(await database.state()).toEqual(before)
    const done = await send(service, request)
    const [would] = tried.body['facts'] as { type: string; subject: object }[]
    expect([done.status, (done.body['facts'] as { type: string }[])[0]?.type, done.body['subject']]).toEqual([
      201,
      would?.type,
      would?.subject,
    ])
    const again = await send(service, request, { query: '?dryRun=true', key: 'other' })
    expect([again.status, again.body]).toEqual([200, { dryRun: true, subject: request.subject, repeated: true, facts: [] }])
  })

  it('tells the moves and the facts on other entities', async () => {
    const decree = requests.find(({ command }) => command === 'allocation.Decree')
    if (!decree) throw new Error('no decree')
    const other = { ...decree, subject: { kind: 'allocation', id: '0190a5f0-0000-7000-8000-0000000000d1' } }
    const body = { ...other.body, lateReason: 'Uji coba', data: { ...other.body.data, number: 'SK-UJI', component: 'BOP_ONLY' } }
    const tried = await send(service, { ...other, recordedAt: '2018-09-12T12:00:00+07:00', body }, { query: '?dryRun=true', key: 'plan' })
    expect([tried.status, tried.body['code']]).toEqual([422, 'component-unknown'])
    const found = await send(service, lineOf(156), { query: '?dryRun=true' })
    const [fact] = found.body['facts'] as { moves: { from: string; to: string }[] }[]
    expect(fact?.moves.map(({ from, to }) => [from, to])).toEqual([['UnderVerification.FASKEL', 'UnderVerification.KORKOT']])
  })

  it('checks what the real one checks: headers, clock, rules', async () => {
    const request = lineOf(156)
    const checks = [
      [{ recordedAt: '2010-01-01T00:00:00Z' }, [422, 'clock-runs-backwards', 'future-date']],
      [{ headers: { 'idempotency-key': '' } }, [400, 'idempotency-key-missing']],
      [{ headers: { 'if-match': 'x' } }, [400, 'invalid-request']],
      [{ recordedAt: 'yesterday' }, [400, 'invalid-request']],
    ] as const
    for (const [sending, [status, ...codes]] of checks) {
      for (const query of ['?dryRun=true', '']) {
        const answer = await send(service, request, { key: 'checks', ...sending, query })
        expect([answer.status, codes.includes(String(answer.body['code']) as never)]).toEqual([status, true])
      }
    }
    const earlier = {
      ...request,
      recordedAt: '2018-09-10T12:00:00+07:00',
      body: { ...request.body, effectiveOn: '2018-09-10', reason: 'uji' },
    }
    for (const query of ['?dryRun=true', '']) {
      const answer = await send(service, earlier, { key: 'backwards', query })
      expect([answer.status, answer.body['code']]).toEqual([422, 'clock-runs-backwards'])
    }
    for (const odd of ['TRUE', '1', 'yes', ''])
      expect((await send(service, request, { query: `?dryRun=${odd}`, key: 'odd' })).status).toBe(400)
    expect((await send(service, request, { query: '?dryrun=true', key: 'odd' })).status).toBe(400)
    expect((await send(service, request, { query: '?dryRun=true&dryRun=false', key: 'odd' })).status).toBe(400)
  })
})

describe('the day', () => {
  it('of what is opened under a parent is that of its place', async () => {
    const east = await ask(service, { url: '/v1/areas?search=Makassar&within=73&limit=1', token })
    const [place] = east.body['areas'] as { id: string }[]
    // Half past midnight of the 12th in Makassar, and still the 11th in Jakarta.
    const headers = { 'jejak-recorded-at': '2018-10-11T16:30:00Z', 'accept-language': 'en' }
    const form = async (n: number, effectiveOn: string, data: object) =>
      ask(service, {
        url: '/v1/institutions',
        token: await tokenFor(service, system),
        headers,
        body: { id: uuid7(n), effectiveOn, actor: { role: 'system' }, data },
      })
    const board = await form(90, '2018-10-12', { institutionKind: 'BKM', name: 'BKM Timur', area: place?.id })
    const group = await form(91, '2018-10-12', { institutionKind: 'KSM', name: 'KSM Timur', parent: uuid7(90) })
    expect([place, board.code, board.status, group.status]).toEqual([
      expect.objectContaining({ code: expect.stringMatching(/^73/) }),
      '',
      201,
      201,
    ])
    const west = await form(92, '2018-10-12', { institutionKind: 'NGO', name: 'Yayasan Barat', area: labelId('AREA-PASAR2') })
    expect([west.status, west.code]).toEqual([422, 'future-date'])
    expect((await form(93, '2018-10-13', { institutionKind: 'KSM', name: 'KSM Besok', parent: uuid7(90) })).code).toBe('future-date')
  })
})

describe('me', () => {
  it('says who I am, which log this is, and nothing else', async () => {
    const { body } = await get('/v1/me')
    expect(body).toEqual({
      person: labelId('P-PPK-1'),
      role: 'PPK',
      institution: labelId('SATKER-SUMSEL'),
      roles: ['PPK', 'simulator'],
      region: '',
      expires: body['expires'],
      log: { clock: 'simulated' },
    })
    expect(Date.parse(String(body['expires']))).toBeGreaterThan(Date.now())
    expect((await get('/v1/me?x=1')).status).toBe(400)
  })
})
