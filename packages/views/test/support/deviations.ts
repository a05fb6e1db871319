import { shippedEditions, type EditionRef, type Recorded } from '@jejak/domain'
import { calendarOf } from '@jejak/reference'
import { complianceOf, deviations, foldInMemory, stageClock, type Compliance } from '../../src/index.ts'
import { builtInDeviationRules, deviationRulesOf } from '../../src/deviation-rules.ts'
import type { DeviationEntitiesTable, DeviationsTable } from '../../src/deviation-tables.ts'

const editionOf = (pin: EditionRef | undefined) => shippedEditions.find(({ id, revision }) => id === pin?.id && revision === pin.revision)

const kindsOf = ({ editionId, editionRevision }: DeviationEntitiesTable) => {
  const edition = editionOf({ id: editionId ?? '', revision: editionRevision ?? 0 })
  return Object.fromEntries(Object.keys(edition?.workflows ?? {}).map((kind) => [kind, deviationRulesOf(kind, edition)]))
}

const rulesOf = (row: DeviationEntitiesTable) => kindsOf(row)[row.kind] ?? builtInDeviationRules(row.kind)

/** A deviation as tests write it down. */
export const lineOf = ({ kind, rule, entityKind, stage, role }: DeviationsTable): string =>
  [kind, ...(rule === kind ? [] : [rule]), entityKind, ...(stage === null ? [] : [`at ${stage}`]), ...(role === null ? [] : [role])].join(
    ' ',
  )

/** The deviations of facts, in log order. */
export const found = (facts: readonly Recorded[]): readonly DeviationsTable[] => foldInMemory(deviations, facts).deviations

/** The compliance of the only run of the cycle among facts, by a day. */
export function compliance(facts: readonly Recorded[], at = '2030-01-01'): Compliance {
  const rows = foldInMemory(deviations, facts)
  const clock = foldInMemory(stageClock, facts)
  const row = rows.deviationEntities.find(({ kind }) => kind === 'cycle')
  if (row === undefined) throw new Error('no run of the cycle')
  const skipped = (of: DeviationEntitiesTable) =>
    rows.deviations.flatMap(({ kind, entityId, stage }) => (kind === 'skipped' && entityId === of.id ? (stage ?? []) : []))
  const run = {
    row,
    rules: rulesOf(row),
    stays: clock.stageClockStays.filter(({ entity }) => entity === row.entity),
    limits: clock.stageClockLimits.filter(({ entity }) => entity === row.entity),
    deviations: rows.deviations.filter(({ entityKind, entityId }) => entityKind === 'cycle' && entityId === row.id),
    entities: rows.deviationEntities
      .filter(({ cycle }) => cycle === row.id)
      .map((of) => ({
        row: of,
        rules: rulesOf(of),
        presence: rows.deviationPresence.filter(({ entity }) => entity === of.entity),
        skipped: skipped(of),
      })),
    kinds: kindsOf(row),
  }
  return complianceOf(run, at, calendarOf([]))
}

/** The states of the stages, as tests write them down. */
export const statesOf = ({ stages }: Compliance): Record<string, string> =>
  Object.fromEntries(stages.map(({ stage, state }) => [stage, state]))
