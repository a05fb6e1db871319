import { endOfDay, instantOf, microsOf, type Context } from './context.ts'
import { problem, type Problem } from './problem.ts'

/** The moment a read looks from: a position of the log, and whether more may still be recorded at that time. */
export interface Moment {
  readonly position: number
  readonly recordedAt: string
  readonly provisional: boolean
}

/** The end of the log in the snapshot that was read. */
interface Head {
  readonly position: number
  readonly recordedAt: bigint
}

const beyondLog = (asked: number, head: number): Problem =>
  problem('not-yet-known', {
    detail: {
      id: `Log berakhir pada posisi ${head}; posisi ${asked} belum ada.`,
      en: `The log ends at position ${head}; there is no position ${asked} yet.`,
    },
    errors: [{ parameter: 'asOf', detail: { id: `paling besar ${head}`, en: `at most ${head}` } }],
    more: { head },
  })

/**
 * Resolves `asOf`: a position, an instant, or a date, which means its end in the zone (CONTRACTS D1). Without it, the head of the snapshot
 * that was read, never a later one. A time at or after the last recorded one resolves to the head and is provisional: more may still be
 * recorded then. A position that the log has not reached is refused (404 `not-yet-known`).
 */
export async function momentOf(context: Context, head: Head, asOf: string | undefined, zone: string): Promise<Moment> {
  const now = { position: head.position, recordedAt: instantOf(head.recordedAt), provisional: true }
  if (asOf === undefined) return now
  if (/^[0-9]{1,15}$/.test(asOf)) {
    const position = Number(asOf)
    if (position > head.position) throw beyondLog(position, head.position)
    const [at] = await context.log.at([position])
    return { position, recordedAt: at ? instantOf(at.recordedAt) : now.recordedAt, provisional: false }
  }
  const micros = asOf.length === 10 ? endOfDay(asOf, zone) : microsOf(asOf)
  if (micros >= head.recordedAt) return now
  return { position: await context.log.positionAt(micros), recordedAt: instantOf(micros), provisional: false }
}
