import { prabumulih, prabumulihPrelude, type ScenarioRequest } from '@jejak/demo'
import {
  commands,
  createWorld,
  domain,
  readAndDecide,
  shippedEditions,
  type Call,
  type Decision,
  type Fold,
  type Reader,
  type Recorded,
  type World,
} from '@jejak/domain'
import { childId, commandKeyHash, eventId } from '@jejak/event-store'
import { memoryLog } from '../../../packages/domain/test/support/memory.ts'

/** The scenario as requests: prelude, then all its lines. */
export const scenarioRequests: readonly ScenarioRequest[] = [...prabumulihPrelude(), ...prabumulih()]

/** One entity, with the facts that its slice folds, in log order. */
export interface Sample {
  readonly kind: string
  readonly id: string
  readonly fold: Fold<unknown>
  readonly facts: readonly Recorded[]
}

const accepted = (decision: Decision, seq: number): Extract<Decision, { kind: 'accepted' }> => {
  if (decision.kind !== 'accepted') throw new Error(`line ${seq} of the scenario: ${decision.kind}`)
  return decision
}

/** The scenario as it would stand in the log. Each command reads and decides for itself. */
export async function playedAlone(): Promise<readonly Recorded[]> {
  const log = memoryLog()
  for (const request of scenarioRequests) accepted((await log.ask(request)).decision, request.seq)
  return log.facts
}

const beginning = memoryLog().facts
const reader: Reader = {
  read: (reads) =>
    Promise.resolve({
      facts: beginning.filter(({ fact }) => reads.some(({ tag, types }) => fact.tags.includes(tag) && types.includes(fact.type))),
      head: beginning.length,
    }),
  edition: (pin) => Promise.resolve(shippedEditions.find(({ id, revision }) => id === pin.id && revision === pin.revision)),
  zoneOf: () => Promise.resolve('Asia/Jakarta'),
}

/** Decides one request of the scenario on a world, and puts its facts on top, as a batch or a simulator does. Gives how many facts. */
export async function step(request: ScenarioRequest, index: number, world: World, position: number): Promise<number> {
  const entry = commands.get(request.command)
  if (!entry) throw new Error(`no command ${request.command}`)
  const keyHash = commandKeyHash('bench', 'village', `${index}`)
  const call: Call = {
    ...request.body,
    data: entry.command.records.data.parse(request.body.data),
    command: request.command,
    subject: request.subject,
    recordedBy: request.recorder,
    correlation: eventId(keyHash, 0),
    keyHash,
  }
  const around = {
    now: Date.parse(request.recordedAt),
    childId,
    eventId: (n: number) => eventId(keyHash, n),
    inScope: () => Promise.resolve(true),
  }
  const { decision } = await readAndDecide(domain, entry.slice, entry.decider, call, reader, around, world)
  const { facts } = accepted(decision, request.seq)
  world.apply(facts.map((fact, n) => ({ position: position + n + 1, recordedAt: 0n, fact })))
  return facts.length
}

/** The scenario decided over one world, which only grows. Gives how many commands were decided. */
export async function playedTogether(): Promise<number> {
  const world = createWorld()
  let position = beginning.length
  for (const [index, request] of scenarioRequests.entries()) position += await step(request, index, world, position)
  return scenarioRequests.length
}

const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

/** The same facts about other entities: every identifier is changed in the same way, every object is its own. */
export function copyOf(facts: readonly Recorded[], copy: number): readonly Recorded[] {
  const tail = copy.toString(16).padStart(8, '0')
  return facts.map(({ position, recordedAt, fact }) => ({
    position: position + copy * 1_000_000,
    recordedAt,
    fact: JSON.parse(JSON.stringify(fact).replaceAll(uuid, (id) => id.slice(0, -8) + tail)) as Recorded['fact'],
  }))
}

/** The entities of a kind in a log, each with the facts that its slice folds. */
export function samplesOf(facts: readonly Recorded[], kind: string): readonly Sample[] {
  const { fold } = domain.slice(kind)
  const types = new Set(fold.types)
  const folded = facts.filter(({ fact }) => types.has(fact.type))
  const ids = new Set(facts.flatMap(({ fact: { subject } }) => (subject.kind === kind ? [subject.id] : [])))
  return [...ids].map((id) => ({ kind, id, fold, facts: folded.filter(({ fact }) => fact.tags.includes(`${kind}:${id}`)) }))
}
