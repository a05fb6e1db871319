import type { Pool } from 'pg'
import type { NamedFile } from './mapper.ts'
import type { Run } from './spool.ts'

/** A row that was not recorded, and why. */
export interface Refused {
  readonly file: string
  readonly row: number
  readonly case: string
  readonly column: string | null
  readonly code: string
  readonly sentence: { readonly id: string; readonly en: string }
}

/** What became of an import. A dry run says what would have. */
export interface Summary {
  readonly id: string
  readonly source: string
  readonly files: { readonly events: NamedFile; readonly cases: NamedFile | null }
  readonly mode: Run['mode']
  readonly order: Run['order']
  readonly dryRun: boolean
  readonly rows: {
    readonly total: number
    readonly recorded: number
    readonly same: number
    readonly ignored: number
    readonly refused: number
  }
  /** Cases in the file; opened now; with a refused row, which strict mode records nothing of. */
  readonly cases: { readonly total: number; readonly opened: number; readonly refused: number }
  readonly facts: number
  /** Facts that carry deviations, and how often each code. */
  readonly deviating: number
  readonly deviations: Readonly<Record<string, number>>
  /** How many rows were refused with each code. */
  readonly refusals: Readonly<Record<string, number>>
  readonly seconds: number
}

interface Sums {
  readonly opened: number
  readonly recorded: number
  readonly facts: number
  readonly same: number
  readonly ignored: number
  readonly refused: number
  readonly deviating: number
  readonly rows: number
  readonly cases: number
  readonly refusedCases: number
}

const sumsText = `
select
  coalesce(sum(opened), 0)::float8 as opened, coalesce(sum(recorded), 0)::float8 as recorded,
  coalesce(sum(facts), 0)::float8 as facts, coalesce(sum(same), 0)::float8 as same,
  coalesce(sum(ignored), 0)::float8 as ignored, coalesce(sum(refused), 0)::float8 as refused,
  coalesce(sum(deviating), 0)::float8 as deviating,
  (select count(*) from importing.rows where run = $1)::float8 as rows,
  (select count(distinct case_id) from importing.rows where run = $1)::float8 as cases,
  (select count(distinct case_id) from importing.refusals where run = $1)::float8 as "refusedCases"
from importing.units where run = $1`

interface Counted {
  readonly code: string
  readonly count: number
}

const counts = (rows: readonly Counted[]): Record<string, number> => Object.fromEntries(rows.map(({ code, count }) => [code, count]))

/** The account of an import whose units are done. */
export async function summaryOf(
  pool: Pool,
  run: Run,
  { events, cases, seconds }: { readonly events: NamedFile; readonly cases: NamedFile | undefined; readonly seconds: number },
): Promise<Summary> {
  const [sum] = (await pool.query<Sums>(sumsText, [run.id])).rows
  if (!sum) throw new Error('no sums')
  const deviations = await pool.query<Counted>(
    `select d.key as code, sum(d.value::int)::float8 as count
     from importing.units u, jsonb_each_text(u.deviations) d where u.run = $1 group by d.key order by count desc, code`,
    [run.id],
  )
  const refusals = await pool.query<Counted>(
    'select code, count(*)::float8 as count from importing.refusals where run = $1 group by code order by count desc, code',
    [run.id],
  )
  return {
    id: run.id,
    source: run.source,
    files: { events, cases: cases ?? null },
    mode: run.mode,
    order: run.order,
    dryRun: run.dryRun,
    rows: { total: sum.rows, recorded: sum.recorded, same: sum.same, ignored: sum.ignored, refused: sum.refused },
    cases: { total: sum.cases, opened: sum.opened, refused: sum.refusedCases },
    facts: sum.facts,
    deviating: sum.deviating,
    deviations: counts(deviations.rows),
    refusals: counts(refusals.rows),
    seconds,
  }
}

const pageText = `
select row::float8 as row, case_id as "case", column_name as "column", code, sentence_id as id, sentence_en as en, unit::float8 as unit, nth
from importing.refusals
where run = $1 and (unit, nth) > ($2, $3)
order by unit, nth
limit 1000`

interface RefusedText {
  readonly row: number
  readonly case: string
  readonly column: string | null
  readonly code: string
  readonly id: string
  readonly en: string
  readonly unit: number
  readonly nth: number
}

/** The rows that were not recorded, in the order of the work, a page at a time. */
export async function* refusedOf(pool: Pool, { id, files }: Pick<Summary, 'id' | 'files'>): AsyncGenerator<Refused> {
  let [unit, nth] = [0, -1]
  for (;;) {
    const { rows } = await pool.query<RefusedText>(pageText, [id, unit, nth])
    for (const { row, column, code, id: indonesian, en, ...of } of rows)
      yield { file: files.events.name, row, case: of.case, column, code, sentence: { id: indonesian, en } }
    const last = rows.at(-1)
    if (!last || rows.length < 1000) return
    ;[unit, nth] = [last.unit, last.nth]
  }
}
