import path from 'node:path'
import { FileWrong } from '../problems.ts'
import { readXml, type Opened } from './xml.ts'
import type { Zip } from './zip.ts'

/** What the cells of a sheet refer to. */
export interface Workbook {
  /** The sheets in their order: names, and their files inside the archive. */
  readonly sheets: readonly { readonly name: string; readonly path: string }[]
  /** Whether days are counted from 1904. */
  readonly from1904: boolean
  readonly strings: readonly string[]
  /** For each style, whether it shows a number as a date, a time of day, or both; undefined for other numbers. */
  readonly styles: readonly (DateStyle | undefined)[]
}

/** What a number format shows of an instant. */
export interface DateStyle {
  readonly date: boolean
  readonly time: boolean
}

/** Characters of shared strings at most: they are all in memory while the sheet is read. */
const stringsMax = 64 * 2 ** 20

async function eachElement(file: string, zip: Zip, inner: string, open: (element: Opened) => void): Promise<void> {
  for await (const _ of readXml(file, zip.bytes(inner), { open, close: () => {} }, () => [])) void _
}

/** The files that a part of the archive refers to, by the id of the reference. */
async function relationsOf(file: string, zip: Zip, part: string): Promise<Map<string, { readonly type: string; readonly path: string }>> {
  const folder = path.posix.dirname(part)
  const relations = path.posix.join(folder, '_rels', `${path.posix.basename(part)}.rels`)
  const found = new Map<string, { type: string; path: string }>()
  if (!zip.has(relations)) return found
  await eachElement(file, zip, relations, ({ name, attributes: { Id: id, Target: target, Type: type = '' } }) => {
    if (name !== 'Relationship' || id === undefined || target === undefined) return
    found.set(id, { type, path: target.startsWith('/') ? target.slice(1) : path.posix.join(folder, target) })
  })
  return found
}

async function stringsOf(file: string, zip: Zip, inner: string | undefined): Promise<string[]> {
  const strings: string[] = []
  if (inner === undefined || !zip.has(inner)) return strings
  let text = ''
  let size = 0
  let within: 'item' | 'text' | 'phonetic' | undefined
  const handlers = {
    open: ({ name }: Opened): void => {
      if (name === 'si') [text, within] = ['', 'item']
      else if (name === 'rPh') within = 'phonetic'
      else if (name === 't' && within === 'item') within = 'text'
    },
    close: (name: string): void => {
      if (name === 't' && within === 'text') within = 'item'
      else if (name === 'rPh') within = 'item'
      if (name !== 'si') return
      strings.push(text)
      // An empty one takes its place too.
      size += text.length + 8
      if (size > stringsMax) throw new FileWrong({ file }, 'has more text than fits into memory: save the sheet as CSV')
    },
    text: (more: string): void => {
      if (within === 'text') text += more
    },
  }
  for await (const _ of readXml(file, zip.bytes(inner), handlers, () => [])) void _
  return strings
}

/** The formats that Excel knows by number alone (ECMA-376, 18.8.30; 27 to 36 and 50 to 58 are dates of East Asia). */
function knownStyle(format: number): DateStyle | undefined {
  if ((format >= 14 && format <= 17) || (format >= 27 && format <= 31) || format === 36 || (format >= 50 && format <= 58))
    return { date: true, time: false }
  if ((format >= 18 && format <= 21) || (format >= 32 && format <= 35) || (format >= 45 && format <= 47)) return { date: false, time: true }
  return format === 22 ? { date: true, time: true } : undefined
}

/** What a format of one's own shows: letters of dates outside quotes, brackets and escapes. */
export function dateStyleOf(code: string): DateStyle | undefined {
  const letters = code
    .split(';')[0]!
    .replaceAll(/"[^"]*"|\\.|_.|\*./g, '')
    .replaceAll(/\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, '')
    .toLowerCase()
  if (/general|[#?]/.test(letters)) return undefined
  const time = /[hs]/.test(letters)
  const date = /[dy]/.test(letters) || (/m/.test(letters) && !time)
  return date || time ? { date, time } : undefined
}

async function stylesOf(file: string, zip: Zip, inner: string | undefined): Promise<(DateStyle | undefined)[]> {
  const styles: (DateStyle | undefined)[] = []
  if (inner === undefined || !zip.has(inner)) return styles
  const own = new Map<number, DateStyle | undefined>()
  let inCells = false
  const handlers = {
    open: ({ name, attributes: { numFmtId = '0', formatCode = '' } }: Opened): void => {
      const format = Number(numFmtId)
      if (name === 'numFmt') own.set(format, dateStyleOf(formatCode))
      else if (name === 'cellXfs') inCells = true
      else if (name === 'xf' && inCells) styles.push(own.has(format) ? own.get(format) : knownStyle(format))
    },
    close: (name: string): void => {
      if (name === 'cellXfs') inCells = false
    },
  }
  for await (const _ of readXml(file, zip.bytes(inner), handlers, () => [])) void _
  return styles
}

/** Reads what the cells of a workbook refer to, wherever it stands in the archive. Throws FileWrong. */
export async function workbookOf(file: string, zip: Zip): Promise<Workbook> {
  const root = [...(await relationsOf(file, zip, 'root')).values(), ...(await rootRelations(file, zip))]
  const main = root.find(({ type }) => type.endsWith('/officeDocument'))?.path ?? 'xl/workbook.xml'
  if (!zip.has(main)) throw new FileWrong({ file }, 'is no spreadsheet: it has no workbook')
  const relations = await relationsOf(file, zip, main)
  const sheets: { name: string; path: string }[] = []
  let from1904 = false
  await eachElement(file, zip, main, ({ name, attributes }) => {
    if (name === 'workbookPr') from1904 = attributes['date1904'] === '1' || attributes['date1904'] === 'true'
    const id = attributes['r:id'] ?? Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1]
    const target = name === 'sheet' && id !== undefined ? relations.get(id) : undefined
    if (target) sheets.push({ name: attributes['name'] ?? '', path: target.path })
  })
  const related = (kind: string): string | undefined => [...relations.values()].find(({ type }) => type.endsWith(`/${kind}`))?.path
  return {
    sheets,
    from1904,
    strings: await stringsOf(file, zip, related('sharedStrings')),
    styles: await stylesOf(file, zip, related('styles')),
  }
}

async function rootRelations(file: string, zip: Zip): Promise<readonly { readonly type: string; readonly path: string }[]> {
  const found: { type: string; path: string }[] = []
  if (!zip.has('_rels/.rels')) return found
  await eachElement(file, zip, '_rels/.rels', ({ name, attributes: { Target: target = '', Type: type = '' } }) => {
    if (name === 'Relationship') found.push({ type, path: target.replace(/^\//, '') })
  })
  return found
}
