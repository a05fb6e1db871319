import { randomBytes } from 'node:crypto'

/** An entry of an archive; `mode` as Unix says it. */
export interface Entry {
  readonly name: string
  readonly text?: string
  readonly mode?: number
}

/** An archive of entries that are stored as they stand; no checksums, which nothing here looks at. */
export function zip(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = []
  const list: Buffer[] = []
  let at = 0
  for (const { name, text = '', mode = 0o100644 } of entries) {
    const [bytes, content] = [Buffer.from(name), Buffer.from(text)]
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt32LE(content.length, 18)
    local.writeUInt32LE(content.length, 22)
    local.writeUInt16LE(bytes.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(bytes.length, 28)
    entry.writeUInt32LE((mode << 16) >>> 0, 38)
    entry.writeUInt32LE(at, 42)
    parts.push(local, bytes, content)
    list.push(entry, bytes)
    at += local.length + bytes.length + content.length
  }
  const directory = Buffer.concat(list)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, directory, end])
}

const sheet = [{ name: '[Content_Types].xml' }, { name: 'xl/workbook.xml', text: '<workbook/>' }]
const openDocument = (kind: string) => [{ name: 'mimetype', text: `application/vnd.oasis.opendocument.${kind}` }, { name: 'content.xml' }]
const png = Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001080000000', 'hex')

/** A PDF of this length at least, unlike any other. */
export const pdf = (bytes = 400): Buffer => Buffer.concat([Buffer.from('%PDF-1.4\n'), randomBytes(bytes), Buffer.from('\n%%EOF\n')])

/** Files that are taken, by the type that they are found to be. */
export const taken: readonly (readonly [mediaType: string, bytes: Buffer])[] = [
  ['application/pdf', pdf()],
  ['image/png', png],
  ['image/png', Buffer.concat([png, Buffer.from('<script>alert(1)</script>')])],
  ['image/jpeg', Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex')],
  ['image/webp', Buffer.from('RIFF\x24\0\0\0WEBPVP8 ', 'latin1')],
  ['image/heic', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', zip(sheet)],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', zip([...sheet.slice(0, 1), { name: 'word/document.xml' }])],
  ['application/vnd.oasis.opendocument.spreadsheet', zip(openDocument('spreadsheet'))],
  ['application/vnd.oasis.opendocument.text', zip(openDocument('text'))],
]

/** Files that are not, each by what it is. */
export const notTaken: readonly (readonly [what: string, bytes: Buffer])[] = [
  ['a web page', Buffer.from('<!doctype html><script>alert(1)</script>')],
  ['a drawing that may hold scripts', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
  ['a program of Windows', Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0\xFF\xFF\0\0', 'latin1')],
  ['a program of Linux', Buffer.from('\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\0\0', 'latin1')],
  ['a script', Buffer.from('#!/bin/sh\nrm -rf .\n')],
  ['plain text', Buffer.from('kwitansi 14, lima belas ribu rupiah')],
  ['one byte', Buffer.from('%')],
  ['a page that becomes a PDF later', Buffer.from('<html>\n%PDF-1.4\n%%EOF')],
  ['the beginning of a picture and no more', Buffer.from('89504e470d0a1a0a', 'hex')],
  ['a film', Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isomavc1', 'latin1')],
  ['an old spreadsheet, which may hold macros', Buffer.from('d0cf11e0a1b11ae1000000000000000000', 'hex')],
  ['an archive', zip([{ name: 'a.txt' }])],
  ['an archive of nothing', zip([])],
  ['an archive cut off', zip(sheet).subarray(0, -10)],
  ['a list of entries that leads nowhere', Buffer.concat([zip(sheet).subarray(0, -6), Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0])])],
  ['a spreadsheet with macros', zip([...sheet, { name: 'xl/vbaProject.bin' }])],
  ['a document with macros', zip([...openDocument('text'), { name: 'Basic/Standard/script-lb.xml' }])],
  ['a spreadsheet with a link out of the folder', zip([...sheet, { name: 'xl/media', text: '/etc', mode: 0o120777 }])],
  ['a spreadsheet with ../', zip([...sheet, { name: '../../etc/cron.d/x' }])],
  ['a spreadsheet with ..\\', zip([...sheet, { name: '..\\x' }])],
  ['a spreadsheet with an absolute name', zip([...sheet, { name: '/etc/passwd' }])],
  ['a spreadsheet with a drive', zip([...sheet, { name: 'C:/x' }])],
  ['a spreadsheet with a NUL in a name', zip([...sheet, { name: 'xl/a\0.xml' }])],
  ['an OpenDocument that says it is something else', zip(openDocument('graphics'))],
]
