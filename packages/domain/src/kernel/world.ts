import type { EditionRef, Recorded } from './event.ts'
import { foldEntity, foldOnto, type Entity, type Fold } from './entity.ts'

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
  /** The editions that the facts name, each once. */
  pins(): Iterable<EditionRef>
  /** Puts facts just decided on top, for the next command of a batch (CONTRACTS B2). */
  apply(facts: readonly Recorded[]): void
}

/** What has been made of the first `upTo` facts of a list. */
interface Made<T> {
  readonly facts: readonly Recorded[]
  readonly upTo: number
  readonly value: T
}

/** The facts that bear each tag, in position order. */
type ByTag = Map<string, Recorded[]>

/** Puts a fact under a tag. One that belongs before others, below facts decided but not yet in the log, makes a new list. */
function put(byTag: ByTag, tag: string, recorded: Recorded): void {
  const facts = byTag.get(tag)
  if (facts === undefined) byTag.set(tag, [recorded])
  else if ((facts.at(-1) as Recorded).position < recorded.position) facts.push(recorded)
  else
    byTag.set(
      tag,
      [...facts, recorded].sort((a, b) => a.position - b.position),
    )
}

/** The subjects of a kind among facts that pin it, after those found before. */
function idsAmong(fold: Fold<unknown>, before: readonly string[], facts: readonly Recorded[]): readonly string[] {
  const more = facts
    .filter(({ fact }) => fact.subject.kind === fold.kind && fold.pins.includes(fact.type))
    .map(({ fact }) => fact.subject.id)
  return more.length === 0 ? before : [...new Set([...before, ...more])]
}

/** Lists of types come from folds, so that the same list is nearly always the same array. */
const sameTypes = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((type, index) => type === b[index]))

const none: Recorded[] = []

/** Builds an empty world. */
export function createWorld(): World {
  const done: ReadCondition[] = []
  const doneByTag = new Map<string, ReadCondition[]>()
  const positions = new Set<number>()
  const byTag: ByTag = new Map()
  const pins = new Map<string, EditionRef>()
  const entities = new Map<string, Made<Entity>>()
  const found = new Map<string, Made<readonly string[]>>()

  const pin = (edition: EditionRef | undefined): void => void (edition && pins.set(`${edition.id} ${edition.revision}`, edition))
  const keep = (facts: readonly Recorded[]): void => {
    for (const recorded of facts) {
      if (positions.has(recorded.position)) continue
      positions.add(recorded.position)
      for (const tag of recorded.fact.tags) put(byTag, tag, recorded)
      pin(recorded.fact.edition)
      for (const move of recorded.fact.moves) pin(move.edition)
    }
  }
  const has = ({ tag, types }: Read): boolean => doneByTag.get(tag)?.some((read) => sameTypes(read.types, types)) ?? false
  const mustHave = (read: Read): Read => {
    if (!has(read)) throw new Error(`not read: ${read.tag} ${read.types.join(' ')}`)
    return read
  }
  /** Continues what was made of the facts under a tag with those that came since: they are all that it costs. */
  const made = <T>(memory: Map<string, Made<T>>, tag: string, by: string, more: (value: T | undefined, facts: Recorded[]) => T): T => {
    const facts = byTag.get(tag) ?? none
    const name = `${by} ${tag}`
    const known = memory.get(name)
    const goesOn = known?.facts === facts
    if (goesOn && known.upTo === facts.length) return known.value
    const value = goesOn ? more(known.value, facts.slice(known.upTo)) : more(undefined, facts)
    memory.set(name, { facts, upTo: facts.length, value })
    return value
  }

  const world: World = {
    add(reads, facts, head) {
      for (const read of reads) {
        if (has(read)) continue
        const condition = { ...read, after: head }
        done.push(condition)
        doneByTag.set(read.tag, [...(doneByTag.get(read.tag) ?? []), condition])
      }
      keep(facts)
    },
    has,
    one<S>(fold: Fold<S>, id: string) {
      const { tag } = mustHave(one(fold, id))
      const memory = entities as Map<string, Made<Entity<S>>>
      return made(memory, tag, fold.name, (entity, facts) => (entity ? foldOnto(fold, entity, facts) : foldEntity(fold, id, facts)))
    },
    idsOf(fold, tag) {
      mustHave(membersOf(fold, tag))
      return made(found, tag, fold.name, (before = [], facts) => idsAmong(fold, before, facts))
    },
    members: (fold, tag) => world.idsOf(fold, tag).map((id) => world.one(fold, id)),
    conditions: () => [...done],
    pins: () => pins.values(),
    apply: keep,
  }
  return world
}
