import { expect, test } from 'vitest'
import {
  checkProjection,
  DecisionRefused,
  lagOf,
  pauseProjection,
  prepareProjections,
  rebuildProjection,
  resetProjection,
  resumeProjection,
  skipPosition,
  statesOf,
  viewsDb,
  waitFor,
} from '../src/index.ts'
import { ownLog } from '../../event-store/test/database.ts'
import { caughtUp, countsIn, countsOf, everything, fill, poison, run, sickOf, tallyOf } from './support/tally.ts'

const by = 'Ibu Sari'
const sick = sickOf('tally')

test('a poisoned fact is skipped where the projection is stopped, with a reason; then it goes on exactly once, also rebuilt', async () => {
  const made = await ownLog()
  await prepareProjections(made.servingPool, [sick])
  await fill(made, 10)
  const position = await poison(made)
  const second = await poison(made)
  await fill(made, 10)
  const skip = (at: number, reason = 'a name that is none') =>
    skipPosition(made.servingPool, { projection: 'tally', position: at, reason, by })
  await expect(skip(position)).rejects.toThrow('is not stopped')
  const running = run(made, [sick], { pageSize: 7 })
  expect(await caughtUp(made, 'tally')).toBe('stopped')
  await expect(skip(position + 1)).rejects.toThrow(`stopped at ${position}, not at ${position + 1}`)
  await expect(skip(position, ' ')).rejects.toThrow('projection_decisions_reason_check')
  await expect(skipPosition(made.servingPool, { projection: 'none', position, reason: 'x', by })).rejects.toThrow(DecisionRefused)
  await skip(position)
  await expect.poll(async () => (await lagOf(made.servingPool, made.log))[0]?.stopped?.position).toBe(second)
  await skip(second)
  await expect.poll(() => caughtUp(made, 'tally')).toBe('reached')
  const taken = (await everything(made)).filter((recorded) => recorded.position !== position && recorded.position !== second)
  const counts = countsOf(taken, sick.types)
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(counts)
  await running.end()
  expect(running.errors).toHaveLength(2)

  await rebuildProjection(made.servingPool, made.log, sick)
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(counts)
  expect((await checkProjection(made.servingPool, made.log, sick)).difference).toBeUndefined()
  await resetProjection(made.servingPool, sick)
  const again = run(made, [sick])
  expect(await caughtUp(made, 'tally')).toBe('reached')
  await again.end()
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(counts)
})

test('decisions are kept for good: nobody changes or removes one, or says when and by which login it was made', async () => {
  const made = await ownLog()
  await prepareProjections(made.servingPool, [sick])
  await pauseProjection(made.servingPool, { projection: 'tally', reason: 'moving house', by })
  for (const change of ['update views.projection_decisions set reason = $$x$$', 'delete from views.projection_decisions']) {
    await expect(made.servingPool.query(change)).rejects.toThrow('permission denied')
    await expect(made.adminPool.query(change)).rejects.toThrow('decisions are only added')
  }
  await expect(
    made.servingPool.query(
      `insert into views.projection_decisions (projection, kind, reason, decided_by, login) values ('tally', 'resume', 'x', 'y', 'z')`,
    ),
  ).rejects.toThrow('permission denied')
  const { rows } = await made.adminPool.query(
    'select projection, kind, position, reason, decided_by, login from views.projection_decisions',
  )
  expect(rows).toEqual([
    { projection: 'tally', kind: 'pause', position: null, reason: 'moving house', decided_by: by, login: 'jejak_test_serving' },
  ])
})

test('paused, nobody follows it, waits end at once and the lag says so; resumed, it goes on where it was', async () => {
  const made = await ownLog()
  const tally = tallyOf('tally')
  await prepareProjections(made.servingPool, [tally])
  await fill(made, 5)
  const [first, second] = [run(made, [tally], { pool: made.pool() }), run(made, [tally], { pool: made.pool() })]
  expect(await caughtUp(made, 'tally')).toBe('reached')
  const decision = { projection: 'tally', reason: 'moving house', by }
  await pauseProjection(made.servingPool, decision)
  await expect(pauseProjection(made.servingPool, decision)).rejects.toThrow('paused already, by Ibu Sari: moving house')
  await fill(made, 5)
  const position = (await made.log.head()).position
  expect(await waitFor(made.servingPool, { projection: 'tally', position, timeoutMs: 60_000 })).toBe('paused')
  await expect.poll(async () => (await statesOf(made.servingPool, made.log, [tally]))[0]?.followedBy).toBeUndefined()
  expect(await statesOf(made.servingPool, made.log, [tally])).toMatchObject([
    { name: 'tally', position: 10, events: 10, paused: { by, reason: 'moving house' }, rows: 6, rebuiltBy: undefined },
  ])
  await resumeProjection(made.servingPool, decision)
  await expect(resumeProjection(made.servingPool, decision)).rejects.toThrow('tally is not paused')
  expect(await caughtUp(made, 'tally')).toBe('reached')
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(await everything(made), tally.types))
  await Promise.all([first.end(), second.end()])
})

test('states name who follows and who rebuilds', async () => {
  const made = await ownLog()
  const tally = tallyOf('tally')
  expect(await statesOf(made.servingPool, made.log, [tally])).toEqual([])
  await prepareProjections(made.servingPool, [tally])
  await fill(made, 3)
  run(made, [tally], { pool: made.pool({ applicationName: 'the follower' }) })
  expect(await caughtUp(made, 'tally')).toBe('reached')
  // Whoever reads holds up the switch, so that the rebuild is still there to be seen.
  const reader = await made.servingPool.connect()
  await reader.query('begin')
  await reader.query('select from views.tally')
  const rebuilding = rebuildProjection(made.pool({ applicationName: 'the rebuilder' }), made.log, tally)
  await expect
    .poll(() => statesOf(made.servingPool, made.log, [tally]))
    .toMatchObject([{ followedBy: 'the follower', rebuiltBy: 'the rebuilder', checkedBy: undefined }])
  await reader.query('commit')
  reader.release()
  await rebuilding
})
