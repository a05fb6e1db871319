import type { Kysely } from 'kysely'
import { onTestFinished } from 'vitest'
import type { Recorded } from '@jejak/domain'
import { type Database, type Projection, runProjections, type RunOptions, waitFor } from '../../src/index.ts'
import type { TestLog } from '../../../event-store/test/database.ts'
import { submission } from '../../../event-store/test/facts.ts'
import { tallyOf, type TallyTable } from './tally-projection.ts'

export { tallyOf }

const inTally = (db: Kysely<Database>) => db.withTables<{ tally: TallyTable }>()

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
  /** What it has begun to follow, each time anew. */
  readonly followed: string[]
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
  const followed: string[] = []
  const { pool = made.servingPool, ...others } = options
  const ended = runProjections(pool, made.log, projections, {
    signal: stop.signal,
    pollMs: 50,
    retryMs: 20,
    onError: (error, projection) => errors.push({ projection, error }),
    onFollow: (projection) => followed.push(projection),
    ...others,
  })
  const end = (): Promise<void> => {
    stop.abort()
    return ended
  }
  onTestFinished(() => end().catch(() => undefined))
  return { errors, followed, ended, end }
}

/** Waits until a projection has taken everything that the log has now. */
export async function caughtUp(made: TestLog, projection: string): Promise<'reached' | 'late' | 'stopped' | 'paused'> {
  const { position } = await made.log.head()
  return waitFor(made.servingPool, { projection, position, timeoutMs: 20_000 })
}

/** Facts of two types, handled and not, in turn. */
export async function fill(made: TestLog, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      made.log.append(
        submission({
          facts: [
            { type: 'tranche.InstalmentPaid', tags: [`tranche:${index % 5}`, 'allocation:1'] },
            { type: 'cycle.PlanDrafted', tags: ['cycle:1'] },
          ],
        }),
      ),
    ),
  )
}

/** The whole log. */
export const everything = (made: TestLog): Promise<Recorded[]> => made.log.readAll({ after: 0, limit: 100_000 })

/** A fact that `sickOf` cannot take; gives its position. */
export async function poison(made: TestLog): Promise<number> {
  const appended = await made.log.append(submission({ facts: [{ type: 'area.Named', tags: ['area:1'] }] }))
  return appended.kind === 'accepted' ? (appended.facts[0]?.position ?? 0) : 0
}

/** A tally that cannot take some facts. */
export function sickOf(name: string): ReturnType<typeof tallyOf> {
  const tally = tallyOf(name)
  return tallyOf(name, {
    project(known, recorded) {
      if (recorded.fact.type === 'area.Named') throw new Error('no name')
      return tally.project(known, recorded)
    },
  })
}
