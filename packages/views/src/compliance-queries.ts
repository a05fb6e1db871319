import { sql } from 'kysely'
import {
  complianceOf,
  expectedActorsOf,
  meanOf,
  type Compliance,
  type ExpectedActor,
  type PresenceOf,
  type RunFacts,
  type StageState,
} from './compliance.ts'
import type { ViewsDb } from './database.ts'
import { inOneSnapshot } from './deviation-queries.ts'
import { builtInDeviationRules, placeOf, type DeviationRules } from './deviation-rules.ts'
import type { DeviationEntitiesTable } from './deviation-tables.ts'
import { staysOf } from './stage-clock.ts'
import type { Day } from './stuck-filter.ts'

/** Which runs to sum up; every part narrows. */
export interface RunFilter {
  readonly areas?: readonly string[] | undefined
  readonly programme?: string | undefined
  readonly edition?: string | undefined
  readonly cycle?: string | undefined
}

/** How a stage of an edition was done in several runs. */
export interface StageSum {
  readonly edition: string | null
  readonly stage: string
  readonly region: string
  /** Runs by how it was done. */
  readonly states: Readonly<Partial<Record<StageState, number>>>
  readonly score: number | null
}

/** Several runs together. */
export interface ComplianceSum {
  readonly runs: number
  /** Mean of the runs that have a score, to four decimals. */
  readonly score: number | null
  readonly stages: readonly StageSum[]
  readonly expectedActors: readonly ExpectedActor[]
  /** Deviations by kind, of the runs and of all that belongs to them; late steps are not counted here. */
  readonly deviations: Readonly<Record<string, number>>
}

/** A run as its answer tells it. */
export type RunCompliance = Compliance & { readonly deviations: Readonly<Record<string, number>> }

type KindsOf = (row: DeviationEntitiesTable) => Readonly<Record<string, DeviationRules>>

const rulesIn = (kindsOf: KindsOf, row: DeviationEntitiesTable): DeviationRules => kindsOf(row)[row.kind] ?? builtInDeviationRules(row.kind)

async function kindsFrom(db: ViewsDb): Promise<KindsOf> {
  const editions = await db.selectFrom('deviationEditions').selectAll().execute()
  const known = new Map(editions.map((row) => [`${row.id} ${row.revision}`, row.rules]))
  return ({ editionId, editionRevision }) => known.get(`${editionId} ${editionRevision}`) ?? {}
}

/** Whom the edition expects in the runs of the cycle: the entities of each, with their expectations. */
async function presenceOf(db: ViewsDb, cycles: readonly string[], kindsOf: KindsOf): Promise<Map<string | null, PresenceOf[]>> {
  const expected = await db
    .selectFrom('deviationPresence as p')
    .innerJoin('deviationEntities as e', 'e.entity', 'p.entity')
    .selectAll('p')
    .where('e.cycle', 'in', cycles)
    .orderBy('e.opened')
    .orderBy('p.stage')
    .orderBy('p.role')
    .execute()
  if (expected.length === 0) return new Map()
  const byEntity = Map.groupBy(expected, ({ entity }) => entity)
  const rows = await db
    .selectFrom('deviationEntities')
    .selectAll()
    .where('entity', 'in', [...byEntity.keys()])
    .orderBy('opened')
    .orderBy('entity')
    .execute()
  const passed = await db
    .selectFrom('deviations')
    .select(['entityKind', 'entityId', 'stage'])
    .where('cycle', 'in', cycles)
    .where('kind', '=', 'skipped')
    .execute()
  const skipped = Map.groupBy(passed, ({ entityKind, entityId }) => `${entityKind}:${entityId}`)
  const found = rows.map((row) => ({
    row,
    rules: rulesIn(kindsOf, row),
    presence: byEntity.get(row.entity) ?? [],
    skipped: (skipped.get(row.entity) ?? []).flatMap(({ stage }) => stage ?? []),
  }))
  return Map.groupBy(found, ({ row }) => row.cycle)
}

/** Runs of the cycle with everything that makes their compliance. */
async function runsOf(db: ViewsDb, rows: readonly DeviationEntitiesTable[], kindsOf: KindsOf, { at, calendar }: Day) {
  if (rows.length === 0) return []
  const [ids, entities] = [rows.map(({ id }) => id), rows.map(({ entity }) => entity)]
  const stays = Map.groupBy(await staysOf(db, entities), ({ entity }) => entity)
  const limits = Map.groupBy(
    await db.selectFrom('stageClockLimits').selectAll().where('entity', 'in', entities).orderBy('began').execute(),
    ({ entity }) => entity,
  )
  const found = await db
    .selectFrom('deviations')
    .selectAll()
    .where('cycle', 'in', ids)
    .where('entityKind', '=', 'cycle')
    .orderBy('position')
    .orderBy('nth')
    .execute()
  const deviations = Map.groupBy(found, ({ entityId }) => entityId)
  const presence = await presenceOf(db, ids, kindsOf)
  return rows.map((row) => {
    const rules = rulesIn(kindsOf, row)
    const run: RunFacts = {
      row,
      rules,
      stays: stays.get(row.entity) ?? [],
      limits: limits.get(row.entity) ?? [],
      deviations: deviations.get(row.id) ?? [],
      entities: presence.get(row.id) ?? [],
      kinds: kindsOf(row),
    }
    return { compliance: complianceOf(run, at, calendar), run, rules }
  })
}

async function countsOf(db: ViewsDb, cycles: readonly string[]): Promise<Record<string, number>> {
  if (cycles.length === 0) return {}
  const rows = await db
    .selectFrom('deviations')
    .select((eb) => ['kind', eb.fn.countAll<bigint>().as('count')])
    .where('cycle', 'in', cycles)
    .groupBy('kind')
    .orderBy('kind')
    .execute()
  return Object.fromEntries(rows.map(({ kind, count }) => [kind, Number(count)]))
}

/** How one run of the cycle was done, as far as both views are; undefined for a run that they do not know. Throws NotReadable. */
export async function complianceOfCycle(
  db: ViewsDb,
  cycle: string,
  day: Day,
): Promise<{ readonly position: number; readonly run: RunCompliance | undefined }> {
  const { position, found } = await inOneSnapshot(db, async (trx) => {
    const rows = await trx.selectFrom('deviationEntities').selectAll().where('entity', '=', `cycle:${cycle}`).execute()
    const [run] = await runsOf(trx, rows, await kindsFrom(trx), day)
    return run && { ...run.compliance, deviations: await countsOf(trx, [cycle]) }
  })
  return { position, run: found }
}

/** Runs read at a time: enough for few queries, little enough for memory. */
const portion = 500

function narrowed(db: ViewsDb, { areas, programme, edition, cycle }: RunFilter) {
  let rows = db.selectFrom('deviationEntities').selectAll().where('kind', '=', 'cycle')
  if (areas !== undefined) rows = rows.where((eb) => eb('area', '=', eb.fn.any(sql<readonly string[]>`${areas}::text[]`)))
  if (programme !== undefined) rows = rows.where('programme', '=', programme)
  if (edition !== undefined) rows = rows.where('editionId', '=', edition)
  if (cycle !== undefined) rows = rows.where('id', '=', cycle)
  return rows.orderBy('opened')
}

interface StageRuns {
  readonly edition: string | null
  readonly stage: string
  readonly region: string
  readonly place: number
  readonly states: Map<StageState, number>
  readonly weights: number[]
}

/** Sums of stages over runs, edition by edition in the order of its path. */
function stageSums(runs: readonly { readonly compliance: Compliance; readonly rules: DeviationRules }[]): StageSum[] {
  const sums = new Map<string, StageRuns>()
  for (const { compliance, rules } of runs)
    for (const { stage, region, state, weight } of compliance.stages) {
      const edition = compliance.edition?.id ?? null
      const known = sums.get(`${edition} ${stage}`)
      const sum = known ?? { edition, stage, region, place: placeOf(rules, stage), states: new Map<StageState, number>(), weights: [] }
      sum.states.set(state, (sum.states.get(state) ?? 0) + 1)
      if (weight !== null) sum.weights.push(weight)
      sums.set(`${edition} ${stage}`, sum)
    }
  return [...sums.values()]
    .toSorted((a, b) => (a.edition === b.edition ? a.place - b.place : (a.edition ?? '') < (b.edition ?? '') ? -1 : 1))
    .map(({ edition, stage, region, states, weights }) => ({
      edition,
      stage,
      region,
      states: Object.fromEntries(states),
      score: meanOf(weights),
    }))
}

/**
 * Sums over the runs of an area, a programme, an edition or the nation; undefined if there are more than `runsMax`. Throws NotReadable.
 */
export async function complianceSums(
  db: ViewsDb,
  filter: RunFilter,
  day: Day,
  runsMax: number,
): Promise<{ readonly position: number; readonly sum: ComplianceSum | undefined }> {
  const { position, found } = await inOneSnapshot(db, async (trx) => {
    const rows = await narrowed(trx, filter)
      .limit(runsMax + 1)
      .execute()
    if (rows.length > runsMax) return undefined
    const kindsOf = await kindsFrom(trx)
    const runs: Awaited<ReturnType<typeof runsOf>> = []
    const counts: Record<string, number> = {}
    for (let first = 0; first < rows.length; first += portion) {
      const some = rows.slice(first, first + portion)
      runs.push(...(await runsOf(trx, some, kindsOf, day)))
      for (const [kind, count] of Object.entries(
        await countsOf(
          trx,
          some.map(({ id }) => id),
        ),
      ))
        counts[kind] = (counts[kind] ?? 0) + count
    }
    const told = runs.map(({ compliance }) => compliance)
    return {
      runs: told.length,
      score: meanOf(told.flatMap(({ score }) => score ?? [])),
      stages: stageSums(runs),
      expectedActors: expectedActorsOf(runs.map(({ run }) => run)),
      deviations: counts,
    }
  })
  return { position, sum: found }
}
