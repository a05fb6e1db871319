import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import pg from 'pg'
import { answer } from '../child-side.ts'
import type { Serve, Serving } from '../rest/messages.ts'

const insertText = 'insert into plain_events (stream_id, type, data) values ($1, $2, $3) returning position'

const body = {
  type: 'object',
  required: ['effectiveOn', 'evidence', 'data'],
  additionalProperties: false,
  properties: {
    id: { type: 'string', minLength: 36, maxLength: 36 },
    effectiveOn: { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' },
    evidence: {
      type: 'array',
      items: {
        type: 'object',
        required: ['docType'],
        additionalProperties: false,
        properties: { docType: { type: 'string' }, sha256: { type: 'string' }, number: { type: 'string' }, date: { type: 'string' } },
      },
    },
    data: { type: 'object' },
  },
} as const

const response = {
  201: { type: 'object', properties: { position: { type: 'string' } } },
} as const

interface Body {
  readonly id?: string
}

/** The process of a plain route: Fastify answers the same requests with a schema, a serialiser and one INSERT; no token, key or rule. */
answer(async ({ databaseUrl, connections }: Serve): Promise<Serving> => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: connections })
  await pool.query(`
    create table if not exists plain_events (
      position bigint generated always as identity primary key,
      stream_id uuid not null,
      type text not null,
      data text not null,
      recorded_at timestamptz not null default now()
    )`)
  const app = Fastify()
  const store = async (id: string, type: string, data: unknown): Promise<{ position: string }> => {
    const values = [id, type, JSON.stringify(data)]
    const { rows } = await pool.query<{ position: string }>({ name: 'insert', text: insertText, values })
    return { position: rows[0]?.position ?? '' }
  }
  app.post<{ Body: Body }>('/v1/complaints', { schema: { body, response } }, async (request, reply) => {
    void reply.status(201)
    return store(request.body.id ?? '', 'receive', request.body)
  })
  app.post<{ Body: Body; Params: { id: string; verb: string } }>(
    '/v1/complaints/:id/:verb',
    { schema: { body, response } },
    async (request, reply) => {
      void reply.status(201)
      return store(request.params.id, request.params.verb, request.body)
    },
  )
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: (app.server.address() as AddressInfo).port }
})
