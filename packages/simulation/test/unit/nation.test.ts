import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { domain, foldEntity, sen, type Recorded } from '@jejak/domain'
import { fundTrail } from '@jejak/views'
import { assumptions, checkNation, newStatistics } from '../../src/index.ts'
import { landOf } from '../../src/places.ts'
import { programmes } from '../../src/programmes.ts'
import { digestOf, factsOf, twoCities } from '../support.ts'

// Nothing here is proven by being quick, and a busy machine may take long.
vi.setConfig({ testTimeout: 120_000 })

const mixed = { ...twoCities, years: 2, from: 2014 } as const
const facts = await factsOf(mixed)

const byTag = (all: readonly Recorded[]): Map<string, Recorded[]> => {
  const found = new Map<string, Recorded[]>()
  for (const recorded of all)
    for (const tag of recorded.fact.tags) {
      const bearing = found.get(tag)
      if (bearing) bearing.push(recorded)
      else found.set(tag, [recorded])
    }
  return found
}

test('the same seed gives the same bytes, however many threads tell and wherever the facts wait', async () => {
  expect(digestOf(await factsOf({ ...mixed, threads: 2, memoryMax: 1000 }))).toBe(digestOf(facts))
})

test('another seed gives other facts, and a larger nation begins with the same kelurahan', async () => {
  const other = { ...mixed, years: 1, kelurahan: 1 }
  expect(digestOf(await factsOf({ ...other, seed: 'g' }))).not.toBe(digestOf(await factsOf(other)))
  const [small, large] = [await landOf('f', 5), await landOf('f', 300)]
  expect(large.places.slice(0, 5)).toEqual(small.places)
  expect(new Set(large.places.map(({ area }) => area)).size).toBe(300)
})

test('recorded times never decrease, and no fact is of the future', () => {
  facts.reduce((before, { recordedAt, position }, index) => {
    expect(position).toBe(index + 1)
    if (recordedAt < before) throw new Error(`position ${position} is recorded before the one before it`)
    return recordedAt
  }, 0n)
  for (const { recordedAt, fact } of facts) {
    // Eight hours before UTC is the easternmost midnight.
    const latest = new Date(Number(recordedAt / 1000n) + 9 * 3_600_000).toISOString().slice(0, 10)
    if (fact.effectiveOn > latest) throw new Error(`${fact.type} ${fact.id} of ${fact.effectiveOn} is recorded before it`)
  }
})

test('every move starts where the entity stands, and nothing deviates but what is meant to', () => {
  const tags = byTag(facts)
  let folded = 0
  for (const [kind, { fold }] of domain.slices)
    for (const [tag, bearing] of tags) {
      if (!tag.startsWith(`${kind}:`)) continue
      foldEntity(fold, tag.slice(kind.length + 1), bearing)
      folded += 1
    }
  expect(folded).toBeGreaterThan(200)
  const deviations = facts.flatMap(({ fact }) => (fact.deviations ?? []).map(({ rule }) => `${fact.type} ${rule}`))
  const meant = [
    'proposal.SwadayaRealised backdated',
    'cycle.StepRecorded expected-actor-absent',
    'cycle.StepRecorded exit-criterion-open',
    'cycle.PlanRatified expected-actor-absent',
    'cycle.Closed exit-criterion-open',
    'area.ReadinessEntered exit-criterion-open',
    'area.StageForced stage-forced',
    // Works go on into the next year, as they do (DOMAIN F15).
    'proposal.ExpenseRecorded spent-after-year-end',
    'tranche.BopSpent spent-after-year-end',
  ]
  expect(deviations).toContain(meant[0])
  expect(deviations.filter((deviation) => !meant.includes(deviation))).toEqual([])
})

test('a deviation names the position of the fact that it rests on', () => {
  const deviating = facts.filter(({ fact }) => fact.deviations)
  expect(new Set(deviating.flatMap(({ fact }) => (fact.deviations ?? []).map(({ rule }) => rule))).size).toBeGreaterThan(1)
  for (const { fact, position } of deviating)
    for (const { rule, facts: named, before } of fact.deviations ?? []) {
      // What is forced rests on nothing that was recorded before.
      if (rule === 'stage-forced') continue
      const [at] = named as [number | string]
      const rests = facts.find((other) => other.position === at || other.fact.id === at)
      if (rule === 'backdated') expect(rests?.fact).toMatchObject({ subject: fact.subject, effectiveOn: before })
      else expect(rests?.fact.tags.filter((tag) => tag.startsWith('cycle:') && fact.tags.includes(tag))).not.toEqual([])
      expect(rests?.position).toBeLessThan(position)
    }
})

test('all money of a closed allocation is spent, returned or kept, to the sen', () => {
  const tags = byTag(facts)
  const closed = facts.filter(({ fact }) => fact.type === 'allocation.Closed')
  expect(closed.length).toBeGreaterThan(4)
  for (const { fact } of closed) {
    const { totals, accounts } = fundTrail(tags.get(`allocation:${fact.subject.id}`) ?? [])
    expect(totals).toMatchObject({ overdrawn: '0', held: '0' })
    expect(sen(totals.paid)).toBe(sen(totals.spent) + sen(totals.returned) + sen(totals.kept))
    expect(accounts.some(({ overdrawn }) => overdrawn)).toBe(false)
  }
})

test.each([...programmes.keys()])('%s is told from decree to handover', async (edition) => {
  const told = await factsOf({ seed: 'e', kelurahan: 1, years: 2, from: 2016, edition })
  const types = new Set(told.map(({ fact }) => fact.type))
  for (const type of [
    'cycle.Started',
    'cycle.PlanRatified',
    'area.ReadinessEntered',
    'allocation.Decreed',
    'tranche.Credited',
    'tranche.LpjAccepted',
    'allocation.Closed',
    'proposal.HandedOver',
  ])
    expect(types).toContain(type)
  const pinned = told.flatMap(({ fact }) => (fact.edition && fact.type !== 'edition.Published' ? [fact.edition.id] : []))
  expect(new Set(pinned)).toEqual(new Set([edition]))
})

test('the programmes follow their years', () => {
  const pinnedIn = (year: string): Set<string> =>
    new Set(
      facts.flatMap(({ fact }) => (fact.type === 'allocation.Decreed' && fact.data['fiscalYear'] === year ? [fact.edition?.id ?? ''] : [])),
    )
  expect(pinnedIn('2014')).toContain('PNPM-MP-2013')
  expect([...pinnedIn('2015')]).toEqual(['KOTAKU-2018'])
})

test('it turns out as assumed, roughly', () => {
  const statistics = newStatistics()
  for (const { recordedAt, fact } of facts) statistics.see({ recordedAt, commands: [[fact]] })
  const found = statistics.distributions(mixed.kelurahan, mixed.years)
  expect(found.factsPerKelurahanYear).toBeGreaterThan(180)
  expect(found.factsPerKelurahanYear).toBeLessThan(330)
  expect(found.tranchesReturnedPercent).toBeGreaterThan(10)
  expect(found.tranchesReturnedPercent).toBeLessThan(50)
  expect(found.daysRequestToCredit.median).toBeGreaterThan(14)
  expect(found.daysRequestToCredit.median).toBeLessThan(45)
  expect(found.daysEffectiveToRecorded.median).toBeLessThan(10)
  expect(found.complaintsClosedPercent).toBeGreaterThan(85)
  expect(Object.values(found.byType).reduce((a, b) => a + b, 0)).toBe(facts.length)
})

test.each([
  [{ kelurahan: 0 }, /kelurahan is a whole number above zero/],
  [{ kelurahan: 1.5 }, /kelurahan is a whole number/],
  [{ kelurahan: 30_000 }, /at most 20000/],
  [{ years: 0 }, /years is a whole number/],
  [{ years: 30 }, /not within 2006 to 2027/],
  [{ from: 1999 }, /not within 2006 to 2027/],
  [{ seed: '' }, /seed/],
  [{ seed: 'a\nb' }, /seed/],
  [{ edition: 'NOPE-1' }, /there are KOTAKU-2018/],
])('a nation that cannot be told is refused: %j', (wrong, message) => {
  expect(() => checkNation({ kelurahan: 1, years: 1, seed: '1', ...wrong })).toThrow(message)
})

test('README names every assumption', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  expect(Object.keys(assumptions).filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
})
