import { amountForPeople } from '@jejak/domain'
import { footOf, holder, range, signed, type Account, type Amount, type Moment } from './ledger-text.ts'
import { tableOf } from './table.ts'

interface Named {
  readonly id: string
  readonly name: string | null
}
interface Placed {
  readonly area: { readonly id: string; readonly code: string | null } | null
}
const placeOf = ({ area }: Placed): string => area?.code ?? area?.id ?? ''
const nameOf = (institution: Named | null): string => institution?.name ?? institution?.id ?? ''

interface Ending extends Placed {
  readonly allocation: string
  readonly fiscalYear: string
  readonly closesOn: string
  readonly daysLeft: number
  readonly workingDaysLeft: number | null
  readonly planned: string
  readonly toRelease: string
  readonly held: Amount
  readonly tranches: readonly { readonly ordinal: number | null; readonly amount: string; readonly stage: string | null }[]
  readonly lies: readonly { readonly kind: string; readonly institution: Named | null; readonly amount: Amount }[]
}
interface EndingSum {
  readonly closesOn: string
  readonly daysLeft: number
  readonly allocations: number
  readonly toRelease: string
  readonly held: Amount
}

/** Fiscal years that end, with the days left and the money that is not released or not spent. */
export function yearEndText(told: Moment & { readonly rows: readonly Ending[]; readonly sums: readonly EndingSum[] }): string {
  if (told.rows.length === 0) return ['no year ends with money that is not released or not spent', ...footOf(told)].join('\n')
  const rows = told.rows.map(({ closesOn, daysLeft, workingDaysLeft, planned, toRelease, held, lies, tranches, ...row }) => [
    closesOn,
    String(daysLeft),
    workingDaysLeft === null ? '?' : String(workingDaysLeft),
    row.allocation,
    placeOf(row),
    amountForPeople(planned),
    amountForPeople(toRelease),
    tranches.map(({ ordinal, stage }) => `T${ordinal ?? '?'} ${stage ?? 'not opened'}`).join(', '),
    signed(held),
    lies.map(({ kind, institution, amount }) => `${signed(amount)} ${kind} ${nameOf(institution)}`.trimEnd()).join(', '),
  ])
  const sums = told.sums.map(({ closesOn, daysLeft, allocations, toRelease, held }) => [
    closesOn,
    String(daysLeft),
    String(allocations),
    amountForPeople(toRelease),
    signed(held),
  ])
  const heads = [
    'year ends',
    'days',
    'working days',
    'allocation',
    'area',
    'planned',
    'not released',
    'tranches now',
    'not spent',
    'where it lies',
  ]
  return [
    tableOf(heads, rows, new Set([1, 2, 5, 6, 8])),
    '',
    tableOf(['all, year ends', 'days', 'allocations', 'not released', 'not spent'], sums, new Set([1, 2, 3, 4])),
    ...footOf(told),
  ].join('\n')
}

interface Drawn {
  readonly account: Account
  readonly position: number
  readonly drawnOn: string
  readonly dueOn: string
  readonly amount: string
  readonly overdue: string
  readonly open: string
}
interface Held extends Placed {
  readonly institution: Named | null
  readonly held: string
  readonly most: string
  readonly postings: Parameters<typeof range>[0]
}

/** Cash that was drawn and not accounted for in time, and holders with more of it than is allowed. */
export function cashText(
  told: Moment & {
    readonly count: number
    readonly overdue: string
    readonly open: string
    readonly rows: readonly Drawn[]
    readonly above: readonly Held[]
  },
): string {
  const rows = told.rows.map(({ drawnOn, dueOn, position, amount, overdue, open, account }) => [
    drawnOn,
    dueOn,
    String(position),
    amountForPeople(amount),
    amountForPeople(overdue),
    amountForPeople(open),
    holder(account),
  ])
  const above = told.above.map(({ institution, held, most, postings, ...row }) => [
    nameOf(institution),
    placeOf(row),
    amountForPeople(held),
    amountForPeople(most),
    range(postings),
  ])
  const heads = ['drawn', 'due', 'position', 'amount', 'open when due', 'open still', 'with']
  const drawn =
    rows.length === 0
      ? ['all cash that was drawn was spent or paid back in time']
      : [
          tableOf(heads, rows, new Set([2, 3, 4, 5])),
          `${told.count} withdrawals, ${amountForPeople(told.overdue)} open when due, ${amountForPeople(told.open)} open still`,
        ]
  const held = above.length === 0 ? [] : ['', tableOf(['above the limit', 'area', 'held', 'most', 'facts'], above, new Set([2, 3]))]
  return [...drawn, ...held, ...footOf(told)].join('\n')
}

interface Below {
  readonly accounts: readonly { readonly account: Account }[]
  readonly since: string
  readonly until: string | null
  readonly days: number
  readonly lowestOn: string
  readonly lowest: Amount
  readonly postings: Parameters<typeof range>[0]
}

/** What stood below zero on some day. */
export function overdrawnText(told: Moment & { readonly count: number; readonly rows: readonly Below[] }): string {
  const rows = told.rows.map(({ accounts, since, until, days, lowestOn, lowest, postings }) => [
    since,
    until ?? 'still',
    String(days),
    lowestOn,
    signed(lowest),
    range(postings),
    accounts.map(({ account }) => holder(account)).join(' and '),
  ])
  const heads = ['below zero since', 'until', 'days', 'lowest on', 'lowest', 'facts', 'with']
  const text =
    rows.length === 0
      ? ['nothing stood below zero on any day']
      : [tableOf(heads, rows, new Set([2, 4])), `${told.count} ${told.count === 1 ? 'purse' : 'purses'} in all`]
  return [...text, ...footOf(told)].join('\n')
}
