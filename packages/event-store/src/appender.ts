import { setImmediate as immediate, setTimeout as pause } from 'node:timers/promises'
import type { Pool } from 'pg'
import { answer, type AnswerRow } from './answer.ts'
import { callName, callText, callValues, type Encoded, encode } from './encoding.ts'
import { CorruptLog, judge, LogClosed, LogOverloaded, LogUnavailable } from './errors.ts'
import type { Appended, Submission } from './log.ts'

/** Bounds of coalescing. Sizes in characters of the bodies, times in milliseconds. */
export interface AppenderOptions {
  /** Submissions in one call at most. */
  readonly countMax?: number
  /** Size of one call at most; a larger submission goes alone. */
  readonly sizeMax?: number
  /** Submissions that may wait at most, and their size; beyond it LogOverloaded. */
  readonly waitingMax?: number
  readonly waitingSizeMax?: number
  /** How long a lost connection is tried again before LogUnavailable. */
  readonly patienceMs?: number
}

/** Sends submissions to the log, many in one call. */
export interface Appender {
  readonly append: (submission: Submission) => Promise<Appended>
  /** Takes nothing more and resolves when everything that waited has its answer. */
  readonly drain: () => Promise<void>
}

interface Waiting {
  readonly encoded: Encoded
  readonly resolve: (appended: Appended) => void
  readonly reject: (error: unknown) => void
}

/** The commit is on this server but no standby confirmed it (TRUST §5): not an acknowledgement that may be passed on. */
class Unconfirmed extends Error {
  override readonly name = 'Unconfirmed'
}

/** A connection could not even be had: nothing was sent. */
class NotSent extends Error {
  override readonly name = 'NotSent'
}

async function call(pool: Pool, batch: readonly Waiting[]): Promise<AnswerRow[]> {
  const client = await pool.connect().catch((error: unknown) => {
    throw new NotSent('no connection', { cause: error })
  })
  let warning: string | undefined
  const listen = (notice: { code?: string | undefined; message?: string | undefined }) => {
    if (notice.code === '01000' && notice.message?.includes('synchronous replication')) warning = notice.message
  }
  let broken = true
  client.on('notice', listen)
  try {
    const result = await client.query<AnswerRow>({
      name: callName,
      text: callText,
      values: callValues(batch.map(({ encoded }) => encoded)),
    })
    if (warning !== undefined) throw new Unconfirmed(warning)
    broken = false
    return result.rows
  } catch (error) {
    broken = judge(error) === 'lost'
    throw error
  } finally {
    client.off('notice', listen)
    client.release(broken)
  }
}

function settle(batch: readonly Waiting[], rows: readonly AnswerRow[]): void {
  batch.forEach((waiting, index) => {
    const row = rows[index]
    try {
      if (row === undefined) throw new CorruptLog('jejak.append left a submission without answer')
      waiting.resolve(answer(row, waiting.encoded))
    } catch (error) {
      waiting.reject(error)
    }
  })
}

/**
 * Sends a batch until it has an answer. A lost connection: the same again, since a key that was bound by the lost call answers `repeated`.
 * An error of the call itself: one by one, so that only the culprit fails.
 */
async function deliver(pool: Pool, batch: readonly Waiting[], patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs
  let outcomeKnown = true
  for (let attempt = 1; ; attempt += 1) {
    try {
      settle(batch, await call(pool, batch))
      return
    } catch (error) {
      const verdict = error instanceof NotSent || error instanceof Unconfirmed ? 'lost' : judge(error)
      if (verdict === 'culprit') {
        const [only] = batch
        if (batch.length === 1) only?.reject(error)
        else for (const waiting of batch) await deliver(pool, [waiting], patienceMs)
        return
      }
      if (!(error instanceof NotSent) && verdict === 'lost') outcomeKnown = false
      if (verdict === 'later' || error instanceof Unconfirmed || performance.now() >= deadline) {
        for (const waiting of batch) waiting.reject(new LogUnavailable('the log does not answer', { cause: error, outcomeKnown }))
        return
      }
      await pause(Math.min(20 * 2 ** attempt, 500) * (0.5 + Math.random() / 2))
    }
  }
}

/** Cuts the next call from the queue. A key that is already in it waits for the one after: the function would refuse both together. */
function nextBatch(queue: Waiting[], countMax: number, sizeMax: number): Waiting[] {
  const batch: Waiting[] = []
  const left: Waiting[] = []
  const keys = new Set<string>()
  let size = 0
  let taken = 0
  for (const waiting of queue) {
    if (batch.length === countMax || (batch.length > 0 && size + waiting.encoded.size > sizeMax)) break
    taken += 1
    const { keyHash } = waiting.encoded.submission
    if (keys.has(keyHash)) {
      left.push(waiting)
    } else {
      keys.add(keyHash)
      size += waiting.encoded.size
      batch.push(waiting)
    }
  }
  queue.splice(0, taken, ...left)
  return batch
}

/**
 * Gathers what arrives while a call is in flight into the next call; when none is, a submission goes at once. One call at a time: the gate
 * would let no second one pass (PERFORMANCE.md).
 */
export function createAppender(pool: Pool, options: AppenderOptions = {}): Appender {
  const { countMax = 256, sizeMax = 4 * 2 ** 20, waitingMax = 10_000, waitingSizeMax = 64 * 2 ** 20, patienceMs = 5_000 } = options
  const queue: Waiting[] = []
  let waitingSize = 0
  let running: Promise<void> | undefined
  let closed = false

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const batch = nextBatch(queue, countMax, sizeMax)
      for (const { encoded } of batch) waitingSize -= encoded.size
      await deliver(pool, batch, patienceMs)
      // Those who were answered may have more to send: let them come first, so that calls are full instead of one small, one large.
      await immediate()
    }
    running = undefined
  }

  return {
    async append(submission) {
      if (closed) throw new LogClosed('the log takes nothing more from this process')
      const encoded = encode(submission)
      if (queue.length >= waitingMax || (queue.length > 0 && waitingSize + encoded.size > waitingSizeMax)) {
        throw new LogOverloaded(`${queue.length} submissions wait already`)
      }
      const { promise, resolve, reject } = Promise.withResolvers<Appended>()
      queue.push({ encoded, resolve, reject })
      waitingSize += encoded.size
      running ??= run()
      return promise
    },
    async drain() {
      closed = true
      await running
    },
  }
}
