import type { Calendar } from '@jejak/reference'
import { clockName, metOn } from './stage-clock-days.ts'
import { lasting } from './stage-clock-limits.ts'
import type { StageClockLimitsTable, StageClockStaysTable } from './stage-clock-tables.ts'

/** A limit of the edition that ran out: the step took too long, or takes too long still. */
export interface LateStep {
  readonly entity: string
  readonly span: number
  readonly region: string
  /** Where it stood on the day on which the first limit ran out. */
  readonly stage: string | null
  /** The date on which the first limit ran out. */
  readonly since: string
  readonly stuck: boolean
  readonly details: Readonly<Record<string, string | number>>
  /** Positions of the fact that began it and, if it has ended, of the one that ended it. */
  readonly facts: readonly number[]
}

/** The stage in which an entity stood on a day, in a region or as a whole. */
function stageOn(stays: readonly StageClockStaysTable[], region: string, on: string): string | null {
  const there = lasting(stays).filter(({ enteredOn, leftOn }) => enteredOn <= on && (leftOn === null || leftOn > on))
  return (there.find((stay) => stay.region === region) ?? there.find((stay) => stay.region === ''))?.stage ?? null
}

/** What is late of a limit by a day; undefined for one that was kept. Pure. */
export function lateStepOf(
  row: StageClockLimitsTable,
  stays: readonly StageClockStaysTable[],
  at: string,
  calendar: Calendar,
): LateStep | undefined {
  const since = metOn(row, 'warn', at, calendar)
  if (since === null) return undefined
  const stuckSince = metOn(row, 'stuck', at, calendar)
  const [unit, unitEn] = row.clock === 'working' ? ['hari kerja', 'working days'] : ['hari kalender', 'calendar days']
  const ended = row.endedOn !== null && row.endedOn <= at ? row.endedOn : null
  return {
    entity: row.entity,
    span: row.span,
    region: row.region,
    stage: row.stage ?? stageOn(stays, row.region, since),
    since,
    stuck: stuckSince !== null,
    details: {
      name: clockName(row),
      state: stuckSince === null ? 'warn' : 'stuck',
      limit: row.warn,
      unit,
      unitEn,
      since,
      ...(stuckSince === null ? {} : { stuckLimit: row.stuck, stuckSince }),
      began: row.beganOn,
      ...(ended === null
        ? { outcome: 'belum selesai', outcomeEn: 'is still open' }
        : { ended, outcome: `selesai ${ended}`, outcomeEn: `ended on ${ended}` }),
    },
    facts: [Number(row.began), ...(ended === null || row.ended === null ? [] : [Number(row.ended)])],
  }
}
