import { sql, type ExpressionBuilder, type SelectQueryBuilder } from 'kysely'
import type { EditionRef, Json } from '@jejak/domain'
import type { Database, ViewsDb } from './database.ts'
import { derivedReasons, type DeviationKind } from './deviation-reasons.ts'
import { isWithin } from './deviation-rules.ts'
import type { DeviationEntitiesTable, DeviationsTable } from './deviation-tables.ts'
import { deviations } from './deviations.ts'
import { pinOf } from './deviation-fold.ts'
import { lateStepOf, type LateStep } from './late-steps.ts'
import { keepTables, readableAt } from './readable.ts'
import { stageClock, staysOf } from './stage-clock.ts'
import type { StageClockLimitsTable } from './stage-clock-tables.ts'
import type { Day } from './stuck-filter.ts'

/** What to list; every part narrows. `stage` also takes the stages inside it; dates are those on which it happened, both included. */
export interface DeviationFilter {
  readonly areas?: readonly string[] | undefined
  readonly cycle?: string | undefined
  readonly allocation?: string | undefined
  readonly programme?: string | undefined
  readonly edition?: string | undefined
  readonly kinds?: readonly DeviationKind[] | undefined
  /** Kind of entity, and one entity of it. */
  readonly entityKind?: string | undefined
  readonly entityId?: string | undefined
  readonly stage?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** A deviation as it is told. Of a late step `nth`, `factType` and `actor` are null, and `position` is that of the fact that began it. */
export interface ToldDeviation {
  readonly position: number
  readonly nth: number | null
  readonly kind: DeviationKind
  readonly rule: string
  readonly derived: boolean
  readonly factType: string | null
  readonly entity: { readonly kind: string; readonly id: string }
  readonly area: string | null
  readonly cycle: string | null
  readonly allocation: string | null
  readonly programme: string | null
  readonly edition: EditionRef | null
  readonly stage: string | null
  readonly role: string | null
  readonly details: Readonly<Record<string, Json>>
  /** Every fact behind it, the one that bears it among them, in log order. */
  readonly facts: readonly number[]
  readonly effectiveOn: string
  /** Microseconds since 1970; null of a late step. */
  readonly recordedAt: bigint | null
  readonly actor: { readonly role: string; readonly institution: string | null } | null
}

/** Where a page begins: after this deviation. Those of a fact come before the steps that it began and that became late. */
export interface DeviationKey {
  readonly position: number
  readonly late: 0 | 1
  readonly entity: string
  readonly nth: number
  readonly region: string
}

/** A page; without `next` it is the last. Every fact up to `position` is in it. */
export interface DeviationPage {
  readonly position: number
  readonly rows: readonly ToldDeviation[]
  readonly next?: DeviationKey
}

interface Keyed {
  readonly key: DeviationKey
  readonly row: ToldDeviation
}

const compare = (a: string | number, b: string | number): number => (a === b ? 0 : a < b ? -1 : 1)
const byKey = ({ key: a }: Keyed, { key: b }: Keyed): number =>
  compare(a.position, b.position) ||
  compare(a.late, b.late) ||
  compare(a.entity, b.entity) ||
  compare(a.nth, b.nth) ||
  compare(a.region, b.region)

const factsOf = (position: number, facts: readonly number[]): number[] => [...new Set([position, ...facts])].toSorted((a, b) => a - b)

const told = (row: DeviationsTable): Keyed => ({
  key: { position: Number(row.position), late: 0, entity: '', nth: row.nth, region: '' },
  row: {
    position: Number(row.position),
    nth: row.nth,
    kind: row.kind,
    rule: row.rule,
    derived: row.derived,
    factType: row.factType,
    entity: { kind: row.entityKind, id: row.entityId },
    area: row.area,
    cycle: row.cycle,
    allocation: row.allocation,
    programme: row.programme,
    edition: row.editionId === null || row.editionRevision === null ? null : { id: row.editionId, revision: row.editionRevision },
    stage: row.stage,
    role: row.role,
    details: row.details,
    facts: factsOf(Number(row.position), row.facts),
    effectiveOn: row.effectiveOn,
    recordedAt: row.recordedAt,
    actor: { role: row.actorRole, institution: row.actorInstitution },
  },
})

const any = (values: readonly string[]) => sql<readonly string[]>`${values}::text[]`

type Rows = SelectQueryBuilder<Database, 'deviations', DeviationsTable>

function narrowed(rows: Rows, filter: DeviationFilter): Rows {
  const { areas, kinds, stage, from, to, edition, ...exact } = filter
  let found = rows
  if (areas !== undefined) found = found.where((eb) => eb('area', '=', eb.fn.any(any(areas))))
  if (kinds !== undefined) found = found.where('kind', 'in', kinds)
  if (edition !== undefined) found = found.where('editionId', '=', edition)
  for (const column of ['cycle', 'allocation', 'programme', 'entityKind', 'entityId'] as const) {
    const value = exact[column]
    if (value !== undefined) found = found.where(column, '=', value)
  }
  if (stage !== undefined)
    found = found.where((eb) =>
      eb.or([eb('stage', '=', stage), eb(eb.fn<boolean>('starts_with', ['stage', eb.val(`${stage}.`)]), '=', true)]),
    )
  if (from !== undefined) found = found.where('effectiveOn', '>=', from)
  if (to !== undefined) found = found.where('effectiveOn', '<=', to)
  return found
}

async function storedAfter(db: ViewsDb, filter: DeviationFilter, after: DeviationKey | undefined, limit: number): Promise<Keyed[]> {
  let rows = narrowed(db.selectFrom('deviations').selectAll(), filter)
  if (after !== undefined)
    rows =
      after.late === 1
        ? rows.where('position', '>', BigInt(after.position))
        : rows.where((eb) => eb(eb.refTuple('position', 'nth'), '>', eb.tuple(BigInt(after.position), after.nth)))
  const found = await rows.orderBy('position').orderBy('nth').limit(limit).execute()
  return found.map(told)
}

type Tables = Database & { l: StageClockLimitsTable; d: DeviationEntitiesTable }
type Where = ExpressionBuilder<Tables, 'l' | 'd'>

/** Clocks that may have met their limit: of those in working days more than have. */
const mayBeLate = (at: string) => (eb: Where) =>
  eb.or([
    eb.and([eb('l.warnOn', '<=', at), eb.or([eb('l.endedOn', 'is', null), eb('l.endedOn', '>', eb.ref('l.warnOn'))])]),
    eb.and([eb('l.clock', '=', 'working'), eb('l.beganOn', '<', at)]),
  ])

/** The clocks after a key that may be late, in the order of keys. */
function clocksAfter(db: ViewsDb, filter: DeviationFilter, at: string, after: DeviationKey | undefined, limit: number) {
  let rows = db
    .selectFrom('stageClockLimits as l')
    .innerJoin('deviationEntities as d', 'd.entity', 'l.entity')
    .selectAll('l')
    .where(mayBeLate(at))
  const { areas, edition, entityKind, entityId, ...exact } = filter
  if (areas !== undefined) rows = rows.where((eb) => eb('d.area', '=', eb.fn.any(any(areas))))
  if (edition !== undefined) rows = rows.where('d.editionId', '=', edition)
  if (entityKind !== undefined) rows = rows.where('d.kind', '=', entityKind)
  if (entityId !== undefined) rows = rows.where('d.id', '=', entityId)
  for (const column of ['cycle', 'allocation', 'programme'] as const) {
    const value = exact[column]
    if (value !== undefined) rows = rows.where(`d.${column}`, '=', value)
  }
  if (after?.late === 0) rows = rows.where('l.began', '>=', BigInt(after.position))
  if (after?.late === 1)
    rows = rows.where((eb) =>
      eb(
        eb.refTuple('l.began', 'l.entity', 'l.span', 'l.region'),
        '>',
        eb.tuple(BigInt(after.position), after.entity, after.nth, after.region),
      ),
    )
  return rows.orderBy('l.began').orderBy('l.entity').orderBy('l.span').orderBy('l.region').limit(limit).execute()
}

const keyOf = ({ began, entity, span, region }: StageClockLimitsTable): DeviationKey => ({
  position: Number(began),
  late: 1,
  entity,
  nth: span,
  region,
})

function toldLate(step: LateStep, of: DeviationEntitiesTable): ToldDeviation {
  const [began = 0] = step.facts
  return {
    position: began,
    nth: null,
    kind: 'late-step',
    rule: derivedReasons.lateStep.code,
    derived: true,
    factType: null,
    entity: { kind: of.kind, id: of.id },
    area: of.area,
    cycle: of.cycle,
    allocation: of.allocation,
    programme: of.programme,
    edition: pinOf(of) ?? null,
    stage: step.stage,
    role: null,
    details: step.details,
    facts: factsOf(began, step.facts),
    effectiveOn: step.since,
    recordedAt: null,
    actor: null,
  }
}

const isWanted = ({ stage, from, to }: DeviationFilter, step: LateStep): boolean =>
  (stage === undefined || (step.stage !== null && isWithin(step.stage, stage))) &&
  (from === undefined || step.since >= from) &&
  (to === undefined || step.since <= to)

/** Those of some clocks that are late and wanted. */
async function lateOf(db: ViewsDb, filter: DeviationFilter, { at, calendar }: Day, rows: readonly StageClockLimitsTable[]) {
  const entities = [...new Set(rows.map(({ entity }) => entity))]
  if (entities.length === 0) return []
  const stays = Map.groupBy(await staysOf(db, entities), ({ entity }) => entity)
  const kept = await db.selectFrom('deviationEntities').selectAll().where('entity', 'in', entities).execute()
  const known = new Map(kept.map((row) => [row.entity, row]))
  return rows.flatMap((row): Keyed[] => {
    const step = lateStepOf(row, stays.get(row.entity) ?? [], at, calendar)
    const of = known.get(row.entity)
    return step && of && isWanted(filter, step) ? [{ key: keyOf(row), row: toldLate(step, of) }] : []
  })
}

/** The late steps after a key, told by the stage clock: asked for in portions, because not every clock that may be late is. */
async function lateAfter(db: ViewsDb, filter: DeviationFilter, day: Day, after: DeviationKey | undefined, limit: number): Promise<Keyed[]> {
  const found: Keyed[] = []
  const portion = Math.max(200, limit)
  let begin = after
  for (;;) {
    const rows = await clocksAfter(db, filter, day.at, begin, portion)
    found.push(...(await lateOf(db, filter, day, rows)))
    const last = rows.at(-1)
    if (last === undefined || rows.length < portion || found.length >= limit) return found.slice(0, limit)
    begin = keyOf(last)
  }
}

/** Both views in one snapshot: what a page joins belongs together. Gives the position up to which both are. */
export async function inOneSnapshot<T>(db: ViewsDb, read: (trx: ViewsDb) => Promise<T>): Promise<{ position: number; found: T }> {
  // Of tables that it cannot read it does not even know the names.
  await readableAt(db, deviations)
  await readableAt(db, stageClock)
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      await keepTables(trx, { tables: { ...deviations.tables, ...stageClock.tables } })
      const position = Math.min(await readableAt(trx, deviations), await readableAt(trx, stageClock))
      return { position, found: await read(trx) }
    })
}

/**
 * A page of deviations in log order, late steps among them by the position at which they began. `day` says until when what is still open
 * counts as late. Keyset pages. Throws NotReadable.
 */
export async function listDeviations(
  db: ViewsDb,
  filter: DeviationFilter,
  day: Day,
  { after, limit }: { readonly after?: DeviationKey | undefined; readonly limit: number },
): Promise<DeviationPage> {
  const { kinds } = filter
  const onlyLate = kinds?.every((kind) => kind === 'late-step') ?? false
  const noLate = kinds?.every((kind) => kind !== 'late-step') ?? false
  const { position, found } = await inOneSnapshot(db, async (trx) => [
    ...(onlyLate ? [] : await storedAfter(trx, filter, after, limit + 1)),
    ...(noLate ? [] : await lateAfter(trx, filter, day, after, limit + 1)),
  ])
  const rows = found.toSorted(byKey)
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return { position, rows: rows.slice(0, limit).map(({ row }) => row), ...(last === undefined ? {} : { next: last.key }) }
}
