import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { editionJsonSchema, type Edition } from '@jejak/domain'
import { listEditions, viewsDb } from '@jejak/views'
import type { Context } from './context.ts'
import { keyOf } from './cursor.ts'
import { caughtUp, linkNext, PageQuery } from './lists.ts'
import { problem } from './problem.ts'
import { digits, EditionId, ProblemSchema } from './schemas.ts'

const Revision = z.object({
  revision: z.int(),
  publishedOn: z.string().meta({ description: 'The date on the paper that published it' }),
  position: z.int().meta({ description: 'Of the fact that published it' }),
  withdrawn: z.boolean().meta({ description: 'Nothing new may pin it' }),
  withdrawnAt: z.int().nullable().meta({ description: 'Position of the fact that withdrew it' }),
})

const EditionsAnswer = z
  .object({
    position: z.int(),
    editions: z.array(
      z.object({
        id: z.string(),
        programme: z.string(),
        name: z.object({ id: z.string(), en: z.string() }).meta({ description: 'As the latest revision says' }),
        revisions: z.array(Revision),
      }),
    ),
    next: z.string().nullable(),
  })
  .meta({ id: 'EditionPage', description: 'Published editions by id; every fact up to position is in it' })

/** What does not change any more once a revision is published. */
interface Published extends Pick<Edition, 'programme' | 'name'> {
  readonly publishedOn: string
  readonly position: number
}

/** What is told of published revisions: read from the log once, then remembered; whether they were withdrawn is read every time. */
function publications({ log }: Context) {
  const known = new Map<string, ReadonlyMap<number, Published>>()
  const tag = (id: string): string => `edition:${id}`
  return async (pages: readonly { readonly id: string; readonly revisions: readonly number[] }[]) => {
    const unknown = pages.filter(({ id, revisions }) => revisions.some((revision) => !known.get(id)?.has(revision)))
    const read = await log.read([
      ...pages.map(({ id }) => ({ tag: tag(id), types: ['edition.Withdrawn'] })),
      ...unknown.map(({ id }) => ({ tag: tag(id), types: ['edition.Published'] })),
    ])
    const facts = Map.groupBy(read.facts, ({ fact }) => fact.subject.id)
    return pages.map(({ id, revisions }) => {
      const told = new Map(known.get(id))
      const withdrawn = new Map<number, number>()
      for (const { fact, position } of facts.get(id) ?? []) {
        const revision = Number(fact.data['revision'])
        if (fact.type === 'edition.Withdrawn') withdrawn.set(revision, position)
        else {
          const { programme, name } = fact.data['content'] as unknown as Edition
          told.set(revision, { programme, name, publishedOn: fact.effectiveOn, position })
        }
      }
      known.set(id, told)
      const of = revisions.flatMap((revision) => {
        const { publishedOn, position } = told.get(revision) ?? {}
        if (publishedOn === undefined || position === undefined) return []
        return [{ revision, publishedOn, position, withdrawn: withdrawn.has(revision), withdrawnAt: withdrawn.get(revision) ?? null }]
      })
      const latest = told.get(Math.max(...revisions))
      return { id, programme: latest?.programme ?? '', name: latest?.name ?? { id: '', en: '' }, revisions: of }
    })
  }
}

/** The list of published editions, the content of each revision, and the JSON Schema that one must match. */
export function registerEditions(app: FastifyInstance, context: Context): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  const shared = { tags: ['editions'], security: [{ bearer: [] }] }
  const db = viewsDb(context.pool)
  const tell = publications(context)
  typed.get(
    '/v1/editions',
    {
      schema: {
        ...shared,
        operationId: 'edition.list',
        summary: 'Published editions by id, with their revisions',
        querystring: z.strictObject(PageQuery),
        response: { 200: EditionsAnswer, '4xx': ProblemSchema, '5xx': ProblemSchema },
      },
    },
    async (request, reply) => {
      const { limit, cursor, minPosition } = request.query
      await caughtUp(context, minPosition)
      const page = await listEditions(db, { limit, after: keyOf(cursor, 'editions', EditionId) })
      const editions = await tell(page.editions)
      const next = linkNext(request, reply, 'editions', page.next)
      return reply.header('jejak-position', String(page.position)).send({ position: page.position, editions, next })
    },
  )
  typed.get(
    '/v1/editions/:id/revisions/:revision',
    {
      schema: {
        ...shared,
        operationId: 'edition.revision',
        summary: 'One revision of an edition, whole',
        params: z.strictObject({ id: EditionId, revision: digits(1, 999_999) }),
        response: { 200: z.unknown(), '4xx': ProblemSchema },
      },
    },
    async (request) => {
      const edition = await context.reader.edition(request.params)
      if (!edition) throw problem('not-found')
      return edition
    },
  )
  app.get('/schemas/edition.json', { schema: { hide: true } }, (_request, reply) =>
    reply.type('application/schema+json').send(JSON.stringify(editionJsonSchema())),
  )
}
