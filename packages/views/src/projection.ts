import type { Recorded } from '@jejak/domain'
import type { ViewsDb } from './database.ts'

/**
 * A view kept in tables. Only `project` knows what facts mean, and it is pure: from the state before a page and the facts of the page to
 * the
 * rows that change. The state and the changes are the projection's own types; the runner hands them from `load` to `project` to `write`.
 */
export interface Projection<State = unknown, Changes = unknown> {
  readonly name: string
  /** Raised when tables or meaning change: the tables are dropped and made anew from the log. */
  readonly version: number
  /** Its tables in schema `views`, and the SQL that creates them. */
  readonly tables: readonly string[]
  readonly sql: string
  /** Types of fact that it handles; others are not shown to it. */
  readonly types: ReadonlySet<string>
  /** Reads the rows that these facts may touch. */
  load(db: ViewsDb, facts: readonly Recorded[]): Promise<State>
  /** The rows that change, each once, or undefined if none does. Pure. */
  project(state: State, facts: readonly Recorded[]): Changes | undefined
  /** Writes the changed rows, in the transaction that also moves the checkpoint. */
  write(db: ViewsDb, changes: Changes): Promise<void>
}

/** A projection was met by a fact that it cannot take. It stops there; no other does. */
export class Poisoned extends Error {
  override readonly name = 'Poisoned'
  readonly position: number
  constructor(projection: string, position: number, cause: unknown) {
    super(
      `projection ${projection} cannot take the fact at position ${position}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
    this.position = position
  }
}

/** Another process has moved the checkpoint: what was folded here rests on rows that are no longer the last. Nothing was written. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken'
}
