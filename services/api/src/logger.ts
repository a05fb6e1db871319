import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import { pino, type DestinationStream, type Logger } from 'pino'

/** Where an error came from, without its message: a message may quote what a client sent. */
const frames = (error: Error): string[] =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trim().startsWith('at '))
    .slice(0, 8)
    .map((line) => line.trim())

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

/** The trace that a request belongs to, by its `traceparent` header (W3C Trace Context); a trace of zeros is none. */
export function traceOf(headers: FastifyRequest['headers']): string | undefined {
  const found = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-|$)/.exec(
    String(headers['traceparent'] ?? ''),
  )
  return found?.[1]
}

/** The logger of one request: every line of it bears the trace. */
export const requestLogger = (logger: FastifyBaseLogger, bindings: object, request: { headers: FastifyRequest['headers'] }) => {
  const trace = traceOf(request.headers)
  return logger.child({ ...bindings, ...(trace ? { traceId: trace } : {}) })
}
