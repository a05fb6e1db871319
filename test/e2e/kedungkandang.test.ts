import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  kedungkandang,
  kedungkandangLabels,
  kedungkandangPrelude,
  kedungkandangRefused,
  type Party,
  type ScenarioRequest,
} from '@jejak/demo'
import { domain } from '@jejak/domain'
import { freshService, type TestService } from '../../services/api/test/service.ts'
import { watch, type Watcher } from '../scenario/database.ts'
import { withOneSenMore } from '../scenario/expectations.ts'
import { read, send, type Answer } from '../scenario/http.ts'
import { deviationReport, toldOf, type Told } from '../scenario/noted.ts'

const { labelId, party } = kedungkandangLabels
const requests = kedungkandang()
const handover = kedungkandangRefused()
const auditor = party('P-BPKP-1', 'BPKP')

let service: TestService
let database: Watcher
const answers = new Map<number, Answer>()
/** The second account, over a sen more than was spent. */
let senMore: Answer
/** The log after every line that is accepted. */
let facts: readonly Told[]
const positionsOfRow = new Map<number, number[]>()

beforeAll(async () => {
  service = await freshService()
  database = await watch(service)
  for (const request of kedungkandangPrelude()) expect((await send(service, request)).status).toBe(201)
  for (const request of requests) {
    if (request.seq === 77) senMore = await send(service, withOneSenMore(request), { key: 'a sen more' })
    answers.set(request.seq, await send(service, request))
  }
  facts = await toldOf(service, requests, auditor)
  for (const { seq, row } of requests) {
    const { body } = answers.get(seq) as Answer
    const positions = (body['facts'] as { position: number }[]).map(({ position }) => position)
    if (row !== undefined) positionsOfRow.set(row, [...(positionsOfRow.get(row) ?? []), ...positions])
  }
})
afterAll(async () => {
  await database.close()
  await service.close()
})

const rowOf = ({ position }: Told): number | undefined => [...positionsOfRow].find(([, positions]) => positions.includes(position))?.[0]
const urlOf = (kind: string, label: string): string => `/v1/${domain.slice(kind).plural}/${labelId(label)}`
const get = async <T>(url: string): Promise<T> => {
  const { status, body, text } = await read(service, url, auditor)
  if (status !== 200) throw new Error(`${url}: ${status} ${text}`)
  return body as T
}

describe('Kedungkandang over HTTP', () => {
  it('records every line', () => {
    expect(requests.filter(({ seq }) => answers.get(seq)?.status !== 201).map(({ seq }) => `${seq} ${answers.get(seq)?.text}`)).toEqual([])
  })
})

describe('who took part', () => {
  it('the kelurahan office: no event, expected in five stages', async () => {
    const signed = facts.filter(({ actor, cosigners = [] }) => [actor, ...cosigners].some(({ role }) => role === 'LURAH'))
    expect(signed).toEqual([])
    const absent = deviationReport(facts).filter(({ rule }) => rule === 'expected-actor-absent')
    const { also } = (await send(service, handover, { key: 'absent' })).body as { also: { code: string; details: object }[] }
    const stages = [
      ...absent.map(({ details }) => [details['kind'], details['stage'], details['role']]),
      ...also.map(({ details }) => Object.values({ kind: '', stage: '', role: '', ...details })),
    ]
    expect(stages).toEqual([
      ['cycle', '1', 'LURAH'],
      ['cycle', '2', 'LURAH'],
      ['cycle', '5', 'LURAH'],
      ['cycle', '6', 'LURAH'],
      ['proposal', 'Certified', 'LURAH'],
    ])
  })
})

describe('what went another way than it should', () => {
  it('one stage was entered by force, with reason, approver and three criteria open', () => {
    const forced = facts.filter(({ type }) => type.endsWith('.StageForced'))
    expect(forced).toMatchObject([{ reason: 'Jadwal nasional', actor: { role: 'KORKOT' }, cosigners: [{ role: 'KMW' }] }])
    expect(deviationReport(forced)).toMatchObject([
      { rule: 'stage-forced', details: { from: 'readiness.pengkapasitasan', to: 'readiness.pendayaan', count: 3 } },
    ])
  })

  it('rows 3, 4 and 7: reflection in two of ten RW, survey by two persons, forced readiness', () => {
    const weak = deviationReport(facts).filter(({ rule }) => ['exit-criterion-open', 'stage-forced'].includes(rule))
    expect(weak.map(({ fact, rule, details }) => [rowOf(fact), rule, details['criterion']])).toEqual([
      [3, 'exit-criterion-open', 'neighbourhoods-covered'],
      [4, 'exit-criterion-open', 'survey-team'],
      [7, 'stage-forced', undefined],
    ])
  })

  it('what the grant of 2007 paid in 2008 (K11: F15)', () => {
    const late = deviationReport(facts).filter(({ rule }) => rule === 'spent-after-year-end')
    expect(late.map(({ fact, details }) => [fact.effectiveOn, fact.type, details['last']])).toEqual(
      [
        ['2008-01-21', 'proposal.ExpenseRecorded'],
        ['2008-01-23', 'proposal.ExpenseRecorded'],
        ['2008-02-04', 'tranche.BopSpent'],
        ['2008-07-04', 'proposal.ExpenseRecorded'],
        ['2008-07-04', 'proposal.ExpenseRecorded'],
        ['2008-07-07', 'proposal.ExpenseRecorded'],
        ['2008-07-08', 'tranche.BopSpent'],
      ].map((row) => [...row, '2007-12-31']),
    )
  })

  it('and besides the Lurah and the year nothing but the diversion and the date of the amendment', () => {
    const others = deviationReport(facts).filter(
      ({ rule }) => !['exit-criterion-open', 'stage-forced', 'expected-actor-absent', 'spent-after-year-end'].includes(rule),
    )
    expect(others.map(({ fact, rule }) => [fact.effectiveOn, fact.type, rule])).toEqual([
      ['2007-12-06', 'proposal.ExpenseRecorded', 'diverted-use'],
      ['2007-12-03', 'proposal.Amended', 'backdated'],
    ])
  })
})

interface Listed {
  readonly kind: string
  readonly stage: string | null
  readonly facts: readonly number[]
  readonly sentence: string
  readonly details: Readonly<Record<string, unknown>>
  readonly effectiveOn: string
}

/** The view, once it has come to the last fact. */
const head = (): number => Math.max(...facts.map(({ position }) => position))
const listed = async (query: string): Promise<readonly Listed[]> =>
  (await get<{ rows: Listed[] }>(`/v1/deviations?cycle=${labelId('CYC-2007')}&minPosition=${head()}&${query}`)).rows

describe('the list of deviations and the compliance of the run', () => {
  it('one forced transition; with it the weak stages 3 and 4, which are rows 3, 4 and 7 of the table', async () => {
    const rows = await listed('kind=open-criterion,forced')
    expect(rows.map(({ kind, stage }) => [kind, stage])).toEqual([
      ['open-criterion', '3'],
      ['open-criterion', '4'],
      ['forced', 'readiness.pendayaan'],
    ])
    const behind = rows.map(({ facts: positions }) => rowOf(facts.find(({ position }) => position === positions.at(-1)) as Told))
    expect(behind).toEqual([3, 4, 7])
    expect((await listed('kind=forced')).length).toBe(1)
  })

  it('the absent Lurah, the diversion, the year gone by, the back-dated amendment, and nothing else', async () => {
    expect((await listed('kind=absent-actor')).map(({ stage }) => stage)).toEqual(['1', '2', '5', '6'])
    const rules = (await listed('kind=rule')).map(({ sentence }) => sentence)
    expect(rules.filter((sentence) => !sentence.includes('2007-12-31'))).toMatchObject([expect.stringContaining('fogging')])
    expect(rules.length).toBe(1 + 7)
    expect((await listed('kind=backdated')).map(({ details }) => details['days'])).toEqual([105])
    expect(await listed('kind=skipped,reopened,missing-paper,paper-date,out-of-order')).toEqual([])
  })

  it('the kelurahan office took part in none of five stages', async () => {
    interface Compliance {
      readonly score: number
      readonly stages: readonly { stage: string; state: string; because: readonly { facts: readonly number[] }[] }[]
      readonly expectedActors: readonly object[]
    }
    const run = await get<Compliance>(`/v1/cycles/${labelId('CYC-2007')}/compliance?minPosition=${head()}`)
    expect(run.expectedActors).toMatchObject([{ role: 'LURAH', expectedStages: 5, presentStages: 0, events: 0 }])
    const states = Object.fromEntries(run.stages.map(({ stage, state }) => [stage, state]))
    expect(states).toMatchObject({ '3': 'done-with-missing-evidence', '4': 'done-with-missing-evidence', '6': 'done', '8': 'open' })
    expect(states).toMatchObject({ 'readiness.penyadaran': 'done', 'readiness.pendayaan': 'forced' })
    expect(
      run.stages.filter(({ state, because }) => /forced|missing/.test(state) && because.every((why) => why.facts.length === 0)),
    ).toEqual([])
    expect(run.score).toBe(0.75)
  })
})

interface Trail {
  readonly totals: Readonly<Record<string, unknown>>
  readonly tranches: readonly Readonly<Record<string, string>>[]
  readonly accounts: readonly { account: { kind: string }; balance: { amount: string }; overdrawn: boolean }[]
  readonly diverted: { amount: string; expenses: { amount: string; paid: string; planned: string; amendedAt: number[] }[] }
}
const trailOf = (query = ''): Promise<Trail> => get<Trail>(`${urlOf('allocation', 'ALK-2007')}/fund-trail${query}`)

describe('money, to the sen', () => {
  it('200 million: 110 for the environment, 30 social, 50 into the loan fund, 10 of operating cost; nothing is held', async () => {
    const { totals, accounts } = await trailOf()
    expect(totals).toMatchObject({ paid: '200000000', held: '0', overdrawn: '0', returned: '0', spentOnWorks: '140000000' })
    expect(totals).toMatchObject({ spentOnOperating: '10000000', keptAsLoanFund: '50000000' })
    const { proposals } = await get<{ proposals: { number: string; spent: string }[] }>(`${urlOf('allocation', 'ALK-2007')}/fund-trail`)
    expect(proposals.map(({ spent }) => spent)).toEqual(['60000000', '50000000', '30000000'])
    const community = accounts.filter(({ account: { kind } }) => /^(board|group|in-transit)/.test(kind))
    expect(community.filter(({ balance, overdrawn }) => balance.amount !== '0' || overdrawn)).toEqual([])
  })

  it('39.400.000 + 600.000 = 40.000.000, and 100.000.000 + 600.000 = 100.600.000', async () => {
    const { tranches } = await trailOf()
    const sums = tranches.map(({ paid, carriedIn, spent, kept, carriedOut }) => [paid, carriedIn, spent, kept, carriedOut])
    expect(sums).toEqual([
      ['40000000', '0', '29400000', '10000000', '600000'],
      ['100000000', '600000', '75600000', '25000000', '0'],
      ['60000000', '0', '45000000', '15000000', '0'],
    ])
    const accepted = facts.filter(({ type }) => type === 'tranche.LpjAccepted').map(({ data }) => data['amount'])
    expect(accepted).toEqual(['39400000', '100600000', '60000000'])
  })

  it('the second account over a sen more is refused', () => {
    expect([senMore.status, senMore.body['code']]).toEqual([409, 'lpj-differs-from-expenses'])
    expect(senMore.body['also']).toMatchObject([{ code: 'lpj-exceeds-tranches' }])
  })
})

describe('diverted use', () => {
  const amendment = (): Told => facts.find(({ type }) => type === 'proposal.Amended') as Told

  it('Rp 4.500.000 of the fogging line paid social grants; an amendment came later', async () => {
    const { diverted } = await trailOf()
    expect(diverted).toMatchObject({ amount: '4500000', expenses: [{ planned: 'fogging', paid: 'social-grant' }] })
    expect(diverted.expenses[0]?.amendedAt).toEqual([amendment().position])
  })

  it('known on 2008-02-11: the diversion, without the amendment (appendix C7)', async () => {
    const { diverted } = await trailOf('?asOf=2008-02-11')
    expect(diverted).toMatchObject({ amount: '4500000', expenses: [{ amendedAt: [] }] })
    const known = await toldOf(service, requests, auditor, '2008-02-11')
    expect(known.map(({ type }) => type)).toContain('finding.Recorded')
    expect(known.map(({ type }) => type)).not.toContain('proposal.Amended')
    expect((await trailOf('?asOf=2007-12-05')).diverted).toEqual({ amount: '0', expenses: [] })
  })

  it('the amendment was dated 105 days back, with a reason', () => {
    expect(amendment()).toMatchObject({ effectiveOn: '2007-12-03', recordedAt: '2008-03-17T05:00:00.000000Z' })
    expect([amendment().reason, amendment().lateReason].every(Boolean)).toBe(true)
    expect(deviationReport([amendment()])).toMatchObject([{ rule: 'backdated', details: { days: 105 } }])
  })
})

describe('over its limit', () => {
  interface Clock {
    readonly name: string
    readonly warnSince: string | null
    readonly stuckSince: string | null
    readonly days: number
  }
  const late = async (kind: string, label: string) =>
    (await get<{ clocks: Clock[] }>(`${urlOf(kind, label)}/clock?at=2008-07-28`)).clocks
      .filter(({ warnSince }) => warnSince !== null)
      .map(({ name, days, warnSince, stuckSince }) => [name, days, warnSince, stuckSince])

  it('the days between an account and the next money, and from the board to the groups (repair K11)', async () => {
    expect(await late('tranche', 'ALK-2007-T1')).toEqual([['credited > first-transfer', 21, '2007-07-26', '2007-07-30']])
    expect(await late('tranche', 'ALK-2007-T2')).toEqual([
      // From the request to the account of the board: repair R5 of the first scenario, for every edition.
      ['requested > credited', 35, '2007-10-22', null],
      ['previous-accounted-for > credited', 42, '2007-10-15', null],
    ])
    expect(await late('tranche', 'ALK-2007-T3')).toEqual([
      ['requested > credited', 42, '2008-05-26', null],
      ['previous-accounted-for > credited', 56, '2008-05-12', '2008-06-05'],
    ])
  })

  it('no group reported progress within four weeks of its money: the list tells of none before July 2008', async () => {
    const span = 'funded > progress-reported'
    for (const label of ['PRO-E1', 'PRO-E2']) expect(await late('proposal', label)).toEqual([[span, 331, '2007-08-27', '2007-09-10']])
    expect(await late('proposal', 'PRO-S1')).toEqual([[span, 350, '2007-08-27', '2007-09-10']])
  })

  it('nothing else, neither cycle nor allocation', async () => {
    expect([...(await late('cycle', 'CYC-2007')), ...(await late('allocation', 'ALK-2007'))]).toEqual([])
  })

  it('the list of a day says the same', async () => {
    const { position } = await service.context.log.head()
    const listed = async (at: string) =>
      (
        await get<{ rows: { number: string; clock: { name: string; state: string } }[] }>(
          `/v1/stuck?at=${at}&kind=tranche&minPosition=${position}`,
        )
      ).rows.map(({ number, clock: { name, state } }) => `${number} ${name} ${state}`)
    expect(await listed('2007-07-25')).toEqual([])
    expect(await listed('2007-07-26')).toEqual(['1 credited > first-transfer warn'])
    expect(await listed('2007-07-30')).toEqual(['1 credited > first-transfer stuck'])
    expect(await listed('2007-10-14')).toEqual([])
    expect(await listed('2007-10-15')).toEqual(['2 previous-accounted-for > credited warn'])
    expect(await listed('2008-05-12')).toEqual(['3 previous-accounted-for > credited warn'])
    expect(await listed('2008-06-05')).toContain('3 previous-accounted-for > credited stuck')
    expect(await listed('2008-06-16')).toEqual([])
  })
})

describe('the handover', () => {
  const signedBy = (signers: readonly Party[], reason?: string): ScenarioRequest => ({
    ...handover,
    body: { ...handover.body, cosigners: signers, ...(reason === undefined ? {} : { reason }) },
  })
  const [camat, korkot] = [party('P-CAMAT-1', 'CAMAT'), party('P-KORKOT-1', 'KORKOT')]

  it('without the Lurah is refused, and nothing is stored', async () => {
    const before = await database.state()
    const { status, body } = await send(service, handover)
    expect([status, body['code']]).toEqual([409, 'lurah-signature-missing'])
    expect(body['also']).toMatchObject([{ code: 'expected-actor-absent', details: { role: 'LURAH' } }])
    expect(await database.state()).toEqual(before)
  })

  it('by Camat and Korkot needs both, and a reason', async () => {
    const reason = 'Lurah tidak bersedia; keputusan rapat koordinasi kecamatan'
    const short = [signedBy([camat, korkot]), signedBy([camat], reason), signedBy([korkot], reason)]
    for (const [index, request] of short.entries())
      expect((await send(service, request, { key: `short-${index}` })).body['code']).toBe('lurah-signature-missing')
    const { status } = await send(service, signedBy([camat, korkot], reason), { key: 'passed over' })
    expect(status).toBe(201)
    const last = (await toldOf(service, [handover], auditor)).at(-1) as Told
    expect(last).toMatchObject({ type: 'proposal.HandedOver', reason })
    expect(deviationReport([last]).map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['lurah-signature-missing', 'expected-actor-absent']),
    )
    expect(await get(urlOf('proposal', 'PRO-E1'))).toMatchObject({ stages: { '': 'HandedOver' } })
  })
})
