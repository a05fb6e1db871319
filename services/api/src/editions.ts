import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Edition } from '@jejak/domain'
import type { Context } from './context.ts'
import { problem } from './problem.ts'
import { digits, EditionId, ProblemSchema } from './schemas.ts'

/** The content of published editions, and the JSON Schema that one must match. */
export function registerEditions(app: FastifyInstance, context: Context): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  typed.get(
    '/v1/editions/:id/revisions/:revision',
    {
      schema: {
        operationId: 'edition.revision',
        summary: 'One revision of an edition, whole',
        tags: ['editions'],
        security: [{ bearer: [] }],
        params: z.strictObject({ id: EditionId, revision: digits(1, 999_999) }),
        response: { 200: z.unknown(), '4xx': ProblemSchema },
      },
    },
    async (request) => {
      const edition = await context.reader.edition(request.params)
      if (!edition) throw problem('not-found')
      return edition
    },
  )
  app.get('/schemas/edition.json', { schema: { hide: true } }, (_request, reply) =>
    reply.type('application/schema+json').send(JSON.stringify(z.toJSONSchema(Edition, { io: 'input' }))),
  )
}
