import { z } from 'zod'

/** Amounts are `bigint` sen (1 rupiah = 100 sen) in code and decimal strings on the wire (CONTRACTS A4). */
export type Sen = bigint

const pattern = /^(0|[1-9][0-9]{0,15})(\.[0-9]{2})?$/

/** An amount on the wire: `"500000000"` or `"1851068957.43"`; `.00`, a sign, a separator or a JSON number is refused. */
export const Rupiah = z
  .string()
  .regex(pattern, { error: 'amount: a decimal string of rupiah, with two digits of sen only when they are not 00' })
  .refine((text) => !text.endsWith('.00'), { error: 'amount: leave out .00' })
  .meta({
    id: 'Rupiah',
    description: 'Indonesian rupiah as a decimal string; sen only when not 00',
    examples: ['500000000', '1851068957.43'],
  })

/** An amount above zero. */
export const PositiveRupiah = Rupiah.refine((text) => text !== '0', { error: 'amount: must be above zero' }).meta({
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
