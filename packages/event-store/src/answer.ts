import { z } from 'zod'
import type { Encoded } from './encoding.ts'
import { CorruptLog } from './errors.ts'
import type { Appended, CommandOutcome } from './log.ts'

/** A row that jejak.append returns for a submission. */
export interface AnswerRow {
  readonly kind: string
  readonly outcome: string | null
  readonly recorded_micros: bigint | null
  readonly newer: string | null
}

const Position = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
const Outcome = z.array(z.object({ positions: z.array(Position), repeated: z.boolean() }))
const Newer = z.array(z.object({ tag: z.string(), position: Position }))

/** The outcome of a submission as stored, for each command its positions and whether it repeated (CONTRACTS A7). */
export function parseOutcome(text: string): readonly CommandOutcome[] {
  return Outcome.parse(JSON.parse(text))
}

function accepted(row: AnswerRow, { facts }: Encoded): Appended {
  const outcome = parseOutcome(row.outcome ?? '')
  const recordedAt = row.recorded_micros ?? 0n
  const positions = outcome.flatMap((command) => (command.repeated ? [] : command.positions))
  if (positions.length !== facts.length) throw new CorruptLog('the outcome of a submission does not count its facts')
  return {
    kind: 'accepted',
    outcome,
    recordedAt,
    facts: facts.map((fact, index) => ({ position: positions[index] ?? 0, recordedAt, fact })),
  }
}

/** What became of a submission, from the row that the function returned for it. */
export function answer(row: AnswerRow, encoded: Encoded): Appended {
  switch (row.kind) {
    case 'accepted':
      return accepted(row, encoded)
    case 'repeated':
      return { kind: 'repeated', outcome: parseOutcome(row.outcome ?? '') }
    case 'conflict':
      return { kind: 'conflict', newer: Newer.parse(JSON.parse(row.newer ?? '')) }
    case 'clock-runs-backwards':
      return { kind: 'clock-runs-backwards', last: row.recorded_micros ?? 0n }
    case 'key-reused':
    case 'clock-is-real':
      return { kind: row.kind }
    default:
      throw new CorruptLog(`jejak.append answered ${row.kind}`)
  }
}
