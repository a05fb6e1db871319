import { sql, type RawBuilder } from 'kysely'
import { behind, counts, type LedgerStanding } from './ledger-filter.ts'

/** Money that has not moved for more than so many days by a date. */
export interface LyingStill {
  readonly days: number
  readonly at: string
}

/**
 * SQL of `idle`: accounts on which somebody holds money since the last movement that still stands, and their rows. What was annulled or
 * replaced moved nothing; what was reversed went out and came back, each on its day. `among` narrows the rows under the alias p.
 */
export const idleAt = (
  standing: Omit<LedgerStanding, 'trx'>,
  { days, at }: LyingStill,
  among: RawBuilder<unknown>,
): RawBuilder<unknown> => sql`
  with holding as (
    select p.account, a.kind, sum(p.amount_sen) as sen, ${behind('p')}
    from views.ledger_postings p
    join views.ledger_accounts a on a.account = p.account
    where a.role = 'held' and ${counts('p', standing)} ${among}
    group by p.account, a.kind
    having sum(p.amount_sen) > 0
  ),
  idle as (
    select h.*, m.since, m.position, ${at}::date - m.since::date as days
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
    where ${at}::date - m.since::date > ${days}::int
  )`
