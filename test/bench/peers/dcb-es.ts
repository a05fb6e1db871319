import { AppendConditionError, Query, SequencePosition, Tags } from '@dcb-es/event-store'
import { PostgresEventStore } from '@dcb-es/event-store-postgres'
import pg from 'pg'
import { type BenchEvent, entityId, eventTypeNames } from '../content.ts'
import type { Opening, Store } from '../store.ts'

const tagsOf = (entity: number): Tags => Tags.fromObj({ tranche: entityId(entity) })
const queryOf = (entity: number): Query => Query.fromItems([{ types: [...eventTypeNames], tags: tagsOf(entity) }])
const eventOf = ({ entity, type, data, metadata }: BenchEvent) => ({ type, tags: tagsOf(entity), data, metadata })

/** @dcb-es/event-store-postgres, the one peer with tags. */
export async function open({ adminUrl, connections, fresh }: Opening): Promise<Store> {
  const pool = new pg.Pool({ connectionString: adminUrl, max: connections })
  const store = new PostgresEventStore({ pool })
  if (fresh) await store.ensureInstalled()
  const headText = 'select coalesce(max(sequence_position), 0)::text as position from events'
  return {
    about: 'dcb-es 7.0.1, dynamic consistency boundary: one tag an event and a condition over its six types, which are six rows and locks',
    knows: 'position',
    inside: {
      headText,
      storedText: `
        select payload::json -> 'data' ->> 'id' as id, (payload::json -> 'data' ->> 'entity')::int as entity,
          (payload::json -> 'data' ->> 'version')::int as version, e.sequence_position::text as position
        from events e where e.sequence_position > $1::bigint order by e.sequence_position`,
      tables: ['events'],
    },
    async fill(events) {
      for (let from = 0; from < events.length; from += 1000) await store.append({ events: events.slice(from, from + 1000).map(eventOf) })
    },
    async append(entity, events, known) {
      const condition = { failIfEventsMatch: queryOf(entity), after: SequencePosition.fromString(String(known)) }
      try {
        return Number((await store.append({ events: events.map(eventOf), condition })).toString())
      } catch (error) {
        if (error instanceof AppendConditionError) return 'conflict'
        throw error
      }
    },
    async look() {
      const { rows } = await pool.query<{ position: string }>({ name: 'look', text: headText })
      return Number(rows[0]?.position ?? 0)
    },
    async load(entity) {
      let count = 0
      for await (const _ of store.read(queryOf(entity))) count += 1
      return count
    },
    async readAll(secondsMax, eventsMax) {
      const end = performance.now() + secondsMax * 1000
      let count = 0
      for await (const _ of store.read(Query.all())) {
        count += 1
        if (count % 1000 === 0 && (count >= eventsMax || performance.now() > end)) break
      }
      return count
    },
    close: () => pool.end(),
  }
}
