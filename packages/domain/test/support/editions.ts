import { Edition, shippedEditions } from '@jejak/domain'

/** A shipped edition by its id. */
export function shipped(id: string): Edition {
  const edition = shippedEditions.find((candidate) => candidate.id === id)
  if (!edition) throw new Error(`no edition ${id}`)
  return edition
}

type Loose<T> = T extends readonly (infer E)[] ? Loose<E>[] : T extends object ? { -readonly [K in keyof T]: Loose<T[K]> } : T

/** A shipped edition with something changed, under an id of its own. */
export function variant(base: string, change: (draft: Loose<Edition>) => void, id = `${base}-X`): Edition {
  const draft = structuredClone<Loose<Edition>>(shipped(base))
  draft.id = id
  draft.revision = 1
  change(draft)
  return Edition.parse(draft)
}
