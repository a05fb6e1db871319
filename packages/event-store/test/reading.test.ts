import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshLog, type TestLog } from './database.ts'
import { submission } from './facts.ts'

let made: TestLog
beforeAll(async () => {
  made = await freshLog()
  for (let round = 0; round < 4; round += 1) {
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        made.log.append(
          submission({
            facts: Array.from({ length: 5 }, (_unused, fact) => ({
              type: fact === 0 ? 'institution.OfficeAssumed' : 'tranche.InstalmentPaid',
              tags: [`tranche:${(round * 100 + index) % 100}`, `institution:${index % 20}`, `proposal:${index}-${fact}`],
            })),
          }),
        ),
      ),
    )
  }
})
afterAll(() => made.close())

test('a read gives each fact once, in order, of the types asked for, up to where asked', async () => {
  const both = await made.log.read([{ tag: 'tranche:7' }, { tag: 'institution:7', types: ['institution.OfficeAssumed'] }])
  const positions = both.facts.map((fact) => fact.position)
  expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b))
  const expected = (await made.log.readAll({ after: 0, limit: 20_000 })).filter(
    ({ fact }) => fact.tags.includes('tranche:7') || (fact.tags.includes('institution:7') && fact.type === 'institution.OfficeAssumed'),
  )
  expect(both.facts).toEqual(expected)
  const upTo = positions[10] ?? 0
  const part = await made.log.read([{ tag: 'tranche:7' }, { tag: 'institution:7', types: ['institution.OfficeAssumed'] }], { upTo })
  expect(part.facts.map((fact) => fact.position)).toEqual(positions.slice(0, 11))
  expect(part.head).toBe(both.head)
  const all = await made.log.read([{ tag: 'tranche:7' }])
  expect(await made.log.read([{ tag: 'tranche:7', types: [] }])).toEqual(all)
  expect((await made.log.read([{ tag: 'tranche:none' }])).facts).toEqual([])
})
