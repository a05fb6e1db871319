import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client, type Pool } from 'pg'
import { pino } from 'pino'
import {
  buildApp,
  issueToken,
  localIdentity,
  newIssuerKey,
  calendarFrom,
  openRegions,
  publishShipped,
  readerOf,
  type Context,
  type Identity,
} from '@jejak/api'
import { routeOf, type ScenarioRequest } from '@jejak/demo'
import { checkoutHash, placeFor, startServer, type Server } from '@jejak/devdb'
import { createPool, migrateLog, openLog, openPersons, personsKey, prepareRoles, servingRole } from '@jejak/event-store'
import { loadReference } from '@jejak/reference'
import { scenarioRequests } from './village.ts'

/** What is measured: where the two services listen, and drafts of proposals that can be sent again and again under other ids. */
export interface Serving {
  readonly apiPort: number
  readonly insertPort: number
  readonly route: string
  readonly drafts: readonly { readonly token: string; readonly body: Readonly<Record<string, unknown>> }[]
}

/** A running measurement: the services over one server, in this process. */
export interface Served extends Serving {
  readonly context: Context
  /** Sends a draft without a network. */
  inject(key: string, body: string, token: string): Promise<{ readonly statusCode: number; readonly payload: string }>
  close(): Promise<void>
}

/** What is changed of the parts before the service is built of them, to look inside. */
export type Lens = (context: Context) => Context

interface Listening {
  listen(options: { port: number; host: string }): Promise<unknown>
  close(): Promise<unknown>
  readonly server: { address(): unknown }
}
interface Plain extends Listening {
  post(
    url: string,
    options: object,
    handler: (request: { body: unknown }, reply: { code(status: number): unknown }) => Promise<object>,
  ): unknown
}

const checkoutDir = path.resolve(import.meta.dirname, '../../..')
/** The service's own Fastify: the two routes differ in nothing but what they do. */
const fastify = createRequire(path.join(checkoutDir, 'services/api/package.json'))('fastify') as (options: object) => Plain
const connections = 32

/** An embedded server with its default durability, and an empty database on it. */
async function emptyDatabase(name: string): Promise<{ server: Server; url: string }> {
  const announce = (line: string) => process.stderr.write(`${line}\n`)
  const preferred = path.join(tmpdir(), `jejak-speed-${checkoutHash(checkoutDir)}`)
  const { dataDir, nativeDir } = await placeFor(checkoutDir, preferred, announce)
  const server = await startServer({ dataDir, nativeDir, durability: 'full', auth: 'trust', maxConnections: 200, announce })
  const client = new Client(server.adminUrl())
  await client.connect()
  await client.query(`drop database if exists ${name} with (force)`)
  await client.query(`create database ${name}`)
  await client.end()
  return { server, url: server.adminUrl(name) }
}

const portOf = async (app: Listening): Promise<number> => {
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}

/** What a command is compared with: a route that checks a schema and does one prepared INSERT. */
async function insertService(pool: Pool): Promise<Plain> {
  await pool.query(`create table raw (
    position bigint generated always as identity, stream uuid not null, version int not null, type text not null, body text not null,
    constraint raw_pkey primary key (position), constraint raw_stream_key unique (stream, version))`)
  const app = fastify({ logger: false })
  const body = {
    type: 'object',
    required: ['id', 'effectiveOn', 'data'],
    properties: {
      id: { type: 'string', format: 'uuid' },
      effectiveOn: { type: 'string', format: 'date' },
      data: { type: 'object', required: ['number', 'title'], properties: { number: { type: 'string' }, title: { type: 'string' } } },
    },
  }
  const response = { 201: { type: 'object', properties: { position: { type: 'integer' } } } }
  app.post('/insert', { schema: { body, response } }, async (request, reply) => {
    const { id } = request.body as { id: string }
    const { rows } = await pool.query<{ position: bigint }>({
      name: 'raw-insert',
      text: 'insert into raw (stream, version, type, body) values ($1, $2, $3, $4) returning position',
      values: [id, 1, 'proposal.Drafted', JSON.stringify(request.body)],
    })
    reply.code(201)
    return { position: Number(rows[0]?.position) }
  })
  return app
}

const isDraft = ({ command }: ScenarioRequest): boolean => command === 'proposal.Draft'
const firstDraft = scenarioRequests.find(isDraft)?.seq ?? 0

/** Plays the scenario up to the first proposal: then any group may draft as many as it likes. */
async function playOpening(app: Awaited<ReturnType<typeof buildApp>>, tokenFor: (request: ScenarioRequest) => Promise<string>) {
  for (const [index, request] of scenarioRequests.entries()) {
    const prelude = index < scenarioRequests.findIndex(({ body }) => body.actor.role !== 'system')
    const groups = request.command.startsWith('institution.') && request.seq < firstDraft + 40
    if (!prelude && !groups && request.seq >= firstDraft) continue
    const { url, opens } = routeOf(request)
    const answer = await app.inject({
      method: 'POST',
      url,
      headers: {
        authorization: `Bearer ${await tokenFor(request)}`,
        'idempotency-key': `"opening-${index}"`,
        'jejak-recorded-at': request.recordedAt,
      },
      payload: { ...(opens ? { id: request.subject.id } : {}), ...request.body },
    })
    if (answer.statusCode >= 300) throw new Error(`line ${request.seq}, ${request.command}: ${answer.payload}`)
  }
}

/** Opens both services on a new log that holds the beginning of the scenario. */
export async function serve(lens: Lens = (context) => context): Promise<Served> {
  const { server, url } = await emptyDatabase('speed')
  const admin = createPool(url, { max: 4 })
  await prepareRoles(admin)
  await migrateLog(admin, { clock: 'simulated', servingLogin: { name: 'jejak_speed' } })
  await loadReference(admin)
  const pool = createPool(url, { max: connections, role: servingRole })
  const log = await openLog(pool)
  const regions = openRegions(pool)
  const key = await newIssuerKey()
  const identity: Identity = localIdentity(key)
  const context = lens({
    pool,
    log,
    persons: openPersons(pool, personsKey(Buffer.alloc(32, 7).toString('base64'))),
    identity,
    regions,
    calendar: calendarFrom(pool),
    reader: readerOf(log, regions),
    protections: () => Promise.resolve([]),
    views: { lag: () => Promise.resolve([]), reached: () => Promise.resolve(true) },
    now: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)),
  })
  await publishShipped(context)
  const app = await buildApp(context, pino({ level: 'silent' }))
  await playOpening(app, ({ recorder }) => issueToken(key, { ...recorder, roles: [recorder.role, 'simulator'] }))
  const insertPool = createPool(url, { max: connections })
  const insert = await insertService(insertPool)
  const templates = scenarioRequests.filter(isDraft)
  const drafts = await Promise.all(
    templates.map(async ({ recorder, body }) => ({
      token: await issueToken(key, { ...recorder, roles: [recorder.role] }),
      body: { ...body, lateReason: 'Dientri ulang' },
    })),
  )
  return {
    apiPort: await portOf(app),
    insertPort: await portOf(insert),
    route: '/v1/proposals',
    drafts,
    context,
    inject: (name, body, token) =>
      app.inject({
        method: 'POST',
        url: '/v1/proposals',
        headers: { authorization: `Bearer ${token}`, 'idempotency-key': `"${name}"`, 'content-type': 'application/json' },
        payload: body,
      }),
    async close() {
      await Promise.all([app.close(), insert.close()])
      await log.drain()
      await Promise.all([pool.end(), insertPool.end(), admin.end()])
      await server.stop()
    },
  }
}

// Run as a process of its own: tells its parent where it listens, and ends when told so.
if (import.meta.main && process.send) {
  const served = await serve()
  const { apiPort, insertPort, route, drafts } = served
  process.once('disconnect', () => void served.close())
  process.send({ apiPort, insertPort, route, drafts } satisfies Serving)
}
