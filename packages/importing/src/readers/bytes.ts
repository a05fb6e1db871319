import { createReadStream } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { FileWrong, wordsOf } from '../problems.ts'

/** The bytes of a file, unpacked if they are gzip, whatever its name says. Throws FileWrong where it cannot be read or unpacked. */
export async function* bytesOf(file: string, onBytes: (bytes: number) => void = () => {}): AsyncGenerator<Buffer> {
  const name = path.basename(file)
  try {
    yield* unpacked(file, onBytes)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code.startsWith('Z_')) throw new FileWrong({ file: name }, `the gzip is damaged: ${wordsOf(error)}`, { cause: error })
    if (/^E[A-Z]+$/.test(code)) throw new FileWrong({ file: name }, `cannot be read: ${wordsOf(error)}`, { cause: error })
    throw error
  }
}

async function* unpacked(file: string, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const packed = await isGzip(file)
  const source = createReadStream(file)
  source.on('data', (chunk) => onBytes(chunk.length))
  // What goes wrong in the source comes out of the end of the pipe.
  const out: AsyncIterable<Buffer> = packed ? pipeline(source, createGunzip(), () => undefined) : source
  yield* out
}

async function isGzip(file: string): Promise<boolean> {
  const start: AsyncIterable<Buffer> = createReadStream(file, { start: 0, end: 1 })
  for await (const chunk of start) return chunk.equals(Buffer.from([0x1f, 0x8b]))
  return false
}
