import { beforeAll, describe, expect, it } from 'vitest'
import { labelId } from '@jejak/demo'
import { Edition, shippedEditions, type Fact, type Move, type Recorded } from '@jejak/domain'
import { flow, foldInMemory, hasFlow } from '../../src/index.ts'
import { closes, flowRulesOf } from '../../src/flow-rules.ts'
import { activityOf } from '../../src/flow.ts'
import { ids, moneyFact, playedScenario } from '../support/scenario.ts'

const { fact: base } = moneyFact(7, 'tranche.StepRecorded', 't', '2018-05-14', { step: 'VF-10', outcome: 'recommended' })
const tranche = { kind: 'tranche', id: 't' }
const move = (from: string | null, to: string | null): Move => ({ ...tranche, region: '', from, to })
const recorded = (fact: Partial<Fact>): Recorded => ({ position: 7, recordedAt: 0n, fact: { ...base, subject: tranche, ...fact } })
const stepsOf = (fact: Partial<Fact>) => foldInMemory(flow, [recorded(fact)]).flowSteps

describe('a step', () => {
  it('is called by its name and outcome, any other fact by its key', () => {
    const named = (type: string, data: Fact['data']) => activityOf({ ...base, type, data })
    expect(named('tranche.StepRecorded', { step: 'VF-10', outcome: 'returned' })).toBe('VF-10:returned')
    expect(named('case.StepRecorded', { step: 'paid' })).toBe('paid')
    expect(named('tranche.Credited', { amount: '5' })).toBe('tranche.Credited')
    expect(named('tranche.InstalmentPaid', { outcome: 'completing' })).toBe('tranche.InstalmentPaid:completing')
  })

  it('is of the instant that its paper names, else of the beginning of its day in Jakarta', () => {
    const at = (fact: Partial<Fact>): string | undefined => {
      const micros = stepsOf(fact)[0]?.at
      return micros === undefined ? undefined : new Date(Number(micros / 1000n)).toISOString()
    }
    expect(at({})).toBe('2018-05-13T17:00:00.000Z')
    expect(at({ effectiveAt: '2018-05-14T09:30:00.250+09:00' })).toBe('2018-05-14T00:30:00.250Z')
    expect(stepsOf({ effectiveAt: '2018-05-14T00:00:00.000001Z' })[0]?.at).toBe(1_526_256_000_000_001n)
  })

  it('says whether it led to another stage', () => {
    expect(stepsOf({ moves: [] })[0]).toMatchObject({ moved: false, activity: 'VF-10:recommended', role: 'BKM', position: 7n })
    expect(stepsOf({ moves: [{ ...move('A', 'A'), suspended: { from: false, to: true } }] })[0]?.moved).toBe(false)
    expect(stepsOf({ moves: [move('A', 'B')] })[0]?.moved).toBe(true)
  })

  it('is taken by what a fact is about and by what it moves, each once; what is only mentioned takes none', () => {
    const others = ['b', 'c'].map((id) => ({ ...move('A', 'B'), kind: 'proposal', id }))
    const found = stepsOf({ moves: [move('A', 'B'), ...others], tags: ['allocation:a', 'proposal:b', 'proposal:c', 'proposal:d'] })
    expect(found.map(({ entity }) => entity)).toEqual(['tranche:t', 'proposal:b', 'proposal:c'])
  })

  it('is taken by every kind that has stages, and by foreign ones', () => {
    expect(['tranche', 'proposal', 'cycle', 'complaint', 'payment-request'].map(hasFlow)).toEqual([true, true, true, true, true])
    expect(['institution', 'area', 'person', 'edition', 'case', 'cycle-key'].map(hasFlow)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
    ])
    expect(stepsOf({ type: 'institution.Formed', subject: { kind: 'institution', id: 'i' } })).toEqual([])
  })

  it('is not the opening of a case that only its edition knows', () => {
    const data = { edition: { id: 'E', revision: 1 }, title: 'Permintaan 7' }
    const { flowCases, flowSteps } = foldInMemory(flow, [
      recorded({ type: 'case.Opened', subject: { kind: 'request', id: 'r' }, data, tags: ['area:p', 'request:r'] }),
    ])
    expect(flowSteps).toEqual([])
    expect(flowCases).toEqual([{ entity: 'request:r', kind: 'request', id: 'r', area: 'p', title: 'Permintaan 7', number: null }])
  })
})

describe('what closes a case', () => {
  const key = (step: string): string => `case.StepRecorded:${step}`
  const edition = Edition.parse({
    ...shippedEditions[0],
    workflows: {
      request: {
        initial: 'asked',
        opens: { 'case.Opened': {} },
        stages: {
          asked: {
            on: { [key('pay')]: 'paid', [key('reject')]: 'rejected', [key('drop')]: { marks: ['closed-once'] }, [key('note')]: 'asked' },
          },
          rejected: { marks: ['closed-once'], on: { [key('ask')]: 'asked', [key('drop')]: {} } },
          paid: { final: true },
        },
      },
    },
  })
  const rules = flowRulesOf('request', edition)
  const fact = (step: string): Fact => ({ ...base, type: 'case.StepRecorded', data: { step } })
  it.each([
    ['a final stage', 'pay', [move('asked', 'paid')], true],
    ['a stage with the mark closed-once', 'reject', [move('asked', 'rejected')], true],
    ['going on closes nothing', 'ask', [move('rejected', 'asked')], false],
    ['nor does what stays where it is', 'note', [], false],
    ['a suspension enters no stage', 'note', [move('paid', 'paid')], false],
    ['a fact that bears the mark where it is recorded', 'drop', [move('asked', 'asked')], true],
    ['but not where it does not', 'drop', [move('rejected', 'rejected')], false],
    ['and anywhere, where nothing says so', 'drop', [], true],
  ])('%s: %s', (_, step, moves, expected) => {
    expect(closes(fact(step), moves, rules)).toBe(expected)
  })

  it('follows the edition that the fact names', () => {
    const published = recorded({
      type: 'edition.Published',
      subject: { kind: 'edition', id: edition.id },
      data: { revision: 1, content: JSON.parse(JSON.stringify(edition)) as Fact['data'] },
    })
    const request = { kind: 'request', id: 'r' }
    const paid = { type: 'case.StepRecorded', subject: request, data: { step: 'pay' }, moves: [{ ...move('asked', 'paid'), ...request }] }
    const pin = { id: edition.id, revision: 1 }
    const under = (revision: number) =>
      foldInMemory(flow, [published, { ...recorded({ ...paid, edition: { ...pin, revision } }), position: 8 }]).flowSteps
    expect(under(1)).toMatchObject([{ closes: true, editionId: edition.id, editionRevision: 1, fact: '8' }])
    // Of an edition that nobody published nothing is known.
    expect(under(2)).toMatchObject([{ closes: false, editionRevision: 2 }])
  })
})

describe('the scenario', () => {
  let facts: readonly Recorded[]
  beforeAll(async () => {
    facts = await playedScenario()
  })
  const traceOf = (entity: string, moving: boolean) =>
    foldInMemory(flow, facts)
      .flowSteps.filter((step) => step.entity === entity && (step.moved || !moving))
      .map(({ activity }) => activity)

  it('a tranche takes the steps of its form, in order, its return among them', () => {
    expect(traceOf(`tranche:${ids.tranche2}`, true).slice(0, 7)).toEqual([
      'tranche.Planned',
      'tranche.Requested',
      'VF-10:recommended',
      'VF-12:returned',
      'tranche.Resubmitted',
      'VF-12:recommended',
      'tranche.SppIssued',
    ])
    expect(traceOf(`tranche:${ids.tranche2}`, false).length).toBeGreaterThan(traceOf(`tranche:${ids.tranche2}`, true).length)
  })

  it('one fact is a step of every proposal that it decides', () => {
    const steps = foldInMemory(flow, facts).flowSteps.filter(({ activity }) => activity === 'cycle.PrioritiesDecided')
    expect(steps.map(({ entity }) => entity).toSorted()).toEqual(
      [`cycle:${labelId('CYC-2018')}`, ...[ids.a, ids.b, ids.c].map((id) => `proposal:${id}`)].toSorted(),
    )
    expect(new Set(steps.map(({ position }) => position)).size).toBe(1)
  })

  it('every step stands in the area of its entity', () => {
    const { flowCases } = foldInMemory(flow, facts)
    expect(flowCases.filter(({ area }) => area !== ids.area)).toEqual([])
    expect(new Set(flowCases.map(({ kind }) => kind))).toEqual(new Set(['cycle', 'allocation', 'tranche', 'proposal', 'complaint']))
  })
})
