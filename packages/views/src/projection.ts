import type { Recorded } from '@jejak/domain'

/** Rows by table, as the interface `Database` names both. */
export type RowTypes = { readonly [table: string]: object }

/** Columns of a row; of rows of which nothing is known, any. */
export type ColumnOf<Row extends object> = object extends Row ? string : keyof Row & string

/** What tells the rows of a table apart, and how facts find them. */
export interface TableShape<Column extends string = string> {
  /** Its primary key. */
  readonly key: readonly Column[]
  /**
   * A text column. Rows with the same value are a group, named by it: read together, and replaced together by what `project` gives.
   * Without one the table is a single group, named '', and is held whole: for small tables only.
   */
  readonly groupedBy?: Column
  /** A group is of one fact alone: nothing stood in it before, so that nothing is read. Facts then cost the same however long the log. */
  readonly appended?: true
  /** Its groups are named by facts, not by the tags of entities. */
  readonly ofFacts?: true
  /** A group stays as it was when all its facts are annulled: moments before are still asked for. */
  readonly lasting?: true
}

/** Names of groups, by table. */
export type Groups<Rows extends RowTypes> = { readonly [T in keyof Rows]?: readonly string[] }

/** The rows of a group as they stand before the fact; none if there are none. Throws for a group that `groups` did not name. */
export type Known<Rows extends RowTypes> = { readonly [T in keyof Rows]: (group: string) => readonly Rows[T][] }

/** The rows of groups after the fact. What stays as it is may be the same object. */
export type Changes<Rows extends RowTypes> = { readonly [T in keyof Rows]?: ReadonlyMap<string, readonly Rows[T][]> }

/**
 * A view kept in tables. Only `groups` and `project` know what facts mean, and both are pure: what a row becomes depends on the fact and on
 * the rows that the fact names, so that it cannot depend on how the log was cut into pages. Reading, keeping and writing rows is the
 * machinery's.
 */
export interface Projection<Rows extends RowTypes = RowTypes> {
  readonly name: string
  /** Raised when tables or meaning change: they are made anew from the log beside those in use, which are then replaced. */
  readonly version: number
  /** The oldest version whose tables its queries read rightly, until they are replaced; by default none but its own. */
  readonly readsSince?: number
  readonly tables: { readonly [T in keyof Rows]: TableShape<ColumnOf<Rows[T]>> }
  /**
   * Tables that are made anew, from the corrected history of the entities that it touches, when a fact is annulled or replaced. What
   * `project` says of the confirmation counts for the others.
   */
  readonly refolds?: readonly string[]
  /** The SQL that creates its tables. Names no schema: the same is run where the view is rebuilt. */
  readonly sql: string
  /** Types of fact that it handles; others are not shown to it. */
  readonly types: ReadonlySet<string>
  /** The groups that this fact may read or change. */
  groups(recorded: Recorded): Groups<Rows>
  /** The groups that it changes, or undefined if none. An error thrown here makes the fact a poisoned one. */
  project(known: Known<Rows>, recorded: Recorded): Changes<Rows> | undefined
}

/** A projection was met by a fact that it cannot take. It stops there; no other does. */
export class Poisoned extends Error {
  override readonly name = 'Poisoned'
  readonly position: number
  readonly reason: string
  constructor(projection: string, position: number, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`projection ${projection} cannot take the fact at position ${position}: ${reason}`, { cause })
    this.position = position
    this.reason = reason
  }
}

/**
 * Somebody else has moved the checkpoint or replaced the tables: what was folded rests on rows that are no longer the last. Nothing was
 * written.
 */
export class Overtaken extends Error {
  override readonly name = 'Overtaken'
}
