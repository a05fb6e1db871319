import { eventAlreadyExistsErrorCode } from '@castore/core'
import { PostgresEventStorageAdapter } from '@castore/event-storage-adapter-postgres'
import pg from 'pg'
import postgres from 'postgres'
import { type BenchEvent, entityId } from '../content.ts'
import { prose } from '../prose.ts'
import type { Opening, Store } from '../store.ts'

const eventStoreId = 'tranche'
const context = { context: { eventStoreId } }

const fillText = `
insert into event (aggregate_name, aggregate_id, version, type, data, metadata)
select $1, e.* from unnest($2::uuid[], $3::bigint[], $4::text[], $5::jsonb[], $6::jsonb[]) e`

const detailOf = ({ entity, version, type, data, metadata }: BenchEvent) => ({
  aggregateId: entityId(entity),
  version,
  type,
  payload: data,
  metadata,
})

/** @castore/event-storage-adapter-postgres. */
export async function open({ adminUrl, connections, fresh }: Opening): Promise<Store> {
  if (fresh) await PostgresEventStorageAdapter.createEventTable({ connectionString: adminUrl })
  const adapter = new PostgresEventStorageAdapter({ connectionString: adminUrl })
  // The adapter opens ten connections and takes no other number: its client is replaced by the same with as many as everybody has.
  const sql = postgres(adminUrl, { max: connections, types: { bigint: postgres.BigInt }, onnotice: () => undefined })
  Reflect.set(adapter, '_sql', sql)
  const pool = new pg.Pool({ connectionString: adminUrl, max: connections })

  return {
    about: prose`
        castore 2.4.2 on postgres.js, which pipelines; checks the unique key only; no order across aggregates: a pass lists the
        aggregates and reads each; its pool is widened to 32`,
    knows: 'version',
    inside: {
      headText: 'select coalesce(max(id), 0)::text as position from event',
      storedText: `
        select data ->> 'id' as id, (data ->> 'entity')::int as entity, e.version::int as version, e.id::text as position
        from event e where e.id > $1::bigint order by e.id`,
      tables: ['event'],
    },
    async fill(events) {
      for (let from = 0; from < events.length; from += 1000) {
        const page = events.slice(from, from + 1000)
        await pool.query(fillText, [
          eventStoreId,
          page.map(({ entity }) => entityId(entity)),
          page.map(({ version }) => version),
          page.map(({ type }) => type),
          page.map(({ data }) => JSON.stringify(data)),
          page.map(({ metadata }) => JSON.stringify(metadata)),
        ])
      }
    },
    async append(_entity, events, known) {
      const [first, ...others] = events
      if (first === undefined) return known
      try {
        if (others.length === 0) await adapter.pushEvent(detailOf(first), { eventStoreId })
        else {
          const group = events.map((event) => Object.assign(adapter.groupEvent(detailOf(event)), context))
          const [head, ...tail] = group
          if (head !== undefined) await adapter.pushEventGroup({}, head, ...tail)
        }
        return known + events.length
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === eventAlreadyExistsErrorCode) return 'conflict'
        throw error
      }
    },
    async look(entity) {
      const text = 'select coalesce(max(version), 0)::int as version from event where aggregate_name = $1 and aggregate_id = $2'
      const { rows } = await pool.query<{ version: number }>({ name: 'look', text, values: [eventStoreId, entityId(entity)] })
      return rows[0]?.version ?? 0
    },
    load: async (entity) => (await adapter.getEvents(entityId(entity), { eventStoreId })).events.length,
    async readAll(secondsMax, eventsMax) {
      const end = performance.now() + secondsMax * 1000
      const { aggregateIds } = await adapter.listAggregateIds({ eventStoreId })
      let count = 0
      let next = 0
      async function reader(): Promise<void> {
        for (let at = next++; at < aggregateIds.length && count < eventsMax && performance.now() < end; at = next++) {
          const aggregate = aggregateIds[at]
          const events = aggregate === undefined ? [] : (await adapter.getEvents(aggregate.aggregateId, { eventStoreId })).events
          count += events.length
        }
      }
      await Promise.all(Array.from({ length: 8 }, reader))
      return count
    },
    async close() {
      await sql.end()
      await pool.end()
    },
  }
}
