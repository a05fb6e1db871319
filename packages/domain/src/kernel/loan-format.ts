import { z } from 'zod'
import { Rupiah } from './rupiah.ts'

const Range = z
  .tuple([z.int().min(1).max(120), z.int().min(1).max(120)])
  .refine(([least, most]) => least <= most, { error: 'the least comes first' })
const percentage = z.int().min(0).max(1000)

/** What arrears are judged by when lending stops: share of borrowers (LAR) and share of the outstanding balance (PAR). */
export const ArrearsRate = z.enum(['lar', 'par'])
export type ArrearsRate = z.infer<typeof ArrearsRate>

/**
 * The order in which a payment is taken: all jasa that is due, then overdue principal, then what comes next; or instalment by instalment,
 * the oldest first, of each its jasa and then its principal. Source: DOMAIN §5.1, §12.3.
 */
export const Waterfall = z.enum(['jasa-first', 'oldest-instalment-first'])
export type Waterfall = z.infer<typeof Waterfall>

/** The rules of a pool of loans, as an edition gives them. Source: DOMAIN §5.1, §5.2, G-08, G-09. */
export const LoanRules = z
  .strictObject({
    perMember: z
      .strictObject({
        first: Rupiah.describe('Until a loan of the member is repaid'),
        later: Rupiah.describe('After that'),
      })
      .describe('The most that a member may owe'),
    countMax: z.int().min(1).max(99).describe('Loans that a member may take in all; then a bank is the next step'),
    termMonths: Range.describe('Least and most instalments, one a month'),
    graceMonths: z.int().min(0).max(24).describe('Months without instalment after the disbursement; 0: the first is due within a month'),
    jasaBasisPoints: z
      .int()
      .min(0)
      .max(10_000)
      .describe('Service charge (jasa) a month in hundredths of a percent of the amount lent, flat: 150 is 1.5 percent'),
    group: z
      .strictObject({
        membersMin: z.int().min(1).max(1000).describe('Least members'),
        womenPercentMin: z.int().min(0).max(100).describe('Least share of women among them, in percent'),
        allPoor: z.boolean().describe('Whether every member must be listed poor'),
      })
      .describe('What a group must be to borrow (G-08)'),
    waterfall: Waterfall.describe('The order in which a payment is taken (G-09)'),
    unpaidJasa: z
      .enum(['keep-due', 'capitalise', 'waive'])
      .describe('What becomes of unpaid jasa when a loan is rescheduled: it stays due, is added to the principal, or is let off'),
    keepsBucketFor: z
      .int()
      .min(0)
      .max(60)
      .describe('A rescheduled loan counts as long in arrears as it was, until so many of its new instalments are paid'),
    buckets: z
      .array(
        z.strictObject({
          name: z
            .string()
            .regex(/^[a-z]+(-[a-z]+)*$/, { error: 'a slug: small letters and hyphens' })
            .describe('What it is called'),
          fromMonths: z.int().min(0).max(120).describe('Least whole months in arrears'),
        }),
      )
      .min(1)
      .max(12)
      .refine(
        (list) => list[0]?.fromMonths === 0 && list.every((each, at) => at === 0 || each.fromMonths > (list[at - 1]?.fromMonths ?? 0)),
        {
          error: 'buckets begin at 0 and rise',
        },
      )
      .describe('Collectability, by whole months in arrears'),
    arrearsMonths: z.int().min(1).max(24).describe('Whole months in arrears from which LAR and PAR count a loan'),
    limits: z
      .strictObject({
        rrMinPercent: percentage.describe('Repayment rate, at least'),
        larMaxPercent: percentage.describe('Borrowers in arrears, less than'),
        parMaxPercent: percentage.describe('Outstanding balance in arrears, less than'),
        ccrMinPercent: percentage.describe('Cost coverage, more than'),
        roiMinPercent: percentage.describe('Surplus of twelve months to capital, more than'),
        idleMaxPercent: percentage.describe('Cash to the whole fund, at most'),
      })
      .describe('What counts as good, in percent'),
    suspend: z
      .strictObject({
        on: z.array(ArrearsRate).min(1).describe('Which rates are looked at'),
        when: z.enum(['any', 'all']).describe('Whether one beyond its limit is enough, or all must be'),
        months: z.int().min(1).max(24).describe('For how many months running: on a day and on the same day of the months before'),
      })
      .describe('When new lending stops'),
    verified: z.boolean().describe('Whether the figures were read in the source, not assumed'),
    source: z.string().describe('Where they are from'),
  })
  .meta({ id: 'LoanRules', description: 'The rules of a pool of loans' })
export type LoanRules = z.infer<typeof LoanRules>
