import { expect, onTestFinished, test } from 'vitest'
import {
  lagOf,
  NotReadable,
  OlderThanTables,
  Overtaken,
  pauseProjection,
  Poisoned,
  prepareProjections,
  resumeProjection,
  viewsDb,
} from '../src/index.ts'
import { readableAt } from '../src/readable.ts'
import { ownLog, type TestLog, until } from '../../event-store/test/database.ts'
import { caughtUp, countsOf, everything, fill, poison, run, sickOf, tallyOf } from './support/tally.ts'

const old = tallyOf('tally')

/** The next version: another column, and every fact counts twice. */
const doubled = (more: Partial<typeof old> = {}): typeof old =>
  tallyOf('tally', {
    version: 2,
    sql: 'create table tally (tag text not null, facts int not null, twice int not null, constraint tally_pkey primary key (tag))',
    project: (known, { fact }) => ({
      tally: new Map(
        fact.tags.map((tag) => {
          const facts = (known.tally(tag)[0]?.facts ?? 0) + 2
          return [tag, [{ tag, facts, twice: facts }]]
        }),
      ),
    }),
    ...more,
  })

/** A log whose tally of the old version has taken everything and, if wanted, goes on. */
async function counted(facts: number) {
  const made = await ownLog({ serving: { max: 20 } })
  await fill(made, facts)
  const following = run(made, [old], { pool: made.pool() })
  await until(() => following.followed.length > 0)
  expect(await caughtUp(made, 'tally')).toBe('reached')
  return { made, following }
}

const sumIn = async (made: TestLog): Promise<number> => {
  const { rows } = await made.servingPool.query<{ sum: number }>('select coalesce(sum(facts), 0)::int as sum from views.tally')
  return rows[0]?.sum ?? 0
}
const versionOf = async (made: TestLog) => (await lagOf(made.servingPool, made.log))[0]?.version
const sumOf = async (made: TestLog): Promise<number> =>
  Object.values(countsOf(await everything(made), old.types)).reduce((sum, each) => sum + each, 0)

/** Asks again and again what the tally says, until told to end. */
function watch(made: TestLog) {
  const seen = new Set<number>()
  const ending = new AbortController()
  const watching = (async () => {
    while (!ending.signal.aborted) seen.add(await sumIn(made))
  })()
  onTestFinished(() => ending.abort())
  return { seen, end: () => (ending.abort(), watching) }
}

test('until the new version is whole the old rows are read, and no read sees anything between', async () => {
  const { made, following } = await counted(300)
  await following.end()
  const before = await sumIn(made)
  const { seen, end } = watch(made)
  await until(() => seen.size === 1)
  // Whoever only reads makes nothing and empties nothing.
  await prepareProjections(made.servingPool, [doubled()])
  expect(await versionOf(made)).toBe(1)
  const newer = run(made, [doubled()])
  await until(() => seen.has(2 * before))
  await end()
  await newer.end()
  expect([...seen]).toEqual([before, 2 * before])
  expect(newer.errors).toEqual([])
  expect(await lagOf(made.servingPool, made.log)).toMatchObject([{ version: 2, events: 0, stopped: undefined }])
  const left = await made.adminPool.query(`select from pg_tables where schemaname = 'views_next'`)
  expect(left.rowCount).toBe(0)
})

test('the older code follows the old tables until they are replaced, and then lets go; every fact counts once', async () => {
  const { made, following } = await counted(50)
  const ending = new AbortController()
  const writing = (async () => {
    while (!ending.signal.aborted) await fill(made, 3)
  })()
  const renewals: number[] = []
  const newer = [1, 2].map(() => run(made, [doubled()], { pool: made.pool(), onRenew: (_, from) => renewals.push(from) }))
  await following.ended
  expect(following.errors.at(-1)?.error).toBeInstanceOf(OlderThanTables)
  await until(() => newer.some(({ followed }) => followed.length > 0))
  ending.abort()
  await writing
  expect(await caughtUp(made, 'tally')).toBe('reached')
  expect(await sumIn(made)).toBe(2 * (await sumOf(made)))
  expect(renewals).toContain(1)
  // Of two processes that would make it anew one waits for the other, and says nothing of it.
  for (const { errors, end } of newer) {
    await end()
    expect(errors.filter(({ error }) => !(error instanceof Overtaken))).toEqual([])
  }
})

test('what the new code cannot fold is told once; the old tables stay in use, and are followed', async () => {
  const { made, following } = await counted(5)
  await fill(made, 1)
  const at = await poison(made)
  const sick = run(made, [{ ...sickOf('tally'), version: 2 }])
  await until(() => sick.errors.length > 0)
  await fill(made, 2)
  expect(await caughtUp(made, 'tally')).toBe('reached')
  expect(sick.errors).toMatchObject([{ error: { name: 'Poisoned', position: at } }])
  expect(sick.errors[0]?.error).toBeInstanceOf(Poisoned)
  expect([await versionOf(made), await sumIn(made)]).toEqual([1, await sumOf(made)])
  // Code that can is waited for; it takes over from both.
  const healthy = run(made, [doubled({ version: 3 })], { pool: made.pool() })
  await until(async () => (await versionOf(made)) === 3)
  // Whoever follows learns of it from the next fact.
  await fill(made, 1)
  await Promise.all([following.ended, sick.ended])
  await until(() => healthy.followed.length > 0)
  expect(await caughtUp(made, 'tally')).toBe('reached')
  expect([await versionOf(made), await sumIn(made)]).toEqual([3, 2 * (await sumOf(made))])
  expect(sick.errors.map(({ error }) => error instanceof Error && error.name)).toEqual(['Poisoned', 'OlderThanTables'])
})

test('a paused projection is not made anew until it is resumed', async () => {
  const { made, following } = await counted(5)
  await following.end()
  const decision = { projection: 'tally', reason: 'test', by: 'test' }
  await pauseProjection(made.servingPool, decision)
  const newer = run(made, [doubled()])
  await fill(made, 1)
  expect(await caughtUp(made, 'tally')).toBe('paused')
  expect(await versionOf(made)).toBe(1)
  await resumeProjection(made.servingPool, decision)
  await until(() => newer.followed.length > 0)
  expect([await versionOf(made), await sumIn(made)]).toEqual([2, 2 * (await sumOf(made))])
})

test('only tables of a version that the code reads are read', async () => {
  const { made, following } = await counted(5)
  await following.end()
  const db = viewsDb(made.servingPool)
  const position = (await made.log.head()).position
  expect(await readableAt(db, old)).toBe(position)
  expect(await readableAt(db, doubled({ readsSince: 1 }))).toBe(position)
  await expect(readableAt(db, doubled())).rejects.toThrow(new NotReadable(doubled(), 1))
  const newer = run(made, [doubled()])
  await until(() => newer.followed.length > 0)
  expect(await readableAt(db, doubled())).toBe(position)
  // Code of before knows nothing of what came after it.
  await expect(readableAt(db, old)).rejects.toThrow('tally are of version 2, which code of version 1 does not read')
  expect(await readableAt(db, tallyOf('unknown'))).toBe(0)
})
