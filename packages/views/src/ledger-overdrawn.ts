import { sql, type RawBuilder } from 'kysely'
import type { ViewsDb } from './database.ts'
import { behindOf } from './ledger-balances.ts'
import {
  counts,
  isAmong,
  ledgerAt,
  pageOfRows,
  type Behind,
  type LedgerFilter,
  type LedgerMoment,
  type LedgerPage,
  type LedgerStanding,
} from './ledger-filter.ts'
import { accountIn, accountsByNumber, type ToldAccount } from './ledger-statement.ts'

/** An account of a purse, and what stood on it at the end of the day on which the purse was lowest, in sen. */
export interface OverdrawnAccount {
  readonly account: ToldAccount
  readonly balanceSen: bigint
}

/** A purse out of which more had gone on some day than had come in by then; amounts in sen, below zero. */
export interface Overdrawn {
  /** Its accounts: money set aside for operating cost lies on the bank account of the board. */
  readonly accounts: readonly OverdrawnAccount[]
  /** The first day at whose end it stood below zero. */
  readonly since: string
  /** The day on which it no longer did, the last time; null while it still does. */
  readonly until: string | null
  /** Days at whose end it stood below zero. */
  readonly days: number
  readonly lowestOn: string
  readonly lowestSen: bigint
  /** The rows that make the lowest balance. */
  readonly postings: Behind
}

/** A page of purses, the deepest first, and how many there are. */
export interface OverdrawnPage {
  readonly position: number
  readonly count: number
  readonly rows: readonly Overdrawn[]
  readonly next?: number
}

interface Row {
  readonly pool: string
  readonly since: string
  readonly until: string | null
  readonly days: number
  readonly lowestOn: string
  readonly lowest: string
  readonly count: number
  readonly first: bigint
  readonly last: bigint
}
interface AccountRow {
  readonly pool: string
  readonly account: bigint
  readonly sen: string
}

/** What somebody holds, and the cash of a pool of loans: there must be as much there as goes out. */
const isPurse = sql`(a.role = 'held' or a.kind = 'loan-fund')`

/** Balances at the end of each day on which something moved, and among them those below zero. */
const overdrawnAt = (
  { at, ...standing }: Omit<LedgerStanding, 'trx'> & { readonly at: string },
  filter: LedgerFilter,
): RawBuilder<unknown> => sql`
  with purses as (
    select distinct a.pool from views.ledger_accounts a where ${isPurse} ${isAmong('a', filter)}
  ),
  moved as (
    select a.pool, p.effective_on as day, sum(p.amount_sen) as sen, count(*) as count, min(p.position) as first, max(p.position) as last
    from purses w
    join views.ledger_accounts a on a.pool = w.pool
    join views.ledger_postings p on p.account = a.account
    where ${isPurse} and ${counts('p', { ...standing, at })}
    group by a.pool, p.effective_on
  ),
  ran as (
    select pool, day, sum(sen) over w as sen, (sum(count) over w)::int as count, min(first) over w as first, max(last) over w as last,
      lead(day) over (partition by pool order by day) as next
    from moved window w as (partition by pool order by day)
  ),
  below as (select * from ran where sen < 0),
  spans as (
    select pool, min(day) as since, sum(coalesce(next::date, ${at}::date + 1) - day::date)::int as days,
      case when bool_or(next is null) then null else max(next) end as until
    from below group by pool
  ),
  lowest as (select distinct on (pool) pool, day, sen, count, first, last from below order by pool, sen, day),
  overdrawn as (
    select s.pool, s.since, s.until, s.days, l.day as lowest_on, l.sen as lowest, l.count, l.first, l.last
    from spans s join lowest l on l.pool = s.pool
  )`

/** The accounts of each purse with what stood on them on its lowest day. */
async function accountsOf({ trx, position }: LedgerStanding, rows: readonly Row[]): Promise<ReadonlyMap<string, OverdrawnAccount[]>> {
  const [pools, days] = [rows.map(({ pool }) => pool), rows.map(({ lowestOn }) => lowestOn)]
  const found = await sql<AccountRow>`
    select w.pool, a.account, sum(p.amount_sen)::text as sen
    from unnest(${pools}::text[], ${days}::text[]) as w(pool, day)
    join views.ledger_accounts a on a.pool = w.pool and ${isPurse}
    join views.ledger_postings p on p.account = a.account and p.effective_on <= w.day and p.position <= ${position}::bigint
    group by w.pool, a.account
    order by w.pool, a.account`.execute(trx)
  const known = await accountsByNumber(
    trx,
    found.rows.map(({ account }) => account),
  )
  const own = new Map<string, OverdrawnAccount[]>()
  for (const { pool, account, sen } of found.rows)
    own.set(pool, [...(own.get(pool) ?? []), { account: accountIn(known, account), balanceSen: BigInt(sen) }])
  return own
}

/**
 * Where more had gone out by the end of some day than had come in by then, whenever either was recorded: facts that are entered late, or
 * corrected, may leave a hole on days of which nobody asked when they were decided. What was reversed was gone until it came back. Throws
 * NotReadable.
 */
export const overdrawn = (
  db: ViewsDb,
  filter: LedgerFilter,
  moment: LedgerMoment & { readonly at: string },
  page: LedgerPage,
): Promise<OverdrawnPage> =>
  ledgerAt(db, moment, async (standing) => {
    const found = overdrawnAt({ position: standing.position, at: moment.at }, filter)
    const sums = await sql<{ count: number }>`${found} select count(*)::int as count from overdrawn`.execute(standing.trx)
    const { rows } = await sql<Row>`
      ${found}
      select pool, since, until, days, lowest_on, lowest::text, count, first, last from overdrawn
      order by overdrawn.lowest, pool
      limit ${page.limit + 1} offset ${page.after ?? 0}`.execute(standing.trx)
    const cut = pageOfRows(rows, page)
    const accounts = await accountsOf(standing, cut.rows)
    return {
      ...cut,
      count: sums.rows[0]?.count ?? 0,
      rows: cut.rows.map(({ pool, lowest, count, first, last, ...row }) => ({
        ...row,
        accounts: accounts.get(pool) ?? [],
        lowestSen: BigInt(lowest),
        postings: behindOf({ count, first, last }),
      })),
    }
  })
