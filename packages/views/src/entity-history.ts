import type { Actor, Cosigner, Deviation, EditionRef, EntityRef, Evidence, Fact, Json, Move, Recorded, Recorder } from '@jejak/domain'
import type { Log } from '@jejak/event-store'
import type { Until } from './fund-trail.ts'
import { rfc3339 } from './instant.ts'

/** A fact in the history of an entity: its own, or another's that concerns it. */
export interface HistoryRow {
  readonly position: number
  readonly id: string
  readonly type: string
  readonly subject: EntityRef
  readonly effectiveOn: string
  readonly effectiveAt?: string
  /** RFC 3339 with microseconds. */
  readonly recordedAt: string
  readonly actor: Actor
  readonly cosigners: readonly Cosigner[]
  readonly recordedBy: Recorder
  readonly edition?: EditionRef
  readonly evidence: readonly Evidence[]
  readonly reason?: string
  readonly lateReason?: string
  readonly deviations: readonly Deviation[]
  readonly corrects?: NonNullable<Fact['corrects']>
  /** An imported fact's own claim of when it was recorded. */
  readonly source?: NonNullable<Fact['source']>
  /** Only the moves of this entity. */
  readonly moves: readonly Move[]
  readonly data: Readonly<Record<string, Json>>
}

const optional = <K extends keyof Fact>(fact: Fact, ...keys: readonly K[]): { [P in K]?: NonNullable<Fact[P]> } => {
  const found: { [P in K]?: NonNullable<Fact[P]> } = {}
  for (const key of keys) {
    const value = fact[key]
    if (value !== undefined && value !== null) found[key] = value
  }
  return found
}

const rowOf = ({ position, recordedAt, fact }: Recorded, of: EntityRef): HistoryRow => ({
  position,
  id: fact.id,
  type: fact.type,
  subject: fact.subject,
  effectiveOn: fact.effectiveOn,
  ...optional(fact, 'effectiveAt'),
  recordedAt: rfc3339(recordedAt),
  actor: fact.actor,
  cosigners: fact.cosigners ?? [],
  recordedBy: fact.recordedBy,
  ...optional(fact, 'edition'),
  evidence: fact.evidence,
  ...optional(fact, 'reason', 'lateReason'),
  deviations: fact.deviations ?? [],
  ...optional(fact, 'corrects', 'source'),
  moves: fact.moves.filter((move) => move.kind === of.kind && move.id === of.id),
  data: fact.data,
})

/** The history of an entity, in log order. Pure. Facts that do not bear its tag are passed over. */
export function entityHistory(facts: readonly Recorded[], of: EntityRef, { effectiveUntil }: Until = {}): HistoryRow[] {
  const tag = `${of.kind}:${of.id}`
  return facts
    .filter(({ fact }) => fact.tags.includes(tag) && (effectiveUntil === undefined || fact.effectiveOn <= effectiveUntil))
    .map((recorded) => rowOf(recorded, of))
}

/**
 * Reads the history of an entity as it was known at a position; `head` is the end of the log in the same snapshot. Undefined when nothing
 * of the entity was known then.
 */
export async function readEntityHistory(
  log: Pick<Log, 'read'>,
  of: EntityRef,
  { asOf, effectiveUntil }: Until & { readonly asOf?: number | undefined } = {},
): Promise<{ readonly head: number; readonly rows: readonly HistoryRow[] } | undefined> {
  const { head, facts } = await log.read([{ tag: `${of.kind}:${of.id}` }], asOf === undefined ? {} : { upTo: asOf })
  return facts.length === 0 ? undefined : { head, rows: entityHistory(facts, of, { effectiveUntil }) }
}
