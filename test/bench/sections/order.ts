import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Bench } from '../bench.ts'
import { type Child, startChild } from '../child.ts'
import { newLog } from '../logs.ts'
import type { Seen } from '../order/reader.ts'
import type { Step } from '../samples.ts'
import { servingUrl } from '../serving.ts'

const writers = 3
const readers = 2
const idsText = 'select position, id::text as id from jejak.events order by position'

/** A transaction that has written, left open for a while in another session: it must not hold any reader up. */
async function leaveOpen(client: pg.Client, milliseconds: number): Promise<void> {
  await client.query('begin')
  await client.query('select pg_current_xact_id()')
  await pause(milliseconds)
  await client.query('rollback')
}

async function startWriter(url: string): Promise<Child> {
  const child = startChild(new URL('../order/writer.ts', import.meta.url))
  await child.ask({ servingUrl: url })
  return child
}

/** Kills writers, one after the other, and starts new ones, while transactions stay open in another session. Gives the number of kills. */
async function disturb(url: string, adminUrl: string, milliseconds: number): Promise<number> {
  const idle = new pg.Client(adminUrl)
  await idle.connect()
  const running = await Promise.all(Array.from({ length: writers }, () => startWriter(url)))
  const end = performance.now() + milliseconds
  let kills = 0
  while (performance.now() < end) {
    await leaveOpen(idle, 300 + Math.random() * 400)
    const victim = running.shift()
    victim?.process.kill('SIGKILL')
    await victim?.end()
    kills += 1
    running.push(await startWriter(url))
  }
  for (const one of running) one.process.kill('SIGKILL')
  await Promise.all(running.map((one) => one.end()))
  await idle.end()
  return kills
}

/** The sessions of killed writers may still commit what they had in hand. */
async function settled(client: pg.Client): Promise<void> {
  const text = `
    select count(*)::int as busy
    from pg_stat_activity
    where datname = current_database() and usename = 'jejak_bench' and state <> 'idle'`
  for (;;) {
    const { rows } = await client.query<{ busy: number }>(text)
    if (rows[0]?.busy === 0) return
    await pause(50)
  }
}

async function measure(bench: Bench, milliseconds: number): ReturnType<Step['run']> {
  const adminUrl = await newLog(bench, 'bench_order')
  const url = servingUrl(adminUrl)
  const following = Array.from({ length: readers }, () => {
    const child = bench.keep(startChild(new URL('../order/reader.ts', import.meta.url)))
    return { child, seen: child.ask<Seen>({ servingUrl: url }) }
  })
  const kills = await disturb(url, adminUrl, milliseconds)
  const client = new pg.Client(adminUrl)
  await client.connect()
  await settled(client)
  const { rows } = await client.query<{ position: string; id: string }>(idsText)
  await client.end()
  for (const { child } of following) child.process.send({ upTo: rows.length })
  const seen = await Promise.all(following.map((one) => one.seen))
  const digest = createHash('sha256')
  for (const { id } of rows) digest.update(id)
  const whole = digest.digest('hex')
  const gaps = rows.filter(({ position }, index) => Number(position) !== index + 1).length
  const [skips, repeats] = [seen.reduce((sum, one) => sum + one.skips, 0), seen.reduce((sum, one) => sum + one.repeats, 0)]
  const faults = [
    ...(gaps > 0 ? [`${gaps} positions out of place`] : []),
    ...(skips + repeats > 0 ? [`${skips} skips, ${repeats} repeats`] : []),
    ...(seen.some((one) => one.digest !== whole) ? ['a reader saw other facts than the log holds'] : []),
  ]
  return { figures: { events: rows.length, kills, skips, repeats, gaps }, ...(faults.length > 0 ? { wrong: faults.join(', ') } : {}) }
}

/** Readers follow the log while writers are killed, transactions stay open elsewhere and several processes append. */
export function orderSteps(bench: Bench): Step[] {
  const milliseconds = bench.options.short ? 5000 : 20_000
  const step: Step = {
    section: 'order',
    row: `${readers} readers, ${writers} writers killed in turn`,
    store: 'jejak',
    round: 1,
    estimateMs: milliseconds + 3000,
    run: () => measure(bench, milliseconds),
  }
  return [step]
}
