import type { Recorded } from '@jejak/domain'
import { joined, refold, refoldingIn } from './refold.ts'
import type { Groups, Projection, RowTypes } from './projection.ts'

/** Rows by table that facts make from nothing. Pure: what the tables of a projection should hold. Throws what `project` throws. */
export function foldInMemory<Rows extends RowTypes>(
  projection: Projection<Rows>,
  facts: readonly Recorded[],
): { readonly [T in keyof Rows]: readonly Rows[T][] }
export function foldInMemory(projection: Projection, facts: readonly Recorded[]): Readonly<Record<string, readonly object[]>> {
  const tables = new Map(Object.keys(projection.tables).map((name) => [name, new Map<string, readonly object[]>()]))
  let asked: Groups<RowTypes> = {}
  const known: Record<string, (group: string) => readonly object[]> = {}
  for (const [name, groups] of tables)
    known[name] = (group) => {
      if (asked[name]?.includes(group) === true) return groups.get(group) ?? []
      throw new Error(`${name} ${group} is not among the groups that the fact was said to need`)
    }
  for (const recorded of facts) {
    if (!projection.types.has(recorded.fact.type)) continue
    const anew = refoldingIn(projection, recorded, facts)
    asked = joined(projection.groups(recorded), anew?.groups)
    const made = anew && refold(projection, known, anew)
    for (const [name, changes] of Object.entries({ ...projection.project(known, recorded), ...made }))
      for (const [group, rows] of changes ?? []) tables.get(name)?.set(group, rows)
  }
  return Object.fromEntries([...tables].map(([name, groups]) => [name, [...groups.values()].flat()]))
}
