import type { Command } from 'commander'
import type { Register, Terminal } from './program.ts'
import { addressOf, ask, tokenHere } from './asking.ts'
import { cashText, overdrawnText, yearEndText } from './ledger-watch-text.ts'
import { balancesText, flowText, idleText, plansText, planText, statementText } from './ledger-text.ts'
import { trialText } from './ledger-trial-text.ts'

interface Options extends Readonly<Record<string, string | boolean | undefined>> {
  readonly url?: string
  readonly json?: boolean
}

/** What every question about money can be narrowed by. */
export const filters = [
  ['--source <name>', 'money of a source, e.g. APBN; unknown where no fact told it, here and below'],
  ['--programme <name>', 'of a programme, e.g. KOTAKU'],
  ['--edition <id>', 'of an edition'],
  ['--component <name>', 'of a component'],
  ['--fiscal-year <year>', 'of a year'],
  ['--fund <kind:id>', 'of one fund, e.g. allocation:0b7f…'],
  ['--area <id>', 'in one area, by its id'],
  ['--region <code>', 'within a region, e.g. 16.74'],
] as const
const accounts = [
  ['--account <name>', 'one account, as the ledger or a journal names it'],
  ['--kind <kind>', 'accounts of a kind, e.g. board-bank'],
  ['--role <role>', 'source, held, spent, kept or memorandum'],
  ['--institution <id>', 'held by an institution'],
] as const
const parts = [
  ['--tranche <id>', 'of one tranche'],
  ['--proposal <id>', 'of one proposal'],
  ['--field <name>', 'Tridaya: lingkungan, sosial, ekonomi'],
] as const
const moment = [
  ['--at <date>', 'what counted by the end of that day; everything recorded by default'],
  ['--as-of <moment>', 'as it was known: a position, a date or an instant'],
] as const
const day = [['--at <date>', 'the day: what counted by its end; by default that of --as-of, else today'], moment[1]] as const
const page = [
  ['--limit <n>', 'rows at most'],
  ['--cursor <text>', 'go on after an earlier page'],
] as const
type Option = readonly [flags: string, description: string]

const withOptions = (command: Command, options: readonly Option[]): Command => {
  for (const [flags, description] of options) command.option(flags, description)
  return command.option('--url <address>', 'address of the API').option('--json', 'as JSON')
}

/** The options of a command line as the API takes them: those that were given. */
export const queryOf = (given: Readonly<Record<string, string | boolean | undefined>>): URLSearchParams =>
  new URLSearchParams(Object.entries(given).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))

/** Asks, tells and gives what was told. */
async function answer<T>(terminal: Terminal, part: string, { url, json, ...asked }: Options, tell: (told: T) => string): Promise<T> {
  const base = await addressOf(url === undefined ? {} : { url })
  const told = await ask<T>(base, `/v1/ledger/${part}?${queryOf(asked).toString()}`, await tokenHere(url !== undefined))
  terminal.out(json ? JSON.stringify(told, null, 2) : tell(told))
  return told
}

const from: Option = ['--from <date>', 'from that day on; what stood before is the opening balance']
const by = (fallback: string): Option => ['--by <names>', `added up by one or several with commas; ${fallback} by default`]

/** `jejak ledger`: what stands where, what moved, where money went and where it lies, at any date and as it was known at any time. */
export const registerLedger: Register = (program, terminal) => {
  const group = program.command('ledger').description('money as double entries, at any date and as it was known at any time')
  withOptions(group.command('balances').description('what stands on the accounts'), [
    by('account'),
    ...filters,
    ...accounts,
    ...parts,
    ...moment,
    ...page,
  ]).action(async (options: Options) => void (await answer(terminal, 'balances', options, balancesText)))
  withOptions(group.command('statement').description('what moved, with the balance after each line').argument('[account]'), [
    from,
    ['--came-from <account>', 'only what came from this account'],
    ['--of <level>', 'only what stands beside plans of each fund, tranche or proposal'],
    ['--idle <n>', 'only accounts whose money had not moved for more than so many days'],
    ...filters,
    ...accounts,
    ...parts,
    ...moment,
    ...page,
  ]).action(
    async (account: string | undefined, options: Options) =>
      void (await answer(terminal, 'statement', account === undefined ? options : { ...options, account }, statementText)),
  )
  withOptions(group.command('trial-balance').description('opening, debit, credit and closing of each account; in all zero'), [
    from,
    ...filters,
    ...accounts,
    ...parts,
    ...moment,
    ...page,
  ]).action(async (options: Options) => void (await answer(terminal, 'trial-balance', options, trialText)))
  withOptions(group.command('flow').description('the money of a fund from source to use, and which release paid what').argument('<fund>'), [
    ...moment,
    ...page,
  ]).action(
    async (fund: string, options: Options) =>
      void (await answer(terminal, 'flow', { ...options, fund: fund.includes(':') ? fund : `allocation:${fund}` }, flowText)),
  )
  withOptions(group.command('idle').description('money that lies still, with whom and since when'), [
    ['--days <n>', 'not moved for more than so many days; 30 by default'],
    ...filters,
    ...accounts,
    ...parts,
    ...day,
    ...page,
  ]).action(async (options: Options) => void (await answer(terminal, 'idle', options, idleText)))
  withOptions(group.command('cash').description('cash drawn and not spent or paid back in time, and more cash than is allowed'), [
    ['--days <n>', 'one limit for all; by default that of each edition, else 7'],
    ['--open <true|false>', 'only what is not accounted for still'],
    ...filters,
    ...accounts,
    ...parts,
    ...day,
    ...page,
  ]).action(async (options: Options) => void (await answer(terminal, 'cash', options, cashText)))
  withOptions(group.command('overdrawn').description('accounts that stood below zero on some day, since when and how deep'), [
    ...filters,
    ...accounts,
    ...parts,
    ...day,
    ...page,
  ]).action(async (options: Options) => void (await answer(terminal, 'overdrawn', options, overdrawnText)))
  withOptions(group.command('year-end').description('days left before fiscal years end, and money not released or not spent'), [
    ['--within <n>', 'only years that end within so many days, and those that are over'],
    ...filters,
    ...day,
    ...page,
  ]).action(async (options: Options) => void (await answer(terminal, 'year-end', options, yearEndText)))
  withOptions(group.command('plan').description('planned beside released beside spent'), [
    by('programme'),
    ...filters,
    ...parts,
    ...moment,
    ...page,
  ]).action(async (options: Options) => void (await answer(terminal, 'plan', options, planText)))
  withOptions(group.command('plans').description('the plans behind a planned amount: of each the last amount that stands'), [
    ['--of <level>', 'of each fund, tranche or proposal; fund by default'],
    ...filters,
    ...parts,
    ...moment,
    ...page,
  ]).action(async (options: Options) => void (await answer(terminal, 'plans', options, plansText)))
}
