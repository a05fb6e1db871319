import { readFileSync } from 'node:fs'
import {
  accountName,
  accountRole,
  answeringAccount,
  domain,
  eventTypes,
  moneyTypes,
  movements,
  type Account,
  type Fact,
  type Movement,
  type Recorded,
} from '@jejak/domain'
import type { Database } from './database.ts'
import {
  dimensionsAt,
  entitiesOfPlace,
  entitiesToTell,
  entityAfter,
  saidBy,
  tellsOfFunds,
  type EntityOf,
  type Place,
} from './ledger-dimensions.ts'
import { entitiesOfPlans, plansOf, planTypes, strikePlans } from './ledger-plans.ts'
import type { LedgerAccountsTable, LedgerEntitiesTable, LedgerPlansTable, LedgerPostingsTable } from './ledger-tables.ts'
import type { Changes, Groups, Known, Projection } from './projection.ts'

/** The tables of the ledger. */
export type LedgerRows = Pick<Database, 'ledgerPostings' | 'ledgerAccounts' | 'ledgerPlans' | 'ledgerEntities'>

const fundOf = ({ fund }: Account): string => `${fund.kind}:${fund.id}`
const placeOf = (account: Account): Place => ({
  fund: fundOf(account),
  proposal: account.proposal,
  swadaya: account.swadaya !== undefined,
})

/** A money fact that moved nothing: kept among the plans, so that a correction knows what kind of fact it corrects. */
const unmoved = 'none'

/** What a correction puts in the place of a fact of this type. The envelope of the confirmation bears the subject and the tags. */
const replacedBy = (fact: Fact, type: string): Fact => ({ ...fact, type, data: saidBy(fact) })

/** Whatever the corrected fact may have been: its type stands in its rows, which are not at hand before they are asked for. */
function possibleMovements(fact: Fact): Movement[] {
  if (fact.corrects === undefined) return movements(fact)
  if (fact.corrects.how !== 'replace') return []
  return [...moneyTypes]
    .filter((type) => type.startsWith(`${fact.subject.kind}.`))
    .flatMap((type) => {
      try {
        return movements(replacedBy(fact, type))
      } catch {
        // Data of another type: it is not that one.
        return []
      }
    })
}

const accountsOf = (found: readonly Movement[]): Account[] => found.flatMap(({ from, to }) => [from, to])

/** The position, as text, of the fact whose rows a fact adds to. */
const originOf = ({ fact, position }: Recorded): string => String(fact.corrects?.position ?? position)

const isMoney = ({ type, corrects }: Fact): boolean => moneyTypes.has(type) || corrects !== undefined
const isPlan = ({ type, corrects }: Fact): boolean => planTypes.has(type) || corrects !== undefined

function groups(recorded: Recorded): Groups<LedgerRows> {
  const { fact } = recorded
  const accounts = isMoney(fact) ? accountsOf(possibleMovements(fact)) : []
  const entities = [
    ...entitiesToTell(fact),
    ...(isPlan(fact) ? entitiesOfPlans(fact) : []),
    ...accounts.flatMap((account) => [
      ...entitiesOfPlace(fact, placeOf(account)),
      ...(account.tranche === undefined ? [] : [`tranche:${account.tranche}`]),
    ]),
  ]
  const origin = originOf(recorded)
  return {
    ledgerPostings: isMoney(fact) ? [origin] : [],
    ledgerPlans: isPlan(fact) || isMoney(fact) ? [origin] : [],
    ledgerAccounts: [...new Set(accounts.map(accountName))],
    ledgerEntities: [...new Set(entities)],
  }
}

/** Opens accounts that a fact is the first to post to, and gives the number of each. */
class Opening {
  readonly rows = new Map<string, readonly LedgerAccountsTable[]>()
  readonly #known: Known<LedgerRows>
  readonly #recorded: Recorded
  readonly #entityOf: EntityOf

  constructor(known: Known<LedgerRows>, recorded: Recorded, entityOf: EntityOf) {
    this.#known = known
    this.#recorded = recorded
    this.#entityOf = entityOf
  }

  numberOf(account: Account): bigint {
    const name = accountName(account)
    const [known] = this.rows.get(name) ?? this.#known.ledgerAccounts(name)
    if (known !== undefined) return known.account
    const { fact, position } = this.#recorded
    const row: LedgerAccountsTable = {
      name,
      account: BigInt(position) * 10_000n + BigInt(this.rows.size),
      kind: account.kind,
      role: accountRole(account),
      fund: fundOf(account),
      pool: accountName(answeringAccount(account)),
      tranche: account.tranche ?? null,
      ordinal: (account.tranche === undefined ? undefined : this.#entityOf(`tranche:${account.tranche}`)?.ordinal) ?? null,
      proposal: account.proposal ?? null,
      ...dimensionsAt(fact, placeOf(account), this.#entityOf),
    }
    this.rows.set(name, [row])
    return row.account
  }
}

/** An amount from one account to another; below zero where it takes such a movement back. */
interface Entry {
  readonly from: bigint
  readonly to: bigint
  readonly amountSen: bigint
  readonly effectiveOn: string
}

/** Both sides of each entry, as rows. */
const rowsOf = ({ fact, position, recordedAt }: Recorded, origin: string, factType: string, entries: readonly Entry[]) =>
  entries.flatMap(({ from, to, amountSen, effectiveOn }, index): LedgerPostingsTable[] => {
    const shared = { origin, position: BigInt(position), effectiveOn, recordedAt, factType, how: fact.corrects?.how ?? null }
    return [
      { ...shared, nth: index * 2, account: from, counter: to, amountSen: -amountSen },
      { ...shared, nth: index * 2 + 1, account: to, counter: from, amountSen },
    ]
  })

/** What undoes the rows of a fact as they stand, corrections before among them: the same way with the amount below zero. */
function undone(standing: readonly LedgerPostingsTable[], { fact }: Recorded): Entry[] {
  const reversed = fact.corrects?.how === 'reverse' ? fact.effectiveOn : undefined
  const nets = new Map<string, Entry>()
  for (const { account: to, counter: from, amountSen, effectiveOn: on, nth } of standing) {
    if (nth % 2 === 0) continue
    const effectiveOn = reversed ?? on
    const key = `${from} ${to} ${effectiveOn}`
    nets.set(key, { from, to, effectiveOn, amountSen: (nets.get(key)?.amountSen ?? 0n) - amountSen })
  }
  return [...nets.values()].filter(({ amountSen }) => amountSen !== 0n)
}

const entriesOf = (found: readonly Movement[], effectiveOn: string, opening: Opening): Entry[] =>
  found.map(({ from, to, amountSen }) => ({ from: opening.numberOf(from), to: opening.numberOf(to), amountSen, effectiveOn }))

/** The rows that a confirmed correction adds to those of the fact that it corrects, of which nothing is changed. */
function corrected(known: Known<LedgerRows>, recorded: Recorded, opening: Opening, entityOf: EntityOf) {
  const { fact } = recorded
  const origin = originOf(recorded)
  const [postings, plans] = [known.ledgerPostings(origin), known.ledgerPlans(origin)]
  const [first] = [...postings, ...plans]
  if (first === undefined) return undefined
  const { factType, effectiveOn } = first
  const replacing = fact.corrects?.how === 'replace'
  const entries = [
    ...undone(postings, recorded),
    ...(replacing ? entriesOf(movements(replacedBy(fact, factType)), effectiveOn, opening) : []),
  ]
  const struck = strikePlans(plans, recorded)
  const again = replacing ? plansOf(recorded, { type: factType, origin, effectiveOn, nth: struck.length }, entityOf) : []
  // Of an entity that the new data names again, the new amount holds: one row each.
  const renewed = new Set(again.map(({ entity }) => entity))
  return {
    postings: [...postings, ...rowsOf(recorded, origin, factType, entries)],
    plans: [...plans, ...struck.filter(({ entity }) => !renewed.has(entity)), ...again],
  }
}

function recordedOnce(recorded: Recorded, opening: Opening, entityOf: EntityOf) {
  const { fact, position, recordedAt } = recorded
  const { type, effectiveOn } = fact
  const origin = String(position)
  const postings = rowsOf(recorded, origin, type, entriesOf(movements(fact), effectiveOn, opening))
  const plans = plansOf(recorded, { type, origin, effectiveOn, nth: 0 }, entityOf)
  if (postings.length > 0 || plans.length > 0 || !moneyTypes.has(type)) return { postings, plans }
  const entity = `${fact.subject.kind}:${fact.subject.id}`
  const marker = { origin, position: BigInt(position), nth: 0, entity, kind: unmoved, fund: null, amountSen: null }
  const dimensions = dimensionsAt(fact, { fund: undefined }, () => undefined)
  return { postings, plans: [{ ...marker, effectiveOn, recordedAt, factType: type, how: null, ...dimensions } satisfies LedgerPlansTable] }
}

function project(known: Known<LedgerRows>, recorded: Recorded): Changes<LedgerRows> | undefined {
  const { fact } = recorded
  const entityOf: EntityOf = (entity) => known.ledgerEntities(entity)[0]
  const ledgerEntities = new Map<string, readonly LedgerEntitiesTable[]>()
  const told = entityAfter(fact, entityOf)
  if (told !== undefined) ledgerEntities.set(told.entity, [told])
  // What the fact itself tells of its subject is known when its own plans are made.
  const knowing: EntityOf = (entity) => (entity === told?.entity ? told : entityOf(entity))
  if (!isMoney(fact) && !isPlan(fact)) return { ledgerEntities }
  const opening = new Opening(known, recorded, knowing)
  const made = fact.corrects === undefined ? recordedOnce(recorded, opening, knowing) : corrected(known, recorded, opening, knowing)
  if (made === undefined) return { ledgerEntities }
  const origin = originOf(recorded)
  return {
    ledgerEntities,
    ledgerAccounts: opening.rows,
    ...(made.postings.length > 0 ? { ledgerPostings: new Map([[origin, made.postings]]) } : {}),
    ...(made.plans.length > 0 ? { ledgerPlans: new Map([[origin, made.plans]]) } : {}),
  }
}

const confirmations = [...domain.slices.keys()].map((kind) => `${kind}.CorrectionConfirmed`)
/** Facts that tell of funds of whatever kind, of institutions and of editions; those of tranches and proposals fix an amount. */
const telling = [...eventTypes.keys()].filter((type) => tellsOfFunds(type.slice(0, type.indexOf('.'))))

/** Money as double entries, and what was planned: by account, source, programme, place, holder and field, at any date on either clock. */
export const ledger: Projection<LedgerRows> = {
  name: 'ledger',
  // 2: what residents give has the source swadaya, and a group paid from elsewhere its own area.
  version: 2,
  tables: {
    ledgerPostings: { key: ['origin', 'position', 'nth'], groupedBy: 'origin' },
    ledgerAccounts: { key: ['name'], groupedBy: 'name' },
    ledgerPlans: { key: ['origin', 'position', 'nth'], groupedBy: 'origin' },
    ledgerEntities: { key: ['entity'], groupedBy: 'entity' },
  },
  sql: readFileSync(new URL('./ledger.sql', import.meta.url), 'utf8'),
  types: new Set([...moneyTypes, ...planTypes, ...telling, 'institution.Formed', 'edition.Published', ...confirmations]),
  groups,
  project,
}
