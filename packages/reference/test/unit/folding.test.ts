import { expect, test } from 'vitest'
import { everydayForms, foldedWords, readAsked } from '../../src/folding.ts'

test.each([
  ['Pasar Prabumulih II', 'pasar prabumulih 2'],
  ['Petanduk-II', 'petanduk 2'],
  ['Lalai I/II', 'lalai 1 2'],
  ['Trans XXIV', 'trans 24'],
  ['Blok XIX', 'blok 19'],
  ['RW 02', 'rw 2'],
  ['Regapu’u', 'regapuu'],
  ["Ba'u", 'bau'],
  ['Désa Ëmas', 'desa emas'],
  ['Mns. Mesjid', 'meunasah mesjid'],
  ['Sei Rampah', 'sungai rampah'],
  ['Kab. X', 'kabupaten 10'],
  ['Dili', 'dili'],
])('"%s" is compared as "%s"', (name, folded) => {
  expect(foldedWords(name).join(' ')).toBe(folded)
})

const above = (...names: string[]) => names.map(foldedWords)

test.each([
  ['Pasar Prabumulih II', 'kelurahan', above('Prabumulih Utara', 'Prabumulih', 'Sumatera Selatan'), ['pasar 2']],
  ['Pasar II Muara Enim', 'kelurahan', above('Muara Enim', 'Muara Enim', 'Sumatera Selatan'), ['pasar 2']],
  ['Muara Lawai', 'desa', above('Muara Enim', 'Muara Enim', 'Sumatera Selatan'), []],
  ['Prabumulih Barat', 'kecamatan', above('Prabumulih', 'Sumatera Selatan'), []],
  ['Kedungkandang', 'kelurahan', above('Kedungkandang', 'Malang', 'Jawa Timur'), []],
  ['Tiro/Truseb', 'kecamatan', above('Pidie', 'Aceh'), ['tiro', 'truseb']],
  ['Cemaga Selatan (Setengar)', 'desa', above('Bunguran Selatan', 'Natuna', 'Kepulauan Riau'), ['cemaga selatan']],
  ['Daerah Khusus Ibukota Jakarta', 'provinsi', above(), ['jakarta', 'dki jakarta', 'dkij']],
  ['Daerah Istimewa Yogyakarta', 'provinsi', above(), ['yogyakarta', 'di yogyakarta', 'diy']],
] as const)('%s (%s) is also called %j', (name, level, wordsAbove, forms) => {
  expect(everydayForms(name, level, wordsAbove)).toEqual(forms)
})

test('a word for the level in front is understood, short or long', () => {
  expect(readAsked('Kel. Pasar II')).toEqual({ words: ['kelurahan', 'pasar', '2'], bare: ['pasar', '2'], levels: ['kelurahan', 'desa'] })
  expect(readAsked('kota')).toEqual({ words: ['kota'], bare: ['kota'], levels: [] })
  expect(readAsked(' ?! ').words).toEqual([])
})
