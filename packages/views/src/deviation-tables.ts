import type { Json } from '@jejak/domain'
import type { DeviationKind } from './deviation-reasons.ts'

/** `views.deviations`: one row for each deviation of a fact. Rows are only added. */
export interface DeviationsTable {
  /** Id of the fact. */
  readonly fact: string
  /** Which of the deviations of the fact, from 0; those that the view finds itself come after those that the fact carries. */
  readonly nth: number
  readonly position: bigint
  readonly rule: string
  readonly kind: DeviationKind
  /** The view found it; the fact itself does not carry it. */
  readonly derived: boolean
  readonly factType: string
  readonly entityKind: string
  readonly entityId: string
  readonly area: string | null
  readonly cycle: string | null
  readonly allocation: string | null
  readonly editionId: string | null
  readonly editionRevision: number | null
  readonly programme: string | null
  readonly stage: string | null
  /** Whom it is about: the role that was absent; else null. */
  readonly role: string | null
  readonly details: Readonly<Record<string, Json>>
  /** Positions of the facts behind it, beside the one that bears it. */
  readonly facts: readonly number[]
  readonly effectiveOn: string
  /** Microseconds since 1970. */
  readonly recordedAt: bigint
  readonly actorRole: string
  readonly actorInstitution: string | null
}

/** The newest paper of a step out of a stage. */
export interface StagePaper {
  readonly date: string
  readonly docType: string
  readonly position: number
}

/** `views.deviation_entities`: what must be known of an entity with stages to find its deviations. */
export interface DeviationEntitiesTable {
  readonly entity: string
  readonly kind: string
  readonly id: string
  readonly area: string | null
  readonly cycle: string | null
  readonly allocation: string | null
  readonly editionId: string | null
  readonly editionRevision: number | null
  readonly programme: string | null
  /** Stage by region, those beside the stages only where they have moved. */
  readonly stages: Readonly<Record<string, string>>
  /** Stages of the entity in which it has stood. */
  readonly visited: readonly string[]
  /** Newest paper by the stage out of which it led. */
  readonly papers: Readonly<Record<string, StagePaper>>
  readonly opened: bigint
}

/** `views.deviation_presence`: who was expected of an entity in a stage, and how often seen there. */
export interface DeviationPresenceTable {
  readonly entity: string
  readonly stage: string
  readonly role: string
  /** Facts recorded while it stood there that somebody of the role decided, signed or attended. */
  readonly facts: number
  readonly first: bigint | null
  readonly last: bigint | null
}
