/** What a section did and found. `faults` are what must not be: one of them is a loss, and ends the campaign with 1. */
export interface SectionResult {
  readonly name: string
  /** What was done, in a sentence. */
  readonly deed: string
  readonly counts: Readonly<Record<string, number>>
  /** Milliseconds, each measured once. */
  readonly times: Readonly<Record<string, readonly number[]>>
  readonly faults: readonly string[]
  /** What was right and took longer than it should. On a machine that does other work too it says little. */
  readonly late: readonly string[]
}

/** What a section is told: how often, by how many, and where to say how far it is. */
export interface SectionOptions {
  readonly rounds: number
  readonly clients: number
  /** Seconds for which something is held. */
  readonly heldSeconds: number
  readonly random: () => number
  readonly progress: (done: number, of: number, detail: string) => void
}

/** A generator of numbers in [0, 1) that a seed repeats. Source: mulberry32, Tommy Ettinger, public domain. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The value below which a share of the sorted times lies; NaN when there is none. */
export function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** One line if there are times beyond the bound. */
export function tooLong(what: string, times: readonly number[], boundMs: number): string[] {
  const late = times.filter((time) => time > boundMs)
  if (late.length === 0) return []
  return [`${what} took longer than ${boundMs} ms ${late.length} of ${times.length} times, at most ${Math.round(Math.max(...late))} ms`]
}
