import { readFile } from 'node:fs/promises'
import { amountForPeople, rupiahForPeople } from '@jejak/domain'
import type { Moved, ReconciliationAnswer } from '@jejak/views'
import { addressOf, ask, tokenHere } from './asking.ts'
import { CommandFailed } from './failure.ts'
import type { Register } from './program.ts'
import { tableOf } from './table.ts'

interface Line extends Moved {
  readonly row: number
  readonly on: string
  readonly reference?: string
  readonly balance?: string
}

interface ReadOptions {
  readonly mapping: string
  readonly institution?: string
  readonly account?: string
  readonly from?: string
  readonly to?: string
  readonly opening?: string
  readonly closing?: string
  readonly url?: string
  readonly json?: boolean
}

interface ShowOptions {
  readonly asOf?: string
  readonly window?: string
  readonly url?: string
  readonly json?: boolean
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => {
    throw new CommandFailed(`${file} cannot be read`, 2)
  })
}

async function jsonOf(file: string): Promise<unknown> {
  const text = await textOf(file)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CommandFailed(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`, 2)
  }
}

const amountText = ({ amount, way }: Moved): string => `${way === 'in' ? '' : '-'}${amountForPeople(amount)}`

const linesText = (lines: readonly Line[]): string =>
  tableOf(
    ['row', 'date', 'amount', 'reference', 'balance'],
    lines.map((line) => [
      String(line.row),
      line.on,
      amountText(line),
      line.reference ?? '',
      line.balance === undefined ? '' : amountForPeople(line.balance),
    ]),
    new Set([0, 2, 4]),
  )

/** The data of bankStatement.Receive: what the file says, and what stands on its cover. */
const dataOf = ({ institution, account, from, to, opening, closing }: ReadOptions, lines: readonly Line[], sha256: string) => ({
  ...Object.fromEntries(Object.entries({ institution, account, from, to, opening, closing }).filter(([, value]) => value !== undefined)),
  lines,
  file: sha256,
})

const bridgeWords: Readonly<Record<string, string>> = {
  opening: 'the opening balances differ',
  'line-without-fact': 'lines that no fact stands behind',
  meaning: 'lines of no fact, said what they are',
  'amount-differs': 'lines with another amount than their facts',
  'fact-of-another-time': 'facts of before or after, shown here',
  'fact-not-on-statement': 'facts that the bank does not show',
  'fact-on-another-statement': 'facts that another statement shows',
}

const list = (items: readonly number[]): string => items.slice(0, 8).join(', ') + (items.length > 8 ? ', …' : '')

const recordedText = (recorded: ReconciliationAnswer['recorded']): string =>
  recorded ? `last recorded as ${recorded.number} at position ${recorded.position}` : 'not recorded yet'

function reconciliationText(answer: ReconciliationAnswer & { readonly asOf: { readonly position: number } }): string {
  const rows = answer.lines.map((line) => [
    String(line.row),
    line.on,
    amountText(line),
    line.reference ?? '',
    line.match
      ? `${line.match.how}: ${line.match.facts.map(({ position, type }) => `${position} ${type}`).join(', ')}`
      : (line.meaning ?? 'ALONE'),
    line.match?.difference ? amountText(line.match.difference) : '',
  ])
  const alone = answer.factsAlone.map((fact) => [
    String(fact.position),
    fact.effectiveOn,
    amountText(fact),
    fact.type,
    fact.overdue ? 'the bank should show it' : 'under way',
  ])
  const { account, from, to } = answer
  const balances = `bank ${rupiahForPeople(answer.bank.closing)}, books ${rupiahForPeople(answer.books.closing)}`
  const bridge = answer.bridge.map((part) => [bridgeWords[part.what] ?? part.what, amountText(part), list(part.rows), list(part.positions)])
  return [
    `${account}, ${from} to ${to}: ${balances}`,
    tableOf(['row', 'date', 'amount', 'reference', 'stands for', 'bank differs by'], rows, new Set([0, 2, 5])),
    ...(alone.length > 0 ? ['', 'facts alone', tableOf(['position', 'date', 'amount', 'fact', ''], alone, new Set([0, 2]))] : []),
    '',
    ...(bridge.length > 0
      ? ['from the books to the bank', tableOf(['why', 'amount', 'rows', 'positions'], bridge, new Set([1]))]
      : ['bank and books agree']),
    `window ${answer.windowDays} days; ${recordedText(answer.recorded)}; known at position ${answer.asOf.position}`,
  ].join('\n')
}

/** `jejak bank`: the lines of a bank's file, and a bank statement beside the facts. */
export const registerBank: Register = (program, terminal) => {
  const bank = program.command('bank').description('bank statements: read the file of a bank, see a statement beside the facts')
  bank
    .command('lines')
    .description('read the lines of a bank’s CSV file; --json prints the data of bankStatement.Receive')
    .argument('<file>', 'CSV file of the bank')
    .requiredOption('--mapping <file>', 'which column is what, as JSON (docs/reconciliation.md)')
    .option('--institution <id>', 'whose account it is')
    .option('--account <number>', 'number of the account, as registered')
    .option('--from <date>', 'first day of the statement')
    .option('--to <date>', 'last day of the statement')
    .option('--opening <amount>', 'opening balance')
    .option('--closing <amount>', 'closing balance')
    .option('--url <address>', 'address of the API')
    .option('--json', 'as JSON')
    .action(async (file: string, options: ReadOptions) => {
      const body = { csv: await textOf(file), mapping: await jsonOf(options.mapping) }
      const base = await addressOf(options)
      const { lines, sha256 } = await ask<{ lines: Line[]; sha256: string }>(
        base,
        '/v1/bank-statements/lines',
        await tokenHere(options.url !== undefined),
        body,
      )
      terminal.out(options.json ? JSON.stringify(dataOf(options, lines, sha256)) : linesText(lines))
    })
  bank
    .command('show')
    .description('a statement beside the facts: what is matched, what stands alone, and why the balances differ')
    .argument('<statement>', 'id of the bank statement')
    .option('--as-of <moment>', 'as it was known: a position, an instant or a date')
    .option('--window <days>', 'days by which the bank and the paper may differ')
    .option('--url <address>', 'address of the API')
    .option('--json', 'as JSON')
    .action(async (id: string, { asOf, window, url, json }: ShowOptions) => {
      const asked = { ...(asOf === undefined ? {} : { asOf }), ...(window === undefined ? {} : { windowDays: window }) }
      const route = `/v1/bank-statements/${encodeURIComponent(id)}/reconciliation?${new URLSearchParams(asked).toString()}`
      const answer = await ask<ReconciliationAnswer & { asOf: { position: number } }>(
        await addressOf(url === undefined ? {} : { url }),
        route,
        await tokenHere(url !== undefined),
      )
      terminal.out(json ? JSON.stringify(answer, null, 2) : reconciliationText(answer))
    })
}
