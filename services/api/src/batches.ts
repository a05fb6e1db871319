import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { commands, domain, type Decider, type Slice } from '@jejak/domain'
import { answerOf, lastOf } from './answer.ts'
import { idsOf } from './commands.ts'
import type { Context } from './context.ts'
import { callerOf } from './identity.ts'
import { problem, type RequestError } from './problem.ts'
import { askedOf, dryRunOf, put } from './putting.ts'
import { SchemaRefused, type Unfit } from './schema-refused.ts'
import { bodySchema, CommandAnswerSchema, CommandQuery, DryRunSchema, ForeignKind, ProblemSchema, type CommandBody } from './schemas.ts'
import { sentBy } from './sending.ts'

const Item = z
  .strictObject({
    command: z.string().regex(/^[a-z][a-zA-Z-]*\.[A-Z][A-Za-z0-9]*$/, { error: 'a command: kind.Verb, e.g. tranche.Request' }),
    subject: z.strictObject({ kind: ForeignKind, id: z.string().max(64) }),
    body: z.record(z.string(), z.unknown()),
  })
  .meta({
    id: 'BatchCommand',
    description: 'A command by its operation id, the entity it is about, and the body of its own route without id',
  })
type Item = z.infer<typeof Item>

const BatchAnswer = z.object({ position: z.int(), commands: z.array(CommandAnswerSchema) }).meta({ id: 'BatchAnswer' })
const BatchDryRun = z.object({ dryRun: z.literal(true), commands: z.array(DryRunSchema) }).meta({ id: 'BatchDryRun' })

/** An item that fits: its command, the id as it is stored, and the body that its schema gave. */
interface Fitting {
  readonly slice: Slice
  readonly decider: Decider
  readonly id: string
  readonly body: CommandBody
}

/** The decider of an item. Persons have a port of their own: what is said of them goes to the registry, not into the log. */
function deciderOf({ command, subject: { kind } }: Item): Decider | undefined {
  const entry = commands.get(command)
  if (!entry || kind === 'person' || kind === 'case') return undefined
  const fits = entry.slice.kind === kind || (entry.slice.kind === 'case' && !domain.slices.has(kind))
  return fits ? entry.decider : undefined
}

/** An item checked by the schema of its own route. */
function fit(item: Item, decider: Decider, index: number): Fitting | Unfit[] {
  const { kind } = item.subject
  const { known, fresh } = idsOf(kind)
  const id = (decider.command.opens ? fresh : known).safeParse(item.subject.id)
  const schema = bodySchema(decider.command, z.string())
  const value = decider.command.opens ? { ...item.body, id: item.subject.id } : item.body
  const parsed = schema.safeParse(value)
  const unfit: Unfit[] = [
    ...(id.success
      ? []
      : [{ schema: decider.command.opens ? fresh : known, value: item.subject.id, at: ['commands', index, 'subject', 'id'] }]),
    ...('id' in item.body && decider.command.opens
      ? [{ schema: z.strictObject({}), value: { id: '' }, at: ['commands', index, 'body'] }]
      : []),
    ...(parsed.success ? [] : [{ schema, value, at: ['commands', index, 'body'] }]),
  ]
  if (unfit.length > 0 || !id.success || !parsed.success) return unfit
  return { slice: domain.slice(kind), decider, id: id.data, body: parsed.data as unknown as CommandBody }
}

function fitAll(items: readonly Item[]): Fitting[] {
  const unknown: RequestError[] = []
  const unfit: Unfit[] = []
  const fitting: Fitting[] = []
  for (const [index, item] of items.entries()) {
    const decider = deciderOf(item)
    if (!decider) {
      const detail = { id: 'tidak ada perintah ini pada jenis itu', en: 'there is no such command on this kind' }
      unknown.push({ pointer: `/commands/${index}/command`, detail })
      continue
    }
    const found = fit(item, decider, index)
    if (Array.isArray(found)) unfit.push(...found)
    else fitting.push(found)
  }
  if (unknown.length > 0) throw problem('invalid-request', { errors: unknown })
  if (unfit.length > 0) throw new SchemaRefused('body', unfit)
  return fitting
}

const route = '/v1/batches'

/** `POST /v1/batches`: several commands under one key, all or nothing, decided in order (CONTRACTS B2). */
export function registerBatches(app: FastifyInstance, context: Context): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    route,
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
        response: { 200: z.union([BatchAnswer, BatchDryRun]), 201: BatchAnswer, '4xx': ProblemSchema, '5xx': ProblemSchema },
      },
    },
    async (request, reply) => {
      const fitting = fitAll(request.body.commands)
      const sent = sentBy(request, callerOf(request), { route, ids: {}, body: request.body }, request.query.dryRun === 'true')
      const asked = fitting.map(({ slice, decider, id, body }) => askedOf(slice, decider, id, body, sent))
      request.log = request.log.child({ entities: [...new Set(asked.map(({ call: { subject } }) => `${subject.kind}:${subject.id}`))] })
      const done = await put(context, asked, sent, true)
      if (done.kind === 'would-do')
        return reply
          .code(200)
          .send({ dryRun: true, commands: asked.map((each, index) => dryRunOf(each, done.facts[index] ?? [])) as never })
      const position = lastOf(done.outcome)
      const answers = []
      for (const [index, outcome] of done.outcome.entries())
        answers.push(await answerOf(context.log, outcome, position, done.fresh?.[index]))
      request.log.info({ position, commands: answers.length, outcome: done.replayed ? 'replayed' : 'recorded' }, 'batch')
      return reply
        .code(done.outcome.every((outcome) => outcome.repeated) ? 200 : 201)
        .headers({ 'jejak-position': String(position), ...(done.replayed ? { 'idempotency-replayed': 'true' } : {}) })
        .send({ position, commands: answers })
    },
  )
}
