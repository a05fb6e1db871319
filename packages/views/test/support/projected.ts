import type { Recorded } from '@jejak/domain'
import { entityList, foldInMemory } from '../../src/index.ts'
import type { EntityListEditionsTable, EntityListTable } from '../../src/database.ts'

/** The list folded in memory: rows by entity, and what it keeps of editions. */
export function projected(facts: readonly Recorded[]): {
  rows: ReadonlyMap<string, EntityListTable>
  editions: readonly EntityListEditionsTable[]
} {
  const { entityList: rows, entityListEditions: editions } = foldInMemory(entityList, facts)
  return { rows: new Map(rows.map((row) => [row.entity, row])), editions }
}
