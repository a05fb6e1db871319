import { entityList } from './entity-list.ts'
import type { Projection } from './projection.ts'
import { stageClock } from './stage-clock.ts'

export { type Database, viewsDb, type ViewsDb } from './database.ts'
export { type Lag, lagOf, OlderThanTables, prepareProjections, resetProjection, waitFor, type WaitFor } from './checkpoint.ts'
export { entityHistory, type HistoryRow, readEntityHistory } from './entity-history.ts'
export { entityList, type EntityListChanges, type EntityListState, projectEntityList } from './entity-list.ts'
export {
  type EntityFilter,
  type EntityKey,
  type EntityPage,
  listEntities,
  type ListedEntity,
  type PageOf,
  waitingFor,
  type WaitingKey,
} from './entity-list-queries.ts'
export {
  type AccountLine,
  type Balance,
  fundTrail,
  type FundTrail,
  type GroupSums,
  type NamedAccount,
  readFundTrail,
  type Sums,
  type TrailMovement,
  type Until,
} from './fund-trail.ts'
export { daysByHolder, heldBy, type StageHolder, type Stay } from './held-by.ts'
export { rfc3339 } from './instant.ts'
export type { Projection } from './projection.ts'
export { projectStageClock, rulesFrom, stageClock, type StageClockChanges, type StageClockState } from './stage-clock.ts'
export { type ClockState, entityClockAt, standingAt, type ToldClock, type ToldEntityClock, type ToldStay } from './stage-clock-days.ts'
export { type RulesOf, stageClockOf } from './stage-clock-fold.ts'
export { clockRulesOf } from './stage-clock-rules.ts'
export type { EntityClock } from './stage-clock-tables.ts'
export { type StuckKey, type StuckOrder, type StuckPage, type StuckRow, stuckAt } from './stuck.ts'
export type { Day, StuckFilter } from './stuck-filter.ts'
export { type StuckGroup, type StuckSum, stuckSums } from './stuck-sums.ts'
export { Overtaken, Poisoned, type RunOptions, runProjections } from './runner.ts'

/** Every projection: one line each. */
export const projections: readonly Projection[] = [entityList, stageClock]
