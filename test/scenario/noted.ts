import type { ScenarioRequest } from '@jejak/demo'
import { domain } from '@jejak/domain'
import type { TestService } from '../../services/api/test/service.ts'
import { read } from './http.ts'

/** A fact as a history tells it. */
export interface Told {
  readonly position: number
  readonly type: string
  readonly effectiveOn: string
  readonly recordedAt: string
  readonly actor: { readonly role: string }
  readonly cosigners?: readonly { readonly role: string }[]
  readonly lateReason?: string | null
  readonly reason?: string | null
  readonly evidence?: readonly { readonly docType: string }[]
  readonly data: Readonly<Record<string, unknown>>
  readonly deviations?: readonly { readonly rule: string; readonly [detail: string]: unknown }[]
}

/** Every fact about the entities that requests are about, in log order: those known at `asOf`, if given. */
export async function toldOf(
  service: TestService,
  requests: readonly ScenarioRequest[],
  reader: ScenarioRequest['recorder'],
  asOf?: string,
): Promise<readonly Told[]> {
  const urls = new Set(requests.map(({ subject }) => `/v1/${domain.slice(subject.kind).plural}/${subject.id}/history`))
  const told = new Map<number, Told>()
  for (const url of urls) {
    const { status, body, text } = await read(service, asOf === undefined ? url : `${url}?asOf=${asOf}`, reader)
    if (status === 404 && asOf !== undefined) continue
    if (status !== 200) throw new Error(`${url}: ${status} ${text}`)
    for (const fact of body['facts'] as Told[]) told.set(fact.position, fact)
  }
  return [...told.values()].sort((a, b) => a.position - b.position)
}

/** What the facts carry as deviations, with the fact of each, in log order: what the view must tell as well. */
export const deviationReport = (facts: readonly Told[]) =>
  facts.flatMap((fact) => (fact.deviations ?? []).map(({ rule, ...details }) => ({ fact, rule, details })))
