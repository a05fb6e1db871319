import type { FastifyRequest } from 'fastify'
import type { Json } from '@jejak/domain'
import { commandKeyHash, eventId, fingerprint } from '@jejak/event-store'
import { microsOf } from './context.ts'
import type { Caller } from './identity.ts'
import { traceOf } from './logger.ts'
import { problem, type Words } from './problem.ts'
import { Instant } from './schemas.ts'

/** What a request says besides its commands. */
export interface Sent {
  readonly caller: Caller
  readonly key: string
  readonly keyHash: string
  readonly fingerprint: string
  readonly recordedAt: bigint | undefined
  readonly dryRun: boolean
  readonly correlation: string
}

/** What the fingerprint of a request is over (CONTRACTS A7). */
export interface Printed {
  readonly route: string
  readonly ids: Readonly<Record<string, string>>
  readonly body: unknown
}

const keyPattern = /^"([\x20-\x21\x23-\x7e]{1,200})"$|^([\x21\x23-\x7e]{1,200})$/
const keyForm: Words = { id: '1 sampai 200 karakter ASCII yang tercetak', en: '1 to 200 printable ASCII characters' }
const instantForm: Words = { id: 'waktu menurut RFC 3339', en: 'an RFC 3339 instant' }
const etagForm: Words = { id: 'satu ETag kuat seperti yang diberikan API ini', en: 'one strong ETag as this API gives it' }

/** The key of a command: a structured-field string (quoted), or the bare text. */
function idempotencyKey(request: FastifyRequest): string {
  const header = request.headers['idempotency-key']
  const found = typeof header === 'string' ? keyPattern.exec(header) : null
  if (!found) throw problem('idempotency-key-missing', { errors: [{ header: 'Idempotency-Key', detail: keyForm }] })
  return found[1] ?? found[2] ?? ''
}

function recordedAtOf(request: FastifyRequest, caller: Caller): bigint | undefined {
  const header = request.headers['jejak-recorded-at']
  if (header === undefined) return undefined
  if (!caller.roles.includes('simulator')) throw problem('simulator-only')
  const parsed = Instant.safeParse(header)
  if (!parsed.success) throw problem('invalid-request', { errors: [{ header: 'Jejak-Recorded-At', detail: instantForm }] })
  return microsOf(parsed.data)
}

/** The version that the client has seen; `*` is any. */
export function ifMatchOf(request: FastifyRequest): number | undefined {
  const header = request.headers['if-match']
  if (header === undefined || header === '*') return undefined
  const found = /^"(\d{1,15})"$/.exec(header)
  if (!found) throw problem('invalid-request', { errors: [{ header: 'If-Match', detail: etagForm }] })
  return Number(found[1])
}

/** Reads the headers that every command shares. The body must have passed its schema. */
export function sentBy(request: FastifyRequest, caller: Caller, printed: Printed, dryRun: boolean): Sent {
  const key = idempotencyKey(request)
  const keyHash = commandKeyHash(caller.issuer, caller.subject, key)
  const { route, ids, body } = printed
  return {
    caller,
    key,
    keyHash,
    fingerprint: fingerprint({ method: request.method, route, ids: Object.values(ids), body: body as Json }),
    recordedAt: recordedAtOf(request, caller),
    dryRun,
    correlation: traceOf(request.headers) ?? eventId(keyHash, 0),
  }
}
