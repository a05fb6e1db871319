import { randomBytes } from 'node:crypto'
import { checkColumns, createPool, type Log, LogUnavailable, openLog, type Submission } from '@jejak/event-store'
import { newKey, submission } from '../../packages/event-store/test/facts.ts'
import { type Direction, startProxy } from './proxy.ts'
import type { SectionOptions, SectionResult } from './result.ts'
import { setStage } from './stage.ts'

/** What an append through a connection that is cut said of its outcome. */
type Said = 'acknowledged' | 'not stored' | 'unknown'

interface Tried {
  readonly said: Said
  readonly stored: boolean
  readonly settled: string
}

async function appendOnce(log: Log, one: Submission): Promise<Said> {
  try {
    const { kind } = await log.append(one)
    if (kind !== 'accepted') throw new Error(`an append of a new key was answered ${kind}`)
    return 'acknowledged'
  } catch (error) {
    if (error instanceof LogUnavailable) return error.outcomeKnown ? 'not stored' : 'unknown'
    throw error
  }
}

const sizes = [0, 40, 900]

/** A key with two facts, of a length that moves the packets' ends. */
const sketch = (index: number): Submission =>
  submission({
    key: newKey(),
    facts: [{}, { data: { amount: '1500000', note: randomBytes(sizes[index % sizes.length] ?? 0).toString('hex') } }],
  })

/**
 * F7: an append whose connection is cut after every count of bytes, to the server and to the client. What the caller is told must be true,
 * and a retry of what is unknown must settle it: once stored, never twice.
 */
export async function cutConnections(options: SectionOptions): Promise<SectionResult> {
  const stage = await setStage(() => undefined)
  const proxy = await startProxy(stage.server().port)
  const url = new URL(stage.servingUrl)
  url.port = String(proxy.port)
  const direct = createPool(stage.servingUrl, { max: 2 })
  const log = await openLog(direct)
  const counts: Record<string, number> = {
    cuts: 0,
    acknowledged: 0,
    'not stored': 0,
    unknown: 0,
    'unknown and stored': 0,
    'unknown and not': 0,
  }
  const faults: string[] = []
  const add = (name: string) => (counts[name] = (counts[name] ?? 0) + 1)

  async function tryOne(direction: Direction, bytes: number, one: Submission): Promise<Tried> {
    const proxied = createPool(url.href, { max: 1 })
    try {
      // The connection is there, and the statement known to it, as in a service that has run for a while.
      // Without patience: what the caller would be told is seen, not what a second attempt finds.
      const through = await openLog(proxied, { patienceMs: 0 })
      await through.append(submission())
      proxy.cutAfter(direction, bytes)
      const said = await appendOnce(through, one)
      proxy.cutAfter(direction, undefined)
      // The server may still be at it: whoever takes the gate after it sees what it did.
      await log.probe()
      const stored = (await log.outcomeOf(one.keyHash)) !== undefined
      const { kind } = await log.append(one)
      return { said, stored, settled: kind }
    } finally {
      proxy.cutAfter(direction, undefined)
      await proxied.end().catch(() => undefined)
    }
  }

  async function passes(direction: Direction): Promise<number> {
    await tryOne(direction, Number.MAX_SAFE_INTEGER, sketch(2))
    const proxied = createPool(url.href, { max: 1 })
    const through = await openLog(proxied)
    await through.append(submission())
    proxy.cutAfter(direction, undefined)
    await through.append(sketch(2))
    const bytes = proxy.passed()[direction]
    await proxied.end()
    return bytes
  }

  try {
    for (const direction of ['to the server', 'to the client'] as const) {
      const last = (await passes(direction)) + 8
      const step = Math.max(1, Math.floor(last / options.rounds))
      for (let bytes = 1; bytes <= last; bytes += step) {
        const { said, stored, settled } = await tryOne(direction, bytes, sketch(bytes))
        add('cuts')
        add(said)
        if (said === 'unknown') add(stored ? 'unknown and stored' : 'unknown and not')
        const where = `cut after ${bytes} bytes ${direction}`
        if (said === 'acknowledged' && !stored) faults.push(`${where}: acknowledged and lost`)
        if (said === 'not stored' && stored) faults.push(`${where}: said not to be stored, and is`)
        if (settled !== (stored ? 'repeated' : 'accepted')) faults.push(`${where}: the retry was answered ${settled}`)
        options.progress(bytes, last, direction)
      }
    }
    const { rows } = await stage.admin.query<{ halves: number }>(`
      select count(*)::int as halves
      from (select from jejak.events where body::jsonb -> 'data' ? 'note' group by body::jsonb ->> 'commandKeyHash' having count(*) > 2) h`)
    if ((rows[0]?.halves ?? 0) > 0) faults.push(`${rows[0]?.halves} keys have their facts twice`)
    const { differences, checked } = await checkColumns(stage.admin)
    faults.push(...differences.map(({ position, what }) => `position ${position}: ${what}`))
    counts['facts'] = checked
  } finally {
    await direct.end()
    await proxy.close()
    await stage.close()
  }
  return {
    name: 'Connection cut',
    deed: 'the connection of an append is cut after a count of bytes, each way',
    counts,
    times: {},
    faults,
    late: [],
  }
}
