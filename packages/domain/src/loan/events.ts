import { z } from 'zod'
import { event, Note, PaperNumber, PlainDate, ref } from '../kernel/define.ts'
import { PositiveRupiah, Rupiah } from '../kernel/rupiah.ts'

const Months = z.int().min(1).max(120)
const Borrowers = z
  .array(z.strictObject({ member: ref('person'), amount: PositiveRupiah }))
  .min(1)
  .max(100)
  .refine((list) => new Set(list.map(({ member }) => member)).size === list.length, { error: 'each member once' })

/** The group borrows, never one person; each member answers for all (tanggung renteng). Source: DOMAIN §5.1, §5.3. */
export const LoanApplied = event('loan.Applied', {
  means: 'A group asks a pool for a loan to its members',
  identity: ['number'],
  data: {
    pool: ref('loanPool'),
    ksm: ref('institution'),
    number: PaperNumber,
    months: Months,
    borrowers: Borrowers,
    purpose: Note.optional(),
  },
  computed: { amount: PositiveRupiah },
})
export const LoanResubmitted = event('loan.Resubmitted', {
  means: 'The group hands the corrected application in again',
  identity: ['number'],
  data: { number: PaperNumber, months: Months, borrowers: Borrowers, purpose: Note.optional() },
  computed: { amount: PositiveRupiah },
})

/** What a borrower is found to lack, by code alone (CONTRACTS A8). Source: DOMAIN §5.1, member criteria. */
export const BorrowerCriterion = z
  .enum(['listed-poor', 'business', 'willing', 'family-consents', 'lawful'])
  .meta({ id: 'BorrowerCriterion', description: 'A criterion of the members of a borrowing group, DOMAIN §5.1' })

export const LoanAppraised = event('loan.Appraised', {
  means: 'The finance unit looks at group, members and business: feasible, to be corrected, or not',
  identity: ['effectiveOn', 'outcome'],
  data: {
    outcome: z.enum(['feasible', 'returned', 'rejected']),
    failed: z
      .array(z.strictObject({ member: ref('person'), criteria: z.array(BorrowerCriterion).min(1).max(5) }))
      .max(100)
      .optional(),
    notes: Note.optional(),
  },
})
export const LoanDecided = event('loan.Decided', {
  means: 'The committee of board and finance unit approves or rejects the loan',
  identity: ['number'],
  data: { number: PaperNumber, outcome: z.enum(['approved', 'rejected']), amount: PositiveRupiah.optional(), notes: Note.optional() },
})
export const LoanAgreementSigned = event('loan.AgreementSigned', {
  means: 'Group and finance unit sign the loan; all members answer for it',
  identity: ['number'],
  data: { number: PaperNumber, amount: PositiveRupiah, firstDue: PlainDate },
})

const Schedule = z
  .array(z.strictObject({ number: z.int().min(0).max(120), due: PlainDate, principal: Rupiah, jasa: Rupiah }))
  .min(1)
  .max(121)

/** The schedule is stored: no later edition changes what a group has signed. */
export const LoanDisbursed = event('loan.Disbursed', {
  means: 'The finance unit pays the loan out to the group',
  identity: ['number'],
  data: { number: PaperNumber, amount: PositiveRupiah },
  computed: { schedule: Schedule },
})

const payment = { number: PaperNumber, amount: PositiveRupiah }
const taken = {
  /** What of it goes to which instalment of the schedule in force on its day, as told when it was entered, by the waterfall (G-09). */
  shares: z.array(z.strictObject({ instalment: z.int().min(0), principal: Rupiah, jasa: Rupiah })).min(1),
  principal: Rupiah,
  jasa: Rupiah,
  /** Principal still owed, and what of it is overdue. */
  balance: Rupiah,
  overdue: Rupiah,
  outcome: z.enum(['catching-up', 'settling']).optional(),
}
export const InstalmentReceived = event('loan.InstalmentReceived', {
  means: 'The finance unit receives a payment on the loan',
  identity: ['number'],
  data: payment,
  computed: taken,
})
export const InstalmentMissed = event('loan.InstalmentMissed', {
  means: 'An instalment is due and not wholly paid',
  identity: ['instalment', 'effectiveOn'],
  data: { instalment: z.int().min(0).max(120) },
  computed: { due: PlainDate, unpaid: Rupiah },
})
export const JointLiabilityInvoked = event('loan.JointLiabilityInvoked', {
  means: 'The other members pay for those who do not (tanggung renteng)',
  identity: ['number'],
  data: payment,
  computed: taken,
})

export const LoanRescheduled = event('loan.Rescheduled', {
  means: 'The committee spreads what is owed over new instalments',
  identity: ['number'],
  data: { number: PaperNumber, months: Months, firstDue: PlainDate, notes: Note.optional() },
  computed: {
    /** Principal owed on the day, which the new schedule spreads. */
    principal: Rupiah,
    /** Jasa that was due and unpaid, and what became of it. */
    unpaidJasa: Rupiah,
    treatment: z.enum(['keep-due', 'capitalise', 'waive']),
    /** Whole months in arrears on the day: the loan counts so until enough new instalments are paid. */
    monthsInArrears: z.int().min(0),
    schedule: Schedule,
  },
})
export const LoanWrittenOff = event('loan.WrittenOff', {
  means: 'The committee gives up what is still owed',
  identity: ['number'],
  data: { number: PaperNumber, why: Note },
  computed: { amount: Rupiah, jasa: Rupiah },
})
