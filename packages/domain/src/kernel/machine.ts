import { createMachine, transition } from 'xstate'
import type { AnyStateMachine, MachineConfig } from 'xstate'
import { besideFirst, besideOf, desksLeadingTo, entered, factRule, hasBeside, stageAt } from './stages.ts'
import type { ExitCriterion, FactRule, LegalFact, Stage, Workflow } from './workflow.ts'

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

/** What a stage asks before it is left for a later one, and whom it expects. */
export interface Exit {
  readonly criteria: readonly ExitCriterion[]
  readonly expects: readonly string[]
}

/** A workflow compiled to an XState machine without guards, actions, context or timers: the next stage depends on stage and key alone. */
export interface Compiled {
  readonly kind: string
  readonly workflow: Workflow
  readonly machine: AnyStateMachine
  readonly leaves: ReadonlyMap<string, Leaf>
  /** Stages that ask something of those who leave them. */
  readonly exits: ReadonlyMap<string, Exit>
  /** Every key that can be recorded somewhere. */
  readonly keys: ReadonlySet<string>
  /** The stages after the fact, or undefined when it is out of order. Asked once per (stages, suspended, key), then remembered. */
  next(stages: Stages, suspended: boolean, key: string): { readonly stages: Stages; readonly suspended: boolean } | undefined
  /** What holds for a fact wherever it is recorded; see {@link factRule}. */
  rule(key: string): FactRule | undefined
  /** The leaves that these stages stand for. */
  standing(stages: Stages): readonly Leaf[]
  /** These stages with the regions beside them that have not moved yet: they stand where they begin. */
  whole(this: void, stages: Stages): Stages
  /** Whether these stages are an end; regions beside them do not count. */
  ended(this: void, stages: Stages): boolean
}

const NONE = '$none'
const WHOLE = '$whole'
const MAIN = '$main'
const OWN = '$own'
const ACTIVE = '$active'
const SUSPENDED = '$suspended'
const nodeId = (path: string, mode: string): string => `${path.replaceAll('.', '/')}/${mode}`

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

/** Every place of a workflow with what may be recorded there, by path; also of one whose transitions lead nowhere. */
export function leavesOf(kind: string, workflow: Workflow): Map<string, Leaf> {
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
  for (const [name, stage] of Object.entries(workflow.beside)) visit(name, stage, {}, true)
  return leaves
}

function exitsOf(workflow: Workflow): Map<string, Exit> {
  const found = new Map<string, Exit>()
  const visit = (path: string, { exit = [], expects = [], stages = {} }: Stage): void => {
    if (exit.length + expects.length > 0) found.set(path, { criteria: exit, expects })
    for (const [name, child] of Object.entries(stages)) visit(`${path}.${name}`, child)
  }
  for (const [name, stage] of Object.entries({ ...workflow.stages, ...workflow.beside })) visit(name, stage)
  return found
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
  const begin = (to: string): string[] => [...entered(workflow, to), ...besideFirst(workflow)].map(activeId)
  const opening: On = Object.fromEntries(
    Object.entries(workflow.opens).map(([key, { to = workflow.initial }]) => [key, { target: to === undefined ? [] : begin(to) }]),
  )
  for (const [key, rule] of Object.entries(workflow.facts))
    if (rule.beforeOpening || workflow.initial === undefined) opening[key] = { target: [`#${NONE}`] }
  const nodes = (from: Workflow['stages'], region: boolean): Record<string, unknown> =>
    Object.fromEntries(Object.entries(from).map(([name, stage]) => [name, node(name, stage, region)]))
  const states = nodes(workflow.stages, false)
  // Where regions run beside the stages, an end is outside both: entering it leaves them all.
  const ends = Object.fromEntries(Object.entries(states).filter(([name]) => workflow.stages[name]?.final))
  if (!hasBeside(workflow)) return { id: kind, initial: NONE, states: { [NONE]: { id: NONE, on: opening }, ...states } }
  const going = Object.fromEntries(Object.entries(states).filter(([name]) => !workflow.stages[name]?.final))
  const main = { initial: Object.keys(going)[0], states: going }
  const whole = { type: 'parallel', states: { [MAIN]: main, ...nodes(workflow.beside, true) } }
  return { id: kind, initial: NONE, states: { [NONE]: { id: NONE, on: opening }, [WHOLE]: whole, ...ends } }
}

const activeId = ({ path }: { path: string }): string => `#${nodeId(path, ACTIVE)}`

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
  const mainValue = (root: string): StateValue => {
    if (!stageAt(workflow, root)?.parallel) return leafValue(root, '')
    const regions = Object.entries(stages).filter(([region]) => region.startsWith(`${root}.`))
    return nest(root, Object.fromEntries(regions.map(([region, path]) => [region.slice(root.length + 1), leafValue(path, region)])))
  }
  const root = stages['']
  if (root === undefined) return NONE
  if (!hasBeside(workflow) || stageAt(workflow, root)?.final) return mainValue(root)
  const beside = besideFirst(workflow).map(({ region, path }) => [region, leafValue(stages[region] ?? path, region)] as const)
  return { [WHOLE]: { [MAIN]: mainValue(root), ...Object.fromEntries(beside) } }
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
    if (name === WHOLE && typeof inner === 'object') {
      for (const [part, value] of Object.entries(inner)) {
        const region = part === MAIN ? '' : part
        walk(value, region, region)
      }
      return
    }
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

  const beside = besideFirst(workflow)
  const whole: Compiled['whole'] = (stages) =>
    beside.length === 0 || stages[''] === undefined
      ? stages
      : { ...Object.fromEntries(beside.map(({ region, path }) => [region, path])), ...stages }
  const standing: Compiled['standing'] = (moved) => {
    const found: Leaf[] = []
    const stages = whole(moved)
    for (const region in stages) {
      const leaf = leaves.get(stages[region] ?? '')
      if (leaf) found.push(leaf)
    }
    return found
  }
  const ended: Compiled['ended'] = (stages) => {
    const own = standing(stages).filter(({ path }) => besideOf(workflow, path) === '')
    return own.length > 0 && own.every((leaf) => leaf.final)
  }
  const ask = (stages: Stages, suspended: boolean, key: string): ReturnType<Compiled['next']> => {
    // An entity of another edition stands nowhere here.
    if (Object.values(stages).some((path) => stageAt(workflow, path) === undefined)) return undefined
    const snapshot = machine.resolveState({ value: valueOf(workflow, stages, suspended) } as Parameters<typeof machine.resolveState>[0])
    if (!snapshot.can({ type: key })) return undefined
    const [after] = transition(machine, snapshot, { type: key })
    const there = stagesOf(workflow, after.value as StateValue)
    // In the end the regions beside stay as they were.
    if (beside.length > 0 && (ended(there.stages) || ended(stages))) {
      const kept = Object.entries(stages).filter(([region]) => beside.some((entry) => entry.region === region))
      return { ...there, stages: { ...there.stages, ...Object.fromEntries(kept) } }
    }
    // A region beside the stages is not worth a move before it leaves its beginning.
    const unmoved = beside.filter(({ region, path }) => stages[region] === undefined && there.stages[region] === path)
    if (unmoved.length === 0) return there
    const moved = Object.entries(there.stages).filter(([region]) => !unmoved.some((entry) => entry.region === region))
    return { ...there, stages: Object.fromEntries(moved) }
  }

  return {
    kind,
    workflow,
    machine,
    leaves,
    exits: exitsOf(workflow),
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
    standing,
    whole,
    ended,
  }
}
