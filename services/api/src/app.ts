import helmet from '@fastify/helmet'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Logger } from 'pino'
import type { z } from 'zod'
import { CorruptHistory } from '@jejak/domain'
import { isUnavailable } from '@jejak/event-store'
import { NotReadable } from '@jejak/views'
import { createAdmission } from './admission.ts'
import { registerBatches } from './batches.ts'
import { registerBodyParser } from './body.ts'
import { registerCommands } from './commands.ts'
import type { Context } from './context.ts'
import { registerEvidence } from './evidence.ts'
import { registerHealth } from './health.ts'
import { remember } from './identity.ts'
import { requestLogger } from './logger.ts'
import { collectMethods } from './methods.ts'
import { registerOpenApi } from './openapi.ts'
import { registerPersons } from './persons.ts'
import { languageOf, problem, Problem, sendProblem, viewProblem, type Language } from './problem.ts'
import { registerReads } from './reads.ts'
import { SchemaRefused, schemaProblem } from './schema-refused.ts'

const byFastify: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-json',
  FST_ERR_BAD_URL: 'not-found',
  FST_ERR_MAX_PARAM_LENGTH: 'not-found',
  FST_ERR_ASYNC_CONSTRAINT: 'not-found',
}

/** The answer to whatever was thrown. Only what can be named is a client's mistake; the rest is ours and told without detail. */
function problemFor(error: FastifyError, language: Language): Problem {
  if (error instanceof Problem) return error
  if (error instanceof SchemaRefused) return schemaProblem(error, language)
  if (isUnavailable(error)) return problem('unavailable', { headers: { 'retry-after': '1' } })
  if (error instanceof NotReadable) return viewProblem(error.projection)
  const known = byFastify[error.code]
  if (known) return problem(known)
  return problem('internal-error')
}

/** What passes by itself and is no error of ours. */
const comesBack: ReadonlySet<string> = new Set(['unavailable', 'view-being-renewed'])

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const found = problemFor(error, languageOf(request.headers['accept-language']))
  if (found.spec.status >= 500 && !comesBack.has(found.spec.code))
    request.log.error({ err: error, corrupt: error instanceof CorruptHistory }, 'failed')
  else request.log.info({ outcome: found.spec.code }, 'refused')
  return sendProblem(request, reply.header('request-id', request.id), found)
}

/** What is no HTTP at all: no request, so no language and no number to name it by. */
function refuseGarbage(error: { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return
  const body = JSON.stringify({
    type: '/problems/malformed-request',
    title: 'Bukan permintaan HTTP',
    status: 400,
    code: 'malformed-request',
  })
  const head = ['HTTP/1.1 400 Bad Request', 'content-type: application/problem+json; charset=utf-8', `content-length: ${body.length}`]
  socket.end(`${[...head, 'connection: close'].join('\r\n')}\r\n\r\n${body}`)
}

const underV1 = (address: string): boolean => address === '/v1' || address.startsWith('/v1/')

/**
 * Everything under `/v1` needs a token, before anything else of the request is looked at. What counts is the route that the router has
 * found, not how the address is spelt: `/%761/areas` is `/v1/areas`.
 */
const needsToken = ({ routeOptions, url }: FastifyRequest): boolean => underV1(routeOptions.url ?? url)

/** Reads take a processor's time and a connection, more of them at once only more of the client's. */
const admitted = { width: 64, waitingMax: 1_000, waitMs: 800 }
/** Files take as long as the line of a client does, and of this process next to nothing. */
const streaming = { width: 256, waitingMax: 1_000, waitMs: 5_000 }
/** How long a client may take to send a request, and how long one that is no file: who sends slower only holds a connection. */
const requestMs = 600_000
const bodyMs = 30_000
const isStream = (request: FastifyRequest): boolean => request.routeOptions.config.streams === true

/** Files may come for minutes; whoever has not sent any other request in time is cut off. */
function limitBodies(app: FastifyInstance): void {
  app.server.headersTimeout = bodyMs
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    const { headers } = request
    if (!isStream(request) && (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined)) {
      const timer = setTimeout(() => request.raw.destroy(), bodyMs)
      const ended = (): void => clearTimeout(timer)
      request.raw.once('end', ended).once('close', ended)
    }
    done()
  })
}

const comeAgain = (headers: Readonly<Record<string, string>> = {}): Problem =>
  problem('unavailable', { headers: { 'retry-after': '1', ...headers } })

function registerHooks(app: FastifyInstance, context: Context): void {
  const { enter, troubled, succeeded } = createAdmission(admitted)
  const files = createAdmission(streaming)
  const inside = new WeakMap<FastifyRequest, () => void>()
  let closing = false
  app.addHook('preClose', (done) => {
    closing = true
    done()
  })
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('request-id', request.id)
    if (closing) throw comeAgain({ connection: 'close' })
    if (!needsToken(request)) return
    // A command could not be recorded now: nothing is read for it.
    if (request.method === 'POST' && !isStream(request) && context.log.isShut()) throw comeAgain()
    // Who goes away before the answer never gets to the response.
    const leave = await (isStream(request) ? files.enter : enter)((gone) => reply.raw.once('close', gone))
    if (leave === undefined) throw comeAgain()
    inside.set(request, leave)
    remember(request, await context.identity.authenticate(request))
  })
  app.addHook('onError', (_request, _reply, error, done) => {
    if (isUnavailable(error)) troubled()
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    inside.get(request)?.()
    if (inside.has(request) && !isStream(request) && reply.statusCode < 500) succeeded()
    done()
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store')
    done()
  })
}

/** Builds the HTTP service over what it is given; opens nothing itself. */
export async function buildApp(context: Context, logger: Logger): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: logger,
    childLoggerFactory: (parent, bindings, _options, request) => requestLogger(parent, bindings, request),
    bodyLimit: 65_536,
    genReqId: () => randomUUID(),
    requestTimeout: requestMs,
    return503OnClosing: false,
    onProtoPoisoning: 'error',
    routerOptions: { maxParamLength: 100 },
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
    clientErrorHandler: refuseGarbage,
  }) as unknown as FastifyInstance
  app.setValidatorCompiler(({ schema, httpPart }) => (value) => {
    const parsed = (schema as z.ZodType).safeParse(value)
    return parsed.success
      ? { value: parsed.data }
      : { error: new SchemaRefused(httpPart ?? 'body', [{ schema: schema as z.ZodType, value }]) }
  })
  // Answers are built by our own code and checked against their schemas in tests: at run time they are only written.
  app.setSerializerCompiler(() => (value: unknown) => JSON.stringify(value))
  app.setErrorHandler(answerError)
  const methodsOf = collectMethods(app)
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request)
    const wrongMethod = methods.length > 0 && !methods.includes(request.method)
    const found = wrongMethod ? problem('method-not-allowed', { headers: { allow: methods.join(', ') } }) : problem('not-found')
    request.log.info({ outcome: found.spec.code }, 'refused')
    return sendProblem(request, reply, found)
  })
  registerBodyParser(app)
  limitBodies(app)
  registerHooks(app, context)
  await app.register(helmet, { contentSecurityPolicy: { directives: { 'script-src': ["'self'"], 'img-src': ["'self'", 'data:'] } } })
  await registerOpenApi(app)
  registerHealth(app, context)
  registerCommands(app, context)
  registerBatches(app, context)
  registerPersons(app, context)
  await registerEvidence(app, context)
  registerReads(app, context)
  await app.ready()
  return app
}
