import { sql } from 'kysely'
import type { Pool } from 'pg'
import { viewsDb, type ViewsDb } from './database.ts'

/** A decision about a projection: by whom and why. Recorded for good, whatever becomes of its tables. */
export interface Decision {
  readonly projection: string
  readonly reason: string
  /** The person who decides, as they name themselves. */
  readonly by: string
}

/** What was decided last about following a projection: nothing, or that it is to stand still. */
export interface Pause {
  readonly reason: string
  readonly by: string
  readonly at: Date
}

/** What was asked cannot be decided as things stand; the message says how they stand. */
export class DecisionRefused extends Error {
  override readonly name = 'DecisionRefused'
}

/** The positions that folds of a projection leave out. */
export async function skipsOf(db: ViewsDb, projection: string): Promise<ReadonlySet<number>> {
  const rows = await db
    .selectFrom('projectionDecisions')
    .select('position')
    .where('projection', '=', projection)
    .where('kind', '=', 'skip')
    .execute()
  return new Set(rows.map(({ position }) => Number(position)))
}

/** By whom a projection was paused, if it is. */
export async function pauseOf(db: ViewsDb, projection: string): Promise<Pause | undefined> {
  const last = await db
    .selectFrom('projectionDecisions')
    .select(['kind', 'reason', 'decidedBy', 'decidedAt'])
    .where('projection', '=', projection)
    .where('kind', 'in', ['pause', 'resume'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last?.kind === 'pause' ? { reason: last.reason, by: last.decidedBy, at: last.decidedAt } : undefined
}

/** Decides under the lock of the checkpoint, and raises its generation: whoever follows the projection looks anew. */
async function decide(pool: Pool, decision: Decision, kind: 'skip' | 'pause' | 'resume', check: (trx: ViewsDb) => Promise<number | null>) {
  await viewsDb(pool)
    .transaction()
    .execute(async (trx) => {
      const touched = await trx
        .updateTable('projections')
        .set({ generation: sql<bigint>`generation + 1` })
        .where('name', '=', decision.projection)
        .executeTakeFirst()
      if (touched.numUpdatedRows !== 1n) throw new DecisionRefused(`no worker has ever followed a projection named ${decision.projection}`)
      const position = await check(trx)
      await trx
        .insertInto('projectionDecisions')
        .values({
          projection: decision.projection,
          kind,
          position: position === null ? null : BigInt(position),
          reason: decision.reason,
          decidedBy: decision.by,
        })
        .execute()
    })
}

/** Nobody follows the projection from now on, until it is resumed. Throws DecisionRefused when it is paused already. */
export const pauseProjection = (pool: Pool, decision: Decision): Promise<void> =>
  decide(pool, decision, 'pause', async (trx) => {
    const paused = await pauseOf(trx, decision.projection)
    if (paused) throw new DecisionRefused(`${decision.projection} is paused already, by ${paused.by}: ${paused.reason}`)
    return null
  })

/** The projection is followed again, from where it was left. Throws DecisionRefused when it is not paused. */
export const resumeProjection = (pool: Pool, decision: Decision): Promise<void> =>
  decide(pool, decision, 'resume', async (trx) => {
    if (!(await pauseOf(trx, decision.projection))) throw new DecisionRefused(`${decision.projection} is not paused`)
    return null
  })

/**
 * The fact at the position is left out by every fold of this projection, for ever: also when it is rebuilt or checked. Throws
 * DecisionRefused unless the projection stands stopped at this very position.
 */
export const skipPosition = (pool: Pool, decision: Decision & { readonly position: number }): Promise<void> =>
  decide(pool, decision, 'skip', async (trx) => {
    const { projection, position } = decision
    const row = await trx.selectFrom('projections').select(['position', 'stoppedAt']).where('name', '=', projection).executeTakeFirst()
    const stands = row?.stoppedAt
    if (stands === null || stands === undefined)
      throw new DecisionRefused(`${projection} is not stopped, it stands at ${Number(row?.position)}: only a fact that stops it is skipped`)
    if (Number(stands) !== position) throw new DecisionRefused(`${projection} is stopped at ${stands}, not at ${position}`)
    // It is about to go on: who waits for it waits again.
    await trx.updateTable('projections').set({ stoppedAt: null, reason: null }).where('name', '=', projection).execute()
    return position
  })
