import { beginnings, besideFirst, domain, Edition, entered, type Fact } from '@jejak/domain'

/** What deviations and compliance need to know of one kind of entity in one edition. */
export interface DeviationRules {
  /** Stages in the order in which they usually come. */
  readonly path: readonly string[]
  /** Where an entity begins, by the fact that opens it. */
  readonly begins: readonly string[]
  /** Regions beside the stages, each with the stage in which it begins. */
  readonly beside: Readonly<Record<string, string>>
  /** Stages to which some fact leads, by the stage in which it is recorded. */
  readonly leads: Readonly<Record<string, readonly string[]>>
  /** Roles that should sign or attend something in a stage. */
  readonly expects: Readonly<Record<string, readonly string[]>>
  /** Papers that the order of facts asks for, by the fact's key and the stage in which it is recorded. */
  readonly papers: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  /** Stages in which nothing is waited for. */
  readonly ends: readonly string[]
}

/** `views.deviation_editions`: what this view needs of a published revision. */
export interface DeviationEditionsTable {
  readonly id: string
  readonly revision: number
  readonly programme: string
  /** Facts entered later than this many days after their date need a reason. */
  readonly lateEntryDays: number
  readonly rules: Readonly<Record<string, DeviationRules>>
}

const none: DeviationRules = { path: [], begins: [], beside: {}, leads: {}, expects: {}, papers: {}, ends: [] }

/** The rules of a kind by an edition, else by its built-in workflow. Pure. */
export function deviationRulesOf(kind: string, edition: Edition | undefined): DeviationRules {
  const compiled = domain.workflow(kind, edition)
  if (compiled === undefined) return none
  const { workflow, leaves, exits } = compiled
  const leads: Record<string, string[]> = {}
  const papers: Record<string, Record<string, readonly string[]>> = {}
  for (const leaf of leaves.values()) {
    const targets = [...leaf.legal.values()].flatMap(({ to }) =>
      to === undefined || to === leaf.path ? [] : [to, ...entered(workflow, to).map(({ path }) => path)],
    )
    if (targets.length > 0) leads[leaf.path] = [...new Set(targets)]
    for (const { key, papers: asked } of leaf.legal.values()) if (asked.length > 0) papers[key] = { ...papers[key], [leaf.path]: asked }
  }
  return {
    path: workflow.path,
    begins: beginnings(workflow),
    beside: Object.fromEntries(besideFirst(workflow).map(({ region, path }) => [region, path])),
    leads,
    expects: Object.fromEntries([...exits].flatMap(([stage, { expects }]) => (expects.length > 0 ? [[stage, expects]] : []))),
    papers,
    ends: [...leaves.values()].flatMap(({ path, final }) => (final ? [path] : [])),
  }
}

/** The row of a published revision. */
export function deviationEditionOf(fact: Fact): DeviationEditionsTable {
  const edition = Edition.parse(fact.data['content'])
  return {
    id: fact.subject.id,
    revision: Number(fact.data['revision']),
    programme: edition.programme,
    lateEntryDays: edition.lateEntryDays,
    rules: Object.fromEntries(Object.keys(edition.workflows).map((kind) => [kind, deviationRulesOf(kind, edition)])),
  }
}

const builtIn = new Map<string, DeviationRules>()

/** The rules of a kind without a pinned edition; made once for each kind. */
export function builtInDeviationRules(kind: string): DeviationRules {
  const rules = builtIn.get(kind) ?? deviationRulesOf(kind, undefined)
  builtIn.set(kind, rules)
  return rules
}

/** Whether a stage is another one or lies inside it. */
export const isWithin = (stage: string, place: string): boolean => stage === place || stage.startsWith(`${place}.`)

/** The region beside the stages that a stage lies in; empty for the stages themselves. */
export const regionOf = ({ beside }: DeviationRules, stage: string): string => {
  const [first = ''] = stage.split('.')
  return Object.hasOwn(beside, first) ? first : ''
}

/** The place of a stage on the path; a stage inside another counts as the outer one unless it is listed itself. -1 beside the path. */
export function placeOf({ path }: DeviationRules, stage: string): number {
  for (let part = stage; part !== ''; part = part.slice(0, Math.max(0, part.lastIndexOf('.')))) {
    const found = path.indexOf(part)
    if (found >= 0) return found
  }
  return -1
}

/** Whether a move goes on: forward on the path, or back onto it. Where there is no path, every move does. */
export const movesOn = (rules: DeviationRules, from: string, to: string): boolean =>
  rules.path.length === 0 || placeOf(rules, to) > placeOf(rules, from)

/** Every stage that facts can lead to from some stages, these among them; `without` and what is inside it is not entered. */
export function reachableFrom({ leads }: DeviationRules, from: Iterable<string>, without?: string): Set<string> {
  const found = new Set<string>(from)
  for (const stage of found) for (const next of leads[stage] ?? []) if (without === undefined || !isWithin(next, without)) found.add(next)
  return found
}

/** Whether a stage is among others, or something inside it is. */
export const isAmong = (stage: string, stages: ReadonlySet<string>): boolean =>
  stages.has(stage) || stages.values().some((each) => isWithin(each, stage))

const known = new WeakMap<DeviationRules, Map<string, readonly string[]>>()

function findPassedOver(rules: DeviationRules, from: string, to: string): readonly string[] {
  const [start, end] = [placeOf(rules, from), placeOf(rules, to)]
  if (start < 0 || end <= start + 1) return []
  const region = regionOf(rules, to)
  const between = rules.path.slice(start + 1, end).filter((path) => regionOf(rules, path) === region && !isWithin(from, path))
  if (!isAmong(to, reachableFrom(rules, [from]))) return between
  return between.filter((stage) => !isAmong(to, reachableFrom(rules, [from], stage)))
}

/**
 * The stages on the path that a move passed over: those through which every order of facts leads from the one to the other. A stage of
 * revision, or the review with which only later years begin, is on the path but could have been avoided, so it is not among them.
 */
export function passedOver(rules: DeviationRules, from: string, to: string): readonly string[] {
  if (rules.leads[from]?.includes(to)) return []
  let ways = known.get(rules)
  if (ways === undefined) known.set(rules, (ways = new Map()))
  const way = `${from} > ${to}`
  const found = ways.get(way) ?? findPassedOver(rules, from, to)
  ways.set(way, found)
  return found
}
