import type { Actor, Fact, Recorder } from './event.ts'
import type { Domain, Slice } from './decider.ts'
import { kernelReasons, refuse, type Refusal } from './refusal.ts'
import type { Compiled } from './machine.ts'
import type { Situation } from './rule.ts'
import type { By, Edition } from './workflow.ts'
import type { Entity } from './entity.ts'

/** Who may record a key where the entity stands. */
export function authoritiesHere(compiled: Compiled, entity: Entity, key: string): By[] {
  return compiled.standing(entity.stages).flatMap((leaf) => leaf.legal.get(key)?.by ?? [])
}

const everywhere = new WeakMap<Compiled, Map<string, readonly By[]>>()

/** Who may record a key in some stage. Asked once of a workflow for each key, then remembered. */
export function authoritiesOf(compiled: Compiled, key: string): readonly By[] {
  const known = everywhere.get(compiled)
  const before = known?.get(key)
  if (before) return before
  const found = authoritiesFound(compiled, key)
  // A key holds words of the caller: those that no workflow knows are not kept.
  if (!compiled.keys.has(key)) return found
  if (known) known.set(key, found)
  else everywhere.set(compiled, new Map([[key, found]]))
  return found
}

function authoritiesFound(compiled: Compiled, key: string): readonly By[] {
  const anywhere = [...compiled.leaves.values()].flatMap((leaf) => leaf.legal.get(key)?.by ?? [])
  const opening = compiled.workflow.opens[key]?.by ?? compiled.rule(key)?.by
  return opening ? [opening, ...anywhere] : anywhere
}

/** The role codes named by authorities, sorted. */
export const rolesOf = (authorities: readonly By[]): string[] =>
  [...new Set(authorities.flatMap((by) => ('any' in by ? by.any : by.all)))].sort()

function signedBy(by: By, actor: Actor, signers: readonly string[]): boolean {
  return 'any' in by ? by.any.includes(actor.role) : by.all.includes(actor.role) && by.all.every((role) => signers.includes(role))
}

/** Refuses an actor whose role has no say in the fact, or a paper that lacks a signature. */
function judgeRole(x: Situation, key: string, authorities: readonly By[]): Refusal | undefined {
  const { actor, cosigners = [] } = x.call
  const signers = [actor.role, ...cosigners.map((cosigner) => cosigner.role)]
  if (authorities.some((by) => signedBy(by, actor, signers))) return undefined
  const allowed = rolesOf(authorities)
  if (!allowed.includes(actor.role)) return refuse(kernelReasons.roleNotAllowed, { role: actor.role, key, allowed: allowed.join(', ') })
  return refuse(kernelReasons.cosignerMissing, { key, required: allowed.join(', ') })
}

/** Whether the role ever has a say in the fact: asked before anything else. */
export const checkRole = (x: Situation, key: string, workflow: Compiled = x.workflow): Refusal | undefined =>
  judgeRole(x, key, authoritiesOf(workflow, key))

/** Whether it has a say where the entity stands: several desks may take the same step in different stages. */
export function checkRoleHere(x: Situation, key: string, entity: Entity = x.self, workflow: Compiled = x.workflow): Refusal | undefined {
  const here = authoritiesHere(workflow, entity, key)
  return here.length === 0 ? undefined : judgeRole(x, key, here)
}

/**
 * Refuses a recorder who may not enter facts for the actor: the same role of the same institution, or a role that the edition lets record
 * for it.
 * External actors (a bank, the treasury, a resident) have no institution of their own here.
 */
export function checkRecorder(domain: Domain, edition: Edition | undefined, actor: Actor, recorder: Recorder): Refusal | undefined {
  const rule = domain.role(actor.role, edition)
  const allowed = [...(rule?.external ? [] : [actor.role]), ...(rule?.recordedBy ?? [])]
  const sameHouse = rule?.external === true || recorder.institution === actor.institution
  if (rule !== undefined && allowed.includes(recorder.role) && sameHouse) return undefined
  return refuse(kernelReasons.recorderNotAllowed, { recorder: recorder.role, role: actor.role })
}

/** Refuses a board or group that is not the one the entity belongs to: every board has the role BKM, only one has this money. */
export function checkHouse(domain: Domain, slice: Slice, x: Situation, edition: Edition | undefined): Refusal | undefined {
  // For an external actor (a bank, the treasury) the recorder must be of the right house.
  const { role, institution } = domain.role(x.call.actor.role, edition)?.external ? x.call.recordedBy : x.call.actor
  const house = slice.houses?.(x.self, x.world).get(role)
  return house !== undefined && house !== institution ? refuse(kernelReasons.otherHouse, { role, kind: slice.kind }) : undefined
}

/** Refuses an actor or cosigner who does not hold the office on the date of the fact (CONTRACTS E3). */
export function checkOffices(domain: Domain, x: Situation, edition: Edition | undefined): Refusal | undefined {
  const { effectiveOn } = x.call
  for (const signer of [x.call.actor, ...(x.call.cosigners ?? [])]) {
    if (domain.role(signer.role, edition)?.external) continue
    const { person, institution, role } = signer
    const holds = person && institution && domain.offices.holds(x.world, institution, person, role, effectiveOn)
    if (!holds) return refuse(kernelReasons.officeNotHeld, { role, on: effectiveOn })
  }
  return undefined
}

function personsOf({ actor, cosigners = [] }: Pick<Fact, 'actor' | 'cosigners'>): string[] {
  const persons = actor.person === undefined ? [] : [actor.person]
  for (const { person } of cosigners) persons.push(person)
  return persons
}

/** Refuses a person who has already taken another step of the same chain (G-04). Cosigners are judged as well (CONTRACTS C4). */
export function checkChain(x: Situation, key: string, entity: Entity = x.self, workflow: Compiled = x.workflow): Refusal | undefined {
  const step = stepOf(workflow, key)
  if (step === undefined) return undefined
  const persons = personsOf(x.call)
  const others = workflow.workflow.chains.filter((chain) => chain.steps.includes(step)).flatMap((chain) => chain.steps)
  if (others.length === 0) return undefined
  for (const { fact, position } of entity.facts) {
    if (!personsOf(fact).some((person) => persons.includes(person))) continue
    const taken = stepOf(workflow, keyOf(fact.type, fact.data))
    if (taken !== undefined && taken !== step && others.includes(taken))
      return refuse(kernelReasons.samePerson, { step: taken }, [position])
  }
  return undefined
}

/** The step that a key stands for: its own (`VF-10`), or the one its workflow gives it (`SppIssued` is `VF-13`). */
export function stepOf(compiled: Compiled, key: string): string | undefined {
  return compiled.rule(key)?.step ?? (key.includes('.StepRecorded:') ? key.split(':')[1] : undefined)
}

/** The key of a fact: `type[:step][:outcome]`, from its data. */
export function keyOf(type: string, data: object, outcome?: string): string {
  const { step, outcome: stored } = data as { step?: unknown; outcome?: unknown }
  const last = outcome ?? stored
  if (step === undefined && last === undefined) return type
  return [type, step, last].filter((part) => typeof part === 'string').join(':')
}
