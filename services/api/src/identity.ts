import { hash } from 'node:crypto'
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  SignJWT,
  type JWK,
  type JWTVerifyGetKey,
} from 'jose'
import { z } from 'zod'
import type { FastifyRequest } from 'fastify'
import type { Recorder } from '@jejak/domain'
import { problem } from './problem.ts'
import { Uuid } from './schemas.ts'

/** Claims of a token. `roles[0]` is the role in which its holder records; `region` is a prefix of region codes, empty for the nation. */
const Claims = z.object({
  iss: z.string(),
  sub: z.string().min(1).max(200),
  exp: z.number(),
  person: Uuid,
  roles: z
    .array(z.string().regex(/^[A-Za-z][A-Za-z0-9_]{1,30}$/))
    .min(1)
    .max(10),
  institution: Uuid.optional(),
  region: z
    .string()
    .regex(/^([0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?)?$/)
    .default(''),
})

/** Who sends a request. */
export interface Caller {
  readonly issuer: string
  readonly subject: string
  readonly recorder: Recorder
  readonly roles: readonly string[]
  readonly region: string
  readonly expires: number
}

const callers = new WeakMap<FastifyRequest, Caller>()

/** Remembers who sends a request, for its handler. */
export const remember = (request: FastifyRequest, caller: Caller): void => void callers.set(request, caller)

/** Who sends a request that has been authenticated. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request)
  if (!caller) throw problem('unauthenticated')
  return caller
}

/** Checks tokens against an issuer's keys. */
export interface Identity {
  readonly issuer: string
  authenticate(request: FastifyRequest): Promise<Caller>
}

/** Who Jejak is to a token. */
export const audience = 'jejak'
/** The built-in issuer; no token of it is accepted where an issuer of one's own is set. */
export const localIssuer = 'urn:jejak:local-issuer'
const algorithms = ['EdDSA', 'ES256', 'RS256']

const isOutage = (error: unknown): boolean =>
  error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error instanceof TypeError || isPlainFailure(error)

/** The library throws its base class when the issuer answers with anything but 200. */
const isPlainFailure = (error: unknown): boolean => error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC'

const toleranceSeconds = 60

async function verified(token: string, issuer: string, keys: JWTVerifyGetKey): Promise<Caller> {
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    audience,
    algorithms,
    clockTolerance: toleranceSeconds,
    requiredClaims: ['exp', 'sub'],
  })
  const claims = Claims.parse(payload)
  const [role = ''] = claims.roles
  return {
    issuer: claims.iss,
    subject: claims.sub,
    recorder: { person: claims.person, role, ...(claims.institution ? { institution: claims.institution } : {}) },
    roles: claims.roles,
    region: claims.region,
    expires: claims.exp,
  }
}

const rememberedMs = 60_000
const rememberedMax = 10_000

/**
 * Remembers whom a token names, by its hash, for a minute and never beyond its end: a client sends the same one with every request, and
 * verifying a signature costs more than the rest of a request. A key that an issuer withdraws is trusted longer by its own cache.
 */
function rememberingTokens(verify: (token: string) => Promise<Caller>): (token: string) => Promise<Caller> {
  const known = new Map<string, { readonly caller: Caller; readonly until: number }>()
  return async (token) => {
    const name = hash('sha256', token)
    const now = Date.now()
    const seen = known.get(name)
    if (seen && now < seen.until) return seen.caller
    known.delete(name)
    const caller = await verify(token)
    const [oldest] = known.keys()
    if (known.size >= rememberedMax && oldest !== undefined) known.delete(oldest)
    known.set(name, { caller, until: Math.min(now + rememberedMs, (caller.expires + toleranceSeconds) * 1000) })
    return caller
  }
}

function identityBy(issuer: string, keys: JWTVerifyGetKey): Identity {
  const callerBy = rememberingTokens((token) => verified(token, issuer, keys))
  return {
    issuer,
    async authenticate(request) {
      const [scheme, token] = (request.headers.authorization ?? '').split(' ')
      const refused = (detail: string) =>
        problem('unauthenticated', {
          headers: { 'www-authenticate': `Bearer realm="jejak", error="invalid_token"` },
          more: { reason: detail },
        })
      if (scheme?.toLowerCase() !== 'bearer' || !token) throw refused('missing')
      try {
        return await callerBy(token)
      } catch (error) {
        // The issuer does not answer, or not with keys: that says nothing about the token.
        if (isOutage(error)) throw problem('unavailable', { headers: { 'retry-after': '5' } })
        if (error instanceof errors.JWTExpired) throw refused('expired')
        if (error instanceof errors.JOSEError || error instanceof z.ZodError) throw refused('invalid')
        throw error
      }
    },
  }
}

/** Tokens of an OpenID Connect issuer, by its published keys. */
export const oidcIdentity = (issuer: string, jwks: string): Identity => identityBy(issuer, createRemoteJWKSet(new URL(jwks)))

/** A key pair of the built-in issuer, as JSON for a file that only its owner can read. */
export async function newIssuerKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  return { ...(await exportJWK(privateKey)), alg: 'EdDSA', kid: 'local', use: 'sig' }
}

/** Tokens of the built-in issuer, verified as any other would be. Refused in production. */
export function localIdentity(key: JWK): Identity {
  if (process.env['NODE_ENV'] === 'production') throw new Error('the built-in issuer is refused in production: set JEJAK_OIDC_ISSUER')
  const { d: _, ...publicKey } = key
  return identityBy(localIssuer, createLocalJWKSet({ keys: [publicKey] }))
}

/** For whom a token is issued. */
export interface TokenFor {
  readonly person: string
  readonly roles: readonly string[]
  readonly institution?: string
  readonly region?: string
  readonly hours?: number
}

/** A token of the built-in issuer, 12 hours unless told otherwise. */
export async function issueToken(key: JWK, holder: TokenFor): Promise<string> {
  const { person, roles, institution, region = '', hours = 12 } = holder
  const signing = await importJWK(key, 'EdDSA')
  return new SignJWT({ person, roles, region, ...(institution ? { institution } : {}) })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'local', typ: 'JWT' })
    .setIssuer(localIssuer)
    .setAudience(audience)
    .setSubject(`${person}/${roles[0] ?? ''}`)
    .setIssuedAt()
    .setExpirationTime(`${hours}h`)
    .sign(signing)
}
