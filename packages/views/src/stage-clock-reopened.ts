import { closedOnce } from './stage-clock-rules.ts'
import type { DatedFact, EntityClock } from './stage-clock-tables.ts'

/** A case that went on: the date and position of the fact that led it on, and of the one that had ended it. */
export interface Reopening extends DatedFact {
  readonly to: string
  readonly after: DatedFact
}

interface Turn extends DatedFact {
  /** Where the whole stands after it; undefined for a fact that only bears the mark. */
  readonly stage: string | undefined
  readonly ends: boolean
}

/** What ended the case or led it to another stage by a day, in log order: the whole only, for a region may end before the others. */
function turnsOf({ row, stays }: EntityClock, at: string): Turn[] {
  const ended = new Map(
    Object.entries(row.repeats).flatMap(([position, { on, marks }]) =>
      marks.includes(closedOnce) ? [[Number(position), { on, position: Number(position), stage: undefined, ends: true }] as const] : [],
    ),
  )
  const turns = stays.flatMap(({ region, position, stage, final, enteredOn: on }): Turn[] => {
    if (region !== '' || stage === null) return []
    const ends = final || ended.delete(Number(position))
    return [{ on, position: Number(position), stage, ends }]
  })
  return [...turns, ...ended.values()].filter(({ on }) => on <= at).toSorted((a, b) => a.position - b.position)
}

/**
 * The times that a case went on after it had ended, in log order: after a final stage, or after a fact with the mark `closed-once`. A
 * suspension leads it nowhere, and from one end to another is no going on. Pure.
 */
export function reopeningsOf(clock: EntityClock, at: string): Reopening[] {
  const reopenings: Reopening[] = []
  let stage: string | undefined
  let end: DatedFact | undefined
  for (const turn of turnsOf(clock, at)) {
    const { on, position } = turn
    if (turn.ends) end = { on, position }
    else if (end !== undefined && turn.stage !== undefined && turn.stage !== stage) {
      reopenings.push({ on, position, to: turn.stage, after: end })
      end = undefined
    }
    stage = turn.stage ?? stage
  }
  return reopenings
}
