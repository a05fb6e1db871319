import type { EventSpec } from './define.ts'
import type { Fact, Json, Recorded } from './event.ts'
import { isCorrection } from './corrections.ts'
import { keyOf, stepOf } from './authority.ts'
import { kernelReasons, refuse, type Refusal } from './refusal.ts'
import type { Decider } from './decider.ts'
import type { Situation } from './rule.ts'

/** What an earlier fact with the same identity means for a command (CONTRACTS E2). */
export type Earlier =
  | { readonly kind: 'same'; readonly of: Recorded }
  | { readonly kind: 'differs'; readonly refusal: Refusal }
  | { readonly kind: 'none' }

/** The same text for the same value, whatever the order of its fields. */
export function textOf(value: unknown): string {
  // Most values have no fields to sort, and a replacer is slow.
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  return JSON.stringify(value, (_, inner: unknown) => sorted(inner))
}

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

const papersOf = (evidence: Fact['evidence']): string =>
  textOf(evidence.map((paper) => paper.sha256 ?? paper.number ?? paper.docType).sort())

function identityOf(field: string, fact: Pick<Fact, 'effectiveOn' | 'evidence' | 'actor' | 'data'>): string {
  if (field === 'effectiveOn') return fact.effectiveOn
  if (field === 'evidence') return papersOf(fact.evidence)
  if (field === 'actorRole') return fact.actor.role
  return textOf(fact.data[field] ?? null)
}

/** Fields in which the command differs from the stored fact, of those that are compared. */
export function differencesOf(spec: EventSpec, fact: Fact, x: Situation): string[] {
  const given = x.call.data as Record<string, Json>
  const found: string[] = []
  if (fact.effectiveOn !== x.call.effectiveOn) found.push('effectiveOn')
  if (textOf(fact.actor) !== textOf(x.call.actor)) found.push('actor')
  if (textOf(fact.cosigners ?? []) !== textOf(x.call.cosigners ?? [])) found.push('cosigners')
  if (papersOf(fact.evidence) !== papersOf(x.call.evidence)) found.push('evidence')
  for (const field of Object.keys(spec.data.shape))
    if (field !== 'round' && field !== 'notes' && textOf(fact.data[field] ?? null) !== textOf(given[field] ?? null)) found.push(field)
  return found
}

function recordedBefore({ type }: EventSpec, { self }: Situation): Recorded[] {
  const { kind, id } = self
  return (isCorrection(type) ? self.corrections : self.facts).filter(
    ({ fact }) => fact.type === type && fact.subject.kind === kind && fact.subject.id === id,
  )
}

/** The facts in which this step was recorded before, by the same role. */
export function rounds(spec: EventSpec, x: Situation): Recorded[] {
  const { step } = x.call.data as { step?: string }
  const { role } = x.call.actor
  return recordedBefore(spec, x).filter(({ fact }) => fact.data['step'] === step && fact.actor.role === role)
}

/** Whether the step can be recorded now by this role, with some outcome: then a new round is open. */
function stepPossible(decider: Decider, x: Situation): boolean {
  const step = stepOf(x.workflow, keyOf(decider.command.records.type, x.call.data))
  const prefix = `${decider.command.records.type}:`
  const { role } = x.call.actor
  const legal = x.workflow.standing(x.self.stages).flatMap((leaf) => [...leaf.legal.values()])
  const here = legal.some(
    ({ key, by }) =>
      key.startsWith(prefix) && stepOf(x.workflow, key) === step && (by === undefined || ('any' in by ? by.any : by.all).includes(role)),
  )
  return here && (decider.stepOpen?.(x) ?? true)
}

function earlierStep(decider: Decider, x: Situation): Recorded | undefined {
  const before = rounds(decider.command.records, x)
  const { round } = x.call.data as { round?: number }
  if (round !== undefined) return before.find(({ fact }) => fact.data['round'] === round)
  return stepPossible(decider, x) ? undefined : before.at(-1)
}

function sameIdentity(spec: EventSpec, x: Situation): Recorded | undefined {
  const before = recordedBefore(spec, x)
  if (before.length === 0) return undefined
  const call = { ...x.call, data: x.call.data as Record<string, Json> }
  const given = spec.identity.map((field) => [field, identityOf(field, call)] as const)
  return before.find(({ fact }) => given.every(([field, identity]) => identityOf(field, fact) === identity))
}

/**
 * A record of another system is identified by its key, whatever else its facts are identified by (CONTRACTS E2). One that was corrected
 * here stays imported: the same file again does not bring it back.
 */
function sameRecord(x: Situation): Recorded | undefined {
  const key = x.call.source?.key
  const { kind, id } = x.self
  if (key === undefined) return undefined
  const known = x.world.bearing(`${kind}:${id}`)
  return known.find(({ fact }) => fact.source?.key === key && fact.subject.kind === kind && fact.subject.id === id)
}

const differsFrom = ({ position }: Recorded, identity: string, fields: readonly string[]): Earlier => ({
  kind: 'differs',
  refusal: refuse(kernelReasons.differsFromRecorded, { identity, fields: fields.join(', ') }, [position]),
})

/** Looks for an earlier fact with the same identity on the same entity. */
export function findEarlier(decider: Decider, x: Situation): Earlier {
  const spec = decider.command.records
  const imported = sameRecord(x)
  if (imported) {
    const fields = [
      ...(imported.fact.type === spec.type ? differencesOf(spec, imported.fact, x) : ['type']),
      ...(imported.fact.effectiveAt === x.call.effectiveAt ? [] : ['effectiveAt']),
    ]
    return fields.length === 0 ? { kind: 'same', of: imported } : differsFrom(imported, 'source.key', fields)
  }
  // Of the past every record of a step is one of its own: older systems know the same step twice on a day.
  if (x.call.historical && spec.identity.includes('round') && (x.call.data as { round?: number }).round === undefined)
    return { kind: 'none' }
  const earlier = spec.identity.includes('round') ? earlierStep(decider, x) : sameIdentity(spec, x)
  if (earlier === undefined) {
    const { round } = x.call.data as { round?: number }
    if (!spec.identity.includes('round') || round === undefined) return { kind: 'none' }
    const next = rounds(spec, x).length + 1
    if (round === next) return { kind: 'none' }
    return { kind: 'differs', refusal: refuse(kernelReasons.roundNotOpen, { given: round, next }) }
  }
  const fields = differencesOf(spec, earlier.fact, x)
  if (fields.length === 0) return { kind: 'same', of: earlier }
  // A step that is not possible now and not the last one again is out of order: the rules say so better.
  if (spec.identity.includes('round') && (x.call.data as { round?: number }).round === undefined) return { kind: 'none' }
  return differsFrom(earlier, spec.identity.join(', '), fields)
}
