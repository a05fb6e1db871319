import type { Layout } from './content.ts'

/** A closed loop of writers, each waiting for its answer. Times in milliseconds; entities in [from, to). */
export interface AppendWindow {
  readonly writers: number
  /** Events an append. */
  readonly batch: number
  readonly warmMs: number
  readonly windowMs: number
  readonly from: number
  readonly to: number
  /** All writers on the first entity, each trying again at once when it was beaten. */
  readonly contended?: boolean
}

/** A closed loop of readers of whole entities in [from, to), each of which has this many events. */
export interface LoadWindow {
  readonly readers: number
  readonly warmMs: number
  readonly windowMs: number
  readonly from: number
  readonly to: number
  readonly eventsEach: number
}

/** What a window came to. Latencies in milliseconds; `wrong` says why the store earned no number. */
export interface WindowResult {
  /** Events, or entities loaded, inside the window; and how long it was. */
  readonly count: number
  readonly seconds: number
  readonly p50: number
  readonly p99: number
  readonly conflicts: number
  readonly successes: number
  /** CPU of the store's own process inside the window. */
  readonly cpuSeconds: number
  /** Events of the whole run, warm-up and end included, and the log they made the server write. */
  readonly stored: number
  readonly walBytes: number
  readonly wrong?: string
}

/** One pass over the whole log. Memory is the highest of the process's life, in MiB. */
export interface PassResult {
  readonly events: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakMiB: number
  readonly wrong?: string
}

/** How a process's store is opened. */
export interface OpenCall {
  readonly module: string
  readonly adminUrl: string
  readonly connections: number
  readonly fresh: boolean
  /** Events of the filling and how they divide. */
  readonly events: number
  readonly layout: Layout
}

/** Weight of a store's tables in bytes. */
export interface Weight {
  readonly events: number
  readonly heap: number
  readonly toast: number
  readonly indexes: number
  readonly indexRelations: number
}

/** What the main process may ask of a store's process. */
export interface Calls {
  open: { ask: OpenCall; answer: { readonly about: string } }
  fill: { ask: Record<string, never>; answer: { readonly seconds: number; readonly wrong?: string } }
  append: { ask: AppendWindow; answer: WindowResult }
  load: { ask: LoadWindow; answer: WindowResult }
  readAll: { ask: { readonly secondsMax: number; readonly eventsMax: number }; answer: PassResult }
  weigh: { ask: Record<string, never>; answer: Weight }
  close: { ask: Record<string, never>; answer: null }
}

/** A question on the wire, numbered. */
export interface Question {
  readonly id: number
  readonly call: keyof Calls
  readonly ask: unknown
}

/** Its answer, or the error's text. */
export interface Reply {
  readonly id: number
  readonly answer?: unknown
  readonly error?: string
}
