import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { commands } from '@jejak/domain'
import { PersonExists } from '@jejak/event-store'
import { answerOf, lastOf } from './answer.ts'
import { askedOf, put, sentBy } from './commands.ts'
import { instantOf, type Context } from './context.ts'
import { callerOf, type Caller } from './identity.ts'
import { problem } from './problem.ts'
import { CommandAnswerSchema, CommandQuery, ProblemSchema } from './schemas.ts'

const RecordSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    nik: z
      .string()
      .regex(/^[0-9]{16}$/)
      .optional(),
    phone: z
      .string()
      .regex(/^[+0-9 -]{6,20}$/)
      .optional(),
    address: z.string().trim().min(1).max(300).optional(),
    account: z.string().trim().min(1).max(60).optional(),
  })
  .meta({ id: 'PersonRecord', description: 'Personal data: kept encrypted beside the log and never in it' })

const registrars = ['PMU', 'KORKOT', 'LURAH', 'SEK_BKM', 'BKM', 'UPL', 'system']
const readers = [...registrars, 'AUDITOR']

const allow = (caller: Caller, roles: readonly string[]): void => {
  if (!roles.some((role) => caller.roles.includes(role))) throw problem('not-found')
}

/** The port to the registry of persons: records go to the registry, and only a commitment to them into the log (CONTRACTS A8). */
export function registerPersons(app: FastifyInstance, context: Context): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  const shared = { tags: ['persons'], security: [{ bearer: [] }] }
  const answers = { 200: CommandAnswerSchema, 201: CommandAnswerSchema, '4xx': ProblemSchema, '5xx': ProblemSchema }

  const store = async (id: string, record: z.infer<typeof RecordSchema>): Promise<string> => {
    const given = Object.fromEntries(Object.entries(record).filter((field): field is [string, string] => field[1] !== undefined))
    try {
      return await context.persons.register(id, given)
    } catch (error) {
      if (error instanceof PersonExists)
        throw problem('invalid-request', { errors: [{ pointer: '/id', detail: 'this person is registered with another record' }] })
      throw error
    }
  }

  const putOne = async (
    name: string,
    id: string,
    data: Record<string, unknown>,
    request: Parameters<typeof sentBy>[0],
    dryRun: boolean,
  ) => {
    const entry = commands.get(name)
    if (!entry) throw new Error(`no command ${name}`)
    const caller = callerOf(request)
    const sent = sentBy(request, caller, name, { id }, dryRun)
    const today = instantOf(sent.recordedAt ?? context.now()).slice(0, 10)
    const asked = askedOf(entry.slice, entry.decider, id, { effectiveOn: today, evidence: [], data }, sent)
    return put(context, [asked], sent)
  }

  typed.post(
    '/v1/persons',
    {
      schema: {
        ...shared,
        operationId: 'person.Register',
        summary: 'Register a person; the log learns the id and a commitment only',
        querystring: CommandQuery,
        body: z.strictObject({ id: z.uuidv7(), record: RecordSchema }),
        response: answers,
      },
    },
    async (request, reply) => {
      allow(callerOf(request), registrars)
      const { id, record } = request.body
      const commitment = await store(id, record)
      const done = await putOne('person.Register', id, { commitment }, request, request.query.dryRun === 'true')
      if (done.kind === 'would-do') return reply.code(200).send({ dryRun: true } as never)
      const [outcome] = done.outcome
      if (!outcome) throw new Error('no outcome')
      return reply.code(outcome.repeated ? 200 : 201).send(await answerOf(context.log, outcome, lastOf(done.outcome)))
    },
  )

  typed.get(
    '/v1/persons/:id',
    {
      schema: {
        ...shared,
        operationId: 'person.read',
        summary: 'The record of a person, for those who may see it',
        params: z.strictObject({ id: z.uuid() }),
        response: {
          200: z.object({ id: z.string(), record: z.record(z.string(), z.unknown()).nullable(), erased: z.boolean() }),
          '4xx': ProblemSchema,
        },
      },
    },
    async (request) => {
      allow(callerOf(request), readers)
      const { id } = request.params
      const known = await context.persons.read(id)
      if (!known) throw problem('not-found')
      return { id, record: known.kind === 'known' ? { ...known.record } : null, erased: known.kind === 'erased' }
    },
  )

  typed.post(
    '/v1/persons/:id/erase',
    {
      schema: {
        ...shared,
        operationId: 'person.Erase',
        summary: 'Erase the record; facts keep the id, which leads nowhere then',
        params: z.strictObject({ id: z.uuid() }),
        querystring: CommandQuery,
        body: z.strictObject({ why: z.string().trim().min(1).max(2000) }),
        response: answers,
      },
    },
    async (request, reply) => {
      allow(callerOf(request), ['PMU', 'system'])
      const { id } = request.params
      const dryRun = request.query.dryRun === 'true'
      const done = await putOne('person.Erase', id, { why: request.body.why }, request, dryRun)
      if (done.kind === 'would-do') return reply.code(200).send({ dryRun: true } as never)
      await context.persons.erase(id)
      const [outcome] = done.outcome
      if (!outcome) throw new Error('no outcome')
      return reply.code(outcome.repeated ? 200 : 201).send(await answerOf(context.log, outcome, lastOf(done.outcome)))
    },
  )
}
