import { createHash } from 'node:crypto'
import type { Pool, PoolClient, QueryResultRow } from 'pg'
import { CorruptLog, NoLog } from '../errors.ts'
import { outcomeText, parseOutcome } from '../outcome.ts'
import { compareRow, type Difference, type Parsed, type Row } from '../rebuild.ts'
import { type BackupCommand, type BackupContents, commandLine, endLine, factLine, headerLine, personLine } from './format.ts'
import type { BackupProgress } from './read.ts'

/** What a backup is told of. `madeAt` is the caller's clock, ISO 8601. */
export interface BackupOptions {
  readonly madeAt: string
  readonly onProgress?: (progress: Pick<BackupProgress, 'facts' | 'factsTotal'>) => void
  /** Called with the counts before the last line is given. */
  readonly onEnd?: (contents: BackupContents) => void
}

const pageSize = 1_000

const headerText = `
select
  clock,
  jejak.micros(opened_at) as opened,
  jejak.micros(created_at) as created,
  (select coalesce(max(position), 0) from jejak.events) as head
from jejak.log`

const pageText = `
select position, id, type, body, jejak.micros(recorded_at) as micros, leaf_hash
from jejak.events
where position > $1::bigint
order by position
limit $2::int`

const keysText = `
select encode(c.key_hash, 'hex') as key, encode(c.fingerprint, 'hex') as fingerprint, c.outcome, jejak.micros(c.bound_at) as bound
from unnest($1::text[]) k
cross join lateral (select * from jejak.commands c where c.key_hash = decode(k, 'hex') offset 0) c`

// Those that no fact names: each of their commands repeated, or recorded nothing.
const factlessText = `
declare factless no scroll cursor for
select encode(key_hash, 'hex') as key, encode(fingerprint, 'hex') as fingerprint, outcome, jejak.micros(bound_at) as bound
from jejak.commands
where starts_with(outcome, '0:')`

const personsText = `
declare people no scroll cursor for
select id, sealed, key_id, jejak.micros(changed_at) as changed, jejak.micros(erased_at) as erased
from registry.persons
order by id`

const countsText = `
select (select count(*) from jejak.event_tags) as tags, (select count(*) from jejak.commands) as commands`

interface KeyRow {
  readonly key: string
  readonly fingerprint: string
  readonly outcome: string
  readonly bound: bigint
}

interface PersonRow {
  readonly id: string
  readonly sealed: Buffer | null
  readonly key_id: string | null
  readonly changed: bigint
  readonly erased: bigint | null
}

type Asker = Pick<PoolClient, 'query'>

/** What is counted on the way. */
interface Written {
  head: number
  micros: bigint
  tags: number
  commands: number
  persons: number
  erased: number
  readonly leaves: ReturnType<typeof createHash>
  readonly keyIds: Set<string>
  /** The key whose facts are being written. */
  key: string
}

function commandOf({ key, fingerprint, outcome, bound }: KeyRow): BackupCommand {
  const parsed = parseOutcome(outcome)
  if (outcomeText(parsed) !== outcome) throw new CorruptLog(`the outcome of key ${key} is not in canonical form`)
  return { key, fingerprint, boundAt: bound, outcome: parsed }
}

const damaged = (position: number, { what, stored, rebuilt }: Difference): string =>
  `position ${position}: ${what} is ${stored}, by its body ${rebuilt}. A log that is damaged is not backed up`

/** The lines of a page: each submission's command, then its facts, every column compared with what the body says (CONTRACTS A9). */
async function linesOfPage(asker: Asker, rows: readonly Row[], written: Written): Promise<string> {
  const parsed = rows.map((row): Parsed => ({ row, position: Number(row.position), fact: JSON.parse(row.body) }))
  const asked = [...new Set(parsed.map(({ fact }) => fact.commandKeyHash))].filter((key) => key !== written.key)
  const { rows: found } = await asker.query<KeyRow>({ name: 'jejak-backup-keys-1', text: keysText, values: [asked] })
  const commands = new Map(found.map((row) => [row.key, commandOf(row)]))
  const lines: string[] = []
  for (const { row, position, fact } of parsed) {
    const [difference] = compareRow({ row, position, fact }, { position: written.head, micros: written.micros })
    if (difference !== undefined) throw new CorruptLog(damaged(position, difference))
    if (fact.commandKeyHash !== written.key) {
      const command = commands.get(fact.commandKeyHash)
      if (command === undefined) throw new CorruptLog(`position ${position}: its key ${fact.commandKeyHash} is not bound`)
      lines.push(commandLine(command))
      written.commands += 1
      written.key = fact.commandKeyHash
    }
    const leaf = row.leaf_hash
    lines.push(factLine({ position, recordedAt: row.micros, leaf: leaf.toString('hex'), body: row.body }))
    written.head = position
    written.micros = row.micros
    written.tags += fact.tags.length
    written.leaves.update(leaf)
  }
  return lines.join('')
}

/** Facts from where the last page ended. The next page is under way while one is written. */
async function* facts(asker: Asker, written: Written, upTo: number): AsyncGenerator<string> {
  const page = (after: number) =>
    asker.query<Row>({ name: 'jejak-backup-page-1', text: pageText, values: [after, Math.min(pageSize, upTo - after)] })
  if (written.head >= upTo) return
  let next = page(written.head)
  for (;;) {
    const { rows } = await next
    const last = Number(rows.at(-1)?.position ?? 0n)
    if (rows.length === 0) throw new CorruptLog(`position ${written.head + 1} is missing`)
    const lines = linesOfPage(asker, rows, written)
    if (last < upTo) {
      next = page(last)
      // Whoever stops in between leaves it behind; its error is told by the first.
      next.catch(() => undefined)
    }
    yield await lines
    if (last >= upTo) return
  }
}

async function* cursor<R extends QueryResultRow>(client: PoolClient, name: string, declare: string): AsyncGenerator<readonly R[]> {
  await client.query(declare)
  for (;;) {
    const { rows } = await client.query<R>(`fetch ${pageSize} from ${name}`)
    if (rows.length === 0) break
    yield rows
  }
  await client.query(`close ${name}`)
}

/** What may still change, in one snapshot with the last facts: the registry, and keys that no fact names. */
async function* lastPart(client: PoolClient, written: Written): AsyncGenerator<string> {
  const found = await client.query<{ head: bigint }>('select coalesce(max(position), 0) as head from jejak.events')
  yield* facts(client, written, Number(found.rows[0]?.head ?? 0n))
  for await (const rows of cursor<KeyRow>(client, 'factless', factlessText)) {
    written.commands += rows.length
    yield rows.map((row) => commandLine(commandOf(row))).join('')
  }
  for await (const rows of cursor<PersonRow>(client, 'people', personsText)) {
    for (const { key_id } of rows) {
      written.persons += 1
      if (key_id === null) written.erased += 1
      else written.keyIds.add(key_id)
    }
    yield rows
      .map(({ id, sealed, key_id, changed, erased }) => personLine({ id, sealed, keyId: key_id, changedAt: changed, erasedAt: erased }))
      .join('')
  }
  const { rows } = await client.query<{ tags: bigint; commands: bigint }>(countsText)
  const [counts] = rows
  if (counts?.tags !== BigInt(written.tags)) throw new CorruptLog(`there are ${counts?.tags} tags, the bodies ask for ${written.tags}`)
  if (counts.commands !== BigInt(written.commands))
    throw new CorruptLog(`there are ${counts.commands} keys, the facts and repetitions ask for ${written.commands}`)
}

/**
 * The text of a backup of the log and the registry of persons, as of one snapshot. Facts never change, so nearly all are read in short
 * statements before that snapshot is taken: an old one would keep dead rows of the views alive, and slow them. Needs no more than the
 * serving role. Throws NoLog, and CorruptLog when a column differs from the body, naming the position: what is damaged is not backed up.
 */
export async function* backupText(pool: Pool, options: BackupOptions): AsyncGenerator<string> {
  const { madeAt, onProgress = () => {}, onEnd = () => {} } = options
  const there = await pool.query<{ made: boolean }>(`select to_regclass('jejak.log') is not null as made`)
  const { rows } =
    there.rows[0]?.made === true
      ? await pool.query<{ clock: 'real' | 'simulated'; opened: bigint; created: bigint; head: bigint }>(headerText)
      : { rows: [] }
  const [log] = rows
  if (log === undefined) throw new NoLog('there is no log in this database')
  yield headerLine({ clock: log.clock, openedAt: log.opened, createdAt: log.created, madeAt })
  const written: Written = {
    head: 0,
    micros: -(2n ** 62n),
    tags: 0,
    commands: 0,
    persons: 0,
    erased: 0,
    leaves: createHash('sha256'),
    keyIds: new Set(),
    key: '',
  }
  const factsTotal = Number(log.head)
  for await (const lines of facts(pool, written, factsTotal)) {
    yield lines
    onProgress({ facts: written.head, factsTotal })
  }
  const client = await pool.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    yield* lastPart(client, written)
    await client.query('commit')
  } finally {
    client.release(true)
  }
  const { leaves, keyIds, head, tags, commands, persons, erased } = written
  const contents: BackupContents = { head, tags, commands, persons, erased, leaves: leaves.digest('hex'), keyIds: [...keyIds].sort() }
  onEnd(contents)
  yield endLine(contents)
}
