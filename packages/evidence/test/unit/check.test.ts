import { chmod, mkdtemp, readdir, rm, truncate, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkEvidence, collectNamed, openFolder, type CheckProgress, type EvidenceStore, type Flaw } from '@jejak/evidence'
import { inPieces, sha256Of } from '../contents.ts'
import { pdf } from '../samples.ts'

let root: string
let store: EvidenceStore
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'jejak-check-'))
  store = await openFolder({ root, sizeMax: 1_000_000, now: Date.now })
})
afterAll(() => rm(root, { recursive: true, force: true }))

const fileOf = (sha256: string): string => path.join(root, sha256.slice(0, 2), sha256.slice(2, 4), sha256)

describe('a check', () => {
  it('finds what is missing, altered, cut short and orphaned, and nothing else', async () => {
    const all = Array.from({ length: 40 }, () => pdf())
    for (const bytes of all) await store.put(inPieces(bytes))
    const [gone = '', cut = '', orphan = '', ...sound] = all.map(sha256Of)
    await unlink(fileOf(gone))
    await chmod(fileOf(cut), 0o600)
    await truncate(fileOf(cut), 100)
    const named = collectNamed(path.join(root, 'spool'))
    for (const [index, sha256] of [gone, cut, ...sound, gone].entries()) await named.add({ sha256, position: index + 1 })
    const flaws: Flaw[] = []
    const seen: CheckProgress[] = []
    for await (const flaw of checkEvidence(store, named, (progress) => seen.push(progress))) flaws.push(flaw)
    expect(flaws).toHaveLength(3)
    expect(flaws).toContainEqual({ kind: 'missing', sha256: gone, positions: [1, 40] })
    expect(flaws).toContainEqual({
      kind: 'altered',
      sha256: cut,
      positions: [2],
      found: { size: 100, sha256: sha256Of(all[1]?.subarray(0, 100) ?? Buffer.alloc(0)) },
    })
    expect(flaws).toContainEqual({ kind: 'orphaned', sha256: orphan, size: all[2]?.length })
    expect(seen.at(-1)).toMatchObject({ parts: 256, files: 39 })
    await named.close()
  })
})

describe('what a log names', () => {
  it('is the same in memory and on the disk, which is left as it was', async () => {
    const spool = path.join(root, 'spooled')
    const named = collectNamed(spool)
    const names = Array.from({ length: 40 }, (_, n) => `ab${n.toString(16).padStart(62, '0')}`)
    for (let position = 1; position <= 5_000; position += 1) await named.add({ sha256: names[position % names.length] ?? '', position })
    expect(named.count).toBe(5_000)
    expect(await readdir(spool)).toEqual(['ab'])
    const found = await named.of('ab')
    expect(found.size).toBe(40)
    expect(found.get(names[7] ?? '')?.slice(0, 3)).toEqual([7, 47, 87])
    expect([...found.values()].flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 5_000 }, (_, n) => n + 1))
    expect((await named.of('ac')).size).toBe(0)
    await named.close()
    expect(await readdir(root)).not.toContain('spooled')
  })
})
