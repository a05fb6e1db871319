import type { FactRule, Stage, Workflow } from './workflow.ts'

/** The stage at a path, or undefined. */
export function stageAt(workflow: Workflow, path: string): Stage | undefined {
  let stage: Stage | undefined
  let inside: Readonly<Record<string, Stage>> | undefined = { ...workflow.stages, ...workflow.beside }
  for (const name of path.split('.')) {
    stage = inside && Object.hasOwn(inside, name) ? inside[name] : undefined
    inside = stage?.stages
  }
  return stage
}

const firstIn = (path: string, { initial, stages = {} }: Stage): string => `${path}.${initial ?? Object.keys(stages)[0] ?? ''}`

/** The region beside the stages that a path lies in; empty for the stages themselves. */
export function besideOf({ beside }: Workflow, path: string): string {
  const [first = ''] = path.split('.')
  return Object.hasOwn(beside, first) ? first : ''
}

/** The leaves entered when a stage is entered: itself, or the first leaf of each region. */
export function entered(workflow: Workflow, path: string): { region: string; path: string }[] {
  const stage = stageAt(workflow, path)
  if (!stage?.parallel) return [{ region: besideOf(workflow, path), path: stage?.initial ? `${path}.${stage.initial}` : path }]
  return Object.entries(stage.stages ?? {}).map(([name, region]) => ({
    region: `${path}.${name}`,
    path: firstIn(`${path}.${name}`, region),
  }))
}

/** Where the regions beside the stages begin. */
export const besideFirst = ({ beside }: Workflow): { region: string; path: string }[] =>
  Object.entries(beside).map(([name, region]) => ({ region: name, path: firstIn(name, region) }))

/** Where an entity begins: at `initial`, or where the fact that opens it says. */
export const beginnings = ({ initial, opens }: Workflow): string[] =>
  [initial, ...Object.values(opens).map(({ to }) => to)].filter((path) => path !== undefined)

/** What holds for a fact wherever it is recorded: the rule of its key, else of the key without outcome, else of its type. */
export function factRule({ facts }: Workflow, key: string): FactRule | undefined {
  const [type = key, step] = key.split(':')
  return facts[key] ?? (step === undefined ? undefined : facts[`${type}:${step}`]) ?? facts[type]
}

/** Desks whose transitions lead to a stage of revision: where the file goes back by default. */
export function desksLeadingTo(workflow: Workflow, target: string): string[] {
  const found: string[] = []
  const visit = (path: string, stage: Stage): void => {
    for (const leads of [...Object.values(stage.on ?? {}), ...Object.values(stage.own ?? {})])
      if ((typeof leads === 'string' ? leads : leads.to) === target) found.push(path)
    for (const [name, child] of Object.entries(stage.stages ?? {})) visit(`${path}.${name}`, child)
  }
  for (const [name, stage] of Object.entries(workflow.stages)) visit(name, stage)
  return [...new Set(found)]
}

/** The place of a stage on the workflow's path; -1 beside it. A stage inside another counts as the outer one unless it is listed itself. */
export function placeOf(workflow: Workflow, path: string): number {
  for (let part = path; part !== ''; part = part.slice(0, Math.max(0, part.lastIndexOf('.')))) {
    const found = workflow.path.indexOf(part)
    if (found >= 0) return found
  }
  return -1
}

/** Whether `later` comes after `earlier` on the workflow's path; never, from beside the path. */
export const isLater = (workflow: Workflow, later: string, earlier: string): boolean =>
  placeOf(workflow, earlier) >= 0 && placeOf(workflow, later) > placeOf(workflow, earlier)

/** Whether a move goes on: forward on the workflow's path, or back onto it from beside it. Where no path is given, every move does. */
export const goesOn = (workflow: Workflow, from: string, to: string): boolean =>
  workflow.path.length === 0 || placeOf(workflow, to) > placeOf(workflow, from)

/** The stages that lie between two others on the workflow's path, in their region. */
export function passedOver(workflow: Workflow, from: string, to: string): readonly string[] {
  const [start, end] = [placeOf(workflow, from), placeOf(workflow, to)]
  if (start < 0) return []
  const region = besideOf(workflow, to)
  return workflow.path
    .slice(start + 1, Math.max(start + 1, end))
    .filter((path) => besideOf(workflow, path) === region && !from.startsWith(`${path}.`))
}

/** Whether regions run beside the stages. */
export const hasBeside = ({ beside }: Workflow): boolean => Object.keys(beside).length > 0
