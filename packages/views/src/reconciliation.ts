import {
  absolute,
  allBehind,
  bankBookFold,
  bankStatementFold,
  bookBalance,
  bookBalanceBefore,
  daysAfter,
  foldEntity,
  inLogOrder,
  institutionFold,
  positionsBehind,
  reconcile,
  rupiah,
  signedRupiah,
  type BankStatement,
  type BookEntry,
  type Entity,
  type Match,
  type Reconciliation,
  type Recorded,
  type Sen,
} from '@jejak/domain'

/** An amount of money as a bank statement has it. */
export interface Moved {
  readonly amount: string
  readonly way: 'in' | 'out'
}

/** A fact that moved money on the account. */
export interface BookFact extends Moved {
  readonly position: number
  /** The fact, what was withheld of it, and the corrections that replaced what these say. */
  readonly positions: readonly number[]
  readonly fact: string
  readonly type: string
  readonly effectiveOn: string
}

/** A line of the statement and what stands behind it. */
export interface ReconciledLine extends Moved {
  readonly row: number
  readonly on: string
  readonly reference: string | null
  readonly match: { readonly how: Match['how']; readonly facts: readonly BookFact[]; readonly difference: Moved | null } | null
  /** What it is, where people said so and no fact tells of it. */
  readonly meaning: string | null
}

/** A reason why bank and books differ, with what it comes to. */
export interface BridgePart extends Moved {
  readonly what:
    | 'line-without-fact'
    | 'meaning'
    | 'amount-differs'
    | 'fact-not-on-statement'
    | 'fact-of-another-time'
    | 'fact-on-another-statement'
    | 'opening'
  readonly rows: readonly number[]
  readonly positions: readonly number[]
}

/** A bank statement beside the facts, as they are known at a moment. */
export interface ReconciliationAnswer {
  readonly institution: string
  /** The fact of the statement and the corrections that replaced what it says: what makes its balances and its lines. */
  readonly positions: readonly number[]
  readonly account: string
  readonly from: string
  readonly to: string
  readonly windowDays: number
  /** The last reconciliation that was recorded. */
  readonly recorded: { readonly position: number; readonly number: string } | null
  readonly lines: readonly ReconciledLine[]
  readonly factsAlone: readonly (BookFact & { readonly overdue: boolean })[]
  readonly bank: { readonly opening: string; readonly closing: string }
  /** What the facts say the account held before the first day and at the end of the last; below zero with a minus. */
  readonly books: {
    readonly opening: string
    readonly closing: string
    readonly positions: Readonly<Record<'opening' | 'closing', readonly number[]>>
  }
  /** From the closing balance of the books to that of the bank: these parts add up to what they differ by. */
  readonly bridge: readonly BridgePart[]
}

const moved = (amountSen: Sen): Moved => ({ amount: rupiah(absolute(amountSen)), way: amountSen < 0n ? 'out' : 'in' })
const factOf = ({ position, positions, fact, type, on, amountSen }: BookEntry): BookFact => ({
  position,
  positions,
  fact,
  type,
  effectiveOn: on,
  ...moved(amountSen),
})
type Line = BankStatement['lines'][number]
const defaultWindow = 3

interface Amounted {
  readonly amountSen: Sen
  readonly row?: number
  readonly positions?: readonly number[]
}

function part(what: BridgePart['what'], items: readonly Amounted[], sign: 1n | -1n): BridgePart[] {
  const sum = items.reduce((all, { amountSen }) => all + amountSen, 0n) * sign
  if (items.length === 0 || sum === 0n) return []
  return [
    {
      what,
      ...moved(sum),
      rows: items.flatMap(({ row }) => row ?? []),
      positions: inLogOrder(items.flatMap(({ positions = [] }) => positions)),
    },
  ]
}

/** What was found, with what finding it needed. */
interface Found {
  readonly statement: Entity<BankStatement>
  /** The positions of its paper, and of the minutes that say what lines are. */
  readonly paper: readonly number[]
  readonly minutes: readonly number[]
  readonly found: Reconciliation
  readonly byFact: ReadonlyMap<string, BookEntry>
}

function linesOf({ statement, found, byFact }: Found): ReconciledLine[] {
  const behind = new Map(found.matches.map((match) => [match.row, match]))
  const meanings = new Map(found.meanings.map(({ row, as }) => [row, as]))
  const matchOf = ({ how, facts, differenceSen }: Match): NonNullable<ReconciledLine['match']> => ({
    how,
    facts: facts.flatMap((fact) => byFact.get(fact) ?? []).map(factOf),
    difference: differenceSen === 0n ? null : moved(differenceSen),
  })
  return statement.data.lines.map(({ row, on, amountSen, reference }) => {
    const match = behind.get(row)
    return {
      row,
      on,
      ...moved(amountSen),
      reference: reference ?? null,
      match: match ? matchOf(match) : null,
      meaning: meanings.get(row) ?? null,
    }
  })
}

/** The positions behind what the books say that the account held before a day. */
const before = (book: readonly BookEntry[], day: string): number[] =>
  inLogOrder(book.filter(({ on }) => on < day).flatMap(({ positions }) => positions))

/** Both sides count from their opening balance; what a match brings from before or after the days of the statement shifts them too. */
function bridgeOf({ statement, paper, minutes, found, byFact }: Found): BridgePart[] {
  const { lines, from, to, openingSen } = statement.data
  const meant = new Set(found.meanings.map(({ row }) => row))
  const behind = (facts: readonly string[]): BookEntry[] => facts.flatMap((fact) => byFact.get(fact) ?? [])
  const matched = found.matches.flatMap(({ facts }) => behind(facts))
  const accounted = new Set([...matched, ...found.entries].map(({ fact }) => fact))
  const inTime = ({ on }: { readonly on: string }): boolean => from <= on && on <= to
  const onPaper = ({ row, amountSen }: Line, also: readonly number[] = []): Amounted => ({ row, amountSen, positions: [...paper, ...also] })
  const differing = found.matches.filter(({ differenceSen }) => differenceSen !== 0n)
  const opening = { amountSen: openingSen - bookBalanceBefore(found.book, from), positions: [...paper, ...before(found.book, from)] }
  return [
    ...part('opening', [opening], 1n),
    ...part(
      'line-without-fact',
      found.lines.map((line) => onPaper(line)),
      1n,
    ),
    ...part(
      'meaning',
      lines.filter(({ row }) => meant.has(row)).map((line) => onPaper(line, minutes)),
      1n,
    ),
    ...part(
      'amount-differs',
      differing.map(({ row, differenceSen, facts }) => ({
        row,
        amountSen: differenceSen,
        positions: [...paper, ...behind(facts).flatMap(({ positions }) => positions)],
      })),
      1n,
    ),
    ...part(
      'fact-of-another-time',
      matched.filter((entry) => !inTime(entry)),
      1n,
    ),
    ...part('fact-not-on-statement', found.entries.filter(inTime), -1n),
    ...part(
      'fact-on-another-statement',
      found.book.filter((entry) => inTime(entry) && !accounted.has(entry.fact)),
      -1n,
    ),
  ]
}

/**
 * A bank statement beside the facts on the account. `own` are the facts that bear the tag of the statement, `holders` those of its
 * institution, both as known at the moment asked for. Matches anew, so that what was corrected since the last reconciliation shows.
 */
export function reconciliationOf(
  id: string,
  own: readonly Recorded[],
  holders: readonly Recorded[],
  window: number | undefined,
): ReconciliationAnswer {
  const statement = foldEntity(bankStatementFold, id, own)
  const { institution, account, from, to, openingSen, closingSen } = statement.data
  const last = statement.facts.findLast(({ fact }) => fact.type === 'bankStatement.Reconciled')
  // Data is checked against its schema when it is appended.
  const { number = '', windowDays = window ?? defaultWindow } = (last?.fact.data ?? {}) as { number?: string; windowDays?: number }
  const holder = foldEntity(institutionFold, institution, holders)
  const found = reconcile(statement, holder, foldEntity(bankBookFold, institution, holders), { windowDays: window ?? windowDays })
  const paper = allBehind(statement.facts.filter(({ fact }) => fact.type === 'bankStatement.Received'))
  const all = {
    statement,
    paper,
    minutes: last ? positionsBehind(last) : [],
    found,
    byFact: new Map(found.book.map((entry) => [entry.fact, entry])),
  }
  const overdue = new Set(found.overdue.map(({ fact }) => fact))
  return {
    institution,
    positions: paper,
    account,
    from,
    to,
    windowDays: window ?? windowDays,
    recorded: last ? { position: last.position, number } : null,
    lines: linesOf(all),
    factsAlone: found.entries.map((entry) => ({ ...factOf(entry), overdue: overdue.has(entry.fact) })),
    bank: { opening: rupiah(openingSen), closing: rupiah(closingSen) },
    books: {
      opening: signedRupiah(bookBalanceBefore(found.book, from)),
      closing: signedRupiah(bookBalance(found.book, to)),
      positions: { opening: before(found.book, from), closing: before(found.book, daysAfter(to, 1)) },
    },
    bridge: bridgeOf(all),
  }
}
