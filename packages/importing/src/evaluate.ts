import { childId, importedId } from '@jejak/event-store'
import { areaId } from '@jejak/reference'
import type { Json, Sentence } from '@jejak/domain'
import type { Cell } from './readers/record.ts'
import { importReasons, RowWrong } from './reasons.ts'
import { amountOf, dateOf, integerOf, whenOf, type Read, type When } from './values.ts'
import type { AreaCode, Child, FromColumn, Imported, Mapping, Template, Value } from './mapping.ts'

/** The cells of a row, those of its case behind them. */
export type Cells = (column: string) => Cell | undefined

/** What a mapping says of all values. */
export interface Habits {
  readonly source: string
  readonly numbers: Mapping['numbers']
  /** Of times that name none. */
  readonly zone: string
}

function unreadable(column: string, { id, en }: Sentence): never {
  throw new RowWrong(importReasons.unreadable, { column, detail: id, detailEn: en })
}

function given<T>(column: string, read: Read<T>): T {
  return 'why' in read ? unreadable(column, read.why) : read.value
}

/** The text of a cell; undefined where it is empty. Throws RowWrong where it cannot be relied on, or is no text that can be stored. */
export function textIn(cells: Cells, column: string): string | undefined {
  const cell = cells(column)
  if (cell === undefined) return undefined
  if (typeof cell === 'object' && 'why' in cell) return unreadable(column, { id: cell.why, en: cell.why })
  const text = typeof cell === 'string' ? cell : cell.plain
  if (text.includes('\0') || !text.isWellFormed())
    return unreadable(column, { id: 'berisi karakter yang bukan teks', en: 'holds a character that is no text' })
  return text
}

/** The text of a cell that may not be empty. */
export function textNeeded(cells: Cells, column: string): string {
  const text = textIn(cells, column)
  if (text === undefined || text.trim() === '') throw new RowWrong(importReasons.empty, { column })
  return text
}

const booleans: Readonly<Record<string, boolean>> = { true: true, false: false, '1': true, '0': false, ya: true, tidak: false }

// oxlint-disable-next-line consistent-return -- a switch without default: the compiler finds a missing case
function converted(spec: FromColumn, text: string, isPlain: boolean, habits: Habits): string | number | boolean {
  const { column, as = 'text', rounding, format = 'iso' } = spec
  const numbers = isPlain ? 'plain' : (spec.numbers ?? habits.numbers)
  const moment = (): When => given(column, whenOf(text, format, habits.zone))
  switch (as) {
    case 'text':
      return text
    case 'integer':
      return given(column, integerOf(text, numbers))
    case 'amount':
      return given(column, amountOf(text, numbers, rounding))
    case 'date':
      return dateOf(moment(), habits.zone)
    case 'instant':
      return moment().at ?? unreadable(column, { id: `${text} adalah tanggal tanpa jam`, en: `${text} is a date without a time` })
    case 'boolean':
      return (
        booleans[text.trim().toLowerCase()] ??
        unreadable(column, { id: `${text} bukan ya atau tidak`, en: `${text} is neither true nor false` })
      )
  }
}

function fromColumn(spec: FromColumn, cells: Cells, habits: Habits): Json | undefined {
  const { column, values, others, omit } = spec
  const text = textIn(cells, column)
  if (text === undefined || text.trim() === '') {
    if (spec.default !== undefined) return spec.default
    if (spec.optional) return undefined
    throw new RowWrong(importReasons.empty, { column })
  }
  if (values) {
    if (Object.hasOwn(values, text)) return values[text]
    if (others !== 'keep') throw new RowWrong(importReasons.notMapped, { column, value: text })
  }
  const value = converted(spec, text, typeof cells(column) === 'object', habits)
  return typeof value === 'string' && omit?.includes(value) ? undefined : value
}

const braces = /\{([^{}]+)\}/g

/** The columns that a template names. */
const columnsIn = (template: string): string[] => [...template.matchAll(braces)].map(([, column]) => column ?? '')

const isList = (value: Value): value is readonly Value[] => Array.isArray(value)
const isFromColumn = (value: object): value is FromColumn => 'column' in value
const isTemplate = (value: object): value is Template => 'template' in value
const isImported = (value: object): value is Imported => 'imported' in value
const isAreaCode = (value: object): value is AreaCode => 'areaCode' in value
const isChild = (value: object): value is Child => 'child' in value

/** A value that names something, as text. Throws RowWrong where it is left out. */
function named(value: Value, cells: Cells, habits: Habits): string {
  const made = evaluate(value, cells, habits)
  if (typeof made === 'string' || typeof made === 'number') return String(made)
  const [column = '-'] = columnsOf(value)
  throw new RowWrong(importReasons.empty, { column })
}

/** A derived identifier; the parts of one hold no line feed. */
function derived(make: () => string, value: Value): string {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return unreadable(columnsOf(value)[0] ?? '-', { id: 'nilainya di luar batas', en: error.message })
  }
}

/** A value of the mapping for a row; undefined where the field is left out. Throws RowWrong. */
export function evaluate(value: Value | undefined, cells: Cells, habits: Habits): Json | undefined {
  if (typeof value !== 'object') return value
  if (isList(value)) return value.flatMap((each) => evaluate(each, cells, habits) ?? [])
  if (isFromColumn(value)) return fromColumn(value, cells, habits)
  if (isTemplate(value)) return value.template.replaceAll(braces, (_, column: string) => textNeeded(cells, column))
  if (isImported(value)) {
    const { kind, id, source = habits.source } = value.imported
    return derived(() => importedId(kind, source, named(id, cells, habits)), id)
  }
  if (isChild(value)) {
    const { of, kind, number } = value.child
    return derived(() => childId(named(of, cells, habits), kind, Number(named(number, cells, habits))), number)
  }
  if (isAreaCode(value)) {
    const code = named(value.areaCode, cells, habits)
    return areaId(code)
  }
  const fields = Object.entries(value).flatMap(([name, inner]) => {
    const made = evaluate(inner, cells, habits)
    return made === undefined ? [] : [[name, made] as const]
  })
  return Object.fromEntries(fields)
}

/** The columns that a value is made of. */
export function columnsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(columnsOf)
  if (isFromColumn(value)) return [value.column]
  if (isTemplate(value)) return columnsIn(value.template)
  return Object.values(value).flatMap(columnsOf)
}
