import { expect, test } from 'vitest'
import { CorruptLog } from '@jejak/event-store'
import { lagOf, OlderThanTables, Poisoned, prepareProjections, type Projection, resetProjection, viewsDb, waitFor } from '../src/index.ts'
import { ownLog, type TestLog, until } from '../../event-store/test/database.ts'
import { submission } from '../../event-store/test/facts.ts'
import { caughtUp, countsIn, countsOf, everything, fill, poison, run, sickOf, tallyOf } from './support/tally.ts'

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
      project(known, recorded) {
        seen += 1
        if (seen === pages) stop.abort()
        return tally.project(known, recorded)
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
  await until(() => running.errors.length > 0)
  expect(await caughtUp(made, 'tally')).toBe('stopped')
  expect((await lagOf(made.servingPool, made.log))[0]).toMatchObject({
    position: 1,
    stopped: { position: 2, reason: expect.stringContaining('follows') },
  })
})

test('killed between the checkpoint and the rows, or after them, it leaves neither', async () => {
  const made = await ownLog()
  await fill(made, 10)
  const tally = tallyOf('tally')
  await prepareProjections(made.servingPool, [tally])
  // Every other statement that writes rows is the last of its connection. A sequence is not undone with its transaction.
  await made.adminPool.query(`
    create sequence public.writes;
    create function public.die() returns trigger language plpgsql security definer as $$ begin
      if nextval('public.writes') % 2 = 1 then perform pg_terminate_backend(pg_backend_pid()); end if;
      return null;
    end $$;
    create trigger dying after insert on views.tally for each statement execute function public.die()`)
  const running = run(made, [tally], { pool: made.pool(), pageSize: 5 })
  expect(await caughtUp(made, 'tally')).toBe('reached')
  await running.end()
  expect(running.errors.length).toBe(4)
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(await everything(made), tally.types))
})

test('two runners at once: one follows, the other waits, and goes on when the first ends', async () => {
  const made = await ownLog()
  await fill(made, 50)
  const tally = tallyOf('tally')
  await prepareProjections(made.servingPool, [tally])
  const waiting = made.pool()
  let tries = 0
  waiting.on('release', () => (tries += 1))
  const first = run(made, [tally], { pageSize: 4, pool: made.pool() })
  await until(() => first.followed.length === 1)
  const second = run(made, [tally], { pageSize: 4, pool: waiting })
  await until(() => tries > 5)
  expect(await caughtUp(made, 'tally')).toBe('reached')
  expect(second.followed).toEqual([])
  await first.end()
  await fill(made, 50)
  expect(await caughtUp(made, 'tally')).toBe('reached')
  expect(second.followed).toEqual(['tally'])
  await second.end()
  expect([...first.errors, ...second.errors]).toEqual([])
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(await everything(made), tally.types))
})

test('a checkpoint that somebody else moved undoes the page', async () => {
  const made = await ownLog()
  await fill(made, 10)
  let meddled = false
  const tally = tallyOf('tally')
  const log: TestLog['log'] = {
    ...made.log,
    async *subscribe(options) {
      for await (const page of made.log.subscribe(options)) {
        if (!meddled) await made.adminPool.query(`update views.projections set position = 4 where name = 'tally'`)
        meddled = true
        yield page
      }
    },
  }
  await prepareProjections(made.servingPool, [tally])
  const running = run({ ...made, log }, [tally], { pageSize: 4 })
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
  const position = await poison(made)
  await fill(made, 10)
  const healthy: Projection<{ healthy: { tag: string } }> = {
    ...tallyOf('healthy'),
    tables: { healthy: { key: ['tag'] } },
    sql: 'create table healthy (tag text)',
    groups: () => ({}),
    project: () => undefined,
  }
  const tally = tallyOf('tally')
  const sick = sickOf('tally')
  await prepareProjections(made.servingPool, [sick, healthy])
  const running = run(made, [sick, healthy], { pageSize: 50 })
  expect(await caughtUp(made, 'tally')).toBe('stopped')
  expect(await caughtUp(made, 'healthy')).toBe('reached')
  const before = (await everything(made)).filter((each) => each.position < position)
  const lag = await lagOf(made.servingPool, made.log)
  expect(lag.find(({ name }) => name === 'tally')).toMatchObject({
    position: position - 1,
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
    sql: `create table tally (tag text not null, facts int not null, constraint tally_pkey primary key (tag),
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

test('a newer version is made from the log again; older code does not touch its tables', async () => {
  const made = await ownLog()
  await fill(made, 10)
  const old = tallyOf('tally')
  const first = run(made, [old])
  await prepareProjections(made.servingPool, [old])
  await caughtUp(made, 'tally')
  await first.end()
  const newer = tallyOf('tally', { version: 2 })
  await prepareProjections(made.servingPool, [newer])
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(await everything(made), old.types))
  const second = run(made, [newer])
  await until(() => second.followed.length > 0)
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
    { name: 'tally', version: 1, position: 0, head: 0, events: 0, ageMicros: 0n, stopped: undefined, paused: undefined },
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
