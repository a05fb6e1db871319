import { routeOf, type Party, type ScenarioRequest } from '@jejak/demo'
import type { TestService } from '../../services/api/test/service.ts'

/** An answer over HTTP. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  readonly body: Record<string, unknown>
}

/** What may be said otherwise of a request. */
export interface Sending {
  readonly key?: string
  readonly token?: string
  readonly region?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: string
  readonly recordedAt?: string | null
}

const tokens = new WeakMap<TestService, Map<string, string>>()

/** A token of a person in a role, for a kelurahan and with the right to set the simulated clock. */
export async function tokenFor(service: TestService, party: Party, region = ''): Promise<string> {
  const known = tokens.get(service) ?? new Map<string, string>()
  tokens.set(service, known)
  const name = `${party.person} ${party.role} ${party.institution ?? ''} ${region}`
  const token = known.get(name) ?? (await service.token({ ...party, roles: [party.role, 'simulator'], region }))
  known.set(name, token)
  return token
}

/** Sends a request of the scenario as its recorder, at its recorded time. */
export async function send(service: TestService, request: ScenarioRequest, sending: Sending = {}): Promise<Answer> {
  const { url, opens } = routeOf(request)
  const token = sending.token ?? (await tokenFor(service, request.recorder, sending.region))
  const recordedAt = sending.recordedAt === undefined ? request.recordedAt : sending.recordedAt
  const response = await service.app.inject({
    method: 'POST',
    url: `${url}${sending.query ?? ''}`,
    headers: {
      authorization: `Bearer ${token}`,
      'idempotency-key': `"${sending.key ?? `line-${request.seq}-${request.command}`}"`,
      'accept-language': 'en',
      ...(recordedAt === null ? {} : { 'jejak-recorded-at': recordedAt }),
      ...sending.headers,
    },
    payload: { ...(opens ? { id: request.subject.id } : {}), ...request.body },
  })
  return answerOf(response)
}

/** Reads as somebody. */
export async function read(
  service: TestService,
  url: string,
  party: Party,
  region = '',
  headers: Record<string, string> = {},
): Promise<Answer> {
  const token = await tokenFor(service, party, region)
  return answerOf(
    await service.app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${token}`, 'accept-language': 'en', ...headers } }),
  )
}

function answerOf(response: { statusCode: number; headers: Record<string, unknown>; payload: string }): Answer {
  const json = JSON.stringify(response.headers['content-type'] ?? '').includes('json')
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.payload,
    body: json ? (JSON.parse(response.payload) as Record<string, unknown>) : {},
  }
}
