import { sentenceOf, type FieldFault, type Place, type Reason, type Refusal } from '@jejak/domain'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { evidenceProblems } from './evidence-problems.ts'
import { languageOf, type Language, type Titled, type Words } from './language.ts'

export { languageOf, type Language, type Words } from './language.ts'

/** A place in the request and what is wrong there: a JSON pointer into the body, or the name of a parameter or header. */
export interface RequestError {
  readonly pointer?: string
  readonly parameter?: string
  readonly header?: string
  /** Words, or text that is in the caller's language already. */
  readonly detail: Words | string
  /** The mistake in one word, where there is one: `amount-too-large`. */
  readonly code?: FieldFault
}

/** What an answer that is no success says, before it is put into words (RFC 9457). */
export interface ProblemSpec {
  readonly status: number
  readonly code: string
  readonly title: Words
  readonly detail?: Words
  readonly errors?: readonly RequestError[]
  /** What else stands in the way of a refused command, or would have been noted. */
  readonly also?: readonly Refusal[]
  readonly headers?: Readonly<Record<string, string>>
  readonly more?: Readonly<Record<string, unknown>>
}

/** Thrown by routes to answer with a problem; nothing of it is an unexpected error. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly spec: ProblemSpec
  constructor(spec: ProblemSpec) {
    super(spec.code)
    this.spec = spec
  }
}

export const titles: Readonly<Record<string, Titled>> = {
  'malformed-json': {
    status: 400,
    id: 'Isi permintaan bukan JSON yang sah',
    en: 'The body is not valid JSON',
    why: {
      id: 'Periksa tanda kurung, koma, dan nama yang ganda. U+0000, nama ganda, dan sarang lebih dari 16 tingkat ditolak.',
      en: 'Check braces, commas and duplicate names. U+0000, duplicate names and nesting beyond 16 levels are refused.',
    },
  },
  'malformed-request': {
    status: 400,
    id: 'Bukan permintaan HTTP',
    en: 'Not an HTTP request',
    why: { id: 'Baris permintaan atau header rusak atau terlalu panjang.', en: 'The request line or a header is broken or too long.' },
  },
  'invalid-request': {
    status: 400,
    id: 'Permintaan tidak sesuai skema',
    en: 'The request does not match its schema',
    why: { id: 'Setiap kesalahan disebut dalam errors[] beserta tempatnya.', en: 'Each mistake is listed in errors[] with its place.' },
  },
  'idempotency-key-missing': {
    status: 400,
    id: 'Header Idempotency-Key wajib pada setiap perintah',
    en: 'The header Idempotency-Key is required on every command',
    why: {
      id: 'Buat kunci baru untuk setiap keputusan dan kirim kunci yang sama saat mengulang; jawabannya akan sama.',
      en: 'Make a new key for each decision and send the same key when repeating; the answer will be the same.',
    },
  },
  unauthenticated: {
    status: 401,
    id: 'Token tidak ada, kedaluwarsa, atau tidak sah',
    en: 'The token is missing, expired or not valid',
    why: { id: 'Kirim Authorization: Bearer dengan token yang masih berlaku.', en: 'Send Authorization: Bearer with a valid token.' },
  },
  'not-found': {
    status: 404,
    id: 'Tidak dikenal, atau di luar wilayah Anda',
    en: 'Unknown, or outside your scope',
    why: { id: 'Alamat atau pengenal ini tidak ada bagi Anda.', en: 'This address or identifier does not exist for you.' },
  },
  'not-yet-known': {
    status: 404,
    id: 'Belum diketahui pada waktu itu',
    en: 'Not yet known at that time',
    why: {
      id: 'Fakta pertama lebih kemudian daripada waktu yang ditanyakan, atau log belum sampai pada posisi yang ditanyakan.',
      en: 'The first fact is later than the time asked for, or the log does not reach the position asked for.',
    },
  },
  'method-not-allowed': {
    status: 405,
    id: 'Metode tidak tersedia di alamat ini',
    en: 'The method is not available at this address',
    why: { id: 'Lihat /docs.', en: 'See /docs.' },
  },
  conflict: {
    status: 409,
    id: 'Fakta baru terus masuk pada saat yang sama',
    en: 'New facts kept coming in at the same time',
    why: { id: 'Ulangi dengan kunci yang sama.', en: 'Send it again with the same key.' },
  },
  'stale-version': {
    status: 412,
    id: 'Ada fakta yang lebih baru daripada yang Anda lihat',
    en: 'There are newer facts than those you have seen',
    why: { id: 'newer menyebut fakta itu; baca ulang lalu putuskan lagi.', en: 'newer names those facts; read again and decide again.' },
  },
  'body-too-large': {
    status: 413,
    id: 'Isi permintaan terlalu besar',
    en: 'The body is too large',
    why: {
      id: 'Batasnya 64 KiB, untuk kumpulan dan rekening koran 256 KiB, untuk edisi 1 MiB.',
      en: 'The limit is 64 KiB, 256 KiB for batches and bank statements, 1 MiB for editions.',
    },
  },
  'unsupported-media-type': {
    status: 415,
    id: 'Jenis isi tidak didukung',
    en: 'The media type is not supported',
    why: { id: 'Kirim application/json.', en: 'Send application/json.' },
  },
  'key-reused': {
    status: 422,
    id: 'Kunci ini sudah dipakai untuk permintaan lain',
    en: 'This key was already used for another request',
    why: { id: 'Satu kunci untuk satu permintaan; pakai kunci baru.', en: 'One key for one request; use a new key.' },
  },
  'unknown-area': {
    status: 422,
    id: 'Wilayah tidak dikenal',
    en: 'Unknown area',
    why: { id: 'Cari pengenal wilayah di /v1/areas?search=.', en: 'Look the area up at /v1/areas?search=.' },
  },
  'clock-runs-backwards': {
    status: 422,
    id: 'Jam log tidak boleh mundur',
    en: 'The clock of the log may not run backwards',
    why: { id: 'Waktu rekam lebih awal dari fakta terakhir.', en: 'The recorded time is earlier than that of the last fact.' },
  },
  'clock-is-real': {
    status: 422,
    id: 'Log ini memakai jam sungguhan',
    en: 'This log keeps real time',
    why: { id: 'Jejak-Recorded-At hanya untuk log simulasi.', en: 'Jejak-Recorded-At is for simulated logs only.' },
  },
  'simulator-only': {
    status: 403,
    id: 'Jejak-Recorded-At memerlukan peran simulator',
    en: 'Jejak-Recorded-At needs the role simulator',
    why: { id: 'Mintalah token dengan peran simulator.', en: 'Ask for a token with the role simulator.' },
  },
  'as-of-not-offered': {
    status: 400,
    id: 'Daftar ini tidak dapat ditanyakan pada waktu lampau',
    en: 'This list cannot be asked as of an earlier time',
    why: { id: 'Tanyakan satu entitas dengan asOf.', en: 'Ask for a single entity with asOf.' },
  },
  'view-behind': {
    status: 503,
    id: 'Tampilan belum mencapai posisi yang diminta',
    en: 'The view has not reached the position asked for',
    why: { id: 'Coba lagi sebentar.', en: 'Try again in a moment.' },
  },
  'view-being-renewed': {
    status: 503,
    id: 'Tampilan sedang dibangun ulang untuk versi lain',
    en: 'The view is being made anew for another version',
    why: {
      id: 'Versi baru menggantikan yang lama sesudah lengkap; jawaban yang setengah tidak diberikan.',
      en: 'The new version takes the place of the old one when it is whole; no half answer is given.',
    },
  },
  unavailable: {
    status: 503,
    id: 'Layanan sedang tidak tersedia',
    en: 'The service is not available',
    why: {
      id: 'Coba lagi; kunci yang sama menjamin tidak ada yang tercatat dua kali.',
      en: 'Try again; the same key makes sure that nothing is recorded twice.',
    },
  },
  'internal-error': {
    status: 500,
    id: 'Kesalahan di pihak kami',
    en: 'An error on our side',
    why: { id: 'Sebutkan requestId kepada kami.', en: 'Tell us the requestId.' },
  },
  ...evidenceProblems,
}

/** A problem of the API itself by its code. */
export function problem(code: string, more: Omit<Partial<ProblemSpec>, 'code'> = {}): Problem {
  const known = titles[code]
  if (!known) throw new Error(`no problem ${code}`)
  return new Problem({ status: known.status, code, title: { id: known.id, en: known.en }, detail: known.why, ...more })
}

/** A view whose tables this code does not read: which one, and when to come again. */
export const viewProblem = (view: string): Problem =>
  problem('view-being-renewed', {
    detail: { id: `Tampilan ${view} sedang dibangun ulang.`, en: `The view ${view} is being made anew.` },
    headers: { 'retry-after': '5' },
    more: { view },
  })

export const statusOf: Readonly<Record<Reason['sort'], number>> = {
  rule: 409,
  order: 409,
  authority: 403,
  duty: 403,
  reference: 422,
  input: 422,
  precondition: 428,
}

/**
 * A refusal of the domain as a problem: its sentence is the detail, `facts` the positions it rests on. `at` is where the body holds the
 * command.
 */
export function refusalProblem(refusal: Refusal, more: Readonly<Record<string, unknown>> = {}, at = ''): Problem {
  const { reason, details } = refusal
  return new Problem({
    status: statusOf[reason.sort],
    code: refusal.code,
    title: { id: 'Ditolak', en: 'Refused' },
    detail: { id: sentenceOf(reason, details, 'id'), en: sentenceOf(reason, details, 'en') },
    ...(refusal.errors ? { errors: refusal.errors.map((place) => placeIn(at, place)) } : {}),
    ...(refusal.also ? { also: refusal.also } : {}),
    more: { guard: reason.guard, source: reason.source, details, facts: refusal.facts, ...more },
  })
}

const placeIn = (at: string, { pointer, beside, ...told }: Place): RequestError => ({
  pointer: `${at}${beside ? '' : '/data'}${pointer}`,
  ...told,
})

/** More mistakes than anybody mends at once are not listed. */
const errorsMax = 50

/** Writes a problem as `application/problem+json` in the caller's language. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, { spec }: Problem): FastifyReply {
  const language = languageOf(request.headers['accept-language'])
  const body = {
    type: `/problems/${spec.code}`,
    title: spec.title[language],
    status: spec.status,
    code: spec.code,
    ...(spec.detail ? { detail: spec.detail[language] } : {}),
    // Without the query: what somebody searched for is nobody else's business.
    instance: request.url.split('?')[0],
    ...(spec.errors ? { errors: spec.errors.slice(0, errorsMax).map((error) => inLanguage(error, language)) } : {}),
    ...(spec.also ? { also: spec.also.map((other) => alsoIn(other, language)) } : {}),
    ...spec.more,
    requestId: request.id,
  }
  return reply
    .code(spec.status)
    .headers({ ...spec.headers, 'content-language': language, vary: 'Accept-Language' })
    .type('application/problem+json; charset=utf-8')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(body)
}

const alsoIn = ({ code, reason, details, facts }: Refusal, language: Language) => ({
  code,
  detail: sentenceOf(reason, details, language),
  details,
  facts,
})

const inLanguage = (error: RequestError, language: Language) => ({
  ...error,
  detail: typeof error.detail === 'string' ? error.detail : error.detail[language],
})
