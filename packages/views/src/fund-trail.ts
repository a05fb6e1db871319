import {
  accountName,
  accountRole,
  allBehind,
  answeringAccount,
  corrected,
  movements,
  positionsBehind,
  rupiah,
  sumSen,
  trueBy,
  type Account,
  type Movement,
  type Recorded,
  type Sen,
} from '@jejak/domain'
import type { Log } from '@jejak/event-store'
import { divertedUse } from './diverted-use.ts'
import type { AccountLine, Balance, FundTrail, GroupSums, NamedAccount, Told as ToldSums, TrailMovement } from './fund-trail-answer.ts'
import { rfc3339 } from './instant.ts'

/** What was true by a date: only facts effective on it or before count (CONTRACTS D3). */
export interface Until {
  readonly effectiveUntil?: string | undefined
}

type Told = Movement & { readonly recorded: Recorded }

/** An amount of either sign as answers give it. */
export const balanceOf = (sen: Sen): Balance =>
  sen < 0n ? { amount: rupiah(-sen), side: 'credit' } : { amount: rupiah(sen), side: 'debit' }
const named = (account: Account): NamedAccount => ({ ...account, name: accountName(account) })
/** An amount and the facts that make it. */
interface Sum {
  readonly sen: Sen
  readonly behind: readonly Recorded[]
}
const nothing: Sum = { sen: 0n, behind: [] }
const plus = (one: Sum, other: Sum): Sum => ({ sen: one.sen + other.sen, behind: [...one.behind, ...other.behind] })
const total = (sums: readonly Sum[]): Sum => sums.reduce(plus, nothing)
const minus = (one: Sum, other: Sum): Sum => ({ sen: one.sen - other.sen, behind: [...one.behind, ...other.behind] })

const sumOf = (rows: readonly Told[], which: (row: Told) => boolean): Sum => {
  const own = rows.filter(which)
  return { sen: sumSen(own.map(({ amountSen }) => amountSen)), behind: own.map(({ recorded }) => recorded) }
}
/** What is with the community for good, less what came back out of it by a reversal. */
const keptOf = (rows: readonly Told[], which: (account: Account) => boolean): Sum =>
  minus(
    sumOf(rows, ({ to }) => which(to)),
    sumOf(rows, ({ from }) => which(from)),
  )

/** The same names with something of each sum. */
const ofEach = <Name extends string, T>(sums: Readonly<Record<Name, Sum>>, of: (sum: Sum) => T): Readonly<Record<Name, T>> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets the names that it was given
  Object.fromEntries(Object.entries<Sum>(sums).map(([name, sum]) => [name, of(sum)])) as Record<Name, T>

/** Sums as they are answered: amounts by name, and positions by the same names. */
const told = <Name extends string>(sums: Readonly<Record<Name, Sum>>): ToldSums<Name> => ({
  ...ofEach(sums, ({ sen }) => rupiah(sen)),
  positions: ofEach(sums, ({ behind }) => allBehind(behind)),
})

/** Money of the grant: what residents paid into the account of a group is theirs, and told with their contribution. */
const isMoney = ({ from }: Movement): boolean => accountRole(from) !== 'memorandum'
const isOfResidents = (movement: Movement): boolean => movement.from.swadaya !== undefined && isMoney(movement)

/** What came to an account less what left it. */
interface Line extends Sum {
  readonly account: Account
}

/** Every account, after all movements. */
function linesOf(rows: readonly Told[]): Map<string, Line> {
  const lines = new Map<string, Line>()
  const book = (account: Account, sen: Sen, recorded: Recorded): void => {
    const name = accountName(account)
    lines.set(name, { account, ...plus(lines.get(name) ?? nothing, { sen, behind: [recorded] }) })
  }
  for (const { from, to, amountSen, recorded } of rows) {
    book(from, -amountSen, recorded)
    book(to, amountSen, recorded)
  }
  return lines
}

function trailOf(rows: readonly Told[]): TrailMovement[] {
  const balances = new Map<string, Sen>()
  const book = (account: NamedAccount, sen: Sen): Balance => {
    const balance = (balances.get(account.name) ?? 0n) + sen
    balances.set(account.name, balance)
    return balanceOf(balance)
  }
  return rows.map((row) => {
    const { position, recordedAt, fact } = row.recorded
    const [from, to] = [named(row.from), named(row.to)]
    const paper = fact.data['number'] ?? fact.data['bankReference']
    return {
      position,
      positions: positionsBehind(row.recorded),
      fact: fact.id,
      type: fact.type,
      effectiveOn: fact.effectiveOn,
      recordedAt: rfc3339(recordedAt),
      from,
      to,
      amount: rupiah(row.amountSen),
      paper: typeof paper === 'string' ? paper : null,
      actor: fact.actor,
      deviations: (fact.deviations ?? []).map((deviation) => deviation.rule),
      fromBalance: book(from, -row.amountSen),
      toBalance: book(to, row.amountSen),
    }
  })
}

/** What stands with those who answer for it: operating cost set aside with the rest of the board's money. */
const answered = (rows: readonly Told[]): Map<string, Line> =>
  linesOf(rows.map((row) => ({ ...row, from: answeringAccount(row.from), to: answeringAccount(row.to) })))

/** What stands on accounts, and what is drawn beyond it. */
function standingOf(rows: readonly Told[], which: (account: Account) => boolean): { above: Sum; below: Sum } {
  const lines = [...answered(rows).values()].filter(({ account }) => which(account))
  return {
    above: total(lines.filter(({ sen }) => sen > 0n)),
    below: minus(nothing, total(lines.filter(({ sen }) => sen < 0n))),
  }
}

const isHeld = (account: Account): boolean => accountRole(account) === 'held'
/** What was spent and not withheld again: a tax that is withheld comes back from the payee until it is deposited. */
const isSpent = (account: Account): boolean => accountRole(account) === 'spent'
const isOfGroup = (account: Account): boolean => account.proposal !== undefined

function accountsOf(rows: readonly Told[]): AccountLine[] {
  const holders = answered(rows)
  return [...linesOf(rows).values()].map(({ account, sen, behind }) => ({
    account: named(account),
    balance: balanceOf(sen),
    overdrawn: sen < 0n && accountRole(account) === 'held' && (holders.get(accountName(answeringAccount(account)))?.sen ?? 0n) < 0n,
    positions: allBehind(behind),
  }))
}

function sumsOf(rows: readonly Told[], ofAccount: (account: Account) => boolean = () => true) {
  const held = standingOf(rows, (account) => isHeld(account) && ofAccount(account))
  const spent = standingOf(rows, (account) => isSpent(account) && ofAccount(account))
  return {
    paid: sumOf(rows, ({ from }) => accountRole(from) === 'source'),
    overdrawn: plus(held.below, spent.below),
    spent: spent.above,
    held: held.above,
    returned: sumOf(rows, ({ to }) => accountRole(to) === 'source'),
    kept: keptOf(rows, (account) => accountRole(account) === 'kept'),
  }
}

function groupSumsOf(rows: readonly Told[]): GroupSums {
  const held = standingOf(rows, (account) => isOfGroup(account) && isHeld(account))
  const spent = standingOf(rows, (account) => isOfGroup(account) && isSpent(account))
  return told({
    // What is carried over, drawn or withheld stays with the group.
    received: sumOf(rows, ({ from, to }) => isOfGroup(to) && !isOfGroup(from)),
    overdrawn: plus(held.below, spent.below),
    spent: spent.above,
    held: held.above,
    returned: sumOf(rows, ({ from, to }) => isOfGroup(from) && !isOfGroup(to)),
  })
}

/** The tranches and proposals that the facts open, in that order, with their number; then others that only money names. */
function entitiesOf(
  facts: readonly Recorded[],
  opening: string,
  field: string,
  seen: readonly (string | undefined)[],
): Map<string, string | number | null> {
  const found = new Map<string, string | number | null>()
  for (const { fact } of facts) {
    const label = fact.data[field]
    if (fact.type === opening) found.set(fact.subject.id, typeof label === 'string' || typeof label === 'number' ? label : null)
  }
  for (const id of seen) if (id !== undefined && !found.has(id)) found.set(id, null)
  return found
}

function byTranche(facts: readonly Recorded[], money: readonly Told[]): FundTrail['tranches'] {
  const known = entitiesOf(
    facts,
    'tranche.Planned',
    'ordinal',
    money.flatMap(({ from, to }) => [from.tranche, to.tranche]),
  )
  return [...known].map(([tranche, ordinal]) => ({
    tranche,
    ordinal: typeof ordinal === 'number' ? ordinal : null,
    ...told({
      ...sumsOf(
        money.filter(({ from, to }) => from.tranche === tranche || to.tranche === tranche),
        (account) => account.tranche === tranche,
      ),
      carriedIn: sumOf(money, ({ from, to }) => to.tranche === tranche && from.tranche !== tranche),
      // What goes into a pool has left the grant, for no other tranche of it.
      carriedOut: sumOf(money, ({ from, to }) => from.tranche === tranche && to.tranche !== undefined && to.tranche !== tranche),
    }),
  }))
}

function byProposal(facts: readonly Recorded[], money: readonly Told[]): FundTrail['proposals'] {
  const known = entitiesOf(
    facts,
    'proposal.Drafted',
    'number',
    money.map(({ from, to }) => from.proposal ?? to.proposal),
  )
  return [...known].map(([proposal, number]) => ({
    proposal,
    number: typeof number === 'string' ? number : null,
    ...groupSumsOf(money.filter(({ from, to }) => from.proposal === proposal || to.proposal === proposal)),
  }))
}

/**
 * Follows the money of an allocation from SP2D to supplier and back to the treasury. Pure. `facts` are those that bear the allocation's
 * tag,
 * in log order, up to the position that was known. Source: DOMAIN §8.2, item 2.
 */
export function fundTrail(facts: readonly Recorded[], { effectiveUntil }: Until = {}): FundTrail {
  const { standing: counted, reversals } = corrected(trueBy(facts, effectiveUntil))
  // What a proposal spends of an agreement bears the allocation's tag too, and is no money of the grant.
  const ofGrant = ({ fact }: Recorded): Movement[] =>
    movements(fact).filter((movement) => movement.from.fund.kind === 'allocation' && !isOfResidents(movement))
  const moved = counted.flatMap((recorded): Told[] => {
    const reversed = reversals.get(recorded.position)
    // What was paid back goes the same way home, on the day and by the fact of its reversal.
    if (reversed) return ofGrant(reversed).map(({ from, to, amountSen }) => ({ from: to, to: from, amountSen, recorded }))
    return ofGrant(recorded).map((movement) => ({ ...movement, recorded }))
  })
  const money = moved.filter(isMoney)
  const contributions = moved.filter((row) => !isMoney(row))
  return {
    movements: trailOf(money),
    contributions: trailOf(contributions),
    accounts: accountsOf(money),
    totals: told({
      ...sumsOf(money),
      spentOnWorks: standingOf(money, (account) => isSpent(account) && isOfGroup(account)).above,
      spentOnOperating: standingOf(money, (account) => isSpent(account) && !isOfGroup(account)).above,
      keptAsLoanFund: keptOf(money, ({ kind }) => kind === 'loan-fund'),
    }),
    tranches: byTranche(counted, money),
    proposals: byProposal(counted, money),
    contributed: told({
      pledged: sumOf(contributions, ({ to }) => to.kind === 'swadaya-pledged'),
      realised: sumOf(contributions, ({ to }) => to.kind === 'swadaya-used'),
      writtenDown: sumOf(contributions, ({ from }) => from.kind === 'swadaya-used'),
    }),
    diverted: divertedUse(counted),
  }
}

/**
 * Reads and follows the money of an allocation as it was known at a position; `head` is the end of the log in the same snapshot. Undefined
 * when nothing of the allocation was known then.
 */
export async function readFundTrail(
  log: Pick<Log, 'read'>,
  allocation: string,
  { asOf, effectiveUntil }: Until & { readonly asOf?: number | undefined } = {},
): Promise<{ readonly head: number; readonly trail: FundTrail } | undefined> {
  const { head, facts } = await log.read([{ tag: `allocation:${allocation}` }], asOf === undefined ? {} : { upTo: asOf })
  return facts.length === 0 ? undefined : { head, trail: fundTrail(facts, { effectiveUntil }) }
}
