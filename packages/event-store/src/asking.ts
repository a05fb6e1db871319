import { setImmediate as immediate } from 'node:timers/promises'
import type { Recorded } from '@jejak/domain'
import type { Pool, PoolClient } from 'pg'
import { digestArray, int8Array, textArray } from './binary.ts'
import { tagHash } from './hashes.ts'
import type { BoundKey, Log, Read, TagQuery } from './log.ts'
import { createMemory, createNamer, type Known, type NamedQuery } from './memory.ts'
import { parseOutcome } from './outcome.ts'
import { type FactRow, headOf, inOrder, recorded } from './rows.ts'

// One statement for the questions of many commands: the head, what keys were bound to, and the facts of each tag after what is known of
// it. As in `readText` the tables are entered by index only and the planner does not see how long the arrays are.
export const askText = `
select 0 as key, coalesce(e.position, 0) as position, jejak.micros(coalesce(e.recorded_at, l.opened_at)) as micros, null as body
from jejak.log l
left join lateral (select position, recorded_at from jejak.events order by position desc limit 1) e on true
union all
select k.key::int, null, null, encode(c.fingerprint, 'hex') || c.outcome
from unnest((select $1::bytea[])) with ordinality k (key_hash, key)
cross join lateral (select c.fingerprint, c.outcome from jejak.commands c where c.key_hash = k.key_hash offset 0) c
union all
select 0, position, micros, body
from (
  select e.position, jejak.micros(e.recorded_at) as micros, e.body
  from (
    select distinct t.position
    from (
      select q.tag, q.types::int[] as types, q.after
      from unnest((select $2::bigint[]), (select $3::text[]), (select $4::bigint[])) q (tag, types, after)
      offset 0
    ) q
    cross join lateral (
      select t.position
      from jejak.event_tags t
      where t.tag_hash = q.tag
        and t.position > q.after
        and (q.types is null or t.type_hash = any (q.types))
      offset 0
    ) t
  ) t
  cross join lateral (select e.position, e.recorded_at, e.body from jejak.events e where e.position = t.position offset 0) e
  order by e.position
) facts`

interface AskRow extends FactRow {
  /** Ordinal of the key that the row is about; 0 for the head, which is the first row, and for facts. */
  readonly key: number
}

interface Answered extends Read {
  readonly bound: BoundKey | undefined
}

/** What one caller wants to know. */
interface Question {
  readonly keyHash: string | undefined
  readonly queries: readonly NamedQuery[]
  readonly resolve: (answer: Answered) => void
  readonly reject: (error: unknown) => void
}

/** Bounds of asking. */
export interface AskingOptions {
  /** Questions in one statement at most. */
  readonly questionsMax?: number
  /** Facts remembered at most. */
  readonly factsMax?: number
}

/** What commands ask before they decide. */
export type Asker = Pick<Log, 'outcomeOf' | 'head'> & { readonly read: (queries: readonly TagQuery[]) => Promise<Read> }

const fingerprintLength = 64

const boundOf = (text: string): BoundKey => ({
  fingerprint: text.slice(0, fingerprintLength),
  outcome: parseOutcome(text.slice(fingerprintLength)),
})

/** The facts of several queries, each once, in order, none beyond the head. */
function together(lists: readonly Known[], head: number): Recorded[] {
  const byPosition = new Map<number, Recorded>()
  for (const { facts } of lists) for (const fact of facts) if (fact.position <= head) byPosition.set(fact.position, fact)
  return [...byPosition.values()].sort((a, b) => a.position - b.position)
}

/** What is known after a statement: for each query what was known before, and those of the new facts that it finds. */
function learned(before: ReadonlyMap<NamedQuery, Known>, news: readonly Recorded[], head: number): Map<NamedQuery, Known> {
  const byTag = Map.groupBy(before, ([{ tag }]) => tag)
  const fresh = new Map<NamedQuery, Recorded[]>()
  for (const recorded of news)
    for (const tag of recorded.fact.tags)
      for (const [query, { upTo }] of byTag.get(tag) ?? []) {
        if (recorded.position <= upTo || !query.takes(recorded.fact.type)) continue
        const found = fresh.get(query)
        if (found) found.push(recorded)
        else fresh.set(query, [recorded])
      }
  return new Map(
    [...before].map(([query, { facts }]) => {
      const more = fresh.get(query)
      return [query, { facts: more ? [...facts, ...more] : facts, upTo: head }]
    }),
  )
}

/**
 * Asks the log many questions in one statement: those that come while a statement is under way, or in the same turn of the event loop, go
 * together with the next. Each answer is that of the statement's snapshot. What was read of a tag before is kept, and only what came after
 * it is asked for: facts never change and appear in order, so what was read up to a head is complete up to it.
 */
export function createAsker(pool: Pool, options: AskingOptions = {}): Asker {
  const { questionsMax = 256, factsMax = 50_000 } = options
  const named = createNamer()
  const memory = createMemory(factsMax)
  // Another connection may be to a server that is no longer the same one: what was told before is forgotten.
  pool.on('connect', () => memory.clear())
  pool.on('error', () => memory.clear())
  let waiting: Question[] = []
  let running = false

  async function send(batch: readonly Question[]): Promise<void> {
    // First the connection, then what is remembered: a new one has made it forgotten.
    const client = await pool.connect()
    let broken = true
    try {
      await sendOn(client, batch)
      broken = false
    } finally {
      client.release(broken)
    }
  }

  async function sendOn(client: PoolClient, batch: readonly Question[]): Promise<void> {
    const { age } = memory
    const queries = new Map(batch.flatMap((question) => question.queries.map((query) => [query.name, query] as const)))
    const before = new Map([...queries.values()].map((query) => [query, memory.of(query)] as const))
    const keys = [...new Set(batch.flatMap(({ keyHash }) => keyHash ?? []))]
    const asked = [...before]
    const { rows } = await client.query<AskRow>({
      name: 'jejak-ask-1',
      text: askText,
      values: [
        digestArray(keys),
        int8Array(asked.map(([{ tag }]) => tagHash(tag))),
        textArray(asked.map(([{ literal }]) => literal)),
        int8Array(asked.map(([, { upTo }]) => upTo)),
      ],
    })
    const [first, ...rest] = rows
    const { head, headRecordedAt } = headOf(first)
    // A log that ends before what was read of it is another one: a server put back to an earlier time.
    if (asked.some(([, { upTo }]) => upTo > head)) {
      memory.clear()
      return sendOn(client, batch)
    }
    const bound = new Map(rest.filter(({ key }) => key > 0).map(({ key, body }) => [keys[key - 1], boundOf(body)]))
    const found = learned(before, inOrder(rest.filter(({ key }) => key === 0).map(recorded)), head)
    if (memory.age === age) for (const [query, known] of found) memory.keep(query, known)
    const byName = new Map([...found].map(([query, known]) => [query.name, known] as const))
    for (const { keyHash, queries: own, resolve } of batch) {
      const lists = own.flatMap(({ name }) => byName.get(name) ?? [])
      resolve({ head, headRecordedAt, facts: together(lists, head), bound: keyHash === undefined ? undefined : bound.get(keyHash) })
    }
  }

  async function deliver(batch: readonly Question[]): Promise<void> {
    try {
      await send(batch)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  async function run(): Promise<void> {
    do {
      // Those who ask in the same turn, and those who were just answered and have more to ask, go together.
      await immediate()
      const batch = waiting.slice(0, questionsMax)
      waiting = waiting.slice(questionsMax)
      await deliver(batch)
    } while (waiting.length > 0)
    running = false
  }

  const ask = (queries: readonly TagQuery[], keyHash?: string): Promise<Answered> => {
    const { promise, resolve, reject } = Promise.withResolvers<Answered>()
    waiting.push({ queries: queries.map(named), resolve, reject, keyHash })
    if (!running) {
      running = true
      void run()
    }
    return promise
  }

  return {
    outcomeOf: async (keyHash) => (await ask([], keyHash)).bound,
    async head() {
      const { head, headRecordedAt } = await ask([])
      return { position: head, recordedAt: headRecordedAt }
    },
    async read(queries) {
      const { head, headRecordedAt, facts } = await ask(queries)
      return { head, headRecordedAt, facts }
    },
  }
}
