import type { Fact } from '@jejak/domain'
import type { Pool } from 'pg'
import { canonicalBody, leafHash } from './canonical.ts'
import { tagHash, typeHash } from './hashes.ts'
import { parseOutcome } from './outcome.ts'

/** Something stored beside a body that the body does not say, or the reverse. `position` 0 when it belongs to no fact. */
export interface Difference {
  readonly position: number
  readonly what: 'position' | 'body' | 'id' | 'type' | 'tags' | 'key' | 'recorded-at' | 'leaf-hash'
  readonly stored: string
  readonly rebuilt: string
}

/** What a check covered: facts up to the head when it began, and the first differences. */
export interface ColumnCheck {
  readonly checked: number
  readonly differences: readonly Difference[]
}

/** A fact as its columns hold it. */
export interface Row {
  readonly position: bigint
  readonly id: string
  readonly type: string
  readonly body: string
  readonly micros: bigint
  readonly leaf_hash: Buffer
}

const pageText = `
select position, id, type, body, jejak.micros(recorded_at) as micros, leaf_hash
from (
  select *
  from jejak.events
  where position > $1::bigint
  order by position
  limit $3::int
) page
where position <= $2::bigint`

const missingTagsText = `
select u.position, u.tag, (select t.type_hash from jejak.event_tags t where t.tag_hash = u.hash and t.position = u.position) as type_hash
from unnest($1::text[], $2::bigint[], $3::int[], $4::bigint[]) u (tag, position, type_hash, hash)
where (select t.type_hash from jejak.event_tags t where t.tag_hash = u.hash and t.position = u.position) is distinct from u.type_hash`

/** For each key, the first of its facts and how many it recorded: they stand one after the other. */
const keysText = `
select c.key_hash, split_part(c.outcome, ':', 1)::bigint as first, sum(s.part::bigint) as facts
from jejak.commands c
cross join lateral unnest(string_to_array(split_part(c.outcome, ':', 2), ',')) s (part)
where not starts_with(s.part, '=')
group by c.key_hash`

const countsText = `
select
  (select count(*) from jejak.event_tags where position <= $1::bigint) as tags,
  (select coalesce(sum(k.facts), 0)::bigint from (${keysText}) k where k.first <= $1::bigint) as keyed`

const extraTagsText = `
select t.tag_hash, t.position
from jejak.event_tags t
left join jejak.events e on e.position = t.position
where t.position <= $1::bigint
  and not exists (select from jsonb_array_elements_text(e.body::jsonb -> 'tags') x (tag) where jejak.tag_hash(x.tag) = t.tag_hash)
order by t.position
limit $2::int`

const extraKeysText = `
select encode(k.key_hash, 'hex') as key, p.position
from (${keysText}) k
cross join lateral generate_series(k.first, k.first + k.facts - 1) p (position)
left join jejak.events e on e.position = p.position
where p.position <= $1::bigint
  and (e.body::jsonb ->> 'commandKeyHash') is distinct from encode(k.key_hash, 'hex')
order by p.position
limit $2::int`

/** A row and the fact that its body says. */
export interface Parsed {
  readonly row: Row
  readonly position: number
  readonly fact: Fact
}

/** What of a fact is not as its body says, given the fact before it; tags and key stand in other tables and are not looked at here. */
export function* compareRow({ row, position, fact }: Parsed, before: { position: number; micros: bigint }): Generator<Difference> {
  if (position !== before.position + 1) yield { position, what: 'position', stored: String(position), rebuilt: String(before.position + 1) }
  if (row.micros < before.micros) yield { position, what: 'recorded-at', stored: String(row.micros), rebuilt: `at least ${before.micros}` }
  if (row.id !== fact.id) yield { position, what: 'id', stored: row.id, rebuilt: fact.id }
  if (row.type !== fact.type) yield { position, what: 'type', stored: row.type, rebuilt: fact.type }
  const canonical = canonicalBody(fact)
  if (canonical !== row.body) yield { position, what: 'body', stored: row.body, rebuilt: canonical }
  const sorted = [...new Set(fact.tags)].sort()
  if (sorted.join('\n') !== fact.tags.join('\n')) yield { position, what: 'tags', stored: fact.tags.join(' '), rebuilt: sorted.join(' ') }
  const leaf = leafHash(position, row.micros, row.body).toString('hex')
  const stored = row.leaf_hash.toString('hex')
  if (leaf !== stored) yield { position, what: 'leaf-hash', stored, rebuilt: leaf }
}

async function compareTags(pool: Pool, page: readonly Parsed[]): Promise<Difference[]> {
  const tags: string[] = []
  const positions: number[] = []
  const types: number[] = []
  const hashes: bigint[] = []
  for (const { fact, position } of page) {
    for (const tag of fact.tags) {
      tags.push(tag)
      positions.push(position)
      types.push(typeHash(fact.type))
      hashes.push(tagHash(tag))
    }
  }
  const { rows } = await pool.query<{ position: bigint; tag: string; type_hash: number | null }>(missingTagsText, [
    tags,
    positions,
    types,
    hashes,
  ])
  return rows.map((row) => ({
    position: Number(row.position),
    what: 'tags',
    stored: row.type_hash === null ? 'no row' : `type ${row.type_hash}`,
    rebuilt: row.tag,
  }))
}

async function compareKeys(pool: Pool, page: readonly Parsed[]): Promise<Difference[]> {
  const keys = [...new Set(page.map(({ fact }) => fact.commandKeyHash))]
  const { rows } = await pool.query<{ key: string; outcome: string }>(
    `select encode(key_hash, 'hex') as key, outcome
     from jejak.commands
     where key_hash in (select decode(k, 'hex') from unnest($1::text[]) k)`,
    [keys],
  )
  const bound = new Map(
    rows.map(({ key, outcome }) => [key, new Set(parseOutcome(outcome).flatMap((command) => (command.repeated ? [] : command.positions)))]),
  )
  return page
    .filter(({ fact, position }) => bound.get(fact.commandKeyHash)?.has(position) !== true)
    .map(({ fact, position }) => ({ position, what: 'key', stored: 'not bound to this position', rebuilt: fact.commandKeyHash }))
}

/** Rows that no body asks for. Counted first; looked for, which reads everything, only when the counts differ. */
async function leftOver(pool: Pool, head: string, expected: { tags: bigint; keyed: bigint }, max: number): Promise<Difference[]> {
  const { rows } = await pool.query<{ tags: bigint; keyed: bigint }>(countsText, [head])
  const [counts] = rows
  const found: Difference[] = []
  if (counts?.tags !== expected.tags) {
    const extra = await pool.query<{ tag_hash: bigint; position: bigint }>(extraTagsText, [head, max])
    for (const { tag_hash, position } of extra.rows)
      found.push({ position: Number(position), what: 'tags', stored: String(tag_hash), rebuilt: 'no such tag' })
  }
  if (counts?.keyed !== expected.keyed) {
    const extra = await pool.query<{ key: string; position: bigint }>(extraKeysText, [head, max])
    for (const { key, position } of extra.rows) found.push({ position: Number(position), what: 'key', stored: key, rebuilt: 'another key' })
  }
  return found
}

/**
 * Rebuilds identifier, type, tags, key and leaf of every fact from its body and compares them with what is stored, and looks for tags and
 * keys that no body asks for (CONTRACTS A9). Streams pages up to the head at the start; stops after `differencesMax` differences (20 by
 * default).
 */
export async function checkColumns(
  pool: Pool,
  options: { readonly pageSize?: number; readonly differencesMax?: number } = {},
): Promise<ColumnCheck> {
  const { pageSize = 1_000, differencesMax = 20 } = options
  const newest = await pool.query<{ head: bigint }>('select coalesce(max(position), 0) as head from jejak.events')
  const head = String(newest.rows[0]?.head ?? 0n)
  const differences: Difference[] = []
  const expected = { tags: 0n, keyed: 0n }
  let before = { position: 0, micros: 0n }
  let checked = 0
  for (;;) {
    const { rows } = await pool.query<Row>(pageText, [before.position, head, pageSize])
    if (rows.length === 0) break
    const page = rows.map((row): Parsed => ({ row, position: Number(row.position), fact: JSON.parse(row.body) }))
    for (const parsed of page) {
      differences.push(...compareRow(parsed, before))
      before = { position: parsed.position, micros: parsed.row.micros }
      expected.tags += BigInt(parsed.fact.tags.length)
    }
    expected.keyed += BigInt(page.length)
    differences.push(...(await compareTags(pool, page)), ...(await compareKeys(pool, page)))
    checked += page.length
    if (differences.length >= differencesMax) return { checked, differences: differences.slice(0, differencesMax) }
  }
  differences.push(...(await leftOver(pool, head, expected, differencesMax)))
  return { checked, differences: differences.slice(0, differencesMax) }
}
