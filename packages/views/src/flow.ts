import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { domain, isCorrection, keyOf, type EditionRef, type EntityRef, type Fact, type Recorded } from '@jejak/domain'
import type { Database, ViewsDb } from './database.ts'
import { entityList, idIn, isListed, tagOf } from './entity-list.ts'
import { labelsOf } from './entity-list-labels.ts'
import { closes, flowEditionOf, rulesOf, type FlowEditionsTable } from './flow-rules.ts'
import type { Changes, Groups, Known, Projection } from './projection.ts'
import { readableAt } from './readable.ts'

/** `views.flow_cases`: one row for each entity that has stages. */
export interface FlowCasesTable {
  readonly entity: string
  readonly kind: string
  readonly id: string
  readonly area: string | null
  readonly title: string | null
  readonly number: string | null
}

/** `views.flow_steps`: one row for each step of an entity. `at` in microseconds since 1970. */
export interface FlowStepsTable {
  readonly fact: string
  readonly entity: string
  readonly kind: string
  readonly position: bigint
  readonly at: bigint
  readonly activity: string
  readonly role: string
  readonly editionId: string | null
  readonly editionRevision: number | null
  readonly moved: boolean
  readonly closes: boolean
  readonly struckAt: bigint | null
}

/** Cases by the entity's tag, steps by the fact, editions all at once. */
export type FlowRows = Pick<Database, 'flowCases' | 'flowSteps' | 'flowEditions'>

/** Whether entities of a kind have stages, so that their steps are a flow: those that an edition orders, and foreign ones always. */
export const hasFlow = (kind: string): boolean => isListed(kind) && domain.slices.get(kind)?.edition !== 'none'

const hasTagOfFlow = (tag: string): boolean => hasFlow(tag.slice(0, tag.indexOf(':')))

/** The entities whose step a fact is: what it is about, and what it moves. What it only mentions takes no step; a correction is none. */
function stepping({ type, subject, moves }: Fact): EntityRef[] {
  if (isCorrection(type)) return []
  const all = [subject, ...moves].filter(({ kind }) => hasFlow(kind))
  return [...new Map(all.map(({ kind, id }) => [tagOf({ kind, id }), { kind, id }])).values()]
}

/** What a fact is called in a flow: step and outcome of a recorded step, else its key. */
export function activityOf({ type, data }: Fact): string {
  const key = keyOf(type, data)
  return type.endsWith('.StepRecorded') && key !== type ? key.slice(type.length + 1) : key
}

/** Microseconds of a fact. A date alone begins in Jakarta, as the day of all lists does (CONTRACTS D1); an hour of its own has no zone. */
const instantOf = ({ effectiveAt, effectiveOn }: Fact): bigint =>
  effectiveAt === undefined
    ? BigInt(Date.parse(`${effectiveOn}T00:00:00+07:00`)) * 1000n
    : Temporal.Instant.from(effectiveAt).epochNanoseconds / 1000n

/** Opens a case of a kind that only its edition knows: a frame for steps, no step itself. */
const opening = 'case.Opened'

function stepOf({ fact, position }: Recorded, of: EntityRef, editions: readonly FlowEditionsTable[]): FlowStepsTable {
  const moves = fact.moves.filter(({ kind, id }) => kind === of.kind && id === of.id)
  // The pin is that of the move, else of the fact that made it (CONTRACTS A1).
  const pin: EditionRef | undefined = moves.find(({ edition }) => edition)?.edition ?? fact.edition
  return {
    fact: String(position),
    entity: tagOf(of),
    kind: of.kind,
    position: BigInt(position),
    at: instantOf(fact),
    activity: activityOf(fact),
    role: fact.actor.role,
    editionId: pin?.id ?? null,
    editionRevision: pin?.revision ?? null,
    moved: moves.some(({ from, to }) => from !== to),
    closes: closes(fact, moves, rulesOf(of.kind, pin, editions)),
    struckAt: null,
  }
}

function caseOf(before: FlowCasesTable | undefined, { fact }: Recorded, of: EntityRef): FlowCasesTable {
  const labels = labelsOf(fact, of)
  const after = {
    entity: tagOf(of),
    ...of,
    area: before?.area ?? idIn(fact.tags, 'area'),
    title: labels.title ?? before?.title ?? null,
    number: labels.number ?? before?.number ?? null,
  }
  const same = before !== undefined && before.area === after.area && before.title === after.title && before.number === after.number
  return same ? before : after
}

/** The steps of an annulled fact stay, for moments before. What was paid back, or had other data, was a step all the same. */
function struck(known: Known<FlowRows>, { position, fact: { corrects } }: Recorded): Changes<FlowRows> | undefined {
  if (corrects?.how !== 'annul') return undefined
  const fact = String(corrects.position)
  return { flowSteps: new Map([[fact, known.flowSteps(fact).map((row) => ({ ...row, struckAt: BigInt(position) }))]]) }
}

function project(known: Known<FlowRows>, recorded: Recorded): Changes<FlowRows> | undefined {
  const { fact, position } = recorded
  if (fact.type === 'edition.Published') {
    const row = flowEditionOf(fact)
    const others = known.flowEditions('').filter(({ id, revision }) => id !== row.id || revision !== row.revision)
    return { flowEditions: new Map([['', [...others, row]]]) }
  }
  if (fact.corrects) return struck(known, recorded)
  const entities = stepping(fact)
  if (entities.length === 0) return undefined
  const flowCases = new Map<string, readonly FlowCasesTable[]>()
  for (const of of entities) {
    const [before] = known.flowCases(tagOf(of))
    const after = caseOf(before, recorded, of)
    if (after !== before) flowCases.set(after.entity, [after])
  }
  if (fact.type === opening) return { flowCases }
  const editions = known.flowEditions('')
  return { flowCases, flowSteps: new Map([[String(position), entities.map((of) => stepOf(recorded, of, editions))]]) }
}

/** The cases that it steps, and a group of its own for the steps: earlier ones are never read. */
function groups({ fact, position }: Recorded): Groups<FlowRows> {
  if (fact.type === 'edition.Published') return { flowEditions: [''] }
  if (fact.corrects) return { flowCases: fact.tags.filter(hasTagOfFlow), flowSteps: [String(fact.corrects.position)], flowEditions: [''] }
  const entities = stepping(fact).map(tagOf)
  return entities.length === 0 ? {} : { flowCases: entities, flowSteps: [String(position)], flowEditions: [''] }
}

/** Whether an edition that is published has a workflow for a kind. Throws NotReadable. */
export async function flowKindPublished(db: ViewsDb, kind: string): Promise<boolean> {
  await readableAt(db, flow)
  const found = await db
    .selectFrom('flowEditions')
    .select('id')
    .where(sql<boolean>`rules ? ${kind}`)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** Every step of everything that has stages: variants, waits from step to step, and what was open at an instant are counted over it. */
export const flow: Projection<FlowRows> = {
  name: 'flow',
  version: 2,
  tables: {
    flowCases: { key: ['entity'], groupedBy: 'entity', lasting: true },
    flowSteps: { key: ['fact', 'entity'], groupedBy: 'fact', appended: true },
    flowEditions: { key: ['id', 'revision'] },
  },
  sql: readFileSync(new URL('./flow.sql', import.meta.url), 'utf8'),
  refolds: ['flowCases'],
  types: entityList.types,
  groups,
  project,
}
