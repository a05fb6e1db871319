import { escape } from '../kernel/pointer.ts'
import { beginnings, besideFirst, desksLeadingTo, entered, factRule } from '../kernel/stages.ts'
import type { By, Stage, Workflow } from '../kernel/workflow.ts'

/** A stage as it is found in the document. */
export interface Found {
  readonly path: string
  readonly pointer: string
  readonly stage: Stage
  /** The stages around it are regions' parents: it stands for a whole region, not for a place. */
  readonly region: boolean
}

/** A workflow of an edition with what a check needs of it again and again. */
export interface Walked {
  readonly kind: string
  readonly workflow: Workflow
  readonly pointer: string
  readonly stages: readonly Found[]
  /** Every transition with a target. */
  readonly all: readonly Way[]
}

/** Walks through the workflow of a kind. */
export function walk(kind: string, workflow: Workflow): Walked {
  const pointer = `/workflows/${escape(kind)}`
  const stages = stagesOf(workflow, pointer)
  return { kind, workflow, pointer, stages, all: waysOf(kind, workflow, stages) }
}

/** Every stage of a workflow, those of the regions beside it included. */
function stagesOf(workflow: Workflow, pointer: string): Found[] {
  const found: Found[] = []
  const visit = (path: string, at: string, stage: Stage, region: boolean): void => {
    found.push({ path, pointer: at, stage, region })
    for (const [name, child] of Object.entries(stage.stages ?? {}))
      visit(`${path}.${name}`, `${at}/stages/${escape(name)}`, child, stage.parallel ?? false)
  }
  for (const [name, stage] of Object.entries(workflow.stages)) visit(name, `${pointer}/stages/${escape(name)}`, stage, false)
  for (const [name, region] of Object.entries(workflow.beside)) visit(name, `${pointer}/beside/${escape(name)}`, region, true)
  return found
}

/** A transition with a target, as it is found in the document. */
export interface Way {
  readonly from: string
  readonly key: string
  readonly to: string
  readonly pointer: string
}

/** Every transition with a target, those inherited from outer stages included. */
function waysOf(kind: string, workflow: Workflow, stages: readonly Found[]): Way[] {
  return stages.flatMap(({ path, pointer, stage }) => {
    const inside = stages.filter((other) => isInside(other.path, path)).map((other) => other.path)
    const shared = Object.entries(stage.on ?? {}).flatMap(([key, leads]) => ways(key, leads, inside, `${pointer}/on/${escape(key)}`))
    const own = Object.entries(stage.own ?? {}).flatMap(([key, leads]) => ways(key, leads, [path], `${pointer}/own/${escape(key)}`))
    const back = stage.resubmitTo ?? desksLeadingTo(workflow, path)[0]
    const revision = stage.revision && back ? [{ from: path, key: `${kind}.Resubmitted`, to: back, pointer: `${pointer}/revision` }] : []
    return [...shared, ...own, ...revision]
  })
}

function ways(key: string, leads: NonNullable<Stage['on']>[string], froms: readonly string[], pointer: string): Way[] {
  const to = typeof leads === 'string' ? leads : leads.to
  return to === undefined ? [] : froms.map((from) => ({ from, key, to, pointer }))
}

/** Whether a stage is another or lies in it. */
export const isInside = (path: string, outer: string): boolean => path === outer || path.startsWith(`${outer}.`)

/** A key where a stage or the workflow names it. */
export interface FoundKey {
  readonly key: string
  readonly pointer: string
  readonly by?: By | undefined
}

/** The keys that one stage takes itself; a stage of revision takes `<kind>.Resubmitted`. */
export const keysOf = (kind: string, { stage, pointer }: Found): FoundKey[] => [
  ...(['on', 'own'] as const).flatMap((part) =>
    Object.entries(stage[part] ?? {}).map(([key, leads]) => ({
      key,
      pointer: `${pointer}/${part}/${escape(key)}`,
      ...(typeof leads === 'string' ? {} : { by: leads.by }),
    })),
  ),
  ...(stage.revision ? [{ key: `${kind}.Resubmitted`, pointer: `${pointer}/revision` }] : []),
]

/** The keys that stages take, in the order of the document. */
export const keysIn = ({ kind, stages }: Walked): FoundKey[] => stages.flatMap((found) => keysOf(kind, found))

/** The keys that can be recorded while something stands in a stage: there, inside it, or in those around it. */
export function keysWithin({ kind, workflow, stages }: Walked, path: string): FoundKey[] {
  const near = stages.filter((other) => isInside(other.path, path) || isInside(path, other.path))
  return near.flatMap((found) => keysOf(kind, found)).map(({ by, ...found }) => ({ ...found, by: by ?? factRule(workflow, found.key)?.by }))
}

/** The type of a key: what stands before its step. */
export const typeOf = (key: string): string => key.split(':')[0] ?? key

/** The places where an entity can come to stand. */
function placesReached({ workflow, all }: Walked): Set<string> {
  const targets = [
    ...beginnings(workflow),
    ...besideFirst(workflow).map((entry) => entry.path),
    ...all.map((way) => way.to),
    ...Object.values(workflow.facts).map((rule) => rule.lands),
  ]
  return new Set(targets.flatMap((to) => (to === undefined ? [] : entered(workflow, to).map((entry) => entry.path))))
}

/**
 * Marks of the stages where an entity can stand: rules look nowhere else, neither at transitions nor at groups that only hold other
 * stages.
 */
export function marksReached(walked: Walked): Set<string> {
  const places = placesReached(walked)
  return new Set(walked.stages.filter(({ path }) => places.has(path)).flatMap(({ stage }) => stage.marks ?? []))
}

/** Marks that facts set, on the way or on what they name: limits look at these as well. */
const marksOfFacts = ({ workflow, stages }: Walked): string[] => [
  ...stages.flatMap(({ stage }) =>
    Object.values({ ...stage.on, ...stage.own }).flatMap((leads) => (typeof leads === 'string' ? [] : (leads.marks ?? []))),
  ),
  ...Object.values(workflow.facts).flatMap(({ names = {}, bears = [] }) => [...Object.values(names).flat(), ...bears]),
]

/** Every mark that stands somewhere in a workflow. */
export const marksWritten = (walked: Walked): Set<string> =>
  new Set([...walked.stages.flatMap(({ stage }) => stage.marks ?? []), ...marksOfFacts(walked)])

/** The marks that a limit can begin or end with. */
export const marksCounted = (walked: Walked): Set<string> => new Set([...marksReached(walked), ...marksOfFacts(walked)])
