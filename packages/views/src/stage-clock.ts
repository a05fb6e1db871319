import { readFileSync } from 'node:fs'
import type { ExpressionBuilder, OnConflictDatabase, OnConflictTables } from 'kysely'
import type { EntityRef, Recorded } from '@jejak/domain'
import type { Database, ViewsDb } from './database.ts'
import { entityList, tagOf, touchedBy } from './entity-list.ts'
import type { Projection } from './projection.ts'
import { clockOf, takeFact, type ClockFold, type RulesOf } from './stage-clock-fold.ts'
import { builtInRules, clockEditionOf, type StageClockEditionsTable } from './stage-clock-rules.ts'
import type { StageClockLimitsTable, StageClockStaysTable, StageClockTable } from './stage-clock-tables.ts'

/** The rows that a page may touch, before it: entities by tag with their moves, editions by id and revision. */
export interface StageClockState {
  readonly entities: ReadonlyMap<string, ClockFold>
  readonly editions: ReadonlyMap<string, StageClockEditionsTable>
}

/** The rows after it, only those that changed. The limits of an entity replace all that it had. */
export interface StageClockChanges {
  readonly entities: readonly StageClockTable[]
  readonly stays: readonly StageClockStaysTable[]
  readonly limits: ReadonlyMap<string, readonly StageClockLimitsTable[]>
  readonly editions: readonly StageClockEditionsTable[]
}

/** The key of a published revision. */
export const editionKey = (id: string, revision: number): string => `${id} ${revision}`

/** Rules by the editions at hand, else those built in. */
export const rulesFrom =
  (editions: ReadonlyMap<string, StageClockEditionsTable>): RulesOf =>
  (kind, pin) => {
    const edition = pin && editions.get(editionKey(pin.id, pin.revision))
    return { rules: edition?.rules[kind] ?? builtInRules(kind), programme: edition?.programme ?? null }
  }

const isEqual = (a: object, b: object): boolean => {
  const fields = Object.entries(a)
  const other = new Map(Object.entries(b))
  return fields.length === other.size && fields.every(([name, value]) => value === other.get(name))
}

const allEqual = (a: readonly object[], b: readonly object[]): boolean =>
  a.length === b.length && a.every((each, index) => isEqual(each, b[index] ?? {}))

/** The clock after a page. Pure: from facts alone, the editions among them. */
export function projectStageClock(state: StageClockState, facts: readonly Recorded[]): StageClockChanges | undefined {
  const editions = new Map(state.editions)
  const published: StageClockEditionsTable[] = []
  const after = new Map<string, ClockFold>()
  const rulesOf = rulesFrom(editions)
  const take = (of: EntityRef, recorded: Recorded): void => {
    const key = tagOf(of)
    const fold = takeFact(after.get(key) ?? state.entities.get(key), recorded, of, rulesOf)
    if (fold !== undefined) after.set(key, fold)
  }
  for (const recorded of facts) {
    if (recorded.fact.type === 'edition.Published') {
      const row = clockEditionOf(recorded.fact)
      editions.set(editionKey(row.id, row.revision), row)
      published.push(row)
    }
    for (const of of touchedBy(recorded.fact)) take(of, recorded)
  }
  const changes = changesOf(state.entities, after, rulesOf)
  const isSame = changes.entities.length === 0 && changes.stays.length === 0 && changes.limits.size === 0 && published.length === 0
  return isSame ? undefined : { ...changes, editions: published }
}

const sameEdition = (a: StageClockTable, b: StageClockTable): boolean =>
  a.editionId === b.editionId && a.editionRevision === b.editionRevision

function changesOf(
  before: ReadonlyMap<string, ClockFold>,
  after: ReadonlyMap<string, ClockFold>,
  rulesOf: RulesOf,
): Omit<StageClockChanges, 'editions'> {
  const entities: StageClockTable[] = []
  const stays: StageClockStaysTable[] = []
  const limits = new Map<string, readonly StageClockLimitsTable[]>()
  for (const [entity, fold] of after) {
    const known = before.get(entity)
    // Most facts are of money and papers: they leave the clock as it is.
    if (!isEqual(fold.row, known?.row ?? {})) entities.push(fold.row)
    if (fold.stays === known?.stays && sameEdition(fold.row, known.row) && fold.row.marks === known.row.marks) continue
    const old = new Map(known?.stays.map((stay) => [`${stay.region} ${stay.position}`, stay]))
    stays.push(...fold.stays.filter((stay) => !isEqual(stay, old.get(`${stay.region} ${stay.position}`) ?? {})))
    const [was, is] = [known ? clockOf(known, rulesOf).limits : [], clockOf(fold, rulesOf).limits]
    if (!allEqual(was, is)) limits.set(entity, is)
  }
  return { entities, stays, limits }
}

async function load(db: ViewsDb, facts: readonly Recorded[]): Promise<StageClockState> {
  const keys = [...new Set(facts.flatMap(({ fact }) => touchedBy(fact).map(tagOf)))]
  const rows = keys.length === 0 ? [] : await db.selectFrom('stageClock').selectAll().where('entity', 'in', keys).execute()
  const stays = keys.length === 0 ? [] : await staysOf(db, keys)
  const byEntity = Map.groupBy(stays, ({ entity }) => entity)
  const editions = await db.selectFrom('stageClockEditions').selectAll().execute()
  return {
    entities: new Map(rows.map((row) => [row.entity, { row, stays: byEntity.get(row.entity) ?? [] }])),
    editions: new Map(editions.map((row) => [editionKey(row.id, row.revision), row])),
  }
}

/** The moves of entities, in the order in which they are folded. */
export const staysOf = (db: ViewsDb, entities: readonly string[]): Promise<StageClockStaysTable[]> =>
  db.selectFrom('stageClockStays').selectAll().where('entity', 'in', entities).orderBy('region').orderBy('position').execute()

/** PostgreSQL takes 65,535 parameters in a statement; a row has at most 16. */
const rowsMax = 2_000

function* chunks<R>(rows: readonly R[]): Generator<readonly R[]> {
  for (let first = 0; first < rows.length; first += rowsMax) yield rows.slice(first, first + rowsMax)
}

const entityColumns = [
  'area',
  'allocation',
  'editionId',
  'editionRevision',
  'programme',
  'title',
  'number',
  'amountSen',
  'marks',
  'suspensions',
] as const
const endColumns = ['leftOn', 'endedBy', 'flag'] as const

type Excluded<T extends keyof Database> = ExpressionBuilder<OnConflictDatabase<Database, T>, OnConflictTables<T>>

async function write(db: ViewsDb, { entities, stays, limits, editions }: StageClockChanges): Promise<void> {
  for (const rows of chunks(editions))
    await db
      .insertInto('stageClockEditions')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  for (const rows of chunks(entities)) await writeEntities(db, rows)
  for (const rows of chunks(stays)) await writeStays(db, rows)
  for (const keys of chunks([...limits.keys()])) await db.deleteFrom('stageClockLimits').where('entity', 'in', keys).execute()
  for (const rows of chunks([...limits.values()].flat())) await db.insertInto('stageClockLimits').values(rows).execute()
}

const writeEntities = (db: ViewsDb, rows: readonly StageClockTable[]) =>
  db
    .insertInto('stageClock')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .column('entity')
        .doUpdateSet((eb: Excluded<'stageClock'>) =>
          Object.fromEntries(entityColumns.map((column) => [column, eb.ref(`excluded.${column}`)])),
        ),
    )
    .execute()

const writeStays = (db: ViewsDb, rows: readonly StageClockStaysTable[]) =>
  db
    .insertInto('stageClockStays')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['entity', 'region', 'position'])
        .doUpdateSet((eb: Excluded<'stageClockStays'>) =>
          Object.fromEntries(endColumns.map((column) => [column, eb.ref(`excluded.${column}`)])),
        ),
    )
    .execute()

/** How long everything stood where, and how long it took from one mark to another. */
export const stageClock: Projection<StageClockState, StageClockChanges> = {
  name: 'stage-clock',
  version: 1,
  tables: ['stage_clock', 'stage_clock_stays', 'stage_clock_limits', 'stage_clock_editions'],
  sql: readFileSync(new URL('./stage-clock.sql', import.meta.url), 'utf8'),
  types: entityList.types,
  load,
  project: projectStageClock,
  write,
}
