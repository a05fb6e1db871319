import { sql } from 'kysely'
import { snakeCase, type ViewsDb } from './database.ts'
import type { TableShape } from './projection.ts'

/** A group's rows as they stand in the database, and as they are to be. */
export interface GroupChange {
  readonly before: readonly object[]
  readonly after: readonly object[]
}

/** Rows in one statement at most: one parameter of JSON, so the bound is its size and not the number of parameters. */
const rowsMax = 2_000

/** What a row has in a column. */
export const valueOf = (row: object, column: string): unknown => Reflect.get(row, column)

/** Reads groups of a table, each once, in the order of its primary key. */
export async function readGroups(
  db: ViewsDb,
  schema: string,
  name: string,
  shape: TableShape,
  groups: readonly string[],
): Promise<Map<string, readonly object[]>> {
  const { groupedBy } = shape
  const order = sql.join(shape.key.map((column) => sql.ref(column)))
  const where = groupedBy === undefined ? sql`` : sql`where ${sql.ref(groupedBy)} = any(${groups}::text[])`
  const { rows } = await sql<object>`select * from ${sql.id(schema, name)} ${where} order by ${order}`.execute(db)
  if (groupedBy === undefined) return new Map([['', rows]])
  return Map.groupBy(rows, (row) => String(valueOf(row, groupedBy)))
}

/** Rows as the JSON that `json_populate_recordset` takes: names as the database has them, int8 as text. */
function jsonOf(rows: readonly object[], columns: readonly string[]): string {
  const names = columns.map(snakeCase)
  return JSON.stringify(
    rows.map((row) => {
      const named: Record<string, unknown> = {}
      for (let index = 0; index < columns.length; index += 1) {
        const value = valueOf(row, columns[index] ?? '')
        named[names[index] ?? ''] = typeof value === 'bigint' ? String(value) : value
      }
      return named
    }),
  )
}

async function upsert(db: ViewsDb, table: ReturnType<typeof sql.id>, shape: TableShape, rows: readonly object[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {})
  const others = columns.filter((column) => !shape.key.includes(column))
  const list = sql.join(columns.map((column) => sql.ref(column)))
  const conflict =
    others.length === 0
      ? sql`nothing`
      : sql`update set ${sql.join(others.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`))}`
  await sql`
    insert into ${table} (${list})
    select ${list} from json_populate_recordset(null::${table}, ${jsonOf(rows, columns)}::json)
    on conflict (${sql.join(shape.key.map((column) => sql.ref(column)))}) do ${conflict}`.execute(db)
}

async function remove(db: ViewsDb, table: ReturnType<typeof sql.id>, { key }: TableShape, rows: readonly object[]): Promise<void> {
  const match = key.map((column) => sql`kept.${sql.ref(column)} = gone.${sql.ref(column)}`)
  await sql`
    delete from ${table} kept
    using json_populate_recordset(null::${table}, ${jsonOf(rows, key)}::json) gone
    where ${sql.join(match, sql` and `)}`.execute(db)
}

/** What must be written and what removed so that the groups are as they should be. Rows that are the same object are left alone. */
function difference(key: readonly string[], changes: Iterable<GroupChange>): { written: object[]; removed: object[] } {
  const keyOf =
    key.length === 1
      ? (row: object) => valueOf(row, key[0] ?? '')
      : (row: object) => key.map((column) => String(valueOf(row, column))).join('\n')
  const [written, removed]: [object[], object[]] = [[], []]
  for (const { before, after } of changes) {
    if (before.length === 0) {
      for (const row of after) written.push(row)
      continue
    }
    const stays = new Map(after.map((row) => [keyOf(row), row]))
    for (const row of before) if (!stays.has(keyOf(row))) removed.push(row)
    const same = new Set(before)
    for (const row of after) if (!same.has(row)) written.push(row)
  }
  return { written, removed }
}

/** Writes groups of a table, each changed row once. */
export async function writeGroups(
  db: ViewsDb,
  schema: string,
  name: string,
  shape: TableShape,
  changes: Iterable<GroupChange>,
): Promise<void> {
  const table = sql.id(schema, name)
  const { written, removed } = difference(shape.key, changes)
  for (let first = 0; first < removed.length; first += rowsMax) await remove(db, table, shape, removed.slice(first, first + rowsMax))
  for (let first = 0; first < written.length; first += rowsMax) await upsert(db, table, shape, written.slice(first, first + rowsMax))
}
