import { corrected, positionsBehind, rupiah, sen, sumSen, type Fact, type Recorded } from '@jejak/domain'

/** Money of a line that paid something else (F4), and the amendments known of that would allow it: none before the expense. */
export interface Diversion {
  readonly position: number
  /** The fact and the corrections that replaced what it says. */
  readonly positions: readonly number[]
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

/** The line and the use that an amendment names, as one text. */
const useOf = ({ data: { purpose } }: Fact): string | undefined =>
  typeof purpose === 'object' && purpose !== null && 'line' in purpose && 'activity' in purpose
    ? `${textOf(purpose['line'])} ${textOf(purpose['activity'])}`
    : undefined

/** The amendments of a proposal that let a line serve a use, recorded after a position. */
const amendments = (facts: readonly Recorded[], { position, fact }: Recorded): number[] =>
  facts
    .filter((later) => later.position > position && later.fact.type === 'proposal.Amended' && later.fact.subject.id === fact.subject.id)
    .filter((later) => useOf(later.fact) === `${textOf(fact.data['line'])} ${textOf(fact.data['activity'])}`)
    .map((later) => later.position)

/**
 * Finds money turned to another use without minutes: expenses that were recorded so. Pure; `facts` in log order. An amendment entered later
 * does not take an expense off the list, however early its date: it stands beside it. Source: DOMAIN §8.3, F4; appendix C7.
 */
export function divertedUse(known: readonly Recorded[]): DivertedUse {
  const facts = corrected(known).standing
  const expenses = facts.flatMap((recorded): Diversion[] => {
    const { fact, position } = recorded
    const found = fact.deviations?.find(({ rule }) => rule === 'diverted-use')
    if (fact.type !== 'proposal.ExpenseRecorded' || found === undefined) return []
    const { effectiveOn, subject, data } = fact
    return [
      {
        position,
        positions: positionsBehind(recorded),
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
