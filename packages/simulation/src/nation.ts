import type { Deviation, Fact, Json, Read, Recorded } from '@jejak/domain'
import type { Condition, Submission } from '@jejak/event-store'
import { landOf } from './places.ts'
import { programmes } from './programmes.ts'
import { publishShipped } from './publishing.ts'
import { factsIn, inOrderOf } from './sorter.ts'
import type { Sitting } from './sitting.ts'
import { openStore } from './store.ts'
import { tellAll, type Told } from './telling.ts'

/** A nation to be told. The same seed, years and number of kelurahan give the same facts, whatever the rest. */
export interface NationOptions {
  readonly kelurahan: number
  readonly years: number
  readonly seed: string
  /** The first year. */
  readonly from?: number
  /** One edition for all, by its id, instead of the mix of the years. */
  readonly edition?: string
  /** Threads that tell lives; the caller's is one of them. */
  readonly threads?: number
  /** Bytes of packed facts that wait in memory; beyond it they wait in a temporary file. */
  readonly memoryMax?: number
  /** Told of every kelurahan that is done. */
  readonly told?: (told: Told) => void
  /** Ends it: the generator throws the signal's reason. */
  readonly signal?: AbortSignal
}

/** A submission of the nation in its place in the log. */
export interface NationSubmission {
  readonly keyHash: string
  readonly fingerprint: string
  /** Microseconds since 1970. */
  readonly recordedAt: bigint
  /** The place of its first fact, counted over the nation from 1: its position in a log that holds nothing else. */
  readonly first: number
  readonly commands: readonly (readonly Fact[])[]
  /** What its decisions rest on. */
  readonly reads: readonly Read[]
  /** Lives that it belongs to or has read: it can be appended when everything before it of these lives is in the log. */
  readonly needs: readonly number[]
  readonly life: number
}

/** The first year when none is named: the old programmes are in it, and the change to KOTAKU. */
export const firstYear = 2013
const years = { least: 2006, most: 2027 } as const
const kelurahanMax = 20_000

/** Refuses a nation that cannot be told. Throws RangeError, which says what can. */
export function checkNation({ kelurahan, years: count, seed, from = firstYear, edition, threads = 1 }: NationOptions): void {
  const wholes = { kelurahan, years: count, from, threads }
  for (const [name, value] of Object.entries(wholes))
    if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`${name} is a whole number above zero, not ${value}`)
  if (kelurahan > kelurahanMax) throw new RangeError(`kelurahan: at most ${kelurahanMax}, not ${kelurahan}`)
  if (from < years.least || from + count - 1 > years.most)
    throw new RangeError(`years: ${from} to ${from + count - 1} is not within ${years.least} to ${years.most}, where holidays are known`)
  if (seed === '' || /[\0\n]/.test(seed)) throw new RangeError('seed: a text of one line')
  if (edition !== undefined && !programmes.has(edition))
    throw new RangeError(`edition: no nation is told in ${edition}; there are ${[...programmes.keys()].join(', ')}`)
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

/** Places of a life become places of the nation. */
function placed(fact: Fact, placeOf: (place: number) => number): Fact {
  if (!fact.deviations) return fact
  const deviations = fact.deviations.map((deviation): Deviation => {
    const { facts } = deviation
    return isList(facts) ? { ...deviation, facts: facts.map((at) => (typeof at === 'number' ? placeOf(at) : at)) } : deviation
  })
  return { ...fact, deviations }
}

/** Gives sittings their places, in the order in which they come, and remembers where the facts of each life stand. */
function placing(): (sitting: Sitting) => NationSubmission {
  const byLife = new Map<number, { readonly first: number[]; readonly at: number[] }>()
  let next = 1
  // Facts that decisions flag are the life's own; those of its neighbours are offices only.
  const of = (life: number, place: number): number => {
    const { first = [], at = [] } = byLife.get(life) ?? {}
    const index = first.findLastIndex((each) => each <= place)
    if (index < 0) throw new Error(`life ${life} has no place ${place}`)
    return (at[index] ?? 0) + place - (first[index] ?? 0)
  }
  return ({ life, needs, keyHash, fingerprint, reads, recordedAt, commands, first: place }) => {
    const first = next
    const known = byLife.get(life) ?? { first: [], at: [] }
    byLife.set(life, known)
    known.first.push(place)
    known.at.push(first)
    next += factsIn({ commands })
    const told = commands.map((facts) => facts.map((fact) => placed(fact, (each) => of(life, each))))
    return { life, needs, keyHash, fingerprint, reads, recordedAt: BigInt(recordedAt), first, commands: told }
  }
}

/**
 * The nation's submissions in the order of the log. Every life is told first, one after the other, and packed by week; then week by week
 * they are put in order. So memory holds one life and one week, whatever the nation. Throws RangeError for a nation that cannot be told.
 */
export async function* nation(options: NationOptions): AsyncGenerator<NationSubmission> {
  checkNation(options)
  const { kelurahan, seed, years: count, from = firstYear, edition, threads = 1, memoryMax = 64 * 2 ** 20, told, signal } = options
  const land = await landOf(seed, kelurahan)
  const store = openStore(memoryMax)
  try {
    await tellAll({ seed, from, years: count, edition }, land, store, { threads, ...(told ? { told } : {}), ...(signal ? { signal } : {}) })
    const place = placing()
    for (const sitting of await publishShipped()) yield place(sitting)
    for (const week of store.weeks()) {
      signal?.throwIfAborted()
      for (const sitting of inOrderOf(await store.take(week))) yield place(sitting)
    }
  } finally {
    await store.close()
  }
}

/** The same as recorded facts with their positions, for whoever needs no database. */
export async function* nationFacts(options: NationOptions): AsyncGenerator<Recorded> {
  for await (const { first, recordedAt, commands } of nation(options))
    for (const [index, fact] of commands.flat().entries()) yield { position: first + index, recordedAt, fact }
}

/** As the log takes it, on the condition that nothing came after `head` of what its decisions rest on (CONTRACTS B3). */
export function submissionAfter(head: number, { keyHash, fingerprint, recordedAt, reads, commands }: NationSubmission): Submission {
  const conditions = reads.map(({ tag, types }): Condition => ({ tag, types, after: head }))
  return { keyHash, fingerprint, conditions, commands: commands.map((facts) => ({ facts })), recordedAt }
}
