import { expect, test } from 'vitest'
import { zoneOf } from '../../src/index.ts'
import { dataFiles, readRegions } from '../../src/data-files.ts'

test('Prabumulih, Malang and Sukoharjo keep western time, Makassar central, Jayapura eastern', () => {
  expect(['16.74.05.1002', '35.73', '33'].map(zoneOf)).toEqual(['Asia/Jakarta', 'Asia/Jakarta', 'Asia/Jakarta'])
  expect(['73.71', '51', '64'].map(zoneOf)).toEqual(['Asia/Makassar', 'Asia/Makassar', 'Asia/Makassar'])
  expect(['91.71', '82', '96'].map(zoneOf)).toEqual(['Asia/Jayapura', 'Asia/Jayapura', 'Asia/Jayapura'])
})

test('every province of the decree has a zone: 18 western, 12 central, 8 eastern', async () => {
  const provinces = readRegions((await dataFiles()).regions.bytes).filter((region) => region.level === 'provinsi')
  const counted = Object.fromEntries([...Map.groupBy(provinces, (region) => zoneOf(region.code))].map(([zone, of]) => [zone, of.length]))
  expect(counted).toEqual({ 'Asia/Jakarta': 18, 'Asia/Makassar': 12, 'Asia/Jayapura': 8 })
})

test.each(['', '99', '1', '161', 'Jawa'])('"%s" is the code of no province', (code) => {
  expect(() => zoneOf(code)).toThrow(RangeError)
})
