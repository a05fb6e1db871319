import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { Examined } from './store.ts'

/** The bytes of a file from a place on; fewer where the file ends before. */
export async function bytesAt(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, from + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}

const pieceBytes = 262_144

/** Reads a file through from its beginning. */
export async function examined(file: FileHandle): Promise<Examined> {
  const digest = createHash('sha256')
  let size = 0
  for (;;) {
    const piece = await bytesAt(file, size, pieceBytes)
    digest.update(piece)
    size += piece.length
    if (piece.length < pieceBytes) return { size, sha256: digest.digest('hex') }
  }
}
