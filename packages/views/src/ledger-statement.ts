import { sql, type RawBuilder } from 'kysely'
import type { ViewsDb } from './database.ts'
import { counts, ledgerAt, ofAccounts, type LedgerFilter, type LedgerMoment, type LedgerStanding } from './ledger-filter.ts'
import type { NamedRow } from './ledger-names.ts'
import { idleAt, type LyingStill } from './ledger-still.ts'
import type { Correcting, LedgerAccountsTable } from './ledger-tables.ts'

/** An account as answers name it. */
export type ToldAccount = NamedRow & Pick<LedgerAccountsTable, 'account' | 'area' | 'fund' | 'pool' | 'tranche' | 'proposal'>

/** A line of a statement: amounts in sen, above zero what came in. */
export interface StatementLine {
  readonly position: number
  readonly nth: number
  /** The fact whose money it is: of a correction, the corrected one. */
  readonly origin: number
  readonly how: Correcting | null
  readonly effectiveOn: string
  readonly recordedAt: bigint
  readonly factType: string
  readonly account: ToldAccount
  readonly counter: ToldAccount
  readonly amountSen: bigint
  /** Of all accounts of the statement, after this line. */
  readonly balanceSen: bigint
}

/** Where the next page begins: after this line. */
export interface StatementKey {
  readonly on: string
  readonly position: number
  readonly nth: number
}

/** A page of a statement. `opening` is what stood before its first line. */
export interface Statement {
  readonly position: number
  readonly openingSen: bigint
  readonly rows: readonly StatementLine[]
  readonly next?: StatementKey
}

interface Row {
  readonly position: bigint
  readonly nth: number
  readonly origin: string
  readonly how: Correcting | null
  readonly effectiveOn: string
  readonly recordedAt: bigint
  readonly factType: string
  readonly account: bigint
  readonly counter: bigint
  readonly amountSen: bigint
}

const accountColumns = [
  'name',
  'account',
  'kind',
  'role',
  'ordinal',
  'source',
  'edition',
  'institution',
  'institutionName',
  'area',
  'fund',
  'pool',
  'tranche',
  'proposal',
] as const

/** Accounts by their number. */
export async function accountsByNumber(trx: ViewsDb, numbers: readonly bigint[]): Promise<ReadonlyMap<bigint, ToldAccount>> {
  const wanted = [...new Set(numbers)]
  if (wanted.length === 0) return new Map()
  const rows = await trx
    .selectFrom('ledgerAccounts')
    .select(accountColumns)
    .where((eb) => eb('account', '=', eb.fn.any(sql<readonly bigint[]>`${wanted.map(String)}::bigint[]`)))
    .execute()
  return new Map(rows.map((row) => [row.account, row]))
}

/** An account of a map; what posts to it is written together with it, so that it is there. */
export function accountIn(accounts: ReadonlyMap<bigint, ToldAccount>, account: bigint): ToldAccount {
  const found = accounts.get(account)
  if (found === undefined) throw new Error(`the ledger has no account ${account}`)
  return found
}

const key = sql`(p.effective_on, p.position, p.nth)`
const keyOf = ({ on, position, nth }: StatementKey) => sql`(${on}::text collate "C", ${position}::bigint, ${nth}::int)`

/** What a statement is of beside its accounts: since a date, only what came from one account, by its name, only where money lies still. */
export interface StatementMoment extends LedgerMoment {
  readonly from?: string | undefined
  readonly cameFrom?: string | undefined
  readonly idle?: LyingStill | undefined
}

const camePart = ({ cameFrom }: StatementMoment) =>
  cameFrom === undefined
    ? sql``
    : sql`and p.nth % 2 = 1 and p.counter = (select a.account from views.ledger_accounts a where a.name = ${cameFrom})`

const idlePart = (standing: LedgerStanding, { idle }: StatementMoment, among: RawBuilder<unknown>) =>
  idle === undefined ? sql`` : sql`and p.account in (${idleAt(standing, idle, among)} select account from idle)`

/**
 * What moved on the accounts of a filter, by date and within a date as it was recorded, with the balance after each line: since a date, or
 * from the first. Throws NotReadable.
 */
export const ledgerStatement = (
  db: ViewsDb,
  filter: LedgerFilter,
  moment: StatementMoment,
  { limit, after }: { readonly limit: number; readonly after?: StatementKey | undefined },
): Promise<Statement> =>
  ledgerAt(db, moment, async (standing) => {
    const own = await ofAccounts(standing.trx, 'p', filter)
    const among = sql`from views.ledger_postings p
      where ${counts('p', standing)} ${own} ${camePart(moment)} ${idlePart(standing, moment, own)}`
    const since = after ?? (moment.from === undefined ? undefined : { on: moment.from, position: -1, nth: -1 })
    const opened =
      since === undefined
        ? undefined
        : await sql<{ sen: string }>`select coalesce(sum(p.amount_sen), 0)::text as sen ${among} and ${key} <= ${keyOf(since)}`.execute(
            standing.trx,
          )
    const { rows } = await sql<Row>`
      select p.position, p.nth, p.origin, p.how, p.effective_on, p.recorded_at, p.fact_type, p.account, p.counter, p.amount_sen
      ${among} ${since === undefined ? sql`` : sql`and ${key} > ${keyOf(since)}`}
      order by p.effective_on, p.position, p.nth
      limit ${limit + 1}`.execute(standing.trx)
    const shown = rows.slice(0, limit)
    const accounts = await accountsByNumber(
      standing.trx,
      shown.flatMap(({ account, counter }) => [account, counter]),
    )
    const openingSen = BigInt(opened?.rows[0]?.sen ?? 0)
    let balanceSen = openingSen
    const lines = shown.map(({ position, origin, account, counter, ...row }): StatementLine => {
      balanceSen += row.amountSen
      const both = { account: accountIn(accounts, account), counter: accountIn(accounts, counter) }
      return { ...row, ...both, position: Number(position), origin: Number(origin), balanceSen }
    })
    const last = rows.length > limit ? lines.at(-1) : undefined
    return { openingSen, rows: lines, ...(last ? { next: { on: last.effectiveOn, position: last.position, nth: last.nth } } : {}) }
  })
