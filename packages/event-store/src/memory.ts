import type { Recorded } from '@jejak/domain'
import { typesLiteral } from './hashes.ts'
import type { TagQuery } from './log.ts'

/** What is known of a query: its facts up to a position, all of them. */
export interface Known {
  readonly facts: readonly Recorded[]
  readonly upTo: number
}

/** A query by the text that it is remembered under. */
export interface NamedQuery {
  readonly name: string
  readonly tag: string
  readonly literal: string | null
  readonly takes: (type: string) => boolean
}

/** Facts that were read before, by query. Bounded: what was not asked for the longest is forgotten first. */
export interface Memory {
  /** What is known of a query; nothing up to position 0 if it was never asked. */
  of(query: NamedQuery): Known
  keep(query: NamedQuery, known: Known): void
  clear(): void
  /** Changes with every `clear`: what was asked before one is not kept after it. */
  readonly age: number
}

const nothing: Known = { facts: [], upTo: 0 }

interface Types {
  readonly words: string
  readonly literal: string | null
  readonly takes: (type: string) => boolean
}

function typesOf(types: readonly string[] | undefined): Types {
  const literal = typesLiteral(types)
  const set = new Set(types)
  return { words: types?.join() ?? '', literal, takes: literal === null ? () => true : (type) => set.has(type) }
}

/** Names queries. The lists of types are nearly always the same few arrays, which are looked at once. */
export function createNamer(): (query: TagQuery) => NamedQuery {
  const seen = new WeakMap<readonly string[], Types>()
  const all = typesOf(undefined)
  return ({ tag, types }) => {
    const known = types === undefined ? all : (seen.get(types) ?? typesOf(types))
    if (types !== undefined) seen.set(types, known)
    const { words, literal, takes } = known
    return { name: `${tag}\n${words}`, tag, literal, takes }
  }
}

/** An empty memory for at most so many facts; a query counts as one more. One query never takes more than a tenth. */
export function createMemory(factsMax: number): Memory {
  const entries = new Map<string, Known>()
  let size = 0
  let age = 0

  const drop = (name: string): void => {
    const known = entries.get(name)
    if (known && entries.delete(name)) size -= known.facts.length + 1
  }
  return {
    of: ({ name }) => entries.get(name) ?? nothing,
    keep({ name }, known) {
      if ((entries.get(name)?.upTo ?? -1) > known.upTo) return
      drop(name)
      if (known.facts.length > factsMax / 10) return
      // Set anew, so that it stands behind all others.
      entries.set(name, known)
      size += known.facts.length + 1
      for (const oldest of entries.keys()) {
        if (size <= factsMax) break
        drop(oldest)
      }
    },
    clear() {
      entries.clear()
      size = 0
      age += 1
    },
    get age() {
      return age
    },
  }
}
