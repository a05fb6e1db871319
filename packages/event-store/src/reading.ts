import type { Recorded } from '@jejak/domain'
import type { Pool } from 'pg'
import { createAsker } from './asking.ts'
import { CorruptLog } from './errors.ts'
import { tagHash, typesLiteral } from './hashes.ts'
import type { Log, TagQuery } from './log.ts'
import { type FactRow, headOf, inOrder, number, recorded } from './rows.ts'

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

const positionAtText = `select jejak.position_at(timestamptz 'epoch' + $1::bigint * interval '1 microsecond') as position`

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

type Readers = Pick<Log, 'read' | 'at' | 'readAll' | 'pages' | 'head' | 'positionAt' | 'outcomeOf'>

interface Span {
  readonly after: number
  readonly limit: number
  readonly upTo?: number
}

function checkLimit(limit: number): void {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`not a limit: ${limit}`)
}

async function pageOf(pool: Pool, { after, limit, upTo }: Span): Promise<readonly FactRow[]> {
  checkLimit(limit)
  const { rows } = await pool.query<FactRow>({ name: 'jejak-page-1', text: pageText, values: [limitOf(after), limitOf(upTo), limit] })
  return rows
}

/** Commit order is position order, so a hole is never a fact that is still to come: it is damage. */
function follows(page: readonly Recorded[], after: number): readonly Recorded[] {
  let last = after
  for (const { position } of page) {
    if (position !== last + 1) throw new CorruptLog(`position ${position} follows ${last}`)
    last = position
  }
  return page
}

/** Rows that a pass asks for at a time, enough that asking costs little, and how many such asks are under way. */
const askedAtOnce = 250
const asksMax = 2

/**
 * The server makes the next rows while this process takes the last ones apart and its reader works on them; of two asks under way one has
 * come when it is needed. Only a page is taken apart at a time: facts that live while others are made are copied by every collection of
 * garbage.
 */
async function* pagesOf(pool: Pool, { after, limit, upTo }: Span): AsyncGenerator<readonly Recorded[]> {
  checkLimit(limit)
  const many = limit * Math.ceil(askedAtOnce / limit)
  const ask = (last: number): Promise<readonly FactRow[]> => {
    const rows = pageOf(pool, { after: last, limit: many, ...(upTo === undefined ? {} : { upTo }) })
    // Whoever awaits it is told; a reader who leaves early must not make it nobody's unhandled rejection.
    rows.catch(() => undefined)
    return rows
  }
  // Positions have no gaps, so it is known where the next rows begin before the last ones have come.
  const coming = Array.from({ length: asksMax }, (_, index) => ask(after + index * many))
  let last = after
  for (let next = coming.shift(); next !== undefined; next = coming.shift()) {
    const rows = await next
    if (rows.length === many) coming.push(ask(last + asksMax * many))
    else coming.length = 0
    for (let from = 0; from < rows.length; from += limit) {
      const page = follows(rows.slice(from, from + limit).map(recorded), last)
      last += page.length
      yield page
    }
  }
}

/** The reading half of a log. Every statement is prepared once for each connection. */
export function readers(pool: Pool): Readers {
  const asker = createAsker(pool)
  return {
    outcomeOf: asker.outcomeOf,
    head: asker.head,
    async read(queries, options = {}) {
      if (options.upTo === undefined) return asker.read(queries)
      const values = [queries.map((query) => tagHash(query.tag)), queries.map((query) => typesLiteral(query.types)), limitOf(options.upTo)]
      const { rows } = await pool.query<FactRow>({ name: 'jejak-read-2', text: readText, values })
      const [head, ...facts] = rows
      return { ...headOf(head), facts: inOrder(facts.map(recorded)).filter(asked(queries)) }
    },
    async at(positions) {
      for (const position of positions) limitOf(position)
      const { rows } = await pool.query<FactRow>({ name: 'jejak-at-1', text: atText, values: [positions] })
      return inOrder(rows.map(recorded))
    },
    readAll: async (span) => inOrder((await pageOf(pool, span)).map(recorded)),
    pages: (span) => pagesOf(pool, span),
    async positionAt(recordedAtMicros) {
      const { rows } = await pool.query<{ position: bigint }>({
        name: 'jejak-position-at-1',
        text: positionAtText,
        values: [recordedAtMicros],
      })
      return number(rows[0]?.position ?? 0n)
    },
  }
}
