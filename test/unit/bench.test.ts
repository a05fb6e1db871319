import { describe, expect, test } from 'vitest'
import { benchEvent, dataBytes, fillOrder, groupsOf, metadataBytes, versionAfterFilling } from '../bench/content.ts'
import { readOptions, WrongUse } from '../bench/options.ts'
import type { Results, Sample } from '../bench/samples.ts'
import { median, percentile, ratios } from '../bench/stats.ts'
import { verdictsOn } from '../bench/targets.ts'
import { type StoredRow, whatIsWrong } from '../bench/verify.ts'

const row = (id: string, entity: number, version: number, position: number): StoredRow => ({ id, entity, version, position })
const ids = (...names: readonly string[]) => names.map((id) => ({ id }))

describe('a store gets no number when it', () => {
  test.each([
    ['loses a write', ids('a', 'b'), [row('a', 1, 1, 1)], 'lost 1 of 2'],
    ['doubles one', ids('a'), [row('a', 1, 1, 1), row('a', 1, 2, 2)], 'doubled 1'],
    ['stores what it did not acknowledge', ids('a'), [row('a', 1, 1, 1), row('b', 1, 2, 2)], 'stored 1 that it did not acknowledge'],
    ['leaves a version out', ids('a', 'b'), [row('a', 1, 1, 1), row('b', 1, 3, 2)], 'entity 1: version 3 after 1'],
    ['turns the order round', ids('a', 'b'), [row('b', 1, 2, 1), row('a', 1, 1, 2)], 'entity 1: version 1 after 2'],
  ])('%s', (_, acknowledged, stored, sentence) => {
    expect(whatIsWrong(acknowledged, stored, 'versions')).toBe(sentence)
  })

  test('takes an append that did not know the one before it', () => {
    const stored = [row('a', 1, 10, 11), row('b', 1, 10, 12)]
    expect(whatIsWrong(ids('a', 'b'), stored, 'knew-the-last')).toBe('entity 1: an append that knew 10 follows position 11')
    expect(whatIsWrong(ids('a', 'b'), [row('a', 1, 10, 11), row('b', 1, 11, 12)], 'knew-the-last')).toBeUndefined()
  })

  test('but not when all is well, also across a window', () => {
    expect(whatIsWrong(ids('a'), [row('a', 1, 11, 7)], 'versions', () => 10)).toBeUndefined()
    expect(whatIsWrong(ids('a'), [row('a', 1, 12, 7)], 'versions', () => 10)).toBe('entity 1: version 12 after 10')
  })
})

test('medians, percentiles, and ratios inside rounds', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  expect(median([])).toBeNaN()
  expect(percentile([1, 2, 3, 4], 0.99)).toBe(4)
  expect(ratios([2, undefined, 9], [1, 5, 3])).toEqual([2, 3])
})

test('events have their sizes, and entities grow beside each other in their own order', () => {
  const event = benchEvent(123_456, 7)
  expect(JSON.stringify(event.data)).toHaveLength(dataBytes)
  expect(JSON.stringify(event.metadata)).toHaveLength(metadataBytes)
  const groups = groupsOf(20_000)
  const order = fillOrder(groups)
  expect(order).toHaveLength(groups.reduce((sum, { entities, eventsEach }) => sum + entities * eventsEach, 0))
  const versions = order.filter(({ entity }) => entity === 5).map(({ version }) => version)
  expect(versions).toEqual(Array.from({ length: 10 }, (_, index) => index + 1))
  expect(versionAfterFilling(20_000, 'groups', groups.at(-1)?.first ?? 0)).toBe(1000)
})

const sample = (store: string, perSecond: number, wrong?: string): Sample => ({
  section: 'append',
  row: 'c=32',
  store,
  round: 1,
  figures: { perSecond, p99: 1 },
  ...(wrong === undefined ? {} : { wrong }),
})
const runOf = (samples: readonly Sample[], short = false): Results => ({ at: '', short, options: {}, environment: {}, about: {}, samples })
const p1 = (results: Results) => verdictsOn(results).filter(({ target }) => target === 'P1')

describe('the check', () => {
  test('compares with the best peer, raw and dcb-es', () => {
    const verdicts = p1(runOf([sample('jejak', 1000), sample('raw', 800), sample('castore', 300), sample('dcb-es', 100)]))
    expect(verdicts.map(({ reached, met }) => [Number(reached?.toFixed(2)), met])).toEqual([
      [3.33, true],
      [1.25, false],
      [10, true],
    ])
  })

  test('holds 70 % of a bar in a short run', () => {
    expect(p1(runOf([sample('jejak', 1000), sample('raw', 800)], true)).find(({ what }) => what.endsWith('raw'))?.met).toBe(true)
  })

  test('does not judge what was not measured, and fails what earned no number', () => {
    expect(p1(runOf([])).every(({ met }) => met === undefined)).toBe(true)
    const verdicts = p1(runOf([sample('jejak', 1000, 'lost 1'), sample('raw', 800)]))
    expect(verdicts.find(({ what }) => what.endsWith('raw'))?.met).toBe(false)
  })
})

describe('the command line', () => {
  const known = { sections: ['size', 'append'], stores: ['jejak', 'raw'] }
  test('takes a file after --check or none', () => {
    expect(readOptions(['--check', 'run.json'], known)).toMatchObject({ check: true, checkFile: 'run.json' })
    expect(readOptions(['--check', '--short'], known)).toMatchObject({ check: true, checkFile: undefined, rounds: 2, windowMs: 400 })
  })

  test.each([
    [['--section', 'apend']],
    [['--stores', 'jejak,rw']],
    [['--rounds', '0']],
    [['--growth', '1005']],
    [['--window', 'x']],
    [['--fast']],
  ])('refuses %j', (argv) => {
    expect(() => readOptions(argv, known)).toThrow(WrongUse)
  })
})
