import { accountName, postings, type Fact, type Recorded } from '@jejak/domain'
import { foldInMemory, ledger } from '../../src/index.ts'
import { moneyFact } from './scenario.ts'

type Correcting = 'annul' | 'replace' | 'reverse'

/** A confirmed correction of a fact, as the kernel records it: the subject and the tags are those of the fact. */
export function correction(position: number, of: Recorded, how: Correcting, effectiveOn: string, replacement?: Fact['data']): Recorded {
  const { kind } = of.fact.subject
  const made = moneyFact(position, `${kind}.CorrectionConfirmed`, of.fact.subject.id, effectiveOn, {
    proposed: `proposal-of-${position}`,
    ...(replacement === undefined ? {} : { replacement }),
  })
  const fact: Fact = { ...made.fact, tags: of.fact.tags, corrects: { position: of.position, id: of.fact.id, how } }
  return { ...made, fact }
}

/** Balances by account name from the rows that facts make in memory: those known at a position and counting at a date. */
export function balancesIn(facts: readonly Recorded[], { known = Infinity, by = '9999-12-31' } = {}): Record<string, bigint> {
  const { ledgerPostings, ledgerAccounts } = foldInMemory(ledger, facts)
  const names = new Map(ledgerAccounts.map(({ account, name }) => [account, name]))
  const sums = new Map<string, bigint>()
  for (const { account, amountSen, position, effectiveOn } of ledgerPostings)
    if (Number(position) <= known && effectiveOn <= by) {
      const name = names.get(account) ?? '?'
      sums.set(name, (sums.get(name) ?? 0n) + amountSen)
    }
  return Object.fromEntries([...sums].filter(([, sen]) => sen !== 0n).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * The same by hand, with no table at all: facts as they stand after the corrections known at a position (CONTRACTS E4), then the entries of
 * those that count at a date. What is annulled is as if it had never been, what is replaced as if it had always been so, what is reversed
 * goes back on the day of the reversal.
 */
export function balancesByHand(facts: readonly Recorded[], { known = Infinity, by = '9999-12-31' } = {}): Record<string, bigint> {
  const sums = new Map<string, bigint>()
  const book = (fact: Fact, on: string, sign: bigint): void => {
    if (on > by) return
    for (const { account, amountSen } of postings(fact)) {
      const name = accountName(account)
      sums.set(name, (sums.get(name) ?? 0n) + amountSen * sign)
    }
  }
  const told = facts.filter(({ position }) => position <= known)
  for (const { fact, position } of told) {
    const corrections = told.filter((each) => each.fact.corrects?.position === position).map((each) => each.fact)
    if (corrections.some(({ corrects }) => corrects?.how === 'annul')) continue
    const replaced = corrections.findLast(({ corrects }) => corrects?.how === 'replace')
    const standing = replaced === undefined ? fact : { ...fact, data: replaced.data['replacement'] as Fact['data'] }
    book(standing, fact.effectiveOn, 1n)
    for (const { corrects, effectiveOn } of corrections) if (corrects?.how === 'reverse') book(standing, effectiveOn, -1n)
  }
  return Object.fromEntries([...sums].filter(([, sen]) => sen !== 0n).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
