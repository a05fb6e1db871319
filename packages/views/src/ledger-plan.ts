import { sql, type RawBuilder } from 'kysely'
import type { ViewsDb } from './database.ts'
import { behindOf } from './ledger-balances.ts'
import {
  counts,
  isAmong,
  keyBy,
  ledgerAt,
  ofAccounts,
  pageOfRows,
  regionsBy,
  type Behind,
  type LedgerFilter,
  type LedgerGrouping,
  type LedgerMoment,
  type LedgerPage,
  type PlanLevel,
} from './ledger-filter.ts'

/** What was planned, released, spent, kept, given back and is still held, in sen. Each names the facts behind it. */
export interface PlanRow {
  readonly group: Readonly<Partial<Record<LedgerGrouping, string | null>>>
  readonly plannedSen: bigint
  readonly releasedSen: bigint
  readonly spentSen: bigint
  readonly keptSen: bigint
  readonly returnedSen: bigint
  readonly heldSen: bigint
  readonly plans: Behind
  readonly postings: Behind
}

/** A page of plans, and what all come to. */
export interface PlanPage {
  readonly position: number
  /** Whose plans are counted: those of funds, of tranches or of proposals. */
  readonly of: PlanLevel
  readonly total: PlanRow
  readonly rows: readonly PlanRow[]
  readonly next?: number
}

/** Money is planned for funds; where it is told apart by tranche, proposal or field, the plans of these are meant. */
export function planLevel(by: readonly LedgerGrouping[], filter: LedgerFilter): PlanLevel {
  const asked = (name: LedgerGrouping & keyof LedgerFilter): boolean => by.includes(name) || filter[name] !== undefined
  if (asked('proposal') || asked('field')) return 'proposal'
  return asked('tranche') ? 'tranche' : 'fund'
}

interface Row {
  readonly key: readonly (string | null)[]
  readonly planned: string
  readonly released: string
  readonly spent: string
  readonly kept: string
  readonly returned: string
  readonly held: string
  readonly plans: number
  readonly firstPlan: bigint | null
  readonly lastPlan: bigint | null
  readonly count: number
  readonly first: bigint | null
  readonly last: bigint | null
}

const levels: Readonly<Record<PlanLevel, RawBuilder<unknown>>> = {
  fund: sql`l.kind not in ('tranche', 'proposal', 'none')`,
  tranche: sql`l.kind = 'tranche'`,
  proposal: sql`l.kind = 'proposal'`,
}
const idOf = (kind: PlanLevel): RawBuilder<unknown> => sql`case when v.kind = ${kind}::text then split_part(v.entity, ':', 2) end`

/** SQL of `plans`: every amount was fixed by a fact that may have been corrected; the last that stands, of each entity. */
export const plansAt = (standing: Parameters<typeof counts>[1], level: PlanLevel): RawBuilder<unknown> => sql`versions as (
    select distinct on (l.origin, l.entity) l.*
    from views.ledger_plans l
    where ${levels[level]} and ${counts('l', standing)}
    order by l.origin, l.entity, l.position desc, l.nth desc
  ),
  plans as (
    select distinct on (v.entity) v.*, null::text as name, null::text as role,
      ${idOf('tranche')} as tranche, ${idOf('proposal')} as proposal
    from versions v
    where v.amount_sen is not null
    order by v.entity, v.origin::bigint desc
  )`

/** Accounts of a question, under an alias, as far as plans of a level count them. */
const asked = (alias: string, filter: LedgerFilter, level: PlanLevel): RawBuilder<unknown> =>
  sql`(true ${isAmong(alias, { ...filter, of: level })})`

/**
 * Where money counts that passes between accounts of two rows. What reaches its end (kept, spent, given back) counts with the row that it
 * left, and with the row that it came to no more; what is held on is released to that row, and returned by the one that it left. So in each
 * row released is what was spent, kept, returned and is held.
 */
const crossing = sql`case
        when 'kept' in (a.role, c.role) then 'kept'
        when 'spent' in (a.role, c.role) then 'spent'
        when a.role = 'source' then case when p.nth % 2 = 0 then 'released' else 'returned' end
        when p.nth % 2 = 0 then 'returned'
        else 'released'
      end`

function rowsAt(
  standing: Parameters<typeof counts>[1],
  filter: LedgerFilter,
  by: readonly LedgerGrouping[],
  level: PlanLevel,
  among: RawBuilder<unknown>,
): RawBuilder<Row> {
  return sql<Row>`
    with ${plansAt(standing, level)},
    planned as (
      select ${keyBy('l', by)} as key, sum(l.amount_sen) as planned, count(*) as plans,
        min(l.position) as first_plan, max(l.position) as last_plan
      from plans l
      ${regionsBy('l', by)}
      where true ${isAmong('l', filter)}
      group by 1
    ),
    posted as (
      select ${keyBy('a', by)} as key, p.position, p.amount_sen as sen,
        case when a.role <> 'source' then a.role when p.nth % 2 = 0 then 'released' else 'returned' end as own,
        case when ${keyBy('c', by)} = ${keyBy('a', by)} and ${asked('c', filter, level)} then null else ${crossing} end as crossed
      from views.ledger_postings p
      join views.ledger_accounts a on a.account = p.account
      join views.ledger_accounts c on c.account = p.counter
      ${regionsBy('a', by)}
      ${regionsBy('c', by)}
      where ${counts('p', standing)} ${among} and ${asked('a', filter, level)}
    ),
    moved as (
      select key,
        coalesce(sum(-sen) filter (where own = 'released'), 0) + coalesce(sum(sen) filter (where crossed = 'released'), 0) as released,
        coalesce(sum(sen) filter (where own = 'returned'), 0) - coalesce(sum(sen) filter (where crossed = 'returned'), 0) as returned,
        coalesce(sum(sen) filter (where own = 'spent'), 0) - coalesce(sum(sen) filter (where crossed = 'spent'), 0) as spent,
        coalesce(sum(sen) filter (where own = 'kept'), 0) - coalesce(sum(sen) filter (where crossed = 'kept'), 0) as kept,
        sum(sen) filter (where own = 'held') as held,
        count(*) as count, min(position) as first, max(position) as last
      from posted
      group by key
    )
    select key,
      coalesce(planned, 0)::text as planned, coalesce(released, 0)::text as released, coalesce(spent, 0)::text as spent,
      coalesce(kept, 0)::text as kept, coalesce(returned, 0)::text as returned, coalesce(held, 0)::text as held,
      coalesce(plans, 0)::int as plans, first_plan, last_plan, coalesce(count, 0)::int as count, first, last
    from planned
    full join moved using (key)`
}

const told = ({ key, plans: fixed, firstPlan, lastPlan, ...row }: Row, by: readonly LedgerGrouping[]): PlanRow => ({
  group: Object.fromEntries(by.map((dimension, index) => [dimension, key[index] ?? null])),
  plannedSen: BigInt(row.planned),
  releasedSen: BigInt(row.released),
  spentSen: BigInt(row.spent),
  keptSen: BigInt(row.kept),
  returnedSen: BigInt(row.returned),
  heldSen: BigInt(row.held),
  plans: behindOf({ count: fixed, first: firstPlan, last: lastPlan }),
  postings: behindOf(row),
})

/** A plan that is counted: an amount that a fact fixed for an entity, as `kind:id`, in sen. */
export interface CountedPlan {
  /** Of the fact, or of the correction that made it what it is. */
  readonly position: number
  /** The fact that fixed it: of a correction, the corrected one. */
  readonly origin: number
  readonly entity: string
  readonly effectiveOn: string
  readonly factType: string
  readonly amountSen: bigint
}

/** The plans of a filter that are counted, one for each entity, in the order of the log. Throws NotReadable. */
export const countedPlans = (
  db: ViewsDb,
  filter: LedgerFilter,
  moment: LedgerMoment,
  level: PlanLevel,
  page: LedgerPage,
): Promise<{ readonly position: number; readonly rows: readonly CountedPlan[]; readonly next?: number }> =>
  ledgerAt(db, moment, async (standing) => {
    const { rows } = await sql<Omit<CountedPlan, 'position' | 'origin'> & { position: bigint; origin: string }>`
      with ${plansAt(standing, level)}
      select l.position, l.origin, l.entity, l.effective_on, l.fact_type, l.amount_sen
      from plans l
      where true ${isAmong('l', filter)}
      order by l.position, l.nth
      limit ${page.limit + 1} offset ${page.after ?? 0}`.execute(standing.trx)
    const cut = pageOfRows(rows, page)
    return { ...cut, rows: cut.rows.map((row) => ({ ...row, position: Number(row.position), origin: Number(row.origin) })) }
  })

const nothing: Behind = { count: 0, first: null, last: null }
const empty: PlanRow = {
  group: {},
  plannedSen: 0n,
  releasedSen: 0n,
  spentSen: 0n,
  keptSen: 0n,
  returnedSen: 0n,
  heldSen: 0n,
  plans: nothing,
  postings: nothing,
}

/** Planned beside released beside spent, by some dimensions. Throws NotReadable. */
export const plannedAndSpent = (
  db: ViewsDb,
  filter: LedgerFilter,
  moment: LedgerMoment,
  by: readonly LedgerGrouping[],
  page: LedgerPage,
): Promise<PlanPage> =>
  ledgerAt(db, moment, async (standing) => {
    const level = planLevel(by, filter)
    const among = await ofAccounts(standing.trx, 'p', filter)
    const whole = await rowsAt(standing, filter, [], level, among).execute(standing.trx)
    const { rows } = await sql<Row>`
      select * from (${rowsAt(standing, filter, by, level, among)}) told
      order by key
      limit ${page.limit + 1} offset ${page.after ?? 0}`.execute(standing.trx)
    const [total] = whole.rows.map((row) => told(row, []))
    return {
      of: level,
      total: total ?? empty,
      ...pageOfRows(
        rows.map((row) => told(row, by)),
        page,
      ),
    }
  })
