import { createHash, randomBytes } from 'node:crypto'
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { notTaken, pdf, taken } from '../../../packages/evidence/test/samples.ts'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { send } from '../../../test/scenario/http.ts'
import { bkm, lineOf, ppk } from '../../../test/scenario/play.ts'
import { ask, tokenOf, type Answer } from './ask.ts'
import { refused } from './refused.ts'
import { evidenceMax, type TestService } from './service.ts'

let service: TestService
let base: string
let token: string
let village: string
let elsewhere: string
beforeAll(async () => {
  service = await scenarioAt(64)
  base = `http://127.0.0.1:${await service.listen(0)}`
  token = await tokenOf(service, { ...ppk, roles: ['PPK'], region: '' })
  village = await tokenOf(service, { ...bkm, roles: ['BKM'], region: '16.74.05.1002' })
  elsewhere = await tokenOf(service, { ...bkm, roles: ['BKM'], region: '16.71' })
})
afterAll(() => service.close())

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const files = async (): Promise<string[]> =>
  (await readdir(service.evidenceDir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name)
const fileOf = (sha256: string): string => path.join(service.evidenceDir, sha256.slice(0, 2), sha256.slice(2, 4), sha256)

/** Over a socket, as clients do. */
const post = (body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}, by = token): Promise<Response> =>
  fetch(`${base}/v1/evidence`, { method: 'POST', headers: { authorization: `Bearer ${by}`, ...headers }, body, duplex: 'half' })
const codeOf = async (answer: Response): Promise<unknown> => ((await answer.json()) as Record<string, unknown>)['code']
const handIn = async (bytes: Buffer, by = token): Promise<string> => {
  const answer = await post(new Uint8Array(bytes), {}, by)
  expect(answer.status).toBe(201)
  return sha256Of(bytes)
}
const get = (sha256: string, query = '', by = token): Promise<Answer> =>
  ask(service, { url: `/v1/evidence/${sha256}${query}`, token: by, headers: { 'accept-language': 'en' } })
const fetchFile = (sha256: string, method = 'GET', headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${base}/v1/evidence/${sha256}`, { method, headers: { authorization: `Bearer ${token}`, ...headers } })

describe('handing in', () => {
  it.each(taken)('%s: stored once, given back as an attachment that runs nothing', async (mediaType, bytes) => {
    const sha256 = sha256Of(bytes)
    // What a client says of it does not count.
    const first = await post(new Uint8Array(bytes), { 'content-type': 'text/html' })
    expect([first.status, first.headers.get('location'), first.headers.get('etag')]).toEqual([201, `/v1/evidence/${sha256}`, `"${sha256}"`])
    expect(await first.json()).toEqual({ sha256, size: bytes.length, mediaType })
    const again = await post(new Uint8Array(bytes), { 'content-type': 'application/json' })
    expect([again.status, await again.json()]).toEqual([200, { sha256, size: bytes.length, mediaType }])
    const given = await fetchFile(sha256)
    expect(Buffer.from(await given.arrayBuffer())).toEqual(bytes)
    expect(Object.fromEntries(given.headers)).toMatchObject({
      'content-type': mediaType,
      'content-length': String(bytes.length),
      'content-disposition': expect.stringMatching(/^attachment; filename="[0-9a-f]{16}\.[a-z]{3,4}"$/),
      'x-content-type-options': 'nosniff',
      'content-security-policy': `sandbox; default-src 'none'`,
      'cache-control': 'private, max-age=31536000, immutable',
      etag: `"${sha256}"`,
    })
    const head = await fetchFile(sha256, 'HEAD')
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, String(bytes.length), ''])
    expect((await fetchFile(sha256, 'GET', { 'if-none-match': `"${sha256}"` })).status).toBe(304)
  })

  it.each(notTaken)('%s is refused, whatever it is called', async (_, bytes) => {
    const before = await files()
    const answer = await post(new Uint8Array(bytes), { 'content-type': 'application/pdf' })
    expect([answer.status, await codeOf(answer)]).toEqual([415, 'evidence-type-refused'])
    expect(await files()).toEqual(before)
  })

  it('is refused in both languages: empty, too large, of no kind that is taken, by nobody', async () => {
    const before = await files()
    const url = '/v1/evidence'
    await refused(service, { method: 'POST', url, token }, 400, 'evidence-empty')
    await refused(service, { method: 'POST', url, token, body: Buffer.alloc(0) }, 400, 'evidence-empty')
    const large = await refused(service, { url, token, body: pdf(evidenceMax) }, 413, 'evidence-too-large')
    expect(large.body['limitBytes']).toBe(evidenceMax)
    const text = await refused(service, { url, token, body: 'kwitansi' }, 415, 'evidence-type-refused')
    expect(text.body['taken']).toContain('application/pdf')
    await refused(service, { url, body: pdf() }, 401, 'unauthenticated')
    expect(await files()).toEqual(before)
  })

  it('of too much without a length is answered all the same', async () => {
    const pieces = function* (): Generator<Uint8Array> {
      yield Buffer.from('%PDF-1.7\n')
      for (let sent = 0; sent < evidenceMax + 500_000; sent += 65_536) yield Buffer.alloc(65_536)
    }
    const before = await files()
    const answer = await post(ReadableStream.from(pieces()) as NonNullable<RequestInit['body']>)
    expect([answer.status, await codeOf(answer)]).toEqual([413, 'evidence-too-large'])
    expect(await files()).toEqual(before)
  })

  it('fifty at once, one of them by all', async () => {
    const [same, others] = [pdf(200_000), Array.from({ length: 50 }, () => pdf(50_000))]
    const answers = await Promise.all([
      ...others.map((bytes) => post(new Uint8Array(bytes))),
      ...others.map(() => post(new Uint8Array(same))),
    ])
    const count = (status: number) => answers.filter((answer) => answer.status === status).length
    expect([count(201), count(200)]).toEqual([51, 49])
    const stored = await files()
    for (const bytes of [same, ...others]) expect(stored.filter((name) => name === sha256Of(bytes))).toHaveLength(1)
  })

  it('that breaks off leaves nothing, and the service as well as before', async () => {
    const before = await files()
    const cut = async (wanted: (socket: Socket) => void): Promise<void> => {
      const socket = connect(Number(new URL(base).port), '127.0.0.1')
      const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()))
      socket.resume().on('error', () => undefined)
      const head = ['POST /v1/evidence HTTP/1.1', 'host: x', `authorization: Bearer ${token}`, 'content-length: 1000000', '', '']
      socket.write(head.join('\r\n'))
      socket.write(pdf(300_000), () => wanted(socket))
      await gone
    }
    await Promise.all([cut((socket) => socket.destroy()), cut((socket) => socket.resetAndDestroy()), cut((socket) => socket.end())])
    await expect.poll(files).toEqual(before)
    expect((await ask(service, { url: '/v1/me', token })).status).toBe(200)
  })
})

describe('names', () => {
  let before: string[]
  beforeEach(async () => {
    before = await files()
  })

  it.each([
    '..%2f..%2fsecret',
    '%2e%2e/%2e%2e/etc/passwd',
    '..%5c..%5csecret',
    '%00',
    `${'a'.repeat(64)}%00.pdf`,
    `${'a'.repeat(63)}%2f`,
    `/${'a'.repeat(64)}`,
    'A'.repeat(64),
    'a'.repeat(63),
    'a'.repeat(65),
    'a'.repeat(90),
    '%c0%ae%c0%ae%2f',
    `${'a'.repeat(64)}/../../../../etc/passwd`,
    `${'a'.repeat(64)};x`,
    'drafts',
  ])('%s is nothing', async (name) => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await ask(service, { method, url: `/v1/evidence/${name}`, token })
      expect([method, answer.status]).toEqual([method, 404])
    }
    expect((await ask(service, { method: 'PUT', url: `/v1/evidence/${name}`, token, body: pdf() })).status).toBeGreaterThanOrEqual(400)
    expect(await files()).toEqual(before)
  })

  it('of any length are nothing', async () => {
    expect((await ask(service, { url: `/v1/evidence/${'a'.repeat(9_000)}`, token })).status).toBe(404)
  })

  it('that a client gives to its file are not looked at', async () => {
    const bytes = pdf()
    const answer = await post(new Uint8Array(bytes), {
      'content-disposition': 'attachment; filename="../../../../etc/cron.d/x"',
      'content-location': '/../../x',
      slug: '../x',
      'x-filename': '..\\x',
    })
    expect(answer.status).toBe(201)
    expect((await files()).toSorted()).toEqual([...before, sha256Of(bytes)].toSorted())
  })
})

describe('who may fetch', () => {
  it('is who may see a fact that names the file', async () => {
    const bytes = pdf()
    const sha256 = await handIn(bytes, village)
    const line = lineOf(64)
    const [paper] = line.body.evidence
    const body = { ...line.body, evidence: [{ ...paper, sha256 }, ...line.body.evidence.slice(1)] }
    const done = await send(service, { ...line, body } as typeof line)
    expect(done.status).toBe(201)
    const position = Number(done.body['position'])
    expect((await get(sha256, `?fact=${position}`, village)).status).toBe(200)
    expect((await get(sha256, '', token)).status).toBe(200)
    // From elsewhere nothing can be told from what does not exist.
    for (const query of [`?fact=${position}`, `?fact=${position - 1}`, '?fact=999999'])
      expect((await get(sha256, query, elsewhere)).code).toBe('not-found')
    expect((await get(sha256, `?fact=${position - 1}`, village)).code).toBe('not-found')
    for (const by of [village, elsewhere])
      for (const name of [sha256, 'b'.repeat(64)]) {
        const answer = await get(name, '', by)
        expect([answer.status, answer.body['errors']]).toEqual([400, [expect.objectContaining({ parameter: 'fact' })]])
      }
    for (const query of ['?fact=0', '?fact=x', '?fact=1.5', `?fact=${'9'.repeat(30)}`, '?name=x'])
      expect((await get(sha256, query, village)).status).toBe(400)
  })

  it('and is told when a fact names a file that nobody has handed in', async () => {
    const [paper] = lineOf(56).body.evidence
    const { facts } = (await service.context.log.read([{ tag: `tranche:${lineOf(56).subject.id}` }])) as {
      facts: { position: number; fact: { evidence: readonly { sha256?: string }[] } }[]
    }
    const position = facts.find(({ fact }) => fact.evidence.some(({ sha256 }) => sha256 === paper?.sha256))?.position
    expect((await get(paper?.sha256 ?? '', `?fact=${position}`, village)).code).toBe('evidence-missing')
    expect((await get(paper?.sha256 ?? '', '', token)).code).toBe('not-found')
  })
})

describe('a file that was altered', () => {
  it('is not given, and is mended by the file itself', async () => {
    const bytes = pdf(100_000)
    const sha256 = await handIn(bytes)
    const altered = await readFile(fileOf(sha256))
    altered.writeUInt8(altered.readUInt8(50_000) ^ 4, 50_000)
    await chmod(fileOf(sha256), 0o600)
    await writeFile(fileOf(sha256), altered)
    await refused(service, { url: `/v1/evidence/${sha256}`, token }, 500, 'evidence-altered')
    expect((await post(new Uint8Array(bytes))).status).toBe(201)
    expect(Buffer.from(await (await fetchFile(sha256)).arrayBuffer())).toEqual(bytes)
  })
})

describe('slow senders of files', () => {
  it('hold no place of those who wait for an answer', async () => {
    const sockets = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const socket = connect(Number(new URL(base).port), '127.0.0.1')
        socket.on('error', () => undefined)
        const head = ['POST /v1/evidence HTTP/1.1', 'host: x', `authorization: Bearer ${token}`, 'content-length: 1000000', '', '']
        await new Promise<void>((resolve) =>
          socket.write(`${head.join('\r\n')}%PDF-1.4\n${randomBytes(20).toString('hex')}`, () => resolve()),
        )
        return socket
      }),
    )
    await expect.poll(async () => (await readdir(path.join(service.evidenceDir, 'drafts'))).length).toBe(100)
    expect((await ask(service, { url: '/v1/me', token })).status).toBe(200)
    for (const socket of sockets) socket.destroy()
    await expect.poll(() => readdir(path.join(service.evidenceDir, 'drafts'))).toEqual([])
  })
})
