import type { Language, Sentence } from './sentence.ts'
import { amountFaults, type AmountFault } from './rupiah.ts'

/** Sentences of our own schemas in Indonesian, by the English that the schema gives. */
const ours: Readonly<Record<string, string>> = {
  'percent in quotes: 0 to 100, at most two decimals': 'persen dalam tanda kutip: 0 sampai 100, paling banyak dua desimal',
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
  'a SHA-256: 64 hexadecimal digits, a to f small': 'SHA-256: 64 digit heksadesimal, a sampai f huruf kecil',
  'a number in quotes: digits, at most 6 before the point and 4 after it, e.g. 12.5':
    'angka dalam tanda kutip: digit, paling banyak 6 sebelum titik dan 4 sesudahnya, misalnya 12.5',
  'a number in quotes: digits, at most 15 before the point and 6 after it, e.g. -12.5':
    'angka dalam tanda kutip: digit, paling banyak 15 sebelum titik dan 6 sesudahnya, misalnya -12.5',
  'a number in quotes: digits, at most 12 before the point and 4 after it, e.g. 41':
    'angka dalam tanda kutip: digit, paling banyak 12 sebelum titik dan 4 sesudahnya, misalnya 41',
  'a number in quotes: digits, at most 9 before the point and 3 after it, e.g. 120.5':
    'angka dalam tanda kutip: digit, paling banyak 9 sebelum titik dan 3 sesudahnya, misalnya 120.5',
  'a slug: a small letter, then small letters, digits and hyphens': 'slug: huruf kecil, lalu huruf kecil, angka, dan tanda hubung',
  'a slug: small letters and hyphens': 'slug: huruf kecil dan tanda hubung',
  'a month: YYYY-MM, e.g. 2018-09': 'bulan: tahun-bulan, misalnya 2018-09',
  'a year of four digits, e.g. 2018': 'tahun dengan empat digit, misalnya 2018',
  'a component: capital letters, digits and underscores': 'komponen: huruf besar, angka, dan garis bawah',
  'a step: letters, digits, points and hyphens': 'langkah: huruf, angka, titik, dan tanda hubung',
  'an outcome: small letters and hyphens': 'hasil: huruf kecil dan tanda hubung',
  'a step of verification: V1 to V7, or VF- and two digits': 'langkah verifikasi: V1 sampai V7, atau VF- dan dua digit',
  'a step of verification: VF- and two digits': 'langkah verifikasi: VF- dan dua digit',
  'a kind of paper: small letters, digits and hyphens': 'jenis surat: huruf kecil, angka, dan tanda hubung',
  'a line: letters, digits, points and hyphens, 20 at most': 'baris: huruf, angka, titik, dan tanda hubung, paling banyak 20',
  'a code: letters, digits, points and hyphens, 31 at most': 'kode: huruf, angka, titik, dan tanda hubung, paling banyak 31',
  'a command: kind.Verb, e.g. tranche.Request': 'perintah: jenis.KataKerja, misalnya tranche.Request',
  'a region code or its beginning, e.g. 16.74': 'kode wilayah atau awalnya, misalnya 16.74',
  'a NIK: 16 digits': 'NIK: 16 digit',
  'a telephone number: 6 to 20 digits, spaces, + and -': 'nomor telepon: 6 sampai 20 digit, spasi, + dan -',
  'the name of a trace: 16 hexadecimal digits': 'nama jejak langkah: 16 digit heksadesimal',
  'a position: digits only': 'posisi: digit saja',
  'a whole number: digits only': 'bilangan bulat: digit saja',
  'something to search for': 'sesuatu untuk dicari',
  'a kind: a small letter, then letters and hyphens': 'jenis: huruf kecil, lalu huruf dan tanda hubung',
  'each member once': 'setiap anggota satu kali',
  'each source once': 'setiap sumber satu kali',
  'each code once': 'setiap kode satu kali',
  'no more women or poor than present': 'perempuan atau warga miskin tidak lebih banyak daripada yang hadir',
  'no more of a role than present': 'satu peran tidak lebih banyak daripada yang hadir',
  'no more poor than people': 'warga miskin tidak lebih banyak daripada penduduk',
  'buckets begin at 0 and rise': 'kelompok mulai dari 0 dan naik',
  'the last band, and only it, has no upper end': 'jenjang terakhir, dan hanya itu, tanpa batas atas',
  'upper ends rise': 'batas atas naik',
  'an agreement is named if and only if the money comes from one': 'perjanjian disebut jika dan hanya jika uangnya dari perjanjian',
  'an RFC 3339 instant, at most nine digits of a second': 'waktu menurut RFC 3339, paling banyak sembilan digit pecahan detik',
}

/** What can be wrong with a field, by code: everything that may stand as `code` at a place in a request. */
export const fieldFaults = {
  ...amountFaults,
  'unknown-field': { id: 'kolom tidak dikenali', en: 'unknown field' },
} as const satisfies Readonly<Record<string, Sentence>>
export type FieldFault = keyof typeof fieldFaults

const faults: ReadonlyMap<string, FieldFault> = new Map(
  (Object.keys(amountFaults) as AmountFault[]).map((code) => [amountFaults[code].en, code]),
)

/** The code of a sentence of our own schemas: of what is wrong with an amount. */
export const codeOf = (sentence: string): FieldFault | undefined => faults.get(sentence)

/** A sentence of our own schemas in one language; any other is left as it is. */
export function translated(sentence: string, language: Language): string {
  if (language === 'en') return sentence
  const code = codeOf(sentence)
  return code === undefined ? (ours[sentence] ?? sentence) : fieldFaults[code].id
}
