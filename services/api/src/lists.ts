import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { callerOf } from './identity.ts'
import type { Context } from './context.ts'
import { ProblemSchema } from './schemas.ts'

/** Lists from the views, and who I am. */
export function registerLists(app: FastifyInstance, context: Context): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  typed.get(
    '/v1/me',
    {
      schema: {
        operationId: 'me',
        summary: 'Who I am to Jejak, and which log this is',
        tags: ['me'],
        security: [{ bearer: [] }],
        response: { 200: z.unknown(), '4xx': ProblemSchema },
      },
    },
    (request) => {
      const { recorder, roles, region, expires } = callerOf(request)
      return { ...recorder, roles, region, expires: new Date(expires * 1000).toISOString(), log: { clock: context.log.clock } }
    },
  )
}
