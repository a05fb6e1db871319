import type { Fact, Recorded } from '@jejak/domain'
import { CorruptLog } from './errors.ts'

/** A fact as a statement gives it; the head of the log comes in the same form, without a body. */
export interface FactRow {
  readonly position: bigint
  readonly micros: bigint
  readonly body: string
}

/** A position that a number holds exactly. Throws CorruptLog beyond that. */
export function number(position: bigint): number {
  const value = Number(position)
  if (!Number.isSafeInteger(value)) throw new CorruptLog(`position ${position} is beyond what a number holds`)
  return value
}

/** The fact of a row. Facts are validated when they are appended and by `verify`, not on every read (DESIGN §3). */
export function recorded({ position, micros, body }: FactRow): Recorded {
  const fact: Fact = JSON.parse(body)
  return { position: number(position), recordedAt: micros, fact }
}

/** The facts, which must be in order. Throws CorruptLog when they are not. */
export function inOrder(facts: Recorded[]): Recorded[] {
  facts.forEach((fact, index) => {
    const before = facts[index - 1]
    if (before !== undefined && before.position >= fact.position) throw new CorruptLog(`position ${fact.position} after ${before.position}`)
  })
  return facts
}

/** The end of the log in a statement's snapshot: its first row. */
export function headOf(row: FactRow | undefined): { readonly head: number; readonly headRecordedAt: bigint } {
  if (row === undefined) throw new CorruptLog('the log has lost the row that says what it is')
  return { head: number(row.position), headRecordedAt: row.micros }
}
