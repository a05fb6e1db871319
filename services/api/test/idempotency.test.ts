import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelId, routeOf } from '@jejak/demo'
import { watch, type Watcher } from '../../../test/scenario/database.ts'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { send, tokenFor } from '../../../test/scenario/http.ts'
import { bkm, ksmA, lineOf, ppk, rowOf, urlOf } from '../../../test/scenario/play.ts'
import { ask } from './ask.ts'
import type { TestService } from './service.ts'

let service: TestService
let database: Watcher
beforeAll(async () => {
  service = await scenarioAt(154)
  database = await watch(service)
})
afterAll(async () => {
  await database.close()
  await service.close()
})

const at = '2018-09-10T12:00:00+07:00'
const expense = (number: string, amount = '1000000') => ({
  effectiveOn: '2018-09-10',
  evidence: [{ docType: 'kwitansi', sha256: 'a'.repeat(64), number, date: '2018-09-10' }],
  data: { number, amount, tranche: labelId('ALK-2018-T1'), line: '1', purpose: 'Semen' },
})
const url = `${urlOf('proposal', 'PRO-A')}/expenses`

async function post(key: string | undefined, body: unknown, more: { query?: string; headers?: Record<string, string> } = {}) {
  return ask(service, {
    url: `${routeOf({ command: 'proposal.RecordExpense', subject: { kind: 'proposal', id: labelId('PRO-A') } }).url}${more.query ?? ''}`,
    token: await tokenFor(service, ksmA),
    headers: { 'jejak-recorded-at': at, 'accept-language': 'en', ...more.headers },
    body,
    ...(key === undefined ? {} : { key }),
  })
}

describe('a key', () => {
  it('is required, and may be bare or a structured-field string', async () => {
    expect(url).toContain('/v1/proposals/')
    for (const odd of ['', '""', '"a', 'a b', 'ä', '"a";x=1', '"a", "b"', 'x'.repeat(201), '"é"', '\t', '"a"b"']) {
      const answer = await post(undefined, expense('KW-ODD'), { headers: { 'idempotency-key': odd } })
      expect([odd, answer.status, answer.code]).toEqual([odd, 400, 'idempotency-key-missing'])
      expect(answer.body['errors']).toEqual([{ header: 'Idempotency-Key', detail: '1 to 200 printable ASCII characters' }])
    }
    const missing = await service.app.inject({
      method: 'POST',
      url: routeOf(lineOf(138)).url,
      headers: { authorization: `Bearer ${await tokenFor(service, ksmA)}` },
      payload: expense('KW-ODD'),
    })
    expect([missing.statusCode, missing.json<{ code: string }>().code]).toEqual([400, 'idempotency-key-missing'])
    const first = await post(undefined, expense('KW-KEY'), { headers: { 'idempotency-key': 'the-key' } })
    const again = await post(undefined, expense('KW-KEY'), { headers: { 'idempotency-key': '"the-key"' } })
    expect([first.status, again.status, again.text, again.headers['idempotency-replayed']]).toEqual([201, 201, first.text, 'true'])
  })

  it('answers the same whatever the order of the fields and the spaces, and 422 for anything else', async () => {
    const first = await post('order', expense('KW-ORDER'))
    const { data, evidence, effectiveOn } = expense('KW-ORDER')
    const again = await post('order', JSON.stringify({ data, evidence, effectiveOn }, null, 2))
    expect([first.status, again.status, again.text]).toEqual([201, 201, first.text])
    const before = await database.state()
    for (const other of [expense('KW-ORDER', '1000001'), expense('KW-OTHER'), { ...expense('KW-ORDER'), lateReason: 'x' }]) {
      const answer = await post('order', other)
      expect([answer.status, answer.code]).toEqual([422, 'key-reused'])
    }
    const elsewhere = await send(service, rowOf(16), { key: 'order', token: await tokenFor(service, ksmA) })
    expect([elsewhere.status, elsewhere.body['code']]).toEqual([422, 'key-reused'])
    expect(await database.state()).toEqual(before)
  })

  it('of another caller is another key', async () => {
    const first = await post('shared', expense('KW-SHARED'))
    expect(first.status).toBe(201)
    const other = await send(service, rowOf(16), { key: 'shared', token: await tokenFor(service, bkm), query: '?dryRun=true' })
    expect([other.status, other.headers['idempotency-replayed']]).toEqual([200, undefined])
  })

  it('is not bound by a refusal nor by a dry run', async () => {
    const before = await database.state()
    const refused = await post('free', { ...expense('KW-FREE'), effectiveOn: '2018-09-11' })
    expect([refused.status, refused.code]).toEqual([422, 'future-date'])
    const tried = await post('free', expense('KW-FREE', '2000000'), { query: '?dryRun=true' })
    expect([tried.status, tried.body['dryRun']]).toEqual([200, true])
    expect(await database.state()).toEqual(before)
    expect((await post('free', expense('KW-FREE'))).status).toBe(201)
  })

  it('is bound by the same again, which adds nothing', async () => {
    const first = await post('first', expense('KW-SAME'))
    const before = await database.state()
    const same = await post('second', expense('KW-SAME'))
    expect([same.status, same.body['repeated'], same.body['position']]).toEqual([200, true, first.body['position']])
    expect(await database.state()).toEqual({ ...before, commands: before.commands + 1 })
    const replayed = await post('second', expense('KW-SAME'))
    expect([replayed.status, replayed.text, replayed.headers['idempotency-replayed']]).toEqual([200, same.text, 'true'])
    expect((await post('second', expense('KW-SAME', '5'))).code).toBe('key-reused')
    const differs = await post('third', expense('KW-SAME', '5'))
    expect([differs.status, differs.code, differs.body['facts']]).toEqual([409, 'differs-from-recorded', [first.body['position']]])
  })
})

describe('at once', () => {
  it('fifty of the same key and body store once and answer the same', async () => {
    const before = await database.state()
    const answers = await Promise.all(Array.from({ length: 50 }, () => post('fifty', expense('KW-FIFTY'))))
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(answers[0]?.status).toBe(201)
    expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === undefined).length).toBe(1)
    const after = await database.state()
    expect([after.events - before.events, after.commands - before.commands]).toEqual([1, 1])
  })

  it('fifty of the same body under fifty keys store once; one is new, the others the same again', async () => {
    const before = await database.state()
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => post(`fifty-${n}`, expense('KW-FIFTY-KEYS'))))
    expect(answers.map(({ status }) => status).toSorted((a, b) => b - a)).toEqual([201, ...Array<number>(49).fill(200)])
    expect(new Set(answers.map(({ body }) => body['position'])).size).toBe(1)
    const after = await database.state()
    expect([after.events - before.events, after.commands - before.commands]).toEqual([1, 50])
  })

  it('two bodies under one key: one is recorded, the other refused', async () => {
    const answers = await Promise.all([post('duel', expense('KW-DUEL-1')), post('duel', expense('KW-DUEL-2'))])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 422])
  })

  it('two decisions on one entity: one is recorded, the other refused by the rule on fresh facts', async () => {
    const request = rowOf(16)
    const { evidence } = request.body
    const other = {
      ...request,
      body: {
        ...request.body,
        evidence: [...evidence.slice(1), ...evidence.slice(0, 1)],
        data: { ...request.body.data, number: 'LAIN-2' },
      },
    }
    const answers = await Promise.all([send(service, request, { key: 'race-1' }), send(service, other, { key: 'race-2' })])
    expect(answers.map(({ status, body }) => `${status} ${status === 201 ? '' : String(body['code'])}`.trim()).toSorted()).toEqual([
      '201',
      '409 out-of-order',
    ])
    const { body } = await ask(service, { url: urlOf('tranche', 'ALK-2018-T2'), token: await tokenFor(service, ppk) })
    expect(body['stages']).toEqual({ '': 'UnderVerification.FASKEL' })
  })
})
