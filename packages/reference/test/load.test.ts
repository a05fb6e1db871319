import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer } from '@jejak/devdb'
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import { findRegions, loadCalendar, loadedReference, type LoadProgress, loadReference, regionByCode, workingDays } from '../src/index.ts'
import { emptyDatabase } from './support/database.ts'

const digests = [
  { name: 'holidays.csv', sha256: '85c8cc053e45b5a0abd5e03d0ed0af9b8c7d7a9fd4af39a3aea52f97931f2259', rows: 485 },
  { name: 'regions.csv.gz', sha256: 'fe7412907ac781cd3b289a87c56ce51b6e65e7b41e51b9fef23b311a013e1bf6', rows: 91_599 },
]
let pool: Pool
let other: Pool

beforeAll(async () => {
  pool = await emptyDatabase('load')
  other = await emptyDatabase('load_kysely')
})

afterAll(async () => {
  await Promise.all([pool.end(), other.end()])
})

test('two loads at once load once, with every region of the decree, and a third does nothing', async () => {
  expect(await loadedReference(pool)).toEqual([])
  const progress: LoadProgress[] = []
  const note = (step: LoadProgress) => progress.push(step)
  expect(await Promise.all([loadReference(pool, note), loadReference(pool, note)])).toEqual([digests, digests])
  expect(progress.filter((step) => step.rows === step.total).map((step) => step.file)).toEqual(['regions.csv.gz', 'holidays.csv'])

  const { rows } = await pool.query('select level, count(*)::int as regions from reference.regions group by level order by regions')
  expect(rows).toEqual([
    { level: 'provinsi', regions: 38 },
    { level: 'kota', regions: 98 },
    { level: 'kabupaten', regions: 416 },
    { level: 'kecamatan', regions: 7_285 },
    { level: 'kelurahan', regions: 8_496 },
    { level: 'desa', regions: 75_266 },
  ])

  progress.length = 0
  expect(await loadReference(pool, note)).toEqual(digests)
  expect(progress).toEqual([])
})

test('a file whose digest differs is loaded anew: identifiers stay, what is gone goes', async () => {
  const before = await regionByCode(pool, '16.74.05.1002')
  await pool.query(`update reference.files set sha256 = 'older' where name = 'regions.csv.gz'`)
  await pool.query(`update reference.regions set name = 'Wrong' where code = '16.74.05.1002'`)
  await pool.query(
    `insert into reference.regions select gen_random_uuid(), '99', 'Gone', 'provinsi', null, 'older', 'gone', '{}', own_words, all_words
       from reference.regions where code = '11'`,
  )
  expect(await loadReference(pool)).toEqual(digests)
  expect(await regionByCode(pool, '16.74.05.1002')).toEqual(before)
  expect(await regionByCode(pool, '99')).toBeUndefined()
})

test('a load through Kysely that fails leaves nothing, the next one loads', async () => {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: other }), plugins: [new CamelCasePlugin()] })
  const fail = () => {
    throw new Error('interrupted')
  }
  await expect(loadReference(db, fail)).rejects.toThrow('interrupted')
  expect(await loadedReference(db)).toEqual([])
  expect(await loadReference(db)).toEqual(digests)
  expect(await regionByCode(db, '33.11.10.2014')).toMatchObject({ name: 'Purbayan', level: 'desa', parentCode: '33.11.10' })
})

test('the role that serves may read but not write, whether it was made before the load or its grants got lost', async () => {
  // A role belongs to a whole server, and other tests on the shared one make it too.
  const folder = await mkdtemp(path.join(tmpdir(), 'jejak-reference-'))
  await chmod(folder, 0o755)
  const server = await startServer({
    dataDir: path.join(folder, 'data'),
    nativeDir: inject('nativeDir'),
    durability: 'tests',
    auth: 'trust',
  })
  const own = new Pool({ connectionString: server.adminUrl() })
  onTestFinished(async () => {
    await own.end()
    await server.stop()
    await rm(folder, { recursive: true })
  })
  const granted = `select has_schema_privilege('jejak_serving', 'reference', 'usage') as uses,
                          has_table_privilege('jejak_serving', 'reference.regions', 'select') as reads,
                          has_table_privilege('jejak_serving', 'reference.regions', 'insert') as writes`
  await own.query('create role jejak_serving nologin')
  await loadReference(own)
  expect((await own.query(granted)).rows).toEqual([{ uses: true, reads: true, writes: false }])
  const serving = await own.connect()
  await serving.query('set role jejak_serving')
  expect((await findRegions(serving, 'prabumuleh'))[0]).toMatchObject({ code: '16.74' })
  serving.release(true)
  await own.query('revoke all on schema reference from jejak_serving')
  await loadReference(own)
  expect((await own.query(granted)).rows).toEqual([{ uses: true, reads: true, writes: false }])
})

test('the calendar that was loaded counts working days', async () => {
  const calendar = await loadCalendar(pool)
  const [from, to] = [Temporal.PlainDate.from('2018-12-21'), Temporal.PlainDate.from('2018-12-26')]
  expect(workingDays(from, to, calendar)).toEqual({ covered: true, days: 1, certainty: 'reported' })
})
