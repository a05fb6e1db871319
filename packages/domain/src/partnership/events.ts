import { z } from 'zod'
import { EditionPin, event, Note, PaperNumber, PlainDate, ref } from '../kernel/define.ts'
import { PositiveRupiah } from '../kernel/rupiah.ts'

const DeliverableCode = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,30}$/)

export const PartnershipIdentified = event('partnership.Identified', {
  means: 'A possible partner for work with a community is found',
  identity: ['title'],
  data: { title: z.string().trim().min(2).max(200), area: ref('area').optional(), edition: EditionPin.optional(), notes: Note.optional() },
})

export const NegotiationHeld = event('partnership.NegotiationHeld', {
  means: 'The parties negotiate',
  identity: ['effectiveOn'],
  data: { notes: Note.optional() },
})

/** Roles are attributes of the agreement, not of the institution: who funds here may implement elsewhere. Source: DOMAIN §9. */
export const PartnershipSigned = event('partnership.Signed', {
  means: 'Policy maker, funder and implementer sign the agreement',
  identity: ['number'],
  data: {
    number: PaperNumber,
    policyMaker: ref('institution'),
    funder: ref('institution'),
    implementer: ref('institution'),
    amount: PositiveRupiah,
    scope: Note,
    from: PlainDate,
    to: PlainDate,
    deliverables: z
      .array(z.strictObject({ code: DeliverableCode, what: Note }))
      .min(1)
      .max(100)
      .refine((list) => new Set(list.map(({ code }) => code)).size === list.length, { error: 'each code once' }),
  },
})

export const FundingReceived = event('partnership.FundingReceived', {
  means: 'Money of the funder is on the account of the implementer',
  observation: true,
  identity: ['bankReference'],
  data: { bankReference: PaperNumber, amount: PositiveRupiah },
})

export const DeliverableReported = event('partnership.DeliverableReported', {
  means: 'The implementer has delivered something of the agreement',
  observation: true,
  identity: ['deliverable', 'effectiveOn'],
  data: { deliverable: DeliverableCode, notes: Note.optional() },
})

export const ReportSubmitted = event('partnership.ReportSubmitted', {
  means: 'The implementer reports to the funder',
  identity: ['number'],
  data: { number: PaperNumber, notes: Note.optional() },
})

export const ReportAccepted = event('partnership.ReportAccepted', {
  means: 'The funder accepts the report',
  identity: ['number'],
  data: { number: PaperNumber, notes: Note.optional() },
})

export const ReportReturned = event('partnership.ReportReturned', {
  means: 'The funder returns the report',
  identity: ['number'],
  data: { number: PaperNumber, why: Note },
})

export const PartnershipExtended = event('partnership.Extended', {
  means: 'The parties extend the agreement to a later day',
  identity: ['number'],
  data: { number: PaperNumber, to: PlainDate },
})

export const PartnershipCompleted = event('partnership.Completed', {
  means: 'The agreement is fulfilled',
  identity: ['number'],
  data: { number: PaperNumber },
})

export const PartnershipTerminated = event('partnership.Terminated', {
  means: 'The partnership ends before its end',
  identity: ['effectiveOn'],
  data: { why: Note },
})
