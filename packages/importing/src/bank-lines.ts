import { createHash } from 'node:crypto'
import { CsvError } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import type { Sentence } from '@jejak/domain'
import { amountOf, whenOf } from './values.ts'

const Column = z.string().trim().min(1).max(100)

/** How money in and out stand in the file: in two columns, in one with its sign, or in one with a word beside it. */
const Amounts = z.union([
  z.strictObject({ in: Column, out: Column }),
  z.strictObject({ signed: Column }),
  z.strictObject({ amount: Column, way: Column, in: z.array(z.string()).min(1).max(10), out: z.array(z.string()).min(1).max(10) }),
])

/** How the lines of a bank statement are read from a CSV file (docs/reconciliation.md). */
export const BankMapping = z
  .strictObject({
    delimiter: z.enum([',', ';', '\t', '|']).default(','),
    /** Lines above the header: the bank's name, the account. */
    skip: z.int().min(0).max(100).default(0),
    date: Column,
    /** `iso`, or a pattern of yyyy, MM and dd such as `dd/MM/yyyy`. */
    dateFormat: z
      .string()
      .regex(/^(iso|[yMd./-]{6,12})$/)
      .default('iso'),
    /** `1000000.50`, or `1.000.000,50`. */
    numbers: z.enum(['plain', 'indonesian']).default('plain'),
    amounts: Amounts,
    reference: Column.optional(),
    balance: Column.optional(),
    /** A column that names the currency; a line of another than IDR is wrong. */
    currency: Column.optional(),
  })
  .meta({
    id: 'BankMapping',
    examples: [
      { date: 'Tanggal', dateFormat: 'dd/MM/yyyy', numbers: 'indonesian', amounts: { in: 'Kredit', out: 'Debet' }, reference: 'No Ref' },
    ],
  })
export type BankMapping = z.infer<typeof BankMapping>

/** A line as the command `bankStatement.Receive` takes it. */
export interface ReadLine {
  readonly row: number
  readonly on: string
  readonly way: 'in' | 'out'
  readonly amount: string
  readonly reference?: string
  readonly balance?: string
}

/** A cell that cannot be read. */
export interface WrongCell {
  readonly row: number
  readonly column?: string
  readonly why: Sentence
}

/** The lines of a file, or everything that is wrong in it. */
export interface BankLines {
  /** SHA-256 of the text as UTF-8. */
  readonly sha256: string
  readonly lines: readonly ReadLine[]
  readonly wrong: readonly WrongCell[]
}

type Cells = ReadonlyMap<string, string>
type Moved = Pick<ReadLine, 'way' | 'amount'>
/** What cells were made into, or why they cannot be and which column holds them. */
type Cell<T> = { readonly value: T } | Pick<WrongCell, 'why' | 'column'>

const wrongMax = 50
const unmoved: Sentence = { id: 'tidak ada uang yang berpindah', en: 'no money moved' }
const headTwice: Sentence = { id: 'muncul dua kali di baris judul', en: 'stands twice in the header' }
const notInHead: Sentence = { id: 'tidak ada di baris judul', en: 'is not in the header' }

/** Two decimal places that are zero are no sen: banks print `1500000.00`. Nothing where the cell is empty or zero. */
function moneyIn(cells: Cells, column: string, { numbers }: BankMapping): Cell<string | undefined> {
  const text = (cells.get(column) ?? '').trim()
  if (text === '' || text === '-') return { value: undefined }
  // Some banks group what they print with a decimal point.
  const read = amountOf(numbers === 'plain' ? text.replaceAll(/,(?=\d{3}(\D|$))/g, '') : text, numbers)
  if ('why' in read) return { ...read, column }
  return { value: read.value === '0' ? undefined : read.value }
}

function movedInTwo(cells: Cells, columns: { in: string; out: string }, mapping: BankMapping): Cell<Moved> {
  const came = moneyIn(cells, columns.in, mapping)
  const went = moneyIn(cells, columns.out, mapping)
  const column = `${columns.in} / ${columns.out}`
  if ('why' in came) return came
  if ('why' in went) return went
  if (came.value !== undefined && went.value !== undefined)
    return { column, why: { id: 'uang masuk dan keluar dalam satu baris', en: 'money came in and went out in one line' } }
  if (came.value !== undefined) return { value: { way: 'in', amount: came.value } }
  return went.value === undefined ? { column, why: unmoved } : { value: { way: 'out', amount: went.value } }
}

function movedSigned(cells: Cells, column: string, mapping: BankMapping): Cell<Moved> {
  const text = (cells.get(column) ?? '').trim()
  const [, minus, rest = '', after] = /^([-(]?)\s*(.*?)\s*([-)]?)$/.exec(text) ?? []
  const read = moneyIn(new Map([[column, rest]]), column, mapping)
  if ('why' in read) return read
  return read.value === undefined ? { column, why: unmoved } : { value: { way: minus || after ? 'out' : 'in', amount: read.value } }
}

function moved(cells: Cells, mapping: BankMapping): Cell<Moved> {
  const { amounts } = mapping
  if ('signed' in amounts) return movedSigned(cells, amounts.signed, mapping)
  if (!('amount' in amounts)) return movedInTwo(cells, amounts, mapping)
  const word = (cells.get(amounts.way) ?? '').trim()
  const way = amounts.in.includes(word) ? 'in' : amounts.out.includes(word) ? 'out' : undefined
  if (way === undefined)
    return {
      column: amounts.way,
      why: {
        id: `${word || 'sel kosong'} tidak menyatakan masuk (${amounts.in.join(', ')}) atau keluar (${amounts.out.join(', ')})`,
        en: `${word || 'nothing'} says neither in (${amounts.in.join(', ')}) nor out (${amounts.out.join(', ')})`,
      },
    }
  const read = moneyIn(cells, amounts.amount, mapping)
  if ('why' in read) return read
  return read.value === undefined ? { column: amounts.amount, why: unmoved } : { value: { way, amount: read.value } }
}

const columnsOf = ({ date, amounts, reference, balance, currency }: BankMapping): string[] =>
  [
    date,
    ...('signed' in amounts ? [amounts.signed] : 'amount' in amounts ? [amounts.amount, amounts.way] : [amounts.in, amounts.out]),
    reference,
    balance,
    currency,
  ].filter((column) => column !== undefined)

/** One line of the file; a cell that is wrong is told to `wrong`. */
function lineOf(row: number, cells: Cells, mapping: BankMapping, wrong: (cell: WrongCell) => void): ReadLine | undefined {
  const { currency, balance, reference } = mapping
  const when = whenOf(cells.get(mapping.date) ?? '', mapping.dateFormat, 'Asia/Jakarta')
  const money = moved(cells, mapping)
  const left = balance === undefined ? { value: undefined } : moneyLeft(cells, balance, mapping)
  const unit = currency === undefined ? 'IDR' : (cells.get(currency) ?? '').trim().toUpperCase()
  if ('why' in when || when.value.date === undefined)
    wrong({ row, column: mapping.date, why: 'why' in when ? when.why : { id: 'harus tanggal tanpa jam', en: 'a date, without a time' } })
  if ('why' in money) wrong({ row, ...money })
  if ('why' in left) wrong({ row, ...left })
  if (!['IDR', 'RP', 'RP.'].includes(unit))
    wrong({
      row,
      ...(currency ? { column: currency } : {}),
      why: { id: `${unit || 'sel kosong'} bukan IDR`, en: `${unit || 'nothing'} is not IDR` },
    })
  if ('why' in when || when.value.date === undefined || 'why' in money || 'why' in left) return undefined
  const number = reference === undefined ? '' : (cells.get(reference) ?? '').trim()
  return {
    row,
    on: when.value.date,
    ...money.value,
    ...(number === '' ? {} : { reference: number }),
    ...(left.value === undefined ? {} : { balance: left.value }),
  }
}

/** A balance of zero is one; an empty cell is none. */
function moneyLeft(cells: Cells, column: string, mapping: BankMapping): Cell<string | undefined> {
  const text = (cells.get(column) ?? '').trim()
  if (text === '') return { value: undefined }
  const read = moneyIn(cells, column, mapping)
  return 'why' in read ? read : { value: read.value ?? '0' }
}

interface Parsed {
  readonly record: readonly string[]
  readonly line: number
}

/** The records of the file with their lines, or why it is no CSV. */
function recordsOf(text: string, { delimiter, skip }: BankMapping): Parsed[] | WrongCell {
  const records: Parsed[] = []
  try {
    parse(text, {
      bom: true,
      delimiter,
      from_line: skip + 1,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (record: string[], { lines }) => void records.push({ record, line: lines }),
    })
    return records
  } catch (error) {
    if (error instanceof CsvError)
      return { row: Number(error['lines'] ?? 0), why: { id: 'tidak dapat dibaca sebagai CSV', en: error.message } }
    throw error
  }
}

/**
 * Reads the lines of a bank statement from the text of a CSV file. Nothing is read by halves: where a cell is wrong it is named, with all
 * others that are, up to 50.
 */
export function readBankLines(text: string, mapping: BankMapping): BankLines {
  const sha256 = createHash('sha256').update(text).digest('hex')
  const wrong: WrongCell[] = []
  const add = (cell: WrongCell): void => {
    if (wrong.length < wrongMax) wrong.push(cell)
  }
  const records = recordsOf(text, mapping)
  if (!Array.isArray(records)) return { sha256, lines: [], wrong: [records] }
  const [first, ...rest] = records
  const head = (first?.record ?? []).map((name) => name.trim())
  for (const column of columnsOf(mapping))
    if (head.filter((name) => name === column).length !== 1)
      add({ row: mapping.skip + 1, column, why: head.includes(column) ? headTwice : notInHead })
  if (wrong.length > 0) return { sha256, lines: [], wrong }
  const lines = rest.flatMap(({ record, line }) => {
    const cells = new Map(head.map((name, index) => [name, record[index] ?? '']))
    // A line without a date is a sum or a remark that the bank adds.
    return (cells.get(mapping.date) ?? '').trim() === '' ? [] : (lineOf(line, cells, mapping, add) ?? [])
  })
  return { sha256, lines: wrong.length > 0 ? [] : lines, wrong }
}
