import { z } from 'zod'

const listOf = <T extends z.ZodType>(each: T) => z.array(each).readonly()

/** What stands on accounts: unsigned, and the side. */
const LedgerAmount = z
  .object({ amount: z.string(), side: z.enum(['debit', 'credit']) })
  .meta({ id: 'LedgerAmount', description: 'Rupiah. Money that somebody holds or has spent is a debit, what a source gave a credit' })

const Behind = z
  .object({ count: z.int(), first: z.int().nullable(), last: z.int().nullable() })
  .meta({ id: 'LedgerBehind', description: 'The rows behind a figure: how many, and the first and the last position' })

const moment = {
  position: z.int().meta({ description: 'Every fact up to it is counted, and none after it' }),
  at: z.string().nullable().meta({ description: 'Only what counted by that day; null for all' }),
}
const page = { next: z.string().nullable() }
const group = z.record(z.string(), z.string()).meta({ description: 'unknown where no fact before the money told it' })
const statement = z.string().meta({ description: 'Where every row behind it is listed' })

const LedgerAccount = z
  .object({
    name: z.string(),
    journal: z.string().meta({ description: 'Its name in exported journals' }),
    kind: z.string(),
    role: z.string(),
    fund: z.string(),
    tranche: z.string().nullable(),
    ordinal: z.int().nullable(),
    proposal: z.string().nullable(),
    source: z.string().nullable(),
    edition: z.string().nullable(),
    institution: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
    area: z.object({ id: z.string(), code: z.string().nullable() }).nullable(),
  })
  .meta({ id: 'LedgerAccount' })

/** Where money came from or went to. */
const OtherSide = LedgerAccount.nullable().meta({ description: 'null where it lies outside the region of the caller' })

const LedgerBalance = z.object({
  group,
  debit: z.string(),
  credit: z.string(),
  balance: LedgerAmount,
  postings: Behind,
  statement,
})

/** A page of balances. */
export const LedgerBalancesSchema = z
  .object({ ...moment, by: listOf(z.string()), total: LedgerBalance, rows: listOf(LedgerBalance), ...page })
  .meta({ id: 'LedgerBalances' })

/** A page of a statement. */
export const LedgerStatementSchema = z
  .object({
    ...moment,
    from: z.string().nullable(),
    opening: LedgerAmount,
    rows: listOf(
      z.object({
        position: z.int(),
        corrects: z.object({ position: z.int(), how: z.string() }).nullable(),
        effectiveOn: z.string(),
        recordedAt: z.string(),
        type: z.string(),
        account: LedgerAccount,
        counter: OtherSide,
        moved: LedgerAmount,
        balance: LedgerAmount,
      }),
    ),
    ...page,
  })
  .meta({
    id: 'LedgerStatement',
    description: 'What moved, by date and within a date as it was recorded, with the balance after each line',
  })

const trial = { opening: LedgerAmount, debit: z.string(), credit: z.string(), closing: LedgerAmount, postings: Behind, statement }

/** A page of a trial balance. */
export const LedgerTrialSchema = z
  .object({
    ...moment,
    from: z.string().nullable(),
    roles: listOf(z.object({ role: z.string(), ...trial })).meta({ description: 'Of every account, whatever the page' }),
    rows: listOf(z.object({ role: z.string(), account: z.string(), ...trial })),
    sum: LedgerAmount.meta({ description: 'Of all closing balances' }),
    balanced: z.boolean().meta({ description: 'The sum is zero. A filter that takes one side of a movement only cannot be' }),
    ...page,
  })
  .meta({ id: 'LedgerTrial' })

/** The money of a fund from source to use. */
export const LedgerFlowSchema = z
  .object({
    ...moment,
    fund: z.string(),
    rule: z.string().meta({ description: 'How it is told which release paid which use' }),
    edges: listOf(z.object({ from: OtherSide, to: OtherSide, amount: LedgerAmount, facts: Behind, statement })),
    usesCount: z.int(),
    outside: z.boolean().meta({ description: 'Money of the fund also moved outside the region of the caller; that is not told' }),
    uses: listOf(
      z.object({
        position: z.int(),
        positions: listOf(z.int()).meta({ description: 'Of the fact and of its corrections' }),
        effectiveOn: z.string(),
        type: z.string(),
        from: OtherSide,
        to: OtherSide,
        amount: LedgerAmount,
        paidBy: listOf(
          z.object({
            release: z.int().nullable().meta({ description: 'Position of the release; null where more went out than had come in' }),
            amount: z.string(),
          }),
        ),
      }),
    ),
    ...page,
  })
  .meta({ id: 'LedgerFlow' })

/** Money that lies still. */
export const LedgerIdleSchema = z
  .object({
    position: z.int(),
    at: z.string(),
    days: z.int(),
    kinds: listOf(z.object({ kind: z.string(), accounts: z.int(), amount: z.string() })),
    rows: listOf(
      z.object({
        account: LedgerAccount,
        amount: z.string(),
        since: z.string().meta({ description: 'Day of the last movement that still stands' }),
        position: z.int().meta({ description: 'Of that movement' }),
        days: z.int(),
        statement,
      }),
    ),
    ...page,
  })
  .meta({ id: 'LedgerIdle' })

const LedgerPlan = z.object({
  group,
  planned: z.string(),
  released: LedgerAmount,
  spent: LedgerAmount,
  kept: LedgerAmount,
  returned: LedgerAmount,
  held: LedgerAmount,
  plans: Behind,
  postings: Behind,
  statement,
})

/** Planned beside released beside spent. */
export const LedgerPlanSchema = z
  .object({
    ...moment,
    by: listOf(z.string()),
    of: z.enum(['fund', 'tranche', 'proposal']).meta({ description: 'Whose plans are counted' }),
    total: LedgerPlan,
    rows: listOf(LedgerPlan),
    ...page,
  })
  .meta({ id: 'LedgerPlan', description: 'Always released = spent + kept + returned + held' })
