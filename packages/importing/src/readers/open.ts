import path from 'node:path'
import { FileWrong } from '../problems.ts'
import { readCsv } from './csv.ts'
import type { ReadOptions, SourceRecord } from './record.ts'
import { readXes } from './xes.ts'
import { readXlsx } from './xlsx.ts'

function formatOf(name: string): ReadOptions['format'] {
  const ending = /\.(csv|xes|xlsx)(\.gz)?$/i.exec(name)?.[1]?.toLowerCase()
  return ending === 'csv' || ending === 'xes' || ending === 'xlsx' ? ending : undefined
}

/** Reads the records of a file, as the options say or its name: `.csv`, `.xes`, both also with `.gz`, or `.xlsx`. Throws FileWrong. */
export function readRecords(file: string, options: ReadOptions = {}): AsyncIterable<SourceRecord> {
  const name = path.basename(file)
  const format = options.format ?? formatOf(name)
  if (format === 'csv') return readCsv(file, options)
  if (format === 'xes') return readXes(file, options)
  if (format === 'xlsx') return readXlsx(file, options)
  throw new FileWrong({ file: name }, 'is neither .csv, .csv.gz, .xes, .xes.gz nor .xlsx: say its format in the mapping')
}
