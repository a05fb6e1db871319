import path from 'node:path'
import { DatabaseError, type Pool, type PoolClient } from 'pg'
import { digestArray, int4Array, int8Array, textArray, uuidArray } from '../binary.ts'
import { CorruptLog } from '../errors.ts'
import { tagHash, typeHash } from '../hashes.ts'
import { prepareSchema, unfinishedRestore } from '../migrations.ts'
import { outcomeText } from '../outcome.ts'
import { appenderRole, ownerRole, type ServingLogin } from '../roles.ts'
import { type BackupContents, type BackupFact, type BackupHeader, type BackupPerson, BackupRefused } from './format.ts'
import { type BackupPage, type BackupProgress, openBackup } from './read.ts'

/** What a restore is told of. */
export interface RestoreOptions {
  readonly servingLogin?: ServingLogin
  /** Persons erased after the backup was made: their records are dropped too. */
  readonly erased?: readonly string[]
  readonly onProgress?: (progress: BackupProgress) => void
}

/** What was restored. `dropped` counts records that the backup still held and that were erased: by a fact of the log, or by the caller. */
export interface Restored {
  readonly header: BackupHeader
  readonly contents: BackupContents
  readonly dropped: number
}

const eventsText = `
insert into jejak.events (position, id, type, body, recorded_at, leaf_hash)
select position, id, type, body, timestamptz 'epoch' + micros * interval '1 microsecond', leaf
from unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bytea[]) f (position, id, type, body, micros, leaf)`

const tagsText = `
insert into jejak.event_tags (tag_hash, position, type_hash)
select tag, position, type
from unnest($1::bigint[], $2::bigint[], $3::int[]) t (tag, position, type)`

const commandsText = `
insert into jejak.commands (key_hash, fingerprint, outcome, bound_at)
select key, fingerprint, outcome, timestamptz 'epoch' + micros * interval '1 microsecond'
from unnest($1::bytea[], $2::bytea[], $3::text[], $4::bigint[]) c (key, fingerprint, outcome, micros)`

const personText = `
insert into registry.persons (id, sealed, key_id, changed_at, erased_at)
values (
  $1, $2, $3,
  timestamptz 'epoch' + $4::bigint * interval '1 microsecond',
  timestamptz 'epoch' + $5::bigint * interval '1 microsecond'
)`

const logText = `
insert into jejak.log (clock, opened_at, created_at)
values (
  $1,
  timestamptz 'epoch' + $2::bigint * interval '1 microsecond',
  timestamptz 'epoch' + $3::bigint * interval '1 microsecond'
)`

// The leaves once more, over what is stored and by the other implementation.
const checkText = `
select
  count(*) as facts,
  coalesce(max(position), 0) as head,
  count(*) filter (
    where leaf_hash <> sha256(
      '\\x00'::bytea
        || convert_to(
          concat('jejak/1', e'\\n', position, e'\\n', (extract(epoch from recorded_at) * 1000000)::bigint, e'\\n', body), 'UTF8'
        )
    )
  ) as wrong,
  (select count(*) from jejak.event_tags) as tags,
  (select count(*) from jejak.commands) as commands
from jejak.events`

const heldText = `
select
  (select count(*) from jejak.log) as logs,
  (select coalesce(max(position), 0) from jejak.events) as facts,
  (select count(*) from registry.persons) as persons`

async function requireEmpty(asker: Pool | PoolClient): Promise<void> {
  const made = await asker.query<{ made: boolean }>(`select to_regclass('jejak.log') is not null as made`)
  if (made.rows[0]?.made !== true) return
  const { rows } = await asker.query<{ logs: bigint; facts: bigint; persons: bigint }>(heldText)
  const [held] = rows
  if (held === undefined || (held.logs === 0n && held.facts === 0n && held.persons === 0n)) return
  throw new BackupRefused(`the database holds a log already (${held.facts} facts, ${held.persons} persons): restore into an empty database`)
}

/** Says, before anything else is stored, that a restore has begun here: nobody takes this for a log until it is finished. */
async function mark(admin: Pool, file: string): Promise<void> {
  await admin.query(`
    create table if not exists ${unfinishedRestore} (file text not null, begun_at timestamptz not null default clock_timestamp())`)
  await admin.query(`comment on table ${unfinishedRestore} is 'A restore was begun and is not finished. Dropped in its last transaction.'`)
  await admin.query(`insert into ${unfinishedRestore} (file) values ($1)`, [path.basename(file)])
}

function tagColumns(facts: readonly BackupFact[]): [bigint[], number[], number[]] {
  const rows = facts.flatMap(({ position, fact }) => fact.tags.map((tag) => ({ tag: tagHash(tag), position, type: typeHash(fact.type) })))
  // In the order of the primary key its pages are met one after the other.
  rows.sort((one, other) => (one.tag < other.tag ? -1 : one.tag > other.tag ? 1 : one.position - other.position))
  return [rows.map(({ tag }) => tag), rows.map(({ position }) => position), rows.map(({ type }) => type)]
}

async function insertLog(client: PoolClient, { facts, commands }: BackupPage): Promise<void> {
  if (facts.length > 0) {
    const values = [
      int8Array(facts.map(({ position }) => position)),
      uuidArray(facts.map(({ fact }) => fact.id)),
      textArray(facts.map(({ fact }) => fact.type)),
      textArray(facts.map(({ body }) => body)),
      int8Array(facts.map(({ recordedAt }) => recordedAt)),
      digestArray(facts.map(({ leaf }) => leaf)),
    ]
    const [tags, positions, types] = tagColumns(facts)
    await client.query({ name: 'jejak-restore-events-1', text: eventsText, values })
    await client.query({ name: 'jejak-restore-tags-1', text: tagsText, values: [int8Array(tags), int8Array(positions), int4Array(types)] })
  }
  if (commands.length === 0) return
  const values = [
    digestArray(commands.map(({ key }) => key)),
    digestArray(commands.map(({ fingerprint }) => fingerprint)),
    textArray(commands.map(({ outcome }) => outcomeText(outcome))),
    int8Array(commands.map(({ boundAt }) => boundAt)),
  ]
  await client.query({ name: 'jejak-restore-commands-1', text: commandsText, values })
}

async function insertPersons(client: PoolClient, persons: readonly BackupPerson[], erased: ReadonlyMap<string, bigint>): Promise<number> {
  let dropped = 0
  await client.query(`set local role ${ownerRole}`)
  for (const { id, sealed, keyId, changedAt, erasedAt } of persons) {
    const since = sealed === null ? undefined : erased.get(id)
    const values = since === undefined ? [id, sealed, keyId, changedAt, erasedAt] : [id, null, null, since, since]
    if (since !== undefined) dropped += 1
    await client.query({ name: 'jejak-restore-person-1', text: personText, values })
  }
  await client.query(`set local role ${appenderRole}`)
  return dropped
}

async function checkStored(client: PoolClient, contents: BackupContents): Promise<void> {
  const { rows } = await client.query<{ facts: bigint; head: bigint; wrong: bigint; tags: bigint; commands: bigint }>(checkText)
  const [stored] = rows
  const right =
    stored?.wrong === 0n &&
    stored.facts === BigInt(contents.head) &&
    stored.head === BigInt(contents.head) &&
    stored.tags === BigInt(contents.tags) &&
    stored.commands === BigInt(contents.commands)
  if (!right) throw new CorruptLog('what was stored is not what the backup holds: nothing was restored')
}

/** Every record in one transaction, which also makes the log: it is there whole or not at all. */
async function load(client: PoolClient, pages: AsyncGenerator<BackupPage, BackupContents>, options: RestoreOptions, header: BackupHeader) {
  const erased = new Map<string, bigint>()
  let dropped = 0
  let storing: Promise<void> = Promise.resolve()
  const known = new Set(options.erased?.map((id) => id.toLowerCase()))
  await client.query(`set local role ${appenderRole}`)
  let contents: BackupContents | undefined
  while (contents === undefined) {
    // The next page is read and checked while this one is stored.
    const next = await pages.next().catch(async (error: unknown) => {
      await storing.catch(() => undefined)
      throw error
    })
    await storing
    if (next.done === true) {
      contents = next.value
      continue
    }
    const page = next.value
    for (const { fact, recordedAt } of page.facts) if (fact.type === 'person.Erased') erased.set(fact.subject.id, recordedAt)
    if (page.persons.length > 0) for (const id of known) if (!erased.has(id)) erased.set(id, BigInt(Date.parse(header.madeAt)) * 1000n)
    storing = insertLog(client, page)
    if (page.persons.length > 0) {
      await storing
      dropped += await insertPersons(client, page.persons, erased)
    }
    storing.catch(() => undefined)
  }
  await checkStored(client, contents)
  await client.query(`set local role ${ownerRole}`)
  await client.query(logText, [header.clock, header.openedAt, header.createdAt])
  await client.query('reset role')
  return { contents, dropped }
}

function named(error: unknown): unknown {
  if (error instanceof DatabaseError && error.code === '53100')
    return new BackupRefused(`the disk of the database is full: nothing was restored (${error.message})`)
  return error
}

async function loadWhole(admin: Pool, pages: AsyncGenerator<BackupPage, BackupContents>, options: RestoreOptions, header: BackupHeader) {
  const client = await admin.connect()
  let broken = true
  try {
    await client.query('begin isolation level read committed')
    const lock = await client.query<{ got: boolean }>(`select pg_try_advisory_xact_lock(hashtextextended('jejak.restore', 0)) as got`)
    if (lock.rows[0]?.got !== true) throw new BackupRefused('another restore into this database is under way')
    await requireEmpty(client)
    const loaded = await load(client, pages, options, header)
    await client.query(`drop table ${unfinishedRestore}`)
    await client.query('commit')
    broken = false
    return loaded
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw named(error)
  } finally {
    client.release(broken)
  }
}

/**
 * Restores a backup into an empty database, which it migrates: the log as it was, position for position and key for key, every leaf
 * computed anew and compared, twice; and the registry of persons without those erased since. Everything in one transaction: an interrupted
 * restore leaves a database that is refused as a log and can be restored into again. Throws BackupRefused, BackupDamaged,
 * MigrationRefused.
 */
export async function restoreLog(admin: Pool, file: string, options: RestoreOptions = {}): Promise<Restored> {
  const { header, pages } = await openBackup(file, options.onProgress)
  if (header.clock === 'simulated' && process.env['NODE_ENV'] === 'production')
    throw new BackupRefused('this is a backup of a simulated log, which is refused in production')
  await requireEmpty(admin)
  await prepareSchema(admin, options)
  await mark(admin, file)
  const { contents, dropped } = await loadWhole(admin, pages(), options, header)
  // Also for the visibility map, without which no index-only scan is one.
  for (const table of ['jejak.events', 'jejak.event_tags', 'jejak.commands', 'registry.persons'])
    await admin.query(`vacuum analyze ${table}`)
  return { header, contents, dropped }
}

/** Reads a backup through and checks every record, without a database. Throws BackupRefused and BackupDamaged. */
export async function checkBackup(
  file: string,
  onProgress?: (progress: BackupProgress) => void,
): Promise<{ readonly header: BackupHeader; readonly contents: BackupContents }> {
  const { header, pages } = await openBackup(file, onProgress)
  const reading = pages()
  for (;;) {
    const next = await reading.next()
    if (next.done === true) return { header, contents: next.value }
  }
}
