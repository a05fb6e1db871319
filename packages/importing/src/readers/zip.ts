import { createReadStream } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { FileWrong, wordsOf } from '../problems.ts'

/** A file inside an archive. */
interface Entry {
  readonly method: number
  readonly packed: number
  /** Where its local header begins. */
  readonly at: number
}

/** An archive whose directory has been read. */
export interface Zip {
  readonly names: readonly string[]
  has(name: string): boolean
  /** The bytes of a file inside it, unpacked. Throws FileWrong. */
  bytes(name: string, onBytes?: (packed: number) => void): AsyncGenerator<Buffer>
}

const endSize = 22
const commentMax = 65_535
const directoryMax = 64 * 2 ** 20
const stored = 0
const deflated = 8
const whole32 = 0xff_ff_ff_ff

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await handle.read(bytes, 0, length, position)
  return bytes.subarray(0, bytesRead)
}

/** Where the directory stands: as the end record says, or, where a number does not fit it, the record of 64 bits before it. */
async function directoryOf(handle: FileHandle, size: number): Promise<{ at: number; length: number } | undefined> {
  const tail = await readAt(handle, Math.max(0, size - endSize - commentMax), Math.min(size, endSize + commentMax))
  const at = tail.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'))
  if (at < 0 || at + endSize > tail.length) return undefined
  const [length, offset] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)]
  if (length !== whole32 && offset !== whole32) return { at: offset, length }
  const locator = tail.subarray(Math.max(0, at - 20), at)
  if (locator.toString('latin1', 0, 4) !== 'PK\u0006\u0007') return undefined
  const wide = await readAt(handle, Number(locator.readBigUInt64LE(8)), 56)
  return wide.length < 56 ? undefined : { length: Number(wide.readBigUInt64LE(40)), at: Number(wide.readBigUInt64LE(48)) }
}

/** The numbers that did not fit into 32 bits stand in an extra field, in this order, those alone that did not fit. */
function widened(extra: Buffer, numbers: readonly number[]): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    let next = at + 4
    return numbers.map((number) => {
      if (number !== whole32) return number
      next += 8
      return Number(extra.readBigUInt64LE(next - 8))
    })
  }
  return [...numbers]
}

function entriesOf(directory: Buffer): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  let at = 0
  while (at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02_01_4b_50) {
    const nameLength = directory.readUInt16LE(at + 28)
    const extraLength = directory.readUInt16LE(at + 30)
    const commentLength = directory.readUInt16LE(at + 32)
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength)
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength)
    const [, packed = 0, offset = 0] = widened(extra, [
      directory.readUInt32LE(at + 24),
      directory.readUInt32LE(at + 20),
      directory.readUInt32LE(at + 42),
    ])
    entries.set(name, { method: directory.readUInt16LE(at + 10), packed, at: offset })
    at += 46 + nameLength + extraLength + commentLength
  }
  return entries
}

/** Opens an archive by its directory, so that what is needed first can be read first. Throws FileWrong. */
export async function openZip(file: string): Promise<Zip> {
  const name = path.basename(file)
  const fail = (reason: string): never => {
    throw new FileWrong({ file: name }, reason)
  }
  const handle = await open(file).catch((error: unknown) => fail(`cannot be read: ${wordsOf(error)}`))
  try {
    const { size } = await handle.stat()
    const directory = await directoryOf(handle, size)
    if (!directory || directory.length > directoryMax) return fail('is no spreadsheet: the archive that an .xlsx file is has no directory')
    const entries = entriesOf(await readAt(handle, directory.at, directory.length))
    return {
      names: [...entries.keys()],
      has: (inner) => entries.has(inner),
      bytes: (inner, onBytes) => unpackedEntry(file, inner, entries.get(inner), onBytes ?? (() => {})),
    }
  } finally {
    await handle.close()
  }
}

async function* unpackedEntry(
  file: string,
  inner: string,
  entry: Entry | undefined,
  onBytes: (packed: number) => void,
): AsyncGenerator<Buffer> {
  const name = path.basename(file)
  if (!entry) throw new FileWrong({ file: name }, `lacks ${inner}`)
  if (entry.method !== stored && entry.method !== deflated) throw new FileWrong({ file: name }, `${inner} is packed in an unknown way`)
  const handle = await open(file)
  const header = await readAt(handle, entry.at, 30)
  await handle.close()
  if (header.length < 30) throw new FileWrong({ file: name }, `ends before ${inner}`)
  if (entry.packed === 0) return
  const from = entry.at + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  const source = createReadStream(file, { start: from, end: from + entry.packed - 1 })
  source.on('data', (chunk) => onBytes(chunk.length))
  const out: AsyncIterable<Buffer> = entry.method === stored ? source : pipeline(source, createInflateRaw(), () => undefined)
  try {
    yield* out
  } catch (error) {
    throw new FileWrong({ file: name }, `${inner} is damaged: ${wordsOf(error)}`, { cause: error })
  }
}
