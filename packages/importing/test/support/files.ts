import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { crc32, deflateRawSync, gzipSync } from 'node:zlib'
import { afterAll } from 'vitest'
import { readRecords, type Cell, type ReadOptions } from '@jejak/importing'

const folders = new Set<string>()
afterAll(async () => {
  await Promise.all([...folders].map((folder) => rm(folder, { recursive: true, force: true })))
})

/** Writes a file into a folder of its own, removed when the tests of the file are done. */
export async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'jejak-import-'))
  folders.add(folder)
  const file = path.join(folder, name)
  await writeFile(file, name.endsWith('.gz') && typeof content === 'string' ? gzipSync(content) : content)
  return file
}

/** All records of a file, as plain values: row first, then the columns. */
export async function recordsOf(file: string, options: ReadOptions = {}): Promise<{ row: number; values: Record<string, Cell> }[]> {
  const records = []
  for await (const { row, values } of readRecords(file, options)) records.push({ row, values: Object.fromEntries(values) })
  return records
}

/** What reading a file throws. */
export const wrongIn = (file: string, options: ReadOptions = {}): Promise<string> =>
  recordsOf(file, options).then(
    () => 'nothing',
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
  )

interface ZipOptions {
  /** Packed, as spreadsheet programs do, or stored. */
  readonly deflate?: boolean
}

/** A zip archive of these files, in this order. */
export function zipOf(files: Readonly<Record<string, string>>, { deflate = true }: ZipOptions = {}): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text)
    const packed = deflate ? deflateRawSync(content) : content
    const numbers = Buffer.alloc(26)
    numbers.writeUInt16LE(20, 0)
    numbers.writeUInt16LE(deflate ? 8 : 0, 4)
    numbers.writeUInt32LE(crc32(content), 10)
    numbers.writeUInt32LE(packed.length, 14)
    numbers.writeUInt32LE(content.length, 18)
    numbers.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), numbers, Buffer.from(name), packed])
    const where = Buffer.alloc(14)
    where.writeUInt32LE(at, 10)
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1'), numbers, where, Buffer.from(name)]))
    parts.push(local)
    at += local.length
  }
  const whole = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(directory.length, 4)
  end.writeUInt16LE(directory.length, 6)
  end.writeUInt32LE(whole.length, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...parts, whole, Buffer.from('PK\u0005\u0006', 'latin1'), end])
}

const type = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** A workbook as spreadsheet programs write it: its sheets by name, as the XML of their rows. The sheet stands before what it refers to. */
export function workbook(
  sheets: Readonly<Record<string, string>>,
  more: { styles?: string; strings?: string; date1904?: boolean } = {},
): Buffer {
  const names = Object.keys(sheets)
  const parts = Object.fromEntries(
    Object.values(sheets).map((rows, index) => [
      `xl/worksheets/sheet${index + 1}.xml`,
      `<?xml version="1.0"?><worksheet xmlns="x"><sheetData>${rows}</sheetData></worksheet>`,
    ]),
  )
  return zipOf({
    '[Content_Types].xml': '<Types/>',
    ...parts,
    '_rels/.rels': `<Relationships><Relationship Id="r1" Type="${type}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns:r="r"><workbookPr${more.date1904 ? ' date1904="1"' : ''}/><sheets>${names
      .map((name, index) => `<sheet name="${name}" sheetId="${index + 1}" r:id="s${index + 1}"/>`)
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${names
      .map((_, index) => `<Relationship Id="s${index + 1}" Type="${type}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`)
      .join('')}<Relationship Id="st" Type="${type}/styles" Target="styles.xml"/>
      <Relationship Id="ss" Type="${type}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet>${more.styles ?? '<cellXfs count="1"><xf numFmtId="0"/></cellXfs>'}</styleSheet>`,
    'xl/sharedStrings.xml': `<sst>${more.strings ?? ''}</sst>`,
  })
}
