import { rupiah, sen, sumSen, type Recorded } from '@jejak/domain'

/** Money of a line that paid something else (F4), and the amendments known of that would allow it: none before the expense. */
export interface Diversion {
  readonly position: number
  readonly proposal: string
  readonly effectiveOn: string
  /** Number of the receipt. */
  readonly paper: string
  readonly line: string
  readonly planned: string
  readonly paid: string
  /** Rupiah. */
  readonly amount: string
  /** Positions of amendments that came afterwards and name this line and this use, whatever date they bear. */
  readonly amendedAt: readonly number[]
}

/** All of them, with their sum in rupiah. */
export interface DivertedUse {
  readonly amount: string
  readonly expenses: readonly Diversion[]
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The amendments of a proposal that let a line serve a use, recorded after a position. */
const amendments = (facts: readonly Recorded[], { position, fact }: Recorded): number[] =>
  facts.flatMap((later) => {
    const purpose = later.fact.data['purpose'] as { line?: string; activity?: string } | undefined
    const fits = later.fact.type === 'proposal.Amended' && later.fact.subject.id === fact.subject.id && later.position > position
    return fits && purpose?.line === fact.data['line'] && purpose?.activity === fact.data['activity'] ? [later.position] : []
  })

/**
 * Finds money turned to another use without minutes: expenses that were recorded so. Pure; `facts` in log order. An amendment entered later
 * does not take an expense off the list, however early its date: it stands beside it. Source: DOMAIN §8.3, F4; appendix C7.
 */
export function divertedUse(facts: readonly Recorded[]): DivertedUse {
  const expenses = facts.flatMap((recorded): Diversion[] => {
    const { fact, position } = recorded
    const found = fact.deviations?.find(({ rule }) => rule === 'diverted-use')
    if (fact.type !== 'proposal.ExpenseRecorded' || found === undefined) return []
    const { effectiveOn, subject, data } = fact
    return [
      {
        position,
        proposal: subject.id,
        effectiveOn,
        paper: textOf(data['number']),
        line: textOf(data['line']),
        planned: textOf(found['planned']),
        paid: textOf(found['paid']),
        amount: textOf(data['amount']),
        amendedAt: amendments(facts, recorded),
      },
    ]
  })
  return { amount: rupiah(sumSen(expenses.map(({ amount }) => sen(amount)))), expenses }
}
