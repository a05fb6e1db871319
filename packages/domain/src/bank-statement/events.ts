import { z } from 'zod'
import { event, PaperNumber, PlainDate, ref } from '../kernel/define.ts'
import { PositiveRupiah, Rupiah } from '../kernel/rupiah.ts'

/** Number of a line in the file of the statement, so that it is found there again. */
const Row = z.int().min(1).max(1_000_000)

/** What the bank wrote beside it, names of persons perhaps, stays in the file: the evidence (CONTRACTS A8). */
export const BankLine = z
  .strictObject({
    row: Row,
    on: PlainDate,
    way: z.enum(['in', 'out']),
    amount: PositiveRupiah,
    reference: PaperNumber.optional(),
    /** The balance after it, where the bank prints one. */
    balance: Rupiah.optional(),
  })
  .meta({ id: 'BankLine', examples: [{ row: 2, on: '2018-06-05', way: 'in', amount: '300000000', reference: 'SP2D-180331-0021' }] })

export const BankStatementReceived = event('bankStatement.Received', {
  means: 'The statement of an account of the institution is at hand, from its first to its last day',
  observation: true,
  identity: ['account', 'from', 'to'],
  data: {
    institution: ref('institution'),
    account: PaperNumber,
    from: PlainDate,
    to: PlainDate,
    opening: Rupiah,
    closing: Rupiah,
    lines: z.array(BankLine).max(1000),
    /** SHA-256 of the file of the bank that the lines were read from, in lower-case hex. */
    file: z
      .string()
      .regex(/^[0-9a-f]{64}$/, { error: 'a SHA-256: 64 hexadecimal digits, a to f small' })
      .optional(),
  },
})

const factId = z.uuid().toLowerCase().meta({ description: 'id of a fact' })

/** What a line is that no fact of the programme tells of. */
export const LineMeaning = z.enum(['interest', 'tax-on-interest', 'bank-charge', 'own-transfer', 'bank-error', 'not-the-programme'])

export const BankReconciled = event('bankStatement.Reconciled', {
  means: 'The lines of the statement are matched with the facts that moved money on the account',
  observation: true,
  identity: ['number'],
  data: {
    /** Number of the minutes of the reconciliation. */
    number: PaperNumber,
    /** Days by which the bank and the paper may differ. */
    windowDays: z.int().min(0).max(31),
    /** Pairs that people see and no rule finds. They stand until another names the same line. */
    byHand: z
      .array(z.strictObject({ row: Row, facts: z.array(factId).min(1).max(50) }))
      .max(1000)
      .optional(),
    explained: z
      .array(z.strictObject({ row: Row, as: LineMeaning }))
      .max(1000)
      .optional(),
  },
  computed: {
    matches: z.array(
      z.strictObject({
        row: Row,
        facts: z.array(factId).min(1),
        how: z.enum(['by-hand', 'reference', 'amount-and-date']),
        /** By how much the bank moved more or less than the facts say. */
        difference: z.strictObject({ amount: PositiveRupiah, bank: z.enum(['more', 'less']) }).optional(),
      }),
    ),
    meanings: z.array(z.strictObject({ row: Row, as: LineMeaning })),
    unmatched: z.strictObject({ rows: z.array(Row), facts: z.array(factId) }),
    outcome: z.enum(['complete', 'open']),
  },
})
