import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAsker } from '../src/asking.ts'
import { readers } from '../src/reading.ts'
import { freshLog, ownLog, until, type TestLog } from './database.ts'
import { hashOf, newKey, submission } from './facts.ts'

let made: TestLog
beforeAll(async () => {
  made = await freshLog()
})
afterAll(() => made.close())

const types = ['tranche.Credited', 'tranche.InstalmentPaid']
const append = (tags: readonly string[], type = 'tranche.InstalmentPaid', key = newKey()) =>
  made.log.append(submission({ key, facts: [{ type, tags }] }))
const fresh = (): string => `tranche:${randomUUID()}`

/** Counts the connections that a pool lends: one for each statement. */
function counted(made: TestLog): { readonly pool: ReturnType<TestLog['pool']>; sent: number } {
  const pool = made.pool()
  const count = { pool, sent: 0 }
  pool.on('acquire', () => (count.sent += 1))
  return count
}

describe('questions that are asked together', () => {
  test('go in one statement, each with its own answer', async () => {
    const [a, b, key] = [fresh(), fresh(), newKey()]
    await append([a])
    await append([a, b], 'tranche.Credited', key)
    await append([b], 'tranche.Closed')
    const count = counted(made)
    const asker = createAsker(count.pool)
    const [head, bound, unbound, ofA, ofB, both, none] = await Promise.all([
      asker.head(),
      asker.outcomeOf(hashOf(key)),
      asker.outcomeOf(hashOf(newKey())),
      asker.read([{ tag: a, types }]),
      asker.read([{ tag: b }]),
      asker.read([
        { tag: a, types },
        { tag: b, types },
      ]),
      asker.read([{ tag: fresh(), types }]),
    ])
    expect(count.sent).toBe(1)
    expect([bound?.outcome, unbound]).toEqual([[{ positions: [head.position - 1], repeated: false }], undefined])
    const positions = [ofA, ofB, both, none].map(({ facts }) => facts.map(({ position }) => head.position - position))
    expect(positions).toEqual([[2, 1], [1, 0], [2, 1], []])
    for (const read of [ofA, ofB, both, none]) expect([read.head, read.headRecordedAt]).toEqual([head.position, head.recordedAt])
  })
})

describe('what was read before', () => {
  test('is what a first reader would read, while others write', async () => {
    const tags = Array.from({ length: 4 }, fresh)
    const asker = createAsker(made.servingPool)
    const writing = Promise.all(
      Array.from({ length: 60 }, (_, n) => append([tags[n % 4] ?? '', ...(n % 3 === 0 ? [tags[(n + 1) % 4] ?? ''] : [])].sort())),
    )
    const reads = []
    for (let round = 0; round < 15; round += 1)
      reads.push(
        await Promise.all(
          tags.map((tag) =>
            asker.read([
              { tag, types },
              { tag: tags[0] ?? '', types },
            ]),
          ),
        ),
      )
    await writing
    for (const round of reads)
      for (const [index, { head, facts }] of round.entries()) {
        const whole = await made.log.read(
          [
            { tag: tags[index] ?? '', types },
            { tag: tags[0] ?? '', types },
          ],
          { upTo: head },
        )
        expect(facts).toEqual(whole.facts)
      }
  })

  test('is not asked for again: only what came after it travels', async () => {
    const tag = fresh()
    await append([tag])
    const pool = made.pool()
    const asker = createAsker(pool)
    const first = await asker.read([{ tag, types }])
    const second = await asker.read([{ tag, types }])
    expect(second.facts[0]).toBe(first.facts[0])
    await append([tag])
    const third = await asker.read([{ tag, types }])
    expect([third.facts.length, third.facts[0]]).toEqual([2, first.facts[0]])
  })

  test('is the caller’s own list: what a caller does to it stays with the caller', async () => {
    const tag = fresh()
    await append([tag])
    const asker = createAsker(made.servingPool)
    ;(await asker.read([{ tag, types }])).facts.length = 0
    expect((await asker.read([{ tag, types }])).facts).toHaveLength(1)
  })

  test('is bounded', async () => {
    const tags = Array.from({ length: 30 }, fresh)
    for (const tag of tags) await append([tag])
    const asker = createAsker(made.servingPool, { factsMax: 20 })
    for (const tag of [...tags, ...tags]) expect((await asker.read([{ tag, types }])).facts).toHaveLength(1)
  })

  test('is forgotten when a connection ends', async () => {
    const tag = fresh()
    await append([tag])
    const pool = made.pool({ max: 1 })
    const asker = createAsker(pool)
    const before = await asker.read([{ tag, types }])
    const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
    await made.adminPool.query('select pg_terminate_backend($1)', [rows[0]?.pid])
    await until(() => pool.totalCount === 0)
    const after = await asker.read([{ tag, types }])
    expect(after.facts).toEqual(before.facts)
    expect(after.facts[0]).not.toBe(before.facts[0])
  })
})

test('a log that ends before what was read of it is read anew', async () => {
  const [longer, shorter] = [await ownLog(), await ownLog()]
  const tag = fresh()
  for (const log of [longer, longer, longer, shorter]) await log.log.append(submission({ facts: [{ tags: [tag] }] }))
  let pool = longer.servingPool
  const changing = new Proxy(longer.servingPool, { get: (_, name) => Reflect.get(pool, name) as unknown })
  const { read } = readers(changing)
  expect((await read([{ tag }])).facts).toHaveLength(3)
  pool = shorter.servingPool
  expect(await read([{ tag }])).toEqual(await shorter.log.read([{ tag }]))
})
