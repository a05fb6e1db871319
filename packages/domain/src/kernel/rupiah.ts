import { z } from 'zod'

/** Amounts are `bigint` sen (1 rupiah = 100 sen) in code and decimal strings on the wire (CONTRACTS A4). */
export type Sen = bigint

const pattern = /^(0|[1-9][0-9]{0,15})(\.[0-9]{2})?$/

/** What can be wrong with an amount as it is written, by code, in both languages. */
export const amountFaults = {
  'amount-negative': {
    id: 'jumlah tidak boleh negatif; uang yang kembali dicatat sebagai fakta tersendiri',
    en: 'an amount is never negative; money that comes back is a fact of its own',
  },
  'amount-zero': { id: 'jumlah harus lebih dari nol', en: 'an amount must be above zero' },
  'amount-too-fine': {
    id: 'jumlah lebih halus dari satu sen; sesudah titik tepat dua digit, atau tanpa titik',
    en: 'an amount is no finer than a sen; exactly two digits after the point, or no point',
  },
  'amount-sen-digits': {
    id: 'sen ditulis dengan tepat dua digit sesudah titik, misalnya "1250.50"; tanpa sen, tanpa titik',
    en: 'sen are exactly two digits after the point, for example "1250.50"; without sen there is no point',
  },
  'amount-leading-zero': {
    id: 'jumlah ditulis tanpa nol di depan; satu nol saja sebelum titik bila kurang dari satu rupiah',
    en: 'an amount has no zeros in front; a single one stands before the point of less than a rupiah',
  },
  'amount-too-large': { id: 'jumlah paling besar 9999999999999999.99', en: 'an amount is 9999999999999999.99 at most' },
  'amount-sen-zero': { id: 'hilangkan .00 pada jumlah tanpa sen', en: 'an amount without sen is written without .00' },
  'amount-not-rupiah': {
    id: 'jumlah adalah teks: angka saja, tanpa mata uang atau pemisah, dua digit sen sesudah titik; misalnya "500000000", "1250.75"',
    en: 'an amount is text: digits only, no currency or separators, two digits of sen after a point; for example "500000000", "1250.75"',
  },
} as const
export type AmountFault = keyof typeof amountFaults

/** What is wrong with text that is no amount. */
function faultOf(text: string): AmountFault {
  if (/^-[0-9]+(\.[0-9]+)?$/.test(text)) return 'amount-negative'
  if (/^0[0-9]+(\.[0-9]*)?$/.test(text)) return 'amount-leading-zero'
  if (/^[0-9]+\.[0-9]{3,}$/.test(text)) return 'amount-too-fine'
  if (/^[0-9]+\.[0-9]?$/.test(text)) return 'amount-sen-digits'
  if (/^[1-9][0-9]{16,}(\.[0-9]{2})?$/.test(text)) return 'amount-too-large'
  return 'amount-not-rupiah'
}

/** An amount on the wire: `"500000000"` or `"1851068957.43"`; see {@link amountFaults} for what is refused. */
export const Rupiah = z
  .string({ error: ({ input }) => (input === undefined ? undefined : amountFaults['amount-not-rupiah'].en) })
  .regex(pattern, { error: ({ input }) => amountFaults[faultOf(String(input))].en })
  .refine((text) => !pattern.test(text) || !text.endsWith('.00'), { error: amountFaults['amount-sen-zero'].en })
  .meta({
    id: 'Rupiah',
    description: 'Indonesian rupiah as a decimal string; sen only when not 00',
    examples: ['500000000', '1851068957.43'],
  })

/** An amount above zero. */
export const PositiveRupiah = Rupiah.refine((text) => text !== '0', { error: amountFaults['amount-zero'].en }).meta({
  id: 'PositiveRupiah',
  description: 'Indonesian rupiah above zero as a decimal string; sen only when not 00',
  examples: ['500000000', '1851068957.43'],
})

/** Sen of a wire amount. The text must have passed {@link Rupiah}. */
export function sen(text: string): Sen {
  return text.includes('.') ? BigInt(text.replace('.', '')) : BigInt(text) * 100n
}

/** Wire text of an amount; throws on a negative one, which no fact may carry. */
export function rupiah(amount: Sen): string {
  if (amount < 0n) throw new RangeError(`a negative amount cannot be written: ${amount} sen`)
  const fraction = amount % 100n
  return fraction === 0n ? `${amount / 100n}` : `${amount / 100n}.${fraction.toString().padStart(2, '0')}`
}

/** An amount whatever its sign. */
export const absolute = (amount: Sen): Sen => (amount < 0n ? -amount : amount)

/** An amount, or nothing where it is below zero: what is left of what was overdrawn. */
export const atLeastZero = (amount: Sen): Sen => (amount > 0n ? amount : 0n)

/** Text of an amount that may be below zero, as answers and sentences have it; no fact carries one. */
export const signedRupiah = (amount: Sen): string => `${amount < 0n ? '-' : ''}${rupiah(absolute(amount))}`

/** Sum of amounts in sen. */
export const sumSen = (amounts: Iterable<Sen>): Sen => {
  let total = 0n
  for (const amount of amounts) total += amount
  return total
}

/** `part / whole` of an amount, rounded half up to a multiple of `unit` sen. All arguments non-negative, `whole` above zero. */
export function shareOf(amount: Sen, part: bigint, whole: bigint, unit: Sen): Sen {
  const divisor = whole * unit
  return ((amount * part * 2n + divisor) / (divisor * 2n)) * unit
}

/** A part of a whole in hundredths of a percent, rounded half up. The part is not below, the whole above zero. */
export const hundredthsOf = (part: bigint, whole: bigint): bigint => (part * 20_000n + whole) / (whole * 2n)

/** Hundredths of a percent as percent with two decimals: 4280 is `42.80`. */
export const percentText = (hundredths: bigint): string => `${hundredths / 100n}.${(hundredths % 100n).toString().padStart(2, '0')}`

/**
 * A part of a whole in percent with two decimals, rounded half up: `42.80`. Null where there is no whole. Source: appendix C5.
 */
export function percentOf(part: Sen, whole: Sen): string | null {
  return whole <= 0n ? null : percentText(hundredthsOf(part, whole))
}

/**
 * An amount split by weights: each part rounded half up to `unit` sen, the last takes the rest, so the sum is exact.
 * Source: DOMAIN §2.5 item 10 and appendix C2.
 */
export function splitByWeights(amount: Sen, weights: readonly bigint[], unit: Sen): Sen[] {
  const whole = sumSen(weights)
  const parts: Sen[] = []
  let rest = amount
  for (const [index, weight] of weights.entries()) {
    const wanted = index === weights.length - 1 ? rest : shareOf(amount, weight, whole, unit)
    const part = wanted < rest ? wanted : rest
    parts.push(part)
    rest -= part
  }
  return parts
}
