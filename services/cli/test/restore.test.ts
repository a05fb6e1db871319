import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { read, send } from '../../../test/scenario/http.ts'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { lineOf, pmu, ppk, urlOf } from '../../../test/scenario/play.ts'
import { ask, tokenOf, uuid7 } from '../../api/test/ask.ts'
import { clone, nameOf, openOn, type TestService } from '../../api/test/service.ts'
import { run } from '../src/program.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

/** The drill: the worked scenario through the interface, a backup, a restore, and the two side by side. */
let folder: string
let source: TestService
const opened: TestService[] = []
const [older, newer] = ['older.jejak', 'newer.jejak']
const record = (name: string) => ({ name, nik: '1674050102030001' })
const at = { 'jejak-recorded-at': '2019-06-01T12:00:00+07:00' }

async function jejak(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await run(args, { out: (text) => out.push(text), err: (text) => err.push(text) })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

/** A data folder in which nothing was ever started: no key is at hand. */
const untouched = path.join(tmpdir(), `jejak-drill-${randomBytes(5).toString('hex')}`)
const fileOf = (name: string): string => path.join(folder, name)

/** A database without a log. The reference data are there already: every start loads them, and this takes long. */
async function emptyDatabase(): Promise<{ name: string; url: string }> {
  const name = nameOf(`drill_${randomBytes(5).toString('hex')}`)
  await clone(nameOf('reference'), name)
  const url = new URL(inject('adminUrl'))
  url.pathname = `/${name}`
  return { name, url: url.href }
}

/** Restores as an operator does, and opens a service on what is there then. */
async function restored(name: string, ...more: string[]): Promise<{ service: TestService; said: Record<string, unknown> }> {
  const database = await emptyDatabase()
  const { code, out, err } = await jejak('restore', fileOf(name), '--database-url', database.url, '--json', ...more)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const service = await openOn(database.name)
  opened.push(service)
  return { service, said: JSON.parse(out) as Record<string, unknown> }
}

const registrar = (service: TestService): Promise<string> => tokenOf(service, { ...pmu, roles: ['PMU', 'simulator'] })
const person = async (service: TestService, n: number) =>
  (await ask(service, { url: `/v1/persons/${uuid7(n)}`, token: await registrar(service) })).body
const register = async (service: TestService, n: number) =>
  ask(service, {
    url: '/v1/persons',
    token: await registrar(service),
    headers: at,
    body: { id: uuid7(n), record: record(`Siti ${n}`) },
    key: `siti-${n}`,
  })

beforeAll(async () => {
  vi.stubEnv('JEJAK_DATA', untouched)
  folder = await mkdtemp(path.join(tmpdir(), 'jejak-drill-'))
  source = await scenarioAt(285)
  opened.push(source)
  for (const n of [1, 2]) expect((await register(source, n)).status).toBe(201)
  expect((await jejak('backup', fileOf(older), '--database-url', source.adminUrl)).code).toBe(0)
  const erase = await ask(source, {
    url: `/v1/persons/${uuid7(2)}/erase`,
    token: await registrar(source),
    headers: at,
    body: { why: 'asked for it' },
    key: 'erase-2',
  })
  expect(erase.status).toBe(201)
  expect((await jejak('backup', fileOf(newer), '--database-url', source.adminUrl)).code).toBe(0)
})
afterAll(async () => {
  for (const service of opened) await service.close()
  await rm(folder, { recursive: true, force: true })
  vi.unstubAllEnvs()
})

/** All rows of the log and the registry, as text. */
async function rowsOf(service: TestService): Promise<string[]> {
  const client = new Client(service.adminUrl)
  await client.connect()
  const { rows } = await client.query<{ line: string }>(`
    select 'log ' || l::text as line from jejak.log l
    union all select 'event ' || e::text from jejak.events e
    union all select 'tag ' || t::text from jejak.event_tags t
    union all select 'command ' || c::text from jejak.commands c
    union all select 'person ' || p::text from registry.persons p
    order by line`)
  await client.end()
  return rows.map(({ line }) => line)
}

test('the restored log has every row of the first, and answers as it does', async () => {
  const { service, said } = await restored(newer)
  const rows = await rowsOf(source)
  expect(rows.length).toBeGreaterThan(1000)
  expect(await rowsOf(service)).toEqual(rows)
  expect(said).toMatchObject({ clock: 'simulated', persons: 2, erased: 1, dropped: 0, personsKey: 'not-here' })

  const tranche = urlOf('tranche', 'ALK-2018-T2')
  for (const url of [
    tranche,
    `${tranche}/history`,
    `${tranche}?asOf=2018-10-10`,
    `${urlOf('allocation', 'ALK-2018')}/fund-trail`,
    urlOf('cycle', 'CYC-2018'),
  ]) {
    const [one, other] = await Promise.all([read(source, url, ppk), read(service, url, ppk)])
    expect({ url, status: one.status }).toEqual({ url, status: 200 })
    expect({ url, text: other.text, etag: other.headers['etag'] }).toEqual({ url, text: one.text, etag: one.headers['etag'] })
  }
  expect(await person(service, 1)).toEqual(await person(source, 1))
  expect(await person(service, 2)).toEqual({ id: uuid7(2), record: null, erased: true })
})

test('a key used before answers as before, and what is new goes on at the next position', async () => {
  const { service } = await restored(newer)
  const head = await source.context.log.head()
  for (const seq of [28, 64, 160]) {
    const [one, other] = await Promise.all([send(source, lineOf(seq)), send(service, lineOf(seq))])
    expect({ seq, status: one.status, replayed: one.headers['idempotency-replayed'] }).toEqual({ seq, status: 201, replayed: 'true' })
    expect({ seq, text: other.text, replayed: other.headers['idempotency-replayed'] }).toEqual({ seq, text: one.text, replayed: 'true' })
  }
  expect(await service.context.log.head()).toEqual(head)
  const next = await register(service, 3)
  expect([next.status, next.headers['jejak-position']]).toEqual([201, String(head.position + 1)])
})

test('an older backup knows a person who was erased later, unless it is told', async () => {
  const { service } = await restored(older)
  expect(await person(service, 2)).toMatchObject({ erased: false, record: record('Siti 2') })
  await writeFile(fileOf('erased.txt'), `${uuid7(2)}\n`)
  const told = await restored(older, '--erased', fileOf('erased.txt'))
  expect(told.said).toMatchObject({ dropped: 1 })
  expect(await person(told.service, 2)).toEqual({ id: uuid7(2), record: null, erased: true })
  expect(await person(told.service, 1)).toMatchObject({ record: record('Siti 1') })
})

test('what cannot be done is refused in words', async () => {
  const { url } = await emptyDatabase()
  const refused = async (code: number, said: RegExp, ...args: string[]) => {
    const answer = await jejak(...args)
    expect({ args, code: answer.code, out: answer.out }).toEqual({ args, code, out: '' })
    expect(answer.err).toMatch(said)
  }
  await refused(2, /nothing was ever started in .*: there is no log to back up/, 'backup', fileOf('new.jejak'))
  await refused(2, /exists: choose another name, or force it/, 'backup', fileOf(newer), '--database-url', source.adminUrl)
  await refused(2, /there is no log in this database/, 'backup', fileOf('new.jejak'), '--database-url', url)
  await refused(2, /--database-url: a postgres:\/\/ address/, 'backup', fileOf('new.jejak'), '--database-url', 'here')
  await refused(3, /cannot connect to the database/, 'backup', fileOf('new.jejak'), '--database-url', 'postgres://x@127.0.0.1:9/x')
  await refused(2, /holds a log already/, 'restore', fileOf(newer), '--database-url', source.adminUrl)
  await refused(2, /there is no file/, 'restore', fileOf('none.jejak'), '--database-url', url)
  await writeFile(fileOf('erased-wrong.txt'), 'Siti')
  await refused(2, /Siti in .* is no identifier/, 'restore', fileOf(newer), '--database-url', url, '--erased', fileOf('erased-wrong.txt'))
  await writeFile(fileOf('strange.jejak'), 'hello')
  await refused(2, /is no backup of Jejak/, 'restore', fileOf('strange.jejak'), '--check')
  const checked = await jejak('restore', fileOf(newer), '--check')
  expect(checked).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringMatching(/is whole: a simulated log of .*, 1 person \(and 1 erased\)$/),
  })
})

test('another key of persons is told of', async () => {
  vi.stubEnv('JEJAK_PERSONS_KEY', randomBytes(32).toString('base64'))
  const database = await emptyDatabase()
  const said = await jejak('restore', fileOf(newer), '--database-url', database.url)
  expect(said.code).toBe(0)
  expect(said.err).toMatch(/THE KEY OF PERSONS HERE IS NOT THE ONE that sealed these records/)
  vi.stubEnv('JEJAK_PERSONS_KEY', Buffer.alloc(32, 7).toString('base64'))
  const right = await jejak('restore', fileOf(newer), '--database-url', (await emptyDatabase()).url)
  expect(right).toMatchObject({ code: 0, err: '' })
})
