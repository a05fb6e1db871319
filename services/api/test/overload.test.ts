import { get as httpGet } from 'node:http'
import { Client, type PoolClient } from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { system } from '../../../test/scenario/play.ts'
import { ask, tokenOf, uuid7, type Answer } from './ask.ts'
import { freshService, type TestService } from './service.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

let service: TestService
let holder: Client
let token: string
beforeAll(async () => {
  service = await freshService()
  holder = new Client(service.adminUrl)
  await holder.connect()
  token = await tokenOf(service, { ...system, roles: ['system', 'simulator'] })
})
afterAll(async () => {
  await holder.end()
  await service.close()
})

const register = (n: number): Promise<Answer> =>
  ask(service, {
    url: '/v1/persons',
    token,
    headers: { 'jejak-recorded-at': '2018-06-01T12:00:00+07:00' },
    body: { id: uuid7(n), record: { name: `Siti ${n}` } },
    key: `overload-${n}`,
  })
const read = (): Promise<Answer> => ask(service, { url: '/v1/editions/KOTAKU-2018', token })
const ready = () => ask(service, { url: '/readyz' })
const many = Array.from({ length: 60 }, (_, n) => n + 1)
const isComeAgain = ({ status, code, headers }: Answer) => expect([status, code, headers['retry-after']]).toEqual([503, 'unavailable', '1'])

// Nothing here measures time: what must not wait is answered while its hindrance still stands.
describe('while another session holds the gate', () => {
  it('commands are told to come again, reads go on, health tells it; afterwards everything is as before', async () => {
    const before = await service.context.log.head()
    await holder.query('begin')
    await holder.query('lock table jejak.log_gate in exclusive mode')
    for (const answer of await Promise.all(many.map(register))) isComeAgain(answer)
    expect((await read()).status).toBe(200)
    const sick = await ready()
    expect([sick.status, sick.body['status'], sick.body['log']]).toEqual([
      503,
      'not-ready',
      expect.objectContaining({ position: before.position, appends: false }),
    ])
    expect((await ask(service, { url: '/livez' })).status).toBe(200)
    expect(await service.context.log.head()).toEqual(before)
    await holder.query('rollback')

    for (const answer of await Promise.all(many.map(register))) expect([answer.status, answer.body['repeated']]).toEqual([201, false])
    expect((await service.context.log.head()).position).toBe(before.position + many.length)
    const well = await ready()
    expect(well.body['log']).toMatchObject({ appends: true })
  })
})

describe('while every connection is taken', () => {
  it('reads and commands are told to come again, what appends has its own connection', async () => {
    const taken: PoolClient[] = []
    for (let index = 0; index < (service.pool.options.max ?? 0); index += 1) taken.push(await service.pool.connect())
    isComeAgain(await read())
    isComeAgain(await register(1000))
    await service.context.log.probe()
    expect((await ready()).status).toBe(503)
    for (const client of taken) client.release()
    expect((await read()).status).toBe(200)
    expect((await register(1000)).status).toBe(201)
  })
})

describe('when clients go away', () => {
  it('while their requests wait, the places that they would have had are there for others', async () => {
    const { identity } = service.context
    const { promise: opened, resolve: open } = Promise.withResolvers<void>()
    const authenticate = identity.authenticate.bind(identity)
    const watched = vi.spyOn(identity, 'authenticate').mockImplementation((request) => opened.then(() => authenticate(request)))
    const url = `http://127.0.0.1:${await service.listen(0)}/v1/editions/KOTAKU-2018`
    const headers = { authorization: `Bearer ${token}` }
    const get = (signal?: AbortSignal): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const request = httpGet(url, { headers, agent: false, ...(signal ? { signal } : {}) }, (response) => {
          response.resume().once('end', () => resolve(response.statusCode))
        })
        request.once('error', reject)
      })
    const connected = () => new Promise((resolve) => service.app.server.getConnections((_error, count) => resolve(count)))

    const staying = Array.from({ length: 64 }, () => get())
    await expect.poll(() => watched.mock.calls.length).toBe(64)
    const leaving = new AbortController()
    const left = Promise.allSettled(Array.from({ length: 64 }, () => get(leaving.signal)))
    await expect.poll(connected).toBe(128)
    leaving.abort()
    expect((await left).every(({ status }) => status === 'rejected')).toBe(true)
    await expect.poll(connected).toBe(64)
    open()
    expect(new Set(await Promise.all(staying))).toEqual(new Set([200]))
    vi.restoreAllMocks()
    expect(new Set(await Promise.all(Array.from({ length: 64 }, () => get())))).toEqual(new Set([200]))
  })
})

describe('when connections break', () => {
  it('a request is told to come again, or answered; never an internal error', async () => {
    const asked = many.flatMap((n) => [register(2000 + n), read()])
    await holder.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'jejak_test_api'`,
    )
    for (const { status } of await Promise.all(asked)) expect([200, 201, 503]).toContain(status)
    const again = await Promise.all(many.map((n) => register(2000 + n)))
    for (const { status } of again) expect(status).toBe(201)
  })
})
