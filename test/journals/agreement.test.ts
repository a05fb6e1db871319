import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sen, type Recorded } from '@jejak/domain'
import { accountNameOf, ledger, waitFor } from '@jejak/views'
import { freshService, type TestService } from '../../services/api/test/service.ts'
import { ask } from '../../services/api/test/ask.ts'
import { untouchedIn } from './branches.ts'
import { append, byHand, histories, random, randomFacts, type History } from './history.ts'
import { programsHere, type Balances, type Program } from './programs.ts'

/** Jejak and the programs that auditors trust, on every account, at three dates: not a sen apart. */
const programs = programsHere()

it('the random history raises and lowers every account by every fact that can, with corrections of each kind', async () => {
  const facts = await random(0, ['b28a151b-1f13-8822-abf3-4cfe52a36ee3'])
  expect(untouchedIn(facts.map(({ fact }) => fact))).toEqual([])
  const corrected = facts.flatMap(({ fact }) => (fact.corrects ? [fact.corrects.how] : []))
  expect(new Set(corrected)).toEqual(new Set(['annul', 'replace', 'reverse']))
  expect(facts.length).toBeGreaterThan(randomFacts)
})

const listed = (balances: ReadonlyMap<string, bigint>): [string, bigint][] =>
  [...balances].filter(([, amount]) => amount !== 0n).toSorted(([a], [b]) => (a < b ? -1 : 1))

/** Three dates of a history: a third and two thirds through its days, and its last. */
function datesOf(facts: readonly Recorded[]): string[] {
  const dates = [...new Set(facts.map(({ fact }) => fact.effectiveOn))].toSorted()
  return [1 / 3, 2 / 3, 1].map((part) => dates[Math.ceil(dates.length * part) - 1] ?? '')
}

interface Page {
  readonly rows: readonly {
    readonly group: { readonly account: string }
    readonly balance: { readonly amount: string; readonly side: string }
  }[]
  readonly next: string | null
}

async function byApi(service: TestService, token: string, at: string): Promise<Balances> {
  const balances = new Map<string, bigint>()
  for (let cursor = ''; ;) {
    const { body, status } = await ask(service, { url: `/v1/ledger/balances?limit=500&at=${at}${cursor}`, token })
    expect(status).toBe(200)
    const { rows, next } = body as unknown as Page
    for (const { group, balance } of rows)
      balances.set(group.account, balance.side === 'credit' ? -sen(balance.amount) : sen(balance.amount))
    if (next === null) return balances
    cursor = `&cursor=${next}`
  }
}

const ends = ['spent', 'kept', 'returned', 'held'] as const
type End = 'released' | (typeof ends)[number]
interface Side {
  readonly amount: string
  readonly side: string
}
type PlanRow = Readonly<Record<End, Side>>
const signed = ({ amount, side }: Side): bigint => (side === 'credit' ? -sen(amount) : sen(amount))

/** Everything that a plan can be added up by, and some of it together. */
const sums =
  'source programme edition component fiscalYear fund area province city district region tranche proposal field source,tranche fund,area ' +
  'tranche,proposal source,region,field fund&source=APBN source&field=lingkungan'

async function planBy(service: TestService, token: string, by: string): Promise<{ rows: PlanRow[]; total: PlanRow }> {
  const rows: PlanRow[] = []
  for (let cursor = ''; ;) {
    const { body, status } = await ask(service, { url: `/v1/ledger/plan?limit=500&by=${by}${cursor}`, token })
    expect(status).toBe(200)
    const page = body as unknown as { rows: PlanRow[]; total: PlanRow; next: string | null }
    rows.push(...page.rows)
    if (page.next === null) return { rows, total: page.total }
    cursor = `&cursor=${page.next}`
  }
}

async function bySql(service: TestService, at: string): Promise<Balances> {
  const { rows } = await service.pool.query<{ name: string; sum: string }>(
    `select a.name, sum(p.amount_sen)::text as sum
    from views.ledger_postings p
    join views.ledger_accounts a on a.account = p.account
    where p.effective_on <= $1
    group by a.name`,
    [at],
  )
  return new Map(rows.map(({ name, sum }) => [name, BigInt(sum)]))
}

/** By the names that the domain has: a name that cannot be read back is no account. */
const readBack = (balances: Balances): Balances =>
  new Map([...balances].map(([name, amount]) => [accountNameOf(name) ?? `? ${name}`, amount]))

describe.each(Object.entries(histories))('%s', (_, history: History) => {
  let service: TestService
  let token: string
  let folder: string
  let facts: readonly Recorded[]
  beforeAll(async () => {
    service = await freshService()
    folder = await mkdtemp(path.join(tmpdir(), 'jejak-journals-'))
    const { rows } = await service.pool.query<{ id: string }>(
      `select id::text from reference.regions where level = 'kelurahan' order by code limit 5`,
    )
    const { log } = service.context
    facts = await history(
      (await log.head()).position,
      rows.map(({ id }) => id),
    )
    await append(log, facts)
    token = await service.token({ person: '0190a5f0-0000-7000-8000-00000000a0d1', roles: ['AUDITOR'], region: '' })
    const { position } = await log.head()
    expect(facts.at(-1)?.position).toBe(position)
    expect(await waitFor(service.pool, { projection: ledger.name, position, timeoutMs: 100_000 })).toBe('reached')
  }, 120_000)
  afterAll(async () => {
    await service.close()
    await rm(folder, { recursive: true, force: true })
  })

  const fileOf = ({ name }: Program): string => path.join(folder, `jejak.${name}`)

  it('journals are in order by the strictest rules of each program', async () => {
    await Promise.all(
      programs.map(async (program) => {
        const { text, status } = await ask(service, { url: `/v1/ledger/journal?format=${program.name}`, token })
        expect(status).toBe(200)
        await writeFile(fileOf(program), text)
        await program.check(fileOf(program))
      }),
    )
  }, 180_000)

  it('each transaction of a journal names its entities, never a person, and what it corrects', async () => {
    const { text } = await ask(service, { url: '/v1/ledger/journal?format=hledger', token })
    const told = new Map<string, string[]>()
    for (const transaction of text.split('\n\n')) {
      const [, code] = /^[0-9-]{10} \(([0-9]+)\)/.exec(transaction) ?? []
      const about = transaction.split('\n').filter((line) => line.startsWith('    ; '))
      if (code !== undefined) told.set(code, about.map((line) => line.slice('    ; '.length)).toSorted())
    }
    expect(told.size).toBeGreaterThan(30)
    const expected = facts.map(({ fact: { tags, corrects }, position }) => {
      const corrected = corrects === undefined ? [] : [`corrects: ${corrects.position}`, `how: ${corrects.how}`]
      const named = tags.filter((tag) => !tag.startsWith('person:')).map((tag) => tag.replace(':', ': '))
      return [String(position), [...corrected, ...named].toSorted()] as const
    })
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected.filter(([position]) => told.has(position))))
  })

  it.each(sums.split(' '))('in every row of the plan by %s released is what was spent, kept, returned and is held', async (by) => {
    const { rows, total } = await planBy(service, token, by)
    expect(rows.length).toBeGreaterThan(0)
    const wrong = [total, ...rows].filter((row) => signed(row.released) !== ends.reduce((sum, end) => sum + signed(row[end]), 0n))
    expect(wrong).toEqual([])
    // What is kept, spent and held stands in one row; where no tranche or proposal is told apart, so does what is released.
    const added = (end: End): bigint => rows.reduce((sum, row) => sum + signed(row[end]), 0n)
    for (const end of ['spent', 'kept', 'held'] as const) expect([by, end, added(end)]).toEqual([by, end, signed(total[end])])
    if (!/tranche|proposal|field/.test(by)) expect(added('released')).toBe(signed(total.released))
  })

  it('the domain, the view, the API and every program have the same balances on every account at three dates', async () => {
    for (const date of datesOf(facts)) {
      const expected = listed(byHand(facts, date))
      expect(expected.length).toBeGreaterThan(0)
      expect(expected.reduce((sum, [, amount]) => sum + amount, 0n)).toBe(0n)
      expect(listed(await bySql(service, date))).toEqual(expected)
      expect(listed(await byApi(service, token, date))).toEqual(expected)
      // Two at a time: each reads the whole journal.
      const found = await Promise.all(
        programs.map(async (program) => ({ ...program, told: readBack(await program.balances(fileOf(program), date)) })),
      )
      for (const { name, told } of found) expect([name, date, listed(told)]).toEqual([name, date, expected])
    }
  }, 180_000)
})
