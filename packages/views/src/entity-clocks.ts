import type { ViewsDb } from './database.ts'
import { keepTables, readableAt } from './readable.ts'
import { entityClockAt, type ToldEntityClock } from './stage-clock-days.ts'
import { stageClock, staysOf } from './stage-clock.ts'
import type { Day } from './stuck-filter.ts'

/** Entities asked for at once, at most. */
const entitiesMax = 1_000

/**
 * The clocks of entities by tag, as they stood on a day: what still runs and what has ended. A limit that was met has `warnSince` or
 * `stuckSince`, also where it ended later: what was done late. Throws NotReadable, and RangeError for more than a thousand.
 */
export async function entityClocksAt(
  db: ViewsDb,
  entities: readonly string[],
  { at, calendar }: Day,
): Promise<{ readonly position: number; readonly clocks: ReadonlyMap<string, ToldEntityClock> }> {
  if (entities.length > entitiesMax) throw new RangeError(`more than ${entitiesMax} entities at once: ${entities.length}`)
  await readableAt(db, stageClock)
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      await keepTables(trx, stageClock)
      const position = await readableAt(trx, stageClock)
      if (entities.length === 0) return { position, clocks: new Map() }
      const rows = await trx.selectFrom('stageClock').selectAll().where('entity', 'in', entities).execute()
      const stays = Map.groupBy(await staysOf(trx, entities), ({ entity }) => entity)
      const found = await trx
        .selectFrom('stageClockLimits')
        .selectAll()
        .where('entity', 'in', entities)
        .orderBy('span')
        .orderBy('beganOn')
        .execute()
      const limits = Map.groupBy(found, ({ entity }) => entity)
      const clockOf = (entity: string) => ({ stays: stays.get(entity) ?? [], limits: limits.get(entity) ?? [] })
      return {
        position,
        clocks: new Map(rows.map((row) => [row.entity, entityClockAt({ row, ...clockOf(row.entity) }, at, calendar)])),
      }
    })
}
