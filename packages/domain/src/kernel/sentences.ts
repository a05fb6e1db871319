import type { z } from 'zod'
import type { Language, Sentence } from './sentence.ts'

type Raw = z.core.$ZodRawIssue
type Of<Code extends Raw['code']> = Extract<Raw, { code: Code }>

/** What a type of value is called by people. */
const types: Readonly<Record<string, Sentence>> = {
  string: { id: 'teks', en: 'text' },
  number: { id: 'angka', en: 'a number' },
  int: { id: 'bilangan bulat', en: 'a whole number' },
  boolean: { id: 'true atau false', en: 'true or false' },
  array: { id: 'daftar', en: 'a list' },
  tuple: { id: 'daftar', en: 'a list' },
  object: { id: 'objek', en: 'an object' },
  record: { id: 'objek', en: 'an object' },
  null: { id: 'null', en: 'null' },
}
const otherType: Sentence = { id: 'nilai lain', en: 'another value' }

/** How what is missing, or wrong, is spoken of: what is wanted follows. */
export const required: Sentence = { id: 'wajib ada:', en: 'required:' }
export const mustBe: Sentence = { id: 'harus', en: 'must be' }

/** What values of these types are called, with "or" between them. */
export const typesInWords = (names: readonly string[], language: Language): string =>
  [...new Set(names.map((name) => (types[name] ?? otherType)[language]))].join(language === 'id' ? ' atau ' : ' or ')

function typeOf(input: unknown): string {
  if (input === null) return 'null'
  return Array.isArray(input) ? 'array' : typeof input
}

const wrongType = ({ expected, input }: Of<'invalid_type'>): Sentence => {
  const [wanted, given] = [types[expected] ?? otherType, types[typeOf(input)] ?? otherType]
  if (wanted === given || expected === 'int') return { id: `harus ${wanted.id}`, en: `must be ${wanted.en}` }
  return { id: `harus ${wanted.id}, bukan ${given.id}`, en: `must be ${wanted.en}, not ${given.en}` }
}

interface Bound {
  readonly origin: string
  readonly limit: string
  readonly exact: boolean
  readonly inclusive: boolean
}

function beyond({ origin, limit, exact, inclusive }: Bound, side: 'most' | 'least'): Sentence {
  const most = side === 'most'
  if (origin !== 'string' && origin !== 'array') {
    if (!inclusive)
      return most ? { id: `kurang dari ${limit}`, en: `less than ${limit}` } : { id: `lebih dari ${limit}`, en: `more than ${limit}` }
    return most ? { id: `paling besar ${limit}`, en: `at most ${limit}` } : { id: `paling kecil ${limit}`, en: `at least ${limit}` }
  }
  const text = origin === 'string'
  if (!most && limit === '1' && !exact)
    return text
      ? { id: 'tidak boleh kosong', en: 'must not be empty' }
      : { id: 'daftar tidak boleh kosong', en: 'the list must not be empty' }
  const many = exact
    ? { id: 'tepat', en: 'exactly' }
    : most
      ? { id: 'paling banyak', en: 'at most' }
      : { id: 'paling sedikit', en: 'at least' }
  const things = text ? { id: 'karakter', en: 'characters' } : { id: 'butir dalam daftar', en: 'items in the list' }
  return { id: `${many.id} ${limit} ${things.id}`, en: `${many.en} ${limit} ${things.en}` }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const formats: Readonly<Record<string, Sentence>> = {
  date: {
    id: 'tanggal yang ada, ditulis tahun-bulan-hari, misalnya 2018-09-10',
    en: 'a date that exists, written YYYY-MM-DD, e.g. 2018-09-10',
  },
  datetime: {
    id: 'waktu dengan selisih zona, misalnya 2018-09-10T14:30:00+07:00',
    en: 'an instant with the offset of its zone, e.g. 2018-09-10T14:30:00+07:00',
  },
  uuid: { id: 'UUID, misalnya 0190a5f0-0000-7000-8000-000000000001', en: 'a UUID, e.g. 0190a5f0-0000-7000-8000-000000000001' },
}

function wrongFormat({ format, input }: Of<'invalid_format'>): Sentence {
  if (format === 'uuid' && typeof input === 'string' && uuid.test(input))
    return { id: 'UUID versi yang lain: pengenal baru memakai versi 7', en: 'a UUID of another version: a new id has version 7' }
  return formats[format] ?? { id: 'tidak ditulis sebagaimana mestinya', en: 'not written as it should be' }
}

/** What may stand there, listed. */
function choices(values: readonly unknown[], language: Language): string {
  const listed = values.map(String).join(', ')
  if (values.length === 1) return listed
  return language === 'id' ? `salah satu dari ${listed}` : `one of ${listed}`
}

function words(issue: Raw): Sentence {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue)
    case 'invalid_value':
      return { id: `harus ${choices(issue.values, 'id')}`, en: `must be ${choices(issue.values, 'en')}` }
    case 'too_big':
    case 'too_small': {
      const most = issue.code === 'too_big'
      const limit = String(most ? issue.maximum : issue.minimum)
      const bound = { origin: issue.origin, limit, exact: issue.exact ?? false, inclusive: issue.inclusive ?? true }
      return beyond(bound, most ? 'most' : 'least')
    }
    case 'invalid_format':
      return wrongFormat(issue)
    case 'not_multiple_of':
      return { id: `harus kelipatan ${issue.divisor}`, en: `must be a multiple of ${issue.divisor}` }
    default:
      return { id: 'tidak sesuai dengan bentuk mana pun yang dikenal', en: 'fits no shape that is known here' }
  }
}

/** What is wrong with a value, in a sentence for people: no names of types, no patterns. What is not there is said to be required. */
export function inWords(language: Language): z.core.$ZodErrorMap {
  return (issue) => {
    if (issue.input !== undefined) return words(issue)[language]
    if (issue.code === 'invalid_type') return `${required[language]} ${typesInWords([issue.expected], language)}`
    return issue.code === 'invalid_value' ? `${required[language]} ${choices(issue.values, language)}` : words(issue)[language]
  }
}
