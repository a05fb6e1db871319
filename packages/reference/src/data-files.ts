import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { areaId, regionsDecree } from './area-id.ts'
import { isHolidayKind, isCertainty, type Holiday } from './holiday.ts'
import { formatCsv, parseCsv } from './csv.ts'
import { isRegionLevel, type Region } from './region.ts'

/** A committed file, as `/readyz` names it. */
export interface DataFile {
  readonly name: string
  readonly bytes: Buffer
  /** SHA-256 of the file as committed, in hex. */
  readonly sha256: string
}

const dataDir = path.resolve(import.meta.dirname, '../data')
const regionColumns = ['id', 'code', 'name', 'level', 'parent']
const holidayColumns = ['date', 'weekday', 'type', 'name_id', 'certainty', 'basis']

async function dataFile(name: string): Promise<DataFile> {
  const bytes = await readFile(path.join(dataDir, name))
  return { name, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** The two committed files: `regions.csv.gz` and `holidays.csv`. */
export async function dataFiles(): Promise<{ regions: DataFile; holidays: DataFile }> {
  const [regions, holidays] = await Promise.all([dataFile('regions.csv.gz'), dataFile('holidays.csv')])
  return { regions, holidays }
}

/** The regions of a packed file. Errors: an unknown level, or a row that is no row. */
export function readRegions(packed: Buffer): Region[] {
  return parseCsv(gunzipSync(packed).toString('utf8')).map(({ id = '', code = '', name = '', level = '', parent = '' }) => {
    if (!isRegionLevel(level)) throw new Error(`region ${code} has the unknown level "${level}"`)
    return { id, code, name, level, parentCode: parent === '' ? null : parent, edition: regionsDecree }
  })
}

/** The holidays of a file. Errors: an unknown kind or certainty. */
export function readHolidays(text: string): Holiday[] {
  return parseCsv(text).map(({ date = '', type = '', name_id = '', certainty = '', basis = '' }) => {
    if (!isHolidayKind(type) || !isCertainty(certainty))
      throw new Error(`the holiday of ${date} has the unknown kind "${type}" or "${certainty}"`)
    return { date, kind: type, name: name_id, certainty, basis }
  })
}

/**
 * Makes `regions.csv.gz` from the source's text (code, name, level, parent). No name and no time goes into the packed file, so the same
 * text
 * gives the same bytes.
 */
export function buildRegions(source: string): Buffer {
  const rows = parseCsv(source).map((row) => ({ ...row, id: areaId(row['code'] ?? '') }))
  const packed = gzipSync(formatCsv(regionColumns, rows), { level: 9 })
  // The tenth byte tells the operating system that packed the file; 255 is "unknown".
  packed.writeUInt8(255, 9)
  return packed
}

/** Makes `holidays.csv` from the texts of the sources, ordered by date, kind and name. */
export function buildHolidays(sources: readonly string[]): string {
  const key = (row: Readonly<Record<string, string>>) => `${row['date']} ${row['type']} ${row['name_id']}`
  const rows = sources.flatMap((source) => parseCsv(source)).toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
  return formatCsv(holidayColumns, rows)
}
