import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { domain } from '@jejak/domain'
import { taxes } from '@jejak/views'
import type { Context } from './context.ts'
import { dayOf } from './day.ts'
import { callerOf } from './identity.ts'
import { look } from './look.ts'
import { AsOf, Positions, ProblemSchema, Uuid } from './schemas.ts'

const Amount = z.string().meta({ description: 'Rupiah' })
const TaxesAnswer = z
  .object({
    asOf: z.unknown(),
    at: z.string().meta({ description: 'The day on which it is looked at' }),
    withheld: Amount,
    deposited: Amount,
    open: Amount,
    late: Amount.meta({ description: 'Of what is open, that whose day has passed (F12)' }),
    positions: z
      .object({ withheld: Positions, deposited: Positions, open: Positions, late: Positions })
      .meta({ description: 'Positions of the facts that make each sum, by its name' }),
    taxes: z.array(
      z.object({
        position: z.int(),
        positions: Positions,
        kind: z.string(),
        id: z.string(),
        number: z.string(),
        expense: z.string(),
        tax: z.string(),
        withheldOn: z.string(),
        amount: Amount,
        deposited: Amount,
        open: Amount,
        deposits: z.array(z.object({ ntpn: z.string(), amount: Amount, position: z.int(), positions: Positions })),
        depositBy: z.string(),
        daysLate: z.int(),
      }),
    ),
  })
  .meta({ id: 'Taxes', description: 'Taxes withheld, deposited and open on a day, each with its positions' })

/** `/taxes` of a proposal, a tranche and an allocation: what was withheld and not deposited, and since when it is late (F12). */
export function registerTaxes(app: FastifyInstance, context: Context): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  for (const kind of ['proposal', 'tranche', 'allocation']) {
    const slice = domain.slice(kind)
    typed.get(
      `/v1/${slice.plural}/:id/taxes`,
      {
        schema: {
          tags: [slice.plural],
          security: [{ bearer: [] }],
          operationId: `${kind}.taxes`,
          summary: 'Taxes withheld, deposited and open on a day',
          params: z.strictObject({ id: Uuid }),
          querystring: z.strictObject({
            asOf: AsOf,
            at: z.iso.date().optional().meta({ description: 'The day; by default that of asOf, else today' }),
          }),
          response: { 200: TaxesAnswer, '4xx': ProblemSchema, '5xx': ProblemSchema },
        },
      },
      async (request, reply) => {
        const seen = await look(context, callerOf(request), slice, request.params.id, { asOf: request.query.asOf })
        const { at } = await dayOf(context, request.query)
        const edition = seen.entity.edition ? await context.reader.edition(seen.entity.edition) : undefined
        const told = taxes(seen.facts, { at, depositDays: edition?.taxes.depositDays ?? 30 })
        return reply.send({ asOf: seen.moment, ...told } as z.infer<typeof TaxesAnswer>)
      },
    )
  }
}
