import { Edition, type Reader } from '@jejak/domain'
import type { Log } from '@jejak/event-store'
import { regionByCode, regionById, zoneOf, type Region } from '@jejak/reference'
import type { Pool } from 'pg'
import type { Place } from './mapper.ts'

/** Where rows of a file lie, by the code or the id of an area. */
export interface Places {
  /** Undefined for an area that is not in the reference tables. */
  byText(text: string): Promise<Place | undefined>
}

const defaultZone = 'Asia/Jakarta'
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Areas, remembered: they change with a release, not while running. */
export function createPlaces(pool: Pool): Places & Pick<Reader, 'zoneOf'> {
  const known = new Map<string, Place | undefined>()
  const find = async (text: string): Promise<Region | undefined> =>
    uuid.test(text) ? regionById(pool, text.toLowerCase()) : regionByCode(pool, text)
  const byText = async (text: string): Promise<Place | undefined> => {
    if (known.has(text)) return known.get(text)
    const region = await find(text)
    const place = region && { area: region.id, zone: zoneOf(region.code) }
    if (known.size < 10_000) known.set(text, place)
    return place
  }
  return { byText, zoneOf: async (area) => (area === undefined ? defaultZone : ((await byText(area))?.zone ?? defaultZone)) }
}

/** Where an import reads: the log, editions remembered once found (CONTRACTS B5), zones from the reference tables. */
export function createReader(log: Log, places: Pick<Reader, 'zoneOf'>): Reader {
  const editions = new Map<string, Edition>()
  return {
    read: (reads) => log.read(reads),
    async edition(pin) {
      const name = `${pin.id} ${pin.revision}`
      const seen = editions.get(name)
      if (seen) return seen
      const { facts } = await log.read([{ tag: `edition:${pin.id}`, types: ['edition.Published'] }])
      const published = facts.find(({ fact }) => fact.data['revision'] === pin.revision)
      if (!published) return undefined
      const edition = Edition.parse(published.fact.data['content'])
      editions.set(name, edition)
      return edition
    },
    zoneOf: places.zoneOf,
  }
}
