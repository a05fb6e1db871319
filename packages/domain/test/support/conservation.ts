import { expect } from 'vitest'
import {
  accountName,
  accountRole,
  corrected,
  countedBy,
  institutionFold,
  loanFold,
  poolMoneyFold,
  postings,
  type Account,
  type AccountKind,
  type Posting,
  type Recorded,
} from '@jejak/domain'
import { sen } from '../../src/kernel/rupiah.ts'
import type { Tax } from '../../src/kernel/taxes.ts'
import { heldByGroups, heldByImplementer, partnershipFold } from '../../src/partnership/machine.ts'
import { proposalFold } from '../../src/proposal/machine.ts'
import { heldAs, spentByGroup, sumOf } from '../../src/proposal/money.ts'
import { heldByBoard, operatingInBank, trancheFold } from '../../src/tranche/machine.ts'
import type { MemoryLog } from './memory.ts'

type Where = Partial<Record<'fund' | 'tranche' | 'proposal' | 'loan' | 'swadaya', string | null>>
/** What stands on accounts of these kinds that are kept for this tranche, proposal and so on, or for none (`null`). */
type Booked = (kinds: readonly AccountKind[] | 'money', where: Where) => bigint

const sum = (list: readonly bigint[]): bigint => list.reduce((total, each) => total + each, 0n)
const parts = ['tranche', 'proposal', 'loan', 'swadaya'] as const
const fundOf = ({ fund }: Account): string => `${fund.kind}:${fund.id}`
const inGroups = ['group-bank', 'group-cash'] as const
const taxes = ['tax-payable', 'tax-office'] as const
const works = ['suppliers', 'wages', ...taxes] as const

/** The entries of the facts as they stand, and of what was paid back, each turned about. */
function entries(facts: readonly Recorded[]): Posting[] {
  const { standing, reversals } = corrected(facts)
  return standing.flatMap((recorded) => {
    const reversed = reversals.get(recorded.position)
    return reversed === undefined
      ? postings(recorded.fact)
      : postings(reversed.fact).map(({ account, amountSen }) => ({ account, amountSen: -amountSen }))
  })
}

const bookedIn =
  (list: readonly Posting[]): Booked =>
  (kinds, where) =>
    sum(
      list
        .filter(
          ({ account }) =>
            (kinds === 'money' ? accountRole(account) !== 'memorandum' : kinds.includes(account.kind)) &&
            (where.fund === undefined || fundOf(account) === where.fund) &&
            parts.every((part) => where[part] === undefined || (account[part] ?? null) === where[part]),
        )
        .map(({ amountSen }) => amountSen),
    )

/** Deposits of taxes whose withholding was reversed: they stand in the books, and no state tells of them (`reversed-tax-deposited`). */
const depositedAstray = (log: MemoryLog, subject: string, withheld: readonly Tax[]): bigint =>
  sum(
    countedBy(log.facts)
      .filter(({ fact }) => fact.type.endsWith('.TaxPaid') && fact.subject.id === subject)
      .map(({ fact }) => fact.data as { due: string; amount: string })
      .filter(({ due }) => !withheld.some(({ number }) => number === due))
      .map(({ amount }) => sen(amount)),
  )

/** Taxes withheld and not deposited, and those deposited. */
function taxesOf(log: MemoryLog, subject: string, withheld: readonly Tax[]): { readonly payable: bigint; readonly paid: bigint } {
  const paid = sum(withheld.map(({ paidSen }) => paidSen)) + depositedAstray(log, subject, withheld)
  return { payable: sum(withheld.map(({ amountSen }) => amountSen)) - paid, paid }
}

interface Books {
  readonly log: MemoryLog
  readonly on: Booked
  readonly idsOf: (kind: string) => readonly string[]
}
/** A figure by name: what the books say and what the state says. */
type Figures = Record<string, readonly [booked: bigint, told: bigint]>

function ofTranche({ log, on }: Books, tranche: string): Figures {
  const t = log.fold(trancheFold, tranche).data
  const own = (...kinds: AccountKind[]): bigint => on(kinds, { tranche })
  const ofBoard = (...kinds: AccountKind[]): bigint => on(kinds, { tranche, proposal: null })
  const { payable, paid } = taxesOf(log, tranche, t.taxes)
  return {
    treasury: [own('treasury'), t.leftoverReturnedSen - t.sp2dSen],
    transit: [own('in-transit'), t.sp2dSen - t.creditedSen],
    bank: [own('board-bank', 'board-operating'), heldByBoard(t) - t.cashSen],
    operating: [own('board-operating'), operatingInBank(t)],
    cash: [own('board-cash'), t.cashSen],
    groups: [own(...inGroups), t.paidToKsmSen + t.carriedSen - t.carriedByBoardSen - t.expensesSen - t.returnedByKsmSen],
    operatingCost: [ofBoard('operating-suppliers', ...taxes), t.bopSpentSen],
    taxPayable: [ofBoard('tax-payable'), payable],
    taxOffice: [ofBoard('tax-office'), paid],
    works: [own(...works) - ofBoard(...taxes), t.expensesSen],
    kept: [own('community-fund'), t.leftoverKeptSen],
    // What left the grant went on into pools, or into another of its tranches.
    leftIt: [-on('money', { tranche }), t.poolFundedSen - own('loan-fund') - t.carriedSen],
  }
}

function ofProposal({ log, on, idsOf }: Books, proposal: string): Figures {
  const p = log.fold(proposalFold, proposal).data
  const sources: readonly (readonly [source: string, where: Where])[] = [
    ...idsOf('tranche').map((tranche) => [tranche, { tranche }] as const),
    ...idsOf('partnership').map((id) => [id, { fund: `partnership:${id}` }] as const),
    ['swadaya', { swadaya: 'cash' }],
  ]
  const ofSource = sources.flatMap(([source, where]) => {
    const own = (...kinds: AccountKind[]): bigint => on(kinds, { proposal, ...where })
    return [
      [`bank ${source}`, [own('group-bank'), heldAs(p, source, 'bank')]],
      [`cash ${source}`, [own('group-cash'), heldAs(p, source, 'cash')]],
      [`spent ${source}`, [own(...works), sumOf(p.expenses, source)]],
    ] as const
  })
  const ofKind = Object.entries(p.swadayaByKindSen).map(
    ([swadaya, told]) => [`swadaya ${swadaya}`, [on(['swadaya-used'], { proposal, swadaya }), told]] as const,
  )
  const { payable, paid } = taxesOf(log, proposal, p.taxes)
  const own = (...kinds: AccountKind[]): bigint => on(kinds, { proposal })
  return {
    ...Object.fromEntries<readonly [bigint, bigint]>([...ofSource, ...ofKind]),
    spent: [own(...works), spentByGroup(p)],
    taxPayable: [own('tax-payable'), payable],
    taxOffice: [own('tax-office'), paid],
    residents: [-own('residents'), sumOf(p.received, 'swadaya')],
    pledged: [own('swadaya-pledged'), p.swadayaPledgedSen],
    contributed: [own('swadaya-used'), p.swadayaRealisedSen],
  }
}

function ofAgreement({ log, on, idsOf }: Books, id: string): Figures {
  const p = log.fold(partnershipFold, id).data
  const fund = `partnership:${id}`
  const own = (...kinds: AccountKind[]): bigint => on(kinds, { fund })
  return {
    funder: [own('funder'), p.leftoverReturnedSen - p.receivedSen],
    bank: [own('agreement-bank'), heldByImplementer(p)],
    groups: [own(...inGroups), heldByGroups(p)],
    spent: [own('implementer-suppliers'), p.spentSen],
    works: [own(...works), p.spentByGroupsSen],
    kept: [own('community-fund'), p.leftoverKeptSen],
    given: [own('contribution-used'), p.contributedSen],
    intoPools: [-on('money', { fund }), p.intoPoolsSen],
    inPools: [sum(idsOf('loanPool').map((pool) => log.fold(poolMoneyFold, pool).data.agreementsSen[id] ?? 0n)), p.intoPoolsSen],
  }
}

function ofPool({ log, on, idsOf }: Books, id: string): Figures {
  const m = log.fold(poolMoneyFold, id).data
  const fund = `loanPool:${id}`
  const own = (...kinds: AccountKind[]): bigint => on(kinds, { fund })
  const loans = idsOf('loan').map((loan) => log.fold(loanFold, loan))
  const ofLoans = loans
    .filter(({ data }) => data.pool === id)
    .map((loan) => [`owed ${loan.id}`, [on(['loan-principal'], { fund, loan: loan.id }), loan.data.balanceSen]] as const)
  return {
    ...Object.fromEntries<readonly [bigint, bigint]>(ofLoans),
    cash: [own('loan-fund'), m.cashSen],
    owed: [own('loan-principal'), m.outstandingSen],
    jasa: [-own('loan-jasa'), m.jasaSen + m.capitalisedSen],
    income: [-own('pool-income'), m.incomeSen],
    cost: [own('pool-cost'), m.costSen],
    writtenOff: [own('written-off'), m.writtenOffSen],
    // What no account of the pool gave came out of grants and agreements.
    capital: [on('money', { fund }) - own('pool-capital'), m.capitalSen],
  }
}

function ofGroup({ log, on }: Books, id: string): Figures {
  const { heldSen, aidSen, profitSen } = log.fold(institutionFold, id).data
  const own = (...kinds: AccountKind[]): bigint => on(kinds, { fund: `institution:${id}` })
  return {
    held: [own('group-bank'), heldSen],
    aid: [-own('treasury'), aidSen],
    profit: [-own('business-sales', 'suppliers', 'members-share'), profitSen],
    all: [on('money', { fund: `institution:${id}` }), 0n],
  }
}

const figuresOf = {
  tranche: ofTranche,
  proposal: ofProposal,
  partnership: ofAgreement,
  loanPool: ofPool,
  institution: ofGroup,
}

/** Accounts that are kept for an entity of which no fact tells. */
const strayIn = (list: readonly Posting[], opened: ReadonlySet<string>): string[] =>
  list
    .filter(({ account }) =>
      [
        fundOf(account),
        ...(['tranche', 'proposal', 'loan'] as const).flatMap((key) => (account[key] === undefined ? [] : `${key}:${account[key]}`)),
      ].some((each) => !opened.has(each)),
    )
    .map(({ account }) => accountName(account))

/**
 * Expects of every entity of a log that the books, entered from its facts alone, say of its money what its own state says, to the sen; that
 * all books together are zero; and that no money stands on an account of nobody.
 */
export function expectConserved(log: MemoryLog): void {
  const list = entries(log.facts)
  const opened = new Set(log.facts.map(({ fact: { subject } }) => `${subject.kind}:${subject.id}`))
  const idsOf = (kind: string): string[] =>
    [...opened].filter((each) => each.startsWith(`${kind}:`)).map((each) => each.slice(kind.length + 1))
  const books: Books = { log, on: bookedIn(list), idsOf }
  expect([sum(list.map(({ amountSen }) => amountSen)), strayIn(list, opened)]).toEqual([0n, []])
  for (const [kind, figures] of Object.entries(figuresOf))
    for (const id of idsOf(kind)) {
      const found = Object.entries(figures(books, id))
      const as = (side: 0 | 1): object => ({
        entity: `${kind}:${id}`,
        ...Object.fromEntries(found.map(([name, pair]) => [name, pair[side]])),
      })
      expect(as(0)).toEqual(as(1))
    }
}
