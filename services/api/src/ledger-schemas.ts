import { z } from 'zod'
import { planLevels } from '@jejak/views'
import { listOf } from './schemas.ts'

/** What stands on accounts: unsigned, and the side. */
export const LedgerAmount = z
  .object({ amount: z.string(), side: z.enum(['debit', 'credit']) })
  .meta({ id: 'LedgerAmount', description: 'Rupiah. Money that somebody holds or has spent is a debit, what a source gave a credit' })

export const Behind = z
  .object({ count: z.int(), first: z.int().nullable(), last: z.int().nullable() })
  .meta({ id: 'LedgerBehind', description: 'The rows behind a figure: how many, and the first and the last position' })

export const moment = {
  position: z.int().meta({ description: 'Every fact up to it is counted, and none after it' }),
  at: z.string().nullable().meta({ description: 'Only what counted by that day; null for all' }),
}
export const page = { next: z.string().nullable() }
const group = z.record(z.string(), z.string()).meta({ description: 'unknown where no fact before the money told it' })
export const statement = z.string().meta({ description: 'Where every row behind it is listed' })
const statementOrNone = statement.nullable().meta({ description: 'null where no question lists these rows and no others' })

const InstitutionOrNone = z.object({ id: z.string(), name: z.string().nullable() }).nullable()
const AreaOrNone = z.object({ id: z.string(), code: z.string().nullable() }).nullable()

export const LedgerAccount = z
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
    institution: InstitutionOrNone,
    area: AreaOrNone,
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

const trial = {
  opening: LedgerAmount,
  debit: z.string(),
  credit: z.string(),
  closing: LedgerAmount,
  before: Behind.meta({ description: 'Behind the opening balance' }),
  beforeStatement: statement.nullable().meta({ description: 'Where they are listed; null without from' }),
  postings: Behind.meta({ description: 'Behind debit and credit' }),
  statement,
}

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

const Lying = z.object({
  kind: z.string(),
  institution: InstitutionOrNone,
  amount: LedgerAmount,
  statement,
})

/** A page of allocations whose fiscal year ends while money is not released or not spent. */
export const LedgerYearEndSchema = z
  .object({
    position: moment.position,
    at: z.string(),
    calendar: z.object({ from: z.string(), to: z.string() }).meta({ description: 'What the calendar of working days covers' }),
    sums: listOf(
      z.object({ closesOn: z.string(), daysLeft: z.int(), allocations: z.int(), toRelease: z.string(), held: LedgerAmount }),
    ).meta({ description: 'Of every allocation, whatever the page' }),
    rows: listOf(
      z.object({
        allocation: z.string(),
        fiscalYear: z.string(),
        closesOn: z.string().meta({ description: 'The last day of the year' }),
        byEdition: z.boolean().meta({ description: 'The pinned revision names that day; else it is 31 December' }),
        edition: z.object({ id: z.string(), revision: z.int() }).nullable(),
        source: z.string().nullable(),
        programme: z.string().nullable(),
        area: AreaOrNone,
        daysLeft: z.int().meta({ description: 'Below zero when the year is over' }),
        workingDaysLeft: z.int().nullable().meta({ description: '0 when the year is over; null where the calendar does not cover them' }),
        planned: z.string(),
        released: LedgerAmount,
        toRelease: z.string().meta({ description: 'Planned and not released' }),
        spent: LedgerAmount,
        held: LedgerAmount.meta({ description: 'Released and neither spent, kept nor given back' }),
        lies: listOf(Lying).meta({ description: 'Where it is held, the most first' }),
        tranches: listOf(
          z.object({
            tranche: z.string(),
            ordinal: z.int().nullable(),
            amount: z.string(),
            stage: z.string().nullable().meta({ description: 'Where it stands now; null where it has not been opened' }),
            since: z.string().nullable(),
          }),
        ).meta({ description: 'Planned, and nothing of it released' }),
        plans: Behind,
        postings: Behind,
        statement: statementOrNone,
      }),
    ),
    ...page,
  })
  .meta({ id: 'LedgerYearEnd' })

/** A page of cash that was drawn and not accounted for in time, and of holders with too much of it. */
export const LedgerCashSchema = z
  .object({
    position: moment.position,
    at: z.string(),
    count: z.int().meta({ description: 'Of every withdrawal, whatever the page; the amounts likewise' }),
    overdue: z.string(),
    open: z.string(),
    rows: listOf(
      z.object({
        account: LedgerAccount,
        position: z.int().meta({ description: 'Of the fact that drew it' }),
        drawnOn: z.string(),
        dueOn: z.string(),
        days: z.int().meta({ description: 'Until it was to be spent or paid back' }),
        amount: z.string(),
        overdue: z.string().meta({ description: 'Neither spent nor paid back at the end of dueOn' }),
        open: z.string().meta({ description: 'Neither spent nor paid back by at' }),
        statement,
      }),
    ),
    above: listOf(
      z.object({
        kind: z.string(),
        institution: InstitutionOrNone,
        area: AreaOrNone,
        edition: z.object({ id: z.string(), revision: z.int() }),
        held: z.string(),
        most: z.string(),
        postings: Behind,
        statement: statementOrNone,
      }),
    ).meta({ description: 'Holders with more cash than their edition allows, at most 500; none where it names no limit' }),
    ...page,
  })
  .meta({ id: 'LedgerCash' })

/** The money of a fund from source to use. */
export const LedgerFlowSchema = z
  .object({
    ...moment,
    fund: z.string(),
    rule: z.string().meta({ description: 'How it is told which release paid which use' }),
    edges: listOf(z.object({ from: OtherSide, to: OtherSide, amount: LedgerAmount, facts: Behind, statement: statementOrNone })),
    usesCount: z.int(),
    outside: z.boolean().meta({ description: 'Money of the fund also moved outside the region of the caller; that is not told' }),
    uses: listOf(
      z.object({
        position: z.int(),
        positions: listOf(z.int()).meta({ description: 'Of the fact and of its corrections: of what is reversed both' }),
        effectiveOn: z.string(),
        type: z.string(),
        from: OtherSide,
        to: OtherSide,
        amount: LedgerAmount,
        paidBy: listOf(
          z.object({
            release: z
              .int()
              .nullable()
              .meta({ description: 'Position of what came into the fund; null where more went out than had come in' }),
            amount: LedgerAmount,
          }),
        ).meta({ description: 'All come to the amount of the use: of what is taken back they are credits too' }),
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
    kinds: listOf(z.object({ kind: z.string(), accounts: z.int(), amount: z.string(), postings: Behind, statement })),
    rows: listOf(
      z.object({
        account: LedgerAccount,
        amount: z.string(),
        since: z.string().meta({ description: 'Day of the last movement that still stands' }),
        position: z.int().meta({ description: 'Of that movement' }),
        days: z.int(),
        postings: Behind,
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
  plansListed: z.string().meta({ description: 'Where every plan behind the planned amount is listed' }),
  postings: Behind,
  statement,
})

/** The plans behind a planned amount. */
export const LedgerPlansSchema = z
  .object({
    ...moment,
    of: z.enum(planLevels),
    rows: listOf(
      z.object({
        position: z.int(),
        corrects: z.int().nullable().meta({ description: 'Position of the fact that a correction replaced' }),
        entity: z.string().meta({ description: 'Whose plan it is, as kind:id' }),
        effectiveOn: z.string(),
        type: z.string(),
        amount: z.string(),
      }),
    ),
    ...page,
  })
  .meta({ id: 'LedgerPlans', description: 'Of each entity the last amount that stands; together the planned amount' })

/** Planned beside released beside spent. */
export const LedgerPlanSchema = z
  .object({
    ...moment,
    by: listOf(z.string()),
    of: z.enum(planLevels).meta({ description: 'Whose plans are counted' }),
    rule: z.string().meta({ description: 'Where money counts that passes between two rows' }),
    total: LedgerPlan,
    rows: listOf(LedgerPlan),
    ...page,
  })
  .meta({ id: 'LedgerPlan', description: 'In every row, and in all: released = spent + kept + returned + held' })
