import { createHash, randomUUID } from 'node:crypto'
import { open, mkdir, readdir, stat, unlink, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { codeOf } from './failure.ts'
import { kindOf, mayBeTaken, type FileKind } from './kinds.ts'
import { EvidenceRefused, EvidenceStoreFull, type Content } from './store.ts'

/** A file that has come whole and is of a kind that is taken. It is gone when the work with it is done. */
export interface Draft {
  readonly path: string
  readonly file: FileHandle
  readonly sha256: string
  readonly size: number
  readonly kind: FileKind
}

const full: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Errors of writing, those of a disk without room by name. */
export function written(error: unknown): never {
  if (full.has(codeOf(error))) throw new EvidenceStoreFull(`no room for the file (${String(codeOf(error))})`, { cause: error })
  throw error
}

/**
 * Writes content to a file as it comes, hashing it on the way; what cannot be taken is refused as soon as that is known. Throws
 * EvidenceRefused and EvidenceStoreFull.
 */
export async function receive(content: Content, file: FileHandle, sizeMax: number): Promise<Omit<Draft, 'path' | 'file'>> {
  const digest = createHash('sha256')
  let size = 0
  let head: Uint8Array = new Uint8Array()
  for await (const piece of content) {
    if (head.length < 16) head = Buffer.concat([head, piece.subarray(0, 160)])
    size += piece.length
    if (size > sizeMax) throw new EvidenceRefused('too-large')
    if (!mayBeTaken(head)) throw new EvidenceRefused('type')
    digest.update(piece)
    await file.writeFile(piece).catch(written)
  }
  if (size === 0) throw new EvidenceRefused('empty')
  const kind = await kindOf(file, size)
  if (kind === undefined) throw new EvidenceRefused('type')
  return { sha256: digest.digest('hex'), size, kind }
}

/** Receives content into a draft in a folder, works with it, and removes it, whatever happened. */
export async function withDraft<T>(folder: string, content: Content, sizeMax: number, work: (draft: Draft) => Promise<T>): Promise<T> {
  const name = path.join(folder, randomUUID())
  const file = await open(name, 'wx+', 0o600).catch(written)
  try {
    return await work({ path: name, file, ...(await receive(content, file, sizeMax)) })
  } finally {
    await file.close()
    await unlink(name).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error
    })
  }
}

/** No upload takes as long, so what is older was left by a process that was killed. */
const leftAfterMs = 3_600_000

/** Makes the folder of drafts, and removes what is left in it of uploads that nobody goes on with; gives their number. */
export async function sweepDrafts(folder: string, now: number): Promise<number> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  let swept = 0
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name)
    // Several processes may use the folder: what is gone meanwhile was theirs to remove.
    const found = await stat(file).catch(() => undefined)
    if (found?.isFile() !== true || now - found.mtimeMs < leftAfterMs) continue
    await unlink(file).catch(() => undefined)
    swept += 1
  }
  return swept
}
