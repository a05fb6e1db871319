import type { Place } from '../kernel/refusal.ts'
import { beginnings, besideFirst, besideOf, desksLeadingTo, entered, stageAt } from '../kernel/stages.ts'
import type { By, Edition, Workflow } from '../kernel/workflow.ts'
import type { Domain } from '../kernel/decider.ts'
import { refKind } from '../kernel/define.ts'
import { badBeside, badExits } from './check-exits.ts'
import { badValues } from './check-values.ts'
import { escape, marksReached, stagesOf, waysOf, type Found, type Way } from './found.ts'

function reachable(start: readonly string[], next: (path: string) => readonly string[]): Set<string> {
  const seen = new Set(start)
  const queue = [...start]
  for (let path = queue.pop(); path !== undefined; path = queue.pop())
    for (const other of next(path))
      if (!seen.has(other)) {
        seen.add(other)
        queue.push(other)
      }
  return seen
}

/** Stages nobody can reach, and stages from which no end can be reached. */
function deadPlaces(workflow: Workflow, stages: readonly Found[], all: readonly Way[]): Place[] {
  if (workflow.initial === undefined) return []
  const known = new Set(stages.map((found) => found.path))
  const enter = (path: string): string[] => [path, ...(known.has(path) ? entered(workflow, path).map((entry) => entry.path) : [])]
  const lands = Object.values(workflow.facts).flatMap((rule) => rule.lands ?? [])
  const beside = besideFirst(workflow).map((entry) => entry.path)
  const forward = reachable([...beginnings(workflow).flatMap(enter), ...beside, ...lands], (path) =>
    all.filter((way) => way.from === path).flatMap((way) => enter(way.to)),
  )
  const outer = (path: string): string[] => (path.includes('.') ? [path.slice(0, path.lastIndexOf('.'))] : [])
  const ends = stages.filter((found) => found.stage.final).map((found) => found.path)
  const back = reachable(ends, (path) => [...all.filter((way) => enter(way.to).includes(path)).map((way) => way.from), ...outer(path)])
  const places = stages.filter(({ stage, region }) => !region && !stage.parallel)
  const isGroup = ({ path, stage }: Found): boolean =>
    stage.stages !== undefined && stage.own === undefined && stage.holder === undefined && !all.some((way) => way.to === path)
  return places
    .filter((found) => !isGroup(found))
    .flatMap(({ path, pointer }): Place[] => {
      if (!forward.has(path)) return [{ pointer, detail: `stage ${path} is never reached` }]
      // Regions beside the stages end with them.
      if (
        besideOf(workflow, path) === '' &&
        !back.has(path) &&
        !path.split('.').some((_, index, names) => back.has(names.slice(0, index).join('.')))
      )
        return [{ pointer, detail: `from stage ${path} no final stage can be reached` }]
      return []
    })
}

function badTargets(workflow: Workflow, stages: readonly Found[], all: readonly Way[], pointer: string): Place[] {
  const known = new Set(stages.filter((found) => !found.region).map((found) => found.path))
  const seen = new Set<string>()
  const targets = all
    .filter((way) => !known.has(way.to) && !seen.has(way.pointer) && seen.add(way.pointer))
    .map((way) => ({ pointer: way.pointer, detail: `stage ${way.to} does not exist` }))
  const initial =
    workflow.initial !== undefined && !known.has(workflow.initial)
      ? [{ pointer: `${pointer}/initial`, detail: `stage ${workflow.initial} does not exist` }]
      : []
  const opens = Object.entries(workflow.opens)
    .filter(([, { to }]) => to !== undefined && !known.has(to))
    .map(([key, { to }]) => ({ pointer: `${pointer}/opens/${escape(key)}/to`, detail: `stage ${to ?? ''} does not exist` }))
  const lands = Object.entries(workflow.facts)
    .filter(([, rule]) => rule.lands !== undefined && !known.has(rule.lands))
    .map(([key, rule]) => ({ pointer: `${pointer}/facts/${escape(key)}/lands`, detail: `stage ${rule.lands ?? ''} does not exist` }))
  const path = workflow.path
    .map((name, index) => ({ pointer: `${pointer}/path/${index}`, detail: `stage ${name} does not exist`, name }))
    .filter(({ name }) => !known.has(name))
  const revisions = stages
    .filter(({ stage, path: at }) => stage.revision && stage.resubmitTo === undefined && desksLeadingTo(workflow, at).length !== 1)
    .map((found) => ({
      pointer: found.pointer,
      detail: `say resubmitTo: ${desksLeadingTo(workflow, found.path).length} desks lead to ${found.path}`,
    }))
  return [...initial, ...opens, ...targets, ...lands, ...path.map(({ pointer: at, detail }) => ({ pointer: at, detail })), ...revisions]
}

function badRoles(edition: Edition, workflow: Workflow, stages: readonly Found[], pointer: string): Place[] {
  const named: { role: string; pointer: string }[] = []
  const addBy = (by: By | undefined, at: string): void => {
    if (by) for (const role of 'any' in by ? by.any : by.all) named.push({ role, pointer: `${at}/by` })
  }
  for (const [key, rule] of Object.entries(workflow.opens)) addBy(rule.by, `${pointer}/opens/${escape(key)}`)
  for (const [key, rule] of Object.entries(workflow.facts)) addBy(rule.by, `${pointer}/facts/${escape(key)}`)
  for (const { stage, pointer: at } of stages) {
    if (stage.holder !== undefined) named.push({ role: stage.holder, pointer: `${at}/holder` })
    for (const part of ['on', 'own'] as const)
      for (const [key, leads] of Object.entries(stage[part] ?? {}))
        if (typeof leads !== 'string') addBy(leads.by, `${at}/${part}/${escape(key)}`)
  }
  return named
    .filter(({ role }) => !Object.hasOwn(edition.roles, role))
    .map(({ role, pointer: at }) => ({ pointer: at, detail: `role ${role} is not declared in /roles` }))
}

function badKeys(kind: string, workflow: Workflow, stages: readonly Found[], pointer: string, domain: Domain): Place[] {
  const slice = domain.slices.get(kind)
  const keys: { key: string; pointer: string }[] = []
  for (const key of Object.keys(workflow.opens)) keys.push({ key, pointer: `${pointer}/opens/${escape(key)}` })
  for (const key of Object.keys(workflow.facts)) keys.push({ key, pointer: `${pointer}/facts/${escape(key)}` })
  for (const { stage, pointer: at } of stages)
    for (const part of ['on', 'own'] as const)
      for (const key of Object.keys(stage[part] ?? {})) keys.push({ key, pointer: `${at}/${part}/${escape(key)}` })
  const typeOf = (key: string): string => key.split(':')[0] ?? key
  const allowed = (type: string): boolean => (slice ?? domain.slice('case')).fold.types.includes(type)
  const foreign = keys
    .filter(({ key }) => !allowed(typeOf(key)))
    .map(({ key, pointer: at }) => ({ pointer: at, detail: `a ${kind} does not fold ${typeOf(key)}` }))
  const declared = { ...workflow.opens, ...workflow.facts }
  const hasRoles = (key: string): boolean =>
    [key, key.split(':').slice(0, 2).join(':'), typeOf(key)].some((name) => declared[name]?.by !== undefined)
  const silent = stages.flatMap(({ stage, pointer: at }) =>
    Object.entries({ ...stage.on, ...stage.own })
      .filter(([key, leads]) => key.startsWith(`${kind}.`) && !hasRoles(key) && (typeof leads === 'string' || leads.by === undefined))
      .map(([key]) => ({ pointer: at, detail: `nobody is named who may record ${key}` })),
  )
  return [...foreign, ...silent]
}

/** Fields that name no entity of the kind: their marks would never be set. */
function badNames(kind: string, workflow: Workflow, pointer: string, domain: Domain): Place[] {
  return Object.entries(workflow.facts).flatMap(([key, { names = {} }]) => {
    const shape = domain.specOf(key.split(':')[0] ?? key)?.schema.shape
    return Object.keys(names)
      .filter((field) => refKind(shape?.[field]) !== kind)
      .map((field) => ({
        pointer: `${pointer}/facts/${escape(key)}/names/${escape(field)}`,
        detail: `${key} names no ${kind} in ${field}`,
      }))
  })
}

/** What a span measures: a stage, or two marks. */
function isMeasure({ stage, from, to, each }: Workflow['spans'][number]): boolean {
  if (stage !== undefined) return from === undefined && to === undefined
  return from !== undefined && to !== undefined && each === undefined
}

function badSpans(workflow: Workflow, stages: readonly Found[], all: readonly Way[], pointer: string, marks: readonly string[]): Place[] {
  const carried = new Set([
    ...stages.flatMap(({ stage }) => [
      ...(stage.marks ?? []),
      ...Object.values({ ...stage.on, ...stage.own }).flatMap((leads) => (typeof leads === 'string' ? [] : (leads.marks ?? []))),
    ]),
    ...Object.values(workflow.facts).flatMap(({ names = {}, bears = [] }) => [...Object.values(names).flat(), ...bears]),
  ])
  const reached = marksReached(workflow, stages, all)
  const missing = marks
    .filter((mark) => !reached.has(mark))
    .map((mark) => ({ pointer: `${pointer}/stages`, detail: `no stage carries the mark ${mark}` }))
  const spans = workflow.spans.flatMap((span, index): Place[] => {
    const at = `${pointer}/spans/${index}`
    if (!isMeasure(span)) return [{ pointer: at, detail: 'a span names a stage, or two marks from and to; each goes with a stage' }]
    if (span.stage !== undefined && !stageAt(workflow, span.stage))
      return [{ pointer: `${at}/stage`, detail: `stage ${span.stage} does not exist` }]
    const unknown = [span.from, span.to, span.each].filter((mark) => mark !== undefined && !carried.has(mark))
    if (unknown.length > 0) return [{ pointer: at, detail: `no stage carries the mark ${unknown.join(', ')}` }]
    return span.warn > span.stuck ? [{ pointer: at, detail: 'warn comes after stuck' }] : []
  })
  return [...missing, ...spans]
}

/** Steps of a chain that no fact takes: a misspelt one would silently let the same person verify twice. */
function badChains(workflow: Workflow, stages: readonly Found[], pointer: string): Place[] {
  const keys = stages.flatMap(({ stage }) => Object.keys({ ...stage.on, ...stage.own }))
  const taken = new Set([
    ...keys.filter((key) => key.includes('.StepRecorded:')).map((key) => key.split(':')[1]),
    ...Object.values(workflow.facts).map((rule) => rule.step),
  ])
  return workflow.chains.flatMap((chain, index) =>
    chain.steps.flatMap((step, at) =>
      taken.has(step) ? [] : [{ pointer: `${pointer}/chains/${index}/steps/${at}`, detail: `no fact takes the step ${step}` }],
    ),
  )
}

/**
 * Checks that an edition can be walked from beginning to end and names only what exists: shares that add to 100, declared roles, stages
 * that are reached and lead to an end, facts that the kind folds. Kinds that hold money come together or not at all. Returns the places
 * that are wrong, as JSON pointers; none when it is sound.
 */
export function checkEdition(edition: Edition, domain: Domain): Place[] {
  const money = [...domain.slices.values()].filter((slice) => slice.edition === 'required')
  const hasMoney = money.some((slice) => edition.workflows[slice.kind] !== undefined)
  const required = money
    .filter((slice) => hasMoney && !edition.workflows[slice.kind])
    .map((slice) => ({ pointer: '/workflows', detail: `no workflow for ${slice.kind}` }))
  const places = Object.entries(edition.workflows).flatMap(([kind, workflow]) => {
    const pointer = `/workflows/${escape(kind)}`
    const stages = stagesOf(workflow, pointer)
    const all = waysOf(kind, workflow, stages)
    const wrong = badTargets(workflow, stages, all, pointer)
    return [
      ...wrong,
      ...(wrong.length === 0 ? deadPlaces(workflow, stages, all) : []),
      ...badRoles(edition, workflow, stages, pointer),
      ...badKeys(kind, workflow, stages, pointer, domain),
      ...badChains(workflow, stages, pointer),
      ...badBeside(workflow, stages, all, pointer),
      ...badExits(edition, stages),
      ...badNames(kind, workflow, pointer, domain),
      ...badSpans(workflow, stages, all, pointer, domain.slices.get(kind)?.marks ?? []),
      // Tags of such kinds mark unique keys and are passed over when ancestors are pinned.
      ...(kind.endsWith('-key') ? [{ pointer, detail: `a kind may not be called ${kind}` }] : []),
    ]
  })
  return [...badValues(edition), ...required, ...places]
}
