import { expect, test } from 'vitest'
import { createPool, openLog } from '../src/index.ts'
import { start } from './children/child.ts'
import { ownLog, type TestLog, until } from './database.ts'
import { submission } from './facts.ts'

const long = process.env['JEJAK_LONG'] === '1'

async function terminateListeners(made: TestLog): Promise<number> {
  const ended = await made.adminPool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name like '% listener' and datname = current_database()`,
  )
  return ended.rowCount ?? 0
}

test('a reader that tails under load never sees N+1 before N, across processes, whatever transaction is open elsewhere', async () => {
  const made = await ownLog()
  const each = 150
  const total = each * 3 * 3
  // One open transaction that has written, one that holds an old snapshot: a reader by xmin would wait for both.
  const [writing, reading] = [await made.adminPool.connect(), await made.adminPool.connect()]
  await writing.query(`begin; insert into registry.persons (id, sealed, key_id) values (gen_random_uuid(), '\\x00', 'x')`)
  await reading.query('begin isolation level repeatable read; select count(*) from jejak.events')
  const tailers = [start('tailer.ts', made.servingUrl, String(total)), start('tailer.ts', made.servingUrl, String(total))]
  const writers = [start('writer.ts', made.servingUrl, String(each), '8'), start('writer.ts', made.servingUrl, String(each), '3')]
  const stop = new AbortController()
  let holes = 0
  // Independent of subscribe: in one snapshot there are as many facts as the highest position says.
  const watch = async () => {
    while (!stop.signal.aborted) {
      const seen = await made.servingPool.query<{ whole: boolean }>(
        'select count(*) = coalesce(max(position), 0) as whole from jejak.events',
      )
      if (seen.rows[0]?.whole !== true) holes += 1
    }
  }
  const watched = watch()
  const own = Promise.all(Array.from({ length: each }, () => made.log.append(submission({ facts: [{}, {}, {}] }))))
  for (const writer of writers) expect(await writer.ended).toEqual({ code: 0, signal: null, errors: '' })
  await own
  for (const tailer of tailers) {
    expect(await tailer.ended).toEqual({ code: 0, signal: null, errors: '' })
    expect(tailer.lines.map(Number)).toEqual(Array.from({ length: total }, (_, index) => index + 1))
  }
  stop.abort()
  await watched
  expect(holes).toBe(0)
  for (const client of [writing, reading]) {
    await client.query('rollback')
    client.release()
  }
})

test('a subscription gets its hints, survives the loss of its listener and ends when told', async () => {
  const made = await ownLog()
  const done = new AbortController()
  const seen: number[] = []
  const follow = async () => {
    // A poll would come too late for this test: what arrives was hinted at, or read after the reconnect.
    for await (const page of made.log.subscribe({ after: 0, signal: done.signal, pollMs: 600_000 }))
      seen.push(...page.map((fact) => fact.position))
  }
  const following = follow()
  await until(async () => {
    const listening = await made.adminPool.query(
      `select from pg_stat_activity where application_name like '% listener' and datname = current_database()`,
    )
    return listening.rowCount === 1
  })
  await made.log.append(submission())
  await until(() => seen.length === 1)
  expect(await terminateListeners(made)).toBe(1)
  await made.log.append(submission())
  await until(() => seen.length === 2)
  await made.log.append(submission())
  await until(() => seen.length === 3)
  done.abort()
  await following
  expect(seen).toEqual([1, 2, 3])
})

test('a subscription that starts in the middle gives what comes after', async () => {
  const { log } = await ownLog()
  await log.append(submission({ facts: [{}, {}, {}, {}, {}] }))
  const done = new AbortController()
  const pages: number[][] = []
  for await (const page of log.subscribe({ after: 1, signal: done.signal, pageSize: 3 })) {
    pages.push(page.map((fact) => fact.position))
    if (pages.length === 2) done.abort()
  }
  expect(pages).toEqual([[2, 3, 4], [5]])
})

test('append speed does not decay while an old snapshot is held', { timeout: 120_000 }, async () => {
  const made = await ownLog()
  const pool = createPool(made.servingUrl, { max: 2 })
  const log = await openLog(pool)
  const rate = async (ms: number) => {
    const end = performance.now() + ms
    let count = 0
    const write = async () => {
      while (performance.now() < end) {
        const answer = await log.append(submission())
        if (answer.kind === 'accepted') count += 1
      }
    }
    await Promise.all(Array.from({ length: 16 }, write))
    return (count / ms) * 1000
  }
  await rate(500)
  const windowMs = long ? 5_000 : 1_000
  const before = await rate(windowMs)
  const holder = await made.adminPool.connect()
  // The pool would end a transaction that sits open so long; this one stands for a dump or an export.
  await holder.query('set idle_in_transaction_session_timeout = 0')
  await holder.query('begin isolation level repeatable read; select count(*) from jejak.events')
  await rate(long ? 60_000 : 2_000)
  const after = await rate(windowMs)
  await holder.query('rollback')
  holder.release()
  await pool.end()
  process.stderr.write(
    `appends a second: ${before.toFixed(0)} before, ${after.toFixed(0)} under an old snapshot, ratio ${(after / before).toFixed(2)}\n`,
  )
  // A head row that every append updates fell to a third in 80 seconds. The short form only rules out a collapse: its windows are short and
  // the machine may be busy with something else.
  expect(after / before).toBeGreaterThan(long ? 0.5 : 0.2)
})
