import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { purbayan, purbayanLabels, purbayanPrelude } from '@jejak/demo'
import { domain } from '@jejak/domain'
import { freshService, type TestService } from '../../services/api/test/service.ts'
import { read, send, type Answer } from '../scenario/http.ts'
import { toldOf, type Told } from '../scenario/noted.ts'

const { labelId, party } = purbayanLabels
const requests = purbayan()
const auditor = party('P-KAP-1', 'KAP')

let service: TestService
const answers = new Map<number, Answer>()
let facts: readonly Told[]

beforeAll(async () => {
  service = await freshService()
  for (const request of purbayanPrelude()) expect((await send(service, request)).status).toBe(201)
  for (const request of requests) answers.set(request.seq, await send(service, request))
  facts = await toldOf(service, requests, auditor)
})
afterAll(() => service.close())

const urlOf = (kind: string, label: string): string => `/v1/${domain.slice(kind).plural}/${labelId(label)}`
const get = async <T>(url: string): Promise<T> => {
  const { status, body, text } = await read(service, url, auditor)
  if (status !== 200) throw new Error(`${url}: ${status} ${text}`)
  return body as T
}
/** Positions of the facts of a line of the list. */
const positionsOf = (seq: number): number[] =>
  ((answers.get(seq) as Answer).body['facts'] as { position: number }[]).map(({ position }) => position)
const typesAt = (positions: readonly number[]): string[] =>
  [...new Set(positions.map((position) => facts.find((fact) => fact.position === position)?.type ?? '-'))].toSorted()

describe('Purbayan over HTTP', () => {
  it('records every line', () => {
    expect(requests.filter(({ seq }) => answers.get(seq)?.status !== 201).map(({ seq }) => `${seq} ${answers.get(seq)?.text}`)).toEqual([])
  })
})

interface Share {
  readonly amount: string
  readonly positions: readonly number[]
  readonly ofGrant: string
  readonly ofTotal: string
}
interface SwadayaSums {
  readonly proposal: string
  readonly grant: Share
  readonly planned: Share
  readonly realised: Share
  readonly kinds: readonly { readonly kind: string; readonly realised: Share }[]
  readonly cashShare: string
}
const swadaya = (query = '') => get<SwadayaSums & { proposals: SwadayaSums[] }>(`${urlOf('allocation', 'ALK-2008')}/swadaya${query}`)
const rounded = (percent: string): string => Number(percent).toFixed(1)
const realisedOf = ({ kinds }: SwadayaSums) =>
  Object.fromEntries(kinds.filter(({ realised }) => realised.amount !== '0').map(({ kind, realised }) => [kind, realised.amount]))

describe('own contribution, with both denominators', () => {
  it('by group, as the table has it', async () => {
    const { proposals } = await swadaya()
    const of = (label: string) => proposals.find(({ proposal }) => proposal === labelId(label)) as SwadayaSums
    const row = (label: string) => {
      const { grant, realised } = of(label)
      return [grant.amount, realised.amount, rounded(realised.ofGrant), rounded(realised.ofTotal), realisedOf(of(label))['cash']]
    }
    expect(row('PRO-MELATI')).toEqual(['29850000', '9560000', '32.0', '24.3', '600000'])
    expect(row('PRO-SERUNI')).toEqual(['16800250', '5040000', '30.0', '23.1', '300000'])
    expect(row('PRO-KENIKIR')).toEqual(['4500000', '1926000', '42.8', '30.0', '100000'])
    // Appendix C5.
    expect(row('PRO-BOUGENVILE')).toEqual(['15000000', '6420000', '42.8', '30.0', '250000'])
    expect(of('PRO-BOUGENVILE').realised).toMatchObject({ ofGrant: '42.80', ofTotal: '29.97' })
  })

  it('34,7 percent of the grant, 25,8 percent of the whole; of it 5,4 percent cash', async () => {
    const total = await swadaya()
    expect([total.grant, total.planned, total.realised].map(({ amount }) => amount)).toEqual(['66150250', '22946000', '22946000'])
    expect([total.realised.ofGrant, total.realised.ofTotal].map(rounded)).toEqual(['34.7', '25.8'])
    // 5,4476: to one decimal 5,4, which a figure that is rounded already no longer tells.
    const { cash } = realisedOf(total)
    expect([total.cashShare, ((100 * Number(cash)) / Number(total.realised.amount)).toFixed(1)]).toEqual(['5.45', '5.4'])
    expect(realisedOf(total)).toEqual({ cash: '1250000', material: '7231998', labour: '14464002' })
    expect(typesAt(total.grant.positions)).toEqual(['proposal.ContractSigned'])
    expect(typesAt(total.planned.positions)).toEqual(['proposal.SwadayaPledged'])
    expect(typesAt(total.realised.positions)).toEqual(['proposal.SwadayaRealised'])
  })

  it('on either clock: nothing was contributed by 2008-03-16', async () => {
    const then = await swadaya('?effectiveUntil=2008-03-16')
    expect([then.planned.amount, then.realised.amount]).toEqual(['22946000', '0'])
    expect((await swadaya('?asOf=2008-04-30')).realised.amount).toBe('8346000')
  })
})

interface Card {
  readonly balance: string
  readonly owed: string
  readonly overduePrincipal: string
  readonly overdueJasa: string
  readonly rescheduledOn: string | null
  readonly lines: readonly { number: number; due: string; state: string; principal: string; jasa: string; facts: number[] }[]
}
const card = (query: string) => get<Card>(`${urlOf('loan', 'PJM-MAJU')}/schedule?${query}`)
const known = (seq: number, at: string): string => `asOf=${Math.max(...positionsOf(seq))}&at=${at}`

describe('the loan of KSM Maju, row by row', () => {
  it('row 3: 3.000.000 in ten instalments of 300.000 and 45.000', async () => {
    const { balance, lines } = await card('at=2008-03-03')
    expect([balance, lines.length]).toEqual(['3000000', 10])
    expect(new Set(lines.map(({ principal, jasa }) => `${principal} ${jasa}`))).toEqual(new Set(['300000 45000']))
  })
  it('row 4: 2.100.000 after three instalments', async () => {
    expect(await card('at=2008-05-30')).toMatchObject({ balance: '2100000', overduePrincipal: '0', overdueJasa: '0' })
  })
  it('row 5: three missed, 900.000 and 135.000 of jasa overdue', async () => {
    expect(await card(known(108, '2008-09-01'))).toMatchObject({ balance: '2100000', overduePrincipal: '900000', overdueJasa: '135000' })
  })
  it('row 6: jasa first; 1.890.000, of which 690.000 overdue', async () => {
    const after = await card(known(109, '2008-09-01'))
    expect(after).toMatchObject({ balance: '1890000', overduePrincipal: '690000', overdueJasa: '0' })
    expect(after.lines.find(({ number }) => number === 4)).toMatchObject({ state: 'overdue', facts: positionsOf(109) })
    const paid = facts.find(({ position }) => position === positionsOf(109)[0])
    expect(paid?.data).toMatchObject({ jasa: '135000', principal: '210000', balance: '1890000', overdue: '690000' })
  })
  it('row 7: 1.890.000 on a new schedule, with minutes; the unpaid jasa stays due', async () => {
    const after = await card('at=2008-12-01')
    expect(after).toMatchObject({ balance: '1890000', overduePrincipal: '0', overdueJasa: '135000', rescheduledOn: '2008-12-01' })
    const fact = facts.find(({ position }) => position === positionsOf(144)[0])
    expect(fact?.data).toMatchObject({ principal: '1890000', unpaidJasa: '135000', treatment: 'keep-due' })
    expect(fact?.evidence?.map(({ docType }) => docType)).toEqual(['ba-komite'])
    expect(fact?.cosigners?.map(({ role }) => role)).toEqual(['BKM'])
  })
})

interface Figure {
  readonly percent: string
  readonly part: string
  readonly whole: string
  readonly good: boolean
  readonly facts: readonly number[]
  readonly of: readonly number[]
}
interface Portfolio {
  readonly at: string
  readonly pool: { readonly lendingSuspended: boolean }
  readonly money: Readonly<Record<'capital' | 'cash' | 'jasa' | 'outstanding' | 'cost' | 'writtenOff', string>> & {
    readonly facts: Readonly<Record<string, readonly number[]>>
  }
  readonly figures: Readonly<Record<'lar' | 'par' | 'rr' | 'rrCumulative' | 'idle' | 'ccr' | 'roi', Figure>>
  readonly buckets: readonly { name: string; loans: number; balance: string; facts: readonly number[] }[]
  readonly grade: string | null
  readonly suspension: {
    readonly must: boolean
    readonly when: string
    readonly breaches: readonly { on: string; rates: string[]; facts: number[]; of: number[] }[]
  }
  readonly loans: readonly { loan: string; number: string; monthsInArrears: number; balance: string }[]
}
const portfolio = (query: string) => get<Portfolio>(`${urlOf('loanPool', 'UPK-BLM2008')}/portfolio?${query}`)

describe('the pool', () => {
  it('row 8: PAR 7,9 percent and LAR 14,3 percent, both shown: one good, the other not', async () => {
    const { figures, grade, loans, buckets } = await portfolio('at=2009-01-05')
    expect(figures.par).toMatchObject({ part: '1905000', whole: '24000000', good: true })
    expect(figures.lar).toMatchObject({ part: '2', whole: '14', good: false })
    expect([figures.par.percent, figures.lar.percent].map(rounded)).toEqual(['7.9', '14.3'])
    expect(loans.filter(({ monthsInArrears }) => monthsInArrears >= 3).map(({ balance }) => balance)).toEqual(['1890000', '15000'])
    expect(buckets.filter(({ loans: count }) => count > 0).map(({ name, loans: count }) => [name, count])).toEqual([
      ['lancar', 12],
      ['kurang-lancar', 2],
    ])
    expect(grade).toBe('suspend')
  })

  it('RR, CCR, ROI, idle fund and buckets to the rupiah', async () => {
    const { figures, buckets } = await portfolio('at=2009-01-05')
    const told = Object.entries(figures).map(([name, { part, whole, percent, good }]) => [name, part, whole, percent, good])
    expect(told).toEqual([
      // The month: 195.000, 3 x 350.000, 3 x 250.000 and 5 x 300.000 paid; 189.000 of Maju as well was due.
      ['rr', '3495000', '3684000', '94.87', true],
      ['rrCumulative', '16950000', '18744000', '90.43', true],
      ['lar', '2', '14', '14.29', false],
      ['par', '1905000', '24000000', '7.94', true],
      // No cost was paid: of nothing there is no ratio.
      ['ccr', '2468250', '0', null, null],
      ['roi', '2468250', '35000000', '7.05', false],
      // 35.000.000 and the jasa less 24.000.000 lent, of all of it.
      ['idle', '13468250', '37468250', '35.95', false],
    ])
    expect(buckets.map(({ name, loans, balance }) => [name, loans, balance])).toEqual([
      ['lancar', 12, '22095000'],
      ['perhatian', 0, '0'],
      ['kurang-lancar', 2, '1905000'],
      ['diragukan', 0, '0'],
      ['macet', 0, '0'],
    ])
  })

  it('every figure names its facts', async () => {
    const { figures, buckets, money, suspension } = await portfolio('at=2009-01-05')
    const of = (...types: string[]): number[] => facts.filter(({ type }) => types.includes(type)).map(({ position }) => position)
    const sorted = (list: readonly number[]): number[] => list.toSorted((a, b) => a - b)
    const payments = of('loan.InstalmentReceived', 'loan.JointLiabilityInvoked')
    const capital = facts.filter(({ type, data }) => type === 'tranche.PoolFunded' && data['pool'] !== undefined)
    const given = capital.map(({ position }) => position)
    expect(figures.rrCumulative.facts).toEqual(payments)
    // The dues of Maju before its new schedule were set when it was paid out, by line 45; each other loan by its own payout.
    expect(figures.rrCumulative.of).toEqual(sorted([...of('loan.Disbursed'), ...positionsOf(144)]))
    expect([figures.ccr.facts, figures.ccr.of]).toEqual([payments, []])
    expect([figures.roi.facts, figures.roi.of]).toEqual([payments, given])
    expect(figures.idle.facts).toEqual(sorted([...given, ...of('loan.Disbursed'), ...payments]))
    expect(money.facts).toMatchObject({
      capital: given,
      jasa: payments,
      cost: [],
      outstanding: sorted([...of('loan.Disbursed'), ...payments]),
    })
    expect(buckets.find(({ name }) => name === 'kurang-lancar')?.facts).toEqual(figures.par.facts)
    expect(sorted(buckets.flatMap(({ facts: behind }) => behind))).toEqual(figures.par.of)
    expect(suspension.breaches[0]).toMatchObject({ on: '2009-01-05', facts: figures.lar.facts, of: figures.lar.of })
    expect(figures.lar.facts).toEqual(
      expect.arrayContaining([...positionsOf(45), ...positionsOf(109), ...positionsOf(144), ...positionsOf(110)]),
    )
    expect(typesAt(figures.par.of)).toEqual(['loan.Disbursed', 'loan.InstalmentReceived', 'loan.JointLiabilityInvoked', 'loan.Rescheduled'])
    expect(figures.par.of).toHaveLength(14 + facts.filter(({ type }) => type === 'loan.InstalmentReceived').length + 2)
  })

  it('what the supervisor reported agrees with the log, twice', () => {
    const reports = facts.filter(({ type }) => type === 'loanPool.SupervisorReported')
    expect(reports.map(({ data, deviations }) => [data['lar'], data['found'], deviations])).toMatchObject([
      ['14.3', { lar: '14.29', par: '7.94', outstanding: '24000000', borrowers: 14 }, []],
      ['14.3', { lar: '14.29', par: '7.94', outstanding: '24000000', borrowers: 14 }, []],
    ])
  })

  it('row 9: lending is suspended because LAR alone was beyond its limit in two months', async () => {
    const { suspension, pool } = await portfolio('at=2009-02-02')
    expect(suspension).toMatchObject({
      must: true,
      when: 'any',
      breaches: [
        { on: '2009-02-02', rates: ['lar'] },
        { on: '2009-01-02', rates: ['lar'] },
      ],
    })
    expect(pool.lendingSuspended).toBe(true)
    expect((await portfolio('at=2009-02-01')).pool.lendingSuspended).toBe(false)
    const fact = facts.find(({ type }) => type === 'loanPool.LendingSuspended')
    expect(fact?.data['breaches']).toEqual(suspension.breaches.map(({ on, rates }) => ({ on, rates })))
  })

  it('what the pool itself says of lending is not what it says of itself', async () => {
    const pool = await get<{ suspended: boolean; state: Readonly<Record<string, unknown>> }>(urlOf('loanPool', 'UPK-BLM2008'))
    // It still takes payments and reports: only lending waits.
    expect([pool.suspended, pool.state['lendingSuspended'], pool.state['suspended']]).toEqual([false, true, undefined])
  })

  it('is looked at on the day of the moment that is asked for, else today', async () => {
    const { position } = await service.context.log.head()
    const taxesAt = async (query: string) => (await get<{ at: string }>(`${urlOf('allocation', 'ALK-2008')}/taxes?${query}`)).at
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Jakarta' }).format(Number(service.context.now() / 1000n))
    for (const [query, day] of [
      [`asOf=${position}`, '2009-06-01'],
      ['asOf=2009-03-01', '2009-03-01'],
      ['', today],
    ] as const)
      expect([query, (await portfolio(query)).at, await taxesAt(query)]).toEqual([query, day, day])
  })

  it('35.000.000 came from two tranches; what is not lent is cash', async () => {
    const { money } = await portfolio('at=2009-02-02')
    expect(money).toMatchObject({ capital: '35000000', outstanding: '24000000', cost: '0', writtenOff: '0' })
    expect(Number(money.cash)).toBe(35_000_000 + Number(money.jasa) - 24_000_000)
    expect((await portfolio('at=2008-02-18')).grade).toBeNull()
    expect((await portfolio('at=2008-02-19')).money).toMatchObject({ capital: '10000000', cash: '10000000' })
  })

  it('of the grant it is money kept as a loan fund, and all adds up', async () => {
    const { totals, tranches } = await get<{
      totals: Readonly<Record<string, string>>
      tranches: readonly Readonly<Record<string, string>>[]
    }>(`${urlOf('allocation', 'ALK-2008')}/fund-trail`)
    expect(totals).toMatchObject({ paid: '140000000', keptAsLoanFund: '35000000', spentOnWorks: '66150250', spentOnOperating: '2000000' })
    expect(totals).toMatchObject({ overdrawn: '0', held: '36849750' })
    expect(tranches.map(({ paid, carriedIn, spent, kept, carriedOut }) => [paid, carriedIn, spent, kept, carriedOut])).toEqual([
      ['40000000', '0', '21500000', '10000000', '8500000'],
      ['100000000', '8500000', '46650250', '25000000', '0'],
      ['0', '0', '0', '0', '0'],
    ])
  })
})

describe('the end of the year', () => {
  it('why things stood still: SDM, then KOMUNIKASI, then SOSEK', async () => {
    const { total, reasons } = await get<{
      total: number
      reasons: readonly { reason: string; count: number; percent: string; cumulativePercent: string; facts: number[] }[]
    }>(`${urlOf('cycle', 'CYC-2008')}/stuck-reasons`)
    expect(total).toBe(6)
    expect(reasons.map(({ reason, count, cumulativePercent }) => [reason, count, cumulativePercent])).toEqual([
      ['SDM', 3, '50'],
      ['KOMUNIKASI', 2, '83.3'],
      ['SOSEK', 1, '100'],
    ])
    expect(reasons[0]?.facts).toEqual([160, 161, 162].flatMap(positionsOf))
  })

  it('row 10: the annual meeting of residents ends the run', async () => {
    expect(await get(urlOf('cycle', 'CYC-2008'))).toMatchObject({ stages: { '': 'Reviewed' } })
  })

  it('row 11: the opinion is qualified, because instalment cards are missing', async () => {
    expect(await get(urlOf('finding', 'AUD-2008'))).toMatchObject({ state: { opinion: 'qualified' } })
    const opinion = facts.find(({ type }) => type === 'finding.OpinionIssued')
    expect(opinion?.data).toMatchObject({ opinion: 'qualified', notes: 'Kartu angsuran tidak lengkap' })
  })
})
