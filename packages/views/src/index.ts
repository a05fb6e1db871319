import { entityList } from './entity-list.ts'
import type { Projection } from './projection.ts'

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
export { Overtaken, Poisoned, type RunOptions, runProjections } from './runner.ts'

/** Every projection: one line each. */
export const projections: readonly Projection[] = [entityList]
