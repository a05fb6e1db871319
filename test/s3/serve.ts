import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { argv } from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { SignatureV4 } from '@smithy/signature-v4'
import S3rver from 's3rver'

/**
 * Storage of S3's protocol on the loopback address, run as `serve.ts <folder> <bucket> <secret>`; prints its port. The server behind keeps
 * objects and lists them, and believes any signature. So each is made anew here, by the signer of AWS's own SDK, and compared, and so is
 * the digest of the body that it covers.
 */
const [, , directory = '', bucket = '', secret = ''] = argv
const accessKeyId = 'S3RVER'

type SourceData = string | ArrayBuffer | ArrayBufferView
const bytesOf = (data: SourceData): string | Uint8Array => {
  if (typeof data === 'string') return data
  return data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

/** SHA-256 and HMAC in the form that the signer asks for. */
class Sha256 {
  readonly #hash
  constructor(key?: SourceData) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(key))
  }
  update(data: SourceData): void {
    this.#hash.update(bytesOf(data))
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }
}

const signer = new SignatureV4({
  service: 's3',
  region: 'test-1',
  credentials: { accessKeyId, secretAccessKey: secret },
  sha256: Sha256,
  uriEscapePath: false,
  applyChecksum: false,
})

const partsOf = (authorization: string): Record<string, string> =>
  Object.fromEntries(
    [...authorization.matchAll(/(Credential|SignedHeaders|Signature)=([^,\s]+)/g)].map(([, name = '', value = '']) => [name, value]),
  )

async function isSigned({ method = '', url = '', headers }: IncomingMessage): Promise<boolean> {
  const { SignedHeaders = '', Signature = '' } = partsOf(headers.authorization ?? '')
  const names = SignedHeaders.split(';')
  if (!['host', 'x-amz-content-sha256', 'x-amz-date'].every((name) => names.includes(name))) return false
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(headers['x-amz-date'])) ?? []
  const signingDate = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  const { pathname, searchParams } = new URL(url, 'http://x')
  const signed = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: 'x',
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
    },
    { signingDate, signableHeaders: new Set(names) },
  )
  const wanted = partsOf(signed.headers['authorization'] ?? '')['Signature'] ?? ''
  return wanted.length === Signature.length && timingSafeEqual(Buffer.from(wanted), Buffer.from(Signature))
}

const refuse = (response: ServerResponse, status: number, code: string): void =>
  void response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`)

/** The server behind says that an object is stored before it has written its bytes. A storage does not, so the answer waits for them. */
async function isWritten(url: string, body: Buffer): Promise<boolean> {
  const file = join(directory, `${decodeURIComponent(new URL(url, 'http://x').pathname)}._S3rver_object`)
  for (let tries = 0; tries < 5_000; tries += 1) {
    const found = await readFile(file).catch(() => undefined)
    if (found?.equals(body)) return true
    await setTimeout(1)
  }
  return false
}

async function answer(port: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat((await request.toArray()) as Buffer[])
  if (!(await isSigned(request))) return refuse(response, 403, 'SignatureDoesNotMatch')
  const said = request.headers['x-amz-content-sha256']
  if (said !== 'UNSIGNED-PAYLOAD' && said !== createHash('sha256').update(body).digest('hex'))
    return refuse(response, 400, 'XAmzContentSHA256Mismatch')
  const { method, url = '', headers } = request
  // A storage gives as many names at a time as it likes: few, so that the rest is asked for.
  const path = url.includes('list-type=2') && !url.includes('max-keys') ? `${url}&max-keys=7` : url
  const passOn = async (found: IncomingMessage): Promise<void> => {
    if (method === 'PUT' && found.statusCode === 200 && !(await isWritten(url, body))) return refuse(response, 500, 'InternalError')
    response.writeHead(found.statusCode ?? 502, found.headers)
    found.pipe(response)
  }
  const passedOn = forward({ port, host: '127.0.0.1', method, path, headers }, (found) => void passOn(found))
  passedOn.on('error', () => refuse(response, 502, 'BadGateway'))
  passedOn.end(body)
}

const { port } = await new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  directory,
  configureBuckets: [{ name: bucket, configs: [] }],
}).run()
const server = createServer((request, response) => void answer(port, request, response))
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`))
