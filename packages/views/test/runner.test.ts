import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { CorruptLog } from '@jejak/event-store'
import { lagOf, OlderThanTables, Poisoned, prepareProjections, resetProjection, viewsDb, waitFor } from '../src/index.ts'
import { ownLog, type TestLog, until } from '../../event-store/test/database.ts'
import { submission } from '../../event-store/test/facts.ts'
import { caughtUp, countsIn, countsOf, run, tallyOf } from './support/tally.ts'

/** Facts of two types, handled and not, in turn. */
async function fill(made: TestLog, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      made.log.append(
        submission({
          facts: [
            { type: 'tranche.InstalmentPaid', tags: [`tranche:${index % 5}`, 'allocation:1'] },
            { type: 'cycle.PlanDrafted', tags: ['cycle:1'] },
          ],
        }),
      ),
    ),
  )
}
const everything = (made: TestLog) => made.log.readAll({ after: 0, limit: 100_000 })

test('takes every fact once, also those that come later', async () => {
  const made = await ownLog()
  const tally = tallyOf('tally')
  await fill(made, 40)
  const running = run(made, [tally], { pageSize: 7 })
  await prepareProjections(made.servingPool, [tally])
  expect(await caughtUp(made, 'tally')).toBe('reached')
  await fill(made, 30)
  expect(await caughtUp(made, 'tally')).toBe('reached')
  await running.end()
  expect(running.errors).toEqual([])
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(await everything(made), tally.types))
})

test('ended between any two pages and begun again, it comes to the same', async () => {
  const made = await ownLog()
  await fill(made, 60)
  const tally = tallyOf('tally')
  await prepareProjections(made.servingPool, [tally])
  for (let pages = 1; pages < 12; pages += 1) {
    let seen = 0
    const stop = new AbortController()
    const ending = tallyOf('tally', {
      project(state, facts) {
        seen += 1
        if (seen === pages) stop.abort()
        return tally.project(state, facts)
      },
    })
    const running = run(made, [ending], { pageSize: 3, signal: stop.signal })
    await Promise.race([running.ended, caughtUp(made, 'tally')])
    stop.abort()
    await running.ended
    expect(running.errors).toEqual([])
  }
  const running = run(made, [tally])
  expect(await caughtUp(made, 'tally')).toBe('reached')
  await running.end()
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(await everything(made), tally.types))
})

test('killed at work, its connections cut again and again, it goes on where it was', async () => {
  const made = await ownLog()
  await fill(made, 200)
  const tally = tallyOf('tally')
  await prepareProjections(made.servingPool, [tally])
  const pool = made.pool({ applicationName: 'jejak victim', max: 4 })
  const running = run(made, [tally], { pool, pageSize: 2 })
  let cuts = 0
  await until(async () => {
    await made.adminPool.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'jejak victim'`)
    cuts += 1
    return cuts > 10 || (await lagOf(made.servingPool, made.log)).every(({ events }) => events === 0)
  })
  expect(await caughtUp(made, 'tally')).toBe('reached')
  await running.end()
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(await everything(made), tally.types))
  expect(running.errors.length).toBeGreaterThan(0)
})

test('cut off while it waits, it comes back for what is recorded next; the connection that held the lock is not given back', async () => {
  const made = await ownLog()
  const tally = tallyOf('tally')
  await prepareProjections(made.servingPool, [tally])
  const pool = made.pool({ applicationName: 'jejak victim', max: 4 })
  const running = run(made, [tally], { pool, pollMs: 60_000 })
  await fill(made, 3)
  expect(await caughtUp(made, 'tally')).toBe('reached')
  await made.adminPool.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'jejak victim'`)
  await until(() => running.errors.length > 0)
  await fill(made, 3)
  expect(await caughtUp(made, 'tally')).toBe('reached')
  await running.end()
  const locks = await made.adminPool.query(
    `select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
  )
  expect(locks.rowCount).toBe(0)
})

test('a hole in the log stops every projection before it', async () => {
  const made = await ownLog()
  const tally = tallyOf('tally')
  await prepareProjections(made.servingPool, [tally])
  await fill(made, 2)
  const broken: TestLog = {
    ...made,
    log: {
      ...made.log,
      async *subscribe(options) {
        for await (const page of made.log.subscribe(options)) {
          yield page.slice(0, 1)
          throw new CorruptLog('position 3 follows 1')
        }
      },
    },
  }
  const running = run(broken, [tally])
  await running.ended
  expect((await lagOf(made.servingPool, made.log))[0]).toMatchObject({
    position: 1,
    stopped: { position: 2, reason: expect.stringContaining('follows') },
  })
})

test('killed between the rows and the checkpoint, it leaves neither', async () => {
  const made = await ownLog()
  await fill(made, 10)
  let kills = 0
  const tally = tallyOf('tally')
  const dying = tallyOf('tally', {
    async write(db, counts) {
      await tally.write(db, counts)
      kills += 1
      if (kills % 2 === 1) await sql`select pg_terminate_backend(pg_backend_pid())`.execute(db)
    },
  })
  await prepareProjections(made.servingPool, [dying])
  const running = run(made, [dying], { pool: made.pool(), pageSize: 5 })
  expect(await caughtUp(made, 'tally')).toBe('reached')
  await running.end()
  expect(kills).toBe(8)
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(await everything(made), tally.types))
})

test('two runners at once do not double; when the one ends, the other goes on', async () => {
  const made = await ownLog()
  await fill(made, 50)
  const gate = Promise.withResolvers<void>()
  let working = 0
  let workingMax = 0
  const tally = tallyOf('tally', {
    async load() {
      working += 1
      workingMax = Math.max(workingMax, working)
      if (workingMax > 1) gate.resolve()
      await gate.promise
      working -= 1
    },
  })
  const waiting = made.pool()
  let tries = 0
  // The first is held at its first page until the second has asked for the lock, and not been given it, a few times.
  waiting.on('release', () => {
    tries += 1
    if (tries === 3) gate.resolve()
  })
  const first = run(made, [tally], { pageSize: 4, pool: made.pool() })
  await until(() => working === 1)
  const second = run(made, [tally], { pageSize: 4, pool: waiting })
  expect(await caughtUp(made, 'tally')).toBe('reached')
  await first.end()
  await fill(made, 50)
  expect(await caughtUp(made, 'tally')).toBe('reached')
  await second.end()
  expect(workingMax).toBe(1)
  expect([...first.errors, ...second.errors]).toEqual([])
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(await everything(made), tally.types))
})

test('a checkpoint that somebody else moved undoes the page', async () => {
  const made = await ownLog()
  await fill(made, 10)
  let meddled = false
  const tally = tallyOf('tally', {
    async load() {
      if (meddled) return
      meddled = true
      await made.adminPool.query(`update views.projections set position = 4 where name = 'tally'`)
    },
  })
  const running = run(made, [tally], { pageSize: 4 })
  await prepareProjections(made.servingPool, [tally])
  expect(await caughtUp(made, 'tally')).toBe('reached')
  await running.end()
  expect(running.errors.map(({ error }) => (error as Error).name)).toEqual(['Overtaken'])
  // Begun again after the four facts that the other is thought to have taken, of which two count.
  const rest = (await everything(made)).slice(4)
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(rest, tally.types))
})

test('a poisoned fact stops its projection alone, and is named; those before it count; the repaired code goes on after them', async () => {
  const made = await ownLog()
  await fill(made, 10)
  const [poison] = await made.log
    .append(submission({ facts: [{ type: 'area.Named', tags: ['area:1'] }] }))
    .then((appended) => (appended.kind === 'accepted' ? appended.facts : []))
  await fill(made, 10)
  const healthy = tallyOf('healthy', {
    tables: ['healthy'],
    sql: 'create table views.healthy (n int)',
    project: () => undefined,
  })
  const tally = tallyOf('tally')
  const sick = tallyOf('tally', {
    project(state, facts) {
      if (facts.some(({ fact }) => fact.type === 'area.Named')) throw new Error('no name')
      return tally.project(state, facts)
    },
  })
  await prepareProjections(made.servingPool, [sick, healthy])
  const running = run(made, [sick, healthy], { pageSize: 50 })
  expect(await caughtUp(made, 'tally')).toBe('stopped')
  expect(await caughtUp(made, 'healthy')).toBe('reached')
  const position = poison?.position ?? 0
  const before = (await everything(made)).filter((each) => each.position < position)
  const lag = await lagOf(made.servingPool, made.log)
  // The fact before the poisoned one is not handled: nothing was written for it, and nothing is lost by reading it again.
  expect(lag.find(({ name }) => name === 'tally')).toMatchObject({
    position: position - 2,
    stopped: { position, reason: expect.stringContaining('no name') },
  })
  expect(lag.find(({ name }) => name === 'healthy')).toMatchObject({ events: 0, stopped: undefined })
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(before, tally.types))
  expect(running.errors).toEqual([{ projection: 'tally', error: expect.any(Poisoned) }])
  await running.end()

  const repaired = run(made, [tally])
  await until(async () => (await lagOf(made.servingPool, made.log)).every(({ events, stopped }) => events === 0 && stopped === undefined))
  await repaired.end()
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(await everything(made), tally.types))
})

test('a row that the table refuses is poison too, and nothing of it stays', async () => {
  const made = await ownLog()
  await fill(made, 3)
  const strict = tallyOf('tally', {
    sql: `create table views.tally (tag text not null, facts int not null, constraint tally_pkey primary key (tag),
      constraint tally_small check (facts < 3))`,
  })
  await prepareProjections(made.servingPool, [strict])
  const running = run(made, [strict])
  expect(await caughtUp(made, 'tally')).toBe('stopped')
  await running.end()
  expect(await countsIn(viewsDb(made.servingPool))).toMatchObject({ 'allocation:1': 2 })
  expect((await lagOf(made.servingPool, made.log))[0]?.stopped).toEqual({ position: 5, reason: expect.stringContaining('tally_small') })
})

test('pages that change nothing open no transaction; how far they were read is saved once at the end', async () => {
  const made = await ownLog()
  const tally = tallyOf('tally', { types: new Set(['area.Named']) })
  await prepareProjections(made.servingPool, [tally])
  await fill(made, 50)
  await made.adminPool.query(`
    create table public.saves (position bigint);
    create function public.saved() returns trigger language plpgsql security definer as
      $$ begin insert into public.saves values (new.position); return new; end $$;
    create trigger saved after update on views.projections for each row execute function public.saved()`)
  // 100 facts: the last page is a full one, after which nothing comes.
  const running = run(made, [tally], { pageSize: 5 })
  expect(await caughtUp(made, 'tally')).toBe('reached')
  await running.end()
  const saves = await made.adminPool.query<{ position: bigint }>('select position from public.saves')
  expect(saves.rows).toEqual([{ position: 100n }])
})

test('a newer version begins again from the log; older code does not touch its tables', async () => {
  const made = await ownLog()
  await fill(made, 10)
  const old = tallyOf('tally')
  const first = run(made, [old])
  await prepareProjections(made.servingPool, [old])
  await caughtUp(made, 'tally')
  await first.end()
  const newer = tallyOf('tally', { version: 2 })
  await prepareProjections(made.servingPool, [newer])
  expect(await countsIn(viewsDb(made.servingPool))).toEqual({})
  const second = run(made, [newer])
  expect(await caughtUp(made, 'tally')).toBe('reached')
  await second.end()
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(await everything(made), old.types))
  const third = run(made, [old])
  await third.ended
  expect(third.errors).toEqual([{ projection: 'tally', error: expect.any(OlderThanTables) }])
  await resetProjection(made.servingPool, newer)
  expect((await lagOf(made.servingPool, made.log))[0]).toMatchObject({ position: 0, events: 20 })
})

test('lag counts facts and the age of the oldest not taken, by the log’s own clock where that is simulated', async () => {
  const made = await ownLog({ clock: 'simulated' })
  const tally = tallyOf('tally')
  await prepareProjections(made.servingPool, [tally])
  expect(await lagOf(made.servingPool, made.log)).toEqual([
    { name: 'tally', position: 0, head: 0, events: 0, ageMicros: 0n, stopped: undefined },
  ])
  const day = 86_400_000_000n
  const opened = 1_500_000_000_000_000n
  for (const days of [0n, 3n]) await made.log.append(submission({ facts: [{ tags: ['tranche:1'] }], recordedAt: opened + days * day }))
  expect(await lagOf(made.servingPool, made.log)).toMatchObject([{ events: 2, ageMicros: 3n * day }])
  const real = await ownLog()
  await prepareProjections(real.servingPool, [tally])
  await fill(real, 1)
  const [first] = await everything(real)
  expect(await lagOf(real.servingPool, real.log, (first?.recordedAt ?? 0n) + 5n)).toMatchObject([{ events: 2, ageMicros: 5n }])
})

test('a wait ends late when nobody works, and at once when its signal aborts', async () => {
  const made = await ownLog()
  await prepareProjections(made.servingPool, [tallyOf('tally')])
  await fill(made, 1)
  expect(await waitFor(made.servingPool, { projection: 'tally', position: 0, timeoutMs: 0 })).toBe('reached')
  expect(await waitFor(made.servingPool, { projection: 'tally', position: 1, timeoutMs: 50 })).toBe('late')
  expect(await waitFor(made.servingPool, { projection: 'tally', position: 1, timeoutMs: 60_000, signal: AbortSignal.timeout(20) })).toBe(
    'late',
  )
  expect(await waitFor(made.servingPool, { projection: 'unknown', position: 1, timeoutMs: 10 })).toBe('late')
})

test('a pool too small for the locks is refused before it starves', async () => {
  const made = await ownLog()
  await expect(run(made, [tallyOf('tally')], { pool: made.pool({ max: 1 }) }).ended).rejects.toThrow('connections')
})
