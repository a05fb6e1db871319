import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelId } from '@jejak/demo'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { send, tokenFor } from '../../../test/scenario/http.ts'
import { ksmA, lineOf, ppk, rowOf, system, urlOf } from '../../../test/scenario/play.ts'
import { ask, uuid7 } from './ask.ts'
import type { TestService } from './service.ts'

const written: string[] = []
const logs = new Writable({
  write(chunk: Buffer, _encoding, done) {
    written.push(
      ...chunk
        .toString()
        .split('\n')
        .filter((line) => line !== ''),
    )
    done()
  },
})
type Line = Readonly<Record<string, unknown>>
const linesFrom = (start: number): Line[] => written.slice(start).map((line) => JSON.parse(line) as Line)

let service: TestService
beforeAll(async () => {
  service = await scenarioAt(154, { logs })
})
afterAll(() => service.close())

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${trace}-00f067aa0ba902b7-01`

describe('a line of the log', () => {
  it('of a command names request, trace, entity, position and outcome', async () => {
    const start = written.length
    const request = rowOf(16)
    const done = await send(service, request, { headers: { traceparent } })
    const [line] = linesFrom(start).filter(({ msg }) => msg === 'command')
    expect(line).toMatchObject({
      reqId: done.headers['request-id'],
      traceId: trace,
      entity: `tranche:${request.subject.id}`,
      position: done.body['position'],
      outcome: 'recorded',
    })
    await send(service, request, { headers: { traceparent } })
    await send(service, request, { key: 'other' })
    await send(service, request, { key: 'dry', query: '?dryRun=true' })
    expect(linesFrom(start).flatMap(({ msg, outcome }) => (msg === 'command' ? [outcome] : []))).toEqual([
      'recorded',
      'replayed',
      'same',
      'dry-run',
    ])
    const { body } = await ask(service, { url: `${urlOf('tranche', 'ALK-2018-T2')}/history`, token: await tokenFor(service, ppk) })
    expect(JSON.stringify(body)).toContain('tranche.Requested')
    const [fact] = await service.context.log.at([Number(done.body['position'])])
    expect(fact?.fact.correlation).toBe(trace)
  })

  it('of a refusal names its code and the entity', async () => {
    const start = written.length
    const refused = await send(service, rowOf(17), { headers: { traceparent } })
    expect(refused.body['code']).toBe('papers-not-checked')
    const [line] = linesFrom(start).filter(({ msg }) => msg === 'refused')
    expect(line).toMatchObject({
      reqId: refused.headers['request-id'],
      traceId: trace,
      entity: `tranche:${rowOf(17).subject.id}`,
      outcome: 'papers-not-checked',
    })
    expect(line?.['level']).toBe(30)
  })

  it('of a batch names its entities', async () => {
    const start = written.length
    const { command, subject, body } = lineOf(155)
    const token = await tokenFor(service, lineOf(155).recorder)
    const headers = { 'jejak-recorded-at': lineOf(155).recordedAt }
    const done = await ask(service, { url: '/v1/batches', token, headers, body: { commands: [{ command, subject, body }] } })
    expect(done.status).toBe(201)
    expect(linesFrom(start).find(({ msg }) => msg === 'batch')).toMatchObject({
      entities: [`tranche:${subject.id}`],
      position: done.body['position'],
      outcome: 'recorded',
    })
  })

  it('takes no trace that is none', async () => {
    for (const odd of [
      'x',
      `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
      `00-${trace}-${'0'.repeat(16)}-01`,
      `ff-${trace}-00f067aa0ba902b7-01`,
      `00-${trace.toUpperCase()}-00f067aa0ba902b7-01`,
    ]) {
      const start = written.length
      await ask(service, { url: '/v1/me', token: await tokenFor(service, ppk), headers: { traceparent: odd } })
      for (const line of linesFrom(start)) expect(line).not.toHaveProperty('traceId')
    }
  })
})

describe('what must never be told', () => {
  const canaries = {
    name: 'Siti KENARI Rahasia',
    nik: '1674050102039999',
    phone: '+62 812 9999 1111',
    address: 'Jalan KENARI-ALAMAT 1',
    account: 'REKENING-KENARI-77',
    note: 'CATATAN-KENARI-BEBAS',
    key: 'KUNCI-KENARI-1',
    query: 'CARI-KENARI',
    number: 'KW-KENARI-9',
  }

  it('is neither in the log nor in an error', async () => {
    const start = written.length
    const errors: string[] = []
    const token = await tokenFor(service, system)
    const ksm = await tokenFor(service, ksmA)
    const { name, nik, phone, address, account } = canaries
    const record = { name, nik, phone, address, account }
    const asked = [
      { url: '/v1/persons', token, body: { id: uuid7(40), record }, key: canaries.key },
      { url: '/v1/persons', token, body: { id: uuid7(40), record: { ...record, name: `${name} 2` } }, key: canaries.key },
      { url: '/v1/persons', token, body: { id: uuid7(40), record: { ...record, nik: 1 } } },
      { url: '/v1/persons', token, body: { id: uuid7(40), record: { ...record, phone: `${phone}x` } } },
      { url: '/v1/persons', token: ksm, body: { id: uuid7(41), record } },
      { url: '/v1/persons', token, body: `{"id":"${uuid7(40)}","record":{"name":${name}}}` },
      { url: '/v1/persons', token, body: Buffer.from(`{"name":"${name}\xff"}`, 'latin1') },
      { url: `/v1/persons/${uuid7(40)}`, token },
      { url: `/v1/areas?search=${canaries.query}&limit=0`, token },
      { url: `/v1/tranches?programme=${canaries.query}&x=1`, token },
      { url: `/v1/nothing?x=${canaries.query}`, token },
      { url: `/v1/tranches?x=%00${canaries.query}`, token },
      { url: '/v1/me', headers: { authorization: `Bearer ${canaries.key}` } },
      { url: '/v1/institutions', token, headers: { 'idempotency-key': `"${canaries.key}` }, body: {} },
      { url: '/v1/institutions', token, headers: { 'content-type': canaries.key }, body: '{}' },
      {
        url: `${urlOf('proposal', 'PRO-A')}/record-expense`,
        token: ksm,
        key: canaries.key,
        body: {
          ...lineOf(138).body,
          reason: canaries.note,
          effectiveOn: '2030-01-01',
          data: { ...lineOf(138).body.data, number: canaries.number },
        },
      },
    ]
    for (const asking of asked) {
      const answer = await ask(service, asking)
      if (answer.status >= 400) errors.push(answer.text)
    }
    expect(errors.length).toBe(14)
    const told = [...written.slice(start), ...errors]
    for (const [what, canary] of Object.entries(canaries))
      expect([what, told.filter((text) => text.includes(canary) || text.includes(encodeURIComponent(canary)))]).toEqual([what, []])
    for (const text of told) {
      expect(text).not.toContain(token.slice(0, 40))
      expect(text).not.toMatch(/KENARI/)
    }
    for (const person of [labelId('SYSTEM'), labelId('P-KSM-A1')])
      for (const line of written.slice(start)) expect(line).not.toContain(person)
  })

  it('personal data are nowhere in the database but sealed', async () => {
    const { Client } = await import('pg')
    const client = new Client(service.adminUrl)
    await client.connect()
    const { createHash } = await import('node:crypto')
    const { rows } = await client.query<{ text: string }>(
      `select e::text as text from jejak.events e
      union all select c::text from jejak.commands c
      union all select p::text from registry.persons p`,
    )
    const guess = createHash('sha256')
      .update(JSON.stringify({ name: canaries.name }))
      .digest('hex')
    for (const { text } of rows)
      for (const canary of [canaries.name, canaries.nik, canaries.phone, guess]) expect(text.includes(canary)).toBe(false)
    await client.end()
  })

  it('every line is one JSON object, and those of requests bear the request', () => {
    for (const line of linesFrom(0)) {
      expect(typeof line).toBe('object')
      if (['command', 'refused', 'batch', 'incoming request', 'request completed'].includes(String(line['msg'])))
        expect(line['reqId']).toMatch(/^[0-9a-f-]{36}$/)
    }
    expect(linesFrom(0).length).toBeGreaterThan(20)
  })
})
