import { beforeAll, describe, expect, it } from 'vitest'
import { purbayan, purbayanLabels, purbayanLines, purbayanPrelude, type ScenarioRequest } from '@jejak/demo'
import { domain, loanFold, poolMoneyFold, type Decided } from '@jejak/domain'
import { lending } from '../../packages/domain/test/support/lending.ts'
import { memoryLog, type MemoryLog } from '../../packages/domain/test/support/memory.ts'

const { labelId } = purbayanLabels
const requests = purbayan()
const outcome = ({ decision }: Decided): string =>
  decision.kind === 'refused' ? `${decision.refusal.code} ${JSON.stringify(decision.refusal.details)}` : decision.kind

async function play(log: MemoryLog, list: readonly ScenarioRequest[]): Promise<void> {
  for (const request of list)
    expect(`${request.seq} ${request.command} ${outcome(await log.ask(request))}`).toBe(`${request.seq} ${request.command} accepted`)
}

const played = memoryLog()
beforeAll(() => play(played, [...purbayanPrelude(), ...requests]))

const stageOf = (kind: string, label: string) => played.fold(domain.slice(kind).fold, labelId(label)).stages['']

describe('Purbayan, played through machines and rules', () => {
  it('sends every line of the list but the edition', () => {
    expect(purbayanLines.filter(({ event }) => event === 'edition.Published')).toHaveLength(1)
    const told = requests.filter(({ seq }) => Number.isInteger(seq))
    // One of the 167 is the edition, one comes earlier than the list has it.
    expect(told).toHaveLength(165)
    expect(new Set(requests.flatMap(({ row }) => row ?? [])).size).toBe(11)
  })

  it('notes what the list says, line by line, and nothing else', () => {
    const noted = played.facts.flatMap(({ fact }) => (fact.deviations ?? []).map(({ rule }) => `${fact.effectiveOn} ${fact.type} ${rule}`))
    expect(noted).toEqual([
      // The list begins with the plan of 2008; of the years before, which the review looks back at, the log knows nothing.
      '2008-01-09 cycle.Started nothing-to-review',
      // The account of tranche 2 is not in the list.
      '2009-04-06 cycle.StepRecorded exit-criterion-open',
    ])
  })

  it('ends where the list leaves it', () => {
    expect(stageOf('cycle', 'CYC-2008')).toBe('Reviewed')
    expect(['ALK-2008-T1', 'ALK-2008-T2', 'ALK-2008-T3'].map((label) => stageOf('tranche', label))).toEqual([
      'LpjAccepted',
      'Distributing',
      'Planned',
    ])
    expect(['MAJU', 'MEKAR', 'L03', 'L14'].map((label) => stageOf('loan', `PJM-${label}`))).toEqual([
      'Rescheduled',
      'Repaying',
      'Repaying',
      'Repaying',
    ])
    expect(stageOf('loanPool', 'UPK-BLM2008')).toBe('LendingSuspended')
    expect(['MELATI', 'SERUNI', 'KENIKIR', 'BOUGENVILE'].map((label) => stageOf('proposal', `PRO-${label}`))).toEqual(
      Array<string>(4).fill('Completed'),
    )
  })

  it('every line sent again, right after and at the end, adds nothing', async () => {
    const log = memoryLog()
    await play(log, purbayanPrelude())
    for (const request of requests) {
      await log.ask(request)
      expect(`${request.seq} ${outcome(await log.ask(request))}`).toBe(`${request.seq} same`)
    }
    for (const request of requests) await log.ask({ ...request, recordedAt: '2009-06-02T12:00:00+07:00' })
    expect(log.facts.length).toBe(played.facts.length)
  })
})

/** The scenario with the pool under other rules, up to a line. */
async function under(change: (rules: Loose) => void, until: number): Promise<MemoryLog> {
  const edition = lending(change)
  const log = memoryLog([edition])
  const pinned = requests.map((request) =>
    request.command === 'loanPool.Open'
      ? { ...request, body: { ...request.body, data: { ...request.body.data, edition: { id: edition.id, revision: 1 } } } }
      : request,
  )
  await play(log, [...purbayanPrelude(), ...pinned.filter(({ seq }) => seq <= until)])
  return log
}
type Loose = Parameters<Parameters<typeof lending>[0]>[0]
const lineOf = (seq: number): ScenarioRequest => requests.find((request) => request.seq === seq) as ScenarioRequest

describe('what the edition says otherwise', () => {
  const maju = (log: MemoryLog) => log.fold(loanFold, labelId('PJM-MAJU')).data

  it('the waterfall: row 6 leaves 1.890.000 with jasa first, 1.800.000 with the oldest instalment first', async () => {
    const oldest = await under((rules) => (rules.waterfall = 'oldest-instalment-first'), 109)
    expect(maju(oldest).balanceSen).toBe(180_000_000n)
    expect(maju(await under(() => undefined, 109)).balanceSen).toBe(189_000_000n)
  })

  it('suspension: LAR alone is enough only if the edition says any', async () => {
    const all = await under((rules) => (rules.suspend = { ...rules.suspend, when: 'all' }), 158)
    expect(outcome(await all.ask(lineOf(159)))).toContain('limits-not-reached')
    const any = await under(() => undefined, 158)
    expect(outcome(await any.ask(lineOf(159)))).toBe('accepted')
  })

  it('a rescheduled loan that does not keep its bucket would hide the arrears', async () => {
    const forgetful = await under((rules) => (rules.keepsBucketFor = 0), 157)
    const report = forgetful.facts.findLast(({ fact }) => fact.type === 'loanPool.SupervisorReported')?.fact
    expect(report?.data['found']).toMatchObject({ lar: '7.14', par: '0.06' })
    expect(report?.deviations?.map(({ rule }) => rule)).toEqual(['report-differs'])
  })

  it('the cash of the pool is never below zero, and every sen is somewhere', () => {
    const pool = labelId('UPK-BLM2008')
    for (const { position } of played.facts.filter(({ fact }) => fact.tags.includes(`loanPool:${pool}`)))
      expect(played.fold(poolMoneyFold, pool, position).data.cashSen >= 0n).toBe(true)
    const money = played.fold(poolMoneyFold, pool).data
    expect(money).toMatchObject({ capitalSen: 3_500_000_000n, outstandingSen: 2_400_000_000n, costSen: 0n })
    expect(money.cashSen).toBe(money.capitalSen + money.jasaSen - money.outstandingSen)
  })
})
