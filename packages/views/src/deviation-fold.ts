import { type EditionRef, type EntityRef, type Fact, type Json, type Recorded } from '@jejak/domain'
import { derivedReasons } from './deviation-reasons.ts'
import { isWithin, movesOn, passedOver, placeOf, regionOf, type DeviationRules } from './deviation-rules.ts'
import type { DeviationEntitiesTable, DeviationPresenceTable, StagePaper } from './deviation-tables.ts'
import { idIn, tagOf } from './entity-list.ts'

/** What the view found in a fact about one of the entities that it touches. */
export interface Found {
  readonly of: EntityRef
  readonly rule: string
  readonly stage: string | null
  readonly details: Readonly<Record<string, Json>>
  readonly facts: readonly number[]
}

/** Rules of a kind in a pinned edition, with its programme and its limit for late entries. */
export type DeviationRulesOf = (
  kind: string,
  pin: EditionRef | undefined,
) => { readonly rules: DeviationRules; readonly programme: string | null; readonly lateEntryDays: number | null }

/** An entity after a fact, and what was found in the fact about it. */
export interface Taken {
  readonly row: DeviationEntitiesTable
  readonly found: readonly Found[]
}

const same = (a: EntityRef, b: EntityRef): boolean => a.kind === b.kind && a.id === b.id

/** The pin of an entity as it is kept. */
export const pinOf = ({ editionId, editionRevision }: DeviationEntitiesTable): EditionRef | undefined =>
  editionId === null || editionRevision === null ? undefined : { id: editionId, revision: editionRevision }

const opened = (of: EntityRef, position: number): DeviationEntitiesTable => ({
  entity: tagOf(of),
  ...of,
  area: null,
  cycle: null,
  allocation: null,
  editionId: null,
  editionRevision: null,
  programme: null,
  stages: {},
  visited: [],
  papers: {},
  opened: BigInt(position),
})

/** Where an entity stands, region by region, those beside the stages that have not moved among them. */
export const standingOf = ({ beside }: DeviationRules, row: DeviationEntitiesTable): Readonly<Record<string, string>> => ({
  ...beside,
  ...row.stages,
})

interface Step {
  readonly from: string
  readonly to: string
}

/** The moves of an entity from one stage to another. A region that moves for the first time leaves the stage in which it began. */
function stepsOf({ moves }: Fact, of: EntityRef, { beside }: DeviationRules): Step[] {
  return moves.flatMap(({ kind, id, region, from, to }) => {
    const left = from ?? beside[region]
    return kind !== of.kind || id !== of.id || left === undefined || to === null || left === to ? [] : [{ from: left, to }]
  })
}

function standAfter(row: DeviationEntitiesTable, { moves }: Fact, of: EntityRef): DeviationEntitiesTable {
  const own = moves.filter((move) => same(move, of))
  if (own.length === 0) return row
  const stages = { ...row.stages }
  for (const { region, to } of own)
    if (to === null) delete stages[region]
    else stages[region] = to
  const visited = [...new Set([...row.visited, ...own.flatMap(({ to }) => to ?? [])])]
  return { ...row, stages, visited: visited.length === row.visited.length ? row.visited : visited }
}

interface Dated {
  readonly docType: string
  readonly date: string
}

/**
 * The papers that date a step: those that the order of facts asks for there, else the newest one, because older papers are often only
 * enclosed.
 */
function papersOf({ evidence }: Fact, asked: readonly string[]): Dated[] {
  const dated = evidence.flatMap(({ docType, date }) => (date === undefined ? [] : [{ docType, date }]))
  const wanted = dated.filter(({ docType }) => asked.includes(docType))
  return wanted.length > 0 ? wanted : newest(dated)
}

const newest = (papers: readonly Dated[]): Dated[] =>
  papers.toSorted((a, b) => (a.date < b.date ? 1 : a.date > b.date ? -1 : 0)).slice(0, 1)

/** The newest paper of the stages before one on the path, in its region. */
function earlierPaper(
  papers: DeviationEntitiesTable['papers'],
  rules: DeviationRules,
  stage: string,
): (StagePaper & { stage: string }) | undefined {
  const place = placeOf(rules, stage)
  const region = regionOf(rules, stage)
  return Object.entries(papers)
    .filter(([other]) => regionOf(rules, other) === region && placeOf(rules, other) >= 0 && placeOf(rules, other) < place)
    .map(([other, paper]) => ({ ...paper, stage: other }))
    .reduce<(StagePaper & { stage: string }) | undefined>(
      (last, each) => (last === undefined || each.date > last.date ? each : last),
      undefined,
    )
}

/** The papers of the steps that a fact makes with an entity: what is kept of them, and those dated before a paper of an earlier stage. */
function takePapers(row: DeviationEntitiesTable, { fact, position }: Recorded, key: string, steps: readonly Step[], rules: DeviationRules) {
  const found: Omit<Found, 'of'>[] = []
  const papers = { ...row.papers }
  for (const { from, to } of steps) {
    const dated = movesOn(rules, from, to) ? papersOf(fact, rules.papers[key]?.[from] ?? []) : []
    const earlier = earlierPaper(row.papers, rules, from)
    for (const { docType, date } of dated)
      if (earlier !== undefined && date < earlier.date)
        found.push({
          rule: derivedReasons.paperOrder.code,
          stage: from,
          details: {
            paper: docType,
            date,
            stage: from,
            earlierPaper: earlier.docType,
            earlierStage: earlier.stage,
            earlierDate: earlier.date,
          },
          facts: [earlier.position],
        })
    const [last] = newest(dated)
    if (last !== undefined) papers[from] = { date: last.date, docType: last.docType, position }
  }
  return { papers: Object.keys(papers).length > 0 && steps.length > 0 ? papers : row.papers, found }
}

/**
 * An entity after one more fact, and what the fact shows about it: stages that it passed over, papers out of their order. Undefined for a
 * fact that only mentions what is not open yet. Pure.
 */
export function takeDeviationFact(
  before: DeviationEntitiesTable | undefined,
  recorded: Recorded,
  of: EntityRef,
  key: string,
  rulesOf: DeviationRulesOf,
): Taken | undefined {
  const { fact, position } = recorded
  const isOwn = same(fact.subject, of)
  const moves = fact.moves.filter((move) => same(move, of))
  if (!isOwn && moves.length === 0) return before && { row: before, found: [] }
  const row = before ?? opened(of, position)
  const pin = (isOwn ? fact.edition : undefined) ?? moves.find((move) => move.edition)?.edition ?? pinOf(row)
  const { rules, programme } = rulesOf(of.kind, pin)
  const steps = stepsOf(fact, of, rules)
  const { papers, found } = takePapers(row, recorded, key, steps, rules)
  const described: DeviationEntitiesTable = {
    ...row,
    area: row.area ?? idIn(fact.tags, 'area'),
    cycle: row.cycle ?? idIn(fact.tags, 'cycle'),
    allocation: row.allocation ?? idIn(fact.tags, 'allocation'),
    editionId: pin?.id ?? null,
    editionRevision: pin?.revision ?? null,
    programme: programme ?? row.programme,
    papers,
  }
  const skipped = steps.flatMap(({ from, to }) =>
    passedOver(rules, from, to).map((stage) => ({
      rule: derivedReasons.passedOver.code,
      stage,
      details: { stage, from, to },
      facts: [],
    })),
  )
  return { row: standAfter(described, fact, of), found: [...skipped, ...found].map((each) => ({ of, ...each })) }
}

/** Roles of those who decided, signed or attended. */
export function rolesIn({ actor, cosigners, data }: Fact): Set<string> {
  const { attendance } = data
  const heads = typeof attendance === 'object' && attendance !== null && 'byRole' in attendance ? attendance['byRole'] : undefined
  const attended = Object.entries(heads ?? {}).flatMap(([role, count]) => (Number(count) > 0 ? [role] : []))
  return new Set([actor.role, ...(cosigners ?? []).map(({ role }) => role), ...attended])
}

/**
 * Who is expected of an entity after a fact: the edition's expectations, each with the facts recorded while the entity stood there in which
 * the role was seen. The same array if nothing changed. Pure.
 */
export function presenceAfter(
  before: readonly DeviationPresenceTable[],
  standing: readonly string[],
  { fact, position }: Recorded,
  entity: string,
  { expects }: DeviationRules,
): readonly DeviationPresenceTable[] {
  const missing = Object.entries(expects).flatMap(([stage, roles]) =>
    roles
      .filter((role) => !before.some((row) => row.stage === stage && row.role === role))
      .map((role) => ({ entity, stage, role, facts: 0, first: null, last: null })),
  )
  const roles = rolesIn(fact)
  const isSeen = ({ stage, role }: DeviationPresenceTable): boolean => roles.has(role) && standing.some((each) => isWithin(each, stage))
  if (missing.length === 0 && !before.some(isSeen)) return before
  return [...before, ...missing].map((row) =>
    isSeen(row) ? { ...row, facts: row.facts + 1, first: row.first ?? BigInt(position), last: BigInt(position) } : row,
  )
}
