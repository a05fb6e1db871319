import { command } from '../kernel/decider.ts'
import * as facts from './events.ts'

const area = '0b7f7d5e-3b1a-8c9d-9e4f-1a2b3c4d5e6f'
const proposal = '0190a5f0-0000-7000-8000-000000000051'
const allocation = '0190a5f0-0000-7000-8000-000000000041'

export const StartCycle = command('cycle.Start', facts.CycleStarted, {
  opens: true,
  example: { area, year: '2018', edition: { id: 'KOTAKU-2018', revision: 1 } },
})
export const RecordCycleStep = command('cycle.RecordStep', facts.CycleStepRecorded, {
  example: { step: '1.3', outcome: 'accepted', attendance: { present: 86, women: 39, poor: 41, byRole: { LURAH: 1 } } },
})
export const DraftPlan = command('cycle.DraftPlan', facts.PlanDrafted, { example: { plan: 'RPLP' } })
export const ReviewPlan = command('cycle.ReviewPlan', facts.PlanReviewed, { example: { plan: 'RPLP' } })
export const RatifyPlan = command('cycle.RatifyPlan', facts.PlanRatified, { example: { plan: 'RPLP' } })
export const DecidePriorities = command('cycle.DecidePriorities', facts.PrioritiesDecided, {
  example: { number: 'BAPPUK-001', allocation, decisions: [{ proposal, rank: 1, outcome: 'approved', amount: '220000000' }] },
})
export const ForceStage = command('cycle.ForceStage', facts.StageForced, { example: { to: '2.1' } })
export const ReopenStage = command('cycle.ReopenStage', facts.StageReopened, { example: { to: '2.3' } })
export const HoldMeeting = command('cycle.HoldMeeting', facts.MeetingHeld, {
  example: { meeting: 'pelatihan-ksm', attendance: { present: 24, women: 11, poor: 15, byRole: { FASKEL: 1, KSM: 23 } } },
})
export const AttachEvidence = command('cycle.AttachEvidence', facts.EvidenceAttached, { example: {} })
export const NoteStuckReason = command('cycle.NoteStuckReason', facts.StuckReasonNoted, {
  example: { reason: 'SDM', notes: 'Faskel berganti' },
})
export const ChangeCycleEdition = command('cycle.ChangeEdition', facts.CycleEditionChanged, {
  example: { edition: { id: 'KOTAKU-2018', revision: 2 } },
})
export const CloseCycle = command('cycle.Close', facts.CycleClosed, { example: {} })
