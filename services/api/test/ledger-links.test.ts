import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelId } from '@jejak/demo'
import { across, places, regionsTogether } from '../../../test/scenario/regions.ts'
import { ask, tokenOf } from './ask.ts'
import type { TestService } from './service.ts'

/** The link of every figure asks what was asked: it lists the rows behind the figure and no others, and they come to it. */
let service: TestService
let nation: string
beforeAll(async () => {
  ;({ service } = await regionsTogether())
  nation = await tokenOf(service, { person: labelId('P-ANYBODY'), roles: ['AUDITOR'], region: '' })
  const { position } = await service.context.log.head()
  for (const view of ['entity-list', 'ledger']) expect(await service.context.views.reached(view, position)).toBe(true)
})
afterAll(() => service.close())

interface Amount {
  readonly amount: string
  readonly side: string
}
interface Behind {
  readonly count: number
  readonly first: number | null
  readonly last: number | null
}
interface Account {
  readonly name: string
  readonly role: string
  readonly proposal: string | null
}
interface Line {
  readonly position: number
  readonly corrects: { readonly how: string } | null
  readonly account: Account
  readonly counter: Account
  readonly moved: Amount
}
interface Row {
  readonly group: Readonly<Record<string, string>>
  readonly postings: Behind
  readonly statement: string
}
interface PlanRow extends Row {
  readonly planned: string
  readonly released: Amount
  readonly spent: Amount
  readonly kept: Amount
  readonly returned: Amount
  readonly held: Amount
  readonly plans: Behind
  readonly plansListed: string
}
interface Page<T> {
  readonly rows: readonly T[]
  readonly next: string | null
}

const get = async <T>(url: string, token = nation): Promise<T> => {
  const answer = await ask(service, { url, token })
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${answer.text}`)
  return answer.body as T
}
const led = <T>(rest: string, token = nation): Promise<T> => get<T>(`/v1/ledger/${rest}`, token)

/** Every row of a link, page by page. */
async function listed<T>(link: string, token = nation): Promise<T[]> {
  const found: T[] = []
  for (let cursor = ''; ;) {
    const { rows, next } = await get<Page<T>>(`${link}&limit=500${cursor}`, token)
    found.push(...rows)
    if (next === null) return found
    cursor = `&cursor=${next}`
  }
}
const behind = (positions: readonly number[]): Behind =>
  positions.length === 0
    ? { count: 0, first: null, last: null }
    : { count: positions.length, first: Math.min(...positions), last: Math.max(...positions) }
const signed = ({ amount, side }: Amount): number => (side === 'credit' ? -Number(amount) : Number(amount))
const positionsIn = (rows: readonly { readonly position: number }[]): number[] => rows.map(({ position }) => position)

const groupings = [
  'fund',
  'tranche',
  'proposal',
  'source',
  'programme',
  'edition',
  'component',
  'fiscalYear',
  'area',
  'field',
  'province',
  'city',
  'district',
  'region',
  'region,source',
  'fund,tranche',
  'province,proposal',
]
/** Every dimension of every account, by its name. */
async function dimensions(): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const by = `account,${groupings.filter((name) => !name.includes(',')).join()}`
  const rows = await listed<Row>(`/v1/ledger/balances?by=${by}`)
  return new Map(rows.map(({ group }) => [group['account'] ?? '', group]))
}

/** What rows come to by the rule of docs/ledger.md: each rupiah stands in one row of a plan. `isOwn`: the account is of this row. */
function figuresOf(lines: readonly Line[], isOwn: (account: Account) => boolean) {
  const sums = { released: 0, spent: 0, kept: 0, returned: 0, held: 0 }
  for (const { account, counter, moved, corrects } of lines) {
    const sen = signed(moved)
    const takenBack = corrects !== null && corrects.how !== 'replace'
    const gives = sen < 0 !== takenBack
    if (account.role === 'source') sums[gives ? 'released' : 'returned'] += gives ? -sen : sen
    else sums[account.role as 'held'] += sen
    if (isOwn(counter)) continue
    const roles = [account.role, counter.role]
    const end = roles.includes('kept') ? 'kept' : roles.includes('spent') ? 'spent' : undefined
    if (end !== undefined) sums[end] -= sen
    else if (account.role === 'source') sums[gives ? 'released' : 'returned'] += gives ? sen : -sen
    else if (gives) sums.returned -= sen
    else sums.released += sen
  }
  return sums
}

describe('planned beside spent', () => {
  it.each(['', 'at=2018-09-01', 'at=2018-07-10&asOf=200', 'asOf=260', 'region=16.74', 'source=CSR', 'fund=partnership'])(
    'of %s: each row of each grouping lists the rows that make it',
    async (narrowed) => {
      const query = narrowed.replace('fund=partnership', `fund=partnership:${labelId('KERJA-SAMA-LINTAS')}`)
      const known = await dimensions()
      const wanted = new URLSearchParams(query)
      const isAsked = ({ name }: Account): boolean =>
        ['source', 'fund'].every((filter) => !wanted.has(filter) || known.get(name)?.[filter] === wanted.get(filter)) &&
        (!wanted.has('region') || known.get(name)?.['city'] === wanted.get('region'))
      let counted = 0
      for (const by of groupings) {
        const plan = await led<{ of: string; total: PlanRow; rows: readonly PlanRow[] }>(`plan?by=${by}&limit=500&${query}`)
        for (const row of [plan.total, ...plan.rows]) {
          const lines = await listed<Line>(row.statement)
          const said = [by, JSON.stringify(row.group)]
          expect([...said, behind(positionsIn(lines))]).toEqual([...said, row.postings])
          const isOwn = (account: Account): boolean =>
            account.role !== 'memorandum' &&
            isAsked(account) &&
            (plan.of !== 'proposal' || account.proposal !== null) &&
            Object.entries(row.group).every(([name, value]) => known.get(account.name)?.[name] === value)
          const { released, spent, kept, returned, held } = row
          const figures = {
            released: signed(released),
            spent: signed(spent),
            kept: signed(kept),
            returned: signed(returned),
            held: signed(held),
          }
          expect([...said, figuresOf(lines, isOwn)]).toEqual([...said, figures])
          const plans = await listed<{ position: number; amount: string }>(row.plansListed)
          expect([...said, behind(positionsIn(plans))]).toEqual([...said, row.plans])
          expect(plans.reduce((sum, { amount }) => sum + Number(amount), 0)).toBe(Number(row.planned))
          counted += lines.length
        }
      }
      expect(counted).toBeGreaterThan(10)
    },
    60_000,
  )

  it('leaves out the memorandum, and by proposal what the board holds and spends itself', async () => {
    const fund = `allocation:${labelId('ALK-2018')}`
    const { total } = await led<{ total: PlanRow }>(`plan?by=proposal&fund=${fund}`)
    const lines = await listed<Line>(total.statement)
    expect(total.spent.amount).toBe('487250000')
    expect(lines.filter(({ account }) => account.role === 'spent').reduce((sum, { moved }) => sum + signed(moved), 0)).toBe(487_250_000)
    const byProgramme = await led<{ total: PlanRow }>(`plan?fund=${fund}`)
    expect((await listed<Line>(byProgramme.total.statement)).every(({ account }) => account.role !== 'memorandum')).toBe(true)
  })
})

describe('the links of an answer ask what was asked', () => {
  const { area } = places.prabumulih
  const questions = [
    `area=${area}`,
    `area=${area}&region=16.74`,
    `area=${area}&region=33.11`,
    'region=16',
    'area=unknown',
    'region=16.74&area=unknown',
  ]

  it.each(questions)('%s', async (query) => {
    for (const url of [`balances?by=source&${query}`, `balances?by=city,kind&${query}`, `plan?by=district&${query}`]) {
      const { total, rows } = await led<{ total: Row; rows: readonly Row[] }>(url)
      for (const row of [total, ...rows]) {
        const lines = await listed<Line>(row.statement)
        expect([url, row.group, behind(positionsIn(lines))]).toEqual([url, row.group, row.postings])
        for (const [name, value] of new URLSearchParams(query)) {
          const link = new URL(row.statement, 'http://jejak').searchParams.get(name) ?? ''
          if (name === 'area') expect(link).toBe(value)
          else expect(link.startsWith(value)).toBe(true)
        }
      }
    }
    const trial = await led<{ roles: readonly Row[] }>(`trial-balance?${query}`)
    for (const row of trial.roles) expect(behind(positionsIn(await listed<Line>(row.statement)))).toEqual(row.postings)
  })

  it('a kelurahan that is asked for within another region has nothing', async () => {
    expect(await led(`balances?area=${area}&region=33.11`)).toMatchObject({ total: { postings: { count: 0 } } })
    expect(await led(`balances?area=${area}&region=16.74`)).toEqual({
      ...(await led<object>(`balances?area=${area}&region=16`)),
      ...(await led<object>(`balances?area=${area}&region=16.74`)),
    })
  })

  it('in a region they list what may be seen, of flows too', async () => {
    const here = await tokenOf(service, { person: labelId('P-ANYBODY'), roles: ['AUDITOR'], region: '16.74' })
    for (const url of ['balances?by=fund,source', 'plan?by=region', 'plan?by=field', `balances?by=institution&area=${area}`]) {
      const { total, rows } = await led<{ total: Row; rows: readonly Row[] }>(url, here)
      for (const row of [total, ...rows]) expect(behind(positionsIn(await listed<Line>(row.statement, here)))).toEqual(row.postings)
    }
    for (const fund of [`allocation:${labelId('ALK-2018')}`, `partnership:${across.agreement.id}`, `partnership:${across.purbayan.id}`]) {
      const { edges } = await led<{ edges: readonly { facts: Behind; statement: string | null }[] }>(`flow?fund=${fund}`, here)
      expect(edges.length).toBeGreaterThan(0)
      for (const { facts, statement } of edges)
        if (statement !== null) expect(behind(positionsIn(await listed<Line>(statement, here)))).toEqual(facts)
    }
  })

  it('a year that ends lists the rows that it is made of', async () => {
    const { rows } = await led<{ rows: readonly (Row & { lies: readonly { statement: string; amount: Amount }[] })[] }>(
      'year-end?at=2018-09-01&region=16.74',
    )
    expect(rows.length).toBeGreaterThan(0)
    for (const { statement, postings, lies } of rows) {
      const lines = await listed<Line>(statement)
      expect(behind(positionsIn(lines))).toEqual(postings)
      for (const lying of lies)
        expect((await listed<Line>(lying.statement)).reduce((sum, { moved }) => sum + signed(moved), 0)).toBe(signed(lying.amount))
    }
  })
})
