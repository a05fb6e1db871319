import path from 'node:path'
import { FileWrong } from '../problems.ts'
import type { Cell, ReadOptions, SourceRecord } from './record.ts'
import { workbookOf, type DateStyle, type Workbook } from './workbook.ts'
import { readXml, type Opened } from './xml.ts'
import { openZip } from './zip.ts'

const dayMs = 86_400_000
/** Columns that a sheet has at most. */
const columnsMax = 16_384
/** Digits that a spreadsheet keeps of a number. */
const digitsMax = 15

const two = (number: number): string => String(number).padStart(2, '0')

function timeText(ms: number): string {
  const instant = new Date(ms)
  const fraction = instant.getUTCMilliseconds()
  const clock = [instant.getUTCHours(), instant.getUTCMinutes(), instant.getUTCSeconds()].map(two).join(':')
  return fraction === 0 ? clock : `${clock}.${String(fraction).padStart(3, '0')}`
}

/** The date or time that a number stands for: days since the end of 1899, of which the 60th never was, or since 1904. */
export function instantOf(serial: number, style: DateStyle, from1904: boolean): Cell {
  if (!(serial >= 0 && serial < 2_958_466) || (!from1904 && Math.floor(serial) === 60))
    return { why: `${serial} is no date of a spreadsheet` }
  const origin = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial < 60 ? 31 : 30)
  const ms = Math.round(serial * dayMs)
  if (!style.date && serial < 1) return timeText(ms)
  const date = new Date(origin + ms).toISOString().slice(0, 10)
  return ms % dayMs === 0 && !style.time ? date : `${date}T${timeText(ms % dayMs)}`
}

/** A number as a person typed it: a spreadsheet keeps fifteen digits, and writes some that are not. */
export function numberOf(text: string): Cell {
  const number = Number(text)
  if (!Number.isFinite(number)) return { why: `${text} is no number` }
  if (/^-?\d+$/.test(text) && text.replace('-', '').length <= digitsMax) return { plain: text }
  if (Math.abs(number) >= 10 ** digitsMax)
    return { why: 'has more than fifteen digits, which a spreadsheet does not keep: write it as text' }
  if (Number.isInteger(number)) return { plain: String(number) }
  const [mantissa = '', exponent = '0'] = number.toPrecision(digitsMax).split('e')
  const decimals = Math.max(0, (mantissa.split('.')[1] ?? '').length - Number(exponent))
  return { plain: number.toFixed(Math.min(100, decimals)).replace(/\.?0+$/, '') }
}

/** The number of a column: A is 0. */
const columnOf = (reference: string): number => {
  let number = 0
  for (const letter of reference.replace(/\d+$/, '')) number = number * 26 + letter.charCodeAt(0) - 64
  return number - 1
}

/** Makes rows of the elements of a sheet. */
class SheetReader {
  readonly #file: string
  readonly #book: Workbook
  #row = 0
  #column = -1
  #cells = new Map<number, Cell>()
  #type = 'n'
  #style = 0
  #text = ''
  #isValue = false
  #hasFormula = false
  #head: ReadonlyMap<number, string> | undefined
  #made: SourceRecord[] = []

  constructor(file: string, book: Workbook) {
    this.#file = file
    this.#book = book
  }
  taken(): readonly SourceRecord[] {
    return this.#made.splice(0)
  }
  get hasHead(): boolean {
    return this.#head !== undefined
  }
  open({ name, attributes }: Opened): void {
    if (name === 'row') {
      this.#row = attributes['r'] === undefined ? this.#row + 1 : Number(attributes['r'])
      if (!Number.isSafeInteger(this.#row))
        throw new FileWrong({ file: this.#file }, `has a row ${attributes['r'] ?? ''}, which is no number`)
      this.#column = -1
    } else if (name === 'c') {
      const { r, t = 'n', s = '0' } = attributes
      this.#column = r === undefined ? this.#column + 1 : columnOf(r)
      if (!(this.#column < columnsMax)) throw new FileWrong({ file: this.#file, row: this.#row }, `has more than ${columnsMax} columns`)
      ;[this.#type, this.#style, this.#text, this.#hasFormula] = [t, Number(s), '', false]
    } else if (name === 'f') this.#hasFormula = true
    else if (name === 'v' || name === 't') this.#isValue = true
    else if (name === 'rPh') this.#isValue = false
  }
  text(more: string): void {
    if (this.#isValue) this.#text += more
  }
  close(name: string): void {
    if (name === 'v' || name === 't') this.#isValue = false
    else if (name === 'c') {
      const value = this.#value()
      if (value !== '') this.#cells.set(this.#column, value)
    } else if (name === 'row') this.#closeRow()
  }
  #value(): Cell {
    const text = this.#text
    if (this.#type === 'inlineStr' || this.#type === 'str') return text
    if (text === '') return this.#hasFormula ? { why: 'a formula without its result: open and save the file in a spreadsheet program' } : ''
    if (this.#type === 's') return this.#book.strings[Number(text)] ?? { why: `there is no shared text ${text}` }
    if (this.#type === 'b') return text === '1' ? 'true' : 'false'
    if (this.#type === 'e') return { why: `the cell shows ${text}` }
    if (this.#type === 'd') return text
    const style = this.#book.styles[this.#style]
    return style ? instantOf(Number(text), style, this.#book.from1904) : numberOf(text)
  }
  #closeRow(): void {
    const cells = this.#cells
    this.#cells = new Map()
    if (cells.size === 0) return
    if (this.#head === undefined) {
      this.#head = this.#headOf(cells)
      return
    }
    const values = new Map<string, Cell>()
    for (const [column, value] of cells) {
      const name = this.#head.get(column)
      if (name !== undefined) values.set(name, value)
    }
    if (values.size > 0) this.#made.push({ row: this.#row, values })
  }
  #headOf(cells: ReadonlyMap<number, Cell>): Map<number, string> {
    const head = new Map<number, string>()
    for (const [column, value] of cells) {
      const name = typeof value === 'string' ? value.trim() : 'plain' in value ? value.plain : ''
      if ([...head.values()].includes(name))
        throw new FileWrong({ file: this.#file, row: this.#row, column: name }, 'this name stands twice in the header')
      if (name !== '') head.set(column, name)
    }
    return head
  }
}

/**
 * Reads a sheet row by row; its first row that is not empty names the columns. Dates and times come as ISO 8601 without a zone, numbers in
 * plain digits, formulas as their stored result. Throws FileWrong.
 */
export async function* readXlsx(file: string, options: ReadOptions = {}): AsyncGenerator<SourceRecord> {
  const name = path.basename(file)
  const zip = await openZip(file)
  const book = await workbookOf(name, zip)
  const sheet = options.sheet === undefined ? book.sheets[0] : book.sheets.find((each) => each.name === options.sheet)
  if (!sheet)
    throw new FileWrong({ file: name }, `has no sheet ${options.sheet ?? ''}; it has: ${book.sheets.map((each) => each.name).join(', ')}`)
  const reader = new SheetReader(name, book)
  const handlers = {
    open: (element: Opened) => reader.open(element),
    close: (closed: string) => reader.close(closed),
    text: (more: string) => reader.text(more),
  }
  yield* readXml(name, zip.bytes(sheet.path, options.onBytes), handlers, () => reader.taken())
  if (!reader.hasHead) throw new FileWrong({ file: name }, `the sheet ${sheet.name} is empty: it has no header`)
}
