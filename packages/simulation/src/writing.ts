import type { Appended, Log } from '@jejak/event-store'
import { submissionAfter, type NationSubmission } from './nation.ts'
import { factsIn } from './sorter.ts'

/** The log did not take a submission of the simulator as it must: it is not alone with this log, or one of the two has a defect. */
export class NotWritten extends Error {
  override readonly name = 'NotWritten'
}

/** What is written so far. */
export interface Written {
  readonly facts: number
  readonly submissions: number
  readonly commands: number
}

/** Facts under way at most: enough for calls that are full, few enough to hold in memory. */
const flyingMax = 8_000

function problemOf(submission: NationSubmission, appended: Appended): string | undefined {
  if (appended.kind !== 'accepted') return `${appended.kind} ${'newer' in appended ? JSON.stringify(appended.newer) : ''}`
  const first = appended.outcome[0]?.positions[0]
  return first === submission.first ? undefined : `it stands at ${first}, not at ${submission.first}`
}

/**
 * Writes a nation to an empty simulated log through its ordinary append, many submissions under way at a time: each when everything that it
 * has read is in the log, on the condition that nothing came after the head known by then. Throws NotWritten when one is not accepted at
 * its place. The log must have been opened `ordered`.
 */
export async function writeNation(
  log: Log,
  submissions: AsyncIterable<NationSubmission>,
  progress: (written: Written) => void = () => {},
): Promise<Written> {
  const flight = { lives: new Set<number>(), facts: 0, failed: undefined as unknown, landed: Promise.withResolvers<void>() }
  const written = { facts: 0, submissions: 0, commands: 0 }
  let head = 0

  const fly = async (submission: NationSubmission): Promise<void> => {
    const facts = factsIn(submission)
    flight.lives.add(submission.life)
    flight.facts += facts
    try {
      const problem = problemOf(submission, await log.append(submissionAfter(head, submission)))
      if (problem !== undefined)
        throw new NotWritten(`submission ${submission.keyHash} of life ${submission.life} was not taken: ${problem}`)
      head = Math.max(head, submission.first + facts - 1)
      written.facts += facts
      written.submissions += 1
      written.commands += submission.commands.length
      progress(written)
    } catch (error) {
      flight.failed ??= error
    } finally {
      flight.lives.delete(submission.life)
      flight.facts -= facts
      flight.landed.resolve()
    }
  }
  const until = async (clear: () => boolean): Promise<void> => {
    while (flight.failed === undefined && !clear()) {
      await flight.landed.promise
      flight.landed = Promise.withResolvers()
    }
    if (flight.failed !== undefined) throw flight.failed
  }

  for await (const submission of submissions) {
    await until(() => flight.facts <= flyingMax && submission.needs.every((life) => !flight.lives.has(life)))
    void fly(submission)
  }
  await until(() => flight.facts === 0)
  return written
}
