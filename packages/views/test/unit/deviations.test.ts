import { describe, expect, it, test } from 'vitest'
import type { Fact, Recorded } from '@jejak/domain'
import { reasonOf } from '../../src/index.ts'
import { given, type Step, type Wish } from '../../../domain/test/support/given.ts'
import { act } from '../../../domain/test/support/prabumulih.ts'
import { begun, contracted, cycleStep, decreed, housed, old, olds } from '../../../domain/test/support/p2kp.ts'
import { compliance, found, lineOf, statesOf } from '../support/deviations.ts'
import { playedScenario } from '../support/scenario.ts'
import { forced, met, upTo, withoutLurah } from '../support/community.ts'

const { cycle, area } = olds
const reopened = (to: string): Wish =>
  act('cycle.ReopenStage', cycle, old.korkot, { to }, { reason: 'Hasil tidak lengkap', papers: ['surat'] })
const factsAfter = async (...steps: Step[]): Promise<readonly Recorded[]> => (await given(housed, ...steps).state()).facts
const lines = (facts: readonly Recorded[]): string[] => found(facts).map(lineOf)
const at = (facts: readonly Recorded[], type: string): number => facts.find(({ fact }) => fact.type === type)?.position ?? 0
/** A paper with a date of its own. */
const dated = (docType: string, date: string) => ({ docType, date, sha256: 'a'.repeat(64) })

describe('deviations of the cycle', () => {
  it('Prabumulih deviates nowhere, and every expected actor was there', async () => {
    const facts = await playedScenario()
    expect(found(facts)).toEqual([])
    const { score, stages, expectedActors } = compliance(facts, '2019-02-01')
    expect(stages.map(({ stage, state }) => `${stage} ${state}`)).toEqual([
      ...['1.2', '1.3', '1.4', '2.1', '2.2', '2.3', '2.4', '2.4.drafted', '2.4.reviewed', '2.5', '3.1', '3.2', '4.1'].map(
        (stage) => `${stage} done`,
      ),
      '4.2 open',
      ...['4.3', 'readiness.penyadaran', 'readiness.pengkapasitasan', 'readiness.pendayaan'].map((stage) => `${stage} not-reached`),
    ])
    expect(score).toBe(1)
    expect(expectedActors.map(({ role, expectedStages, presentStages, events }) => [role, expectedStages, presentStages, events])).toEqual([
      ['BKM', 2, 2, 2],
      ['LURAH', 3, 3, 5],
    ])
  })

  it('a cycle in which nothing is left open has none', async () => {
    const facts = await factsAfter(upTo(6))
    expect(lines(facts)).toEqual([])
    expect(compliance(facts, '2006-06-01').score).toBe(1)
  })

  it('tells of the kelurahan that stayed away, of weak stages and of forced readiness, each once', async () => {
    const facts = await factsAfter(withoutLurah)
    expect(lines(facts)).toEqual([
      'absent-actor expected-actor-absent cycle at 1 LURAH',
      'absent-actor expected-actor-absent cycle at 2 LURAH',
      'open-criterion exit-criterion-open cycle at 3',
      'open-criterion exit-criterion-open cycle at 4',
      'absent-actor expected-actor-absent cycle at 5 LURAH',
      'absent-actor expected-actor-absent cycle at 6 LURAH',
      'forced stage-forced cycle at readiness.pendayaan',
    ])
    const rows = found(facts)
    expect(rows.at(-1)).toMatchObject({
      position: BigInt(at(facts, 'area.StageForced')),
      factType: 'area.StageForced',
      area: area.id,
      cycle: cycle.id,
      programme: 'P2KP',
      editionId: 'P2KP3-2006',
      actorRole: 'KORKOT',
      derived: false,
      details: { from: 'readiness.pengkapasitasan', to: 'readiness.pendayaan', count: 3 },
    })
    expect(rows.every(({ rule }) => reasonOf(rule) !== undefined)).toBe(true)
  })

  it('scores those stages, and counts nobody of the kelurahan in five stages', async () => {
    const told = compliance(await factsAfter(withoutLurah), '2006-06-01')
    expect(statesOf(told)).toEqual({
      '1': 'done',
      '2': 'done',
      '3': 'done-with-missing-evidence',
      '4': 'done-with-missing-evidence',
      '5': 'done',
      '6': 'done',
      '7': 'open',
      '8': 'not-reached',
      '9': 'not-reached',
      Reviewed: 'not-reached',
      'readiness.penyadaran': 'done',
      'readiness.pengkapasitasan': 'forced',
      'readiness.pendayaan': 'forced',
    })
    // (1 + 1 + 0.5 + 0.5 + 1 + 1 + 1 + 0.25 + 0.25) / 9
    expect(told.score).toBe(0.7222)
    const [lurah] = told.expectedActors
    expect(told.expectedActors).toHaveLength(1)
    expect(lurah).toMatchObject({ role: 'LURAH', expectedStages: 5, reachedStages: 4, presentStages: 0, events: 0 })
    expect(lurah?.stages.map(({ kind, stage, state, entities }) => `${kind} ${stage} ${state} ${entities}`)).toEqual([
      ...['1', '2', '5', '6'].map((stage) => `cycle ${stage} absent 1`),
      'proposal Certified awaited 0',
    ])
    expect(told.stages.find(({ stage }) => stage === '3')?.because).toEqual([
      expect.objectContaining({ kind: 'open-criterion', details: expect.objectContaining({ criterion: 'neighbourhoods-covered' }) }),
    ])
  })

  it('names the stages that force passed over: not the review, with which only later years begin', async () => {
    const facts = await factsAfter(upTo(3), forced('7'))
    expect(found(facts).map((row) => [lineOf(row), row.derived])).toEqual([
      ['forced stage-forced cycle at 7', false],
      ['skipped stage-passed-over cycle at 5', true],
      ['skipped stage-passed-over cycle at 6', true],
    ])
    const told = compliance(facts, '2006-06-01')
    expect(statesOf(told)).toMatchObject({ '3': 'done', '4': 'forced', '5': 'skipped', '6': 'skipped', '7': 'forced' })
    expect(told.score).toBe(0.5)
    // The Lurah signed in 1 and 2; 5 and 6 were passed over without anybody.
    expect(told.expectedActors[0]).toMatchObject({ expectedStages: 5, reachedStages: 2, presentStages: 2, events: 2 })
    expect(told.expectedActors[0]?.stages.map(({ state }) => state)).toEqual(['present', 'present', 'absent', 'absent', 'awaited'])
  })

  it('notes what was opened again, and forgets nothing of before', async () => {
    const facts = await factsAfter(upTo(6), reopened('3'))
    expect(lines(facts)).toEqual(['reopened stage-reopened cycle at 3'])
    expect(statesOf(compliance(facts, '2006-06-01'))).toMatchObject({ '3': 'open', '4': 'done', '6': 'done', '7': 'done' })
  })

  it('awaits the kelurahan at the end of a proposal, and no longer once that is withdrawn', async () => {
    const drafted = [decreed('P2KP3-2006', '200000000'), contracted('40000000', ['40000000'])[0] as Wish]
    const placesOf = (facts: readonly Recorded[]) =>
      compliance(facts, '2006-06-01').expectedActors[0]?.stages.map(({ kind, stage, state }) => `${kind} ${stage} ${state}`)
    expect(placesOf(await factsAfter(upTo(6), drafted))).toContain('proposal Certified awaited')
    const withdrawn = act('proposal.Withdraw', olds.proposal, old.ksm, { why: 'Lahan tidak tersedia' })
    expect(placesOf(await factsAfter(upTo(6), drafted, withdrawn))).not.toContain('proposal Certified awaited')
  })

  it('a run that the residents ended awaits nobody', async () => {
    const no = cycleStep('2', old.senior, 'rejected', ['ba-rkm', 'daftar-hadir'], { attendance: { ...met, byRole: { LURAH: 1 } } })
    const told = compliance(await factsAfter(upTo(1), no), '2006-06-01')
    expect(told.stages.map(({ stage, state }) => [stage, state])).toEqual([
      ['1', 'done'],
      ['2', 'done'],
    ])
    expect(told.expectedActors[0]).toMatchObject({ expectedStages: 2, presentStages: 2 })
  })

  it('counts a stage late where its limit was met, and worse where evidence is missing too', async () => {
    const slow = [
      ...upTo(1),
      {
        ...cycleStep('2', old.senior, 'accepted', ['ba-rkm', 'daftar-hadir'], { attendance: { ...met, byRole: { LURAH: 1 } } }),
        on: '2006-06-30',
      },
    ]
    const facts = await factsAfter(slow)
    const told = compliance(facts, '2006-07-01')
    expect(statesOf(told)).toMatchObject({ '1': 'done', '2': 'done-late', '3': 'open' })
    expect(told.score).toBe(0.875)
    const [step] = told.stages.find(({ stage }) => stage === '2')?.because ?? []
    expect(step).toMatchObject({ kind: 'late-step', details: { name: 'socialised > rkm-accepted', state: 'stuck', limit: 21 } })
    expect(step?.facts).toHaveLength(2)
    // The run stands in 3 since: that is late only when its own limit is met.
    expect(statesOf(compliance(facts, '2006-07-20'))['3']).toBe('open')
    expect(compliance(facts, '2006-07-21').stages.find(({ stage }) => stage === '3')?.because).toHaveLength(1)
  })
})

describe('papers', () => {
  const held = (date: string, on?: string): Wish => ({
    ...act(
      'cycle.RecordStep',
      cycle,
      old.senior,
      { step: '1', outcome: 'held', attendance: { ...met, byRole: { LURAH: 1 } } },
      { evidence: [dated('daftar-hadir', date)] },
    ),
    ...(on === undefined ? {} : { on }),
  })
  const accepted = (...papers: Wish['evidence'] & object): Wish =>
    act(
      'cycle.RecordStep',
      cycle,
      old.senior,
      { step: '2', outcome: 'accepted', attendance: { ...met, byRole: { LURAH: 1 } } },
      { evidence: papers, on: '2006-04-10' },
    )
  const [, start] = begun('P2KP3-2006')
  const first = [begun('P2KP3-2006')[0] as Wish, start as Wish]

  it('dated after what they prove', async () => {
    const facts = await factsAfter(first, held('2006-04-03', '2006-04-01'))
    expect(found(facts).map((row) => [lineOf(row), row.details])).toEqual([
      ['paper-date paper-postdated cycle at 1', { paper: 'daftar-hadir', date: '2006-04-03', on: '2006-04-01' }],
    ])
  })

  it('dated before the paper of an earlier stage: each that the step asks for, and what is only enclosed not', async () => {
    const facts = await factsAfter(
      first,
      held('2006-04-01', '2006-04-01'),
      accepted(dated('ba-rkm', '2006-03-20'), dated('daftar-hadir', '2006-04-10'), dated('undangan', '2006-03-01')),
    )
    expect(found(facts).map((row) => [lineOf(row), row.details, row.facts])).toEqual([
      [
        'paper-date paper-before-earlier-stage cycle at 2',
        { paper: 'ba-rkm', date: '2006-03-20', stage: '2', earlierPaper: 'daftar-hadir', earlierStage: '1', earlierDate: '2006-04-01' },
        [at(facts, 'cycle.StepRecorded')],
      ],
    ])
  })

  it('in their order are no deviation, nor are papers without a date', async () => {
    const facts = await factsAfter(
      first,
      held('2006-04-01', '2006-04-01'),
      accepted({ docType: 'ba-rkm', sha256: 'b'.repeat(64) }, dated('daftar-hadir', '2006-04-02')),
    )
    expect(lines(facts)).toEqual([])
  })
})

describe('single facts', () => {
  const of = { kind: 'cycle', id: '0190a5f0-0000-7000-8000-000000000001' }
  const fact = (more: Partial<Fact>): Recorded => ({
    position: 7,
    recordedAt: BigInt(Date.parse('2018-06-01T05:00:00Z')) * 1000n,
    fact: {
      id: 'f7',
      type: 'cycle.MeetingHeld',
      schemaVersion: 1,
      subject: of,
      effectiveOn: '2018-05-01',
      actor: { role: 'BKM' },
      recordedBy: { person: 'p', role: 'FASKEL' },
      moves: [],
      evidence: [],
      correlation: 'c',
      commandKeyHash: 'k',
      tags: [`cycle:${of.id}`],
      data: {},
      ...more,
    },
  })

  test.each([
    ['papers-missing', { missing: 'lpj' }, 'missing-paper'],
    ['out-of-order', { key: 'k', kind: 'cycle', id: of.id, stage: '1', possible: '-' }, 'out-of-order'],
    ['suspended', { key: 'k', kind: 'cycle', id: of.id, stage: '1' }, 'out-of-order'],
    ['backdated', { before: '2018-05-02' }, 'backdated'],
    ['backdated-reason-missing', { on: '2018-05-01', before: '2018-05-02' }, 'backdated'],
    ['late-reason-missing', { days: 31, limit: 30 }, 'late-entry'],
    ['lurah-signature-missing', {}, 'rule'],
    ['a-rule-that-nobody-knows-any-more', { to: '2018-01-01' }, 'rule'],
  ])('%s is told as %s, %s', (rule, details, kind) => {
    const [row, ...more] = found([fact({ deviations: [{ rule, ...details, facts: [3, 5] }] })])
    expect(more).toEqual([])
    expect(row).toMatchObject({ kind, rule, details, facts: [3, 5], nth: 0, derived: false, entityKind: 'cycle', entityId: of.id })
    expect([row?.position, row?.cycle, row?.effectiveOn, row?.actorRole]).toEqual([7n, of.id, '2018-05-01', 'BKM'])
  })

  it('two proposals of one paper that lack the same are two rows about each of them', () => {
    const lacking = { rule: 'exit-criterion-open', kind: 'proposal', stage: 'V5', criterion: 'c', facts: [] }
    const move = (id: string) => ({ kind: 'proposal', id, region: '', from: 'V5', to: 'Approved' })
    const rows = found([fact({ moves: [move('a'), move('b')], deviations: [lacking, lacking], tags: ['proposal:a', 'proposal:b'] })])
    expect(rows.map(({ entityKind, entityId, nth }) => [entityKind, entityId, nth])).toEqual([
      ['proposal', 'a', 0],
      ['proposal', 'b', 1],
    ])
  })
})
