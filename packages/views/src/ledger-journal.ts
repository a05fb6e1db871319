import { sql } from 'kysely'
import type { ViewsDb } from './database.ts'
import {
  counts,
  isAmong,
  ledgerAt,
  narrows,
  ofAccounts,
  type LedgerFilter,
  type LedgerMoment,
  type LedgerStanding,
} from './ledger-filter.ts'
import { accountIn, accountsByNumber, type ToldAccount } from './ledger-statement.ts'
import type { Correcting, LedgerPlansTable } from './ledger-tables.ts'

/** Money of one fact at one date, as a journal has it: its postings add up to zero. */
export interface JournalEntry {
  readonly position: number
  readonly origin: number
  readonly how: Correcting | null
  readonly effectiveOn: string
  readonly factType: string
  readonly postings: readonly { readonly account: ToldAccount; readonly amountSen: bigint }[]
}

/** What the amount of a fund was said to be, and by how much that differs from before. */
export interface JournalPlan {
  readonly position: number
  readonly effectiveOn: string
  readonly factType: string
  readonly entity: string
  readonly source: string | null
  readonly edition: string | null
  readonly area: string | null
  readonly changeSen: bigint
}

/** Facts that a filter is about: a transaction is told whole, so that it adds up to zero. */
const inScope = async (trx: ViewsDb, filter: LedgerFilter) =>
  narrows(filter)
    ? sql`and p.position in (select q.position from views.ledger_postings q where true ${await ofAccounts(trx, 'q', filter)})`
    : sql``

/** Accounts that a journal posts to, in the order in which they were first posted to: a page after a number. */
export const journalAccounts = (
  db: ViewsDb,
  filter: LedgerFilter,
  moment: LedgerMoment,
  { limit, after }: { readonly limit: number; readonly after: bigint },
): Promise<{ readonly position: number; readonly accounts: readonly ToldAccount[] }> =>
  ledgerAt(db, moment, async (standing) => {
    const { rows } = await sql<{ account: bigint }>`
      select distinct p.account
      from views.ledger_postings p
      where p.account > ${after}::bigint and ${counts('p', standing)} ${await inScope(standing.trx, filter)}
      order by p.account
      limit ${limit}`.execute(standing.trx)
    const numbers = rows.map(({ account }) => account)
    const found = await accountsByNumber(standing.trx, numbers)
    return { accounts: numbers.map((account) => accountIn(found, account)) }
  })

interface Row {
  readonly position: bigint
  readonly origin: string
  readonly how: Correcting | null
  readonly effectiveOn: string
  readonly factType: string
  readonly account: bigint
  readonly amountSen: bigint
}

async function entriesAt(standing: LedgerStanding, filter: LedgerFilter, limit: number, after: number): Promise<JournalEntry[]> {
  const { rows } = await sql<Row>`
    select p.position, p.origin, p.how, p.effective_on, p.fact_type, p.account, p.amount_sen
    from views.ledger_postings p
    where ${counts('p', standing)} and p.position in (
      select distinct q.position from views.ledger_postings q
      where q.position > ${after}::bigint and ${counts('q', standing)} ${await ofAccounts(standing.trx, 'q', filter)}
      order by q.position
      limit ${limit}
    )
    order by p.position, p.effective_on, p.nth`.execute(standing.trx)
  const accounts = await accountsByNumber(
    standing.trx,
    rows.map(({ account }) => account),
  )
  const entries = Map.groupBy(rows, ({ position, effectiveOn }) => `${position} ${effectiveOn}`)
  return [...entries.values()].flatMap((own) =>
    own.slice(0, 1).map(({ position, origin, how, effectiveOn, factType }) => ({
      position: Number(position),
      origin: Number(origin),
      how,
      effectiveOn,
      factType,
      postings: own.map(({ account, amountSen }) => ({ account: accountIn(accounts, account), amountSen })),
    })),
  )
}

/** The entries of so many facts after a position, in the order of the log. */
export const journalEntries = (
  db: ViewsDb,
  filter: LedgerFilter,
  moment: LedgerMoment,
  { limit, after }: { readonly limit: number; readonly after: number },
): Promise<{ readonly position: number; readonly entries: readonly JournalEntry[] }> =>
  ledgerAt(db, moment, async (standing) => ({ entries: await entriesAt(standing, filter, limit, after) }))

type PlanRow = Pick<LedgerPlansTable, 'entity' | 'origin' | 'effectiveOn' | 'factType' | 'source' | 'edition' | 'area' | 'amountSen'> & {
  readonly position: bigint
  readonly nth: number
}

/** The amount that holds for an entity after each of its rows: that of the last fact that stands. */
class Holding {
  readonly #amounts = new Map<string, Map<number, bigint | null>>()

  /** Takes a row; gives by how much it changes the amount that holds. */
  change({ entity, origin, amountSen }: PlanRow): bigint {
    const own = this.#amounts.get(entity) ?? new Map<number, bigint | null>()
    this.#amounts.set(entity, own)
    const before = Holding.#last(own)
    own.set(Number(origin), amountSen)
    return Holding.#last(own) - before
  }

  static #last(own: ReadonlyMap<number, bigint | null>): bigint {
    const [last] = [...own].filter(([, amount]) => amount !== null).toSorted(([a], [b]) => b - a)
    return last?.[1] ?? 0n
  }
}

const planColumns = ['position', 'nth', 'entity', 'origin', 'effectiveOn', 'factType', 'source', 'edition', 'area', 'amountSen'] as const
const plansMax = 1_000

/** How the amounts of funds changed, in the order of the log, page by page. Throws NotReadable. */
export async function* journalPlans(db: ViewsDb, filter: LedgerFilter, moment: LedgerMoment): AsyncGenerator<readonly JournalPlan[]> {
  const holding = new Holding()
  for (let last: { position: bigint; nth: number } | undefined; ;) {
    const after = last
    const { rows } = await ledgerAt(db, moment, async (standing) => ({
      rows: await standing.trx
        .selectFrom('ledgerPlans as p')
        .select(planColumns)
        .where(sql<boolean>`p.kind not in ('tranche', 'proposal', 'none') and ${counts('p', standing)} ${isAmong('p', filter)}`)
        .where(sql<boolean>`(p.position, p.nth) > (${String(after?.position ?? -1n)}::bigint, ${after?.nth ?? 0}::int)`)
        .orderBy('position')
        .orderBy('nth')
        .limit(plansMax)
        .execute(),
    }))
    if (rows.length === 0) return
    last = rows.at(-1)
    yield rows.flatMap((row) => {
      const changeSen = holding.change(row)
      const { entity, effectiveOn, factType, source, edition, area } = row
      return changeSen === 0n ? [] : [{ position: Number(row.position), entity, effectiveOn, factType, source, edition, area, changeSen }]
    })
  }
}
