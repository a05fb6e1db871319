import { setImmediate as immediate, setTimeout as pause } from 'node:timers/promises'
import { DatabaseError, type Pool } from 'pg'
import { answersOf } from './answer.ts'
import { callName, callText, callValues, type Encoded, encode } from './encoding.ts'
import { judge, LogClosed, LogOverloaded, LogUnavailable } from './errors.ts'
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
  /**
   * Submissions are appended in the order in which they were handed in, one call under way at a time: for who gives recorded times, which
   * may never decrease.
   */
  readonly ordered?: boolean
}

/** Sends submissions to the log, many in one call. */
export interface Appender {
  readonly append: (submission: Submission) => Promise<Appended>
  /** Whether the last call found the log shut and the next is finding out: what is sent now would be refused. */
  readonly isShut: () => boolean
  /** Calls the function with nothing to append: resolves when the log takes facts now. Throws LogUnavailable. */
  readonly probe: () => Promise<void>
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

async function call(pool: Pool, batch: readonly Waiting[], checkKeys: boolean): Promise<string> {
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
    const result = await client.query<{ answer: string }>({
      name: callName,
      text: callText,
      values: callValues(
        batch.map(({ encoded }) => encoded),
        checkKeys,
      ),
    })
    if (warning !== undefined) throw new Unconfirmed(warning)
    broken = false
    return result.rows[0]?.answer ?? ''
  } catch (error) {
    broken = judge(error) === 'lost'
    throw error
  } finally {
    client.off('notice', listen)
    client.release(broken)
  }
}

/** Tells each what became of it; gives those that are to be sent again. */
function settle(batch: readonly Waiting[], answer: string): Waiting[] {
  const answers = answersOf(
    answer,
    batch.map(({ encoded }) => encoded),
  )
  return batch.filter((waiting, index) => {
    const answered = answers[index]
    if (answered !== undefined) waiting.resolve(answered)
    return answered === undefined
  })
}

/** A key of the call was bound before: it is asked for what, instead of asking for every key every time. */
const isKnownKey = (error: unknown): boolean =>
  error instanceof DatabaseError && error.code === '23505' && error.constraint === 'commands_pkey'

/**
 * Sends a batch until each of it has an answer. Each call answers one at least. A lost connection: the same again, since a key that was
 * bound by the lost call answers `repeated`. An error of the call itself: one by one, so that only the culprit fails.
 * `unavailable` when the log took nothing in time.
 */
async function deliver(pool: Pool, whole: readonly Waiting[], patienceMs: number): Promise<'answered' | 'unavailable'> {
  let batch = whole
  const deadline = performance.now() + patienceMs
  let outcomeKnown = true
  let checkKeys = false
  for (let attempt = 1; ; attempt += 1) {
    try {
      batch = settle(batch, await call(pool, batch, checkKeys))
      if (batch.length === 0) return 'answered'
      attempt = 0
    } catch (error) {
      const asked = checkKeys
      checkKeys = true
      if (!asked && isKnownKey(error)) continue
      const verdict = error instanceof NotSent || error instanceof Unconfirmed ? 'lost' : judge(error)
      if (verdict === 'culprit') {
        const [only] = batch
        if (batch.length === 1) only?.reject(error)
        else for (const waiting of batch) await deliver(pool, [waiting], patienceMs)
        return 'answered'
      }
      if (!(error instanceof NotSent) && verdict === 'lost') outcomeKnown = false
      if (verdict === 'later' || error instanceof Unconfirmed || performance.now() >= deadline) {
        for (const waiting of batch) waiting.reject(new LogUnavailable('the log does not answer', { cause: error, outcomeKnown }))
        return 'unavailable'
      }
      await pause(Math.min(20 * 2 ** attempt, 500) * (0.5 + Math.random() / 2))
    }
  }
}

/** How long a call on an open log may take: tenfold what it takes. */
const graceMs = 100

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

/** From how many waiting submissions on a second call is worth its own commit. */
const worthACall = 4

/**
 * Gathers what arrives while calls are in flight into the next; when none is, a submission goes at once. Two calls at most: the gate lets
 * one pass, and while it does, the other is written and read here.
 */
export function createAppender(pool: Pool, options: AppenderOptions = {}): Appender {
  const { countMax = 256, sizeMax = 4 * 2 ** 20, waitingMax = 10_000, waitingSizeMax = 64 * 2 ** 20, patienceMs = 5_000 } = options
  const lanesMax = options.ordered === true ? 1 : 2
  const queue: Waiting[] = []
  const lanes = new Set<Promise<void>>()
  let waitingSize = 0
  let inFlight = 0
  let closed = false
  /** The last call found the log shut: one tries again, and nobody waits behind it for longer than a call takes while it is open. */
  let shut = false
  let began = 0

  const isShut = (): boolean => shut && lanes.size > 0 && performance.now() - began > graceMs

  /** Half of what there is to do, if that is much, so that the other lane has as much. */
  const share = (): number => {
    const all = queue.length + inFlight
    return lanesMax === 1 || all < 2 * worthACall ? countMax : Math.min(countMax, Math.ceil(all / 2))
  }

  async function run(): Promise<void> {
    while (queue.length > 0 && (inFlight === 0 || queue.length >= worthACall)) {
      const batch = nextBatch(queue, share(), sizeMax)
      for (const { encoded } of batch) waitingSize -= encoded.size
      inFlight += batch.length
      began = performance.now()
      shut = (await deliver(pool, batch, patienceMs)) === 'unavailable'
      inFlight -= batch.length
      if (shut) {
        // They have waited as long as the call did.
        for (const { reject } of queue.splice(0)) reject(new LogOverloaded('the log does not answer'))
        waitingSize = 0
      }
      // Those who were answered may have more to send: let them come first, so that calls are full instead of one small, one large.
      await immediate()
    }
  }

  function start(): void {
    if (lanes.size === lanesMax || (lanes.size === 1 && queue.length < worthACall)) return
    const lane = run().finally(() => {
      lanes.delete(lane)
      if (queue.length > 0) start()
    })
    lanes.add(lane)
  }

  return {
    isShut,
    async append(submission) {
      if (closed) throw new LogClosed('the log takes nothing more from this process')
      if (isShut()) throw new LogOverloaded('the log does not answer')
      const encoded = encode(submission)
      if (queue.length >= waitingMax || (queue.length > 0 && waitingSize + encoded.size > waitingSizeMax)) {
        throw new LogOverloaded(`${queue.length} submissions wait already`)
      }
      const { promise, resolve, reject } = Promise.withResolvers<Appended>()
      queue.push({ encoded, resolve, reject })
      waitingSize += encoded.size
      start()
      return promise
    },
    async probe() {
      try {
        await call(pool, [], false)
      } catch (error) {
        throw new LogUnavailable('the log does not answer', { cause: error, outcomeKnown: true })
      }
    },
    async drain() {
      closed = true
      while (lanes.size > 0) await Promise.all(lanes)
    },
  }
}
