import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Pool } from 'pg'
import { createPool, openLog, openPersons, personsKey, protections, servingRole, type OpenLog } from '@jejak/event-store'
import type { EvidenceStore } from '@jejak/evidence'
import { lagOf, Poisoned, prepareProjections, projections, runProjections, waitFor } from '@jejak/views'
import { buildApp } from './app.ts'
import { calendarFrom, openRegions, readerOf, type Context } from './context.ts'
import { publishShipped } from './editions-shipped.ts'
import type { Identity } from './identity.ts'

/** What a service is made of. */
export interface ServiceOptions {
  /** Connection string of the serving login. */
  readonly databaseUrl: string
  /** Takes on the serving role at connect: for a login that may do more. */
  readonly lowerRole?: boolean
  readonly personsKey: string
  readonly identity: Identity
  readonly logger: Logger
  readonly connections?: number
  /** The files that facts name. Without it there are no routes for them. */
  readonly evidence?: EvidenceStore
  /** Follows the projections in this process too. Without it a worker must: lists stand still. */
  readonly projections?: boolean
}

/** A service over an open log, not listening yet. */
export interface Service {
  readonly app: FastifyInstance
  readonly context: Context
  readonly pool: Pool
  /** Starts to listen on the loopback address; gives the port. */
  listen(port: number, host?: string): Promise<number>
  /** Takes no further request, answers those under way, then lets go of log and pool. */
  close(): Promise<void>
}

/** How long a request waits for a connection before it is told to come again, in milliseconds. */
const patienceMs = 500
/** What reads use nobody locks, but for a moment: an administrator who does must not hold up every connection in turn. */
const readLockMs = 100
/** How long facts wait for the gate while another session holds it. */
const gateMs = 400
/** Commands that wait for their turn at most. */
const waitingMax = 1_000

const microseconds = (): bigint => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000))

function viewsOf(pool: Pool, log: OpenLog): Context['views'] {
  return {
    async lag() {
      const lags = await lagOf(pool, log)
      return lags.map(({ name, position, events, ageMicros, stopped, paused }) => ({
        name,
        position,
        events,
        ageSeconds: Number(ageMicros) / 1_000_000,
        paused: paused ? `by ${paused.by}: ${paused.reason}` : null,
        failed: stopped ? `position ${stopped.position}: ${stopped.reason}` : null,
      }))
    },
    reached: async (projection, position) => (await waitFor(pool, { projection, position, timeoutMs: 3_000 })) === 'reached',
  }
}

/** Makes the tables that lists read and, where this process is asked to, follows the log into them with a pool of its own. */
async function openViews({ databaseUrl, logger, ...options }: ServiceOptions, log: OpenLog): Promise<{ close(): Promise<void> }> {
  const applicationName = `jejak-api ${hostname()} ${process.pid}`
  const pool = createPool(databaseUrl, { max: projections.length + 2, role: servingRole, applicationName })
  await prepareProjections(pool, projections)
  const stopping = new AbortController()
  const running = runProjections(pool, log, options.projections === true ? projections : [], {
    signal: stopping.signal,
    onRenew: (projection, from) => logger.info({ projection, from }, 'makes its tables anew, beside those of an older version'),
    onError: (error, projection) =>
      logger.error({ err: error, projection, ...(error instanceof Poisoned ? { position: error.position } : {}) }, 'projection'),
  })
  return {
    async close() {
      stopping.abort()
      await running
      await pool.end()
    },
  }
}

/** Joins the parts: pool, log, registry of persons, regions, identity, routes. Publishes the shipped editions if they are not. */
export async function openService(options: ServiceOptions): Promise<Service> {
  const shared = {
    ...(options.lowerRole ? { role: servingRole } : {}),
    connectMs: patienceMs,
    onError: () => options.logger.warn('an idle connection was lost'),
  }
  const pool = createPool(options.databaseUrl, { ...shared, max: options.connections ?? 10, lockTimeoutMs: readLockMs })
  // Two calls append at a time; the third connection is for the question whether one could.
  const appends = createPool(options.databaseUrl, { ...shared, max: 3, lockTimeoutMs: gateMs, applicationName: 'jejak-append' })
  const log = await openLog(pool, { appends, waitingMax })
  const persons = openPersons(pool, personsKey(options.personsKey))
  await persons.checkKey()
  const regions = openRegions(pool)
  const context: Context = {
    pool,
    log,
    persons,
    ...(options.evidence ? { evidence: options.evidence } : {}),
    identity: options.identity,
    regions,
    reader: readerOf(log, regions),
    protections: () => protections(pool),
    views: viewsOf(pool, log),
    calendar: calendarFrom(pool),
    now: microseconds,
  }
  await publishShipped(context)
  const following = await openViews(options, log)
  const app = await buildApp(context, options.logger)
  return {
    app,
    context,
    pool,
    async listen(port, host = '127.0.0.1') {
      await app.listen({ port, host })
      return (app.server.address() as AddressInfo).port
    },
    async close() {
      await app.close()
      await following.close()
      await log.drain()
      await Promise.all([appends.end(), pool.end()])
    },
  }
}
