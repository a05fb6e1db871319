import type { Fact, Recorded } from '../kernel/event.ts'
import { corrected } from '../kernel/corrections.ts'
import { foldOf, on, type Entity } from '../kernel/entity.ts'
import { sen, type Sen } from '../kernel/rupiah.ts'
import type { InstitutionKind } from '../institution/events.ts'
import { answeringAccount, bankOf, moneyTypes, postings, type AccountKind } from '../postings.ts'
import { BankReconciled, BankStatementReceived } from './events.ts'

/** A line of a bank statement; `amountSen` is above zero where money came in. */
export interface Line {
  readonly row: number
  readonly on: string
  readonly amountSen: Sen
  readonly reference: string | undefined
}

/** A fact that moved money on the account of an institution; `amountSen` is above zero where money came in. */
export interface BookEntry {
  readonly fact: string
  readonly position: number
  readonly type: string
  readonly on: string
  readonly amountSen: Sen
  /** The numbers by which the bank may know it, as {@link plainReference} writes them. */
  readonly references: readonly string[]
}

/** A statement at hand, under the institution whose account it is of. */
export interface KnownStatement {
  readonly id: string
  readonly account: string
  readonly from: string
  readonly to: string
  readonly closingSen: Sen
  readonly position: number
  readonly references: readonly { readonly row: number; readonly reference: string }[]
  /** Facts that its last reconciliation matched. */
  readonly matched: readonly string[]
}

/** What moved on the accounts of an institution, and the statements of its banks. */
export interface BankBook {
  readonly statements: readonly KnownStatement[]
}

/** A reference as two papers write it alike: banks print it in capitals, without blanks and hyphens. */
export const plainReference = (reference: string): string => reference.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')

/** Read under the tag of the institution: an aspect, so that money facts do not disturb its other ones. */
export const bankBookFold = foldOf<BankBook>('institution', {
  name: 'bank-book',
  initial: { statements: [] },
  types: [...moneyTypes],
  effects: [
    on(BankStatementReceived, ({ statements }, { account, from, to, closing, lines }, { fact, position }) => ({
      statements: [
        ...statements,
        {
          id: fact.subject.id,
          account,
          from,
          to,
          position,
          closingSen: sen(closing),
          references: lines.flatMap(({ row, reference }) => (reference ? [{ row, reference: plainReference(reference) }] : [])),
          matched: [],
        },
      ],
    })),
    on(BankReconciled, ({ statements }, { matches }, { fact }) => ({
      statements: statements.map((each) =>
        each.id === fact.subject.id ? { ...each, matched: matches.flatMap(({ facts }) => facts) } : each,
      ),
    })),
  ],
})

const numbersOf = ({ data }: Fact): string[] =>
  [data['bankReference'], data['number']].filter((each) => typeof each === 'string').map(plainReference)

/** What a fact moved on an account of this kind, or took back if it reverses another; nothing where it moved none there. */
function entryOf(account: AccountKind, { fact, position }: Recorded, money: Recorded, sign: 1n | -1n): BookEntry[] {
  const amountSen = postings(money.fact)
    .filter((posting) => answeringAccount(posting.account).kind === account)
    .reduce((sum, posting) => sum + posting.amountSen, 0n)
  if (amountSen === 0n) return []
  return [{ fact: fact.id, position, type: fact.type, on: fact.effectiveOn, amountSen: sign * amountSen, references: numbersOf(fact) }]
}

/**
 * What the facts say of the bank account of an institution, in log order, as their corrections leave them: a payment that was reversed is
 * there, and its reversal too. A board, a group, a finance unit each keep another account; of several accounts of one institution facts do
 * not say which.
 */
export function bookOf(kind: InstitutionKind | undefined, { facts, corrections }: Entity<BankBook>): BookEntry[] {
  const account = bankOf(kind)
  const { standing, reversals } = corrected([...facts, ...corrections].sort((a, b) => a.position - b.position))
  return standing.flatMap((recorded) => {
    const reversed = reversals.get(recorded.position)
    if (reversed) return entryOf(account, recorded, reversed, -1n)
    return moneyTypes.has(recorded.fact.type) ? entryOf(account, recorded, recorded, 1n) : []
  })
}
