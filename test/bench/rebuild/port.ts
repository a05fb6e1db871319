import { createPool, openLog, servingRole } from '@jejak/event-store'
import { entityList, rebuildProjection } from '@jejak/views'

/** Builds the tables of `entity-list` anew from the whole log and puts them in their place, as `jejak projections rebuild` does. */
export async function rebuildEntityList(servingUrl: string): Promise<void> {
  const pool = createPool(servingUrl, { max: 4, role: servingRole, applicationName: 'jejak-views', statementTimeoutMs: 0 })
  const log = await openLog(pool)
  await rebuildProjection(pool, log, entityList)
  await log.drain()
  await pool.end()
}
