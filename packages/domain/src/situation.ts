import type { Decider, Domain, Slice } from './kernel/decider.ts'
import type { Entity } from './kernel/entity.ts'
import type { EditionRef } from './kernel/event.ts'
import type { Compiled } from './kernel/machine.ts'
import type { Call, Situation } from './kernel/rule.ts'
import type { World } from './kernel/world.ts'
import type { Edition } from './kernel/workflow.ts'

interface Day {
  readonly from: number
  readonly until: number
  readonly date: string
}

const dayMillis = 86_400_000
const daysMax = 10_000
const days = new Map<string, Map<number, Day>>()

function dayIn(zone: string, millis: number): Day {
  const local = Temporal.Instant.fromEpochMilliseconds(millis).toZonedDateTimeISO(zone)
  const from = local.startOfDay().epochMilliseconds
  const until = local.add({ days: 1 }).startOfDay().epochMilliseconds
  return { from, until, date: local.toPlainDate().toString() }
}

/** The local date of an instant. Of each day of UTC the last local day asked for in a zone is remembered: calendars are slow. */
export function dateIn(zone: string, millis: number): string {
  const near = Math.floor(millis / dayMillis)
  let ofZone = days.get(zone)
  const known = ofZone?.get(near)
  if (known && known.from <= millis && millis < known.until) return known.date
  const day = dayIn(zone, millis)
  if (ofZone === undefined) days.set(zone, (ofZone = new Map()))
  if (ofZone.size === daysMax) ofZone.clear()
  ofZone.set(near, day)
  return day.date
}

/** Where the editions that pins name are found. */
export interface EditionShelf {
  find(pin: EditionRef | undefined): Edition | undefined
}

/** What a situation is made of. */
export interface Circumstances {
  readonly domain: Domain
  readonly slice: Slice
  readonly decider: Decider
  readonly call: Call
  readonly world: World
  readonly editions: EditionShelf
  /** Milliseconds since 1970. */
  readonly now: number
  readonly childId: Situation['childId']
  /** IANA zone of the subject's area. */
  readonly zone: string
}

/**
 * The situation between two additions to its world: what it was asked once it remembers, since rules ask for the same over and over. After
 * a round of reading there is a new one.
 */
export class Moment implements Situation {
  readonly domain: Domain
  readonly call: Call
  readonly world: World
  readonly childId: Situation['childId']
  readonly #of: Circumstances
  #self: Entity | undefined
  #workflow: Compiled | undefined
  #today: string | undefined

  constructor(of: Circumstances) {
    this.#of = of
    this.domain = of.domain
    this.call = of.call
    this.world = of.world
    this.childId = of.childId
  }
  get self(): Entity {
    return (this.#self ??= this.world.one(this.#of.slice.fold, this.call.subject.id))
  }
  get edition(): Edition {
    const edition = this.#pinned()
    if (!edition) throw new Error(`${this.call.subject.kind} ${this.call.subject.id} has no edition`)
    return edition
  }
  get programme(): string | undefined {
    return this.#pinned()?.programme
  }
  editionOf(pin: EditionRef): Edition {
    const edition = this.#of.editions.find(pin)
    if (!edition) throw new Error(`edition not loaded: ${pin.id} ${pin.revision}`)
    return edition
  }
  get workflow(): Compiled {
    this.#workflow ??= this.domain.workflow(this.#of.slice.kind, this.#pinned())
    if (!this.#workflow) throw new Error(`no workflow for ${this.#of.slice.kind}`)
    return this.#workflow
  }
  workflowOf(entity: Entity): Compiled {
    const workflow = this.domain.workflow(entity.kind, this.#of.editions.find(entity.edition))
    if (!workflow) throw new Error(`no workflow for ${entity.kind} ${entity.id}`)
    return workflow
  }
  get today(): string {
    return (this.#today ??= dateIn(this.#of.zone, this.#of.now))
  }
  get claimedOn(): string | undefined {
    const claim = this.call.source?.recordedAt
    return claim === undefined ? undefined : dateIn(this.#of.zone, Date.parse(claim))
  }
  fallsOn(instant: string, date: string): boolean {
    return dateIn(this.#of.zone, Date.parse(instant)) === date
  }
  #pinned(): Edition | undefined {
    const { decider, editions } = this.#of
    return editions.find(decider.pins?.(this) ?? this.self.edition)
  }
}
