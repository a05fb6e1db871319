import { calendarOf, type Calendar } from './calendar.ts'
import type { Holiday } from './holiday.ts'
import type { Region } from './region.ts'
import { query, type Source } from './source.ts'

/** The columns of a region as the code names them; quoted, so that a plugin that renames columns finds nothing to do. */
export const regionColumns = (alias: string) =>
  `${alias}.id, ${alias}.code, ${alias}.name, ${alias}.level, ${alias}.parent_code as "parentCode", ${alias}.edition`

const pathSql = `
  with recursive path as (
    select r.*, 1 as step from reference.regions r where r.code = $1
    union all
    select above.*, path.step + 1 from path join reference.regions above on above.code = path.parent_code
  )
  select ${regionColumns('path')} from path order by step`

/** The region of an identifier; undefined when there is none. Errors: the text is no UUID. */
export async function regionById(source: Source, id: string): Promise<Region | undefined> {
  const [found] = await query<Region>(source, `select ${regionColumns('r')} from reference.regions r where r.id = $1`, [id])
  return found
}

/** The region of a code in the edition that is loaded; undefined when there is none. */
export async function regionByCode(source: Source, code: string): Promise<Region | undefined> {
  const [found] = await query<Region>(source, `select ${regionColumns('r')} from reference.regions r where r.code = $1`, [code])
  return found
}

/** The region of a code and those above it, itself first and the province last; empty for an unknown code. */
export async function pathOf(source: Source, code: string): Promise<readonly Region[]> {
  return query<Region>(source, pathSql, [code])
}

/** A path in words: "Pasar Prabumulih II, Prabumulih Utara, Kota Prabumulih, Sumatera Selatan". */
export function pathText(path: readonly Pick<Region, 'name'>[]): string {
  return path.map((region) => region.name).join(', ')
}

/** The calendar of working days, from the holidays that are loaded. Keep it: it changes only with the file. */
export async function loadCalendar(source: Source): Promise<Calendar> {
  const rows = await query<Holiday>(
    source,
    `select to_char(on_date, 'YYYY-MM-DD') as date, kind, name, certainty, basis from reference.holidays order by on_date, kind, name`,
  )
  return calendarOf(rows)
}
