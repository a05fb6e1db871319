import { z } from 'zod'
import { event, Note, PaperNumber, ref } from '../kernel/define.ts'
import { editionFollowed } from '../edition/changing.ts'
import { PositiveRupiah, Rupiah } from '../kernel/rupiah.ts'
import { StuckReason } from '../kernel/taxonomy.ts'
import { deposited, withheld } from '../kernel/taxes.ts'

export const TranchePlanned = event('tranche.Planned', {
  means: 'A tranche is planned with its allocation',
  identity: ['ordinal'],
  data: { allocation: ref('allocation'), ordinal: z.int().min(1), of: z.int().min(1), percent: z.int().min(0).max(100), amount: Rupiah },
})

export const TrancheReplanned = event('tranche.Replanned', {
  means: 'The amount of an unpaid tranche changes with its allocation',
  identity: ['amount', 'effectiveOn'],
  data: { amount: Rupiah, previous: Rupiah },
})

const paper = { number: PaperNumber, amount: PositiveRupiah }

export const TrancheRequested = event('tranche.Requested', { means: 'The board asks for the tranche', identity: ['number'], data: paper })
export const TrancheResubmitted = event('tranche.Resubmitted', {
  means: 'The board hands the corrected file in again, to the desk that returned it',
  identity: ['number'],
  data: paper,
})

/** Part A of the verification sheet: does each paper exist, is it filled in correctly. Source: DOMAIN §2.4, R:D2. */
export const DocumentChecked = event('tranche.DocumentChecked', {
  means: 'The papers of the file are checked one by one',
  identity: ['effectiveOn', 'evidence'],
  data: {
    papers: z
      .array(
        z.strictObject({
          docType: z.string().regex(/^[a-z0-9-]{2,60}$/, { error: 'a kind of paper: small letters, digits and hyphens' }),
          exists: z.boolean(),
          correct: z.boolean(),
          notes: Note.optional(),
        }),
      )
      .min(1)
      .max(50),
  },
})

/** A step of the verification chain (VF-10, VF-11, VF-12) or of the LPJ (VF-22). Source: DOMAIN §4. */
export const TrancheStepRecorded = event('tranche.StepRecorded', {
  means: 'A desk of the chain recommends, returns or rejects',
  identity: ['step', 'actorRole', 'round'],
  data: {
    step: z.string().regex(/^VF-[0-9]{2}$/, { error: 'a step of verification: VF- and two digits' }),
    outcome: z.string().regex(/^[a-z][a-z-]{1,30}$/, { error: 'an outcome: small letters and hyphens' }),
    round: z.int().min(1).optional(),
    reasons: z.array(StuckReason).max(11).optional(),
    notes: Note.optional(),
  },
})

export const SppIssued = event('tranche.SppIssued', {
  means: 'The commitment officer recommends and issues the payment request (VF-13)',
  identity: ['number'],
  data: paper,
})
export const SpmIssued = event('tranche.SpmIssued', { means: 'The payment order is issued (VF-14)', identity: ['number'], data: paper })
export const Sp2dIssued = event('tranche.Sp2dIssued', {
  means: 'The treasury orders the disbursement (VF-15)',
  observation: true,
  identity: ['number'],
  data: paper,
})
export const TrancheCredited = event('tranche.Credited', {
  means: 'The money is on the account of the board (VF-16)',
  observation: true,
  identity: ['bankReference'],
  data: { bankReference: PaperNumber, amount: PositiveRupiah },
})

export const BopSetAside = event('tranche.BopSetAside', {
  means: 'The board sets operating cost aside',
  identity: ['number'],
  data: paper,
  computed: { outcome: z.literal('completing').optional() },
})
export const BopSpent = event('tranche.BopSpent', {
  means: 'Operating cost is spent',
  observation: true,
  identity: ['number'],
  data: { ...paper, /** Out of the bank unless it says so. */ paidFrom: z.enum(['bank', 'cash']).optional(), purpose: Note.optional() },
})

/** Groups are paid by transfer: what the board draws is operating cost. Source: DOMAIN §2.4. */
export const TrancheCashDrawn = event('tranche.CashDrawn', {
  means: 'The board draws operating cost in cash',
  observation: true,
  identity: ['bankReference'],
  data: { bankReference: PaperNumber, amount: PositiveRupiah, signatories: z.array(ref('person')).min(1).max(9) },
})
export const TrancheCashDeposited = event('tranche.CashDeposited', {
  means: 'The board pays cash back into its account',
  observation: true,
  identity: ['bankReference'],
  data: { bankReference: PaperNumber, amount: PositiveRupiah },
})
export const TrancheTaxDue = event('tranche.TaxDue', {
  means: 'The board withholds a tax from whom it pays out of operating cost',
  observation: true,
  identity: ['number'],
  data: withheld,
})
export const TrancheTaxPaid = event('tranche.TaxPaid', {
  means: 'The board deposits a withheld tax; the deposit code proves it',
  observation: true,
  identity: ['ntpn'],
  data: deposited,
})

export const InstalmentPaid = event('tranche.InstalmentPaid', {
  means: 'The board transfers an instalment of the contract to the group',
  identity: ['bankReference'],
  data: {
    proposal: ref('proposal'),
    ksm: ref('institution'),
    instalment: z.int().min(1).max(60),
    bankReference: PaperNumber,
    amount: PositiveRupiah,
  },
  computed: { outcome: z.literal('completing').optional() },
})

/** What is lent on goes to the finance unit and round as loans; the grant has left the board. Source: DOMAIN §5.1, §12.2 row 10. */
export const PoolFunded = event('tranche.PoolFunded', {
  means: 'The board transfers a part of the tranche to the loan fund of its finance unit (UPK)',
  identity: ['bankReference'],
  data: {
    bankReference: PaperNumber,
    amount: PositiveRupiah,
    /** The finance unit, where it is an institution of its own. */
    upk: ref('institution').optional(),
    /** The pool that it goes into; without one, a loan fund of which nothing more is known. */
    pool: ref('loanPool').optional(),
  },
  computed: { outcome: z.literal('completing').optional() },
})

export const BudgetRevisionNoted = event('tranche.BudgetRevisionNoted', {
  means: 'The tranche waits for a revision of the budget document (DIPA)',
  observation: true,
  identity: ['effectiveOn'],
  data: { reasons: z.array(StuckReason).min(1).max(11), notes: Note.optional() },
})
export const BudgetRevisionEffective = event('tranche.BudgetRevisionEffective', {
  means: 'The revised budget document is in force',
  observation: true,
  identity: ['effectiveOn'],
  data: { number: PaperNumber.optional() },
})

/** An LPJ names the tranches it covers: one paper is one fact (repair R4). */
export const LpjSubmitted = event('tranche.LpjSubmitted', {
  means: 'The board accounts for one or more tranches',
  identity: ['number'],
  data: { number: PaperNumber, amount: Rupiah, covers: z.array(ref('tranche')).min(1).max(10) },
})
export const LpjAccepted = event('tranche.LpjAccepted', {
  means: 'The account of the board is accepted; what is left over falls due',
  identity: ['number'],
  data: { number: PaperNumber, amount: Rupiah },
  computed: {
    covers: z.array(ref('tranche')),
    leftovers: z.array(z.strictObject({ tranche: ref('tranche'), amount: Rupiah })),
    outcome: z.literal('leftover').optional(),
    /** Where the edition carries leftover over: into which tranche, and what of which tranche each group holds; without one, the board. */
    carriedOver: z
      .strictObject({
        into: ref('tranche'),
        parts: z
          .array(
            z.strictObject({
              tranche: ref('tranche'),
              proposal: ref('proposal').optional(),
              amount: PositiveRupiah,
              /** What lies in the cash box and not in the bank. */
              where: z.literal('cash').optional(),
            }),
          )
          .min(1),
      })
      .optional(),
    /** The tranche whose money is waited for after this account; absent where none is left. */
    next: ref('tranche').optional(),
  },
})
export const LeftoverReturned = event('tranche.LeftoverReturned', {
  means: 'Leftover money is paid back to the state treasury',
  identity: ['number'],
  data: paper,
  computed: { outcome: z.literal('partial').optional() },
})
export const LeftoverKept = event('tranche.LeftoverKept', {
  means: 'Leftover money stays with the community as a lasting fund',
  identity: ['number'],
  data: paper,
  computed: { outcome: z.literal('partial').optional() },
})

const closing = { notes: Note.optional() }
export const TrancheClosed = event('tranche.Closed', { means: 'The tranche is closed', identity: ['effectiveOn'], data: closing })
export const TrancheCancelled = event('tranche.Cancelled', {
  means: 'The tranche will not be paid: year end, or the allocation was revoked',
  identity: ['effectiveOn'],
  data: { why: Note },
})
export const TrancheSuspended = event('tranche.Suspended', {
  means: 'An authority suspends the tranche: complaint, audit, legal case',
  identity: ['effectiveOn', 'evidence'],
  data: { why: Note },
})
export const TrancheResumed = event('tranche.Resumed', {
  means: 'The suspension is lifted',
  identity: ['effectiveOn', 'evidence'],
  data: { why: Note },
})

/** Recorded with that of its allocation. */
export const TrancheEditionChanged = editionFollowed('tranche')
