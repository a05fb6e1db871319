import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { areaId, childId, commandKeyHash, eventId, importedId, uuidV7, uuidV8 } from '../../src/identifiers.ts'
import golden from '../golden/identifiers.json' with { type: 'json' }

/** Independent of the source: the digest's first 16 bytes with the two marks set by arithmetic on the hexadecimal text. */
function apart(...parts: readonly string[]): string {
  const hex = createHash('sha256').update(parts.join('\n')).digest('hex')
  const variant = ((Number.parseInt(hex.charAt(16), 16) % 4) + 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

describe('derived identifiers equal their golden vectors', () => {
  test.each(golden.uuidV8)('uuidV8 $digest', ({ digest, id }) => expect(uuidV8(Buffer.from(digest, 'hex'))).toBe(id))

  test.each(golden.childId)('childId $kind $number', ({ parent, kind, number, id }) => {
    expect(childId(parent, kind, number)).toBe(id)
    expect(apart('jejak/child', parent, kind, String(number))).toBe(id)
  })

  test.each(golden.areaId)('areaId $decree', ({ decree, code, id }) => {
    expect(areaId(decree, code)).toBe(id)
    expect(apart('jejak/area', decree, code)).toBe(id)
  })

  test.each(golden.importedId)('importedId $kind', ({ kind, source, caseId, id }) => {
    expect(importedId(kind, source, caseId)).toBe(id)
    expect(apart('jejak/import', kind, source, caseId)).toBe(id)
  })

  test.each(golden.eventId)('eventId $index', ({ keyHash, index, id }) => {
    expect(eventId(keyHash, index)).toBe(id)
    expect(apart('jejak/event', keyHash, String(index))).toBe(id)
  })

  test.each(golden.commandKeyHash)('commandKeyHash $issuer', ({ issuer, subject, key, hash }) => {
    expect(commandKeyHash(issuer, subject, key)).toBe(hash)
    expect(createHash('sha256').update(`${issuer}\u0000${subject}\u0000${key}`).digest('hex')).toBe(hash)
  })

  test.each(golden.uuidV7)('uuidV7 $nowMs', ({ nowMs, random, id }) => expect(uuidV7(nowMs, Buffer.from(random, 'hex'))).toBe(id))
})

describe('what could make two derivations meet is refused', () => {
  test('line feeds, empty parts, lone surrogates, numbers that are no ordinals', () => {
    expect(() => childId('a\nb', 'c', 1)).toThrow(RangeError)
    expect(() => areaId('', 'x')).toThrow(RangeError)
    expect(() => areaId('\ud800', 'x')).toThrow(RangeError)
    expect(() => childId('a', 'b', 1.5)).toThrow(RangeError)
    expect(() => childId('a', 'b', -1)).toThrow(RangeError)
    expect(() => eventId('ABC', 0)).toThrow(RangeError)
    expect(() => commandKeyHash('a\0b', 'c', 'd')).toThrow(RangeError)
    expect(() => uuidV8(new Uint8Array(15))).toThrow(RangeError)
    expect(() => uuidV7(2 ** 48, new Uint8Array(10))).toThrow(RangeError)
    expect(() => uuidV7(1, new Uint8Array(9))).toThrow(RangeError)
  })

  test('the order of UUIDv7 is the order of their instants', () => {
    const random = new Uint8Array(10).fill(255)
    expect(uuidV7(1_526_256_000_123, random) < uuidV7(1_526_256_000_124, new Uint8Array(10))).toBe(true)
  })
})
