import { setTimeout as pause } from 'node:timers/promises'
import { patientPool, type Log } from '@jejak/event-store'
import type { Pool } from 'pg'
import { checkpointOf, requireNotNewer, standingOf } from './checkpoint.ts'
import { viewsDb } from './database.ts'
import { Poisoned, type Projection } from './projection.ts'
import { rebuildProjection, UnderWay } from './rebuild.ts'

/** How tables are renewed. Times in milliseconds. */
export interface RenewOptions {
  readonly signal: AbortSignal
  readonly retryMs: number
  readonly onError?: ((error: unknown, projection: string) => void) | undefined
  /** Told when this process begins to make the tables anew, and of which version those in use are. */
  readonly onRenew?: ((projection: string, from: number) => void) | undefined
}

/** Waits until its tables are replaced or something is decided about it. */
async function untilDecided(pool: Pool, { name }: Projection, generation: bigint, { signal, retryMs }: RenewOptions): Promise<void> {
  while (!signal.aborted && (await checkpointOf(viewsDb(pool), name))?.generation === generation)
    await pause(retryMs, undefined, { signal }).catch(() => undefined)
}

/**
 * Makes the tables of a projection anew where they are of an older version, beside those in use, which are read meanwhile and followed by
 * whoever has the older code. Gives whether it can be followed now: not while another process makes them. What the new code cannot fold is
 * told once; the tables in use then stay until something is decided or other code comes. Throws OlderThanTables.
 */
export async function renew(pool: Pool, log: Log, projection: Projection, options: RenewOptions): Promise<boolean> {
  const { signal, onError, onRenew } = options
  const { name, version } = projection
  const found = await checkpointOf(viewsDb(pool), name).catch(() => undefined)
  if (found === undefined) return true
  requireNotNewer(found, projection)
  if (found.version === version) return true
  if ((await standingOf(viewsDb(pool), name))?.paused !== undefined) return true
  const own = patientPool(pool)
  try {
    onRenew?.(name, found.version)
    await rebuildProjection(own, log, projection, { signal })
    return true
  } catch (error) {
    if (signal.aborted || error instanceof UnderWay) return false
    if (!(error instanceof Poisoned)) throw error
    onError?.(error, name)
  } finally {
    await own.end()
  }
  await untilDecided(pool, projection, found.generation, options)
  return false
}
