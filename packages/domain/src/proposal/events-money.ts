import { z } from 'zod'
import { Code, event, Note, PaperNumber, ref } from '../kernel/define.ts'
import { PositiveRupiah } from '../kernel/rupiah.ts'
import { deposited, withheld } from '../kernel/taxes.ts'
import { inKind } from '../kernel/valuing.ts'

export const LineName = z.string().regex(/^[A-Za-z0-9.-]{1,20}$/, { error: 'a line: letters, digits, points and hyphens, 20 at most' })

/**
 * A source of the money of a proposal: the grant of its allocation, a funding agreement, or the residents with cash, work and goods. The
 * board's own fund comes by an agreement of the board with the group. Source: DOMAIN §9.
 */
const FundingLine = z
  .strictObject({
    from: z.enum(['grant', 'agreement', 'swadaya']),
    /** Which agreement, and only there. */
    agreement: ref('partnership').optional(),
    amount: PositiveRupiah,
  })
  .refine(({ from, agreement }) => (from === 'agreement') === (agreement !== undefined), {
    error: 'an agreement is named if and only if the money comes from one',
    path: ['agreement'],
  })
  .meta({ id: 'FundingLine' })

/** The sources of a proposal, each once. */
export const FundingLines = z
  .array(FundingLine)
  .min(1)
  .max(20)
  .refine((lines) => new Set(lines.map(({ from, agreement }) => agreement ?? from)).size === lines.length, { error: 'each source once' })

/** Whose money an expense is; exactly one of them (`money-of-no-one-source`). */
const origin = {
  tranche: ref('tranche').optional(),
  /** A funding agreement that is a source of the proposal. */
  agreement: ref('partnership').optional(),
  /** Cash that residents paid into the account of the group. */
  swadaya: z.literal('cash').optional(),
}

const Payee = z.enum(['supplier', 'labour'])

/** Kinds of own contribution (DOMAIN §2.8). */
export const SwadayaKind = z.enum(['cash', 'material', 'labour', 'land', 'food', 'equipment']).meta({ id: 'SwadayaKind' })

/** The kinds as people say them, in Indonesian and English. */
export const swadayaWords: Readonly<Record<z.infer<typeof SwadayaKind>, { readonly id: string; readonly en: string }>> = {
  cash: { id: 'tunai', en: 'cash' },
  material: { id: 'bahan', en: 'material' },
  labour: { id: 'tenaga kerja', en: 'labour' },
  land: { id: 'lahan', en: 'land' },
  food: { id: 'konsumsi', en: 'food' },
  equipment: { id: 'peralatan', en: 'equipment' },
}

export const SwadayaPledged = event('proposal.SwadayaPledged', {
  means: 'The community pledges its own contribution',
  identity: ['number'],
  data: {
    number: PaperNumber,
    amount: PositiveRupiah,
    kind: SwadayaKind.optional(),
    hours: inKind.hours,
    rate: inKind.rate,
  },
})
export const SwadayaRealised = event('proposal.SwadayaRealised', {
  means: 'Own contribution is given, valued by somebody',
  observation: true,
  identity: ['number'],
  data: {
    number: PaperNumber,
    amount: PositiveRupiah,
    kind: SwadayaKind,
    ...inKind,
    /** Cash that came to the account or the cash box of the group. Absent where residents themselves paid others. */
    received: z.enum(['bank', 'cash']).optional(),
  },
})
export const SwadayaWrittenDown = event('proposal.SwadayaWrittenDown', {
  means: 'Own contribution of a kind that was counted before is counted less',
  identity: ['number'],
  data: { number: PaperNumber, amount: PositiveRupiah, kind: SwadayaKind, why: Note },
})

export const ExpenseRecorded = event('proposal.ExpenseRecorded', {
  means: 'The group spends money of a tranche, an agreement or the residents on a line of its estimate',
  observation: true,
  identity: ['number'],
  data: {
    number: PaperNumber,
    amount: PositiveRupiah,
    ...origin,
    /** Out of the bank unless it says so. */
    paidFrom: z.enum(['bank', 'cash']).optional(),
    /** Labour is paid wages; whoever else is paid is a supplier. */
    payee: Payee.optional(),
    line: LineName,
    purpose: Note.optional(),
    /** What was paid in truth; beside that of the line it tells whether money was turned to another use (F4). */
    activity: Code.optional(),
  },
})
export const ReceiptAttached = event('proposal.ReceiptAttached', {
  means: 'A receipt or tax slip is handed in for an expense already recorded',
  observation: true,
  identity: ['expense', 'evidence'],
  data: { tranche: ref('tranche'), expense: PaperNumber.optional(), what: z.enum(['receipt', 'tax']) },
})

export const ProposalCashDrawn = event('proposal.CashDrawn', {
  means: 'The group draws cash from its account',
  observation: true,
  identity: ['bankReference'],
  data: {
    bankReference: PaperNumber,
    amount: PositiveRupiah,
    ...origin,
    /** Who signed for it. */
    signatories: z.array(ref('person')).min(1).max(9),
  },
})
export const ProposalCashDeposited = event('proposal.CashDeposited', {
  means: 'The group pays cash back into its account',
  observation: true,
  identity: ['bankReference'],
  data: { bankReference: PaperNumber, amount: PositiveRupiah, ...origin },
})

/** The source of the expense is stored with it, so that the tax stands on the accounts of that source. */
export const ProposalTaxDue = event('proposal.TaxDue', {
  means: 'The group withholds a tax from whom it pays: the expense is gross, and this much of it did not go to the payee',
  observation: true,
  identity: ['number'],
  data: withheld,
  computed: { ...origin, payee: Payee },
})
export const ProposalTaxPaid = event('proposal.TaxPaid', {
  means: 'The group deposits a withheld tax; the deposit code proves it',
  observation: true,
  identity: ['ntpn'],
  data: deposited,
  computed: origin,
})
