import type { Place } from '../kernel/place.ts'
import type { By, Edition } from '../kernel/workflow.ts'
import type { Domain } from '../kernel/decider.ts'
import { isCorrection } from '../kernel/corrections.ts'
import { refKind } from '../kernel/define.ts'
import { badRole } from './check-values.ts'
import { keysIn, typeOf, type FoundKey, type Walked } from './found.ts'
import { escape } from '../kernel/pointer.ts'
import { nearest } from '../kernel/nearest.ts'
import { place, say } from './say.ts'

/** Roles that desks and facts name and the edition does not declare. */
export function badRoles(edition: Edition, walked: Walked): Place[] {
  const { workflow, stages, pointer } = walked
  const named: { role: string; pointer: string }[] = []
  const addBy = (by: By | undefined, at: string): void => {
    if (by) for (const role of 'any' in by ? by.any : by.all) named.push({ role, pointer: `${at}/by` })
  }
  for (const [key, rule] of Object.entries(workflow.opens)) addBy(rule.by, `${pointer}/opens/${escape(key)}`)
  for (const [key, rule] of Object.entries(workflow.facts)) addBy(rule.by, `${pointer}/facts/${escape(key)}`)
  for (const { stage, pointer: at } of stages) if (stage.holder !== undefined) named.push({ role: stage.holder, pointer: `${at}/holder` })
  for (const { by, pointer: at } of keysIn(walked)) addBy(by, at)
  return named.flatMap(({ role, pointer: at }) => badRole(edition, role, at))
}

/** The types of fact that a kind folds; one that no slice knows has the generic ones. Corrections are no matter of a workflow. */
const foldedBy = (kind: string, domain: Domain): readonly string[] =>
  domain.slice(domain.slices.has(kind) ? kind : 'case').fold.types.filter((type) => !isCorrection(type))

/** Why a kind does not take a type of fact: nobody knows it, it belongs to others, or it is how another house would have called it. */
function foreignType(kind: string, type: string, domain: Domain): Place['detail'] {
  const folded = foldedBy(kind, domain)
  if (!domain.slices.has(kind) && type.startsWith(`${kind}.`)) return say.ownFacts(kind, type)
  if (domain.specOf(type) !== undefined) return say.notFolded(kind, type, nearest(type, folded))
  const everywhere = [...domain.slices.values()].flatMap((slice) => slice.events.map((event) => event.type))
  return say.noFact(type, nearest(type, folded) ?? nearest(type, everywhere))
}

/** Facts that the kind does not fold, and facts that nobody may record. */
export function badKeys(walked: Walked, domain: Domain): Place[] {
  const { kind, workflow, pointer } = walked
  const entries = (part: 'opens' | 'facts'): FoundKey[] =>
    Object.entries(workflow[part]).map(([key, { by }]) => ({ key, pointer: `${pointer}/${part}/${escape(key)}`, by }))
  const listed = (part: 'suspends' | 'resumes'): FoundKey[] =>
    workflow[part].map((key, index) => ({ key, pointer: `${pointer}/${part}/${index}` }))
  const taken = keysIn(walked)
  const folded = foldedBy(kind, domain)
  const foreign = [...entries('opens'), ...entries('facts'), ...taken, ...listed('suspends'), ...listed('resumes')]
    .filter(({ key }) => !folded.includes(typeOf(key)))
    .map(({ key, pointer: at }) => place(at, foreignType(kind, typeOf(key), domain)))

  const declared = Object.entries({ ...workflow.opens, ...workflow.facts }).flatMap(([key, { by }]) => (by === undefined ? [] : [key]))
  const hasRoles = (key: string): boolean =>
    [key, key.split(':').slice(0, 2).join(':'), typeOf(key)].some((name) => declared.includes(name))
  const own = domain.slices.has(kind) ? kind : 'case'
  const silent = [...entries('opens'), ...taken]
    .filter(({ key, by }) => key.startsWith(`${own}.`) && by === undefined && !hasRoles(key))
    .map(({ key, pointer: at }) => place(at, say.nobody(key, nearest(key, declared))))
  const shut = workflow.initial !== undefined && Object.keys(workflow.opens).length === 0 ? [place(pointer, say.noOpening(kind))] : []
  return [...foreign, ...silent, ...shut]
}

/** Fields that name no entity of the kind: their marks would never be set. */
export function badNames({ kind, workflow, pointer }: Walked, domain: Domain): Place[] {
  return Object.entries(workflow.facts).flatMap(([key, { names = {} }]) => {
    const shape = domain.specOf(typeOf(key))?.schema.shape
    return Object.keys(names)
      .filter((field) => refKind(shape?.[field]) !== kind)
      .map((field) => place(`${pointer}/facts/${escape(key)}/names/${escape(field)}`, say.namesNone(key, kind, field)))
  })
}

/** Steps of a chain that no fact takes: a misspelt one would silently let the same person verify twice. */
export function badChains(walked: Walked): Place[] {
  const { workflow, pointer } = walked
  const keys = keysIn(walked).map(({ key }) => key)
  const taken = new Set(
    [
      ...keys.filter((key) => key.includes('.StepRecorded:')).map((key) => key.split(':')[1]),
      ...Object.values(workflow.facts).map((rule) => rule.step),
    ].filter((step) => step !== undefined),
  )
  return workflow.chains.flatMap((chain, index) =>
    chain.steps.flatMap((step, at) =>
      taken.has(step) ? [] : [place(`${pointer}/chains/${index}/steps/${at}`, say.noStep(step, nearest(step, taken)))],
    ),
  )
}
