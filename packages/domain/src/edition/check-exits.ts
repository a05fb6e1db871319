import { besideOf, hasBeside, stageAt } from '../kernel/stages.ts'
import type { Place } from '../kernel/place.ts'
import type { Edition } from '../kernel/workflow.ts'
import { badRole } from './check-values.ts'
import { keysOf, keysWithin, type Walked } from './found.ts'
import { escape } from '../kernel/pointer.ts'
import { nearest } from '../kernel/nearest.ts'
import { place, say } from './say.ts'

/** Regions beside the stages: of their own names, with stages of their own, left by no transition and entered by none. */
export function badBeside({ kind, workflow, stages, all, pointer }: Walked): Place[] {
  const regions = Object.entries(workflow.beside).flatMap(([name, region]): Place[] => {
    const at = `${pointer}/beside/${escape(name)}`
    if (Object.hasOwn(workflow.stages, name)) return [place(at, say.regionIsStage(name))]
    if (workflow.initial === undefined) return [place(at, say.nothingBeside())]
    if (Object.keys(region.stages ?? {}).length === 0) return [place(at, say.regionEmpty(name))]
    if (region.initial !== undefined && !stageAt(workflow, `${name}.${region.initial}`))
      return [place(`${at}/initial`, say.noStage(`${name}.${region.initial}`, nearest(region.initial, Object.keys(region.stages ?? {}))))]
    return []
  })
  const inRegions = stages.filter(({ path }) => besideOf(workflow, path) !== '')
  const parallel = inRegions.filter(({ stage }) => stage.parallel).map((found) => place(`${found.pointer}/parallel`, say.regionDivided()))
  const crossing = all
    .filter((way) => besideOf(workflow, way.from) !== besideOf(workflow, way.to))
    .map((way) => place(way.pointer, say.crossing(way.key, way.from, way.to)))
  const outside = stages.filter(({ path }) => besideOf(workflow, path) === '')
  const main = new Set(outside.flatMap((found) => keysOf(kind, found).map(({ key }) => key)))
  const shared = inRegions.flatMap((found) =>
    keysOf(kind, found)
      .filter(({ key }) => main.has(key))
      .map(({ key }) => place(found.pointer, say.sharedKey(key))),
  )
  const inner = hasBeside(workflow)
    ? stages.filter(({ path, stage }) => stage.final && path.includes('.')).map((found) => place(`${found.pointer}/final`, say.innerEnd()))
    : []
  return [...regions, ...parallel, ...shared, ...inner, ...new Map(crossing.map((each) => [each.pointer, each])).values()]
}

/** Criteria of stages: each code once in its stage, roles that are declared, facts that can be recorded there. */
export function badExits(edition: Edition, walked: Walked): Place[] {
  return walked.stages.flatMap(({ path, pointer, stage }) => {
    if (stage.exit === undefined && stage.expects === undefined) return []
    const keys = keysWithin(walked, path).map(({ key }) => key)
    const codes = new Set<string>()
    const criteria = (stage.exit ?? []).flatMap(({ code, needs }, index): Place[] => {
      const at = `${pointer}/exit/${index}`
      const twice = codes.has(code) ? [place(`${at}/code`, say.criterionTwice(code))] : []
      codes.add(code)
      if ('role' in needs) return [...twice, ...badRole(edition, needs.role, `${at}/needs/role`)]
      if ('fact' in needs && !keys.some((key) => key === needs.fact || key.startsWith(`${needs.fact}:`)))
        return [...twice, place(`${at}/needs/fact`, say.factNotHere(needs.fact, path, nearest(needs.fact, keys)))]
      return twice
    })
    return [...criteria, ...(stage.expects ?? []).flatMap((role, index) => badRole(edition, role, `${pointer}/expects/${index}`))]
  })
}
