import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { commands, domain, refsOf, type CommandSpec, type Decider, type Json, type Slice } from '@jejak/domain'
import { commandKeyHash, eventId, fingerprint, handle, type Asked, type Handled } from '@jejak/event-store'
import { answerOf, lastOf } from './answer.ts'
import { instantOf, microsOf, type Context } from './context.ts'
import { callerOf, type Caller } from './identity.ts'
import { problem, refusalProblem, type Problem } from './problem.ts'
import { bodyOf, CommandAnswerSchema, CommandQuery, ProblemSchema, type CommandBody } from './schemas.ts'

/** What a request says besides its commands. */
export interface Sent {
  readonly caller: Caller
  readonly key: string
  readonly fingerprint: string
  readonly recordedAt: bigint | undefined
  readonly dryRun: boolean
  readonly correlation: string
}

const keyPattern = /^"([\x20-\x21\x23-\x7e]{1,200})"$|^([\x21\x23-\x7e]{1,200})$/

/** The key of a command: a structured-field string (quoted), or the bare text. */
export function idempotencyKey(request: FastifyRequest): string {
  const header = request.headers['idempotency-key']
  const found = typeof header === 'string' ? keyPattern.exec(header) : null
  if (!found)
    throw problem('idempotency-key-missing', { errors: [{ header: 'Idempotency-Key', detail: '1 to 200 printable ASCII characters' }] })
  return found[1] ?? found[2] ?? ''
}

function recordedAtOf(request: FastifyRequest, caller: Caller): bigint | undefined {
  const header = request.headers['jejak-recorded-at']
  if (header === undefined) return undefined
  if (!caller.roles.includes('simulator')) throw problem('simulator-only')
  const parsed = z.iso.datetime({ offset: true }).safeParse(header)
  if (!parsed.success) throw problem('invalid-request', { errors: [{ header: 'Jejak-Recorded-At', detail: 'an RFC 3339 instant' }] })
  return microsOf(parsed.data)
}

function ifMatchOf(request: FastifyRequest): number | undefined {
  const header = request.headers['if-match']
  if (header === undefined || header === '*') return undefined
  const found = /^"(\d{1,15})"$/.exec(header)
  if (!found) throw problem('invalid-request', { errors: [{ header: 'If-Match', detail: 'one strong ETag as this API gives it' }] })
  return Number(found[1])
}

const traceOf = (request: FastifyRequest): string | undefined =>
  /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(String(request.headers['traceparent'] ?? ''))?.[1]

/** Reads the headers that every command shares. The body must have passed its schema. */
export function sentBy(request: FastifyRequest, caller: Caller, route: string, ids: Record<string, string>, dryRun: boolean): Sent {
  const key = idempotencyKey(request)
  const hash = commandKeyHash(caller.issuer, caller.subject, key)
  return {
    caller,
    key,
    fingerprint: fingerprint({ method: request.method, route, ids: Object.values(ids), body: request.body as Json }),
    recordedAt: recordedAtOf(request, caller),
    dryRun,
    correlation: traceOf(request) ?? eventId(hash, 0),
  }
}

/** A command as the log's handler takes it. The actor is the holder of the token unless the body names one. */
export function askedOf(slice: Slice, decider: Decider, id: string, body: CommandBody, sent: Sent, ifMatch?: number): Asked {
  const { recorder } = sent.caller
  return {
    slice,
    decider,
    call: {
      command: decider.command.name,
      subject: { kind: slice.kind, id },
      data: body.data,
      effectiveOn: body.effectiveOn,
      ...(body.effectiveAt === undefined ? {} : { effectiveAt: body.effectiveAt }),
      actor: tidy(body.actor ?? recorder),
      ...(body.cosigners && body.cosigners.length > 0 ? { cosigners: body.cosigners.map(tidy) } : {}),
      evidence: body.evidence.map(tidy),
      ...(body.reason === undefined ? {} : { reason: body.reason }),
      ...(body.lateReason === undefined ? {} : { lateReason: body.lateReason }),
      recordedBy: recorder,
      ...(ifMatch === undefined ? {} : { ifMatch }),
      correlation: sent.correlation,
    },
  }
}

/** Leaves out fields that are undefined, so that what is compared and hashed has no trace of them. */
const tidy = <T extends object>(value: T): { [F in keyof T]: Exclude<T[F], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as { [F in keyof T]: Exclude<T[F], undefined> }

/** Areas that a command names must be in the reference tables. */
async function checkAreas(context: Context, asked: readonly Asked[]): Promise<void> {
  for (const { decider, call } of asked) {
    const tags = [...refsOf(decider.command.records.data, call.data as Record<string, Json>), `${call.subject.kind}:${call.subject.id}`]
    for (const tag of tags.filter((each) => each.startsWith('area:')))
      if (!(await context.regions.byId(tag.slice(5))))
        throw problem('unknown-area', { errors: [{ pointer: '/data/area', detail: tag.slice(5) }] })
  }
}

/** Puts commands to the log under one key and turns what became of them into an answer or a problem. */
export async function put(context: Context, asked: readonly Asked[], sent: Sent): Promise<Extract<Handled, { kind: 'done' | 'would-do' }>> {
  const { caller } = sent
  await checkAreas(context, asked)
  const handled = await handle(
    {
      key: { issuer: caller.issuer, subject: caller.subject, key: sent.key },
      fingerprint: sent.fingerprint,
      commands: asked,
      dryRun: sent.dryRun,
      ...(sent.recordedAt === undefined ? {} : { recordedAt: sent.recordedAt }),
    },
    { log: context.log, reader: context.reader, now: context.now, inScope: (area) => context.regions.within(area, caller.region) },
  )
  if (handled.kind === 'done' || handled.kind === 'would-do') return handled
  throw problemOf(handled, asked.length > 1)
}

// oxlint-disable-next-line consistent-return -- a switch without default: the compiler finds a missing case
function problemOf(handled: Exclude<Handled, { kind: 'done' | 'would-do' }>, batch: boolean): Problem {
  const index = batch && 'index' in handled ? { index: handled.index } : {}
  switch (handled.kind) {
    case 'refused':
      return refusalProblem(handled.refusal, index)
    case 'unknown':
      return problem('not-found', { more: index })
    case 'stale':
      return problem('stale-version', {
        more: {
          ...index,
          newer: handled.newer.map(({ position, fact }) => ({ position, id: fact.id, type: fact.type, effectiveOn: fact.effectiveOn })),
        },
      })
    case 'conflict':
      return problem('conflict', { headers: { 'retry-after': '1' }, more: { newer: handled.newer } })
    case 'key-reused':
      return problem('key-reused')
    case 'clock-runs-backwards':
      return problem('clock-runs-backwards', { more: { last: instantOf(handled.last) } })
    case 'clock-is-real':
      return problem('clock-is-real')
  }
}

/** Answers a single command: 201 when it was recorded, 200 when it was the same again or only a dry run. */
async function answer(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: Asked,
  sent: Sent,
  plural: string,
): Promise<FastifyReply> {
  const done = await put(context, [asked], sent)
  if (done.kind === 'would-do')
    return reply.code(200).send({
      dryRun: true,
      facts: (done.facts[0] ?? []).map(({ type, subject, moves, deviations, data }) => ({ type, subject, moves, deviations, data })),
    })
  const [outcome] = done.outcome
  if (!outcome) throw new Error('no outcome')
  const body = await answerOf(context.log, outcome, lastOf(done.outcome))
  request.log.info(
    {
      entity: `${body.subject.kind}:${body.subject.id}`,
      position: body.position,
      outcome: done.replayed ? 'replayed' : outcome.repeated ? 'same' : 'recorded',
    },
    'command',
  )
  return reply
    .code(outcome.repeated ? 200 : 201)
    .headers({
      etag: body.etag,
      location: `/v1/${plural}/${body.subject.id}`,
      'jejak-position': String(body.position),
      ...(done.replayed ? { 'idempotency-replayed': 'true' } : {}),
    })
    .send(body)
}

const answers = { 200: CommandAnswerSchema, 201: CommandAnswerSchema, '4xx': ProblemSchema, '5xx': ProblemSchema }
const summaryOf = (command: CommandSpec): string => command.records.means
const bodyLimits: Readonly<Record<string, number>> = { edition: 1_048_576 }

function registerCommand(app: FastifyInstance, context: Context, slice: Slice, decider: Decider): void {
  const { command } = decider
  const idSchema = slice.kind === 'edition' ? z.string().regex(/^[A-Z0-9][A-Z0-9-]{1,60}$/) : z.uuidv7()
  const body = bodyOf(command, idSchema)
  const route = command.opens ? `/v1/${slice.plural}` : `/v1/${slice.plural}/:id/${command.verb}`
  const params = slice.kind === 'edition' ? z.strictObject({ id: idSchema }) : z.strictObject({ id: z.uuid() })
  app.withTypeProvider<ZodTypeProvider>().route({
    method: 'POST',
    url: route,
    bodyLimit: bodyLimits[slice.kind] ?? 65_536,
    schema: {
      operationId: command.name,
      summary: summaryOf(command),
      description: `Records \`${command.records.type}\`${command.records.observation ? ', an observation: a broken rule is noted, not refused' : ''}.`,
      tags: [slice.plural],
      security: [{ bearer: [] }],
      headers: z.looseObject({ 'idempotency-key': z.string().optional(), 'if-match': z.string().optional() }),
      querystring: CommandQuery,
      body,
      ...(command.opens ? {} : { params }),
      response: answers,
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const given = request.body as unknown as CommandBody
      const ids = (request.params ?? {}) as Record<string, string>
      const sent = sentBy(request, caller, route, ids, request.query.dryRun === 'true')
      const id = command.opens ? (given.id ?? '') : (ids['id'] ?? '')
      return answer(context, request, reply, askedOf(slice, decider, id, given, sent, ifMatchOf(request)), sent, slice.plural)
    },
  })
}

/** One route per command, derived from the slices. Persons have a port of their own; foreign kinds run on their workflow alone. */
export function registerCommands(app: FastifyInstance, context: Context): void {
  for (const { slice, decider } of commands.values())
    if (slice.kind !== 'person' && slice.kind !== 'case') registerCommand(app, context, slice, decider)
  registerCases(app, context)
}

const Kind = z.string().regex(/^[a-z][a-z-]{1,40}$/)

function registerCases(app: FastifyInstance, context: Context): void {
  const open = commands.get('case.Open')
  const step = commands.get('case.RecordStep')
  if (!open || !step) throw new Error('the case commands are missing')
  const foreign = (kind: string): Slice => {
    if (domain.slices.has(kind)) throw problem('not-found')
    return domain.slice(kind)
  }
  const typed = app.withTypeProvider<ZodTypeProvider>()
  const shared = { tags: ['cases'], security: [{ bearer: [] }], querystring: CommandQuery, response: answers }
  typed.post(
    '/v1/cases/:kind',
    {
      schema: {
        ...shared,
        operationId: 'case.Open',
        summary: summaryOf(open.command),
        params: z.strictObject({ kind: Kind }),
        body: bodyOf(open.command),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const sent = sentBy(request, caller, '/v1/cases/:kind', request.params, request.query.dryRun === 'true')
      const body = request.body as unknown as CommandBody
      return answer(
        context,
        request,
        reply,
        askedOf(foreign(request.params.kind), open.decider, body.id ?? '', body, sent),
        sent,
        `cases/${request.params.kind}`,
      )
    },
  )
  typed.post(
    '/v1/cases/:kind/:id/steps',
    {
      schema: {
        ...shared,
        operationId: 'case.RecordStep',
        summary: summaryOf(step.command),
        params: z.strictObject({ kind: Kind, id: z.uuid() }),
        body: bodyOf(step.command),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const sent = sentBy(request, caller, '/v1/cases/:kind/:id/steps', request.params, request.query.dryRun === 'true')
      const { kind, id } = request.params
      return answer(
        context,
        request,
        reply,
        askedOf(foreign(kind), step.decider, id, request.body, sent, ifMatchOf(request)),
        sent,
        `cases/${kind}`,
      )
    },
  )
}
