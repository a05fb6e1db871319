import type { Workflow } from '@jejak/domain'
import type { z } from 'zod'
import type { Finding } from './files.ts'

/** What the rule needs to know of an event type. */
export interface Spec {
  readonly type: string
  readonly schema: z.ZodObject
}

/** The keys of one workflow, with the name by which a finding speaks of it. */
export interface KeysOf {
  readonly workflow: string
  readonly keys: Iterable<string>
}

type Stage = Workflow['stages'][string]

/** Every key that a workflow names: what opens, moves, is legal, suspends, resumes, or has a rule of its own. */
export function keysIn(workflow: Workflow | undefined): string[] {
  if (workflow === undefined) return []
  const inStage = (stage: Stage): string[] => [
    ...Object.keys({ ...stage.on, ...stage.own }),
    ...Object.values(stage.stages ?? {}).flatMap(inStage),
  ]
  const { opens, facts, suspends, resumes, stages } = workflow
  return [...Object.keys(opens), ...Object.keys(facts), ...suspends, ...resumes, ...Object.values(stages).flatMap(inStage)]
}

// Where the data has no such field, the decider takes the word from elsewhere: `institution.Formed:KPP` from the kind of the institution.
const accepts = (spec: Spec, field: string, value: string): boolean => {
  const shape = spec.schema.shape as Readonly<Record<string, z.ZodType | undefined>>
  return shape[field] === undefined || shape[field].safeParse(value).success
}

function wrong(key: string, types: ReadonlyMap<string, Spec>): string | undefined {
  const [type = '', ...more] = key.split(':')
  const spec = types.get(type)
  if (!spec) return `${key}: no event type ${type}`
  const [step, outcome] = more.length === 2 ? more : 'step' in spec.schema.shape ? [more[0], undefined] : [undefined, more[0]]
  if (step !== undefined && !accepts(spec, 'step', step)) return `${key}: the data of ${type} knows no step ${step}`
  if (outcome !== undefined && !accepts(spec, 'outcome', outcome)) return `${key}: the data of ${type} knows no outcome ${outcome}`
  return undefined
}

/** Keys of workflows that are no keys of the schemas, and event types that no workflow names. */
export function keysAstray(
  workflows: readonly KeysOf[],
  types: ReadonlyMap<string, Spec>,
  unnamed: ReadonlySet<string> = new Set(),
): Finding[] {
  const named = new Set(workflows.flatMap(({ keys }) => [...keys].map((key) => key.split(':')[0])))
  return [
    ...workflows.flatMap(({ workflow, keys }) =>
      [...keys].flatMap((key) => {
        const detail = wrong(key, types)
        return detail === undefined ? [] : [{ place: workflow, rule: 'machine-keys', detail }]
      }),
    ),
    ...[...types.keys()]
      .filter((type) => !named.has(type) && !unnamed.has(type))
      .map((type) => ({ place: type, rule: 'machine-keys', detail: 'no workflow names it' })),
  ]
}
