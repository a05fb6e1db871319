import { createPool, openLog } from '@jejak/event-store'
import { type Bench, interleaved, type Row } from '../bench.ts'
import type { PassResult } from '../protocol.ts'
import type { Step } from '../samples.ts'
import { median } from '../stats.ts'

const secondsMax = 15
const streaming = 'pg-query-stream'

function figuresOf({ events, seconds, cpuSeconds, peakMiB, wrong }: PassResult): Awaited<ReturnType<Step['run']>> {
  const figures = { perSecond: events / seconds, events, seconds, cpuSeconds, peakMiB }
  return { figures, ...(wrong === undefined ? {} : { wrong }) }
}

/** Each pass in a fresh process, so that its memory is its own. */
async function pass(bench: Bench, store: string, eventsMax: number): ReturnType<Step['run']> {
  const remote = await (store === streaming ? bench.another('jejak', './peers/jejak-stream.ts') : bench.another(store))
  try {
    return figuresOf(await remote.ask('readAll', { secondsMax, eventsMax }))
  } finally {
    await remote.end()
  }
}

interface PlanNode {
  readonly 'Node Type': string
  readonly Plans?: readonly PlanNode[]
}

const nodesOf = (node: PlanNode): readonly string[] => [node['Node Type'], ...(node.Plans ?? []).flatMap(nodesOf)]

/** The plan of the page statement that the log itself prepared: an index scan, nothing sorted. Says what is wrong. */
async function planOf(query: (text: string) => Promise<{ rows: unknown[] }>): Promise<string | undefined> {
  const prepared = await query(`select name from pg_prepared_statements where name like 'jejak-page-%'`)
  const { name } = prepared.rows[0] as { name: string }
  const explained = await query(`explain (format json) execute "${name}" (0, 9223372036854775807, 1000)`)
  const [{ Plan }] = (explained.rows[0] as { 'QUERY PLAN': [{ Plan: PlanNode }] })['QUERY PLAN']
  const nodes = nodesOf(Plan)
  return nodes.includes('Index Scan') && !nodes.some((node) => node.includes('Sort')) ? undefined : `plan: ${nodes.join(' > ')}`
}

/** The first page of the log beside the last, in turn, and the plan of the statement that fetches them. */
async function pages(bench: Bench): ReturnType<Step['run']> {
  await bench.store('jejak')
  const pool = createPool(bench.server.server.adminUrl('bench_jejak'), { max: 1 })
  try {
    const log = await openLog(pool)
    const { position } = await log.head()
    const time = async (after: number): Promise<number> => {
      const start = performance.now()
      await log.readAll({ after, limit: 1000 })
      return performance.now() - start
    }
    const first: number[] = []
    const last: number[] = []
    for (let turn = 0; turn < 30; turn += 1) {
      first.push(await time(0))
      last.push(await time(position - 1000))
    }
    const wrong = await planOf((text) => pool.query(text))
    const figures = {
      firstMs: median(first.slice(5)),
      lastMs: median(last.slice(5)),
      lastToFirst: median(last.slice(5)) / median(first.slice(5)),
    }
    return { figures, ...(wrong === undefined ? {} : { wrong }) }
  } finally {
    await pool.end()
  }
}

/** Reading the whole log. */
export function catchUpSteps(bench: Bench): Step[] {
  const { stores, rounds, events } = bench.options
  const whole: Row = {
    row: 'whole log',
    stores: stores.includes('jejak') ? [...stores, streaming] : stores,
    estimateMs: 6000,
    measure: (store) => pass(bench, store, Number.MAX_SAFE_INTEGER),
  }
  if (!stores.includes('jejak')) return interleaved('catch-up', rounds, [whole])
  const tenth: Row = { row: 'a tenth', stores: ['jejak'], estimateMs: 1000, measure: (store) => pass(bench, store, Math.ceil(events / 10)) }
  const ends: Row = { row: 'first and last page', stores: ['jejak'], estimateMs: 500, measure: () => pages(bench) }
  return interleaved('catch-up', rounds, [whole, tenth, ends])
}
