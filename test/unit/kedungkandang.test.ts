import { beforeAll, describe, expect, it } from 'vitest'
import {
  kedungkandang,
  kedungkandangLabels,
  kedungkandangLines,
  kedungkandangPrelude,
  kedungkandangRefused,
  merged,
  prabumulih,
  prabumulihPrelude,
  type ScenarioRequest,
} from '@jejak/demo'
import { domain, type Decided } from '@jejak/domain'
import { memoryLog, type MemoryLog } from '../../packages/domain/test/support/memory.ts'

const { labelId } = kedungkandangLabels
const requests = kedungkandang()
const outcome = ({ decision }: Decided): string => (decision.kind === 'refused' ? decision.refusal.code : decision.kind)

async function play(log: MemoryLog, list: readonly ScenarioRequest[]): Promise<void> {
  for (const request of list) expect(`${request.seq} ${outcome(await log.ask(request))}`).toBe(`${request.seq} accepted`)
}

const played = memoryLog()
beforeAll(() => play(played, [...kedungkandangPrelude(), ...requests]))

const stageOf = (kind: string, label: string) => played.fold(domain.slice(kind).fold, labelId(label)).stages

describe('Kedungkandang, played through machines and rules', () => {
  it('sends every line of the list but the edition and the flag', () => {
    const sent = new Set([...requests, kedungkandangRefused()].map(({ seq }) => seq))
    const left = kedungkandangLines.filter(({ seq }) => !sent.has(Number(seq))).map(({ event }) => event)
    expect(left).toEqual(['edition.Published', 'proposal.RedFlagRaised'])
    expect(requests.filter(({ seq }) => Number.isInteger(seq))).toHaveLength(108)
    expect(new Set([...requests, kedungkandangRefused()].flatMap(({ row }) => row ?? [])).size).toBe(17)
  })

  it('notes what the list says, line by line, and nothing else', () => {
    const noted = played.facts.flatMap(({ fact }) => (fact.deviations ?? []).map(({ rule }) => `${fact.effectiveOn} ${fact.type} ${rule}`))
    expect(noted).toEqual([
      '2007-02-05 cycle.StepRecorded expected-actor-absent',
      '2007-02-19 cycle.StepRecorded expected-actor-absent',
      '2007-03-12 cycle.StepRecorded exit-criterion-open',
      '2007-04-09 cycle.StepRecorded exit-criterion-open',
      '2007-05-14 institution.Formed expected-actor-absent',
      '2007-06-18 cycle.PlanRatified expected-actor-absent',
      '2007-06-18 area.StageForced stage-forced',
      '2007-12-06 proposal.ExpenseRecorded diverted-use',
      '2008-01-21 proposal.ExpenseRecorded spent-after-year-end',
      '2008-01-23 proposal.ExpenseRecorded spent-after-year-end',
      '2008-02-04 tranche.BopSpent spent-after-year-end',
      '2007-12-03 proposal.Amended backdated',
      '2008-07-04 proposal.ExpenseRecorded spent-after-year-end',
      '2008-07-04 proposal.ExpenseRecorded spent-after-year-end',
      '2008-07-07 proposal.ExpenseRecorded spent-after-year-end',
      '2008-07-08 tranche.BopSpent spent-after-year-end',
    ])
  })

  it('ends where the list leaves it', () => {
    expect(stageOf('cycle', 'CYC-2007')).toMatchObject({ '': '8', readiness: 'readiness.pendayaan' })
    expect([1, 2, 3].map((ordinal) => stageOf('tranche', `ALK-2007-T${ordinal}`)[''])).toEqual([
      'LpjAccepted',
      'LpjAccepted',
      'LpjAccepted',
    ])
    expect(['E1', 'E2', 'S1'].map((label) => stageOf('proposal', `PRO-${label}`)[''])).toEqual([
      'Certified',
      'Certified',
      'FirstInstalmentPaid',
    ])
  })

  it('every line sent again, right after and at the end, adds nothing', async () => {
    const log = memoryLog()
    await play(log, kedungkandangPrelude())
    for (const request of requests) {
      await log.ask(request)
      expect(`${request.seq} ${outcome(await log.ask(request))}`).toBe(`${request.seq} same`)
    }
    for (const request of requests) await log.ask({ ...request, recordedAt: '2008-08-01T12:00:00+07:00' })
    expect(log.facts.length).toBe(played.facts.length)
  })
})

describe('both scenarios in one log', () => {
  it('are merged by their recorded times, each in its own order, and accepted', async () => {
    const both = merged(prabumulihPrelude(), prabumulih(), kedungkandangPrelude(), requests)
    expect(both.map(({ recordedAt }) => recordedAt)).toEqual(both.map(({ recordedAt }) => recordedAt).toSorted())
    expect(both.filter((request) => requests.includes(request))).toEqual(requests)
    const log = memoryLog()
    await play(log, both)
    expect(log.facts.length).toBeGreaterThan(played.facts.length + 284)
  })
})
