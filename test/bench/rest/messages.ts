import type { newIssuerKey } from '@jejak/api'
import type { World } from './commands.ts'

/** The key that signs tokens. */
export type IssuerKey = Awaited<ReturnType<typeof newIssuerKey>>

/** What an API process is asked to serve. */
export interface Serve {
  readonly databaseUrl: string
  readonly connections: number
  readonly issuerKey: IssuerKey
}

/** Where it serves. */
export interface Serving {
  readonly port: number
}

/** What the load process is asked to send: the connections are divided among the ports. */
export interface Load {
  readonly ports: readonly number[]
  readonly connections: number
  readonly warmSeconds: number
  readonly seconds: number
  readonly world: World
}

/** What came of it. Latencies in milliseconds. */
export interface Loaded {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  /** Answers 201 in warm-up and window, and of other codes by their number. */
  readonly created: number
  readonly others: Readonly<Record<string, number>>
  /** The beginning of the first body that was not a 201. */
  readonly refusal: string | undefined
  readonly errors: number
}
