import { readFileSync } from 'node:fs'
import { domain, Edition, eventTypes, type EntityRef, type Fact, type Move, type Recorded } from '@jejak/domain'
import type { EntityListEditionsTable, EntityListTable, ViewsDb } from './database.ts'
import { labelsOf } from './entity-list-labels.ts'
import type { Projection } from './projection.ts'

/** The rows that a page may touch, before it: entities by tag, editions by id and revision. */
export interface EntityListState {
  readonly rows: ReadonlyMap<string, EntityListTable>
  readonly editions: ReadonlyMap<string, EntityListEditionsTable>
}

/** The rows after it, only those that changed. */
export interface EntityListChanges {
  readonly rows: readonly EntityListTable[]
  readonly editions: readonly EntityListEditionsTable[]
}

/** Kinds that are no entities of the programme: they have lists of their own. */
const unlisted: ReadonlySet<string> = new Set(['edition', 'area', 'person'])
const isListed = (kind: string): boolean => !unlisted.has(kind) && !kind.endsWith('-key')

function refOf(tag: string): EntityRef {
  const colon = tag.indexOf(':')
  return { kind: tag.slice(0, colon), id: tag.slice(colon + 1) }
}
/** The tag of an entity. */
export const tagOf = ({ kind, id }: EntityRef): string => `${kind}:${id}`
const same = (a: EntityRef, b: EntityRef): boolean => a.kind === b.kind && a.id === b.id
const editionKey = (id: string, revision: number): string => `${id} ${revision}`

/** The listed entities that a fact may change: those whose slice folds its type (CONTRACTS B4). */
export const touchedBy = (fact: Fact): EntityRef[] =>
  fact.tags.map(refOf).filter(({ kind }) => isListed(kind) && domain.slice(kind).fold.types.includes(fact.type))

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

/** A page at work: rows as they are so far, and which have changed. */
class Page {
  readonly #rows: Map<string, EntityListTable>
  readonly #editions: Map<string, EntityListEditionsTable>
  readonly #changedRows = new Set<string>()
  readonly #changedEditions = new Set<string>()

  constructor(state: EntityListState) {
    this.#rows = new Map(state.rows)
    this.#editions = new Map(state.editions)
  }

  take(recorded: Recorded): void {
    const { fact } = recorded
    if (fact.type === 'edition.Published') {
      const row = editionRow(fact)
      const key = editionKey(row.id, row.revision)
      this.#editions.set(key, row)
      this.#changedEditions.add(key)
    }
    for (const of of touchedBy(fact)) this.#touch(of, recorded)
  }

  changes(): EntityListChanges | undefined {
    if (this.#changedRows.size === 0 && this.#changedEditions.size === 0) return undefined
    const pick = <R>(rows: ReadonlyMap<string, R>, keys: ReadonlySet<string>): R[] => [...keys].flatMap((key) => rows.get(key) ?? [])
    return { rows: pick(this.#rows, this.#changedRows), editions: pick(this.#editions, this.#changedEditions) }
  }

  #touch(of: EntityRef, recorded: Recorded): void {
    const { fact, position } = recorded
    const key = tagOf(of)
    const moves = fact.moves.filter((move) => same(move, of))
    const isOwn = same(fact.subject, of)
    // A fact that only mentions it opens nothing.
    if (!isOwn && moves.length === 0 && !this.#rows.has(key)) return
    const before = this.#rows.get(key) ?? opened(of, recorded)
    const pin = (isOwn ? fact.edition : undefined) ?? moves.find((move) => move.edition)?.edition
    const after: EntityListTable = {
      ...before,
      ...(isOwn || moves.length > 0 ? this.#related(before, fact, of) : {}),
      ...(pin === undefined ? {} : { editionId: pin.id, editionRevision: pin.revision }),
      ...labelsOf(fact, of),
      lastEffectiveOn: fact.effectiveOn,
      lastPosition: BigInt(position),
    }
    this.#rows.set(key, this.#standing(after, moves, fact.effectiveOn))
    this.#changedRows.add(key)
  }

  #related(row: EntityListTable, fact: Fact, of: EntityRef): Partial<EntityListTable> {
    const tags = [...new Set([...row.tags, ...relatedTags(fact, of)])].sort()
    const allocation = row.allocation ?? idIn(tags, 'allocation')
    const parent = allocation === null ? undefined : this.#rows.get(`allocation:${allocation}`)
    return {
      tags,
      allocation,
      area: row.area ?? idIn(tags, 'area'),
      cycle: row.cycle ?? idIn(tags, 'cycle'),
      fiscalYear: row.fiscalYear ?? parent?.fiscalYear ?? null,
    }
  }

  /** Where it stands after the moves, and at whose desk by the edition that it has pinned, else by the built-in workflow. */
  #standing(row: EntityListTable, moves: readonly Move[], on: string): EntityListTable {
    const edition = row.editionId === null ? undefined : this.#editions.get(editionKey(row.editionId, row.editionRevision ?? 0))
    const programme = edition?.programme ?? row.programme
    if (moves.length === 0) return { ...row, programme }
    const stages = stagesAfter(row.stages, moves)
    const desks = edition?.holders[row.kind] ?? holdersIn(row.kind, undefined)
    return {
      ...row,
      programme,
      stages,
      stage: stages[''] ?? null,
      suspended: moves.findLast((move) => move.suspended)?.suspended?.to ?? row.suspended,
      holders: [...new Set(Object.values(stages).flatMap((stage) => desks[stage] ?? []))].sort(),
      since: moves.some((move) => move.from !== move.to) ? on : row.since,
    }
  }
}

/** The list after a page. Pure: from facts alone, the editions among them. */
export function projectEntityList(state: EntityListState, facts: readonly Recorded[]): EntityListChanges | undefined {
  const page = new Page(state)
  for (const recorded of facts) page.take(recorded)
  return page.changes()
}

async function load(db: ViewsDb, facts: readonly Recorded[]): Promise<EntityListState> {
  // Allocations also for their children: the fiscal year of a tranche is that of its allocation.
  const tags = facts.flatMap(({ fact }) => [...touchedBy(fact).map(tagOf), ...fact.tags.filter((tag) => tag.startsWith('allocation:'))])
  const keys = [...new Set(tags)]
  const rows = keys.length === 0 ? [] : await db.selectFrom('entityList').selectAll().where('entity', 'in', keys).execute()
  const editions = await db.selectFrom('entityListEditions').selectAll().execute()
  return {
    rows: new Map(rows.map((row) => [row.entity, row])),
    editions: new Map(editions.map((row) => [editionKey(row.id, row.revision), row])),
  }
}

/** PostgreSQL takes 65,535 parameters in a statement; a row has 24. */
const rowsMax = 1_000

async function write(db: ViewsDb, { rows, editions }: EntityListChanges): Promise<void> {
  for (let first = 0; first < rows.length; first += rowsMax) {
    const some = rows.slice(first, first + rowsMax)
    await db
      .insertInto('entityList')
      .values(some)
      .onConflict((conflict) =>
        conflict.column('entity').doUpdateSet((eb) => ({
          area: eb.ref('excluded.area'),
          allocation: eb.ref('excluded.allocation'),
          cycle: eb.ref('excluded.cycle'),
          editionId: eb.ref('excluded.editionId'),
          editionRevision: eb.ref('excluded.editionRevision'),
          programme: eb.ref('excluded.programme'),
          category: eb.ref('excluded.category'),
          title: eb.ref('excluded.title'),
          number: eb.ref('excluded.number'),
          fiscalYear: eb.ref('excluded.fiscalYear'),
          amountSen: eb.ref('excluded.amountSen'),
          stage: eb.ref('excluded.stage'),
          stages: eb.ref('excluded.stages'),
          suspended: eb.ref('excluded.suspended'),
          holders: eb.ref('excluded.holders'),
          since: eb.ref('excluded.since'),
          lastEffectiveOn: eb.ref('excluded.lastEffectiveOn'),
          lastPosition: eb.ref('excluded.lastPosition'),
          tags: eb.ref('excluded.tags'),
        })),
      )
      .execute()
  }
  if (editions.length === 0) return
  await db
    .insertInto('entityListEditions')
    .values(editions)
    .onConflict((conflict) =>
      conflict
        .columns(['id', 'revision'])
        .doUpdateSet((eb) => ({ programme: eb.ref('excluded.programme'), holders: eb.ref('excluded.holders') })),
    )
    .execute()
}

/** One row for each entity: what it is, where it stands, at whose desk. */
export const entityList: Projection<EntityListState, EntityListChanges> = {
  name: 'entity-list',
  version: 1,
  tables: ['entity_list', 'entity_list_editions'],
  sql: readFileSync(new URL('./entity-list.sql', import.meta.url), 'utf8'),
  types: new Set([...eventTypes.keys()].filter((type) => !/^(area|person)\./.test(type))),
  load,
  project: projectEntityList,
  write,
}
