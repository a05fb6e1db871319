import { describe, expect, test, vi } from 'vitest'
import { compile, stageAt, type Fact } from '@jejak/domain'
import type { Deed } from '../../src/deed.ts'
import { kelurahanDeeds } from '../../src/life/kelurahan.ts'
import { partSittings, partsOf, type Part, type Story } from '../../src/lives.ts'
import { cityBureaus, nationalBureaus, officersOf } from '../../src/officers.ts'
import { landOf } from '../../src/places.ts'
import { programmes } from '../../src/programmes.ts'
import { publishShipped } from '../../src/publishing.ts'

// Nothing here is proven by being quick, and a busy machine may take long.
vi.setConfig({ testTimeout: 120_000 })

const land = await landOf('f', 600)
const published = await publishShipped()

const wanted = ['step', 'outcome', 'stage', 'to', 'institutionKind', 'review']
const cameOf = ({ attendance }: Deed['data']): unknown => attendance && JSON.stringify(attendance).includes('LURAH')

/** What is rare in a life: a command with its step, outcome or stage, its papers, who signed, and whether the Lurah came. */
const traitOf = ({ command, data, papers, with: signers }: Deed): string =>
  JSON.stringify([command, ...wanted.map((name) => data[name]), cameOf(data), papers, signers.length])

/** The kelurahan of a nation that have something in their plan that no earlier one has, each as a part of its own. */
function varied(story: Story): Part[] {
  const nation = nationalBureaus(story)
  const seen = new Set<string>()
  return partsOf(land).flatMap((part) => {
    const city = cityBureaus(story, part.city, part.places)
    return part.places.flatMap((place, index): Part[] => {
      const officers = officersOf(nation, city, part.places, place)
      const deeds = kelurahanDeeds({ span: story, place, officers, working: land.working }, story.edition)
      const fresh = deeds.filter(({ command }) => /^(cycle|area|institution)\./.test(command)).map(traitOf)
      if (fresh.every((trait) => seen.has(trait))) return []
      for (const trait of fresh) seen.add(trait)
      return [{ ...part, from: index, until: index + 1 }]
    })
  })
}

async function tell(edition: string): Promise<Fact[]> {
  const story = { seed: 'f', from: 2013, years: 2, edition }
  const facts: Fact[] = []
  for (const part of varied(story))
    for await (const { commands } of partSittings(story, land, part, published)) facts.push(...commands.flat())
  return facts
}

const remembered = new Map<string, Promise<Fact[]>>()

/** The facts of these kelurahan, told once for every test that asks. */
function told(edition: string): Promise<Fact[]> {
  const telling = remembered.get(edition) ?? tell(edition)
  remembered.set(edition, telling)
  return telling
}

const movesOf = (facts: readonly Fact[], kind: string) => facts.flatMap(({ moves }) => moves.filter((move) => move.kind === kind))

describe.each([...programmes.values()])('the cycle of $edition.id', ({ edition }) => {
  test('reaches every stage that it has, in a nation of some hundred kelurahan', async () => {
    const facts = await told(edition.id)
    const workflow = edition.workflows['cycle']
    if (workflow === undefined) throw new Error(`${edition.id} has no cycle`)
    const begun = Object.entries(workflow.beside).map(([name, { initial }]) => `${name}.${initial ?? ''}`)
    // A stage that only holds others is not stood in, unless it has an order of its own.
    const isStoodIn = (path: string): boolean => stageAt(workflow, path)?.stages === undefined || stageAt(workflow, path)?.own !== undefined
    const leaves = [...compile('cycle', workflow, () => false).leaves.keys()]
    const stages = leaves.filter((path) => isStoodIn(path) && !begun.includes(path))
    const reached = new Set(movesOf(facts, 'cycle').map(({ to }) => to))
    expect(stages.filter((path) => !reached.has(path))).toEqual([])
  })

  test('is the one that every allocation names', async () => {
    const facts = await told(edition.id)
    const started = new Set(facts.filter(({ type }) => type === 'cycle.Started').map(({ subject }) => subject.id))
    const named = facts.filter(({ type }) => type === 'allocation.Decreed').map(({ data }) => data['cycle'])
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((cycle) => typeof cycle !== 'string' || !started.has(cycle))).toEqual([])
  })

  test('goes as the rules have it, but for what some leave out', async () => {
    const facts = await told(edition.id)
    const rules = new Set(facts.flatMap(({ deviations = [] }) => deviations.map(({ rule }) => rule)))
    expect([...rules].toSorted()).toEqual([
      'backdated',
      'exit-criterion-open',
      'expected-actor-absent',
      'spent-after-year-end',
      'stage-forced',
    ])
  })

  test('is forced only with a reason and evidence, and with an approver where the edition asks for one', async () => {
    const facts = await told(edition.id)
    const forced = facts.filter(({ type }) => type === 'area.StageForced')
    expect(forced.length).toBeGreaterThan(0)
    for (const { reason, evidence, cosigners = [] } of forced) {
      expect(reason).toBeDefined()
      expect(evidence).not.toEqual([])
      if (edition.force.approvedBy) expect(cosigners.map(({ role }) => edition.force.approvedBy?.includes(role))).toContain(true)
    }
  })
})

test('the community elects its board in the first year of some kelurahan, and reviews it in later ones', async () => {
  const facts = await told('PNPM-MP-2013')
  const elected = facts.filter(({ type, data }) => type === 'institution.Formed' && data['institutionKind'] === 'BKM' && data['cycle'])
  expect(elected.length).toBeGreaterThan(0)
  for (const { moves } of elected) expect(moves).toMatchObject([{ kind: 'cycle', from: '5', to: '6' }])
  const begun = facts.filter(({ type }) => type === 'cycle.Started')
  const reviewed = begun.filter(({ data }) => data['outcome'] === 'review')
  expect(new Set(begun.map(({ data }) => data['year']))).toEqual(new Set(['2013', '2014']))
  expect(new Set(reviewed.map(({ data }) => data['year']))).toEqual(new Set(['2014']))
})

test('an older programme plans the upkeep of every work before it is handed over', async () => {
  const facts = await told('P2KP3-2006')
  const of = (wanted: string): string[] => facts.filter(({ type }) => type === wanted).map(({ subject }) => subject.id)
  const planned = new Set(of('proposal.MaintenancePlanAgreed'))
  expect(of('proposal.HandedOver').length).toBeGreaterThan(5)
  expect(of('proposal.HandedOver').filter((id) => !planned.has(id))).toEqual([])
})
