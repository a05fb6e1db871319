import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pmu, ppk, ksmA, lurah } from '../../../test/scenario/play.ts'
import { watch, type Watcher } from '../../../test/scenario/database.ts'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { ask, tokenOf, uuid7 } from './ask.ts'
import type { TestService } from './service.ts'

let service: TestService
let database: Watcher
let registrar: string
beforeAll(async () => {
  service = await scenarioAt(1)
  database = await watch(service)
  registrar = await tokenOf(service, { ...pmu, roles: ['PMU', 'simulator'] })
})
afterAll(async () => {
  await database.close()
  await service.close()
})

const record = { name: 'Siti Rahma', nik: '1674050102030001', phone: '+62 812 0000 1111' }
const register = (
  n: number,
  given: object = record,
  more: { key?: string; token?: string; query?: string; headers?: Record<string, string> } = {},
) =>
  ask(service, {
    url: `/v1/persons${more.query ?? ''}`,
    token: more.token ?? registrar,
    headers: { 'jejak-recorded-at': '2018-02-01T12:00:00+07:00', ...more.headers },
    body: { id: uuid7(n), record: given },
    ...(more.key ? { key: more.key } : {}),
  })
const read = async (n: number, token = registrar) => ask(service, { url: `/v1/persons/${uuid7(n)}`, token })

describe('a person', () => {
  it('is registered: the record beside the log, a commitment in it', async () => {
    const before = await database.state()
    const done = await register(1, record, { key: 'siti' })
    expect([done.status, done.headers['location'], done.headers['jejak-position']]).toEqual([
      201,
      `/v1/persons/${uuid7(1)}`,
      String(done.body['position']),
    ])
    expect((await read(1)).body).toEqual({ id: uuid7(1), record, erased: false })
    const after = await database.state()
    expect([after.events - before.events, after.persons - before.persons]).toEqual([1, 1])
    const again = await register(1, record, { key: 'siti' })
    expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([201, done.text, 'true'])
    const renewed = await register(1, record, { key: 'siti-2', headers: { 'jejak-recorded-at': '2018-02-03T12:00:00+07:00' } })
    expect([renewed.status, renewed.body['repeated']]).toEqual([200, true])
    const other = await register(1, { ...record, name: 'Lain' }, { key: 'siti-3' })
    expect([other.status, other.code]).toEqual([409, 'already-exists'])
    const reused = await register(2, record, { key: 'siti' })
    expect([reused.status, reused.code]).toEqual([422, 'key-reused'])
    const swapped = await register(1, { ...record, name: 'Lain' }, { key: 'siti' })
    expect([swapped.status, swapped.code]).toEqual([422, 'key-reused'])
    expect((await read(2)).status).toBe(404)
  })

  it('is not stored by a dry run, nor by anything that is refused', async () => {
    const before = await database.state()
    const tried = await register(3, record, { query: '?dryRun=true' })
    expect([tried.status, tried.body['dryRun']]).toEqual([200, true])
    expect((await register(3, record, { headers: { 'idempotency-key': '' } })).code).toBe('idempotency-key-missing')
    expect((await register(3, record, { headers: { 'jejak-recorded-at': '2018-01-01T00:00:00Z' } })).code).toBe('clock-runs-backwards')
    expect((await register(3, { ...record, nik: '1' })).status).toBe(400)
    expect((await register(3, { ...record, extra: 1 })).status).toBe(400)
    for (const party of [ppk, ksmA]) {
      const token = await tokenOf(service, { ...party, roles: [party.role, 'simulator', 'PMU'] })
      const answer = await register(3, record, { token })
      expect([answer.status, answer.code]).toEqual([403, 'role-not-allowed'])
    }
    expect((await read(3)).status).toBe(404)
    expect(await database.state()).toEqual(before)
  })

  it('is registered once by fifty at once', async () => {
    const before = await database.state()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        register(4, record, { key: 'fifty', headers: { 'jejak-recorded-at': '2018-02-03T12:00:00+07:00' } }),
      ),
    )
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set([`201 ${answers[0]?.text}`]))
    const after = await database.state()
    expect([after.events - before.events, after.persons - before.persons]).toEqual([1, 1])
  })

  it('is read by those who may', async () => {
    for (const [party, status] of [
      [pmu, 200],
      [ppk, 403],
      [ksmA, 403],
    ] as const)
      expect([party.role, (await read(1, await tokenOf(service, { ...party, roles: [party.role] }))).status]).toEqual([party.role, status])
  })

  it('is not read by a Lurah or a coordinator who has nothing to do with them', async () => {
    for (const [region, status] of [
      ['', 200],
      ['16.74', 404],
      ['16.74.05.1002', 404],
      ['35', 404],
    ] as const)
      expect([region, (await read(1, await tokenOf(service, { ...lurah, roles: ['LURAH'], region }))).status]).toEqual([region, status])
  })

  it('is erased: the record is gone, the log is as it was', async () => {
    const headers = { 'jejak-recorded-at': '2018-02-04T12:00:00+07:00' }
    const erase = (key: string, query = '') =>
      ask(service, { url: `/v1/persons/${uuid7(1)}/erase${query}`, token: registrar, headers, body: { why: 'Permintaan' }, key })
    const before = await database.state()
    expect((await erase('erase', '?dryRun=true')).status).toBe(200)
    expect((await read(1)).body['erased']).toBe(false)
    expect(await database.state()).toEqual(before)
    const done = await erase('erase')
    expect([done.status, done.headers['idempotency-replayed']]).toEqual([201, undefined])
    expect((await read(1)).body).toEqual({ id: uuid7(1), record: null, erased: true })
    const again = await erase('erase')
    expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([201, done.text, 'true'])
    expect((await register(1, record, { headers })).status).toBe(409)
    expect((await ask(service, { url: `/v1/persons/${uuid7(77)}/erase`, token: registrar, headers, body: { why: 'x' } })).status).toBe(404)
  })
})
