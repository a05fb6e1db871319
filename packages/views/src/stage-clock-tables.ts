/** A date on which something happened, and the position of the fact. */
export interface DatedFact {
  readonly on: string
  readonly position: number
}

/** When a mark was reached: on the earliest and on the latest date. */
export interface MarkDates {
  readonly first: DatedFact
  readonly last: DatedFact
}

/** `views.stage_clock`: one row for each entity. */
export interface StageClockTable {
  readonly entity: string
  readonly kind: string
  readonly id: string
  readonly area: string | null
  readonly allocation: string | null
  readonly editionId: string | null
  readonly editionRevision: number | null
  readonly programme: string | null
  readonly title: string | null
  readonly number: string | null
  readonly amountSen: bigint | null
  readonly marks: Readonly<Record<string, MarkDates>>
  readonly suspensions: Readonly<Record<string, { readonly on: string; readonly suspended: boolean }>>
  readonly repeats: Readonly<Record<string, { readonly on: string; readonly marks: readonly string[] }>>
}

/** `views.stage_clock_stays`: one row for each move. Dates are `YYYY-MM-DD`. */
export interface StageClockStaysTable {
  readonly entity: string
  readonly region: string
  readonly position: bigint
  readonly stage: string | null
  readonly holder: string | null
  readonly final: boolean
  readonly revision: boolean
  readonly enteredOn: string
  readonly leftOn: string | null
  readonly endedBy: bigint | null
  readonly flag: string | null
}

/** `views.stage_clock_limits`: one row for each time a span ran. Limits in days of its clock. */
export interface StageClockLimitsTable {
  readonly entity: string
  readonly span: number
  readonly region: string
  readonly beganOn: string
  readonly began: bigint
  readonly endedOn: string | null
  readonly ended: bigint | null
  readonly stopped: boolean
  readonly fromMark: string | null
  readonly toMark: string | null
  readonly stage: string | null
  readonly clock: string
  readonly warn: number
  readonly stuck: number
  readonly warnOn: string | null
  readonly stuckOn: string | null
}

/** Everything that the clock holds of one entity. */
export interface EntityClock {
  readonly row: StageClockTable
  readonly stays: readonly StageClockStaysTable[]
  readonly limits: readonly StageClockLimitsTable[]
}
