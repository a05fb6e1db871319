import { sen, sumSen, type Sen } from '../kernel/rupiah.ts'

/** Whose money a fact names: a tranche, a funding agreement, or the residents' cash. */
export interface Origin {
  readonly tranche?: string | undefined
  readonly agreement?: string | undefined
  readonly swadaya?: 'cash' | undefined
}

/** The source as one word: the id of the tranche or of the agreement, `swadaya`, or nothing where none is named. */
export const originOf = ({ tranche, agreement, swadaya }: Origin): string =>
  tranche ?? agreement ?? (swadaya === undefined ? '' : 'swadaya')

/** Whether exactly one source is named. */
export const hasOneOrigin = ({ tranche, agreement, swadaya }: Origin): boolean =>
  [tranche, agreement, swadaya].filter((each) => each !== undefined).length === 1

/** An amount that a group received, kept or gave back, and of which source: see {@link originOf}. */
export interface Received {
  readonly source: string
  readonly amountSen: Sen
}

/** Where money lies, and where an expense is paid from. */
export type Paid = 'bank' | 'cash'

/** Money spent on a line of the estimate, and out of which source. */
export interface Expense extends Received {
  readonly number: string
  readonly paidFrom: Paid
  readonly payee: 'supplier' | 'labour'
  readonly line: string
  /** Whether a tranche paid it: the grant has lines of the estimate of its own. */
  readonly ofGrant: boolean
}

/** An expense, of what its fact says. */
export const expenseOf = (
  given: Origin & {
    readonly number: string
    readonly line: string
    readonly amount: string
    readonly paidFrom?: Paid | undefined
    readonly payee?: Expense['payee'] | undefined
  },
): Expense => ({
  number: given.number,
  line: given.line,
  source: originOf(given),
  ofGrant: given.tranche !== undefined,
  amountSen: sen(given.amount),
  paidFrom: given.paidFrom ?? 'bank',
  payee: given.payee ?? 'supplier',
})

/** What an expense named as its source. */
export function originOfExpense({ source, ofGrant }: Expense): { tranche: string } | { agreement: string } | { swadaya: 'cash' } {
  if (ofGrant) return { tranche: source }
  return source === 'swadaya' ? { swadaya: 'cash' } : { agreement: source }
}

/** What a source is to give: `grant`, `swadaya` or the id of an agreement. */
export interface Funding {
  readonly from: string
  readonly amountSen: Sen
}

/** The sources of a proposal, as it names them. */
export const fundingOf = (lines: readonly { from: string; agreement?: string | undefined; amount: string }[]): Funding[] =>
  lines.map(({ from, agreement, amount }) => ({ from: agreement ?? from, amountSen: sen(amount) }))

/** What each line of an estimate comes to. */
export function linesOf(lines: readonly { readonly line: string; readonly amount: string }[]): Record<string, Sen> {
  // Line names come from outside: without a prototype no name means anything by itself.
  const sums = Object.create(null) as Record<string, Sen>
  for (const { line, amount } of lines) sums[line] = (sums[line] ?? 0n) + sen(amount)
  return sums
}

/** What a group had and has of its sources. */
export interface Purse {
  readonly paid: readonly Received[]
  readonly received: readonly Received[]
  readonly carried: readonly Received[]
  readonly expenses: readonly Expense[]
  readonly returned: readonly Received[]
  /** Drawn from the bank, below zero what was paid back into it. */
  readonly drawn: readonly Received[]
}

/** The sum of what is of a source. */
export const sumOf = (rows: readonly Received[], source: string): Sen =>
  sumSen(rows.filter((row) => row.source === source).map((row) => row.amountSen))

/** What a group has of a source: received, and carried over into it, less spent less paid back. */
export const heldByGroup = (p: Purse, source: string): Sen =>
  sumOf(p.paid, source) + sumOf(p.received, source) + sumOf(p.carried, source) - sumOf(p.expenses, source) - sumOf(p.returned, source)

/** What a group has of a source in the bank, or in cash. What it withheld as tax is neither: it stands apart until it is deposited. */
export function heldAs(p: Purse, source: string, where: Paid): Sen {
  const cash =
    sumOf(p.drawn, source) -
    sumOf(
      p.expenses.filter(({ paidFrom }) => paidFrom === 'cash'),
      source,
    )
  return where === 'cash' ? cash : heldByGroup(p, source) - cash
}

/** What was spent of all sources. */
export const spentByGroup = (p: Purse): Sen => sumSen(p.expenses.map((expense) => expense.amountSen))
