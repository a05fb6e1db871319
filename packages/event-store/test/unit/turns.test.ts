import { expect, test } from 'vitest'
import { createTurns } from '../../src/turns.ts'

test('work under one name goes in order, one at a time; under another at the same time; a failure holds nobody up', async () => {
  const inTurn = createTurns()
  const told: string[] = []
  const gates = new Map(['a1', 'a2', 'a3', 'b1'].map((name) => [name, Promise.withResolvers<void>()]))
  const work = (name: string) => async () => {
    told.push(`${name} begins`)
    await gates.get(name)?.promise
    told.push(`${name} ends`)
    if (name === 'a1') throw new Error(name)
    return name
  }
  const all = Promise.allSettled(['a1', 'a2', 'a3', 'b1'].map((name) => inTurn(name.slice(0, 1), work(name))))
  expect(told).toEqual(['a1 begins', 'b1 begins'])
  for (const name of ['a3', 'b1', 'a2', 'a1']) gates.get(name)?.resolve()
  expect((await all).map((each) => (each.status === 'fulfilled' ? each.value : 'failed'))).toEqual(['failed', 'a2', 'a3', 'b1'])
  expect(told.filter((line) => line.startsWith('a'))).toEqual(['a1', 'a2', 'a3'].flatMap((name) => [`${name} begins`, `${name} ends`]))
  await expect(inTurn('a', work('a3'))).resolves.toBe('a3')
})
