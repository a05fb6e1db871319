import { CorruptLog } from './errors.ts'
import type { CommandOutcome } from './log.ts'

const outcomePattern = /^([0-9]+):((?:[0-9]+|=[0-9.]+)(?:,(?:[0-9]+|=[0-9.]+))*)$/

const repeat = (part: string): CommandOutcome => ({ positions: part.slice(1).split('.').map(Number), repeated: true })

/** The outcome of a submission as stored, for each command its positions and whether it repeated (CONTRACTS A7). Throws CorruptLog. */
export function parseOutcome(text: string): readonly CommandOutcome[] {
  const [, first, shape] = outcomePattern.exec(text) ?? []
  if (first === undefined || shape === undefined) throw new CorruptLog(`not the outcome of a submission: ${text}`)
  let next = Number(first)
  return shape.split(',').map((part) => {
    if (part.startsWith('=')) return repeat(part)
    const positions = Array.from({ length: Number(part) }, (_, index) => next + index)
    next += positions.length
    return { positions, repeated: false }
  })
}

/** A command in an outcome: how many facts it recorded, or the first positions of what it repeated. */
export const outcomePart = (recorded: number, repeated?: readonly number[]): string =>
  repeated === undefined ? String(recorded) : `=${repeated.join('.')}`

/** The text that `parseOutcome` reads: first position, or 0 when nothing was recorded, colon, then the commands by commas. */
export function outcomeText(outcome: readonly CommandOutcome[]): string {
  const first = outcome.find(({ positions, repeated }) => !repeated && positions.length > 0)?.positions[0] ?? 0
  return `${first}:${outcome.map(({ positions, repeated }) => outcomePart(positions.length, repeated ? positions : undefined)).join(',')}`
}
