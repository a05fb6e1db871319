import { sql, type RawBuilder } from 'kysely'
import type { ViewsDb } from './database.ts'
import {
  behind,
  counts,
  isAmong,
  ledgerAt,
  keyBy,
  ofAccounts,
  pageOfRows,
  regionsBy,
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
  readonly debitSen: bigint
  readonly creditSen: bigint
  readonly balanceSen: bigint
  readonly postings: Behind
}

/** Sums of bigint are numeric: they come as text, so that no digit is lost and nothing overflows. */
interface SumRow {
  readonly key: readonly (string | null)[]
  readonly debit: string
  readonly credit: string
  readonly count: number
  readonly first: bigint | null
  readonly last: bigint | null
}

/** What rows add up to, under an alias. */
const added = sql`coalesce(sum(p.amount_sen) filter (where p.amount_sen > 0), 0)::text as debit,
      coalesce(sum(-p.amount_sen) filter (where p.amount_sen < 0), 0)::text as credit, ${behind('p')}`

const told = ({ key, debit, credit, count, first, last }: SumRow, by: readonly LedgerGrouping[]): LedgerBalance => ({
  group: Object.fromEntries(by.map((dimension, index) => [dimension, key[index] ?? null])),
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

interface Balances {
  readonly total: LedgerBalance
  readonly rows: readonly LedgerBalance[]
  readonly next?: number
}

const pageSql = ({ limit, after = 0 }: LedgerPage): RawBuilder<unknown> => sql`limit ${limit + 1} offset ${after}`

async function totalAt(standing: LedgerStanding, among: RawBuilder<unknown>): Promise<LedgerBalance> {
  const { rows } = await sql<SumRow>`
    select array[]::text[] as key, ${added}
    from views.ledger_postings p
    where ${counts('p', standing)} ${among}`.execute(standing.trx)
  const [row] = rows
  return row === undefined ? nothing : told(row, [])
}

/** A page of accounts that were known at the position, by name; some of them may have no row that counts. */
async function accountsAt({ trx, position }: LedgerStanding, filter: LedgerFilter, page: LedgerPage) {
  const { rows } = await sql<{ account: bigint }>`
    select a.account from views.ledger_accounts a
    where a.account < ${position + 1}::bigint * 10000 ${isAmong('a', filter)}
    order by a.name
    ${pageSql(page)}`.execute(trx)
  const { rows: shown, ...next } = pageOfRows(rows, page)
  return { ...next, isShown: sql`p.account = any(${shown.map(({ account }) => String(account))}::bigint[])` }
}

/** Account by account: only those of the page are added up. */
async function oneByOne(standing: LedgerStanding, filter: LedgerFilter, page: LedgerPage): Promise<Balances> {
  const { isShown, ...next } = await accountsAt(standing, filter, page)
  const { rows } = await sql<SumRow>`
    select array[a.name] as key, ${added}
    from views.ledger_postings p
    join views.ledger_accounts a on a.account = p.account
    where ${isShown} and ${counts('p', standing)}
    group by a.name
    order by a.name`.execute(standing.trx)
  const total = await totalAt(standing, await ofAccounts(standing.trx, 'p', filter))
  return { ...next, total, rows: rows.map((row) => told(row, ['account'])) }
}

async function grouped(standing: LedgerStanding, filter: LedgerFilter, by: readonly LedgerGrouping[], page: LedgerPage): Promise<Balances> {
  const among = await ofAccounts(standing.trx, 'p', filter)
  const { rows } = await sql<SumRow>`
    select ${keyBy('a', by)} as key, ${added}
    from views.ledger_postings p
    join views.ledger_accounts a on a.account = p.account
    ${regionsBy('a', by)}
    where ${counts('p', standing)} ${among}
    group by 1
    order by 1
    ${pageSql(page)}`.execute(standing.trx)
  const { rows: shown, ...next } = pageOfRows(rows, page)
  return { ...next, total: await totalAt(standing, among), rows: shown.map((row) => told(row, by)) }
}

/** A page of balances, and what all of them come to. */
export interface LedgerBalances {
  readonly position: number
  readonly rows: readonly LedgerBalance[]
  readonly total: LedgerBalance
  readonly next?: number
}

const nothing: LedgerBalance = {
  group: {},
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
  ledgerAt(db, moment, (standing) =>
    by.length === 1 && by[0] === 'account' ? oneByOne(standing, filter, page) : grouped(standing, filter, by, page),
  )

/** An account over a time, in sen. */
export interface TrialRow {
  readonly role: string
  readonly account: string | null
  readonly openingSen: bigint
  readonly debitSen: bigint
  readonly creditSen: bigint
  readonly closingSen: bigint
  /** Behind the opening balance. */
  readonly before: Behind
  /** Behind debit and credit. */
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
  readonly countBefore: number
  readonly firstBefore: bigint | null
  readonly lastBefore: bigint | null
}

const within = (from: string | undefined, condition: RawBuilder<unknown>): RawBuilder<unknown> =>
  from === undefined ? condition : sql`p.effective_on >= ${from} and ${condition}`

async function trialAt(
  { trx, ...standing }: LedgerStanding,
  from: string | undefined,
  among: RawBuilder<unknown>,
  byAccount: boolean,
): Promise<TrialRow[]> {
  const isBefore = from === undefined ? sql`false` : sql`p.effective_on < ${from}`
  const [before, since] = [sql`filter (where ${isBefore})`, sql`filter (where not ${isBefore})`]
  const { rows } = await sql<TrialSums>`
    select a.role, ${byAccount ? sql`a.name` : sql`null::text`} as account,
      coalesce(sum(p.amount_sen) ${before}, 0)::text as opening,
      coalesce(sum(p.amount_sen) filter (where ${within(from, sql`p.amount_sen > 0`)}), 0)::text as debit,
      coalesce(sum(-p.amount_sen) filter (where ${within(from, sql`p.amount_sen < 0`)}), 0)::text as credit,
      count(*) ${since}::int as count, min(p.position) ${since} as first, max(p.position) ${since} as last,
      count(*) ${before}::int as count_before, min(p.position) ${before} as first_before, max(p.position) ${before} as last_before
    from views.ledger_postings p
    join views.ledger_accounts a on a.account = p.account
    where ${counts('p', standing)} ${among}
    group by 1, 2
    order by 2, 1`.execute(trx)
  return rows.map(({ role, account, opening, debit, credit, ...row }) => ({
    role,
    account,
    openingSen: BigInt(opening),
    debitSen: BigInt(debit),
    creditSen: BigInt(credit),
    closingSen: BigInt(opening) + BigInt(debit) - BigInt(credit),
    before: behindOf({ count: row.countBefore, first: row.firstBefore, last: row.lastBefore }),
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
    const roles = await trialAt(standing, moment.from, await ofAccounts(standing.trx, 'p', filter), false)
    const { isShown, ...next } = await accountsAt(standing, filter, page)
    const rows = await trialAt(standing, moment.from, sql`and ${isShown}`, true)
    return { ...next, roles, rows, sumSen: roles.reduce((sum, { closingSen }) => sum + closingSen, 0n) }
  })
