import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { findRegions, regionLevels, workingDays } from '@jejak/reference'
import type { Context } from './context.ts'
import { problem } from './problem.ts'
import { digits, ProblemSchema, QueryText } from './schemas.ts'

const Place = z.object({ id: z.string(), code: z.string(), name: z.string(), level: z.string() })

/**
 * `GET /v1/areas?search=`: areas by the names people use; `GET /v1/working-days`: days between two dates, where the calendar covers them.
 */
export function registerAreas(app: FastifyInstance, context: Context): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  typed.get(
    '/v1/areas',
    {
      schema: {
        operationId: 'area.search',
        summary: 'Find areas by everyday names: "Pasar II", "kec. Kedungkandang"',
        tags: ['areas'],
        security: [{ bearer: [] }],
        querystring: z.strictObject({
          search: QueryText.refine((text) => text.trim() !== '', { error: 'something to search for' }),
          level: z.enum(regionLevels as unknown as [string, ...string[]]).optional(),
          within: z
            .string()
            .regex(/^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2})?)?$/, { error: 'a region code or its beginning, e.g. 16.74' })
            .optional(),
          limit: digits(1, 50).default(10),
        }),
        response: {
          200: z.object({ areas: z.array(Place.extend({ label: z.string(), match: z.string(), path: z.array(Place) })) }),
          '4xx': ProblemSchema,
        },
      },
    },
    async (request) => {
      const { search, level, within, limit } = request.query
      const found = await findRegions(context.pool, search, {
        limit,
        ...(level ? { level: level as (typeof regionLevels)[number] } : {}),
        ...(within ? { within } : {}),
      })
      const place = ({ id, code, name, level: kind }: { id: string; code: string; name: string; level: string }) => ({
        id,
        code,
        name,
        level: kind,
      })
      return { areas: found.map((area) => ({ ...place(area), label: area.label, match: area.match, path: area.path.map(place) })) }
    },
  )

  typed.get(
    '/v1/working-days',
    {
      schema: {
        operationId: 'workingDays',
        summary: 'Working days after one date, up to and including another; says so where the calendar does not cover them',
        tags: ['areas'],
        security: [{ bearer: [] }],
        querystring: z.strictObject({ from: z.iso.date(), to: z.iso.date() }),
        response: { 200: z.unknown(), '4xx': ProblemSchema },
      },
    },
    async (request) => {
      const from = Temporal.PlainDate.from(request.query.from)
      const to = Temporal.PlainDate.from(request.query.to)
      if (Temporal.PlainDate.compare(from, to) > 0)
        throw problem('invalid-request', { errors: [{ parameter: 'to', detail: { id: 'sebelum from', en: 'before from' } }] })
      const found = workingDays(from, to, await context.calendar())
      return { from: from.toString(), to: to.toString(), ...found }
    },
  )
}
