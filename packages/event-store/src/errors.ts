import { DatabaseError } from 'pg'

/** A submission that no state of the log could take: a defect of the caller, never a conflict. */
export class InvalidSubmission extends Error {
  override readonly name = 'InvalidSubmission'
}

/** More waits than the queue of this process may hold. Nothing was sent; try again later. */
export class LogOverloaded extends Error {
  override readonly name = 'LogOverloaded'
}

/** This process is shutting down and takes nothing more. Nothing was sent. */
export class LogClosed extends Error {
  override readonly name = 'LogClosed'
}

/**
 * The log could not be reached, or did not answer in time. `outcomeKnown` true: the submission is not stored. False: it may be; sending it
 * again under the same key settles it, once and for all.
 */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable'
  readonly outcomeKnown: boolean
  constructor(message: string, options: { readonly cause: unknown; readonly outcomeKnown: boolean }) {
    super(message, { cause: options.cause })
    this.outcomeKnown = options.outcomeKnown
  }
}

/** The database holds no log, or one that may not be opened here: the message says what to do. */
export class NoLog extends Error {
  override readonly name = 'NoLog'
}

/** What was read cannot have been written by jejak.append: a hole in the positions, or rows out of order. */
export class CorruptLog extends Error {
  override readonly name = 'CorruptLog'
}

/**
 * What an error of a call says about it. `lost`: the connection broke, the outcome is open, sending again is safe because keys are
 * idempotent. `later`: the server refused or cancelled it for want of room or time; nothing is stored. `culprit`: something in the call
 * itself.
 */
export type Verdict = 'lost' | 'later' | 'culprit'

// Codes of PostgreSQL by class or whole. 25006 and 57P0x come from a server that is going down or has been demoted: another may answer.
const lostCodes = ['08', '57P01', '57P02', '57P03', '25006', '40']
const laterCodes = ['53', '57', '55P03', '58']

/** Sorts an error of a call. What did not come from the server as an answer is a lost connection. */
export function judge(error: unknown): Verdict {
  if (!(error instanceof DatabaseError)) return error instanceof Error && !isOurs(error) ? 'lost' : 'culprit'
  const code = error.code ?? ''
  if (lostCodes.some((prefix) => code.startsWith(prefix))) return 'lost'
  if (laterCodes.some((prefix) => code.startsWith(prefix))) return 'later'
  return 'culprit'
}

// How the driver says that there is no connection, or none any more; it gives these no code.
const driverWords = ['timeout exceeded when trying to connect', 'Connection terminated', 'the server fell silent', 'is not queryable']
const networkCodes: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND'])

/**
 * Whether an error only says that the database cannot be had now: no connection, none in time, or a server that is going down, full or
 * busy. It says nothing of what was asked, which may be asked again.
 */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof LogUnavailable || error instanceof LogOverloaded || error instanceof LogClosed) return true
  if (error instanceof DatabaseError) return judge(error) !== 'culprit'
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isUnavailable)
  return ('code' in error && networkCodes.has(error.code)) || driverWords.some((words) => error.message.includes(words))
}

function isOurs(error: Error): boolean {
  return error instanceof CorruptLog || error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError
}
