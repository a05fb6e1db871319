import type { BenchEvent } from './content.ts'

/** A row as the store holds it, in the order of its log. */
export interface StoredRow {
  readonly id: string
  readonly entity: number
  readonly version: number
  readonly position: number
}

/** What an order is judged by: contiguous versions, or for contended positions that each append knew of the one before it. */
export type OrderRule = 'versions' | 'knew-the-last'

function orderBroken(rows: readonly StoredRow[], rule: OrderRule, before: (entity: number) => number | undefined): string | undefined {
  const last = new Map<number, number>()
  for (const { entity, version, position } of rows) {
    const previous = last.get(entity) ?? before(entity)
    if (rule === 'versions') {
      if (previous !== undefined && version !== previous + 1) return `entity ${entity}: version ${version} after ${previous}`
      last.set(entity, version)
    } else {
      if (previous !== undefined && version < previous)
        return `entity ${entity}: an append that knew ${version} follows position ${previous}`
      last.set(entity, position)
    }
  }
  return undefined
}

/**
 * Compares what was acknowledged with what is stored: nothing lost, nothing doubled, nothing that nobody was told of, each entity in its
 * order. The sentence says what is wrong.
 */
export function whatIsWrong(
  acknowledged: readonly Pick<BenchEvent, 'id'>[],
  stored: readonly StoredRow[],
  rule: OrderRule,
  before: (entity: number) => number | undefined = () => undefined,
): string | undefined {
  const told = new Set(acknowledged.map(({ id }) => id))
  const found = new Set(stored.map(({ id }) => id))
  const doubled = stored.length - found.size
  const lost = [...told].filter((id) => !found.has(id)).length
  const strange = [...found].filter((id) => !told.has(id)).length
  const faults = [
    ...(lost > 0 ? [`lost ${lost} of ${told.size}`] : []),
    ...(doubled > 0 ? [`doubled ${doubled}`] : []),
    ...(strange > 0 ? [`stored ${strange} that it did not acknowledge`] : []),
  ]
  const order = faults.length === 0 ? orderBroken(stored, rule, before) : undefined
  return faults.length > 0 ? faults.join(', ') : order
}
