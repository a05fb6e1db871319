import { beforeAll, describe, expect, it } from 'vitest'
import { labelId } from '@jejak/demo'
import { domain, foldEntity, type Recorded } from '@jejak/domain'
import { finalStages } from '../../../../test/scenario/expectations.ts'
import { bearing, ids, moneyFact, playedScenario } from '../support/scenario.ts'
import { projected } from '../support/projected.ts'

let all: readonly Recorded[]
beforeAll(async () => {
  all = await playedScenario()
})
const rowOf = (entity: string, upTo?: string) =>
  projected(upTo === undefined ? all : all.filter(({ fact }) => fact.effectiveOn <= upTo)).rows.get(entity)

describe('one row for each entity', () => {
  it.each(finalStages)('%s %s ends at %s', (kind, label, stage) => {
    expect(rowOf(`${kind}:${labelId(label)}`)).toMatchObject({ stage, stages: { '': stage }, suspended: false })
  })

  it('agrees with the fold of its slice: stages, pin and ETag', () => {
    const { rows } = projected(all)
    expect(rows.size).toBeGreaterThan(15)
    for (const row of rows.values()) {
      const folded = foldEntity(domain.slice(row.kind).fold, row.id, bearing(all, row.kind, row.id))
      expect({ entity: row.entity, stages: row.stages, last: Number(row.lastPosition), suspended: row.suspended }).toEqual({
        entity: `${folded.kind}:${folded.id}`,
        stages: folded.stages,
        last: folded.last,
        suspended: folded.suspended,
      })
      expect(row.editionId).toBe(folded.edition?.id ?? null)
      expect(Number(row.openedPosition)).toBe(folded.facts[0]?.position)
    }
  })

  it('a proposal says what it is, of what, and what it may cost', () => {
    expect(rowOf(`proposal:${ids.c}`)).toMatchObject({
      kind: 'proposal',
      area: ids.area,
      allocation: ids.allocation,
      cycle: labelId('CYC-2018'),
      editionId: 'KOTAKU-2018',
      editionRevision: 1,
      category: 'lingkungan',
      title: 'MCK umum dan tangki septik',
      number: 'PROP-C',
      fiscalYear: '2018',
      amountSen: 10_000_000_000n,
      holders: ['KPP'],
    })
    expect(rowOf(`proposal:${ids.c}`)?.tags).toEqual(
      expect.arrayContaining([`institution:${ids.bkm}`, `institution:${labelId('KSM-CEMPAKA')}`, `institution:${labelId('KPP-PASAR2')}`]),
    )
    expect(rowOf(`proposal:${ids.c}`)?.tags.filter((tag) => tag.startsWith('proposal:') || tag.startsWith('person:'))).toEqual([])
  })

  it('a tranche has the year and the programme of its allocation', () => {
    const tranche = rowOf(`tranche:${ids.tranche2}`, '2018-10-10')
    const allocation = rowOf(`allocation:${ids.allocation}`)
    expect(tranche).toMatchObject({
      stage: 'UnderVerification.KORKOT',
      holders: ['KORKOT'],
      since: '2018-10-08',
      fiscalYear: '2018',
      number: '2',
      amountSen: 15_000_000_000n,
      programme: allocation?.programme,
    })
    expect(allocation?.programme).toEqual(expect.any(String))
    expect(allocation).toMatchObject({ category: 'INFRA_NEIGHBOURHOOD', amountSen: 50_000_000_000n })
  })

  it('a complaint stands at the desks of the built-in workflow', () => {
    expect(rowOf(`complaint:${labelId('PGD-2018-001')}`, '2018-10-17')).toMatchObject({ stage: 'Logged', holders: ['KORKOT'] })
    expect(rowOf(`complaint:${labelId('PGD-2018-001')}`)).toMatchObject({
      number: 'PGD-2018-001',
      category: 'technical',
      fiscalYear: '2018',
      holders: [],
    })
  })

  it('an institution has its kind and name', () => {
    expect(rowOf(`institution:${labelId('KSM-ANGGUR')}`)).toMatchObject({
      category: 'KSM',
      title: 'KSM ANGGUR',
      stage: null,
      area: ids.area,
    })
  })

  it('lists no editions, areas or persons', () => {
    expect([...new Set([...projected(all).rows.values()].map((row) => row.kind))].toSorted()).toEqual([
      'allocation',
      'complaint',
      'cycle',
      'institution',
      'proposal',
      'tranche',
    ])
  })
})

it('a kind that no slice knows is listed by its own edition, also at several desks', () => {
  const published = all.find(({ fact }) => fact.type === 'edition.Published') as Recorded
  const content = {
    ...(published.fact.data['content'] as object),
    workflows: {
      'payment-request': {
        initial: 'Check',
        opens: { 'case.Opened': {} },
        facts: {},
        path: [],
        chains: [],
        spans: [],
        suspendable: false,
        suspends: [],
        resumes: [],
        stages: {
          Check: {
            parallel: true,
            stages: { budget: { stages: { Open: { holder: 'OWNER' } } }, papers: { stages: { Open: { holder: 'CLERK' } } } },
          },
        },
      },
    },
  }
  const edition = { ...published, fact: { ...published.fact, data: { revision: 1, content: JSON.parse(JSON.stringify(content)) } } }
  const made = moneyFact(2, 'case.Opened', 'c1', '2018-06-04', { title: 'Perjalanan', amount: '1250000' })
  const subject = { kind: 'payment-request', id: 'c1' }
  const moves = ['', 'Check.budget', 'Check.papers'].map((region) => ({
    ...subject,
    region,
    from: null,
    to: region === '' ? 'Check' : `${region}.Open`,
  }))
  const pin = { id: published.fact.subject.id, revision: 1 }
  const opened: Recorded = { ...made, fact: { ...made.fact, subject, moves, edition: pin, tags: ['area:1', 'payment-request:c1'] } }
  const { rows } = projected([edition, opened])
  expect([...rows.values()]).toMatchObject([
    {
      entity: 'payment-request:c1',
      stage: 'Check',
      stages: { '': 'Check', 'Check.budget': 'Check.budget.Open', 'Check.papers': 'Check.papers.Open' },
      holders: ['CLERK', 'OWNER'],
      title: 'Perjalanan',
      amountSen: 125_000_000n,
      area: '1',
    },
  ])
})

it('the amount of a proposal follows what is approved, not what is deferred', () => {
  const drafted = moneyFact(1, 'proposal.Drafted', 'p', '2018-05-01', { title: 'Saluran', number: '1', field: 'lingkungan', grant: '200' })
  const own = { ...drafted, fact: { ...drafted.fact, tags: ['allocation:a', 'proposal:p'] } }
  const decided = (position: number, outcome: string, amount: string): Recorded => {
    const made = moneyFact(position, 'cycle.PrioritiesDecided', 'c', '2018-05-28', {
      decisions: [{ proposal: 'p', rank: 1, outcome, amount }],
    })
    return { ...made, fact: { ...made.fact, tags: ['cycle:c', 'proposal:p'] } }
  }
  const amountAfter = (...facts: readonly Recorded[]) => projected(facts).rows.get('proposal:p')?.amountSen
  expect(amountAfter(own, decided(2, 'deferred', '150'))).toBe(20_000n)
  expect(amountAfter(own, decided(2, 'deferred', '150'), decided(3, 'approved-with-notes', '180'))).toBe(18_000n)
})

it('the year of an allocation reaches only whose fact bears its tag: what else a page holds does not matter', () => {
  const pinned = moneyFact(1, 'tranche.Planned', 't', '2018-05-01', { ordinal: 1, amount: '10' })
  const decreed = moneyFact(2, 'allocation.Decreed', 'a', '2018-05-02', { fiscalYear: '2018', amount: '10' })
  const own = (made: Recorded, ...tags: string[]): Recorded => ({ ...made, fact: { ...made.fact, tags } })
  const facts = [own(pinned, 'allocation:a', 'tranche:t'), own(decreed, 'allocation:a')]
  const later = moneyFact(3, 'tranche.Replanned', 't', '2018-05-03', { amount: '11' })
  expect(projected([...facts, own(later, 'tranche:t')]).rows.get('tranche:t')?.fiscalYear).toBeNull()
  expect(projected([...facts, own(later, 'allocation:a', 'tranche:t')]).rows.get('tranche:t')?.fiscalYear).toBe('2018')
})
