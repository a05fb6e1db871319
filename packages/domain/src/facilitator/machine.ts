import type { KeyState } from '../kernel/decider.ts'
import { foldOf, on } from '../kernel/entity.ts'
import { covers, dayBefore, type Period } from '../kernel/period.ts'
import { Workflow } from '../kernel/workflow.ts'
import * as facts from './events.ts'

/** An assignment to one area. */
export interface Assignment extends Period {
  readonly area: string
  readonly team: string
  readonly specialty: string
}

/** What is known of a facilitator. */
export interface Facilitator {
  readonly person: string | undefined
  readonly assignments: readonly Assignment[]
}

/** Ends what is held of an area on its last day. */
const ended = (assignments: readonly Assignment[], area: string, last: string): Assignment[] =>
  assignments.map((each) => (each.area === area && covers(each, last) ? { ...each, to: last } : each))

/** The assignment to an area on a day. */
export const assignedOn = ({ assignments }: Facilitator, area: string, day: string): Assignment | undefined =>
  assignments.find((each) => each.area === area && covers(each, day))

export const facilitatorFold = foldOf<Facilitator>('facilitator', {
  initial: { person: undefined, assignments: [] },
  pins: [facts.FacilitatorRegistered.type],
  types: [facts.VisitLogged.type, facts.TrainingCompleted.type],
  effects: [
    on(facts.FacilitatorRegistered, (state, { person }) => ({ ...state, person })),
    on(facts.FacilitatorAssigned, (state, { area, team, specialty, from, to }) => ({
      ...state,
      assignments: [...state.assignments, { area, team, specialty, from, to }],
    })),
    on(facts.FacilitatorReassigned, (state, { leaves, area, from }) => {
      const last = dayBefore(from)
      const before = assignedOn(state, leaves, last)
      if (before === undefined) return state
      return { ...state, assignments: [...ended(state.assignments, leaves, last), { ...before, area, from }] }
    }),
    on(facts.FacilitatorUnassigned, (state, { area, last }) => ({ ...state, assignments: ended(state.assignments, area, last) })),
  ],
})

/** A person is one facilitator, whatever the team: competency stays with the person. */
export const facilitatorKeyFold = foldOf<KeyState>('facilitator-key', {
  initial: { holder: undefined },
  effects: [on(facts.FacilitatorRegistered, (_, _given, { fact }) => ({ holder: fact.subject.id }))],
})

const managing = { any: ['PMU', 'KMP', 'KMW', 'KORKOT'] }

/** Source: DOMAIN §6.1, appendix A; K2, K15. */
export const facilitatorWorkflow = Workflow.parse({
  facts: {
    'facilitator.Registered': { by: managing },
    'facilitator.Assigned': { by: managing },
    'facilitator.Reassigned': { by: managing },
    'facilitator.Unassigned': { by: managing },
    'facilitator.VisitLogged': { by: { any: ['FASKEL'] } },
    'facilitator.TrainingCompleted': { by: managing },
  },
})
