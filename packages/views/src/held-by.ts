import { trueBy, type EditionRef, type Move, type Recorded } from '@jejak/domain'
import type { Until } from './fund-trail.ts'
import { daysBetween } from './instant.ts'

/** The role whose desk a stage is, by the workflow that the entity has pinned: `compiled.leaves.get(stage)?.holder`. */
export type StageHolder = (stage: string, edition: EditionRef | undefined) => string | undefined

/** A stay of an entity at a stage (CONTRACTS D3). */
export interface Stay {
  /** Path of the parallel region; empty outside. */
  readonly region: string
  readonly stage: string
  readonly suspended: boolean
  readonly holder: string | null
  /** Position of the fact that began it, and of the one whose date ended it. */
  readonly position: number
  readonly endedBy: number | null
  /** Dates `YYYY-MM-DD`; `to` is null while it lasts. */
  readonly from: string
  readonly to: string | null
  /** Calendar days; of a stay that lasts, those up to `effectiveUntil`, if one was asked for. */
  readonly days: number | null
  /** A later fact with an earlier date cut it short, or left nothing of it. */
  readonly flag: 'shortened' | 'emptied' | null
}

interface Arrival {
  readonly position: number
  readonly on: string
  readonly move: Move
  readonly edition: EditionRef | undefined
}

/** The moves of an entity by region. The pin is that of the move, else of the fact that made it (CONTRACTS A1). */
function arrivalsOf(facts: readonly Recorded[], kind: string, id: string): Map<string, Arrival[]> {
  const regions = new Map<string, Arrival[]>()
  for (const { position, fact } of facts)
    for (const move of fact.moves)
      if (move.kind === kind && move.id === id) {
        const arrival = { position, on: fact.effectiveOn, move, edition: move.edition ?? fact.edition }
        regions.set(move.region, [...(regions.get(move.region) ?? []), arrival])
      }
  return regions
}

const flagOf = (from: string, to: string, next: string): Stay['flag'] => {
  if (to >= from && to === next) return null
  return to > from ? 'shortened' : 'emptied'
}

/** When something happened, and where in the log it stands. */
export interface Dated {
  readonly position: number
  readonly on: string
}

/** The end of a stay: its date, never before the stay began, the fact that set it, and whether a late fact did. */
export interface StayEnd {
  readonly to: string
  readonly endedBy: number
  readonly flag: Stay['flag']
}

/** How the stay that each began has ended: on the earliest date among the later moves of its region, in log order (CONTRACTS D3). */
export function endsOf(arrivals: readonly Dated[]): (StayEnd | undefined)[] {
  let next: Dated | undefined
  let earliest: Dated | undefined
  const ends = arrivals.toReversed().map((arrival): StayEnd | undefined => {
    if (next !== undefined && (earliest === undefined || next.on <= earliest.on)) earliest = next
    const { on } = arrival
    const end = next &&
      earliest && { to: earliest.on > on ? earliest.on : on, endedBy: earliest.position, flag: flagOf(on, earliest.on, next.on) }
    next = arrival
    return end
  })
  return ends.toReversed()
}

function staysOf(arrivals: readonly Arrival[], stageHolder: StageHolder, until: string | undefined): Stay[] {
  const stays: Stay[] = []
  const ends = endsOf(arrivals)
  let suspended = false
  for (const [index, { position, on, move, edition }] of arrivals.entries()) {
    suspended = move.suspended?.to ?? suspended
    if (move.to === null) continue
    const end = ends[index]
    const to = end?.to ?? null
    const lasted = to ?? until
    stays.push({
      region: move.region,
      stage: move.to,
      suspended,
      holder: stageHolder(move.to, edition) ?? null,
      position,
      endedBy: end?.endedBy ?? null,
      from: on,
      to,
      days: lasted === undefined ? null : daysBetween(on, lasted),
      flag: end?.flag ?? null,
    })
  }
  return stays
}

/**
 * Where an entity stood and at whose desk, region by region in log order. Pure. A stay runs from its fact's date to the earliest date of
 * any
 * later move of its region, so that days always add up (CONTRACTS D3). Suspension begins a stay of its own.
 */
export function heldBy(
  facts: readonly Recorded[],
  kind: string,
  id: string,
  stageHolder: StageHolder,
  { effectiveUntil }: Until = {},
): Stay[] {
  const counted = trueBy(facts, effectiveUntil)
  return [...arrivalsOf(counted, kind, id).values()].flatMap((arrivals) => staysOf(arrivals, stageHolder, effectiveUntil))
}

/** Calendar days at each desk between two dates, in order of first holding; stays without a holder count under `null`. */
export function daysByHolder(stays: readonly Stay[], between: { readonly from: string; readonly to: string }): Map<string | null, number> {
  const days = new Map<string | null, number>()
  for (const stay of stays) {
    const from = stay.from > between.from ? stay.from : between.from
    const to = stay.to === null || stay.to > between.to ? between.to : stay.to
    if (to > from) days.set(stay.holder, (days.get(stay.holder) ?? 0) + daysBetween(from, to))
  }
  return days
}
