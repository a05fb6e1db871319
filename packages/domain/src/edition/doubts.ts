import { rolesOf } from '../kernel/authority.ts'
import type { Place } from '../kernel/place.ts'
import type { Domain } from '../kernel/decider.ts'
import { besideOf, goesOn, placeOf } from '../kernel/stages.ts'
import type { Edition, ExitCriterion } from '../kernel/workflow.ts'
import { isInside, keysIn, keysWithin, marksCounted, marksWritten, typeOf, walk, type Found, type Walked } from './found.ts'
import { escape } from '../kernel/pointer.ts'
import { nearest } from '../kernel/nearest.ts'
import { doubt, place } from './say.ts'

/** What a meeting counts besides the roles. */
const counted = ['attendance-present', 'attendance-women', 'attendance-poor']

/**
 * Stages that are neither earlier nor later than others, though the way forward goes through them: most often a desk that was added to the
 * stages and not to the path. Those from which a file only comes back, and ends, stand beside the path on purpose.
 */
function offPath({ workflow, stages, all, pointer }: Walked): Place[] {
  if (workflow.path.length === 0) return []
  const region = (path: string): string => besideOf(workflow, path)
  const beside = stages
    .filter(({ path, stage, region: whole }) => !whole && stage.stages === undefined && placeOf(workflow, path) < 0)
    .filter(({ path }) => {
      const before = Math.max(-1, ...all.filter((way) => way.to === path).map((way) => placeOf(workflow, way.from)))
      return all.some((way) => way.from === path && region(way.to) === region(path) && placeOf(workflow, way.to) > before)
    })
    .map(({ path }) => path)
  const twice = workflow.path.flatMap((path, index) =>
    workflow.path.indexOf(path) < index ? [place(`${pointer}/path/${index}`, doubt.twiceOnPath(path))] : [],
  )
  return [...(beside.length > 0 ? [place(`${pointer}/path`, doubt.offPath(beside))] : []), ...twice]
}

/** Rules for facts that no stage takes: most often an outcome that is written otherwise in `facts` than in `on`. */
function unusedRules(walked: Walked): Place[] {
  const { workflow, pointer } = walked
  const taken = [...keysIn(walked).map(({ key }) => key), ...Object.keys(workflow.opens), ...workflow.suspends, ...workflow.resumes]
  return Object.entries(workflow.facts)
    .filter(([key, rule]) => {
      // Legal without a stage that says so: before the opening, about others, by force.
      if (rule.beforeOpening || rule.names || rule.bears || /\.(StageForced|StageReopened|EditionChanged)$/.test(typeOf(key))) return false
      return workflow.initial !== undefined && !taken.some((other) => other === key || other.startsWith(`${key}:`))
    })
    .map(([key]) => place(`${pointer}/facts/${escape(key)}`, doubt.unusedRule(key, nearest(key, taken))))
}

/** What can be shown in a stage: who may sign there, whether meetings are held, and whether figures are given. */
function shownIn(walked: Walked, path: string, domain: Domain) {
  const keys = keysWithin(walked, path)
  const has = (field: string): boolean => keys.some(({ key }) => domain.specOf(typeOf(key))?.schema.shape[field] !== undefined)
  return {
    roles: new Set(keys.flatMap(({ by }) => (by === undefined ? [] : rolesOf([by])))),
    meetings: has('attendance'),
    figures: has('measures'),
  }
}

/** The roles that have a say in some fact. */
const rolesHeard = (walked: Walked): string[] =>
  [...Object.values(walked.workflow.opens), ...Object.values(walked.workflow.facts), ...keysIn(walked)].flatMap(({ by }) =>
    by === undefined ? [] : rolesOf([by]),
  )

type Shown = ReturnType<typeof shownIn>

function unprovable({ needs }: ExitCriterion, path: string, shown: Shown, at: string): Place[] {
  if ('role' in needs && !shown.roles.has(needs.role) && !shown.meetings)
    return [place(`${at}/needs/role`, doubt.roleNeverThere(needs.role, path))]
  if (!('measure' in needs)) return []
  return (['measure', 'of'] as const).flatMap((field): Place[] => {
    const measure = needs[field]
    if (measure === undefined) return []
    const ofMeeting = measure.startsWith('attendance-')
    const given = ofMeeting ? shown.meetings && counted.includes(measure) : shown.figures
    if (given) return []
    return [place(`${at}/needs/${field}`, doubt.measureNeverGiven(measure, path, ofMeeting ? nearest(measure, counted) : undefined))]
  })
}

/** Criteria that can never be proven, roles that can never be there, and criteria that nobody is ever asked for. */
function doubtfulExits(walked: Walked, { path, pointer, stage }: Found, heard: ReadonlySet<string>, domain: Domain): Place[] {
  const { exit = [], expects = [] } = stage
  if (exit.length + expects.length === 0) return []
  const shown = shownIn(walked, path, domain)
  const left = walked.all.some(({ from, to }) => isInside(from, path) && !isInside(to, path) && goesOn(walked.workflow, from, to))
  return [
    ...exit.flatMap((criterion, index) => unprovable(criterion, path, shown, `${pointer}/exit/${index}`)),
    ...expects.flatMap((role, index) =>
      heard.has(role) || shown.meetings ? [] : [place(`${pointer}/expects/${index}`, doubt.roleNeverHeard(role))],
    ),
    ...(left ? [] : [place(`${pointer}/${exit.length > 0 ? 'exit' : 'expects'}`, doubt.neverAsked(path))]),
  ]
}

function doubtfulSpans(walked: Walked): Place[] {
  const [written, reached] = [marksWritten(walked), marksCounted(walked)]
  return walked.workflow.spans.flatMap((span, index) =>
    (['from', 'to', 'each'] as const).flatMap((end): Place[] => {
      const mark = span[end]
      if (mark === undefined || reached.has(mark) || !written.has(mark)) return []
      return [place(`${walked.pointer}/spans/${index}/${end}`, doubt.markNeverSet(mark))]
    }),
  )
}

function doubtfulSuspension({ workflow, pointer }: Walked): Place[] {
  const { suspendable, suspends, resumes } = workflow
  if (!suspendable && suspends.length + resumes.length > 0) return [place(pointer, doubt.neverSuspended())]
  return suspends.length > 0 && resumes.length === 0 ? [place(`${pointer}/suspends`, doubt.neverResumed())] : []
}

/**
 * What is probably not meant in an edition that may be published all the same: rules that never apply, criteria that nobody can prove,
 * stages without a place in the order. Places as those of {@link checkEdition}, which says what is wrong.
 */
export function editionDoubts(edition: Edition, domain: Domain): Place[] {
  const unheard = Object.entries(edition.roles)
    .filter(([, { external, recordedBy = [] }]) => external && recordedBy.length === 0)
    .map(([role]) => place(`/roles/${escape(role)}`, doubt.nobodyRecords(role)))
  const caps = Object.keys(edition.bop.caps)
    .filter((component) => !edition.components.includes(component))
    .map((component) => place(`/bop/caps/${escape(component)}`, doubt.unknownCap(component, nearest(component, edition.components))))
  const all = Object.entries(edition.workflows).map(([kind, workflow]) => walk(kind, workflow))
  const heard = new Set(all.flatMap(rolesHeard))
  const workflows = all.flatMap((walked) => [
    ...offPath(walked),
    ...unusedRules(walked),
    ...walked.stages.flatMap((found) => doubtfulExits(walked, found, heard, domain)),
    ...doubtfulSpans(walked),
    ...doubtfulSuspension(walked),
  ])
  return [...unheard, ...caps, ...workflows]
}
