import { deviations } from './deviations.ts'
import { entityList } from './entity-list.ts'
import { flow } from './flow.ts'
import { ledger } from './ledger.ts'
import type { Projection } from './projection.ts'
import { stageClock } from './stage-clock.ts'

export { type BusinessCycle, businessReport, type BusinessReport } from './business-report.ts'
export { type Database, viewsDb, type ViewsDb } from './database.ts'
export { type Checked, checkProjection, type RowDifference } from './check.ts'
export { OlderThanTables, prepareProjections, resetProjection } from './checkpoint.ts'
export { type Decision, DecisionRefused, type Pause, pauseProjection, resumeProjection, skipPosition } from './decisions.ts'
export { entityClocksAt } from './entity-clocks.ts'
export {
  type Because,
  type Compliance,
  complianceOf,
  complianceWeights,
  type ExpectedActor,
  type RunFacts,
  type StageCompliance,
  type StageState,
} from './compliance.ts'
export { complianceOfCycle, type ComplianceSum, complianceSums, type RunCompliance, type RunFilter } from './compliance-queries.ts'
export { type DeviationFilter, type DeviationKey, type DeviationPage, listDeviations, type ToldDeviation } from './deviation-queries.ts'
export { type DeviationKind, deviationKinds, derivedReasons, reasonOf } from './deviation-reasons.ts'
export { deviations, type DeviationRows } from './deviations.ts'
export { entityHistory, type HistoryRow, readEntityHistory } from './entity-history.ts'
export { entityList, type EntityListRows } from './entity-list.ts'
export {
  type EditionsPage,
  type EntityFilter,
  type EntityKey,
  type EntityPage,
  listEditions,
  listEntities,
  type ListedEntity,
  type PageOf,
  waitingFor,
  type WaitingKey,
} from './entity-list-queries.ts'
export { flow, flowKindPublished, type FlowRows, hasFlow } from './flow.ts'
export {
  type CasesOf,
  type FlowCase,
  flowCases,
  type FlowKind,
  flowKinds,
  type FlowSnapshot,
  flowSnapshot,
  type IdleGroup,
} from './flow-cases.ts'
export { closedOnce } from './stage-clock-rules.ts'
export type { FlowFilter, FlowMoment, FlowPage, Spread } from './flow-steps.ts'
export { type FlowActivity, type FlowRowsOf, type FlowSummary, flowSummary, type FlowVariant, flowVariants } from './flow-summary.ts'
export { type FlowPair, flowPairs, type FlowWait, type FlowWaits, flowWaits, type PairOrder, type WaitsOf } from './flow-waits.ts'
export { type DivertedUse, divertedUse, type Diversion } from './diverted-use.ts'
export { balanceOf, fundTrail, readFundTrail, type Until } from './fund-trail.ts'
export type { AccountLine, Balance, FundTrail, GroupSums, NamedAccount, Sums, TrailMovement, TrancheSums } from './fund-trail-answer.ts'
export { daysByHolder, heldBy, type StageHolder, type Stay } from './held-by.ts'
export { foldInMemory } from './in-memory.ts'
export {
  type BookFact,
  type BridgePart,
  type Moved,
  type ReconciledLine,
  reconciliationOf,
  type ReconciliationAnswer,
} from './reconciliation.ts'
export { rfc3339 } from './instant.ts'
export { type CardLine, loanCard, type LoanCard } from './loan-card.ts'
export { type Figure, type LoanLine, loanPortfolio, type LoanPortfolio } from './loan-portfolio.ts'
export { type ReasonCount, stuckReasons } from './stuck-reasons.ts'
export { ledger, type LedgerRows } from './ledger.ts'
export { type LedgerBalance, ledgerBalances, type TrialBalance, trialBalance, type TrialRow } from './ledger-balances.ts'
export {
  type Behind,
  dimensionNames,
  type LedgerDimension,
  type LedgerFilter,
  type LedgerGrouping,
  type LedgerMoment,
  ledgerRegions,
  type PlanLevel,
  planLevels,
  unknownWord,
} from './ledger-filter.ts'
export { type FlowEdge, fundFlow, type FundFlow, type ToldUse } from './ledger-flow.ts'
export { idleMoney } from './ledger-idle.ts'
export { overdrawn, type Overdrawn } from './ledger-overdrawn.ts'
export { journalAccounts, journalEntries, type JournalEntry, type JournalPlan, journalPlans } from './ledger-journal.ts'
export { lineageOf, type StandingMovement } from './ledger-lineage.ts'
export { accountNameOf, journalName, type NamedRow, wordOf } from './ledger-names.ts'
export { type CashDrawn, type CashHeld, cashLying, type CashLimits } from './ledger-cash.ts'
export { publishedRevisions } from './ledger-pins.ts'
export { countedPlans, plannedAndSpent, type CountedPlan, type PlanRow } from './ledger-plan.ts'
export { type LedgerNamed, type NotTold, notToldOf } from './ledger-told-of.ts'
export { type EndingYear, type YearClosing, yearEnds } from './ledger-year-end.ts'
export { ledgerStatement, type StatementKey, type StatementMoment, type StatementLine, type ToldAccount } from './ledger-statement.ts'
export { type Lag, lagOf, waitFor, type WaitFor } from './lag.ts'
export { swadaya, type Swadaya, type SwadayaEntry, type SwadayaKindSums, type SwadayaShares, type SwadayaSums } from './swadaya.ts'
export { taxes, type Taxes, type TaxLine } from './taxes.ts'
export type { Changes, Groups, Known, Projection, RowTypes, TableShape } from './projection.ts'
export { type Built, rebuildProjection, RebuildRefused } from './rebuild.ts'
export { NotReadable } from './readable.ts'
export { stageClock, type StageClockRows } from './stage-clock.ts'
export { type ClockState, entityClockAt, standingAt, type ToldClock, type ToldEntityClock, type ToldStay } from './stage-clock-days.ts'
export { type RulesOf, stageClockOf } from './stage-clock-fold.ts'
export { clockRulesOf } from './stage-clock-rules.ts'
export type { EntityClock } from './stage-clock-tables.ts'
export { type StuckKey, type StuckOrder, type StuckPage, type StuckRow, stuckAt } from './stuck.ts'
export type { Day, StuckFilter } from './stuck-filter.ts'
export { type StuckGroup, type StuckSum, stuckSums } from './stuck-sums.ts'
export { Overtaken, Poisoned, type RunOptions, runProjections } from './runner.ts'
export type { BuildOptions, Progress } from './shadow.ts'
export { type ProjectionState, statesOf } from './states.ts'

/** Every projection: one line each. */
export const projections: readonly Projection[] = [entityList, stageClock, flow, deviations, ledger]
