/** Days are counted from 1970-01-01, so that a plan of years is arithmetic on small numbers. */
export const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 86_400_000

const texts: string[] = []

/** The date of a day, `YYYY-MM-DD`. */
export const dateOf = (day: number): string => (texts[day] ??= new Date(day * 86_400_000).toISOString().slice(0, 10))

/** The first day of a year. */
export const newYear = (year: number): number => Date.UTC(year, 0, 1) / 86_400_000

/** On which days offices work. */
export interface WorkingDays {
  /** The day itself if offices work, else the next on which they do. */
  from(day: number): number
  /** The day itself if offices work, else the last on which they did. */
  until(day: number): number
}

/** Monday to Friday without the holidays given, as dates. */
export function workingDays(holidays: Iterable<string>): WorkingDays {
  const off = new Set([...holidays].map(dayOf))
  // 1970-01-01 was a Thursday: with 3 added, Saturday and Sunday leave 5 and 6.
  const works = (day: number): boolean => (day + 3) % 7 < 5 && !off.has(day)
  const seek = (day: number, step: number): number => {
    let found = day
    while (!works(found)) found += step
    return found
  }
  return { from: (day) => seek(day, 1), until: (day) => seek(day, -1) }
}
