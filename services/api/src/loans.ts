import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { domain } from '@jejak/domain'
import { loanCard, loanPortfolio } from '@jejak/views'
import type { Context } from './context.ts'
import { dayOf } from './day.ts'
import { CardSchema, PortfolioSchema } from './loan-schemas.ts'
import { callerOf } from './identity.ts'
import { look } from './look.ts'
import { AsOf, ProblemSchema, Uuid } from './schemas.ts'

const Query = z.strictObject({
  at: z.iso
    .date()
    .optional()
    .meta({ description: 'On that day, by facts with that date or an earlier one; by default the day of asOf, else today' }),
  asOf: AsOf,
})
const shared = { security: [{ bearer: [] }], params: z.strictObject({ id: Uuid }), querystring: Query }
const problems = { '4xx': ProblemSchema, '5xx': ProblemSchema }

/** `/portfolio` of a pool, `/schedule` of a loan: folded from the log when asked, at any moment and for any day. */
export function registerLoans(app: FastifyInstance, context: Context): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  typed.get(
    '/v1/loan-pools/:id/portfolio',
    {
      schema: {
        ...shared,
        operationId: 'loanPool.portfolio',
        summary: 'Money, indicators, collectability and every running loan of a pool',
        tags: ['loan-pools'],
        response: { 200: PortfolioSchema, ...problems },
      },
    },
    async (request, reply) => {
      const slice = domain.slice('loanPool')
      const { at, asOf } = request.query
      const seen = await look(context, callerOf(request), slice, request.params.id, { asOf, at })
      const { edition } = seen.entity
      const rules = edition && (await context.reader.edition(edition))?.loans
      if (edition === undefined || rules === undefined) throw new Error(`loanPool ${seen.entity.id} pins no rules of loans`)
      const { name, lendingSuspended } = seen.entity.data as { name: string; lendingSuspended: boolean }
      const told = loanPortfolio(seen.facts, seen.entity.id, (await dayOf(context, request.query)).at, rules)
      void reply.header('jejak-position', String(seen.moment.position))
      return {
        asOf: seen.moment,
        pool: { id: seen.entity.id, name, lendingSuspended, edition },
        ...told,
      }
    },
  )
  typed.get(
    '/v1/loans/:id/schedule',
    {
      schema: {
        ...shared,
        operationId: 'loan.schedule',
        summary: 'The instalment card: due, paid and overdue by instalment',
        tags: ['loans'],
        response: { 200: CardSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { at, asOf } = request.query
      const seen = await look(context, callerOf(request), domain.slice('loan'), request.params.id, { asOf, at })
      void reply.header('jejak-position', String(seen.moment.position))
      return {
        asOf: seen.moment,
        ...loanCard(seen.facts, seen.entity.id, (await dayOf(context, request.query)).at),
      }
    },
  )
}
