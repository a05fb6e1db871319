import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkProjection, foldInMemory, type Projection, prepareProjections, rebuildProjection, resetProjection } from '../src/index.ts'
import { ownLog, type TestLog } from '../../event-store/test/database.ts'
import { factOf, hashOf, submission } from '../../event-store/test/facts.ts'
import { caughtUp, everything, run } from './support/tally.ts'

interface LineTable {
  readonly entity: string
  readonly ordinal: number
  readonly positions: readonly string[]
  readonly sum: bigint
  readonly note: { readonly wasHere: boolean } | null
}
type Rows = { readonly groupLines: LineTable; readonly groupTotals: { readonly name: string; readonly facts: number } }

/** Groups of several rows that grow, are replaced and shrink, by a key of two columns; and a table that is one group. */
const lines: Projection<Rows> = {
  name: 'lines',
  version: 1,
  tables: { groupLines: { key: ['entity', 'ordinal'], groupedBy: 'entity' }, groupTotals: { key: ['name'] } },
  sql: `create table group_lines (entity text not null, ordinal int not null, positions text[] not null, sum bigint not null, note jsonb,
      constraint group_lines_pkey primary key (entity, ordinal));
    create table group_totals (name text not null, facts int not null, constraint group_totals_pkey primary key (name))`,
  types: new Set(['tranche.InstalmentPaid']),
  groups: ({ fact }) => ({ groupLines: fact.tags, groupTotals: [''] }),
  project(known, { fact, position }) {
    const changed = fact.tags.map((tag): [string, readonly LineTable[]] => {
      const rows = known.groupLines(tag)
      // Every fifth fact empties the group, every third takes its first line away.
      if (position % 5 === 0) return [tag, []]
      const kept = position % 3 === 0 ? rows.slice(1) : rows
      const [last] = kept.slice(-1)
      if (last !== undefined && position % 2 === 0)
        return [
          tag,
          [...kept.slice(0, -1), { ...last, positions: [...last.positions, String(position)], sum: last.sum + BigInt(position) }],
        ]
      const note = position % 7 === 0 ? null : { wasHere: true }
      return [tag, [...kept, { entity: tag, ordinal: (last?.ordinal ?? 0) + 1, positions: ['"a,{b}\\'], sum: BigInt(position), note }]]
    })
    const totals = new Map(known.groupTotals('').map((row) => [row.name, row]))
    for (const tag of fact.tags) totals.set(tag, { name: tag, facts: (totals.get(tag)?.facts ?? 0) + 1 })
    return { groupLines: new Map(changed), groupTotals: new Map([['', [...totals.values()]]]) }
  },
}

async function tables(made: TestLog): Promise<unknown> {
  const [found, totals] = await Promise.all([
    made.servingPool.query('select entity, ordinal, positions, sum, note from views.group_lines order by entity, ordinal'),
    made.servingPool.query('select name, facts from views.group_totals order by name'),
  ])
  return { lines: found.rows, totals: totals.rows }
}

const byKey = (one: string, other: string): number => (one < other ? -1 : 1)

test('groups of rows come to the same in memory, followed page by page, and rebuilt with little memory', async () => {
  const made = await ownLog()
  await prepareProjections(made.servingPool, [lines])
  const tags = fc.sample(fc.uniqueArray(fc.constantFrom('a:1', 'b:2', 'c:3', 'd:4', 'e:5', 'f:6'), { minLength: 1, maxLength: 3 }), 80)
  for (const each of tags) await made.log.append(submission({ facts: [{ tags: each }] }))
  const folded = foldInMemory(lines, await everything(made))
  const expected = {
    lines: folded.groupLines.toSorted((a, b) => (a.entity === b.entity ? a.ordinal - b.ordinal : byKey(a.entity, b.entity))),
    totals: folded.groupTotals.toSorted((a, b) => byKey(a.name, b.name)),
  }
  for (const pageSize of [1, 7, 100]) {
    await resetProjection(made.servingPool, lines)
    const running = run(made, [lines], { pageSize })
    expect(await caughtUp(made, 'lines')).toBe('reached')
    await running.end()
    expect(running.errors).toEqual([])
    expect(await tables(made)).toEqual(expected)
  }
  for (const [pageSize, valuesMax] of [
    [3, 1],
    [2, 20],
    [50, 100_000],
  ]) {
    if (pageSize === undefined || valuesMax === undefined) throw new Error('both')
    await rebuildProjection(made.servingPool, made.log, lines, { pageSize, valuesMax })
    expect(await tables(made)).toEqual(expected)
    expect((await checkProjection(made.servingPool, made.log, lines, { pageSize: 5, valuesMax })).difference).toBeUndefined()
  }
})

test('a group that was not named cannot be read or changed: the fact is a poisoned one', () => {
  const astray: Projection<Rows> = { ...lines, groups: () => ({ groupTotals: [''] }) }
  const recorded = { position: 1, recordedAt: 0n, fact: factOf(hashOf('key'), 0, { tags: ['a:1'] }) }
  expect(() => foldInMemory(astray, [recorded])).toThrow('groupLines a:1 is not among the groups')
})
