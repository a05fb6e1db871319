/**
 * Rebuilds the data files from a folder that holds `regions/wilayah.csv`, `holidays/id-holidays-2006-2022.csv` and
 * `holidays/id-holidays-2023-2027.csv`: `node scripts/build.ts <folder> [--check]`. With --check nothing is written and a difference ends
 * with exit code 1.
 */
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { buildHolidays, buildRegions } from '../src/data-files.ts'

const [folder, mode] = process.argv.slice(2)
if (!folder) throw new Error('usage: node scripts/build.ts <folder with regions/ and holidays/> [--check]')
const source = (name: string) => readFile(path.join(folder, name), 'utf8')
const holidays = await Promise.all([source('holidays/id-holidays-2006-2022.csv'), source('holidays/id-holidays-2023-2027.csv')])
const made = {
  'regions.csv.gz': buildRegions(await source('regions/wilayah.csv')),
  'holidays.csv': Buffer.from(buildHolidays(holidays)),
}
for (const [name, bytes] of Object.entries(made)) {
  const target = path.resolve(import.meta.dirname, '../data', name)
  if (mode !== '--check') await writeFile(target, bytes)
  const same = bytes.equals(await readFile(target))
  console.log(`${name}: ${bytes.length} bytes, ${same ? (mode === '--check' ? 'identical' : 'written') : 'DIFFERENT'}`)
  if (!same) process.exitCode = 1
}
