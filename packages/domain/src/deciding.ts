import { decide, type Decision, type EventIds } from './kernel/decide.ts'
import type { Decider, Domain, Slice } from './kernel/decider.ts'
import { refsOf } from './kernel/define.ts'
import type { Entity } from './kernel/entity.ts'
import type { EditionRef, EntityRef, Json, Recorded } from './kernel/event.ts'
import { kernelReasons, refuse, type Refusal } from './kernel/refusal.ts'
import type { Call, Situation } from './kernel/rule.ts'
import { createWorld, one, type Read, type World } from './kernel/world.ts'
import type { Edition } from './kernel/workflow.ts'
import { editionFold } from './edition/machine.ts'

/** Where a command reads: rounds of tagged facts, published editions, time zones of areas. */
export interface Reader {
  /** One statement: the facts that bear the tags and types, with the head of the same snapshot (CONTRACTS B3). */
  read(reads: readonly Read[]): Promise<{ readonly facts: readonly Recorded[]; readonly head: number }>
  /** The content of a published revision. */
  edition(pin: EditionRef): Promise<Edition | undefined>
  /** IANA zone of an area, e.g. `Asia/Makassar`. */
  zoneOf(area: string | undefined): Promise<string>
}

/** What a decision needs from outside: the time that its facts will be recorded, and derived identifiers. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: number
  readonly childId: (parent: string, kind: string, number: number) => string
  readonly eventId: EventIds
  /** Whether the caller may see things of an area; undefined for what belongs to none. */
  readonly inScope: (area: string | undefined) => Promise<boolean>
}

/** Decision, and the situation it was taken in: its world holds the conditions of the append. */
export interface Decided {
  readonly decision: Decision
  readonly situation: Situation
}

const pinKey = (pin: EditionRef): string => `${pin.id} ${pin.revision}`

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
  const seen = await Promise.all(named.map(({ ancestors }) => around.inScope(areaAmong(ancestors))))
  if (seen.every(Boolean)) return undefined
  const first = named.find(({ opened }, index) => !opened || !seen[index])
  return first && { kind: first.kind, id: first.id }
}

const days = new Map<string, { readonly from: number; readonly until: number; readonly date: string }>()

/** The local date of an instant. The last day asked for in a zone is remembered: it is nearly always today. */
export function dateIn(zone: string, millis: number): string {
  const known = days.get(zone)
  if (known && known.from <= millis && millis < known.until) return known.date
  const local = Temporal.Instant.fromEpochMilliseconds(millis).toZonedDateTimeISO(zone)
  const date = local.toPlainDate().toString()
  const from = local.startOfDay().epochMilliseconds
  const until = local.add({ days: 1 }).startOfDay().epochMilliseconds
  days.set(zone, { from, until, date })
  return date
}

class Editions {
  readonly #known = new Map<string, Edition>()
  readonly #reader: Reader
  constructor(reader: Reader) {
    this.#reader = reader
  }
  async load(pins: Iterable<EditionRef>): Promise<void> {
    for (const pin of pins) {
      if (this.#known.has(pinKey(pin))) continue
      const edition = await this.#reader.edition(pin)
      if (edition) this.#known.set(pinKey(pin), edition)
    }
  }
  find(pin: EditionRef | undefined): Edition | undefined {
    return pin && this.#known.get(pinKey(pin))
  }
}

/**
 * What a command reads first: its subject, the offices of who signs, the edition it names, the key tags it takes; for one that opens, also
 * the parents it names. A function of the call alone, so that the shell may read it for many commands together, before any is decided.
 */
export function firstReads(domain: Domain, slice: Slice, decider: Decider, call: Call): readonly Read[] {
  const subject = one(slice.fold, call.subject.id)
  const world = createWorld()
  world.add([subject], [], 0)
  const unread = situationOf(domain, slice, decider, call, world, { find: () => undefined }, unreadSurroundings, 'Asia/Jakarta')
  const named = namedPin(call)
  const signers = [call.actor, ...(call.cosigners ?? [])]
  const { keyFold } = slice
  const keys = decider.command.opens && keyFold ? (decider.keys?.(unread) ?? []) : []
  return [
    subject,
    ...signers.flatMap(({ institution }) => (institution ? [domain.offices.read(institution)] : [])),
    ...(named ? [one(editionFold, named.id)] : []),
    ...(keyFold ? keys.map((key) => one(keyFold, key)) : []),
    ...(decider.command.opens ? (decider.reads[0]?.(unread) ?? []) : []),
  ]
}

/** Nothing that names what to read asks for the time or makes an id. */
const unreadSurroundings: Pick<Surroundings, 'now' | 'childId'> = { now: 0, childId: () => '' }

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
  const before = situationOf(domain, slice, decider, call, world, editions, around, 'Asia/Jakarta')
  await round(firstReads(domain, slice, decider, call))
  const self = world.one(slice.fold, call.subject.id)
  // What nobody opened has no parents to read; the decision will say that it is unknown.
  if (self.opened || decider.command.opens) {
    await round([...slice.parentReads(self), ...(decider.reads[0]?.(before) ?? [])])
    await round(decider.reads[1]?.(before) ?? [])
  }
  // What is only now opened under a parent lies where that lies.
  const parents = decider.command.opens ? referred(domain, decider, call, world) : []
  const area = areaOf(self.ancestors, call) ?? parents.map((parent) => areaAmong(parent.ancestors)).find((found) => found !== undefined)
  const zone = await reader.zoneOf(area)
  return { situation: situationOf(domain, slice, decider, call, world, editions, around, zone), editions }
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
  if (!decider.command.opens && !situation.self.opened && slice.edition === 'required') return { decision: { kind: 'unknown' }, situation }
  const hidden = await hiddenReference(domain, decider, call, situation.world, around)
  if (hidden) return { decision: { kind: 'refused', refusal: refuse(kernelReasons.unknownReference, { ...hidden }) }, situation }
  const unusable = unusableEdition(domain, decider, situation, editions, namedPin(call))
  const decision: Decision = unusable ? { kind: 'refused', refusal: unusable } : decide(domain, slice, decider, situation, around.eventId)
  return { decision, situation }
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
  if (named && decider.command.opens) {
    const published = x.world.one(editionFold, named.id).data.revisions[named.revision]
    if (!x.self.opened && (!published || published.withdrawn)) return refuse(kernelReasons.editionNotUsable, details(named))
  }
  const pin = decider.pins?.(x) ?? x.self.edition
  if (pin && (!editions.find(pin) || !domain.workflow(x.self.kind, editions.find(pin))))
    return refuse(kernelReasons.editionNotUsable, details(pin))
  return undefined
}

function situationOf(
  domain: Domain,
  slice: Slice,
  decider: Decider,
  call: Call,
  world: World,
  editions: Pick<Editions, 'find'>,
  around: Pick<Surroundings, 'now' | 'childId'>,
  zone: string,
): Situation {
  let today: string | undefined
  const x: Situation = {
    domain,
    call,
    world,
    get self() {
      return world.one(slice.fold, call.subject.id)
    },
    get edition() {
      const edition = editions.find(decider.pins?.(x) ?? x.self.edition)
      if (!edition) throw new Error(`${call.subject.kind} ${call.subject.id} has no edition`)
      return edition
    },
    editionOf: (pin) => {
      const edition = editions.find(pin)
      if (!edition) throw new Error(`edition not loaded: ${pinKey(pin)}`)
      return edition
    },
    get workflow() {
      const workflow = domain.workflow(slice.kind, editions.find(decider.pins?.(x) ?? x.self.edition))
      if (!workflow) throw new Error(`no workflow for ${slice.kind}`)
      return workflow
    },
    workflowOf: (entity) => {
      const workflow = domain.workflow(entity.kind, editions.find(entity.edition))
      if (!workflow) throw new Error(`no workflow for ${entity.kind} ${entity.id}`)
      return workflow
    },
    get today() {
      return (today ??= dateIn(zone, around.now))
    },
    fallsOn: (instant, date) => dateIn(zone, Date.parse(instant)) === date,
    childId: around.childId,
  }
  return x
}
