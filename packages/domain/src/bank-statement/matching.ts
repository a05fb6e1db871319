import type { Sen } from '../kernel/rupiah.ts'
import { plainReference, type BookEntry, type Line } from './book.ts'

/** A line and the facts that it stands for. */
export interface Match {
  readonly row: number
  readonly facts: readonly string[]
  readonly how: 'by-hand' | 'reference' | 'amount-and-date'
  /** What the bank moved beyond the facts, in sen; zero where they agree. */
  readonly differenceSen: Sen
}

/** A pair that people made. */
export interface Pair {
  readonly row: number
  readonly facts: readonly string[]
}

const dayMs = 86_400_000
const daysApart = (a: string, b: string): number => Math.abs(Date.parse(a) - Date.parse(b)) / dayMs

const total = (entries: readonly BookEntry[]): Sen => entries.reduce((sum, { amountSen }) => sum + amountSen, 0n)

function matchOf(line: Line, entries: readonly BookEntry[], how: Match['how']): Match {
  return { row: line.row, facts: entries.map(({ fact }) => fact), how, differenceSen: line.amountSen - total(entries) }
}

/** Lines and entries that nothing has matched yet. */
interface Rest {
  readonly lines: readonly Line[]
  readonly entries: readonly BookEntry[]
}

function without({ lines, entries }: Rest, matches: readonly Match[]): Rest {
  const rows = new Set(matches.map(({ row }) => row))
  const facts = new Set(matches.flatMap((match) => match.facts))
  return { lines: lines.filter(({ row }) => !rows.has(row)), entries: entries.filter(({ fact }) => !facts.has(fact)) }
}

const handMatches = ({ lines, entries }: Rest, pairs: readonly Pair[]): Match[] =>
  pairs.flatMap(({ row, facts }) => {
    const line = lines.find((each) => each.row === row)
    const named = entries.filter(({ fact }) => facts.includes(fact))
    return line && named.length > 0 ? [matchOf(line, named, 'by-hand')] : []
  })

/** One line bears the number, one way: all facts of that number and way stand behind it, whatever their sum. */
function referenceMatches({ lines, entries }: Rest): Match[] {
  const way = (amountSen: Sen): string => (amountSen > 0n ? 'in' : 'out')
  const bearing = lines.filter(({ reference }) => reference)
  const byReference = Map.groupBy(bearing, ({ reference = '', amountSen }) => `${way(amountSen)} ${plainReference(reference)}`)
  return [...byReference].flatMap(([key, same]) => {
    const [line, ...others] = same
    const named = entries.filter(({ references, amountSen }) => references.some((each) => `${way(amountSen)} ${each}` === key))
    // A number that the bank printed twice is matched with none: people must say which line it is.
    return line && others.length === 0 && named.length > 0 ? [matchOf(line, named, 'reference')] : []
  })
}

/** The same amount within the days, where it is the only such line and the only such fact. */
function amountMatches({ lines, entries }: Rest, windowDays: number): Match[] {
  const byAmount = Map.groupBy(entries, ({ amountSen }) => String(amountSen))
  const near = (line: Line): BookEntry[] =>
    (byAmount.get(String(line.amountSen)) ?? []).filter((entry) => daysApart(entry.on, line.on) <= windowDays)
  const candidates = lines.map((line) => ({ line, found: near(line) }))
  const wanted = Map.groupBy(
    candidates.flatMap(({ found }) => found),
    ({ fact }) => fact,
  )
  return candidates.flatMap(({ line, found }) => {
    const [entry, ...others] = found
    return entry && others.length === 0 && wanted.get(entry.fact)?.length === 1 ? [matchOf(line, [entry], 'amount-and-date')] : []
  })
}

/**
 * Matches the lines of a statement with the facts on the account: pairs made by hand first, then by reference, then by amount within so
 * many days. What could be one or the other is left for people. The same for the same input, in order of lines.
 */
export function matchLines(all: Rest, pairs: readonly Pair[], windowDays: number): Match[] {
  const byHand = handMatches(all, pairs)
  const afterHand = without(all, byHand)
  const byReference = referenceMatches(afterHand)
  const afterReference = without(afterHand, byReference)
  return [...byHand, ...byReference, ...amountMatches(afterReference, windowDays)].sort((a, b) => a.row - b.row)
}
