import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { domain } from '@jejak/domain'
import { BankMapping, readBankLines, type WrongCell } from '@jejak/importing'
import { reconciliationOf } from '@jejak/views'
import type { Context } from './context.ts'
import { callerOf } from './identity.ts'
import { look } from './look.ts'
import { problem } from './problem.ts'
import { AsOf, digits, Positions, ProblemSchema, Uuid } from './schemas.ts'

const shared = { tags: ['bank-statements'], security: [{ bearer: [] }] }
const problems = { '4xx': ProblemSchema, '5xx': ProblemSchema }

const ReadLineSchema = z.object({
  row: z.int().meta({ description: 'Line of the file' }),
  on: z.string(),
  way: z.enum(['in', 'out']),
  amount: z.string(),
  reference: z.string().optional(),
  balance: z.string().optional(),
})
const LinesSchema = z
  .object({ sha256: z.string().meta({ description: 'Of the text, as UTF-8' }), lines: z.array(ReadLineSchema) })
  .meta({ id: 'BankLines', description: 'Lines as bankStatement.Receive takes them' })

const movedShape = { amount: z.string(), way: z.enum(['in', 'out']) }
const MovedSchema = z.object(movedShape)
const BookFactSchema = z.object({
  position: z.int(),
  positions: Positions,
  fact: z.string(),
  type: z.string(),
  effectiveOn: z.string(),
  ...movedShape,
})
const Balances = z.object({ opening: z.string(), closing: z.string() })
const ReconciliationSchema = z
  .object({
    asOf: z.object({ position: z.int(), recordedAt: z.string(), provisional: z.boolean() }),
    institution: z.string(),
    positions: Positions.meta({ description: 'Of the statement itself: what makes its balances and its lines' }),
    account: z.string(),
    from: z.string(),
    to: z.string(),
    windowDays: z.int(),
    recorded: z.object({ position: z.int(), number: z.string() }).nullable(),
    lines: z
      .array(
        z.object({
          row: z.int(),
          on: z.string(),
          ...movedShape,
          reference: z.string().nullable(),
          match: z.object({ how: z.string(), facts: z.array(BookFactSchema).readonly(), difference: MovedSchema.nullable() }).nullable(),
          meaning: z.string().nullable(),
        }),
      )
      .readonly(),
    factsAlone: z.array(BookFactSchema.extend({ overdue: z.boolean() })).readonly(),
    bank: Balances,
    books: Balances.extend({ positions: z.object({ opening: Positions, closing: Positions }) }),
    bridge: z
      .array(z.object({ what: z.string(), ...movedShape, rows: z.array(z.int()).readonly(), positions: z.array(z.int()).readonly() }))
      .readonly(),
  })
  .meta({ id: 'BankReconciliation', description: 'A bank statement beside the facts that moved money on the account' })

const placeOf = ({ row, column, why }: WrongCell, language: 'id' | 'en'): string =>
  [
    `${language === 'id' ? 'baris' : 'row'} ${row}`,
    ...(column === undefined ? [] : [`${language === 'id' ? 'kolom' : 'column'} ${column}`]),
  ].join(', ') + `: ${why[language]}`

/** Routes of bank statements beside their commands: reading the file of a bank, and the statement beside the facts. */
export function registerBankStatements(app: FastifyInstance, context: Context): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  typed.post(
    '/v1/bank-statements/lines',
    {
      bodyLimit: 1_048_576,
      schema: {
        ...shared,
        operationId: 'bankStatement.lines',
        summary: 'Read the lines of a bank’s CSV file, as the command that receives the statement takes them; nothing is stored',
        description:
          'What the bank wrote beside the amounts is not given on: it may name persons. Every cell that cannot be read is named.',
        body: z.strictObject({ csv: z.string().min(1).max(1_000_000), mapping: BankMapping }),
        response: { 200: LinesSchema, ...problems },
      },
    },
    (request) => {
      const { sha256, lines, wrong } = readBankLines(request.body.csv, request.body.mapping)
      if (wrong.length > 0)
        throw problem('invalid-request', {
          errors: wrong.map((cell) => ({ pointer: '/csv', detail: { id: placeOf(cell, 'id'), en: placeOf(cell, 'en') } })),
        })
      return { sha256, lines: lines.map((line) => ({ ...line })) }
    },
  )
  typed.get(
    '/v1/bank-statements/:id/reconciliation',
    {
      schema: {
        ...shared,
        operationId: 'bankStatement.reconciliation',
        summary: 'The statement beside the facts: what is matched, what stands alone on either side, and why the balances differ',
        params: z.strictObject({ id: Uuid }),
        querystring: z.strictObject({
          asOf: AsOf,
          windowDays: digits(0, 31).optional().meta({ description: 'Default: as last reconciled, else 3' }),
        }),
        response: { 200: ReconciliationSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { asOf, windowDays } = request.query
      const seen = await look(context, callerOf(request), domain.slice('bankStatement'), request.params.id, { asOf })
      const { institution } = seen.entity.data as { readonly institution: string }
      // Whoever may look at a statement may see all that moved on the account.
      const { facts } = await context.log.read([{ tag: `institution:${institution}` }])
      const known = facts.filter(({ position }) => position <= seen.moment.position)
      void reply.header('jejak-position', String(seen.moment.position))
      return { asOf: seen.moment, ...reconciliationOf(request.params.id, seen.facts, known, windowDays) }
    },
  )
}
