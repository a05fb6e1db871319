import { z } from 'zod'
import { Attendance, Code, EditionPin, event, Measures, Note, PaperNumber, ref } from '../kernel/define.ts'
import { editionChanged } from '../edition/changing.ts'
import { PositiveRupiah } from '../kernel/rupiah.ts'
import { StuckReason } from '../kernel/taxonomy.ts'
import { StagePath } from '../kernel/workflow.ts'

/** Fiscal year as four digits. */
export const FiscalYear = z
  .string()
  .regex(/^(19|20)[0-9]{2}$/, { error: 'a year of four digits, e.g. 2018' })
  .meta({ id: 'FiscalYear', examples: ['2018'] })

export const CycleStarted = event('cycle.Started', {
  means: 'One run of the programme cycle starts in a kelurahan, or for one group in it',
  identity: ['effectiveOn'],
  data: {
    area: ref('area'),
    year: FiscalYear,
    edition: EditionPin,
    /** The group whose cycle it is, where the programme goes by groups and not by kelurahan (KUBE). */
    group: ref('institution').optional(),
    /** A later year: it begins with the review of what was done, not with the socialisation (DOMAIN §1.2). */
    review: z.literal(true).optional(),
  },
  computed: { outcome: z.literal('review').optional() },
})

/** A step of the cycle by its number in the guide (`1.3`), with attendance where it was a meeting. Source: DOMAIN §1.1. */
export const CycleStepRecorded = event('cycle.StepRecorded', {
  means: 'A step of the cycle is done, with its outcome',
  identity: ['step', 'actorRole', 'round'],
  data: {
    step: z.string().regex(/^[A-Za-z0-9.-]{1,20}$/, { error: 'a step: letters, digits, points and hyphens' }),
    outcome: z.string().regex(/^[a-z][a-z-]{1,30}$/, { error: 'an outcome: small letters and hyphens' }),
    round: z.int().min(1).optional(),
    attendance: Attendance.optional(),
    measures: Measures.optional(),
    notes: Note.optional(),
  },
})

/** A meeting beside the steps: the continuous part of the cycle (DOMAIN §1.1, last row). */
export const MeetingHeld = event('cycle.MeetingHeld', {
  means: 'A meeting is held beside the steps of the cycle',
  observation: true,
  identity: ['meeting', 'effectiveOn'],
  data: { meeting: Code, attendance: Attendance, measures: Measures.optional(), notes: Note.optional() },
})

/** Papers that come after the step that they belong to; they stand in the envelope, by type, number, date and SHA-256. */
export const EvidenceAttached = event('cycle.EvidenceAttached', {
  means: 'Papers are added to the run of the cycle',
  observation: true,
  identity: ['evidence'],
  data: { notes: Note.optional() },
})

const plan = { plan: z.string().min(1).max(40), notes: Note.optional() }

export const PlanDrafted = event('cycle.PlanDrafted', {
  means: 'The community plan is drafted',
  identity: ['plan', 'effectiveOn'],
  data: plan,
})
export const PlanReviewed = event('cycle.PlanReviewed', {
  means: 'The city reviews the plan against its own',
  identity: ['plan', 'effectiveOn'],
  data: plan,
})
export const PlanRatified = event('cycle.PlanRatified', {
  means: 'The community ratifies the plan',
  identity: ['plan', 'effectiveOn'],
  data: plan,
})

/** BAPPUK: one paper, the V5 outcome of every proposal it names (DOMAIN §3.2, repair R25). */
export const PrioritiesDecided = event('cycle.PrioritiesDecided', {
  means: 'The meeting of the board ranks the proposals and approves, defers or rejects each',
  identity: ['number'],
  data: {
    number: PaperNumber,
    allocation: ref('allocation'),
    decisions: z
      .array(
        z.strictObject({
          proposal: ref('proposal'),
          rank: z.int().min(1).max(500),
          outcome: z.enum(['approved', 'approved-with-notes', 'deferred', 'rejected']),
          amount: PositiveRupiah.optional(),
          notes: Note.optional(),
        }),
      )
      .min(1)
      .max(200),
  },
})

/** Entered by force: always with reason and evidence, always flagged (G-14; DOMAIN §1.3). */
export const StageForced = event('cycle.StageForced', {
  means: 'A stage is entered by force, over open criteria',
  identity: ['to', 'effectiveOn'],
  data: { to: StagePath },
})

/** Done again: the stage, and all after it, are open once more (DOMAIN appendix A). */
export const StageReopened = event('cycle.StageReopened', {
  means: 'A stage that was left is opened again',
  identity: ['to', 'effectiveOn'],
  data: { to: StagePath },
})

/** Why things stand still, as managers, facilitators or a meeting see it: one code a fact, to be counted. Source: DOMAIN §7, K7. */
export const StuckReasonNoted = event('cycle.StuckReasonNoted', {
  means: 'A reason why the run of the cycle, or something in it, stands still is noted',
  observation: true,
  identity: ['reason', 'effectiveOn'],
  data: { reason: StuckReason, stage: StagePath.optional(), notes: Note.optional() },
})

export const CycleEditionChanged = editionChanged('cycle')

export const CycleClosed = event('cycle.Closed', {
  means: 'The run of the cycle ends',
  identity: ['effectiveOn'],
  data: { notes: Note.optional() },
})
