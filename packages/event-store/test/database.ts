import { randomBytes } from 'node:crypto'
import { Client, type Pool } from 'pg'
import { inject, onTestFinished } from 'vitest'
import type { AppenderOptions } from '../src/index.ts'
import { createPool, migrateLog, openLog, type OpenLog, type PoolOptions } from '../src/index.ts'

/** The login that serves in tests; the cluster trusts local connections. */
export const servingLogin = 'jejak_test_serving'

/** A database of its own with a log in it. */
export interface TestLog {
  readonly adminUrl: string
  readonly servingUrl: string
  readonly adminPool: Pool
  readonly servingPool: Pool
  readonly log: OpenLog
  /** A further pool of the serving login, ended with the rest. */
  readonly pool: (options?: PoolOptions) => Pool
  /** Ends the pools. The database stays: the cluster is disposable (SETUP §2). */
  readonly close: () => Promise<void>
}

/** How a test's log is made. `server` is the superuser's connection string, by default that of the run's server. */
export interface TestLogOptions {
  readonly clock?: 'real' | 'simulated'
  readonly openedAt?: bigint
  readonly server?: string
  readonly appender?: AppenderOptions
  readonly serving?: PoolOptions
}

/** The same server, another database or login. */
export function urlOf(server: string, database: string, user?: string): string {
  const url = new URL(server)
  url.pathname = `/${database}`
  if (user !== undefined) url.username = user
  return url.href
}

/** Creates an empty database and gives the superuser's connection string for it. */
export async function freshDatabase(server = inject('adminUrl')): Promise<string> {
  const name = `${inject('databasePrefix')}${randomBytes(6).toString('hex')}`
  const client = new Client(server)
  await client.connect()
  try {
    await client.query(`create database ${name}`)
  } finally {
    await client.end()
  }
  return urlOf(server, name)
}

/** A new log in a new database. The caller closes it, as a rule in afterAll. */
export async function freshLog(options: TestLogOptions = {}): Promise<TestLog> {
  const adminUrl = await freshDatabase(options.server)
  const adminPool = createPool(adminUrl, { max: 4 })
  const { clock = 'real', openedAt } = options
  await migrateLog(adminPool, { clock, servingLogin: { name: servingLogin }, ...(openedAt === undefined ? {} : { openedAt }) })
  const servingUrl = urlOf(adminUrl, new URL(adminUrl).pathname.slice(1), servingLogin)
  const servingPool = createPool(servingUrl, options.serving)
  const log = await openLog(servingPool, options.appender)
  const pools = [adminPool, servingPool]
  return {
    adminUrl,
    servingUrl,
    adminPool,
    servingPool,
    log,
    pool(more) {
      const pool = createPool(servingUrl, more)
      pools.push(pool)
      return pool
    },
    async close() {
      await Promise.all(pools.map((pool) => pool.end()))
    },
  }
}

/** freshLog for a single test: closed when the test is over. */
export async function ownLog(options: TestLogOptions = {}): Promise<TestLog> {
  const made = await freshLog(options)
  onTestFinished(() => made.close())
  return made
}

/** Asks again until the answer is true; throws after the deadline, in milliseconds. */
export async function until(question: () => Promise<boolean> | boolean, deadlineMs = 10_000): Promise<void> {
  const deadline = performance.now() + deadlineMs
  while (!(await question())) {
    if (performance.now() > deadline) throw new Error(`not so after ${deadlineMs} ms: ${question.toString()}`)
    const { promise, resolve } = Promise.withResolvers<void>()
    setTimeout(resolve, 10)
    await promise
  }
}
