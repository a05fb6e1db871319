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

test('pages give the log in order, each fact once, from where to where asked; who has seen enough leaves', async () => {
  const sizes: number[] = []
  const seen: number[] = []
  for await (const page of made.log.pages({ after: 1_000, limit: 300 })) {
    sizes.push(page.length)
    seen.push(...page.map(({ position }) => position))
  }
  expect(sizes).toEqual([300, 300, 300, 100])
  expect(seen).toEqual(Array.from({ length: 1_000 }, (_, index) => 1_001 + index))

  const lengths = async (after: number, upTo: number) => {
    const found: number[] = []
    for await (const page of made.log.pages({ after, upTo, limit: 10 })) found.push(page.length)
    return found
  }
  expect(await lengths(5, 35)).toEqual([10, 10, 10])
  expect(await lengths(5, 38)).toEqual([10, 10, 10, 3])
  expect(await lengths(5, 5)).toEqual([])
  expect(await lengths(2_000, 3_000)).toEqual([])

  for await (const page of made.log.pages({ after: 0, limit: 10 })) {
    expect(page.at(0)?.position).toBe(1)
    break
  }
  const bad = made.log.pages({ after: 0, limit: 0 })[Symbol.asyncIterator]()
  await expect(bad.next()).rejects.toThrow('not a limit: 0')
})
