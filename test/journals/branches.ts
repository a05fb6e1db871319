import fc from 'fast-check'
import { accountRole, moneyTypes, movements, rupiah, type AccountRole, type Fact } from '@jejak/domain'

/** A UUID of a test, by a number. */
export const uuid = (group: number, nth: number): string =>
  `0190a5f0-${group.toString(16).padStart(4, '0')}-7000-8000-${nth.toString(16).padStart(12, '0')}`

/** What a fact may say that decides where its money goes; undefined where it does not say it. */
const branches = {
  origin: ['tranche', 'agreement', 'swadaya'],
  paidFrom: [undefined, 'bank', 'cash'],
  payee: [undefined, 'supplier', 'labour'],
  received: [undefined, 'bank', 'cash'],
  where: [undefined, 'bank', 'cash'],
  kind: [undefined, 'cash', 'material', 'labour', 'land', 'food', 'equipment'],
  treatment: ['capitalise', 'keep-due', 'waive'],
  pool: [undefined, 'named'],
  capital: [undefined, 'agreement'],
} as const

/** One value of each. */
export type Choice = { readonly [Name in keyof typeof branches]: (typeof branches)[Name][number] }

export const choices: fc.Arbitrary<Choice> = fc.record({
  origin: fc.constantFrom(...branches.origin),
  paidFrom: fc.constantFrom(...branches.paidFrom),
  payee: fc.constantFrom(...branches.payee),
  received: fc.constantFrom(...branches.received),
  where: fc.constantFrom(...branches.where),
  kind: fc.constantFrom(...branches.kind),
  treatment: fc.constantFrom(...branches.treatment),
  pool: fc.constantFrom(...branches.pool),
  capital: fc.constantFrom(...branches.capital),
})

export const tranchesOfFund = 3

/** Which fact of which fund. */
export interface Place {
  readonly type: string
  readonly fund: number
  readonly tranche: number
  readonly proposal: number
  readonly choice: Choice
  readonly amount: bigint
}

/** Money of which tranche, agreement or residents. What a group gives back to its board is always of a tranche. */
function originOf({ type, fund, tranche, choice: { origin } }: Place): Fact['data'] {
  if (origin === 'agreement' && type !== 'proposal.LeftoverReturnedToBkm') return { agreement: uuid(1, fund) }
  if (origin === 'swadaya' && type !== 'proposal.LeftoverReturnedToBkm') return { swadaya: 'cash' }
  return { tranche: uuid(2, fund * 100 + tranche) }
}

const given = (name: string, value: string | undefined): Fact['data'] => (value === undefined ? {} : { [name]: value })

/** Data with what any way of money may ask for. A new account that no branch leads to is named by the test until it is added here. */
export function dataOf(place: Place): Fact['data'] {
  const { fund, tranche, proposal, choice, amount } = place
  const lies = given('where', choice.where)
  const carriedOver = {
    into: uuid(2, fund * 100 + ((tranche + 1) % tranchesOfFund)),
    parts: [
      { tranche: uuid(2, fund * 100 + tranche), proposal: uuid(3, fund * 100 + proposal), amount: rupiah(amount), ...lies },
      { tranche: uuid(2, fund * 100 + tranche), amount: '0.01', ...lies },
    ],
  }
  return {
    number: `KW-${amount % 997n}; "x" | ${choice.kind ?? ''}\u00a0ñ`,
    amount: rupiah(amount),
    ...originOf(place),
    proposal: uuid(3, fund * 100 + proposal),
    ...given('kind', choice.kind),
    ...given('received', choice.received),
    ...given('paidFrom', choice.paidFrom),
    ...given('payee', choice.payee),
    ...given('pool', choice.pool && uuid(1, fund)),
    ...given('partnership', choice.capital && uuid(1, fund)),
    carriedOver,
    // Of loans: what a payment pays, what becomes of unpaid jasa, what is given up. Of a business group: what a cycle brought.
    principal: rupiah(amount),
    jasa: rupiah(amount / 10n + 1n),
    treatment: choice.treatment,
    unpaidJasa: rupiah(amount / 20n + 1n),
    sales: rupiah(amount),
    costs: rupiah(amount / 2n + 1n),
    profitShare: rupiah(amount / 4n + 1n),
  }
}

/** A partnership, a pool or a business group is a fund of its own, named by the same number. */
export const fundTags = ({ fund }: Pick<Place, 'fund'>): string[] =>
  ['allocation', 'partnership', 'loanPool', 'institution'].map((each) => `${each}:${uuid(1, fund)}`)

/** The id of the entity that a fact is about. */
export function subjectOf({ type, fund, tranche, proposal }: Pick<Place, 'type' | 'fund' | 'tranche' | 'proposal'>): string {
  const own: Readonly<Record<string, string>> = { tranche: uuid(2, fund * 100 + tranche), proposal: uuid(3, fund * 100 + proposal) }
  return own[type.slice(0, type.indexOf('.'))] ?? uuid(1, fund)
}

const isBranch = (name: string): name is keyof typeof branches => name in branches
const names = Object.keys(branches).filter(isBranch)

/** The first of each, and all that differ from it in one branch or two: no way depends on three. */
function everyChoice(): Choice[] {
  const { origin, treatment } = branches
  const none = { paidFrom: undefined, payee: undefined, received: undefined, where: undefined, kind: undefined }
  const first: Choice = { ...none, origin: origin[0], treatment: treatment[0], pool: undefined, capital: undefined }
  return names.flatMap((a) =>
    names.flatMap((b) => branches[a].flatMap((one) => branches[b].map((other): Choice => ({ ...first, [a]: one, [b]: other })))),
  )
}

/** An account that a type of fact raises or lowers. */
export interface Touched {
  readonly kind: string
  readonly role: AccountRole
  readonly way: 'raised' | 'lowered'
  readonly type: string
}

/** What a fact touches, all of the same once. */
const touchedIn = (facts: readonly Fact[]): ReadonlyMap<string, Touched> =>
  new Map(
    facts
      .flatMap((fact) =>
        movements(fact).flatMap(({ from, to }): Touched[] => [
          { kind: from.kind, role: accountRole(from), way: 'lowered', type: fact.type },
          { kind: to.kind, role: accountRole(to), way: 'raised', type: fact.type },
        ]),
      )
      .map((each) => [`${each.kind} ${each.way} by ${each.type}`, each]),
  )

/** What every type of money fact touches, by every branch of every way. */
export function everyTouched(): ReadonlyMap<string, Touched> {
  const chosen = everyChoice()
  return touchedIn(
    [...moneyTypes].flatMap((type) =>
      chosen.map((choice): Fact => {
        const place: Place = { type, fund: 0, tranche: 0, proposal: 0, choice, amount: 1_000n }
        const id = subjectOf(place)
        const kind = type.slice(0, type.indexOf('.'))
        const none = { id: '', schemaVersion: 1, effectiveOn: '2017-01-01', moves: [], evidence: [], correlation: '', commandKeyHash: '' }
        const who = { actor: { role: 'system' }, recordedBy: { person: '', role: 'system' } }
        return { ...none, ...who, type, subject: { kind, id }, tags: fundTags(place), data: dataOf(place) }
      }),
    ),
  )
}

/** What a history lacks of all that can be touched. */
export function untouchedIn(facts: readonly Fact[]): string[] {
  const touched = touchedIn(facts)
  return [...everyTouched().keys()].filter((key) => !touched.has(key))
}
