import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { Pool } from 'pg'
import { textIn } from './evaluate.ts'
import type { Mapper, NamedFile } from './mapper.ts'
import type { Mapping } from './mapping.ts'
import { FileWrong, MappingWrong, wordsOf } from './problems.ts'
import { readRecords } from './readers/open.ts'
import type { Cell, SourceRecord } from './readers/record.ts'
import { RowWrong } from './reasons.ts'
import { beginRun, orderWork, putCaseRows, putRows, type Run } from './spool.ts'
import { microsOf } from './values.ts'

/** Rows that go to the spool in one statement. */
const chunkRows = 1_000

/** Name and SHA-256 of a file as it is. Throws FileWrong. */
export async function nameFile(file: string): Promise<NamedFile> {
  const digest = createHash('sha256')
  const name = path.basename(file)
  try {
    const chunks: AsyncIterable<Buffer> = createReadStream(file)
    for await (const chunk of chunks) digest.update(chunk)
  } catch (error) {
    throw new FileWrong({ file: name }, `cannot be read: ${wordsOf(error)}`, { cause: error })
  }
  return { name, sha256: digest.digest('hex') }
}

const sizeOf = async (file: string | undefined): Promise<number> => (file === undefined ? 0 : (await stat(file)).size)

/** The cells that the mapping uses. */
function usedOf({ values }: SourceRecord, columns: ReadonlySet<string>): Map<string, Cell> {
  const used = new Map<string, Cell>()
  for (const column of columns) {
    const cell = values.get(column)
    if (cell !== undefined) used.set(column, cell)
  }
  return used
}

/** The case of a record; none where its cell is empty or cannot be relied on: its row is refused for it later. */
function caseIn(cells: ReadonlyMap<string, Cell>, column: string): string {
  try {
    return (textIn((name) => cells.get(name), column) ?? '').trim()
  } catch (error) {
    if (error instanceof RowWrong) return ''
    throw error
  }
}

/** What is spooled, and from where. */
export interface Spooling {
  readonly pool: Pool
  readonly mapping: Mapping
  readonly mapper: Mapper
  readonly events: string
  readonly cases: string | undefined
  readonly onProgress: (done: number, of: number) => void
  readonly signal: AbortSignal
}

const seenMax = 2_000

/** Columns that were met, to tell a misspelt one from an empty one. */
function remember(seen: Set<string>, { values }: SourceRecord): void {
  if (seen.size < seenMax) for (const column of values.keys()) seen.add(column)
}

async function spoolCases(spooling: Spooling, run: string, onBytes: (bytes: number) => void, seen: Set<string>): Promise<void> {
  const { pool, mapping, mapper, cases } = spooling
  if (cases === undefined || !mapping.cases) return
  const file = path.basename(cases)
  const { caseId: column, ...options } = mapping.cases
  let chunk: { row: number; caseId: string; cells: ReadonlyMap<string, Cell> }[] = []
  const flush = async (): Promise<void> => {
    const twice = await putCaseRows(pool, run, chunk)
    const at = chunk.findLast(({ caseId }) => caseId === twice)
    if (twice !== undefined) throw new FileWrong({ file, ...(at ? { row: at.row } : {}), column }, `the case ${twice} stands twice`)
    chunk = []
  }
  for await (const record of readRecords(cases, { ...options, onBytes })) {
    spooling.signal.throwIfAborted()
    remember(seen, record)
    const caseId = caseIn(record.values, column)
    if (caseId === '') throw new FileWrong({ file, row: record.row, column }, 'a row names no case')
    chunk.push({ row: record.row, caseId, cells: usedOf(record, mapper.columns) })
    if (chunk.length === chunkRows) await flush()
  }
  if (chunk.length > 0) await flush()
}

async function spoolEvents(spooling: Spooling, run: string, onBytes: (bytes: number) => void, seen: Set<string>): Promise<number> {
  const { pool, mapping, mapper, events } = spooling
  const { caseId: column, row: _, ...options } = mapping.events
  let seq = 0
  let chunk: Parameters<typeof putRows>[2][number][] = []
  for await (const record of readRecords(events, { ...options, onBytes })) {
    spooling.signal.throwIfAborted()
    remember(seen, record)
    seq += 1
    const cells = usedOf(record, mapper.columns)
    const when = mapper.when((name) => cells.get(name))
    const at = when && microsOf(when, mapping.zone ?? 'Asia/Jakarta')
    chunk.push({ seq, row: record.row, caseId: caseIn(cells, column), at, cells })
    if (chunk.length < chunkRows) continue
    await putRows(pool, run, chunk)
    chunk = []
  }
  if (chunk.length > 0) await putRows(pool, run, chunk)
  return seq
}

/** Reads the files into the spool, the cases first, and orders the work. Begins anew where it was interrupted. */
export async function spool(spooling: Spooling, run: Pick<Run, 'id' | 'files' | 'source' | 'mode' | 'order' | 'dryRun'>): Promise<void> {
  const { pool, mapper, events, cases } = spooling
  await beginRun(pool, run)
  const size = (await sizeOf(events)) + (await sizeOf(cases))
  let read = 0
  const onBytes = (bytes: number): void => {
    read += bytes
    spooling.onProgress(Math.min(read, size), size)
  }
  const seen = new Set<string>()
  await spoolCases(spooling, run.id, onBytes, seen)
  const rows = await spoolEvents(spooling, run.id, onBytes, seen)
  const missing = [...mapper.needed].filter((column) => !seen.has(column))
  if (rows > 0 && missing.length > 0 && seen.size < seenMax)
    throw new MappingWrong(
      `no row of ${path.basename(events)} has anything in the column ${missing.join(', ')}; the columns are: ${[...seen].join(', ')}`,
    )
  await orderWork(pool, run)
}
