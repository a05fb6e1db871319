import { sql, type RawBuilder } from 'kysely'
import { sourceNames, Tridaya } from '@jejak/domain'
import type { ViewsDb } from './database.ts'
import { ownContribution, tellsOfFunds } from './ledger-dimensions.ts'
import { ledgerAt, ledgerDimensionColumns, unknownWord, type LedgerDimension, type LedgerFilter } from './ledger-filter.ts'

/** What is asked for by a name: a dimension, or the account that money came from. */
export type LedgerNamed = Exclude<LedgerDimension, 'kind' | 'role' | 'area'> | 'cameFrom'

/** A name that nothing tells of, and those that it might have been; none where they are ids, or too many to be told. */
export interface NotTold {
  readonly name: LedgerNamed
  readonly known: readonly string[]
}

/** Dimensions whose values are words; of some there are more than those that a fact has told. */
const words: Readonly<Partial<Record<LedgerNamed, readonly string[]>>> = {
  source: [...Object.keys(sourceNames), ownContribution],
  programme: [],
  edition: [],
  component: [],
  fiscalYear: [],
  field: Tridaya.options,
}
const names = ['account', 'fund', 'tranche', 'proposal', 'institution', ...Object.keys(words), 'cameFrom'] as const
const isNamed = (name: string): name is LedgerNamed => names.some((each) => each === name)

type Table = 'ledger_accounts' | 'ledger_plans' | 'ledger_entities'

/** Rows of a table that may be seen: those of areas, and editions, which are published for everybody. */
function rowsOf(table: Table, areas: readonly string[] | undefined, condition: RawBuilder<unknown>): RawBuilder<unknown> {
  const edition = table === 'ledger_entities' ? sql`or starts_with(t.entity, 'edition:')` : sql``
  const seen = areas === undefined ? sql`` : sql`and (t.area = any(${areas}::text[]) ${edition})`
  return sql`from views.${sql.ref(table)} t where ${condition} ${seen}`
}

/** The entity that a value names, as `kind:id`; undefined where it names none that the dimension can be of. */
function entityOf(name: LedgerNamed, value: string): string | undefined {
  if (name === 'fund') {
    const kind = value.slice(0, value.indexOf(':'))
    return tellsOfFunds(kind) || kind === 'institution' ? value : undefined
  }
  const isEntity = name === 'tranche' || name === 'proposal' || name === 'institution' || name === 'edition'
  return isEntity ? `${name}:${value}` : undefined
}

/** Columns of the tables that a name may stand in. */
function columnsOf(name: LedgerNamed): readonly (readonly [Table, string])[] {
  if (name === 'account' || name === 'cameFrom') return [['ledger_accounts', 'name']]
  const column = ledgerDimensionColumns[name]
  if (name === 'tranche' || name === 'proposal') return [['ledger_accounts', column]]
  if (name === 'fund')
    return [
      ['ledger_accounts', column],
      ['ledger_plans', column],
    ]
  return [
    ['ledger_accounts', column],
    ['ledger_plans', column],
    ['ledger_entities', column],
  ]
}

/** An account of no area is told where money passed between it and one that may be seen. */
const besideOwn = (account: string, areas: readonly string[]): RawBuilder<unknown> => sql`
  from views.ledger_accounts t
  join views.ledger_postings p on p.account = t.account
  join views.ledger_accounts own on own.account = p.counter
  where t.name = ${account} and t.area is null and own.area = any(${areas}::text[])`

function isTold(name: LedgerNamed, value: string, areas: readonly string[] | undefined): RawBuilder<unknown> {
  const entity = entityOf(name, value)
  const found = columnsOf(name).map(([table, column]) => rowsOf(table, areas, sql`${sql.ref(`t.${column}`)} = ${value}`))
  const own = (['ledger_plans', 'ledger_entities'] as const).flatMap((table) =>
    entity === undefined ? [] : [rowsOf(table, areas, sql`t.entity = ${entity}`)],
  )
  const beside = name === 'cameFrom' && areas !== undefined ? [besideOwn(value, areas)] : []
  const conditions = [...found, ...own, ...beside].map((rows) => sql`exists (select ${rows})`)
  return sql.join(conditions, sql` or `)
}

const wordsMax = 40

async function knownWords(trx: ViewsDb, name: LedgerNamed, areas: readonly string[] | undefined): Promise<readonly string[]> {
  const fixed = words[name]
  if (fixed === undefined) return []
  const selects = columnsOf(name).map(([table, column]) => {
    const ref = sql.ref(`t.${column}`)
    return sql`select ${ref} as word ${rowsOf(table, areas, sql`${ref} is not null`)}`
  })
  const { rows } = await sql<{ word: string }>`${sql.join(selects, sql` union `)} order by word limit ${wordsMax + 1}`.execute(trx)
  const all = [...new Set([...fixed, ...rows.map(({ word }) => word)])]
  return all.length > wordsMax ? [] : all
}

/**
 * Names that nothing tells of now in these areas (undefined for all): no account, no plan, no entity. What has no money yet is told of.
 * Throws NotReadable.
 */
export async function notToldOf(
  db: ViewsDb,
  { areas, ...asked }: LedgerFilter & { readonly cameFrom?: string | undefined },
): Promise<readonly NotTold[]> {
  const given = Object.entries(asked).flatMap(([name, value]) =>
    isNamed(name) && value !== undefined && value !== unknownWord && !(words[name] ?? []).includes(value) ? [[name, value] as const] : [],
  )
  if (given.length === 0) return []
  const { found } = await ledgerAt(db, {}, async ({ trx }) => {
    const told = given.map(([name, value]) => sql`(${isTold(name, value, areas)})`)
    const { rows } = await sql<{ told: readonly boolean[] }>`select array[${sql.join(told)}] as told`.execute(trx)
    const missing: NotTold[] = []
    for (const [index, [name]] of given.entries())
      if (rows[0]?.told[index] !== true) missing.push({ name, known: await knownWords(trx, name, areas) })
    return { found: missing }
  })
  return found
}
