import { amountForPeople } from '@jejak/domain'
import { tableOf } from './table.ts'

/** An amount and its side. */
export interface Amount {
  readonly amount: string
  readonly side: 'debit' | 'credit'
}
/** How many rows are behind a figure, and where. */
export interface Behind {
  readonly count: number
  readonly first: number | null
  readonly last: number | null
}
/** Of which moment an answer is, and where the next page begins. */
export interface Moment {
  readonly position: number
  readonly at: string | null
  readonly next: string | null
}
/** An account as answers tell it. */
export interface Account {
  readonly name: string
  readonly kind: string
  readonly ordinal: number | null
  readonly institution: { readonly id: string; readonly name: string | null } | null
}

/** For people: what stands on the credit side is below zero. */
export const signed = ({ amount, side }: Amount): string =>
  side === 'credit' && amount !== '0' ? `-${amountForPeople(amount)}` : amountForPeople(amount)

/** The facts behind a figure, for people. */
export const range = ({ count, first, last }: Behind): string =>
  count === 0 ? '' : first === last ? `${count} at ${first}` : `${count} from ${first} to ${last}`

/** The last lines of every answer. */
export function footOf({ position, at, next }: Moment): string[] {
  const lines = ['', `known at position ${position}${at === null ? '' : `, counting by ${at}`}`]
  return next === null ? lines : [...lines, `more: --cursor ${next}`]
}

/** Who holds an account, for people. */
export const holder = (account: Account | null): string => {
  if (account === null) return 'outside your region'
  const { kind, ordinal, institution } = account
  return [kind, ordinal === null ? '' : `T${ordinal}`, institution?.name ?? institution?.id ?? ''].filter((part) => part !== '').join(' ')
}

interface Balance {
  readonly group: Readonly<Record<string, string>>
  readonly debit: string
  readonly credit: string
  readonly balance: Amount
  readonly postings: Behind
}

/** Balances as a table; the last line is the sum of all of them, whatever the page. */
export function balancesText(
  told: Moment & { readonly by: readonly string[]; readonly rows: readonly Balance[]; readonly total: Balance },
): string {
  if (told.rows.length === 0) return ['nothing stands on such accounts', ...footOf(told)].join('\n')
  const figures = ({ debit, credit, balance, postings }: Balance): string[] => [
    amountForPeople(debit),
    amountForPeople(credit),
    signed(balance),
    range(postings),
  ]
  const rows = told.rows.map((row) => [...told.by.map((name) => row.group[name] ?? ''), ...figures(row)])
  const total = [...told.by.map((_, index) => (index === 0 ? 'all' : '')), ...figures(told.total)]
  const width = told.by.length
  const heads = [...told.by, 'debit', 'credit', 'balance', 'facts']
  return [tableOf(heads, [...rows, total], new Set([width, width + 1, width + 2])), ...footOf(told)].join('\n')
}

interface Line {
  readonly position: number
  readonly corrects: { readonly position: number; readonly how: string } | null
  readonly effectiveOn: string
  readonly type: string
  readonly account: Account
  readonly counter: Account | null
  readonly moved: Amount
  readonly balance: Amount
}

/** A statement as a table. */
export function statementText(told: Moment & { readonly opening: Amount; readonly rows: readonly Line[] }): string {
  const several = new Set(told.rows.map(({ account }) => account.name)).size > 1
  const rows = told.rows.map(({ effectiveOn, position, type, corrects, account, counter, moved, balance }) => [
    effectiveOn,
    String(position),
    corrects === null ? type : `${corrects.how} ${type} of ${corrects.position}`,
    several ? holder(account) : '',
    holder(counter),
    signed(moved),
    signed(balance),
  ])
  const opening = ['', '', 'opening balance', '', '', '', signed(told.opening)]
  const heads = ['date', 'position', 'fact', 'account', 'other side', 'moved', 'balance']
  return [tableOf(heads, [opening, ...rows], new Set([1, 5, 6])), ...footOf(told)].join('\n')
}

interface Edge {
  readonly from: Account | null
  readonly to: Account | null
  readonly amount: Amount
  readonly facts: Behind
}
interface Use extends Omit<Edge, 'facts'> {
  readonly positions: readonly number[]
  readonly effectiveOn: string
  readonly type: string
  readonly paidBy: readonly { readonly release: number | null; readonly amount: Amount }[]
}

/** Where the money of a fund went, and what each release paid. */
export function flowText(
  told: Moment & {
    readonly edges: readonly Edge[]
    readonly uses: readonly Use[]
    readonly usesCount: number
    readonly outside: boolean
    readonly rule: string
  },
): string {
  const edges = told.edges.map(({ from, to, amount, facts }) => [holder(from), holder(to), signed(amount), range(facts)])
  const uses = told.uses.map(({ effectiveOn, positions, type, to, amount, paidBy }) => [
    effectiveOn,
    positions.join(', '),
    type,
    holder(to),
    signed(amount),
    paidBy.map((part) => `${signed(part.amount)} of ${part.release ?? 'no release'}`).join(', '),
  ])
  return [
    tableOf(['from', 'to', 'amount', 'facts'], edges, new Set([2])),
    '',
    tableOf(['date', 'positions', 'fact', 'use', 'amount', 'paid by the release at'], uses, new Set([1, 4])),
    `${told.uses.length} of ${told.usesCount} uses`,
    ...(told.outside ? ['money of this fund also moved outside your region; that is not told'] : []),
    '',
    told.rule,
    ...footOf(told),
  ].join('\n')
}

interface Idle {
  readonly account: Account
  readonly amount: string
  readonly since: string
  readonly position: number
  readonly days: number
  readonly postings: Behind
}

/** Money that lies still, and what all of it comes to by kind of account. */
export function idleText(
  told: Moment & {
    readonly days: number
    readonly rows: readonly Idle[]
    readonly kinds: readonly { readonly kind: string; readonly accounts: number; readonly amount: string; readonly postings: Behind }[]
  },
): string {
  if (told.rows.length === 0) return [`no money has lain still for more than ${told.days} days`, ...footOf(told)].join('\n')
  const rows = told.rows.map(({ days, since, position, amount, account, postings }) => [
    String(days),
    since,
    String(position),
    amountForPeople(amount),
    range(postings),
    holder(account),
    account.name,
  ])
  const kinds = told.kinds.map(({ kind, accounts, amount, postings }) => [kind, String(accounts), amountForPeople(amount), range(postings)])
  return [
    tableOf(['days', 'since', 'position', 'amount', 'facts', 'with', 'account'], rows, new Set([0, 2, 3])),
    '',
    tableOf(['all', 'accounts', 'amount', 'facts'], kinds, new Set([1, 2])),
    ...footOf(told),
  ].join('\n')
}

interface Plan {
  readonly group: Readonly<Record<string, string>>
  readonly planned: string
  readonly released: Amount
  readonly spent: Amount
  readonly kept: Amount
  readonly returned: Amount
  readonly held: Amount
}

/** Planned, released, spent; the last line is the sum of all of them, whatever the page. */
export function planText(
  told: Moment & {
    readonly by: readonly string[]
    readonly of: string
    readonly rule: string
    readonly rows: readonly Plan[]
    readonly total: Plan
  },
): string {
  const figures = ({ planned, released, spent, kept, returned, held }: Plan): string[] => [
    amountForPeople(planned),
    ...[released, spent, kept, returned, held].map(signed),
  ]
  const rows = told.rows.map((row) => [...told.by.map((name) => row.group[name] ?? ''), ...figures(row)])
  const total = [...told.by.map((_, index) => (index === 0 ? 'all' : '')), ...figures(told.total)]
  const heads = [...told.by, 'planned', 'released', 'spent', 'kept', 'returned', 'held']
  const right = new Set(heads.map((_, index) => index).filter((index) => index >= told.by.length))
  return [tableOf(heads, [...rows, total], right), '', `plans of each ${told.of}`, told.rule, ...footOf(told)].join('\n')
}

interface PlanOfOne {
  readonly position: number
  readonly corrects: number | null
  readonly entity: string
  readonly effectiveOn: string
  readonly type: string
  readonly amount: string
}

/** The plans behind a planned amount, each with the fact that told it. */
export function plansText(told: Moment & { readonly of: string; readonly rows: readonly PlanOfOne[] }): string {
  if (told.rows.length === 0) return [`no ${told.of} has a plan there`, ...footOf(told)].join('\n')
  const rows = told.rows.map(({ effectiveOn, position, type, corrects, entity, amount }) => [
    effectiveOn,
    String(position),
    corrects === null ? type : `${type}, corrected from ${corrects}`,
    entity,
    amountForPeople(amount),
  ])
  return [tableOf(['date', 'position', 'fact', told.of, 'planned'], rows, new Set([1, 4])), ...footOf(told)].join('\n')
}
