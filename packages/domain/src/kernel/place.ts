import type { Sentence } from './sentence.ts'
import type { FieldFault } from './sentences-of-schemas.ts'

/** A place in a document and what is wrong there; of a command, the document is its data. */
export interface Place {
  readonly pointer: string
  /** It lies beside the data, in the command itself: `/effectiveOn`, `/reason`. */
  readonly beside?: true
  readonly detail: Sentence
  /** What is wrong in one word, where a program may want to know. */
  readonly code?: FieldFault
}

/** A field of the command itself, beside its data, and what is wrong there. */
export const besideData = (name: string, id: string, en: string): readonly Place[] => [
  { pointer: `/${name}`, beside: true, detail: { id, en } },
]
