import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { watch, type StoredState, type Watcher } from '../../../test/scenario/database.ts'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { ksmA } from '../../../test/scenario/play.ts'
import { ask } from './ask.ts'
import { as, errorsOf, expense, refused, withAmount } from './refused.ts'
import type { TestService } from './service.ts'

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

describe('what is no JSON, or more than I-JSON allows', () => {
  const good = JSON.stringify(expense.body)
  const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`
  it.each<readonly [string, string | Buffer, string]>([
    ['a broken brace', good.slice(0, -1), ''],
    ['a trailing comma', good.replace(/\}$/, ',}'), ''],
    ['a comment', `/* hi */ ${good}`, ''],
    ['a bare word', '{"data": SEGREDO}', ''],
    ['single quotes', "{'data': 1}", ''],
    ['NaN', '{"data": NaN}', ''],
    ['a leading zero', '{"data": 01}', ''],
    ['a duplicate name', good.replace('{', '{"effectiveOn":"2018-09-10",'), '/effectiveOn'],
    ['a duplicate name within', '{"data":{"a":1,"a":2}}', '/data/a'],
    ['a duplicate name by escape', String.raw`{"data":{"a":1,"\u0061":2}}`, '/data/a'],
    ['U+0000', String.raw`{"reason":"a\u0000b"}`, '/reason'],
    ['U+0000 in a name', String.raw`{"a\u0000b":1}`, '/ab'],
    ['a lone surrogate', String.raw`{"reason":"\ud800"}`, '/reason'],
    ['a lone low surrogate', String.raw`{"data":{"x":["\udc00"]}}`, '/data/x/0'],
    ['a byte order mark', `\uFEFF${good}`, ''],
    ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), ''],
    ['UTF-16', Buffer.from(good, 'utf16le'), ''],
    ['17 levels', `{"data":${nested(16)}}`, ''],
    ['thirty thousand levels', nested(30_000), ''],
    ['sixty thousand open brackets', '['.repeat(60_000), ''],
    ['__proto__', '{"__proto__":{"admin":true}}', '/__proto__'],
    ['__proto__ within', '{"data":{"__proto__":{}}}', '/data/__proto__'],
  ])('%s', async (_, body, pointer) => {
    const answer = await refused(service, { url: expense.url, body, ...(await as(service, ksmA)) }, 400, 'malformed-json')
    expect(errorsOf(answer).map((error) => error.pointer)).toContain(pointer)
    expect(answer.text).not.toContain('SEGREDO')
  })

  it('names line and column', async () => {
    const answer = await refused(
      service,
      { url: expense.url, body: '{\n  "data": x\n}', ...(await as(service, ksmA)) },
      400,
      'malformed-json',
    )
    expect(errorsOf(answer)[0]?.detail).toContain('baris 2, kolom 11')
  })

  it('16 levels are read', async () => {
    const answer = await ask(service, { url: expense.url, body: `{"data":${nested(15)}}`, ...(await as(service, ksmA)) })
    expect(answer.code).toBe('invalid-request')
  })
})

describe('bodies of the wrong size or kind', () => {
  it.each<readonly [string, unknown, Record<string, string>, number, string]>([
    ['too large', { reason: 'x'.repeat(70_000) }, {}, 413, 'body-too-large'],
    ['text', 'hello', { 'content-type': 'text/plain' }, 415, 'unsupported-media-type'],
    ['a form', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported-media-type'],
    ['another JSON', '{}', { 'content-type': 'application/merge-patch+json' }, 415, 'unsupported-media-type'],
    ['a garbled type', '{}', { 'content-type': '%%' }, 415, 'unsupported-media-type'],
  ])('%s', async (_, body, headers, status, code) => {
    const { token } = await as(service, ksmA)
    await refused(service, { url: expense.url, body, token, headers }, status, code)
  })

  it.each<readonly [string, unknown]>([
    ['an array', []],
    ['a string', '"x"'],
    ['a number', '1'],
    ['null', 'null'],
    ['true', 'true'],
    ['an empty object', {}],
  ])('%s', async (_, body) => {
    const answer = await refused(service, { url: expense.url, body, ...(await as(service, ksmA)) }, 400, 'invalid-request')
    expect(errorsOf(answer).length).toBeGreaterThan(0)
  })

  it('none at all', async () => {
    const { token } = await as(service, ksmA)
    await refused(service, { method: 'POST', url: expense.url, token }, 400, 'invalid-request')
    await refused(service, { method: 'POST', url: expense.url, token, body: '' }, 400, 'malformed-json')
  })
})

describe('fields', () => {
  it.each<readonly [string, unknown]>([
    ['a number', 1000],
    ['three decimals', '1.000'],
    ['one decimal', '1.5'],
    ['.00', '1000.00'],
    ['negative', '-5'],
    ['zero', '0'],
    ['zero with sen', '0.00'],
    ['a plus', '+5'],
    ['a leading zero', '05'],
    ['an exponent', '1e9'],
    ['17 digits', '1'.repeat(17)],
    ['a separator', '1.000.000'],
    ['a comma', '1000,50'],
    ['a space', ' 1000'],
    ['a line feed', '1000\n'],
    ['Rp', 'Rp1000'],
    ['Arabic digits', '١٠٠٠'],
    ['full width digits', '１０００'],
    ['empty', ''],
    ['null', null],
    ['an object', { value: '1' }],
    ['a list', ['1']],
    ['hexadecimal', '0x10'],
    ['a huge text', '9'.repeat(20_000)],
  ])('an amount as %s', async (_, amount) => {
    const answer = await refused(
      service,
      { url: expense.url, body: withAmount(amount), ...(await as(service, ksmA)) },
      400,
      'invalid-request',
    )
    expect(errorsOf(answer).map((error) => error.pointer)).toEqual(['/data/amount'])
  })

  it('an absurd amount that can be written is judged by the rules', async () => {
    const answer = await ask(service, {
      url: `${expense.url}?dryRun=true`,
      body: { ...withAmount('9999999999999999.99'), effectiveOn: '2018-09-10' },
      ...(await as(service, ksmA)),
    })
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('deviations')
  })

  it.each<readonly [string, Record<string, unknown>, string]>([
    ['unknown', { extra: 1 }, '/extra'],
    ['unknown within', { data: { ...expense.body.data, extra: 1 } }, '/data/extra'],
    ['of a prototype', { constructor: {} }, '/constructor'],
    ['a number for a text', { effectiveOn: 20_180_910 }, '/effectiveOn'],
    ['a text for a list', { evidence: 'x' }, '/evidence'],
    ['no date', { effectiveOn: '2018-02-30' }, '/effectiveOn'],
    ['a date with time', { effectiveOn: '2018-09-10T00:00:00Z' }, '/effectiveOn'],
    ['an instant without zone', { effectiveAt: '2018-09-10T10:00:00' }, '/effectiveAt'],
    ['an instant finer than time', { effectiveAt: '2018-09-10T10:00:00.1234567890Z' }, '/effectiveAt'],
    ['no digest', { evidence: [{ docType: 'kwitansi', sha256: 'A'.repeat(64) }] }, '/evidence/0/sha256'],
    ['too many papers', { evidence: Array(51).fill(expense.body.evidence[0]) }, '/evidence'],
    ['no role', { actor: { role: 'K S M' } }, '/actor/role'],
    ['no person', { actor: { role: 'KSM', person: 'budi' } }, '/actor/person'],
    ['an empty reason', { reason: '  ' }, '/reason'],
    ['a long reason', { reason: 'x'.repeat(2001) }, '/reason'],
    ['no id', { data: { ...expense.body.data, tranche: 'T2' } }, '/data/tranche'],
    ['a key with ~ and /', { 'a~/b': 1 }, '/a~0~1b'],
  ])('%s', async (_, change, pointer) => {
    const body = { ...expense.body, ...change }
    const answer = await refused(service, { url: expense.url, body, ...(await as(service, ksmA)) }, 400, 'invalid-request')
    expect(errorsOf(answer).map((error) => error.pointer)).toContain(pointer)
  })

  it('thousands of mistakes are not all listed', async () => {
    const body = { ...expense.body, ...Object.fromEntries(Array.from({ length: 4000 }, (_, n) => [`f${n}`, 1])) }
    const answer = await refused(service, { url: expense.url, body, ...(await as(service, ksmA)) }, 400, 'invalid-request')
    expect(errorsOf(answer).length).toBe(50)
  })
})
