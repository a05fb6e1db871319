import { createHash } from 'node:crypto'
import type { Fact, Json } from '@jejak/domain'
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalBody, canonicalJson, fingerprint, leafHash, NotCanonical } from '../../src/canonical.ts'
import fingerprints from '../golden/fingerprints.json' with { type: 'json' }
import golden from '../golden/leaves.json' with { type: 'json' }
import { factOf, hashOf } from '../facts.ts'

/** A fact as JSON.parse gives it: without the type of the golden file, which knows no literal unions. */
function fromJson(value: unknown): Fact {
  return JSON.parse(JSON.stringify(value))
}

function withData(data: unknown): Fact {
  return { ...factOf(hashOf('k'), 0), ...Object.fromEntries([['data', data]]) }
}

describe('golden vectors', () => {
  test('the body of a fact', () => expect(canonicalBody(fromJson(golden.fact))).toBe(golden.body))

  test.each(golden.leaves)('leaf at $position', ({ position, micros, body, leaf }) => {
    expect(leafHash(position, BigInt(micros), body).toString('hex')).toBe(leaf)
    const apart = createHash('sha256').update(Buffer.of(0)).update(`jejak/1\n${position}\n${micros}\n`, 'utf8').update(body, 'utf8')
    expect(apart.digest('hex')).toBe(leaf)
  })

  test.each(fingerprints)('fingerprint of $request.route', ({ request, fingerprint: expected }) => {
    expect(fingerprint(request)).toBe(expected)
  })
})

describe('canonicalBody', () => {
  test('is the same for any order of members and after a round trip', () => {
    const fact = fromJson(golden.fact)
    const turned: Fact = JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(fact).toReversed())))
    expect(canonicalBody(turned)).toBe(golden.body)
    expect(canonicalBody(JSON.parse(golden.body))).toBe(golden.body)
  })

  test.each([
    ['undefined', { a: undefined }],
    ['undefined in an array', { a: [1, undefined] }],
    // oxlint-disable-next-line no-sparse-arrays -- the hole is what is tested
    ['a hole', { a: [1, , 2] }],
    ['a lone surrogate', { a: 'x\ud800' }],
    ['a lone surrogate in a name', { '\udc00': 1 }],
    ['U+0000', { a: 'x\u0000' }],
    ['U+0000 in a name', { 'a\u0000': 1 }],
    ['NaN', { a: Number.NaN }],
    ['infinity', { a: [Number.POSITIVE_INFINITY] }],
    ['bigint', { a: 1n }],
    ['a date', { a: new Date(0) }],
    ['a map', { a: new Map() }],
    ['a function', { a: () => 1 }],
  ])('refuses %s', (_, data) => expect(() => canonicalBody(withData(data))).toThrow(NotCanonical))

  test('is what another implementation of RFC 8785 writes', () => {
    const wellFormed = fc.jsonValue({ stringUnit: 'binary' }).filter((value) => JSON.stringify(value).isWellFormed())
    fc.assert(
      fc.property(wellFormed, (value) => {
        const json: Json = JSON.parse(JSON.stringify(value))
        fc.pre(!JSON.stringify(json).includes(String.raw`\u0000`) && !/\\ud[89a-f]/.test(JSON.stringify(json)))
        expect(canonicalJson(json)).toBe(canonicalize(json))
      }),
      { numRuns: 1_000 },
    )
  })

  test('orders many names as it does few', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`n${(index * 7919) % 500}`, index]))
    expect(canonicalJson(many)).toBe(canonicalize(many))
  })

  test('names the place', () => expect(() => canonicalBody(withData({ list: [{ x: 'a\0' }] }))).toThrow('U+0000 at /data/list/0/x'))

  test('keeps what looks alike apart', () => {
    const values: readonly Json[] = ['1', 1, null, '', [], {}, '\u00e9', 'e\u0301', -0]
    expect(new Set(values.map(canonicalJson)).size).toBe(values.length)
    expect(canonicalJson(-0)).toBe('0')
  })
})

test('fingerprints differ in each part', () => {
  const one = { method: 'POST', route: '/v1/x', ids: ['a'], body: { n: 1 } }
  const others = [
    { ...one, method: 'PUT' },
    { ...one, route: '/v1/y' },
    { ...one, ids: ['b'] },
    { ...one, body: { n: 2 } },
    { ...one, body: undefined },
  ]
  expect(new Set([one, ...others].map(fingerprint)).size).toBe(6)
})
