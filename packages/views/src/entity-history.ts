import { isCorrection, openProposals, strikesAmong, targetOf, type Strike } from '@jejak/domain'
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
  /** As it was recorded, whatever became of it. */
  readonly data: Readonly<Record<string, Json>>
  /** The confirmed corrections of it, in log order: it counts as the last one says. */
  readonly struck?: readonly Struck[]
  /** A proposed correction of it that nobody has decided yet, by position. */
  readonly doubted?: number
}

/** What became of a fact, why, and by whom: two persons. Positions of both; `replacement` is the data that counts instead. */
export interface Struck {
  readonly how: 'annul' | 'replace' | 'reverse'
  readonly reason: string | null
  readonly proposed: { readonly position: number; readonly by: Actor } | null
  readonly confirmed: {
    readonly position: number
    readonly by: Actor
    readonly on: string
    readonly recordedAt: string
    readonly reason: string | null
  }
  readonly replacement?: Readonly<Record<string, Json>>
}

const struckOf = ({ how, proposal, confirmation: { position, recordedAt, fact }, replacement }: Strike): Struck => ({
  how,
  reason: proposal?.fact.reason ?? fact.reason ?? null,
  proposed: proposal ? { position: proposal.position, by: proposal.fact.actor } : null,
  confirmed: { position, by: fact.actor, on: fact.effectiveOn, recordedAt: rfc3339(recordedAt), reason: fact.reason ?? null },
  ...(replacement === undefined ? {} : { replacement }),
})

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

/** Proposals that nobody has decided. */
function doubted(facts: readonly Recorded[]): readonly Recorded[] {
  const corrections = facts.filter(({ fact }) => isCorrection(fact.type))
  const subjects = new Map(corrections.map(({ fact: { subject } }) => [`${subject.kind}:${subject.id}`, subject]))
  return [...subjects.values()].flatMap((subject) => openProposals(corrections, subject))
}

/**
 * The history of an entity, in log order, as it was known. Pure. Facts that do not bear its tag are passed over. Struck facts stay among
 * them and say what became of them, also where a date cuts off the correction itself.
 */
export function entityHistory(facts: readonly Recorded[], of: EntityRef, { effectiveUntil }: Until = {}): HistoryRow[] {
  const tag = `${of.kind}:${of.id}`
  const strikes = strikesAmong(facts)
  const doubts = new Map(doubted(facts).map(({ position, fact }) => [targetOf(fact).id, position]))
  return facts
    .filter(({ fact }) => fact.tags.includes(tag) && (effectiveUntil === undefined || fact.effectiveOn <= effectiveUntil))
    .map((recorded) => {
      const struck = strikes.get(recorded.fact.id)?.map(struckOf)
      const doubt = doubts.get(recorded.fact.id)
      return { ...rowOf(recorded, of), ...(struck ? { struck } : {}), ...(doubt === undefined ? {} : { doubted: doubt }) }
    })
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
