import type { TokenFor } from '@jejak/api'
import type { TestService } from './service.ts'

/** An answer over HTTP. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
  readonly body: Record<string, unknown>
  readonly code: string
}

/** A request that may be wrong in any way. */
export interface Asking {
  readonly method?: string
  readonly url: string
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Text and bytes go as they are, anything else as JSON. */
  readonly body?: unknown
  readonly key?: string
}

let keys = 0
/** A key that was never used before. */
export const freshKey = (): string => `key-${(keys += 1)}-${process.pid}`

/** Sends a request as it is. */
export async function ask(service: TestService, { method, url, token, headers = {}, body, key }: Asking): Promise<Answer> {
  const post = (method ?? (body === undefined ? 'GET' : 'POST')) as 'GET' | 'POST'
  const payload = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  const response = await service.app.inject({
    method: post,
    url,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(post === 'POST' ? { 'idempotency-key': `"${key ?? freshKey()}"` } : {}),
      ...headers,
    },
    ...(payload === undefined ? {} : { payload }),
  })
  const json = String(response.headers['content-type']).includes('json') && response.payload !== ''
  const parsed = json ? (JSON.parse(response.payload) as Record<string, unknown>) : {}
  return {
    status: response.statusCode,
    headers: response.headers as Record<string, string | undefined>,
    text: response.payload,
    body: parsed,
    code: typeof parsed['code'] === 'string' ? parsed['code'] : '',
  }
}

const known = new WeakMap<TestService, Map<string, Promise<string>>>()

/** A token, made once for each holder. */
export function tokenOf(service: TestService, holder: TokenFor): Promise<string> {
  const tokens = known.get(service) ?? new Map<string, Promise<string>>()
  known.set(service, tokens)
  const name = JSON.stringify(holder)
  const token = tokens.get(name) ?? service.token(holder)
  tokens.set(name, token)
  return token
}

/** A UUIDv7 of a test, by a number. */
export const uuid7 = (n: number): string => `0190a5f0-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
