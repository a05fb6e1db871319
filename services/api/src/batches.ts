import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { commands, domain, type Decider, type Slice } from '@jejak/domain'
import type { Asked } from '@jejak/event-store'
import { answerOf, lastOf } from './answer.ts'
import { askedOf, put, sentBy } from './commands.ts'
import type { Context } from './context.ts'
import { callerOf } from './identity.ts'
import { problem, type RequestError } from './problem.ts'
import { bodyOf, CommandAnswerSchema, CommandQuery, ProblemSchema, type CommandBody } from './schemas.ts'

const Item = z
  .strictObject({
    command: z.string().regex(/^[a-z][a-z-]*\.[A-Z][A-Za-z0-9]*$/),
    subject: z.strictObject({ kind: z.string(), id: z.string() }),
    body: z.record(z.string(), z.unknown()),
  })
  .meta({
    id: 'BatchCommand',
    description: 'A command by its operation id, the entity it is about, and the body of its own route without id',
  })

const BatchAnswer = z.object({ position: z.int(), commands: z.array(CommandAnswerSchema) }).meta({ id: 'BatchAnswer' })

/** The command of an item, its body checked by the schema of its own route. */
function itemOf(item: z.infer<typeof Item>, index: number): { slice: Slice; decider: Decider; body: CommandBody } | RequestError[] {
  const entry = commands.get(item.command)
  const kind = item.subject.kind
  const fits = entry && (entry.slice.kind === kind || (entry.slice.kind === 'case' && !domain.slices.has(kind)))
  if (!fits) return [{ pointer: `/commands/${index}/command`, detail: `no command ${item.command} on a ${kind}` }]
  const schema = bodyOf(entry.command, z.string())
  const parsed = schema.safeParse(entry.command.opens ? { ...item.body, id: item.subject.id } : item.body)
  if (!parsed.success)
    return parsed.error.issues.map((issue) => ({ pointer: `/commands/${index}/body/${issue.path.join('/')}`, detail: issue.message }))
  return { slice: domain.slice(kind), decider: entry.decider, body: parsed.data as unknown as CommandBody }
}

/** `POST /v1/batches`: several commands under one key, all or nothing, decided in order (CONTRACTS B2). */
export function registerBatches(app: FastifyInstance, context: Context): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/batches',
    {
      bodyLimit: 262_144,
      schema: {
        operationId: 'batch',
        summary: 'Several commands under one key, all or nothing',
        description: 'Decided in order, each on the state after the one before. The first refusal refuses all and names its index.',
        tags: ['batches'],
        security: [{ bearer: [] }],
        querystring: CommandQuery,
        body: z.strictObject({ commands: z.array(Item).min(1).max(200) }).meta({ id: 'BatchBody' }),
        response: { 200: z.unknown(), 201: BatchAnswer, '4xx': ProblemSchema, '5xx': ProblemSchema },
      },
    },
    async (request, reply) => {
      const sent = sentBy(request, callerOf(request), '/v1/batches', {}, request.query.dryRun === 'true')
      const items = request.body.commands.map((item, index) => itemOf(item, index))
      const errors = items.flatMap((item) => (Array.isArray(item) ? item : []))
      if (errors.length > 0) throw problem('invalid-request', { errors })
      const asked: Asked[] = items.flatMap((item, index) =>
        Array.isArray(item) ? [] : [askedOf(item.slice, item.decider, request.body.commands[index]?.subject.id ?? '', item.body, sent)],
      )
      const done = await put(context, asked, sent)
      if (done.kind === 'would-do')
        return reply.code(200).send({
          dryRun: true,
          commands: done.facts.map((facts) => facts.map(({ type, subject, moves, deviations }) => ({ type, subject, moves, deviations }))),
        })
      const position = lastOf(done.outcome)
      const answers = []
      for (const outcome of done.outcome) answers.push(await answerOf(context.log, outcome, position))
      request.log.info({ position, commands: answers.length, outcome: done.replayed ? 'replayed' : 'recorded' }, 'batch')
      return reply
        .code(done.outcome.every((outcome) => outcome.repeated) ? 200 : 201)
        .headers({ 'jejak-position': String(position), ...(done.replayed ? { 'idempotency-replayed': 'true' } : {}) })
        .send({ position, commands: answers })
    },
  )
}
