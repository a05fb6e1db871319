import { domain, firstReads, refsOf, type Json, type Read, type Reader, type Refusal } from '@jejak/domain'
import type { Asked } from '@jejak/event-store'
import type { Mapper, Place, RowIn } from './mapper.ts'
import { importReasons, RowWrong } from './reasons.ts'
import type { Places } from './reader.ts'
import type { RefusedRow, WorkRow } from './spool.ts'

/** What deciding needs besides the rows. */
export interface Deciding {
  readonly mapper: Mapper
  readonly places: Places
  readonly reader: Reader
  readonly mode: 'strict' | 'historical'
  readonly source: string
  readonly mappingSha256: string
}

/** A row with what it says, or why it says nothing. The first of a case in a unit also says how the case is opened. */
export interface ReadyRow {
  readonly row: WorkRow
  readonly opening: Asked | undefined
  readonly command: Asked | undefined
  readonly wrong: RefusedRow | undefined
}

/** A row that is refused. */
export const refusedRow = ({ row, caseId }: WorkRow, refusal: Refusal, column?: string): RefusedRow => ({ row, caseId, column, refusal })

const nowhere: Place = { area: undefined, zone: 'Asia/Jakarta' }

async function placeOf({ mapper, places }: Deciding, row: RowIn): Promise<Place> {
  const area = mapper.areaOf(row)
  if (area === undefined) return nowhere
  const place = await places.byText(area)
  if (place) return place
  throw new RowWrong(importReasons.area, { value: area })
}

/** Areas that a command names must be in the reference tables: they need no fact of their own. */
async function checkAreas({ places }: Deciding, { decider, call }: Asked): Promise<void> {
  const { data, subject } = call
  const named = [...areasIn(decider, data), ...(subject.kind === 'area' ? [subject.id] : [])]
  for (const id of named) if (!(await places.byText(id))) throw new RowWrong(importReasons.area, { value: id })
}

const isJson = (value: unknown): value is Json => value !== undefined

const areasIn = ({ command }: Asked['decider'], data: unknown): string[] =>
  isJson(data) ? refsOf(command.records.data, data).flatMap((tag) => (tag.startsWith('area:') ? [tag.slice(5)] : [])) : []

/** Reads rows as commands. */
export async function readyRows(deciding: Deciding, rows: readonly WorkRow[]): Promise<readonly ReadyRow[]> {
  const ready: ReadyRow[] = []
  const opening = new Set<string>()
  for (const row of rows) {
    const { cells, caseCells, caseId, caseRow } = row
    const own = (column: string) =>
      Object.hasOwn(cells, column) ? cells[column] : Object.hasOwn(caseCells, column) ? caseCells[column] : undefined
    const given: RowIn = { caseId, row: row.row, cells: own, caseRow }
    try {
      if (deciding.mapper.isIgnored(given)) {
        ready.push({ row, opening: undefined, command: undefined, wrong: undefined })
        continue
      }
      const place = await placeOf(deciding, given)
      // Its case is opened before the first row that says something.
      const opens = opening.has(caseId) ? undefined : deciding.mapper.opening(given, place)
      const command = deciding.mapper.command(given, place)
      for (const asked of [opens, command]) if (asked) await checkAreas(deciding, asked)
      if (opens) opening.add(caseId)
      ready.push({ row, opening: opens, command, wrong: undefined })
    } catch (error) {
      if (!(error instanceof RowWrong)) throw error
      ready.push({ row, opening: undefined, command: undefined, wrong: refusedRow(row, error.refusal, error.column) })
    }
  }
  return ready
}

const readsOf = ({ slice, decider, call }: Asked): readonly Read[] => firstReads(domain, slice, decider, { ...call, keyHash: '' })

/** What the rows of a unit read first: a function of the rows alone, so that it is asked for together with that of other units. */
export const unitReads = (ready: readonly ReadyRow[]): readonly Read[] => {
  const seen = new Set<string>()
  return ready
    .flatMap(({ opening, command }) => [...(opening ? readsOf(opening) : []), ...(command ? readsOf(command) : [])])
    .filter(({ tag, types }) => seen.size < seen.add(`${tag} ${types.join(' ')}`).size)
}
