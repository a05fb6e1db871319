import type { EventIds } from './kernel/decide.ts'
import type { EditionRef, Recorded } from './kernel/event.ts'
import type { Read } from './kernel/world.ts'
import type { Edition } from './kernel/workflow.ts'

/** Where a command reads: rounds of tagged facts, published editions, time zones of areas. */
export interface Reader {
  /** One statement: the facts that bear the tags and types, with the head of the same snapshot (CONTRACTS B3). */
  read(reads: readonly Read[]): Promise<{ readonly facts: readonly Recorded[]; readonly head: number }>
  /** The content of a published revision. */
  edition(pin: EditionRef): Promise<Edition | undefined>
  /** IANA zone of an area, e.g. `Asia/Makassar`. */
  zoneOf(area: string | undefined): Promise<string>
}

/** What a decision needs from outside: the time that its facts will be recorded, and derived identifiers. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: number
  readonly childId: (parent: string, kind: string, number: number) => string
  readonly eventId: EventIds
  /** Whether the caller may see things of an area; undefined for what belongs to none. */
  readonly inScope: (area: string | undefined) => Promise<boolean>
}
