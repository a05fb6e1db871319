import { setImmediate as immediate } from 'node:timers/promises'
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

/** Submissions that are made ready while calls are under way, at most. */
const readyMax = 64

/** Submissions started without a pause at most, so that a call that is full does not wait until the next is. */
const restAfter = 256

function problemOf(submission: NationSubmission, appended: Appended): string | undefined {
  if (appended.kind !== 'accepted') return `${appended.kind} ${'newer' in appended ? JSON.stringify(appended.newer) : ''}`
  const first = appended.outcome[0]?.positions[0]
  return first === submission.first ? undefined : `it stands at ${first}, not at ${submission.first}`
}

/** Submissions on their way into the log. */
interface Flights {
  readonly written: Written
  /** Facts under way. */
  readonly facts: number
  /** Why a submission did not land. */
  readonly failed: unknown
  /** Whether there is room for it, and what it has read is in the log. */
  isClear(submission: NationSubmission): boolean
  start(submission: NationSubmission): void
  /** Resolves when something has landed since it was last asked, or when one of the others does. */
  landing(orUntil?: readonly Promise<unknown>[]): Promise<void>
}

function flightsTo(log: Log, progress: (written: Written) => void): Flights {
  const written = { facts: 0, submissions: 0, commands: 0 }
  const lives = new Set<number>()
  let facts = 0
  let failed: unknown
  let landed = Promise.withResolvers<void>()
  let head = 0

  const fly = async (submission: NationSubmission): Promise<void> => {
    const own = factsIn(submission)
    lives.add(submission.life)
    facts += own
    try {
      const problem = problemOf(submission, await log.append(submissionAfter(head, submission)))
      if (problem !== undefined)
        throw new NotWritten(`submission ${submission.keyHash} of life ${submission.life} was not taken: ${problem}`)
      head = Math.max(head, submission.first + own - 1)
      written.facts += own
      written.submissions += 1
      written.commands += submission.commands.length
      progress(written)
    } catch (error) {
      failed ??= error
    } finally {
      lives.delete(submission.life)
      facts -= own
      landed.resolve()
    }
  }
  return {
    written,
    get facts() {
      return facts
    },
    get failed() {
      return failed
    },
    isClear: ({ needs }) => facts <= flyingMax && needs.every((life) => !lives.has(life)),
    start: (submission) => void fly(submission),
    async landing(orUntil = []) {
      await Promise.race([landed.promise, ...orUntil])
      landed = Promise.withResolvers()
    },
  }
}

/**
 * Writes a nation to an empty simulated log through its ordinary append, many submissions under way at a time: each when everything that it
 * has read is in the log, on the condition that nothing came after the head known by then. While the log is waited for, the next are made
 * ready. Throws NotWritten when one is not accepted at its place. The log must have been opened `ordered`.
 */
export async function writeNation(
  log: Log,
  submissions: AsyncIterable<NationSubmission>,
  progress: (written: Written) => void = () => {},
): Promise<Written> {
  const flights = flightsTo(log, progress)
  const source = submissions[Symbol.asyncIterator]()
  const ready: NationSubmission[] = []
  let ended = false
  const pull = async (): Promise<void> => {
    const next = await source.next()
    if (next.done === true) ended = true
    else ready.push(next.value)
  }
  try {
    let startedInARow = 0
    while (flights.failed === undefined) {
      const [submission] = ready
      if (submission === undefined) {
        if (ended) break
        await pull()
      } else if (flights.isClear(submission)) {
        ready.shift()
        flights.start(submission)
        startedInARow += 1
        if (startedInARow % restAfter === 0) await immediate()
      } else {
        startedInARow = 0
        const more = ready.length < readyMax && !ended
        if (more) await pull()
        // One at a time, so that the answer of the log is heard at once.
        await flights.landing(more ? [immediate()] : [])
      }
    }
    while (flights.failed === undefined && flights.facts > 0) await flights.landing()
  } finally {
    await source.return?.()
  }
  if (flights.failed !== undefined) throw flights.failed
  return flights.written
}
