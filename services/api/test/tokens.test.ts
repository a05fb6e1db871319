import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import { exportSPKI, generateKeyPair, importJWK, SignJWT, type JWTPayload } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audience, localIssuer, oidcIdentity } from '@jejak/api'
import { labelId } from '@jejak/demo'
import { ppk } from '../../../test/scenario/play.ts'
import { ask, uuid7 } from './ask.ts'
import { freshService, type TestService } from './service.ts'

let service: TestService
beforeAll(async () => {
  service = await freshService()
})
afterAll(() => service.close())

const claims = { person: ppk.person, roles: ['PPK'], region: '' }
const seconds = (): number => Math.floor(Date.now() / 1000)

async function signed(payload: JWTPayload, change: (token: SignJWT) => SignJWT = (token) => token, alg = 'EdDSA'): Promise<string> {
  const token = new SignJWT(payload)
    .setProtectedHeader({ alg, kid: 'local' })
    .setIssuer(localIssuer)
    .setAudience(audience)
    .setSubject('somebody')
    .setIssuedAt()
    .setExpirationTime('1h')
  return change(token).sign(await importJWK(service.issuerKey, 'EdDSA'))
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const wrong: Readonly<Record<string, () => Promise<string | undefined>>> = {
  none: () => Promise.resolve(undefined),
  'an empty one': () => Promise.resolve('Bearer '),
  garbage: () => Promise.resolve('Bearer garbage'),
  'three garbled parts': () => Promise.resolve('Bearer a.b.c'),
  'another scheme': () => Promise.resolve('Basic dXNlcjpwYXNz'),
  expired: async () => `Bearer ${await signed(claims, (token) => token.setExpirationTime(seconds() - 120))}`,
  'not yet valid': async () => `Bearer ${await signed(claims, (token) => token.setNotBefore(seconds() + 600))}`,
  'for another audience': async () => `Bearer ${await signed(claims, (token) => token.setAudience('other'))}`,
  'of another issuer': async () => `Bearer ${await signed(claims, (token) => token.setIssuer('urn:other'))}`,
  'signed by another key': async () => {
    const { privateKey } = await generateKeyPair('EdDSA')
    const token = new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', kid: 'local' }).setIssuer(localIssuer).setAudience(audience)
    return `Bearer ${await token.setSubject('x').setExpirationTime('1h').sign(privateKey)}`
  },
  'without signature': () => {
    const body = { ...claims, iss: localIssuer, aud: audience, sub: 'x', exp: seconds() + 600 }
    return Promise.resolve(`Bearer ${part({ alg: 'none' })}.${part(body)}.`)
  },
  'HS256 with the public key': async () => {
    const { d: _, ...publicKey } = service.issuerKey
    const payload = { ...claims, iss: localIssuer, aud: audience, sub: 'x', exp: seconds() + 600 }
    const text = `${part({ alg: 'HS256', kid: 'local' })}.${part(payload)}`
    const pem = await exportSPKI((await importJWK(publicKey, 'EdDSA', { extractable: true })) as CryptoKey)
    return `Bearer ${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`
  },
  tampered: async () => {
    const [head = '', body = '', signature = ''] = (await signed(claims)).split('.')
    const more = { ...(JSON.parse(Buffer.from(body, 'base64url').toString()) as object), roles: ['system'] }
    return `Bearer ${head}.${part(more)}.${signature}`
  },
  'without expiry': async () => {
    const token = new SignJWT({ ...claims, sub: 'x' })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'local' })
      .setIssuer(localIssuer)
      .setAudience(audience)
    return `Bearer ${await token.sign(await importJWK(service.issuerKey, 'EdDSA'))}`
  },
  'without subject': async () => {
    const token = new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', kid: 'local' }).setIssuer(localIssuer).setAudience(audience)
    return `Bearer ${await token.setExpirationTime('1h').sign(await importJWK(service.issuerKey, 'EdDSA'))}`
  },
  'without person': async () => `Bearer ${await signed({ roles: ['PPK'] })}`,
  'without roles': async () => `Bearer ${await signed({ person: ppk.person })}`,
  'with no role': async () => `Bearer ${await signed({ ...claims, roles: [] })}`,
  'with a person that is none': async () => `Bearer ${await signed({ ...claims, person: 'budi' })}`,
  'with a region that is none': async () => `Bearer ${await signed({ ...claims, region: '1674' })}`,
  'with a wildcard for a region': async () => `Bearer ${await signed({ ...claims, region: '%' })}`,
}

describe('a token that is', () => {
  it.each(Object.keys(wrong))('%s is refused before the body is looked at', async (name) => {
    const authorization = await wrong[name]?.()
    const headers = authorization === undefined ? {} : { authorization }
    const asked = [
      { url: '/v1/me' },
      { url: '/v1/areas?search=%00' },
      { url: `/v1/tranches/${uuid7(1)}` },
      { url: '/v1/nothing' },
      { url: '/v1/institutions', body: '{ broken' },
      { url: '/v1/batches', body: 'x'.repeat(300_000) },
      { url: '/v1/tranches', method: 'DELETE' },
    ]
    for (const asking of asked) {
      const answer = await ask(service, { ...asking, headers })
      expect([asking.url, answer.status, answer.code]).toEqual([asking.url, 401, 'unauthenticated'])
      expect(answer.headers['www-authenticate']).toContain('Bearer')
    }
  })
})

/** What comes back on a connection of one's own. */
const raw = (port: number, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text)).setEncoding('utf8')
    let answer = ''
    socket.on('data', (chunk) => (answer += String(chunk)))
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })

describe('the way an address is spelt', () => {
  it.each([
    '/%761/me',
    '/v%31/areas?search=Pasar',
    '/%76%31/working-days?from=2018-01-01&to=2018-01-05',
    '/%761/editions/KOTAKU-2018/revisions/1',
  ])('%s needs a token as well', async (url) => {
    const answer = await ask(service, { url })
    expect([answer.status, answer.code]).toEqual([401, 'unauthenticated'])
  })

  it('also when it names the host', async () => {
    const port = await service.listen(0)
    const answer = await raw(port, 'GET http://x/v1/areas?search=Pasar HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1.1 401 /)
    const garbage = await raw(port, 'GARBAGE SECRET\r\n\r\n')
    expect(garbage).toMatch(/^HTTP\/1.1 400 [^]*application\/problem\+json[^]*malformed-request/)
    expect(garbage).not.toContain('SECRET')
  })
})

describe('a valid token', () => {
  it('is taken within a minute of its end, whatever the case of the scheme', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      const authorization = `${scheme} ${await signed(claims, (token) => token.setExpirationTime(seconds() - 30))}`
      expect((await ask(service, { url: '/v1/me', headers: { authorization } })).status).toBe(200)
    }
  })

  it('means the same person in upper case', async () => {
    const token = await service.token({ person: ppk.person.toUpperCase(), roles: ['PPK'] })
    expect((await ask(service, { url: '/v1/me', token })).body['person']).toBe(ppk.person)
  })

  it('cannot be judged while the issuer does not answer: that is no 401', async () => {
    const identity = oidcIdentity('https://issuer.invalid', 'http://127.0.0.1:9/keys')
    const request = { headers: { authorization: `Bearer ${await signed(claims)}` } } as Parameters<typeof identity.authenticate>[0]
    await expect(identity.authenticate(request)).rejects.toMatchObject({ spec: { status: 503, code: 'unavailable' } })
  })

  it('in what needs none is not asked for', async () => {
    for (const url of ['/livez', '/readyz', '/problems', '/problems/not-found', '/openapi.json', '/docs/', '/schemas/edition.json'])
      expect([url, (await ask(service, { url })).status]).toEqual([url, 200])
  })
})

describe('who may record for whom', () => {
  it('the recorder is the token, whatever the body says', async () => {
    const token = await service.token({ person: labelId('SYSTEM'), roles: ['system'] })
    const body = {
      id: uuid7(7),
      effectiveOn: '2018-01-01',
      actor: { role: 'system' },
      recordedBy: { role: 'x' },
      data: { institutionKind: 'NGO', name: 'Yayasan' },
    }
    expect((await ask(service, { url: '/v1/institutions', token, body })).status).toBe(400)
    const { recordedBy: _, ...fine } = body
    expect((await ask(service, { url: '/v1/institutions', token, body: fine })).status).toBe(201)
    const { body: history } = await ask(service, { url: `/v1/institutions/${uuid7(7)}/history`, token })
    expect((history['facts'] as { recordedBy: object }[])[0]?.recordedBy).toEqual({ person: labelId('SYSTEM'), role: 'system' })
  })
})
