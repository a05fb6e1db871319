import { dataFiles, readHolidays, readRegions, zoneOf, type Region } from '@jejak/reference'
import { workingDays, type WorkingDays } from './days.ts'
import { randomOf } from './random.ts'

/** A kelurahan of the reference files, with the codes of what it lies in. */
export interface Place {
  readonly area: string
  readonly code: string
  readonly name: string
  readonly zone: string
  readonly kecamatan: string
  readonly city: string
  readonly province: string
}

/** What the simulation takes from the reference files: where, and on which days offices work. */
export interface Land {
  readonly places: readonly Place[]
  /** Dates of holidays and collective leave. */
  readonly closed: readonly string[]
  readonly working: WorkingDays
}

/** A land of its parts, which another thread can be given. */
export const landWith = (places: readonly Place[], closed: readonly string[]): Land => ({ places, closed, working: workingDays(closed) })

/** A city with fewer kelurahan than a programme reaches is taken whole; of a large one no more than this. */
const perCityMax = 40

const placeOf = ({ id, code, name }: Region): Place => ({
  area: id,
  code,
  name,
  zone: zoneOf(code),
  kecamatan: code.slice(0, 8),
  city: code.slice(0, 5),
  province: code.slice(0, 2),
})

let remembered: Promise<{ readonly regions: readonly Region[]; readonly closed: readonly string[] }> | undefined

/** The committed files never change while we run, and unpacking them takes longer than telling a kelurahan. */
const reference = () =>
  (remembered ??= dataFiles().then(({ regions, holidays }) => ({
    regions: readRegions(regions.bytes),
    closed: readHolidays(holidays.bytes.toString('utf8')).map(({ date }) => date),
  })))

/**
 * Chooses kelurahan by the seed, city by city, because programmes go to cities and their officers serve many kelurahan; villages (desa)
 * follow when every kelurahan is taken. A larger nation of the same seed begins with the smaller one. Errors: RangeError when the reference
 * files have not as many.
 */
export async function landOf(seed: string, kelurahan: number): Promise<Land> {
  const { regions, closed } = await reference()
  const taken: Place[] = []
  for (const level of ['kelurahan', 'desa'] as const) {
    const byCity = Map.groupBy(
      regions.filter((region) => region.level === level),
      (region) => region.code.slice(0, 5),
    )
    const cities = [...byCity].map(([code, within]) => ({ order: randomOf(seed, 'city', level, code).fraction(), code, within }))
    for (const { within } of cities.toSorted((a, b) => a.order - b.order || (a.code < b.code ? -1 : 1))) {
      if (taken.length >= kelurahan) break
      taken.push(...within.slice(0, Math.min(perCityMax, kelurahan - taken.length)).map(placeOf))
    }
  }
  if (taken.length < kelurahan) throw new RangeError(`the reference files have ${taken.length} kelurahan for a nation, not ${kelurahan}`)
  return landWith(taken, closed)
}
