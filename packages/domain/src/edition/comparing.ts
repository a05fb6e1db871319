import type { Domain } from '../kernel/decider.ts'
import type { Compiled, Leaf, Stages } from '../kernel/machine.ts'
import type { Json } from '../kernel/event.ts'
import type { By, Edition, LegalFact, Workflow } from '../kernel/workflow.ts'

/** What a fact asks for where an entity stands; nothing where it cannot be recorded. */
export interface Asked {
  readonly to: string | null
  readonly roles: readonly string[]
  readonly papers: readonly string[]
}

/** Something that differs between two editions; null where one of them lacks it. */
export interface Difference<T> {
  readonly name: string
  readonly from: T | null
  readonly to: T | null
}

/** A limit in days. */
export interface LimitDays {
  readonly warn: number
  readonly stuck: number
  readonly clock: string
}

/** What changes for an entity when it goes on under another edition: what was so and stays so is not told. */
export interface EditionPreview {
  readonly kind: string
  readonly id: string
  readonly stages: readonly Difference<string>[]
  /** By whose desk it stands, by region. */
  readonly holders: readonly Difference<string>[]
  /** Facts that can be recorded where it stands, and what they ask for. */
  readonly facts: readonly Difference<Asked>[]
  /** Criteria of the stages around it that must be proven before they are left. */
  readonly exits: readonly Difference<'refuse' | 'flag'>[]
  readonly limits: readonly Difference<LimitDays>[]
  /** Values of the edition that are not part of a workflow, by JSON pointer. */
  readonly values: readonly Difference<Json>[]
}

const rolesIn = (by: By | undefined): string[] => (by === undefined ? [] : ('any' in by ? by.any : by.all).toSorted())

const askedBy = ({ to, by, papers }: LegalFact): Asked => ({ to: to ?? null, roles: rolesIn(by), papers: papers.toSorted() })

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** The entries of two maps that are not the same in both, sorted by name. */
function differences<T>(from: ReadonlyMap<string, T>, to: ReadonlyMap<string, T>): Difference<T>[] {
  return [...new Set([...from.keys(), ...to.keys()])]
    .toSorted()
    .map((name) => ({ name, from: from.get(name) ?? null, to: to.get(name) ?? null }))
    .filter((each) => !same(each.from, each.to))
}

const byRegion = (compiled: Compiled | undefined, stages: Stages, of: (leaf: Leaf) => string | undefined): Map<string, string> =>
  new Map(
    Object.entries(compiled?.whole(stages) ?? stages).flatMap(([region, path]) => {
      const leaf = compiled?.leaves.get(path)
      const found = leaf && of(leaf)
      return found === undefined ? [] : [[region, found] as const]
    }),
  )

const legalAt = (compiled: Compiled | undefined, stages: Stages): Map<string, Asked> =>
  new Map(
    (compiled?.standing(stages) ?? []).flatMap((leaf) => [...leaf.legal.values()].map((legal) => [legal.key, askedBy(legal)] as const)),
  )

function exitsAround(compiled: Compiled | undefined, stages: Stages): Map<string, 'refuse' | 'flag'> {
  const around = new Map<string, 'refuse' | 'flag'>()
  for (const path of Object.values(compiled?.whole(stages) ?? {}))
    for (const [stage, { criteria }] of compiled?.exits ?? [])
      if (path === stage || path.startsWith(`${stage}.`)) for (const { code, onOpen } of criteria) around.set(`${stage} ${code}`, onOpen)
  return around
}

const limitsOf = (workflow: Workflow | undefined): Map<string, LimitDays> =>
  new Map(
    (workflow?.spans ?? []).map(({ from, to, stage, each, warn, stuck, clock }) => {
      const name = stage === undefined ? `${from ?? ''} > ${to ?? ''}` : [stage, ...(each === undefined ? [] : [each])].join(' ')
      return [name, { warn, stuck, clock }] as const
    }),
  )

/** The leaves of a JSON value, by pointer. */
function valuesOf(value: unknown, pointer = ''): [string, Json][] {
  if (value === null || typeof value !== 'object') return [[pointer, value as Json]]
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return [[pointer, value as Json]]
  return Object.entries(value).flatMap(([name, inner]) => valuesOf(inner, `${pointer}/${name}`))
}

const named = new Set(['id', 'revision', 'name', 'roles', 'workflows'])

const plainValues = (edition: Edition): Map<string, Json> =>
  new Map(valuesOf(Object.fromEntries(Object.entries(edition).filter(([field]) => !named.has(field)))))

/** Compares two editions for an entity that stands at `before` in one and will stand at `after` in the other. Pure. */
export function compareEditions(
  domain: Domain,
  entity: { readonly kind: string; readonly id: string },
  from: { readonly edition: Edition; readonly stages: Stages },
  to: { readonly edition: Edition; readonly stages: Stages },
): EditionPreview {
  const [was, is] = [domain.workflow(entity.kind, from.edition), domain.workflow(entity.kind, to.edition)]
  const stagesOf = (stages: Stages): Map<string, string> => new Map(Object.entries(stages))
  return {
    kind: entity.kind,
    id: entity.id,
    stages: differences(stagesOf(from.stages), stagesOf(to.stages)),
    holders: differences(
      byRegion(was, from.stages, (leaf) => leaf.holder),
      byRegion(is, to.stages, (leaf) => leaf.holder),
    ),
    facts: differences(legalAt(was, from.stages), legalAt(is, to.stages)),
    exits: differences(exitsAround(was, from.stages), exitsAround(is, to.stages)),
    limits: differences(limitsOf(was?.workflow), limitsOf(is?.workflow)),
    values: differences(plainValues(from.edition), plainValues(to.edition)),
  }
}
