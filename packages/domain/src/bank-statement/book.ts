import type { Fact, Recorded } from '../kernel/event.ts'
import { allBehind, corrected } from '../kernel/corrections.ts'
import { foldedOf, foldOf, on, type Entity } from '../kernel/entity.ts'
import { sen, type Sen } from '../kernel/rupiah.ts'
import type { InstitutionKind } from '../institution/events.ts'
import { LoanPoolOpened } from '../loan-pool/events.ts'
import { PartnershipSigned } from '../partnership/events.ts'
import { accountRole, answeringAccount, bankOf, moneyTypes, postings, type Account, type AccountKind } from '../postings.ts'
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
  /** The fact, what was withheld of it, and the corrections that replaced what these say. */
  readonly positions: readonly number[]
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
  readonly openingSen: Sen
  readonly closingSen: Sen
  readonly position: number
  readonly references: readonly { readonly row: number; readonly reference: string }[]
  /** Facts that its last reconciliation matched. */
  readonly matched: readonly string[]
}

/** What moved on the accounts of an institution, and the statements of its banks. */
export interface BankBook {
  readonly statements: readonly KnownStatement[]
  /** Agreements that it implements: their money comes to its account, whatever kind of institution it is. */
  readonly implemented: readonly string[]
  /** Pools of loans that it runs, or whose board it is. */
  readonly pools: readonly string[]
}

/** A reference as two papers write it alike: banks print it in capitals, without blanks and hyphens. */
export const plainReference = (reference: string): string => reference.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')

/** Read under the tag of the institution: an aspect, so that money facts do not disturb its other ones. */
export const bankBookFold = foldOf<BankBook>('institution', {
  name: 'bank-book',
  initial: { statements: [], implemented: [], pools: [] },
  types: [...moneyTypes],
  effects: [
    on(PartnershipSigned, (book, { implementer }, { fact: { subject } }, id) =>
      implementer === id ? { ...book, implemented: [...book.implemented, subject.id] } : book,
    ),
    on(LoanPoolOpened, (book, { owner, board }, { fact: { subject } }, id) =>
      owner === id || board === id ? { ...book, pools: [...book.pools, subject.id] } : book,
    ),
    on(BankStatementReceived, (book, { account, from, to, opening, closing, lines }, { fact, position }) => ({
      ...book,
      statements: [
        ...book.statements,
        {
          id: fact.subject.id,
          account,
          from,
          to,
          position,
          openingSen: sen(opening),
          closingSen: sen(closing),
          references: lines.flatMap(({ row, reference }) => (reference ? [{ row, reference: plainReference(reference) }] : [])),
          matched: [],
        },
      ],
    })),
    on(BankReconciled, (book, { matches }, { fact }) => ({
      ...book,
      statements: book.statements.map((each) =>
        each.id === fact.subject.id ? { ...each, matched: matches.flatMap(({ facts }) => facts) } : each,
      ),
    })),
  ],
})

const numbersOf = ({ data }: Fact): string[] =>
  [data['bankReference'], data['number'], data['ntpn']].filter((each) => typeof each === 'string').map(plainReference)

/** A fact that counts, and whose money it moved or, if it reverses another, took back. */
interface Counted {
  readonly recorded: Recorded
  readonly money: Fact
  readonly sign: 1n | -1n
}

const movedOn = (isHere: (account: Account) => boolean, { money, sign }: Counted): Sen =>
  postings(money)
    .filter(({ account }) => isHere(account))
    .reduce((sum, posting) => sum + sign * posting.amountSen, 0n)

/** Whether it has to do with an account: money of agreements is with their implementers, cash of pools with who runs them. */
function isOfIts({ implemented, pools }: BankBook, { kind, fund }: Account): boolean {
  if (kind === 'agreement-bank') return implemented.includes(fund.id)
  return kind !== 'loan-fund' || fund.kind !== 'loanPool' || pools.includes(fund.id)
}

/** What ties a tax to the payment that it was withheld from, and its deposit to the tax: numbers of one proposal or tranche. */
const linkOf = ({ subject }: Fact, number: unknown): string => `${subject.id} ${String(number)}`

/** What was withheld of a payment, and the facts that say so. */
interface Withheld {
  readonly sum: Sen
  readonly by: readonly Recorded[]
}
const nothing: Withheld = { sum: 0n, by: [] }

/**
 * What was withheld stays on the account: the payee got that much less, and the deposit takes it out. Both only where the payment left this
 * account; what was paid in cash was withheld in cash.
 */
function taxesOn(
  counted: readonly Counted[],
  paidHere: ReadonlySet<string>,
): { withheld: Map<string, Withheld>; deposits: Map<Fact, Sen> } {
  const withheld = new Map<string, Withheld>()
  const deposits = new Map<Fact, Sen>()
  const dueHere = new Set<string>()
  for (const { recorded, money, sign } of counted) {
    const { amount, expense, number, due } = money.data
    if (money.type.endsWith('.TaxDue') && paidHere.has(linkOf(money, expense))) {
      const payment = linkOf(money, expense)
      const { sum, by } = withheld.get(payment) ?? nothing
      withheld.set(payment, { sum: sum + sign * sen(amount as string), by: [...by, recorded] })
      dueHere.add(linkOf(money, number))
    }
    if (money.type.endsWith('.TaxPaid') && dueHere.has(linkOf(money, due))) deposits.set(money, -sign * sen(amount as string))
  }
  return { withheld, deposits }
}

/**
 * What the facts say of the bank account of an institution, in log order, as their corrections leave them: a payment that was reversed is
 * there, and its reversal too; a payment that tax was withheld from counts with what the payee got. Of several accounts of one institution
 * facts do not say which.
 */
export function bookOf(kind: InstitutionKind | undefined, book: Entity<BankBook>): BookEntry[] {
  const own = bankOf(kind)
  const isHere = (account: Account): boolean =>
    isOfIts(book.data, account) && (account.kind === 'agreement-bank' || answeringAccount(account).kind === own)
  const { standing, reversals } = corrected(foldedOf(book))
  const counted = standing.flatMap((recorded): Counted[] => {
    const reversed = reversals.get(recorded.position)
    if (reversed) return [{ recorded, money: reversed.fact, sign: -1n }]
    return moneyTypes.has(recorded.fact.type) ? [{ recorded, money: recorded.fact, sign: 1n }] : []
  })
  const paidHere = new Set(counted.flatMap((each) => (movedOn(isHere, each) === 0n ? [] : [linkOf(each.money, each.money.data['number'])])))
  const { withheld, deposits } = taxesOn(counted, paidHere)
  return counted.flatMap((each): BookEntry[] => {
    const { recorded, money, sign } = each
    const moved = movedOn(isHere, each)
    const kept = moved === 0n ? nothing : (withheld.get(linkOf(money, money.data['number'])) ?? nothing)
    const amountSen = moved + sign * kept.sum + (deposits.get(money) ?? 0n)
    const { id: fact, type, effectiveOn } = recorded.fact
    return amountSen === 0n
      ? []
      : [
          {
            fact,
            position: recorded.position,
            positions: allBehind([recorded, ...kept.by]),
            type,
            on: effectiveOn,
            amountSen,
            references: numbersOf(recorded.fact),
          },
        ]
  })
}

/** Whose hands an account of this kind of institution is in: a board's tax lies with its tranche, a group's with its proposal. */
function isHeldBy(own: AccountKind, book: BankBook, account: Account): boolean {
  const { kind, fund, proposal } = account
  if (!isOfIts(book, account)) return false
  if (kind === 'agreement-bank') return true
  if (kind === 'tax-payable') return own === 'group-bank' ? proposal !== undefined : own === 'board-bank' && proposal === undefined
  if (kind === 'loan-fund') return fund.kind === 'loanPool'
  const [holder] = own.split('-')
  return accountRole(account) === 'held' && own !== 'loan-fund' && kind.startsWith(`${holder}-`)
}

/**
 * What by its facts is in the hands of an institution, in sen: on accounts and in cash, taxes withheld and not deposited, the cash of its
 * pools of loans. Below zero where more went out than came in. What stays with the community for good is nobody's to give back.
 */
export function heldBy(kind: InstitutionKind | undefined, book: Entity<BankBook>): Sen {
  const { standing, reversals } = corrected(foldedOf(book))
  const own = bankOf(kind)
  let sum = 0n
  for (const recorded of standing) {
    const reversed = reversals.get(recorded.position)
    for (const { account, amountSen } of postings((reversed ?? recorded).fact))
      if (isHeldBy(own, book.data, account)) sum += reversed ? -amountSen : amountSen
  }
  return sum
}
