import { z } from 'zod'
import { listOf, Positions } from './schemas.ts'

const seen = { asOf: z.object({ position: z.int(), recordedAt: z.string(), provisional: z.boolean() }), at: z.string() }

const rupiah = ['capital', 'cash', 'outstanding', 'jasa', 'income', 'cost', 'writtenOff', 'capitalised'] as const
const Money = z.object({
  ...Object.fromEntries(rupiah.map((name) => [name, z.string()])),
  facts: z.record(z.enum(rupiah), Positions).meta({ description: 'Positions of the facts that make each sum, by its name' }),
})

const FigureSchema = z
  .object({
    percent: z.string().nullable(),
    part: z.string(),
    whole: z.string(),
    unit: z.enum(['groups', 'rupiah']),
    wanted: z.string().meta({ description: 'What is good, in percent' }),
    good: z.boolean().nullable(),
    facts: Positions,
    of: listOf(z.int()).meta({ description: 'Positions of the facts that make the whole' }),
  })
  .meta({ id: 'LoanFigure', description: 'Part to whole in percent, two decimals, half up' })

/** The answer of `/portfolio`. */
export const PortfolioSchema = z
  .object({
    ...seen,
    pool: z.object({
      id: z.string(),
      name: z.string(),
      lendingSuspended: z.boolean(),
      edition: z.object({ id: z.string(), revision: z.int() }),
    }),
    money: Money,
    figures: z
      .record(z.enum(['rr', 'rrCumulative', 'lar', 'par', 'ccr', 'roi', 'idle']), FigureSchema)
      .meta({ description: 'RR of the month and from the beginning, LAR, PAR, CCR, ROI, idle fund' }),
    buckets: listOf(z.object({ name: z.string(), fromMonths: z.int(), loans: z.int(), balance: z.string(), facts: Positions })),
    grade: z
      .enum(['memuaskan', 'minimum', 'suspend'])
      .nullable()
      .meta({ description: 'Null before the first money: of nothing no figure is good or bad' }),
    suspension: z.object({
      must: z.boolean(),
      when: z.enum(['any', 'all']),
      breaches: listOf(
        z.object({
          on: z.string(),
          rates: listOf(z.string()),
          facts: Positions.meta({ description: 'Positions of the facts behind the loans in arrears on that day' }),
          of: Positions.meta({ description: 'Positions of the facts behind all loans that ran on it' }),
        }),
      ),
    }),
    loans: listOf(
      z.object({
        loan: z.string(),
        number: z.string(),
        ksm: z.string(),
        disbursedOn: z.string(),
        amount: z.string(),
        balance: z.string(),
        overduePrincipal: z.string(),
        overdueJasa: z.string(),
        monthsInArrears: z.int(),
        rescheduledOn: z.string().nullable(),
        bucket: z.string(),
        facts: Positions,
      }),
    ),
  })
  .meta({ id: 'LoanPortfolio', description: 'What a pool has, what is owed to it and how well, on a day' })

/** The answer of `/schedule`. */
export const CardSchema = z
  .object({
    ...seen,
    number: z.string(),
    balance: z.string(),
    owed: z.string(),
    overduePrincipal: z.string(),
    overdueJasa: z.string(),
    rescheduledOn: z.string().nullable(),
    schedule: z.int().nullable().meta({ description: 'Position of the fact that set the schedule; null before the loan is paid out' }),
    facts: z
      .record(z.enum(['balance', 'owed', 'overduePrincipal', 'overdueJasa']), Positions)
      .meta({ description: 'Positions of the facts that make each sum, by its name' }),
    lines: listOf(
      z.object({
        number: z.int(),
        due: z.string(),
        principal: z.string(),
        jasa: z.string(),
        paidPrincipal: z.string(),
        paidJasa: z.string(),
        open: z.string(),
        state: z.enum(['paid', 'in-part', 'overdue', 'not-yet-due']),
        facts: Positions,
      }),
    ),
  })
  .meta({ id: 'LoanCard', description: 'The instalment card of a loan on a day' })
