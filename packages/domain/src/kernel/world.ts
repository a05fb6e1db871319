import type { EditionRef, Recorded } from './event.ts'
import { corrected, isConfirmation } from './corrections.ts'
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
export const membersOf = (fold: Fold<unknown>, tag: string): Read => ({ tag, types: fold.pinsCorrected })

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
  /** The facts read so far that bear a tag, as they were recorded: corrected ones with their first data, annulled ones too. */
  bearing(tag: string): readonly Recorded[]
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

/** The facts that bear one tag, in position order. A list only grows at its end; otherwise it is replaced. */
interface Shelf {
  facts: Recorded[]
}

/** What has been made of the first `upTo` facts of a shelf. */
interface Made<T> {
  readonly shelf: Shelf
  readonly facts: readonly Recorded[]
  readonly upTo: number
  readonly value: T
}

/** Puts a fact on a shelf. One that belongs before others, below facts decided but not yet in the log, makes a new list. */
function put(shelf: Shelf, recorded: Recorded): void {
  const { facts } = shelf
  const last = facts.at(-1)
  if (last === undefined || last.position < recorded.position) facts.push(recorded)
  else shelf.facts = [...facts, recorded].sort((a, b) => a.position - b.position)
}

/** What was made, by fold and then by id or tag. */
type Memory<T> = Map<Fold<unknown>, Map<string, Made<T>>>

function memoryFor<T>(memory: Memory<T>, fold: Fold<unknown>): Map<string, Made<T>> {
  const known = memory.get(fold)
  if (known) return known
  const made = new Map<string, Made<T>>()
  memory.set(fold, made)
  return made
}

/**
 * Continues what was made of a shelf with the facts that came since: they are all that it costs, unless one of them corrects what was
 * counted already.
 */
function goOn<T>(known: Made<T> | undefined, shelf: Shelf, more: (value: T | undefined, facts: readonly Recorded[]) => T): Made<T> {
  const { facts } = shelf
  const since = known?.facts === facts ? facts.slice(known.upTo) : undefined
  const goesOn = known !== undefined && since !== undefined && !since.some(({ fact }) => isConfirmation(fact.type))
  const value = goesOn ? more(known.value, since) : more(undefined, facts)
  return { shelf, facts, upTo: facts.length, value }
}

const isFresh = ({ shelf, facts, upTo }: Made<unknown>): boolean => shelf.facts === facts && facts.length === upTo

/** The subjects of a kind among facts that pin it, after those found before. */
function idsAmong(fold: Fold<unknown>, before: readonly string[], facts: readonly Recorded[]): readonly string[] {
  const more = corrected(facts)
    .standing.filter(({ fact }) => fact.subject.kind === fold.kind && fold.pins.includes(fact.type))
    .map(({ fact }) => fact.subject.id)
  return more.length === 0 ? before : [...new Set([...before, ...more])]
}

/** Lists of types come from folds, so that the same list is nearly always the same array. */
const sameTypes = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((type, index) => type === b[index]))

/** Builds an empty world. */
export function createWorld(): World {
  const done: ReadCondition[] = []
  const doneByTag = new Map<string, ReadCondition[]>()
  const positions = new Set<number>()
  const shelves = new Map<string, Shelf>()
  const pins = new Map<string, EditionRef>()
  const entities: Memory<Entity> = new Map()
  const found: Memory<readonly string[]> = new Map()

  const shelfOf = (tag: string): Shelf => {
    const known = shelves.get(tag)
    if (known) return known
    const shelf: Shelf = { facts: [] }
    shelves.set(tag, shelf)
    return shelf
  }
  let pinnedLast: EditionRef | undefined
  const pin = (edition: EditionRef | undefined): void => {
    if (edition === undefined || edition === pinnedLast) return
    pinnedLast = edition
    pins.set(`${edition.id} ${edition.revision}`, edition)
  }
  const keep = (facts: readonly Recorded[]): void => {
    for (const recorded of facts) {
      if (positions.has(recorded.position)) continue
      positions.add(recorded.position)
      for (const tag of recorded.fact.tags) put(shelfOf(tag), recorded)
      pin(recorded.fact.edition)
      for (const move of recorded.fact.moves) pin(move.edition)
    }
  }
  const has = ({ tag, types }: Read): boolean => doneByTag.get(tag)?.some((read) => sameTypes(read.types, types)) ?? false
  const shelfFor = (read: Read): Shelf => {
    if (!has(read)) throw new Error(`not read: ${read.tag} ${read.types.join(' ')}`)
    return shelfOf(read.tag)
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
      const memory = memoryFor(entities as Memory<Entity<S>>, fold)
      const known = memory.get(id)
      if (known && isFresh(known)) return known.value
      const shelf = known ? known.shelf : shelfFor(one(fold, id))
      const made = goOn(known, shelf, (entity, facts) => (entity && foldOnto(fold, entity, facts)) ?? foldEntity(fold, id, facts))
      memory.set(id, made)
      return made.value
    },
    idsOf(fold, tag) {
      const memory = memoryFor(found, fold)
      const known = memory.get(tag)
      if (known && isFresh(known)) return known.value
      const shelf = known ? known.shelf : shelfFor(membersOf(fold, tag))
      const made = goOn(known, shelf, (before = [], facts) => idsAmong(fold, before, facts))
      memory.set(tag, made)
      return made.value
    },
    bearing: (tag) => shelves.get(tag)?.facts ?? [],
    members: (fold, tag) => world.idsOf(fold, tag).map((id) => world.one(fold, id)),
    conditions: () => [...done],
    pins: () => pins.values(),
    apply: keep,
  }
  return world
}
