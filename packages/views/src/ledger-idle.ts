import { sql } from 'kysely'
import type { ViewsDb } from './database.ts'
import { behindOf } from './ledger-balances.ts'
import { ledgerAt, ofAccounts, pageOfRows, type Behind, type LedgerFilter, type LedgerMoment, type LedgerPage } from './ledger-filter.ts'
import { accountIn, accountsByNumber, type ToldAccount } from './ledger-statement.ts'
import { idleAt } from './ledger-still.ts'

/** Money that lies on an account: since the last movement that still stands, in sen. */
export interface IdleMoney {
  readonly account: ToldAccount
  readonly balanceSen: bigint
  readonly since: string
  /** The last fact that moved money there. */
  readonly position: number
  readonly days: number
  /** Behind the balance. */
  readonly postings: Behind
}

/** A page of idle money, the longest first, and what all of it comes to by kind of account. */
export interface IdlePage {
  readonly position: number
  readonly rows: readonly IdleMoney[]
  readonly kinds: readonly {
    readonly kind: string
    readonly accounts: number
    readonly balanceSen: bigint
    readonly postings: Behind
  }[]
  readonly next?: number
}

interface Sums {
  readonly sen: string
  readonly count: number
  readonly first: bigint | null
  readonly last: bigint | null
}
interface Row extends Sums {
  readonly account: bigint
  readonly kind: string
  readonly since: string
  readonly position: bigint
  readonly days: number
}

/**
 * money that somebody holds and that has not moved for more than so many days by a date. What was annulled or replaced moved nothing;
 * what was reversed went out and came back, each on its day. Throws NotReadable.
 */
export const idleMoney = (
  db: ViewsDb,
  filter: LedgerFilter,
  moment: LedgerMoment & { readonly at: string },
  days: number,
  page: LedgerPage,
): Promise<IdlePage> =>
  ledgerAt(db, moment, async (standing) => {
    const idle = idleAt(standing, { days, at: moment.at }, await ofAccounts(standing.trx, 'p', filter))
    const kinds = await sql<Sums & { kind: string; accounts: number }>`
      ${idle}
      select kind, count(*)::int as accounts, sum(sen)::text as sen, sum(count)::int as count, min(first) as first, max(last) as last
      from idle group by kind order by kind`.execute(standing.trx)
    const { rows } = await sql<Row>`
      ${idle} select account, kind, sen::text, since, position, days, count, first, last from idle
      order by days desc, account
      limit ${page.limit + 1} offset ${page.after ?? 0}`.execute(standing.trx)
    const cut = pageOfRows(rows, page)
    const accounts = await accountsByNumber(
      standing.trx,
      cut.rows.map(({ account }) => account),
    )
    return {
      ...cut,
      kinds: kinds.rows.map(({ kind, accounts: own, sen, ...row }) => ({
        kind,
        accounts: own,
        balanceSen: BigInt(sen),
        postings: behindOf(row),
      })),
      rows: cut.rows.map(({ account, sen, since, position, days: lain, ...row }) => ({
        account: accountIn(accounts, account),
        balanceSen: BigInt(sen),
        since,
        position: Number(position),
        days: lain,
        postings: behindOf(row),
      })),
    }
  })
