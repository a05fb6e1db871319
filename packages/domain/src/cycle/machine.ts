import { foldOf, on } from '../kernel/entity.ts'
import type { KeyState } from '../kernel/decider.ts'
import * as facts from './events.ts'

/** What is known of a run of the cycle. */
export interface Cycle {
  readonly area: string
  readonly year: string
  /** The group that goes through it, where it is not the kelurahan. */
  readonly group: string | undefined
  readonly forced: readonly { readonly to: string; readonly position: number }[]
}

export const cycleFold = foldOf<Cycle>('cycle', {
  initial: { area: '', year: '', group: undefined, forced: [] },
  pins: [facts.CycleStarted.type],
  types: [
    facts.CycleStepRecorded.type,
    facts.PlanDrafted.type,
    facts.PlanReviewed.type,
    facts.PlanRatified.type,
    facts.PrioritiesDecided.type,
    facts.MeetingHeld.type,
    facts.EvidenceAttached.type,
    facts.StuckReasonNoted.type,
    facts.StageReopened.type,
    facts.CycleEditionChanged.type,
    facts.CycleClosed.type,
    'institution.Formed',
    'institution.BusinessAidReceived',
    'proposal.Submitted',
    'allocation.AgreementSigned',
    'area.ReadinessEntered',
    'area.DevelopmentEntered',
    'area.StageForced',
  ],
  effects: [
    on(facts.CycleStarted, (cycle, { area, year, group }) => ({ ...cycle, area, year, group })),
    on(facts.StageForced, (cycle, { to }, { position }) => ({ ...cycle, forced: [...cycle.forced, { to, position }] })),
  ],
})

/** One run of a programme's cycle per area and year, whatever its edition; one for each group, where the programme goes by groups. */
export const cycleKey = (of: { area: string; year: string; group?: string | undefined }, programme: string): string =>
  [of.area, programme, of.year, ...(of.group === undefined ? [] : [of.group])].join('/')

export const cycleKeyFold = foldOf<KeyState>('cycle-key', {
  initial: { holder: undefined },
  effects: [on(facts.CycleStarted, (_, _given, { fact }) => ({ holder: fact.subject.id }))],
})
