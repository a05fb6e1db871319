import { isExpectedVersionConflictError } from '@event-driven-io/emmett'
import { getPostgreSQLEventStore, readMessagesBatch } from '@event-driven-io/emmett-postgresql'
import { dumbo } from '@event-driven-io/dumbo'
import pg from 'pg'
import { type BenchEvent, entityId } from '../content.ts'
import type { Opening, Store } from '../store.ts'

const streamOf = (entity: number): string => `tranche:${entityId(entity)}`
const eventOf = ({ type, data, metadata }: BenchEvent) => ({ type, data, metadata })

// What its function emt_append_to_stream writes, a thousand events at once.
const fillText = `
insert into emt_messages (stream_id, stream_position, partition, message_kind, message_data, message_metadata, message_schema_version,
  message_type, message_id, transaction_id)
select e.stream, e.version, 'emt:default', 'E', e.data, e.metadata, '1', e.type, e.id, pg_current_xact_id()
from unnest($1::text[], $2::bigint[], $3::jsonb[], $4::jsonb[], $5::text[], $6::text[]) e (stream, version, data, metadata, type, id)`
const streamsText = `
insert into emt_streams (stream_id, stream_position, partition, stream_type, stream_metadata)
select stream_id, max(stream_position), 'emt:default', 'tranche', '{}' from emt_messages group by stream_id`

/** @event-driven-io/emmett-postgresql. It sets the driver's parsers of int8 and JSON for its whole process. */
export async function open({ adminUrl, connections, fresh }: Opening): Promise<Store> {
  const pool = new pg.Pool({ connectionString: adminUrl, max: connections })
  const store = getPostgreSQLEventStore(adminUrl, {
    connectionOptions: { pool },
    schema: { autoMigration: fresh ? 'CreateOrUpdate' : 'None' },
  })
  if (fresh) await store.schema.migrate()
  const feed = dumbo({ connectionString: adminUrl })

  return {
    about: 'emmett 0.42.0, without the feed index that came later; the feed is its exported readMessagesBatch, 1000 a page',
    knows: 'version',
    inside: {
      headText: 'select coalesce(max(global_position), 0)::text as position from emt_messages',
      storedText: `
        select message_data ->> 'id' as id, (message_data ->> 'entity')::int as entity, e.stream_position::int as version,
          e.global_position::text as position
        from emt_messages e where e.global_position > $1::bigint order by e.global_position`,
      tables: ['emt_messages_emt_default_active', 'emt_streams_emt_default_active'],
    },
    async fill(events) {
      for (let from = 0; from < events.length; from += 1000) {
        const page = events.slice(from, from + 1000)
        await pool.query(fillText, [
          page.map(({ entity }) => streamOf(entity)),
          page.map(({ version }) => version),
          page.map(({ data }) => JSON.stringify(data)),
          page.map(({ metadata }) => JSON.stringify(metadata)),
          page.map(({ type }) => type),
          page.map(({ id }) => id),
        ])
      }
      await pool.query(streamsText)
    },
    async append(entity, events, known) {
      try {
        const expectedStreamVersion = BigInt(known)
        const appended = await store.appendToStream(streamOf(entity), events.map(eventOf), { expectedStreamVersion })
        return Number(appended.nextExpectedStreamVersion)
      } catch (error) {
        if (isExpectedVersionConflictError(error)) return 'conflict'
        throw error
      }
    },
    async look(entity) {
      const text = `select stream_position::int as version from emt_streams where stream_id = $1 and partition = 'emt:default'`
      const { rows } = await pool.query<{ version: number }>({ name: 'look', text, values: [streamOf(entity)] })
      return rows[0]?.version ?? 0
    },
    load: async (entity) => (await store.readStream(streamOf(entity))).events.length,
    async readAll(secondsMax, eventsMax) {
      const end = performance.now() + secondsMax * 1000
      let after = 0n
      for (let count = 0; ;) {
        const { messages, currentGlobalPosition } = await readMessagesBatch(feed.execute, { after, batchSize: 1000 })
        count += messages.length
        if (messages.length === 0 || count >= eventsMax || performance.now() > end) return count
        after = currentGlobalPosition
      }
    },
    async close() {
      await feed.close()
      await store.close()
      await pool.end()
    },
  }
}
