import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { flowCases, flowKinds, flowPairs, flowSnapshot, flowSummary, flowVariants, flowWaits, viewsDb, type ViewsDb } from '@jejak/views'
import type { Context } from './context.ts'
import { Activities, Activity, askedOf, FlowPageQuery, FlowParams, FlowQuery, pageOf, sendRows, withNow } from './flow-query.ts'
import {
  FlowCasesSchema,
  FlowKindsSchema,
  FlowPairsSchema,
  FlowSnapshotSchema,
  FlowSummarySchema,
  FlowVariantsSchema,
  FlowWaitsSchema,
} from './flow-schemas.ts'
import { callerOf } from './identity.ts'
import { areasOf, caughtUp, PageQuery, Places } from './lists.ts'
import { digits, ProblemSchema } from './schemas.ts'

const shared = { tags: ['flows'], security: [{ bearer: [] }], params: FlowParams }
const problems = { '4xx': ProblemSchema, '5xx': ProblemSchema }

function registerKinds(app: FastifyInstance, context: Context, db: ViewsDb): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/flows',
    {
      schema: {
        tags: shared.tags,
        security: shared.security,
        operationId: 'flow.kinds',
        summary: 'The kinds of entity whose flow can be asked for',
        querystring: z.strictObject({ area: Places.area, region: Places.region, minPosition: PageQuery.minPosition }),
        response: { 200: FlowKindsSchema, ...problems },
      },
    },
    async (request, reply) => {
      await caughtUp(context, request.query.minPosition, 'flow')
      const kinds = await flowKinds(db, await areasOf(context, callerOf(request), request.query))
      return reply.header('jejak-position', String(kinds.position)).send(kinds)
    },
  )
}

function registerFigures(app: FastifyInstance, context: Context, db: ViewsDb): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  typed.get(
    '/v1/flows/:kind',
    {
      schema: {
        ...shared,
        operationId: 'flow',
        summary: 'How cases of a kind go: how many, how long, with which steps, from which to which',
        description: [
          'A case is an entity of the kind, its steps the facts about it and those that moved it, in the order of the log.',
          'A step is called by its name and outcome (VF-10:recommended), else by the key of its fact (tranche.Credited).',
          'Its time is effectiveAt, else the beginning of effectiveOn in Jakarta.',
        ].join(' '),
        querystring: z.strictObject(FlowQuery),
        response: { 200: FlowSummarySchema, ...problems },
      },
    },
    async (request, reply) => {
      const { kind } = request.params
      const { filter, moment, at } = await askedOf(context, db, request, kind, request.query)
      const summary = await flowSummary(db, filter, moment)
      return reply.header('jejak-position', String(summary.position)).send({ kind, at, ...summary })
    },
  )
  typed.get(
    '/v1/flows/:kind/snapshot',
    {
      schema: {
        ...shared,
        operationId: 'flow.snapshot',
        summary: 'What was open at an instant: for how long idle, after which step, and which cases the longest',
        querystring: z.strictObject({ ...FlowQuery, longest: digits(0, 100).default(20) }),
        response: { 200: FlowSnapshotSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { kind } = request.params
      const { filter, moment, at } = await withNow(context, await askedOf(context, db, request, kind, request.query))
      const snapshot = await flowSnapshot(db, filter, moment, request.query.longest)
      return reply.header('jejak-position', String(snapshot.position)).send({ kind, at, ...snapshot })
    },
  )
}

function registerOrder(app: FastifyInstance, context: Context, db: ViewsDb): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  typed.get(
    '/v1/flows/:kind/variants',
    {
      schema: {
        ...shared,
        operationId: 'flow.variants',
        summary: 'The traces that cases took, the most frequent first',
        querystring: z.strictObject({ ...FlowQuery, ...FlowPageQuery }),
        response: { 200: FlowVariantsSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { kind } = request.params
      const list = `flow ${kind} variants`
      const { filter, moment: asked, at } = await askedOf(context, db, request, kind, request.query)
      const { page, moment } = pageOf(list, request.query, asked)
      return sendRows(request, reply, list, { kind, at, ...(await flowVariants(db, filter, moment, page)) })
    },
  )
  typed.get(
    '/v1/flows/:kind/pairs',
    {
      schema: {
        ...shared,
        operationId: 'flow.pairs',
        summary: 'Pairs of neighbouring steps, and how long the second came after the first',
        description: 'order=total: the longest time together first; frequent: the most frequent; slowest: the longest median.',
        querystring: z.strictObject({ ...FlowQuery, ...FlowPageQuery, order: z.enum(['total', 'frequent', 'slowest']).default('total') }),
        response: { 200: FlowPairsSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { kind } = request.params
      const { order } = request.query
      const list = `flow ${kind} pairs ${order}`
      const { filter, moment: asked, at } = await askedOf(context, db, request, kind, request.query)
      const { page, moment } = pageOf(list, request.query, asked)
      return sendRows(request, reply, list, { kind, at, ...(await flowPairs(db, filter, moment, { ...page, order })) })
    },
  )
}

const CasesQuery = {
  variant: z
    .string()
    .regex(/^[0-9a-f]{16}$/, { error: 'the name of a trace: 16 hexadecimal digits' })
    .optional()
    .meta({ description: 'Cases with this trace, by its name' }),
  contains: Activity.optional(),
  first: Activity.optional(),
  last: Activity.optional(),
  state: z.enum(['open', 'closed', 'reopened']).optional(),
  idleFrom: digits(0, 100_000).optional().meta({ description: 'Idle for so many whole days or more by at; today by default' }),
  idleTo: digits(0, 100_000).optional(),
}

function registerCases(app: FastifyInstance, context: Context, db: ViewsDb): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  typed.get(
    '/v1/flows/:kind/cases',
    {
      schema: {
        ...shared,
        operationId: 'flow.cases',
        summary: 'The cases behind a figure, with the facts that are their steps',
        querystring: z.strictObject({ ...FlowQuery, ...FlowPageQuery, ...CasesQuery }),
        response: { 200: FlowCasesSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { kind } = request.params
      const { variant, contains, first, last, state, idleFrom, idleTo } = request.query
      const list = `flow ${kind} cases`
      const asked = await askedOf(context, db, request, kind, request.query)
      const { filter, at, ...known } = idleFrom === undefined && idleTo === undefined ? asked : await withNow(context, asked)
      const { page, moment } = pageOf(list, request.query, known.moment)
      const of = { variant, contains, first, last, state, idleFrom, idleTo }
      return sendRows(request, reply, list, { kind, at, ...(await flowCases(db, filter, moment, of, page)) })
    },
  )
  typed.get(
    '/v1/flows/:kind/waits',
    {
      schema: {
        ...shared,
        operationId: 'flow.waits',
        summary: 'How long it took from one activity to another, case by case, the longest first',
        description: [
          'between=neighbours: from a step to the next one; firsts: from the first of the one to the first of the other, whatever lies',
          'between.',
        ].join(' '),
        querystring: z.strictObject({
          ...FlowQuery,
          ...FlowPageQuery,
          from: Activities,
          to: Activities,
          between: z.enum(['neighbours', 'firsts']).default('neighbours'),
        }),
        response: { 200: FlowWaitsSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { kind } = request.params
      const { from, to, between } = request.query
      const list = `flow ${kind} waits ${between}`
      const { filter, moment: asked, at } = await askedOf(context, db, request, kind, request.query)
      const { page, moment } = pageOf(list, request.query, asked)
      const of = { from: from.split(','), to: to.split(','), between }
      return sendRows(request, reply, list, { kind, at, ...(await flowWaits(db, filter, moment, of, page)) })
    },
  )
}

/** `GET /v1/flows/{kind}` and its parts: what process mining asks of a log, of every kind that has stages. */
export function registerFlows(app: FastifyInstance, context: Context): void {
  const db = viewsDb(context.pool)
  registerKinds(app, context, db)
  registerFigures(app, context, db)
  registerOrder(app, context, db)
  registerCases(app, context, db)
}
