import { createHash, randomUUID } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { open, unlink } from 'node:fs/promises'
import path from 'node:path'
import { AwsClient } from 'aws4fetch'
import { sweepDrafts, withDraft, written, type Draft } from './draft.ts'
import { kindOf, unknownKind } from './kinds.ts'
import { checkedName, EvidenceAltered, EvidenceUnavailable, type EvidenceStore, type Examined } from './store.ts'

/** A bucket of S3-compatible storage, addressed by path (`endpoint/bucket/prefix/sha256`), and the largest file it takes, in bytes. */
export interface S3Options {
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  /** What the keys of the objects begin with, without slashes at its ends; may be empty. */
  readonly prefix: string
  readonly keyId: string
  readonly secret: string
  readonly sizeMax: number
  /** A folder of this machine for files on their way. */
  readonly drafts: string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** One request, with the repetitions that the library makes, in milliseconds. */
const patienceMs = 120_000
const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', `'`).replaceAll('&amp;', '&')

type Send = (address: string, init?: { method?: string; headers?: Record<string, string>; body?: Blob }) => Promise<Response>

/** Sends signed requests. What the network says, and any answer that is not expected, is thrown as EvidenceUnavailable. */
function sender({ keyId, secret, region }: S3Options): (expected: readonly number[]) => Send {
  const client = new AwsClient({ accessKeyId: keyId, secretAccessKey: secret, region, service: 's3', retries: 3 })
  return (expected) => async (address, init) => {
    const method = init?.method ?? 'GET'
    const response = await client.fetch(address, { ...init, signal: AbortSignal.timeout(patienceMs) }).catch((error: unknown) => {
      throw new EvidenceUnavailable(`${new URL(address).host} does not answer ${method}`, { cause: error })
    })
    if (expected.includes(response.status)) return response
    const code = /<Code>([^<]{1,100})/.exec(await response.text())?.[1] ?? ''
    throw new EvidenceUnavailable(`${new URL(address).host} answered ${method} with ${response.status} ${code}`.trimEnd())
  }
}

/** Reads a body through, handing each piece on. */
async function through(response: Response, each: (piece: Uint8Array) => Promise<unknown>): Promise<Examined> {
  const digest = createHash('sha256')
  let size = 0
  try {
    for await (const piece of response.body ?? []) {
      digest.update(piece)
      size += piece.length
      await each(piece)
    }
  } catch (error) {
    if (error instanceof TypeError) throw new EvidenceUnavailable('the storage broke off an answer', { cause: error })
    throw error
  }
  return { size, sha256: digest.digest('hex') }
}

/** The names in an answer to a listing, and where it goes on. */
function listed(xml: string): { readonly names: readonly string[]; readonly next: string | undefined } {
  const names = [...xml.matchAll(/<Key>(?:[^<]*\/)?([0-9a-f]{64})<\/Key>/g)].map(([, name = '']) => name)
  const next = /<NextContinuationToken>([^<]+)</.exec(xml)?.[1]
  return { names, next: next === undefined ? undefined : unescaped(next) }
}

/**
 * Opens a bucket as a store. Files are drafted on this machine first, since their hash is their name; the signature covers it, so that the
 * storage itself refuses other bytes, and what is read is checked again. Throws EvidenceUnavailable when the bucket cannot be used.
 */
export async function openS3(options: S3Options): Promise<EvidenceStore> {
  const { endpoint, bucket, prefix, sizeMax, drafts, now } = options
  await sweepDrafts(drafts, now())
  const send = sender(options)
  const base = `${endpoint.replace(/\/$/, '')}/${bucket}`
  const addressOf = (sha256: string): string => `${base}/${prefix === '' ? '' : `${prefix}/`}${checkedName(sha256)}`
  await send([200])(`${base}?list-type=2&max-keys=1`)

  /** An object as it comes, or nothing where there is none. */
  async function fetched(sha256: string): Promise<Response | undefined> {
    const response = await send([200, 404])(addressOf(sha256))
    if (response.status === 200) return response
    await response.body?.cancel()
    return undefined
  }

  async function examine(sha256: string): Promise<Examined | undefined> {
    const response = await fetched(sha256)
    return response && through(response, () => Promise.resolve())
  }

  /** Stores a draft; true when the same bytes were there before. The same twice at once is told apart where the storage can. */
  async function keep({ path: draft, sha256, kind }: Draft): Promise<boolean> {
    const there = await examine(sha256)
    if (there?.sha256 === sha256) return true
    const body = await openAsBlob(draft, { type: kind.mediaType })
    const headers = { 'x-amz-content-sha256': sha256, 'content-type': kind.mediaType, 'content-disposition': 'attachment' }
    const condition = there === undefined ? { 'if-none-match': '*' } : {}
    const put = await send([200, 409, 412, 501])(addressOf(sha256), { method: 'PUT', headers: { ...headers, ...condition }, body })
    await put.body?.cancel()
    if (put.status === 200) return false
    if (put.status === 412) return true
    // A storage that does not know the condition, or one that was asked the same at the same moment.
    await (await send([200])(addressOf(sha256), { method: 'PUT', headers, body })).body?.cancel()
    return false
  }

  return {
    place: `s3 ${base}${prefix === '' ? '' : `/${prefix}`}`,
    sizeMax,
    put: (content) =>
      withDraft(drafts, content, sizeMax, async (draft) => {
        const { sha256, size, kind } = draft
        return { sha256, size, mediaType: kind.mediaType, known: await keep(draft) }
      }),
    examine,
    async open(sha256) {
      const response = await fetched(sha256)
      if (response === undefined) return undefined
      const name = path.join(drafts, randomUUID())
      const file = await open(name, 'wx+', 0o600).catch(written)
      try {
        // It has no name from here on, so that nothing is left of it, however this process ends.
        await unlink(name)
        const found = await through(response, (piece) => file.writeFile(piece).catch(written))
        if (found.sha256 !== sha256) throw new EvidenceAltered(sha256, found)
        const kind = (await kindOf(file, found.size)) ?? unknownKind
        return { size: found.size, ...kind, content: file.createReadStream({ start: 0 }) }
      } catch (error) {
        await file.close()
        throw error
      }
    },
    async *list(begin) {
      const search = new URLSearchParams({ 'list-type': '2', prefix: `${prefix === '' ? '' : `${prefix}/`}${begin}` })
      for (;;) {
        const { names, next } = listed(await (await send([200])(`${base}?${search.toString()}`)).text())
        yield* names
        if (next === undefined) return
        search.set('continuation-token', next)
      }
    },
  }
}
