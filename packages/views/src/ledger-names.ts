import type { AccountRole } from '@jejak/domain'
import type { LedgerAccountsTable } from './ledger-tables.ts'

/** The five roots that journals know, by what an account is to the programme. */
const roots: Readonly<Record<AccountRole, string>> = {
  source: 'Income',
  held: 'Assets',
  spent: 'Expenses',
  kept: 'Assets',
  memorandum: 'Equity',
}
const rootOf = (role: string): string => Object.entries(roots).find(([name]) => name === role)?.[1] ?? 'Equity'

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
const small = (word: string): string => word.charAt(0).toLowerCase() + word.slice(1)

const labelMax = 40

/** A word that every program takes as a part of a name: letters of ASCII, digits and hyphens, beginning with a capital or a digit. */
export function wordOf(text: string): string {
  const plain = text.normalize('NFKD').replaceAll(/\p{Mark}/gu, '')
  const word = capital(plain.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, ''))
  return word.slice(0, labelMax).replace(/-+$/, '') || 'X'
}

/** Digits of Crockford's base 32: no I, L, O, U. */
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const isUuid = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)

function short(uuid: string): string {
  let rest = BigInt(`0x${uuid.replaceAll('-', '')}`)
  let text = ''
  for (let place = 0; place < 26; place += 1) {
    text = (digits[Number(rest % 32n)] ?? '') + text
    rest /= 32n
  }
  return text
}

function long(text: string): string {
  let value = 0n
  for (const digit of text) value = value * 32n + BigInt(digits.indexOf(digit))
  const hex = value.toString(16).padStart(32, '0')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

const isWord = (text: string): boolean => /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text)

/** What tells an entity of an account apart, so that it can be read back: a UUID in 26 signs, a slug as it is, all else as its bytes. */
const idText = (id: string): string => (isUuid(id) ? short(id) : isWord(id) ? id : `0x${Buffer.from(id, 'utf8').toString('hex')}`)
const idFrom = (text: string): string =>
  text.startsWith('0x') ? Buffer.from(text.slice(2), 'hex').toString('utf8') : /^[0-9A-HJKMNP-TV-Z]{26}$/.test(text) ? long(text) : text

const unknown = 'Unknown'

/** Who holds it: its name, and the end of its id, since two groups of a kelurahan may have one name. */
function holderOf({ institution, institutionName }: Pick<LedgerAccountsTable, 'institution' | 'institutionName'>): string {
  if (institution === null) return unknown
  const end = (isUuid(institution) ? short(institution) : wordOf(institution)).slice(-6)
  return `${institutionName === null ? 'Institution' : wordOf(institutionName)}-${end}`
}

/** What a name needs of an account. */
export type NamedRow = Pick<
  LedgerAccountsTable,
  'name' | 'kind' | 'role' | 'ordinal' | 'source' | 'edition' | 'institution' | 'institutionName'
>

/** Names of an account begin with this many words that are not read back: root, role, kind, source, edition, region, holder. */
const leading = 7

/**
 * The name of an account in journals: `Assets:Held:Board-bank:APBN:KOTAKU-2018:16-74-05-1002:Seinggok-Sejahtera-3XK0QF:Allocation-…:T1-…`.
 * Two accounts never share one, because all that tells them apart stands in it whole; what was not known is `Unknown`. `region` is the code
 * of the area.
 */
export function journalName(row: NamedRow, region: string | undefined): string {
  const [, ...parts] = row.name.split('/')
  const owners = parts.map((part) => {
    const [kind, id] = [part.slice(0, part.indexOf(':')), part.slice(part.indexOf(':') + 1)]
    return `${kind === 'tranche' && row.ordinal !== null ? `T${row.ordinal}` : capital(kind)}-${idText(id)}`
  })
  const where = region === undefined ? unknown : wordOf(region)
  const words = [row.source, row.edition].map((text) => (text === null ? unknown : wordOf(text)))
  return [rootOf(row.role), capital(row.role), capital(row.kind), ...words, where, holderOf(row), ...owners].join(':')
}

/** The name by which the domain knows the account of a journal; undefined for a name that is none of ours. */
export function accountNameOf(journal: string): string | undefined {
  const words = journal.split(':')
  const [kind, ...owners] = [words[2], ...words.slice(leading)]
  if (kind === undefined || owners.length === 0) return undefined
  const parts = owners.map((owner) => {
    const [name, id] = [owner.slice(0, owner.indexOf('-')), owner.slice(owner.indexOf('-') + 1)]
    return `${/^T[0-9]+$/.test(name) ? 'tranche' : small(name)}:${idFrom(id)}`
  })
  return [small(kind), ...parts].join('/')
}
