import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  EvidenceAltered,
  EvidenceRefused,
  EvidenceStoreFull,
  EvidenceUnavailable,
  kindsTaken,
  type Content,
  type EvidenceStore,
  type RefusedBecause,
} from '@jejak/evidence'
import type { Context } from './context.ts'
import { callerOf, type Caller } from './identity.ts'
import { shown } from './look.ts'
import { problem, type Problem } from './problem.ts'
import { digits, ProblemSchema } from './schemas.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A file goes through this route: it may take minutes, and must not hold a place of those who wait for an answer. */
    readonly streams?: boolean
  }
}

const problems = { '4xx': ProblemSchema, '5xx': ProblemSchema }
const mediaTypes = kindsTaken.map(({ mediaType }) => mediaType)
const shared = { tags: ['evidence'], security: [{ bearer: [] }] }

const StoredSchema = z
  .object({
    sha256: z.string().meta({ description: 'What facts name the file by' }),
    size: z.int().meta({ description: 'In bytes' }),
    mediaType: z.string().meta({ description: 'As its bytes say, whatever it was called' }),
  })
  .meta({ id: 'StoredEvidence' })

const codes: Readonly<Record<RefusedBecause, string>> = {
  empty: 'evidence-empty',
  'too-large': 'evidence-too-large',
  type: 'evidence-type-refused',
}

function tooLarge(limitBytes: number): Problem {
  const limit = `${Math.floor(limitBytes / 1_048_576)} MiB`
  const detail = {
    id: `Batasnya ${limit}. Pindai dengan resolusi lebih rendah, atau bagi menjadi beberapa berkas.`,
    en: `The limit is ${limit}. Scan it with a lower resolution, or split it into several files.`,
  }
  return problem(codes['too-large'], { detail, more: { limitBytes } })
}

/** What the store says, as a problem; anything that it does not say is no problem of a client. */
function problemOf(error: unknown, request: FastifyRequest, { sizeMax }: EvidenceStore): unknown {
  if (error instanceof EvidenceRefused) {
    if (error.because === 'too-large') return tooLarge(sizeMax)
    return problem(codes[error.because], error.because === 'type' ? { more: { taken: mediaTypes } } : {})
  }
  if (error instanceof EvidenceStoreFull) return problem('evidence-store-full')
  if (error instanceof EvidenceAltered) {
    request.log.error({ evidence: error.sha256, found: error.found }, 'altered')
    return problem('evidence-altered')
  }
  if (!(error instanceof EvidenceUnavailable)) return error
  // Of the store only its own words, which name the host and the status.
  request.log.warn({ reason: error.message }, 'the store of evidence cannot be had')
  return problem('unavailable', { headers: { 'retry-after': '5' } })
}

/** The body as it comes. Who stops reading it does not hang up on the client, who would not see the answer. */
const bodyOf = (request: FastifyRequest): Content => request.raw.iterator({ destroyOnReturn: false }) as Content

/** Lets the rest of a refused body pass, so that its sender comes to the answer; who sends far more is cut off after it. */
async function discard(request: FastifyRequest, reply: FastifyReply, bytesMax: number): Promise<void> {
  let left = bytesMax
  for await (const piece of bodyOf(request)) {
    left -= piece.length
    if (left >= 0) continue
    void reply.header('connection', 'close')
    return
  }
}

async function handIn(store: EvidenceStore, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  try {
    if (Number(request.headers['content-length'] ?? 0) > store.sizeMax) throw new EvidenceRefused('too-large')
    const { known, ...stored } = await store.put(bodyOf(request))
    request.log.info({ evidence: stored.sha256, size: stored.size, outcome: known ? 'known' : 'stored' }, 'evidence')
    return await reply
      .code(known ? 200 : 201)
      .headers({ location: `/v1/evidence/${stored.sha256}`, etag: `"${stored.sha256}"` })
      .send(stored)
  } catch (error) {
    // Who hung up reads no answer, and it is no trouble of ours.
    if (request.raw.destroyed && !request.raw.complete) throw problem('malformed-request')
    await discard(request, reply, store.sizeMax).catch(() => undefined)
    throw problemOf(error, request, store)
  }
}

const needsFact = (): Problem =>
  problem('invalid-request', {
    errors: [
      {
        parameter: 'fact',
        detail: {
          id: 'sebutkan posisi fakta yang menyebut berkas ini, misalnya dari riwayat',
          en: 'name the position of a fact that names this file, such as the history gives it',
        },
      },
    ],
  })

/**
 * A file is seen by who may see a fact that names it; callers of the whole nation see every fact. Throws a problem that tells nothing of
 * what the caller may not see.
 */
async function checkMaySee(context: Context, caller: Caller, sha256: string, fact: number | undefined): Promise<void> {
  if (fact === undefined) {
    if (caller.region !== '') throw needsFact()
    return
  }
  const seen = await shown(context, caller, await context.log.at([fact]))
  if (!seen.some(({ fact: { evidence } }) => evidence.some((paper) => paper.sha256 === sha256))) throw problem('not-found')
}

interface Asked {
  readonly params: { readonly sha256: string }
  readonly query: { readonly fact?: number | undefined }
}

async function give(context: Context, store: EvidenceStore, request: FastifyRequest & Asked, reply: FastifyReply): Promise<FastifyReply> {
  const { sha256 } = request.params
  const { fact } = request.query
  await checkMaySee(context, callerOf(request), sha256, fact)
  const etag = `"${sha256}"`
  void reply.headers({ etag, 'cache-control': 'private, max-age=31536000, immutable' })
  // The name is that of the bytes: whoever has this version has it for ever.
  if (request.headers['if-none-match']?.includes(etag)) return reply.code(304).send()
  const opened = await store.open(sha256).catch((error: unknown) => {
    throw problemOf(error, request, store)
  })
  if (opened === undefined)
    throw problem(fact === undefined ? 'not-found' : 'evidence-missing', { headers: { 'cache-control': 'no-store' } })
  void reply.headers({
    'content-type': opened.mediaType,
    'content-length': String(opened.size),
    'content-disposition': `attachment; filename="${sha256.slice(0, 16)}.${opened.extension}"`,
    // Whatever a browser makes of it, it runs nothing and belongs to nobody.
    'content-security-policy': `sandbox; default-src 'none'`,
  })
  if (request.method === 'GET') return reply.send(opened.content)
  opened.content.destroy()
  return reply.send()
}

function registerHandingIn(app: FastifyInstance, store: EvidenceStore): void {
  const underWay = new Set<IncomingMessage>()
  // A file may take minutes to come. It can be sent again, so nobody waits for it when the service ends.
  app.addHook('preClose', (done) => {
    for (const request of underWay) request.destroy()
    done()
  })
  // The body is read by the store as it comes, whatever its type is said to be.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/evidence',
    {
      config: { streams: true },
      schema: {
        ...shared,
        operationId: 'evidence.handIn',
        summary: 'Hand in the file of a paper, before or after the fact that names it',
        description: 'The body is the file and nothing else. The same file again answers 200 and stores nothing; no key is needed.',
        consumes: [...mediaTypes, 'application/octet-stream'],
        body: z.any().meta({ description: 'The bytes of one file' }),
        response: { 200: StoredSchema, 201: StoredSchema, ...problems },
      },
    },
    async (request, reply) => {
      underWay.add(request.raw)
      try {
        return await handIn(store, request, reply)
      } finally {
        underWay.delete(request.raw)
      }
    },
  )
}

/** Routes of the files that facts name: handed in by anybody with a token, fetched by who may see a fact that names them. */
export async function registerEvidence(app: FastifyInstance, context: Context): Promise<void> {
  const { evidence: store } = context
  if (store === undefined) return
  await app.register((scope, _options, done) => {
    registerHandingIn(scope, store)
    done()
  })
  const typed = app.withTypeProvider<ZodTypeProvider>()
  const params = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: 'a SHA-256: 64 hexadecimal digits, a to f small' }) })
  const querystring = z.strictObject({
    fact: digits(1, Number.MAX_SAFE_INTEGER)
      .optional()
      .meta({ description: 'Position of a fact that names the file; only callers of the whole nation may leave it out' }),
  })
  const fetching = { ...shared, params, querystring }
  const file = { description: 'The file, as an attachment', content: { 'application/octet-stream': { schema: z.any() } } }
  typed.get(
    '/v1/evidence/:sha256',
    {
      config: { streams: true },
      exposeHeadRoute: false,
      schema: {
        ...fetching,
        operationId: 'evidence.fetch',
        summary: 'The file of a paper, its bytes checked against its name; HEAD checks without sending',
        response: { 200: file, ...problems },
      },
    },
    (request, reply) => give(context, store, request, reply),
  )
  typed.head('/v1/evidence/:sha256', { config: { streams: true }, schema: { ...fetching, hide: true } }, (request, reply) =>
    give(context, store, request, reply),
  )
}
