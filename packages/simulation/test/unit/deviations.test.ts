import { expect, it } from 'vitest'
import { deviations, foldInMemory } from '@jejak/views'
import { factsOf } from '../support.ts'

it.each(['c', 'h'])('every deviation of every fact of nation %s stands exactly once, in its own row', async (seed) => {
  const facts = await factsOf({ kelurahan: 2, years: 1, seed, from: 2016, edition: 'KOTAKU-2018' })
  const { deviations: rows } = foldInMemory(deviations, facts)
  const carried = facts.flatMap(({ position, fact }) =>
    (fact.deviations ?? []).map(({ rule, facts: behind, ...details }, nth) => ({ position, nth, rule, details, behind })),
  )
  expect(carried.length).toBeGreaterThan(0)
  const kept = rows.filter(({ derived }) => !derived)
  expect(
    kept.map(({ position, nth, rule, details, facts: behind }) => ({ position: Number(position), nth, rule, details, behind })),
  ).toEqual(carried)
  // What is found beside them are late entries with a reason: nobody in the nation skips a stage or misdates a paper.
  expect(rows.filter(({ derived, rule }) => derived && rule !== 'entered-late')).toEqual([])
})
