import { hash } from 'node:crypto'
import type { Fact, Json } from '@jejak/domain'
import canonicalize from 'canonicalize'

/** A value that has no canonical text: the path names the place. */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical'
}

/**
 * What canonicalize would drop, turn into something else, or PostgreSQL could not store is refused here instead, so that the text says
 * exactly what the value said.
 */
function check(value: unknown, path: string): void {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new NotCanonical(`lone surrogate at ${path}`)
      if (value.includes('\0')) throw new NotCanonical(`U+0000 at ${path}`)
      return
    case 'number':
      if (!Number.isFinite(value)) throw new NotCanonical(`${value} at ${path}`)
      return
    case 'boolean':
      return
    case 'object':
      if (value === null) return
      if (Array.isArray(value)) {
        // By index: forEach would jump over the holes of a sparse array.
        for (let index = 0; index < value.length; index += 1) check(value[index], `${path}/${index}`)
        return
      }
      if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) {
        throw new NotCanonical(`not a plain object at ${path}`)
      }
      for (const [key, member] of Object.entries(value)) {
        check(key, `${path}/${key}`)
        check(member, `${path}/${key}`)
      }
      return
    case 'undefined':
    case 'bigint':
    case 'symbol':
    case 'function':
      throw new NotCanonical(`${typeof value} at ${path || '/'}`)
  }
}

/** RFC 8785 text of a JSON value. Throws NotCanonical on undefined, NaN, infinities, lone surrogates, U+0000 and what is not plain data. */
export function canonicalJson(value: Json): string {
  check(value, '')
  const text = canonicalize(value)
  if (text === undefined) throw new NotCanonical('no canonical text')
  return text
}

/** The body of a fact as it is stored and hashed (CONTRACTS A1). Throws NotCanonical as canonicalJson does. */
export function canonicalBody(fact: Fact): string {
  check(fact, '')
  const text = canonicalize(fact)
  if (text === undefined) throw new NotCanonical('no canonical text')
  return text
}

/**
 * Leaf of a fact, 32 bytes (CONTRACTS A2): SHA-256 of 0x00, then in UTF-8 `jejak/1` 0x0A position 0x0A microseconds since 1970 0x0A body.
 * PostgreSQL computes the same in jejak.append.
 */
export function leafHash(position: number, recordedAtMicros: bigint, body: string): Buffer {
  return hash('sha256', Buffer.from(`\0jejak/1\n${position}\n${recordedAtMicros}\n${body}`), 'buffer')
}

/** What makes two requests under one idempotency key the same request (DESIGN §7). `ids` are the identifiers in the path, in its order. */
export interface Request {
  readonly method: string
  readonly route: string
  readonly ids: readonly string[]
  readonly body?: Json | undefined
}

/**
 * SHA-256, in lower-case hexadecimal digits, of `jejak/fingerprint` 0x0A and the canonical JSON of method, route, ids and body; an absent
 * body is left out. Throws NotCanonical as canonicalJson does.
 */
export function fingerprint({ method, route, ids, body }: Request): string {
  const text = canonicalJson(body === undefined ? { method, route, ids } : { method, route, ids, body })
  return hash('sha256', `jejak/fingerprint\n${text}`, 'hex')
}
