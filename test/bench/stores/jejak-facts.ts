import { domain, type Fact, type Json } from '@jejak/domain'
import { commandKeyHash, type Condition, eventId, fingerprint, type Submission } from '@jejak/event-store'
import { type BenchEvent, entityId } from '../content.ts'

/** A second entity of the same fact, of its own for each tranche. */
const proposalId = (entity: number): string => entityId(entity).replace('018f3a50', '018f3a51')
const institutionId = (entity: number): string => entityId(Math.floor(entity / 100)).replace('018f3a50', '018f3a52')
const areaId = (entity: number): string => entityId(Math.floor(entity / 1000)).replace('018f3a50', '018f3a53')

const typesOf = (kind: string): readonly string[] => domain.slices.get(kind)?.fold.types ?? []
const trancheTypes = typesOf('tranche')
const proposalTypes = typesOf('proposal')

/** The tag by which an entity is loaded. */
export const trancheTag = (entity: number): string => `tranche:${entityId(entity)}`

/** A fact in the shape of production: the bench event's data in the envelope of an instalment, four tags. */
function factOf(event: BenchEvent, keyHash: string, index: number): Fact {
  const { entity } = event
  const data: Record<string, Json> = { ...event.data }
  return {
    id: eventId(keyHash, index),
    type: `tranche.${event.type}`,
    schemaVersion: 1,
    subject: { kind: 'tranche', id: entityId(entity) },
    effectiveOn: '2018-05-14',
    actor: { role: 'BKM', institution: institutionId(entity) },
    recordedBy: { person: event.metadata.actor, role: 'FASKEL' },
    moves: [],
    evidence: [{ docType: 'kuitansi', number: 'KW-001/2018', date: '2018-05-14' }],
    correlation: event.metadata.correlation,
    commandKeyHash: keyHash,
    tags: [`area:${areaId(entity)}`, `institution:${institutionId(entity)}`, `proposal:${proposalId(entity)}`, trancheTag(entity)],
    data,
  }
}

/** Conditions of a decision that read tranche and proposal: the types are those that the two slices fold. */
export function conditionsOf(entity: number, after: number): readonly Condition[] {
  return [
    { tag: trancheTag(entity), types: trancheTypes, after },
    { tag: `proposal:${proposalId(entity)}`, types: proposalTypes, after },
  ]
}

/** One command with its key and fingerprint, as the API makes it. */
export function submissionOf(events: readonly BenchEvent[], conditions: readonly Condition[]): Submission {
  const [first] = events
  if (first === undefined) throw new RangeError('a submission without events')
  const keyHash = commandKeyHash('https://issuer.test', 'bench', first.id)
  return {
    keyHash,
    fingerprint: fingerprint({ method: 'POST', route: '/v1/bench', ids: [], body: first.data }),
    conditions,
    commands: [{ facts: events.map((event, index) => factOf(event, keyHash, index)) }],
  }
}
