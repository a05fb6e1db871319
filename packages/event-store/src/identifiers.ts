import { hash } from 'node:crypto'

const lineFeed = '\n'
const hex = /^[0-9a-f]{64}$/

/** Writes 32 hexadecimal digits as a UUID of the given version, RFC 9562 variant; the six bits of version and variant are overwritten. */
function uuid(digits: string, version: number): string {
  const variant = '89ab'[Number.parseInt(digits.charAt(16), 16) & 3] ?? ''
  const third = `${version}${digits.slice(13, 16)}`
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${third}-${variant}${digits.slice(17, 20)}-${digits.slice(20, 32)}`
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')

/** The parts of a derived identifier are separated by line feeds, so none may hold one, or two derivations could meet. */
function derived(purpose: string, ...parts: readonly string[]): string {
  for (const part of parts) {
    if (part === '' || part.includes(lineFeed) || !part.isWellFormed())
      throw new RangeError(`not a part of an identifier: ${JSON.stringify(part)}`)
  }
  return uuid(hash('sha256', [purpose, ...parts].join(lineFeed), 'hex'), 8)
}

function ordinal(number: number): string {
  if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`not an ordinal: ${number}`)
  return String(number)
}

/** The first 16 bytes of a SHA-256 digest as a UUID of version 8. Throws RangeError on fewer than 16 bytes. */
export function uuidV8(digest: Uint8Array): string {
  if (digest.length < 16) throw new RangeError(`a UUID needs 16 bytes, not ${digest.length}`)
  return uuid(hexOf(digest.subarray(0, 16)), 8)
}

/**
 * Identifier of a child that a decision creates, such as the second tranche of an allocation (CONTRACTS A5): UUIDv8 of the SHA-256 of the
 * UTF-8 bytes `jejak/child` 0x0A parentId 0x0A kind 0x0A number, the number in decimal without leading zeros.
 */
export function childId(parentId: string, kind: string, number: number): string {
  return derived('jejak/child', parentId, kind, ordinal(number))
}

/**
 * Identifier of an area (CONTRACTS A5): UUIDv8 of the SHA-256 of the UTF-8 bytes `jejak/area` 0x0A decree 0x0A code, the decree and code
 * being those of the first publication, as printed.
 */
export function areaId(decree: string, code: string): string {
  return derived('jejak/area', decree, code)
}

/**
 * Identifier of an entity that an older system knows under `caseId` (CONTRACTS A5): UUIDv8 of the SHA-256 of the UTF-8 bytes `jejak/import`
 * 0x0A kind 0x0A source 0x0A caseId, the source being the name that the mapping gives that system.
 */
export function importedId(kind: string, source: string, caseId: string): string {
  return derived('jejak/import', kind, source, caseId)
}

/**
 * Identifier of the fact number `index` (from 0) of a submission (CONTRACTS A5): UUIDv8 of the SHA-256 of the UTF-8 bytes `jejak/event`
 * 0x0A commandKeyHash 0x0A index, the hash as 64 lower-case hexadecimal digits.
 */
export function eventId(keyHash: string, index: number): string {
  if (!hex.test(keyHash)) throw new RangeError(`not a SHA-256 in lower-case hexadecimal digits: ${JSON.stringify(keyHash)}`)
  return derived('jejak/event', keyHash, ordinal(index))
}

/**
 * Hash under which an idempotency key is kept (CONTRACTS A7): SHA-256 of issuer 0x00 subject 0x00 key in UTF-8, as 64 lower-case
 * hexadecimal digits. Throws RangeError when a part holds U+0000 or a lone surrogate, because two keys could then share a hash.
 */
export function commandKeyHash(issuer: string, subject: string, key: string): string {
  for (const part of [issuer, subject, key]) {
    if (part.includes('\0') || !part.isWellFormed()) throw new RangeError(`not a part of a key: ${JSON.stringify(part)}`)
  }
  return hash('sha256', `${issuer}\0${subject}\0${key}`, 'hex')
}

/** UUIDv7 of an instant in milliseconds since 1970 and at least 10 random bytes. Throws RangeError on an instant outside 48 bits. */
export function uuidV7(nowMs: number, random: Uint8Array): string {
  if (!Number.isSafeInteger(nowMs) || nowMs < 0 || nowMs >= 2 ** 48) throw new RangeError(`not an instant for a UUID: ${nowMs}`)
  if (random.length < 10) throw new RangeError(`a UUID needs 10 random bytes, not ${random.length}`)
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(nowMs, 0, 6)
  bytes.set(random.subarray(0, 10), 6)
  return uuid(hexOf(bytes), 7)
}
