import { Client } from 'pg'
import { expect, inject, test } from 'vitest'

test('the database project is handed a running PostgreSQL 18 in UTF-8 with the built-in locale', async () => {
  const client = new Client(inject('adminUrl'))
  await client.connect()
  const { rows } = await client.query(
    `select current_setting('server_version_num')::int / 10000 as major, current_setting('server_encoding') as encoding,
            datlocprovider as provider, datlocale as locale, current_setting('fsync') as fsync,
            current_setting('data_checksums') as checksums
       from pg_database where datname = current_database()`,
  )
  await client.end()
  expect(rows).toEqual([{ major: 18, encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8', fsync: 'off', checksums: 'on' }])
})

test('databases of this run carry the number of the runner, so that another run does not sweep them', () => {
  expect(inject('databasePrefix')).toMatch(/^t_[1-9][0-9]*_$/)
})
