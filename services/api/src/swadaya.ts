import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { domain } from '@jejak/domain'
import { swadaya } from '@jejak/views'
import type { Context } from './context.ts'
import { callerOf } from './identity.ts'
import { look } from './look.ts'
import { ProblemSchema, TimeQuery, Uuid } from './schemas.ts'

const told = {
  amount: z.string().meta({ description: 'Rupiah' }),
  positions: z.array(z.int()).meta({ description: 'Of the facts that make it' }),
}
const Told = z.object(told)
const share = z.string().nullable()
const Shared = z.object({
  ...told,
  ofGrant: share.meta({ description: 'Percent of the grant, two decimals, half up' }),
  ofTotal: share.meta({ description: 'Percent of grant and own contribution together' }),
})
const Entry = z.object({
  position: z.int(),
  positions: z.array(z.int()).meta({ description: 'The fact and the corrections that replaced what it says' }),
  proposal: z.string(),
  effectiveOn: z.string(),
  number: z.string(),
  kind: z.string(),
  amount: z.string(),
  hours: z.int().nullable(),
  rate: z.string().nullable(),
  method: z.string().nullable(),
  valuedBy: z.string().nullable(),
  valuerRole: z.string().nullable(),
  received: z.string().nullable().meta({ description: 'bank or cash, where it came to the group' }),
  onlyAtLpj: z.boolean().meta({ description: 'Told only when the works were finished (F5, A-07)' }),
})

const sums = {
  grant: Told,
  planned: Shared,
  realised: Shared,
  writtenDown: Told,
  kinds: z.array(z.object({ kind: z.string(), planned: Told, realised: Told, hours: z.int() })),
  cashShare: share.meta({ description: 'Percent of what was given that was given in cash' }),
}

const SwadayaAnswer = z
  .object({
    asOf: z.unknown(),
    effectiveUntil: z.string().nullable(),
    ...sums,
    proposals: z.array(z.object({ proposal: z.string(), number: z.string().nullable(), ...sums })),
    entries: z.array(Entry),
  })
  .meta({ id: 'Swadaya', description: 'Own contribution planned and realised, by kind and against both denominators' })

/** `/swadaya` of a proposal and of an allocation: own contribution as known and as true on any day. */
export function registerSwadaya(app: FastifyInstance, context: Context): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  for (const kind of ['proposal', 'allocation']) {
    const slice = domain.slice(kind)
    typed.get(
      `/v1/${slice.plural}/:id/swadaya`,
      {
        schema: {
          tags: [slice.plural],
          security: [{ bearer: [] }],
          operationId: `${kind}.swadaya`,
          summary: 'Own contribution planned and realised, by kind, in percent of the grant and of the total',
          params: z.strictObject({ id: Uuid }),
          querystring: TimeQuery,
          response: { 200: SwadayaAnswer, '4xx': ProblemSchema, '5xx': ProblemSchema },
        },
      },
      async (request, reply) => {
        const { effectiveUntil } = request.query
        const seen = await look(context, callerOf(request), slice, request.params.id, request.query)
        return reply.send({
          asOf: seen.moment,
          effectiveUntil: effectiveUntil ?? null,
          ...swadaya(seen.facts, { effectiveUntil }),
        } as z.infer<typeof SwadayaAnswer>)
      },
    )
  }
}
