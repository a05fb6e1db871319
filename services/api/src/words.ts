import { z } from 'zod'

/** Sentences of our own schemas in Indonesian, by the English that the schema gives. The library's own come from its locales. */
const ours: Readonly<Record<string, string>> = {
  'amount: a decimal string of rupiah, with two digits of sen only when they are not 00':
    'jumlah: teks desimal rupiah, dengan dua digit sen hanya bila bukan 00',
  'amount: leave out .00': 'jumlah: hilangkan .00',
  'amount: must be above zero': 'jumlah: harus lebih dari nol',
  'percent: 0 to 100, at most two decimals, as a string': 'persen: 0 sampai 100, paling banyak dua desimal, sebagai teks',
}

const locales = { id: z.locales.id().localeError, en: z.locales.en().localeError }

/** The library's sentences in one language. */
export const inWords = (language: 'id' | 'en'): z.core.$ZodErrorMap => locales[language]

/** A sentence of our own schemas in one language; any other is left as it is. */
export const translated = (sentence: string, language: 'id' | 'en'): string => (language === 'id' ? (ours[sentence] ?? sentence) : sentence)
