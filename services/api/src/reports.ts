import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { domain } from '@jejak/domain'
import { businessReport, stuckReasons } from '@jejak/views'
import type { Context } from './context.ts'
import { callerOf } from './identity.ts'
import { look } from './look.ts'
import { listOf, Positions, ProblemSchema, TimeQuery, Uuid } from './schemas.ts'

const seen = {
  asOf: z.object({ position: z.int(), recordedAt: z.string(), provisional: z.boolean() }),
  effectiveUntil: z.string().nullable(),
}

const Reasons = z
  .object({
    ...seen,
    total: z.int(),
    reasons: listOf(z.object({ reason: z.string(), count: z.int(), percent: z.string(), cumulativePercent: z.string(), facts: Positions })),
  })
  .meta({ id: 'StuckReasons', description: 'Reasons of delay, most frequent first' })

const Business = z
  .object({
    ...seen,
    plan: z.object({ businessType: z.string(), what: z.string(), cycleMonths: z.int(), capital: z.string(), facts: Positions }).nullable(),
    capital: z.object({ amount: z.string(), facts: Positions }),
    aid: z.object({ amount: z.string(), facts: Positions }),
    cycles: listOf(
      z.object({
        number: z.string(),
        from: z.string(),
        to: z.string(),
        capitalIn: z.string(),
        production: z.string().nullable(),
        sales: z.string(),
        costs: z.string(),
        profit: z.string(),
        stock: z.string(),
        profitShare: z.string(),
        position: z.int(),
        facts: Positions,
      }),
    ),
    totals: z.object({ sales: z.string(), costs: z.string(), profit: z.string(), profitShare: z.string(), facts: Positions }),
    iks: z.object({ months: listOf(z.string()), amount: z.string(), facts: Positions }),
    balance: z.object({ amount: z.string(), facts: Positions }),
  })
  .meta({
    id: 'BusinessReport',
    description: 'The business of a group (KUBE), and what is on its account',
  })

const shared = { security: [{ bearer: [] }], params: z.strictObject({ id: Uuid }), querystring: TimeQuery }
const problems = { '4xx': ProblemSchema, '5xx': ProblemSchema }

/** `/business` of a business group, `/stuck-reasons` of a run of the cycle: folded from the log when asked, on either clock. */
export function registerReports(app: FastifyInstance, context: Context): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  typed.get(
    '/v1/institutions/:id/business',
    {
      schema: {
        ...shared,
        operationId: 'institution.business',
        summary: 'The business of a group (KUBE), cycle by cycle',
        tags: ['institutions'],
        response: { 200: Business, ...problems },
      },
    },
    async (request) => {
      const { id } = request.params
      const { facts, moment } = await look(context, callerOf(request), domain.slice('institution'), id, request.query)
      return { asOf: moment, effectiveUntil: request.query.effectiveUntil ?? null, ...businessReport(facts, id) }
    },
  )
  typed.get(
    '/v1/cycles/:id/stuck-reasons',
    {
      schema: {
        ...shared,
        operationId: 'cycle.stuckReasons',
        summary: 'Why a run of the cycle, and what lies in it, stood still: reasons by how often they were given',
        tags: ['cycles'],
        response: { 200: Reasons, ...problems },
      },
    },
    async (request) => {
      const { facts, moment } = await look(context, callerOf(request), domain.slice('cycle'), request.params.id, request.query)
      const reasons = stuckReasons(facts)
      const total = reasons.reduce((sum, { count }) => sum + count, 0)
      return { asOf: moment, effectiveUntil: request.query.effectiveUntil ?? null, total, reasons }
    },
  )
}
