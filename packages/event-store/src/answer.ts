import { z } from 'zod'
import type { Encoded } from './encoding.ts'
import { CorruptLog } from './errors.ts'
import type { Appended, CommandOutcome, Submission } from './log.ts'
import { parseOutcome } from './outcome.ts'

const Position = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
const Micros = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const Ordinal = z.number().int().min(1)

/** What jejak.append answers, times in microseconds since 1970. */
const Answer = z.object({
  stored: z.number().int().min(0),
  after: z.number().int().min(0),
  moment: Micros,
  last: Micros,
  moments: z.array(Micros).optional(),
  known: z.array(z.object({ submission: Ordinal, outcome: z.string().nullable() })).optional(),
  newer: z.array(z.object({ submission: Ordinal, condition: Ordinal, position: Position })).optional(),
  clock: z.array(z.object({ submission: Ordinal, kind: z.enum(['clock-is-real', 'clock-runs-backwards']) })).optional(),
})
type Answer = z.infer<typeof Answer>

function outcomeOf(commands: Submission['commands'], after: number): CommandOutcome[] {
  let next = after + 1
  return commands.map(({ facts, repeated }) => {
    if (repeated !== undefined) return { positions: [...repeated], repeated: true }
    const positions = facts.map((_, index) => next + index)
    next += facts.length
    return { positions, repeated: false }
  })
}

function refused(
  { known, newer, clock }: Answer,
  submission: number,
  last: number,
  tagOf: (condition: number) => string,
): Appended | undefined {
  const bound = known?.find((each) => each.submission === submission)
  if (bound !== undefined)
    return bound.outcome === null ? { kind: 'key-reused' } : { kind: 'repeated', outcome: parseOutcome(bound.outcome) }
  const time = clock?.find((each) => each.submission === submission)
  if (time !== undefined) return time.kind === 'clock-is-real' ? { kind: time.kind } : { kind: time.kind, last: BigInt(last) }
  const conflicts = newer?.filter((each) => each.submission === submission) ?? []
  if (conflicts.length === 0) return undefined
  return { kind: 'conflict', newer: conflicts.map(({ condition, position }) => ({ tag: tagOf(condition), position })) }
}

/**
 * What became of each submission of a call; undefined for one that stood behind another and is to be sent again. Throws CorruptLog when
 * the text is not an answer.
 */
export function answersOf(text: string, batch: readonly Encoded[]): (Appended | undefined)[] {
  const parsed = Answer.safeParse(JSON.parse(text))
  if (!parsed.success) throw new CorruptLog(`jejak.append answered ${text}`)
  const answer = parsed.data
  const conditions = answer.newer === undefined ? [] : batch.flatMap(({ submission }) => submission.conditions)
  const tagOf = (condition: number): string => conditions[condition - 1]?.tag ?? ''
  const last = answer.stored === 0 ? answer.last : (answer.moments?.[answer.stored - 1] ?? answer.moment)
  let { after } = answer
  return batch.map(({ submission, facts }, index) => {
    if (index >= answer.stored) return refused(answer, index + 1, last, tagOf)
    const recordedAt = BigInt(answer.moments?.[index] ?? answer.moment)
    const first = after + 1
    const outcome = outcomeOf(submission.commands, after)
    after += facts.length
    return { kind: 'accepted', outcome, recordedAt, facts: facts.map((fact, at) => ({ position: first + at, recordedAt, fact })) }
  })
}
