import { createHash } from 'node:crypto'
import type { Fact, Recorded } from '@jejak/domain'
import { commandKeyHash, eventId } from '@jejak/event-store'

/** A history that shares its institutions and persons with others, and nothing else. */
export interface Copy {
  readonly name: string
  readonly commands: readonly { readonly keyHash: string; readonly facts: readonly Fact[] }[]
  /** The id that an entity of the original has here. */
  readonly idOf: (original: string) => string
}

/** Kinds of which each copy of works has entities of its own. */
export const works: ReadonlySet<string> = new Set(['cycle', 'allocation', 'tranche', 'proposal'])
/** Kinds of which each copy of a whole story has entities of its own: all but places and people. */
export const everything: ReadonlySet<string> = new Set([...works, 'institution', 'partnership', 'complaint', 'finding', 'facilitator'])

/** Facts that all copies share, and those of the entities that each copy has for itself. */
export function parted(
  facts: readonly Recorded[],
  copied: ReadonlySet<string> = works,
): { readonly shared: readonly Fact[]; readonly own: readonly Fact[] } {
  const isOwn = ({ fact }: Recorded): boolean => fact.tags.some((tag) => copied.has(tag.slice(0, tag.indexOf(':'))))
  return {
    shared: facts.filter((recorded) => !isOwn(recorded) && recorded.fact.type !== 'edition.Published').map(({ fact }) => fact),
    own: facts.filter(isOwn).map(({ fact }) => fact),
  }
}

/** By the clock of the copy all of it comes years late. */
const late = { reason: 'Dicatat kemudian', lateReason: 'Dicatat kemudian' }

/** The facts of each command under a key of its own, each with the identifier that goes with it (CONTRACTS A5). */
function underKeys(facts: readonly Fact[], name: string, ids: ReadonlyMap<string, string>): Copy {
  const commands = [...Map.groupBy(facts, ({ commandKeyHash }) => commandKeyHash)].map(([key, own]) => ({
    keyHash: commandKeyHash('jejak', name, key),
    own,
  }))
  const renamed = new Map(ids)
  for (const { keyHash, own } of commands) own.forEach((fact, index) => renamed.set(fact.id, eventId(keyHash, index)))
  const idOf = (original: string): string => renamed.get(original) ?? original
  const copied = ({ keyHash, own }: (typeof commands)[number]): Fact[] => {
    const text = JSON.stringify(own).replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, idOf)
    const parsed: Fact[] = JSON.parse(text)
    return parsed.map((fact) => ({ ...late, ...fact, commandKeyHash: keyHash, tags: [...fact.tags].sort() }))
  }
  return { name, idOf, commands: commands.map((each) => ({ keyHash: each.keyHash, facts: copied(each) })) }
}

/** Facts as they are, under keys of their own. */
export const sharedCopy = (facts: readonly Fact[]): Copy => underKeys(facts, 'shared', new Map())

/** Copies facts to entities of other ids. `later` are facts that may still come: their entities have other ids too. */
export function copyOf(facts: readonly Fact[], name: string, copied: ReadonlySet<string> = works, later: readonly Fact[] = []): Copy {
  const own = new Set([...facts, ...later].flatMap(({ subject }) => (copied.has(subject.kind) ? [subject.id] : [])))
  const other = (id: string): string => id.slice(0, 24) + createHash('sha256').update(`${name} ${id}`).digest('hex').slice(0, 12)
  return underKeys(facts, name, new Map([...own].map((id) => [id, other(id)])))
}
