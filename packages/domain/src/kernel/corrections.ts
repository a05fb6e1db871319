import { z } from 'zod'
import { event, type EventSpec } from './define.ts'
import type { EntityRef, Fact, Json, Recorded } from './event.ts'

/**
 * What a correction does with a fact (CONTRACTS E4). `annul`: it never happened, and everything is as without it. `replace`: it happened
 * with other data, at its own place. `reverse`: it happened, and its money was paid back on the date of the reversal; its stage stays.
 */
export type How = NonNullable<Fact['corrects']>['how']

const Target = z
  .strictObject({ position: z.int().min(1), id: z.uuid().toLowerCase() })
  .meta({ id: 'CorrectionTarget', description: 'The fact that is wrong: its position in the log and its id' })
const Replacement = z
  .record(z.string(), z.unknown())
  .meta({ description: 'The whole new data of the fact, as its own type asks for it; for replace alone' })
const Proposed = z.uuid().toLowerCase().meta({ description: 'The id of the CorrectionProposed fact' })

const madeFor = (kind: string) => ({
  proposed: event(`${kind}.CorrectionProposed`, {
    means: 'Somebody says that a recorded fact is wrong, and what should become of it; nothing changes yet',
    identity: ['target', 'how'],
    data: { target: Target, how: z.enum(['annul', 'replace', 'reverse']), replacement: Replacement.optional() },
  }),
  confirmed: event(`${kind}.CorrectionConfirmed`, {
    means: 'Another person confirms a proposed correction: from now on the fact counts as the correction says',
    identity: ['proposed'],
    data: { proposed: Proposed },
    computed: { replacement: Replacement.optional() },
  }),
  declined: event(`${kind}.CorrectionDeclined`, {
    means: 'A proposed correction is declined or taken back; the fact stands as it was',
    identity: ['proposed'],
    data: { proposed: Proposed },
  }),
})

/** The three facts of correcting a kind. */
export type CorrectionEvents = ReturnType<typeof madeFor>
const made = new Map<string, CorrectionEvents>()

/** The facts by which those of a kind are corrected: the same for every kind, made once. */
export function correctionsOf(kind: string): CorrectionEvents {
  const known = made.get(kind)
  if (known) return known
  const events = madeFor(kind)
  made.set(kind, events)
  return events
}

const kindOf = (type: string): string => type.slice(0, type.indexOf('.'))
/** Whether a type is one of the three. */
export const isCorrection = (type: string): boolean => type.includes('.Correction')
/** Whether facts of a type change what others mean. */
export const isConfirmation = (type: string): boolean => type.endsWith('.CorrectionConfirmed')

/** The facts that correct these types: what is folded with them (CONTRACTS E4). */
export const correctingTypes = (types: Iterable<string>): string[] =>
  [...new Set([...types].map(kindOf))].flatMap((kind) => Object.values(correctionsOf(kind)).map(({ type }: EventSpec) => type))

/** The facts of a read as confirmed corrections leave them. */
export interface Corrected {
  /** In log order: annulled ones are left out, replaced ones have their new data. Corrections themselves stay in their places. */
  readonly standing: readonly Recorded[]
  /** For each reversal among them, by its position, the fact whose money it undoes. */
  readonly reversals: ReadonlyMap<number, Recorded>
}

const nothing: ReadonlyMap<number, Recorded> = new Map()

/** The positions of the facts by which a fact says what it says here: its own, and those of the corrections that replaced its data. */
export const positionsBehind = ({ position, replacedBy = [] }: Recorded): number[] => [position, ...replacedBy]

/** Positions in log order, each once. */
export const inLogOrder = (positions: readonly number[]): number[] => [...new Set(positions)].sort((a, b) => a - b)

/** The same of several facts, in log order, each once. */
export const allBehind = (facts: readonly Recorded[]): number[] => inLogOrder(facts.flatMap(positionsBehind))

/** A fact with the data of the last of these corrections; its moves, tags and date stay. */
function replacedBy(recorded: Recorded, replacements: readonly Recorded[]): Recorded {
  const data = replacements.at(-1)?.fact.data['replacement']
  if (data === undefined) return recorded
  return {
    ...recorded,
    fact: { ...recorded.fact, data: data as Fact['data'] },
    replacedBy: replacements.map(({ position }) => position),
  }
}

/**
 * Applies the confirmations among facts in log order. Pure; the same again on its own result. A confirmation bears every tag of what it
 * corrects, so that whoever reads one reads the other. Facts to be cut by date are corrected first: see {@link trueBy}.
 */
export function corrected(facts: readonly Recorded[]): Corrected {
  const confirmed = facts.filter(({ fact }) => fact.corrects !== undefined)
  if (confirmed.length === 0) return { standing: facts, reversals: nothing }
  const byTarget = Map.groupBy(confirmed, ({ fact }) => fact.corrects?.id ?? '')
  const found = new Map<string, Recorded>()
  const standing = facts.flatMap((recorded): Recorded[] => {
    const corrections = byTarget.get(recorded.fact.id)
    if (corrections === undefined) return [recorded]
    if (corrections.some(({ fact }) => fact.corrects?.how === 'annul')) return []
    const replacements = corrections.filter(({ fact }) => fact.corrects?.how === 'replace')
    const now = replacedBy(recorded, replacements)
    found.set(recorded.fact.id, now)
    return [now]
  })
  const reversals = confirmed.flatMap(({ position, fact: { corrects } }) => {
    const target = corrects?.how === 'reverse' ? found.get(corrects.id) : undefined
    return target === undefined ? [] : [[position, target] as const]
  })
  return { standing, reversals: new Map(reversals) }
}

/**
 * What was true by a date, of facts known at a moment (CONTRACTS D3): corrected first, because what is struck never was true, on whatever
 * date that was found out; then those with `effectiveOn` on or before the date, reversals among them by their own.
 */
export function trueBy(facts: readonly Recorded[], until: string | undefined): readonly Recorded[] {
  const { standing } = corrected(facts)
  return until === undefined ? standing : standing.filter(({ fact }) => fact.effectiveOn <= until)
}

/** What counts in sums of money by a date: what was true by then, without what was paid back by then. */
export function countedBy(facts: readonly Recorded[], until?: string): readonly Recorded[] {
  const { standing, reversals } = corrected(trueBy(facts, until))
  if (reversals.size === 0) return standing
  const undone = new Set([...reversals.values()].map(({ position }) => position))
  return standing.filter(({ position }) => !undone.has(position))
}

/** What became of a fact: by whom it was said to be wrong, who confirmed it and why, and what stands instead. */
export interface Strike {
  readonly how: How
  readonly proposal: Recorded | undefined
  readonly confirmation: Recorded
  readonly replacement: Fact['data'] | undefined
}

/** The confirmed corrections of each fact, by its id, in log order. */
export function strikesAmong(facts: readonly Recorded[]): ReadonlyMap<string, readonly Strike[]> {
  const strikes = new Map<string, Strike[]>()
  for (const confirmation of facts) {
    const { corrects, data } = confirmation.fact
    if (corrects === undefined) continue
    const proposal = facts.find(({ fact }) => fact.id === data['proposed'])
    const replacement = data['replacement'] as Fact['data'] | undefined
    strikes.set(corrects.id, [...(strikes.get(corrects.id) ?? []), { how: corrects.how, proposal, confirmation, replacement }])
  }
  return strikes
}

/** The fact that a proposal is about. */
export const targetOf = ({ data }: Fact): { readonly position: number; readonly id: string } =>
  data['target'] as { readonly position: number; readonly id: string }

/** Proposals about facts of an entity that nobody has decided yet, among correction facts. */
export function openProposals(corrections: readonly Recorded[], { kind, id }: EntityRef): Recorded[] {
  const decided = new Set<Json | undefined>(corrections.map(({ fact }) => fact.data['proposed']))
  return corrections.filter(
    ({ fact }) =>
      fact.type.endsWith('.CorrectionProposed') && fact.subject.kind === kind && fact.subject.id === id && !decided.has(fact.id),
  )
}
