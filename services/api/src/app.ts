import helmet from '@fastify/helmet'
import Fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { randomUUID } from 'node:crypto'
import type { DestinationStream, Logger } from 'pino'
import { pino } from 'pino'
import type { z } from 'zod'
import { CorruptHistory } from '@jejak/domain'
import { LogOverloaded, LogUnavailable, LogClosed } from '@jejak/event-store'
import { registerBatches } from './batches.ts'
import { registerBodyParser } from './body.ts'
import { registerCommands } from './commands.ts'
import type { Context } from './context.ts'
import { registerHealth } from './health.ts'
import { remember } from './identity.ts'
import { registerOpenApi } from './openapi.ts'
import { registerPersons } from './persons.ts'
import { languageOf, problem, Problem, sendProblem, type RequestError } from './problem.ts'
import { registerReads } from './reads.ts'
import { inWords, translated } from './words.ts'

/** A schema refused a part of the request; put into words only when the language is known. */
class SchemaRefused extends Error {
  override readonly name = 'SchemaRefused'
  readonly schema: z.ZodType
  readonly part: string
  readonly value: unknown
  constructor(schema: z.ZodType, part: string, value: unknown) {
    super('the request does not match its schema')
    this.schema = schema
    this.part = part
    this.value = value
  }
}

/** A logger that names request, trace, entity, position and outcome, and never a header, a body, a query or a person. */
export function createLogger(destination?: DestinationStream): Logger {
  return pino(
    {
      level: process.env['JEJAK_LOG'] ?? 'info',
      base: null,
      serializers: {
        req: (request: { id: string; method: string; routeOptions?: { url?: string } }) => ({
          method: request.method,
          route: request.routeOptions?.url,
        }),
        res: (reply: { statusCode: number }) => ({ status: reply.statusCode }),
        err: (error: Error & { code?: string }) => ({ type: error.name, code: error.code, stack: frames(error) }),
      },
    },
    ...(destination ? [destination] : []),
  )
}

/** Where an error came from, without its message: a message may quote what a client sent. */
const frames = (error: Error): string[] =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trim().startsWith('at '))
    .slice(0, 8)
    .map((line) => line.trim())

const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

function schemaProblem(refused: SchemaRefused, language: 'id' | 'en'): Problem {
  const { error } = refused.schema.safeParse(refused.value, { error: inWords(language) })
  const errors: RequestError[] = (error?.issues ?? []).flatMap((issue): RequestError[] => {
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path]
    return paths.map((path) =>
      refused.part === 'body'
        ? { pointer: pointerOf(path), detail: translated(issue.message, language) }
        : { parameter: path.join('.') || refused.part, detail: translated(issue.message, language) },
    )
  })
  return problem(refused.part === 'params' ? 'not-found' : 'invalid-request', { errors })
}

const byFastify: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-json',
  FST_ERR_BAD_URL: 'not-found',
  FST_ERR_ASYNC_CONSTRAINT: 'not-found',
}

/** The answer to whatever was thrown. Only what can be named is a client's mistake; the rest is ours and told without detail. */
function problemFor(error: FastifyError, language: 'id' | 'en'): Problem {
  if (error instanceof Problem) return error
  if (error instanceof SchemaRefused) return schemaProblem(error, language)
  if (error instanceof LogUnavailable || error instanceof LogOverloaded || error instanceof LogClosed)
    return problem('unavailable', { headers: { 'retry-after': '1' } })
  const known = byFastify[error.code]
  if (known) return problem(known)
  return problem('internal-error')
}

/** Builds the HTTP service over what it is given; opens nothing itself. */
export async function buildApp(context: Context, logger: Logger): Promise<FastifyInstance> {
  const base: FastifyBaseLogger = logger
  const app = Fastify({
    loggerInstance: base,
    bodyLimit: 65_536,
    genReqId: () => randomUUID(),
    requestTimeout: 30_000,
    exposeHeadRoutes: false,
    return503OnClosing: true,
    onProtoPoisoning: 'error',
    routerOptions: { maxParamLength: 100 },
  })
  app.setValidatorCompiler(({ schema, httpPart }) => (value) => {
    const parsed = (schema as z.ZodType).safeParse(value)
    return parsed.success ? { value: parsed.data } : { error: new SchemaRefused(schema as z.ZodType, httpPart ?? 'body', value) }
  })
  // Answers are built by our own code and checked against their schemas in tests: at run time they are only written.
  app.setSerializerCompiler(() => (value: unknown) => JSON.stringify(value))
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const found = problemFor(error, languageOf(request.headers['accept-language']))
    if (found.spec.status >= 500) request.log.error({ err: error, corrupt: error instanceof CorruptHistory }, 'failed')
    else request.log.info({ outcome: found.spec.code }, 'refused')
    return sendProblem(request, reply, found)
  })
  app.setNotFoundHandler((request, reply) => sendProblem(request, reply, problem('not-found')))
  registerBodyParser(app)
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('request-id', request.id)
    if (request.url.startsWith('/v1/')) remember(request, await context.identity.authenticate(request))
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store')
    done()
  })
  await app.register(helmet, { contentSecurityPolicy: { directives: { 'script-src': ["'self'"], 'img-src': ["'self'", 'data:'] } } })
  await registerOpenApi(app)
  registerHealth(app, context)
  registerCommands(app, context)
  registerBatches(app, context)
  registerPersons(app, context)
  registerReads(app, context)
  await app.ready()
  return app
}

export type { ZodTypeProvider }
