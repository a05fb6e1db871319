import { dateIn, type Sentence } from '@jejak/domain'

/** What a text was made into, or why it cannot be. */
export type Read<T> = { readonly value: T } | { readonly why: Sentence }

const plainNumber = /^\+?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/
const indonesianNumber = /^(?:Rp\.?\s*)?(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+|-))?$/i

/** Digits before and after the point of a number as it is written. */
function digitsOf(text: string, numbers: 'plain' | 'indonesian'): { whole: string; fraction: string } | undefined {
  if (numbers === 'indonesian') {
    const [, whole, fraction = ''] = indonesianNumber.exec(text) ?? []
    return whole === undefined ? undefined : { whole: whole.replaceAll('.', ''), fraction: fraction.replace('-', '') }
  }
  const [, whole, fraction = '', exponent = '0'] = plainNumber.exec(text) ?? []
  if (whole === undefined) return undefined
  // Some systems write ten million as 1.0E7: the point moves, and no digit changes.
  const point = whole.length + Number(exponent)
  const digits = whole + fraction
  return {
    whole: point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0'),
    fraction: point <= 0 ? '0'.repeat(-point) + digits : digits.slice(point),
  }
}

/** An amount of money as facts hold it (CONTRACTS A4). More digits than sen are refused, or rounded as the mapping says. */
export function amountOf(text: string, numbers: 'plain' | 'indonesian', rounding?: 'half-up' | 'down'): Read<string> {
  const found = digitsOf(text.trim(), numbers)
  if (!found) return { why: { id: `${text} bukan jumlah uang`, en: `${text} is no amount` } }
  const sen = found.fraction.slice(0, 2).padEnd(2, '0')
  const rest = found.fraction.slice(2)
  const isExact = /^0*$/.test(rest)
  if (!isExact && rounding === undefined)
    return {
      why: {
        id: `${text} berdigit lebih banyak daripada sen: sebutkan dalam pemetaan cara membulatkannya`,
        en: `${text} has more digits than sen: say in the mapping how it is rounded`,
      },
    }
  const total = BigInt(found.whole + sen) + (rounding === 'half-up' && /^[5-9]/.test(rest) ? 1n : 0n)
  if (total >= 10n ** 18n) return { why: { id: `${text} melebihi jumlah terbesar`, en: `${text} is more than an amount can be` } }
  const fraction = total % 100n
  return { value: fraction === 0n ? `${total / 100n}` : `${total / 100n}.${String(fraction).padStart(2, '0')}` }
}

/** A whole number. */
export function integerOf(text: string, numbers: 'plain' | 'indonesian'): Read<number> {
  const found = digitsOf(text.trim(), numbers)
  if (!found || !/^0*$/.test(found.fraction)) return { why: { id: `${text} bukan bilangan bulat`, en: `${text} is no whole number` } }
  const value = Number(found.whole)
  return Number.isSafeInteger(value) ? { value } : { why: { id: `${text} terlalu besar`, en: `${text} is too large` } }
}

/** A moment as a file tells it: an instant in RFC 3339, or only a date. */
export interface When {
  readonly at?: string
  readonly date?: string
}

const withOffset = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?\s?(Z|[+-]\d{2}:?\d{2})$/i
const local = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?$/
const dateOnly = /^\d{4}-\d{2}-\d{2}$/

/** An ISO 8601 text of a pattern's text, or undefined where it does not fit. */
function isoOf(text: string, pattern: string): string | undefined {
  const names: string[] = []
  const source = pattern.replaceAll(/yyyy|MM|dd|HH|mm|ss|[./]/g, (part) => {
    if (part === '.' || part === '/') return `\\${part}`
    names.push(part)
    return part === 'yyyy' ? '(\\d{4})' : '(\\d{1,2})'
  })
  const found = new RegExp(`^${source}$`).exec(text)
  if (!found) return undefined
  const part = (name: string): string => (found[names.indexOf(name) + 1] ?? '').padStart(2, '0')
  const date = `${part('yyyy')}-${part('MM')}-${part('dd')}`
  if (!names.includes('HH')) return date
  return `${date}T${part('HH')}:${names.includes('mm') ? part('mm') : '00'}:${names.includes('ss') ? part('ss') : '00'}`
}

/**
 * Whether a date and a time of day exist. Older systems write the first and the last of all days where they know none, and in another zone
 * these are of a year that no date is written with.
 */
function exists(date: string, clock = '00:00', seconds = ':00'): boolean {
  if (date < '0001-01-02' || date > '9999-12-30') return false
  try {
    Temporal.PlainDateTime.from(`${date}T${clock}${seconds}`, { overflow: 'reject' })
    // A leap second is taken for the one before by Temporal, and by nobody else.
    return !seconds.startsWith(':60')
  } catch {
    return false
  }
}

const zoned = new Map<string, string>()

/** The offset of a zone at a local time, remembered by the hour: calendars are slow. */
function offsetOf(date: string, clock: string, zone: string): string {
  const key = `${zone} ${date}T${clock}`
  const known = zoned.get(key)
  if (known !== undefined) return known
  if (zoned.size > 50_000) zoned.clear()
  const { offset } = Temporal.PlainDateTime.from(`${date}T${clock}`).toZonedDateTime(zone)
  zoned.set(key, offset)
  return offset
}

/** A text that is no date or time, or one that no calendar or clock has: 31/02/2018. */
function noSuchTime(text: string, format: string): Sentence {
  if (format === 'iso') return { id: `${text} bukan tanggal atau waktu yang ada`, en: `${text} is no date or time that exists` }
  if (format.includes('HH')) return { id: `${text} bukan waktu berbentuk ${format}`, en: `${text} is no time of the form ${format}` }
  return { id: `${text} bukan tanggal kalender berbentuk ${format}`, en: `${text} is no date of the calendar of the form ${format}` }
}

/** Reads a moment. A time without an offset is one of the zone. What has an offset is kept as it is written, but for its separators. */
export function whenOf(text: string, format: string, zone: string): Read<When> {
  const wrong = { why: noSuchTime(text, format) }
  const iso = format === 'iso' ? text.trim() : isoOf(text.trim(), format)
  if (iso === undefined) return wrong
  if (dateOnly.test(iso)) return exists(iso) ? { value: { date: iso } } : wrong
  const [, date, clock, seconds = ':00', offset] = withOffset.exec(iso) ?? local.exec(iso) ?? []
  if (date === undefined || clock === undefined || !exists(date, clock, seconds)) return wrong
  const shift = offset ?? offsetOf(date, clock, zone)
  const at = `${date}T${clock}${seconds}${shift.toUpperCase().replace(/^([+-]\d{2}):?(\d{2})$/, '$1:$2')}`
  return Number.isNaN(Date.parse(at)) ? wrong : { value: { at } }
}

/** The date of a moment in a zone. */
export const dateOf = ({ at, date }: When, zone: string): string => date ?? dateIn(zone, Date.parse(at ?? ''))

/** Microseconds since 1970 of a moment; a date counts as its beginning in the zone. */
export function microsOf({ at, date }: When, zone: string): bigint {
  const instant =
    at === undefined
      ? Temporal.PlainDate.from(date ?? '')
          .toZonedDateTime(zone)
          .toInstant()
      : Temporal.Instant.from(at)
  return instant.epochNanoseconds / 1000n
}
