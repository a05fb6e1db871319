import { CamelCasePlugin, type Generated, Kysely, PostgresDialect } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import type { FlowEditionsTable } from './flow-rules.ts'
import type { FlowCasesTable, FlowStepsTable } from './flow.ts'
import type { DeviationEditionsTable } from './deviation-rules.ts'
import type { DeviationEntitiesTable, DeviationPresenceTable, DeviationsTable } from './deviation-tables.ts'
import type { LedgerAccountsTable, LedgerEntitiesTable, LedgerPlansTable, LedgerPostingsTable } from './ledger-tables.ts'
import type { StageClockEditionsTable } from './stage-clock-rules.ts'
import type { StageClockLimitsTable, StageClockStaysTable, StageClockTable } from './stage-clock-tables.ts'

/** `views.projections`: how far each projection has come. */
export interface ProjectionsTable {
  readonly name: string
  readonly version: number
  readonly position: bigint
  readonly generation: bigint
  readonly stoppedAt: bigint | null
  readonly reason: string | null
}

/** `views.projection_decisions`: what people decided about projections; rows are only added. */
export interface ProjectionDecisionsTable {
  readonly id: Generated<bigint>
  readonly projection: string
  readonly kind: 'skip' | 'pause' | 'resume'
  readonly position: bigint | null
  readonly reason: string
  readonly decidedBy: string
  readonly decidedAt: Generated<Date>
  readonly login: Generated<string>
}

/** `views.entity_list`: one row for each entity. Dates are `YYYY-MM-DD`, amounts sen. */
export interface EntityListTable {
  readonly entity: string
  readonly kind: string
  readonly id: string
  readonly area: string | null
  readonly allocation: string | null
  readonly cycle: string | null
  readonly editionId: string | null
  readonly editionRevision: number | null
  readonly programme: string | null
  readonly category: string | null
  readonly title: string | null
  readonly number: string | null
  readonly fiscalYear: string | null
  readonly amountSen: bigint | null
  readonly stage: string | null
  readonly stages: Readonly<Record<string, string>>
  readonly suspended: boolean
  readonly holders: readonly string[]
  readonly since: string
  readonly openedOn: string
  readonly openedPosition: bigint
  readonly lastEffectiveOn: string
  readonly lastPosition: bigint
  readonly tags: readonly string[]
}

/** `views.entity_list_editions`: role by kind of entity and stage, of each published revision. */
export interface EntityListEditionsTable {
  readonly id: string
  readonly revision: number
  readonly programme: string
  readonly holders: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** The tables of schema `views`. */
export interface Database {
  readonly projections: ProjectionsTable
  readonly projectionDecisions: ProjectionDecisionsTable
  readonly entityList: EntityListTable
  readonly entityListEditions: EntityListEditionsTable
  readonly stageClock: StageClockTable
  readonly stageClockStays: StageClockStaysTable
  readonly stageClockLimits: StageClockLimitsTable
  readonly stageClockEditions: StageClockEditionsTable
  readonly flowCases: FlowCasesTable
  readonly flowSteps: FlowStepsTable
  readonly flowEditions: FlowEditionsTable
  readonly deviations: DeviationsTable
  readonly deviationEntities: DeviationEntitiesTable
  readonly deviationPresence: DeviationPresenceTable
  readonly deviationEditions: DeviationEditionsTable
  readonly ledgerPostings: LedgerPostingsTable
  readonly ledgerAccounts: LedgerAccountsTable
  readonly ledgerPlans: LedgerPlansTable
  readonly ledgerEntities: LedgerEntitiesTable
}

export type ViewsDb = Kysely<Database>

/** A name as the database has it: `entityList` is `entity_list`. The inverse of what the plugin below does to columns that are read. */
export const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const over = (dialect: PostgresDialect): ViewsDb =>
  // The one place where names change case. Keys inside JSON are data and stay as they are.
  new Kysely<Database>({ dialect, plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })] }).withSchema('views')

/** The views over a pool, which stays the caller's. The pool must give int8 as bigint: `createPool` of the event store does. */
export const viewsDb = (pool: Pool): ViewsDb => over(new PostgresDialect({ pool }))

/**
 * The views over one connection, which stays the caller's: a lock and the writes that it protects live and die together. Queries and
 * transactions wait for each other, so that a heartbeat does not come between.
 */
export function viewsDbOn(client: PoolClient): ViewsDb {
  let free: Promise<unknown> = Promise.resolve()
  const connect = async () => {
    const before = free
    const { promise, resolve } = Promise.withResolvers<void>()
    free = promise
    await before
    return { query: client.query.bind(client), release: () => resolve() }
  }
  return over(new PostgresDialect({ pool: { options: {}, connect, end: () => Promise.resolve() } }))
}
