import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  BackupDamaged,
  BackupRefused,
  backupText,
  checkBackup,
  checkColumns,
  CorruptLog,
  createPool,
  migrateLog,
  openBackup,
  openLog,
  openPersons,
  restoreLog,
  type RestoreOptions,
  writeBackup,
} from '../src/index.ts'
import { freshDatabase, freshLog, ownLog, servingLogin, type TestLog, urlOf } from './database.ts'
import { newKey, submission } from './facts.ts'

const madeAt = '2019-04-11T05:00:00.000Z'
const key = randomBytes(32)
const [kept, erased, halfErased] = [randomUUID(), randomUUID(), randomUUID()]
let folder: string
let file: string
/** A backup of few facts, which is read hundreds of times. */
let small: string
let made: TestLog

/** Everything that a backup is to bring back, a line each. */
async function rowsOf(url: string): Promise<string[]> {
  const client = new Client(url)
  await client.connect()
  try {
    const { rows } = await client.query<{ line: string }>(`
      select 'log ' || l::text as line from jejak.log l
      union all select 'event ' || e::text from jejak.events e
      union all select 'tag ' || t::text from jejak.event_tags t
      union all select 'command ' || c::text from jejak.commands c
      union all select 'person ' || p::text from registry.persons p
      order by line`)
    return rows.map((row) => row.line)
  } finally {
    await client.end()
  }
}

/** Restores into a new database and gives the administrator's address. */
async function restored(from: string, options: RestoreOptions = {}): Promise<string> {
  const url = await freshDatabase()
  const admin = createPool(url, { max: 2 })
  try {
    await restoreLog(admin, from, { servingLogin: { name: servingLogin }, ...options })
  } finally {
    await admin.end()
  }
  return url
}

const servingUrl = (adminUrl: string): string => urlOf(adminUrl, new URL(adminUrl).pathname.slice(1), servingLogin)

async function refusal(from: string): Promise<string> {
  const error: unknown = await openBackup(from).catch((thrown: unknown) => thrown)
  if (error instanceof BackupDamaged || error instanceof BackupRefused) return `${error.name}: ${error.message.replace(from, 'FILE')}`
  return `NOT REFUSED: ${String(error)}`
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'jejak-backup-'))
  file = path.join(folder, 'log.jejak')
  made = await freshLog({ clock: 'simulated' })
  const { log } = made
  const persons = openPersons(made.servingPool, key)
  for (const id of [kept, erased, halfErased]) await persons.register(id, { name: `Siti ${id}` })
  await persons.erase(erased)
  for (let round = 0; round < 6; round += 1)
    await Promise.all(
      Array.from({ length: 70 }, (_, index) =>
        log.append(submission({ facts: Array.from({ length: 1 + (index % 12) }, (_unused, at) => ({ tags: [`a:${index}`, `b:${at}`] })) })),
      ),
    )
  // The fact is there, the record is not gone yet: a service that died in between.
  await log.append(submission({ facts: [{ type: 'person.Erased', tags: [`person:${halfErased}`] }] }))
  const first = submission()
  await log.append({ ...first, commands: [...first.commands, { facts: [], repeated: [1, 2] }] })
  // Keys that no fact names.
  await log.append({ ...submission(), commands: [{ facts: [], repeated: [3] }] })
  await log.append({ ...submission(), commands: [{ facts: [] }] })
  await writeBackup(file, backupText(made.servingPool, { madeAt }))
  small = path.join(folder, 'small.jejak')
  const few = await freshLog()
  for (let index = 0; index < 60; index += 1) await few.log.append(submission())
  await openPersons(few.servingPool, key).register(kept, { name: 'Siti' })
  await writeBackup(small, backupText(few.servingPool, { madeAt }))
  await few.close()
})
afterAll(async () => {
  await made.close()
  await rm(folder, { recursive: true, force: true })
})

test('a restored log is the same log, row for row, and goes on', async () => {
  const before = await rowsOf(made.adminUrl)
  const url = await restored(file)
  const after = await rowsOf(url)
  const record = (lines: readonly string[]) => lines.filter((line) => !line.includes(halfErased) || !line.startsWith('person '))
  expect(record(after)).toEqual(record(before))
  const pool = createPool(servingUrl(url), { max: 2 })
  try {
    expect(await checkColumns(pool)).toMatchObject({ differences: [] })
    const log = await openLog(pool)
    const head = await made.log.head()
    expect(await log.head()).toEqual(head)
    const again = submission({ key: newKey() })
    expect(await log.append(again)).toMatchObject({ kind: 'accepted', outcome: [{ positions: [head.position + 1] }] })
    expect(await log.append(again)).toMatchObject({ kind: 'repeated' })
    const bound = await made.adminPool.query<{ key: string; fingerprint: string }>(
      `select encode(key_hash, 'hex') as key, encode(fingerprint, 'hex') as fingerprint from jejak.commands`,
    )
    for (const { key: hash } of bound.rows) expect(await log.outcomeOf(hash)).toEqual(await made.log.outcomeOf(hash))
    const persons = openPersons(pool, key)
    expect(await persons.read(kept)).toMatchObject({ kind: 'known', record: { name: `Siti ${kept}` } })
    expect(await persons.read(erased)).toEqual({ kind: 'erased' })
    // The log says so, whatever the registry said.
    expect(await persons.read(halfErased)).toEqual({ kind: 'erased' })
    await log.drain()
  } finally {
    await pool.end()
  }
})

test('who was erased after the backup is dropped when named', async () => {
  const url = await restored(file, { erased: [kept.toUpperCase(), randomUUID()] })
  const pool = createPool(url, { max: 1 })
  const { rows } = await pool.query('select id::text from registry.persons where sealed is not null')
  await pool.end()
  expect(rows).toEqual([])
})

test('the file is closed to others, whole or absent, and never written over unasked', async () => {
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await expect(writeBackup(file, backupText(made.servingPool, { madeAt }))).rejects.toThrow('exists: choose another name')
  const other = path.join(folder, 'other.jejak')
  const failing = async function* () {
    yield* backupText(made.servingPool, { madeAt })
    throw new Error('broken off')
  }
  await expect(writeBackup(other, failing())).rejects.toThrow('broken off')
  await copyFile(file, other)
  await writeBackup(other, backupText(made.servingPool, { madeAt }), { force: true })
  // Where the frames of the compression end depends on how the parts arrive.
  const [one, two] = (await Promise.all([file, other].map((name) => readFile(name)))).map((bytes) => bytes.subarray(0, -40))
  expect(zstdDecompressSync(one ?? '')).toEqual(zstdDecompressSync(two ?? ''))
  await expect(writeBackup(path.join(folder, 'none', 'x'), backupText(made.servingPool, { madeAt }))).rejects.toThrow(BackupRefused)
  expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toEqual([])
})

test('a backup taken while facts are added is the log up to one position', async () => {
  const busy = await ownLog()
  const done = new AbortController()
  const write = async () => {
    while (!done.signal.aborted) await busy.log.append(submission({ facts: [{}, {}, {}] }))
  }
  const writers = Array.from({ length: 16 }, write)
  const target = path.join(folder, 'busy.jejak')
  let heads: number[] = []
  for (let round = 0; round < 3; round += 1) {
    await writeBackup(target, backupText(busy.servingPool, { madeAt, onEnd: ({ head }) => heads.push(head) }), { force: true })
  }
  done.abort()
  await Promise.all(writers)
  const url = await restored(target)
  const pool = createPool(url, { max: 2 })
  const check = await checkColumns(pool)
  expect(check).toEqual({ checked: heads.at(-1), differences: [] })
  const facts = await pool.query<{ leaves: string }>(
    `select string_agg(encode(leaf_hash, 'hex'), '' order by position) as leaves from jejak.events`,
  )
  await pool.end()
  const source = await busy.adminPool.query<{ leaves: string }>(
    `select string_agg(encode(leaf_hash, 'hex'), '' order by position) as leaves from jejak.events where position <= $1`,
    [heads.at(-1)],
  )
  expect(facts.rows).toEqual(source.rows)
})

test('an altered byte is refused at every place, and the place is named', async () => {
  const whole = await readFile(small)
  const other = path.join(folder, 'flipped.jejak')
  for (let at = 0; at < whole.length; at += Math.max(1, Math.floor(whole.length / 150))) {
    const altered = Buffer.from(whole)
    altered.writeUInt8(altered.readUInt8(at) ^ (1 << (at % 8)), at)
    await writeFile(other, altered)
    const said = await refusal(other)
    expect(`${at} ${said}`).toMatch(/^\d+ Backup(Damaged|Refused): /)
    expect(`${at} ${said}`).toMatch(/(line|position) \d+|header|seal|no backup/)
  }
  for (const index of [
    ...Array.from({ length: 12 }, (_, byte) => byte),
    ...Array.from({ length: 41 }, (_, byte) => whole.length - 1 - byte),
  ]) {
    const altered = Buffer.from(whole)
    altered.writeUInt8(altered.readUInt8(index) ^ 1, index)
    await writeFile(other, altered)
    expect(`${index} ${await refusal(other)}`).toMatch(/^\d+ Backup(Damaged|Refused): /)
  }
})

test('a file that was cut off is refused, wherever it was cut, and so is one with something after its end', async () => {
  const whole = await readFile(small)
  const other = path.join(folder, 'cut.jejak')
  for (let length = 0; length < whole.length; length += Math.max(1, Math.floor(whole.length / 60))) {
    await writeFile(other, whole.subarray(0, length))
    expect(`${length} ${await refusal(other)}`).toMatch(
      /^\d+ Backup(Damaged: the backup is (cut off|damaged: its seal is missing)|Refused: FILE is no backup)/,
    )
  }
  await writeFile(other, Buffer.concat([whole, Buffer.from('more')]))
  expect(await refusal(other)).toMatch(/^BackupDamaged/)
})

/** A file with a right seal over a text that somebody changed. */
async function rewritten(change: (text: string) => string): Promise<string> {
  const text = zstdDecompressSync((await readFile(file)).subarray(0, -40)).toString('utf8')
  const packed = zstdCompressSync(change(text))
  const seal = Buffer.concat([Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 32, 0, 0, 0]), createHash('sha256').update(packed).digest()])
  const other = path.join(folder, `${randomUUID()}.jejak`)
  await writeFile(other, Buffer.concat([packed, seal]))
  return other
}

test.each<[string, (text: string) => string, RegExp]>([
  [
    'a changed body',
    (text) => text.replace('KW-001/2018', 'KW-002/2018'),
    /at position 1 \(line 3\): its leaf hash is not that of its body/,
  ],
  ['a fact left out', (text) => text.replace(/\{"fact":\{"position":7,.*\n/, ''), /position 8 stands where 7 should|position 7 is missing/],
  ['a command left out', (text) => text.replace(/\{"command".*\n/, ''), /at position 1 \(line 2\): its key is not bound to it/],
  ['another version', (text) => text.replace('"version":1', '"version":2'), /has format 2, this program reads format 1/],
  ['something else', () => '{"hello":"world"}\n', /this is no backup of Jejak/],
  ['no end', (text) => text.replace(/\{"end".*\n/, ''), /its end is missing/],
  ['a wrong count', (text) => text.replace(/"tags":\d+/, '"tags":1'), /it ends with \d+ \(tags\), and says 1/],
  ['a person left out', (text) => text.replace(/^\{"person".*\n/m, ''), /\(persons\)/],
  ['a strange record', (text) => text.replace('{"end"', '{"sugar":1}\n{"end"'), /this is no record/],
  ['a second end', (text) => text.replace(/(\{"end".*\n)/, '$1$1'), /something follows its end/],
])('a well sealed file with %s is refused by its records', async (_, change, said) => {
  const other = await rewritten(change)
  const checked = await checkBackup(other).catch((error: unknown) => error)
  expect(checked).toBeInstanceOf(Error)
  expect(String(checked)).toMatch(said)
  const url = await freshDatabase()
  const admin = createPool(url, { max: 2 })
  await expect(restoreLog(admin, other)).rejects.toThrow(said)
  const left = await admin.query<{ log: boolean }>(`select to_regclass('jejak.log') is not null as log`)
  if (left.rows[0]?.log === true) expect((await admin.query('select from jejak.events')).rowCount).toBe(0)
  await admin.end()
})

test('only an empty database is restored into', async () => {
  await expect(restoreLog(made.adminPool, file)).rejects.toThrow(/holds a log already \(\d+ facts, 3 persons\)/)
  const empty = await ownLog()
  await expect(restoreLog(empty.adminPool, file)).rejects.toThrow('holds a log already (0 facts, 0 persons)')
})

test('an interrupted restore leaves nothing that is taken for a log, and can be done again', async () => {
  const url = await freshDatabase()
  const admin = createPool(url, { max: 2 })
  const options = { servingLogin: { name: servingLogin } }
  const onProgress = () => {
    throw new Error('the plug was pulled')
  }
  await expect(restoreLog(admin, file, { ...options, onProgress })).rejects.toThrow('the plug was pulled')
  expect((await admin.query('select from jejak.events union all select from registry.persons')).rowCount).toBe(0)
  await expect(migrateLog(admin, { clock: 'simulated' })).rejects.toThrow(/a restore of log.jejak was begun here .* is not finished/)
  const pool = createPool(servingUrl(url), { max: 1 })
  await expect(openLog(pool)).rejects.toThrow('restore is not finished')
  await restoreLog(admin, file, options)
  await migrateLog(admin, { clock: 'simulated' })
  expect(await (await openLog(pool)).head()).toEqual(await made.log.head())
  await Promise.all([pool.end(), admin.end()])
})

test('a simulated log is not restored in production', async () => {
  const admin = createPool(await freshDatabase(), { max: 2 })
  process.env['NODE_ENV'] = 'production'
  try {
    await expect(restoreLog(admin, file)).rejects.toThrow('refused in production')
  } finally {
    process.env['NODE_ENV'] = 'test'
    await admin.end()
  }
})

test('a log that is damaged is not backed up, and the place is named', async () => {
  const damaged = await ownLog()
  await damaged.log.append(submission({ facts: [{}, {}, {}] }))
  const change = async (statement: string) => {
    await damaged.adminPool.query(`
      begin;
      alter event trigger jejak_guard_shape disable;
      alter table jejak.events disable trigger user;
      alter table jejak.event_tags disable trigger user;
      ${statement};
      commit`)
  }
  const attempt = () => writeBackup(path.join(folder, 'damaged.jejak'), backupText(damaged.servingPool, { madeAt }), { force: true })
  await attempt()
  await change(`delete from jejak.event_tags where position = 3`)
  await expect(attempt()).rejects.toThrow('there are 2 tags, the bodies ask for 3')
  await change(`update jejak.events set body = replace(body, 'BKM', 'KSM') where position = 2`)
  await expect(attempt()).rejects.toThrow(/position 2: leaf-hash/)
  await change(`delete from jejak.events where position = 1`)
  await expect(attempt()).rejects.toThrow(CorruptLog)
})
