import type { Pool } from 'pg'
import type { Refusal } from '@jejak/domain'
import { sentenceOf } from '@jejak/domain'
import type { Cell } from './readers/record.ts'

/** An import as it stands in the spool. */
export interface Run {
  readonly id: string
  readonly files: string
  readonly source: string
  readonly mode: 'strict' | 'historical'
  readonly order: 'case' | 'file' | 'time'
  readonly dryRun: boolean
  readonly spooled: boolean
  readonly rows: number
  readonly units: number
  readonly done: number
  readonly begunAt: string
}

/** A row as it is spooled. Without a case it belongs to none, and is refused. */
export interface SpooledRow {
  readonly seq: number
  readonly row: number
  readonly caseId: string
  readonly at: bigint | undefined
  readonly cells: ReadonlyMap<string, Cell>
}

/** A row of work, with the cells of its case. */
export interface WorkRow {
  readonly unit: number
  readonly row: number
  readonly caseId: string
  readonly cells: Readonly<Record<string, Cell>>
  readonly caseRow: number | undefined
  readonly caseCells: Readonly<Record<string, Cell>>
}

/** A row that was refused: the first reason, and the column where one is to blame. */
export interface RefusedRow {
  readonly row: number
  readonly caseId: string
  readonly column: string | undefined
  readonly refusal: Refusal
}

/** What became of a unit. Rows: recorded, the same again, ignored, refused; `deviating` facts carry deviations, counted by code. */
export interface UnitDone {
  readonly unit: number
  readonly opened: number
  readonly recorded: number
  readonly facts: number
  readonly same: number
  readonly ignored: number
  readonly deviating: number
  readonly deviations: Readonly<Record<string, number>>
  readonly refusals: readonly RefusedRow[]
}

const tables = ['refusals', 'units', 'work', 'case_rows', 'rows', 'runs'] as const

const listText = `
select
  r.id, r.files, r.source, r.mode, r.ordering as "order", r.dry_run as "dryRun", r.spooled, r.rows::float8 as rows,
  r.units::float8 as units, r.begun_at::text as "begunAt",
  (select count(*) from importing.units u where u.run = r.id)::float8 as done
from importing.runs r`

/** Imports that are not finished, the oldest first. */
export const listRuns = async (pool: Pool): Promise<readonly Run[]> => (await pool.query<Run>(`${listText} order by r.begun_at, r.id`)).rows

/** An import that is not finished. */
export const runOf = async (pool: Pool, id: string): Promise<Run | undefined> =>
  (await pool.query<Run>(`${listText} where r.id = $1`, [id])).rows[0]

/** Drops an import with its rows. What of it is in the log stays there. */
export async function dropRun(pool: Pool, id: string): Promise<void> {
  for (const table of tables) await pool.query(`delete from importing.${table} where ${table === 'runs' ? 'id' : 'run'} = $1`, [id])
}

/** Begins an import anew, without rows. */
export async function beginRun(pool: Pool, run: Pick<Run, 'id' | 'files' | 'source' | 'mode' | 'order' | 'dryRun'>): Promise<void> {
  await dropRun(pool, run.id)
  await pool.query('insert into importing.runs (id, files, source, mode, ordering, dry_run) values ($1, $2, $3, $4, $5, $6)', [
    run.id,
    run.files,
    run.source,
    run.mode,
    run.order,
    run.dryRun,
  ])
}

const cellsText = (cells: ReadonlyMap<string, Cell>): string => JSON.stringify(Object.fromEntries(cells))

/** Spools rows of the file of events. */
export async function putRows(pool: Pool, run: string, rows: readonly SpooledRow[]): Promise<void> {
  await pool.query(
    `insert into importing.rows (run, seq, row, case_id, at_micros, cells)
     select $1, g.seq, g.row, g.case_id, g.at_micros, g.cells
     from unnest($2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::text[]) g (seq, row, case_id, at_micros, cells)`,
    [
      run,
      rows.map(({ seq }) => seq),
      rows.map(({ row }) => row),
      rows.map(({ caseId }) => caseId),
      rows.map(({ at }) => at ?? null),
      rows.map(({ cells }) => cellsText(cells)),
    ],
  )
}

/** Spools rows of the file of cases. Gives the first case that was there before, if any. */
export async function putCaseRows(pool: Pool, run: string, rows: readonly Omit<SpooledRow, 'seq' | 'at'>[]): Promise<string | undefined> {
  const inserted = await pool.query<{ case_id: string }>(
    `insert into importing.case_rows (run, case_id, row, cells)
     select $1, g.case_id, g.row, g.cells
     from unnest($2::text[], $3::bigint[], $4::text[]) g (case_id, row, cells)
     on conflict do nothing
     returning case_id`,
    [run, rows.map(({ caseId }) => caseId), rows.map(({ row }) => row), rows.map(({ cells }) => cellsText(cells))],
  )
  if (inserted.rowCount === rows.length) return undefined
  const left = Map.groupBy(inserted.rows, (row) => row.case_id)
  const seen = new Set<string>()
  return rows.find(({ caseId }) => seen.size === seen.add(caseId).size || !left.has(caseId))?.caseId
}

/** Facts of one case at most that strict mode appends, and rows of a unit of another sort. */
export const caseMax = 10_000
const partMax = 2_000
const blockMax = 500

// A case begins where its first row stands. A historical one that is larger than a part is appended in parts.
const byCase = `
  select dense_rank() over (order by first_seq, part) as unit, row_number() over (partition by first_seq, part order by seq) as place, seq
  from (
    select
      seq, first_seq,
      case when $2 = 'strict' then 0 else (row_number() over (partition by first_seq order by seq) - 1) / ${partMax} end as part
    from (select seq, min(seq) over (partition by case_id) as first_seq from importing.rows where run = $1) cases
  ) parts`
const byFile = `
  select (row_number() over (order by seq) - 1) / ${blockMax} + 1 as unit, row_number() over (order by seq) as place, seq
  from importing.rows where run = $1 and $2 <> ''`
// The order within a case is that of the file: a row that goes back in time follows the one before it.
const byTime = `
  select (row_number() over (order by due, seq) - 1) / ${blockMax} + 1 as unit, row_number() over (order by due, seq) as place, seq
  from (
    select seq, coalesce(max(at_micros) over (partition by case_id order by seq), 0) as due
    from importing.rows where run = $1 and $2 <> ''
  ) timed`
const orders = { case: byCase, file: byFile, time: byTime }

/** Declares that all rows are here, and orders the work. */
export async function orderWork(pool: Pool, { id, mode, order }: Pick<Run, 'id' | 'mode' | 'order'>): Promise<void> {
  await pool.query(`insert into importing.work (run, unit, place, seq) select $1, unit, place, seq from (${orders[order]}) work`, [
    id,
    mode,
  ])
  // Of a case that is too large to be appended, as many rows as show it.
  if (mode === 'strict') await pool.query('delete from importing.work where run = $1 and place > $2', [id, caseMax + 1])
  await pool.query(
    `update importing.runs
     set spooled = true,
         rows = (select count(*) from importing.rows where run = $1),
         units = coalesce((select max(unit) from importing.work where run = $1), 0)
     where id = $1`,
    [id],
  )
}

// By index only, whatever a plan made without statistics would think best.
const workText = `
select w.unit::float8 as unit, r.row::float8 as row, r.case_id as "caseId", r.cells, c.row::float8 as "caseRow", c.cells as "caseCells"
from (select unit, place, seq from importing.work where run = $1 and unit > $2 order by unit, place limit $3) w
cross join lateral (select row, case_id, cells from importing.rows where run = $1 and seq = w.seq offset 0) r
left join lateral (select row, cells from importing.case_rows where run = $1 and case_id = r.case_id offset 0) c on true
order by w.unit, w.place`

interface WorkText {
  readonly unit: number
  readonly row: number
  readonly caseId: string
  readonly cells: string
  readonly caseRow: number | null
  readonly caseCells: string | null
}

/** The next rows of work after a unit, at most `limit`: the last unit among them may be cut off. */
export async function workAfter(pool: Pool, run: string, unit: number, limit: number): Promise<readonly WorkRow[]> {
  const { rows } = await pool.query<WorkText>({ name: 'jejak-import-work-1', text: workText, values: [run, unit, limit] })
  const none: Readonly<Record<string, Cell>> = {}
  const parse = (text: string): Readonly<Record<string, Cell>> => JSON.parse(text)
  return rows.map(({ cells, caseRow, caseCells, ...row }) => ({
    ...row,
    cells: parse(cells),
    caseRow: caseRow ?? undefined,
    caseCells: caseCells === null ? none : parse(caseCells),
  }))
}

/** Notes that units are done, in one transaction. */
export async function putDone(pool: Pool, run: string, units: readonly UnitDone[]): Promise<void> {
  const refusals = units.flatMap(({ unit, refusals }) => refusals.map((refused, nth) => ({ unit, nth, ...refused })))
  await pool.query(
    `with refused as (
       insert into importing.refusals (run, unit, nth, row, case_id, column_name, code, sentence_id, sentence_en)
       select $1, g.* from unnest($2::bigint[], $3::int[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]) g
     )
     insert into importing.units (run, unit, opened, recorded, facts, same, ignored, refused, deviating, deviations)
     select $1, g.unit, g.opened, g.recorded, g.facts, g.same, g.ignored, g.refused, g.deviating, g.deviations::jsonb
     from unnest($10::bigint[], $11::int[], $12::int[], $13::int[], $14::int[], $15::int[], $16::int[], $17::int[], $18::text[])
       g (unit, opened, recorded, facts, same, ignored, refused, deviating, deviations)`,
    [
      run,
      refusals.map(({ unit }) => unit),
      refusals.map(({ nth }) => nth),
      refusals.map(({ row }) => row),
      refusals.map(({ caseId }) => caseId),
      refusals.map(({ column }) => column ?? null),
      refusals.map(({ refusal }) => refusal.code),
      refusals.map(({ refusal: { reason, details } }) => sentenceOf(reason, details, 'id')),
      refusals.map(({ refusal: { reason, details } }) => sentenceOf(reason, details, 'en')),
      units.map(({ unit }) => unit),
      units.map(({ opened }) => opened),
      units.map(({ recorded }) => recorded),
      units.map(({ facts }) => facts),
      units.map(({ same }) => same),
      units.map(({ ignored }) => ignored),
      units.map((done) => done.refusals.length),
      units.map(({ deviating }) => deviating),
      units.map(({ deviations }) => (Object.keys(deviations).length > 0 ? JSON.stringify(deviations) : null)),
    ],
  )
}

/** The last unit that is done; they are done in order. */
export async function lastDone(pool: Pool, run: string): Promise<number> {
  const { rows } = await pool.query<{ unit: number }>('select coalesce(max(unit), 0)::float8 as unit from importing.units where run = $1', [
    run,
  ])
  return rows[0]?.unit ?? 0
}
