import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { regionsDecree } from './area-id.ts'
import { type DataFile, dataFiles, readHolidays, readRegions } from './data-files.ts'
import { bareName, everydayForms, foldedWords, kindWordsOf } from './folding.ts'
import type { Region } from './region.ts'
import { inTransaction, query, type Source, type TransactionSource } from './source.ts'

/** How far a load has come. */
export interface LoadProgress {
  readonly file: string
  readonly rows: number
  readonly total: number
}

/** One loaded file, as `/readyz` names it. */
export interface LoadedFile {
  readonly name: string
  readonly sha256: string
  readonly rows: number
}

// Raise it when the derived columns come out otherwise for the same file.
const reading = 1
const loadLock = 7_325_602
const chunkRows = 5_000

const sqlText = (name: string) => readFile(path.join(import.meta.dirname, 'sql', name), 'utf8')

/** What is known of a region when it is searched for, derived from its name and those of the regions above. */
interface Searchable {
  readonly official: string
  readonly everyday: readonly string[]
  readonly ownWords: readonly string[]
  readonly allWords: readonly string[]
}

/** Derives the search columns of a region among all of them. */
export function searchColumns(regions: readonly Region[]): (region: Region) => Searchable {
  const byCode = new Map(regions.map((region) => [region.code, region]))
  const words = new Map(regions.map((region) => [region.code, foldedWords(bareName(region.name, region.level))]))
  const above = (region: Region): Region[] => {
    const parent = byCode.get(region.parentCode ?? '')
    return parent ? [parent, ...above(parent)] : []
  }
  return (region) => {
    const higher = above(region)
    const official = words.get(region.code) ?? []
    const wordsAbove = higher.map((each) => words.get(each.code) ?? [])
    const everyday = everydayForms(region.name, region.level, wordsAbove)
    const ownWords = new Set([...official, ...everyday.flatMap((form) => form.split(' '))])
    const kinds = [region, ...higher].flatMap((each) => kindWordsOf(each.level))
    return {
      official: official.join(' '),
      everyday,
      ownWords: [...ownWords],
      allWords: [...new Set([...ownWords, ...wordsAbove.flat(), ...kinds])],
    }
  }
}

const insertRegions = `
  insert into reference.regions (id, code, name, level, parent_code, edition, official, everyday, own_words, all_words)
  select id, code, name, level, parent_code, $10, official,
         coalesce(string_to_array(nullif(everyday, ''), '|'), '{}'),
         array_to_tsvector(string_to_array(own_words, ' ')), array_to_tsvector(string_to_array(all_words, ' '))
    from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
      as given (id, code, name, level, parent_code, official, everyday, own_words, all_words)
  on conflict (id) do update
     set code = excluded.code, name = excluded.name, level = excluded.level, parent_code = excluded.parent_code,
         edition = excluded.edition, official = excluded.official, everyday = excluded.everyday,
         own_words = excluded.own_words, all_words = excluded.all_words`

function regionValues(regions: readonly Region[], columns: readonly Searchable[]): unknown[] {
  return [
    regions.map((region) => region.id),
    regions.map((region) => region.code),
    regions.map((region) => region.name),
    regions.map((region) => region.level),
    regions.map((region) => region.parentCode),
    columns.map((column) => column.official),
    columns.map((column) => column.everyday.join('|')),
    columns.map((column) => column.ownWords.join(' ')),
    columns.map((column) => column.allWords.join(' ')),
    regionsDecree,
  ]
}

async function loadRegions(source: Source, file: DataFile, onProgress: (progress: LoadProgress) => void): Promise<number> {
  const regions = readRegions(file.bytes)
  const derive = searchColumns(regions)
  // The search indexes are made once at the end: faster than keeping them row by row.
  await query(
    source,
    `drop index if exists reference.regions_own_words, reference.regions_all_words, reference.regions_joined,
      reference.region_words_similar`,
  )
  await query(source, 'delete from reference.regions where id <> all ($1::uuid[])', [regions.map((region) => region.id)])
  const words = new Set<string>()
  let inserting: Promise<unknown> = Promise.resolve()
  for (let at = 0; at < regions.length; at += chunkRows) {
    const chunk = regions.slice(at, at + chunkRows)
    // We derive one chunk while the server inserts the one before.
    const columns = chunk.map(derive)
    for (const column of columns) for (const word of column.ownWords) words.add(word)
    await inserting
    inserting = query(source, insertRegions, regionValues(chunk, columns))
    onProgress({ file: file.name, rows: at + chunk.length, total: regions.length })
  }
  await inserting
  await query(source, 'delete from reference.region_words')
  await query(source, 'insert into reference.region_words (word) select unnest($1::text[])', [[...words]])
  return regions.length
}

async function loadHolidays(source: Source, file: DataFile, onProgress: (progress: LoadProgress) => void): Promise<number> {
  const holidays = readHolidays(file.bytes.toString('utf8'))
  await query(source, 'delete from reference.holidays')
  await query(
    source,
    `insert into reference.holidays (on_date, kind, name, certainty, basis)
     select * from unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::text[])`,
    [
      holidays.map((holiday) => holiday.date),
      holidays.map((holiday) => holiday.kind),
      holidays.map((holiday) => holiday.name),
      holidays.map((holiday) => holiday.certainty),
      holidays.map((holiday) => holiday.basis),
    ],
  )
  onProgress({ file: file.name, rows: holidays.length, total: holidays.length })
  return holidays.length
}

const grants = `do $$
begin
  if exists (select from pg_roles where rolname = 'jejak_serving') then
    grant usage on schema reference to jejak_serving;
    grant select on all tables in schema reference to jejak_serving;
  end if;
end $$`

interface Noted extends LoadedFile {
  readonly reading: number
}

async function noted(source: Source): Promise<readonly Noted[]> {
  const [schema] = await query<{ there: boolean }>(source, `select to_regclass('reference.files') is not null as there`)
  return schema?.there ? query<Noted>(source, 'select name, sha256, rows, reading from reference.files order by name') : []
}

async function grantsMissing(source: Source): Promise<boolean> {
  const [answer] = await query<{ missing: boolean }>(
    source,
    `select coalesce(bool_or(not has_table_privilege(oid, 'reference.regions', 'select')
                          or not has_schema_privilege(oid, 'reference', 'usage')), false) as missing
       from pg_roles where rolname = 'jejak_serving'`,
  )
  return answer?.missing ?? false
}

async function note(source: Source, file: DataFile, rows: number): Promise<void> {
  await query(
    source,
    `insert into reference.files (name, sha256, reading, rows) values ($1, $2, $3, $4)
     on conflict (name) do update
        set sha256 = excluded.sha256, reading = excluded.reading, rows = excluded.rows, loaded_at = clock_timestamp()`,
    [file.name, file.sha256, reading, rows],
  )
}

/**
 * Loads the committed regions and holidays into the schema `reference`, which it makes if it is missing, in one transaction. A file whose
 * digest is loaded already is left alone, so a second call takes milliseconds. Grants reading to the role `jejak_serving` where that role
 * exists. Returns what is loaded now. Errors: the database refuses `create extension pg_trgm` or the schema.
 */
export async function loadReference<DB>(
  source: TransactionSource<DB>,
  onProgress: (progress: LoadProgress) => void = () => {},
): Promise<readonly LoadedFile[]> {
  const { regions, holidays } = await dataFiles()
  const isLoaded = (file: DataFile, among: readonly Noted[]) =>
    among.some((each) => each.name === file.name && each.sha256 === file.sha256 && each.reading === reading)
  const before = await noted(source)
  const bothLoaded = isLoaded(regions, before) && isLoaded(holidays, before)
  if (bothLoaded && !(await grantsMissing(source))) return loadedReference(source)

  await inTransaction(source, async (transaction) => {
    await query(transaction, 'select pg_advisory_xact_lock($1)', [loadLock])
    await query(transaction, await sqlText('0001_reference.sql'))
    // Another process may have loaded them while we waited.
    const now = await noted(transaction)
    if (!isLoaded(regions, now)) await note(transaction, regions, await loadRegions(transaction, regions, onProgress))
    if (!isLoaded(holidays, now)) await note(transaction, holidays, await loadHolidays(transaction, holidays, onProgress))
    await query(transaction, await sqlText('search-indexes.sql'))
    await query(transaction, grants)
  })
  if (!bothLoaded) for (const table of ['regions', 'region_words', 'holidays']) await query(source, `analyze reference.${table}`)
  return loadedReference(source)
}

/** Which files are loaded, with their digests; empty before the first load. */
export async function loadedReference(source: Source): Promise<readonly LoadedFile[]> {
  return (await noted(source)).map(({ name, sha256, rows }) => ({ name, sha256, rows }))
}
