import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { areaId, findRegions, type FindOptions, loadReference, pathOf, regionByCode, regionById } from '../src/index.ts'
import { emptyDatabase } from './support/database.ts'

let pool: Pool

beforeAll(async () => {
  pool = await emptyDatabase('search')
  await loadReference(pool)
})

afterAll(async () => {
  await pool.end()
})

const codes = async (text: string, options: FindOptions = {}) => (await findRegions(pool, text, options)).map((region) => region.code)

test.each([
  'Pasar II',
  'pasar 2',
  'pasar ii prabumulih',
  'Kel. Pasar II',
  'PASAR PRABUMULIH II',
  'Pasar II, Prabumulih Utara',
  'pasar 2 prabumulh',
])('"%s" finds Pasar Prabumulih II first', async (text) => {
  const [first] = await findRegions(pool, text)
  expect(first).toMatchObject({
    id: areaId('16.74.05.1002'),
    code: '16.74.05.1002',
    name: 'Pasar Prabumulih II',
    level: 'kelurahan',
    label: 'Pasar Prabumulih II, Prabumulih Utara, Kota Prabumulih, Sumatera Selatan',
  })
  expect(first?.path.map((region) => region.code)).toEqual(['16.74.05.1002', '16.74.05', '16.74', '16'])
})

test('"Kedungkandang" is the kecamatan and the kelurahan of Kota Malang', async () => {
  expect((await findRegions(pool, 'Kedungkandang')).map((region) => [region.match, region.label])).toEqual([
    ['official', 'Kedungkandang, Kota Malang, Jawa Timur'],
    ['official', 'Kedungkandang, Kedungkandang, Kota Malang, Jawa Timur'],
  ])
})

test('"Purbayan" is three places', async () => {
  expect((await findRegions(pool, 'Purbayan')).map((region) => region.label)).toEqual([
    'Purbayan, Kotagede, Kota Yogyakarta, Daerah Istimewa Yogyakarta',
    'Purbayan, Kemiri, Kabupaten Purworejo, Jawa Tengah',
    'Purbayan, Baki, Kabupaten Sukoharjo, Jawa Tengah',
  ])
})

test.each([
  ['the place around it narrows', 'purbayan baki', {}, ['33.11.10.2014']],
  ['a region narrows', 'Purbayan', { within: '33.11' }, ['33.11.10.2014']],
  ['the region itself lies within', 'Malang', { within: '35.73' }, ['35.73']],
  ['a level narrows', 'Kedungkandang', { level: 'kelurahan' }, ['35.73.03.1006']],
  ['several levels narrow', 'Malang', { level: ['kota', 'kabupaten'] }, ['35.73', '35.07']],
  ['a limit cuts', 'Sukoharjo', { limit: 1 }, ['33.11']],
  ['"kel." means the kelurahan', 'kel. Kedungkandang', {}, ['35.73.03.1006']],
  ['"kota" means the town', 'kota malang', {}, ['35.73']],
  ['a desa is found by those who call it kelurahan', 'kelurahan purbayan baki', {}, ['33.11.10.2014']],
  ['a word cut short is completed', 'kedungk', { level: 'kecamatan', within: '35.73' }, ['35.73.03']],
  ['apostrophes do not matter', 'Regapuu', {}, ['53.07.01.2021']],
  ['nothing is like it', 'xyzzyqq', {}, []],
  ['nothing was asked', ' ?! ', {}, []],
] as const)('%s: "%s"', async (_, text, options, expected) => {
  expect(await codes(text, options)).toEqual(expected)
})

test.each([
  ['Jakarta', '31'],
  ['DKI Jakarta', '31'],
  ['DIY', '34'],
  ['jawa timur', '35'],
  ['Sukoharjo', '33.11'],
  ['kab. sukoharjo', '33.11'],
  ['kec. Sukoharjo Pringsewu', '18.10.08'],
  ['Ogan Komering Ulu', '16.01'],
  ['Baturaja Timur', '16.01.14'],
  ['jakarta pusat', '31.71'],
])('"%s" finds %s first', async (text, code) => {
  expect((await codes(text))[0]).toBe(code)
})

test.each([
  ['prabumuleh', '16.74'],
  ['kedungkadang', '35.73.03'],
  ['kedung kandang', '35.73.03'],
  ['purbayn baki', '33.11.10.2014'],
  ['pringsweu', '18.10'],
])('"%s", misspelt, finds %s first and says that it is only alike', async (text, code) => {
  expect((await findRegions(pool, text))[0]).toMatchObject({ code, match: 'alike' })
})

test.each([
  ['SQL', `'; drop table reference.regions; --`],
  ['search operators', `a' & !b | c:*`],
  ['a backslash', '\\'],
  ['a picture', '😀'],
  ['a very long word', 'x'.repeat(10_000)],
  ['very many words', 'a '.repeat(5_000)],
])('text that is no name does no harm: %s', async (_, text) => {
  expect(Array.isArray(await findRegions(pool, text))).toBe(true)
})

test('a region is found by identifier, by code, and with its path', async () => {
  const purbayan = await regionByCode(pool, '33.11.10.2014')
  expect(purbayan).toEqual({
    id: areaId('33.11.10.2014'),
    code: '33.11.10.2014',
    name: 'Purbayan',
    level: 'desa',
    parentCode: '33.11.10',
    edition: 'kepmendagri-300.2.2-2430-2025',
  })
  expect(await regionById(pool, areaId('33.11.10.2014'))).toEqual(purbayan)
  expect((await pathOf(pool, '33.11.10.2014')).map((region) => region.name)).toEqual([
    'Purbayan',
    'Baki',
    'Kabupaten Sukoharjo',
    'Jawa Tengah',
  ])
  expect(await regionByCode(pool, '99.99')).toBeUndefined()
  expect(await regionById(pool, '00000000-0000-8000-8000-000000000000')).toBeUndefined()
  expect(await pathOf(pool, '99.99')).toEqual([])
})

test('every official name finds its own region (one in two hundred, as the whole country takes minutes)', async () => {
  const { rows } = await pool.query<{ code: string; name: string; inside: string | null }>(
    `select code, name, parent_code as inside from (
        select *, row_number() over (order by code) as n from reference.regions
      ) as r where n % 200 = 0`,
  )
  const lost: string[] = []
  for (const { code, name, inside } of rows) {
    const found = await codes(name, { limit: 100, ...(inside !== null && { within: inside }) })
    if (!found.includes(code)) lost.push(`${code} ${name}`)
  }
  expect(rows.length).toBeGreaterThan(450)
  expect(lost).toEqual([])
})

test('searches use the indexes', async () => {
  const { rows } = await pool.query(
    `explain select * from reference.regions where own_words @@ '''pasar'' | ''2'''::tsquery and all_words @@ '''pasar'' & ''2'''::tsquery`,
  )
  expect(JSON.stringify(rows)).toMatch(/Bitmap Index Scan on regions_(own|all)_words/)
})
