import { amountForPeople, rupiah, sen } from '@jejak/domain'
import { footOf, range, signed, type Amount, type Behind, type Moment } from './ledger-text.ts'
import { tableOf } from './table.ts'

interface Trial {
  readonly role: string
  readonly account?: string
  readonly opening: Amount
  readonly debit: string
  readonly credit: string
  readonly closing: Amount
  readonly before: Behind
  readonly postings: Behind
}

const senOf = ({ amount, side }: Amount): bigint => (side === 'credit' ? -sen(amount) : sen(amount))
const amountOf = (total: bigint): Amount => ({ amount: rupiah(total < 0n ? -total : total), side: total < 0n ? 'credit' : 'debit' })

/** What is behind several figures together. */
function togetherOf(parts: readonly Behind[]): Behind {
  const positions = parts.flatMap(({ first, last }) => (first === null || last === null ? [] : [first, last]))
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    first: positions.length === 0 ? null : Math.min(...positions),
    last: positions.length === 0 ? null : Math.max(...positions),
  }
}

/** The last line of a trial balance: every account, whatever the page. */
function allOf(roles: readonly Trial[]): Trial {
  const total = (pick: (row: Trial) => bigint): bigint => roles.reduce((sum, row) => sum + pick(row), 0n)
  return {
    role: 'all',
    opening: amountOf(total(({ opening }) => senOf(opening))),
    debit: rupiah(total(({ debit }) => sen(debit))),
    credit: rupiah(total(({ credit }) => sen(credit))),
    closing: amountOf(total(({ closing }) => senOf(closing))),
    before: togetherOf(roles.map(({ before }) => before)),
    postings: togetherOf(roles.map(({ postings }) => postings)),
  }
}

/** A trial balance as a table, by role and in all below. */
export function trialText(
  told: Moment & { readonly rows: readonly Trial[]; readonly roles: readonly Trial[]; readonly sum: Amount; readonly balanced: boolean },
): string {
  const figures = ({ opening, debit, credit, closing, before, postings }: Trial): string[] => [
    signed(opening),
    amountForPeople(debit),
    amountForPeople(credit),
    signed(closing),
    range(postings),
    range(before),
  ]
  const heads = ['role', 'account', 'opening', 'debit', 'credit', 'closing', 'facts', 'facts of the opening']
  const right = new Set([2, 3, 4, 5])
  const sum = told.balanced ? 'all accounts come to zero' : `all accounts come to ${signed(told.sum)}, not to zero`
  return [
    tableOf(
      heads,
      told.rows.map((row) => [row.role, row.account ?? '', ...figures(row)]),
      right,
    ),
    '',
    tableOf(
      heads,
      [...told.roles, allOf(told.roles)].map((row) => [row.role, '', ...figures(row)]),
      right,
    ),
    '',
    sum,
    ...footOf(told),
  ].join('\n')
}
