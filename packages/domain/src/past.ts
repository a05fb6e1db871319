import type { Decider } from './kernel/decider.ts'
import { isCorrection } from './kernel/corrections.ts'
import type { Decision } from './kernel/decide.ts'
import type { Deviation, Fact, Move, Recorded } from './kernel/event.ts'
import { refuse, type Refusal } from './kernel/refusal.ts'
import type { Call } from './kernel/rule.ts'
import { textOf } from './kernel/same-again.ts'
import type { Read, World } from './kernel/world.ts'
import type { Reader } from './reading.ts'

/** Whether a correction says that a fact never was so. A reversal is none of these: money came back on its own day, and not before. */
const tellsOfWrong = ({ fact: { type, corrects } }: Recorded): boolean => isCorrection(type) && corrects?.how !== 'reverse'

/** The past as it was before a position, with all that is known now of what was wrong in it, and with what is thought of. */
export class Past {
  readonly #world: World
  readonly #reader: Reader
  /** The confirmation that is thought of. */
  readonly thought: Recorded
  constructor(world: World, reader: Reader, thought: Recorded) {
    this.#world = world
    this.#reader = reader
    this.thought = thought
  }

  /** What the correction reads becomes a condition of its append, as with every decision. */
  async read(reads: readonly Read[]): Promise<number> {
    const fresh = reads.filter((read) => !this.#world.has(read))
    if (fresh.length === 0) return 0
    const { facts, head } = await this.#reader.read(fresh)
    this.#world.add(fresh, facts, head)
    return head
  }

  before(position: number, withThought: boolean): Reader {
    return {
      ...this.#reader,
      read: async (reads) => {
        await this.read(reads)
        const found = new Map<number, Recorded>()
        for (const { tag, types } of reads)
          for (const recorded of this.#world.bearing(tag))
            if (types.includes(recorded.fact.type) && (recorded.position < position || tellsOfWrong(recorded)))
              found.set(recorded.position, recorded)
        const facts = [...found.values()].sort((a, b) => a.position - b.position)
        const bears = reads.some(({ tag, types }) => types.includes(this.thought.fact.type) && this.thought.fact.tags.includes(tag))
        return { facts: withThought && bears ? [...facts, this.thought] : facts, head: position - 1 }
      },
    }
  }
}

/** The command that a stored fact was recorded by: what was given, without what was computed. */
export function callOf(decider: Decider, { fact }: Recorded): Call {
  const given = Object.keys(decider.command.records.data.shape).filter((field) => field !== 'round' && fact.data[field] !== undefined)
  return {
    command: decider.command.name,
    subject: fact.subject,
    data: Object.fromEntries(given.map((field) => [field, fact.data[field]])),
    effectiveOn: fact.effectiveOn,
    ...(fact.effectiveAt === undefined ? {} : { effectiveAt: fact.effectiveAt }),
    actor: fact.actor,
    ...(fact.cosigners === undefined ? {} : { cosigners: fact.cosigners }),
    evidence: fact.evidence,
    ...(fact.reason === undefined ? {} : { reason: fact.reason }),
    ...(fact.lateReason === undefined ? {} : { lateReason: fact.lateReason }),
    recordedBy: fact.recordedBy,
    correlation: fact.correlation,
    keyHash: fact.commandKeyHash,
    ...(fact.source === undefined ? {} : { source: fact.source }),
    ...(fact.source?.key === undefined ? {} : { historical: true as const }),
  }
}

const movesText = (moves: readonly Move[]): string =>
  moves
    .map(({ kind, id, region, from, to, suspended }) => `${kind}:${id} ${region} ${from} ${to} ${suspended?.to ?? ''}`)
    .sort()
    .join('\n')

/** In what a fact would come out otherwise: names of fields, `stages`, `tags`. Rounds are counted anew and say nothing. */
function differing(stored: Fact, anew: Fact): string[] {
  const fields = [...new Set([...Object.keys(stored.data), ...Object.keys(anew.data)])].filter(
    (field) => field !== 'round' && textOf(stored.data[field] ?? null) !== textOf(anew.data[field] ?? null),
  )
  const tags = (fact: Fact): string => [...fact.tags].sort().join(' ')
  return [
    ...fields,
    ...(movesText(stored.moves) === movesText(anew.moves) ? [] : ['stages']),
    ...(tags(stored) === tags(anew) ? [] : ['tags']),
  ]
}

/** What became of deciding a fact again: why not, or in what it differs and which rules it breaks. */
export interface Again {
  readonly refusal: Refusal | undefined
  readonly differs: readonly string[]
  readonly deviations: readonly Deviation[]
}

const unknownNow: Again = {
  refusal: refuse({ code: 'not-found', sort: 'reference', source: 'DESIGN §7', sentence: { id: 'Tidak dikenal.', en: 'It is unknown.' } }),
  differs: [],
  deviations: [],
}

/** Compares a decision taken again with the facts that were stored of it. */
export function againOf(decision: Decision, stored: readonly Fact[]): Again {
  if (decision.kind === 'refused') return { refusal: decision.refusal, differs: [], deviations: [] }
  if (decision.kind === 'unknown') return unknownNow
  if (decision.kind !== 'accepted') return { refusal: undefined, differs: [], deviations: [] }
  const differs = stored.flatMap((fact) => {
    const anew = decision.facts.find(({ type, subject }) => type === fact.type && subject.id === fact.subject.id)
    return anew ? differing(fact, anew) : ['facts']
  })
  return { refusal: undefined, differs: [...new Set(differs)], deviations: decision.facts[0]?.deviations ?? [] }
}
