import { readFileSync } from 'node:fs'
import { domain, Edition, eventTypes, isCorrection, type EntityRef, type Fact, type Move, type Recorded } from '@jejak/domain'
import type { Database, EntityListEditionsTable, EntityListTable } from './database.ts'
import { labelsOf } from './entity-list-labels.ts'
import type { Changes, Groups, Known, Projection } from './projection.ts'

/** Rows of the list by the entity's tag; of editions all at once. */
export type EntityListRows = Pick<Database, 'entityList' | 'entityListEditions'>

/** Kinds that are no entities of the programme: they have lists of their own. */
const unlisted: ReadonlySet<string> = new Set(['edition', 'area', 'person'])
/** Whether a kind is one of the programme's entities. */
export const isListed = (kind: string): boolean => !unlisted.has(kind) && !kind.endsWith('-key')

function refOf(tag: string): EntityRef {
  const colon = tag.indexOf(':')
  return { kind: tag.slice(0, colon), id: tag.slice(colon + 1) }
}
/** The tag of an entity. */
export const tagOf = ({ kind, id }: EntityRef): string => `${kind}:${id}`
const same = (a: EntityRef, b: EntityRef): boolean => a.kind === b.kind && a.id === b.id

const typesOf: ReadonlyMap<string, ReadonlySet<string>> = new Map([...domain.slices].map(([kind, { fold }]) => [kind, new Set(fold.types)]))
/** Whether the slice of a kind folds a type of fact; kinds that only an edition knows have a slice too. */
const folds = (kind: string, type: string): boolean => typesOf.get(kind)?.has(type) ?? domain.slice(kind).fold.types.includes(type)

/** The kinds whose slices fold a type of fact. */
const kindsOf = (type: string): string[] => [...typesOf].flatMap(([kind, types]) => (types.has(type) ? [kind] : []))

/** The listed entities that a fact may change: those whose slice folds its type (CONTRACTS B4). */
export const touchedBy = (fact: Fact): EntityRef[] => fact.tags.map(refOf).filter(({ kind }) => isListed(kind) && folds(kind, fact.type))

/**
 * Tags of other entities that say where this one belongs. Siblings of its own kind do not, but the institution above an institution does.
 */
const relatedTags = (fact: Fact, of: EntityRef): string[] =>
  fact.tags.filter((tag) => {
    const { kind, id } = refOf(tag)
    return (isListed(kind) || kind === 'area') && (kind === 'institution' ? id !== of.id : kind !== of.kind)
  })

/** The id of the entity of a kind among tags. */
export const idIn = (tags: readonly string[], kind: string): string | null =>
  tags.find((tag) => tag.startsWith(`${kind}:`))?.slice(kind.length + 1) ?? null

/** Role by kind and stage, of a published revision. */
function editionRow(fact: Fact): EntityListEditionsTable {
  const content = Edition.parse(fact.data['content'])
  const holders = Object.keys(content.workflows).map((kind) => [kind, holdersIn(kind, content)] as const)
  return {
    id: fact.subject.id,
    revision: Number(fact.data['revision']),
    programme: content.programme,
    holders: Object.fromEntries(holders),
  }
}

const holdersIn = (kind: string, edition: Edition | undefined): Record<string, string> =>
  Object.fromEntries(
    [...(domain.workflow(kind, edition)?.leaves.values() ?? [])].flatMap(({ path, holder }) =>
      holder === undefined ? [] : [[path, holder]],
    ),
  )

/** Of the built-in workflow of each kind, for entities that have pinned no edition. */
const builtInHolders = new Map([...domain.slices.keys()].map((kind) => [kind, holdersIn(kind, undefined)]))

const opened = (of: EntityRef, { position, fact }: Recorded): EntityListTable => ({
  entity: tagOf(of),
  ...of,
  area: null,
  allocation: null,
  cycle: null,
  editionId: null,
  editionRevision: null,
  programme: null,
  category: null,
  title: null,
  number: null,
  fiscalYear: null,
  amountSen: null,
  stage: null,
  stages: {},
  suspended: false,
  holders: [],
  since: fact.effectiveOn,
  openedOn: fact.effectiveOn,
  openedPosition: BigInt(position),
  lastEffectiveOn: fact.effectiveOn,
  lastPosition: BigInt(position),
  tags: [],
})

function stagesAfter(stages: Readonly<Record<string, string>>, moves: readonly Move[]): Record<string, string> {
  const after = { ...stages }
  for (const { region, to } of moves) {
    if (to === null) delete after[region]
    else after[region] = to
  }
  return after
}

/** A fact at work: the rows that it changes, as they are so far. */
class Touched {
  readonly #known: Known<EntityListRows>
  readonly #rows = new Map<string, readonly EntityListTable[]>()
  #editions: readonly EntityListEditionsTable[] | undefined

  constructor(known: Known<EntityListRows>) {
    this.#known = known
  }

  take(recorded: Recorded): Changes<EntityListRows> | undefined {
    const { fact } = recorded
    if (fact.type === 'edition.Published') {
      const row = editionRow(fact)
      const others = this.#known.entityListEditions('').filter(({ id, revision }) => id !== row.id || revision !== row.revision)
      this.#editions = [...others, row]
    }
    for (const of of touchedBy(fact)) this.#touch(of, recorded)
    if (this.#rows.size === 0 && this.#editions === undefined) return undefined
    return { entityList: this.#rows, ...(this.#editions ? { entityListEditions: new Map([['', this.#editions]]) } : {}) }
  }

  #row(entity: string): EntityListTable | undefined {
    return (this.#rows.get(entity) ?? this.#known.entityList(entity))[0]
  }

  #touch(of: EntityRef, recorded: Recorded): void {
    const { fact, position } = recorded
    const key = tagOf(of)
    const moves = fact.moves.filter((move) => same(move, of))
    const isOwn = same(fact.subject, of)
    const stood = this.#row(key)
    // A fact that only mentions it opens nothing.
    const corrects = isCorrection(fact.type)
    if (((!isOwn && moves.length === 0) || corrects) && stood === undefined) return
    const before = stood ?? opened(of, recorded)
    const pin = (isOwn ? fact.edition : undefined) ?? moves.find((move) => move.edition)?.edition
    const pinned = pin === undefined ? before : { ...before, editionId: pin.id, editionRevision: pin.revision }
    this.#rows.set(key, [
      {
        ...pinned,
        ...(isOwn || moves.length > 0 ? this.#related(before, fact, of) : undefined),
        ...labelsOf(fact, of),
        ...this.#standing(pinned, moves, fact.effectiveOn),
        // A correction is about what was recorded, and no step of the entity.
        lastEffectiveOn: corrects ? before.lastEffectiveOn : fact.effectiveOn,
        lastPosition: BigInt(position),
      },
    ])
  }

  #related(row: EntityListTable, fact: Fact, of: EntityRef): Partial<EntityListTable> {
    const related = relatedTags(fact, of).filter((tag) => !row.tags.includes(tag))
    const tags = related.length === 0 ? row.tags : [...row.tags, ...related].sort()
    const allocation = row.allocation ?? idIn(tags, 'allocation')
    // Only of a fact that bears its tag: others do not name it among what they read.
    const parent = allocation !== null && fact.tags.includes(`allocation:${allocation}`) ? this.#row(`allocation:${allocation}`) : undefined
    return {
      tags,
      allocation,
      area: row.area ?? idIn(tags, 'area'),
      cycle: row.cycle ?? idIn(tags, 'cycle'),
      fiscalYear: row.fiscalYear ?? parent?.fiscalYear ?? null,
    }
  }

  #edition(row: EntityListTable): EntityListEditionsTable | undefined {
    if (row.editionId === null) return undefined
    const editions = this.#editions ?? this.#known.entityListEditions('')
    return editions.find(({ id, revision }) => id === row.editionId && revision === (row.editionRevision ?? 0))
  }

  /** Where it stands after the moves, and at whose desk by the edition that it has pinned, else by the built-in workflow. */
  #standing(row: EntityListTable, moves: readonly Move[], on: string): Partial<EntityListTable> {
    const edition = this.#edition(row)
    const programme = edition?.programme ?? row.programme
    if (moves.length === 0) return { programme }
    const stages = stagesAfter(row.stages, moves)
    const desks = edition?.holders[row.kind] ?? builtInHolders.get(row.kind) ?? {}
    return {
      programme,
      stages,
      stage: stages[''] ?? null,
      suspended: moves.findLast((move) => move.suspended)?.suspended?.to ?? row.suspended,
      holders: [...new Set(Object.values(stages).flatMap((stage) => desks[stage] ?? []))].sort(),
      since: moves.some((move) => move.from !== move.to) ? on : row.since,
    }
  }
}

/** What a fact touches, and allocations also for their children: the fiscal year of a tranche is that of its allocation. */
function groups({ fact }: Recorded): Groups<EntityListRows> {
  const parents = fact.tags.filter((tag) => tag.startsWith('allocation:'))
  return { entityList: [...new Set([...touchedBy(fact).map(tagOf), ...parents])], entityListEditions: [''] }
}

/** One row for each entity: what it is, where it stands, at whose desk. */
export const entityList: Projection<EntityListRows> = {
  name: 'entity-list',
  version: 5,
  readsSince: 2,
  tables: { entityList: { key: ['entity'], groupedBy: 'entity' }, entityListEditions: { key: ['id', 'revision'] } },
  sql: readFileSync(new URL('./entity-list.sql', import.meta.url), 'utf8'),
  // An area's steps of readiness move the run of its cycle: what no listed kind folds can change nothing.
  refolds: ['entityList'],
  types: new Set([...eventTypes.keys()].filter((type) => type.startsWith('edition.') || kindsOf(type).some(isListed))),
  groups,
  project: (known, recorded) => new Touched(known).take(recorded),
}
