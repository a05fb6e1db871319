import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { EditionRef, Slice } from '@jejak/domain'
import { clockRulesOf, entityClockAt, stageClockOf, type RulesOf } from '@jejak/views'
import { EntityClockSchema } from './clock-schemas.ts'
import { foreignSlice } from './commands.ts'
import type { Context } from './context.ts'
import { dayOf, type DayAsked } from './day.ts'
import { callerOf } from './identity.ts'
import { look, type Seen } from './look.ts'
import { AsOf, ForeignKind, ProblemSchema, Uuid } from './schemas.ts'

const ClockQuery = z.strictObject({
  at: z.iso
    .date()
    .optional()
    .meta({ description: 'Counted to that day, by facts with that date or an earlier one; by default the day of asOf, else today' }),
  asOf: AsOf,
})

/** The rules of the editions that an entity's facts pin. */
async function rulesFor(context: Context, seen: Seen): Promise<RulesOf> {
  const pins = seen.facts.flatMap(({ fact }) => [
    ...(fact.edition ? [fact.edition] : []),
    ...fact.moves.flatMap((move) => move.edition ?? []),
  ])
  const name = (pin: EditionRef): string => `${pin.id} ${pin.revision}`
  const editions = new Map(
    await Promise.all(
      [...new Map(pins.map((pin) => [name(pin), pin])).values()].map(
        async (pin) => [name(pin), await context.reader.edition(pin)] as const,
      ),
    ),
  )
  return (kind, pin) => {
    const edition = pin && editions.get(name(pin))
    return { rules: clockRulesOf(kind, edition), programme: edition?.programme ?? null }
  }
}

/** The clock of one entity, folded from the log: any moment can be asked. */
async function clockOf(context: Context, seen: Seen, asked: DayAsked) {
  const of = { kind: seen.slice.kind, id: seen.entity.id }
  const day = await dayOf(context, asked)
  const clock = stageClockOf(seen.facts, of, await rulesFor(context, seen))
  const told = clock
    ? entityClockAt(clock, day.at, day.calendar)
    : { stays: [], marks: [], clocks: [], byHolder: {}, suspended: false, reopened: [] }
  return { asOf: seen.moment, at: day.at, ...of, ...told }
}

const shared = {
  security: [{ bearer: [] }],
  querystring: ClockQuery,
  response: { 200: EntityClockSchema, '4xx': ProblemSchema, '5xx': ProblemSchema },
}
const summary = 'Every stay with calendar and working days, marks, and the times that the edition limits'

/** `/clock` of one kind of entity. */
export function registerClock(app: FastifyInstance, context: Context, slice: Slice, id: z.ZodType<string>): void {
  // What has no stages has no clock.
  if (slice.edition === 'none' && Object.keys(slice.builtIn?.workflow.stages ?? {}).length === 0) return
  app
    .withTypeProvider<ZodTypeProvider>()
    .get(
      `/v1/${slice.plural}/:id/clock`,
      { schema: { ...shared, operationId: `${slice.kind}.clock`, summary, tags: [slice.plural], params: z.strictObject({ id }) } },
      async (request, reply) => {
        const { at, asOf } = request.query
        const seen = await look(context, callerOf(request), slice, request.params.id, { asOf, at })
        return reply.header('jejak-position', String(seen.moment.position)).send(await clockOf(context, seen, { at, asOf }))
      },
    )
}

/** `/clock` of foreign kinds, their kind in the path. */
export function registerCaseClock(app: FastifyInstance, context: Context): void {
  const params = z.strictObject({ kind: ForeignKind, id: Uuid })
  app
    .withTypeProvider<ZodTypeProvider>()
    .get(
      '/v1/cases/:kind/:id/clock',
      { schema: { ...shared, operationId: 'case.clock', summary, tags: ['cases'], params } },
      async (request, reply) => {
        const { at, asOf } = request.query
        const { kind, id } = request.params
        const seen = await look(context, callerOf(request), foreignSlice(kind), id, { asOf, at })
        return reply.header('jejak-position', String(seen.moment.position)).send(await clockOf(context, seen, { at, asOf }))
      },
    )
}
