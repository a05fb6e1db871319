import { z } from 'zod'
import { EditionPin, event, Note, PaperNumber, PlainDate, ref } from '../kernel/define.ts'
import { PositiveRupiah } from '../kernel/rupiah.ts'
import { Source } from '../kernel/taxonomy.ts'
import { inKind } from '../kernel/valuing.ts'

const DeliverableCode = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,30}$/, { error: 'a code: letters, digits, points and hyphens, 31 at most' })

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
    /** Where the funder has it from: the same company may give CSR here and zakat there. */
    source: Source.optional(),
    /** What becomes of money that is left in the end. Absent in agreements that say nothing: then it goes back. */
    leftover: z.enum(['return-to-funder', 'keep-for-community']).optional(),
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

/** Money of the agreement goes to a group as an instalment of a grant does; it is spent under the proposal. Source: DOMAIN §9. */
export const AgreementPaidOut = event('partnership.PaidOut', {
  means: 'The implementer transfers money of the agreement to the group of a proposal',
  identity: ['bankReference'],
  data: { bankReference: PaperNumber, amount: PositiveRupiah, proposal: ref('proposal'), ksm: ref('institution') },
})

export const PayoutReturned = event('partnership.PayoutReturned', {
  means: 'What a group has not spent is back on the account of the implementer',
  observation: true,
  identity: ['bankReference'],
  data: { bankReference: PaperNumber, amount: PositiveRupiah, proposal: ref('proposal') },
  computed: {
    /** The group of the proposal: it is on its account that the money is less. */
    ksm: ref('institution'),
  },
})

export const AgreementSpent = event('partnership.Spent', {
  means: 'The implementer itself spends money of the agreement: training, assistance',
  observation: true,
  identity: ['number'],
  data: { number: PaperNumber, amount: PositiveRupiah, purpose: Note.optional() },
})

/** What is given as goods or work is no money: it is counted beside it, by kind. Source: DOMAIN §9. */
export const ContributionGiven = event('partnership.ContributionGiven', {
  means: 'The funder gives goods or work, valued by somebody',
  observation: true,
  identity: ['number'],
  data: { number: PaperNumber, amount: PositiveRupiah, kind: z.enum(['in-kind', 'labour']), ...inKind },
})

const leftover = { number: PaperNumber, amount: PositiveRupiah }
export const AgreementLeftoverReturned = event('partnership.LeftoverReturned', {
  means: 'Money of the agreement that is left goes back to the funder',
  identity: ['number'],
  data: leftover,
})
export const AgreementLeftoverKept = event('partnership.LeftoverKept', {
  means: 'Money of the agreement that is left stays with the community',
  identity: ['number'],
  data: leftover,
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
