import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Recorded } from '@jejak/domain'
import { calendarOf } from '@jejak/reference'
import {
  checkProjection,
  complianceOfCycle,
  complianceSums,
  deviations,
  foldInMemory,
  listDeviations,
  prepareProjections,
  rebuildProjection,
  runProjections,
  stageClock,
  viewsDb,
  waitFor,
  type DeviationFilter,
  type DeviationKey,
  type ToldDeviation,
} from '../src/index.ts'
import { freshLog, type TestLog } from '../../event-store/test/database.ts'
import { given } from '../../domain/test/support/given.ts'
import { housed, olds } from '../../domain/test/support/p2kp.ts'
import { forced, withoutLurah } from './support/community.ts'
import { compliance } from './support/deviations.ts'
import { load } from './support/scenario.ts'

let made: TestLog
let facts: readonly Recorded[]
const day = { at: '2006-12-31', past: false, calendar: calendarOf([]) }
beforeAll(async () => {
  ;({ facts } = await given(housed, withoutLurah, forced('9')).state())
  made = await freshLog({ clock: 'simulated' })
  await load(made.log, facts)
  await catchUp()
})
afterAll(() => made.close())

async function catchUp(pageSize?: number): Promise<void> {
  const stop = new AbortController()
  const errors: unknown[] = []
  const running = runProjections(made.servingPool, made.log, [deviations, stageClock], {
    signal: stop.signal,
    onError: (error) => errors.push(error),
    ...(pageSize === undefined ? {} : { pageSize }),
  })
  const { position } = await made.log.head()
  await prepareProjections(made.servingPool, [deviations, stageClock])
  for (const { name } of [deviations, stageClock])
    expect(await waitFor(made.servingPool, { projection: name, position, timeoutMs: 20_000 })).toBe('reached')
  stop.abort()
  await running
  expect(errors).toEqual([])
}

async function kept() {
  const db = viewsDb(made.servingPool)
  return {
    deviations: await db.selectFrom('deviations').selectAll().orderBy('position').orderBy('nth').execute(),
    deviationEntities: await db.selectFrom('deviationEntities').selectAll().orderBy('entity').execute(),
    deviationPresence: await db.selectFrom('deviationPresence').selectAll().orderBy('entity').orderBy('stage').orderBy('role').execute(),
  }
}

async function listed(filter: DeviationFilter, limit = 100): Promise<readonly ToldDeviation[]> {
  const db = viewsDb(made.servingPool)
  const rows: ToldDeviation[] = []
  let after: DeviationKey | undefined
  do {
    const page = await listDeviations(db, filter, day, { after, limit })
    expect(page.rows.length).toBeLessThanOrEqual(limit)
    rows.push(...page.rows)
    after = page.next
  } while (after !== undefined)
  return rows
}
const named = (rows: readonly ToldDeviation[]): string[] => rows.map(({ position, kind, stage }) => `${position} ${kind} ${stage}`)

test('the tables are what the pure fold says, and a rebuild from scratch gives the same', async () => {
  const pure = foldInMemory(deviations, facts)
  const rows = await kept()
  expect(rows.deviations).toEqual(pure.deviations)
  expect(rows.deviationEntities).toEqual(pure.deviationEntities.toSorted((a, b) => (a.entity < b.entity ? -1 : 1)))
  expect(rows.deviationPresence).toHaveLength(pure.deviationPresence.length)
  expect(new Set(rows.deviationPresence)).toEqual(new Set(pure.deviationPresence))
  expect(await checkProjection(made.servingPool, made.log, deviations)).toMatchObject({ difference: undefined, position: facts.length })
  await rebuildProjection(made.servingPool, made.log, deviations)
  expect(await kept()).toEqual(rows)
})

test('the list has late steps among the others, in log order, whatever the size of its pages', async () => {
  const all = await listed({})
  expect(all.map(({ position }) => position)).toEqual(all.map(({ position }) => position).toSorted((a, b) => a - b))
  const stored = (await kept()).deviations
  expect(all.filter(({ nth }) => nth !== null)).toHaveLength(stored.length)
  expect(named(all).filter((line) => line.includes('late-step'))).toEqual(named(await listed({ kinds: ['late-step'] })))
  expect(all.some(({ kind }) => kind === 'late-step')).toBe(true)
  for (const limit of [1, 2, 3, 7]) expect(await listed({}, limit)).toEqual(all)
  expect(named(await listed({ kinds: ['late-step'] }, 1))).toEqual(named(await listed({ kinds: ['late-step'] })))
})

test('filters narrow', async () => {
  const all = await listed({})
  const only = async (filter: DeviationFilter, holds: (row: ToldDeviation) => boolean) => {
    const rows = await listed(filter)
    expect(rows.length).toBeGreaterThan(0)
    expect(rows).toEqual(all.filter(holds))
  }
  await only({ kinds: ['forced', 'open-criterion'] }, ({ kind }) => kind === 'forced' || kind === 'open-criterion')
  await only({ cycle: olds.cycle.id }, ({ cycle }) => cycle === olds.cycle.id)
  await only({ areas: [olds.area.id] }, ({ area }) => area === olds.area.id)
  await only({ programme: 'P2KP', edition: 'P2KP3-2006' }, ({ programme }) => programme === 'P2KP')
  await only({ stage: 'readiness' }, ({ stage }) => stage?.startsWith('readiness.') === true)
  await only({ entityKind: 'cycle', entityId: olds.cycle.id }, ({ entity }) => entity.id === olds.cycle.id)
  const on = all[2]?.effectiveOn ?? ''
  await only({ from: on, to: on }, ({ effectiveOn }) => effectiveOn === on)
  for (const none of [
    { areas: [] },
    { cycle: olds.area.id },
    { programme: 'KOTAKU' },
    { edition: 'X' },
    { stage: 'none' },
    { to: '1999-01-01' },
  ])
    expect(await listed(none)).toEqual([])
})

test('a run is told by the tables as by the fold, and sums add it up', async () => {
  const db = viewsDb(made.servingPool)
  const pure = compliance(facts, day.at)
  const { run } = await complianceOfCycle(db, olds.cycle.id, day)
  expect(run).toMatchObject({ ...pure })
  expect(run?.deviations).toEqual({ 'absent-actor': 4, forced: 2, 'open-criterion': 2, skipped: 1 })
  expect((await complianceOfCycle(db, olds.area.id, day)).run).toBeUndefined()
  const { sum } = await complianceSums(db, { areas: [olds.area.id], programme: 'P2KP' }, day, 1)
  expect(sum).toMatchObject({ runs: 1, score: pure.score, expectedActors: pure.expectedActors, deviations: run?.deviations })
  expect(sum?.stages).toEqual(
    pure.stages.map(({ stage, region, state, weight }) => ({
      edition: 'P2KP3-2006',
      stage,
      region,
      states: { [state]: 1 },
      score: weight,
    })),
  )
  expect((await complianceSums(db, { areas: [] }, day, 1)).sum).toMatchObject({ runs: 0, score: null, stages: [] })
  expect((await complianceSums(db, {}, day, 0)).sum).toBeUndefined()
})
