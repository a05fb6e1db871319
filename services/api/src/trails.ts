import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { domain, type EditionRef, type Slice } from '@jejak/domain'
import { entityHistory, fundTrail, heldBy } from '@jejak/views'
import type { Context } from './context.ts'
import { callerOf } from './identity.ts'
import { look, type Seen } from './look.ts'
import { ProblemSchema, TimeQuery } from './schemas.ts'

/** What is told of an entity as of a moment. */
export const TrailAnswer = z.looseObject({ asOf: z.unknown(), effectiveUntil: z.string().nullable() })

/** Whose desk a stage is, by the editions that the entity's facts pin. */
async function holdersOf(context: Context, seen: Seen): Promise<(stage: string, pin: EditionRef | undefined) => string | undefined> {
  const pins = seen.facts.flatMap(({ fact }) => [
    ...(fact.edition ? [fact.edition] : []),
    ...fact.moves.flatMap((move) => move.edition ?? []),
  ])
  const editions = new Map(
    await Promise.all(pins.map(async (pin) => [`${pin.id} ${pin.revision}`, await context.reader.edition(pin)] as const)),
  )
  return (stage, pin) => {
    const edition = pin ? editions.get(`${pin.id} ${pin.revision}`) : undefined
    return domain.workflow(seen.slice.kind, edition)?.leaves.get(stage)?.holder
  }
}

/** Every fact of an entity and the stays they made. */
export async function historyOf(context: Context, seen: Seen, effectiveUntil: string | undefined) {
  const of = { kind: seen.slice.kind, id: seen.entity.id }
  return {
    asOf: seen.moment,
    effectiveUntil: effectiveUntil ?? null,
    facts: entityHistory(seen.known, of, { effectiveUntil }),
    stays: heldBy(seen.known, of.kind, of.id, await holdersOf(context, seen), { effectiveUntil }),
  }
}

/**
 * `/history`: every fact of an entity and the stays they made; `/fund-trail`: where the money of an allocation went. Both on either clock.
 */
export function registerTrails(app: FastifyInstance, context: Context, slice: Slice, base: string, id: z.ZodType<string>): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  const params = z.strictObject({ id })
  const shared = {
    tags: [slice.plural],
    security: [{ bearer: [] }],
    params,
    querystring: TimeQuery,
    response: { 200: TrailAnswer, '4xx': ProblemSchema, '5xx': ProblemSchema },
  }

  typed.get(
    `${base}/:id/history`,
    {
      schema: {
        ...shared,
        operationId: `${slice.kind}.history`,
        summary: 'Every fact, with actor, recorder, both dates, evidence and position',
      },
    },
    async (request) => {
      const seen = await look(context, callerOf(request), slice, request.params.id, request.query)
      return historyOf(context, seen, request.query.effectiveUntil)
    },
  )

  if (slice.kind !== 'allocation') return
  typed.get(
    `${base}/:id/fund-trail`,
    {
      schema: {
        ...shared,
        operationId: 'allocation.fundTrail',
        summary: 'Each movement from SP2D to supplier with running balances, and what remains where',
      },
    },
    async (request) => {
      const { effectiveUntil } = request.query
      const seen = await look(context, callerOf(request), slice, request.params.id, request.query)
      return { asOf: seen.moment, effectiveUntil: effectiveUntil ?? null, ...fundTrail(seen.known, { effectiveUntil }) }
    },
  )
}
