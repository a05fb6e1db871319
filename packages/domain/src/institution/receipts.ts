import { foldOf, on } from '../kernel/entity.ts'
import type { Recorded } from '../kernel/event.ts'
import { dataRule, type Rule, type Situation } from '../kernel/rule.ts'
import { one, type Read } from '../kernel/world.ts'
import { allocationFold } from '../allocation/machine.ts'
import { ExpenseRecorded, ReceiptAttached } from '../proposal/events.ts'
import { BopSpent } from '../tranche/events.ts'

interface Receipt {
  readonly sha256: string
  /** The expense that it proves: whose it is, and its number there. */
  readonly of: string
  readonly number: string | undefined
  readonly position: number
}

/** What an expense says of itself, and a receipt of the expense that it is handed in for. */
interface Given {
  readonly number?: string
  readonly expense?: string | undefined
}

/** Kinds of paper that prove one payment. A page of the cash book or of a bank, or minutes, may stand behind several. */
const provesOne: readonly string[] = ['kwitansi', 'kuitansi', 'nota', 'faktur', 'faktur-pajak', 'struk', 'bon', 'invoice']

interface Receipts {
  readonly receipts: readonly Receipt[]
  /** Expenses that stand, as {@link expenseOf} names them: what was handed in for another proves nothing. */
  readonly expenses: readonly string[]
}

const numberOf = ({ number, expense }: Given): string | undefined => number ?? expense
const expenseOf = (subject: string, number: string | undefined): string => `${subject} ${number ?? ''}`

const handedIn = ({ receipts, expenses }: Receipts, given: Given, { fact: { subject, evidence }, position }: Recorded): Receipts => ({
  expenses,
  receipts: [
    ...receipts,
    ...evidence.flatMap(({ sha256, docType }) =>
      sha256 !== undefined && provesOne.includes(docType) ? [{ sha256, of: subject.id, number: numberOf(given), position }] : [],
    ),
  ],
})
const spent = (before: Receipts, given: Given, recorded: Recorded): Receipts => ({
  ...handedIn(before, given, recorded),
  expenses: [...before.expenses, expenseOf(recorded.fact.subject.id, numberOf(given))],
})

/** The files that prove the expenses of a board and of the groups that it pays, under its tag. */
export const receiptsFold = foldOf<Receipts>('institution', {
  name: 'receipts',
  initial: { receipts: [], expenses: [] },
  effects: [on(ExpenseRecorded, spent), on(ReceiptAttached, handedIn), on(BopSpent, spent)],
})

/**
 * Builds what tells an expense one of whose receipts is, byte for byte, that of another expense under the same board, of whatever
 * proposal, tranche or year. It is noted and refuses nothing: one receipt may list what two expenses paid. Source: DOMAIN §8.3 F3, A-06.
 */
export function receiptOnce<S extends { readonly allocation: string }>(): {
  readonly read: (x: Pick<Situation<S>, 'self' | 'world'>) => Read[]
  readonly rule: Rule<S, Given>
} {
  const boardOf = ({ self, world }: Pick<Situation<S>, 'self' | 'world'>): string | undefined =>
    world.one(allocationFold, self.data.allocation).data.recipient
  return {
    read: (x) => {
      const board = boardOf(x)
      return board === undefined ? [] : [one(receiptsFold, board)]
    },
    rule: dataRule<S, Given>('receipt-repeated', {
      id: 'Berkas {paper} sudah menjadi bukti pengeluaran lain (fakta {position}).',
      en: 'The file of {paper} is the evidence of another expense already (fact {position}).',
      source: 'DOMAIN §8.3 F3, A-06',
      broken: (x) => {
        const board = boardOf(x)
        if (board === undefined) return undefined
        const { receipts, expenses } = x.world.one(receiptsFold, board).data
        const own = expenseOf(x.self.id, numberOf(x.call.data))
        const isOther = ({ of, number }: Receipt): boolean => {
          const expense = expenseOf(of, number)
          return expense !== own && expenses.includes(expense)
        }
        for (const { sha256, docType, number } of x.call.evidence) {
          if (!provesOne.includes(docType)) continue
          const same = receipts.find((receipt) => receipt.sha256 === sha256 && isOther(receipt))
          if (same === undefined) continue
          const paper = number === undefined ? docType : `${docType} ${number}`
          return { waived: true, details: { paper, position: same.position }, facts: [same.position] }
        }
        return undefined
      },
    }),
  }
}
