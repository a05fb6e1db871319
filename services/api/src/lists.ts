import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { listEntities, stuckAt, viewsDb, waitingFor, type EntityPage, type ListedEntity, type ViewsDb } from '@jejak/views'
import type { Context } from './context.ts'
import { cursorOf, keyOf } from './cursor.ts'
import { dayOf, daysBetween } from './day.ts'
import { callerOf, type Caller } from './identity.ts'
import { problem } from './problem.ts'
import { digits, ProblemSchema, QueryText, Uuid } from './schemas.ts'

const view = 'entity-list'
/** More than the entities of a page can have. */
const clocksMax = 2_000
/** Which page of a list. */
export const PageQuery = {
  limit: digits(1, 200).default(50),
  cursor: z.string().max(400).optional().meta({ description: 'From next of the page before' }),
  minPosition: digits(0, Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: 'Wait until the view shows this position: read your own write' }),
}

/** Where: by area, region, stage, programme. */
export const Places = {
  area: Uuid.optional(),
  region: z
    .string()
    .regex(/^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$/, { error: 'a region code or its beginning, e.g. 16.74' })
    .optional()
    .meta({ description: 'Region code or its beginning' }),
  stage: z
    .string()
    .regex(/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/, { error: 'a stage: names of letters, digits and hyphens, joined by dots' })
    .optional()
    .meta({ description: 'A stage with those inside it' }),
  programme: QueryText.optional(),
}

const Filter = {
  ...Places,
  institution: Uuid.optional(),
  allocation: Uuid.optional(),
  cycle: Uuid.optional(),
  fiscalYear: z
    .string()
    .regex(/^[0-9]{4}$/, { error: 'a year of four digits, e.g. 2018' })
    .optional(),
  suspended: z.enum(['true', 'false']).optional(),
}

/** Lists show what is: a list as of a moment is folding everything, which is offered for one entity only (CONTRACTS D3). */
export const NotOffered = QueryText.optional().meta({ description: 'Not offered for lists yet: answered with as-of-not-offered' })

const ListAnswer = z
  .object({ position: z.int(), entities: z.array(z.record(z.string(), z.unknown())), next: z.string().nullable() })
  .meta({ id: 'EntityPage', description: 'A page of a view; everything up to position is in it' })

/** The areas that a list may show: the caller's region, narrowed by what is asked. Undefined for the whole nation. */
export async function areasOf(
  context: Context,
  caller: Caller,
  asked: { area?: string | undefined; region?: string | undefined },
): Promise<readonly string[] | undefined> {
  const { area, region = '' } = asked
  if (area !== undefined) {
    const isInside = (await context.regions.within(area, caller.region)) && (await context.regions.within(area, region))
    return isInside ? [area] : []
  }
  const own = await context.regions.idsWithin(caller.region)
  if (asked.region === undefined) return own
  const wanted = (await context.regions.idsWithin(asked.region)) ?? []
  if (own === undefined) return wanted
  const mine = new Set(own)
  return wanted.filter((id) => mine.has(id))
}

/** Waits until a view shows a position that the caller knows. */
export async function caughtUp(context: Context, minPosition: number | undefined, name: string = view): Promise<void> {
  // Nobody has been told a position that the log has not reached: waiting for it would only keep a connection busy.
  if (minPosition !== undefined && minPosition > (await context.log.head()).position)
    throw problem('invalid-request', { errors: [{ parameter: 'minPosition', detail: notReached }] })
  if (minPosition !== undefined && !(await context.views.reached(name, minPosition)))
    throw problem('view-behind', { headers: { 'retry-after': '1' } })
}

/** Says in a header where the next page of a list is (RFC 8288); its cursor, null on the last page. */
export function linkNext(request: FastifyRequest, reply: FastifyReply, list: string, key: object | string | undefined): string | null {
  if (key === undefined) return null
  const next = cursorOf(list, key)
  const url = new URL(request.url, 'http://jejak')
  url.searchParams.set('cursor', next)
  void reply.header('link', `<${url.pathname}${url.search}>; rel="next"`)
  return next
}

function sendPage<K extends object>(request: FastifyRequest, reply: FastifyReply, list: string, page: EntityPage<K>): FastifyReply {
  const next = linkNext(request, reply, list, page.next)
  return reply.header('jejak-position', String(page.position)).send({ position: page.position, entities: page.entities, next })
}

/** Days at the desk until today, and the clocks of each that are over their limit. */
async function withDays(context: Context, db: ViewsDb, entities: readonly ListedEntity[]) {
  if (entities.length === 0) return []
  const day = await dayOf(context, {})
  const tags = entities.map(({ kind, id }) => `${kind}:${id}`)
  const { rows } = await stuckAt(db, { entities: tags }, day, { limit: clocksMax, order: 'oldest' })
  const over = Map.groupBy(rows, ({ kind, id }) => `${kind}:${id}`)
  return entities.map((entity) => ({
    ...entity,
    days: daysBetween(entity.since, day.at),
    overLimit: (over.get(`${entity.kind}:${entity.id}`) ?? []).map(({ clock: { name, state, days, daysOver } }) => ({
      name,
      state,
      days,
      daysOver,
    })),
  }))
}

const listed = [
  ['allocation', 'allocations'],
  ['tranche', 'tranches'],
  ['proposal', 'proposals'],
  ['cycle', 'cycles'],
  ['complaint', 'complaints'],
  ['institution', 'institutions'],
  ['facilitator', 'facilitators'],
  ['partnership', 'partnerships'],
  ['finding', 'findings'],
  ['bankStatement', 'bank-statements'],
] as const
/** Roles whose work is that of their own institution, wherever it lies. */
const housed: readonly string[] = ['KSM', 'BKM', 'SEK_BKM', 'KPP', 'KUBE', 'NGO', 'CSR_CO']
const notReached = { id: 'log belum mencapai posisi ini', en: 'the log has not reached this position' }
const EntityKey = z.strictObject({ position: z.int().min(0), entity: QueryText })
const WaitingKey = z.strictObject({ ...EntityKey.shape, since: z.iso.date() })

const Me = z
  .object({
    person: z.string(),
    role: z.string().meta({ description: 'The role in which facts are recorded: the first of roles' }),
    institution: z.string().optional(),
    roles: z.array(z.string()),
    region: z.string().meta({ description: 'Beginning of region codes; empty for the nation' }),
    expires: z.string(),
    log: z.object({ clock: z.enum(['real', 'simulated']) }),
  })
  .meta({ id: 'Me' })

/** Lists from the views, what waits at my desk, and who I am. */
export function registerLists(app: FastifyInstance, context: Context): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  const shared = { security: [{ bearer: [] }] }
  const db = viewsDb(context.pool)

  for (const [kind, plural] of listed)
    typed.get(
      `/v1/${plural}`,
      {
        schema: {
          ...shared,
          operationId: `${kind}.list`,
          summary: `List ${plural} by area, stage, programme; in the order in which they were opened`,
          tags: [plural],
          querystring: z.strictObject({ ...PageQuery, ...Filter, asOf: NotOffered, effectiveUntil: NotOffered }),
          response: { 200: ListAnswer, '4xx': ProblemSchema, '5xx': ProblemSchema },
        },
      },
      async (request, reply) => {
        const { limit, cursor, minPosition, area, region, suspended, asOf, effectiveUntil, ...filter } = request.query
        if (asOf !== undefined || effectiveUntil !== undefined) throw problem('as-of-not-offered')
        await caughtUp(context, minPosition)
        const areas = await areasOf(context, callerOf(request), { area, region })
        const after = keyOf(cursor, plural, EntityKey)
        const narrowed = {
          ...filter,
          kind,
          ...(areas ? { areas } : {}),
          ...(suspended === undefined ? {} : { suspended: suspended === 'true' }),
        }
        return sendPage(request, reply, plural, await listEntities(db, narrowed, { limit, after }))
      },
    )

  typed.get(
    '/v1/waiting',
    {
      schema: {
        ...shared,
        operationId: 'waiting',
        summary: 'What waits at my desk, longest first, with days and the clocks over their limit',
        tags: ['me'],
        querystring: z.strictObject({ ...PageQuery, role: QueryText.optional() }),
        response: { 200: ListAnswer, '4xx': ProblemSchema, '5xx': ProblemSchema },
      },
    },
    async (request, reply) => {
      const { limit, cursor, minPosition, role } = request.query
      const caller = callerOf(request)
      await caughtUp(context, minPosition)
      const areas = await context.regions.idsWithin(caller.region)
      const own = housed.includes(caller.recorder.role) ? caller.recorder.institution : undefined
      const filter = { role: role ?? caller.recorder.role, ...(areas ? { areas } : {}), ...(own ? { institution: own } : {}) }
      const page = await waitingFor(db, filter, { limit, after: keyOf(cursor, 'waiting', WaitingKey) })
      return sendPage(request, reply, 'waiting', { ...page, entities: await withDays(context, db, page.entities) })
    },
  )

  typed.get(
    '/v1/me',
    {
      schema: {
        ...shared,
        operationId: 'me',
        summary: 'Who I am to Jejak, and which log this is',
        tags: ['me'],
        querystring: z.strictObject({}),
        response: { 200: Me, '4xx': ProblemSchema },
      },
    },
    (request) => {
      const { recorder, roles, region, expires } = callerOf(request)
      return { ...recorder, roles: [...roles], region, expires: new Date(expires * 1000).toISOString(), log: { clock: context.log.clock } }
    },
  )
}
