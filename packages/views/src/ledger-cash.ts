import { sql, type RawBuilder } from 'kysely'
import type { ViewsDb } from './database.ts'
import { entityList } from './entity-list.ts'
import { behindOf } from './ledger-balances.ts'
import {
  behind,
  counts,
  isAmong,
  ledgerAt,
  pageOfRows,
  unknownWord,
  type Behind,
  type LedgerFilter,
  type LedgerMoment,
  type LedgerPage,
  type LedgerStanding,
} from './ledger-filter.ts'
import { pinOfFund } from './ledger-pins.ts'
import { accountIn, accountsByNumber, type ToldAccount } from './ledger-statement.ts'

/** What a revision of an edition allows with cash: days until it is spent or paid back, and the most that a holder may have, in sen. */
export interface CashLimits {
  readonly edition: string
  readonly revision: number
  readonly days?: number | undefined
  readonly mostSen?: bigint | undefined
}

/** Cash that was drawn and of which a part was neither spent nor paid back within the limit; amounts in sen. */
export interface CashDrawn {
  readonly account: ToldAccount
  /** Of the fact that drew it. */
  readonly position: number
  readonly drawnOn: string
  readonly dueOn: string
  readonly amountSen: bigint
  /** What was not accounted for at the end of the last day of the limit. */
  readonly overdueSen: bigint
  /** What is not accounted for still. */
  readonly openSen: bigint
  readonly days: number
}

/** Cash of a holder above the most that the edition allows, in sen. */
export interface CashHeld {
  readonly kind: string
  readonly institution: string | null
  readonly institutionName: string | null
  readonly area: string | null
  readonly edition: string
  readonly revision: number
  readonly heldSen: bigint
  readonly mostSen: bigint
  readonly postings: Behind
  /** The edition of all its accounts, where none of another revision has the same: they can be asked for by it. */
  readonly bookedUnder: string | null
}

/** A page of withdrawals, the oldest first, what all come to, and the holders above their limit. */
export interface CashPage {
  readonly position: number
  readonly rows: readonly CashDrawn[]
  readonly count: number
  readonly overdueSen: bigint
  readonly openSen: bigint
  readonly above: readonly CashHeld[]
  readonly next?: number
}

/** What to look for: by filter, under the limits of editions; `days` where one limit is asked for all. */
export interface CashAsked {
  readonly filter: LedgerFilter
  readonly limits: readonly CashLimits[]
  readonly days?: number | undefined
  /** Days where no edition says any. */
  readonly daysElse: number
  /** Only what is not accounted for still. */
  readonly stillOpen?: boolean | undefined
}

/** Accounts of cash with the limits that hold for them. Money of agreements stands under the edition of the proposal. */
function boxes({ filter, limits, days, daysElse }: CashAsked): RawBuilder<unknown> {
  const rows = limits.map(({ edition, revision, days: own, mostSen }) => ({ edition, revision, days: own, most: mostSen?.toString() }))
  return sql`
  limits as (
    select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as l(edition text, revision int, days int, most bigint)
  ),
  boxes as (
    select a.account, a.kind, a.fund, a.proposal, a.institution, a.institution_name, a.area,
      coalesce(a.edition, ${unknownWord}) as booked_under,
      coalesce(${days ?? null}::int, l.days, ${daysElse}::int) as days, l.most, l.edition, l.revision
    from views.ledger_accounts a
    ${pinOfFund('a')}
    left join views.entity_list works on works.entity = 'proposal:' || a.proposal
    left join limits l on l.edition = coalesce(pin.edition, works.edition_id)
      and l.revision = coalesce(pin.revision, works.edition_revision)
    where a.kind in ('group-cash', 'board-cash') ${isAmong('a', filter)}
  )`
}

/**
 * The boxes that cash was carried over between as cash, as one: whose it is has not changed, and nothing was accounted for by it. Only
 * those of one holder and one fund can be, which have the same limit.
 */
const joined = (standing: Omit<LedgerStanding, 'trx'>): RawBuilder<unknown> => sql`
  near as (
    select distinct s.account, b.days
    from boxes b
    join views.ledger_accounts s on s.fund = b.fund and s.kind = b.kind and s.proposal is not distinct from b.proposal
  ),
  carried as (
    select distinct p.account as one, p.counter as other
    from views.ledger_postings p
    join near a on a.account = p.account
    join near b on b.account = p.counter
    where ${counts('p', standing)}
  ),
  reached as (
    select account, account as box from near
    union
    select c.other, r.box from reached r join carried c on c.one = r.account
  ),
  joined as (
    select r.account, min(r.box) as box, n.days from reached r join near n on n.account = r.account group by r.account, n.days
  )`

/**
 * What came first is accounted for first, as in flows: a withdrawal is, once as much has left the box as had come into it up to then. It
 * stays with the account on which it was drawn.
 */
const overdueAt = (standing: LedgerStanding & { readonly at: string }, asked: CashAsked): RawBuilder<unknown> => sql`
  with recursive ${boxes(asked)},
  ${joined(standing)},
  moved as (
    select j.box, j.days, p.origin, p.effective_on, min(p.account) as account, min(p.fact_type) as type, min(p.position) as position,
      sum(p.amount_sen) as sen
    from views.ledger_postings p
    join joined j on j.account = p.account
    where ${counts('p', standing)}
    group by j.box, j.days, p.origin, p.effective_on
    having sum(p.amount_sen) <> 0
  ),
  ran as (
    select *, sum(greatest(sen, 0)) over (partition by box order by effective_on, origin::bigint) as into_box,
      sum(greatest(-sen, 0)) over (partition by box) as out_of_box
    from moved
  ),
  drawn as (
    select *, effective_on::date + days as due
    from ran
    where sen > 0 and type in ('proposal.CashDrawn', 'tranche.CashDrawn') and account in (select account from boxes)
  ),
  steps as (
    select box, effective_on::date as day, -sen as sen, null::text as origin, null::text as drawn_on from moved where sen < 0
    union all
    select box, due, 0, origin, effective_on from drawn
  ),
  left_by as (
    select box, origin, drawn_on, sum(sen) over (partition by box order by day) as sen from steps
  ),
  told as (
    select d.account, d.position, d.effective_on as drawn_on, d.due::text as due_on, d.days, d.sen as amount,
      least(d.sen, greatest(d.into_box - l.sen, 0)) as overdue, least(d.sen, greatest(d.into_box - d.out_of_box, 0)) as open
    from drawn d
    join left_by l on l.box = d.box and l.origin = d.origin and l.drawn_on = d.effective_on
    where d.due < ${standing.at}::date
  ),
  overdue as (select * from told where overdue > 0 ${asked.stillOpen === true ? sql`and open > 0` : sql``})`

interface Row {
  readonly account: bigint
  readonly position: bigint
  readonly drawnOn: string
  readonly dueOn: string
  readonly days: number
  readonly amount: string
  readonly overdue: string
  readonly open: string
}
interface HeldRow extends Omit<CashHeld, 'heldSen' | 'mostSen' | 'postings'> {
  readonly held: string
  readonly most: string
  readonly count: number
  readonly first: bigint | null
  readonly last: bigint | null
}

const holdersMax = 500

async function aboveAt({ trx, ...standing }: LedgerStanding, asked: CashAsked): Promise<CashHeld[]> {
  const { rows } = await sql<HeldRow>`
    with ${boxes(asked)},
    held as (
      select b.kind, b.institution, max(b.institution_name) as institution_name, b.area, b.edition, b.revision, b.most,
        sum(p.amount_sen) as held, ${behind('p')}, array_agg(distinct b.booked_under) as books
      from views.ledger_postings p
      join boxes b on b.account = p.account
      where ${counts('p', standing)} and b.most is not null
      group by b.kind, b.institution, b.area, b.edition, b.revision, b.most
    )
    select kind, institution, institution_name, area, edition, revision, most::text, held::text, count, first, last,
      case when cardinality(books) = 1 and not exists (
        select from boxes o
        where o.kind = h.kind and o.booked_under = books[1] and (o.edition, o.revision) is distinct from (h.edition, h.revision)
          and o.institution is not distinct from h.institution and o.area is not distinct from h.area
      ) then books[1] end as booked_under
    from held h
    where h.held > h.most
    order by h.held - h.most desc, institution, kind
    limit ${holdersMax}`.execute(trx)
  return rows.map(({ held, most, count, first, last, ...row }) => ({
    ...row,
    heldSen: BigInt(held),
    mostSen: BigInt(most),
    postings: behindOf({ count, first, last }),
  }))
}

/**
 * F8: cash that was drawn and not spent or paid back within the days of the edition, and holders with more cash than it allows, at most
 * 500. Throws NotReadable.
 */
export const cashLying = (
  db: ViewsDb,
  asked: CashAsked,
  moment: LedgerMoment & { readonly at: string },
  page: LedgerPage,
): Promise<CashPage> =>
  ledgerAt(
    db,
    moment,
    async (standing) => {
      const overdue = overdueAt({ ...standing, at: moment.at }, asked)
      const sums = await sql<{ count: number; overdue: string; open: string }>`
        ${overdue} select count(*)::int as count, coalesce(sum(overdue), 0)::text as overdue, coalesce(sum(open), 0)::text as open
        from overdue`.execute(standing.trx)
      const { rows } = await sql<Row>`
        ${overdue}
        select account, position, drawn_on, due_on, days, amount::text, overdue::text, open::text from overdue
        order by drawn_on, position, account
        limit ${page.limit + 1} offset ${page.after ?? 0}`.execute(standing.trx)
      const cut = pageOfRows(rows, page)
      const accounts = await accountsByNumber(
        standing.trx,
        cut.rows.map(({ account }) => account),
      )
      const [sum] = sums.rows
      return {
        ...cut,
        count: sum?.count ?? 0,
        overdueSen: BigInt(sum?.overdue ?? 0),
        openSen: BigInt(sum?.open ?? 0),
        above: await aboveAt(standing, asked),
        rows: cut.rows.map(({ account, position, amount, overdue: late, open, ...row }) => ({
          ...row,
          account: accountIn(accounts, account),
          position: Number(position),
          amountSen: BigInt(amount),
          overdueSen: BigInt(late),
          openSen: BigInt(open),
        })),
      }
    },
    [entityList],
  )
