import { z } from 'zod'
import { Code, event, Note, PaperNumber, Percent, ref } from '../kernel/define.ts'
import { editionFollowed } from '../edition/changing.ts'
import { PositiveRupiah } from '../kernel/rupiah.ts'
import { StuckReason, Tridaya } from '../kernel/taxonomy.ts'
import { FundingLines, LineName } from './events-money.ts'

export * from './events-money.ts'

/** A line of the cost estimate (RAB). */
const CostLine = z
  .strictObject({
    line: LineName,
    item: z.string().trim().min(1).max(200),
    volume: z
      .string()
      .regex(/^[0-9]{1,9}(\.[0-9]{1,3})?$/, { error: 'a number in quotes: digits, at most 9 before the point and 3 after it, e.g. 120.5' })
      .optional(),
    unit: z.string().min(1).max(30).optional(),
    amount: PositiveRupiah,
    fundedBy: z.enum(['grant', 'swadaya', 'APBD', 'CSR', 'other']),
    /** What the line is for, as a code of the board's own: `fogging`, `social-grant`. */
    activity: Code.optional(),
  })
  .meta({ id: 'CostLine' })

export const ProposalDrafted = event('proposal.Drafted', {
  means: 'A group drafts a proposal under an allocation',
  identity: ['number'],
  data: {
    allocation: ref('allocation'),
    ksm: ref('institution'),
    number: PaperNumber,
    title: z.string().trim().min(3).max(200),
    field: Tridaya,
    infrastructure: z.boolean(),
    location: z.string().trim().min(1).max(120),
    volume: z
      .strictObject({
        quantity: z.string().regex(/^[0-9]{1,9}(\.[0-9]{1,3})?$/, {
          error: 'a number in quotes: digits, at most 9 before the point and 3 after it, e.g. 120.5',
        }),
        unit: z.string().min(1).max(30),
      })
      .optional(),
    grant: PositiveRupiah,
  },
})

const submission = {
  number: PaperNumber,
  grant: PositiveRupiah,
  /** Line of the ratified plan that it carries out; auditors compare both (DOMAIN §3.1). */
  planLine: z.string().trim().min(1).max(80).optional(),
  lines: z.array(CostLine).min(1).max(500),
  /** Where the money for all of the estimate comes from. Absent where the grant alone is told. */
  funding: FundingLines.optional(),
  beneficiaries: z
    .strictObject({ households: z.int().min(0), persons: z.int().min(0), poor: z.int().min(0), women: z.int().min(0) })
    .optional(),
}

export const ProposalSubmitted = event('proposal.Submitted', {
  means: 'The group hands the proposal in',
  identity: ['number'],
  data: submission,
})
export const ProposalResubmitted = event('proposal.Resubmitted', {
  means: 'The group hands the corrected proposal in again',
  identity: ['number', 'effectiveOn'],
  data: submission,
})

/** A step of the chain V1 to V6, of readiness (VF-17), of the LPJ (VF-21) or of completion (VF-23). Source: DOMAIN §3.3, §4. */
export const ProposalStepRecorded = event('proposal.StepRecorded', {
  means: 'A desk of the chain decides on the proposal',
  identity: ['step', 'actorRole', 'round'],
  data: {
    step: z.string().regex(/^(V[1-7]|VF-[0-9]{2})$/, { error: 'a step of verification: V1 to V7, or VF- and two digits' }),
    outcome: z.string().regex(/^[a-z][a-z-]{1,30}$/, { error: 'an outcome: small letters and hyphens' }),
    round: z.int().min(1).optional(),
    /** Approved amount, where the meeting decides proposal by proposal (V5). */
    amount: PositiveRupiah.optional(),
    reasons: z.array(StuckReason).max(11).optional(),
    notes: Note.optional(),
  },
})

/** A change after the priorities needs the minutes of the group and of the board (G-05). Source: DOMAIN §3.2, R:D10. */
export const ProposalAmended = event('proposal.Amended', {
  means: 'Volume, place, purpose or sources of the works change after the priorities were decided',
  identity: ['effectiveOn', 'evidence'],
  data: {
    changes: z
      .array(z.enum(['volume', 'place', 'purpose', 'funding']))
      .min(1)
      .max(4),
    location: z.string().trim().min(1).max(120).optional(),
    /** The line of the estimate that may now serve another purpose as well, and which. */
    purpose: z.strictObject({ line: LineName, activity: Code }).optional(),
    /** The sources as they are from now on, all of them. */
    funding: FundingLines.optional(),
    notes: Note,
  },
})

export const ContractSigned = event('proposal.ContractSigned', {
  means: 'Board and group sign the contract with its schedule of instalments (SPPD-L, V7)',
  identity: ['number'],
  data: { number: PaperNumber, amount: PositiveRupiah, instalments: z.array(PositiveRupiah).min(1).max(60) },
})

const progress = { percent: Percent, notes: Note.optional() }
export const ProgressReported = event('proposal.ProgressReported', {
  means: 'The group reports physical progress',
  observation: true,
  identity: ['effectiveOn', 'evidence'],
  data: progress,
})
export const ProgressVerified = event('proposal.ProgressVerified', {
  means: 'The technical facilitator measures physical progress (VF-19)',
  observation: true,
  identity: ['effectiveOn', 'evidence'],
  data: progress,
})
export const WorkStopped = event('proposal.WorkStopped', {
  means: 'Work stands still, for a reason',
  observation: true,
  identity: ['effectiveOn', 'evidence'],
  data: { reasons: z.array(StuckReason).min(1).max(11), notes: Note.optional() },
})
export const WorkResumed = event('proposal.WorkResumed', {
  means: 'Work goes on',
  observation: true,
  identity: ['effectiveOn', 'evidence'],
  data: { notes: Note.optional() },
})
export const WorkCompleted = event('proposal.WorkCompleted', {
  means: 'The group states that the work is finished',
  identity: ['effectiveOn'],
  data: { notes: Note.optional() },
})

export const KsmInterimAccountSubmitted = event('proposal.KsmInterimAccountSubmitted', {
  means: 'The group accounts for the money of a tranche so far; the works go on',
  identity: ['tranche', 'effectiveOn', 'evidence'],
  data: { tranche: ref('tranche'), notes: Note.optional() },
})
export const ProposalLpjSubmitted = event('proposal.LpjSubmitted', {
  means: 'The group accounts for all its money',
  identity: ['number'],
  data: { number: PaperNumber, amount: PositiveRupiah },
})
export const LeftoverReturnedToBkm = event('proposal.LeftoverReturnedToBkm', {
  means: 'The group pays back to the board what it has not spent',
  identity: ['bankReference'],
  data: { bankReference: PaperNumber, amount: PositiveRupiah, tranche: ref('tranche') },
})

const optionalNotes = { notes: Note.optional() }
/** The group's own plan of operation and maintenance, where the cycle has no step for it (G-07). */
export const MaintenancePlanAgreed = event('proposal.MaintenancePlanAgreed', {
  means: 'Board and group agree how the works are run and kept up',
  identity: ['effectiveOn'],
  data: { notes: Note.optional() },
})

export const HandedOver = event('proposal.HandedOver', {
  means: 'The works are handed over (BAST, VF-24)',
  identity: ['effectiveOn'],
  data: optionalNotes,
})
export const FinallyHandedOver = event('proposal.FinallyHandedOver', {
  means: 'The maintenance period ends (FHO)',
  identity: ['effectiveOn'],
  data: optionalNotes,
})
export const ProposalClosed = event('proposal.Closed', { means: 'The proposal is closed', identity: ['effectiveOn'], data: optionalNotes })

const why = { why: Note }
export const ProposalWithdrawn = event('proposal.Withdrawn', {
  means: 'The group takes the proposal back',
  identity: ['effectiveOn'],
  data: why,
})
export const ProposalReactivated = event('proposal.Reactivated', {
  means: 'A deferred proposal is taken up again',
  identity: ['effectiveOn'],
  data: why,
})
export const ProposalTerminated = event('proposal.Terminated', { means: 'The works are given up', identity: ['effectiveOn'], data: why })
export const ProposalSuspended = event('proposal.Suspended', {
  means: 'An authority suspends the works',
  identity: ['effectiveOn', 'evidence'],
  data: why,
})
export const ProposalResumed = event('proposal.Resumed', {
  means: 'The suspension is lifted',
  identity: ['effectiveOn', 'evidence'],
  data: why,
})

/** Recorded with that of its allocation. */
export const ProposalEditionChanged = editionFollowed('proposal')
