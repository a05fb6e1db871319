import type { Named } from './named.ts'
import type { EvidenceStore, Examined } from './store.ts'

/**
 * What is wrong with a file: `missing`, facts name it and it is not there; `altered`, its bytes are not those of its name; `orphaned`, no
 * fact names it, be it that the fact is still to come.
 */
export type Flaw =
  | { readonly kind: 'missing'; readonly sha256: string; readonly positions: readonly number[] }
  | { readonly kind: 'altered'; readonly sha256: string; readonly positions: readonly number[]; readonly found: Examined }
  | { readonly kind: 'orphaned'; readonly sha256: string; readonly size: number }

/** How far a check is: parts of 256 that are done, files and bytes that were read through. */
export interface CheckProgress {
  readonly parts: number
  readonly files: number
  readonly bytes: number
}

/** In how many parts files are checked, by the first byte of their names. */
export const checkParts = 256

const partNames = Array.from({ length: checkParts }, (_, part) => part.toString(16).padStart(2, '0'))

/** Reads every file of a store once and holds it against what a log names, part by part, so that memory does not grow with either. */
export async function* checkEvidence(
  store: EvidenceStore,
  named: Named,
  onProgress: (progress: CheckProgress) => void,
): AsyncGenerator<Flaw> {
  let files = 0
  let bytes = 0
  for (const [part, prefix] of partNames.entries()) {
    const wanted = new Map(await named.of(prefix))
    for await (const sha256 of store.list(prefix)) {
      const found = await store.examine(sha256)
      // Removed since it was listed: then it is missing, if anything names it.
      if (found === undefined) continue
      const positions = wanted.get(sha256) ?? []
      wanted.delete(sha256)
      files += 1
      bytes += found.size
      onProgress({ parts: part, files, bytes })
      if (found.sha256 !== sha256) yield { kind: 'altered', sha256, positions, found }
      else if (positions.length === 0) yield { kind: 'orphaned', sha256, size: found.size }
    }
    for (const [sha256, positions] of wanted) yield { kind: 'missing', sha256, positions }
    onProgress({ parts: part + 1, files, bytes })
  }
}
