import { keyOf } from './authority.ts'
import type { Trouble } from './checks.ts'
import type { Entity } from './entity.ts'
import type { Actor, Cosigner, Evidence, Json } from './event.ts'
import type { Compiled, Stages } from './machine.ts'
import { flagReasons, kernelReasons, refuse, type Refusal } from './refusal.ts'
import { besideFirst, goesOn } from './stages.ts'
import type { ExitCriterion } from './workflow.ts'

/** A fact, or a command that may become one, as far as criteria look at it. */
export interface Trace {
  readonly key: string
  readonly actor: Actor
  readonly cosigners?: readonly Cosigner[] | undefined
  readonly evidence: readonly Evidence[]
  readonly data: { readonly [field: string]: Json }
}

/** The keys by which a fact may be asked for: its own, and that under which another entity is moved by it. */
const keysOf = ({ key, data }: Trace): string[] => [
  key,
  ...[data['institutionKind'], data['stage']].flatMap((word) => (typeof word === 'string' ? [`${key.split(':')[0] ?? key}:${word}`] : [])),
]

/** A criterion of a stage that is not proven. */
export interface OpenCriterion {
  readonly stage: string
  readonly criterion: ExitCriterion
}

const reopening = '.StageReopened'

/** What was recorded of an entity while it stood in a stage; from its last reopening on, if it was reopened there. */
function recordedIn({ kind, id, facts }: Entity, { workflow }: Compiled, stage: string): Trace[] {
  const inside = (path: string): boolean => path === stage || path.startsWith(`${stage}.`)
  const standing = new Map(besideFirst(workflow).map(({ region, path }) => [region, path]))
  let traces: Trace[] = []
  for (const { fact } of facts) {
    if (standing.values().some(inside)) traces.push({ ...fact, key: keyOf(fact.type, fact.data) })
    const moves = fact.moves.filter((move) => move.kind === kind && move.id === id)
    for (const { region, to } of moves)
      if (to === null) standing.delete(region)
      else standing.set(region, to)
    if (fact.type.endsWith(reopening) && moves.some(({ to }) => to !== null && inside(to))) traces = []
  }
  return traces
}

const attendanceOf = ({ data }: Trace): { readonly [field: string]: Json } =>
  (data['attendance'] ?? {}) as { readonly [field: string]: Json }

const own = (record: { readonly [name: string]: Json }, name: string): Json | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined

/** Whether somebody of the role decided, signed or attended. */
function wasPresent(traces: readonly Trace[], role: string): boolean {
  return traces.some((trace) => {
    const heads = (attendanceOf(trace)['byRole'] ?? {}) as { readonly [role: string]: number }
    const signers = [trace.actor.role, ...(trace.cosigners ?? []).map((cosigner) => cosigner.role)]
    return signers.includes(role) || (Object.hasOwn(heads, role) && (heads[role] ?? 0) > 0)
  })
}

/** The last figure given for a measure; `attendance-women` is the count of a meeting. */
function figureOf(traces: readonly Trace[], measure: string): number | undefined {
  const counted = measure.startsWith('attendance-') ? measure.slice('attendance-'.length) : undefined
  for (const trace of traces.toReversed()) {
    const measures = (trace.data['measures'] ?? {}) as { readonly [name: string]: Json }
    const found = counted === undefined ? own(measures, measure) : own(attendanceOf(trace), counted)
    if (typeof found === 'string' || typeof found === 'number') return Number(found)
  }
  return undefined
}

function isProven({ needs }: ExitCriterion, traces: readonly Trace[]): boolean {
  if ('paper' in needs) return traces.some(({ evidence }) => evidence.some(({ docType }) => docType === needs.paper))
  if ('fact' in needs) return traces.some((trace) => keysOf(trace).some((key) => key === needs.fact || key.startsWith(`${needs.fact}:`)))
  if ('role' in needs) return wasPresent(traces, needs.role)
  const figure = figureOf(traces, needs.measure)
  const whole = needs.of === undefined ? 100 : figureOf(traces, needs.of)
  // A share of nothing proves nothing.
  if (figure === undefined || whole === undefined || whole === 0) return false
  return figure * 100 >= Number(needs.min) * whole
}

/** The stages that are left on the way from one path to another: those around the first that are not around the second. */
const leftBetween = (from: string, to: string): string[] =>
  from
    .split('.')
    .map((_, index, names) => names.slice(0, index + 1).join('.'))
    .filter((stage) => stage !== to && !to.startsWith(`${stage}.`))

/** What stays open and who stayed away when an entity goes from where it stands to later stages. */
export interface Leaving {
  readonly open: readonly OpenCriterion[]
  readonly absent: readonly { readonly stage: string; readonly role: string }[]
}

/**
 * What is not proven of the stages that an entity leaves for later ones, and which expected roles were not seen in them. `last` is what
 * moves it.
 */
export function leaving(entity: Entity, compiled: Compiled, after: Stages, last: Trace | undefined): Leaving {
  const { workflow, exits } = compiled
  const open: OpenCriterion[] = []
  const absent: { stage: string; role: string }[] = []
  if (exits.size === 0) return { open, absent }
  for (const [region, from] of Object.entries(compiled.whole(entity.stages))) {
    const to = after[region]
    if (to === undefined || to === from || !goesOn(workflow, from, to)) continue
    for (const stage of leftBetween(from, to)) {
      const exit = exits.get(stage)
      if (exit === undefined) continue
      const traces = [...recordedIn(entity, compiled, stage), ...(last ? [last] : [])]
      for (const criterion of exit.criteria) if (!isProven(criterion, traces)) open.push({ stage, criterion })
      for (const role of exit.expects) if (!wasPresent(traces, role)) absent.push({ stage, role })
    }
  }
  return { open, absent }
}

/** That a criterion of a stage is not met. */
export const criterionRefusal = (kind: string, stage: string, { code, name }: ExitCriterion, facts: readonly number[] = []): Refusal =>
  refuse(kernelReasons.criterionOpen, { kind, stage, criterion: code, name: name.id, nameEn: name.en }, facts)

/** Open criteria and absent actors as troubles: those that refuse, and those that are only noted. */
export function exitTroubles(entity: Entity, { open, absent }: Leaving): Trouble[] {
  const facts = entity.last > 0 ? [entity.last] : []
  const { kind } = entity
  return [
    ...open.map(({ stage, criterion }): Trouble => ({
      always: false,
      flag: criterion.onOpen === 'flag',
      refusal: criterionRefusal(kind, stage, criterion, facts),
    })),
    ...absent.map(({ stage, role }): Trouble => ({
      always: false,
      flag: true,
      refusal: refuse(flagReasons.expectedActorAbsent, { kind, stage, role }, facts),
    })),
  ]
}
