import { Client } from 'pg'
import type { TestService } from '../../services/api/test/service.ts'

const stateText = `
select
  (select count(*) from jejak.events)::int as events,
  (select coalesce(max(position), 0) from jejak.events)::int as head,
  (select count(*) from jejak.event_tags)::int as tags,
  (select count(*) from jejak.commands)::int as commands,
  (select count(*) from registry.persons)::int as persons,
  (select md5(coalesce(string_agg(leaf_hash::text, ',' order by position), '')) from jejak.events) as leaves`

/** All that a command can change: facts, tags, keys, persons, and a digest over every leaf. */
export interface StoredState {
  readonly events: number
  readonly head: number
  readonly tags: number
  readonly commands: number
  readonly persons: number
  readonly leaves: string
}

/** Looks at the database itself, past the service. */
export interface Watcher {
  state(): Promise<StoredState>
  close(): Promise<void>
}

/** Opens a connection of its own to a service's database. */
export async function watch(service: TestService): Promise<Watcher> {
  const client = new Client(service.adminUrl)
  await client.connect()
  return {
    async state() {
      const { rows } = await client.query<StoredState>(stateText)
      const [row] = rows
      if (!row) throw new Error('no state')
      return row
    },
    close: () => client.end(),
  }
}
