import { expect, test } from 'vitest'
import { createPool, isUnavailable, LogClosed, LogOverloaded, LogUnavailable, NotCanonical, openLog } from '../src/index.ts'
import { ownLog } from './database.ts'
import { submission } from './facts.ts'

test('drain takes nothing more and answers all that waited', async () => {
  const { log } = await ownLog({ appender: { countMax: 5 } })
  const waiting = Array.from({ length: 40 }, () => log.append(submission()))
  const drained = log.drain()
  await expect(log.append(submission())).rejects.toThrow(LogClosed)
  await drained
  expect((await Promise.all(waiting)).every((one) => one.kind === 'accepted')).toBe(true)
  expect((await log.head()).position).toBe(40)
})

test('the queue is bounded, in count and in size', async () => {
  const { servingPool } = await ownLog()
  const few = await openLog(servingPool, { waitingMax: 10 })
  const settled = await Promise.allSettled(Array.from({ length: 30 }, () => few.append(submission())))
  const refused = settled.filter((one) => one.status === 'rejected')
  expect(refused.length).toBeGreaterThan(0)
  for (const one of refused) expect(one.reason).toBeInstanceOf(LogOverloaded)
  const large = { data: { note: 'x'.repeat(50_000) } }
  const small = await openLog(servingPool, { waitingSizeMax: 200_000, sizeMax: 60_000 })
  const sizes = await Promise.allSettled(Array.from({ length: 10 }, () => small.append(submission({ facts: [large] }))))
  expect(sizes.filter((one) => one.status === 'fulfilled').length).toBeGreaterThanOrEqual(4)
  expect(sizes.filter((one) => one.status === 'rejected').length).toBeGreaterThan(0)
})

test('a fact without canonical text fails alone, before it queues', async () => {
  const { log } = await ownLog()
  const answers = await Promise.allSettled([
    log.append(submission()),
    log.append(submission({ facts: [{ data: { note: 'a\0b' } }] })),
    log.append(submission()),
  ])
  expect(answers.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(answers[1]?.status === 'rejected' && answers[1].reason).toBeInstanceOf(NotCanonical)
})

test('a server that cannot be reached: an error that says that nothing was stored', async () => {
  const { servingUrl, log } = await ownLog()
  const url = new URL(servingUrl)
  url.port = '1'
  const pool = createPool(servingUrl, { max: 1 })
  const far = await openLog(pool, { patienceMs: 300 })
  pool.options.connectionString = url.href
  pool.options.port = 1
  await pool.query('select pg_terminate_backend(pg_backend_pid())').catch(() => undefined)
  const error: unknown = await far.append(submission()).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(LogUnavailable)
  expect(error instanceof LogUnavailable && error.outcomeKnown).toBe(true)
  expect((await log.head()).position).toBe(0)
  await pool.end()
})

test('a gate that stays shut: refused in time, nothing stored, and open again', async () => {
  const { adminPool, pool, log } = await ownLog()
  const holder = await adminPool.connect()
  await holder.query('begin; lock table jejak.log_gate in exclusive mode')
  const impatient = await openLog(pool({ lockTimeoutMs: 200 }))
  const settled = await Promise.allSettled(Array.from({ length: 5 }, () => impatient.append(submission())))
  // The first call was refused by the server; those behind it are told at once, not one call after the other.
  const reasons: unknown[] = settled.map((one) => one.status === 'rejected' && one.reason)
  expect(reasons[0]).toBeInstanceOf(LogUnavailable)
  for (const reason of reasons) expect(isUnavailable(reason)).toBe(true)
  await expect(impatient.probe()).rejects.toThrow(LogUnavailable)
  await holder.query('rollback')
  holder.release()
  await impatient.probe()
  const after = await Promise.all(Array.from({ length: 5 }, () => impatient.append(submission())))
  expect([after.every(({ kind }) => kind === 'accepted'), impatient.isShut()]).toEqual([true, false])
  expect((await log.head()).position).toBe(5)
})
