import {
  commands,
  corrected,
  dateIn,
  trueBy,
  readAndDecide,
  shippedEditions,
  domain,
  foldEntity,
  type Call,
  type Decided,
  type Edition,
  type Entity,
  type Fact,
  type Fold,
  type Reader,
  type Recorded,
} from '@jejak/domain'
import { childId, commandKeyHash, eventId } from '@jejak/event-store'

/** What a test asks to be decided; the rest of the call has defaults. */
export interface Asked {
  readonly command: string
  readonly subject: { readonly kind: string; readonly id: string }
  readonly body: Omit<Partial<Call>, 'data' | 'actor' | 'effectiveOn'> & Pick<Call, 'actor' | 'effectiveOn'> & { readonly data: object }
  readonly recorder?: Call['recordedBy']
  readonly recordedAt?: string
  readonly key?: string
}

/** A log in memory for tests of the pure core: the same reads and conditions, no database. */
export interface MemoryLog {
  readonly facts: readonly Recorded[]
  /** Decides and, if accepted, appends. */
  ask(asked: Asked): Promise<Decided>
  /** Decides without appending. */
  try(asked: Asked): Promise<Decided>
  /** As it was known at a position, and, with a date, as it was true by then. */
  fold<S>(fold: Fold<S>, id: string, upTo?: number, until?: string): Entity<S>
  /** The data of a fact as it counts now. */
  standing(id: string): Fact['data']
  /** A copy that goes on by itself. */
  fork(): MemoryLog
}

const published = (edition: Edition, position: number): Recorded => {
  const keyHash = commandKeyHash('jejak', 'system', `publish ${edition.id} ${edition.revision}`)
  const fact: Fact = {
    id: eventId(keyHash, 0),
    type: 'edition.Published',
    schemaVersion: 1,
    subject: { kind: 'edition', id: edition.id },
    effectiveOn: '2005-01-01',
    actor: { role: 'system' },
    recordedBy: { person: '00000000-0000-7000-8000-000000000001', role: 'system' },
    moves: [],
    evidence: [],
    correlation: eventId(keyHash, 0),
    commandKeyHash: keyHash,
    tags: [`edition:${edition.id}`],
    data: { revision: edition.revision, content: JSON.parse(JSON.stringify(edition)) },
  }
  return { position, recordedAt: 1_104_537_600_000_000n, fact }
}

/** Opens a log in memory that holds the shipped editions and, if given, more. */
export function memoryLog(more: readonly Edition[] = [], past?: readonly Recorded[]): MemoryLog {
  const editions = [...shippedEditions, ...more]
  const facts: Recorded[] = past ? [...past] : editions.map((edition, index) => published(edition, index + 1))
  const byTag = new Map<string, Recorded[]>()
  const index = (recorded: Recorded): void => {
    for (const tag of recorded.fact.tags) {
      const bearing = byTag.get(tag)
      if (bearing) bearing.push(recorded)
      else byTag.set(tag, [recorded])
    }
  }
  facts.forEach(index)
  let asks = facts.length * 1000

  const reader: Reader = {
    read: (reads) => {
      const found = new Map<number, Recorded>()
      for (const { tag, types } of reads)
        for (const recorded of byTag.get(tag) ?? []) if (types.includes(recorded.fact.type)) found.set(recorded.position, recorded)
      return Promise.resolve({ facts: [...found.values()].sort((a, b) => a.position - b.position), head: facts.length })
    },
    edition: (pin) => Promise.resolve(editions.find((edition) => edition.id === pin.id && edition.revision === pin.revision)),
    zoneOf: () => Promise.resolve('Asia/Jakarta'),
  }

  const decideOn = async (asked: Asked): Promise<Decided> => {
    const entry = commands.get(asked.command)
    if (!entry) throw new Error(`no command ${asked.command}`)
    const { body } = asked
    const data = entry.command.records.data.parse(body.data) as Call['data']
    const keyHash = commandKeyHash('test', 'client', asked.key ?? `${(asks += 1)}`)
    const recordedBy = asked.recorder ?? (body.actor as Call['recordedBy'])
    const call: Call = {
      evidence: [],
      ...body,
      data,
      command: asked.command,
      subject: asked.subject,
      recordedBy,
      correlation: eventId(keyHash, 0),
      keyHash,
    }
    const now = Date.parse(asked.recordedAt ?? `${body.effectiveOn}T12:00:00+07:00`)
    const slice = entry.slice.kind === 'case' ? domain.slice(asked.subject.kind) : entry.slice
    return readAndDecide(domain, slice, entry.decider, call, reader, {
      now,
      childId,
      eventId: (n) => eventId(keyHash, n),
      inScope: () => Promise.resolve(true),
    })
  }

  const log: MemoryLog = {
    facts,
    try: decideOn,
    async ask(asked) {
      const decided = await decideOn(asked)
      if (decided.decision.kind === 'accepted')
        for (const fact of decided.decision.facts) {
          const recorded = {
            position: facts.length + 1,
            recordedAt: BigInt(Date.parse(asked.recordedAt ?? `${fact.effectiveOn}T12:00:00+07:00`)) * 1000n,
            fact,
          }
          facts.push(recorded)
          index(recorded)
        }
      return decided
    },
    fold: (fold, id, upTo = Number.POSITIVE_INFINITY, until) => {
      const known = (byTag.get(`${fold.kind}:${id}`) ?? []).filter((recorded) => recorded.position <= upTo)
      return foldEntity(fold, id, until === undefined ? known : trueBy(known, until), until === undefined)
    },
    standing: (id) => corrected(facts).standing.find(({ fact }) => fact.id === id)?.fact.data ?? {},
    fork: () => memoryLog(more, facts),
  }
  return log
}

export { dateIn }
