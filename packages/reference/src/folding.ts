import type { RegionLevel } from './region.ts'

/** Words that tell a level, short or whole, as people write them before a name. */
const kindWords = new Map<string, string>([
  ['kel', 'kelurahan'],
  ['ds', 'desa'],
  ['kec', 'kecamatan'],
  ['kab', 'kabupaten'],
  ['prov', 'provinsi'],
  ['propinsi', 'provinsi'],
])

/** What the word before a name says of its level. People call a desa kelurahan and the other way round. */
const levelsOfKind = new Map<string, readonly RegionLevel[]>([
  ['kelurahan', ['kelurahan', 'desa']],
  ['desa', ['desa', 'kelurahan']],
  ['kecamatan', ['kecamatan']],
  ['kabupaten', ['kabupaten']],
  ['kota', ['kota']],
  ['provinsi', ['provinsi']],
])

/** Abbreviations that the decree and people use at will for the same word; both are folded to the long one. */
const abbreviations = new Map<string, string>([
  ['kp', 'kampung'],
  ['mns', 'meunasah'],
  ['gp', 'gampong'],
  ['tj', 'tanjung'],
  ['tjg', 'tanjung'],
  ['sei', 'sungai'],
])

/** Words that only tell parts of a place apart: alone they are nobody's name for it. */
const partWords = new Set(['utara', 'selatan', 'barat', 'timur', 'tengah', 'laut', 'daya', 'hulu', 'hilir', 'ulu', 'ilir', 'dalam', 'luar'])
const plainParts = new Set([...partWords, 'baru', 'lama', 'kota', 'desa', 'atas', 'bawah', 'raya', 'besar', 'kecil', 'induk'])

const romanDigits = new Map([
  ['i', 1],
  ['v', 5],
  ['x', 10],
])

function romanValue(word: string): number | undefined {
  if (!/^x{0,3}(ix|iv|v?i{0,3})$/.test(word) || word === '') return undefined
  const values = word.split('').map((letter) => romanDigits.get(letter) ?? 0)
  return values.reduce((sum, value, index) => sum + (value < (values[index + 1] ?? 0) ? -value : value), 0)
}

function foldWord(word: string): string {
  const number = /^\d+$/.test(word) ? Number(word) : romanValue(word)
  if (number !== undefined) return String(number)
  return abbreviations.get(word) ?? kindWords.get(word) ?? word
}

/**
 * The words of a name in the one spelling in which names are compared: lower case, without accents and apostrophes, Roman numerals up to 39
 * as digits, abbreviations written out. A hyphen, a stop, a slash or a bracket parts words, and so does the step from letters to digits.
 */
export function foldedWords(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f'’‘`ʼ]/g, '')
    .toLowerCase()
  return (plain.match(/[a-z]+|\d+/g) ?? []).map(foldWord)
}

const titles = /^(?:(?:Kabupaten|Kota)(?: Administrasi)?) /
const provinceTitles = /^(Daerah Khusus Ibukota|Daerah Istimewa) /

/** A name without the word for its level, which the decree prints only before kabupaten and kota. */
export function bareName(name: string, level: RegionLevel): string {
  return level === 'kabupaten' || level === 'kota' ? name.replace(titles, '') : name
}

function without(words: string[], phrase: readonly string[]): string[] {
  const at = words.findIndex((_, index) => phrase.length > 0 && phrase.every((word, offset) => words[index + offset] === word))
  return at < 0 ? words : [...words.slice(0, at), ...words.slice(at + phrase.length)]
}

const tells = (words: readonly string[]) => words.some((word) => word.length >= 3 && !plainParts.has(word) && !/^\d+$/.test(word))

/** "Daerah Khusus Ibukota Jakarta" is Jakarta, DKI Jakarta, DKIJ; "Daerah Istimewa Yogyakarta" is Yogyakarta, DI Yogyakarta, DIY. */
function withoutTitle(name: string): string[][] {
  const title = provinceTitles.exec(name)?.[0]
  if (!title) return []
  const rest = foldedWords(name.slice(title.length))
  const initials = title.replace(/[^A-Z]/g, '').toLowerCase()
  return [rest, [initials, ...rest], [initials + (rest[0] ?? '').slice(0, 1)]]
}

/**
 * What people call a place although the decree prints more, folded: the name without the names of the regions above it ("Pasar Prabumulih
 * II"
 * in Kota Prabumulih is "pasar 2"), without what stands in brackets, each side of a slash, a province without its title. Only forms that
 * still tell something ("utara" does not) and differ from the official one. `wordsAbove` are the folded names of the regions above.
 */
export function everydayForms(name: string, level: RegionLevel, wordsAbove: readonly (readonly string[])[]): string[] {
  const bare = bareName(name, level)
  const official = foldedWords(bare)
  const variants: string[][] = []
  // Most names hold no word of a region above: the costly part is for the few that do.
  if (wordsAbove.some((words) => words.some((word) => official.includes(word)))) {
    const phrases = wordsAbove
      .flatMap((words) => [words, words.filter((word) => !partWords.has(word))])
      .toSorted((a, b) => b.length - a.length)
    variants.push(phrases.reduce(without, official))
  }
  if (bare.includes('(')) variants.push(foldedWords(bare.replace(/\(.*?\)/g, ' ')))
  if (bare.includes('/')) variants.push(...bare.split('/').map(foldedWords))
  if (level === 'provinsi') variants.push(...withoutTitle(name))
  const forms = variants.filter(tells).map((words) => words.join(' '))
  return [...new Set(forms)].filter((form) => form !== official.join(' '))
}

/** What somebody typed, ready to be compared. `bare` lacks the words for a level in front; `levels` is what they said, empty if nothing. */
export interface Asked {
  readonly words: readonly string[]
  readonly bare: readonly string[]
  readonly levels: readonly RegionLevel[]
}

/** Reads what somebody typed: "Kel. Pasar II" is the words kelurahan, pasar, 2; the bare ones pasar, 2; the levels kelurahan and desa. */
export function readAsked(text: string): Asked {
  // No address is longer; PostgreSQL refuses words of more than 2,046 bytes.
  const words = foldedWords(text.slice(0, 200)).slice(0, 16)
  const levels = levelsOfKind.get(words[0] ?? '')
  return levels && words.length > 1 ? { words, bare: words.slice(1), levels } : { words, bare: words, levels: [] }
}

/** The words for a level that count as said by a region of that level. */
export function kindWordsOf(level: RegionLevel): readonly string[] {
  return level === 'desa' || level === 'kelurahan' ? ['desa', 'kelurahan'] : [level]
}
