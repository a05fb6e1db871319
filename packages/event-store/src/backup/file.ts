import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { type FileHandle, link, open, rename, stat, unlink } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setImmediate as immediate } from 'node:timers/promises'
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib'
import { BackupRefused } from './format.ts'

/**
 * A backup file is the text in one zstd frame, then a seal of 40 bytes: a skippable frame, which zstd passes over, with the SHA-256 of all
 * bytes before it. So `zstd -dc` reads it without Jejak, and no byte of it can change unnoticed.
 */
const sealHead = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 32, 0, 0, 0])
const sealLength = sealHead.length + 32
const frameMagic = 0xfd2fb528
/** Longest line that is read, in characters: a thousand times the largest fact. */
const lineMax = 64 * 2 ** 20

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function* sealing(source: AsyncIterable<Buffer>, written: (bytes: number) => void): AsyncGenerator<Buffer> {
  const digest = createHash('sha256')
  for await (const chunk of source) {
    digest.update(chunk)
    written(chunk.length)
    yield chunk
  }
  written(sealLength)
  yield Buffer.concat([sealHead, digest.digest()])
}

async function write(handle: FileHandle, text: AsyncIterable<string>, signal: AbortSignal | undefined): Promise<number> {
  let bytes = 0
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } })
  const count = (more: number) => {
    bytes += more
  }
  const sink = async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of sealing(source, count)) await handle.writeFile(chunk)
  }
  await pipeline(text, compress, sink, signal === undefined ? {} : { signal })
  await handle.sync()
  return bytes
}

/** Gives the finished file its name; an existing file is left alone unless `force`, even one that appeared meanwhile. */
async function publish(draft: string, file: string, force: boolean): Promise<void> {
  if (force) await rename(draft, file)
  else {
    await link(draft, file)
    await unlink(draft)
  }
  await syncFolder(path.dirname(file))
}

function refusal(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EEXIST') return new BackupRefused(`${file} exists: choose another name, or force it`)
  if (code === 'ENOSPC') return new BackupRefused(`no room for ${file}: the disk is full, nothing is kept of it`)
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EROFS' || code === 'ENOTDIR')
    return new BackupRefused(`${file} cannot be written: ${code}`)
  return error
}

/**
 * Writes the text to a draft beside the file, readable by its owner only, and gives it the name when it is whole and on the disk. Returns
 * its size in bytes. Throws BackupRefused when the file exists and `force` is not set, or cannot be written.
 */
export async function writeBackup(
  file: string,
  text: AsyncIterable<string>,
  options: { readonly force?: boolean; readonly signal?: AbortSignal } = {},
): Promise<number> {
  const force = options.force === true
  if (!force && existsSync(file)) throw refusal(Object.assign(new Error(), { code: 'EEXIST' }), file)
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}.partial`)
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      const bytes = await write(handle, text, options.signal)
      await publish(draft, file, force)
      return bytes
    } finally {
      await handle.close()
    }
  } catch (error) {
    await unlink(draft).catch(() => undefined)
    throw refusal(error, file)
  }
}

/** A backup file as found: how long its packed text is, and whether the seal fits. */
export interface FoundFile {
  readonly file: string
  readonly packed: number
  readonly seal: 'whole' | 'missing' | 'altered'
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await handle.read(buffer, 0, length, position)
  return buffer.subarray(0, bytesRead)
}

/** Reads the file once through and compares the seal. Throws BackupRefused when there is no file, or one that is no backup. */
export async function examine(file: string): Promise<FoundFile> {
  const found = await stat(file).catch(() => undefined)
  if (found === undefined) throw new BackupRefused(`there is no file ${file}`)
  if (!found.isFile()) throw new BackupRefused(`${file} is no file`)
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new BackupRefused(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  })
  try {
    const magic = await readAt(handle, 0, 4)
    if (magic.length < 4 || magic.readUInt32LE() !== frameMagic) throw new BackupRefused(`${file} is no backup of Jejak`)
    const packed = found.size - sealLength
    const seal = await readAt(handle, Math.max(packed, 0), sealLength)
    if (packed < 0 || !seal.subarray(0, sealHead.length).equals(sealHead)) return { file, packed: found.size, seal: 'missing' }
    const digest = createHash('sha256')
    const chunks: AsyncIterable<Buffer> = createReadStream(file, { end: packed - 1, highWaterMark: 2 ** 20 })
    for await (const chunk of chunks) digest.update(chunk)
    return { file, packed, seal: digest.digest().equals(seal.subarray(sealHead.length)) ? 'whole' : 'altered' }
  } finally {
    await handle.close()
  }
}

/** What comes out for each piece that goes in, so that nothing is lost of what stood before a damage. */
async function* unpacked(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const unpack = createZstdDecompress({ chunkSize: 2 ** 18 })
  const pieces: Buffer[] = []
  let failed: Error | undefined
  unpack.on('data', (piece: Buffer) => pieces.push(piece))
  unpack.on('error', (error) => {
    failed ??= error
  })
  // A write that ends in an error may never be called back.
  const closed = new Promise((resolve) => unpack.once('close', resolve))
  try {
    for await (const chunk of packed) {
      await Promise.race([closed, new Promise((resolve) => unpack.write(chunk, resolve))])
      // What was pushed is told in the next turn.
      await immediate()
      yield* pieces.splice(0)
      if (failed !== undefined) throw failed
    }
    unpack.end()
    await closed
    yield* pieces.splice(0)
    if (failed !== undefined) throw failed
  } finally {
    unpack.destroy()
  }
}

/**
 * The lines of the text, as many at a time as a piece of the file holds. `read` is told of the packed bytes that were read. Ends with the
 * error of unpacking or decoding when the file is damaged.
 */
export async function* linesOf({ file, packed }: FoundFile, read: (bytes: number) => void): AsyncGenerator<readonly string[]> {
  const source = createReadStream(file, { end: packed - 1, highWaterMark: 2 ** 16 })
  source.on('data', (chunk) => read(chunk.length))
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const chunk of unpacked(source)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > lineMax) throw new RangeError('a line without end')
    yield lines
  }
  if (rest + decoder.decode() !== '') throw new RangeError('the last line has no end')
}
