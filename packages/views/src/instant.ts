/** A recorded time as RFC 3339 text in UTC with all its microseconds: `2018-09-10T05:00:00.000000Z`. */
export function rfc3339(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  const seconds = (micros - fraction) / 1_000_000n
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${fraction.toString().padStart(6, '0')}Z`
}

/** Whole calendar days from one date to another, `YYYY-MM-DD` both. */
export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)
