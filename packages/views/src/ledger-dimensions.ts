import type { Fact, Json } from '@jejak/domain'
import { idIn, tagOf } from './entity-list.ts'
import type { LedgerDimensions, LedgerEntitiesTable } from './ledger-tables.ts'

/** Rows of entities by their tag; undefined for one that no fact has told. */
export type EntityOf = (entity: string) => LedgerEntitiesTable | undefined

const nothing: LedgerDimensions = {
  source: null,
  programme: null,
  edition: null,
  component: null,
  fiscalYear: null,
  area: null,
  institution: null,
  institutionName: null,
  field: null,
}

type Data = Fact['data']
type Told = Partial<Omit<LedgerEntitiesTable, 'entity' | 'institutionName' | 'programme'>> & { readonly programme?: string }

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined)
const first = (data: Data, names: readonly string[]): string | undefined =>
  names.map((name) => text(data[name])).find((value) => value !== undefined)

/** Fields that name who a fund is for, in whatever kind of fund. */
const holders = ['recipient', 'implementer', 'upk', 'board', 'group', 'institution']

const ofFund = (data: Data): Told => ({
  ...given('source', first(data, ['source', 'sourceType'])),
  ...given('component', text(data['component'])),
  ...given('fiscalYear', first(data, ['fiscalYear', 'year'])),
  ...given('institution', first(data, holders)),
})

const given = (name: keyof Told, value: string | undefined): Told => (value === undefined ? {} : { [name]: value })

/** What a fact tells of its subject, by the subject's kind. A fund may be of a kind that is not named here. */
const tellers: Readonly<Record<string, (data: Data) => Told>> = {
  tranche: ({ ordinal }) => (typeof ordinal === 'number' ? { ordinal } : {}),
  proposal: (data) => ({ ...given('field', text(data['field'])), ...given('institution', text(data['ksm'])) }),
  institution: (data) => (text(data['institutionKind']) === undefined ? {} : given('name', text(data['name']))),
  edition: ({ content }) => given('programme', content !== null && typeof content === 'object' ? programmeIn(content) : undefined),
}
const programmeIn = (content: Exclude<Json, null | boolean | number | string>): string | undefined =>
  'programme' in content ? text(content['programme']) : undefined

/** Kinds that hold no money and of which nothing need be known. */
const others: ReadonlySet<string> = new Set(['area', 'person', 'cycle', 'complaint', 'finding', 'facilitator', 'case'])

/** Whether entities of a kind are taken for funds: whatever is not known to be something else. */
export const tellsOfFunds = (kind: string): boolean => !others.has(kind) && tellers[kind] === undefined

function told({ subject: { kind } }: Fact, data: Data): Told {
  if (others.has(kind)) return {}
  return (tellers[kind] ?? ofFund)(data)
}

/** Whether a JSON value has named fields. */
export const hasFields = (value: Json | undefined): value is { readonly [field: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** The data that a fact says is true: its own, or that which a confirmed correction puts in its place. */
export function saidBy({ corrects, data }: Fact): Data {
  if (corrects === undefined) return data
  const { replacement } = data
  return corrects.how === 'replace' && hasFields(replacement) ? replacement : {}
}

/** The rows that a fact may read to tell what it is about: itself, its edition, and the institution that it names. */
export function entitiesToTell(fact: Fact): string[] {
  const said = told(fact, saidBy(fact))
  if (Object.keys(said).length === 0) return []
  return [tagOf(fact.subject), ...editionTag(fact), ...(said.institution == null ? [] : [`institution:${said.institution}`])]
}

const editionTag = ({ edition }: Fact): string[] => (edition === undefined ? [] : [`edition:${edition.id}`])

/** What is known of the subject after a fact; undefined if it tells nothing. */
export function entityAfter(fact: Fact, entityOf: EntityOf): LedgerEntitiesTable | undefined {
  const said = told(fact, saidBy(fact))
  if (Object.keys(said).length === 0) return undefined
  const entity = tagOf(fact.subject)
  const before = entityOf(entity) ?? { ...nothing, entity, ordinal: null, name: null }
  const edition = fact.edition?.id ?? before.edition
  return {
    ...before,
    edition,
    programme: (fact.edition && entityOf(`edition:${fact.edition.id}`)?.programme) ?? before.programme,
    area: before.area ?? idIn(fact.tags, 'area'),
    ...said,
    ...(said.institution == null ? {} : { institutionName: entityOf(`institution:${said.institution}`)?.name ?? null }),
  }
}

/** Where money stands: its fund, the proposal that a group holds it for, and whether residents gave it. */
export interface Place {
  readonly fund: string | undefined
  readonly proposal?: string | undefined
  readonly swadaya?: boolean
}

/** The source of what residents give: it stands on accounts of the grant that it is beside, and is none of its money. */
export const ownContribution = 'swadaya'

/** The rows that the dimensions of a place are taken from. */
export const entitiesOfPlace = (fact: Fact, { fund, proposal }: Place): string[] => [
  ...(fund === undefined ? [] : [fund]),
  ...(proposal === undefined ? [] : [`proposal:${proposal}`]),
  ...editionTag(fact),
]

/** What is known of a place when a fact names it, from the facts before and from the fact itself. */
export function dimensionsAt(fact: Fact, { fund, proposal, swadaya = false }: Place, entityOf: EntityOf): LedgerDimensions {
  const known = fund === undefined ? undefined : entityOf(fund)
  const { entity: _, ordinal: __, name, ...told } = { entity: '', ordinal: null, name: null, ...nothing, ...known }
  // An institution whose money is a fund of its own holds it.
  const own = fund?.startsWith('institution:') === true ? { institution: fund.slice('institution:'.length), institutionName: name } : {}
  const ofFund = { ...told, ...own }
  const works = proposal === undefined ? undefined : entityOf(`proposal:${proposal}`)
  return {
    ...ofFund,
    source: swadaya ? ownContribution : ofFund.source,
    edition: ofFund.edition ?? fact.edition?.id ?? null,
    programme: ofFund.programme ?? (fact.edition && entityOf(`edition:${fact.edition.id}`)?.programme) ?? null,
    // An agreement of one place may pay a group of another.
    area: works?.area ?? ofFund.area ?? idIn(fact.tags, 'area'),
    ...(works?.institution == null ? {} : { institution: works.institution, institutionName: works.institutionName }),
    field: works?.field ?? null,
  }
}
