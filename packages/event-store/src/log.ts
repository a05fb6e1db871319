import type { Fact, Recorded } from '@jejak/domain'
import type { Pool } from 'pg'
import { type AppenderOptions, createAppender } from './appender.ts'
import { NoLog } from './errors.ts'
import { createListener } from './listener.ts'
import type { Clock } from './migrations.ts'
import { readers } from './reading.ts'
import { type SubscribeOptions, subscribe } from './subscription.ts'
import { createTurns, type InTurn } from './turns.ts'

/**
 * What must not have happened: a fact of this tag and one of these types (none named: any type) after this position, which is the head of
 * the read that found what the decision rests on (CONTRACTS B3).
 */
export interface Condition {
  readonly tag: string
  readonly types: readonly string[]
  readonly after: number
}

/** The facts of one command; none and `repeated`, the first positions, when it was recorded before (CONTRACTS E2). */
export interface SubmittedCommand {
  readonly facts: readonly Fact[]
  readonly repeated?: readonly number[]
}

/** The unit of append (CONTRACTS B1): all of it or nothing, under one key. `recordedAt` in microseconds, for simulated logs only. */
export interface Submission {
  readonly keyHash: string
  readonly fingerprint: string
  readonly conditions: readonly Condition[]
  readonly commands: readonly SubmittedCommand[]
  readonly recordedAt?: bigint
}

/** What became of a command: its positions, or the first ones if it repeated. */
export interface CommandOutcome {
  readonly positions: readonly number[]
  readonly repeated: boolean
}

/**
 * What became of a submission. Only `accepted` stored something now; `repeated` was stored before under the same key, and also answers a
 * call whose connection was lost after the commit. `conflict` names, for each condition that failed, its tag and the first newer position.
 */
export type Appended =
  | {
      readonly kind: 'accepted'
      readonly outcome: readonly CommandOutcome[]
      readonly recordedAt: bigint
      readonly facts: readonly Recorded[]
    }
  | { readonly kind: 'repeated'; readonly outcome: readonly CommandOutcome[] }
  | { readonly kind: 'conflict'; readonly newer: readonly { readonly tag: string; readonly position: number }[] }
  | { readonly kind: 'key-reused' }
  | { readonly kind: 'clock-runs-backwards'; readonly last: bigint }
  | { readonly kind: 'clock-is-real' }

/** Facts to read: those of a tag, of the named types or, if none are named, of all: absent and empty mean the same, as in a condition. */
export interface TagQuery {
  readonly tag: string
  readonly types?: readonly string[]
}

/** Facts of one snapshot, in position order, and the end of the log in that snapshot (0 and the opening of the log when it is empty). */
export interface Read {
  readonly head: number
  readonly headRecordedAt: bigint
  readonly facts: Recorded[]
}

/** What a key was bound to. */
export interface BoundKey {
  readonly fingerprint: string
  readonly outcome: readonly CommandOutcome[]
}

/** The log: positions are 1, 2, 3, … without gaps, recorded times microseconds since 1970 that never decrease with them. */
export interface Log {
  readonly clock: Clock
  /** Appends when the conditions hold. Throws InvalidSubmission, NotCanonical, LogOverloaded, LogClosed, LogUnavailable. */
  append(submission: Submission): Promise<Appended>
  outcomeOf(keyHash: string): Promise<BoundKey | undefined>
  /** Work on one entity after the other, so that commands of this process do not make each other conflict: a courtesy, no promise. */
  readonly inTurn: InTurn
  /**
   * One statement, one snapshot. A fact that several queries find is given once. `upTo` leaves out later facts; the head stays the head.
   */
  read(queries: readonly TagQuery[], options?: { readonly upTo?: number }): Promise<Read>
  /** The facts at these positions, each once, in position order; positions that the log has not reached are left out. */
  at(positions: readonly number[]): Promise<Recorded[]>
  /** A page of the log: at most `limit` facts with `after` < position ≤ `upTo`. */
  readAll(options: { readonly after: number; readonly limit: number; readonly upTo?: number }): Promise<Recorded[]>
  /**
   * Page after page up to `upTo`, or to the end of the log as it is when the last page is read; the next are read while the last is worked
   * on, by two connections. Throws CorruptLog on a hole in the positions.
   */
  pages(options: { readonly after: number; readonly limit: number; readonly upTo?: number }): AsyncIterable<readonly Recorded[]>
  head(): Promise<{ readonly position: number; readonly recordedAt: bigint }>
  /** The last position recorded at or before an instant in microseconds; 0 if there is none. */
  positionAt(recordedAtMicros: bigint): Promise<number>
  /** Pages of the log from `after` on, without end: first what is there, then what comes. Ends when the signal aborts. */
  subscribe(options: SubscribeOptions): AsyncIterable<readonly Recorded[]>
}

/** A log that this process opened and will close. */
export interface OpenLog extends Log {
  /** Whether the log was found shut and it is being tried whether it still is: what is appended now is refused. */
  isShut(): boolean
  /** Resolves when the log takes facts now: the gate can be had, the server writes. Throws LogUnavailable. */
  probe(): Promise<void>
  /** Takes no further submission and resolves when all that waited are answered. Reads go on; the pool stays the caller's. */
  drain(): Promise<void>
}

/** How a log is opened. `appends` is a pool for them alone: then readers who wait for a connection hold up no fact. */
export interface OpenOptions extends AppenderOptions {
  readonly appends?: Pool
}

/** Opens the log in the pool's database. Throws NoLog when there is none, and for a simulated log in production. */
export async function openLog(pool: Pool, options: OpenOptions = {}): Promise<OpenLog> {
  const found = await pool.query<{ made: boolean }>(`select to_regclass('jejak.log') is not null as made`)
  const rows = found.rows[0]?.made === true ? (await pool.query<{ clock: string }>('select clock from jejak.log')).rows : []
  const clock = rows[0]?.clock
  if (clock !== 'real' && clock !== 'simulated')
    throw new NoLog('there is no log in this database, or its restore is not finished: migrate it first')
  if (clock === 'simulated' && process.env['NODE_ENV'] === 'production') throw new NoLog('a simulated log is refused in production')
  const { append, isShut, probe, drain } = createAppender(options.appends ?? pool, options)
  const reading = readers(pool)
  const listener = createListener(pool)
  return {
    clock,
    append,
    inTurn: createTurns(),
    isShut,
    probe,
    drain,
    ...reading,
    subscribe: (subscription) => subscribe(reading.pages, listener, subscription),
  }
}
