import { refsOf } from './define.ts'
import type { Deviation, EditionRef, Fact, Json, Move } from './event.ts'
import { authoritiesOf, checkChain, checkHouse, checkOffices, checkRecorder, checkRole, checkRoleHere, keyOf } from './authority.ts'
import type { Ask, Decider, Domain, Emission, Placed, Slice } from './decider.ts'
import { destination, leavingTroubles } from './destination.ts'
import { movesBetween, type Entity } from './entity.ts'
import { flagReasons, kernelReasons, refuse, type Refusal } from './refusal.ts'
import type { Rule, Situation } from './rule.ts'
import type { Edition } from './workflow.ts'
import { findEarlier, rounds } from './same-again.ts'
import { daysToEntry, lastOwn, othersOrder, ownOrder, paperProblems, referenceProblems, timeProblems, type Trouble } from './checks.ts'

/** What a decision came to. */
export type Decision =
  | { readonly kind: 'accepted'; readonly facts: readonly Fact[] }
  /** The same again: nothing is recorded. */
  | { readonly kind: 'same'; readonly position: number; readonly keyHash: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** The client saw an older version of the entity. */
  | { readonly kind: 'stale'; readonly seen: number; readonly last: number }
  /** Nothing is known of the subject. */
  | { readonly kind: 'unknown' }

/** Makes the id of the n-th fact of a submission (CONTRACTS A5). */
export type EventIds = (index: number) => string

const refused = (refusal: Refusal): Decision => ({ kind: 'refused', refusal })

/**
 * Decides a command on what was read: authority, same again, If-Match, rules, facts, in the order of CONTRACTS E1. Pure.
 * A decision is refused by the first broken rule; an observation is refused only for authority, identity or input and carries the rest as
 * deviations. What is historical is refused only for identity, reference or input.
 */
export function decide(domain: Domain, slice: Slice, decider: Decider, x: Situation, eventId: EventIds): Decision {
  const spec = decider.command.records
  const opening = decider.command.opens
  const before = slice.builtIn?.workflow.facts[spec.type]?.beforeOpening === true
  if (!opening && !x.self.opened && !before) return { kind: 'unknown' }

  // A parent that nobody opened pins no edition, and without one there is no workflow to ask.
  const orphan = slice.edition === 'required' && pinOf(decider, x) === undefined ? referenceProblems(decider, x)[0] : undefined
  if (orphan) return refused(orphan.refusal)
  const key = keyOf(spec.type, x.call.data, decider.outcome?.(x))
  const edition = pinOf(decider, x) === undefined ? undefined : x.edition
  // A fact that nobody may ever record here is out of order, and not a matter of roles.
  const nobody = authoritiesOf(x.workflow, key).length === 0 ? ownOrder(x, key, true)[0] : undefined
  const past = x.call.historical === true
  if (nobody && !past) return refused(nobody.refusal)
  const authority = authorityProblems(domain, slice, decider, x, edition, nobody ? undefined : key)
  const [unauthorised] = authority
  if (unauthorised && !past) return refused(unauthorised.refusal)

  const earlier = findEarlier(decider, x)
  if (earlier.kind === 'same') return { kind: 'same', position: earlier.of.position, keyHash: earlier.of.fact.commandKeyHash }
  if (earlier.kind === 'differs') return refused(earlier.refusal)
  if (x.call.ifMatch !== undefined && x.call.ifMatch !== x.self.last) return { kind: 'stale', seen: x.call.ifMatch, last: x.self.last }

  const unknown = referenceProblems(decider, x)[0]
  if (unknown) return refused(unknown.refusal)

  const troubles = [...timeProblems(decider, x, edition), ...keyTroubles(slice, decider, x), ...ruleTroubles(decider, x, key)]
  const refuses = ({ always, flag }: Trouble): boolean => always || (!flag && !(spec.observation || past))
  const fatal = troubles.find(refuses)
  if (fatal) return refused(withOthers(fatal, troubles))
  return { kind: 'accepted', facts: factsOf(domain, slice, decider, x, key, [...authority, ...troubles], eventId) }
}

/** What role, recorder, office and house have against it, in this order. Without a key nobody may ever record it: no matter of roles. */
function authorityProblems(
  domain: Domain,
  slice: Slice,
  decider: Decider,
  x: Situation,
  own: Edition | undefined,
  key: string | undefined,
): readonly Trouble[] {
  const deciding = key === undefined ? undefined : decidingAsk(decider, x, key)
  const edition = own ?? (deciding?.entity.edition && x.editionOf(deciding.entity.edition))
  const found = [
    key === undefined ? undefined : checkRole(x, deciding?.key ?? key, deciding && x.workflowOf(deciding.entity)),
    checkRecorder(domain, edition, x.call.actor, x.call.recordedBy),
    checkOffices(domain, x, edition),
    checkHouse(domain, slice, x, edition),
  ]
  return found.flatMap((refusal) => (refusal ? [{ always: false, refusal }] : []))
}

/** A refusal with all else that stands in the way or would be noted, so that a client need not find out one by one. */
function withOthers(fatal: Trouble, troubles: readonly Trouble[]): Refusal {
  const others = troubles.filter((trouble) => trouble !== fatal && trouble.refusal.code !== fatal.refusal.code)
  return others.length === 0 ? fatal.refusal : { ...fatal.refusal, also: others.map(({ refusal }) => refusal) }
}

const pinOf = (decider: Decider, x: Situation): EditionRef | undefined => decider.pins?.(x) ?? x.self.edition

function keyTroubles(slice: Slice, decider: Decider, x: Situation): Trouble[] {
  if (!decider.command.opens || !slice.keyFold) return []
  const fold = slice.keyFold
  return (decider.keys?.(x) ?? []).flatMap((id) => {
    const { holder } = x.world.one(fold, id).data
    return holder === undefined ? [] : [{ always: true, refusal: refuse(kernelReasons.keyTaken, { kind: slice.kind, key: id, holder }) }]
  })
}

/**
 * What a rule that names no facts rests on: the subject as its last fact left it. What was said wrongly or unknown rests on none, and a
 * rule about the state of another entity names its facts.
 */
const restsOn = ({ sort }: Rule, { self }: Situation): readonly number[] => (sort === 'rule' && self.last > 0 ? [self.last] : [])

/**
 * Order, chain, papers, the slice's own rules, order of the other entities. Where the subject's order is broken, later rules are not
 * asked.
 */
function ruleTroubles(decider: Decider, x: Situation, key: string): Trouble[] {
  const past = x.call.historical === true
  const observation = decider.command.records.observation || past
  // Force passes over the order, never over an end (G-13).
  const placed = decider.placed?.(x)
  const order = placed && !x.workflow.ended(x.self.stages) ? [] : ownOrder(x, key, decider.stepOpen?.(x) ?? true)
  if (order.length > 0 && !observation) return order
  const asks = asksOf(decider, x)
  const decidedElsewhere = decidingAsk(decider, x, key) !== undefined
  const here = decidedElsewhere ? undefined : checkRoleHere(x, key)
  const there = asks.map((ask) => checkRoleHere(x, ask.key ?? key, ask.entity, x.workflowOf(ask.entity))).find(Boolean)
  const unauthorised = here ?? there
  if (unauthorised && !past) return [{ always: true, refusal: unauthorised }]
  const chain = checkChain(x, key) ?? asks.map((ask) => checkChain(x, ask.key ?? key, ask.entity, x.workflowOf(ask.entity))).find(Boolean)
  const troubles: Trouble[] = [
    ...order,
    // Of a role that has no say anywhere it was said before.
    ...(here && !checkRole(x, key) ? [{ always: false, refusal: here }] : []),
    ...(there ? [{ always: false, refusal: there }] : []),
    ...(chain ? [{ always: false, refusal: chain }] : []),
    ...paperProblems(x, key, decider.papers?.(x) ?? [], asks),
  ]
  for (const rule of decider.rules) {
    const broken = rule.check(x)
    if (!broken) continue
    const always = rule.sort === 'reference' || rule.sort === 'input' || (rule.sort === 'authority' && !past)
    const flag = broken.waived === true
    troubles.push({ always: always && !flag, flag, refusal: refuse(rule, broken.details, broken.facts ?? restsOn(rule, x), broken.errors) })
  }
  return [
    ...troubles,
    ...othersOrder(x, asks, key),
    ...leavingTroubles(x, key, [{ entity: x.self, ...(placed ? { placed } : {}) }, ...asks]),
  ]
}

const asksOf = (decider: Decider, x: Situation): readonly Ask[] => decider.asks?.(x) ?? []

/** The entity whose workflow says who may record the fact, if it names anybody. */
function decidingAsk(decider: Decider, x: Situation, own: string): { entity: Entity; key: string } | undefined {
  const found = asksOf(decider, x).flatMap(({ entity, key = own, decides }) => (decides ? [{ entity, key }] : []))
  return found.find(({ entity, key }) => entity.opened && authoritiesOf(x.workflowOf(entity), key).length > 0)
}

/** The moves of a fact: each entity is asked of its own workflow. */
function movesOf(
  domain: Domain,
  x: Situation,
  self: Entity,
  asks: readonly Ask[],
  key: string,
  type: string,
  pin: EditionRef | undefined,
  placed?: Placed,
): Move[] {
  const own: Ask = { entity: self, key, ...(placed ? { placed } : {}) }
  const moved = [own, ...asks].flatMap(({ entity, key: asked = key, placed: to }): Move[] => {
    const isSelf = entity.kind === self.kind && entity.id === self.id
    const workflow = x.workflowOf(isSelf && pin ? { ...entity, edition: pin } : entity)
    const after = destination(x, entity, workflow, asked, to)
    const ownPin = entity.edition
    const foreign = !isSelf && ownPin && (ownPin.id !== pin?.id || ownPin.revision !== pin?.revision) ? ownPin : undefined
    return after ? movesBetween(entity, after, foreign) : []
  })
  for (const move of moved)
    if (!domain.slice(move.kind).fold.types.includes(type)) throw new Error(`${type} moves a ${move.kind}, which does not fold it`)
  return moved
}

/** The tags of an entity and of all its ancestors, pinned so far. */
function lineage(domain: Domain, entity: Entity, x: Situation): string[] {
  const slice = domain.slices.get(entity.kind)
  const parents = slice && entity.opened ? slice.parentsOf(entity, x.world) : []
  return [`${entity.kind}:${entity.id}`, ...entity.ancestors, ...parents.flatMap((parent) => parent.ancestors)]
}

/** What a fact carries of what it breaks. */
export const deviationsOf = (troubles: readonly Trouble[], notes: readonly Deviation[]): Deviation[] => [
  ...notes,
  ...troubles.map(({ refusal }) => ({ rule: refusal.code, ...refusal.details, facts: refusal.facts })),
]

function factsOf(
  domain: Domain,
  slice: Slice,
  decider: Decider,
  x: Situation,
  key: string,
  troubles: readonly Trouble[],
  eventId: EventIds,
): Fact[] {
  const spec = decider.command.records
  const round = spec.identity.includes('round') ? { round: rounds(spec, x).length + 1 } : {}
  const first: Emission = {
    spec,
    subject: x.self,
    data: { ...(x.call.data as Record<string, Json>), ...round, ...decider.computed?.(x) },
    edition: pinOf(decider, x),
    asks: asksOf(decider, x),
    parents: decider.parents?.(x) ?? [],
  }
  const keys = (decider.keys?.(x) ?? []).map((id) => `${slice.keyFold?.kind ?? ''}:${id}`)
  const emissions = [first, ...(decider.also?.(x) ?? [])]
  const ids = emissions.map((_, index) => eventId(index))
  return emissions.map((emission, index) => {
    const primary = index === 0
    const factKey = primary ? key : keyOf(emission.spec.type, emission.data)
    const placed = primary ? decider.placed?.(x) : emission.placed
    const moves = movesOf(domain, x, emission.subject, emission.asks ?? [], factKey, emission.spec.type, emission.edition, placed)
    const parents = (emission.parents ?? []).flatMap((parent) => lineage(domain, parent, x))
    const refs = refsOf(emission.spec.schema, emission.data)
    const tags = [
      ...lineage(domain, emission.subject, x),
      ...parents,
      ...refs,
      ...moves.map((move) => `${move.kind}:${move.id}`),
      ...(primary ? keys : []),
    ]
    const fact = draftOf(x, emission, ids[index] ?? '', moves, [...new Set(tags)].sort())
    const causation = primary ? x.call.causation : ids[0]
    if (causation !== undefined) fact.causation = causation
    const deviations = primary ? deviationsOf(troubles, notesOn(x)) : []
    if (deviations.length > 0) fact.deviations = deviations
    return fact
  })
}

/** A date before that of the fact before it is noted, whatever the reason, with the days that its entry came late. */
export function notesOn(x: Situation): Deviation[] {
  const preceding = lastOwn(x.self)
  const { effectiveOn, reason, historical } = x.call
  if (!preceding || effectiveOn >= preceding.fact.effectiveOn || (historical && reason === undefined)) return []
  const days = daysToEntry(x)
  const late = days === undefined ? {} : { days }
  return [{ rule: flagReasons.backdated.code, before: preceding.fact.effectiveOn, ...late, facts: [preceding.position] }]
}

/** A fact in the making. */
export type Draft = { -readonly [Field in keyof Fact]: Fact[Field] }

/** A fact but for what it deviates from and what caused it. Optional fields come last: facts that begin alike are quick to read. */
export function draftOf({ call }: Situation, { spec, subject, edition, data }: Emission, id: string, moves: Move[], tags: string[]): Draft {
  const fact: Draft = {
    id,
    type: spec.type,
    schemaVersion: 1,
    subject: { kind: subject.kind, id: subject.id },
    effectiveOn: call.effectiveOn,
    actor: call.actor,
    recordedBy: call.recordedBy,
    moves,
    evidence: call.evidence,
    correlation: call.correlation,
    commandKeyHash: call.keyHash,
    tags,
    data: spec.schema.parse(data) as Record<string, Json>,
  }
  if (edition) fact.edition = edition
  if (call.effectiveAt !== undefined) fact.effectiveAt = call.effectiveAt
  if (call.cosigners && call.cosigners.length > 0) fact.cosigners = call.cosigners
  if (call.reason !== undefined) fact.reason = call.reason
  if (call.lateReason !== undefined) fact.lateReason = call.lateReason
  if (call.source !== undefined) fact.source = call.source
  return fact
}
