export type * from './kernel/event.ts'
export {
  absolute,
  atLeastZero,
  percentOf,
  Rupiah,
  PositiveRupiah,
  amountFaults,
  rupiah,
  sen,
  signedRupiah,
  splitByWeights,
  sumSen,
  type Sen,
} from './kernel/rupiah.ts'
export { refsOf, type EventSpec } from './kernel/define.ts'
export type { Stage } from './kernel/stage-format.ts'
export { Edition, Role, Workflow } from './kernel/workflow.ts'
export { compile, leavesOf, type Compiled, type Leaf, type Stages } from './kernel/machine.ts'
export { beginnings, besideFirst, entered, goesOn, stageAt } from './kernel/stages.ts'
export {
  corrected,
  isConfirmation,
  isCorrection,
  openProposals,
  strikesAmong,
  targetOf,
  allBehind,
  inLogOrder,
  countedBy,
  positionsBehind,
  trueBy,
  type Strike,
} from './kernel/corrections.ts'
export { correctionReasons } from './kernel/correction-reasons.ts'
export { CorruptHistory, foldEntity, hasReached, movesOnto, type Entity, type Fold } from './kernel/entity.ts'
export { createWorld, one, membersOf, type Read, type ReadCondition, type World } from './kernel/world.ts'
export { amountForPeople, flagReasons, kernelReasons, refuse, rupiahForPeople, sentenceOf } from './kernel/refusal.ts'
export type { Place } from './kernel/place.ts'
export type { Reason, Refusal } from './kernel/refusal.ts'
export type { Call, Rule, Situation } from './kernel/rule.ts'
export type { CommandSpec, Decider, Domain, Slice } from './kernel/decider.ts'
export { decide, type Decision } from './kernel/decide.ts'
export { authoritiesHere, authoritiesOf, keyOf, rolesOf, stepOf } from './kernel/authority.ts'
export { commonRoles } from './kernel/roles.ts'
export { firstReads, readAndDecide, type Decided } from './deciding.ts'
export type { Reader, Surroundings } from './reading.ts'
export { dateIn } from './situation.ts'
export { whatNext, type Action, type Unmet, type Viewer } from './what-next.ts'
export { commands, domain, eventTypes } from './slices.ts'
export { checkEdition } from './edition/check.ts'
export { compareEditions, type EditionPreview } from './edition/comparing.ts'
export { editionDoubts } from './edition/doubts.ts'
export { editionJsonSchema } from './edition/json-schema.ts'
export { nearest } from './kernel/nearest.ts'
export { escape, pointerOf } from './kernel/pointer.ts'
export type { Language, Sentence } from './kernel/sentence.ts'
export { misfitsOf, type Misfit } from './kernel/misfits.ts'
export { fieldFaults, translated, type FieldFault } from './kernel/sentences-of-schemas.ts'
export { shippedAsWritten, shippedEditions } from './edition/shipped.ts'
export { bankBookFold, bookOf, type BookEntry } from './bank-statement/book.ts'
export { bankStatementFold, type BankStatement } from './bank-statement/machine.ts'
export type { Match } from './bank-statement/matching.ts'
export { bookBalance, bookBalanceBefore, reconcile, type Reconciliation } from './bank-statement/reconciling.ts'
export { institutionFold } from './institution/machine.ts'
export { dayBefore, daysAfter } from './kernel/period.ts'
export { sourceNames, StuckReason, Tridaya } from './kernel/taxonomy.ts'
export { depositBy } from './kernel/taxes.ts'
export type { LoanRules } from './kernel/loan-format.ts'
export { scheduleSetBy } from './loan/account.ts'
export { loanFold, loanOn, type Loan } from './loan/machine.ts'
export { monthsAfter, openSen, overdueSums, owedSen } from './loan/schedule.ts'
export { poolMoneyFold, type PoolMoney } from './loan-pool/machine.ts'
export { arrearsOf, breachesOn, bucketOf, mustSuspend, sharePercent, standingsOn } from './loan-pool/arrears.ts'
export type { Breach, Standing } from './loan-pool/arrears.ts'
export * from './postings.ts'
