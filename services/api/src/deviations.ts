import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { sentenceOf } from '@jejak/domain'
import {
  complianceOfCycle,
  complianceSums,
  complianceWeights,
  listDeviations,
  reasonOf,
  rfc3339,
  viewsDb,
  type RunCompliance,
  type ToldDeviation,
  type ViewsDb,
} from '@jejak/views'
import type { Context } from './context.ts'
import { cursorOf, keyOf } from './cursor.ts'
import { dayOf } from './day.ts'
import { ComplianceSchema, ComplianceSumSchema, DeviationKind, DeviationPageSchema } from './deviation-schemas.ts'
import { callerOf } from './identity.ts'
import { areasOf, caughtUp, NotOffered, PageQuery, Places } from './lists.ts'
import { languageOf, problem, type Language } from './problem.ts'
import { EditionId, ForeignKind, ProblemSchema, QueryText, Uuid } from './schemas.ts'

const views = ['deviations', 'stage-clock']
/** More runs than this are not summed up in one answer: it takes one to two milliseconds a run. */
const runsMax = 2_000

const Kinds = z
  .string()
  .max(200)
  .transform((text) => text.split(','))
  .pipe(z.array(DeviationKind))
  .optional()
  .meta({ description: `One kind or several with commas, e.g. forced,skipped: ${DeviationKind.options.join(', ')}` })

const Which = {
  area: Places.area,
  region: Places.region,
  programme: Places.programme,
  edition: EditionId.optional(),
  minPosition: PageQuery.minPosition,
  asOf: NotOffered,
}
const DeviationQuery = z.strictObject({
  ...Which,
  cycle: Uuid.optional(),
  allocation: Uuid.optional(),
  kind: Kinds,
  entityKind: ForeignKind.optional().meta({ description: 'Kind of the entity that deviates, e.g. cycle' }),
  entity: Uuid.optional().meta({ description: 'Id of the entity that deviates' }),
  stage: Places.stage,
  from: z.iso.date().optional().meta({ description: 'Happened on that date or later' }),
  to: z.iso.date().optional().meta({ description: 'Happened on that date or before' }),
  effectiveUntil: z.iso.date().optional().meta({
    description: 'What was true by then: deviations of facts with that date or an earlier one, steps late by then',
  }),
  limit: PageQuery.limit,
  cursor: PageQuery.cursor,
})

/** What the database compares: it knows no NUL, and these numbers are of 32 bits there. */
const KeyText = z
  .string()
  .max(300)
  .regex(/^\P{Cc}*$/u)
const DeviationKey = z.strictObject({
  position: z.int().min(0),
  late: z.union([z.literal(0), z.literal(1)]),
  entity: KeyText,
  nth: z.int().min(0).max(0x7f_ff_ff_ff),
  region: KeyText,
})

type Text = string | number
const isText = (value: unknown): value is Text => typeof value === 'string' || typeof value === 'number'

/** The sentence of a deviation; the code itself where no rule has it any more. */
function sentenceIn(language: Language, rule: string, details: Readonly<Record<string, unknown>>): string {
  const reason = reasonOf(rule)
  const values = Object.fromEntries(Object.entries(details).filter((each): each is [string, Text] => isText(each[1])))
  return reason ? sentenceOf(reason, values, language) : rule
}

async function placeOf(context: Context, area: string | null) {
  const region = area === null ? undefined : await context.regions.byId(area)
  return region ? { id: region.id, code: region.code, name: region.name } : null
}

const rowsIn = (context: Context, language: Language, rows: readonly ToldDeviation[]) =>
  Promise.all(
    rows.map(async (row) => ({
      ...row,
      sentence: sentenceIn(language, row.rule, row.details),
      area: await placeOf(context, row.area),
      recordedAt: row.recordedAt === null ? null : rfc3339(row.recordedAt),
    })),
  )

async function bothCaughtUp(context: Context, asked: { asOf?: string | undefined; minPosition?: number | undefined }): Promise<void> {
  if (asked.asOf !== undefined) throw problem('as-of-not-offered')
  for (const view of views) await caughtUp(context, asked.minPosition, view)
}

const later = (a: string | undefined, b: string | undefined): string | undefined => (a === undefined ? b : b === undefined || a < b ? a : b)

const shared = { tags: ['deviations'], security: [{ bearer: [] }] }
const problems = { '4xx': ProblemSchema, '5xx': ProblemSchema }

function registerList(app: FastifyInstance, context: Context, db: ViewsDb): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/deviations',
    {
      schema: {
        ...shared,
        operationId: 'deviations',
        summary: 'What was not as the edition says it should be, each with its sentence and the facts behind it',
        description: [
          'One row for each deviation: those that facts carry (a forced stage, an open exit criterion, an absent actor, a broken rule),',
          'those found beside them (stages passed over, papers dated out of order, late entries), and steps over a limit of the edition.',
          'In log order; a late step stands where its time began. area is one kelurahan, region an area with all below it.',
        ].join(' '),
        querystring: DeviationQuery,
        response: { 200: DeviationPageSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { limit, cursor, asOf, minPosition, area, region, kind, entity, from, to, effectiveUntil, ...exact } = request.query
      const day = await dayOf(context, { at: effectiveUntil }, 'effectiveUntil')
      const list = `deviations ${day.at}`
      const after = keyOf(cursor, list, DeviationKey)
      await bothCaughtUp(context, { asOf, minPosition })
      const areas = await areasOf(context, callerOf(request), { area, region })
      const filter = { ...exact, areas, kinds: kind, entityId: entity, from, to: later(to, effectiveUntil) }
      const page = await listDeviations(db, filter, day, { after, limit })
      const rows = await rowsIn(context, languageOf(request.headers['accept-language']), page.rows)
      const next = page.next ? cursorOf(list, page.next) : null
      if (next) {
        const url = new URL(request.url, 'http://jejak')
        url.searchParams.set('cursor', next)
        void reply.header('link', `<${url.pathname}${url.search}>; rel="next"`)
      }
      return reply.header('jejak-position', String(page.position)).send({ position: page.position, at: day.at, rows, next })
    },
  )
}

/** The stages of a run with sentences. */
const stagesIn = (language: Language, { stages }: RunCompliance) =>
  stages.map((stage) => ({
    ...stage,
    because: stage.because.map((each) => ({ ...each, sentence: sentenceIn(language, each.rule, each.details) })),
  }))

function registerCompliance(app: FastifyInstance, context: Context, db: ViewsDb): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/cycles/:id/compliance',
    {
      schema: {
        ...shared,
        operationId: 'cycle.compliance',
        summary: 'How a run of the cycle was done, stage by stage, with a score, and whether the actors it expects were there',
        description: [
          'The score is the mean weight of the stages that are done or passed over:',
          `${Object.entries(complianceWeights)
            .map(([state, weight]) => `${state} ${weight}`)
            .join(', ')}.`,
          'Absent actors and dates of papers are shown with their stage and do not lower its state.',
          'What still runs is late or not as of today.',
        ].join(' '),
        params: z.strictObject({ id: Uuid }),
        querystring: z.strictObject({ minPosition: PageQuery.minPosition, asOf: NotOffered, effectiveUntil: NotOffered }),
        response: { 200: ComplianceSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { minPosition, asOf, effectiveUntil } = request.query
      await bothCaughtUp(context, { asOf: asOf ?? effectiveUntil, minPosition })
      const day = await dayOf(context, {})
      const { position, run } = await complianceOfCycle(db, request.params.id, day)
      const { region } = callerOf(request)
      if (run === undefined || !(await context.regions.within(run.area ?? undefined, region))) throw problem('not-found')
      const stages = stagesIn(languageOf(request.headers['accept-language']), run)
      const area = await placeOf(context, run.area)
      return reply
        .header('jejak-position', String(position))
        .send({ position, at: day.at, ...run, area, stages, weights: complianceWeights })
    },
  )
}

const tooMany = {
  id: `lebih dari ${runsMax} siklus: persempit dengan region, programme atau edition`,
  en: `more than ${runsMax} runs of the cycle: narrow by region, programme or edition`,
}

function registerSums(app: FastifyInstance, context: Context, db: ViewsDb): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/compliance',
    {
      schema: {
        ...shared,
        operationId: 'compliance',
        summary: 'How the runs of an area, a programme or an edition were done: sums by stage, expected actors, deviations by kind',
        description: `At most ${runsMax} runs of the cycle in one answer.`,
        querystring: z.strictObject({ ...Which, effectiveUntil: NotOffered, programme: QueryText.optional() }),
        response: { 200: ComplianceSumSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { minPosition, asOf, effectiveUntil, area, region, programme, edition } = request.query
      await bothCaughtUp(context, { asOf: asOf ?? effectiveUntil, minPosition })
      const areas = await areasOf(context, callerOf(request), { area, region })
      const day = await dayOf(context, {})
      const { position, sum } = await complianceSums(db, { areas, programme, edition }, day, runsMax)
      if (sum === undefined) throw problem('invalid-request', { errors: [{ parameter: 'region', detail: tooMany }] })
      return reply.header('jejak-position', String(position)).send({ position, at: day.at, ...sum, weights: complianceWeights })
    },
  )
}

/** `GET /v1/deviations`, `GET /v1/cycles/{id}/compliance` and `GET /v1/compliance`. */
export function registerDeviations(app: FastifyInstance, context: Context): void {
  const db = viewsDb(context.pool)
  registerList(app, context, db)
  registerCompliance(app, context, db)
  registerSums(app, context, db)
}
