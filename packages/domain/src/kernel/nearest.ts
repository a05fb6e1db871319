/**
 * How many letters must be put in, left out, changed or swapped with their neighbour to make one word of the other. Written here because it
 * is thirty lines: a library would be one more thing to trust in the pure core.
 */
function distance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const now = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1]
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      now[column] = Math.min(
        (last[column] ?? 0) + 1,
        (now[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
      )
    }
    beforeLast = last
    last = now
  }
  return last[b.length] ?? 0
}

/** Longer words are not compared: nobody mistypes them by a letter, and the work grows with their square. */
const lettersMax = 120

/** The word that somebody most likely meant; undefined where none is near. A third of the letters may differ, at most three. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > lettersMax) return undefined
  const given = word.toLowerCase()
  const allowed = Math.min(3, Math.floor(given.length / 3))
  let found: string | undefined
  let least = allowed + 1
  for (const candidate of known) {
    if (candidate === word || Math.abs(candidate.length - word.length) >= least) continue
    const far = distance(given, candidate.toLowerCase())
    if (far >= least) continue
    found = candidate
    least = far
  }
  return found
}

/** As {@link nearest} for stages: one that ends as it was written (`KORKOT` for `UnderVerification.KORKOT`) comes first. */
export function nearestStage(path: string, known: readonly string[]): string | undefined {
  const ending = known.filter((candidate) => candidate.endsWith(`.${path}`))
  return ending.length === 1 ? ending[0] : nearest(path, known)
}
