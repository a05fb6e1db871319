import { corrected, domain, isCorrection, keyOf, type EditionRef, type EntityRef, type Fact, type Move, type Recorded } from '@jejak/domain'
import { idIn, tagOf } from './entity-list.ts'
import { labelsOf } from './entity-list-labels.ts'
import { endsOf } from './held-by.ts'
import { limitsOf } from './stage-clock-limits.ts'
import { closedOnce, type ClockRules } from './stage-clock-rules.ts'
import type { EntityClock, MarkDates, StageClockStaysTable, StageClockTable } from './stage-clock-tables.ts'

/** The rules of a kind in a pinned edition, and the name of its programme. */
export type RulesOf = (kind: string, pin: EditionRef | undefined) => { readonly rules: ClockRules; readonly programme: string | null }

/** An entity as it is folded: its row and its moves. The limits follow from both. */
export interface ClockFold {
  readonly row: StageClockTable
  readonly stays: readonly StageClockStaysTable[]
}

const same = (a: EntityRef, b: EntityRef): boolean => a.kind === b.kind && a.id === b.id

/** The pin of a row. */
export const pinOf = ({ editionId, editionRevision }: StageClockTable): EditionRef | undefined =>
  editionId === null || editionRevision === null ? undefined : { id: editionId, revision: editionRevision }

const opened = (of: EntityRef): StageClockTable => ({
  entity: tagOf(of),
  ...of,
  area: null,
  allocation: null,
  editionId: null,
  editionRevision: null,
  programme: null,
  title: null,
  number: null,
  amountSen: null,
  marks: {},
  suspensions: {},
  repeats: {},
})

function described(row: StageClockTable, fact: Fact, of: EntityRef, isNamed: boolean): StageClockTable {
  const labels = labelsOf(fact, of)
  const label = { title: labels.title ?? row.title, number: labels.number ?? row.number, amountSen: labels.amountSen ?? row.amountSen }
  if (!isNamed) return { ...row, ...label }
  const allocation = of.kind === 'allocation' ? null : idIn(fact.tags, 'allocation')
  return { ...row, ...label, area: row.area ?? idIn(fact.tags, 'area'), allocation: row.allocation ?? allocation }
}

const stageNow = (stays: readonly StageClockStaysTable[], region: string): string | null =>
  stays.findLast((stay) => stay.region === region)?.stage ?? null

/** The marks that a fact reaches: those of the stages that it enters, and those that it bears itself where it is recorded. */
function marksOf(fact: Fact, moves: readonly Move[], stays: readonly StageClockStaysTable[], rules: ClockRules): string[] {
  const entered = moves.filter((move) => move.to !== null && move.to !== move.from)
  const places = rules.keys[keyOf(fact.type, fact.data)] ?? {}
  const here = [...new Set(stays.map(({ region }) => region))].map((region) => stageNow(stays, region))
  const borne = here.flatMap((stage) => (stage === null ? [] : (places[stage] ?? [])))
  // An observation out of order has happened all the same: it bears the marks that it bears anywhere.
  const anywhere = Object.keys(places).some((stage) => here.includes(stage)) ? borne : Object.values(places).flat()
  return [...new Set([...entered.flatMap(({ to }) => rules.stages[to ?? '']?.marks ?? []), ...anywhere])]
}

/** The marks that a fact sets on an entity that its data names in a field. */
function marksNamed({ type, data }: Fact, { id }: EntityRef, { names }: ClockRules): string[] {
  return Object.entries(names[keyOf(type, data)] ?? names[type] ?? {}).flatMap(([field, marks]) => (data[field] === id ? marks : []))
}

/** Notes a fact with those of its marks of which every time counts: a limit counts anew from it, or it ended the case. */
function repeated(row: StageClockTable, marks: readonly string[], { position, fact }: Recorded, rules: ClockRules) {
  const anew = marks.filter((mark) => mark === closedOnce || rules.spans.some(({ stage, from }) => stage !== null && from === mark))
  return anew.length === 0 ? row.repeats : { ...row.repeats, [position]: { on: fact.effectiveOn, marks: anew } }
}

function marked(row: StageClockTable, marks: readonly string[], position: number, on: string): StageClockTable['marks'] {
  if (marks.length === 0) return row.marks
  const after: Record<string, MarkDates> = { ...row.marks }
  for (const mark of marks) {
    const { first, last } = after[mark] ?? {}
    after[mark] = {
      first: first !== undefined && first.on <= on ? first : { on, position },
      last: last !== undefined && last.on > on ? last : { on, position },
    }
  }
  return after
}

const stayOf = (row: StageClockTable, { region, to }: Move, { position, fact }: Recorded, rules: ClockRules): StageClockStaysTable => {
  const stage = to === null ? undefined : rules.stages[to]
  return {
    entity: row.entity,
    region,
    position: BigInt(position),
    stage: to,
    holder: stage?.holder ?? null,
    final: stage?.final ?? false,
    revision: stage?.revision ?? false,
    enteredOn: fact.effectiveOn,
    leftOn: null,
    endedBy: null,
    flag: null,
  }
}

/** Ends the stays of a region by the moves after them: a late fact rewrites those before it (CONTRACTS D3). */
function ended(stays: readonly StageClockStaysTable[]): StageClockStaysTable[] {
  const ends = endsOf(stays.map((stay) => ({ position: Number(stay.position), on: stay.enteredOn })))
  return stays.map((stay, index) => {
    const end = stay.stage === null ? undefined : ends[index]
    return end === undefined ? stay : { ...stay, leftOn: end.to, endedBy: BigInt(end.endedBy), flag: end.flag }
  })
}

/** An entity after one more fact; undefined for a fact that only mentions what is not open yet. Pure. */
export function takeFact(before: ClockFold | undefined, recorded: Recorded, of: EntityRef, rulesOf: RulesOf): ClockFold | undefined {
  const { fact, position } = recorded
  const moves = fact.moves.filter((move) => same(move, of))
  const isOwn = same(fact.subject, of)
  const isNamed = isOwn || moves.length > 0
  if (before === undefined && (!isNamed || isCorrection(fact.type))) return undefined
  const { row, stays } = before ?? { row: opened(of), stays: [] }
  const pin = (isOwn ? fact.edition : undefined) ?? moves.find((move) => move.edition)?.edition ?? pinOf(row)
  const { rules, programme } = rulesOf(of.kind, pin)
  const suspended = moves.find((move) => move.suspended)?.suspended?.to
  const borne = isNamed ? marksOf(fact, moves, stays, rules) : (rules.bears[keyOf(fact.type, fact.data)] ?? [])
  const marks = [...borne, ...marksNamed(fact, of, rules)]
  const after: StageClockTable = {
    ...described(row, fact, of, isNamed),
    editionId: pin?.id ?? null,
    editionRevision: pin?.revision ?? null,
    programme: programme ?? row.programme,
    marks: marked(row, marks, position, fact.effectiveOn),
    repeats: repeated(row, marks, recorded, rules),
    suspensions: suspended === undefined ? row.suspensions : { ...row.suspensions, [position]: { on: fact.effectiveOn, suspended } },
  }
  if (moves.length === 0) return { row: after, stays }
  const added = moves.map((move) => stayOf(after, move, recorded, rules))
  const regions = Map.groupBy([...stays, ...added], ({ region }) => region)
  const touched = new Set(moves.map(({ region }) => region))
  return {
    row: after,
    stays: [...regions].flatMap(([region, inside]) => (touched.has(region) ? ended(inside) : inside)),
  }
}

/**
 * The clock of one entity from the facts that bear its tag, in log order: the same rows as the tables hold, also for moments that these no
 * longer show. Undefined when nothing is known of it. Pure.
 */
export function stageClockOf(facts: readonly Recorded[], of: EntityRef, rulesOf: RulesOf): EntityClock | undefined {
  const { types } = domain.slice(of.kind).fold
  let fold: ClockFold | undefined
  for (const recorded of corrected(facts).standing)
    if (types.includes(recorded.fact.type)) fold = takeFact(fold, recorded, of, rulesOf) ?? fold
  return fold && clockOf(fold, rulesOf)
}

/** What follows from an entity as it is folded: its limits by the edition that it has pinned. */
export function clockOf(fold: ClockFold, rulesOf: RulesOf): EntityClock {
  return { ...fold, limits: limitsOf(fold, rulesOf(fold.row.kind, pinOf(fold.row)).rules) }
}
