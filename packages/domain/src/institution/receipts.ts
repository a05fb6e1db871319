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

/** A page of the cash book proves every expense that stands on it. */
const provesMany = 'buku-kas'

const numberOf = ({ number, expense }: Given): string | undefined => number ?? expense

const known = (receipts: readonly Receipt[], given: Given, { fact: { subject, evidence }, position }: Recorded): readonly Receipt[] => [
  ...receipts,
  ...evidence.flatMap(({ sha256, docType }) =>
    sha256 === undefined || docType === provesMany ? [] : [{ sha256, of: subject.id, number: numberOf(given), position }],
  ),
]

/** The files that prove the expenses of a board and of the groups that it pays, under its tag. */
export const receiptsFold = foldOf<readonly Receipt[]>('institution', {
  name: 'receipts',
  initial: [],
  effects: [on(ExpenseRecorded, known), on(ReceiptAttached, known), on(BopSpent, known)],
})

/**
 * Builds what tells an expense one of whose papers is, byte for byte, the paper of another expense under the same board, of whatever
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
        const others = x.world
          .one(receiptsFold, board)
          .data.filter(({ of, number }) => of !== x.self.id || number !== numberOf(x.call.data))
        for (const { sha256, docType, number } of x.call.evidence) {
          const same = docType === provesMany ? undefined : others.find((other) => other.sha256 === sha256)
          if (same === undefined) continue
          const paper = number === undefined ? docType : `${docType} ${number}`
          return { waived: true, details: { paper, position: same.position }, facts: [same.position] }
        }
        return undefined
      },
    }),
  }
}
