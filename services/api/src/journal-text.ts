/** A program that reads plain text accounts. */
export const journalFormats = ['hledger', 'ledger', 'beancount'] as const
export type JournalFormat = (typeof journalFormats)[number]

/** A transaction: amounts in sen that add up to zero, by account; names and values as pairs. */
export interface JournalTransaction {
  readonly date: string
  readonly code: string
  readonly text: string
  readonly about: readonly (readonly [name: string, value: string])[]
  readonly postings: readonly (readonly [account: string, sen: bigint])[]
}

/** How a program wants to be told: what stands first, an account, a transaction. */
export interface JournalWriter {
  head(lines: readonly string[]): string
  account(name: string): string
  transaction(transaction: JournalTransaction): string
}

/** Rupiah with two decimals, signed: what every program reads without a rounding. */
export function journalAmount(sen: bigint): string {
  const value = sen < 0n ? -sen : sen
  return `${sen < 0n ? '-' : ''}${value / 100n}.${(value % 100n).toString().padStart(2, '0')} IDR`
}

/** Text that ends no line and begins no comment, payee or second column in any of the programs. */
export const journalText = (text: string): string =>
  text
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(';', ',')
    .replaceAll('|', '/')
    .replaceAll('"', "'")
    .replaceAll('\\', '/')
    .replaceAll(/\s+/gu, ' ')
    .trim()

/** A value of metadata: as text, and without the signs that separate values. */
const valueText = (text: string): string => journalText(text).replaceAll(',', ' ').replaceAll(':', '-')

const comments = (lines: readonly string[]): string => lines.map((line) => `; ${journalText(line)}\n`).join('')

function plainTransaction({ date, code, text, about, postings }: JournalTransaction): string {
  const lines = [
    `${date} (${code}) ${journalText(text)}`,
    ...about.map(([name, value]) => `    ; ${name}: ${valueText(value)}`),
    ...postings.map(([account, sen]) => `    ${account}  ${journalAmount(sen)}`),
  ]
  return `${lines.join('\n')}\n\n`
}

const hledger: JournalWriter = {
  head: (lines) => `${comments(lines)}\ncommodity 1000.00 IDR\n\n`,
  account: (name) => `account ${name}\n`,
  transaction: plainTransaction,
}

const names = ['position', 'corrects', 'how', 'plan'] as const
/** Kinds of entity that facts bear tags of: ledger wants the names of tags declared. */
const kinds = [
  'allocation',
  'tranche',
  'proposal',
  'institution',
  'area',
  'cycle',
  'partnership',
  'loanPool',
  'loan',
  'complaint',
  'finding',
  'facilitator',
  'edition',
] as const

/** Whether a tag of a fact names an entity that a journal tells; persons never are (CONTRACTS A8). */
export const isToldTag = (kind: string): boolean => kinds.some((each) => each === kind)

const ledger: JournalWriter = {
  head: (lines) =>
    `${comments(lines)}\ncommodity IDR\n    format 1000.00 IDR\n\n${[...names, ...kinds].map((name) => `tag ${name}\n`).join('')}\n`,
  account: (name) => `account ${name}\n`,
  transaction: plainTransaction,
}

/** Before every fact of every programme: an account is open from then on. */
const opened = '1900-01-01'

const beancount: JournalWriter = {
  head: (lines) => `${comments(lines)}\noption "title" "Jejak"\noption "operating_currency" "IDR"\n${opened} commodity IDR\n\n`,
  account: (name) => `${opened} open ${name} IDR\n`,
  transaction({ date, code, text, about, postings }) {
    const seen = new Map<string, number>()
    const told = [['position', code] as const, ...about.filter(([name]) => name !== 'position')].map(([name, value]) => {
      const nth = (seen.get(name) ?? 0) + 1
      seen.set(name, nth)
      return `  ${name}${nth > 1 ? `-${nth}` : ''}: "${valueText(value)}"`
    })
    const lines = [
      `${date} * "${journalText(text)}" ^position-${code}`,
      ...told,
      ...postings.map(([account, sen]) => `  ${account}  ${journalAmount(sen)}`),
    ]
    return `${lines.join('\n')}\n\n`
  },
}

/** The writer of each format. */
export const journalWriters: Readonly<Record<JournalFormat, JournalWriter>> = { hledger, ledger, beancount }
