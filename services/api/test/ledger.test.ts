import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelId } from '@jejak/demo'
import { accountNameOf } from '@jejak/views'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { tokenFor } from '../../../test/scenario/http.ts'
import { ppk } from '../../../test/scenario/play.ts'
import { ask, type Answer } from './ask.ts'
import { errorsOf, refused } from './refused.ts'
import type { TestService } from './service.ts'

let service: TestService
let token: string
let head: number
beforeAll(async () => {
  service = await scenarioAt(285)
  token = await tokenFor(service, ppk)
  head = (await service.context.log.head()).position
  expect((await ask(service, { url: `/v1/ledger/balances?minPosition=${head}`, token })).status).toBe(200)
})
afterAll(() => service.close())

interface Amount {
  readonly amount: string
  readonly side: string
}
interface Line {
  readonly position: number
  readonly effectiveOn: string
  readonly moved: Amount
  readonly balance: Amount
  readonly account: { readonly name: string; readonly journal: string; readonly institution: { readonly name: string } }
}
interface Row {
  readonly group: Readonly<Record<string, string>>
  readonly balance: Amount
  readonly planned: string
  readonly released: Amount
  readonly spent: Amount
  readonly returned: Amount
  readonly held: Amount
  readonly postings: { readonly count: number; readonly first: number; readonly last: number }
  readonly statement: string
}
const get = async <T>(url: string): Promise<T> => {
  const answer: Answer = await ask(service, { url: `/v1/ledger/${url}`, token })
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${answer.text}`)
  return answer.body as T
}
const rows = async (url: string): Promise<readonly Row[]> => (await get<{ rows: readonly Row[] }>(url)).rows
const fund = `allocation:${labelId('ALK-2018')}`

const signed = ({ amount, side }: Amount): number => (side === 'credit' ? -Number(amount) : Number(amount))

describe('balances', () => {
  it('by kind at three dates, in all zero', async () => {
    const at = async (date: string) =>
      Object.fromEntries(
        (await rows(`balances?by=kind&source=APBN&at=${date}`)).map(({ group, balance }) => [group['kind'], balance.amount]),
      )
    expect(await at('2018-06-30')).toMatchObject({ treasury: '350000000', 'board-bank': '343000000', 'in-transit': '0' })
    expect(await at('2018-11-26')).toMatchObject({ 'board-bank': '147000000', 'group-bank': '0' })
    expect(await at('2019-12-31')).toMatchObject({ 'board-bank': '0', suppliers: '487250000', 'operating-suppliers': '10000000' })
    expect(await get('balances')).toMatchObject({ total: { balance: { amount: '0' } } })
  })

  it('as they were known: nothing after the position counts', async () => {
    const [transit] = await rows('balances?by=kind&kind=in-transit&asOf=99')
    expect(transit).toMatchObject({ balance: { amount: '350000000', side: 'debit' }, postings: { count: 1, first: 99, last: 99 } })
  })

  it('name the rows behind them: the statement has as many, and ends with the balance', async () => {
    for (const row of await rows('balances?by=province,institution,field&at=2018-09-01')) {
      const { rows: lines } = await get<{ rows: readonly Line[] }>(row.statement.slice('/v1/ledger/'.length))
      const positions = lines.map(({ position }) => position)
      expect([lines.length, Math.min(...positions), Math.max(...positions)]).toEqual(Object.values(row.postings))
      expect(lines.at(-1)?.balance).toEqual(row.balance)
    }
  })

  it('a page begins where the one before ended, and all are of one moment', async () => {
    const url = 'balances?limit=20'
    const names: string[] = []
    let cursor = ''
    for (let page = 0; page < 3; page += 1) {
      const { rows: own, next } = await get<{ rows: readonly Row[]; next: string | null }>(`${url}${cursor}`)
      names.push(...own.map(({ group }) => group['account'] ?? ''))
      cursor = `&cursor=${next ?? ''}`
    }
    expect(names).toHaveLength(48)
    expect(new Set(names).size).toBe(48)
  })
})

describe('the statement of an account', () => {
  it('runs from line to line, whole and in pages, by either name of the account', async () => {
    const whole = await get<{ rows: readonly Line[] }>('statement?kind=board-bank&limit=500')
    const [first] = whole.rows
    const { name, journal } = first?.account ?? { name: '', journal: '' }
    expect(accountNameOf(journal)).toBe(name)
    const own = whole.rows.filter(({ account }) => account.name === name).map(({ position }) => position)
    const byJournal = await get<{ rows: readonly Line[] }>(`statement?account=${journal}`)
    expect(byJournal.rows.map(({ position }) => position)).toEqual(own)
    const pages: Line[] = []
    let cursor = ''
    do {
      const { rows: lines, next } = await get<{ rows: readonly Line[]; next: string | null }>(`statement?kind=board-bank&limit=3${cursor}`)
      pages.push(...lines)
      cursor = next === null ? '' : `&cursor=${next}`
    } while (cursor !== '')
    expect(pages).toEqual(whole.rows)
    expect(whole.rows.at(-1)?.balance.amount).toBe('0')
  })

  it('since a day: what stood before is the opening balance', async () => {
    expect(await get('statement?kind=board-bank&from=2018-07-09&at=2018-07-09')).toMatchObject({
      opening: { amount: '343000000', side: 'debit' },
      rows: [{ balance: { amount: '255000000' } }, { moved: { side: 'credit' } }, { balance: { amount: '147000000' } }],
    })
  })
})

describe('trial balance, flow, idle money and plan', () => {
  it('opening and movement give closing, by role and account, and all come to zero', async () => {
    const trial = await get<{ roles: { role: string }[]; sum: Amount; balanced: boolean }>('trial-balance?from=2018-11-01&at=2018-12-31')
    expect(trial).toMatchObject({ balanced: true, sum: { amount: '0' } })
    expect(trial.roles.find(({ role }) => role === 'source')).toMatchObject({
      opening: { amount: '350000000', side: 'credit' },
      debit: '2750000',
      credit: '150000000',
      closing: { amount: '497250000', side: 'credit' },
    })
  })

  it('the flow tells every use with the release that paid it; all uses are what was released', async () => {
    interface Use {
      readonly amount: Amount
      readonly paidBy: readonly { readonly release: number; readonly amount: Amount }[]
    }
    const flow = await get<{ uses: readonly Use[]; usesCount: number; edges: readonly unknown[] }>(`flow?fund=${fund}&limit=500`)
    const paid = (release: number): number =>
      flow.uses
        .flatMap(({ paidBy }) => paidBy.filter((part) => part.release === release))
        .reduce((sum, part) => sum + signed(part.amount), 0)
    expect([flow.usesCount, paid(99), paid(240)]).toEqual([51, 350_000_000, 150_000_000])
    expect(flow.edges.length).toBeGreaterThan(20)
    const half = await get<{ uses: readonly Use[]; next: string }>(`flow?fund=${fund}&limit=40`)
    const rest = await get<{ uses: readonly Use[] }>(`flow?fund=${fund}&limit=40&cursor=${half.next}`)
    expect([...half.uses, ...rest.uses]).toEqual(flow.uses)
  })

  interface Behind {
    readonly count: number
    readonly first: number | null
    readonly last: number | null
  }
  /** What a link lists: how many rows, the first and the last position, and what they come to. */
  async function listed(link: string): Promise<readonly [Behind, number]> {
    const { rows: lines } = await get<{ rows: readonly Line[] }>(`${link.slice('/v1/ledger/'.length)}&limit=500`)
    const positions = lines.map(({ position }) => position)
    const behind = { count: lines.length, first: Math.min(...positions), last: Math.max(...positions) }
    return [behind, lines.reduce((sum, { moved }) => sum + signed(moved), 0)]
  }

  it('the statement of a line of a trial balance begins where it does; what is behind its opening is listed too', async () => {
    interface Trial {
      readonly account: string
      readonly opening: Amount
      readonly closing: Amount
      readonly before: Behind
      readonly beforeStatement: string
      readonly postings: Behind
      readonly statement: string
    }
    const { rows: lines } = await get<{ rows: readonly Trial[] }>('trial-balance?from=2018-11-01&at=2018-12-31&limit=500')
    const moving = lines.filter(({ before, postings }) => before.count > 0 && postings.count > 0)
    expect(moving.length).toBeGreaterThan(3)
    for (const { opening, closing, before, beforeStatement, postings, statement } of moving) {
      expect(await listed(beforeStatement)).toEqual([before, signed(opening)])
      expect(await listed(statement)).toEqual([postings, signed(closing) - signed(opening)])
      expect(await get(statement.slice('/v1/ledger/'.length))).toMatchObject({ from: '2018-11-01', opening })
    }
    const { rows: all } = await get<{ rows: readonly Trial[] }>('trial-balance')
    expect(all.every(({ before, beforeStatement }) => before.count === 0 && beforeStatement === null)).toBe(true)
  })

  it('the statement of a way between two accounts lists what went along it, and nothing else', async () => {
    interface Edge {
      readonly from: { readonly kind: string; readonly ordinal: number }
      readonly to: { readonly kind: string }
      readonly amount: Amount
      readonly facts: Behind
      readonly statement: string
    }
    const { edges } = await get<{ edges: readonly Edge[] }>(`flow?fund=${fund}`)
    for (const { amount, facts, statement } of edges) expect(await listed(statement)).toEqual([facts, signed(amount)])
    const sums: Record<string, number> = {}
    for (const { from, to, amount } of edges) {
      const name = `${from.kind} T${from.ordinal} ${to.kind}`
      sums[name] = (sums[name] ?? 0) + signed(amount)
    }
    expect(sums).toEqual({
      'treasury T1 in-transit': 350_000_000,
      'treasury T2 in-transit': 150_000_000,
      'in-transit T1 board-bank': 350_000_000,
      'in-transit T2 board-bank': 150_000_000,
      'board-bank T1 board-operating': 7_000_000,
      'board-bank T2 board-operating': 3_000_000,
      'board-operating T1 operating-suppliers': 7_000_000,
      'board-operating T2 operating-suppliers': 3_000_000,
      'board-bank T1 group-bank': 343_000_000,
      'board-bank T2 group-bank': 147_000_000,
      'group-bank T1 suppliers': 343_000_000,
      'group-bank T2 suppliers': 144_250_000,
      'group-bank T2 board-bank': 2_750_000,
      'board-bank T2 treasury': 2_750_000,
      'swadaya-promise Tnull swadaya-pledged': 54_000_000,
      'swadaya-contributed Tnull swadaya-used': 46_500_000,
    })
  })

  it('the plans behind a planned amount are listed, and come to it', async () => {
    interface Plan {
      readonly position: number
      readonly amount: string
      readonly entity: string
      readonly type: string
    }
    for (const by of ['fund', 'tranche', 'field', 'proposal', 'province,source'])
      for (const row of await get<{ rows: readonly (Row & { plans: Behind; plansListed: string })[] }>(`plan?by=${by}`).then(
        (p) => p.rows,
      )) {
        if (row.plans.count === 0) continue
        const { rows: plans } = await get<{ rows: readonly Plan[] }>(row.plansListed.slice('/v1/ledger/'.length))
        const positions = plans.map(({ position }) => position)
        expect({ count: plans.length, first: Math.min(...positions), last: Math.max(...positions) }).toEqual(row.plans)
        expect(plans.reduce((sum, { amount }) => sum + Number(amount), 0)).toBe(Number(row.planned))
      }
    const planned = { corrects: null, effectiveOn: '2018-04-23', type: 'tranche.Planned' }
    expect(await get('plans?of=tranche')).toMatchObject({
      of: 'tranche',
      rows: [
        { position: 51, amount: '350000000', entity: `tranche:${labelId('ALK-2018-T1')}`, ...planned },
        { position: 52, amount: '150000000', entity: `tranche:${labelId('ALK-2018-T2')}`, ...planned },
      ],
    })
  })

  it('by proposal: what a group gave back to the board is returned, and no expense is', async () => {
    const told = (await rows('plan?by=proposal')).map(({ released, spent, returned }) => [released, spent, returned].map((a) => a.amount))
    expect(told.map((each) => each.join(' ')).toSorted()).toEqual([
      '100000000 98750000 1250000',
      '170000000 170000000 0',
      '220000000 218500000 1500000',
    ])
  })

  it('idle money by kind is the sum of all of its accounts', async () => {
    expect(await get('idle?at=2018-07-10&days=0')).toMatchObject({
      kinds: [
        { kind: 'board-bank', accounts: 1, amount: '147000000' },
        { kind: 'board-operating', accounts: 1, amount: '5500000' },
        { kind: 'group-bank', accounts: 3, amount: '196000000' },
      ],
    })
  })

  it('idle money names the rows behind it, and lists them: of an account and of a kind, those that are not idle left out', async () => {
    interface Idle {
      readonly amount: string
      readonly postings: Behind
      readonly statement: string
    }
    const within = 'idle?at=2018-07-28&days=2'
    for (const url of [within, `${within}&region=16.74`, `${within}&role=held`, `${within}&kind=group-bank`]) {
      const { rows: own, kinds } = await get<{ rows: readonly Idle[]; kinds: readonly Idle[] }>(url)
      expect(own.length).toBeGreaterThan(0)
      for (const { amount, postings, statement } of [...own, ...kinds])
        expect([url, ...(await listed(statement))]).toEqual([url, postings, Number(amount)])
    }
    const all = await get<{ kinds: readonly { kind: string; accounts: number }[] }>('idle?at=2018-07-28&days=0')
    const some = await get<{ kinds: readonly { kind: string; accounts: number }[] }>(within)
    // Some groups had moved their money: that of the others alone is added up.
    const groups = [all, some].map(({ kinds }) => kinds.find(({ kind }) => kind === 'group-bank')?.accounts)
    expect(groups).toEqual([3, 2])
  })

  it('A-02: the board held the first tranche for 33 days when it had not passed anything on', async () => {
    const idle = await get<{ rows: { amount: string; since: string; days: number; account: object }[] }>('idle?at=2018-07-08&days=30')
    expect(idle.rows).toMatchObject([
      { amount: '343000000', since: '2018-06-06', days: 32, account: { kind: 'board-bank', institution: { name: 'BKM SEINGGOK' } } },
    ])
    expect(await get('idle?at=2018-07-08&days=32')).toMatchObject({ rows: [], kinds: [] })
  })

  it('planned, released and spent, of funds, tranches and proposals', async () => {
    const told = ({ planned, released, spent, returned, held }: Row) => [planned, ...[released, spent, returned, held].map((a) => a.amount)]
    expect((await rows('plan?by=programme,source')).map(told)).toEqual([['500000000', '500000000', '497250000', '2750000', '0']])
    expect((await rows('plan?by=field&at=2018-09-01')).map(told)).toEqual([['490000000', '343000000', '245000000', '0', '98000000']])
    expect((await rows(`plan?by=tranche&fund=${fund}`)).map(({ planned }) => planned).toSorted()).toEqual(['150000000', '350000000'])
  })
})

describe('journals', () => {
  it('are of one moment and name it', async () => {
    const { text, headers, status } = await ask(service, { url: '/v1/ledger/journal?format=hledger&asOf=110', token })
    expect([status, headers['jejak-position']]).toEqual([200, '110'])
    expect(text).toContain('2018-07-09 (110) tranche.InstalmentPaid')
    expect(text).not.toContain('(111)')
    expect(text).not.toMatch(/person/i)
  })
})

describe('who may see what, and what is refused', () => {
  it('a token of another region sees nothing of it', async () => {
    const elsewhere = await tokenFor(service, ppk, '35.73')
    const seen = await ask(service, { url: '/v1/ledger/balances', token: elsewhere })
    expect(seen.body).toMatchObject({ rows: [], total: { postings: { count: 0 } } })
    expect((await ask(service, { url: `/v1/ledger/flow?fund=${fund}`, token: elsewhere })).status).toBe(404)
    expect((await ask(service, { url: '/v1/ledger/journal?format=ledger', token: elsewhere })).text).not.toContain('Treasury')
    const here = await tokenFor(service, ppk, '16.74')
    expect((await ask(service, { url: '/v1/ledger/balances', token: here })).body).toMatchObject({ total: { postings: { count: 174 } } })
  })

  it.each([
    ['balances?by=colour', 400, 'invalid-request'],
    ['balances?role=nonsense', 400, 'invalid-request'],
    ['statement?kind=nonsense', 400, 'invalid-request'],
    ['idle?kind=bank-board', 400, 'invalid-request'],
    ['statement?cameFrom=nonsense', 400, 'invalid-request'],
    ['balances?at=2999-01-01', 422, 'future-date'],
    ['statement?account=nonsense', 400, 'invalid-request'],
    ['balances?asOf=99999999', 404, 'not-yet-known'],
    ['plan?by=account', 400, 'invalid-request'],
    ['flow?fund=allocation', 400, 'invalid-request'],
    ['flow?fund=allocation:00000000-0000-7000-8000-000000000000', 404, 'not-found'],
    ['journal?format=gnucash', 400, 'invalid-request'],
    ['balances?cursor=bent', 400, 'invalid-request'],
  ])('%s: %i %s', async (url, status, code) => {
    await refused(service, { url: `/v1/ledger/${url}`, token }, status, code)
  })

  it('names the parameter and what is allowed', async () => {
    const errors = async (url: string) => errorsOf(await refused(service, { url: `/v1/ledger/${url}`, token }, 400, 'invalid-request'))
    const roles = 'source, held, spent, kept, memorandum'
    expect(await errors('balances?by=colour')).toMatchObject([{ parameter: 'by' }])
    expect(await errors('balances?role=nonsense')).toEqual([{ parameter: 'role', detail: `harus salah satu dari ${roles}` }])
    expect(await errors('statement?kind=nonsense')).toMatchObject([{ parameter: 'kind', detail: expect.stringContaining('board-bank') }])
    for (const part of ['statement', 'trial-balance'])
      expect(await errors(`${part}?from=2018-12-01&at=2018-11-30`)).toEqual([{ parameter: 'from', detail: 'sesudah at, 2018-11-30' }])
    expect((await ask(service, { url: '/v1/ledger/statement?from=2018-12-01&at=2018-12-01', token })).status).toBe(200)
  })
})
