import { allBehind, countedBy, StuckReason, type Json, type Recorded } from '@jejak/domain'

/** How often a reason was given, with the positions of the facts; shares in percent, one decimal, half up. */
export interface ReasonCount {
  readonly reason: StuckReason
  readonly count: number
  readonly percent: string
  /** This reason and all before it. */
  readonly cumulativePercent: string
  readonly facts: readonly number[]
}

const known: ReadonlySet<string> = new Set(StuckReason.options)
const isReason = (value: Json | undefined): value is StuckReason => typeof value === 'string' && known.has(value)

/** The reasons of delay that a fact gives: one that was noted, or those with which a file was returned or work stopped. */
function reasonsOf({ fact }: Recorded): StuckReason[] {
  const { reason, reasons } = fact.data
  const listed: readonly Json[] = Array.isArray(reasons) ? reasons : []
  return [...new Set([reason, ...listed].filter(isReason))]
}

const percent = (part: number, whole: number): string => {
  const tenths = Math.floor((part * 2000 + whole) / (whole * 2))
  return `${Math.floor(tenths / 10)}${tenths % 10 === 0 ? '' : `.${tenths % 10}`}`
}

/** The Pareto of the reasons of delay, most frequent first; of equals the one that was given first. Pure. Source: DOMAIN §7, §12.3. */
export function stuckReasons(facts: readonly Recorded[]): ReasonCount[] {
  const found = new Map<StuckReason, Recorded[]>()
  for (const recorded of countedBy(facts))
    for (const reason of reasonsOf(recorded)) found.set(reason, [...(found.get(reason) ?? []), recorded])
  const ranked = [...found].sort(([, a], [, b]) => b.length - a.length)
  const whole = ranked.reduce((sum, [, given]) => sum + given.length, 0)
  let before = 0
  return ranked.map(([reason, given]) => {
    before += given.length
    return {
      reason,
      count: given.length,
      percent: percent(given.length, whole),
      cumulativePercent: percent(before, whole),
      facts: allBehind(given),
    }
  })
}
