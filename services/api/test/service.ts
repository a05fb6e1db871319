import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino, type DestinationStream } from 'pino'
import { Client } from 'pg'
import type { JWK } from 'jose'
import { inject } from 'vitest'
import { createPool, migrateLog, ownerRole, prepareRoles } from '@jejak/event-store'
import { openFolder } from '@jejak/evidence'
import { loadReference } from '@jejak/reference'
import { createLogger, issueToken, localIdentity, newIssuerKey, openService, type Service, type TokenFor } from '@jejak/api'

/** A service on a database of its own, for tests through the HTTP interface. */
export interface TestService extends Service {
  token(holder: TokenFor): Promise<string>
  readonly adminUrl: string
  /** The folder of its evidence, removed when it closes. */
  readonly evidenceDir: string
  /** The key of its issuer, for tokens that are wrong in some way. */
  readonly issuerKey: JWK
}

/** How a test's service is made. `from` is a database to clone: see {@link templateOf}. */
export interface TestServiceOptions {
  readonly clock?: 'real' | 'simulated'
  readonly logs?: DestinationStream
  readonly from?: string
}

const serving = 'jejak_test_api'
/** The largest file that a test's service takes, in bytes. */
export const evidenceMax = 2_000_000
/** The name of a database of this run. */
export const nameOf = (name: string): string => `${inject('databasePrefix')}${name}`

async function onServer<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(inject('adminUrl'))
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const urlOf = (database: string, user?: string): string => {
  const url = new URL(inject('adminUrl'))
  url.pathname = `/${database}`
  if (user) url.username = user
  return url.href
}

/** Makes databases once a run, whoever needs them first; everybody else waits. */
export async function once(name: string, build: () => Promise<void>): Promise<void> {
  const done = nameOf(`${name}_done`)
  await onServer(async (client) => {
    await client.query(`select pg_advisory_lock(hashtextextended($1, 0))`, [done])
    const made = await client.query('select from pg_database where datname = $1', [done])
    if (made.rowCount === 1) return
    await build()
    await client.query(`create database ${done}`)
  })
}

/** Clones a database. Nobody may be connected to it, so clones are made one after the other. */
export const clone = (from: string, to: string): Promise<unknown> =>
  onServer(async (client) => {
    await client.query(`select pg_advisory_lock(hashtextextended($1, 0))`, [nameOf('cloning')])
    await client.query(`create database ${to} template ${from}`)
  })

/** A database that holds the reference data and nothing else. */
async function referenceTemplate(): Promise<string> {
  await once('reference', async () => {
    const database = nameOf('reference')
    await onServer((client) => client.query(`create database ${database}`))
    const pool = createPool(urlOf(database), { max: 2 })
    await prepareRoles(pool)
    await pool.query(`create schema reference authorization ${ownerRole}`)
    await loadReference(pool)
    await pool.end()
  })
  return nameOf('reference')
}

/** A database with a new log: migrated, its reference data loaded, the shipped editions published. */
export async function templateOf(clock: 'real' | 'simulated'): Promise<string> {
  const reference = await referenceTemplate()
  await once(`log_${clock}`, async () => {
    const database = nameOf(`log_${clock}`)
    await clone(reference, database)
    const admin = createPool(urlOf(database), { max: 2 })
    await migrateLog(admin, { clock, servingLogin: { name: serving } })
    await loadReference(admin)
    await admin.end()
    const service = await openOn(database)
    await service.close()
  })
  return nameOf(`log_${clock}`)
}

/** Opens a service over a database that has a log. */
export async function openOn(database: string, logs?: DestinationStream): Promise<TestService> {
  const issuerKey = await newIssuerKey()
  const evidenceDir = await mkdtemp(path.join(tmpdir(), 'jejak-papers-'))
  const service = await openService({
    evidence: await openFolder({ root: evidenceDir, sizeMax: evidenceMax, now: Date.now }),
    databaseUrl: urlOf(database, serving),
    personsKey: Buffer.alloc(32, 7).toString('base64'),
    identity: localIdentity(issuerKey),
    projections: true,
    logger: logs ? createLogger(logs) : pino({ level: 'silent' }),
  })
  return {
    ...service,
    evidenceDir,
    issuerKey,
    token: (holder) => issueToken(issuerKey, holder),
    adminUrl: urlOf(database),
    async close() {
      await service.close()
      await rm(evidenceDir, { recursive: true, force: true })
    },
  }
}

/** Opens a service over a log of its own. */
export async function freshService(options: TestServiceOptions = {}): Promise<TestService> {
  const from = options.from ?? (await templateOf(options.clock ?? 'simulated'))
  const database = nameOf(`api_${randomBytes(5).toString('hex')}`)
  await clone(from, database)
  return openOn(database, options.logs)
}
