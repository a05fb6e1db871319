import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { dayBefore, domain } from '@jejak/domain'
import { flowKindPublished, hasFlow, type FlowFilter, type FlowMoment, type FlowPage, type ViewsDb } from '@jejak/views'
import { dateIn, endOfDay, instantOf, microsOf, type Context } from './context.ts'
import { cursorOf, keyOf } from './cursor.ts'
import { futureProblem } from './day.ts'
import { callerOf } from './identity.ts'
import { areasOf, caughtUp, PageQuery, Places } from './lists.ts'
import { problem } from './problem.ts'
import { AsOf, digits, EditionId, ForeignKind, Instant, QueryText } from './schemas.ts'
import { momentOf } from './time.ts'

const view = 'flow'
/** Lists span zones; their day is that of the capital (CONTRACTS D1). */
const zone = 'Asia/Jakarta'

/** What every question about a flow can be narrowed by, and the moment it is asked of. */
export const FlowQuery = {
  at: z
    .union([Instant, z.iso.date()])
    .optional()
    .meta({ description: 'Only steps that had happened by then: an instant, or a date (its end in Jakarta)' }),
  asOf: AsOf,
  area: Places.area,
  region: Places.region,
  edition: EditionId.optional().meta({ description: 'Cases of which a step was recorded under it' }),
  revision: digits(1, 1_000_000).optional().meta({ description: 'Of the edition' }),
  startedFrom: z.iso.date().optional().meta({ description: 'Cases whose first step is of that day or a later one' }),
  startedTo: z.iso.date().optional().meta({ description: 'Cases whose first step is of that day or an earlier one' }),
  steps: z
    .enum(['all', 'moving'])
    .default('all')
    .meta({ description: 'moving: only steps that led to another stage; papers and reports along the way are left out' }),
  minPosition: PageQuery.minPosition,
}
type Asked = z.infer<z.ZodObject<typeof FlowQuery>>

/** The kind of entity whose flow it is. */
export const FlowParams = z.strictObject({
  kind: ForeignKind.meta({ description: 'Kind of entity that has stages: tranche, proposal, or one that only an edition knows' }),
})

/** Name of an activity: step and outcome, or the key of a fact. */
export const Activity = QueryText.meta({ description: 'An activity by its name, e.g. VF-10:recommended or tranche.Credited' })

/** Several activities with commas between them. */
export const Activities = z
  .string()
  .max(2_000)
  .regex(/^[^,\p{Cc}]+(,[^,\p{Cc}]+)*$/u, { error: 'names with commas between them' })
  .meta({ description: 'One activity or several, with commas between them' })

/** Which part of a long answer. */
export const FlowPageQuery = { limit: digits(1, 100).default(20), cursor: PageQuery.cursor }
const Key = z.strictObject({ position: z.int().min(0), after: z.int().min(0).max(100_000_000) })

/** Until when steps count, in microseconds; undefined for all. Refuses what has begun nowhere yet (422 `future-date`). */
async function untilOf(context: Context, at: string | undefined): Promise<bigint | undefined> {
  if (at === undefined) return undefined
  const now = await nowOf(context)
  const isDate = at.length === 10
  const until = isDate ? endOfDay(at, zone) : microsOf(at)
  const today = dateIn('Asia/Jayapura', Number(now / 1000n))
  if (isDate ? at > today : until > now) throw futureProblem(at, today, 'at')
  return until
}

/** Microseconds of this moment; of a simulated log never before its last recorded time. */
async function nowOf(context: Context): Promise<bigint> {
  const { recordedAt } = await context.log.head()
  const now = context.now()
  return recordedAt > now ? recordedAt : now
}

/** A question as the views take it. */
export interface FlowAsked {
  readonly filter: FlowFilter
  readonly moment: FlowMoment
  /** The instant asked for, as it is told. */
  readonly at: string | null
}

/** What is known at the position asked for; waits for the view where it is given. */
async function positionOf(context: Context, { asOf, minPosition }: Asked): Promise<number | undefined> {
  const moment = asOf === undefined ? undefined : await momentOf(context, await context.log.head(), asOf, zone)
  await caughtUp(context, Math.max(moment?.position ?? 0, minPosition ?? 0) || undefined, view)
  return moment?.position
}

/** Reads a question: within what the caller may see, at a moment. Throws not-found for a kind that has no stages or that nobody knows. */
export async function askedOf(context: Context, db: ViewsDb, request: FastifyRequest, kind: string, asked: Asked): Promise<FlowAsked> {
  const position = await positionOf(context, asked)
  const isKnown = domain.slices.has(kind) ? hasFlow(kind) : await flowKindPublished(db, kind)
  if (!isKnown) throw problem('not-found')
  const { edition, revision, startedFrom, startedTo, steps } = asked
  if (revision !== undefined && edition === undefined)
    throw problem('invalid-request', { errors: [{ parameter: 'revision', detail: revisionAlone }] })
  const until = await untilOf(context, asked.at)
  return {
    filter: {
      kind,
      areas: await areasOf(context, callerOf(request), asked),
      edition: edition === undefined ? undefined : { id: edition, revision },
      startedFrom: startedFrom === undefined ? undefined : endOfDay(dayBefore(startedFrom), zone) + 1n,
      startedBefore: startedTo === undefined ? undefined : endOfDay(startedTo, zone) + 1n,
      moving: steps === 'moving',
    },
    moment: { position, until },
    at: until === undefined ? null : instantOf(until),
  }
}

const revisionAlone = { id: 'revisi dari edisi yang mana', en: 'a revision of which edition' }

/** The same of an instant: of now, where none is asked for. */
export async function withNow(context: Context, { filter, moment }: FlowAsked) {
  const until = moment.until ?? (await nowOf(context))
  return { filter, moment: { ...moment, until }, at: instantOf(until) }
}

/**
 * The page asked for. A cursor holds the position of the first page, so that all pages are of one moment; another `asOf` beside it is not
 * heard.
 */
export function pageOf(list: string, { limit, cursor }: { limit: number; cursor?: string | undefined }, moment: FlowMoment) {
  const key = keyOf(cursor, list, Key)
  const page: FlowPage = { limit, after: key?.after }
  return { page, moment: { ...moment, position: key?.position ?? moment.position } }
}

/** Sends rows with the cursor of those after them. */
export function sendRows(
  request: FastifyRequest,
  reply: FastifyReply,
  list: string,
  answer: { readonly position: number; readonly next?: number } & Readonly<Record<string, unknown>>,
) {
  const { position, next } = answer
  const cursor = next === undefined ? null : cursorOf(list, { position, after: next })
  if (cursor !== null) {
    const url = new URL(request.url, 'http://jejak')
    url.searchParams.set('cursor', cursor)
    void reply.header('link', `<${url.pathname}${url.search}>; rel="next"`)
  }
  return reply.header('jejak-position', String(position)).send({ ...answer, next: cursor })
}
