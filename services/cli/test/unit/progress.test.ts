import { expect, test } from 'vitest'
import { progressOn, spoken, wordsOf } from '../../src/progress.ts'

function screenOf(isTTY: boolean) {
  const written: string[] = []
  return { written, screen: { isTTY, write: (text: string) => written.push(text) } }
}

test('words of a step: share, count, rate and what is left', () => {
  expect(wordsOf('restoring', { done: 250, of: 1_000 }, 2_000)).toBe('restoring  25 %  250 of 1000  125/s  6 s left')
  expect(wordsOf('restoring', { done: 1, of: 200 }, 1_000)).toBe('restoring  0 %  1 of 200  1/s  3 min 19 s left')
  expect(wordsOf('restoring', { done: 1_000, of: 1_000 }, 2_000)).toBe('restoring  100 %  1000 of 1000  500/s')
  expect(wordsOf('restoring', { done: 0, of: 0 }, 0)).toBe('restoring  0 of 0  0/s')
  expect(wordsOf('reading', { done: 5 }, 1_000)).toBe('reading  5  5/s')
  expect(wordsOf('reading', { done: 5, of: 10, detail: '5 pages' }, 1_000)).toBe('reading  50 %  5 pages  1 s left')
})

test('on a terminal a bar is drawn over itself and taken away at the end', () => {
  const { written, screen } = screenOf(true)
  let now = 0
  const progress = progressOn(screen, 'restoring', () => now)
  for (const done of [1, 2, 3]) {
    now += 60
    progress.at({ done, of: 4 })
  }
  progress.end()
  expect(written).toEqual(['\r\u001B[2K████████████░░░░░░░░░░░░ restoring  50 %  2 of 4  17/s  1 s left', '\r\u001B[2K'])
})

test('elsewhere it is a line every five seconds, and nothing for short work', () => {
  const { written, screen } = screenOf(false)
  let now = 0
  const progress = progressOn(screen, 'restoring', () => now)
  progress.at({ done: 1, of: 4 })
  now = 5_000
  progress.at({ done: 2, of: 4 })
  now = 9_000
  progress.at({ done: 3, of: 4 })
  progress.end()
  expect(written).toEqual(['restoring  50 %  2 of 4  0/s  5 s left\n'])
})

test('a length of time in words', () => {
  expect([0.04, 12.4, 200, 7_500, 400_000].map(spoken)).toEqual(['0 s', '12 s', '3 min', '2 h 5 min', '4 d'])
})
