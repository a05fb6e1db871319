import path from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { CsvError, parse, type Info } from 'csv-parse'
import { FileWrong, wordsOf } from '../problems.ts'
import { bytesOf } from './bytes.ts'
import type { ReadOptions, SourceRecord } from './record.ts'

interface Parsed {
  readonly record: readonly string[]
  readonly info: Info
}

/** Characters of one record at most: more than that is an unclosed quote. */
const recordMax = 1_000_000

async function* textOf(file: string, options: ReadOptions): AsyncGenerator<string> {
  const { encoding = 'utf-8' } = options
  const decoder = new TextDecoder(encoding, { fatal: true })
  try {
    for await (const chunk of bytesOf(file, options.onBytes)) yield decoder.decode(chunk, { stream: true })
    yield decoder.decode()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const advice = encoding === 'utf-8' ? ': save it as UTF-8, or name its encoding in the mapping' : ''
    throw new FileWrong({ file: path.basename(file) }, `is not ${encoding}${advice}`, { cause: error })
  }
}

/** The names of the columns. Throws FileWrong where one stands twice: nobody could say which is meant. */
function headOf(file: string, record: readonly string[]): readonly string[] {
  const names = record.map((name) => name.trim())
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index)
  if (twice !== undefined) throw new FileWrong({ file, row: 1, column: twice }, 'this name stands twice in the header')
  return names
}

/**
 * Reads a CSV file with a header, packed or not, record by record. Throws FileWrong, naming the row, where it is not CSV or not in its
 * encoding.
 */
export async function* readCsv(file: string, options: ReadOptions = {}): AsyncGenerator<SourceRecord> {
  const name = path.basename(file)
  const parser = parse({ bom: true, delimiter: options.delimiter ?? ',', info: true, skip_empty_lines: true, max_record_size: recordMax })
  pipeline(Readable.from(textOf(file, options)), parser, () => undefined)
  let head: readonly string[] | undefined
  let row = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      row = info.records + info.empty_lines
      if (head === undefined) {
        head = headOf(name, record)
        continue
      }
      const values = new Map<string, string>()
      for (const [index, column] of head.entries()) {
        const value = record[index]
        if (column !== '' && value !== undefined && value !== '') values.set(column, value)
      }
      // Spreadsheets leave rows of separators behind their last.
      if (values.size > 0) yield { row, values }
    }
  } catch (error) {
    if (error instanceof CsvError) throw new FileWrong({ file: name, row: row + 1 }, wordsOf(error), { cause: error })
    throw error
  }
  if (head === undefined) throw new FileWrong({ file: name }, 'is empty: it has no header')
}
