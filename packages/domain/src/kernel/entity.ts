import type { EditionRef, Fact, Move, Recorded } from './event.ts'
import type { DataOf, EventSpec } from './define.ts'
import { corrected, correctingTypes, isConfirmation } from './corrections.ts'
import type { Compiled, Stages } from './machine.ts'
import { isLater } from './stages.ts'

/** An entity folded from the facts that bear its tag. */
export interface Entity<S = unknown> {
  readonly kind: string
  readonly id: string
  /** False until the fact that opens it. */
  readonly opened: boolean
  readonly stages: Stages
  readonly suspended: boolean
  /** Every stage it has stood at, in order. */
  readonly visited: readonly string[]
  readonly edition: EditionRef | undefined
  /** Tags of its ancestors, pinned so far. */
  readonly ancestors: readonly string[]
  /** The facts folded, in log order: own ones and those of others that touch it. Annulled ones are not among them. */
  readonly facts: readonly Recorded[]
  /** What was proposed, confirmed and declined about such facts: it changes what they mean and is no step of the entity. */
  readonly corrections: readonly Recorded[]
  /** Position of the last fact folded; 0 before the first. Its ETag. */
  readonly last: number
  readonly data: S
}

/** How one kind of entity (or one aspect of it) is folded: a closed list of types and what each does to the data (CONTRACTS B4). */
export interface Fold<S> {
  readonly name: string
  readonly kind: string
  readonly types: readonly string[]
  /** Types whose fact pins ancestors: all its tags but the subject's and key tags. */
  readonly pins: readonly string[]
  /** These, and what corrects them. */
  readonly pinsCorrected: readonly string[]
  readonly initial: S
  /** What a fact of a type means for the entity, by type: looked up once a fact. */
  readonly rows: ReadonlyMap<string, FoldRow<S>>
  /** The types that are about corrections: whether each makes facts before it mean something else. */
  readonly correcting: ReadonlyMap<string, boolean>
}

/** What is known beforehand of a type of fact that an entity folds. */
export interface FoldRow<S> {
  readonly effect: Effect<S> | undefined
  readonly pins: boolean
}

/** A row of a fold's table: what one type of fact does to the data. Total over the type's own data; pure. */
export interface Effect<S> {
  readonly type: string
  /** Also for facts about another entity of the same kind that name this one. */
  readonly touching: boolean
  apply(data: S, recorded: Recorded, id: string): S
}

/** Ties an event type to its effect, with its data typed. A fact of the fold's own kind counts only for its subject. */
export const on = <S, E extends EventSpec>(
  spec: E,
  apply: (data: S, given: DataOf<E>, recorded: Recorded, id: string) => S,
  touching = false,
): Effect<S> => ({ type: spec.type, touching, apply: (data, recorded, id) => apply(data, recorded.fact.data as DataOf<E>, recorded, id) })

/** As {@link on}, also for facts about another entity of the same kind that name this one: an LPJ covers several tranches. */
export const onTouching = <S, E extends EventSpec>(
  spec: E,
  apply: (data: S, given: DataOf<E>, recorded: Recorded, id: string) => S,
): Effect<S> => on(spec, apply, true)

/**
 * Builds a fold from its table. `types` adds those that move the entity without changing its data. What corrects facts of these kinds is
 * folded with them.
 */
export function foldOf<S>(
  kind: string,
  spec: { name?: string; initial: S; effects: readonly Effect<S>[]; types?: readonly string[]; pins?: readonly string[] },
): Fold<S> {
  const pins = spec.pins ?? []
  const effects = new Map(spec.effects.map((effect) => [effect.type, effect]))
  const told = [...effects.keys(), ...(spec.types ?? [])]
  const types = [...new Set([...told, ...correctingTypes(told)])].sort()
  return {
    name: spec.name ?? kind,
    kind,
    types,
    pins,
    pinsCorrected: [...pins, ...correctingTypes(pins)],
    initial: spec.initial,
    rows: new Map(told.map((type) => [type, { effect: effects.get(type), pins: pins.includes(type) }])),
    correcting: new Map(correctingTypes(told).map((type) => [type, isConfirmation(type)])),
  }
}

/** A stored fact that contradicts the stage folded before it: a defect, never a refusal. */
export class CorruptHistory extends Error {
  override readonly name = 'CorruptHistory'
  constructor(position: number, move: Move, found: string | undefined) {
    super(`position ${position} moves ${move.kind}:${move.id} from ${move.from ?? '-'}, but it stands at ${found ?? '-'}`)
  }
}

/** The stages after moves made on them; nothing is checked. */
export const movesOnto = (stages: Stages, moves: readonly Move[]): Stages =>
  moves.reduce<Stages>((after, { region, to }) => restaged(after, region, to), stages)

type Draft<S> = { -readonly [P in keyof Entity<S>]: Entity<S>[P] } & { facts: Recorded[]; visited: string[] }

const nowhere: Stages = {}
const uncorrected: readonly Recorded[] = []

/** The stages with one region elsewhere, as the last. Outside parallel stages there is only the whole. */
function restaged(stages: Stages, region: string, to: string | null): Stages {
  if (region === '' && to !== null && isAlone(stages)) return { '': to }
  const { [region]: _, ...others } = stages
  return to === null ? others : { ...others, [region]: to }
}

function isAlone(stages: Stages): boolean {
  for (const region in stages) if (region !== '') return false
  return true
}

function applyMove<S>(draft: Draft<S>, move: Move, position: number, check: boolean): void {
  const { region, from, to } = move
  const found = draft.stages[region]
  if (check && (found ?? null) !== from) throw new CorruptHistory(position, move, found)
  draft.stages = restaged(draft.stages, region, to)
  if (to !== null && to !== from) draft.visited.push(to)
  if (move.suspended) draft.suspended = move.suspended.to
  if (move.edition) draft.edition = move.edition
  draft.opened = true
}

const isKeyTag = (tag: string): boolean => tag.slice(0, tag.indexOf(':')).endsWith('-key')

function pinAncestors<S>(draft: Draft<S>, tags: readonly string[]): void {
  const self = `${draft.kind}:${draft.id}`
  const pinned = tags.filter((tag) => tag !== self && !isKeyTag(tag))
  draft.opened = true
  draft.ancestors = draft.ancestors.length === 0 ? pinned : [...new Set([...draft.ancestors, ...pinned])].sort()
}

function applyFact<S>(draft: Draft<S>, { effect, pins }: FoldRow<S>, recorded: Recorded, check: boolean): void {
  const { fact, position } = recorded
  const { kind, id } = draft
  const { subject, moves } = fact
  const sameKind = subject.kind === kind
  const own = sameKind && subject.id === id
  for (const move of moves) if (move.id === id && move.kind === kind) applyMove(draft, move, position, check)
  if (own) {
    if (fact.edition) draft.edition = fact.edition
    if (pins) pinAncestors(draft, fact.tags)
  }
  if (effect && (own || !sameKind || effect.touching)) draft.data = effect.apply(draft.data, recorded, id)
  draft.facts.push(recorded)
  draft.last = position
}

/** All that was folded of an entity, in log order: its facts as they stand, and what was said of them. */
export const foldedOf = ({ facts, corrections }: Entity): Recorded[] =>
  corrections.length === 0 ? [...facts] : [...facts, ...corrections].sort((a, b) => a.position - b.position)

/** An entity before its first fact. */
export const unopened = <S>(fold: Fold<S>, id: string): Entity<S> => empty(fold, id)

const empty = <S>(fold: Fold<S>, id: string): Draft<S> => ({
  kind: fold.kind,
  id,
  opened: false,
  stages: nowhere,
  suspended: false,
  visited: [],
  edition: undefined,
  ancestors: [],
  facts: [],
  corrections: uncorrected,
  last: 0,
  data: fold.initial,
})

function applyCorrection<S>(draft: Draft<S>, recorded: Recorded): void {
  draft.corrections = [...draft.corrections, recorded]
  draft.last = recorded.position
}

/**
 * Folds an entity from facts in log order; facts of other types are passed over. Assigns the moves that facts carry and asks no machine;
 * facts count as the confirmed corrections among them say. Throws {@link CorruptHistory} when a move starts from another stage, unless
 * `check` is off (reading by effective date, CONTRACTS D3).
 */
export function foldEntity<S>(fold: Fold<S>, id: string, facts: readonly Recorded[], check = true): Entity<S> {
  return folded(fold, empty(fold, id), facts, check) ?? foldedAnew(fold, id, facts, check)
}

/**
 * Folds further facts onto an entity, which stays as it is; see {@link foldEntity}. Costs what the further facts cost. Undefined where one
 * of them corrects facts: then all must be folded anew.
 */
export const foldOnto = <S>(fold: Fold<S>, entity: Entity<S>, facts: readonly Recorded[], check = true): Entity<S> | undefined =>
  folded(fold, { ...entity, facts: [...entity.facts], visited: [...entity.visited] }, facts, check)

/** Folds facts of which none makes others mean something else; undefined at the first that does. */
function folded<S>({ rows, correcting }: Fold<S>, draft: Draft<S>, facts: readonly Recorded[], check: boolean): Entity<S> | undefined {
  for (const recorded of facts) {
    const row = rows.get(recorded.fact.type)
    if (row) {
      applyFact(draft, row, recorded, check)
      continue
    }
    const confirms = correcting.get(recorded.fact.type)
    if (confirms === true) return undefined
    if (confirms === false) applyCorrection(draft, recorded)
  }
  return draft
}

/** Folds facts among which some are corrected. What is reversed keeps its stage, and its money counts no more. */
function foldedAnew<S>(fold: Fold<S>, id: string, facts: readonly Recorded[], check: boolean): Entity<S> {
  const draft = empty(fold, id)
  const { standing, reversals } = corrected(facts)
  const reversed = new Set([...reversals.values()].map(({ position }) => position))
  for (const recorded of standing) {
    const row = fold.rows.get(recorded.fact.type)
    if (row) applyFact(draft, reversed.has(recorded.position) ? { ...row, effect: undefined } : row, recorded, check)
    else if (fold.correcting.has(recorded.fact.type)) applyCorrection(draft, recorded)
  }
  // What was annulled from its first fact on still lies where it lay.
  const [first] = draft.corrections
  if (!draft.opened && first) {
    pinAncestors(draft, first.fact.tags)
    draft.opened = false
  }
  return draft
}

/** Whether the entity has stood, now or before, at a stage that carries the mark. */
export function hasReached(entity: Entity, compiled: Compiled, mark: string): boolean {
  return entity.visited.some((path) => compiled.leaves.get(path)?.marks.includes(mark) ?? false)
}

/** The latest of the entity's own facts of a type that `accept` takes. */
export function lastFact(entity: Entity, type: string, accept: (fact: Fact) => boolean = () => true): Recorded | undefined {
  return entity.facts.findLast((recorded) => recorded.fact.type === type && accept(recorded.fact))
}

const whole: readonly string[] = ['']

/** The regions of one or the other, sorted. */
function regionsOf(before: Stages, after: Stages): readonly string[] {
  if (isAlone(before) && isAlone(after)) return whole
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
}

/** The moves that lead from one set of stages to another. */
export function movesBetween(entity: Entity, after: { stages: Stages; suspended: boolean }, edition: EditionRef | undefined): Move[] {
  const regions = regionsOf(entity.stages, after.stages)
  const suspended = entity.suspended === after.suspended ? {} : { suspended: { from: entity.suspended, to: after.suspended } }
  const pinned = edition ? { edition } : {}
  const moves = regions
    .filter((region) => entity.stages[region] !== after.stages[region])
    .map((region) => ({
      kind: entity.kind,
      id: entity.id,
      region,
      from: entity.stages[region] ?? null,
      to: after.stages[region] ?? null,
      ...suspended,
      ...pinned,
    }))
  if (moves.length > 0 || entity.suspended === after.suspended) return moves
  const here = entity.stages[''] ?? null
  return [{ kind: entity.kind, id: entity.id, region: '', from: here, to: here, ...suspended, ...pinned }]
}

/** Where an observation out of order lands: its landing stage if that is later on the path, else nowhere (CONTRACTS C3). */
export function landing(entity: Entity, compiled: Compiled, key: string): { stages: Stages; suspended: boolean } | undefined {
  const lands = compiled.rule(key)?.lands
  const here = entity.stages['']
  if (lands === undefined || here === undefined || !isLater(compiled.workflow, lands, here)) return undefined
  return { stages: { ...entity.stages, '': lands }, suspended: entity.suspended }
}
