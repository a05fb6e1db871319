/** The value below which a share of the sorted values lies; 0 of none. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** Half of them are smaller. NaN of none, so that a missing figure is seen as missing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

/** Median, least and greatest of the rounds. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** How far the rounds lie apart. */
export const spreadOf = (values: readonly number[]): Spread => ({
  median: median(values),
  least: Math.min(...values),
  most: Math.max(...values),
})

/** A figure of each round, or undefined where the store earned none. */
export type Rounds = readonly (number | undefined)[]

/** Ratios taken inside each round, where both have a figure: what a noisy machine cannot bend. */
export function ratios(of: Rounds, to: Rounds): readonly number[] {
  return of.flatMap((value, round) => {
    const base = to[round]
    return value === undefined || base === undefined || base === 0 ? [] : [value / base]
  })
}
