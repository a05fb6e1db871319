import { readFileSync } from 'node:fs'
import {
  dateIn,
  domain,
  eventTypes,
  isCorrection,
  keyOf,
  type Deviation,
  type EntityRef,
  type Fact,
  type Json,
  type Recorded,
} from '@jejak/domain'
import type { Database } from './database.ts'
import { pinOf, presenceAfter, standingOf, takeDeviationFact, type DeviationRulesOf, type Found } from './deviation-fold.ts'
import { derivedReasons, kindOfRule, type DeviationKind } from './deviation-reasons.ts'
import { builtInDeviationRules, deviationEditionOf, isWithin, type DeviationEditionsTable } from './deviation-rules.ts'
import type { DeviationEntitiesTable, DeviationPresenceTable, DeviationsTable } from './deviation-tables.ts'
import { idIn, tagOf, touchedBy } from './entity-list.ts'
import { daysBetween } from './instant.ts'
import type { Changes, Groups, Known, Projection } from './projection.ts'

/** Rows of deviations by the fact's id, of entities and expectations by the entity's tag; of editions all at once. */
export type DeviationRows = Pick<Database, 'deviations' | 'deviationEntities' | 'deviationPresence' | 'deviationEditions'>

/** The zone of lists: whether a fact was entered late is told by the day of the capital. */
const zone = 'Asia/Jakarta'

/** Entities with stages that a fact may change. */
const watched = (fact: Fact): EntityRef[] => touchedBy(fact).filter(({ kind }) => domain.slices.get(kind)?.edition !== 'none')

const rulesFrom =
  (editions: readonly DeviationEditionsTable[]): DeviationRulesOf =>
  (kind, pin) => {
    const edition = pin && editions.find(({ id, revision }) => id === pin.id && revision === pin.revision)
    return {
      rules: edition?.rules[kind] ?? builtInDeviationRules(kind),
      programme: edition?.programme ?? null,
      lateEntryDays: edition?.lateEntryDays ?? null,
    }
  }

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined)

/** Kinds of deviation whose details name a place: an entity or its kind, a stage, or where from and to. */
const placed: ReadonlySet<DeviationKind> = new Set(['forced', 'reopened', 'open-criterion', 'absent-actor', 'out-of-order'])

/**
 * The entity that a deviation of a fact is about: the one that it names, or that the fact moves out of the stage or into it, else the
 * subject. Of several alike, each in turn.
 */
function aboutOf({ subject, moves }: Fact, { rule, kind, id, stage, to }: Deviation, turn: number): EntityRef {
  if (!placed.has(kindOfRule(rule))) return subject
  const [named, known, place, target] = [text(kind), text(id), text(stage), text(to)]
  if (named !== undefined && known !== undefined) return { kind: named, id: known }
  const moved = named === undefined ? moves.filter((move) => move.to === target) : moves.filter((move) => move.kind === named)
  const left = moved.filter(({ from }) => from !== null && place !== undefined && isWithin(from, place))
  const found = (left.length > 0 ? left : moved)[turn] ?? moved[0]
  return found ? { kind: found.kind, id: found.id } : subject
}

/** The stage that a deviation is about, where its details name one: an entity that stands in several regions is told with all of them. */
function stageOf({ rule, stage, to }: Deviation): string | undefined {
  if (!placed.has(kindOfRule(rule))) return undefined
  const named = text(stage) ?? text(to)
  return named === undefined || !/^[A-Za-z0-9.-]*[A-Za-z0-9][A-Za-z0-9.-]*$/.test(named) ? undefined : named
}

/** A fact entered late with a reason: the rules let it pass, so that it carries no deviation. */
function enteredLate({ fact, recordedAt }: Recorded, limit: number | null): Omit<Found, 'of'> | undefined {
  if (fact.lateReason === undefined || limit === null) return undefined
  const entered = fact.source?.recordedAt?.slice(0, 10) ?? dateIn(zone, Number(recordedAt / 1000n))
  const days = daysBetween(fact.effectiveOn, entered)
  return days > limit ? { rule: derivedReasons.enteredLate.code, stage: null, details: { days, limit }, facts: [] } : undefined
}

/** Papers dated after what they prove. */
const postdated = ({ evidence, effectiveOn: on }: Fact): Omit<Found, 'of'>[] =>
  evidence.flatMap(({ docType, date }) =>
    date !== undefined && date > on
      ? [{ rule: derivedReasons.postdated.code, stage: null, details: { paper: docType, date, on }, facts: [] }]
      : [],
  )

/** A fact at work: what it changes, as it is so far. */
class Taking {
  readonly #known: Known<DeviationRows>
  readonly #recorded: Recorded
  readonly #rulesOf: DeviationRulesOf
  readonly #entities = new Map<string, { readonly before: DeviationEntitiesTable | undefined; readonly after: DeviationEntitiesTable }>()
  readonly entityRows = new Map<string, readonly DeviationEntitiesTable[]>()
  readonly presence = new Map<string, readonly DeviationPresenceTable[]>()
  readonly #found: Found[] = []

  constructor(known: Known<DeviationRows>, recorded: Recorded, rulesOf: DeviationRulesOf) {
    this.#known = known
    this.#recorded = recorded
    this.#rulesOf = rulesOf
    const key = keyOf(recorded.fact.type, recorded.fact.data)
    // A correction is no step, and nobody is seen at work by it.
    if (!isCorrection(recorded.fact.type)) for (const of of watched(recorded.fact)) this.#take(of, key)
  }

  #take(of: EntityRef, key: string): void {
    const entity = tagOf(of)
    const [before] = this.#known.deviationEntities(entity)
    const taken = takeDeviationFact(before, this.#recorded, of, key, this.#rulesOf)
    if (taken === undefined) return
    const after = before !== undefined && isEqual(before, taken.row) ? before : taken.row
    this.#entities.set(entity, { before, after })
    if (after !== before) this.entityRows.set(entity, [after])
    this.#found.push(...taken.found)
    const { rules } = this.#rulesOf(of.kind, pinOf(after))
    if (Object.keys(rules.expects).length === 0) return
    const seen = this.#known.deviationPresence(entity)
    const standing = before === undefined ? [] : Object.values(standingOf(rules, before))
    const next = presenceAfter(seen, standing, this.#recorded, entity, rules)
    if (next !== seen) this.presence.set(entity, next)
  }

  /** What is known of the whereabouts of an entity that a deviation is about. */
  #placeOf(of: EntityRef) {
    const { fact } = this.#recorded
    const kept = this.#entities.get(tagOf(of))
    const row = kept?.after
    const pin = row ? pinOf(row) : (fact.edition ?? fact.moves.find((move) => move.edition)?.edition)
    const { programme, lateEntryDays } = this.#rulesOf(of.kind, pin)
    return {
      lateEntryDays,
      stage: (kept?.before ?? row)?.stages[''] ?? null,
      columns: {
        entityKind: of.kind,
        entityId: of.id,
        area: row?.area ?? idIn(fact.tags, 'area'),
        cycle: row?.cycle ?? idIn(fact.tags, 'cycle'),
        allocation: row?.allocation ?? idIn(fact.tags, 'allocation'),
        editionId: pin?.id ?? null,
        editionRevision: pin?.revision ?? null,
        programme: row?.programme ?? programme,
      },
    }
  }

  /** The deviations that the fact carries, as what was found. */
  #carried(): Found[] {
    const { fact } = this.#recorded
    const turns = new Map<string, number>()
    return (fact.deviations ?? []).map((deviation) => {
      const { rule, facts, ...details } = deviation
      const alike = JSON.stringify({ rule, details })
      const turn = turns.get(alike) ?? 0
      turns.set(alike, turn + 1)
      return {
        of: aboutOf(fact, deviation, turn),
        rule,
        stage: stageOf(deviation) ?? null,
        details,
        facts: Array.isArray(facts) ? facts.filter((each) => typeof each === 'number') : [],
      }
    })
  }

  deviations(): DeviationsTable[] {
    const { fact, position, recordedAt } = this.#recorded
    const carried = this.#carried()
    const late = enteredLate(this.#recorded, this.#placeOf(fact.subject).lateEntryDays)
    const own = [...postdated(fact), ...(late ? [late] : [])].map((each) => ({ of: fact.subject, ...each }))
    return [...carried, ...this.#found, ...own].map(({ of, rule, stage, details, facts }, nth) => {
      const place = this.#placeOf(of)
      return {
        fact: fact.id,
        nth,
        position: BigInt(position),
        rule,
        kind: kindOfRule(rule),
        derived: nth >= carried.length,
        factType: fact.type,
        ...place.columns,
        stage: stage ?? place.stage,
        role: rule === 'expected-actor-absent' ? (text(details['role']) ?? null) : null,
        details,
        facts,
        effectiveOn: fact.effectiveOn,
        recordedAt,
        actorRole: fact.actor.role,
        actorInstitution: fact.actor.institution ?? null,
      }
    })
  }
}

const isEqual = (a: DeviationEntitiesTable, b: DeviationEntitiesTable): boolean => {
  const other = new Map<string, unknown>(Object.entries(b))
  return Object.entries(a).every(([name, value]) => value === other.get(name))
}

/** The rows after a fact. Pure: from facts alone, the editions among them. */
function project(known: Known<DeviationRows>, recorded: Recorded): Changes<DeviationRows> | undefined {
  const { fact } = recorded
  let editions = known.deviationEditions('')
  const published = fact.type === 'edition.Published' ? deviationEditionOf(fact) : undefined
  if (published !== undefined)
    editions = [...editions.filter(({ id, revision }) => id !== published.id || revision !== published.revision), published]
  const taking = new Taking(known, recorded, rulesFrom(editions))
  const rows = taking.deviations()
  const { entityRows, presence } = taking
  if (rows.length + entityRows.size + presence.size === 0 && published === undefined) return undefined
  return {
    deviations: new Map(rows.length > 0 ? [[fact.id, rows]] : []),
    deviationEntities: entityRows,
    deviationPresence: presence,
    ...(published === undefined ? {} : { deviationEditions: new Map([['', editions]]) }),
  }
}

/** Whether a fact can have deviations at all: most are of money and papers in their order. */
const mayDeviate = ({ deviations = [], moves, evidence, lateReason }: Fact): boolean =>
  deviations.length > 0 || moves.length > 0 || lateReason !== undefined || evidence.some(({ date }) => date !== undefined)

function groups({ fact }: Recorded): Groups<DeviationRows> {
  const entities = watched(fact).map(tagOf)
  return {
    deviations: mayDeviate(fact) ? [fact.id] : [],
    deviationEntities: entities,
    deviationPresence: entities,
    deviationEditions: [''],
  }
}

/** What was not as the edition says it should be, fact by fact; and who was expected where and seen or not. */
export const deviations: Projection<DeviationRows> = {
  name: 'deviations',
  version: 2,
  readsSince: 1,
  tables: {
    deviations: { key: ['fact', 'nth'], groupedBy: 'fact', ofFacts: true },
    deviationEntities: { key: ['entity'], groupedBy: 'entity' },
    deviationPresence: { key: ['entity', 'stage', 'role'], groupedBy: 'entity' },
    deviationEditions: { key: ['id', 'revision'] },
  },
  sql: readFileSync(new URL('./deviations.sql', import.meta.url), 'utf8'),
  refolds: ['deviations', 'deviationEntities', 'deviationPresence'],
  types: new Set(eventTypes.keys()),
  groups,
  project,
}
