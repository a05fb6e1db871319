import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, inject, test } from 'vitest'
import { createPool, isUnavailable } from '../src/index.ts'

const pidText = 'select pg_backend_pid() as pid'

async function pidOf(pool: ReturnType<typeof createPool>): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>(pidText)
  return rows[0]?.pid ?? 0
}

test('a server that is frozen in the middle of a statement is given up, and the next statement has another connection', async () => {
  const pool = createPool(inject('adminUrl'), { max: 1, silentMs: 200 })
  const frozen = await pidOf(pool)
  process.kill(frozen, 'SIGSTOP')
  try {
    const error: unknown = await pool.query('select 1').catch((caught: unknown) => caught)
    expect(error).toMatchObject({ message: 'the server fell silent for 200 ms' })
    expect(isUnavailable(error)).toBe(true)
    expect(await pidOf(pool)).not.toBe(frozen)
  } finally {
    process.kill(frozen, 'SIGCONT')
    await pool.end()
  }
})

test('a connection that nobody asks anything may be silent for as long as it likes, in a transaction or out of it', async () => {
  const pool = createPool(inject('adminUrl'), { max: 1, silentMs: 50 })
  const client = await pool.connect()
  try {
    await client.query('begin')
    const { rows: before } = await client.query<{ pid: number }>(pidText)
    await pause(200)
    const { rows: after } = await client.query<{ pid: number }>(pidText)
    expect(after).toEqual(before)
  } finally {
    client.release(true)
    await pool.end()
  }
})
