import { compile } from './kernel/machine.ts'
import { correctionDeciders } from './kernel/correction-commands.ts'
import type { CommandSpec, Decider, Domain, KeyState, Slice } from './kernel/decider.ts'
import type { Entity, Fold } from './kernel/entity.ts'
import type { EventSpec } from './kernel/define.ts'
import type { Compiled } from './kernel/machine.ts'
import type { Read, World } from './kernel/world.ts'
import type { Edition, Workflow } from './kernel/workflow.ts'
import { commonRoles } from './kernel/roles.ts'
import { one } from './kernel/world.ts'
import { moneyTypes } from './postings.ts'
import * as areaDeciders from './area/decider.ts'
import { areaFold, areaWorkflow } from './area/machine.ts'
import * as allocationDeciders from './allocation/decider.ts'
import { blockersFold } from './allocation/blockers.ts'
import { allocationFold, allocationKeyFold, allocationMarks, creditsFold } from './allocation/machine.ts'
import { bankBookFold } from './bank-statement/book.ts'
import * as bankStatementDeciders from './bank-statement/decider.ts'
import { bankStatementFold, bankStatementWorkflow } from './bank-statement/machine.ts'
import * as caseDeciders from './case/decider.ts'
import { caseFold } from './case/machine.ts'
import * as complaintDeciders from './complaint/decider.ts'
import { complaintFold, complaintWorkflow, type Complaint } from './complaint/machine.ts'
import * as cycleDeciders from './cycle/decider.ts'
import { cycleFold, cycleKeyFold } from './cycle/machine.ts'
import * as editionDeciders from './edition/decider.ts'
import { editionFold, editionWorkflow } from './edition/machine.ts'
import * as facilitatorDeciders from './facilitator/decider.ts'
import { facilitatorFold, facilitatorKeyFold, facilitatorWorkflow } from './facilitator/machine.ts'
import * as findingDeciders from './finding/decider.ts'
import { findingFold, findingWorkflow } from './finding/machine.ts'
import * as institutionDeciders from './institution/decider.ts'
import { receiptsFold } from './institution/receipts.ts'
import { transfersFold } from './institution/transfers.ts'
import { institutionFold, institutionWorkflow, offices, officesFold, officesOfPersonFold } from './institution/machine.ts'
import * as loanDeciders from './loan/decider.ts'
import { loanFold, loanMarks, type Loan } from './loan/machine.ts'
import * as loanPoolDeciders from './loan-pool/decider.ts'
import { loanPoolFold, poolMoneyFold, type LoanPool } from './loan-pool/machine.ts'
import * as partnershipDeciders from './partnership/decider.ts'
import { partnershipFold, partnershipWorkflow } from './partnership/machine.ts'
import * as personDeciders from './person/decider.ts'
import { personFold, personWorkflow } from './person/machine.ts'
import * as proposalDeciders from './proposal/decider.ts'
import { ProposalEditionChanged } from './proposal/events.ts'
import { proposalFold, proposalMarks, type Proposal } from './proposal/machine.ts'
import * as trancheDeciders from './tranche/decider.ts'
import { TrancheEditionChanged, TranchePlanned, TrancheReplanned } from './tranche/events.ts'
import { trancheFold, trancheMarks, type Tranche } from './tranche/machine.ts'

interface SliceSpec<S> {
  readonly kind: string
  readonly plural: string
  readonly fold: Fold<S>
  readonly aspects?: Slice['aspects']
  readonly deciders: Readonly<Record<string, unknown>>
  /** Facts that only other commands record. */
  readonly emitted?: readonly EventSpec[]
  readonly edition?: Slice['edition']
  readonly family?: Slice['family']
  readonly marks?: readonly string[]
  readonly workflow?: Workflow
  readonly keyFold?: Fold<KeyState>
  readonly parents?: (self: Entity<S>) => readonly (readonly [Fold<unknown>, string])[]
  readonly houses?: (self: Entity<S>, world: World) => ReadonlyMap<string, string>
}

const isDecider = (value: unknown): value is Decider =>
  typeof value === 'object' && value !== null && 'command' in value && 'rules' in value

function slice<S>(spec: SliceSpec<S>, observation: (type: string) => boolean): Slice {
  const deciders = [...Object.values(spec.deciders).filter(isDecider), ...correctionDeciders(spec.kind)]
  const parents = (self: Entity) => (spec.parents?.(self as Entity<S>) ?? []).filter(([, id]) => id !== '')
  return {
    kind: spec.kind,
    plural: spec.plural,
    events: [...(spec.emitted ?? []), ...deciders.map((decider) => decider.command.records)],
    fold: spec.fold,
    aspects: spec.aspects ?? [],
    deciders,
    edition: spec.edition ?? 'none',
    family: spec.family ?? 'grant',
    marks: spec.marks ?? [],
    ...(spec.workflow ? { builtIn: compile(spec.kind, spec.workflow, observation) } : {}),
    ...(spec.keyFold ? { keyFold: spec.keyFold } : {}),
    ...(spec.houses ? { houses: spec.houses as NonNullable<Slice['houses']> } : {}),
    parentReads: (self): Read[] => parents(self).map(([fold, id]) => one(fold, id)),
    parentsOf: (self, world: World) => parents(self).flatMap(([fold, id]) => (world.has(one(fold, id)) ? [world.one(fold, id)] : [])),
  }
}

/** The roles of the board or business group that receives the allocation. A finance unit (UPK) may be an institution of its own. */
function boardOf(self: Entity<{ readonly allocation: string }>, world: World): ReadonlyMap<string, string> {
  const recipient = self.opened ? world.one(allocationFold, self.data.allocation).data.recipient : undefined
  return new Map(recipient === undefined ? [] : ['BKM', 'SEK_BKM', 'UPL', 'UPS', 'KUBE'].map((role) => [role, recipient]))
}

/** The roles of the board and of the finance unit whose pool it is. */
const housesOf = ({ owner, board }: LoanPool): [string, string][] => [
  ...['UPK', 'PENGAWAS_UPK'].map((role): [string, string] => [role, owner]),
  ...['BKM', 'SEK_BKM'].map((role): [string, string] => [role, board]),
]

/** Every kind of entity that Jejak knows: one line each. */
const specs = [
  { kind: 'edition', plural: 'editions', fold: editionFold, deciders: editionDeciders, workflow: editionWorkflow },
  { kind: 'area', plural: 'areas', fold: areaFold, deciders: areaDeciders, workflow: areaWorkflow },
  {
    kind: 'person',
    plural: 'persons',
    fold: personFold,
    aspects: [officesOfPersonFold],
    deciders: personDeciders,
    workflow: personWorkflow,
  },
  {
    kind: 'institution',
    plural: 'institutions',
    fold: institutionFold,
    aspects: [officesFold, bankBookFold, transfersFold, receiptsFold],
    deciders: institutionDeciders,
    workflow: institutionWorkflow,
  },
  {
    kind: 'cycle',
    plural: 'cycles',
    fold: cycleFold,
    deciders: cycleDeciders,
    edition: 'optional',
    keyFold: cycleKeyFold,
  },
  {
    kind: 'allocation',
    plural: 'allocations',
    fold: allocationFold,
    aspects: [blockersFold, creditsFold],
    deciders: allocationDeciders,
    edition: 'required',
    marks: allocationMarks,
    keyFold: allocationKeyFold,
  },
  {
    kind: 'tranche',
    plural: 'tranches',
    fold: trancheFold,
    deciders: trancheDeciders,
    emitted: [TranchePlanned, TrancheReplanned, TrancheEditionChanged],
    edition: 'required',
    marks: trancheMarks,
    parents: (self: Entity<Tranche>) => [[allocationFold, self.data.allocation]],
    houses: (self: Entity<Tranche>, world: World) => boardOf(self, world),
  },
  {
    kind: 'proposal',
    plural: 'proposals',
    fold: proposalFold,
    deciders: proposalDeciders,
    emitted: [ProposalEditionChanged],
    edition: 'required',
    marks: proposalMarks,
    parents: (self: Entity<Proposal>) => [[allocationFold, self.data.allocation]],
    houses: (self: Entity<Proposal>, world: World) =>
      new Map([...boardOf(self, world), ...(self.opened ? [['KSM', self.data.ksm] as const] : [])]),
  },
  {
    kind: 'loanPool',
    plural: 'loan-pools',
    fold: loanPoolFold,
    aspects: [poolMoneyFold],
    deciders: loanPoolDeciders,
    edition: 'required',
    family: 'loans',
    houses: (self: Entity<LoanPool>) => new Map(self.opened ? housesOf(self.data) : []),
  },
  {
    kind: 'loan',
    plural: 'loans',
    fold: loanFold,
    deciders: loanDeciders,
    edition: 'required',
    family: 'loans',
    marks: loanMarks,
    parents: (self: Entity<Loan>) => [[loanPoolFold, self.data.pool]],
    houses: (self: Entity<Loan>, world: World) =>
      new Map(self.opened ? [...housesOf(world.one(loanPoolFold, self.data.pool).data), ['KSM', self.data.ksm]] : []),
  },
  {
    kind: 'complaint',
    plural: 'complaints',
    fold: complaintFold,
    deciders: complaintDeciders,
    edition: 'optional',
    workflow: complaintWorkflow,
    parents: (self: Entity<Complaint>) => (self.data.tranche ? [[trancheFold, self.data.tranche]] : []),
  },
  {
    kind: 'facilitator',
    plural: 'facilitators',
    fold: facilitatorFold,
    deciders: facilitatorDeciders,
    workflow: facilitatorWorkflow,
    keyFold: facilitatorKeyFold,
  },
  {
    kind: 'partnership',
    plural: 'partnerships',
    fold: partnershipFold,
    deciders: partnershipDeciders,
    edition: 'optional',
    workflow: partnershipWorkflow,
  },
  { kind: 'finding', plural: 'findings', fold: findingFold, deciders: findingDeciders, workflow: findingWorkflow },
  {
    kind: 'bankStatement',
    plural: 'bank-statements',
    fold: bankStatementFold,
    deciders: bankStatementDeciders,
    workflow: bankStatementWorkflow,
  },
  { kind: 'case', plural: 'cases', fold: caseFold('case'), deciders: caseDeciders },
] as const

const observed = new Set(
  specs.flatMap((spec) =>
    Object.values(spec.deciders)
      .filter(isDecider)
      .map((decider) => decider.command.records)
      .filter((event) => event.observation)
      .map((event) => event.type),
  ),
)
const observation = (type: string): boolean => observed.has(type)

const slices = new Map<string, Slice>(specs.map((spec) => [spec.kind, slice(spec as unknown as SliceSpec<unknown>, observation)]))
const events = new Map<string, EventSpec>([...slices.values()].flatMap((each) => each.events.map((event) => [event.type, event] as const)))
const compiled = new WeakMap<Edition, Map<string, Compiled>>()

function compiledOf(kind: string, edition: Edition): Compiled | undefined {
  const known = compiled.get(edition)?.get(kind)
  if (known) return known
  const workflow = own(edition.workflows, kind)
  if (!workflow) return undefined
  const machine = compile(kind, workflow, observation)
  const machines = compiled.get(edition)
  if (machines) machines.set(kind, machine)
  else compiled.set(edition, new Map([[kind, machine]]))
  return machine
}

/** A kind that no slice knows: the generic facts on its own workflow. */
function foreignSlice(kind: string): Slice {
  const generic = slices.get('case') as Slice
  return { ...generic, kind, fold: caseFold(kind) }
}

/** A value under a name that comes from outside: never one of the prototype's. */
const own = <T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  record && Object.hasOwn(record, name) ? record[name] : undefined

const deciderOfType = new Map(
  [...slices.values()].flatMap((each) => each.deciders.map((decider) => [decider.command.records.type, decider])),
)

/** Everything that can be decided: the slices, their facts, and the workflows of the editions. */
export const domain: Domain = {
  slices,
  slice: (kind) => slices.get(kind) ?? foreignSlice(kind),
  specOf: (type) => events.get(type),
  deciderOf: (type) => deciderOfType.get(type),
  movesMoney: (type) => moneyTypes.has(type),
  offices,
  workflow: (kind, edition) => (edition ? compiledOf(kind, edition) : undefined) ?? slices.get(kind)?.builtIn,
  role: (code, edition) => own(edition?.roles, code) ?? own(commonRoles, code),
}

/** Every command, by name. */
export const commands: ReadonlyMap<string, { readonly slice: Slice; readonly decider: Decider; readonly command: CommandSpec }> = new Map(
  [...slices.values()].flatMap((each) =>
    each.deciders.map((decider) => [decider.command.name, { slice: each, decider, command: decider.command }] as const),
  ),
)

/** Every event type, by name. */
export const eventTypes: ReadonlyMap<string, EventSpec> = events
