import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelId } from '@jejak/demo'
import { watch, type StoredState, type Watcher } from '../../../test/scenario/database.ts'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { ksmA, lineOf, pmu, ppk, requests, rowOf, urlOf } from '../../../test/scenario/play.ts'
import { ask, uuid7 } from './ask.ts'
import { as, errorsOf, expense, refused, withAmount } from './refused.ts'
import { freshService, type TestService } from './service.ts'

let service: TestService
let database: Watcher
let before: StoredState
beforeAll(async () => {
  service = await scenarioAt(154)
  database = await watch(service)
  before = await database.state()
})
afterAll(async () => {
  expect(await database.state()).toEqual(before)
  await database.close()
  await service.close()
})

const draft = requests.find(({ command }) => command === 'proposal.Draft') ?? lineOf(138)
const decree = requests.find(({ command }) => command === 'allocation.Decree') ?? lineOf(138)

describe('what is not there, or not yet', () => {
  it('an area', async () => {
    const body = { id: uuid7(1), ...decree.body, data: { ...decree.body.data, area: uuid7(2) } }
    const answer = await refused(service, { url: '/v1/allocations', body, ...(await as(service, ppk)) }, 422, 'unknown-area')
    expect(errorsOf(answer)).toEqual([{ pointer: '/data/area', detail: uuid7(2) }])
    const location = requests.find(({ command }) => command === 'area.DecreeLocation')
    const nowhere = await refused(
      service,
      { url: `/v1/areas/${uuid7(2)}/decree-location`, body: location?.body, ...(await as(service, pmu)) },
      422,
      'unknown-area',
    )
    expect(errorsOf(nowhere)).toEqual([{ parameter: 'id', detail: uuid7(2) }])
  })

  it('a reference', async () => {
    const body = { id: uuid7(1), ...draft.body, data: { ...draft.body.data, allocation: uuid7(3) } }
    const answer = await refused(service, { url: '/v1/proposals', body, ...(await as(service, ksmA)) }, 422, 'unknown-reference')
    expect(answer.body['details']).toEqual({ kind: 'allocation', id: uuid7(3) })
  })

  it('tomorrow', async () => {
    const body = { ...withAmount('1000'), effectiveOn: '2018-09-11' }
    const answer = await refused(service, { url: expense.url, body, ...(await as(service, ksmA)) }, 422, 'future-date')
    expect(errorsOf(answer)).toEqual([{ pointer: '/effectiveOn', detail: 'paling lambat 2018-09-10' }])
    await refused(
      service,
      { url: expense.url, body: { ...body, effectiveOn: '9999-12-31' }, ...(await as(service, ksmA)) },
      422,
      'future-date',
    )
    const shifted = { ...withAmount('1000'), effectiveOn: '2018-09-10', effectiveAt: '2018-09-11T00:30:00+07:00' }
    const off = await refused(service, { url: expense.url, body: shifted, ...(await as(service, ksmA)) }, 422, 'instant-off-date')
    expect(errorsOf(off)).toEqual([{ pointer: '/effectiveAt', detail: 'pada 2018-09-10' }])
  })

  it.each([
    'x',
    '1',
    '%00',
    "' or 1=1",
    uuid7(9),
    '00000000-0000-0000-0000-000000000000',
    'a'.repeat(90),
    'a'.repeat(300),
    '%F0%9F%98%80',
    '%E0%A4%A',
    '%',
  ])('an id like %s', async (id) => {
    const { token } = await as(service, ppk)
    await refused(service, { url: `/v1/tranches/${id}`, token }, 404, 'not-found')
    await refused(service, { url: `/v1/tranches/${id}/history`, token }, 404, 'not-found')
    await refused(service, { url: `/v1/tranches/${id}/record-credit`, token, body: rowOf(12).body }, 404, 'not-found')
  })

  it.each([
    '/',
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/v1/tranches/',
    '/v2/tranches',
    '/V1/tranches',
    '/v1//tranches',
    '/v1/cases/tranche/x',
    '/problems/nothing',
  ])('the address %s', async (url) => {
    const { token } = await as(service, ppk)
    await refused(service, { url, token }, 404, 'not-found')
  })

  it.each(['DELETE', 'PUT', 'PATCH', 'OPTIONS'])('the method %s', async (method) => {
    const { token } = await as(service, ppk)
    const answer = await refused(service, { method, url: '/v1/tranches', token }, 405, 'method-not-allowed')
    expect(answer.headers['allow']).toBe('GET, HEAD')
    await refused(service, { method, url: expense.url, token }, 405, 'method-not-allowed')
  })

  it('a GET where commands go, and a body where none is', async () => {
    const { token } = await as(service, ppk)
    await refused(service, { url: '/v1/batches', token }, 405, 'method-not-allowed')
    await refused(service, { method: 'POST', url: '/v1/me', token, body: {} }, 405, 'method-not-allowed')
  })
})

describe('queries', () => {
  it.each([
    '/v1/tranches?limit=0',
    '/v1/tranches?limit=201',
    '/v1/tranches?limit=1e1',
    '/v1/tranches?limit=0x10',
    '/v1/tranches?limit=',
    '/v1/tranches?limit=5&limit=6',
    '/v1/tranches?minPosition=-1',
    '/v1/tranches?minPosition=999999',
    '/v1/tranches?area=x',
    '/v1/tranches?region=167405',
    '/v1/tranches?stage=%27;drop',
    '/v1/tranches?programme=%00',
    '/v1/tranches?suspended=yes',
    '/v1/tranches?nothing=1',
    '/v1/tranches?__proto__=1',
    '/v1/waiting?role=%00',
    '/v1/areas',
    '/v1/areas?search=',
    '/v1/areas?search=%20%20',
    '/v1/areas?search=%00',
    `/v1/areas?search=${'x'.repeat(101)}`,
    '/v1/areas?search=a&level=planet',
    '/v1/areas?search=a&limit=51',
    '/v1/working-days?from=2018-01-05&to=2018-01-01',
    '/v1/working-days?from=2018-02-30&to=2018-03-01',
    '/v1/working-days?from=2018-01-01',
    `${urlOf('tranche', 'ALK-2018-T2')}?asOf=yesterday`,
    `${urlOf('tranche', 'ALK-2018-T2')}?asOf=2018-02-30`,
    `${urlOf('tranche', 'ALK-2018-T2')}?asOf=-1`,
    `${urlOf('tranche', 'ALK-2018-T2')}?asOf=1e3`,
    `${urlOf('tranche', 'ALK-2018-T2')}?asOf=2018-01-01T00:00:00`,
    `${urlOf('tranche', 'ALK-2018-T2')}?asOf=2018-01-01T00:00:00.1234567890Z`,
    `${urlOf('tranche', 'ALK-2018-T2')}?effectiveUntil=2018`,
    `${urlOf('tranche', 'ALK-2018-T2')}/actions?asOf=5`,
  ])('%s', async (url) => {
    const answer = await refused(service, { url, ...(await as(service, ppk)) }, 400, 'invalid-request')
    expect(errorsOf(answer)[0]?.parameter).toMatch(/^[A-Za-z_]+$/)
    expect(String(answer.body['instance'])).not.toContain('?')
  })

  it('a list as of a moment is not offered, and says so', async () => {
    await refused(service, { url: '/v1/tranches?asOf=5', ...(await as(service, ppk)) }, 400, 'as-of-not-offered')
    await refused(service, { url: '/v1/tranches?effectiveUntil=2018-09-01', ...(await as(service, ppk)) }, 400, 'as-of-not-offered')
  })

  it.each<readonly [string, unknown]>([
    ['of another list', { list: 'proposals', key: { position: 1, entity: 'x' } }],
    ['half a position', { list: 'tranches', key: { position: 1.5, entity: 'x' } }],
    ['beyond any log', { list: 'tranches', key: { position: 1e300, entity: 'x' } }],
    ['before any log', { list: 'tranches', key: { position: -1, entity: 'x' } }],
    ['U+0000', { list: 'tranches', key: { position: 1, entity: '\0' } }],
    ['more', { list: 'tranches', key: { position: 1, entity: 'x' }, more: 1 }],
    ['text', 'x'],
    ['null', null],
  ])('a cursor: %s', async (_, cursor) => {
    const text = Buffer.from(JSON.stringify(cursor)).toString('base64url')
    await refused(service, { url: `/v1/tranches?cursor=${text}`, ...(await as(service, ppk)) }, 400, 'invalid-request')
    await refused(service, { url: `/v1/tranches?cursor=${text.slice(1)}`, ...(await as(service, ppk)) }, 400, 'invalid-request')
  })
})

describe('the clock in the header', () => {
  it('is for simulators only', async () => {
    const { token, ...party } = { ...ksmA, token: await service.token({ ...ksmA, roles: ['KSM'] }) }
    expect(party.role).toBe('KSM')
    const headers = { 'jejak-recorded-at': '2018-09-10T12:00:00+07:00' }
    await refused(service, { url: expense.url, body: withAmount('1000'), token, headers }, 403, 'simulator-only')
  })

  it('is an instant, and does not run backwards', async () => {
    const { token } = await as(service, ksmA)
    for (const odd of ['now', '2018-09-10', '2018-09-10T12:00:00', '2018-09-10T12:00:00.1234567890Z', '1536555600'])
      await refused(
        service,
        { url: expense.url, body: withAmount('1000'), token, headers: { 'jejak-recorded-at': odd } },
        400,
        'invalid-request',
      )
    const body = { ...withAmount('1000'), effectiveOn: '2018-09-05' }
    const headers = { 'jejak-recorded-at': '2018-09-06T12:00:00+07:00' }
    const answer = await refused(
      service,
      { url: expense.url, body: { ...body, reason: 'uji' }, token, headers },
      422,
      'clock-runs-backwards',
    )
    expect(answer.body['last']).toBe('2018-09-07T05:00:00.000000Z')
  })

  it('is refused on a real log, dry run or not', async () => {
    const real = await freshService({ clock: 'real' })
    try {
      const token = await real.token({ person: labelId('SYSTEM'), roles: ['system', 'simulator'] })
      const body = { id: uuid7(5), effectiveOn: '2020-01-01', actor: { role: 'system' }, data: { institutionKind: 'NGO', name: 'Yayasan' } }
      const headers = { 'jejak-recorded-at': '2020-01-02T00:00:00Z' }
      for (const query of ['', '?dryRun=true']) {
        const answer = await ask(real, { url: `/v1/institutions${query}`, token, headers, body })
        expect([query, answer.status, answer.code]).toEqual([query, 422, 'clock-is-real'])
      }
      expect((await ask(real, { url: '/v1/institutions', token, body })).status).toBe(201)
      expect((await ask(real, { url: '/v1/me', token })).body['log']).toEqual({ clock: 'real' })
    } finally {
      await real.close()
    }
  })
})
