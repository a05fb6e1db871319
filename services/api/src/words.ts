import { z } from 'zod'
import { amountFaults } from '@jejak/domain'
import type { Language } from './problem.ts'

/** Sentences of our own schemas in Indonesian, by the English that the schema gives. The library's own come from its locales. */
const ours: Readonly<Record<string, string>> = {
  'percent: 0 to 100, at most two decimals, as a string': 'persen: 0 sampai 100, paling banyak dua desimal, sebagai teks',
  'a stage name: letters, digits and hyphens': 'nama tahap: huruf, angka, dan tanda hubung',
  'a stage: names of letters, digits and hyphens, joined by dots': 'tahap: nama dari huruf, angka, dan tanda hubung, dipisahkan titik',
  'a fact: kind.PastParticiple, then :step and :outcome where it has them':
    'fakta: jenis.KataKerjaLampau, lalu :langkah dan :hasil bila ada',
  'a role: letters, digits and underscores': 'peran: huruf, angka, dan garis bawah',
  'a slug: small letters, digits and hyphens': 'slug: huruf kecil, angka, dan tanda hubung',
  'an id: capital letters, digits and hyphens, 2 to 61 of them': 'id: huruf besar, angka, dan tanda hubung, 2 sampai 61',
  'a kind: small letters and hyphens': 'jenis: huruf kecil dan tanda hubung',
  'the least comes first': 'yang terkecil lebih dahulu',
  'each proposal once': 'setiap usulan satu kali',
  'a fund is kind:id, e.g. allocation:0b7f…': 'dana ditulis jenis:id, misalnya allocation:0b7f…',
  'names with commas between them': 'nama-nama dengan koma di antaranya',
  'text without control characters': 'teks tanpa karakter kendali',
  'an RFC 3339 instant, at most nine digits of a second': 'waktu menurut RFC 3339, paling banyak sembilan digit pecahan detik',
}

const faults = new Map(Object.entries(amountFaults).map(([code, { id, en }]) => [en as string, { code, id }]))

/** The code of a sentence of our own schemas: of what is wrong with an amount. */
export const codeOf = (sentence: string): string | undefined => faults.get(sentence)?.code

const locales = { id: z.locales.id().localeError, en: z.locales.en().localeError }

/** The library's sentences in one language. */
export const inWords = (language: Language): z.core.$ZodErrorMap => locales[language]

/** A sentence of our own schemas in one language; any other is left as it is. */
export const translated = (sentence: string, language: Language): string =>
  language === 'id' ? (faults.get(sentence)?.id ?? ours[sentence] ?? sentence) : sentence
