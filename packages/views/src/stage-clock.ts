import { readFileSync } from 'node:fs'
import type { Recorded } from '@jejak/domain'
import type { Database, ViewsDb } from './database.ts'
import { entityList, tagOf, touchedBy } from './entity-list.ts'
import type { Changes, Groups, Known, Projection } from './projection.ts'
import { clockOf, takeFact, type ClockFold, type RulesOf } from './stage-clock-fold.ts'
import { builtInRules, clockEditionOf, type StageClockEditionsTable } from './stage-clock-rules.ts'
import type { StageClockStaysTable, StageClockTable } from './stage-clock-tables.ts'

/** Rows of the clock by the entity's tag; of editions all at once. */
export type StageClockRows = Pick<Database, 'stageClock' | 'stageClockStays' | 'stageClockLimits' | 'stageClockEditions'>

/** Rules by the editions at hand, else those built in. */
const rulesFrom =
  (editions: readonly StageClockEditionsTable[]): RulesOf =>
  (kind, pin) => {
    const edition = pin && editions.find(({ id, revision }) => id === pin.id && revision === pin.revision)
    return { rules: edition?.rules[kind] ?? builtInRules(kind), programme: edition?.programme ?? null }
  }

const isEqual = (a: object, b: object): boolean => {
  const fields = Object.entries(a)
  const other = new Map(Object.entries(b))
  return fields.length === other.size && fields.every(([name, value]) => value === other.get(name))
}

const sameEdition = (a: StageClockTable, b: StageClockTable): boolean =>
  a.editionId === b.editionId && a.editionRevision === b.editionRevision

/** The rows as they are to be, those that stay as they are being the same objects; undefined if all do. */
function changed<R extends object>(before: readonly R[], after: readonly R[], keyOf: (row: R) => string): readonly R[] | undefined {
  const old = new Map(before.map((row) => [keyOf(row), row]))
  const rows = after.map((row) => {
    const was = old.get(keyOf(row))
    return was !== undefined && isEqual(row, was) ? was : row
  })
  return rows.length === before.length && rows.every((row) => before.includes(row)) ? undefined : rows
}

/** The clock after a fact. Pure: from facts alone, the editions among them. */
function project(known: Known<StageClockRows>, recorded: Recorded): Changes<StageClockRows> | undefined {
  const { fact } = recorded
  let editions = known.stageClockEditions('')
  const published = fact.type === 'edition.Published' ? clockEditionOf(fact) : undefined
  if (published !== undefined)
    editions = [...editions.filter(({ id, revision }) => id !== published.id || revision !== published.revision), published]
  const rulesOf = rulesFrom(editions)
  const changes = {
    stageClock: new Map<string, StageClockRows['stageClock'][]>(),
    stageClockStays: new Map<string, readonly StageClockStaysTable[]>(),
    stageClockLimits: new Map<string, readonly StageClockRows['stageClockLimits'][]>(),
  }
  for (const of of touchedBy(fact)) {
    const entity = tagOf(of)
    const [row] = known.stageClock(entity)
    const before: ClockFold | undefined = row && { row, stays: known.stageClockStays(entity) }
    const after = takeFact(before, recorded, of, rulesOf)
    if (after === undefined) continue
    // Most facts are of money and papers: they leave the clock as it is.
    if (!isEqual(after.row, row ?? {})) changes.stageClock.set(entity, [after.row])
    if (after.stays === before?.stays && sameEdition(after.row, before.row) && after.row.marks === before.row.marks) continue
    const stays = changed(before?.stays ?? [], after.stays, ({ region, position }) => `${region} ${position}`)
    if (stays !== undefined) changes.stageClockStays.set(entity, stays)
    const { limits } = clockOf(after, rulesOf)
    const told = changed(known.stageClockLimits(entity), limits, ({ span, region, beganOn }) => `${span} ${region} ${beganOn}`)
    if (told !== undefined) changes.stageClockLimits.set(entity, told)
  }
  if (published !== undefined) return { ...changes, stageClockEditions: new Map([['', editions]]) }
  return changes.stageClock.size + changes.stageClockStays.size + changes.stageClockLimits.size === 0 ? undefined : changes
}

function groups({ fact }: Recorded): Groups<StageClockRows> {
  const entities = touchedBy(fact).map(tagOf)
  return { stageClock: entities, stageClockStays: entities, stageClockLimits: entities, stageClockEditions: [''] }
}

/** The moves of entities, in the order in which they are folded. */
export const staysOf = (db: ViewsDb, entities: readonly string[]): Promise<StageClockStaysTable[]> =>
  db.selectFrom('stageClockStays').selectAll().where('entity', 'in', entities).orderBy('region').orderBy('position').execute()

/** How long everything stood where, and how long it took from one mark to another. */
export const stageClock: Projection<StageClockRows> = {
  name: 'stage-clock',
  version: 5,
  readsSince: 1,
  tables: {
    stageClock: { key: ['entity'], groupedBy: 'entity' },
    stageClockStays: { key: ['entity', 'region', 'position'], groupedBy: 'entity' },
    stageClockLimits: { key: ['entity', 'span', 'region', 'beganOn'], groupedBy: 'entity' },
    stageClockEditions: { key: ['id', 'revision'] },
  },
  sql: readFileSync(new URL('./stage-clock.sql', import.meta.url), 'utf8'),
  refolds: ['stageClock', 'stageClockStays', 'stageClockLimits'],
  types: entityList.types,
  groups,
  project,
}
