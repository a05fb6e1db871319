import { amountForPeople } from '@jejak/domain'
import type { Figure, LoanCard, LoanPortfolio } from '@jejak/views'
import type { Register } from './program.ts'
import { addressOf, ask, isKindAndId, tokenHere } from './asking.ts'
import { CommandFailed } from './failure.ts'
import type { Known } from './sources.ts'
import { tableOf } from './table.ts'

type Card = LoanCard & Known
type Portfolio = LoanPortfolio &
  Known & { readonly pool: { readonly name: string; readonly lendingSuspended: boolean; readonly edition: { readonly id: string } } }

interface Options {
  readonly at?: string
  readonly asOf?: string
  readonly url?: string
  readonly json?: boolean
}

const figureNames: Readonly<Record<string, string>> = {
  rr: 'RR, the month',
  rrCumulative: 'RR, from the beginning',
  lar: 'LAR',
  par: 'PAR',
  ccr: 'CCR, twelve months',
  roi: 'ROI, twelve months',
  idle: 'idle fund',
}
const judged = (good: boolean | null): string => (good === null ? '-' : good ? 'good' : 'not good')

function figuresText({ figures }: Portfolio): string {
  const shown = (unit: Figure['unit'], value: string): string => (unit === 'rupiah' ? amountForPeople(value) : value)
  const rows = Object.entries(figures).map(([name, each]) => [
    figureNames[name] ?? name,
    each.percent === null ? '-' : `${each.percent} %`,
    each.wanted,
    judged(each.good),
    shown(each.unit, each.part),
    shown(each.unit, each.whole),
  ])
  return tableOf(['indicator', 'percent', 'wanted', '', 'part', 'whole'], rows, new Set([1, 4, 5]))
}

function loansText({ loans }: Portfolio): string {
  if (loans.length === 0) return 'no loan is running'
  const rows = loans.map((each) => [
    each.number,
    each.disbursedOn,
    amountForPeople(each.amount),
    amountForPeople(each.balance),
    amountForPeople(each.overduePrincipal),
    amountForPeople(each.overdueJasa),
    String(each.monthsInArrears),
    [each.bucket, ...(each.rescheduledOn === null ? [] : [`rescheduled ${each.rescheduledOn}`])].join(', '),
    each.loan,
  ])
  const heads = ['loan', 'paid out', 'amount', 'balance', 'overdue', 'overdue jasa', 'months', 'collectability', 'id']
  return tableOf(heads, rows, new Set([2, 3, 4, 5, 6]))
}

function portfolioText(portfolio: Portfolio): string {
  const { pool, money, buckets, grade, suspension, at, asOf } = portfolio
  const states = [
    pool.lendingSuspended ? 'lending suspended' : 'lending',
    ...(suspension.must && !pool.lendingSuspended ? ['must be suspended'] : []),
  ]
  return [
    `${pool.name}, ${pool.edition.id}, ${states.join(', ')}, grade ${grade ?? 'none yet'}`,
    '',
    tableOf(
      ['capital', 'cash', 'outstanding', 'jasa', 'income', 'cost', 'written off'],
      [(['capital', 'cash', 'outstanding', 'jasa', 'income', 'cost', 'writtenOff'] as const).map((name) => amountForPeople(money[name]))],
      new Set([0, 1, 2, 3, 4, 5, 6]),
    ),
    '',
    figuresText(portfolio),
    '',
    tableOf(
      ['collectability', 'from months', 'loans', 'balance'],
      buckets.map((each) => [each.name, String(each.fromMonths), String(each.loans), amountForPeople(each.balance)]),
      new Set([1, 2, 3]),
    ),
    '',
    loansText(portfolio),
    '',
    `on ${at}, known at position ${asOf.position}`,
  ].join('\n')
}

function cardText(card: Card): string {
  const rows = card.lines.map((each) => [
    String(each.number),
    each.due,
    amountForPeople(each.principal),
    amountForPeople(each.jasa),
    amountForPeople(each.paidPrincipal),
    amountForPeople(each.paidJasa),
    amountForPeople(each.open),
    each.state,
  ])
  const table = tableOf(['no', 'due', 'principal', 'jasa', 'paid', 'paid jasa', 'open', 'state'], rows, new Set([0, 2, 3, 4, 5, 6]))
  return [
    [card.number, ...(card.rescheduledOn === null ? [] : [`rescheduled ${card.rescheduledOn}`])].join(', '),
    '',
    card.lines.length === 0 ? 'no schedule is in force' : table,
    '',
    `balance ${amountForPeople(card.balance)}, owed ${amountForPeople(card.owed)}`,
    `overdue ${amountForPeople(card.overduePrincipal)} and jasa ${amountForPeople(card.overdueJasa)}`,
    `on ${card.at}, known at position ${card.asOf.position}`,
  ].join('\n')
}

/** `jejak loans`: a pool with its indicators and running loans, or the instalment card of one loan. */
export const registerLoans: Register = (program, terminal) => {
  program
    .command('loans')
    .description('a pool of loans: money, indicators, collectability, running loans; or the instalment card of one loan')
    .argument('<entity>', 'loanPool:<id> or loan:<id>')
    .option('--at <date>', 'on that day; by default that of --as-of, else today')
    .option('--as-of <when>', 'as it was known then: a position, an instant or a date')
    .option('--url <address>', 'address of the API')
    .option('--json', 'as JSON')
    .action(async (entity: string, { at, asOf, url, json }: Options) => {
      const [kind, id] = isKindAndId(entity)
      if (kind !== 'loanPool' && kind !== 'loan') throw new CommandFailed(`${kind} has no loans: write loanPool:<id> or loan:<id>`, 2)
      const given = Object.entries({ at, asOf }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
      const query = given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
      const base = await addressOf(url === undefined ? {} : { url })
      const token = await tokenHere(url !== undefined)
      if (kind === 'loan') {
        const card = await ask<Card>(base, `/v1/loans/${encodeURIComponent(id)}/schedule${query}`, token)
        terminal.out(json ? JSON.stringify(card, null, 2) : cardText(card))
        return
      }
      const portfolio = await ask<Portfolio>(base, `/v1/loan-pools/${encodeURIComponent(id)}/portfolio${query}`, token)
      terminal.out(json ? JSON.stringify(portfolio, null, 2) : portfolioText(portfolio))
    })
}
