import type { Recorded } from '@jejak/domain'
import type { Log } from '@jejak/event-store'
import { DatabaseError } from 'pg'
import { moveCheckpoint, type Standing } from './checkpoint.ts'
import type { ViewsDb } from './database.ts'
import { Fold } from './fold.ts'
import { historyIn } from './history-in.ts'
import { Poisoned, type Projection } from './projection.ts'

/** Whether an error lies in the facts or in the code, so that trying again would not help. */
function isDefect(error: unknown): boolean {
  if (error instanceof DatabaseError) return /^(21|22|23|42)/.test(error.code ?? '')
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError
}

/** Takes pages of the log into the tables of one projection, from where it stands. */
export class Follower {
  readonly #db: ViewsDb
  readonly #projection: Projection
  readonly #log: Log
  /** Where the checkpoint in the database stands. */
  #saved: Standing
  /** Up to where facts have been seen. Pages that change nothing move this alone. */
  #seen: number

  constructor(db: ViewsDb, log: Log, projection: Projection, standing: Standing) {
    this.#db = db
    this.#log = log
    this.#projection = projection
    this.#saved = standing
    this.#seen = standing.position
  }

  /** The next fact. */
  get next(): number {
    return this.#seen + 1
  }

  /** Folds the facts and, if rows change, writes them and the checkpoint in one transaction. Those before a poisoned fact count. */
  async #apply(facts: readonly Recorded[], upTo: number): Promise<void> {
    const { types } = this.#projection
    const handled = facts.filter(({ fact, position }) => types.has(fact.type) && !this.#saved.skips.has(position))
    const fold = new Fold(
      this.#projection,
      'views',
      historyIn(this.#log, () => this.#saved.skips),
    )
    const { poisoned } = handled.length > 0 ? await fold.take(this.#db, handled) : { poisoned: undefined }
    const to = poisoned === undefined ? upTo : poisoned.position - 1
    if (fold.changed) {
      await this.#db.transaction().execute(async (trx) => {
        await moveCheckpoint(trx, this.#projection, this.#saved, { to })
        await fold.write(trx)
      })
      this.#saved = { ...this.#saved, position: to }
    }
    this.#seen = to
    if (poisoned !== undefined) throw poisoned
  }

  /** A page that the tables do not take whole is taken fact by fact, so that the one at fault is known and those before it count. */
  async take(page: readonly Recorded[]): Promise<void> {
    try {
      await this.#apply(page, page.at(-1)?.position ?? this.#seen)
    } catch (error) {
      if (error instanceof Poisoned || !isDefect(error)) throw error
      for (const recorded of page) await this.#takeAlone(recorded)
    }
  }

  async #takeAlone(recorded: Recorded): Promise<void> {
    try {
      await this.#apply([recorded], recorded.position)
    } catch (error) {
      if (error instanceof Poisoned || !isDefect(error)) throw error
      throw new Poisoned(this.#projection.name, recorded.position, error)
    }
  }

  /** Saves how far facts have been seen although they changed nothing: one statement, when there is nothing more to read. */
  async save(): Promise<void> {
    if (this.#saved.position === this.#seen) return
    await moveCheckpoint(this.#db, this.#projection, this.#saved, { to: this.#seen })
    this.#saved = { ...this.#saved, position: this.#seen }
  }

  /** Names the fact that cannot be taken. Everything before it has been. */
  async stop({ position, reason }: Poisoned): Promise<void> {
    await moveCheckpoint(this.#db, this.#projection, this.#saved, { to: this.#seen, stopped: { position, reason } })
    this.#saved = { ...this.#saved, position: this.#seen, stoppedAt: position }
  }
}
