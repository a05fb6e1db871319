import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** A paper of a row of a scenario: `number` is that printed on it, where the row gives one. */
export interface Paper {
  readonly scenario: string
  readonly seq: number
  /** Its everyday name, `lembar periksa DED/RAB`. */
  readonly name: string
  readonly docType: string
  readonly number?: string
  readonly date: string
}

/** What a command says of a paper. */
export interface NamedPaper {
  readonly docType: string
  readonly sha256: string
  readonly number?: string
  readonly date?: string
}

/** The kind of a paper as a slug: `lembar periksa DED/RAB` is `lembar-periksa-ded-rab`. */
export const docType = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')

/** The papers that a row names, `kwitansi; buku kas`; its number is that of the first. */
export function papersIn(scenario: string, seq: number, names: string, number: string, date: string): Paper[] {
  return names
    .split(';')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name, index) => ({
      scenario,
      seq,
      name,
      docType: name === 'LPJ T1' ? 'lpj-tahap' : docType(name),
      ...(number !== '' && index === 0 ? { number } : {}),
      date,
    }))
}

/** What is written on the file of a paper; it differs for every paper of every row. */
const linesOf = ({ scenario, seq, name, number, date }: Paper): string[] => [
  name,
  `Nomor: ${number ?? '-'}`,
  `Tanggal: ${date}`,
  `Skenario ${scenario}, baris ${seq}`,
  'Dibuat untuk peragaan Jejak; bukan dokumen asli.',
]

/** A page of A4 with lines of text, by hand: nothing in it depends on a clock or on the version of a library. */
function pdf(lines: readonly string[]): Buffer {
  const shown = lines.map((line) => `(${line.replaceAll(/[\\()]/g, String.raw`\$&`)}) Tj T*`).join('\n')
  const content = `BT /F1 14 Tf 22 TL 60 770 Td\n${shown}\nET`
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${Buffer.byteLength(content, 'latin1')}>>\nstream\n${content}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>',
  ]
  let text = '%PDF-1.4\n'
  const places = objects.map((object, index) => {
    const at = Buffer.byteLength(text, 'latin1')
    text += `${index + 1} 0 obj\n${object}\nendobj\n`
    return `${String(at).padStart(10, '0')} 00000 n \n`
  })
  const start = Buffer.byteLength(text, 'latin1')
  const size = objects.length + 1
  text += `xref\n0 ${size}\n0000000000 65535 f \n${places.join('')}trailer\n<</Size ${size}/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(text, 'latin1')
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}

/** Bytes in the form of zlib, as they stand: a version that compresses otherwise would change every hash. Up to 65,535. */
function stored(bytes: Buffer): Buffer {
  const framed = Buffer.alloc(bytes.length + 11)
  framed.set([0x78, 0x01, 0x01])
  framed.writeUInt16LE(bytes.length, 3)
  framed.writeUInt16LE(bytes.length ^ 0xffff, 5)
  bytes.copy(framed, 7)
  let [low, high] = [1, 0]
  for (const byte of bytes) {
    low = (low + byte) % 65_521
    high = (high + low) % 65_521
  }
  framed.writeUInt32BE(high * 65_536 + low, bytes.length + 7)
  return framed
}

const [width, height, cell] = [32, 24, 4]

/** A small picture in grey of squares that come from the text, which stands in it as its description. */
function png(text: string): Buffer {
  const digest = createHash('sha256').update(text).digest()
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.writeUInt8(8, 8)
  const pixels = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const square = Math.floor(y / cell) * (width / cell) + Math.floor(x / cell)
      pixels[y * (width + 1) + 1 + x] = digest[square % digest.length] ?? 0
    }
  const description = Buffer.from(`Description\0${text}`, 'latin1')
  const signature = Buffer.from('\x89PNG\r\n\x1A\n', 'latin1')
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('tEXt', description),
    chunk('IDAT', stored(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** The file of a paper, the same bytes for the same paper for ever: a small picture for a photo, else one page of PDF. */
export const fileOf = (paper: Paper): Buffer => (/^foto(-|$)/.test(paper.docType) ? png(linesOf(paper).join('\n')) : pdf(linesOf(paper)))

/** A paper as a command names it: by the SHA-256 of its file. */
export const namedPaper = (paper: Paper): NamedPaper => ({
  docType: paper.docType,
  sha256: createHash('sha256').update(fileOf(paper)).digest('hex'),
  ...(paper.number === undefined ? {} : { number: paper.number }),
  date: paper.date,
})
