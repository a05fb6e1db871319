import type { Ask, Placed } from './decider.ts'
import { landing, type Entity } from './entity.ts'
import type { Json } from './event.ts'
import { exitTroubles, leaving, type OpenCriterion } from './exits.ts'
import type { Compiled, Stages } from './machine.ts'
import { flagReasons, refuse } from './refusal.ts'
import type { Situation } from './rule.ts'
import { besideOf, passedOver } from './stages.ts'
import type { Trouble } from './checks.ts'

/** Where an entity stands after a fact. */
interface Destination {
  readonly stages: Stages
  readonly suspended: boolean
}

/** A step of the past that was taken although the entity was suspended: it moves, and stays suspended (CONTRACTS C3). */
function whileSuspended({ call }: Situation, entity: Entity, workflow: Compiled, key: string): ReturnType<Compiled['next']> {
  const after = call.historical && entity.suspended ? workflow.next(entity.stages, false, key) : undefined
  return after && { stages: after.stages, suspended: true }
}

/** The stages of an entity after a fact; undefined where the fact moves it nowhere. */
export function destination(
  x: Situation,
  entity: Entity,
  workflow: Compiled,
  key: string,
  placed: Placed | undefined,
): Destination | undefined {
  if (!placed)
    return workflow.next(entity.stages, entity.suspended, key) ?? whileSuspended(x, entity, workflow, key) ?? landing(entity, workflow, key)
  if (placed.how === 'moved') return { stages: placed.stages, suspended: entity.suspended }
  const region = besideOf(workflow.workflow, placed.to)
  const kept = Object.entries(entity.stages).filter(([name]) => besideOf(workflow.workflow, name) !== '' || region !== '')
  return { stages: { ...Object.fromEntries(kept), [region]: placed.to }, suspended: entity.suspended }
}

/** What stays unproven of the stages that the fact takes entities out of: refused, noted, or named by the force that was used. */
export function leavingTroubles(x: Situation, key: string, asks: readonly Ask[]): Trouble[] {
  const { call } = x
  return asks.flatMap(({ entity, key: asked = key, placed }) => {
    if (!entity.opened || placed?.how === 'moved') return []
    const workflow = entity === x.self ? x.workflow : x.workflowOf(entity)
    if (workflow.exits.size === 0 && !placed) return []
    const after = destination(x, entity, workflow, asked, placed)
    if (after === undefined) return []
    if (placed) return [placedTrouble(entity, workflow, placed, leaving(entity, workflow, after.stages, undefined).open)]
    const last = {
      key: asked,
      actor: call.actor,
      cosigners: call.cosigners,
      evidence: call.evidence,
      data: call.data as Record<string, Json>,
    }
    return exitTroubles(entity, leaving(entity, workflow, after.stages, last))
  })
}

function placedTrouble(
  entity: Entity,
  { workflow, whole }: Compiled,
  { to, how }: Exclude<Placed, { how: 'moved' }>,
  open: readonly OpenCriterion[],
): Trouble {
  const from = whole(entity.stages)[besideOf(workflow, to)] ?? '-'
  if (how === 'reopened') return { always: false, flag: true, refusal: refuse(flagReasons.stageReopened, { from, to }) }
  const codes = open.map(({ criterion }) => criterion.code)
  const skipped = passedOver(workflow, from, to).join(', ') || '-'
  return {
    always: false,
    flag: true,
    refusal: refuse(flagReasons.stageForced, { from, to, count: codes.length, open: codes.join(', ') || '-', skipped }),
  }
}
