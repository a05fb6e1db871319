import type { FileHandle } from 'node:fs/promises'
import { bytesAt } from './bytes.ts'

/** An entry of an archive by its name. Nothing is ever unpacked. */
export interface ZipEntry {
  readonly name: string
  /** A symbolic link. */
  readonly isLink: boolean
}

const endBytes = 22
const commentMax = 65_535
const directoryMax = 1_048_576
const linkMode = 0o120000
const typeMode = 0o170000

/** Where the list of entries stands: said at the end of the file, before a comment that reaches exactly to it. */
function endOf(tail: Buffer): { readonly offset: number; readonly length: number; readonly entries: number } | undefined {
  for (let at = tail.length - endBytes; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== 0x06054b50 || at + endBytes + tail.readUInt16LE(at + 20) !== tail.length) continue
    return { offset: tail.readUInt32LE(at + 16), length: tail.readUInt32LE(at + 12), entries: tail.readUInt16LE(at + 10) }
  }
  return undefined
}

/**
 * The entries of an archive by its own list, which is what programs that open it go by; undefined when the list is broken, longer than a
 * paper needs (1 MiB), or in the form for archives of 4 GiB.
 */
export async function namesInZip(file: FileHandle, size: number): Promise<readonly ZipEntry[] | undefined> {
  const tailBytes = Math.min(size, endBytes + commentMax)
  const end = endOf(await bytesAt(file, size - tailBytes, tailBytes))
  if (end === undefined || end.length > directoryMax || end.offset + end.length > size) return undefined
  const list = await bytesAt(file, end.offset, end.length)
  const entries: ZipEntry[] = []
  for (let at = 0; entries.length < end.entries;) {
    if (at + 46 > list.length || list.readUInt32LE(at) !== 0x02014b50) return undefined
    const nameEnd = at + 46 + list.readUInt16LE(at + 28)
    if (nameEnd > list.length) return undefined
    const mode = list.readUInt32LE(at + 38) >>> 16
    entries.push({ name: list.toString('utf8', at + 46, nameEnd), isLink: (mode & typeMode) === linkMode })
    at = nameEnd + list.readUInt16LE(at + 30) + list.readUInt16LE(at + 32)
  }
  return entries
}
