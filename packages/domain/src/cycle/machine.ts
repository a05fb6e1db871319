import { foldOf, on } from '../kernel/entity.ts'
import type { KeyState } from '../kernel/decider.ts'
import * as facts from './events.ts'

/** What is known of a run of the cycle. */
export interface Cycle {
  readonly area: string
  readonly year: string
  readonly forced: readonly { readonly to: string; readonly position: number }[]
}

/** Marks that rules refer to; editions name the stages that carry them. */
export const cycleMarks = ['plan-ratified', 'maintenance-planned'] as const

export const cycleFold = foldOf<Cycle>('cycle', {
  initial: { area: '', year: '', forced: [] },
  pins: [facts.CycleStarted.type],
  types: [
    facts.CycleStepRecorded.type,
    facts.PlanDrafted.type,
    facts.PlanReviewed.type,
    facts.PlanRatified.type,
    facts.PrioritiesDecided.type,
    facts.CycleClosed.type,
    'institution.Formed',
  ],
  effects: [
    on(facts.CycleStarted, (cycle, { area, year }) => ({ ...cycle, area, year })),
    on(facts.StageForced, (cycle, { to }, { position }) => ({ ...cycle, forced: [...cycle.forced, { to, position }] })),
  ],
})

/** One run of an edition's cycle per area and year. */
export const cycleKeyFold = foldOf<KeyState>('cycle-key', {
  initial: { holder: undefined },
  effects: [on(facts.CycleStarted, (_, _given, { fact }) => ({ holder: fact.subject.id }))],
})
