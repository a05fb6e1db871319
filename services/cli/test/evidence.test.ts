import { chmod, mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { fileOf, namedPaper, prabumulih, type Paper } from '@jejak/demo'
import { pdf } from '../../../packages/evidence/test/samples.ts'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { ppk } from '../../../test/scenario/play.ts'
import { ask, tokenOf } from '../../api/test/ask.ts'
import type { TestService } from '../../api/test/service.ts'
import { run } from '../src/program.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

/** The scenario up to line 63, whose papers are handed in through the API as the demonstration does. */
const cut = 64
const papers = prabumulih()
  .filter(({ seq }) => seq < cut)
  .flatMap((request) => request.papers ?? [])
let service: TestService
let token: string
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'jejak-evidence-cli-'))
  service = await scenarioAt(cut)
  token = await tokenOf(service, { ...ppk, roles: ['PPK'], region: '' })
  for (const paper of papers) expect((await handIn(fileOf(paper))).status).toBe(201)
  for (const name of Object.keys(process.env)) if (/^(JEJAK|DATABASE)_/.test(name)) vi.stubEnv(name, undefined)
  vi.stubEnv('DATABASE_URL', service.adminUrl)
  vi.stubEnv('JEJAK_DATA', path.join(folder, 'data'))
  vi.stubEnv('JEJAK_EVIDENCE', `folder:${service.evidenceDir}`)
  vi.stubEnv('JEJAK_TOKEN', token)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await service.close()
  await rm(folder, { recursive: true, force: true })
})

const handIn = (body: Buffer) => ask(service, { url: '/v1/evidence', token, body, headers: { 'content-type': 'application/pdf' } })
const at = (paper: Paper): string => {
  const { sha256 } = namedPaper(paper)
  return path.join(service.evidenceDir, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
}
const paperAt = (index: number): Paper => papers[index] ?? papers[0]!

async function jejak(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await run(['evidence', ...args], { out: (text) => out.push(text), err: (text) => err.push(text) })
  return { code, out: out.join('\n'), err: err.join('\n') }
}
const told = async (...args: string[]) =>
  (await jejak('check', '--json', ...args)).out.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)

afterEach(async () => {
  for (const paper of papers) await handIn(fileOf(paper))
})

/** The facts of the prelude, the editions and the lines before the cut. */
const checkedAt = 97

test('a log whose papers are all there, the editions in their own facts', async () => {
  const checked = await jejak('check')
  expect(checked).toMatchObject({ code: 0, err: '' })
  expect(checked.out).toContain('0 missing, 0 altered, 0 named by no fact')
  expect(await told()).toEqual([expect.objectContaining({ kind: 'summary', files: papers.length, position: checkedAt })])
})

test('a byte that was altered and a file that is gone are found, with the fact that names them, and mended by the file', async () => {
  const [altered, gone] = [paperAt(3), paperAt(10)]
  const bytes = await readFile(at(altered))
  bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40)
  await chmod(at(altered), 0o600)
  await writeFile(at(altered), bytes)
  await unlink(at(gone))
  const orphan = pdf()
  expect((await handIn(orphan)).status).toBe(201)
  const checked = await jejak('check')
  expect(checked.code).toBe(1)
  expect(checked.out).toContain('1 missing, 1 altered, 1 named by no fact')
  const line = (paper: Paper) => checked.out.split('\n').find((each) => each.includes(namedPaper(paper).sha256))
  expect(line(altered)).toMatch(new RegExp(`^altered \\(${bytes.length} bytes\\) .* \\d+ .*${altered.docType}`))
  expect(line(gone)).toMatch(new RegExp(`^missing .* \\d+ .*${gone.docType}`))
  const flaws = await told()
  expect(new Set(flaws.map(({ kind }) => kind))).toEqual(new Set(['altered', 'missing', 'orphaned', 'summary']))
  const [position = 0] = (flaws.find(({ kind }) => kind === 'missing')?.['positions'] ?? []) as number[]
  const [fact] = await service.context.log.at([position])
  expect(fact?.fact.evidence.map(({ sha256 }) => sha256)).toContain(namedPaper(gone).sha256)
  const file = path.join(folder, 'gone')
  await writeFile(file, fileOf(gone))
  const base = `http://127.0.0.1:${await service.listen(0)}`
  const added = await jejak('add', file, '--url', base)
  expect(added).toMatchObject({ code: 0, out: expect.stringContaining(namedPaper(gone).sha256) })
  expect((await jejak('add', file, '--url', base)).out).toContain('known')
  expect((await jejak('check')).out).toContain('0 missing, 1 altered')
  await writeFile(file, '<html>')
  expect(await jejak('add', file, '--url', base)).toMatchObject({ code: 1, err: expect.stringContaining('415 evidence-type-refused') })
})

test('every paper of a row is another file, and of a row told twice the same', () => {
  const names = papers.map((paper) => namedPaper(paper).sha256)
  expect(new Set(names).size).toBe(names.length)
  expect(
    prabumulih()
      .flatMap((request) => request.body.evidence.map(({ sha256 }) => sha256))
      .slice(0, names.length),
  ).toEqual(names)
  // For ever: facts name them.
  expect([names[0], namedPaper({ ...paperAt(0), docType: 'foto' }).sha256]).toEqual([
    '786e25d549ad73e620d9d83b86a038d7d77d8bc08bfa30fb9233e4e619ffece6',
    'f96ab7f881dea43064c567f6ed13ffc33aea6ab960703b9b4b080a8232dfba74',
  ])
})

test('a place that cannot be used is named', async () => {
  vi.stubEnv('JEJAK_EVIDENCE', 'ftp://x')
  expect(await jejak('check')).toMatchObject({ code: 2, err: expect.stringContaining('folder:<path> or s3://bucket/prefix') })
  vi.stubEnv('JEJAK_EVIDENCE', 's3://papers')
  expect(await jejak('check')).toMatchObject({ code: 2, err: expect.stringContaining('JEJAK_S3_KEY_ID and JEJAK_S3_SECRET') })
  vi.stubEnv('JEJAK_S3_KEY_ID', 'x')
  vi.stubEnv('JEJAK_S3_SECRET', 'y')
  vi.stubEnv('JEJAK_S3_ENDPOINT', 'http://127.0.0.1:9')
  expect(await jejak('check')).toMatchObject({ code: 3, err: expect.stringContaining('127.0.0.1:9 does not answer') })
  vi.stubEnv('JEJAK_EVIDENCE', `folder:${path.join(folder, 'gone', 'x')}`)
  expect(await jejak('check')).toMatchObject({ code: 2, err: expect.stringContaining('cannot be used') })
  expect(await jejak('add', path.join(folder, 'nothing'), '--url', 'http://127.0.0.1:9')).toMatchObject({ code: 2 })
})
