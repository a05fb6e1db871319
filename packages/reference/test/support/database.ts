import { Client, Pool } from 'pg'
import { inject } from 'vitest'

/**
 * Makes an empty database of this run and a pool of the superuser's on it. Close the pool; the sweep of the next run drops the database.
 */
export async function emptyDatabase(name: string): Promise<Pool> {
  const adminUrl = inject('adminUrl')
  const database = `${inject('databasePrefix')}reference_${name}`
  const client = new Client(adminUrl)
  await client.connect()
  await client.query(`create database ${client.escapeIdentifier(database)}`)
  await client.end()
  const url = new URL(adminUrl)
  url.pathname = `/${database}`
  return new Pool({ connectionString: url.href, max: 4 })
}
