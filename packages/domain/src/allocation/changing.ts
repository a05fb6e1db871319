import { decider, type DataOfCommand, type Emission } from '../kernel/decider.ts'
import type { Entity } from '../kernel/entity.ts'
import type { Situation } from '../kernel/rule.ts'
import { membersOf, one } from '../kernel/world.ts'
import { changingRules, placedIn, type Mapping } from '../edition/changing.ts'
import { ProposalEditionChanged } from '../proposal/events.ts'
import { proposalFold } from '../proposal/machine.ts'
import { TrancheEditionChanged } from '../tranche/events.ts'
import { trancheFold } from '../tranche/machine.ts'
import * as commands from './commands.ts'
import type { Allocation } from './machine.ts'

type Given = DataOfCommand<typeof commands.ChangeAllocationEdition>
type X = Situation<Allocation, Given>

const tag = ({ self }: Pick<X, 'self'>): string => `allocation:${self.id}`

/** What goes with the allocation: its tranches and proposals that have not ended. */
const following = (x: X): { readonly entity: Entity; readonly mapping: Mapping; readonly spec: Emission['spec'] }[] =>
  [
    ...x.world
      .members(trancheFold, tag(x))
      .map((entity) => ({ entity, mapping: x.call.data.stages?.tranche, spec: TrancheEditionChanged })),
    ...x.world
      .members(proposalFold, tag(x))
      .map((entity) => ({ entity, mapping: x.call.data.stages?.proposal, spec: ProposalEditionChanged })),
  ].filter(({ entity }) => !x.workflowOf(entity).ended(entity.stages))

const changing = changingRules<Allocation, Given>((x) => [{ entity: x.self, mapping: x.call.data.stages?.allocation }, ...following(x)])

/** A running allocation and what goes with it, moved to another edition in one decision. */
export const changeAllocationEdition = decider<Allocation, typeof commands.ChangeAllocationEdition.records>(
  commands.ChangeAllocationEdition,
  {
    pins: ({ call }) => call.data.edition,
    reads: [
      (x) => [membersOf(trancheFold, tag(x)), membersOf(proposalFold, tag(x))],
      (x) => [
        ...x.world.idsOf(trancheFold, tag(x)).map((id) => one(trancheFold, id)),
        ...x.world.idsOf(proposalFold, tag(x)).map((id) => one(proposalFold, id)),
      ],
    ],
    rules: [changing.stillOpen, changing.otherEdition, changing.sameProgramme, changing.stagesKnown, changing.nothingEarned],
    placed: ({ self, call }) => placedIn(self, call.data.stages?.allocation),
    also: (x) =>
      following(x).map(({ entity, mapping, spec }) => ({
        spec,
        subject: entity,
        edition: x.call.data.edition,
        data: { edition: { ...x.call.data.edition } },
        placed: placedIn(entity, mapping),
      })),
  },
)
