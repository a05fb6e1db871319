import type { Recorded } from './event.ts'
import { foldEntity, type Entity, type Fold } from './entity.ts'

/** One thing to read: the facts of some types that bear a tag (CONTRACTS B3, B4). It becomes a condition of the append. */
export interface Read {
  readonly tag: string
  readonly types: readonly string[]
}

/** Reads one entity (or one aspect of it) by its own tag. */
export const one = (fold: Fold<unknown>, id: string): Read => ({ tag: `${fold.kind}:${id}`, types: fold.types })

/**
 * Finds the entities of a kind under an ancestor's tag, by the facts that pin them. They are then read each by its own tag, in the next
 * round.
 */
export const membersOf = (fold: Fold<unknown>, tag: string): Read => ({ tag, types: fold.pins })

/** The condition that a read makes: no newer fact of these types under this tag. */
export interface ReadCondition extends Read {
  readonly after: number
}

/** What a command has read so far, folded on demand. Asking for what was not read is a defect and throws. */
export interface World {
  /** Adds the facts a round returned, with the head of its snapshot. */
  add(reads: readonly Read[], facts: readonly Recorded[], head: number): void
  has(read: Read): boolean
  one<S>(fold: Fold<S>, id: string): Entity<S>
  /** Ids found by {@link membersOf}. */
  idsOf(fold: Fold<unknown>, tag: string): readonly string[]
  /** The entities found, each of which must have been read. */
  members<S>(fold: Fold<S>, tag: string): readonly Entity<S>[]
  conditions(): ReadCondition[]
  /** Puts facts just decided on top, for the next command of a batch (CONTRACTS B2). */
  apply(facts: readonly Recorded[]): void
}

const nameOf = (read: Read): string => `${read.tag} ${read.types.join(' ')}`

/** Builds an empty world. */
export function createWorld(): World {
  const done = new Map<string, ReadCondition>()
  const log = new Map<number, Recorded>()
  const byTag = new Map<string, Recorded[]>()
  const folded = new Map<string, Entity>()

  const keep = (facts: readonly Recorded[]): void => {
    for (const recorded of facts) {
      if (log.has(recorded.position)) continue
      log.set(recorded.position, recorded)
      for (const tag of recorded.fact.tags) byTag.set(tag, [...(byTag.get(tag) ?? []), recorded])
    }
    folded.clear()
  }
  const bearing = (tag: string): Recorded[] => (byTag.get(tag) ?? []).sort((a, b) => a.position - b.position)
  const mustHave = (read: Read): void => {
    if (!done.has(nameOf(read))) throw new Error(`not read: ${nameOf(read)}`)
  }

  const world: World = {
    add(reads, facts, head) {
      for (const read of reads) if (!done.has(nameOf(read))) done.set(nameOf(read), { ...read, after: head })
      keep(facts)
    },
    has: (read) => done.has(nameOf(read)),
    one(fold, id) {
      mustHave(one(fold, id))
      const name = `${fold.name} ${id}`
      const known = folded.get(name) ?? foldEntity(fold, id, bearing(`${fold.kind}:${id}`))
      folded.set(name, known)
      return known as ReturnType<typeof foldEntity<typeof fold.initial>>
    },
    idsOf(fold, tag) {
      mustHave(membersOf(fold, tag))
      const pins = new Set(fold.pins)
      const found = bearing(tag).filter(({ fact }) => fact.subject.kind === fold.kind && pins.has(fact.type))
      return [...new Set(found.map(({ fact }) => fact.subject.id))]
    },
    members: (fold, tag) => world.idsOf(fold, tag).map((id) => world.one(fold, id)),
    conditions: () => [...done.values()],
    apply: keep,
  }
  return world
}
