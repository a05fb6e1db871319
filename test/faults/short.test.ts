import { expect, test, vi } from 'vitest'
import { seeded } from './result.ts'
import { sections } from './sections.ts'

// Everything here is real and is killed: databases that write to the disk, processes that start again. Nothing is proven by being quick.
vi.setConfig({ testTimeout: 180_000 })

test.each(Object.entries(sections))('faults, short form: %s', async (_, { run, short }) => {
  const result = await run({ ...short, random: seeded(2026), progress: () => undefined })
  expect(result).toMatchObject({ faults: [] })
})
