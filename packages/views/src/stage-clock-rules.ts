import { domain, Edition, stageAt, type Fact } from '@jejak/domain'

/** The mark of a stage, or of a fact, that ends a case for those who count: it may go on all the same, and is then reopened. */
export const closedOnce = 'closed-once'

/** What the clock needs to know of a stage; what is not said is not so. */
export interface ClockStage {
  readonly holder?: string
  readonly final?: true
  readonly revision?: true
  readonly marks?: readonly string[]
}

/** A limit on the days in a stage, or from one mark to another; with stage and marks, in that stage from one time of a mark to the next. */
export interface ClockSpan {
  readonly stage: string | null
  readonly from: string | null
  readonly to: string | null
  readonly warn: number
  readonly stuck: number
  readonly clock: 'calendar' | 'working'
}

/** The clock of one kind of entity in one edition. */
export interface ClockRules {
  readonly stages: Readonly<Record<string, ClockStage>>
  /** Marks that a fact itself bears, by its key and the stage in which it is recorded. */
  readonly keys: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  /** Marks that a fact sets on the entity named by a field of its data, by type and field. */
  readonly names: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  /** Marks that a fact sets although it is about another entity, by its key. */
  readonly bears: Readonly<Record<string, readonly string[]>>
  readonly spans: readonly ClockSpan[]
}

/** `views.stage_clock_editions`: what the clock needs of a published revision. */
export interface StageClockEditionsTable {
  readonly id: string
  readonly revision: number
  readonly programme: string
  readonly rules: Readonly<Record<string, ClockRules>>
}

/** A limit of more than a hundred years is none, and a date that far away could not be written. */
const daysMax = 36_500

const none: ClockRules = { stages: {}, keys: {}, names: {}, bears: {}, spans: [] }

/** The clock of a kind by an edition, else by its built-in workflow. Pure. */
export function clockRulesOf(kind: string, edition: Edition | undefined): ClockRules {
  const compiled = domain.workflow(kind, edition)
  if (compiled === undefined) return none
  const { workflow, leaves } = compiled
  const keys: Record<string, Record<string, readonly string[]>> = {}
  for (const leaf of leaves.values())
    for (const { key, marks } of leaf.legal.values()) if (marks.length > 0) keys[key] = { ...keys[key], [leaf.path]: marks }
  return {
    stages: Object.fromEntries(
      [...leaves.values()].map(({ path, holder, final, marks }) => [
        path,
        {
          ...(holder === undefined ? {} : { holder }),
          ...(final ? { final } : {}),
          ...(stageAt(workflow, path)?.revision ? { revision: true as const } : {}),
          ...(marks.length > 0 ? { marks } : {}),
        },
      ]),
    ),
    keys,
    names: Object.fromEntries(Object.entries(workflow.facts).flatMap(([key, { names }]) => (names === undefined ? [] : [[key, names]]))),
    bears: Object.fromEntries(Object.entries(workflow.facts).flatMap(([key, { bears }]) => (bears === undefined ? [] : [[key, bears]]))),
    spans: workflow.spans.map(({ stage = null, each = null, from = each, to = each, warn, stuck, clock }) => ({
      stage,
      from,
      to,
      warn: Math.min(warn, daysMax),
      stuck: Math.min(stuck, daysMax),
      clock,
    })),
  }
}

/** The row of a published revision. */
export function clockEditionOf(fact: Fact): StageClockEditionsTable {
  const edition = Edition.parse(fact.data['content'])
  return {
    id: fact.subject.id,
    revision: Number(fact.data['revision']),
    programme: edition.programme,
    rules: Object.fromEntries(Object.keys(edition.workflows).map((kind) => [kind, clockRulesOf(kind, edition)])),
  }
}

const builtIn = new Map<string, ClockRules>()

/** The clock of a kind without a pinned edition; made once for each kind. */
export function builtInRules(kind: string): ClockRules {
  const rules = builtIn.get(kind) ?? clockRulesOf(kind, undefined)
  builtIn.set(kind, rules)
  return rules
}
