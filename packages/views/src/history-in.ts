import type { Log } from '@jejak/event-store'
import type { HistoryOf } from './refold.ts'

/** The history of entities from the log, without the facts that a projection leaves out. */
export const historyIn =
  (log: Pick<Log, 'read'>, skips: () => ReadonlySet<number>): HistoryOf =>
  async (tags, upTo) => {
    if (tags.length === 0) return []
    const { facts } = await log.read(
      tags.map((tag) => ({ tag })),
      { upTo },
    )
    return facts.filter(({ position }) => !skips().has(position))
  }
