import type { Calendar } from '@jejak/reference'
import type { EditionRef, Json } from '@jejak/domain'
import { derivedReasons, type DeviationKind } from './deviation-reasons.ts'
import { pinOf, standingOf } from './deviation-fold.ts'
import { isAmong, isWithin, placeOf, reachableFrom, regionOf, type DeviationRules } from './deviation-rules.ts'
import type { DeviationEntitiesTable, DeviationPresenceTable, DeviationsTable } from './deviation-tables.ts'
import { lateStepOf } from './late-steps.ts'
import type { StageClockLimitsTable, StageClockStaysTable } from './stage-clock-tables.ts'

/** What a stage counts in the score of a run, by how it was done. An open stage does not count yet; one never reached never does. */
export const complianceWeights = {
  done: 1,
  'done-late': 0.75,
  'done-with-missing-evidence': 0.5,
  forced: 0.25,
  skipped: 0,
} as const

/** How a stage was done, from best to worst; what holds of a stage is the worst that is true of it. */
export type Done = keyof typeof complianceWeights
export type StageState = Done | 'open' | 'not-reached'

/** Something that a stage's state rests on, or that is to be seen beside it. */
export interface Because {
  readonly kind: DeviationKind
  readonly rule: string
  readonly details: Readonly<Record<string, Json>>
  readonly facts: readonly number[]
}

/** A stage of a run. Dates `YYYY-MM-DD`; `facts` are the positions of those by which it was entered and left. */
export interface StageCompliance {
  readonly stage: string
  /** Region beside the stages; empty for the stages themselves. */
  readonly region: string
  readonly state: StageState
  readonly weight: number | null
  /** Whether the run stands there. */
  readonly current: boolean
  readonly entered: string | null
  readonly left: string | null
  readonly facts: readonly number[]
  readonly because: readonly Because[]
}

/** Whether a role that the edition expects was seen in a stage of a kind of entity, in all entities of the run. */
export interface ExpectedStage {
  readonly kind: string
  readonly stage: string
  /** `absent`: left or passed over without it; `awaited`: stands there, or not reached yet. */
  readonly state: 'present' | 'absent' | 'awaited'
  /** Entities of the run that are to go through the stage, have come to it, and in which the role was seen. */
  readonly entities: number
  readonly reached: number
  readonly present: number
  readonly events: number
  readonly first: number | null
  readonly last: number | null
}

/** A role that the edition expects, over all stages of a run. */
export interface ExpectedActor {
  readonly role: string
  readonly expectedStages: number
  readonly reachedStages: number
  readonly presentStages: number
  readonly events: number
  readonly stages: readonly ExpectedStage[]
}

/** How far a run of the cycle was as its edition says. */
export interface Compliance {
  readonly cycle: string
  readonly area: string | null
  readonly programme: string | null
  readonly edition: EditionRef | null
  /** Mean weight of the stages that count, to four decimals; null where none does yet. */
  readonly score: number | null
  readonly stages: readonly StageCompliance[]
  readonly expectedActors: readonly ExpectedActor[]
}

/** An entity of a run, the rules of its edition, and whom they expect of it. */
export interface PresenceOf {
  readonly row: DeviationEntitiesTable
  readonly rules: DeviationRules
  readonly presence: readonly DeviationPresenceTable[]
  /** Stages that it passed over. */
  readonly skipped: readonly string[]
}

/** Everything that is known of a run. */
export interface RunFacts {
  readonly row: DeviationEntitiesTable
  readonly rules: DeviationRules
  readonly stays: readonly StageClockStaysTable[]
  readonly limits: readonly StageClockLimitsTable[]
  /** Deviations of the run itself. */
  readonly deviations: readonly DeviationsTable[]
  /** The run and what belongs to it. */
  readonly entities: readonly PresenceOf[]
  /** The rules of each kind in the edition of the run. */
  readonly kinds: Readonly<Record<string, DeviationRules>>
}

/** The mean of weights, to four decimals; null of none. */
export const meanOf = (weights: readonly number[]): number | null =>
  weights.length === 0 ? null : Math.round((weights.reduce((sum, each) => sum + each, 0) / weights.length) * 10_000) / 10_000

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined)

const becauseOf = ({ kind, rule, details, facts, position }: DeviationsTable): Because => ({
  kind,
  rule,
  details,
  facts: [...new Set([Number(position), ...facts])].toSorted((a, b) => a - b),
})

/** The stages that a deviation marks: force marks the one that was left and the one that was entered. */
const marked = ({ kind, details, stage }: DeviationsTable): readonly string[] =>
  kind === 'forced' ? [text(details['from']), text(details['to'])].filter((each) => each !== undefined) : stage === null ? [] : [stage]

const evidenceMissing: ReadonlySet<DeviationKind> = new Set(['open-criterion', 'missing-paper'])

function stateOf(because: readonly Because[], isVisited: boolean, isCurrent: boolean): StageState {
  const has = (kind: DeviationKind): boolean => because.some((each) => each.kind === kind)
  if (!isVisited) return has('skipped') ? 'skipped' : 'not-reached'
  if (has('forced')) return 'forced'
  if (isCurrent) return 'open'
  if (because.some(({ kind }) => evidenceMissing.has(kind))) return 'done-with-missing-evidence'
  return has('late-step') ? 'done-late' : 'done'
}

const weightOf = (state: StageState): number | null => (state === 'open' || state === 'not-reached' ? null : complianceWeights[state])

/** An end leaves the regions beside the stages too. */
const hasEnded = ({ stages }: DeviationEntitiesTable, { ends }: DeviationRules): boolean => ends.includes(stages[''] ?? '')

/** The stages in which an entity has stood, that it passed over, or to which facts can still lead it. */
function stagesAhead(row: DeviationEntitiesTable, rules: DeviationRules, skipped: readonly string[]): (stage: string) => boolean {
  const reachable = hasEnded(row, rules) ? new Set<string>() : reachableFrom(rules, Object.values(standingOf(rules, row)))
  const been = new Set([...row.visited, ...skipped])
  return (stage) => isAmong(stage, been) || isAmong(stage, reachable)
}

/**
 * The stages of a run in the order of its edition's path. Ends are left out, because nothing is done in them; so are the places where
 * regions beside the stages begin, because everything stands there from the first day, and stages that this run cannot come to.
 */
function stagesOf({ row, rules, stays, limits, deviations }: RunFacts, at: string, calendar: Calendar): StageCompliance[] {
  const skipped = deviations.flatMap(({ kind, stage }) => (kind === 'skipped' && stage !== null ? [stage] : []))
  const isAhead = stagesAhead(row, rules, skipped)
  const standing = Object.values(row.stages)
  const late = limits.flatMap((limit) => lateStepOf(limit, stays, at, calendar) ?? [])
  const beginnings = new Set(Object.values(rules.beside))
  return rules.path.flatMap((stage, place): StageCompliance[] => {
    if (rules.ends.includes(stage) || beginnings.has(stage) || !isAhead(stage)) return []
    const isHere = (other: string | null | undefined): boolean => typeof other === 'string' && placeOf(rules, other) === place
    const here = stays.filter((stay) => isHere(stay.stage))
    const because = [
      ...deviations.filter((each) => marked(each).some(isHere)).map(becauseOf),
      ...late
        .filter((each) => isHere(each.stage))
        .map(({ details, facts }) => ({ kind: 'late-step' as const, rule: derivedReasons.lateStep.code, details, facts })),
    ]
    const current = standing.some(isHere)
    const state = stateOf(because, here.length > 0, current)
    const [first, last] = [here[0], here.at(-1)]
    const ended = here.flatMap(({ endedBy }) => (endedBy === null ? [] : [Number(endedBy)]))
    return [
      {
        stage,
        region: regionOf(rules, stage),
        state,
        weight: weightOf(state),
        current,
        entered: first?.enteredOn ?? null,
        left: current ? null : (last?.leftOn ?? null),
        facts: [...new Set([...here.map(({ position }) => Number(position)), ...ended])].toSorted((a, b) => a - b),
        because,
      },
    ]
  })
}

interface Expectation extends DeviationPresenceTable {
  readonly kind: string
  readonly reached: boolean
  /** It is over: left or passed over. */
  readonly over: boolean
  /** It is of an entity; else of a kind of which the run has none yet. */
  readonly born: boolean
}

/** What the edition expects of an entity, without the stages that it cannot come to. */
function expectationsOf({ row, rules, presence, skipped }: PresenceOf): Expectation[] {
  const isAhead = stagesAhead(row, rules, skipped)
  const visited = new Set(row.visited)
  const standing = Object.values(row.stages)
  return presence
    .filter(({ stage }) => isAhead(stage))
    .map((each) => {
      const reached = isAmong(each.stage, visited)
      const here = standing.some((stage) => isWithin(stage, each.stage))
      return { ...each, kind: row.kind, born: true, reached, over: !here && (reached || skipped.includes(each.stage)) }
    })
}

function expectedStage(rows: readonly Expectation[], kind: string, stage: string): ExpectedStage {
  const seen = rows.filter(({ facts }) => facts > 0)
  const positions = seen.flatMap(({ first, last }) => [Number(first), Number(last)])
  return {
    kind,
    stage,
    state: seen.length > 0 ? 'present' : rows.some(({ over }) => over) ? 'absent' : 'awaited',
    entities: rows.filter(({ born }) => born).length,
    reached: rows.filter(({ reached }) => reached).length,
    present: seen.length,
    events: rows.reduce((sum, { facts }) => sum + facts, 0),
    first: positions.length > 0 ? Math.min(...positions) : null,
    last: positions.length > 0 ? Math.max(...positions) : null,
  }
}

/** What the edition expects of kinds of which the run has no entity yet: nothing once the run has ended. */
function unborn({ row, rules, entities, kinds }: RunFacts): Expectation[] {
  if (hasEnded(row, rules)) return []
  return Object.entries(kinds).flatMap(([kind, { expects, ...more }]) => {
    if (kind === row.kind || entities.some((of) => of.row.kind === kind)) return []
    const ahead = reachableFrom({ expects, ...more }, more.begins)
    const awaited = { entity: '', facts: 0, first: null, last: null, kind, reached: false, over: false, born: false }
    return Object.entries(expects).flatMap(([stage, roles]) =>
      isAmong(stage, ahead) ? roles.map((role) => ({ ...awaited, stage, role })) : [],
    )
  })
}

/** A table of roles expected in one run or several: in which stages, seen in how many of them, in how many facts. Pure. */
export function expectedActorsOf(runs: readonly RunFacts[]): ExpectedActor[] {
  const expected = runs.flatMap((run) => [...run.entities.flatMap(expectationsOf), ...unborn(run)])
  const byRole = Map.groupBy(expected, ({ role }) => role)
  return [...byRole]
    .map(([role, rows]) => {
      const places = [...Map.groupBy(rows, ({ kind, stage }) => `${kind} ${stage}`).values()]
      const stages = places.map((inside) => expectedStage(inside, inside[0]?.kind ?? '', inside[0]?.stage ?? ''))
      return {
        role,
        expectedStages: stages.length,
        reachedStages: stages.filter(({ reached }) => reached > 0).length,
        presentStages: stages.filter(({ state }) => state === 'present').length,
        events: stages.reduce((sum, { events }) => sum + events, 0),
        stages,
      }
    })
    .toSorted((a, b) => (a.role < b.role ? -1 : 1))
}

/** How a run of the cycle was done, stage by stage; what is still open is late or not by a day. Pure. */
export function complianceOf(run: RunFacts, at: string, calendar: Calendar): Compliance {
  const stages = stagesOf(run, at, calendar)
  return {
    cycle: run.row.id,
    area: run.row.area,
    programme: run.row.programme,
    edition: pinOf(run.row) ?? null,
    score: meanOf(stages.flatMap(({ weight }) => weight ?? [])),
    stages,
    expectedActors: expectedActorsOf([run]),
  }
}
