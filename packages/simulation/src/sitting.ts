import {
  commands as commandsByName,
  domain,
  readAndDecide,
  sentenceOf,
  shippedEditions,
  type Call,
  type Decision,
  type Deviation,
  type EditionRef,
  type Evidence,
  type Fact,
  type Json,
  type Read,
  type Reader,
  type Recorded,
} from '@jejak/domain'
import { childId, commandKeyHash, eventId, fingerprint } from '@jejak/event-store'
import { dateOf } from './days.ts'
import type { Deed } from './deed.ts'
import type { History } from './history.ts'
import type { Random } from './random.ts'

/**
 * What somebody enters at one time: commands in order under one key, with what they read (CONTRACTS B1, B2). Not yet in a log: where facts
 * name others by position, that is the place in the life's history, from 1.
 */
export interface Sitting {
  readonly life: number
  /** Lives whose facts it has read. */
  readonly needs: readonly number[]
  /** Microseconds since 1970. */
  readonly recordedAt: number
  readonly keyHash: string
  readonly fingerprint: string
  readonly reads: readonly Read[]
  readonly commands: readonly (readonly Fact[])[]
  /** The place of its first fact in the life. */
  readonly first: number
}

/** A command of the simulator was not accepted: a defect of the simulator, named with all that is needed to find it. */
export class NotAccepted extends Error {
  override readonly name = 'NotAccepted'
}

/** A life that is being told: its facts so far, and who it is. */
export interface Teller {
  readonly life: number
  readonly needs: readonly number[]
  /** What names it in keys. */
  readonly name: string
  readonly seed: string
  readonly zone: string
  readonly history: History
  readonly random: Random
  /** Facts that its history has, those of neighbours among them: places in a life count both. */
  told: number
  sittings: number
}

const editions = new Map(shippedEditions.map((edition) => [`${edition.id} ${edition.revision}`, edition]))

const readerFor = ({ zone }: Teller): Reader => ({
  // The history holds every fact of the life already.
  read: () => Promise.resolve({ facts: [], head: 0 }),
  edition: ({ id, revision }: EditionRef) => Promise.resolve(editions.get(`${id} ${revision}`)),
  zoneOf: () => Promise.resolve(zone),
})

const everywhere = () => Promise.resolve(true)

const evidenceOf = ({ papers, number, day }: Deed, random: Random): Evidence[] =>
  papers.map((docType, index) => ({
    docType,
    sha256: random.digest(),
    ...(number !== undefined && index === 0 ? { number } : {}),
    date: dateOf(day),
  }))

function callOf(deed: Deed, random: Random, keyHash: string, correlation: string): Call {
  const { command, subject, by, with: cosigners, recorder, reason, lateReason, data, day } = deed
  return {
    command,
    subject,
    data,
    effectiveOn: dateOf(day),
    actor: by,
    ...(cosigners.length > 0 ? { cosigners } : {}),
    evidence: evidenceOf(deed, random),
    ...(reason === undefined ? {} : { reason }),
    ...(lateReason === undefined ? {} : { lateReason }),
    recordedBy: recorder,
    correlation,
    keyHash,
  }
}

/** The body that a client would send to `/v1/batches`, for the fingerprint (CONTRACTS A7). */
function bodyOf({ command, subject, effectiveOn, actor, cosigners, evidence, reason, lateReason, data }: Call): Json {
  const optional = { ...(cosigners ? { cosigners } : {}), ...(reason ? { reason } : {}), ...(lateReason ? { lateReason } : {}) }
  const item = { command, subject, body: { effectiveOn, actor, evidence, data, ...optional } }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fingerprint refuses what is not JSON
  return item as unknown as Json
}

function complain(deed: Deed, teller: Teller, decision: Exclude<Decision, { kind: 'accepted' }>): never {
  const { command, subject } = deed
  const said =
    decision.kind === 'refused'
      ? `${decision.refusal.code}: ${sentenceOf(decision.refusal.reason, decision.refusal.details, 'en')}`
      : decision.kind
  throw new NotAccepted(`${teller.name}, ${dateOf(deed.day)}: ${command} on ${subject.kind}:${subject.id} by ${deed.by.role}: ${said}`)
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

/** A fact of the same sitting is named by its id (CONTRACTS B1), one of an earlier sitting by its place in the life. */
function cited(fact: Fact, first: number, earlier: readonly Fact[]): Fact {
  if (!fact.deviations) return fact
  const named = (at: Json): Json => (typeof at === 'number' && at >= first ? (earlier[at - first]?.id ?? at) : at)
  const deviations = fact.deviations.map((deviation): Deviation => {
    const { facts } = deviation
    return isList(facts) ? { ...deviation, facts: facts.map(named) } : deviation
  })
  return { ...fact, deviations }
}

/** Runs the deeds of one sitting through the rules. Throws {@link NotAccepted} when one is refused. */
export async function sit(teller: Teller, deeds: readonly Deed[], recordedAt: number): Promise<Sitting> {
  const { history, random } = teller
  const first = teller.told + 1
  teller.sittings += 1
  const keyHash = commandKeyHash('simulation', teller.seed, `${teller.name} ${teller.sittings}`)
  const correlation = eventId(keyHash, 0)
  const reader = readerFor(teller)
  const made: Fact[] = []
  const reads = new Map<Read['types'], Map<string, Read>>()
  const commands: (readonly Fact[])[] = []
  const bodies: Json[] = []
  for (const deed of deeds) {
    const entry = commandsByName.get(deed.command)
    if (!entry) throw new NotAccepted(`there is no command ${deed.command}`)
    const call = callOf(deed, random, keyHash, correlation)
    const from = made.length
    const around = {
      now: Math.floor(recordedAt / 1000),
      childId,
      eventId: (nth: number) => (from + nth === 0 ? correlation : eventId(keyHash, from + nth)),
      inScope: everywhere,
    }
    const look = history.look()
    const { decision } = await readAndDecide(domain, entry.slice, entry.decider, call, reader, around, look.world)
    if (decision.kind !== 'accepted') complain(deed, teller, decision)
    const facts = decision.facts.map((fact) => cited(fact, first, made))
    history.apply(facts.map((fact, nth): Recorded => ({ position: first + from + nth, recordedAt: BigInt(recordedAt), fact })))
    made.push(...facts)
    commands.push(facts)
    bodies.push(bodyOf(call))
    for (const read of look.reads) {
      const ofTypes = reads.get(read.types) ?? new Map<string, Read>()
      reads.set(read.types, ofTypes.set(read.tag, read))
    }
  }
  teller.told += made.length
  return {
    life: teller.life,
    needs: teller.needs,
    recordedAt,
    keyHash,
    fingerprint: fingerprint({ method: 'POST', route: '/v1/batches', ids: [], body: { commands: bodies } }),
    reads: [...reads.values()].flatMap((ofTypes) => [...ofTypes.values()]),
    commands,
    first,
  }
}
