import pg from 'pg'
import { type BenchEvent, entityId } from '../content.ts'
import type { Opening, Store } from '../store.ts'

const schema = `
create table raw_events (
  position bigint generated always as identity primary key,
  stream_id uuid not null,
  version bigint not null,
  id uuid not null,
  type text not null,
  data text not null,
  metadata text not null,
  recorded_at timestamptz not null default now(),
  unique (stream_id, version)
)`

const appendText = `
insert into raw_events (stream_id, version, id, type, data, metadata)
values ($1, $2, $3, $4, $5, $6)
returning position`

const batchText = `
insert into raw_events (stream_id, version, id, type, data, metadata)
select * from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::text[])
returning position`

const loadText = 'select position, type, data, metadata, recorded_at from raw_events where stream_id = $1 order by version'
const pageText = 'select position, type, data, metadata, recorded_at from raw_events where position > $1 order by position limit 1000'

interface Row {
  readonly position: string
  readonly data: string
  readonly metadata: string
}

const parse = ({ data, metadata }: Row): unknown => [JSON.parse(data), JSON.parse(metadata)]

function columns(events: readonly BenchEvent[]): unknown[] {
  return [
    events.map(({ entity }) => entityId(entity)),
    events.map(({ version }) => version),
    events.map(({ id }) => id),
    events.map(({ type }) => type),
    events.map(({ data }) => JSON.stringify(data)),
    events.map(({ metadata }) => JSON.stringify(metadata)),
  ]
}

const taken = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === '23505'

/** The least that stores an event durably with an expected version: one prepared insert, one transaction. A limit, not a peer. */
export async function open({ adminUrl, admin, connections, fresh }: Opening): Promise<Store> {
  if (fresh) await admin.query(schema)
  const pool = new pg.Pool({ connectionString: adminUrl, max: connections })
  return {
    about:
      'limit: one prepared INSERT … RETURNING a transaction, primary key and unique (stream, version), JSON as text; unnest for batches',
    knows: 'version',
    inside: {
      headText: 'select coalesce(max(position), 0)::text as position from raw_events',
      storedText: `
        select id::text as id, (data::json ->> 'entity')::int as entity, version::int as version, position::text as position
        from raw_events e where e.position > $1::bigint order by e.position`,
      tables: ['raw_events'],
    },
    async fill(events) {
      for (let from = 0; from < events.length; from += 1000) await pool.query(batchText, columns(events.slice(from, from + 1000)))
    },
    async append(entity, events, known) {
      const [only] = events
      if (only === undefined) return known
      try {
        if (events.length > 1) await pool.query({ name: 'batch', text: batchText, values: columns(events) })
        else {
          const values = [entityId(entity), only.version, only.id, only.type, JSON.stringify(only.data), JSON.stringify(only.metadata)]
          await pool.query({ name: 'append', text: appendText, values })
        }
        return known + events.length
      } catch (error) {
        if (taken(error)) return 'conflict'
        throw error
      }
    },
    async look(entity) {
      const text = 'select coalesce(max(version), 0) as version from raw_events where stream_id = $1'
      const { rows } = await pool.query<{ version: string }>({ name: 'look', text, values: [entityId(entity)] })
      return Number(rows[0]?.version ?? 0)
    },
    async load(entity) {
      const { rows } = await pool.query<Row>({ name: 'load', text: loadText, values: [entityId(entity)] })
      return rows.map(parse).length
    },
    async readAll(secondsMax, eventsMax) {
      const end = performance.now() + secondsMax * 1000
      let after = '0'
      for (let count = 0; ;) {
        const { rows } = await pool.query<Row>({ name: 'page', text: pageText, values: [after] })
        count += rows.map(parse).length
        const last = rows.at(-1)
        if (last === undefined || count >= eventsMax || performance.now() > end) return count
        after = last.position
      }
    },
    close: () => pool.end(),
  }
}
