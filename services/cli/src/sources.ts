import { amountForPeople, domain } from '@jejak/domain'
import type { Swadaya, SwadayaEntry, SwadayaSums, Taxes, TaxLine } from '@jejak/views'
import { addressOf, ask, isKindAndId, tokenHere } from './asking.ts'
import { CommandFailed } from './failure.ts'
import type { Register } from './program.ts'
import { tableOf } from './table.ts'

/** Of which moment an answer is. */
export interface Known {
  readonly asOf: { readonly position: number }
}
type Own = Swadaya & Known & { readonly effectiveUntil: string | null }

interface Options {
  readonly at?: string
  readonly until?: string
  readonly asOf?: string
  readonly url?: string
  readonly json?: boolean
}

const percent = (share: string | null): string => (share === null ? '-' : `${share} %`)
const hoursOf = (hours: number | null): string => (hours === null || hours === 0 ? '' : String(hours))

const sumsRow = (name: string, { grant, planned, realised, writtenDown, cashShare }: SwadayaSums): string[] => [
  name,
  amountForPeople(grant.amount),
  amountForPeople(planned.amount),
  amountForPeople(realised.amount),
  percent(realised.ofGrant),
  percent(realised.ofTotal),
  percent(cashShare),
  amountForPeople(writtenDown.amount),
]

function valuedText({ method, hours, rate, valuerRole, valuedBy }: SwadayaEntry): string {
  const priced = rate === null ? '' : `${hours === null ? '' : `${hours} hours `}at ${amountForPeople(rate)}`
  const by = valuerRole ?? valuedBy
  return [method ?? '', priced, by === null ? '' : `by ${by}`].filter((part) => part !== '').join(', ')
}

const givenHeads = ['date', 'position', 'proposal', 'number', 'kind', 'amount', 'valued', '']

/** Own contribution: the sums of each proposal, by kind, and what was given. */
function swadayaText(told: Own): string {
  const { proposals, kinds, entries, effectiveUntil, asOf } = told
  const rows = proposals.map((each) => sumsRow(each.number ?? each.proposal, each))
  const heads = ['proposal', 'grant', 'planned', 'given', 'of grant', 'of total', 'in cash', 'written down']
  const numbers = new Map(proposals.map((each) => [each.proposal, each.number ?? each.proposal]))
  const given = entries.map((each) => [
    each.effectiveOn,
    String(each.position),
    proposals.length > 1 ? (numbers.get(each.proposal) ?? each.proposal) : '',
    each.number,
    each.kind,
    amountForPeople(each.amount),
    valuedText(each),
    [each.received === null ? '' : `received in ${each.received}`, each.onlyAtLpj ? 'told only at the end' : ''].filter(Boolean).join(', '),
  ])
  const byKind = kinds.map((each) => [
    each.kind,
    amountForPeople(each.planned.amount),
    amountForPeople(each.realised.amount),
    hoursOf(each.hours),
  ])
  return [
    tableOf(heads, [...rows, sumsRow('all', told)], new Set([1, 2, 3, 4, 5, 6, 7])),
    '',
    kinds.length === 0 ? 'nothing was planned or given' : tableOf(['kind', 'planned', 'given', 'hours'], byKind, new Set([1, 2, 3])),
    ...(given.length === 0 ? [] : ['', tableOf(givenHeads, given, new Set([1, 5]))]),
    '',
    `${effectiveUntil === null ? '' : `until ${effectiveUntil}, `}known at position ${asOf.position}`,
  ].join('\n')
}

const depositsOf = ({ deposits }: TaxLine): string => deposits.map(({ ntpn, position }) => `${ntpn} at ${position}`).join(', ')

/** Taxes withheld, what of them was deposited, and what is late. */
export function taxesText(told: Taxes & Known): string {
  const foot = ['', `on ${told.at}, known at position ${told.asOf.position}`]
  if (told.taxes.length === 0) return ['no tax was withheld', ...foot].join('\n')
  const several = new Set(told.taxes.map(({ id }) => id)).size > 1
  const rows = told.taxes.map((each) => [
    each.withheldOn,
    String(each.position),
    each.number,
    each.tax,
    each.expense,
    amountForPeople(each.amount),
    amountForPeople(each.deposited),
    amountForPeople(each.open),
    each.depositBy,
    each.daysLate === 0 ? '' : String(each.daysLate),
    depositsOf(each),
    several ? `${each.kind}:${each.id}` : '',
  ])
  const heads = [
    'withheld',
    'position',
    'number',
    'tax',
    'expense',
    'amount',
    'deposited',
    'open',
    'deposit by',
    'days late',
    'deposits',
    'of',
  ]
  const sums = [told.withheld, told.deposited, told.open, told.late].map(amountForPeople)
  return [
    tableOf(heads, rows, new Set([1, 5, 6, 7, 9])),
    '',
    tableOf(['withheld', 'deposited', 'open', 'of it late'], [sums], new Set([0, 1, 2, 3])),
    ...foot,
  ].join('\n')
}

interface Question {
  readonly what: 'swadaya' | 'taxes'
  readonly kinds: readonly string[]
}

/** Asks about a scope: an entity of one of these kinds. */
async function asked<T>({ what, kinds }: Question, scope: string, { at, until, asOf, url }: Options): Promise<T> {
  const [kind, id] = isKindAndId(scope)
  if (!kinds.includes(kind)) throw new CommandFailed(`${kind} has no ${what}: write ${kinds.map((each) => `${each}:<id>`).join(' or ')}`, 2)
  const given = Object.entries({ at, asOf, effectiveUntil: until }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  const query = given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
  const base = await addressOf(url === undefined ? {} : { url })
  return ask<T>(base, `/v1/${domain.slice(kind).plural}/${encodeURIComponent(id)}/${what}${query}`, await tokenHere(url !== undefined))
}

/** `jejak swadaya`: own contribution of a proposal or an allocation, planned and given. */
export const registerSwadaya: Register = (program, terminal) => {
  program
    .command('swadaya')
    .description('own contribution planned and given, by kind, in percent of the grant and of the total')
    .argument('<scope>', 'proposal:<id> or allocation:<id>')
    .option('--until <date>', 'what was true by that day')
    .option('--as-of <when>', 'as it was known then: a position, an instant or a date')
    .option('--url <address>', 'address of the API')
    .option('--json', 'as JSON')
    .action(async (scope: string, options: Options) => {
      const told = await asked<Own>({ what: 'swadaya', kinds: ['proposal', 'allocation'] }, scope, options)
      terminal.out(options.json ? JSON.stringify(told, null, 2) : swadayaText(told))
    })
}

/** `jejak taxes`: taxes withheld of a proposal, a tranche or an allocation, what was deposited, and what is late. */
export const registerTaxes: Register = (program, terminal) => {
  program
    .command('taxes')
    .description('taxes withheld, deposited and open on a day, and since when they are late')
    .argument('<scope>', 'proposal:<id>, tranche:<id> or allocation:<id>')
    .option('--at <date>', 'on that day; by default that of --as-of, else today')
    .option('--as-of <when>', 'as it was known then: a position, an instant or a date')
    .option('--url <address>', 'address of the API')
    .option('--json', 'as JSON')
    .action(async (scope: string, options: Options) => {
      const told = await asked<Taxes & Known>({ what: 'taxes', kinds: ['proposal', 'tranche', 'allocation'] }, scope, options)
      terminal.out(options.json ? JSON.stringify(told, null, 2) : taxesText(told))
    })
}
