import { createHash } from 'node:crypto'
import type { Fact, Recorded } from '@jejak/domain'
import { commandKeyHash, eventId } from '@jejak/event-store'

/** A history that shares its institutions and persons with others, and nothing else. */
export interface Copy {
  readonly keyHash: string
  readonly facts: readonly Fact[]
  /** The id that an entity of the original has here. */
  readonly idOf: (original: string) => string
}

const copied: ReadonlySet<string> = new Set(['cycle', 'allocation', 'tranche', 'proposal'])

/** Facts that all copies share, and those of the entities that each copy has for itself. */
export function parted(facts: readonly Recorded[]): { readonly shared: readonly Fact[]; readonly own: readonly Fact[] } {
  const isOwn = ({ fact }: Recorded): boolean => fact.tags.some((tag) => copied.has(tag.slice(0, tag.indexOf(':'))))
  return {
    shared: facts.filter((recorded) => !isOwn(recorded) && recorded.fact.type !== 'edition.Published').map(({ fact }) => fact),
    own: facts.filter(isOwn).map(({ fact }) => fact),
  }
}

/** The facts under one key of their own, each with the identifier that goes with it (CONTRACTS A5), as one submission wants them. */
export function underOneKey(facts: readonly Fact[], name: string, ids: ReadonlyMap<string, string> = new Map()): Copy {
  const keyHash = commandKeyHash('jejak', 'copies', name)
  const renamed = new Map([...ids, ...facts.map((fact, index) => [fact.id, eventId(keyHash, index)] as const)])
  const idOf = (original: string): string => renamed.get(original) ?? original
  const text = JSON.stringify(facts).replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, idOf)
  const parsed: Fact[] = JSON.parse(text)
  return { keyHash, idOf, facts: parsed.map((fact) => ({ ...fact, commandKeyHash: keyHash, tags: [...fact.tags].sort() })) }
}

/** Copies facts to entities of other ids. */
export function copyOf(facts: readonly Fact[], name: string): Copy {
  const own = new Set(facts.flatMap(({ subject }) => (copied.has(subject.kind) ? [subject.id] : [])))
  const other = (id: string): string => id.slice(0, 24) + createHash('sha256').update(`${name} ${id}`).digest('hex').slice(0, 12)
  return underOneKey(facts, name, new Map([...own].map((id) => [id, other(id)])))
}
