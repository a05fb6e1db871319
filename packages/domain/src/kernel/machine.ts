import { createMachine, transition } from 'xstate'
import type { AnyStateMachine, MachineConfig } from 'xstate'
import type { FactRule, LegalFact, Stage, Workflow } from './workflow.ts'

/** Where an entity stands: stage path by region. Region `''` is the whole; the regions of a parallel stage are named by their path. */
export type Stages = Readonly<Record<string, string>>

/** A place where an entity can stand. */
export interface Leaf {
  readonly path: string
  readonly holder: string | undefined
  readonly marks: readonly string[]
  readonly final: boolean
  /** What may be recorded here, by key. */
  readonly legal: ReadonlyMap<string, LegalFact>
}

/** A workflow compiled to an XState machine without guards, actions, context or timers: the next stage depends on stage and key alone. */
export interface Compiled {
  readonly kind: string
  readonly workflow: Workflow
  readonly machine: AnyStateMachine
  readonly leaves: ReadonlyMap<string, Leaf>
  /** Every key that can be recorded somewhere. */
  readonly keys: ReadonlySet<string>
  /** The stages after the fact, or undefined when it is out of order. Asked once per (stages, suspended, key), then remembered. */
  next(stages: Stages, suspended: boolean, key: string): { readonly stages: Stages; readonly suspended: boolean } | undefined
  /** What holds for a fact wherever it is recorded; see {@link factRule}. */
  rule(key: string): FactRule | undefined
  /** The leaves that these stages stand for. */
  standing(stages: Stages): readonly Leaf[]
}

const NONE = '$none'
const OWN = '$own'
const ACTIVE = '$active'
const SUSPENDED = '$suspended'
const nodeId = (path: string, mode: string): string => `${path.replaceAll('.', '/')}/${mode}`

/** The stage at a path, or undefined. */
export function stageAt(workflow: Workflow, path: string): Stage | undefined {
  let stage: Stage | undefined
  let inside: Readonly<Record<string, Stage>> | undefined = workflow.stages
  for (const name of path.split('.')) {
    stage = inside && Object.hasOwn(inside, name) ? inside[name] : undefined
    inside = stage?.stages
  }
  return stage
}

/** The leaves entered when a stage is entered: itself, or the first leaf of each region. */
export function entered(workflow: Workflow, path: string): { region: string; path: string }[] {
  const stage = stageAt(workflow, path)
  if (!stage?.parallel) return [{ region: '', path: stage?.initial ? `${path}.${stage.initial}` : path }]
  return Object.entries(stage.stages ?? {}).map(([name, region]) => ({
    region: `${path}.${name}`,
    path: `${path}.${name}.${region.initial ?? Object.keys(region.stages ?? {})[0] ?? ''}`,
  }))
}

/** What holds for a fact wherever it is recorded: the rule of its key, else of the key without outcome, else of its type. */
export function factRule({ facts }: Workflow, key: string): FactRule | undefined {
  const [type = key, step] = key.split(':')
  return facts[key] ?? (step === undefined ? undefined : facts[`${type}:${step}`]) ?? facts[type]
}

function legalFact(workflow: Workflow, key: string, leads: NonNullable<Stage['on']>[string]): LegalFact {
  const entry = typeof leads === 'string' ? { to: leads } : leads
  const anywhere = factRule(workflow, key)
  return {
    key,
    to: entry.to,
    by: entry.by ?? anywhere?.by,
    papers: entry.papers ?? anywhere?.papers ?? [],
    marks: entry.marks ?? [],
  }
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

function leavesOf(kind: string, workflow: Workflow): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>()
  const visit = (path: string, stage: Stage, inherited: Record<string, NonNullable<Stage['on']>[string]>, region: boolean): void => {
    const shared = { ...inherited, ...stage.on }
    const own = { ...shared, ...stage.own }
    if (stage.revision) {
      const back = stage.resubmitTo ?? desksLeadingTo(workflow, path)[0]
      if (back !== undefined) own[`${kind}.Resubmitted`] = back
    }
    if (!stage.parallel && !region) {
      const legal = new Map(Object.entries(own).map(([key, leads]) => [key, legalFact(workflow, key, leads)]))
      leaves.set(path, { path, holder: stage.holder, marks: stage.marks ?? [], final: stage.final ?? false, legal })
    }
    for (const [name, child] of Object.entries(stage.stages ?? {})) visit(`${path}.${name}`, child, shared, stage.parallel ?? false)
  }
  for (const [name, stage] of Object.entries(workflow.stages)) visit(name, stage, {}, false)
  return leaves
}

type On = Record<string, { target: string[] }>

function leafNode(workflow: Workflow, leaf: Leaf, observation: (type: string) => boolean): Record<string, unknown> {
  const targets = (path: string, mode: string): { target: string[] } => ({
    target: entered(workflow, path).map((entry) => `#${nodeId(entry.path, mode)}`),
  })
  const active: On = {}
  const suspended: On = {}
  for (const { key, to } of leaf.legal.values()) {
    const target = to ?? leaf.path
    active[key] = targets(target, ACTIVE)
    if (observation(key.split(':')[0] ?? key)) suspended[key] = targets(target, SUSPENDED)
  }
  if (workflow.suspendable && !leaf.final) {
    for (const key of workflow.suspends) active[key] = suspended[key] = targets(leaf.path, SUSPENDED)
    for (const key of workflow.resumes) suspended[key] = targets(leaf.path, ACTIVE)
  }
  return {
    initial: ACTIVE,
    states: { [ACTIVE]: { id: nodeId(leaf.path, ACTIVE), on: active }, [SUSPENDED]: { id: nodeId(leaf.path, SUSPENDED), on: suspended } },
  }
}

function machineConfig(kind: string, workflow: Workflow, leaves: Map<string, Leaf>, observation: (type: string) => boolean): object {
  const node = (path: string, stage: Stage, region: boolean): Record<string, unknown> => {
    const children = Object.entries(stage.stages ?? {})
    const states = Object.fromEntries(children.map(([name, child]) => [name, node(`${path}.${name}`, child, stage.parallel ?? false)]))
    if (stage.parallel) return { type: 'parallel', states }
    if (region) return { initial: stage.initial ?? children[0]?.[0], states }
    const leaf = leafNode(workflow, leaves.get(path) as Leaf, observation)
    return children.length === 0 ? leaf : { initial: OWN, states: { [OWN]: leaf, ...states } }
  }
  const first = workflow.initial === undefined ? [] : entered(workflow, workflow.initial).map((entry) => `#${nodeId(entry.path, ACTIVE)}`)
  const opening: On = Object.fromEntries(Object.keys(workflow.opens).map((key) => [key, { target: first }]))
  for (const [key, rule] of Object.entries(workflow.facts))
    if (rule.beforeOpening || workflow.initial === undefined) opening[key] = { target: [`#${NONE}`] }
  const states = Object.fromEntries(Object.entries(workflow.stages).map(([name, stage]) => [name, node(name, stage, false)]))
  return { id: kind, initial: NONE, states: { [NONE]: { id: NONE, on: opening }, ...states } }
}

type StateValue = string | { [name: string]: StateValue }

/** The XState value of an entity that stands here. */
function valueOf(workflow: Workflow, stages: Stages, suspended: boolean): StateValue {
  const mode = suspended ? SUSPENDED : ACTIVE
  const nest = (path: string, inner: StateValue): StateValue =>
    path.split('.').reduceRight<StateValue>((value, name) => ({ [name]: value }), inner)
  const leafValue = (path: string, under: string): StateValue => {
    const relative = under === '' ? path : path.slice(under.length + 1)
    return nest(relative, stageAt(workflow, path)?.stages ? { [OWN]: mode } : mode)
  }
  const root = stages['']
  if (root === undefined) return NONE
  if (!stageAt(workflow, root)?.parallel) return leafValue(root, '')
  const regions = Object.entries(stages).filter(([region]) => region !== '')
  return nest(root, Object.fromEntries(regions.map(([region, path]) => [region.slice(root.length + 1), leafValue(path, region)])))
}

/** The stages of an XState value. */
function stagesOf(workflow: Workflow, value: StateValue): { stages: Stages; suspended: boolean } {
  const stages: Record<string, string> = {}
  let suspended = false
  const walk = (at: StateValue, path: string, region: string): void => {
    if (typeof at === 'string') {
      if (at === SUSPENDED) suspended = true
      stages[region] = path
      return
    }
    const stage = path === '' ? undefined : stageAt(workflow, path)
    if (stage?.parallel) {
      stages[region] = path
      for (const [name, inner] of Object.entries(at)) walk(inner, `${path}.${name}`, `${path}.${name}`)
      return
    }
    const [name = '', inner = ''] = Object.entries(at)[0] ?? []
    walk(inner, name === OWN ? path : path === '' ? name : `${path}.${name}`, region)
  }
  if (value !== NONE) walk(value, '', '')
  return { stages, suspended }
}

/** Names a place among those of one workflow. */
function placeText(stages: Stages, suspended: boolean): string {
  let text = suspended ? '!' : ''
  for (const region in stages) text += region === '' ? stages[''] : `;${region},${stages[region]}`
  return text
}

/** Compiles a workflow. `observation` tells whether an event type is an observation, which a suspended entity still takes. */
export function compile(kind: string, workflow: Workflow, observation: (type: string) => boolean): Compiled {
  const leaves = leavesOf(kind, workflow)
  const config = machineConfig(kind, workflow, leaves, observation)
  const machine = createMachine(config as MachineConfig<Record<string, never>, { type: string }>) as AnyStateMachine
  const keys = new Set(machine.events as string[])
  const rules = new Map([...keys].map((key) => [key, factRule(workflow, key)]))
  // By key, then by where it stands: most keys are asked in few places.
  const remembered = new Map([...keys].map((key) => [key, new Map<string, ReturnType<Compiled['next']>>()]))

  const ask = (stages: Stages, suspended: boolean, key: string): ReturnType<Compiled['next']> => {
    const snapshot = machine.resolveState({ value: valueOf(workflow, stages, suspended) } as Parameters<typeof machine.resolveState>[0])
    if (!snapshot.can({ type: key })) return undefined
    const [after] = transition(machine, snapshot, { type: key })
    return stagesOf(workflow, after.value as StateValue)
  }

  return {
    kind,
    workflow,
    machine,
    leaves,
    keys,
    next(stages, suspended, key) {
      const answers = remembered.get(key)
      if (!answers) return undefined
      const where = placeText(stages, suspended)
      if (!answers.has(where)) answers.set(where, ask(stages, suspended, key))
      return answers.get(where)
    },
    // A key holds words of the caller: those that the workflow does not know are not kept.
    rule: (key) => (keys.has(key) ? rules.get(key) : factRule(workflow, key)),
    standing(stages) {
      const standing: Leaf[] = []
      for (const region in stages) {
        const leaf = leaves.get(stages[region] ?? '')
        if (leaf) standing.push(leaf)
      }
      return standing
    },
  }
}

/** The place of a stage on the workflow's path; -1 beside it. A stage inside another counts as the outer one unless it is listed itself. */
function placeOf(workflow: Workflow, path: string): number {
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
