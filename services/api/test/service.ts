import { randomBytes } from 'node:crypto'
import { pino, type DestinationStream } from 'pino'
import { Client } from 'pg'
import { inject } from 'vitest'
import { createPool, migrateLog, ownerRole, prepareRoles } from '@jejak/event-store'
import { loadReference } from '@jejak/reference'
import { createLogger, issueToken, localIdentity, newIssuerKey, openService, type Service, type TokenFor } from '@jejak/api'

/** A service on a database of its own, for tests through the HTTP interface. */
export interface TestService extends Service {
  token(holder: TokenFor): Promise<string>
  readonly adminUrl: string
}

const serving = 'jejak_test_api'
const template = `${inject('databasePrefix')}reference`

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

/** A database that holds the reference data, made once a run and cloned by everybody. */
async function referenceTemplate(): Promise<void> {
  await onServer(async (client) => {
    await client.query(`select pg_advisory_lock(hashtextextended($1, 0))`, [template])
    const made = await client.query('select from pg_database where datname = $1', [template])
    if (made.rowCount === 1) return
    const building = `${template}_building`
    await client.query(`drop database if exists ${building}`)
    await client.query(`create database ${building}`)
    const pool = createPool(urlOf(building), { max: 2 })
    await prepareRoles(pool)
    await pool.query(`create schema reference authorization ${ownerRole}`)
    await loadReference(pool)
    await pool.end()
    await client.query(`alter database ${building} rename to ${template}`)
  })
}

/** Opens a service over a new log. */
export async function freshService(options: { clock?: 'real' | 'simulated'; logs?: DestinationStream } = {}): Promise<TestService> {
  await referenceTemplate()
  const database = `${inject('databasePrefix')}api_${randomBytes(5).toString('hex')}`
  await onServer(async (client) => {
    await client.query(`select pg_advisory_lock(hashtextextended($1, 0))`, [template])
    await client.query(`create database ${database} template ${template}`)
  })
  const admin = createPool(urlOf(database), { max: 2 })
  await migrateLog(admin, { clock: options.clock ?? 'simulated', servingLogin: { name: serving } })
  await loadReference(admin)
  await admin.end()
  const key = await newIssuerKey()
  const service = await openService({
    databaseUrl: urlOf(database, serving),
    personsKey: randomBytes(32).toString('base64'),
    identity: localIdentity(key),
    logger: options.logs ? createLogger(options.logs) : pino({ level: 'silent' }),
  })
  return { ...service, token: (holder) => issueToken(key, holder), adminUrl: urlOf(database) }
}
