import type { Language, Sentence } from '@jejak/domain'

/** Languages of sentences; Indonesian unless English is asked for. */
export type { Language }

/** The preferred of our two languages in an Accept-Language header. */
export function languageOf(header: string | undefined): Language {
  const wanted = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';')
      const quality = parameters.find((parameter) => parameter.trim().startsWith('q='))
      return { tag: tag.toLowerCase(), quality: quality ? Number(quality.trim().slice(2)) : 1 }
    })
    .filter(({ tag, quality }) => quality > 0 && /^(id|en)(-|$)/.test(tag))
    .sort((a, b) => b.quality - a.quality)
  return wanted[0]?.tag.startsWith('en') ? 'en' : 'id'
}

/** A sentence in both languages. */
export type Words = Sentence

/** What a problem is called, why it may be, and the status of its answer. */
export interface Titled extends Words {
  readonly status: number
  readonly why: Words
}
