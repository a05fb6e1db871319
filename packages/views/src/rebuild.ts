import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { DatabaseError } from 'pg'
import { servingRole, type Log } from '@jejak/event-store'
import type { Pool } from 'pg'
import { checkpointOf, dropTables, OlderThanTables, prepareProjection, requireNotNewer } from './checkpoint.ts'
import { viewsDb, type ViewsDb } from './database.ts'
import { skipsOf } from './decisions.ts'
import { type Held, takeLock } from './holding.ts'
import type { Projection } from './projection.ts'
import { type BuildOptions, Shadow } from './shadow.ts'

/** Another process rebuilds or checks this projection, or something was decided about it meanwhile. The message says what to do. */
export class RebuildRefused extends Error {
  override readonly name = 'RebuildRefused'
}

/** The same is under way in another process. */
export class UnderWay extends RebuildRefused {}

/** What a rebuild or a check went through. */
export interface Built {
  readonly position: number
  readonly milliseconds: number
}

/** Shorter than the time after which the server looks for deadlocks: who waits for us is never the one that is broken off. */
const lockMs = 500
const attemptsMax = 60

/** Pages left to fold while followers wait for the switch. */
const nearEnough = 500

/** Work under a lock that no two processes hold for the same projection. */
export async function alone<T>(pool: Pool, lock: 'rebuild' | 'check', { name }: Projection, work: (held: Held) => Promise<T>): Promise<T> {
  const held = await takeLock(pool, lock, name)
  if (held === undefined) throw new UnderWay(`a ${lock} of ${name} is under way in another process`)
  try {
    return await work(held)
  } finally {
    await held.release()
  }
}

/** That this code may touch the tables; makes them where nobody has. */
export async function requireTables(pool: Pool, projection: Projection): Promise<void> {
  const found = await checkpointOf(viewsDb(pool), projection.name).catch(() => undefined)
  if (found === undefined) await prepareProjection(viewsDb(pool), projection)
  else requireNotNewer(found, projection)
}

/** Folds until only little is left, however much is recorded meanwhile. */
async function catchUp(log: Log, shadow: Shadow): Promise<void> {
  for (;;) {
    const { position } = await log.head()
    await shadow.upTo(position)
    if ((await log.head()).position - shadow.position <= nearEnough) return
  }
}

const sameSkips = (one: ReadonlySet<number>, other: ReadonlySet<number>): boolean => one.symmetricDifference(other).size === 0

/** The new tables in the place of the old ones, and the checkpoint at what they hold: all of it or nothing. */
async function replace(trx: ViewsDb, projection: Projection, shadow: Shadow): Promise<void> {
  const { name, version, tables } = projection
  const live = await checkpointOf(trx, name, true)
  if (live !== undefined && live.version > version) throw new OlderThanTables(`tables of ${name} were replaced by newer code meanwhile`)
  // A projection that is ahead of what was built: its last facts are folded while it waits for its checkpoint.
  await shadow.upTo(Math.max(live?.position ?? 0, shadow.position))
  await shadow.flush()
  if (!sameSkips(await skipsOf(trx, name), shadow.skips))
    throw new RebuildRefused(`something was decided about ${name} meanwhile: rebuild it again`)
  await sql`set local role ${sql.id(servingRole)}`.execute(trx)
  await sql`set local lock_timeout = ${sql.lit(lockMs)}`.execute(trx)
  await dropTables(trx, projection, 'views')
  for (const table of Object.keys(tables)) await sql`alter table ${sql.id('views_next', table)} set schema views`.execute(trx)
  await sql`
    insert into views.projections (name, version, position)
    values (${name}, ${version}, ${shadow.position})
    on conflict (name) do update
    set
      version = excluded.version,
      position = excluded.position,
      generation = projections.generation + 1,
      stopped_at = null,
      reason = null`.execute(trx)
}

const isLockTimeout = (error: unknown): boolean => error instanceof DatabaseError && (error.code === '55P03' || error.code === '40P01')

async function switchOver(held: Held, log: Log, projection: Projection, shadow: Shadow): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await held.db.transaction().execute((trx) => replace(trx, projection, shadow))
      return
    } catch (error) {
      if (!isLockTimeout(error)) throw error
      if (attempt === attemptsMax)
        throw new RebuildRefused(`the tables of ${projection.name} are in use without a pause: somebody holds a transaction open on them`)
    }
    // A long read is let through, and with it those that came after us.
    await pause(Math.random() * lockMs)
    await catchUp(log, shadow)
    await shadow.flush()
  }
}

/**
 * Builds a projection anew beside the one in use, which is followed and read meanwhile, then puts it in its place in one transaction. A
 * process that dies leaves nothing but tables in `views_next`, which the next rebuild drops. The pool needs three connections and should
 * have no limit on the time of a statement. Throws Poisoned (the one in use stays as it is), RebuildRefused, OlderThanTables.
 */
export async function rebuildProjection(pool: Pool, log: Log, projection: Projection, options: BuildOptions = {}): Promise<Built> {
  const began = performance.now()
  await requireTables(pool, projection)
  return alone(pool, 'rebuild', projection, async (held) => {
    const shadow = new Shadow(pool, log, projection, 'views_next', options)
    try {
      await shadow.begin()
      await catchUp(log, shadow)
      await shadow.flush()
      await shadow.finish()
      await catchUp(log, shadow)
      await shadow.flush()
      await switchOver(held, log, projection, shadow)
      return { position: shadow.position, milliseconds: performance.now() - began }
    } finally {
      // After the switch there is nothing left to drop.
      await shadow.drop().catch(() => undefined)
    }
  })
}
