/** A sentence in both languages. */
export interface Sentence {
  readonly id: string
  readonly en: string
}

/** Indonesian or English. */
export type Language = keyof Sentence
