import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Pool } from 'pg'

const lock = 7_325_603

/** Makes the tables of imports in the pool's database if they are missing, and lets the role that serves write them. Idempotent. */
export async function prepareImporting(admin: Pool): Promise<void> {
  const text = await readFile(path.join(import.meta.dirname, 'sql/0001_importing.sql'), 'utf8')
  const client = await admin.connect()
  let failure: Error | undefined
  try {
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1)', [lock])
    await client.query(text)
    await client.query('commit')
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release(failure)
  }
}
