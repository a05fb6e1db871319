import pg from 'pg'
import { benchEvent, type BenchEvent, fillOrder, groupsOf, type Layout, versionAfterFilling } from './content.ts'
import type { AppendWindow, Calls, LoadWindow, OpenCall, Question, Reply, WindowResult } from './protocol.ts'
import { percentile } from './stats.ts'
import type { Store, StoreModule } from './store.ts'
import { type StoredRow, whatIsWrong } from './verify.ts'

/** The process of one store: what a driver sets process-wide stays in here. Answers the main process, one call at a time. */

interface Opened {
  readonly store: Store
  readonly admin: pg.Pool
  readonly events: number
  readonly layout: Layout
  /** What of the entities changed since the filling: the last version, and what the store wants to know. */
  readonly versions: Map<number, number>
  readonly known: Map<number, number>
  readonly versionOf: (entity: number) => number
  readonly knownOf: (entity: number) => number
}

let opened: Opened | undefined

function demand(): Opened {
  if (opened === undefined) throw new Error('the store is not open')
  return opened
}

async function openStore({ module, adminUrl, connections, fresh, events, layout }: OpenCall): Promise<Calls['open']['answer']> {
  const admin = new pg.Pool({ connectionString: adminUrl, max: 4 })
  const { open } = (await import(module)) as StoreModule
  const store = await open({ adminUrl, admin, connections, fresh })
  const versions = new Map<number, number>()
  const known = new Map<number, number>()
  const versionOf = (entity: number): number => versions.get(entity) ?? versionAfterFilling(events, layout, entity)
  opened = { store, admin, events, layout, versions, known, versionOf, knownOf: versionOf }
  if (!fresh) await learn()
  return { about: store.about }
}

async function head({ store, admin }: Opened): Promise<string> {
  const { rows } = await admin.query<{ position: string }>(store.inside.headText)
  return rows[0]?.position ?? '0'
}

/** What every writer knows after the filling: its entity's version, or the head of the log. */
async function learn(): Promise<void> {
  const one = demand()
  if (one.store.knows === 'version') return
  const position = Number(await head(one))
  opened = { ...one, knownOf: (entity) => one.known.get(entity) ?? position }
}

async function storedSince({ store, admin }: Opened, mark: string, from: number, to: number): Promise<StoredRow[]> {
  const { rows } = await admin.query<{ id: string; entity: number; version: number; position: string }>(store.inside.storedText, [mark])
  return rows.filter(({ entity }) => entity >= from && entity < to).map((row) => ({ ...row, position: Number(row.position) }))
}

async function fill(): Promise<Calls['fill']['answer']> {
  const one = demand()
  const events = fillOrder(groupsOf(one.events)).map(({ entity, version }) => benchEvent(entity, version))
  const start = performance.now()
  await one.store.fill(events)
  const seconds = (performance.now() - start) / 1000
  const wrong = whatIsWrong(events, await storedSince(one, '0', 0, Number.POSITIVE_INFINITY), 'versions')
  for (const table of one.store.inside.tables) await one.admin.query(`vacuum (analyze) ${table}`)
  await learn()
  return { seconds, ...(wrong === undefined ? {} : { wrong }) }
}

async function wal({ admin }: Opened): Promise<number> {
  const { rows } = await admin.query<{ bytes: string }>(`select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text as bytes`)
  return Number(rows[0]?.bytes)
}

/** Gathers what falls into the window proper. */
class Tally {
  readonly latencies: number[] = []
  count = 0
  conflicts = 0
  readonly begin: number
  readonly end: number
  #cpu: NodeJS.CpuUsage | undefined
  cpuSeconds = 0

  constructor(warmMs: number, windowMs: number) {
    this.begin = performance.now() + warmMs
    this.end = this.begin + windowMs
    setTimeout(() => (this.#cpu = process.cpuUsage()), warmMs)
    setTimeout(() => {
      const { user, system } = process.cpuUsage(this.#cpu)
      this.cpuSeconds = (user + system) / 1e6
    }, warmMs + windowMs)
  }

  open(): boolean {
    return performance.now() < this.end
  }

  note(start: number, count: number): void {
    const now = performance.now()
    if (now < this.begin || now > this.end) return
    this.count += count
    this.latencies.push(now - start)
  }

  beaten(): void {
    if (performance.now() >= this.begin && this.open()) this.conflicts += 1
  }

  result(): Omit<WindowResult, 'stored' | 'walBytes'> {
    const sorted = Float64Array.from(this.latencies).sort()
    const { count, conflicts, cpuSeconds } = this
    const seconds = (this.end - this.begin) / 1000
    const [p50, p99] = [percentile(sorted, 0.5), percentile(sorted, 0.99)]
    return { count, seconds, p50, p99, conflicts, successes: sorted.length, cpuSeconds }
  }
}

/** Runs so many at once and waits for all of them, also when one fails: none may reach into the next window. */
async function together(count: number, one: () => Promise<void>): Promise<void> {
  const ended = await Promise.allSettled(Array.from({ length: count }, one))
  for (const each of ended) if (each.status === 'rejected') throw each.reason
}

/** A random entity that no other writer of this process is at. */
function freeEntity(busy: ReadonlySet<number>, from: number, to: number): number {
  for (;;) {
    const entity = from + Math.floor(Math.random() * (to - from))
    if (!busy.has(entity)) return entity
  }
}

function eventsAfter(entity: number, version: number, count: number): BenchEvent[] {
  return Array.from({ length: count }, (_, index) => benchEvent(entity, version + 1 + index))
}

async function append(window: AppendWindow): Promise<WindowResult> {
  const one = demand()
  const { store, versions, known, versionOf, knownOf } = one
  const { from, to, batch } = window
  const [mark, walBefore, before] = [await head(one), await wal(one), new Map(versions)]
  const versionBefore = (entity: number): number => before.get(entity) ?? versionAfterFilling(one.events, one.layout, entity)
  const acknowledged: BenchEvent[] = []
  const tally = new Tally(window.warmMs, window.windowMs)
  const busy = new Set<number>()

  async function alone(): Promise<void> {
    while (tally.open()) {
      const entity = freeEntity(busy, from, to)
      busy.add(entity)
      const version = versionOf(entity)
      const events = eventsAfter(entity, version, batch)
      const start = performance.now()
      const outcome = await store.append(entity, events, knownOf(entity))
      if (outcome === 'conflict') {
        tally.beaten()
        known.set(entity, await store.look(entity))
      } else {
        tally.note(start, batch)
        acknowledged.push(...events)
        versions.set(entity, version + batch)
        known.set(entity, outcome)
      }
      busy.delete(entity)
    }
  }

  /** One append that succeeds, unless the window ends before. */
  async function contend(start: number, looked: number): Promise<number> {
    for (let knows = looked; ; knows = await store.look(from)) {
      // The version is what the writer knows: the store with positions has no other.
      const events = eventsAfter(from, store.knows === 'position' ? knows - 1 : knows, batch)
      const outcome = await store.append(from, events, knows)
      if (outcome !== 'conflict') {
        tally.note(start, batch)
        acknowledged.push(...events)
        return outcome
      }
      tally.beaten()
      if (!tally.open()) return knows
    }
  }

  async function contending(): Promise<void> {
    let knows = await store.look(from)
    while (tally.open()) {
      const start = performance.now()
      if (store.inTurn === undefined) knows = await contend(start, knows)
      else await store.inTurn(from, async () => void (await contend(start, await store.look(from))))
    }
  }

  await together(window.writers, window.contended ? contending : alone)
  const walBytes = (await wal(one)) - walBefore
  const stored = await storedSince(one, mark, from, window.contended ? from + 1 : to)
  const byPosition = window.contended === true && store.knows === 'position'
  const wrong = whatIsWrong(acknowledged, stored, byPosition ? 'knew-the-last' : 'versions', byPosition ? undefined : versionBefore)
  if (window.contended) known.set(from, await store.look(from))
  if (window.contended) versions.set(from, versionOf(from) + acknowledged.length)
  return { ...tally.result(), stored: acknowledged.length, walBytes, ...(wrong === undefined ? {} : { wrong }) }
}

async function load(window: LoadWindow): Promise<WindowResult> {
  const { store } = demand()
  const tally = new Tally(window.warmMs, window.windowMs)
  let wrong: string | undefined
  async function reader(): Promise<void> {
    while (tally.open()) {
      const entity = freeEntity(new Set(), window.from, window.to)
      const start = performance.now()
      const events = await store.load(entity)
      if (events !== window.eventsEach) wrong = `entity ${entity}: ${events} events instead of ${window.eventsEach}`
      tally.note(start, 1)
    }
  }
  await together(window.readers, reader)
  return { ...tally.result(), stored: 0, walBytes: 0, ...(wrong === undefined ? {} : { wrong }) }
}

async function readAll({ secondsMax, eventsMax }: Calls['readAll']['ask']): Promise<Calls['readAll']['answer']> {
  const { store, admin } = demand()
  const counted = await admin.query<{ count: string }>(`select count(*)::text as count from ${store.inside.tables[0]}`)
  const expected = Math.min(Number(counted.rows[0]?.count), eventsMax)
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  const events = await store.readAll(secondsMax, eventsMax)
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const pass = { events, seconds, cpuSeconds: (user + system) / 1e6, peakMiB: process.resourceUsage().maxRSS / 1024 }
  // A page more than asked is as good; one that stopped because its time was over is judged by its rate.
  const whole = seconds >= secondsMax || (events >= expected && events < expected + 5000)
  return { ...pass, ...(whole ? {} : { wrong: `read ${events} of ${expected}` }) }
}

async function weigh(): Promise<Calls['weigh']['answer']> {
  const { store, admin } = demand()
  const { tables } = store.inside
  for (const table of tables) await admin.query(`vacuum (analyze) ${table}`)
  const { rows } = await admin.query<{ heap: string; toast: string; indexes: string; relations: number; events: number }>(
    `select
       sum(pg_relation_size(r.oid) + pg_relation_size(r.oid, 'fsm') + pg_relation_size(r.oid, 'vm'))::text as heap,
       sum(pg_table_size(r.oid) - pg_relation_size(r.oid) - pg_relation_size(r.oid, 'fsm') - pg_relation_size(r.oid, 'vm'))::text as toast,
       sum(pg_indexes_size(r.oid))::text as indexes,
       (select count(*)::int from pg_index i where i.indrelid = any (array_agg(r.oid))) as relations
     from pg_class r
     where r.oid = any ($1::regclass[])`,
    [tables],
  )
  const [row] = rows
  const count = await admin.query<{ count: string }>(`select count(*)::text as count from ${tables[0]}`)
  return {
    events: Number(count.rows[0]?.count),
    heap: Number(row?.heap),
    toast: Number(row?.toast),
    indexes: Number(row?.indexes),
    indexRelations: row?.relations ?? 0,
  }
}

async function close(): Promise<null> {
  const { store, admin } = demand()
  await store.close()
  await admin.end()
  return null
}

const answers: { readonly [K in keyof Calls]: (ask: Calls[K]['ask']) => Promise<Calls[K]['answer']> } = {
  open: openStore,
  fill,
  append,
  load,
  readAll,
  weigh,
  close,
}

function tellParent(reply: Reply): void {
  process.send?.(reply)
}

process.on('message', (question: Question) => {
  const answer = answers[question.call] as (ask: unknown) => Promise<unknown>
  answer(question.ask).then(
    (value) => tellParent({ id: question.id, answer: value }),
    (error: unknown) => tellParent({ id: question.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
