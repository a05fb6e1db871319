import { isConfirmation, type Recorded } from '@jejak/domain'
import type { ViewsDb } from './database.ts'
import { type HistoryOf, joined, refold, type Refolding, refoldingOf } from './refold.ts'
import { Poisoned, type Groups, type Projection, type RowTypes, type TableShape } from './projection.ts'
import { type GroupChange, readGroups, writeGroups } from './rows.ts'

/** Rows of a group as they stand in the database, and as the facts have left them. */
interface Group extends GroupChange {
  before: readonly object[]
  after: readonly object[]
}

const none: readonly object[] = []

/**
 * Groups of one table in memory, at most so many values: rows by columns. Two halves: what is asked for moves to the young one; when that
 * is full, the old one is written where it changed, and let go of. So what many facts touch stays, and is written rarely.
 */
class Kept {
  readonly name: string
  readonly shape: TableShape
  #young = new Map<string, Group>()
  #old = new Map<string, Group>()
  #rows = 0
  #columns = 0
  /** Everything that was ever written is in memory: what is not there, is nowhere. */
  #whole: boolean

  constructor(name: string, shape: TableShape, whole: boolean) {
    this.name = name
    this.shape = shape
    this.#whole = whole
  }

  get(group: string): Group | undefined {
    const young = this.#young.get(group)
    if (young !== undefined) return young
    const old = this.#old.get(group)
    if (old === undefined) return undefined
    this.#old.delete(group)
    this.#add(group, old)
    return old
  }

  #add(group: string, found: Group): void {
    this.#young.set(group, found)
    this.#rows += Math.max(1, found.after.length)
  }

  put(found: Group, after: readonly object[]): void {
    this.#rows += after.length - found.after.length
    if (this.#columns === 0) this.#columns = Object.keys(after[0] ?? {}).length
    found.after = after
  }

  /** Reads what is not in memory yet. What a correction needs was there before, also where groups are only added. */
  async fetch(db: ViewsDb, schema: string, wanted: ReadonlySet<string>, before: ReadonlySet<string>): Promise<void> {
    const missing = [...wanted].filter((group) => this.get(group) === undefined)
    if (missing.length === 0) return
    const old = this.#whole ? [] : this.shape.appended === true ? missing.filter((group) => before.has(group)) : missing
    const found = old.length === 0 ? new Map<string, readonly object[]>() : await readGroups(db, schema, this.name, this.shape, old)
    for (const group of missing) {
      const rows = found.get(group) ?? none
      this.#add(group, { before: rows, after: rows })
    }
  }

  changed(): Group[] {
    return [...this.#old.values(), ...this.#young.values()].filter(({ before, after }) => before !== after)
  }

  isOver(valuesMax: number): boolean {
    return this.#rows * this.#columns >= valuesMax / 2
  }

  /** Lets the old half go when the young one is full; gives what of it must be written before. */
  turn(valuesMax: number): Group[] {
    if (!this.isOver(valuesMax)) return []
    const gone = [...this.#old.values()].filter(({ before, after }) => before !== after)
    if (this.#old.size > 0) this.#whole = false
    this.#old = this.#young
    this.#young = new Map()
    this.#rows = 0
    return gone
  }
}

const settle = (groups: readonly Group[]): void => {
  for (const group of groups) group.before = group.after
}

/** The outcome of folding facts: all of them, or those before the one that could not be taken. */
export interface Folded {
  readonly poisoned: Poisoned | undefined
}

/**
 * The rows that a projection's facts make, in memory, over its tables in a schema. `whole` says that the tables were empty when it began,
 * so that nothing needs to be read until something had to be let go of.
 */
export class Fold {
  readonly #projection: Projection
  readonly #schema: string
  readonly #tables: readonly Kept[]
  readonly #byName: ReadonlyMap<string, Kept>
  readonly #known: Record<string, (group: string) => readonly object[]> = {}
  readonly #history: HistoryOf
  #asked: Groups<RowTypes> = {}
  #changes = 0

  constructor(projection: Projection, schema: string, history: HistoryOf, whole = false) {
    this.#projection = projection
    this.#history = history
    this.#schema = schema
    this.#tables = Object.entries(projection.tables).map(([name, shape]) => new Kept(name, shape, whole))
    this.#byName = new Map(this.#tables.map((kept) => [kept.name, kept]))
    for (const { name } of this.#tables) this.#known[name] = (group) => this.#group(name, group).after
  }

  /** Whether facts have changed rows. */
  get changed(): boolean {
    return this.#changes > 0
  }

  #group(name: string, group: string): Group {
    if (this.#asked[name]?.includes(group) !== true)
      throw new Error(`${name} ${group} is not among the groups that the fact was said to need`)
    const found = this.#byName.get(name)?.get(group)
    if (found === undefined) throw new Error(`${name} is no table of this projection`)
    return found
  }

  /** Takes the facts in order, up to the first that cannot be taken. Reads what they need first, with one query a table. */
  async take(db: ViewsDb, facts: readonly Recorded[]): Promise<Folded> {
    const wanted = new Map(this.#tables.map(({ name }) => [name, new Set<string>()]))
    const before = new Map(this.#tables.map(({ name }) => [name, new Set<string>()]))
    const asked: { readonly groups: Groups<RowTypes>; readonly anew: Refolding | undefined }[] = []
    let poisoned: Poisoned | undefined
    for (const recorded of facts) {
      const corrects = isConfirmation(recorded.fact.type)
      const anew = corrects ? await refoldingOf(this.#projection, recorded, this.#history) : undefined
      poisoned = this.#attempt(recorded, () => {
        const groups = joined(this.#projection.groups(recorded), anew?.groups)
        for (const name in groups)
          for (const group of groups[name] ?? []) {
            wanted.get(name)?.add(group)
            if (corrects) before.get(name)?.add(group)
          }
        asked.push({ groups, anew })
      })
      if (poisoned !== undefined) break
    }
    for (const kept of this.#tables)
      await kept.fetch(db, this.#schema, wanted.get(kept.name) ?? new Set(), before.get(kept.name) ?? new Set())
    for (const [index, { groups, anew }] of asked.entries()) {
      const recorded = facts[index]
      if (recorded === undefined) break
      const failed = this.#attempt(recorded, () => this.#project(recorded, groups, anew))
      if (failed !== undefined) return { poisoned: failed }
    }
    return { poisoned }
  }

  #attempt(recorded: Recorded, work: () => void): Poisoned | undefined {
    try {
      work()
      return undefined
    } catch (error) {
      return new Poisoned(this.#projection.name, recorded.position, error)
    }
  }

  #project(recorded: Recorded, groups: Groups<RowTypes>, anew: Refolding | undefined): void {
    this.#asked = groups
    const made = anew && refold(this.#projection, this.#known, anew)
    const changes = made ? { ...this.#projection.project(this.#known, recorded), ...made } : this.#projection.project(this.#known, recorded)
    if (changes === undefined) return
    // All of a fact or nothing of it: what was not asked for is found out before anything is put.
    for (const name in changes) for (const group of changes[name]?.keys() ?? []) this.#group(name, group)
    for (const name in changes)
      for (const [group, after] of changes[name] ?? []) {
        this.#byName.get(name)?.put(this.#group(name, group), after)
        this.#changes += 1
      }
  }

  /** Writes every changed row. Tell it with `written` once the transaction has committed. */
  async write(db: ViewsDb): Promise<{ written: () => void }> {
    const changed: Group[] = []
    for (const kept of this.#tables) {
      const groups = kept.changed()
      await writeGroups(db, this.#schema, kept.name, kept.shape, groups)
      changed.push(...groups)
    }
    return {
      written: () => {
        settle(changed)
        this.#changes = 0
      },
    }
  }

  /** Whether some table has more values in memory than it should. */
  holdsOver(valuesMax: number): boolean {
    return this.#tables.some((kept) => kept.isOver(valuesMax))
  }

  /** Keeps memory within so many values a table, writing what it lets go of. For a fold whose writes need no checkpoint. */
  async shrink(db: ViewsDb, valuesMax: number): Promise<void> {
    for (const kept of this.#tables) {
      const gone = kept.turn(valuesMax)
      await writeGroups(db, this.#schema, kept.name, kept.shape, gone)
      settle(gone)
    }
  }
}
