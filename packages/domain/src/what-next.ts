import { correctors, dutyProblem } from './kernel/correcting.ts'
import { openProposals, targetOf, type How } from './kernel/corrections.ts'
import { authoritiesHere, authoritiesOf, checkChain, checkHouse, rolesOf } from './kernel/authority.ts'
import type { Decider, Domain, Slice } from './kernel/decider.ts'
import type { Entity } from './kernel/entity.ts'
import type { Actor, Recorder } from './kernel/event.ts'
import { criterionRefusal, leaving } from './kernel/exits.ts'
import type { Refusal } from './kernel/refusal.ts'
import { refuse } from './kernel/refusal.ts'
import type { Call, Situation } from './kernel/rule.ts'
import { createWorld, type World } from './kernel/world.ts'
import { readAndLook } from './deciding.ts'
import type { Reader, Surroundings } from './reading.ts'

/** Who looks: what a viewer may do depends on the role, not on what is possible. */
export interface Viewer {
  readonly actor: Actor & { readonly person: string }
  readonly recorder: Recorder
}

/** A rule that stands in the way, and who could meet it by which fact. */
export interface Unmet {
  readonly refusal: Refusal
  readonly metBy: readonly { readonly key: string; readonly roles: readonly string[] }[]
}

/** A command that the order allows now. It is possible when nothing is unmet; data of the command may still break a rule. */
export interface Action {
  readonly command: string
  readonly verb: string
  /** The keys it may record now: a step with its outcomes. */
  readonly keys: readonly string[]
  readonly roles: readonly string[]
  /** Papers that the order or the edition asks for. */
  readonly papers: readonly string[]
  readonly possible: boolean
  /** Of a correction: the proposal to be decided, and the fact that it is about. */
  readonly correction?: { readonly proposed: string; readonly position: number; readonly how: How; readonly target: number }
  /** Whether the viewer's role is among those who may give it. */
  readonly mine: boolean
  readonly unmet: readonly Unmet[]
}

const callOf = (slice: Slice, id: string, decider: Decider, viewer: Viewer, today: string): Call => ({
  command: decider.command.name,
  subject: { kind: slice.kind, id },
  data: {},
  effectiveOn: today,
  actor: viewer.actor,
  evidence: [],
  recordedBy: viewer.recorder,
  correlation: '',
  keyHash: '',
})

/** The keys of a command that are in order where the entity stands. */
function keysNow(decider: Decider, x: Situation): string[] {
  const { type } = decider.command.records
  return [...x.workflow.keys].filter(
    (key) => (key === type || key.startsWith(`${type}:`)) && x.workflow.next(x.self.stages, x.self.suspended, key) !== undefined,
  )
}

function metByOf(domain: Domain, x: Situation, keys: readonly string[]): Unmet['metBy'] {
  const edition = x.self.edition && x.editionOf(x.self.edition)
  return keys.map((key) => {
    const workflow = domain.workflow(key.slice(0, key.indexOf('.')), edition)
    return { key, roles: workflow ? rolesOf(authoritiesOf(workflow, key)) : [] }
  })
}

function unmetRules(domain: Domain, decider: Decider, x: Situation, keys: readonly string[], mine: boolean): Unmet[] {
  const broken = decider.rules
    .filter((rule) => rule.about === 'state' && rule.sort !== 'authority')
    .flatMap((rule) => {
      const found = rule.check(x)
      return found ? [{ refusal: refuse(rule, found.details, found.facts), metBy: metByOf(domain, x, rule.metBy ?? []) }] : []
    })
  const proven = keys.length === 0 ? [] : openFacts(x, keys)
  const chain = mine ? keys.map((key) => checkChain(x, key)).find((refusal) => refusal !== undefined) : undefined
  const unmet = [...broken, ...proven.map(({ refusal, fact }) => ({ refusal, metBy: metByOf(domain, x, [fact]) }))]
  return chain ? [...unmet, { refusal: chain, metBy: [] }] : unmet
}

/**
 * Facts that a stage asks for before it is left, and that are not recorded yet; named only where every way out waits for them. Papers,
 * people and figures may come with the fact that leaves, so they do not stand in its way beforehand.
 */
function openFacts(x: Situation, keys: readonly string[]): { refusal: Refusal; fact: string }[] {
  if (x.workflow.exits.size === 0 || !x.self.opened) return []
  const waits = keys.map((key) => {
    const after = x.workflow.next(x.self.stages, x.self.suspended, key)
    const open = after ? leaving(x.self, x.workflow, after.stages, undefined).open : []
    return open.flatMap(({ stage, criterion }) =>
      criterion.onOpen === 'refuse' && 'fact' in criterion.needs ? [{ stage, criterion, fact: criterion.needs.fact }] : [],
    )
  })
  const [first = []] = waits
  return first
    .filter(({ criterion }) => waits.every((others) => others.some((other) => other.criterion === criterion)))
    .map(({ stage, criterion, fact }) => ({ refusal: criterionRefusal(x.self.kind, stage, criterion), fact }))
}

async function actionOf(
  domain: Domain,
  slice: Slice,
  decider: Decider,
  id: string,
  viewer: Viewer,
  reader: Reader,
  around: Surroundings,
  world: World,
): Promise<Action | undefined> {
  const today = new Date(around.now).toISOString().slice(0, 10)
  const lean = { ...decider, reads: decider.rules.some((rule) => rule.about === 'state') ? decider.reads : [] }
  const x = await readAndLook(domain, slice, lean, callOf(slice, id, decider, viewer, today), reader, around, world)
  if (!x) return undefined
  const keys = keysNow(decider, x)
  if (keys.length === 0) return undefined
  const authorities = keys.flatMap((key) => {
    const here = authoritiesHere(x.workflow, x.self, key)
    return here.length > 0 ? here : authoritiesOf(x.workflow, key)
  })
  const roles = rolesOf(authorities)
  const edition = x.self.edition && x.editionOf(x.self.edition)
  const shutOut = decider.rules.some((rule) => rule.about === 'state' && rule.sort === 'authority' && rule.check(x) !== undefined)
  const mine = roles.includes(viewer.actor.role) && checkHouse(domain, slice, x, edition) === undefined && !shutOut
  const legal = x.workflow.standing(x.self.stages).flatMap((leaf) => keys.flatMap((key) => leaf.legal.get(key)?.papers ?? []))
  const unmet = unmetRules(domain, decider, x, keys, mine)
  const papers = [...new Set([...(decider.papers?.(x) ?? []), ...legal])]
  return { command: decider.command.name, verb: decider.command.verb, keys, roles, papers, possible: unmet.length === 0, mine, unmet }
}

/** Proposed corrections wait for somebody else to confirm or decline them. */
async function decisionsOnCorrections(
  domain: Domain,
  slice: Slice,
  entity: Entity,
  viewer: Viewer,
  reader: Reader,
  around: Surroundings,
  world: World,
): Promise<Action[]> {
  const open = openProposals(entity.corrections, entity)
  const deciders = slice.deciders.filter(({ correction }) => correction === 'confirm' || correction === 'decline')
  const [first] = deciders
  if (open.length === 0 || first === undefined) return []
  const today = new Date(around.now).toISOString().slice(0, 10)
  const x = await readAndLook(domain, slice, first, callOf(slice, entity.id, first, viewer, today), reader, around, world)
  if (x === undefined) return []
  const edition = entity.edition && x.editionOf(entity.edition)
  const house = checkHouse(domain, slice, x, edition)
  return open.flatMap(({ position, fact }) => {
    const { id, position: target } = targetOf(fact)
    const recorded = x.world.bearing(`${slice.kind}:${entity.id}`).find((each) => each.fact.id === id)
    if (recorded === undefined) return []
    const { confirm: roles } = correctors(domain, slice, edition, recorded.fact)
    return deciders.map(({ command, correction }): Action => {
      const duty =
        correction === 'confirm'
          ? dutyProblem({ actor: viewer.actor, recordedBy: viewer.recorder }, { position, recordedAt: 0n, fact })
          : undefined
      const mine = roles.includes(viewer.actor.role) && house === undefined
      const unmet = mine && duty ? [{ refusal: duty, metBy: [] }] : []
      const about = { proposed: fact.id, position, how: fact.data['how'] as How, target }
      return {
        command: command.name,
        verb: command.verb,
        keys: [],
        roles,
        papers: [],
        possible: unmet.length === 0,
        correction: about,
        mine,
        unmet,
      }
    })
  })
}

/**
 * What can be recorded of an entity now, by whom, and what stands in the way (DESIGN §4): API, console and stuck list use this one
 * function.
 */
export async function whatNext(
  domain: Domain,
  slice: Slice,
  entity: Entity,
  viewer: Viewer,
  reader: Reader,
  around: Surroundings,
): Promise<Action[]> {
  const world = createWorld()
  const actions: Action[] = []
  for (const decider of slice.deciders) {
    if (decider.correction || (decider.command.opens && entity.opened)) continue
    const action = await actionOf(domain, slice, decider, entity.id, viewer, reader, around, world)
    if (action) actions.push(action)
  }
  actions.push(...(await decisionsOnCorrections(domain, slice, entity, viewer, reader, around, world)))
  return actions
}
