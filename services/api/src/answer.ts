import { domain, foldEntity } from '@jejak/domain'
import type { CommandOutcome, Log } from '@jejak/event-store'
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

/**
 * The answer to a command: a pure function of its outcome and the log up to its greatest position, so that it can be given again byte for
 * byte.
 */
export async function answerOf(log: Log, outcome: CommandOutcome, upTo: number): Promise<CommandAnswer> {
  const facts = await log.at(outcome.positions)
  const first = facts[0]
  if (!first) throw new Error(`the log lacks position ${outcome.positions[0] ?? '?'}`)
  const { subject } = first.fact
  const { fold } = domain.slice(subject.kind)
  const past = await log.read([{ tag: `${subject.kind}:${subject.id}`, types: fold.types }], { upTo })
  const entity = foldEntity(fold, subject.id, past.facts)
  return {
    subject,
    repeated: outcome.repeated,
    facts: facts.map(({ position, recordedAt, fact }) => ({
      id: fact.id,
      type: fact.type,
      position,
      recordedAt: instantOf(recordedAt),
      ...(fact.deviations ? { deviations: [...fact.deviations] } : {}),
    })),
    position: facts.at(-1)?.position ?? first.position,
    stages: { ...entity.stages },
    suspended: entity.suspended,
    etag: etagOf(entity.last),
  }
}

/** The greatest position of a submission's outcome: what its answer looks back to. */
export const lastOf = (outcome: readonly CommandOutcome[]): number => Math.max(...outcome.flatMap((command) => command.positions))
