import { sql, type RawBuilder } from 'kysely'
import type { ViewsDb } from './database.ts'
import { entityList } from './entity-list.ts'
import { behindOf } from './ledger-balances.ts'
import { ownContribution } from './ledger-dimensions.ts'
import {
  counts,
  isAmong,
  ledgerAt,
  ofAccounts,
  pageOfRows,
  unknownWord,
  type Behind,
  type LedgerFilter,
  type LedgerMoment,
  type LedgerPage,
  type LedgerStanding,
} from './ledger-filter.ts'
import { pinOfFund } from './ledger-pins.ts'
import { plansAt } from './ledger-plan.ts'

/** The day on which an edition closes a fiscal year. */
export interface YearClosing {
  readonly edition: string
  readonly revision: number
  readonly year: string
  readonly on: string
}

/** Money that somebody holds of a fund, in sen. */
export interface LyingMoney {
  readonly kind: string
  readonly source: string | null
  readonly institution: string | null
  readonly institutionName: string | null
  readonly amountSen: bigint
}

/** A tranche of which nothing was released, and where it stands now; null where it has not been opened. */
export interface WaitingTranche {
  readonly tranche: string
  readonly ordinal: number | null
  readonly amountSen: bigint
  readonly stage: string | null
  readonly since: string | null
}

/** An allocation whose money is not all used, and the day on which its year ends; amounts in sen. */
export interface EndingYear {
  readonly fund: string
  readonly fiscalYear: string
  readonly closesOn: string
  /** Whether the edition names that day; else it is the last of the calendar year. */
  readonly byEdition: boolean
  readonly edition: string | null
  readonly revision: number | null
  readonly source: string | null
  readonly programme: string | null
  readonly area: string | null
  readonly plannedSen: bigint
  readonly releasedSen: bigint
  readonly spentSen: bigint
  /** Planned and not released. */
  readonly toReleaseSen: bigint
  /** Released and neither spent, kept nor given back. */
  readonly heldSen: bigint
  readonly plans: Behind
  readonly postings: Behind
  /** The one source of all accounts behind these sums; null where there are none, or several. */
  readonly bookedUnder: string | null
  readonly lies: readonly LyingMoney[]
  readonly tranches: readonly WaitingTranche[]
}

/** What is not released and not spent of all allocations whose year ends on a day. */
export interface YearEndSum {
  readonly closesOn: string
  readonly funds: number
  readonly toReleaseSen: bigint
  readonly heldSen: bigint
}

/** A page of allocations, those first whose year ends first, and sums of all. */
export interface YearEndPage {
  readonly position: number
  readonly rows: readonly EndingYear[]
  readonly sums: readonly YearEndSum[]
  readonly next?: number
}

/** What to list: by filter, of years that end by a day at the latest. */
export interface YearEndAsked {
  readonly filter: LedgerFilter
  readonly closings: readonly YearClosing[]
  readonly until?: string | undefined
}

type Sums = 'plannedSen' | 'releasedSen' | 'spentSen' | 'toReleaseSen' | 'heldSen'
interface Row extends Omit<EndingYear, Sums | 'plans' | 'postings' | 'lies' | 'tranches'> {
  readonly planned: string
  readonly released: string
  readonly spent: string
  readonly toRelease: string
  readonly held: string
  readonly planPosition: bigint
  readonly count: number
  readonly first: bigint | null
  readonly last: bigint | null
}

/** What residents give in cash lies on accounts of the fund too: it was never released, and no year ends for it. */
const ofGrant = sql`and a.source is distinct from ${ownContribution}`

const closingRows = (closings: readonly YearClosing[]): RawBuilder<unknown> => sql`
  closings as (
    select * from jsonb_to_recordset(${JSON.stringify(closings)}::jsonb) as c(edition text, revision int, year text, "on" text)
  )`

/** A standing of the tables with the rows that a filter leaves, under the alias p. */
interface Among extends LedgerStanding {
  readonly among: RawBuilder<unknown>
}

/** Allocations of which something is not released or not spent, each with the day on which its year ends. */
const endingAt = ({ among, ...standing }: Among, { filter, closings, until }: YearEndAsked) => sql`
  with ${plansAt(standing, 'fund')},
  ${closingRows(closings)},
  moved as (
    select a.fund,
      sum(-p.amount_sen) filter (where a.role = 'source' and p.nth % 2 = 0) as released,
      sum(p.amount_sen) filter (where a.role = 'spent') as spent,
      sum(p.amount_sen) filter (where a.role = 'held') as held,
      count(*)::int as count, min(p.position) as first, max(p.position) as last,
      case when count(distinct coalesce(a.source, ${unknownWord})) = 1 then min(coalesce(a.source, ${unknownWord})) end as booked_under
    from views.ledger_postings p
    join views.ledger_accounts a on a.account = p.account
    where ${counts('p', standing)} and a.role <> 'memorandum' and starts_with(a.fund, 'allocation:') ${ofGrant} ${among}
    group by a.fund
  ),
  known as (
    select l.entity as fund, l.fiscal_year, coalesce(c."on", l.fiscal_year || '-12-31') as closes_on, c."on" is not null as by_edition,
      pin.edition, pin.revision, l.source, l.programme, l.area, l.amount_sen as planned, l.position as plan_position,
      coalesce(m.released, 0) as released, coalesce(m.spent, 0) as spent, coalesce(m.held, 0) as held,
      greatest(l.amount_sen - coalesce(m.released, 0), 0) as to_release, coalesce(m.count, 0) as count, m.first, m.last,
      m.booked_under
    from plans l
    ${pinOfFund('l')}
    left join closings c on c.edition = pin.edition and c.revision = pin.revision and c.year = l.fiscal_year
    left join moved m on m.fund = l.entity
    where l.kind = 'allocation' and l.fiscal_year ~ '^[0-9]{4}$' ${isAmong('l', filter)}
  ),
  ending as (
    select * from known where (to_release > 0 or held > 0) ${until === undefined ? sql`` : sql`and closes_on <= ${until}`}
  )`

type OfFund<T> = Omit<T, 'amountSen'> & { readonly fund: string; readonly sen: string }
type Lying = OfFund<LyingMoney>
type Waiting = OfFund<WaitingTranche>

/** Where the money of funds lies. */
async function lyingIn({ trx, among, ...standing }: Among, funds: readonly string[]) {
  const { rows } = await sql<Lying>`
    select a.fund, a.kind, a.source, a.institution, max(a.institution_name) as institution_name, sum(p.amount_sen)::text as sen
    from views.ledger_postings p
    join views.ledger_accounts a on a.account = p.account
    where ${counts('p', standing)} and a.role = 'held' and a.fund = any(${funds}::text[]) ${ofGrant} ${among}
    group by a.fund, a.kind, a.source, a.institution
    having sum(p.amount_sen) <> 0
    order by a.fund, sum(p.amount_sen) desc, a.kind, a.institution, a.source`.execute(trx)
  return Map.groupBy(rows, ({ fund }) => fund)
}

/** Tranches that are planned and of which the treasury has paid nothing. */
async function waitingIn({ trx, among, ...standing }: Among, funds: readonly string[]) {
  const { rows } = await sql<Waiting>`
    with ${plansAt(standing, 'tranche')},
    released as (
      select distinct a.tranche
      from views.ledger_postings p
      join views.ledger_accounts a on a.account = p.account
      where ${counts('p', standing)} and a.role = 'source' and a.fund = any(${funds}::text[]) ${ofGrant} ${among}
      group by a.tranche
      having sum(p.amount_sen) < 0
    )
    select l.fund, l.tranche, e.ordinal, l.amount_sen::text as sen, list.stage, list.since
    from plans l
    left join views.ledger_entities e on e.entity = l.entity
    left join views.entity_list list on list.entity = l.entity
    where l.fund = any(${funds}::text[]) and l.amount_sen > 0 and not exists (select from released r where r.tranche = l.tranche)
    order by l.fund, e.ordinal, l.tranche`.execute(trx)
  return Map.groupBy(rows, ({ fund }) => fund)
}

function endingOf(
  { planned, released, spent, toRelease, held, planPosition, count, first, last, ...row }: Row,
  lying: readonly Lying[],
  waiting: readonly Waiting[],
): EndingYear {
  return {
    ...row,
    plannedSen: BigInt(planned),
    releasedSen: BigInt(released),
    spentSen: BigInt(spent),
    toReleaseSen: BigInt(toRelease),
    heldSen: BigInt(held),
    plans: behindOf({ count: 1, first: planPosition, last: planPosition }),
    postings: behindOf({ count, first, last }),
    lies: lying.map(({ kind, source, institution, institutionName, sen }) => ({
      kind,
      source,
      institution,
      institutionName,
      amountSen: BigInt(sen),
    })),
    tranches: waiting.map(({ tranche, ordinal, stage, since, sen }) => ({ tranche, ordinal, stage, since, amountSen: BigInt(sen) })),
  }
}

/**
 * A-12: allocations of which money is not released or not spent, those first whose fiscal year ends first. The year ends on the day that
 * the pinned edition names, else on 31 December. Throws NotReadable.
 */
export const yearEnds = (db: ViewsDb, asked: YearEndAsked, moment: LedgerMoment, page: LedgerPage): Promise<YearEndPage> =>
  ledgerAt(
    db,
    moment,
    async (standing) => {
      const among = { ...standing, among: await ofAccounts(standing.trx, 'p', asked.filter) }
      const ending = endingAt(among, asked)
      const sums = await sql<{ closesOn: string; funds: number; toRelease: string; held: string }>`
      ${ending}
      select closes_on, count(*)::int as funds, sum(to_release)::text as to_release, sum(held)::text as held
      from ending group by closes_on order by closes_on`.execute(standing.trx)
      const { rows } = await sql<Row>`
      ${ending}
      select fund, fiscal_year, closes_on, by_edition, edition, revision, source, programme, area, planned::text, released::text,
        spent::text, to_release::text, held::text, plan_position, count, first, last, booked_under
      from ending
      order by closes_on, ending.to_release + ending.held desc, fund
      limit ${page.limit + 1} offset ${page.after ?? 0}`.execute(standing.trx)
      const cut = pageOfRows(rows, page)
      const funds = cut.rows.map(({ fund }) => fund)
      const [lying, waiting] = [await lyingIn(among, funds), await waitingIn(among, funds)]
      return {
        ...cut,
        sums: sums.rows.map(({ toRelease, held, ...sum }) => ({ ...sum, toReleaseSen: BigInt(toRelease), heldSen: BigInt(held) })),
        rows: cut.rows.map((row) => endingOf(row, lying.get(row.fund) ?? [], waiting.get(row.fund) ?? [])),
      }
    },
    [entityList],
  )
