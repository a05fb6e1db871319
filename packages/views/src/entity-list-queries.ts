import { sql, type ExpressionBuilder, type SelectQueryBuilder } from 'kysely'
import type { EditionRef } from '@jejak/domain'
import type { Database, EntityListTable, ViewsDb } from './database.ts'
import { rupiahOf } from './entity-list-labels.ts'
import { entityList } from './entity-list.ts'
import { readableAt } from './readable.ts'

/** An entity as a list shows it. Dates `YYYY-MM-DD`, amount in rupiah. */
export interface ListedEntity {
  readonly kind: string
  readonly id: string
  readonly area: string | null
  readonly allocation: string | null
  readonly cycle: string | null
  /** Institutions concerned: the board, the group, those who maintain. */
  readonly institutions: readonly string[]
  readonly edition: EditionRef | null
  readonly programme: string | null
  readonly category: string | null
  readonly title: string | null
  readonly number: string | null
  readonly fiscalYear: string | null
  readonly amount: string | null
  readonly stage: string | null
  /** Stage by parallel region; the empty region is the whole. */
  readonly stages: Readonly<Record<string, string>>
  readonly suspended: boolean
  readonly holders: readonly string[]
  /** Since when it stands there. */
  readonly since: string
  readonly openedOn: string
  readonly openedPosition: number
  readonly lastEffectiveOn: string
  /** Its ETag. */
  readonly lastPosition: number
}

/** What to list; every part narrows. `stage` also takes the stages inside it; `areas` any of several. */
export interface EntityFilter {
  readonly kind?: string | undefined
  readonly areas?: readonly string[] | undefined
  readonly stage?: string | undefined
  readonly programme?: string | undefined
  readonly institution?: string | undefined
  readonly allocation?: string | undefined
  readonly cycle?: string | undefined
  readonly fiscalYear?: string | undefined
  readonly category?: string | undefined
  readonly suspended?: boolean | undefined
}

/** Where a page of the list begins: after the entity opened by the fact at this position, never changed by later facts. */
export interface EntityKey {
  readonly position: number
  readonly entity: string
}

/** Where a page of a desk's work begins: what waits longest comes first. */
export interface WaitingKey extends EntityKey {
  readonly since: string
}

/** A page; without `next` it is the last. Every fact up to `position` is in it. */
export interface EntityPage<Key> {
  readonly position: number
  readonly entities: readonly ListedEntity[]
  readonly next?: Key
}

/** Which page, and how many rows at most. */
export interface PageOf<Key> {
  readonly after?: Key | undefined
  readonly limit: number
}

const prefix = 'institution:'

const listed = (row: EntityListTable): ListedEntity => ({
  kind: row.kind,
  id: row.id,
  area: row.area,
  allocation: row.allocation,
  cycle: row.cycle,
  institutions: row.tags.filter((tag) => tag.startsWith(prefix)).map((tag) => tag.slice(prefix.length)),
  edition: row.editionId === null || row.editionRevision === null ? null : { id: row.editionId, revision: row.editionRevision },
  programme: row.programme,
  category: row.category,
  title: row.title,
  number: row.number,
  fiscalYear: row.fiscalYear,
  amount: rupiahOf(row.amountSen),
  stage: row.stage,
  stages: row.stages,
  suspended: row.suspended,
  holders: row.holders,
  since: row.since,
  openedOn: row.openedOn,
  openedPosition: Number(row.openedPosition),
  lastEffectiveOn: row.lastEffectiveOn,
  lastPosition: Number(row.lastPosition),
})

type Rows = SelectQueryBuilder<Database, 'entityList', EntityListTable>
type Where = ExpressionBuilder<Database, 'entityList'>

const array = (...values: readonly string[]) => sql<readonly string[]>`${values}::text[]`

/** Of an institution: what its tag is on, and what belongs to an allocation that it receives, also where that was planned before. */
const ofInstitution = (institution: string) => (eb: Where) =>
  eb.or([
    eb('entityList.tags', '@>', array(`${prefix}${institution}`)),
    eb('entityList.entity', '=', `${prefix}${institution}`),
    eb(
      'entityList.allocation',
      'in',
      eb
        .selectFrom('entityList as a')
        .select('a.id')
        .where('a.kind', '=', 'allocation')
        .where('a.tags', '@>', array(`${prefix}${institution}`)),
    ),
  ])

/** The stage itself and those inside it, in any region. */
const atStage = (stage: string) =>
  sql<boolean>`exists (
    select
    from jsonb_each_text(stages) s
    where s.value = ${stage}
      or starts_with(s.value, ${`${stage}.`})
  )`

function narrowed(rows: Rows, filter: EntityFilter): Rows {
  const { kind, areas, stage, institution, suspended, ...rest } = filter
  let found = rows
  if (kind !== undefined) found = found.where('entityList.kind', '=', kind)
  if (areas !== undefined) found = found.where((eb) => eb('entityList.area', '=', eb.fn.any(array(...areas))))
  if (stage !== undefined) found = found.where(atStage(stage))
  if (institution !== undefined) found = found.where(ofInstitution(institution))
  if (suspended !== undefined) found = found.where('entityList.suspended', '=', suspended)
  for (const column of ['programme', 'allocation', 'cycle', 'fiscalYear', 'category'] as const) {
    const value = rest[column]
    if (value !== undefined) found = found.where(`entityList.${column}`, '=', value)
  }
  return found
}

/** How far the list is. Read before the rows, so that they are at least as new. */
async function pageOf<Key>(db: ViewsDb, rows: Rows, limit: number, keyOf: (row: EntityListTable) => Key): Promise<EntityPage<Key>> {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`not a limit: ${limit}`)
  const position = await readableAt(db, entityList)
  const found = await rows.limit(limit + 1).execute()
  const last = found.length > limit ? found[limit - 1] : undefined
  return { position, entities: found.slice(0, limit).map(listed), ...(last === undefined ? {} : { next: keyOf(last) }) }
}

const keyOf = (row: EntityListTable): EntityKey => ({ position: Number(row.openedPosition), entity: row.entity })

/**
 * A page of entities in the order in which they were opened. Keyset over what never changes: whatever arrives meanwhile, none is left out
 * or
 * given twice, and new ones come at the end.
 */
export function listEntities(db: ViewsDb, filter: EntityFilter, { after, limit }: PageOf<EntityKey>): Promise<EntityPage<EntityKey>> {
  let rows: Rows = narrowed(db.selectFrom('entityList').selectAll('entityList'), filter)
  if (after !== undefined)
    rows = rows.where((eb) =>
      eb(eb.refTuple('entityList.openedPosition', 'entityList.entity'), '>', eb.tuple(BigInt(after.position), after.entity)),
    )
  return pageOf(db, rows.orderBy('entityList.openedPosition').orderBy('entityList.entity'), limit, keyOf)
}

/**
 * What waits at the desk of a role, within an institution or areas if named; what waits longest comes first. Suspended entities are among
 * them.
 */
export function waitingFor(
  db: ViewsDb,
  { role, ...filter }: EntityFilter & { readonly role: string },
  { after, limit }: PageOf<WaitingKey>,
): Promise<EntityPage<WaitingKey>> {
  let rows: Rows = narrowed(db.selectFrom('entityList').selectAll('entityList').where('entityList.holders', '@>', array(role)), filter)
  if (after !== undefined)
    rows = rows.where((eb) =>
      eb(
        eb.refTuple('entityList.since', 'entityList.openedPosition', 'entityList.entity'),
        '>',
        eb.tuple(after.since, BigInt(after.position), after.entity),
      ),
    )
  const ordered = rows.orderBy('entityList.since').orderBy('entityList.openedPosition').orderBy('entityList.entity')
  return pageOf(db, ordered, limit, (row) => ({ ...keyOf(row), since: row.since }))
}

/** A page of the ids of published editions, with their revisions; every fact up to `position` is in it. */
export interface EditionsPage {
  readonly position: number
  readonly editions: readonly { readonly id: string; readonly revisions: readonly number[] }[]
  /** The last id, where there are more. */
  readonly next?: string
}

/** Which editions were published, by id: never changed and never taken back, so that pages are keyed by it. */
export async function listEditions(db: ViewsDb, { after = '', limit }: PageOf<string>): Promise<EditionsPage> {
  const position = await readableAt(db, entityList)
  const rows = await db
    .selectFrom('entityListEditions')
    .select(['id', sql<number[]>`array_agg(revision order by revision)`.as('revisions')])
    .where('id', '>', after)
    .groupBy('id')
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return { position, editions: rows.slice(0, limit), ...(last === undefined ? {} : { next: last.id }) }
}
