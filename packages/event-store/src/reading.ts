import type { Fact, Recorded } from '@jejak/domain'
import type { Pool } from 'pg'
import { CorruptLog } from './errors.ts'
import { tagHash, typesLiteral } from './hashes.ts'
import type { Log, TagQuery } from './log.ts'
import { parseOutcome } from './outcome.ts'

const endOfLog = '9223372036854775807'

// The tables are entered by index only: lateral subqueries with `offset 0` cannot be turned into a join that scans them whole, whatever a
// plan that was made on small tables thought. The types are cast once for each query, not for each row. The head is the first row.
// Arrays stand in subqueries of their own: a planner that sees how long they are thinks each call worth a plan of its own, and planning
// costs five times what the read does.
export const readText = `
select coalesce(e.position, 0) as position, jejak.micros(coalesce(e.recorded_at, l.opened_at)) as micros, null as body
from jejak.log l
left join lateral (select position, recorded_at from jejak.events order by position desc limit 1) e on true
union all
select position, micros, body
from (
  select e.position, jejak.micros(e.recorded_at) as micros, e.body
  from (
    select distinct t.position
    from (select q.tag, q.types::int[] as types from unnest((select $1::bigint[]), (select $2::text[])) q (tag, types) offset 0) q
    cross join lateral (
      select t.position
      from jejak.event_tags t
      where t.tag_hash = q.tag
        and t.position <= $3::bigint
        and (q.types is null or t.type_hash = any (q.types))
      offset 0
    ) t
  ) t
  cross join lateral (select e.position, e.recorded_at, e.body from jejak.events e where e.position = t.position offset 0) e
  order by e.position
) facts`

const atText = `
select e.position, jejak.micros(e.recorded_at) as micros, e.body
from (select distinct p from unnest((select $1::bigint[])) p) p
cross join lateral (select e.position, e.recorded_at, e.body from jejak.events e where e.position = p.p offset 0) e
order by e.position`

/**
 * A page of the feed. Keyset, so that the last page costs what the first does. The upper bound stands outside: a range closed on both sides
 * is guessed to be so small, while the table has no statistics, that it would be gathered whole and sorted.
 */
export const pageText = `
select position, jejak.micros(recorded_at) as micros, body
from (
  select position, recorded_at, body
  from jejak.events
  where position > $1::bigint
  order by position
  limit $3::int
) page
where position <= $2::bigint`

const headText = `
select coalesce(e.position, 0) as position, jejak.micros(coalesce(e.recorded_at, l.opened_at)) as micros
from jejak.log l
left join lateral (select position, recorded_at from jejak.events order by position desc limit 1) e on true`

const positionAtText = `select jejak.position_at(timestamptz 'epoch' + $1::bigint * interval '1 microsecond') as position`

const outcomeText = `
select encode(fingerprint, 'hex') as fingerprint, outcome
from jejak.commands
where key_hash = decode($1, 'hex')`

interface FactRow {
  readonly position: bigint
  readonly micros: bigint
  readonly body: string
}

function number(position: bigint): number {
  const value = Number(position)
  if (!Number.isSafeInteger(value)) throw new CorruptLog(`position ${position} is beyond what a number holds`)
  return value
}

// Facts are validated when they are appended and by `verify`, not on every read (DESIGN §3).
function recorded({ position, micros, body }: FactRow): Recorded {
  const fact: Fact = JSON.parse(body)
  return { position: number(position), recordedAt: micros, fact }
}

function inOrder(facts: Recorded[]): Recorded[] {
  facts.forEach((fact, index) => {
    const before = facts[index - 1]
    if (before !== undefined && before.position >= fact.position) throw new CorruptLog(`position ${fact.position} after ${before.position}`)
  })
  return facts
}

function limitOf(upTo: number | undefined): string {
  if (upTo === undefined) return endOfLog
  if (!Number.isSafeInteger(upTo) || upTo < 0) throw new RangeError(`not a position: ${upTo}`)
  return String(upTo)
}

/** What bears the tags and is of the types: the index of tags knows hashes only, and may give a fact too many. */
function asked(queries: readonly TagQuery[]): (recorded: Recorded) => boolean {
  const byTag = Map.groupBy(queries, ({ tag }) => tag)
  return ({ fact }) =>
    fact.tags.some((tag) => byTag.get(tag)?.some(({ types }) => types === undefined || types.length === 0 || types.includes(fact.type)))
}

type Readers = Pick<Log, 'read' | 'at' | 'readAll' | 'head' | 'positionAt' | 'outcomeOf'>

/** The reading half of a log. Every statement is prepared once for each connection. */
export function readers(pool: Pool): Readers {
  return {
    async read(queries, options = {}) {
      const values = [queries.map((query) => tagHash(query.tag)), queries.map((query) => typesLiteral(query.types)), limitOf(options.upTo)]
      const { rows } = await pool.query<FactRow>({ name: 'jejak-read-2', text: readText, values })
      const [head, ...facts] = rows
      if (head === undefined) throw new CorruptLog('the log has lost the row that says what it is')
      return { head: number(head.position), headRecordedAt: head.micros, facts: inOrder(facts.map(recorded)).filter(asked(queries)) }
    },
    async at(positions) {
      for (const position of positions) limitOf(position)
      const { rows } = await pool.query<FactRow>({ name: 'jejak-at-1', text: atText, values: [positions] })
      return inOrder(rows.map(recorded))
    },
    async readAll({ after, limit, upTo }) {
      if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`not a limit: ${limit}`)
      const { rows } = await pool.query<FactRow>({ name: 'jejak-page-1', text: pageText, values: [limitOf(after), limitOf(upTo), limit] })
      return inOrder(rows.map(recorded))
    },
    async head() {
      const { rows } = await pool.query<FactRow>({ name: 'jejak-head-1', text: headText })
      const [head] = rows
      if (head === undefined) throw new CorruptLog('the log has lost the row that says what it is')
      return { position: number(head.position), recordedAt: head.micros }
    },
    async positionAt(recordedAtMicros) {
      const { rows } = await pool.query<{ position: bigint }>({
        name: 'jejak-position-at-1',
        text: positionAtText,
        values: [recordedAtMicros],
      })
      return number(rows[0]?.position ?? 0n)
    },
    async outcomeOf(keyHash) {
      const { rows } = await pool.query<{ fingerprint: string; outcome: string }>({
        name: 'jejak-outcome-1',
        text: outcomeText,
        values: [keyHash],
      })
      const [bound] = rows
      return bound === undefined ? undefined : { fingerprint: bound.fingerprint, outcome: parseOutcome(bound.outcome) }
    },
  }
}
