import { sql, type RawBuilder } from 'kysely'
import type { ViewsDb } from './database.ts'
import {
  behind,
  counts,
  ledgerAt,
  keyBy,
  ofAccounts,
  pageOfRows,
  type Behind,
  type LedgerGrouping,
  type LedgerFilter,
  type LedgerMoment,
  type LedgerPage,
  type LedgerStanding,
} from './ledger-filter.ts'

/** What a group of accounts comes to, in sen: what came in less what went out is the balance. */
export interface LedgerBalance {
  /** By the dimensions asked for; null where no fact has told it. */
  readonly group: Readonly<Partial<Record<LedgerGrouping, string | null>>>
  readonly accounts: number
  readonly debitSen: bigint
  readonly creditSen: bigint
  readonly balanceSen: bigint
  readonly postings: Behind
}

/** Sums of bigint are numeric: they come as text, so that no digit is lost and nothing overflows. */
interface SumRow {
  readonly key: readonly (string | null)[]
  readonly accounts: number
  readonly debit: string
  readonly credit: string
  readonly count: number
  readonly first: bigint | null
  readonly last: bigint | null
}

/** Rows of the accounts of a filter that count at a moment, added up by account: for `with`. */
const sums = (standing: LedgerStanding, among: RawBuilder<unknown>): RawBuilder<unknown> => sql`sums as (
    select p.account,
      coalesce(sum(p.amount_sen) filter (where p.amount_sen > 0), 0) as debit,
      coalesce(sum(-p.amount_sen) filter (where p.amount_sen < 0), 0) as credit,
      ${behind('p')}
    from views.ledger_postings p
    where ${counts('p', standing)}
      ${among}
    group by p.account
  )`

const told = ({ key, accounts, debit, credit, count, first, last }: SumRow, by: readonly LedgerGrouping[]): LedgerBalance => ({
  group: Object.fromEntries(by.map((dimension, index) => [dimension, key[index] ?? null])),
  accounts,
  debitSen: BigInt(debit),
  creditSen: BigInt(credit),
  balanceSen: BigInt(debit) - BigInt(credit),
  postings: behindOf({ count, first, last }),
})

/** What stands behind a row of SQL. */
export const behindOf = ({ count, first, last }: Pick<SumRow, 'count' | 'first' | 'last'>): Behind => ({
  count,
  first: first === null ? null : Number(first),
  last: last === null ? null : Number(last),
})

async function groupsAt(standing: LedgerStanding, filter: LedgerFilter, by: readonly LedgerGrouping[], page: LedgerPage) {
  const key = keyBy('a', by)
  const among = await ofAccounts(standing.trx, 'p', filter)
  const { rows } = await sql<SumRow & { readonly total: boolean }>`
    with ${sums(standing, among)},
    grouped as materialized (
      select ${key} as key, count(*)::int as accounts, sum(s.debit) as debit, sum(s.credit) as credit,
        sum(s.count) as count, min(s.first) as first, max(s.last) as last
      from sums s
      join views.ledger_accounts a on a.account = s.account
      group by 1
    )
    select true as total, array[]::text[] as key, coalesce(sum(accounts), 0)::int as accounts, coalesce(sum(debit), 0)::text as debit,
      coalesce(sum(credit), 0)::text as credit, coalesce(sum(count), 0)::int as count, min(first) as first, max(last) as last
    from grouped
    union all (
      select false, key, accounts, debit::text, credit::text, count::int, first, last
      from grouped
      order by key
      ${pageSql(page)}
    )`.execute(standing.trx)
  const [total, ...groups] = rows.toSorted((a, b) => Number(b.total) - Number(a.total))
  return { total: total === undefined ? nothing : told(total, []), rows: groups.map((row) => told(row, by)) }
}

const pageSql = ({ limit, after = 0 }: LedgerPage): RawBuilder<unknown> => sql`limit ${limit + 1} offset ${after}`

/** A page of balances, and what all of them come to. */
export interface LedgerBalances {
  readonly position: number
  readonly rows: readonly LedgerBalance[]
  readonly total: LedgerBalance
  readonly next?: number
}

const nothing: LedgerBalance = {
  group: {},
  accounts: 0,
  debitSen: 0n,
  creditSen: 0n,
  balanceSen: 0n,
  postings: { count: 0, first: null, last: null },
}

/** What stands on the accounts of a filter at a moment, added up by some of their dimensions. Throws NotReadable. */
export const ledgerBalances = (
  db: ViewsDb,
  filter: LedgerFilter,
  moment: LedgerMoment,
  by: readonly LedgerGrouping[],
  page: LedgerPage,
): Promise<LedgerBalances> =>
  ledgerAt(db, moment, async (standing) => {
    const { total, rows } = await groupsAt(standing, filter, by, page)
    return { total, ...pageOfRows(rows, page) }
  })

/** An account over a time, in sen. */
export interface TrialRow {
  readonly role: string
  readonly account: string | null
  readonly openingSen: bigint
  readonly debitSen: bigint
  readonly creditSen: bigint
  readonly closingSen: bigint
  readonly postings: Behind
}

interface TrialSums {
  readonly role: string
  readonly account: string | null
  readonly opening: string
  readonly debit: string
  readonly credit: string
  readonly count: number
  readonly first: bigint | null
  readonly last: bigint | null
}

const within = (from: string | undefined, condition: RawBuilder<unknown>): RawBuilder<unknown> =>
  from === undefined ? condition : sql`p.effective_on >= ${from} and ${condition}`

async function trialAt(
  standing: LedgerStanding,
  filter: LedgerFilter,
  from: string | undefined,
  page: LedgerPage | undefined,
): Promise<TrialRow[]> {
  const opening = from === undefined ? sql`0` : sql`coalesce(sum(p.amount_sen) filter (where p.effective_on < ${from}), 0)`
  const { rows } = await sql<TrialSums>`
    with moved as (
      select p.account,
        ${opening} as opening,
        coalesce(sum(p.amount_sen) filter (where ${within(from, sql`p.amount_sen > 0`)}), 0) as debit,
        coalesce(sum(-p.amount_sen) filter (where ${within(from, sql`p.amount_sen < 0`)}), 0) as credit,
        ${behind('p')}
      from views.ledger_postings p
      where ${counts('p', standing)}
        ${await ofAccounts(standing.trx, 'p', filter)}
      group by p.account
    )
    select a.role, ${page === undefined ? sql`null::text` : sql`a.name`} as account,
      sum(m.opening)::text as opening, sum(m.debit)::text as debit, sum(m.credit)::text as credit,
      sum(m.count)::int as count, min(m.first) as first, max(m.last) as last
    from moved m
    join views.ledger_accounts a on a.account = m.account
    group by 1, 2
    order by 1, 2
    ${page === undefined ? sql`` : pageSql(page)}`.execute(standing.trx)
  return rows.map(({ role, account, opening: before, debit, credit, ...row }) => ({
    role,
    account,
    openingSen: BigInt(before),
    debitSen: BigInt(debit),
    creditSen: BigInt(credit),
    closingSen: BigInt(before) + BigInt(debit) - BigInt(credit),
    postings: behindOf(row),
  }))
}

/** A page of a trial balance; by role and in all it is of every account, whatever the page. */
export interface TrialBalance {
  readonly position: number
  readonly roles: readonly TrialRow[]
  readonly rows: readonly TrialRow[]
  /** Of all accounts: zero, or the books are wrong. */
  readonly sumSen: bigint
  readonly next?: number
}

/** What stood on each account before a date, what moved since and what stands at the moment. Throws NotReadable. */
export const trialBalance = (
  db: ViewsDb,
  filter: LedgerFilter,
  moment: LedgerMoment & { readonly from?: string | undefined },
  page: LedgerPage,
): Promise<TrialBalance> =>
  ledgerAt(db, moment, async (standing) => {
    const roles = await trialAt(standing, filter, moment.from, undefined)
    const rows = await trialAt(standing, filter, moment.from, page)
    return { roles, sumSen: roles.reduce((sum, { closingSen }) => sum + closingSen, 0n), ...pageOfRows(rows, page) }
  })
