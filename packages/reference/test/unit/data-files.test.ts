import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { areaId, type Holiday, type Region } from '../../src/index.ts'
import { formatCsv, parseCsv } from '../../src/csv.ts'
import { buildHolidays, buildRegions, dataFiles, readHolidays, readRegions } from '../../src/data-files.ts'

let files: Awaited<ReturnType<typeof dataFiles>>
let regions: Region[]
let holidays: Holiday[]

beforeAll(async () => {
  files = await dataFiles()
  regions = readRegions(files.regions.bytes)
  holidays = readHolidays(files.holidays.bytes.toString('utf8'))
})

test('the committed files have the digests that NOTICE.md names', () => {
  expect(files.regions.sha256).toBe('fe7412907ac781cd3b289a87c56ce51b6e65e7b41e51b9fef23b311a013e1bf6')
  expect(files.holidays.sha256).toBe('85c8cc053e45b5a0abd5e03d0ed0af9b8c7d7a9fd4af39a3aea52f97931f2259')
  const text = gunzipSync(files.regions.bytes)
  expect(createHash('sha256').update(text).digest('hex')).toBe('abd8b6dcf1ab23aa6dd9a5f796176b73111cf53f72cf87b52c31910a01e83f5a')
})

test('the regions are those the decree counts', () => {
  const counted = Object.fromEntries([...Map.groupBy(regions, (region) => region.level)].map(([level, of]) => [level, of.length]))
  expect(counted).toEqual({ provinsi: 38, kabupaten: 416, kota: 98, kecamatan: 7_285, kelurahan: 8_496, desa: 75_266 })
})

test('every region bears the identifier of its code and lies in one that is there', () => {
  const codes = new Set(regions.map((region) => region.code))
  expect(codes.size).toBe(regions.length)
  expect(regions.filter((region) => region.id !== areaId(region.code))).toEqual([])
  expect(regions.filter((region) => region.level !== 'provinsi' && !codes.has(region.parentCode ?? ''))).toEqual([])
  expect(regions.filter((region) => region.parentCode !== null && !region.code.startsWith(`${region.parentCode}.`))).toEqual([])
})

test('the builder makes the committed files of their own rows', () => {
  const source = parseCsv(gunzipSync(files.regions.bytes).toString('utf8'))
  const built = buildRegions(formatCsv(['code', 'name', 'level', 'parent'], source))
  // The text, not the packed bytes: another zlib packs otherwise.
  expect(gunzipSync(built).equals(gunzipSync(files.regions.bytes))).toBe(true)
  expect(built.subarray(3, 10)).toEqual(Buffer.from([0, 0, 0, 0, 0, 2, 255]))
  expect(buildHolidays([files.holidays.bytes.toString('utf8')])).toBe(files.holidays.bytes.toString('utf8'))
})

test('the holidays reach from 2006 to 2027 and none stands twice', () => {
  expect(holidays).toHaveLength(485)
  expect(new Set(holidays.map(({ date, kind, name }) => `${date} ${kind} ${name}`)).size).toBe(485)
  expect([...new Set(holidays.map((holiday) => holiday.date.slice(0, 4)))]).toEqual(Array.from({ length: 22 }, (_, n) => String(2006 + n)))
})
