import { z } from 'zod'
import { event, Note, PaperNumber, PlainDate, ref } from '../kernel/define.ts'
import { PositiveRupiah } from '../kernel/rupiah.ts'
import { FiscalYear } from '../cycle/events.ts'

/** The five parts are the form in which auditors write findings. Source: DOMAIN §8.2 item 7, R:D9, R:D11. */
export const FindingRecorded = event('finding.Recorded', {
  means: 'An auditor gives notice of a finding: condition, criteria, cause, effect, recommendation',
  observation: true,
  identity: ['number', 'item'],
  data: {
    /** Number of the notice (notisi), and of the finding in it. */
    number: PaperNumber,
    item: z.int().min(1).max(500).optional(),
    area: ref('area').optional(),
    allocation: ref('allocation').optional(),
    tranche: ref('tranche').optional(),
    proposal: ref('proposal').optional(),
    /** Whom it is about, and who answers it. */
    institution: ref('institution').optional(),
    kondisi: Note,
    kriteria: Note,
    sebab: Note,
    akibat: Note,
    rekomendasi: Note,
    amount: PositiveRupiah.optional(),
    /** Until it is closed no further tranche of the allocation is requested. */
    blocking: z.literal(true).optional(),
  },
})

export const ResponseGiven = event('finding.ResponseGiven', {
  means: 'Who is audited answers the finding',
  identity: ['number'],
  data: { number: PaperNumber, response: Note },
})

export const FollowUpAgreed = event('finding.FollowUpAgreed', {
  means: 'Auditor and audited agree what is done until when (BAKTL)',
  identity: ['number'],
  data: { number: PaperNumber, action: Note, due: PlainDate },
})

export const FollowUpVerified = event('finding.FollowUpVerified', {
  means: 'The auditor verifies the follow-up: done, partly, not done',
  identity: ['effectiveOn', 'evidence'],
  data: { outcome: z.enum(['done', 'partly', 'not-done']), notes: Note.optional() },
})

export const FindingClosed = event('finding.Closed', {
  means: 'The auditor closes the finding',
  identity: ['effectiveOn'],
  data: { notes: Note.optional() },
})

export const FindingReopened = event('finding.Reopened', {
  means: 'A closed finding is taken up again',
  identity: ['effectiveOn'],
  data: { why: Note },
})

/** The opinion on the books of an institution in a year. Source: DOMAIN §8.1. */
export const OpinionIssued = event('finding.OpinionIssued', {
  means: 'An independent auditor gives an opinion on the books of an institution',
  observation: true,
  identity: ['number'],
  data: {
    number: PaperNumber,
    institution: ref('institution'),
    fiscalYear: FiscalYear.optional(),
    opinion: z.enum(['unqualified', 'qualified', 'adverse', 'disclaimer']),
    notes: Note.optional(),
  },
})
