import { correctionFact, openCorrection } from './kernel/correcting.ts'
import { decide, type Decision } from './kernel/decide.ts'
import type { Decider, Domain, Slice } from './kernel/decider.ts'
import { refsOf } from './kernel/define.ts'
import type { Entity } from './kernel/entity.ts'
import type { EditionRef, EntityRef, Json } from './kernel/event.ts'
import { kernelReasons, refuse, type Refusal } from './kernel/refusal.ts'
import type { Call, Situation } from './kernel/rule.ts'
import { createWorld, one, type Read, type World } from './kernel/world.ts'
import type { Edition } from './kernel/workflow.ts'
import { editionFold } from './edition/machine.ts'
import { laterFacts, type DecideAgain } from './redeciding.ts'
import type { Reader, Surroundings } from './reading.ts'
import { Moment, type EditionShelf } from './situation.ts'

/** Decision, and the situation it was taken in: its world holds the conditions of the append. */
export interface Decided {
  readonly decision: Decision
  readonly situation: Situation
}

const namedPin = (call: Call): EditionRef | undefined => call.data['edition'] as EditionRef | undefined

const areaAmong = (ancestors: readonly string[]): string | undefined => ancestors.find((tag) => tag.startsWith('area:'))?.slice(5)

const areaOf = (ancestors: readonly string[], call: Call): string | undefined =>
  areaAmong(ancestors) ?? (call.subject.kind === 'area' ? call.subject.id : (call.data['area'] as string | undefined))

/** The entities that the data of a command name, of those that were read; areas and persons need no fact of their own. */
function referred(domain: Domain, decider: Decider, call: Call, world: World): Entity[] {
  return refsOf(decider.command.records.data, call.data as Record<string, Json>).flatMap((ref) => {
    const [kind = '', id = ''] = ref.split(':')
    const slice = domain.slices.get(kind)
    return slice && kind !== 'area' && kind !== 'person' && world.has(one(slice.fold, id)) ? [world.one(slice.fold, id)] : []
  })
}

/** What the caller may not see is unknown, also where a command names it: then the first name that is unknown or out of sight. */
async function hiddenReference(
  domain: Domain,
  decider: Decider,
  call: Call,
  world: World,
  around: Surroundings,
): Promise<EntityRef | undefined> {
  const named = referred(domain, decider, call, world)
  if (named.length === 0) return undefined
  const seen = await Promise.all(named.map(({ ancestors }) => around.inScope(areaAmong(ancestors))))
  if (seen.every(Boolean)) return undefined
  const first = named.find(({ opened }, index) => !opened || !seen[index])
  return first && { kind: first.kind, id: first.id }
}

/** The zone in which nothing but the reading before a decision is done. */
const defaultZone = 'Asia/Jakarta'

class Editions implements EditionShelf {
  /** By id, then by revision. */
  readonly #known = new Map<string, Map<number, Edition>>()
  readonly #reader: Reader
  constructor(reader: Reader) {
    this.#reader = reader
  }
  async load(pins: Iterable<EditionRef>): Promise<void> {
    for (const pin of pins) {
      if (this.find(pin)) continue
      const edition = await this.#reader.edition(pin)
      const ofId = this.#known.get(pin.id)
      if (edition && ofId) ofId.set(pin.revision, edition)
      else if (edition) this.#known.set(pin.id, new Map([[pin.revision, edition]]))
    }
  }
  find(pin: EditionRef | undefined): Edition | undefined {
    return pin && this.#known.get(pin.id)?.get(pin.revision)
  }
}

/**
 * What a command reads first: its subject, the offices of who signs, the edition it names, the key tags it takes; for one that opens, also
 * the parents it names. A function of the call alone, so that the shell may read it for many commands together, before any is decided.
 */
export function firstReads(domain: Domain, slice: Slice, decider: Decider, call: Call): readonly Read[] {
  const named = namedPin(call)
  const signers = [call.actor, ...(call.cosigners ?? [])]
  return [
    one(slice.fold, call.subject.id),
    ...signers.flatMap(({ institution }) => (institution ? [domain.offices.read(institution)] : [])),
    ...(named ? [one(editionFold, named.id)] : []),
    ...(decider.command.opens ? readsOfOpening(domain, slice, decider, call) : []),
  ]
}

const noEditions: EditionShelf = { find: () => undefined }
/** Nothing that names what to read asks for the time or makes an id. */
const unread = { editions: noEditions, now: 0, childId: () => '', zone: defaultZone }

function readsOfOpening(domain: Domain, slice: Slice, decider: Decider, call: Call): readonly Read[] {
  const world = createWorld()
  world.add([one(slice.fold, call.subject.id)], [], 0)
  const x = new Moment({ domain, slice, decider, call, world, ...unread })
  return [...keyReads(slice, decider, x), ...(decider.reads[0]?.(x) ?? [])]
}

const keyReads = ({ keyFold }: Slice, decider: Decider, x: Situation): readonly Read[] =>
  keyFold ? (decider.keys?.(x) ?? []).map((key) => one(keyFold, key)) : []

/**
 * Whether a fact may be recorded of what nobody has opened: a decree about an area, an office of an institution, a correction of what was
 * annulled.
 */
const comesEarly = (slice: Slice, decider: Decider): boolean =>
  decider.correction !== undefined || slice.builtIn?.workflow.facts[decider.command.records.type]?.beforeOpening === true

interface Gathered {
  readonly situation: Situation
  readonly editions: Editions
}

/** Reads what a command rests on: itself and who signs; its parents and what the decider names; what that leads to (CONTRACTS B3). */
async function gather(
  domain: Domain,
  slice: Slice,
  decider: Decider,
  call: Call,
  reader: Reader,
  around: Surroundings,
  world: World,
): Promise<Gathered> {
  const editions = new Editions(reader)
  const { now, childId } = around
  const moment = (zone = defaultZone): Moment => new Moment({ domain, slice, decider, call, world, editions, now, childId, zone })
  const round = async (reads: readonly Read[]): Promise<void> => {
    const fresh = reads.filter((read) => !world.has(read))
    if (fresh.length === 0) return
    const { facts, head } = await reader.read(fresh)
    world.add(fresh, facts, head)
    await editions.load(world.pins())
  }
  const named = namedPin(call)
  // What earlier commands of a batch have read or decided pins editions too.
  await editions.load(named ? [named, ...world.pins()] : world.pins())
  await round(firstReads(domain, slice, decider, call))
  const self = world.one(slice.fold, call.subject.id)
  // What nobody opened has no parents to read; the decision will say that it is unknown, unless the fact may come before the opening.
  if (self.opened || decider.command.opens || comesEarly(slice, decider)) {
    const x = moment()
    // Keys that hold the programme are known only with the edition.
    const keys = decider.command.opens ? keyReads(slice, decider, x) : []
    await round([...slice.parentReads(self), ...keys, ...(decider.reads[0]?.(x) ?? [])])
    if (decider.reads[1]) await round(decider.reads[1](moment()))
  }
  // What is only now opened under a parent lies where that lies.
  const parents = decider.command.opens ? referred(domain, decider, call, world) : []
  const area = areaOf(self.ancestors, call) ?? parents.map((parent) => areaAmong(parent.ancestors)).find((found) => found !== undefined)
  const zone = await reader.zoneOf(area)
  return { situation: moment(zone), editions }
}

/** Reads for a command in at most three rounds and decides it. A batch hands the same world to each of its commands. */
export async function readAndDecide(
  domain: Domain,
  slice: Slice,
  decider: Decider,
  call: Call,
  reader: Reader,
  around: Surroundings,
  world: World = createWorld(),
): Promise<Decided> {
  const { situation, editions } = await gather(domain, slice, decider, call, reader, around, world)
  if (!(await around.inScope(areaOf(situation.self.ancestors, call)))) return { decision: { kind: 'unknown' }, situation }
  if (!decider.command.opens && !situation.self.opened && !comesEarly(slice, decider)) return { decision: { kind: 'unknown' }, situation }
  const hidden = await hiddenReference(domain, decider, call, situation.world, around)
  if (hidden) return { decision: { kind: 'refused', refusal: refuse(kernelReasons.unknownReference, { ...hidden }) }, situation }
  if (decider.correction) return { decision: await decideCorrection(domain, slice, decider, situation, reader, around), situation }
  const unusable = unusableEdition(domain, decider, situation, editions, namedPin(call))
  const decision: Decision = unusable ? { kind: 'refused', refusal: unusable } : decide(domain, slice, decider, situation, around.eventId)
  return { decision, situation }
}

/** A correction is judged by the fact it corrects, then by all that was decided after it (CONTRACTS E4). */
async function decideCorrection(
  domain: Domain,
  slice: Slice,
  decider: Decider,
  x: Situation,
  reader: Reader,
  around: Surroundings,
): Promise<Decision> {
  const opening = openCorrection(domain, slice, decider, x)
  if ('decision' in opening) return opening.decision
  const { intended } = opening
  const decideAgain: DecideAgain = async (...of) => (await readAndDecide(domain, ...of)).decision
  const judged = decider.correction === 'decline' ? { notes: [] } : await laterFacts(domain, x, intended, reader, around, decideAgain)
  if ('refusal' in judged) return { kind: 'refused', refusal: judged.refusal }
  return { kind: 'accepted', facts: [correctionFact(decider, x, intended, judged.notes, around.eventId)] }
}

/** The situation in which somebody looks at an entity, for what-next: no data, nothing decided. Undefined when the entity is not there. */
export async function readAndLook(
  domain: Domain,
  slice: Slice,
  decider: Decider,
  call: Call,
  reader: Reader,
  around: Surroundings,
  world: World,
): Promise<Situation | undefined> {
  const { situation } = await gather(domain, slice, decider, call, reader, around, world)
  return situation.self.opened ? situation : undefined
}

/** A pin that a command names must be published and not withdrawn; a pinned edition must have a workflow for the kind. */
function unusableEdition(
  domain: Domain,
  decider: Decider,
  x: Situation,
  editions: Editions,
  named: EditionRef | undefined,
): Refusal | undefined {
  const details = (pin: EditionRef) => ({ edition: pin.id, revision: pin.revision })
  if (named && (decider.command.opens || decider.pins)) {
    const published = x.world.one(editionFold, named.id).data.revisions[named.revision]
    if (!(decider.command.opens && x.self.opened) && (!published || published.withdrawn))
      return refuse(kernelReasons.editionNotUsable, details(named))
  }
  const pin = decider.pins?.(x) ?? x.self.edition
  if (pin && (!editions.find(pin) || !domain.workflow(x.self.kind, editions.find(pin))))
    return refuse(kernelReasons.editionNotUsable, details(pin))
  return undefined
}
