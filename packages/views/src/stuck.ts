import { sql, type SelectQueryBuilder } from 'kysely'
import type { EditionRef } from '@jejak/domain'
import type { ViewsDb } from './database.ts'
import { rupiahOf } from './entity-list-labels.ts'
import { clockAt, entityClockAt, standingAt, type ToldClock, type ToldStay } from './stage-clock-days.ts'
import { pinOf } from './stage-clock-fold.ts'
import { keepTables, readableAt } from './readable.ts'
import { stageClock, staysOf } from './stage-clock.ts'
import type { StageClockLimitsTable, StageClockStaysTable, StageClockTable } from './stage-clock-tables.ts'
import { cutoffsOf, overLimit, type Day, type StuckFilter, type Tables } from './stuck-filter.ts'

/** What comes first: what began longest ago, then the greater amount; or the other way round. */
export type StuckOrder = 'oldest' | 'costliest'

/** Where a page begins: after this clock. */
export interface StuckKey {
  readonly began: string
  /** In sen. */
  readonly amount: string
  readonly entity: string
  readonly span: number
  readonly region: string
}

/** A clock over its limit, and the entity that it runs for. Amount in rupiah. */
export interface StuckRow {
  readonly kind: string
  readonly id: string
  readonly title: string | null
  readonly number: string | null
  readonly amount: string | null
  readonly area: string | null
  readonly allocation: string | null
  readonly programme: string | null
  readonly edition: EditionRef | null
  /** Where it stands on that day, region by region. */
  readonly standing: readonly ToldStay[]
  readonly suspended: boolean
  readonly clock: ToldClock
}

/** A page; without `next` it is the last. Every fact up to `position` is in it. */
export interface StuckPage {
  readonly position: number
  readonly rows: readonly StuckRow[]
  readonly next?: StuckKey
}

const amountSen = sql<bigint>`coalesce(${sql.ref('e.amountSen')}, 0)`

/** What makes the order: ends with what is unlike for every row, so that a page has one place to begin. */
function orderOf(order: StuckOrder) {
  const began = sql`${sql.ref('l.beganOn')}`
  const amount = sql`-${amountSen}`
  const rest = sql`${sql.ref('l.entity')}, ${sql.ref('l.span')}, ${sql.ref('l.region')}`
  return order === 'oldest' ? sql`${began}, ${amount}, ${rest}` : sql`${amount}, ${began}, ${rest}`
}

function keyTuple(order: StuckOrder, key: StuckKey) {
  const amount = sql`${-BigInt(key.amount)}::bigint`
  const rest = sql`${key.entity}::text, ${key.span}::int, ${key.region}::text`
  return order === 'oldest' ? sql`${key.began}::text, ${amount}, ${rest}` : sql`${amount}, ${key.began}::text, ${rest}`
}

interface Found {
  readonly row: StageClockTable
  readonly limit: StageClockLimitsTable
}

/** The moves of entities, by entity. */
async function staysByEntity(db: ViewsDb, entities: readonly string[]): Promise<Map<string, StageClockStaysTable[]>> {
  const stays = entities.length === 0 ? [] : await staysOf(db, [...new Set(entities)])
  return Map.groupBy(stays, ({ entity }) => entity)
}

function told({ row, limit }: Found, stays: readonly StageClockStaysTable[], { at, calendar }: Day): StuckRow {
  const clock = { row, stays, limits: [limit] }
  return {
    kind: row.kind,
    id: row.id,
    title: row.title,
    number: row.number,
    area: row.area,
    allocation: row.allocation,
    programme: row.programme,
    amount: rupiahOf(row.amountSen),
    edition: pinOf(row) ?? null,
    standing: standingAt(clock, at, calendar),
    suspended: entityClockAt({ ...clock, stays: [] }, at, calendar).suspended,
    clock: clockAt(clock, limit, at, calendar),
  }
}

/** Splits a joined row: the tables share the name of the entity alone, and that of the stage belongs to the limit. */
async function foundOf(
  db: ViewsDb,
  rows: SelectQueryBuilder<Tables, 'l' | 'e', { entity: string; span: number; region: string; beganOn: string }>,
): Promise<Found[]> {
  const keys = await rows.execute()
  if (keys.length === 0) return []
  const entities = [...new Set(keys.map(({ entity }) => entity))]
  const known = new Map(
    (await db.selectFrom('stageClock').selectAll().where('entity', 'in', entities).execute()).map((row) => [row.entity, row]),
  )
  const limits = await db.selectFrom('stageClockLimits').selectAll().where('entity', 'in', entities).execute()
  return keys.flatMap((key) => {
    const row = known.get(key.entity)
    const limit = limits.find(
      (each) => each.entity === key.entity && each.span === key.span && each.region === key.region && each.beganOn === key.beganOn,
    )
    return row && limit ? [{ row, limit }] : []
  })
}

const keyOf = ({ row, limit }: Found): StuckKey => ({
  began: limit.beganOn,
  amount: String(row.amountSen ?? 0n),
  entity: limit.entity,
  span: limit.span,
  region: limit.region,
})

/**
 * A page of the clocks that are over their limit on a day: oldest first, that is by the day on which the time began, then by the greater
 * amount; or by amount first. Keyset pages. An entity with several clocks over their limits has a row for each. Throws NotReadable.
 */
export async function stuckAt(
  db: ViewsDb,
  filter: StuckFilter,
  day: Day,
  page: { readonly after?: StuckKey | undefined; readonly limit: number; readonly order: StuckOrder },
): Promise<StuckPage> {
  // Of tables that it cannot read it does not even know the names.
  await readableAt(db, stageClock)
  // One snapshot: the rows that a page names are those that it shows.
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      await keepTables(trx, stageClock)
      const position = await readableAt(trx, stageClock)
      const cutoffs = await cutoffsOf(trx, day)
      let rows = overLimit(trx, filter, day, cutoffs).select(['l.entity', 'l.span', 'l.region', 'l.beganOn'])
      const { after, order, limit } = page
      if (after !== undefined) rows = rows.where(sql<boolean>`(${orderOf(order)}) > (${keyTuple(order, after)})`)
      const found = await foundOf(trx, rows.orderBy(orderOf(order)).limit(limit + 1))
      const shown = found.slice(0, limit)
      const stays = await staysByEntity(
        trx,
        shown.map(({ row }) => row.entity),
      )
      const end = found.length > limit ? shown.at(-1) : undefined
      return {
        position,
        rows: shown.map((each) => told(each, stays.get(each.row.entity) ?? [], day)),
        ...(end === undefined ? {} : { next: keyOf(end) }),
      }
    })
}
