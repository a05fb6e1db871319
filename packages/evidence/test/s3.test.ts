import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { EvidenceAltered, EvidenceRefused, EvidenceUnavailable, openEvidence, type EvidenceStore } from '@jejak/evidence'
import { contentOf, inPieces, namesIn, sha256Of } from './contents.ts'
import { notTaken, pdf, taken } from './samples.ts'

// Some hundred requests, each signed, checked and passed on: a while on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

const serverDir = path.resolve(import.meta.dirname, '../../../test/s3')

/** Its packages are no part of an ordinary install. Without them nothing is known of buckets: that fails, and is not skipped. */
function install(): void {
  if (existsSync(path.join(serverDir, 'node_modules/s3rver')) && existsSync(path.join(serverDir, 'node_modules/@smithy'))) return
  try {
    execFileSync('npx', ['-y', 'pnpm@12.21.0', '--dir', serverDir, 'install', '--frozen-lockfile'], { encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    throw new Error('the S3 server of test/s3 could not be installed: buckets are NOT TESTED here', { cause: error })
  }
}

let root: string
let server: ChildProcess
let endpoint: string
beforeAll(async () => {
  install()
  root = await mkdtemp(path.join(tmpdir(), 'jejak-s3-'))
  // The server behind makes its continuation tokens by a cipher that is old.
  server = spawn(process.execPath, [
    '--openssl-legacy-provider',
    path.join(serverDir, 'serve.ts'),
    path.join(root, 'objects'),
    'papers',
    'the secret',
  ])
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  server.stdout?.once('data', (port: Buffer) => resolve(`http://127.0.0.1:${port.toString().trim()}`))
  server.once('close', () => reject(new Error('the S3 server did not start')))
  endpoint = await promise
}, 120_000)
afterAll(async () => {
  const gone = new Promise((resolve) => server.once('close', resolve))
  server.kill()
  await gone
  await rm(root, { recursive: true, force: true })
})

const open = (place: string, secret = 'the secret', at = endpoint): Promise<EvidenceStore> =>
  openEvidence({
    place,
    sizeMax: 1_000_000,
    drafts: path.join(root, 'drafts'),
    now: Date.now,
    s3: { endpoint: at, region: 'test-1', keyId: 'S3RVER', secret },
  })
const drafts = (): Promise<string[]> => readdir(path.join(root, 'drafts'))

describe('a bucket', () => {
  it.each(['s3://papers', 's3://papers/kota/prabumulih/'])('%s takes files in and gives them back', async (place) => {
    const store = await open(place)
    for (const [mediaType, bytes] of taken) {
      const sha256 = sha256Of(bytes)
      expect(await store.put(inPieces(bytes))).toEqual({ sha256, size: bytes.length, mediaType, known: false })
      expect(await store.put(inPieces(bytes))).toMatchObject({ known: true })
      expect(await contentOf(store, sha256)).toEqual(bytes)
    }
    expect(await namesIn(store)).toEqual(taken.map(([, bytes]) => sha256Of(bytes)).sort())
    expect(await store.open('a'.repeat(64))).toBeUndefined()
    expect(await store.examine('a'.repeat(64))).toBeUndefined()
    expect(await drafts()).toEqual([])
  })

  it('keeps nothing that is refused, and none of what breaks off', async () => {
    const store = await open('s3://papers/refused')
    for (const [, bytes] of notTaken) await expect(store.put(inPieces(bytes))).rejects.toThrow(EvidenceRefused)
    await expect(store.put(inPieces(pdf(1_000_000)))).rejects.toThrow(new EvidenceRefused('too-large'))
    expect([await namesIn(store), await drafts()]).toEqual([[], []])
  })

  it('takes fifty files at once', async () => {
    const store = await open('s3://papers/fifty')
    const all = Array.from({ length: 50 }, () => pdf(20_000))
    await Promise.all(all.map((bytes) => store.put(inPieces(bytes))))
    expect(await namesIn(store)).toEqual(all.map(sha256Of).sort())
  })

  it('is not believed: an altered object is found, and mended by the file itself', async () => {
    const store = await open('s3://papers/altered')
    const bytes = pdf()
    const { sha256 } = await store.put(inPieces(bytes))
    const file = path.join(root, 'objects/papers/altered', `${sha256}._S3rver_object`)
    const altered = await readFile(file)
    altered.writeUInt8(altered.readUInt8(30) ^ 1, 30)
    await writeFile(file, altered)
    await expect(store.open(sha256)).rejects.toThrow(EvidenceAltered)
    expect((await store.examine(sha256))?.sha256).not.toBe(sha256)
    expect(await store.put(inPieces(bytes))).toMatchObject({ known: false })
    expect(await contentOf(store, sha256)).toEqual(bytes)
    expect(await drafts()).toEqual([])
  })

  it('that cannot be used is named when it is opened', async () => {
    await expect(open('s3://papers', 'another secret')).rejects.toThrow(/answered GET with 403 SignatureDoesNotMatch/)
    await expect(open('s3://nobody')).rejects.toThrow(/answered GET with 404 NoSuchBucket/)
    await expect(open('s3://papers', 'the secret', 'http://127.0.0.1:9')).rejects.toThrow(EvidenceUnavailable)
    await expect(open('https://papers')).rejects.toThrow(RangeError)
    await expect(open('s3://papers/../x?y')).rejects.toThrow(RangeError)
  })
})
