import { expect, it } from 'vitest'
import { deviations, foldInMemory } from '@jejak/views'
import { factsOf } from '../support.ts'

it('every deviation of every fact of a nation stands exactly once, in its own row', async () => {
  let count = 0
  for (const seed of ['b', 'c', 'h']) {
    const facts = await factsOf({ kelurahan: 2, years: 1, seed, from: 2016, edition: 'KOTAKU-2018' })
    const { deviations: rows } = foldInMemory(deviations, facts)
    const carried = facts.flatMap(({ position, fact }) =>
      (fact.deviations ?? []).map(({ rule, facts: behind, ...details }, nth) => ({ position, nth, rule, details, behind })),
    )
    const kept = rows.filter(({ derived }) => !derived)
    expect(
      kept.map(({ position, nth, rule, details, facts: behind }) => ({ position: Number(position), nth, rule, details, behind })),
    ).toEqual(carried)
    // What is found beside them are late entries with a reason: nobody in the nation skips a stage or misdates a paper.
    expect(rows.filter(({ derived, rule }) => derived && rule !== 'entered-late')).toEqual([])
    count += carried.length
  }
  // A nation without any would show nothing.
  expect(count).toBeGreaterThan(0)
})
