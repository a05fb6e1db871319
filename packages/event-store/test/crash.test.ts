import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Server, startServer } from '@jejak/devdb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkColumns, createPool, openLog, type Submission } from '../src/index.ts'
import { start } from './children/child.ts'
import { freshLog, type TestLog, until } from './database.ts'
import { hashOf, newKey, submission } from './facts.ts'

// A cluster of its own with fsync on: this one is killed.
let dataDir: string
let server: Server
let made: TestLog
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'jejak-crash-'))
  // The server runs as another user, who must be able to pass through.
  await chmod(dataDir, 0o755)
  server = await startServer({ dataDir: path.join(dataDir, 'data'), durability: 'full', auth: 'trust' })
  made = await freshLog({ server: server.adminUrl() })
})
afterAll(async () => {
  await made.close()
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
})

/** Positions 1..n without a hole, every submission with all its three facts or none, columns as the bodies say. */
async function whole(): Promise<number> {
  const check = await checkColumns(made.adminPool)
  expect(check.differences).toEqual([])
  const found = await made.adminPool.query<{ halves: bigint; facts: bigint; top: bigint }>(`
    select
      (
        select count(*)
        from (select body::jsonb ->> 'commandKeyHash' from jejak.events group by 1 having count(*) <> 3) h
      ) as halves,
      (select count(*) from jejak.events) as facts,
      (select coalesce(max(position), 0) from jejak.events) as top`)
  const [counts] = found.rows
  expect(counts?.halves).toBe(0n)
  expect(counts?.facts).toBe(counts?.top)
  return check.checked
}

test('a writer killed -9 in the middle of a batch leaves no half command, and loses none that it acknowledged', async () => {
  for (const acknowledged of [1, 40, 170]) {
    const child = start('writer.ts', made.servingUrl, '100000', '24')
    await until(() => child.lines.length >= acknowledged)
    child.process.kill('SIGKILL')
    expect((await child.ended).signal).toBe('SIGKILL')
    // The backend may still be at the last call; it has ended when the gate is free and nobody of the child's is connected.
    await until(async () => {
      const left = await made.adminPool.query(
        `select from pg_stat_activity where usename = 'jejak_test_serving' and datname = current_database() and state <> 'idle'`,
      )
      return left.rowCount === 0
    })
    await whole()
    // The last line may be cut off; all others are keys whose facts must be there.
    for (const key of child.lines.filter((line) => line.length === 24)) {
      expect((await made.log.outcomeOf(hashOf(key)))?.outcome[0]?.positions).toHaveLength(3)
    }
  }
})

test(
  'the server killed -9 in the middle of a batch leaves no half command; what waited is stored once, by sending it again',
  { timeout: 60_000 },
  async () => {
    const pool = createPool(made.servingUrl, { max: 2 })
    const log = await openLog(pool, { patienceMs: 30_000 })
    const done = new AbortController()
    const seen: number[] = []
    const follow = async () => {
      for await (const page of log.subscribe({ after: 0, signal: done.signal, pollMs: 50 })) seen.push(...page.map((fact) => fact.position))
    }
    const following = follow()
    for (let round = 0; round < 2; round += 1) {
      const kinds = new Map<string, number>()
      const sent: Submission[] = []
      const stop = new AbortController()
      const write = async () => {
        while (!stop.signal.aborted) {
          const one = submission({ key: newKey(), facts: [{}, {}, {}] })
          sent.push(one)
          const { kind } = await log.append(one)
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
        }
      }
      const writers = Promise.all(Array.from({ length: 24 }, write))
      await until(() => (kinds.get('accepted') ?? 0) > 100)
      const before = kinds.get('accepted') ?? 0
      process.kill(server.pid, 'SIGKILL')
      // Gives back our claim to the folder; there is nothing left to stop.
      await server.stop()
      server = await startServer({ dataDir: path.join(dataDir, 'data'), durability: 'full', auth: 'trust', preferredPort: server.port })
      expect(new URL(server.adminUrl()).port).toBe(new URL(made.adminUrl).port)
      await until(() => (kinds.get('accepted') ?? 0) > before + 100, 30_000)
      stop.abort()
      await writers
      // `repeated`: the commit had happened, its answer was lost.
      expect([...kinds.keys()].filter((kind) => kind !== 'accepted' && kind !== 'repeated')).toEqual([])
      for (const one of sent) expect((await log.outcomeOf(one.keyHash))?.outcome[0]?.positions).toHaveLength(3)
      await whole()
    }
    const total = await whole()
    await until(() => seen.length >= total, 20_000)
    done.abort()
    await following
    expect(seen).toEqual(Array.from({ length: total }, (_, index) => index + 1))
    await pool.end()
  },
)

test('a backend killed while it appends: the same', async () => {
  const answers: Promise<unknown>[] = []
  for (let round = 0; round < 5; round += 1) {
    for (let index = 0; index < 40; index += 1) answers.push(made.log.append(submission({ facts: [{}, {}, {}] })))
    await made.adminPool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'jejak_test_serving' and datname = current_database()`,
    )
  }
  const settled = await Promise.all(answers)
  expect(settled).toHaveLength(200)
  await whole()
})
