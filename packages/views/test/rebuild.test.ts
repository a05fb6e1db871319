import { expect, onTestFinished, test } from 'vitest'
import {
  checkProjection,
  lagOf,
  Overtaken,
  Poisoned,
  prepareProjections,
  rebuildProjection,
  RebuildRefused,
  viewsDb,
} from '../src/index.ts'
import { start } from '../../event-store/test/children/child.ts'
import { ownLog, type TestLog, until } from '../../event-store/test/database.ts'
import { caughtUp, countsIn, countsOf, everything, fill, poison, run, sickOf, tallyOf } from './support/tally.ts'

const tally = tallyOf('tally')

/** A log with a tally that has taken everything and goes on. */
async function followed(count: number): Promise<TestLog> {
  const made = await ownLog({ serving: { max: 20 } })
  await prepareProjections(made.servingPool, [tally])
  await fill(made, count)
  const running = run(made, [tally], { pool: made.pool(), pageSize: 50 })
  expect(await caughtUp(made, 'tally')).toBe('reached')
  onTestFinished(async () => {
    await running.end()
    expect(running.errors.filter(({ error }) => !(error instanceof Overtaken))).toEqual([])
  })
  return made
}

/** Sums again and again, by prepared statements and by plain ones, until told to end; gives what it saw. */
function watch(made: TestLog, name?: string): { seen: number[]; end: () => Promise<void> } {
  const seen: number[] = []
  const ending = new AbortController()
  const watching = (async () => {
    const client = await made.servingPool.connect()
    try {
      while (!ending.signal.aborted) {
        const text = 'select coalesce(sum(facts), 0)::int as facts from views.tally'
        const { rows } = await client.query<{ facts: number }>(name === undefined ? { text } : { name, text })
        seen.push(rows[0]?.facts ?? 0)
      }
    } finally {
      client.release()
    }
  })()
  return {
    seen,
    async end() {
      ending.abort()
      await watching
    },
  }
}

test('rebuilt while facts arrive and reads go on: no read fails, sees an empty table or less than before', async () => {
  const made = await followed(50)
  const watches = [watch(made), watch(made, 'sum')]
  const ending = new AbortController()
  const writing = (async () => {
    while (!ending.signal.aborted) await fill(made, 3)
  })()
  for (let round = 0; round < 3; round += 1) await rebuildProjection(made.servingPool, made.log, tally, { pageSize: 100, valuesMax: 6 })
  ending.abort()
  await writing
  expect(await caughtUp(made, 'tally')).toBe('reached')
  for (const { seen, end } of watches) {
    await end()
    expect(seen[0]).toBeGreaterThan(0)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  }
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(await everything(made), tally.types))
  expect(await checkProjection(made.servingPool, made.log, tally, { pageSize: 7 })).toMatchObject({ rows: 6, difference: undefined })
})

test('a row changed, added or taken away by hand is named by check, and put right by rebuild', async () => {
  const made = await followed(10)
  const check = () => checkProjection(made.servingPool, made.log, tally)
  const byHand = (statement: string) => made.servingPool.query(statement)
  expect((await check()).difference).toBeUndefined()
  await byHand(`update views.tally set facts = 7 where tag = 'tranche:3'`)
  expect((await check()).difference).toEqual({
    table: 'tally',
    key: { tag: 'tranche:3' },
    kept: { tag: 'tranche:3', facts: 7 },
    rebuilt: { tag: 'tranche:3', facts: 2 },
  })
  await byHand(`delete from views.tally where tag = 'tranche:1'`)
  expect((await check()).difference).toMatchObject({ key: { tag: 'tranche:1' }, kept: undefined, rebuilt: { facts: 2 } })
  await byHand(`insert into views.tally values ('a:1', 1)`)
  expect((await check()).difference).toMatchObject({ key: { tag: 'a:1' }, kept: { facts: 1 }, rebuilt: undefined })
  await rebuildProjection(made.servingPool, made.log, tally)
  expect((await check()).difference).toBeUndefined()
  await fill(made, 5)
  expect(await caughtUp(made, 'tally')).toBe('reached')
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(await everything(made), tally.types))
  const left = await made.adminPool.query(`select from pg_tables where schemaname in ('views_next', 'views_check')`)
  expect(left.rowCount).toBe(0)
})

test('check compares at one moment, while facts arrive', async () => {
  const made = await followed(20)
  const ending = new AbortController()
  const writing = (async () => {
    while (!ending.signal.aborted) await fill(made, 2)
  })()
  for (let round = 0; round < 3; round += 1)
    expect(await checkProjection(made.servingPool, made.log, tally, { pageSize: 50 })).toMatchObject({ rows: 6, difference: undefined })
  ending.abort()
  await writing
})

test('indexes, constraints and owner are those of a table made by the runner', async () => {
  const made = await ownLog()
  const indexed = tallyOf('tally', {
    sql: `create table tally (tag text not null, facts int not null, constraint tally_pkey primary key (tag));
      create index tally_facts on tally (facts) where facts > 1;
      comment on table tally is 'how many'`,
  })
  await prepareProjections(made.servingPool, [indexed])
  await fill(made, 5)
  const shape = async () => {
    const { rows } = await made.adminPool.query(`
      select indexname as name, indexdef as definition from pg_indexes where schemaname = 'views' and tablename = 'tally'
      union all
      select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = 'views.tally'::regclass and contype = 'p'
      union all
      select tableowner, obj_description('views.tally'::regclass) from pg_tables where schemaname = 'views' and tablename = 'tally'
      order by 1, 2`)
    return rows
  }
  const before = await shape()
  expect(before).toHaveLength(4)
  await rebuildProjection(made.servingPool, made.log, indexed)
  expect(await shape()).toEqual(before)
})

test('killed in the middle it has changed nothing, and the next one begins anew', async () => {
  const made = await followed(100)
  const before = await countsIn(viewsDb(made.servingPool))
  const script = new URL('children/rebuilder.ts', import.meta.url).href
  const child = start(script, made.servingUrl)
  await until(() => child.lines.length > 20)
  child.process.kill('SIGKILL')
  await child.ended
  expect(child.lines).not.toContain('done')
  expect((await made.adminPool.query(`select from views_next.tally`)).rowCount).toBeGreaterThan(0)
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(before)
  await until(async () => {
    const built = await rebuildProjection(made.servingPool, made.log, tally).catch((error: unknown) => error)
    // The server needs a moment to see that the killed process has gone.
    if (built instanceof RebuildRefused) return false
    expect(built).toMatchObject({ position: 200 })
    return true
  })
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(before)
})

test('a fact that cannot be taken ends a rebuild too; the tables in use stay as they are', async () => {
  const made = await followed(5)
  const position = await poison(made)
  await fill(made, 5)
  expect(await caughtUp(made, 'tally')).toBe('reached')
  const failed = await rebuildProjection(made.servingPool, made.log, sickOf('tally'), { pageSize: 4 }).catch((error: unknown) => error)
  expect(failed).toBeInstanceOf(Poisoned)
  expect(failed).toMatchObject({ position, reason: 'no name' })
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(await everything(made), tally.types))
})

test('one at a time for each projection; another projection is not in its way', async () => {
  const made = await followed(20)
  const other = { ...tallyOf('other'), tables: { other: { key: ['tag'] } }, sql: 'create table other (tag text primary key)' } as const
  const quiet = { ...other, groups: () => ({}), project: () => undefined }
  const meanwhile: Promise<unknown>[] = []
  const onProgress = (): void => {
    if (meanwhile.length > 0) return
    meanwhile.push(rebuildProjection(made.servingPool, made.log, tally).catch((error: unknown) => error))
    meanwhile.push(rebuildProjection(made.servingPool, made.log, quiet))
  }
  await rebuildProjection(made.servingPool, made.log, tally, { pageSize: 1, onProgress })
  const [second, beside] = await Promise.all(meanwhile)
  expect(second).toBeInstanceOf(RebuildRefused)
  expect(beside).toMatchObject({ position: 40 })
  expect((await lagOf(made.servingPool, made.log)).map(({ name, events }) => [name, events])).toEqual([
    ['other', 0],
    ['tally', 0],
  ])
})

test('a transaction held open on the tables puts the switch off, and nobody waits behind it', async () => {
  const made = await followed(10)
  const reader = await made.servingPool.connect()
  await reader.query('begin')
  await reader.query('select from views.tally')
  let isDone = false
  const rebuilding = rebuildProjection(made.servingPool, made.log, tally).then(() => (isDone = true))
  const waiting = `select from pg_locks where not granted and relation = 'views.tally'::regclass and mode = 'AccessExclusiveLock'`
  await until(async () => (await made.adminPool.query(waiting)).rowCount === 1)
  expect(await countsIn(viewsDb(made.servingPool))).toMatchObject({ 'allocation:1': 10 })
  await fill(made, 5)
  expect(await caughtUp(made, 'tally')).toBe('reached')
  expect(isDone).toBe(false)
  await reader.query('commit')
  reader.release()
  await rebuilding
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(await everything(made), tally.types))
})

test('a rebuild that is ended leaves nothing', async () => {
  const made = await followed(10)
  const ending = new AbortController()
  const onProgress = (): void => ending.abort(new Error('enough'))
  await expect(rebuildProjection(made.servingPool, made.log, tally, { pageSize: 3, onProgress, signal: ending.signal })).rejects.toThrow(
    'enough',
  )
  expect((await made.adminPool.query(`select from pg_tables where schemaname = 'views_next'`)).rowCount).toBe(0)
})
