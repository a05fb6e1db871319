import { sql } from 'kysely'
import type { Log } from '@jejak/event-store'
import type { Pool } from 'pg'
import { createTables, dropTables } from './checkpoint.ts'
import { snakeCase, viewsDb, type ViewsDb } from './database.ts'
import { skipsOf } from './decisions.ts'
import { Fold } from './fold.ts'
import { historyIn } from './history-in.ts'
import type { Projection } from './projection.ts'

/** How a projection is built beside the one in use. */
export interface BuildOptions {
  /** Ends the work; what was built so far is dropped. */
  readonly signal?: AbortSignal
  /** Told after each page. */
  readonly onProgress?: (progress: Progress) => void
  readonly pageSize?: number
  /** Values of each table in memory at most: rows by columns. */
  readonly valuesMax?: number
}

/** How far the work is: facts folded, of how many. */
export interface Progress {
  readonly position: number
  readonly head: number
}

/** The schemas in which projections are built: to replace the one in use, or to be compared with it. */
export type BuildSchema = 'views_next' | 'views_check'

interface IndexRow {
  readonly name: string
  readonly definition: string
}

/**
 * A projection's tables in a schema of their own, made by the ordinary fold from the first fact on. Rows stay in memory as long as there is
 * room and are written in bulk; nothing here needs to survive a crash, so commits are not waited for.
 */
export class Shadow {
  readonly #db: ViewsDb
  readonly #log: Log
  readonly #projection: Projection
  readonly #schema: BuildSchema
  readonly #options: BuildOptions
  readonly #fold: Fold
  #skips: ReadonlySet<number> = new Set()
  #position = 0
  #indexes: readonly IndexRow[] = []

  constructor(pool: Pool, log: Log, projection: Projection, schema: BuildSchema, options: BuildOptions) {
    this.#db = viewsDb(pool)
    this.#log = log
    this.#projection = projection
    this.#schema = schema
    this.#options = options
    this.#fold = new Fold(
      projection,
      schema,
      historyIn(log, () => this.#skips),
      true,
    )
  }

  get position(): number {
    return this.#position
  }

  get skips(): ReadonlySet<number> {
    return this.#skips
  }

  /** Makes the tables, empty. Their indexes come when they are full; keys are there from the beginning. */
  async begin(): Promise<void> {
    this.#skips = await skipsOf(this.#db, this.#projection.name)
    await this.#db.transaction().execute(async (trx) => {
      await createTables(trx, this.#projection, this.#schema)
      this.#indexes = await this.#indexesOf(trx)
      for (const { name } of this.#indexes) await sql`drop index ${sql.id(this.#schema, name)}`.execute(trx)
    })
  }

  async #indexesOf(trx: ViewsDb): Promise<IndexRow[]> {
    const found: IndexRow[] = []
    for (const table of Object.keys(this.#projection.tables)) {
      const { rows } = await sql<IndexRow>`
        select c.relname as name, pg_get_indexdef(c.oid) as definition
        from pg_index i
        join pg_class c on c.oid = i.indexrelid
        where i.indrelid = ${`${this.#schema}.${snakeCase(table)}`}::regclass
          and not exists (select from pg_constraint k where k.conindid = c.oid)`.execute(trx)
      found.push(...rows)
    }
    return found
  }

  /** Folds the log up to a position and no further. Throws Poisoned. */
  async upTo(position: number, head: number = position): Promise<void> {
    const { pageSize = 100, valuesMax = 480_000, signal, onProgress } = this.#options
    const { types } = this.#projection
    for await (const page of this.#log.pages({ after: this.#position, upTo: position, limit: pageSize })) {
      signal?.throwIfAborted()
      const handled = page.filter((recorded) => types.has(recorded.fact.type) && !this.#skips.has(recorded.position))
      const { poisoned } = await this.#fold.take(this.#db, handled)
      if (poisoned !== undefined) throw poisoned
      if (this.#fold.holdsOver(valuesMax)) await this.#unhurried((trx) => this.#fold.shrink(trx, valuesMax))
      this.#position = page.at(-1)?.position ?? this.#position
      onProgress?.({ position: this.#position, head: Math.max(head, this.#position) })
    }
  }

  /** Writes what is in memory. */
  async flush(): Promise<void> {
    const { written } = await this.#unhurried((trx) => this.#fold.write(trx))
    written()
  }

  #unhurried<T>(work: (trx: ViewsDb) => Promise<T>): Promise<T> {
    return this.#db.transaction().execute(async (trx) => {
      await sql`set local synchronous_commit = off`.execute(trx)
      return work(trx)
    })
  }

  /** Makes the indexes that were put off, and tells the planner what is there. */
  async finish(): Promise<void> {
    for (const { definition } of this.#indexes) await sql.raw(definition).execute(this.#db)
    this.#indexes = []
    for (const table of Object.keys(this.#projection.tables)) await sql`analyze ${sql.id(this.#schema, table)}`.execute(this.#db)
  }

  /** Takes the tables away again. */
  drop(): Promise<void> {
    return dropTables(this.#db, this.#projection, this.#schema)
  }
}
