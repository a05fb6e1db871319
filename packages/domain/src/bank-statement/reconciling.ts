import { dayBefore, daysAfter } from '../kernel/period.ts'
import type { Entity } from '../kernel/entity.ts'
import type { Sen } from '../kernel/rupiah.ts'
import { bookOf, plainReference, type BankBook, type BookEntry, type KnownStatement, type Line } from './book.ts'
import type { Institution } from '../institution/machine.ts'
import type { BankStatement } from './machine.ts'
import { matchLines, type Match, type Pair } from './matching.ts'

/** What people add to what is found by rule. */
export interface ByHand {
  readonly windowDays: number
  readonly byHand?: readonly Pair[] | undefined
  readonly explained?: readonly { readonly row: number; readonly as: string }[] | undefined
}

/** A statement beside the facts on the account. */
export interface Reconciliation {
  readonly matches: readonly Match[]
  readonly meanings: readonly { readonly row: number; readonly as: string }[]
  /** Lines that no fact and no meaning stands behind. */
  readonly lines: readonly Line[]
  /** Facts until the last day of the statement that no statement shows. */
  readonly entries: readonly BookEntry[]
  /** Those of them whose day is so long past that the bank should have shown them. */
  readonly overdue: readonly BookEntry[]
  /** All that the facts say of the account, matched or not. */
  readonly book: readonly BookEntry[]
}

/** Later words on a line stand instead of earlier ones. */
function merged<T extends { readonly row: number }>(before: readonly T[], now: readonly T[], silenced: ReadonlySet<number>): T[] {
  const said = new Set(now.map(({ row }) => row))
  return [...before.filter(({ row }) => !said.has(row) && !silenced.has(row)), ...now].sort((a, b) => a.row - b.row)
}

/**
 * Reconciles a statement: matches its lines with the facts that moved money on the account and that no other statement shows. Facts of
 * before the first statement at hand are not asked for.
 */
export function reconcile(
  statement: Entity<BankStatement>,
  holder: Entity<Institution>,
  known: Entity<BankBook>,
  { windowDays, byHand = [], explained = [] }: ByHand,
): Reconciliation {
  const { lines, to } = statement.data
  const rows = (items: readonly { readonly row: number }[]): Set<number> => new Set(items.map(({ row }) => row))
  const renewed = new Set(byHand.flatMap(({ facts }) => facts))
  const stands = statement.data.byHand.filter(({ facts }) => !facts.some((fact) => renewed.has(fact)))
  const pairs = merged(stands, byHand, rows(explained))
  const meanings = merged(statement.data.meanings, explained, rows(byHand))
  const book = bookOf(holder.data.kind, known)
  const elsewhere = new Set(known.data.statements.filter(({ id }) => id !== statement.id).flatMap(({ matched }) => matched))
  const first = known.data.statements.map(({ from }) => from).sort()[0] ?? statement.data.from
  const open = book.filter(({ fact, on }) => !elsewhere.has(fact) && on >= daysAfter(first, -windowDays) && on <= daysAfter(to, windowDays))
  const meant = rows(meanings)
  const matches = matchLines({ lines: lines.filter(({ row }) => !meant.has(row)), entries: open }, pairs, windowDays)
  const matched = rows(matches)
  const shown = new Set(matches.flatMap(({ facts }) => facts))
  const entries = open.filter(({ fact, on }) => !shown.has(fact) && first <= on && on <= to)
  return {
    matches,
    meanings,
    lines: lines.filter(({ row }) => !matched.has(row) && !meant.has(row)),
    entries,
    overdue: entries.filter(({ on }) => daysAfter(on, windowDays) <= to),
    book,
  }
}

/** Lines whose reference stands on another line, of this statement or of any other of the institution, with the statements' facts. */
export function referencesTwice(statement: Entity<BankStatement>, known: Entity<BankBook>): { rows: number[]; positions: number[] } {
  const own = statement.data.lines.flatMap(({ row, reference }) => (reference ? [{ row, reference: plainReference(reference) }] : []))
  const others = known.data.statements.filter(({ id }) => id !== statement.id)
  const twice = own.filter(({ row, reference }) => own.some((other) => other.reference === reference && other.row !== row))
  const before = own.flatMap(({ row, reference }) =>
    others.flatMap(({ position, references }) => (references.some((other) => other.reference === reference) ? [{ row, position }] : [])),
  )
  return {
    rows: [...new Set([...twice, ...before].map(({ row }) => row))].sort((a, b) => a - b),
    positions: [...new Set(before.map(({ position }) => position))],
  }
}

/** The statements of the same account next to some days: the last that ends before them, and the first that begins after them. */
export function neighbours(
  { account, from, to }: { readonly account: string; readonly from: string; readonly to: string },
  { data: { statements } }: Entity<BankBook>,
): { readonly before: KnownStatement | undefined; readonly after: KnownStatement | undefined } {
  const same = statements.filter((each) => each.account === account).toSorted((a, b) => (a.from < b.from ? -1 : 1))
  return { before: same.findLast((each) => each.to < from), after: same.find((each) => each.from > to) }
}

/** What the facts say the account holds at the end of a day. */
export const bookBalance = (book: readonly BookEntry[], day: string): Sen =>
  book.filter(({ on }) => on <= day).reduce((sum, { amountSen }) => sum + amountSen, 0n)

/** What the facts say that it held before a day. */
export const bookBalanceBefore = (book: readonly BookEntry[], day: string): Sen => bookBalance(book, dayBefore(day))
