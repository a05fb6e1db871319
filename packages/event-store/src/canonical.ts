import { hash } from 'node:crypto'
import type { Fact, Json } from '@jejak/domain'

/** A value that has no canonical text: the path names the place. */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical'
}

/** Where in a value: names and indexes from the outside in. */
type Place = (string | number)[]

const refuse = (what: string, place: Place): never => {
  throw new NotCanonical(`${what} at /${place.join('/')}`)
}

function quoted(text: string, place: Place): string {
  if (!text.isWellFormed()) return refuse('lone surrogate', place)
  if (text.includes('\0')) return refuse('U+0000', place)
  return JSON.stringify(text)
}

const fewNames = 32

/** By UTF-16 code units, as RFC 8785 sorts. Names mostly come in order, and few: they are put in their places one by one. */
function sorted(names: string[]): string[] {
  if (names.length > fewNames) return names.sort()
  for (let index = 1; index < names.length; index += 1) {
    const name = names[index] ?? ''
    let at = index
    for (; at > 0 && (names[at - 1] ?? '') > name; at -= 1) names[at] = names[at - 1] ?? ''
    names[at] = name
  }
  return names
}

const namesMax = 5_000
const known = new Map<string, string>()

/** A name with its colon. The same few hundred names come again and again. */
function named(name: string, place: Place): string {
  const found = known.get(name)
  if (found !== undefined) return found
  const text = `${quoted(name, place)}:`
  if (known.size < namesMax) known.set(name, text)
  return text
}

function listText(values: readonly unknown[], place: Place): string {
  let text = '['
  // By index: an iteration that jumps would leave out the holes of a sparse array.
  for (let index = 0; index < values.length; index += 1) {
    place.push(index)
    text += index === 0 ? textOf(values[index], place) : `,${textOf(values[index], place)}`
    place.pop()
  }
  return `${text}]`
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function recordText(record: object, place: Place): string {
  if (!isPlain(record)) return refuse('not a plain object', place)
  let text = ''
  for (const name of sorted(Object.keys(record))) {
    place.push(name)
    text += `${text === '' ? '{' : ','}${named(name, place)}${textOf(record[name], place)}`
    place.pop()
  }
  return text === '' ? '{}' : `${text}}`
}

/**
 * RFC 8785 text, in one pass with the check that it says exactly what the value said: what JSON.stringify would drop or turn into something
 * else, or PostgreSQL could not store, is refused. Strings and numbers are written as JSON.stringify writes them, which RFC 8785 builds on.
 */
function textOf(value: unknown, place: Place): string {
  switch (typeof value) {
    case 'string':
      return quoted(value, place)
    case 'number':
      return Number.isFinite(value) ? JSON.stringify(value) : refuse(String(value), place)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? listText(value, place) : recordText(value, place)
    default:
      return refuse(typeof value, place)
  }
}

/** RFC 8785 text of a JSON value. Throws NotCanonical on undefined, NaN, infinities, lone surrogates, U+0000 and what is not plain data. */
export const canonicalJson = (value: Json): string => textOf(value, [])

/** The body of a fact as it is stored and hashed (CONTRACTS A1). Throws NotCanonical as canonicalJson does. */
export const canonicalBody = (fact: Fact): string => textOf(fact, [])

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
