/** A fact as an answer of the API tells it. */
export interface ToldFact {
  readonly id: string
  readonly type: string
  readonly subject: { readonly kind: string; readonly id: string }
  readonly data: Readonly<Record<string, unknown>>
  readonly corrects?: { readonly id: string; readonly how: 'annul' | 'replace' | 'reverse' }
  readonly deviations?: readonly unknown[]
}

/** Sen in each purse; a purse is named by who holds it. */
export type Purses = Map<string, bigint>

const senOf = (amount: unknown): bigint => {
  const [whole = '0', fraction = ''] = String(amount).split('.')
  return BigInt(whole + fraction.padEnd(2, '0'))
}

type Change = readonly [purse: string, gains: 1n | -1n]
type Rule = (data: Readonly<Record<string, unknown>>, id: string) => readonly Change[]

const board = (tranche: unknown, cash?: unknown): string => `board ${cash === 'cash' ? 'cash' : 'bank'} ${String(tranche)}`
const group = (proposal: unknown, source: unknown, cash?: unknown): string =>
  `group ${cash === 'cash' ? 'cash' : 'bank'} ${String(source)} ${String(proposal)}`
const agreement = (id: unknown): string => `agreement ${String(id)}`
const sourceOf = ({ tranche, agreement: of }: Readonly<Record<string, unknown>>): unknown => tranche ?? of

/** What each fact does to the purses, told once more and plainly: nothing here knows the accounts of the domain. */
const rules: Readonly<Record<string, Rule>> = {
  'tranche.Credited': (_, id) => [[board(id), 1n]],
  'tranche.BopSpent': ({ paidFrom }, id) => [[board(id, paidFrom), -1n]],
  'tranche.CashDrawn': (_, id) => [
    [board(id), -1n],
    [board(id, 'cash'), 1n],
  ],
  'tranche.CashDeposited': (_, id) => [
    [board(id, 'cash'), -1n],
    [board(id), 1n],
  ],
  'tranche.InstalmentPaid': ({ proposal }, id) => [
    [board(id), -1n],
    [group(proposal, id), 1n],
  ],
  'tranche.PoolFunded': (_, id) => [[board(id), -1n]],
  'tranche.LeftoverReturned': (_, id) => [[board(id), -1n]],
  'tranche.LeftoverKept': (_, id) => [[board(id), -1n]],
  'proposal.ExpenseRecorded': (data, id) => (sourceOf(data) === undefined ? [] : [[group(id, sourceOf(data), data['paidFrom']), -1n]]),
  'proposal.CashDrawn': (data, id) => [
    [group(id, sourceOf(data)), -1n],
    [group(id, sourceOf(data), 'cash'), 1n],
  ],
  'proposal.CashDeposited': (data, id) => [
    [group(id, sourceOf(data), 'cash'), -1n],
    [group(id, sourceOf(data)), 1n],
  ],
  'proposal.LeftoverReturnedToBkm': ({ tranche }, id) => [
    [group(id, tranche), -1n],
    [board(tranche), 1n],
  ],
  'partnership.FundingReceived': (_, id) => [[agreement(id), 1n]],
  'partnership.PaidOut': ({ proposal }, id) => [
    [agreement(id), -1n],
    [group(proposal, id), 1n],
  ],
  'partnership.PayoutReturned': ({ proposal }, id) => [
    [group(proposal, id), -1n],
    [agreement(id), 1n],
  ],
  'partnership.Spent': (_, id) => [[agreement(id), -1n]],
  'partnership.LeftoverReturned': (_, id) => [[agreement(id), -1n]],
  'partnership.LeftoverKept': (_, id) => [[agreement(id), -1n]],
}

/** Decisions that pay: none of them may take a purse below zero. What has happened is recorded, whatever it does to a purse. */
export const pays: ReadonlySet<string> = new Set([
  'tranche.InstalmentPaid',
  'proposal.LeftoverReturnedToBkm',
  'tranche.LeftoverReturned',
  'partnership.PaidOut',
])

/** Purses that a fact takes from. */
export const takenFrom = ({ type, data, subject }: ToldFact): string[] =>
  (rules[type]?.(data, subject.id) ?? []).filter(([, gains]) => gains < 0n).map(([purse]) => purse)

/** What is in the purses after facts in order, corrections applied: nothing but a table and sums. */
export function pursesAfter(facts: readonly ToldFact[]): Purses {
  const purses: Purses = new Map()
  const gone = new Set(facts.flatMap(({ corrects }) => (corrects?.how === 'annul' ? [corrects.id] : [])))
  const other = new Map(facts.flatMap(({ corrects, data }) => (corrects?.how === 'replace' ? [[corrects.id, data['replacement']]] : [])))
  const byId = new Map(facts.map((fact) => [fact.id, fact]))
  const add = ({ id, type, subject, data }: ToldFact, sign: 1n | -1n): void => {
    const now = (other.get(id) ?? data) as ToldFact['data']
    for (const [purse, gains] of rules[type]?.(now, subject.id) ?? [])
      purses.set(purse, (purses.get(purse) ?? 0n) + sign * gains * senOf(now['amount']))
  }
  for (const fact of facts) {
    const { corrects } = fact
    const target = corrects?.how === 'reverse' ? byId.get(corrects.id) : undefined
    if (target && !gone.has(target.id)) add(target, -1n)
    if (!gone.has(fact.id)) add(fact, 1n)
  }
  return purses
}

/** The purse that an account of the ledger is, by its name; undefined for what lies with nobody of these. */
export function purseOf(account: string): string | undefined {
  const parts = new Map(account.split('/').map((part) => part.split(':', 2) as [string, string | undefined]))
  const [kind = ''] = account.split('/')
  const source = parts.get('tranche') ?? parts.get('partnership')
  if (kind === 'board-bank' || kind === 'board-operating') return board(source)
  if (kind === 'board-cash') return board(source, 'cash')
  if (kind === 'group-bank' || kind === 'group-cash')
    return parts.get('swadaya') ? undefined : group(parts.get('proposal'), source, kind.slice(6))
  return kind === 'agreement-bank' ? agreement(source) : undefined
}
