import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { rupiah } from '@jejak/domain'
import { stuckAt, stuckSums, viewsDb, type StuckFilter, type StuckRow, type StuckSum, type ViewsDb } from '@jejak/views'
import { StuckPageSchema, StuckSummarySchema } from './clock-schemas.ts'
import type { Context } from './context.ts'
import { cursorOf, keyOf } from './cursor.ts'
import { coverageOf, dayOf, daysBetween } from './day.ts'
import { callerOf, type Caller } from './identity.ts'
import { areasOf, caughtUp, NotOffered, PageQuery, Places } from './lists.ts'
import { languageOf, problem, type Language } from './problem.ts'
import { digits, ForeignKind, ProblemSchema, QueryText } from './schemas.ts'
import { eachOf, waitsFor } from './waits-for.ts'

const view = 'stage-clock'

const StuckFilterQuery = {
  at: z.iso.date().optional().meta({ description: 'As it was on that day, by what is known now; today by default' }),
  ...Places,
  holder: QueryText.optional().meta({ description: 'Role at whose desk it was' }),
  kind: ForeignKind.optional().meta({ description: 'Kind of entity, e.g. tranche' }),
  state: z
    .enum(['warn', 'stuck'])
    .optional()
    .meta({ description: 'Only what is above the first limit, or above the second; both by default' }),
  minPosition: PageQuery.minPosition,
  asOf: NotOffered,
}
type Asked = z.infer<z.ZodObject<typeof StuckFilterQuery>>

const StuckKey = z.strictObject({
  began: z.iso.date(),
  amount: z.string().regex(/^[0-9]{1,19}$/),
  entity: QueryText,
  span: z.int().min(0).max(10_000),
  region: QueryText,
})

/** Enough to keep the connections of the pool busy and leave some for others. */
const entitiesAtOnce = 4

/** What to list, within what the caller may see; waits for the view, and refuses an asOf. */
async function filterOf(context: Context, caller: Caller, asked: Asked): Promise<StuckFilter> {
  if (asked.asOf !== undefined) throw problem('as-of-not-offered')
  await caughtUp(context, asked.minPosition, view)
  const areas = await areasOf(context, caller, asked)
  const { programme, kind, stage, holder, state } = asked
  return { areas, programme, kind, stage, holder, state }
}

async function placeOf(context: Context, area: string | null) {
  const region = area === null ? undefined : await context.regions.byId(area)
  return region ? { id: region.id, code: region.code, name: region.name } : null
}

/** Rows with where, at whose desk, and what they wait for: each entity is asked once, however many of its clocks are over. */
async function withWaits(
  context: Context,
  caller: Caller,
  language: Language,
  rows: readonly StuckRow[],
  day: { readonly at: string; readonly past: boolean },
) {
  const entities = new Map(rows.map((row) => [`${row.kind}:${row.id}`, row]))
  const asked = await eachOf([...entities], entitiesAtOnce, async ([tag, row]) => {
    const holders = [...new Set(row.standing.flatMap(({ holder }) => holder ?? []))]
    const waits = await waitsFor(context, caller, language, { kind: row.kind, id: row.id, holders, ...day })
    return [tag, { holders, area: await placeOf(context, row.area), ...waits }] as const
  })
  const known = new Map(asked)
  return rows.flatMap((row) => {
    const more = known.get(`${row.kind}:${row.id}`)
    const whole = row.standing.find(({ region }) => region === '') ?? row.standing[0]
    return more ? [{ ...row, ...more, stage: whole?.stage ?? null, entered: whole?.since ?? null }] : []
  })
}

/** Regions by the parts of their codes: what lies below the region asked for, one level down. */
async function byRegion(
  context: Context,
  sums: readonly StuckSum[],
  below: string,
): Promise<(StuckSum & { readonly name: string | null })[]> {
  const parts = below === '' ? 1 : Math.min(4, below.split('.').length + 1)
  const codes = await context.regions.codesOf(sums.flatMap(({ key }) => key ?? []))
  const groups = Map.groupBy(sums, ({ key }) => (key === null ? null : (codes.get(key)?.split('.').slice(0, parts).join('.') ?? null)))
  const names = await context.regions.namesOf([...groups.keys()].flatMap((code) => code ?? []))
  const added = [...groups].map(([key, inside]) => ({
    key,
    kind: null,
    name: key === null ? null : (names.get(key) ?? null),
    entities: inside.reduce((sum, each) => sum + each.entities, 0),
    stuck: inside.reduce((sum, each) => sum + each.stuck, 0),
    amountSen: inside.reduce((sum, each) => sum + each.amountSen, 0n),
    oldest: inside.map(({ oldest }) => oldest).toSorted()[0] ?? '',
  }))
  return added.toSorted((a, b) => b.entities - a.entities || (a.oldest < b.oldest ? -1 : 1))
}

const shared = { tags: ['clocks'], security: [{ bearer: [] }] }

function registerList(app: FastifyInstance, context: Context, db: ViewsDb): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/stuck',
    {
      schema: {
        ...shared,
        operationId: 'stuck',
        summary: 'What is over its limit, since when, at whose desk, and what it waits for and for whom',
        description: [
          'One row for each clock over its limit on the day: a limit of the edition on a stage, or on the time between two marks.',
          'A limit of n days is met on the day it began + n, unless what ends it is dated on or before that day.',
          'Time in suspension counts and is shown; an entity that has ended is no longer stuck.',
          'order=oldest: by the day on which the clock began, then by the greater amount; order=costliest: by amount, then by that day.',
          'What an entity waits for is told of the day asked for, by what is known now.',
        ].join(' '),
        querystring: z.strictObject({
          ...StuckFilterQuery,
          order: z.enum(['oldest', 'costliest']).default('oldest'),
          limit: digits(1, 100).default(20),
          cursor: PageQuery.cursor,
        }),
        response: { 200: StuckPageSchema, '4xx': ProblemSchema, '5xx': ProblemSchema },
      },
    },
    async (request, reply) => {
      const { order, limit, cursor, ...asked } = request.query
      const caller = callerOf(request)
      const day = await dayOf(context, { at: asked.at })
      const list = `stuck ${order} ${day.at}`
      const after = keyOf(cursor, list, StuckKey)
      const page = await stuckAt(db, await filterOf(context, caller, asked), day, { after, limit, order })
      const rows = await withWaits(context, caller, languageOf(request.headers['accept-language']), page.rows, day)
      const next = page.next ? cursorOf(list, page.next) : null
      if (next) {
        const url = new URL(request.url, 'http://jejak')
        // A page of tomorrow would be of another day.
        url.searchParams.set('at', day.at)
        url.searchParams.set('cursor', next)
        void reply.header('link', `<${url.pathname}${url.search}>; rel="next"`)
      }
      return reply
        .header('jejak-position', String(page.position))
        .send({ position: page.position, at: day.at, calendar: coverageOf(day), rows, next })
    },
  )
}

function registerSummary(app: FastifyInstance, context: Context, db: ViewsDb): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/stuck/summary',
    {
      schema: {
        ...shared,
        operationId: 'stuck.summary',
        summary: 'How much is over its limit, by region, stage, desk or programme; the most first',
        description: [
          'by=region: one level below the region asked for, else below the caller’s.',
          'An entity counts once in each group, and in the group of every desk on which it lies.',
        ].join(' '),
        querystring: z.strictObject({ by: z.enum(['region', 'stage', 'holder', 'programme']), ...StuckFilterQuery }),
        response: { 200: StuckSummarySchema, '4xx': ProblemSchema, '5xx': ProblemSchema },
      },
    },
    async (request, reply) => {
      const { by, ...asked } = request.query
      const caller = callerOf(request)
      const day = await dayOf(context, { at: asked.at })
      const filter = await filterOf(context, caller, asked)
      const { position, sums } = await stuckSums(db, filter, day, by === 'region' ? 'area' : by)
      const groups =
        by === 'region' ? await byRegion(context, sums, asked.region ?? caller.region) : sums.map((sum) => ({ ...sum, name: null }))
      return reply.header('jejak-position', String(position)).send({
        position,
        at: day.at,
        by,
        calendar: coverageOf(day),
        groups: groups.map(({ amountSen, ...group }) => ({
          ...group,
          warn: group.entities - group.stuck,
          amount: rupiah(amountSen),
          oldestDays: daysBetween(group.oldest, day.at),
        })),
      })
    },
  )
}

/** `GET /v1/stuck` and its sums. */
export function registerStuck(app: FastifyInstance, context: Context): void {
  const db = viewsDb(context.pool)
  registerList(app, context, db)
  registerSummary(app, context, db)
}
