import { signedRupiah, type Json } from '@jejak/domain'

/**
 * The state of an entity as JSON: amounts (`…Sen`, bigint) become wire rupiah under their name without the unit, progress in hundredths
 * becomes percent.
 */
export function stateOf(value: unknown): Json {
  if (typeof value === 'bigint') return signedRupiah(value)
  if (Array.isArray(value)) return value.map(stateOf)
  if (value === null || typeof value !== 'object') return (value ?? null) as Json
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([name, inner]) => [name.replace(/Sen$/, ''), stateOf(inner)]),
  )
}
