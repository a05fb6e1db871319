import { chmod, mkdtemp, open, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { EvidenceAltered, EvidenceRefused, EvidenceStoreFull, openFolder, type EvidenceStore } from '@jejak/evidence'
import { receive } from '../../src/draft.ts'
import { contentOf, inPieces, namesIn, sha256Of } from '../contents.ts'
import { notTaken, pdf, taken } from '../samples.ts'

const roots: string[] = []
let root: string
let store: EvidenceStore
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'jejak-evidence-'))
  roots.push(root)
  store = await openFolder({ root, sizeMax: 1_000_000, now: Date.now })
})
afterAll(() => Promise.all(roots.map((each) => rm(each, { recursive: true, force: true }))))

const fileOf = (sha256: string): string => path.join(root, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
/** Every file below the root, drafts too. */
const files = async (): Promise<string[]> =>
  (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name)

async function alter(sha256: string, change: (bytes: Buffer) => void): Promise<void> {
  const bytes = await readFile(fileOf(sha256))
  change(bytes)
  await chmod(fileOf(sha256), 0o600)
  await writeFile(fileOf(sha256), bytes)
}

describe('a file that is handed in', () => {
  it.each(taken)('%s is known by its bytes and comes back as it was', async (mediaType, bytes) => {
    const sha256 = sha256Of(bytes)
    expect(await store.put(inPieces(bytes, 7))).toEqual({ sha256, size: bytes.length, mediaType, known: false })
    expect(await contentOf(store, sha256)).toEqual(bytes)
    const opened = await store.open(sha256)
    opened?.content.destroy()
    expect(opened).toMatchObject({ mediaType, size: bytes.length })
    expect(await files()).toEqual([sha256])
    const { mode } = await stat(fileOf(sha256))
    expect(mode & 0o777).toBe(0o400)
  })

  it.each(notTaken)('%s is refused, and nothing of it is kept', async (_, bytes) => {
    await expect(store.put(inPieces(bytes))).rejects.toThrow(new EvidenceRefused('type'))
    expect(await files()).toEqual([])
  })

  it('is refused without bytes, with too many, and before it has come whole where its beginning tells', async () => {
    await expect(store.put(inPieces(Buffer.alloc(0)))).rejects.toThrow(new EvidenceRefused('empty'))
    await expect(store.put(inPieces(pdf(1_000_000)))).rejects.toThrow(new EvidenceRefused('too-large'))
    let pieces = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        pieces += 1
        yield await Promise.resolve(Buffer.alloc(100, 'x'))
      }
    }
    await expect(store.put(endless())).rejects.toThrow(new EvidenceRefused('type'))
    expect(pieces).toBe(1)
    expect(await files()).toEqual([])
  })

  it('at the limit is taken', async () => {
    const bytes = pdf(1_000_000 - pdf(0).length)
    expect(await store.put(inPieces(bytes, 65_536))).toMatchObject({ size: 1_000_000, known: false })
  })

  it('is stored once, however often and by however many at once', async () => {
    const bytes = pdf(200_000)
    const results = await Promise.all(Array.from({ length: 50 }, () => store.put(inPieces(bytes, 10_000))))
    expect(results.filter(({ known }) => !known)).toHaveLength(1)
    expect(await files()).toEqual([sha256Of(bytes)])
    expect(await store.put(inPieces(bytes))).toMatchObject({ known: true })
  })

  it('beside forty-nine others at once', async () => {
    const all = Array.from({ length: 50 }, () => pdf(20_000))
    await Promise.all(all.map((bytes) => store.put(inPieces(bytes))))
    expect((await namesIn(store)).sort()).toEqual(all.map(sha256Of).sort())
  })

  it('leaves nothing when it breaks off', async () => {
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield* inPieces(pdf(5_000))
      throw new Error('the line is gone')
    }
    await expect(store.put(breaking())).rejects.toThrow('the line is gone')
    expect(await files()).toEqual([])
  })

  it.runIf(process.platform === 'linux')('is refused by name when the disk is full', async () => {
    const full = await open('/dev/full', 'r+')
    await expect(receive(inPieces(pdf()), full, 1_000_000)).rejects.toThrow(EvidenceStoreFull)
    await full.close()
  })

  it('mends one that was altered', async () => {
    const bytes = pdf()
    const { sha256 } = await store.put(inPieces(bytes))
    await alter(sha256, (content) => content.writeUInt8(content.readUInt8(20) ^ 1, 20))
    expect(await store.put(inPieces(bytes))).toMatchObject({ known: false })
    expect(await contentOf(store, sha256)).toEqual(bytes)
    expect(await files()).toEqual([sha256])
  })
})

describe('a file that is asked for', () => {
  it('is not given when one bit of it was altered', async () => {
    const { sha256 } = await store.put(inPieces(pdf()))
    await alter(sha256, (content) => content.writeUInt8(content.readUInt8(content.length - 1) ^ 0x80, content.length - 1))
    await expect(store.open(sha256)).rejects.toThrow(EvidenceAltered)
    expect((await store.examine(sha256))?.sha256).not.toBe(sha256)
  })

  it('is known by its digest and by nothing else', async () => {
    expect(await store.open('a'.repeat(64))).toBeUndefined()
    expect(await store.examine('a'.repeat(64))).toBeUndefined()
    await writeFile(path.join(root, 'secret'), 'x')
    const names = ['../secret', '..%2fsecret', 'secret\0', `${'a'.repeat(64)}/../../../secret`, 'A'.repeat(64), 'a'.repeat(5_000), '']
    for (const name of names) {
      await expect(store.open(name)).rejects.toThrow(RangeError)
      await expect(store.examine(name)).rejects.toThrow(RangeError)
    }
  })
})

describe('a folder', () => {
  it('is swept of what a killed process left, and of nothing that may still be wanted', async () => {
    const drafts = path.join(root, 'drafts')
    await writeFile(path.join(drafts, 'old'), 'x')
    await writeFile(path.join(drafts, 'new'), 'x')
    const now = Date.now()
    await utimes(path.join(drafts, 'old'), now / 1000 - 4_000, now / 1000 - 4_000)
    await openFolder({ root, sizeMax: 1, now: () => now })
    expect(await files()).toEqual(['new'])
  })

  it('is listed by what stands at its place only', async () => {
    const { sha256 } = await store.put(inPieces(pdf()))
    await writeFile(path.join(path.dirname(fileOf(sha256)), 'notes.txt'), 'x')
    expect(await namesIn(store)).toEqual([sha256])
  })
})
