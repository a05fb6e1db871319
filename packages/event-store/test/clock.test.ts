import { expect, test, vi } from 'vitest'
import { MigrationRefused, migrateLog, NoLog, openLog } from '../src/index.ts'
import golden from './golden/leaves.json' with { type: 'json' }
import { freshDatabase, ownLog } from './database.ts'
import { submission } from './facts.ts'

const opening = BigInt(Date.UTC(2005, 0, 1)) * 1000n
const noon = BigInt(Date.UTC(2018, 4, 14, 5)) * 1000n

test('a simulated log takes the caller’s times, to the microsecond, and opens in 2005', async () => {
  const { log } = await ownLog({ clock: 'simulated' })
  expect(log.clock).toBe('simulated')
  expect(await log.head()).toEqual({ position: 0, recordedAt: opening })
  expect(await log.read([])).toEqual({ head: 0, headRecordedAt: opening, facts: [] })
  for (const recordedAt of [opening, noon, noon, noon + 1n, noon + 999_999n]) {
    const answer = await log.append(submission({ recordedAt }))
    expect(answer).toMatchObject({ kind: 'accepted', recordedAt })
  }
  expect((await log.readAll({ after: 0, limit: 10 })).map((fact) => fact.recordedAt)).toEqual([
    opening,
    noon,
    noon,
    noon + 1n,
    noon + 999_999n,
  ])
  expect(await log.head()).toEqual({ position: 5, recordedAt: noon + 999_999n })
})

test('a time before the last is refused, for that submission alone', async () => {
  const { log } = await ownLog({ clock: 'simulated' })
  expect(await log.append(submission({ recordedAt: opening - 1n }))).toEqual({ kind: 'clock-runs-backwards', last: opening })
  await log.append(submission({ recordedAt: noon }))
  const late = submission({ recordedAt: noon - 1n })
  const answers = await Promise.all([
    log.append(submission({ recordedAt: noon + 1n })),
    log.append(submission({ recordedAt: noon + 2n })),
    log.append(late),
    log.append(submission({ recordedAt: noon + 1n })),
    log.append(submission({ recordedAt: noon + 2n })),
  ])
  expect(answers.map((one) => one.kind)).toEqual(['accepted', 'accepted', 'clock-runs-backwards', 'clock-runs-backwards', 'accepted'])
  expect(answers[2]).toEqual({ kind: 'clock-runs-backwards', last: noon + 2n })
  expect(await log.outcomeOf(late.keyHash)).toBeUndefined()
})

test('without a time a simulated log takes now, or the last if that is later', async () => {
  const { log } = await ownLog({ clock: 'simulated' })
  const before = BigInt(Date.now()) * 1000n
  const now = await log.append(submission())
  expect(now.kind === 'accepted' && now.recordedAt >= before).toBe(true)
  const future = before + 3_600_000_000n
  await log.append(submission({ recordedAt: future }))
  expect(await log.append(submission())).toMatchObject({ kind: 'accepted', recordedAt: future })
})

test('a real log refuses the caller’s time and keeps its own, never decreasing', async () => {
  const { log } = await ownLog()
  const answers = await Promise.all(
    [submission(), submission(), submission({ recordedAt: noon }), submission()].map((one) => log.append(one)),
  )
  expect(answers.map((one) => one.kind)).toEqual(['accepted', 'accepted', 'clock-is-real', 'accepted'])
  const times = (await log.readAll({ after: 0, limit: 10 })).map((fact) => fact.recordedAt)
  expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)))
})

test('positionAt finds the last position recorded at or before an instant', async () => {
  const { log } = await ownLog({ clock: 'simulated' })
  expect(await log.positionAt(noon)).toBe(0)
  const times = [0n, 0n, 5n, 7n, 7n, 7n, 20n].map((offset) => noon + offset)
  for (const recordedAt of times) await log.append(submission({ recordedAt }))
  for (let offset = -1n; offset <= 21n; offset += 1n) {
    const expected = times.filter((time) => time <= noon + offset).length
    expect(await log.positionAt(noon + offset)).toBe(expected)
  }
})

test('PostgreSQL computes the golden leaves', async () => {
  const { adminPool } = await ownLog()
  for (const { position, micros, body, leaf } of golden.leaves) {
    const found = await adminPool.query<{ leaf: string; micros: bigint }>(
      `select
         encode(sha256('\\x00'::bytea || convert_to(
           concat('jejak/1', e'\\n', $1::bigint, e'\\n', $2::bigint, e'\\n', $3::text), 'UTF8'
         )), 'hex') as leaf,
         jejak.micros(timestamptz 'epoch' + $2::bigint * interval '1 microsecond') as micros`,
      [position, micros, body],
    )
    expect(found.rows[0]).toEqual({ leaf, micros: BigInt(micros) })
  }
})

test('production refuses simulated logs', async () => {
  const { adminPool } = await ownLog({ clock: 'simulated' })
  vi.stubEnv('NODE_ENV', 'production')
  try {
    await expect(openLog(adminPool)).rejects.toThrow(NoLog)
    await expect(migrateLog(adminPool, { clock: 'simulated' })).rejects.toThrow(MigrationRefused)
  } finally {
    vi.unstubAllEnvs()
  }
  expect(await freshDatabase()).toContain('/t_')
})
