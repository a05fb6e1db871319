import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { domain, type Entity, type Slice } from '@jejak/domain'
import { actionsOf } from './actions.ts'
import { etagOf } from './answer.ts'
import type { Context } from './context.ts'
import { foreignSlice } from './commands.ts'
import { callerOf } from './identity.ts'
import { languageOf } from './problem.ts'
import { registerAreas } from './areas.ts'
import { registerBankStatements } from './bank-statements.ts'
import { registerCaseClock, registerClock } from './clock.ts'
import { registerDeviations } from './deviations.ts'
import { registerEditions } from './editions.ts'
import { registerFlows } from './flows.ts'
import { registerLedger } from './ledger-uses.ts'
import { registerLists } from './lists.ts'
import { registerLoans } from './loans.ts'
import { historyOf, registerTrails, TrailAnswer } from './trails.ts'
import { look, type Seen } from './look.ts'
import { registerReports } from './reports.ts'
import { registerStuck } from './stuck.ts'
import { registerSwadaya } from './swadaya.ts'
import { registerTaxes } from './taxes.ts'
import { EditionId, ForeignKind, ProblemSchema, StagesSchema, TimeQuery, Uuid } from './schemas.ts'
import { stateOf } from './state.ts'

async function standingOf(context: Context, slice: Slice, entity: Entity) {
  const edition = entity.edition ? await context.reader.edition(entity.edition) : undefined
  const workflow = domain.workflow(slice.kind, edition)
  const holder = workflow
    ?.standing(entity.stages)
    .map((leaf) => leaf.holder)
    .find((role) => role !== undefined)
  return { holder: holder ?? null, final: workflow?.ended(entity.stages) ?? false }
}

const EntityAnswer = z
  .object({
    kind: z.string(),
    id: z.string(),
    stages: StagesSchema,
    suspended: z.boolean(),
    holder: z.string().nullable().meta({ description: 'The role whose desk it is on' }),
    final: z.boolean(),
    edition: z.object({ id: z.string(), revision: z.int() }).nullable(),
    ancestors: z.array(z.string()),
    state: z.record(z.string(), z.unknown()),
    asOf: z.object({ position: z.int(), recordedAt: z.string(), provisional: z.boolean() }),
    effectiveUntil: z.string().nullable(),
    etag: z.string(),
  })
  .meta({ id: 'Entity', description: 'An entity folded from the log: always current, or as of any moment' })

/** Whether the client has this version: any of a list, weak or strong, or `*` (RFC 9110, section 13.1.2). */
const isSame = (header: string | undefined, etag: string): boolean =>
  header !== undefined && header.split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === etag)

async function sendEntity(context: Context, request: FastifyRequest, reply: FastifyReply, seen: Seen, effectiveUntil: string | undefined) {
  const { slice, entity, moment } = seen
  const etag = etagOf(entity.last)
  if (effectiveUntil === undefined && moment.provisional) void reply.header('etag', etag)
  void reply.header('cache-control', 'private, no-cache').header('jejak-position', String(moment.position))
  if (isSame(request.headers['if-none-match'], etag) && effectiveUntil === undefined && moment.provisional) return reply.code(304).send()
  return reply.send({
    kind: slice.kind,
    id: entity.id,
    stages: entity.stages,
    suspended: entity.suspended,
    ...(await standingOf(context, slice, entity)),
    edition: entity.edition ?? null,
    ancestors: [...entity.ancestors],
    state: stateOf(entity.data) as Record<string, unknown>,
    asOf: moment,
    effectiveUntil: effectiveUntil ?? null,
    etag,
  })
}

function registerKind(app: FastifyInstance, context: Context, slice: Slice): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  const id = slice.kind === 'edition' ? EditionId : Uuid
  const params = z.strictObject({ id })
  const shared = { tags: [slice.plural], security: [{ bearer: [] }], params }
  const problems = { '4xx': ProblemSchema, '5xx': ProblemSchema }

  typed.get(
    `/v1/${slice.plural}/:id`,
    {
      schema: {
        ...shared,
        operationId: `${slice.kind}.read`,
        summary: `One ${slice.kind}, folded from the log`,
        querystring: TimeQuery,
        response: { 200: EntityAnswer, ...problems },
      },
    },
    async (request, reply) => {
      const seen = await look(context, callerOf(request), slice, request.params.id, request.query)
      return sendEntity(context, request, reply, seen, request.query.effectiveUntil)
    },
  )

  typed.get(
    `/v1/${slice.plural}/:id/actions`,
    {
      schema: {
        ...shared,
        operationId: `${slice.kind}.actions`,
        summary: 'What can be recorded now, by whom, and what stands in the way',
        querystring: z.strictObject({}),
        response: { 200: ActionsAnswer, ...problems },
      },
    },
    async (request, reply) => {
      return reply.send(await actionsNow(context, request, slice, request.params.id))
    },
  )
  registerTrails(app, context, slice, `/v1/${slice.plural}`, id)
  registerClock(app, context, slice, id)
}

const ActionsAnswer = z.object({ asOf: z.unknown(), actions: z.array(z.unknown()) })

async function actionsNow(context: Context, request: FastifyRequest, slice: Slice, id: string) {
  const caller = callerOf(request)
  const seen = await look(context, caller, slice, id, {})
  return { asOf: seen.moment, actions: await actionsOf(context, caller, languageOf(request.headers['accept-language']), seen) }
}

/** Foreign kinds: the same reads, their kind in the path. */
function registerCaseReads(app: FastifyInstance, context: Context): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  const params = z.strictObject({ kind: ForeignKind, id: Uuid })
  const shared = { tags: ['cases'], security: [{ bearer: [] }], params, querystring: TimeQuery }
  const problems = { '4xx': ProblemSchema, '5xx': ProblemSchema }
  typed.get(
    '/v1/cases/:kind/:id',
    {
      schema: {
        ...shared,
        operationId: 'case.read',
        summary: 'One case, folded from the log',
        response: { 200: EntityAnswer, ...problems },
      },
    },
    async (request, reply) => {
      const seen = await look(context, callerOf(request), foreignSlice(request.params.kind), request.params.id, request.query)
      return sendEntity(context, request, reply, seen, request.query.effectiveUntil)
    },
  )
  typed.get(
    '/v1/cases/:kind/:id/actions',
    {
      schema: {
        ...shared,
        operationId: 'case.actions',
        summary: 'What can be recorded now, by whom, and what stands in the way',
        querystring: z.strictObject({}),
        response: { 200: ActionsAnswer, ...problems },
      },
    },
    (request) => actionsNow(context, request, foreignSlice(request.params.kind), request.params.id),
  )
  typed.get(
    '/v1/cases/:kind/:id/history',
    { schema: { ...shared, operationId: 'case.history', summary: 'Every fact of a case', response: { 200: TrailAnswer, ...problems } } },
    async (request) =>
      historyOf(
        context,
        await look(context, callerOf(request), foreignSlice(request.params.kind), request.params.id, request.query),
        request.query.effectiveUntil,
      ),
  )
}

/** Reads: entities folded from the log, their history and actions, lists from the views, and who I am. */
export function registerReads(app: FastifyInstance, context: Context): void {
  for (const slice of domain.slices.values()) if (slice.kind !== 'person' && slice.kind !== 'case') registerKind(app, context, slice)
  registerCaseReads(app, context)
  registerAreas(app, context)
  registerEditions(app, context)
  registerCaseClock(app, context)
  registerLists(app, context)
  registerStuck(app, context)
  registerFlows(app, context)
  registerBankStatements(app, context)
  registerDeviations(app, context)
  registerSwadaya(app, context)
  registerTaxes(app, context)
  registerLoans(app, context)
  registerReports(app, context)
  registerLedger(app, context)
}
