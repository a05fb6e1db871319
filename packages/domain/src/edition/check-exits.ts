import { besideOf, hasBeside, stageAt } from '../kernel/stages.ts'
import type { Place } from '../kernel/refusal.ts'
import type { Edition, Workflow } from '../kernel/workflow.ts'
import { escape, type Found, type Way } from './found.ts'

const keysOf = (stages: readonly Found[]): string[] => stages.flatMap(({ stage }) => Object.keys({ ...stage.on, ...stage.own }))

/** Regions beside the stages: of their own names, with stages of their own, left by no transition and entered by none. */
export function badBeside(workflow: Workflow, stages: readonly Found[], all: readonly Way[], pointer: string): Place[] {
  const regions = Object.entries(workflow.beside).flatMap(([name, region]): Place[] => {
    const at = `${pointer}/beside/${escape(name)}`
    if (Object.hasOwn(workflow.stages, name)) return [{ pointer: at, detail: `${name} is the name of a stage already` }]
    if (workflow.initial === undefined) return [{ pointer: at, detail: 'a workflow without stages has nothing to run beside' }]
    if (Object.keys(region.stages ?? {}).length === 0) return [{ pointer: at, detail: `the region ${name} has no stages` }]
    if (region.initial !== undefined && !stageAt(workflow, `${name}.${region.initial}`))
      return [{ pointer: `${at}/initial`, detail: `stage ${name}.${region.initial} does not exist` }]
    return []
  })
  const parallel = stages
    .filter(({ path, stage }) => stage.parallel && besideOf(workflow, path) !== '')
    .map((found) => ({ pointer: `${found.pointer}/parallel`, detail: 'a region beside the stages is not divided again' }))
  const crossing = all
    .filter((way) => besideOf(workflow, way.from) !== besideOf(workflow, way.to))
    .map((way) => ({ pointer: way.pointer, detail: `${way.key} leads from ${way.from} into another region, ${way.to}` }))
  const main = new Set(keysOf(stages.filter(({ path }) => besideOf(workflow, path) === '')))
  const shared = stages
    .filter(({ path }) => besideOf(workflow, path) !== '')
    .flatMap((found) =>
      keysOf([found])
        .filter((key) => main.has(key))
        .map((key) => ({ pointer: found.pointer, detail: `${key} belongs to the stages; a region beside them has facts of its own` })),
    )
  const inner = hasBeside(workflow)
    ? stages
        .filter(({ path, stage }) => stage.final && path.includes('.'))
        .map((found) => ({ pointer: `${found.pointer}/final`, detail: 'where regions run beside the stages, an end stands at the top' }))
    : []
  return [...regions, ...parallel, ...shared, ...inner, ...new Map(crossing.map((place) => [place.pointer, place])).values()]
}

/** Criteria of stages: each code once in its stage, roles that are declared, facts that can be recorded there. */
export function badExits(edition: Edition, stages: readonly Found[]): Place[] {
  return stages.flatMap(({ path, pointer, stage }) => {
    const inside = stages.filter((other) => other.path === path || other.path.startsWith(`${path}.`) || path.startsWith(`${other.path}.`))
    const keys = keysOf(inside)
    const codes = new Set<string>()
    const criteria = (stage.exit ?? []).flatMap(({ code, needs }, index): Place[] => {
      const at = `${pointer}/exit/${index}`
      const twice = codes.has(code) ? [{ pointer: `${at}/code`, detail: `the criterion ${code} stands twice` }] : []
      codes.add(code)
      if ('role' in needs && !Object.hasOwn(edition.roles, needs.role))
        return [...twice, { pointer: `${at}/needs/role`, detail: `role ${needs.role} is not declared in /roles` }]
      if ('fact' in needs && !keys.some((key) => key === needs.fact || key.startsWith(`${needs.fact}:`)))
        return [...twice, { pointer: `${at}/needs/fact`, detail: `${needs.fact} cannot be recorded in stage ${path}` }]
      return twice
    })
    const absent = (stage.expects ?? []).flatMap((role, index) =>
      Object.hasOwn(edition.roles, role)
        ? []
        : [{ pointer: `${pointer}/expects/${index}`, detail: `role ${role} is not declared in /roles` }],
    )
    return [...criteria, ...absent]
  })
}
