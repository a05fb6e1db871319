import { daysAfter } from '@jejak/domain'
import type { ClockRules, ClockSpan } from './stage-clock-rules.ts'
import type { StageClockLimitsTable, StageClockStaysTable, StageClockTable } from './stage-clock-tables.ts'

/** A time that ran: from a date and fact to a date and fact, or still. */
interface Run {
  readonly region: string
  readonly beganOn: string
  readonly began: bigint
  readonly endedOn: string | null
  readonly ended: bigint | null
  readonly stopped: boolean
}

interface Fold {
  readonly row: StageClockTable
  readonly stays: readonly StageClockStaysTable[]
}

const byDate = (a: StageClockStaysTable, b: StageClockStaysTable): number =>
  a.enteredOn === b.enteredOn ? Number(a.position - b.position) : a.enteredOn < b.enteredOn ? -1 : 1

/** The stays of which something is left, by date. In a region they follow one another without gap or overlap (CONTRACTS D3). */
export const lasting = (stays: readonly StageClockStaysTable[]): StageClockStaysTable[] =>
  stays.filter((stay) => stay.stage !== null && (stay.leftOn === null || stay.leftOn > stay.enteredOn)).toSorted(byDate)

const isInside = (stage: string | null, place: string): boolean => stage !== null && (stage === place || stage.startsWith(`${place}.`))

/**
 * The times that an entity was in a stage or those inside it. What goes on in the same stage after a suspension, or returns to it on the
 * day on which it left, is one time. Where it has ended, nothing is waited for.
 */
function runsIn(stays: readonly StageClockStaysTable[], stage: string): Run[] {
  const runs: Run[] = []
  for (const stay of lasting(stays)) {
    if (stay.final || !isInside(stay.stage, stage)) continue
    const last = runs.findLast((run) => run.region === stay.region)
    const end = { endedOn: stay.leftOn, ended: stay.endedBy }
    if (last !== undefined && last.endedOn === stay.enteredOn) runs[runs.indexOf(last)] = { ...last, ...end }
    else runs.push({ region: stay.region, beganOn: stay.enteredOn, began: stay.position, ...end, stopped: false })
  }
  return runs
}

/** Those times, each counted anew on every day on which the mark is reached meanwhile. */
function runsAnew({ row, stays }: Fold, stage: string, mark: string): Run[] {
  const reached = Object.entries(row.repeats)
    .flatMap(([position, { on, marks }]) => (marks.includes(mark) ? [{ on, position: BigInt(position) }] : []))
    .toSorted((a, b) => (a.on === b.on ? Number(a.position - b.position) : a.on < b.on ? -1 : 1))
  return runsIn(stays, stage).flatMap((run) => {
    const runs = [run]
    for (const { on, position } of reached) {
      const last = runs.at(-1) ?? run
      if (on <= last.beganOn || (last.endedOn !== null && on >= last.endedOn)) continue
      runs.splice(-1, 1, { ...last, endedOn: on, ended: position }, { ...last, beganOn: on, began: position })
    }
    return runs
  })
}

const later = (a: string, b: string): string => (a > b ? a : b)

/** The stay in which the whole entity has ended, if it has. */
const endOfAll = (stays: readonly StageClockStaysTable[]): StageClockStaysTable | undefined =>
  stays.find((stay) => stay.region === '' && stay.final && stay.leftOn === null)

/**
 * From the first time that one mark was reached to the first time of the other: going back and forth between stages neither restarts nor
 * ends
 * it. Where the other mark was reached before, nothing is left to wait for. An entity that has ended stops it.
 */
function runBetween({ row, stays }: Fold, from: string, to: string): Run[] {
  const [start, end] = [row.marks[from]?.first, row.marks[to]?.first]
  if (start === undefined) return []
  const run = { region: '', beganOn: start.on, began: BigInt(start.position) }
  if (end !== undefined) return [{ ...run, endedOn: later(start.on, end.on), ended: BigInt(end.position), stopped: false }]
  const over = endOfAll(stays)
  if (over === undefined) return [{ ...run, endedOn: null, ended: null, stopped: false }]
  return [{ ...run, endedOn: later(start.on, over.enteredOn), ended: over.position, stopped: true }]
}

function runsOf(fold: Fold, { stage, from, to }: ClockSpan): Run[] {
  if (stage === null) return runBetween(fold, from ?? '', to ?? '')
  return from === null ? runsIn(fold.stays, stage) : runsAnew(fold, stage, from)
}

/** The limits of an entity, one for each time that a span of its edition ran. Pure. */
export function limitsOf(fold: Fold, rules: ClockRules): StageClockLimitsTable[] {
  return rules.spans.flatMap((span, index) =>
    runsOf(fold, span).map(({ beganOn, ...run }) => ({
      entity: fold.row.entity,
      span: index,
      beganOn,
      ...run,
      fromMark: span.from,
      toMark: span.to,
      stage: span.stage,
      clock: span.clock,
      warn: span.warn,
      stuck: span.stuck,
      warnOn: span.clock === 'calendar' ? daysAfter(beganOn, span.warn) : null,
      stuckOn: span.clock === 'calendar' ? daysAfter(beganOn, span.stuck) : null,
    })),
  )
}
