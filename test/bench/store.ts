import type { Pool } from 'pg'
import type { BenchEvent } from './content.ts'

/** What an append came to: what the writer knows of the entity now, or that somebody else was first. */
export type AppendOutcome = number | 'conflict'

/** What the SQL of a store must tell about itself, so that its writes can be checked and its tables weighed. */
export interface Inside {
  /** The last position, as text. One row, column `position`. */
  readonly headText: string
  /** Rows (id, entity, version, position) after position $1 in the order of the log. */
  readonly storedText: string
  /** Every table that an append writes to. */
  readonly tables: readonly string[]
}

/** An event store as the windows use it. `known` is what it wants to know of an entity before it appends: a version or a position. */
export interface Store {
  /** One sentence: versions, and what is peculiar when the numbers are read. */
  readonly about: string
  readonly inside: Inside
  /** What `known` is. */
  readonly knows: 'version' | 'position'
  /** Stores events in this order, each entity's from version 1, in the fastest way its interface has. */
  fill(events: readonly BenchEvent[]): Promise<void>
  /** One append, all of its events for one entity, on the condition that nothing came since `known`. */
  append(entity: number, events: readonly BenchEvent[], known: number): Promise<AppendOutcome>
  /** What a writer knows that has just looked. Not measured except under contention. */
  look(entity: number): Promise<number>
  /** Looking and appending as commands of one process do, where the store lets those on one entity go one after the other. */
  inTurn?(entity: number, work: () => Promise<void>): Promise<void>
  /** Reads and parses all events of an entity; how many there were. */
  load(entity: number): Promise<number>
  /** Reads and parses the log in its own order, at most for so long and about so many; how many events it was. */
  readAll(secondsMax: number, eventsMax: number): Promise<number>
  close(): Promise<void>
}

/** What a store is opened with: an empty database of its own, as its superuser. */
export interface Opening {
  readonly adminUrl: string
  readonly admin: Pool
  /** Connections at most: 32 for everybody. */
  readonly connections: number
  /** False in a second process on the same database: the schema exists. */
  readonly fresh: boolean
}

/** What the module of a store exports. */
export interface StoreModule {
  readonly open: (opening: Opening) => Promise<Store>
}
