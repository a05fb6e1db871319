import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { calendarOf, type Calendar } from '@jejak/reference'
import type { EditionRef, Recorded } from '@jejak/domain'
import { shippedEditions } from '@jejak/domain'
import {
  entityClockAt,
  entityClocksAt,
  prepareProjections,
  rebuildProjection,
  resetProjection,
  runProjections,
  stageClock,
  stuckAt,
  stuckSums,
  viewsDb,
  waitFor,
} from '../src/index.ts'
import { clockRulesOf, stageClockOf, type EntityClock, type StuckFilter, type StuckKey, type StuckRow } from '../src/index.ts'
import { freshLog, type TestLog } from '../../event-store/test/database.ts'
import { bearing, ids, load, playedScenario } from './support/scenario.ts'

let made: TestLog
let facts: readonly Recorded[]
const calendar: Calendar = calendarOf([])
beforeAll(async () => {
  facts = await playedScenario()
  made = await freshLog({ clock: 'simulated' })
  await load(made.log, facts)
  await catchUp()
})
afterAll(() => made.close())

/** Runs the clock until it has taken everything. */
async function catchUp(pageSize?: number): Promise<void> {
  const stop = new AbortController()
  const errors: unknown[] = []
  const running = runProjections(made.servingPool, made.log, [stageClock], {
    signal: stop.signal,
    onError: (error) => errors.push(error),
    ...(pageSize === undefined ? {} : { pageSize }),
  })
  const { position } = await made.log.head()
  await prepareProjections(made.servingPool, [stageClock])
  expect(await waitFor(made.servingPool, { projection: stageClock.name, position, timeoutMs: 20_000 })).toBe('reached')
  stop.abort()
  await running
  expect(errors).toEqual([])
}

const rulesOf = (kind: string, pin: EditionRef | undefined) => {
  const edition = shippedEditions.find(({ id, revision }) => id === pin?.id && revision === pin.revision)
  return { rules: clockRulesOf(kind, edition), programme: edition?.programme ?? null }
}

/** All that the tables hold, by entity. */
async function kept(): Promise<Map<string, EntityClock>> {
  const db = viewsDb(made.servingPool)
  const rows = await db.selectFrom('stageClock').selectAll().orderBy('entity').execute()
  const stays = await db.selectFrom('stageClockStays').selectAll().orderBy('position').execute()
  const limits = await db.selectFrom('stageClockLimits').selectAll().orderBy('span').orderBy('beganOn').execute()
  return new Map(
    rows.map((row) => [
      row.entity,
      {
        row,
        stays: stays.filter(({ entity }) => entity === row.entity),
        limits: limits.filter(({ entity }) => entity === row.entity),
      },
    ]),
  )
}

test('the tables are what the pure fold of each entity says, and a rebuild from scratch gives the same', async () => {
  const whole = await kept()
  expect(whole.size).toBeGreaterThan(10)
  for (const [entity, clock] of whole) {
    const { kind, id } = clock.row
    expect([entity, stageClockOf(bearing(facts, kind, id), { kind, id }, rulesOf)]).toEqual([entity, clock])
  }
  await resetProjection(made.servingPool, stageClock)
  expect((await kept()).size).toBe(0)
  await catchUp(7)
  expect(await kept()).toEqual(whole)
})

const list = (at: string, filter: StuckFilter = {}, page: Partial<Parameters<typeof stuckAt>[3]> = {}) =>
  stuckAt(viewsDb(made.servingPool), filter, { at, past: true, calendar }, { limit: 100, order: 'oldest', ...page })
const second = async (at: string): Promise<StuckRow[]> =>
  (await list(at)).rows.filter(({ id, clock }) => id === ids.tranche2 && clock.from === 'requested')

describe('tranche 2 of Prabumulih, from the request to the credit', () => {
  test.each([
    ['2018-09-30', []],
    ['2018-10-01', [['warn', 21, 0]]],
    ['2018-10-24', [['warn', 44, 23]]],
    ['2018-10-25', [['stuck', 45, 0]]],
    ['2018-11-23', [['stuck', 74, 29]]],
    ['2018-11-25', [['stuck', 76, 31]]],
    ['2018-11-26', []],
    ['2020-01-01', []],
  ])('on %s', async (at, expected) => {
    expect((await second(at)).map(({ clock }) => [clock.state, clock.days, clock.daysOver])).toEqual(expected)
  })

  test('74 days on the day of the SP2D, 24 of them in revision, by desk', async () => {
    const [row] = await second('2018-11-23')
    expect(row).toMatchObject({
      kind: 'tranche',
      number: '2',
      amount: '150000000',
      area: ids.area,
      programme: 'KOTAKU',
      suspended: false,
      standing: [{ region: '', stage: 'Sp2dIssued', holder: 'BANK', entered: '2018-11-23', left: null, days: 0 }],
      clock: {
        name: 'requested > credited',
        calendar: 'calendar',
        began: '2018-09-10',
        ended: null,
        warnSince: '2018-10-01',
        stuckSince: '2018-10-25',
        days: 74,
        revisionDays: 24,
        suspendedDays: 0,
        byHolder: { FASKEL: 3, KORKOT: 4, BKM: 24, PPK: 36, PPSPM: 3, KPPN: 4 },
      },
    })
  })
})

test('the clocks of entities, read from the tables, are those of the fold: what was done late among them', async () => {
  const day = { at: '2019-06-30', past: true, calendar }
  const whole = await kept()
  const { clocks } = await entityClocksAt(viewsDb(made.servingPool), [...whole.keys(), 'tranche:unknown'], day)
  expect(clocks.size).toBe(whole.size)
  for (const [entity, clock] of whole) expect([entity, clocks.get(entity)]).toEqual([entity, entityClockAt(clock, day.at, calendar)])
  const late = clocks.get(`tranche:${ids.tranche2}`)?.clocks.filter(({ state, stuckSince }) => state === 'finished' && stuckSince !== null)
  expect(late?.map(({ name, stuckSince, ended }) => [name, stuckSince, ended])).toContainEqual([
    'requested > credited',
    '2018-10-25',
    '2018-11-26',
  ])
  expect(await entityClocksAt(viewsDb(made.servingPool), [], day)).toMatchObject({ clocks: new Map() })
  const many = Array.from({ length: 1_001 }, (_, index) => `tranche:${index}`)
  await expect(entityClocksAt(viewsDb(made.servingPool), many, day)).rejects.toThrow('more than 1000 entities')
})

test('a rebuild meanwhile is not seen: every page is whole', async () => {
  const ending = new AbortController()
  const rebuilding = (async () => {
    for (let round = 0; round < 4; round += 1) await rebuildProjection(made.servingPool, made.log, stageClock)
    ending.abort()
  })()
  const seen = new Set<number>()
  while (!ending.signal.aborted) seen.add((await list('2018-10-25')).rows.length)
  await rebuilding
  expect([...seen]).toEqual([4])
})

test('what of the scenario went over a limit of its edition on any day, and when', async () => {
  const found = new Map<string, string>()
  // A clock ends on the date of a fact: on the day before one, everything shows that was over its limit until then.
  const dates = new Set(facts.map(({ fact }) => Temporal.PlainDate.from(fact.effectiveOn).subtract({ days: 1 }).toString()))
  for (const day of dates)
    for (const { kind, number, clock } of (await list(day)).rows)
      for (const [state, since] of [['warn', clock.warnSince] as const, ['stuck', clock.stuckSince] as const])
        if (since !== null) found.set(`${kind} ${number} ${clock.name} ${state}`, since)
  expect(Object.fromEntries(found)).toEqual({
    // Submitted on the 14th, decided by the board on the 28th, acknowledged by the Lurah only after that.
    'proposal PROP-A submitted > approved warn': '2018-05-28',
    'proposal PROP-B submitted > approved warn': '2018-05-28',
    'proposal PROP-C submitted > approved warn': '2018-05-28',
    'proposal PROP-A verified > decided warn': '2018-05-25',
    'proposal PROP-B verified > decided warn': '2018-05-25',
    // Submitted on the 14th, found eligible on the 25th.
    'proposal PROP-C submitted > verified warn': '2018-05-21',
    // Works stood still from 2018-09-20: the money of tranche 1 was used up.
    'proposal PROP-A progress-reported > progress-reported warn': '2018-10-04',
    'proposal PROP-A progress-reported > progress-reported stuck': '2018-10-18',
    'proposal PROP-B progress-reported > progress-reported warn': '2018-10-04',
    'proposal PROP-B progress-reported > progress-reported stuck': '2018-10-18',
    'proposal PROP-C progress-reported > progress-reported warn': '2018-10-04',
    'proposal PROP-C progress-reported > progress-reported stuck': '2018-10-18',
    'tranche 1 agreement-signed > credited warn': '2018-05-25',
    'tranche 1 credited > first-transfer warn': '2018-06-08',
    'tranche 1 credited > first-transfer stuck': '2018-06-12',
    'tranche 2 requested > credited warn': '2018-10-01',
    'tranche 2 requested > credited stuck': '2018-10-25',
  })
})

describe('the list', () => {
  const at = '2018-11-20'
  const names = async (filter: StuckFilter): Promise<string[]> =>
    (await list(at, filter)).rows.map(({ kind, number, clock }) => `${kind} ${number} ${clock.name}`)

  test('narrows by area, programme, kind, stage, desk, state and entity', async () => {
    const one = ['tranche 2 requested > credited']
    const silent = ['A', 'B', 'C'].map((letter) => `proposal PROP-${letter} progress-reported > progress-reported`)
    expect(await names({})).toEqual([...one, ...silent])
    expect(await names({ kind: 'proposal', stage: 'InProgress' })).toEqual(silent)
    expect(
      await names({ areas: [ids.area], programme: 'KOTAKU', kind: 'tranche', stage: 'SpmIssued', holder: 'KPPN', state: 'stuck' }),
    ).toEqual(one)
    expect(await names({ entities: [`tranche:${ids.tranche2}`] })).toEqual(one)
    for (const filter of [
      { areas: [] },
      { programme: 'PLPBK' },
      { kind: 'cycle' },
      { stage: 'Spm' },
      { holder: 'PPSPM' },
      { state: 'warn' as const },
      { entities: [`tranche:${ids.tranche1}`] },
    ])
      expect([filter, await names(filter)]).toEqual([filter, []])
    expect((await list('2018-10-10', { stage: 'UnderVerification', state: 'warn' })).rows).toHaveLength(1)
  })

  test('is empty before the first fact', async () => {
    expect(await list('1999-12-31')).toMatchObject({ position: facts.length, rows: [] })
  })

  test('is summed by area, programme, stage and desk', async () => {
    const sum = { entities: 1, stuck: 1, amountSen: 15_000_000_000n, oldest: '2018-09-10', kind: null }
    const sums = async (by: Parameters<typeof stuckSums>[3]) =>
      (await stuckSums(viewsDb(made.servingPool), { kind: 'tranche' }, { at, past: true, calendar }, by)).sums
    expect(await sums('area')).toEqual([{ ...sum, key: ids.area }])
    expect(await sums('programme')).toEqual([{ ...sum, key: 'KOTAKU' }])
    expect(await sums('holder')).toEqual([{ ...sum, key: 'KPPN' }])
    expect(await sums('stage')).toEqual([{ ...sum, key: 'SpmIssued', kind: 'tranche' }])
  })
})

/** Tranches that began on these days and are still waiting, written into the tables as the projection would. */
async function waitingOnes(...many: readonly (readonly [string, string, bigint | null, 'calendar' | 'working'])[]): Promise<void> {
  const db = viewsDb(made.servingPool)
  const { row, stays, limits } = (await kept()).get(`tranche:${ids.tranche2}`) ?? {}
  const [limit] = limits ?? []
  if (!row || !stays || !limit) throw new Error('no tranche 2')
  for (const [id, began, amount, clock] of many) {
    const entity = `tranche:${id}`
    const open = { ...limit, entity, beganOn: began, endedOn: null, ended: null, clock }
    const due = clock === 'working' ? { warnOn: null, stuckOn: null } : { warnOn: '2019-02-01', stuckOn: '2019-03-01' }
    await db
      .insertInto('stageClock')
      .values({ ...row, entity, id, amountSen: amount })
      .execute()
    await db
      .insertInto('stageClockLimits')
      .values({ ...open, ...due })
      .execute()
  }
}

test('pages give every row once, oldest and then costliest, or costliest first; working days are judged by the calendar', async () => {
  await waitingOnes(
    ['a', '2019-01-10', 500n, 'calendar'],
    ['b', '2019-01-08', 100n, 'calendar'],
    ['c', '2019-01-08', 900n, 'calendar'],
    ['d', '2019-01-08', null, 'calendar'],
    ['e', '2019-01-08', 900n, 'calendar'],
    ['f', '2019-06-03', 700n, 'working'],
  )
  const paged = async (at: string, order: 'oldest' | 'costliest', limit: number, state?: 'warn' | 'stuck'): Promise<string> => {
    const seen: string[] = []
    let after: StuckKey | undefined
    do {
      const { rows, next } = await list(at, { state }, { limit, order, after })
      seen.push(...rows.map(({ id }) => id))
      after = next
    } while (after !== undefined)
    return seen.join('')
  }
  for (const limit of [1, 2, 3, 100]) {
    expect(await paged('2019-02-10', 'oldest', limit)).toBe('cebda')
    expect(await paged('2019-02-10', 'costliest', limit)).toBe('ceabd')
  }
  // Where there are no holidays, 21 working days after Monday 2019-06-03 is Tuesday 2019-07-02, 45 is Monday 2019-08-05.
  expect(await paged('2019-07-01', 'oldest', 10)).toBe('cebda')
  expect(await paged('2019-07-02', 'oldest', 10, 'warn')).toBe('f')
  expect(await paged('2019-08-04', 'oldest', 10, 'warn')).toBe('f')
  expect(await paged('2019-08-05', 'oldest', 10, 'stuck')).toBe('cebdaf')
  const late = (await list('2019-08-06', { kind: 'tranche' })).rows.find(({ id }) => id === 'f')
  expect(late?.clock).toMatchObject({ state: 'stuck', workingDays: 46, daysOver: 1 })
  expect(late?.clock).toMatchObject({ warnSince: '2019-07-02', stuckSince: '2019-08-05' })
  // Of today only what still runs is looked at, by the same rules.
  const today = { at: '2019-08-06', past: false, calendar }
  const now = await stuckAt(viewsDb(made.servingPool), {}, today, { limit: 10, order: 'oldest' })
  expect(now.rows.map(({ id }) => id).join('')).toBe('cebdaf')
  expect(now.rows).toEqual((await list(today.at)).rows)
  // A day that the calendar does not reach judges no working days; the others are judged all the same.
  expect(await paged('2028-02-01', 'oldest', 10)).toBe('cebda')
})
