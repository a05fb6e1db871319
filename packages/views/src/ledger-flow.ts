import { sql } from 'kysely'
import type { ViewsDb } from './database.ts'
import { counts, ledgerAt, ofAccounts, pageOfRows, type Behind, type LedgerMoment, type LedgerPage } from './ledger-filter.ts'
import { lineageOf, type PaidBy, type Pool, type StandingMovement, type Use } from './ledger-lineage.ts'
import { accountIn, accountsByNumber, type ToldAccount } from './ledger-statement.ts'

/** Money that went from one account to another, in sen, in all facts together; `facts` are its rows, corrections among them. */
export interface FlowEdge {
  readonly from: ToldAccount
  readonly to: ToldAccount
  readonly amountSen: bigint
  readonly facts: Behind
}

/** A use of money with both accounts. */
export interface ToldUse extends Omit<Use, 'from' | 'to'> {
  readonly from: ToldAccount
  readonly to: ToldAccount
  readonly paidBy: readonly PaidBy[]
}

/** The money of a fund from its source to its uses and back. */
export interface FundFlow {
  readonly position: number
  readonly edges: readonly FlowEdge[]
  /** A page of uses, in the order of their dates, each with the releases that paid it. */
  readonly uses: readonly ToldUse[]
  readonly usesCount: number
  /** Money of the fund moved between accounts outside these areas: nothing more is told of it. */
  readonly outside: boolean
  readonly next?: number
}

interface Row {
  readonly origin: string
  readonly position: bigint
  readonly effectiveOn: string
  readonly factType: string
  readonly counter: bigint
  readonly account: bigint
  readonly amountSen: bigint
}

/**
 * What stands of the rows of a fund, corrections taken into account: one movement for each pair of accounts of a fact and each date.
 * What was annulled or replaced never was; what was reversed moved on its day, and back, below zero, on the day of the reversal.
 */
function standing(rows: readonly Row[]): StandingMovement[] {
  const movements = new Map<string, StandingMovement>()
  for (const { origin, position, effectiveOn, factType, counter: from, account: to, amountSen } of rows) {
    const key = `${origin} ${from} ${to} ${effectiveOn}`
    const before = movements.get(key)
    const shared = { origin: Number(origin), factType, from, to }
    movements.set(key, {
      ...shared,
      effectiveOn,
      amountSen: (before?.amountSen ?? 0n) + amountSen,
      // Of what a correction put on another day or way, the fact that it corrects stands first.
      positions: [...new Set([...(before?.positions ?? [Number(origin)]), Number(position)])],
    })
  }
  return [...movements.values()].filter(({ amountSen }) => amountSen !== 0n)
}

/** Edges in the order in which money first went along them; where all of it was taken back there is none. */
function edgesOf(rows: readonly Row[], accounts: ReadonlyMap<bigint, ToldAccount>): FlowEdge[] {
  const edges = Map.groupBy(rows, ({ counter, account }) => `${counter} ${account}`)
  return [...edges.values()].flatMap((along) => {
    const [first] = along
    const amountSen = along.reduce((sum, row) => sum + row.amountSen, 0n)
    if (first === undefined || amountSen === 0n) return []
    const positions = along.map(({ position }) => Number(position))
    return [
      {
        from: accountIn(accounts, first.counter),
        to: accountIn(accounts, first.account),
        amountSen,
        facts: { count: along.length, first: Math.min(...positions), last: Math.max(...positions) },
      },
    ]
  })
}

/** To a fund, another fund is a source: what comes from there is a release, and what goes there has left it. */
const within = (fund: string, account: ToldAccount): Pool => (account.fund === fund ? account : { ...account, role: 'source' })

/**
 * The money of a fund, named as `kind:id`, at a moment: undefined where nothing of it is known in these areas (undefined for all). Of a
 * fund that spans regions, what touches an account in these areas; which release paid what is reckoned over all of it. Throws NotReadable.
 */
export async function fundFlow(
  db: ViewsDb,
  fund: string,
  areas: readonly string[] | undefined,
  moment: LedgerMoment,
  page: LedgerPage,
): Promise<FundFlow | undefined> {
  const { found, position } = await ledgerAt(db, moment, async (at) => {
    const seen = areas === undefined ? sql`` : sql`and area = any(${areas}::text[])`
    const known = await sql`
      select from views.ledger_plans where fund = ${fund} and position <= ${at.position}::bigint ${seen}
      union all
      select from views.ledger_accounts where fund = ${fund} and account < ${at.position + 1}::bigint * 10000 ${seen}
      limit 1`.execute(at.trx)
    if (known.rows.length === 0) return { found: undefined }
    const { rows } = await sql<Row>`
      select p.origin, p.position, p.effective_on, p.fact_type, p.counter, p.account, p.amount_sen
      from views.ledger_postings p
      where p.nth % 2 = 1 and ${counts('p', at)}
        and p.position in (
          select q.position from views.ledger_postings q
          where true ${await ofAccounts(at.trx, 'q', { fund })}
        )
      order by p.origin::bigint, p.position, p.nth`.execute(at.trx)
    const movements = standing(rows)
    const accounts = await accountsByNumber(
      at.trx,
      rows.flatMap(({ counter, account }) => [counter, account]),
    )
    const touches = ({ from, to }: Pick<StandingMovement, 'from' | 'to'>): boolean =>
      areas === undefined || [from, to].some((account) => areas.includes(accountIn(accounts, account).area ?? ''))
    const uses = lineageOf(movements, (account) => within(fund, accountIn(accounts, account))).filter(touches)
    const { after = 0, limit } = page
    const cut = pageOfRows(uses.slice(after, after + limit + 1), page)
    const told = cut.rows.map((use) => ({ ...use, from: accountIn(accounts, use.from), to: accountIn(accounts, use.to) }))
    const next = cut.next === undefined ? {} : { next: cut.next }
    const edges = edgesOf(
      rows.filter(({ counter, account }) => touches({ from: counter, to: account })),
      accounts,
    )
    return {
      found: { edges, uses: told, usesCount: uses.length, outside: movements.some((movement) => !touches(movement)), ...next },
    }
  })
  return found === undefined ? undefined : { ...found, position }
}
