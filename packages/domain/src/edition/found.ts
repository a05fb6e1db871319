import { beginnings, besideFirst, desksLeadingTo, entered } from '../kernel/stages.ts'
import type { Stage, Workflow } from '../kernel/workflow.ts'

/** One step of a JSON pointer (RFC 6901). */
export const escape = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** A stage as it is found in the document. */
export interface Found {
  readonly path: string
  readonly pointer: string
  readonly stage: Stage
  /** The stages around it are regions' parents: it stands for a whole region, not for a place. */
  readonly region: boolean
}

/** Every stage of a workflow, those of the regions beside it included. */
export function stagesOf(workflow: Workflow, pointer: string): Found[] {
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
export function waysOf(kind: string, workflow: Workflow, stages: readonly Found[]): Way[] {
  return stages.flatMap(({ path, pointer, stage }) => {
    const inside = stages.filter((other) => other.path === path || other.path.startsWith(`${path}.`)).map((other) => other.path)
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

/**
 * Marks of the stages where an entity can stand: rules look nowhere else, neither at transitions nor at groups that only hold other
 * stages.
 */
export function marksReached(workflow: Workflow, stages: readonly Found[], all: readonly Way[]): Set<string> {
  const targets = [
    ...beginnings(workflow),
    ...besideFirst(workflow).map((entry) => entry.path),
    ...all.map((way) => way.to),
    ...Object.values(workflow.facts).map((rule) => rule.lands),
  ]
  const places = new Set(targets.flatMap((to) => (to === undefined ? [] : entered(workflow, to).map((entry) => entry.path))))
  return new Set(stages.filter(({ path }) => places.has(path)).flatMap(({ stage }) => stage.marks ?? []))
}
