import { refsOf } from './define.ts'
import type { Ask, Decider } from './decider.ts'
import type { Entity } from './entity.ts'
import type { Json, Recorded } from './event.ts'
import type { Compiled } from './machine.ts'
import { besideData } from './place.ts'
import { kernelReasons, refuse, type Refusal } from './refusal.ts'
import type { Situation } from './rule.ts'
import type { Edition } from './workflow.ts'
import { one } from './world.ts'

/** A broken rule: `always` refuses observations too; a `flag` refuses nothing and is noted. */
export interface Trouble {
  readonly always: boolean
  readonly flag?: boolean
  readonly refusal: Refusal
}

const daysBetween = (earlier: string, later: string): number =>
  earlier === later ? 0 : (Date.parse(later) - Date.parse(earlier)) / 86_400_000

/** A date that is still to come, or after the day on which it is said to have been entered. */
const tooLate = (on: string, today: string): Refusal =>
  refuse(kernelReasons.futureDate, { on, today }, [], besideData('effectiveOn', `paling lambat ${today}`, `${today} at the latest`))

const wanted = (name: 'reason' | 'lateReason') => besideData(name, 'wajib ada: alasannya', 'required: why')

/** What another system claims of when a record was entered there: never later than today, nor before what it tells of. */
function claimProblems(x: Situation, always: boolean): Trouble[] {
  const { today, claimedOn } = x
  const { effectiveOn: on } = x.call
  if (claimedOn === undefined) return []
  if (claimedOn > today) return [{ always: true, refusal: refuse(kernelReasons.futureDate, { on: claimedOn, today }) }]
  return on > claimedOn ? [{ always, refusal: tooLate(on, claimedOn) }] : []
}

/** Days from the date of a fact to its entry, here or, as claimed, in another system; unknown of the past that claims nothing. */
export const daysToEntry = (x: Situation): number | undefined =>
  x.claimedOn === undefined && x.call.historical ? undefined : daysBetween(x.call.effectiveOn, x.claimedOn ?? x.today)

/** What is wrong with the dates: the future; late or back-dated without a reason (DESIGN §5). */
export function timeProblems(decider: Decider, x: Situation, edition: Edition | undefined): Trouble[] {
  const { effectiveOn: on, effectiveAt: at, reason, lateReason } = x.call
  if (on > x.today) return [{ always: true, refusal: tooLate(on, x.today) }]
  if (at !== undefined && !x.fallsOn(at, on))
    return [
      { always: true, refusal: refuse(kernelReasons.instantOffDate, { at, on }, [], besideData('effectiveAt', `pada ${on}`, `on ${on}`)) },
    ]
  const always = x.call.historical !== true
  const troubles = claimProblems(x, always)
  const days = daysToEntry(x)
  const limit = edition?.lateEntryDays
  if (limit !== undefined && days !== undefined && days > limit && lateReason === undefined)
    troubles.push({ always, refusal: refuse(kernelReasons.lateReasonMissing, { days, limit }, [], wanted('lateReason')) })
  const preceding = decider.command.opens ? undefined : lastOwn(x.self)
  if (preceding && on < preceding.fact.effectiveOn && reason === undefined)
    troubles.push({
      always,
      refusal: refuse(
        kernelReasons.backdatedReasonMissing,
        { on, before: preceding.fact.effectiveOn },
        [preceding.position],
        wanted('reason'),
      ),
    })
  return troubles
}

/** The last fact about the entity itself. */
export const lastOwn = ({ kind, id, facts }: Entity): Recorded | undefined =>
  facts.findLast(({ fact }) => fact.subject.kind === kind && fact.subject.id === id)

const stageText = (entity: Entity): string => Object.values(entity.stages).join(' + ') || '-'

/** Why a fact is out of order for one entity, or nothing. */
function orderProblem(x: Situation, entity: Entity, key: string): Trouble | undefined {
  const isSelf = entity.kind === x.self.kind && entity.id === x.self.id
  const workflow = isSelf ? x.workflow : x.workflowOf(entity)
  if (workflow.next(entity.stages, entity.suspended, key) !== undefined) return undefined
  const last = entity.facts.at(-1)
  const facts = last ? [last.position] : []
  const details = { key, kind: entity.kind, id: entity.id, stage: stageText(entity) }
  if (entity.suspended && workflow.next(entity.stages, false, key) !== undefined)
    return { always: false, refusal: refuse(kernelReasons.suspended, details, facts) }
  if (isSelf && entity.opened && workflow.workflow.opens[key] !== undefined)
    return { always: true, refusal: refuse(kernelReasons.alreadyExists, details, facts) }
  const possible = [...new Set(workflow.standing(entity.stages).flatMap((leaf) => [...leaf.legal.keys()]))].join(', ') || '-'
  return { always: false, refusal: refuse(kernelReasons.outOfOrder, { ...details, possible }, facts) }
}

/** Whether the subject stands where the fact may be recorded. A step that is not open counts as out of order. */
export function ownOrder(x: Situation, key: string, stepOpen: boolean): Trouble[] {
  const found = orderProblem(x, x.self, key)
  if (found) return [found]
  if (stepOpen) return []
  const details = { key, kind: x.self.kind, id: x.self.id, stage: stageText(x.self), possible: '-' }
  return [{ always: false, refusal: refuse(kernelReasons.outOfOrder, details) }]
}

/** Whether the other entities that the fact moves stand where it may be recorded. */
export function othersOrder(x: Situation, asks: readonly Ask[], key: string): Trouble[] {
  return asks.flatMap(({ entity, key: asked = key, optional, placed }) => {
    if (optional || (placed && !x.workflowOf(entity).ended(entity.stages))) return []
    return orderProblem(x, entity, asked) ?? []
  })
}

/**
 * Papers that the workflow asks for and the command lacks: of the subject, and of what else it moves from where that stands. What a stage
 * says of a fact stands instead of what holds everywhere.
 */
export function paperProblems(x: Situation, key: string, more: readonly string[], asks: readonly Ask[]): Trouble[] {
  const here = papersHere(x.workflow, x.self, key) ?? x.workflow.rule(key)?.papers ?? []
  const others = asks.flatMap(({ entity, key: asked = key }) => papersHere(x.workflowOf(entity), entity, asked) ?? [])
  const wanted = new Set([...more, ...here, ...(x.workflow.workflow.opens[key]?.papers ?? []), ...others])
  const missing = [...wanted].filter((paper) => !x.call.evidence.some(({ docType }) => docType === paper))
  if (missing.length === 0) return []
  return [{ always: false, refusal: refuse(kernelReasons.papersMissing, { missing: missing.join(', ') }) }]
}

function papersHere(workflow: Compiled, entity: Entity, key: string): readonly string[] | undefined {
  const here = workflow.standing(entity.stages).flatMap((leaf) => leaf.legal.get(key) ?? [])
  return here.length > 0 ? here.flatMap(({ papers }) => papers) : undefined
}

/** Entities that the data refer to and nobody has opened. Areas and persons are looked up elsewhere: they need no fact of their own. */
export function referenceProblems(decider: Decider, x: Situation): Trouble[] {
  const refs = refsOf(decider.command.records.data, x.call.data as Record<string, Json>)
  return refs.flatMap((ref): Trouble[] => {
    const [kind = '', id = ''] = ref.split(':')
    const slice = x.domain.slices.get(kind)
    const isSelf = x.self.opened && kind === x.self.kind && id === x.self.id
    if (isSelf || !slice || kind === 'area' || kind === 'person' || !x.world.has(one(slice.fold, id))) return []
    const known = x.world.one(slice.fold, id).opened
    return known ? [] : [{ always: true, refusal: refuse(kernelReasons.unknownReference, { kind, id }) }]
  })
}
