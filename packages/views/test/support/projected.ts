import type { Recorded } from '@jejak/domain'
import { entityList, projectEntityList, type EntityListState } from '../../src/index.ts'

/** The list folded in memory, page by page. */
export function projected(facts: readonly Recorded[], pageSize: number): EntityListState {
  let state: EntityListState = { rows: new Map(), editions: new Map() }
  for (let first = 0; first < facts.length; first += pageSize) {
    const page = facts.slice(first, first + pageSize).filter(({ fact }) => entityList.types.has(fact.type))
    const changes = projectEntityList(state, page)
    if (changes === undefined) continue
    state = {
      rows: new Map([...state.rows, ...changes.rows.map((row) => [row.entity, row] as const)]),
      editions: new Map([...state.editions, ...changes.editions.map((row) => [`${row.id} ${row.revision}`, row] as const)]),
    }
  }
  return state
}
