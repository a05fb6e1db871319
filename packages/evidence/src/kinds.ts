import type { FileHandle } from 'node:fs/promises'
import { bytesAt } from './bytes.ts'
import { namesInZip } from './zip.ts'

/** A kind of file that is taken as evidence. */
export interface FileKind {
  readonly mediaType: string
  readonly extension: string
}

const office = 'application/vnd.openxmlformats-officedocument'
const openDocument = 'application/vnd.oasis.opendocument'
const kind = (mediaType: string, extension: string): FileKind => ({ mediaType, extension })
const kinds = {
  pdf: kind('application/pdf', 'pdf'),
  jpeg: kind('image/jpeg', 'jpg'),
  png: kind('image/png', 'png'),
  webp: kind('image/webp', 'webp'),
  heic: kind('image/heic', 'heic'),
  xlsx: kind(`${office}.spreadsheetml.sheet`, 'xlsx'),
  docx: kind(`${office}.wordprocessingml.document`, 'docx'),
  ods: kind(`${openDocument}.spreadsheet`, 'ods'),
  odt: kind(`${openDocument}.text`, 'odt'),
}

/** The kinds that are taken: what scanners, phones and offices make. None of them runs anything in the program that shows it. */
export const kindsTaken: readonly FileKind[] = Object.values(kinds)

/** What a file is called of which nothing is known but its bytes. */
export const unknownKind: FileKind = kind('application/octet-stream', 'bin')

/** As many bytes from the beginning as telling the kinds apart needs. */
const headBytes = 160

const latin = (bytes: Uint8Array, from: number, to: number): string => Buffer.from(bytes.subarray(from, to)).toString('latin1')

const heicBrands: ReadonlySet<string> = new Set(['heic', 'heix', 'heim', 'heis', 'mif1'])

/** The kind by the first bytes; `zip` where the names inside must tell. */
function byHead(head: Uint8Array): FileKind | 'zip' | undefined {
  if (/^%PDF-[12]\.[0-9]/.test(latin(head, 0, 8))) return kinds.pdf
  if (latin(head, 0, 3) === '\xFF\xD8\xFF') return kinds.jpeg
  if (latin(head, 0, 8) === '\x89PNG\r\n\x1A\n' && latin(head, 12, 16) === 'IHDR') return kinds.png
  if (latin(head, 0, 4) === 'RIFF' && latin(head, 8, 12) === 'WEBP') return kinds.webp
  if (latin(head, 4, 8) === 'ftyp' && heicBrands.has(latin(head, 8, 12))) return kinds.heic
  return latin(head, 0, 4) === 'PK\x03\x04' ? 'zip' : undefined
}

/** Whether a file that begins so may be taken, so that another is refused before all of it has come. True while too little has come. */
export const mayBeTaken = (head: Uint8Array): boolean => head.length < 16 || byHead(head) !== undefined

/** Names that lead out of the folder they are unpacked in, and programs: no paper needs them. */
const unwanted = /^[/\\]|(^|[/\\])\.\.([/\\]|$)|\\|^[A-Za-z]:|\0|(^|\/)vba|(^|\/)macrosheets\/|^Basic\/|^Scripts\//i

/** An OpenDocument file says what it is in its first entry, stored as it stands. */
const saysOpenDocument = (head: Uint8Array): string =>
  latin(head, 26, 28) === '\x08\0' && latin(head, 30, 38) === 'mimetype' ? latin(head, 38, headBytes) : ''

async function byNames(file: FileHandle, size: number, head: Uint8Array): Promise<FileKind | undefined> {
  const names = await namesInZip(file, size)
  if (names === undefined || names.some(({ name, isLink }) => isLink || unwanted.test(name))) return undefined
  const has = (wanted: string): boolean => names.some(({ name }) => name === wanted)
  if (has('[Content_Types].xml')) {
    if (has('xl/workbook.xml')) return kinds.xlsx
    return has('word/document.xml') ? kinds.docx : undefined
  }
  if (!has('content.xml')) return undefined
  const said = saysOpenDocument(head)
  // What follows the type is the signature of the next entry.
  return [kinds.ods, kinds.odt].find(({ mediaType }) => said.startsWith(`${mediaType}PK`))
}

/** The kind of a whole file by its bytes, whatever anybody calls it; undefined for any that is not taken. */
export async function kindOf(file: FileHandle, size: number): Promise<FileKind | undefined> {
  const head = await bytesAt(file, 0, Math.min(headBytes, size))
  const found = byHead(head)
  return found === 'zip' ? byNames(file, size, head) : found
}
