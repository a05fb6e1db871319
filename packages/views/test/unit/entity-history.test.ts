import { beforeAll, describe, expect, it } from 'vitest'
import { labelId } from '@jejak/demo'
import { domain, shippedEditions, type Move, type Recorded } from '@jejak/domain'
import { daysByHolder, entityHistory, heldBy, rfc3339, type StageHolder } from '../../src/index.ts'
import { bearing, ids, moneyFact, playedScenario } from '../support/scenario.ts'

let all: readonly Recorded[]
beforeAll(async () => {
  all = await playedScenario()
})

const holderIn =
  (kind: string): StageHolder =>
  (stage, pin) => {
    const edition = shippedEditions.find(({ id, revision }) => id === pin?.id && revision === pin.revision)
    return domain.workflow(kind, edition)?.leaves.get(stage)?.holder
  }
const staysOf = (kind: string, id: string, until?: string) =>
  heldBy(bearing(all, kind, id), kind, id, holderIn(kind), { effectiveUntil: until })

describe('the history of an entity', () => {
  it('is every fact that bears its tag, with who, when and why', () => {
    const rows = entityHistory(all, { kind: 'tranche', id: ids.tranche2 })
    expect(rows.map((row) => row.position)).toEqual(bearing(all, 'tranche', ids.tranche2).map(({ position }) => position))
    const returned = rows.find((row) => row.data['outcome'] === 'returned')
    expect(returned).toMatchObject({
      type: 'tranche.StepRecorded',
      subject: { kind: 'tranche', id: ids.tranche2 },
      effectiveOn: '2018-09-14',
      recordedAt: '2018-09-14T05:00:00.000000Z',
      actor: { role: 'KORKOT', person: labelId('P-KORKOT-1') },
      edition: { id: 'KOTAKU-2018', revision: 1 },
      moves: [{ from: 'UnderVerification.KORKOT', to: 'ReturnedForRevision.KORKOT' }],
      deviations: [],
      cosigners: [],
    })
    expect(Object.keys(returned ?? {})).not.toContain('lateReason')
  })

  it('shows of a fact about several only the moves of this one', () => {
    const rows = entityHistory(all, { kind: 'proposal', id: ids.a })
    const decided = rows.find((row) => row.type === 'cycle.PrioritiesDecided')
    expect(decided?.moves.map((move) => [move.kind, move.id, move.to])).toEqual([['proposal', ids.a, 'Prioritised']])
  })

  it('takes only what was true by a date', () => {
    const rows = entityHistory(all, { kind: 'tranche', id: ids.tranche2 }, { effectiveUntil: '2018-09-13' })
    expect(rows.at(-1)?.effectiveOn).toBe('2018-09-13')
  })

  it('writes recorded times with all their microseconds', () => {
    expect(rfc3339(1_536_555_600_000_001n)).toBe('2018-09-10T05:00:00.000001Z')
    expect(rfc3339(-1n)).toBe('1969-12-31T23:59:59.999999Z')
    expect(rfc3339(0n)).toBe('1970-01-01T00:00:00.000000Z')
  })
})

describe('who held tranche 2', () => {
  it('stays 3, 1, 24, 3, 36, 3, 4 and 3 days', () => {
    const stays = staysOf('tranche', ids.tranche2)
    expect(stays.slice(1, 9).map(({ stage, from, days, holder }) => [stage, from, days, holder])).toEqual([
      ['UnderVerification.FASKEL', '2018-09-10', 3, 'FASKEL'],
      ['UnderVerification.KORKOT', '2018-09-13', 1, 'KORKOT'],
      ['ReturnedForRevision.KORKOT', '2018-09-14', 24, 'BKM'],
      ['UnderVerification.KORKOT', '2018-10-08', 3, 'KORKOT'],
      ['UnderVerification.PPK', '2018-10-11', 36, 'PPK'],
      ['SppIssued', '2018-11-16', 3, 'PPSPM'],
      ['SpmIssued', '2018-11-19', 4, 'KPPN'],
      ['Sp2dIssued', '2018-11-23', 3, 'BANK'],
    ])
    expect(stays[0]).toMatchObject({ stage: 'Planned', holder: 'BKM' })
    expect(stays[9]).toMatchObject({ stage: 'CreditedToBkm', from: '2018-11-26', holder: 'BKM' })
    expect(stays.every(({ flag }) => flag === null)).toBe(true)
    expect(stays.at(-1)).toMatchObject({ stage: 'Closed', to: null, days: null, endedBy: null })
  })

  it('FASKEL 3, KORKOT 4, BKM 24, PPK 36, PPSPM 3, KPPN 4: 74 days from the request to the SP2D', () => {
    const days = daysByHolder(staysOf('tranche', ids.tranche2), { from: '2018-09-10', to: '2018-11-23' })
    expect([...days]).toEqual([
      ['FASKEL', 3],
      ['KORKOT', 4],
      ['BKM', 24],
      ['PPK', 36],
      ['PPSPM', 3],
      ['KPPN', 4],
    ])
    expect([...days.values()].reduce((sum, each) => sum + each, 0)).toBe(74)
  })

  it('stood on 2018-10-10 with KORKOT, for two days', () => {
    expect(staysOf('tranche', ids.tranche2, '2018-10-10').at(-1)).toMatchObject({
      stage: 'UnderVerification.KORKOT',
      holder: 'KORKOT',
      from: '2018-10-08',
      to: null,
      days: 2,
    })
  })

  it('days add up for every entity that moves', () => {
    const moved = new Map(all.flatMap(({ fact }) => fact.moves.map((move) => [`${move.kind} ${move.id}`, move] as const)))
    for (const { kind, id } of moved.values()) {
      const stays = staysOf(kind, id, '2019-01-31')
      const [first] = stays
      const sum = stays.reduce((total, stay) => total + (stay.days ?? 0), 0)
      expect(sum).toBe((Date.parse('2019-01-31') - Date.parse(first?.from ?? '')) / 86_400_000)
    }
  })
})

describe('facts entered late (CONTRACTS D3)', () => {
  const moved = (position: number, on: string, from: string | null, to: string | null, more: Partial<Move> = {}): Recorded => {
    const recorded = moneyFact(position, 'tranche.StepRecorded', 't', on, {})
    return { ...recorded, fact: { ...recorded.fact, moves: [{ kind: 'tranche', id: 't', region: '', from, to, ...more }] } }
  }
  const stays = (...facts: readonly Recorded[]) =>
    heldBy(facts, 'tranche', 't', (stage) => stage.toUpperCase()).map(({ stage, from, to, days, flag }) => [stage, from, to, days, flag])

  it('shorten the stay before', () => {
    expect(
      stays(
        moved(1, '2018-06-10', null, 'a'),
        moved(2, '2018-06-20', 'a', 'b'),
        moved(3, '2018-06-15', 'b', 'c'),
        moved(4, '2018-06-30', 'c', 'd'),
      ),
    ).toEqual([
      ['a', '2018-06-10', '2018-06-15', 5, 'shortened'],
      ['b', '2018-06-20', '2018-06-20', 0, 'emptied'],
      ['c', '2018-06-15', '2018-06-30', 15, null],
      ['d', '2018-06-30', null, null, null],
    ])
  })

  it('empty it where they are earlier than it began', () => {
    expect(stays(moved(1, '2018-06-10', null, 'a'), moved(2, '2018-06-20', 'a', 'b'), moved(3, '2018-06-10', 'b', 'c'))).toEqual([
      ['a', '2018-06-10', '2018-06-10', 0, 'emptied'],
      ['b', '2018-06-20', '2018-06-20', 0, 'emptied'],
      ['c', '2018-06-10', null, null, null],
    ])
    expect(stays(moved(1, '2018-06-10', null, 'a'), moved(2, '2018-06-05', 'a', 'b'))[0]).toEqual([
      'a',
      '2018-06-10',
      '2018-06-10',
      0,
      'emptied',
    ])
  })

  it('do not flag two moves of one day', () => {
    expect(stays(moved(1, '2018-06-10', null, 'a'), moved(2, '2018-06-10', 'a', 'b'))[0]).toEqual([
      'a',
      '2018-06-10',
      '2018-06-10',
      0,
      null,
    ])
  })

  it('regions are told apart, and suspension begins a stay of its own', () => {
    const facts = [
      moved(1, '2018-06-10', null, 'a'),
      moved(2, '2018-06-12', 'x', 'y', { region: 'a.side' }),
      moved(3, '2018-06-15', 'a', 'a', { suspended: { from: false, to: true } }),
      moved(4, '2018-06-18', 'a', null),
    ]
    const found = heldBy(facts, 'tranche', 't', () => undefined)
    expect(found.map(({ region, stage, suspended, days, holder }) => [region, stage, suspended, days, holder])).toEqual([
      ['', 'a', false, 5, null],
      ['', 'a', true, 3, null],
      ['a.side', 'y', false, null, null],
    ])
  })
})
