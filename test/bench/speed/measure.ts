/** How fast one way went: things a second, and the ratio to the way it is compared with, both medians over the rounds. */
export interface Speed {
  readonly what: string
  readonly perSecond: number
  readonly ratio: number
}

/** How long to measure: every way gets a window in every round, so that a noisy machine is noisy for all of them. */
export interface Rounds {
  readonly rounds?: number
  readonly windowMs?: number
}

/** Does some work and says how many things it did. */
export type Work = () => number | Promise<number>

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

async function rate(work: Work, windowMs: number): Promise<number> {
  const began = performance.now()
  let done = 0
  let elapsed = 0
  while (elapsed < windowMs) {
    done += await work()
    elapsed = performance.now() - began
  }
  return (done * 1000) / elapsed
}

/** Measures ways in turn, round by round, after one unmeasured round. The ratio is taken inside a round, to the way named `base`. */
export async function inTurn(ways: ReadonlyMap<string, Work>, base: string, options: Rounds = {}): Promise<readonly Speed[]> {
  const { rounds = 5, windowMs = 200 } = options
  const measured: ReadonlyMap<string, number>[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const rates = new Map<string, number>()
    for (const [name, work] of ways) rates.set(name, await rate(work, windowMs))
    if (round > 0) measured.push(rates)
  }
  return [...ways.keys()].map((what) => ({
    what,
    perSecond: median(measured.map((rates) => rates.get(what) ?? Number.NaN)),
    ratio: median(measured.map((rates) => (rates.get(what) ?? Number.NaN) / (rates.get(base) ?? Number.NaN))),
  }))
}

/** A table for people: the first column to the left, numbers to the right. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')
  return [line(head), ...rows.map(line)].join('\n')
}

/** A whole number with its thousands apart. */
export const whole = (value: number): string => Math.round(value).toLocaleString('en')

/** Speeds as a table. */
export const speedTable = (title: string, speeds: readonly Speed[]): string =>
  tableOf(
    [title, 'a second', 'ratio'],
    speeds.map(({ what, perSecond, ratio }) => [what, whole(perSecond), ratio.toFixed(3)]),
  )
