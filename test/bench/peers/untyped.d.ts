// What is used of two packages that come without types.

declare module 'pg-copy-streams' {
  import type { Submittable } from 'pg'
  import type { Readable } from 'node:stream'
  export function to(text: string): Readable & Submittable
}

declare module 'autocannon' {
  import type { EventEmitter } from 'node:events'

  interface Client extends EventEmitter {
    setRequests(requests: readonly { readonly setupRequest: () => object }[]): void
  }
  interface Result {
    readonly duration: number
    readonly errors: number
    readonly timeouts: number
    readonly requests: { readonly total: number }
    readonly latency: { readonly p50: number; readonly p99: number }
  }
  interface Options {
    readonly url: string
    readonly connections: number
    readonly duration: number
    readonly sampleInt: number
    readonly setupClient: (client: Client) => void
  }
  const autocannon: (options: Options, done: (error: unknown, result: Result) => void) => EventEmitter
  export = autocannon
}
