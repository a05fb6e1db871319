import { domain, Edition, keyOf, type EditionRef, type Fact, type Move } from '@jejak/domain'
import { closedOnce } from './stage-clock-rules.ts'

/** A key that may close a case by itself: the stages where it does, and those where it does not. */
interface ClosingKey {
  readonly at: readonly string[]
  readonly notAt: readonly string[]
}

/** What closes a case of one kind in one edition. */
export interface FlowRules {
  /** Final stages, and those marked `closed-once`. */
  readonly stages: readonly string[]
  /** Facts that bear the mark themselves, by key. */
  readonly keys: Readonly<Record<string, ClosingKey>>
}

/** `views.flow_editions`: what the steps need of a published revision. */
export interface FlowEditionsTable {
  readonly id: string
  readonly revision: number
  readonly rules: Readonly<Record<string, FlowRules>>
}

/** What closes a case of a kind by an edition, else by its built-in workflow. Pure. */
export function flowRulesOf(kind: string, edition: Edition | undefined): FlowRules {
  const leaves = [...(domain.workflow(kind, edition)?.leaves.values() ?? [])]
  const legal = leaves.flatMap(({ path, legal: keys }) => [...keys.values()].map(({ key, marks }) => ({ path, key, marks })))
  const closing = new Set(legal.filter(({ marks }) => marks.includes(closedOnce)).map(({ key }) => key))
  const placesOf = (key: string, marked: boolean): string[] =>
    legal.filter((each) => each.key === key && each.marks.includes(closedOnce) === marked).map(({ path }) => path)
  return {
    stages: leaves.filter(({ final, marks }) => final || marks.includes(closedOnce)).map(({ path }) => path),
    keys: Object.fromEntries([...closing].map((key) => [key, { at: placesOf(key, true), notAt: placesOf(key, false) }])),
  }
}

/** The row of a published revision. */
export function flowEditionOf(fact: Fact): FlowEditionsTable {
  const edition = Edition.parse(fact.data['content'])
  return {
    id: fact.subject.id,
    revision: Number(fact.data['revision']),
    rules: Object.fromEntries(Object.keys(edition.workflows).map((kind) => [kind, flowRulesOf(kind, edition)])),
  }
}

const builtIn = new Map<string, FlowRules>()

/** The rules of a kind by the edition at hand, else the built-in ones; those are made once for each kind. */
export function rulesOf(kind: string, pin: EditionRef | undefined, editions: readonly FlowEditionsTable[]): FlowRules {
  const pinned = pin && editions.find(({ id, revision }) => id === pin.id && revision === pin.revision)?.rules[kind]
  if (pinned !== undefined) return pinned
  const rules = builtIn.get(kind) ?? flowRulesOf(kind, undefined)
  builtIn.set(kind, rules)
  return rules
}

/**
 * Whether a fact closes the case that it makes these moves of. A fact without a move does not say where it was recorded: it bears the marks
 * that it bears anywhere, as the stage clock has it for one out of order.
 */
export function closes(fact: Fact, moves: readonly Move[], { stages, keys }: FlowRules): boolean {
  if (moves.some(({ from, to }) => to !== null && to !== from && stages.includes(to))) return true
  const key = keys[keyOf(fact.type, fact.data)]
  if (key === undefined) return false
  const here = moves.flatMap(({ from }) => from ?? [])
  return here.some((stage) => key.at.includes(stage)) || !here.some((stage) => key.notAt.includes(stage))
}
