import path from 'node:path'
import { FileWrong } from '../problems.ts'
import { readCsv } from './csv.ts'
import type { ReadOptions, SourceRecord } from './record.ts'
import { readXes } from './xes.ts'
import { readXlsx } from './xlsx.ts'

const readers = { csv: readCsv, xes: readXes, xlsx: readXlsx } as const

/** Reads the records of a file, as the options say or as its name ends: `.csv`, `.xes`, both also with `.gz`, or `.xlsx`. Throws FileWrong. */
export function readRecords(file: string, options: ReadOptions = {}): AsyncIterable<SourceRecord> {
  const name = path.basename(file)
  const ending = /\.(csv|xes|xlsx)(\.gz)?$/i.exec(name)?.[1]?.toLowerCase()
  const format = options.format ?? (ending as keyof typeof readers | undefined)
  if (format === undefined)
    throw new FileWrong({ file: name }, 'is neither .csv, .csv.gz, .xes, .xes.gz nor .xlsx: say its format in the mapping')
  return readers[format](file, options)
}
