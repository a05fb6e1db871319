import { hash } from 'node:crypto'

const keptMax = 50_000

/** Remembers a bounded number of results: the same entities come again and again. */
function remembering<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const made = compute(text)
    if (known.size === keptMax) known.clear()
    known.set(text, made)
    return made
  }
}

/** Under which a tag stands in `event_tags`: the first eight bytes of its SHA-256 as a signed integer; `jejak.tag_hash` gives the same. */
export const tagHash = remembering((tag) => hash('sha256', tag, 'buffer').readBigInt64BE(0))

/** Under which a type of fact stands there: the first four bytes; `jejak.type_hash` gives the same. */
export const typeHash = remembering((type) => hash('sha256', type, 'buffer').readInt32BE(0))

// The lists of types are nearly always the same few arrays: those that the slices fold.
const literals = new WeakMap<readonly string[], string>()

/** The literal of an integer array for types of fact; null, which stands for all, when none is named. */
export function typesLiteral(types: readonly string[] | undefined): string | null {
  if (types === undefined || types.length === 0) return null
  const known = literals.get(types)
  if (known !== undefined) return known
  const literal = `{${types.map(typeHash).join(',')}}`
  literals.set(types, literal)
  return literal
}
