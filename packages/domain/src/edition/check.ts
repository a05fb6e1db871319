import type { Place } from '../kernel/place.ts'
import { beginnings, besideFirst, besideOf, desksLeadingTo, entered } from '../kernel/stages.ts'
import type { Edition } from '../kernel/workflow.ts'
import type { Domain } from '../kernel/decider.ts'
import { badBeside, badExits } from './check-exits.ts'
import { badChains, badKeys, badNames, badRoles } from './check-keys.ts'
import { badSpans } from './check-spans.ts'
import { badValues } from './check-values.ts'
import { walk, type Found, type Walked } from './found.ts'
import { escape } from '../kernel/pointer.ts'
import { nearestStage } from '../kernel/nearest.ts'
import { place, say } from './say.ts'

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
function deadPlaces({ workflow, stages, all }: Walked): Place[] {
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
      if (!forward.has(path)) return [place(pointer, say.neverReached(path))]
      // Regions beside the stages end with them.
      if (
        besideOf(workflow, path) === '' &&
        !back.has(path) &&
        !path.split('.').some((_, index, names) => back.has(names.slice(0, index).join('.')))
      )
        return [place(pointer, say.noEnd(path))]
      return []
    })
}

function badTargets({ workflow, stages, all, pointer }: Walked): Place[] {
  const paths = stages.filter((found) => !found.region).map((found) => found.path)
  const known = new Set(paths)
  const missing = (path: string | undefined, at: string): Place[] =>
    path === undefined || known.has(path) ? [] : [place(at, say.noStage(path, nearestStage(path, paths)))]
  // A transition of an outer stage is one mistake, however many stages inherit it.
  const ways = new Map(all.map((way) => [way.pointer, way])).values()
  const revisions = stages
    .filter(({ stage, path: at }) => stage.revision && stage.resubmitTo === undefined && desksLeadingTo(workflow, at).length !== 1)
    .map((found) => place(found.pointer, say.sayResubmitTo(found.path, desksLeadingTo(workflow, found.path).length)))
  return [
    ...missing(workflow.initial, `${pointer}/initial`),
    ...Object.entries(workflow.opens).flatMap(([key, { to }]) => missing(to, `${pointer}/opens/${escape(key)}/to`)),
    ...[...ways].flatMap((way) => missing(way.to, way.pointer)),
    ...Object.entries(workflow.facts).flatMap(([key, { lands }]) => missing(lands, `${pointer}/facts/${escape(key)}/lands`)),
    ...workflow.path.flatMap((name, index) => missing(name, `${pointer}/path/${index}`)),
    ...revisions,
  ]
}

/**
 * Checks that an edition can be walked from beginning to end and names only what exists: shares that add to 100, declared roles, stages
 * that are reached and lead to an end, facts that the kind folds. Kinds that hold money come together with their family or not at all.
 * Returns the places that are wrong, as JSON pointers, in both languages and with what was probably meant; none when it is sound.
 */
export function checkEdition(edition: Edition, domain: Domain): Place[] {
  const money = [...domain.slices.values()].filter((slice) => slice.edition === 'required')
  const families = new Set(money.filter((slice) => edition.workflows[slice.kind] !== undefined).map((slice) => slice.family))
  const required = money
    .filter((slice) => families.has(slice.family) && !edition.workflows[slice.kind])
    .map((slice) => place('/workflows', say.noWorkflow(slice.kind)))
  const places = Object.entries(edition.workflows).flatMap(([kind, workflow]) => {
    const walked = walk(kind, workflow)
    const wrong = badTargets(walked)
    return [
      ...wrong,
      ...(wrong.length === 0 ? deadPlaces(walked) : []),
      ...badRoles(edition, walked),
      ...badKeys(walked, domain),
      ...badChains(walked),
      ...badBeside(walked),
      ...badExits(edition, walked),
      ...badNames(walked, domain),
      ...badSpans(walked, domain.slices.get(kind)?.marks ?? []),
      // Tags of such kinds mark unique keys and are passed over when ancestors are pinned.
      ...(kind.endsWith('-key') ? [place(walked.pointer, say.keyKind(kind))] : []),
    ]
  })
  return [...badValues(edition), ...required, ...places]
}
