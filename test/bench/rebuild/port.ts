import { createPool, openLog, servingRole } from '@jejak/event-store'
import { entityList, prepareProjections, projections, resetProjection, runProjections, waitFor } from '@jejak/views'

const hours = 3_600_000

/** Builds the table of `entity-list` anew from the whole log, as the package does it today. Throws when it stops before the end. */
export async function rebuildEntityList(servingUrl: string): Promise<void> {
  const pool = createPool(servingUrl, { max: projections.length + 2, role: servingRole, applicationName: 'jejak-views' })
  const log = await openLog(pool)
  await prepareProjections(pool, projections)
  await resetProjection(pool, entityList)
  const { position } = await log.head()
  const stopping = new AbortController()
  const running = runProjections(pool, log, [entityList], { signal: stopping.signal })
  const reached = await waitFor(pool, { projection: entityList.name, position, timeoutMs: 2 * hours })
  stopping.abort()
  await running
  await log.drain()
  await pool.end()
  if (reached !== 'reached') throw new Error(`the rebuild is ${reached}`)
}
