import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Fact, Recorded } from '@jejak/domain'
import { checkProjection, flow, flowCases, flowPairs, flowSnapshot, flowSummary, flowVariants, flowWaits } from '../src/index.ts'
import { foldInMemory, prepareProjections, rebuildProjection, resetProjection, runProjections, viewsDb, waitFor } from '../src/index.ts'
import { commandKeyHash, eventId } from '@jejak/event-store'
import { freshLog, type TestLog } from '../../event-store/test/database.ts'
import { load, moneyFact, playedScenario } from './support/scenario.ts'

const hour = 3_600_000_000n
const start = BigInt(Date.parse('2018-03-01T00:00:00Z')) * 1000n
const kind = 'request'

interface Step {
  readonly of: string
  readonly activity: string
  /** Hours after the first of March. */
  readonly at: number
}

function recorded({ of, activity, at }: Step, position: number): Recorded {
  const keyHash = commandKeyHash('urn:tests', 'flow', `${position}`)
  const { fact } = moneyFact(position, 'case.StepRecorded', of, '2018-03-01', { step: activity })
  const step: Fact = {
    ...fact,
    id: eventId(keyHash, 0),
    commandKeyHash: keyHash,
    subject: { kind, id: of },
    tags: [`${kind}:${of}`],
    effectiveAt: new Date(Number((start + BigInt(at) * hour) / 1000n)).toISOString(),
  }
  return { position, recordedAt: BigInt(Date.parse('2018-05-01T00:00:00Z')) * 1000n + BigInt(position), fact: step }
}
const stepsOf = (...steps: readonly (readonly [of: string, activity: string, at: number])[]): Recorded[] =>
  steps.map(([of, activity, at], index) => recorded({ of, activity, at }, index + 1))

/** Takes everything that the log has, so many facts a page. */
async function catchUp(made: TestLog, pageSize?: number): Promise<void> {
  const stop = new AbortController()
  const errors: unknown[] = []
  const running = runProjections(made.servingPool, made.log, [flow], {
    signal: stop.signal,
    onError: (error) => errors.push(error),
    ...(pageSize === undefined ? {} : { pageSize }),
  })
  const { position } = await made.log.head()
  await prepareProjections(made.servingPool, [flow])
  expect(await waitFor(made.servingPool, { projection: flow.name, position, timeoutMs: 20_000 })).toBe('reached')
  stop.abort()
  await running
  expect(errors).toEqual([])
}

test('the tables are what the pure fold says, however the log is cut into pages, kept or rebuilt in little memory', async () => {
  const facts = await playedScenario()
  const made = await freshLog({ clock: 'simulated' })
  try {
    await load(made.log, facts)
    const pure = foldInMemory(flow, facts)
    const db = viewsDb(made.servingPool)
    const kept = async () => ({
      flowCases: await db.selectFrom('flowCases').selectAll().orderBy('entity').execute(),
      flowSteps: await db.selectFrom('flowSteps').selectAll().orderBy('position').orderBy('entity').execute(),
    })
    const byEntity = (a: { entity: string }, b: { entity: string }): number => (a.entity < b.entity ? -1 : 1)
    const expected = {
      flowCases: pure.flowCases.toSorted(byEntity),
      flowSteps: pure.flowSteps.toSorted((a, b) => Number(a.position - b.position) || byEntity(a, b)),
    }
    expect(expected.flowSteps.length).toBeGreaterThan(150)
    for (const pageSize of [1, 7]) {
      await catchUp(made, pageSize)
      expect(await kept()).toEqual(expected)
      await resetProjection(made.servingPool, flow)
    }
    await catchUp(made)
    await rebuildProjection(made.servingPool, made.log, flow, { pageSize: 5, valuesMax: 40 })
    expect(await kept()).toEqual(expected)
    expect((await checkProjection(made.servingPool, made.log, flow, { pageSize: 3, valuesMax: 40 })).difference).toBeUndefined()
  } finally {
    await made.close()
  }
})

describe('a log in which times go back and are equal', () => {
  let made: TestLog
  beforeAll(async () => {
    made = await freshLog({ clock: 'simulated' })
    // Of a, the second step is dated before the first; b takes two at once; c does it the other way round.
    const facts = stepsOf(
      ['a', 'ask', 10],
      ['b', 'ask', 12],
      ['a', 'check', 4],
      ['b', 'check', 12],
      ['c', 'check', 20],
      ['c', 'ask', 44],
      ['a', 'pay', 34],
      ['b', 'pay', 36],
    )
    await load(made.log, facts)
    await catchUp(made)
  })
  afterAll(() => made.close())
  const db = () => viewsDb(made.servingPool)
  const all = { limit: 10 }

  test('steps are neighbours in the order of the log, and a case lasts from its earliest to its latest time', async () => {
    const summary = await flowSummary(db(), { kind }, {})
    expect(summary).toMatchObject({ position: 8, cases: 3, events: 8, variants: 2, pairs: 3, inversions: 1, ties: 1, open: 3, closed: 0 })
    // 30, 24 and 24 hours.
    expect(summary.duration).toEqual({
      min: 24 * 3600,
      mean: 26 * 3600,
      median: 24 * 3600,
      p90: 28.8 * 3600,
      p90Discrete: 30 * 3600,
      max: 30 * 3600,
      total: 78 * 3600,
    })
    expect(summary.activities.map(({ activity, starts, ends }) => [activity, starts, ends])).toEqual([
      ['ask', 2, 1],
      ['check', 1, 0],
      ['pay', 0, 2],
    ])
    const { rows } = await flowPairs(db(), { kind }, {}, { ...all, order: 'frequent' })
    expect(rows.map(({ from, to, n, wait }) => [from, to, n, wait.min / 3600, wait.max / 3600])).toEqual([
      ['ask', 'check', 2, -6, 0],
      ['check', 'pay', 2, 24, 30],
      ['check', 'ask', 1, 24, 24],
    ])
  })

  test('variants are told apart by their order, most frequent first', async () => {
    const { rows } = await flowVariants(db(), { kind }, {}, all)
    expect(rows.map(({ cases, trace }) => [cases, trace.join()])).toEqual([
      [2, 'ask,check,pay'],
      [1, 'check,ask'],
    ])
    const [, second] = rows
    const cases = await flowCases(db(), { kind }, {}, { variant: second?.variant }, all)
    expect(cases.rows).toMatchObject([{ id: 'c', positions: [5, 6], lastActivity: 'ask', state: 'open', idleDays: null }])
  })

  test('both clocks: what was known at a position, and what had happened by an instant', async () => {
    expect(await flowSummary(db(), { kind }, { position: 4 })).toMatchObject({ position: 4, cases: 2, events: 4, pairs: 1 })
    const at = start + 12n * hour
    expect(await flowSummary(db(), { kind }, { until: at })).toMatchObject({ position: 8, cases: 2, events: 4 })
    expect(await flowSummary(db(), { kind }, { until: at - 1n })).toMatchObject({ cases: 1, events: 2 })
    expect(await flowSummary(db(), { kind }, { position: 3, until: at })).toMatchObject({ cases: 2, events: 3 })
    // Later than the tables go is answered as far as they go.
    expect(await flowSummary(db(), { kind }, { position: 99 })).toMatchObject({ position: 8, events: 8 })
  })

  test('a wait from the first of one to the first of another is none where that came first', async () => {
    const of = { from: ['ask'], to: ['check'], between: 'firsts' } as const
    const waits = await flowWaits(db(), { kind }, {}, of, all)
    expect([waits.n, waits.reversed, waits.rows.map(({ id, seconds }) => [id, seconds / 3600])]).toEqual([
      2,
      1,
      [
        ['b', 0],
        ['a', -6],
      ],
    ])
    const either = await flowWaits(db(), { kind }, {}, { ...of, to: ['pay', 'check'] }, { limit: 1, after: 1 })
    expect(either.rows.map(({ id, from, to }) => [id, from.position, to.position])).toEqual([['a', 1, 3]])
  })

  test('idle days are whole ones from the latest step, to the microsecond', async () => {
    const until = start + 36n * hour + 8n * 24n * hour
    const idle = async (at: bigint) => (await flowSnapshot(db(), { kind }, { until: at }, 1)).idle.map(({ cases }) => cases)
    expect(await idle(until)).toEqual([1, 2, 0, 0])
    expect(await idle(until - 1n)).toEqual([2, 1, 0, 0])
    expect(await idle(start + 44n * hour + 91n * 24n * hour)).toEqual([0, 0, 0, 3])
    const { longestIdle, lastActivities } = await flowSnapshot(db(), { kind }, { until }, 1)
    expect(longestIdle.map(({ id, idleDays }) => [id, idleDays])).toEqual([['a', 8]])
    expect(lastActivities).toEqual([
      { activity: 'pay', cases: 2 },
      { activity: 'ask', cases: 1 },
    ])
  })

  test('cases are chosen by the time of their first step, whole', async () => {
    const from = { kind, startedFrom: start + 12n * hour }
    expect(await flowSummary(db(), from, {})).toMatchObject({ cases: 2, events: 5 })
    expect(await flowSummary(db(), { ...from, startedBefore: start + 20n * hour }, {})).toMatchObject({ cases: 1, events: 3 })
  })
})
