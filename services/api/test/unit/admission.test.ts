import { expect, test } from 'vitest'
import { createAdmission } from '../../src/admission.ts'

const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  const mark = {}
  return (await Promise.race([promise, new Promise((resolve) => setImmediate(() => resolve(mark)))])) !== mark
}

test('as many as the width are let in at once, the others in their order when one leaves', async () => {
  const { enter } = createAdmission({ width: 2, waitingMax: 10, waitMs: 60_000 })
  const [one, two] = [await enter(), await enter()]
  const [three, four] = [enter(), enter()]
  expect([await settled(three), await settled(four)]).toEqual([false, false])
  one?.()
  // Twice is once.
  one?.()
  expect([await settled(three), await settled(four)]).toEqual([true, false])
  two?.()
  expect(await settled(four)).toBe(true)
  ;(await three)?.()
  ;(await four)?.()
  const again = [await enter(), await enter()]
  expect(again.every((leave) => leave !== undefined)).toBe(true)
})

test('who finds no place in time is told, and does not take one later', async () => {
  const { enter } = createAdmission({ width: 1, waitingMax: 10, waitMs: 5 })
  const inside = await enter()
  expect(await enter()).toBeUndefined()
  inside?.()
  const next = await enter()
  expect(next).toBeDefined()
  next?.()
})

test('who finds too many before him is told at once', async () => {
  const { enter } = createAdmission({ width: 1, waitingMax: 1, waitMs: 60_000 })
  const inside = await enter()
  const waiting = enter()
  expect(await enter()).toBeUndefined()
  inside?.()
  ;(await waiting)?.()
})

test('in trouble nobody waits and few try, until one succeeds', async () => {
  const { enter, troubled, succeeded } = createAdmission({ width: 6, waitingMax: 10, waitMs: 60_000 })
  const inside = await Promise.all(Array.from({ length: 6 }, enter))
  const waiting = enter()
  troubled()
  expect(await waiting).toBeUndefined()
  expect(await enter()).toBeUndefined()
  inside.slice(0, 3).forEach((leave) => leave?.())
  const trying = await enter()
  expect(trying).toBeDefined()
  expect(await enter()).toBeUndefined()
  succeeded()
  expect(await enter()).toBeDefined()
})

test('who goes away, from inside or while waiting, leaves the place to others', async () => {
  const { enter } = createAdmission({ width: 1, waitingMax: 10, waitMs: 60_000 })
  const goneOf: (() => void)[] = []
  const visit = () => enter((gone) => void goneOf.push(gone))
  const first = visit()
  const [second, third] = [visit(), visit()]
  goneOf[1]?.()
  expect(await second).toBeUndefined()
  goneOf[0]?.()
  expect(await settled(third)).toBe(true)
  // Gone at the very moment in which it was let in: the place is free all the same.
  const fourth = visit()
  ;(await third)?.()
  goneOf[3]?.()
  await fourth
  ;(await first)?.()
  expect(await settled(visit())).toBe(true)
  expect(await settled(visit())).toBe(false)
})
