import { sql, type RawBuilder } from 'kysely'
import type { ViewsDb } from './database.ts'
import { ledger } from './ledger.ts'
import type { Projection } from './projection.ts'
import { keepTables, readableAt } from './readable.ts'

/** The moment looked from, on both clocks; by default all that is known, whatever its date. */
export interface LedgerMoment {
  /** What was known at a position. */
  readonly position?: number | undefined
  /** What counted by the end of a date. */
  readonly at?: string | undefined
}

/** The word that stands for what no fact has told, in questions and answers. */
export const unknownWord = 'unknown'

/** Columns that money can be told apart by, by the name of each in questions. */
export const ledgerDimensionColumns = {
  account: 'name',
  kind: 'kind',
  role: 'role',
  fund: 'fund',
  tranche: 'tranche',
  proposal: 'proposal',
  source: 'source',
  programme: 'programme',
  edition: 'edition',
  component: 'component',
  fiscalYear: 'fiscal_year',
  area: 'area',
  institution: 'institution',
  field: 'field',
} as const
export type LedgerDimension = keyof typeof ledgerDimensionColumns

/** Whose plans are counted. */
export const planLevels = ['fund', 'tranche', 'proposal'] as const
export type PlanLevel = (typeof planLevels)[number]

/** Which accounts; every part narrows. `unknown` finds what no fact has told. */
export interface LedgerFilter extends Partial<Readonly<Record<LedgerDimension, string | undefined>>> {
  readonly areas?: readonly string[] | undefined
  /** Only accounts whose money stands beside plans of this level: no memorandum, and where proposals are planned for those of groups. */
  readonly of?: PlanLevel | undefined
}

/** Levels of the code of an area that money can be added up by, and how many signs of the code they take. */
export const ledgerRegions = { province: 2, city: 5, district: 8, region: 13 } as const
/** What balances and plans are added up by. */
export type LedgerGrouping = LedgerDimension | keyof typeof ledgerRegions
const isRegion = (by: LedgerGrouping): by is keyof typeof ledgerRegions => by in ledgerRegions

/** Columns by which rows under an alias are added up, as one value of text[]: the key of a group. Needs {@link regionsBy} beside. */
export const keyBy = (alias: string, by: readonly LedgerGrouping[]): RawBuilder<unknown> => {
  const columns = by.map((each) =>
    isRegion(each)
      ? sql`left(${sql.ref(`${alias}_region.code`)}, ${ledgerRegions[each]}::int)`
      : sql`${sql.ref(`${alias}.${ledgerDimensionColumns[each]}`)}`,
  )
  return sql`array[${sql.join(columns)}]::text[]`
}

/** Joins the codes of areas where money is added up by them; areas are told by id, the codes of the reference change. */
export const regionsBy = (alias: string, by: readonly LedgerGrouping[]): RawBuilder<unknown> =>
  by.some(isRegion)
    ? sql`left join reference.regions ${sql.ref(`${alias}_region`)} on ${sql.ref(`${alias}_region.id`)} = ${sql.ref(`${alias}.area`)}::uuid`
    : sql``

/** All of a list of names. */
export const dimensionNames = Object.keys(ledgerDimensionColumns).filter((name): name is LedgerDimension => name in ledgerDimensionColumns)

/** Conditions on rows that have the columns of accounts, under an alias; those that the table lacks must not be asked for. */
export function isAmong(alias: string, { areas, of, ...exact }: LedgerFilter): RawBuilder<unknown> {
  const conditions = dimensionNames.flatMap((dimension) => {
    const value = exact[dimension]
    if (value === undefined) return []
    const column = sql.ref(`${alias}.${ledgerDimensionColumns[dimension]}`)
    return [value === unknownWord ? sql`and ${column} is null` : sql`and ${column} = ${value}`]
  })
  const places = areas === undefined ? sql`` : sql`and ${sql.ref(`${alias}.area`)} = any(${areas}::text[])`
  const planned = of === undefined ? sql`` : sql`and ${sql.ref(`${alias}.role`)} <> 'memorandum'`
  const works = of === 'proposal' ? sql`and ${sql.ref(`${alias}.proposal`)} is not null` : sql``
  return sql`${sql.join([...conditions, places, planned, works], sql` `)}`
}

/** Whether a filter narrows at all. */
export const narrows = (filter: LedgerFilter): boolean => Object.values(filter).some((value) => value !== undefined)

/** A moment with the position up to which the tables go, at most. */
export interface LedgerStanding {
  readonly trx: ViewsDb
  readonly position: number
  readonly at: string | undefined
}

/** Rows that count at a moment, under an alias. */
export const counts = (alias: string, { position, at }: Omit<LedgerStanding, 'trx'>): RawBuilder<unknown> =>
  sql`${sql.ref(`${alias}.position`)} <= ${position}::bigint ${
    at === undefined ? sql`` : sql`and ${sql.ref(`${alias}.effective_on`)} <= ${at}`
  }`

/** More accounts than this are not looked up one by one. */
const accountsMax = 5_000

/** Rows under an alias that post to the accounts of a filter. Few accounts are looked up first: their rows are found by the index. */
export async function ofAccounts(trx: ViewsDb, alias: string, filter: LedgerFilter): Promise<RawBuilder<unknown>> {
  if (!narrows(filter)) return sql``
  const accounts = sql`select a.account from views.ledger_accounts a where true ${isAmong('a', filter)}`
  const { rows } = await sql<{ account: bigint }>`${accounts} limit ${accountsMax + 1}`.execute(trx)
  const column = sql.ref(`${alias}.account`)
  if (rows.length > accountsMax) return sql`and ${column} in (${accounts})`
  return sql`and ${column} = any(${rows.map(({ account }) => String(account))}::bigint[])`
}

/** Memory for one question over a whole nation; what is compiled for it costs more than it saves. */
const roomy = sql`select set_config('work_mem', '64MB', true), set_config('jit', 'off', true)`

/**
 * Asks several questions of one state of the tables, and of those of other views beside them. What is asked for later than they stand is
 * answered as far as they stand.
 */
export async function ledgerAt<T>(
  db: ViewsDb,
  { position, at }: LedgerMoment,
  ask: (standing: LedgerStanding) => Promise<T>,
  beside: readonly Projection[] = [],
): Promise<T & { readonly position: number }> {
  const projections: readonly Projection[] = [ledger, ...beside]
  // Of tables that it cannot read it does not even know the names.
  for (const projection of projections) await readableAt(db, projection)
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      await keepTables(trx, { tables: Object.assign({}, ...projections.map(({ tables }) => tables)) })
      await roomy.execute(trx)
      const known = await readableAt(trx, ledger)
      for (const projection of beside) await readableAt(trx, projection)
      const standing = { trx, position: Math.min(position ?? known, known), at }
      return { ...(await ask(standing)), position: standing.position }
    })
}

/** The facts behind a figure: how many rows, and the first and the last position. The statement of the same accounts lists them all. */
export interface Behind {
  readonly count: number
  readonly first: number | null
  readonly last: number | null
}

/** The same in SQL, over rows under an alias. */
export const behind = (alias: string): RawBuilder<unknown> =>
  sql`count(*)::int as count, min(${sql.ref(`${alias}.position`)})::bigint as first, max(${sql.ref(`${alias}.position`)})::bigint as last`

/** How many rows of a long answer, and how many come before. */
export interface LedgerPage {
  readonly limit: number
  readonly after?: number | undefined
}

/** Cuts what is one row too long; says where the next page begins. */
export function pageOfRows<T>(rows: readonly T[], { limit, after = 0 }: LedgerPage): { rows: readonly T[]; next?: number } {
  return rows.length > limit ? { rows: rows.slice(0, limit), next: after + limit } : { rows }
}
