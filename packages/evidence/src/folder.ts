import { link, mkdir, open, readdir, rename, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { examined } from './bytes.ts'
import { sweepDrafts, withDraft, written, type Draft } from './draft.ts'
import { absent, codeOf } from './failure.ts'
import { kindOf, unknownKind } from './kinds.ts'
import { checkedName, EvidenceAltered, type EvidenceStore } from './store.ts'

/** Where a folder keeps its files, and the largest that it takes, in bytes. */
export interface FolderOptions {
  readonly root: string
  readonly sizeMax: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const unsyncable: ReadonlySet<unknown> = new Set(['EISDIR', 'EPERM', 'EINVAL', 'EACCES'])

/** Brings the names in a folder to the disk; where folders cannot be synced, the system does it by itself. */
async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder, 'r')
    await handle.sync()
  } catch (error) {
    if (!unsyncable.has(codeOf(error))) written(error)
  }
}

/** Makes a folder two levels below the root; new names are on the disk when it resolves. */
async function makeFolder(root: string, folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 }).catch(written)
  if (first === undefined) return
  await syncFolder(path.dirname(folder))
  if (first !== folder) await syncFolder(root)
}

async function withFile<T>(name: string, work: (file: FileHandle) => Promise<T>): Promise<T | undefined> {
  await using file = await open(name, 'r').catch(absent)
  return file === undefined ? undefined : await work(file)
}

/** Whether a draft could be given its name, with `link`: of several at once exactly one is first. */
async function isFirst(draft: string, target: string): Promise<boolean> {
  try {
    await link(draft, target)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    if (codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT') return written(error)
    // A file system without links: the same name twice is the same bytes.
    await rename(draft, target).catch(written)
    return true
  }
}

/**
 * Opens a folder as a store, making it where it is not there: each file read-only at `ab/cd/<sha256>`, drafts in `drafts` beside them. Any
 * number of processes may use it at once.
 */
export async function openFolder({ root, sizeMax, now }: FolderOptions): Promise<EvidenceStore> {
  const drafts = path.join(root, 'drafts')
  await sweepDrafts(drafts, now())
  const fileOf = (sha256: string): string => path.join(root, checkedName(sha256).slice(0, 2), sha256.slice(2, 4), sha256)
  const examine = async (sha256: string) => withFile(fileOf(sha256), examined)
  const isSound = async (sha256: string): Promise<boolean> => (await examine(sha256))?.sha256 === sha256

  /** Gives a draft its name; true when the same bytes had it before. */
  async function keep({ path: draft, file, sha256 }: Draft): Promise<boolean> {
    const target = fileOf(sha256)
    const folder = path.dirname(target)
    let known = await isSound(sha256)
    if (!known) {
      await file.chmod(0o400)
      await file.sync().catch(written)
      await makeFolder(root, folder)
      if (!(await isFirst(draft, target))) {
        known = await isSound(sha256)
        if (!known) await rename(draft, target).catch(written)
      }
    }
    // Also of what another has just stored: its name may not be on the disk yet.
    await syncFolder(folder)
    return known
  }

  return {
    place: `folder ${root}`,
    sizeMax,
    put: (content) =>
      withDraft(drafts, content, sizeMax, async (draft) => {
        const { sha256, size, kind } = draft
        return { sha256, size, mediaType: kind.mediaType, known: await keep(draft) }
      }),
    examine,
    async open(sha256) {
      const file = await open(fileOf(sha256), 'r').catch(absent)
      if (file === undefined) return undefined
      try {
        const found = await examined(file)
        if (found.sha256 !== sha256) throw new EvidenceAltered(sha256, found)
        const kind = (await kindOf(file, found.size)) ?? unknownKind
        return { size: found.size, ...kind, content: file.createReadStream({ start: 0 }) }
      } catch (error) {
        await file.close()
        throw error
      }
    },
    async *list(prefix) {
      for (const folder of (await readdir(path.join(root, prefix)).catch(absent))?.sort() ?? []) {
        const names = (await readdir(path.join(root, prefix, folder)).catch(absent)) ?? []
        yield* names.filter((name) => /^[0-9a-f]{64}$/.test(name) && name.startsWith(prefix + folder)).sort()
      }
    },
  }
}
