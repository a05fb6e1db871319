import { sql, type RawBuilder } from 'kysely'
import type { EditionRef } from '@jejak/domain'
import type { ViewsDb } from './database.ts'
import { entityList } from './entity-list.ts'
import { readableAt } from './readable.ts'

/** Joins the edition and the revision that the fund of rows under an alias has pinned, as `pin`: the list of entities knows it. */
export const pinOfFund = (alias: string): RawBuilder<unknown> => sql`
  left join lateral (
    select e.edition_id as edition, e.edition_revision as revision
    from views.entity_list e
    where e.entity = ${sql.ref(`${alias}.fund`)}
  ) pin on true`

/** Every published revision. Throws NotReadable. */
export async function publishedRevisions(db: ViewsDb): Promise<readonly EditionRef[]> {
  await readableAt(db, entityList)
  return db.selectFrom('entityListEditions').select(['id', 'revision']).execute()
}
