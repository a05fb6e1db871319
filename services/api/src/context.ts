import type { Pool } from 'pg'
import { Edition, dateIn, type EditionRef, type Reader } from '@jejak/domain'
import type { Log, OpenLog, Persons, Protection } from '@jejak/event-store'
import type { EvidenceStore } from '@jejak/evidence'
import { loadCalendar, regionByCode, regionById, zoneOf, type Calendar, type Region } from '@jejak/reference'
import type { Identity } from './identity.ts'

/** What the routes are given: joined in `main.ts`, passed as a parameter. */
export interface Context {
  readonly pool: Pool
  readonly log: OpenLog
  readonly persons: Persons
  /** The files that facts name; without it their routes do not exist. */
  readonly evidence?: EvidenceStore
  readonly identity: Identity
  readonly regions: Regions
  readonly reader: Reader
  readonly protections: () => Promise<readonly Protection[]>
  readonly views: Views
  /** Working days, remembered: they change with a release, not while running. */
  readonly calendar: () => Promise<Calendar>
  /** Microseconds since 1970. */
  readonly now: () => bigint
}

/** How far the views are behind the log, and waiting for them. */
export interface Views {
  lag(): Promise<readonly ViewLag[]>
  /** Waits until a view shows everything up to a position. */
  reached(view: string, position: number): Promise<boolean>
}

/** How far one view is behind. */
export interface ViewLag {
  readonly name: string
  readonly position: number
  readonly events: number
  readonly ageSeconds: number
  /** By whom and why it is not followed. */
  readonly paused: string | null
  readonly failed: string | null
}

/** Regions by id, remembered: they change with a release, not while running. */
export interface Regions {
  byId(id: string): Promise<Region | undefined>
  /** The region of a whole code; undefined for one that the reference does not know. */
  byCode(code: string): Promise<Region | undefined>
  zone(id: string | undefined): Promise<string>
  /** Ids of all areas within a region, itself among them; undefined for the nation. */
  idsWithin(region: string): Promise<readonly string[] | undefined>
  /** Whether an area lies within a region of the caller; what belongs to no area is seen by all. */
  within(id: string | undefined, region: string): Promise<boolean>
  /** Code of each of these areas, by id. */
  codesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Name of each of these codes. */
  namesOf(codes: readonly string[]): Promise<ReadonlyMap<string, string>>
}

const remembered = 20_000

/** Looks regions up in the reference tables. */
export function openRegions(pool: Pool): Regions {
  const known = new Map<string, Region>()
  const byId = async (id: string): Promise<Region | undefined> => {
    const seen = known.get(id)
    if (seen) return seen
    const found = await regionById(pool, id)
    if (found && known.size < remembered) known.set(id, found)
    return found
  }
  return {
    byId,
    byCode: (code) => regionByCode(pool, code),
    async zone(id) {
      const region = id === undefined ? undefined : await byId(id)
      return region ? zoneOf(region.code) : 'Asia/Jakarta'
    },
    async idsWithin(prefix) {
      if (prefix === '') return undefined
      const found = await pool.query<{ id: string }>(`select id from reference.regions where code = $1 or starts_with(code, $1 || '.')`, [
        prefix,
      ])
      return found.rows.map((row) => row.id)
    },
    async within(id, prefix) {
      if (id === undefined || prefix === '') return true
      const region = await byId(id)
      return region !== undefined && (region.code === prefix || region.code.startsWith(`${prefix}.`))
    },
    async codesOf(ids) {
      const found = await pool.query<{ id: string; code: string }>('select id, code from reference.regions where id = any ($1)', [ids])
      return new Map(found.rows.map(({ id, code }) => [id, code]))
    },
    async namesOf(codes) {
      const found = await pool.query<{ code: string; name: string }>('select code, name from reference.regions where code = any ($1)', [
        codes,
      ])
      return new Map(found.rows.map(({ code, name }) => [code, name]))
    },
  }
}

/** The calendar from the reference tables, loaded when first asked for. What failed once is asked again. */
export function calendarFrom(pool: Pool): () => Promise<Calendar> {
  let calendar: Promise<Calendar> | undefined
  return () => {
    calendar ??= loadCalendar(pool).catch((error: unknown) => {
      calendar = undefined
      throw error
    })
    return calendar
  }
}

/** Where commands read: the log, editions remembered once found (CONTRACTS B5), zones from the reference tables. */
export function readerOf(log: Log, regions: Regions): Reader {
  const editions = new Map<string, Edition>()
  return {
    async read(reads) {
      const { facts, head } = await log.read(reads)
      return { facts, head }
    },
    async edition(pin: EditionRef) {
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
    zoneOf: (area) => regions.zone(area),
  }
}

/** RFC 3339 text of a recorded time, to the microsecond. */
export function instantOf(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  const seconds = new Date(Number((micros - fraction) / 1000n)).toISOString().slice(0, 19)
  return `${seconds}.${fraction.toString().padStart(6, '0')}Z`
}

/** Microseconds of an RFC 3339 instant. */
export const microsOf = (instant: string): bigint => Temporal.Instant.from(instant).epochNanoseconds / 1000n

/** The last microsecond of a date in a zone. */
export function endOfDay(date: string, zone: string): bigint {
  const next = Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime(zone)
  return next.epochNanoseconds / 1000n - 1n
}

export { dateIn }
