import { domain, foldEntity, type Fact, type Recorded } from '@jejak/domain'
import { canonicalJson, type CommandOutcome, type Fresh, type Log } from '@jejak/event-store'
import { instantOf } from './context.ts'

/** What one command came to, as of its own facts (CONTRACTS A7): never later state, never language. */
export interface CommandAnswer {
  readonly subject: { readonly kind: string; readonly id: string }
  readonly repeated: boolean
  readonly facts: {
    readonly id: string
    readonly type: string
    readonly position: number
    readonly recordedAt: string
    readonly deviations?: unknown[]
  }[]
  readonly position: number
  readonly stages: Record<string, string>
  readonly suspended: boolean
  readonly etag: string
}

/** The ETag of an entity: the position of the last fact that its slice folds. */
export const etagOf = (position: number): string => `"${position}"`

/** Deviations as the log gives them: the names in canonical order, whoever made them. */
const deviationsOf = ({ deviations }: Fact): { deviations?: unknown[] } =>
  deviations ? { deviations: JSON.parse(canonicalJson(deviations)) as unknown[] } : {}

/** What was recorded, read from the log, with its subject as it stood at a position. */
async function fromLog(log: Log, outcome: CommandOutcome, upTo: number): Promise<Fresh> {
  const facts = await log.at(outcome.positions)
  const [first] = facts
  if (!first) throw new Error(`the log lacks position ${outcome.positions[0] ?? '?'}`)
  const { kind, id } = first.fact.subject
  const { fold } = domain.slice(kind)
  const past = await log.read([{ tag: `${kind}:${id}`, types: fold.types }], { upTo })
  return { facts, subject: foldEntity(fold, id, past.facts) }
}

/**
 * The answer to a command: a pure function of its outcome and the log up to its greatest position, so that it can be given again byte for
 * byte. What was recorded just now is known without reading it.
 */
export async function answerOf(log: Log, outcome: CommandOutcome, upTo: number, fresh?: Fresh): Promise<CommandAnswer> {
  const { facts, subject } = fresh ?? (await fromLog(log, outcome, upTo))
  const [first, last] = [facts[0], facts.at(-1)]
  if (!first || !last) throw new Error('an answer without facts')
  return {
    subject: { id: first.fact.subject.id, kind: first.fact.subject.kind },
    repeated: outcome.repeated,
    facts: facts.map(({ position, recordedAt, fact }: Recorded) => ({
      id: fact.id,
      type: fact.type,
      position,
      recordedAt: instantOf(recordedAt),
      ...deviationsOf(fact),
    })),
    position: last.position,
    stages: { ...subject.stages },
    suspended: subject.suspended,
    etag: etagOf(subject.last),
  }
}

/** The greatest position of a submission's outcome: what its answer looks back to. */
export const lastOf = (outcome: readonly CommandOutcome[]): number => Math.max(...outcome.flatMap((command) => command.positions))
