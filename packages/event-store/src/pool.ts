import { Socket } from 'node:net'
import { type CustomTypesConfig, Pool, type PoolClient, type PoolConfig, TypeOverrides } from 'pg'

const int8 = 20

/** How a pool connects. Times in milliseconds; 0 switches a limit off. */
export interface PoolOptions {
  readonly applicationName?: string
  /** Connections at most. */
  readonly max?: number
  /** Role taken on at connect, such as `jejak_serving`, so that tables made belong to the group and not to the login. */
  readonly role?: string
  readonly statementTimeoutMs?: number
  readonly lockTimeoutMs?: number
  /** How long a transaction may sit open without a statement: it would hold old row versions, and the gate if it appended. */
  readonly idleInTransactionMs?: number
  readonly connectMs?: number
  /** How long a statement may stay without a byte from the server: 5 s more than it may take. Then its connection is given up. */
  readonly silentMs?: number
  /** Told of errors of idle connections (a server that went away). The pool replaces them by itself. */
  readonly onError?: (error: Error) => void
}

/** int8 as BigInt for the connections that are given it, leaving the parsers of other clients of this process alone. */
export function int8AsBigInt(): CustomTypesConfig {
  const types = new TypeOverrides()
  types.setTypeParser(int8, BigInt)
  return types
}

/**
 * A server that is frozen cannot cancel anything: its connection is given up. The driver's own `query_timeout` is left alone: it wraps
 * every callback in a closure that keeps the rows alive until they are old; a pass over the log costs a third more CPU and 80 MiB.
 */
function giveUpWhenSilent(client: PoolClient, ms: number): void {
  const { stream } = client.connection
  if (!(stream instanceof Socket)) throw new TypeError('the connection is no socket')
  stream.setTimeout(ms, () => {
    const waits = 'readyForQuery' in client && client.readyForQuery === false
    if (waits) stream.destroy(new Error(`the server fell silent for ${ms} ms`))
  })
}

/**
 * A pool for the log: int8 arrives as bigint, transactions are read committed whatever the database's default, and nothing waits for ever.
 * The limits are settings of the session, so a statement may still set its own.
 */
export function createPool(url: string, options: PoolOptions = {}): Pool {
  const { role, statementTimeoutMs = 30_000 } = options
  const { silentMs = statementTimeoutMs === 0 ? 0 : statementTimeoutMs + 5_000 } = options
  if (role !== undefined && !/^[a-z_][a-z0-9_]*$/.test(role)) throw new RangeError(`not a role's name: ${role}`)
  const settings = [String.raw`-c default_transaction_isolation=read\ committed`, ...(role === undefined ? [] : [`-c role=${role}`])]
  const pool = new Pool({
    connectionString: url,
    application_name: options.applicationName ?? 'jejak',
    max: options.max ?? 10,
    connectionTimeoutMillis: options.connectMs ?? 5_000,
    statement_timeout: statementTimeoutMs,
    lock_timeout: options.lockTimeoutMs ?? 10_000,
    idle_in_transaction_session_timeout: options.idleInTransactionMs ?? 30_000,
    keepAlive: true,
    options: settings.join(' '),
    types: int8AsBigInt(),
  })
  pool.on('error', (error) => options.onError?.(error))
  // The pool listens only while a client is idle. One that dies in somebody's hands, or after its removal, would end the process; whoever
  // waits for a query of it is told by the query.
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
    if (silentMs > 0) giveUpWhenSilent(client, silentMs)
  })
  return pool
}

/** How a pool reaches its server, for a connection of its own. The pool hides password and TLS from whoever copies its options. */
export function connectionOf({ options }: Pool): PoolConfig {
  const { password, ssl } = options
  return { ...options, ...(password === undefined ? {} : { password }), ...(ssl === undefined ? {} : { ssl }) }
}

/** Connections like those of a pool, without a limit on the time of a statement: indexes of a nation take as long as they take. */
export function patientPool(pool: Pool): Pool {
  const own = new Pool({ ...connectionOf(pool), max: 3, statement_timeout: 0, idle_in_transaction_session_timeout: 0 })
  own.on('error', () => undefined)
  own.on('connect', (client) => client.on('error', () => undefined))
  return own
}
