import { sql } from 'kysely'
import type { ViewsDb } from './database.ts'
import { counts, ledgerAt, ofAccounts, pageOfRows, type LedgerFilter, type LedgerMoment, type LedgerPage } from './ledger-filter.ts'
import { accountIn, accountsByNumber, type ToldAccount } from './ledger-statement.ts'

/** Money that lies on an account: since the last movement that still stands, in sen. */
export interface IdleMoney {
  readonly account: ToldAccount
  readonly balanceSen: bigint
  readonly since: string
  /** The last fact that moved money there. */
  readonly position: number
  readonly days: number
}

/** A page of idle money, the longest first, and what all of it comes to by kind of account. */
export interface IdlePage {
  readonly position: number
  readonly rows: readonly IdleMoney[]
  readonly kinds: readonly { readonly kind: string; readonly accounts: number; readonly balanceSen: bigint }[]
  readonly next?: number
}

interface Row {
  readonly account: bigint
  readonly kind: string
  readonly sen: string
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
    const idle = sql`
      with holding as (
        select p.account, a.kind, sum(p.amount_sen) as sen
        from views.ledger_postings p
        join views.ledger_accounts a on a.account = p.account
        where a.role = 'held' and ${counts('p', standing)} ${await ofAccounts(standing.trx, 'p', filter)}
        group by p.account, a.kind
        having sum(p.amount_sen) > 0
      ),
      idle as (
        select h.account, h.kind, h.sen, m.since, m.position, ${moment.at}::date - m.since::date as days
        from holding h
        cross join lateral (
          select s.on as since, s.position
          from (
            select p.effective_on as on, max(p.position) as position
            from views.ledger_postings p
            where p.account = h.account and ${counts('p', standing)}
            group by p.origin, p.counter, p.effective_on
            having sum(p.amount_sen) <> 0
          ) s
          order by s.on desc, s.position desc
          limit 1
        ) m
        where ${moment.at}::date - m.since::date > ${days}::int
      )`
    const kinds = await sql<{ kind: string; accounts: number; sen: string }>`
      ${idle} select kind, count(*)::int as accounts, sum(sen)::text as sen from idle group by kind order by kind`.execute(standing.trx)
    const { rows } = await sql<Row>`
      ${idle} select account, kind, sen::text, since, position, days from idle
      order by days desc, account
      limit ${page.limit + 1} offset ${page.after ?? 0}`.execute(standing.trx)
    const cut = pageOfRows(rows, page)
    const accounts = await accountsByNumber(
      standing.trx,
      cut.rows.map(({ account }) => account),
    )
    return {
      ...cut,
      kinds: kinds.rows.map(({ sen, ...row }) => ({ ...row, balanceSen: BigInt(sen) })),
      rows: cut.rows.map(({ account, sen, since, position, days: lain }) => ({
        account: accountIn(accounts, account),
        balanceSen: BigInt(sen),
        since,
        position: Number(position),
        days: lain,
      })),
    }
  })
