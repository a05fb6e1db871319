import { tmpdir } from 'node:os'
import path from 'node:path'
import { birthOf, checkoutHash, placeFor, startServer } from '@jejak/devdb'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The superuser's connection string of the test server, database `postgres`. */
    adminUrl: string
    /** What the name of every database made in this run begins with: `t_<pid of the runner>_`. Databases named so are swept later. */
    databasePrefix: string
    /** PostgreSQL's programs where the database's user can run them, for tests that start a server of their own (`startServer`). */
    nativeDir: string
  }
}

const checkoutDir = path.resolve(import.meta.dirname, '..')
const sweepLock = 7_325_601
const ourPrefix = `t_${process.pid}_`

/** Whether the database belongs to a run at the same time as ours. Our own number was that of a dead run: nothing of ours exists yet. */
async function isLive(name: string): Promise<boolean> {
  const pid = Number(/^t_(\d+)_/.exec(name)?.[1])
  return pid > 0 && pid !== process.pid && (await birthOf(pid)) !== undefined
}

/** Drops the databases of runs that no longer live and, at the end of ours, our own: together they can fill a disk. */
async function sweep(adminUrl: string, end = false): Promise<string[]> {
  const client = new Client(adminUrl)
  await client.connect()
  try {
    // Two runs that begin together would drop the same databases.
    await client.query('select pg_advisory_lock($1)', [sweepLock])
    const found = await client.query<{ name: string }>(String.raw`select datname as name from pg_database where datname like 't\_%'`)
    const left: string[] = []
    for (const { name } of found.rows) if ((end && name.startsWith(ourPrefix)) || !(await isLive(name))) left.push(name)
    for (const name of left) await client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`)
    return left
  } finally {
    await client.end()
  }
}

/**
 * One server for all database tests of a checkout, in a folder of its own under the temporary folder (`JEJAK_TEST_PG_DIR` chooses
 * another). Runs at the same time share it and the last one stops it; a server that a killed run left is adopted.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const announce = (line: string) => process.stderr.write(`test database: ${line}\n`)
  const preferred = process.env['JEJAK_TEST_PG_DIR'] ?? path.join(tmpdir(), `jejak-test-${checkoutHash(checkoutDir)}`)
  const { dataDir, nativeDir } = await placeFor(checkoutDir, preferred, announce)
  const server = await startServer({ dataDir, nativeDir, durability: 'tests', auth: 'trust', shared: true, announce })
  try {
    const swept = await sweep(server.adminUrl())
    if (swept.length > 0) announce(`dropped ${swept.length} databases of earlier runs`)
  } catch (error) {
    await server.stop()
    throw error
  }
  project.provide('adminUrl', server.adminUrl())
  project.provide('nativeDir', nativeDir)
  project.provide('databasePrefix', ourPrefix)
  return async () => {
    try {
      await sweep(server.adminUrl(), true)
    } finally {
      await server.stop()
    }
  }
}
