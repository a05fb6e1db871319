import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import pg from 'pg'
import { type BenchEvent, entityId } from '../content.ts'
import { prose } from '../prose.ts'
import type { Opening, Store } from '../store.ts'

/** What its install.sh runs through psql, in its order. */
const files = [
  'schema/message-store',
  'extensions/pgcrypto',
  'tables/messages',
  'types/message',
  'functions/message-store-version',
  'functions/hash-64',
  'functions/acquire-lock',
  'functions/category',
  'functions/is-category',
  'functions/id',
  'functions/cardinal-id',
  'functions/stream-version',
  'functions/write-message',
  'functions/get-stream-messages',
  'functions/get-category-messages',
  'functions/get-last-stream-message',
  'indexes/messages-id',
  'indexes/messages-stream',
  'indexes/messages-category',
]

const categories = 4
const categoryOf = (entity: number): string => `tranche${entity % categories}`
const streamOf = (entity: number): string => `${categoryOf(entity)}-${entityId(entity)}`

const fillText = `
insert into messages (stream_name, position, type, data, metadata, id)
select * from unnest($1::text[], $2::bigint[], $3::text[], $4::jsonb[], $5::jsonb[], $6::uuid[])`
const writeText = 'select write_message($1::varchar, $2::varchar, $3::varchar, $4::jsonb, $5::jsonb, $6::bigint)'
const pageText = 'select * from get_category_messages($1::varchar, $2::bigint, 1000)'

interface Message {
  readonly global_position: string
  readonly data: string
  readonly metadata: string
}

const parse = ({ data, metadata }: Message): unknown => [JSON.parse(data), JSON.parse(metadata)]

/** The SQL of @eventide/message-db. */
export async function open({ adminUrl, connections, fresh }: Opening): Promise<Store> {
  const options = '-c search_path=message_store,public'
  const pool = new pg.Pool({ connectionString: adminUrl, max: connections, options })
  const home = path.dirname(createRequire(import.meta.url).resolve('@eventide/message-db/package.json'))
  if (fresh) {
    const client = await pool.connect()
    for (const file of files) await client.query(readFileSync(path.join(home, 'database', `${file}.sql`), 'utf8'))
    client.release()
  }

  const write = (client: pg.Pool | pg.PoolClient, event: BenchEvent, expected: number) =>
    client.query({
      name: 'write',
      text: writeText,
      values: [event.id, streamOf(event.entity), event.type, JSON.stringify(event.data), JSON.stringify(event.metadata), expected],
    })

  async function writeTogether(events: readonly BenchEvent[], known: number): Promise<void> {
    const client = await pool.connect()
    try {
      await client.query('begin')
      for (const [index, event] of events.entries()) await write(client, event, known - 1 + index)
      await client.query('commit')
    } catch (error) {
      await client.query('rollback')
      throw error
    } finally {
      client.release()
    }
  }

  return {
    about: prose`
        message-db 1.3.1, SQL functions; every write of a category is serialised (4 categories here); a batch is one call an
        event in a transaction; the feed is one category, so a pass reads the four in turn, 1000 a page`,
    knows: 'version',
    inside: {
      headText: 'select coalesce(max(global_position), 0)::text as position from message_store.messages',
      storedText: `
        select e.id::text as id, (data ->> 'entity')::int as entity, (e.position + 1)::int as version, e.global_position::text as position
        from message_store.messages e where e.global_position > $1::bigint order by e.global_position`,
      tables: ['message_store.messages'],
    },
    async fill(events) {
      for (let from = 0; from < events.length; from += 1000) {
        const page = events.slice(from, from + 1000)
        await pool.query(fillText, [
          page.map(({ entity }) => streamOf(entity)),
          page.map(({ version }) => version - 1),
          page.map(({ type }) => type),
          page.map(({ data }) => JSON.stringify(data)),
          page.map(({ metadata }) => JSON.stringify(metadata)),
          page.map(({ id }) => id),
        ])
      }
    },
    async append(_entity, events, known) {
      const [only, ...others] = events
      if (only === undefined) return known
      try {
        await (others.length === 0 ? write(pool, only, known - 1) : writeTogether(events, known))
        return known + events.length
      } catch (error) {
        if (error instanceof Error && error.message.startsWith('Wrong expected version')) return 'conflict'
        throw error
      }
    },
    async look(entity) {
      const { rows } = await pool.query<{ version: number }>({
        name: 'look',
        text: 'select coalesce(stream_version($1::varchar), -1)::int + 1 as version',
        values: [streamOf(entity)],
      })
      return rows[0]?.version ?? 0
    },
    async load(entity) {
      const text = 'select * from get_stream_messages($1::varchar, 0, 1000000)'
      const { rows } = await pool.query<Message>({ name: 'load', text, values: [streamOf(entity)] })
      return rows.map(parse).length
    },
    async readAll(secondsMax, eventsMax) {
      const end = performance.now() + secondsMax * 1000
      let count = 0
      for (let category = 0; category < categories; category += 1) {
        for (let from = '1'; count < eventsMax && performance.now() < end;) {
          const { rows } = await pool.query<Message>({ name: 'page', text: pageText, values: [categoryOf(category), from] })
          count += rows.map(parse).length
          const last = rows.at(-1)
          if (last === undefined) break
          from = String(BigInt(last.global_position) + 1n)
        }
      }
      return count
    },
    close: () => pool.end(),
  }
}
