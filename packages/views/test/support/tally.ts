import { sql, type Kysely } from 'kysely'
import { onTestFinished } from 'vitest'
import type { Recorded } from '@jejak/domain'
import { type Database, type Projection, runProjections, type RunOptions, waitFor } from '../../src/index.ts'
import type { TestLog } from '../../../event-store/test/database.ts'

interface TallyTable {
  readonly tag: string
  readonly facts: number
}

const inTally = (db: Kysely<Database>) => db.withTables<{ tally: TallyTable }>()

/** Counts facts by tag. It adds to what stands, so that a fact taken twice or passed over shows. */
export function tallyOf(
  name: string,
  more: Partial<Projection<unknown, ReadonlyMap<string, number>>> = {},
): Projection<unknown, ReadonlyMap<string, number>> {
  return {
    name,
    version: 1,
    tables: ['tally'],
    sql: 'create table views.tally (tag text not null, facts int not null, constraint tally_pkey primary key (tag))',
    types: new Set(['tranche.InstalmentPaid', 'area.Named']),
    load: () => Promise.resolve(undefined),
    project(_, facts) {
      const counts = new Map<string, number>()
      for (const { fact } of facts) for (const tag of fact.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
      return counts.size === 0 ? undefined : counts
    },
    async write(db, counts) {
      await inTally(db)
        .insertInto('tally')
        .values([...counts].map(([tag, facts]) => ({ tag, facts })))
        .onConflict((conflict) =>
          conflict.column('tag').doUpdateSet((eb) => ({ facts: sql<number>`${eb.ref('tally.facts')} + ${eb.ref('excluded.facts')}` })),
        )
        .execute()
    },
    ...more,
  }
}

/** What stands in the tally, by tag. */
export async function countsIn(db: Kysely<Database>): Promise<Record<string, number>> {
  const rows = await inTally(db).selectFrom('tally').selectAll().orderBy('tag').execute()
  return Object.fromEntries(rows.map(({ tag, facts }) => [tag, facts]))
}

/** What should stand there. */
export function countsOf(facts: readonly Recorded[], types: ReadonlySet<string>): Record<string, number> {
  const counts = new Map<string, number>()
  for (const { fact } of facts) if (types.has(fact.type)) for (const tag of fact.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** A run that a test can end. */
export interface Run {
  readonly errors: { readonly projection: string; readonly error: unknown }[]
  /** Ends it, and waits until it has ended. */
  readonly end: () => Promise<void>
  readonly ended: Promise<void>
}

/** Starts projections on a pool of the test's log. */
export function run(
  made: TestLog,
  projections: readonly Projection[],
  options: Partial<RunOptions> & { readonly pool?: TestLog['servingPool'] } = {},
): Run {
  const stop = new AbortController()
  const errors: { projection: string; error: unknown }[] = []
  const { pool = made.servingPool, ...others } = options
  const ended = runProjections(pool, made.log, projections, {
    signal: stop.signal,
    pollMs: 50,
    retryMs: 20,
    onError: (error, projection) => errors.push({ projection, error }),
    ...others,
  })
  const end = (): Promise<void> => {
    stop.abort()
    return ended
  }
  onTestFinished(() => end().catch(() => undefined))
  return { errors, ended, end }
}

/** Waits until a projection has taken everything that the log has now. */
export async function caughtUp(made: TestLog, projection: string): Promise<'reached' | 'late' | 'stopped'> {
  const { position } = await made.log.head()
  return waitFor(made.servingPool, { projection, position, timeoutMs: 20_000 })
}
