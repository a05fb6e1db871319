import { hostname } from 'node:os'
import type { Logger } from 'pino'
import { createPool, openLog, servingRole } from '@jejak/event-store'
import { OlderThanTables, Overtaken, Poisoned, prepareProjections, projections, runProjections, type Projection } from '@jejak/views'

/** What a worker is made of. */
export interface WorkerOptions {
  /** Connection string of a login that serves. */
  readonly databaseUrl: string
  readonly logger: Logger
  /** What it follows: by default every projection there is. */
  readonly projections?: readonly Projection[]
}

/** A worker at work. */
export interface Worker {
  /** Finishes the pages in hand, lets go of the locks and resolves. */
  stop(): Promise<void>
  /** Resolves when it follows nothing any more: told to stop, or because newer code has made all the tables. */
  readonly ended: Promise<void>
}

/** Puts what happens to projections into the log. A projection that stops is the one line to wake somebody for: level error. */
export function tellOf(logger: Logger): (error: unknown, projection: string) => void {
  return (error, projection) => {
    if (error instanceof Poisoned)
      logger.error({ projection, position: error.position, reason: error.reason, err: error }, 'projection stopped: it cannot take a fact')
    else if (error instanceof Overtaken) logger.info({ projection }, 'its tables were replaced, or something was decided: looking anew')
    else if (error instanceof OlderThanTables)
      logger.error({ projection, err: error }, 'its tables were made by newer code: not followed here')
    else logger.warn({ projection, err: error }, 'tried again')
  }
}

/**
 * Follows projections with a pool of its own, those that no other process follows. Resolves once it works; throws NoLog where the database
 * has none, and what the connection throws.
 */
export async function openWorker({ databaseUrl, logger, ...options }: WorkerOptions): Promise<Worker> {
  const followed = options.projections ?? projections
  const pool = createPool(databaseUrl, {
    max: followed.length + 3,
    role: servingRole,
    applicationName: `jejak-worker ${hostname()} ${process.pid}`,
    onError: () => logger.warn('an idle connection was lost'),
  })
  const stopping = new AbortController()
  try {
    const log = await openLog(pool)
    await prepareProjections(pool, followed)
    const running = runProjections(pool, log, followed, {
      signal: stopping.signal,
      onError: tellOf(logger),
      onFollow: (projection, position) => logger.info({ projection, position }, 'follows'),
      onRenew: (projection, from) => logger.info({ projection, from }, 'makes its tables anew, beside those of an older version'),
    })
    logger.info({ projections: followed.map(({ name }) => name) }, 'started')
    const ended = running.then(() => pool.end())
    return {
      ended,
      stop() {
        stopping.abort()
        return ended
      },
    }
  } catch (error) {
    await pool.end()
    throw error
  }
}
