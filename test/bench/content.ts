import { randomUUID } from 'node:crypto'

/** An event as every store is given it: 542 bytes of data and 124 of metadata, both as JSON text. */
export interface BenchEvent {
  readonly id: string
  readonly entity: number
  /** Which event of its entity this is, from 1: what the order is judged by. */
  readonly version: number
  readonly type: string
  readonly data: EventData
  readonly metadata: { readonly actor: string; readonly correlation: string }
}

/** The payload: an instalment paid, with a note that fills it up. */
export interface EventData {
  readonly [field: string]: string | number
}

/** Sizes of the JSON texts in bytes. */
export const dataBytes = 542
export const metadataBytes = 124

/** Types that stores with typed conditions name; an event's type follows from its version. */
export const eventTypeNames: readonly string[] = ['Planned', 'Requested', 'Credited', 'InstalmentPaid', 'LpjSubmitted', 'Closed']

const sentence = 'Pembayaran termin kedua untuk saluran drainase di RT 03 RW 05 kelurahan, diterima KSM dan dicatat dalam buku kas. '

/** A text of exactly so many characters. */
const filler = (length: number): string => sentence.repeat(Math.ceil(length / sentence.length)).slice(0, length)

/** Turns `value` with an empty `field` into one whose JSON text has exactly `bytes` bytes. */
function padded<T extends Record<string, string | number>>(value: T, field: keyof T & string, bytes: number): T {
  const missing = bytes - JSON.stringify(value).length
  if (missing < 0) throw new RangeError(`the value has ${-missing} bytes more than ${bytes}`)
  return { ...value, [field]: filler(missing) }
}

/** Identifier of an entity: the same in every store, in every process. */
export const entityId = (entity: number): string => `018f3a50-7c00-7000-8000-${entity.toString(16).padStart(12, '0')}`

/** The event number `version` of an entity. Nothing of it depends on the store. */
export function benchEvent(entity: number, version: number): BenchEvent {
  const id = randomUUID()
  const type = eventTypeNames[version % eventTypeNames.length] ?? ''
  const data = padded(
    { id, entity, version, amount: '88000000', bankReference: `TRF-${id.slice(0, 8)}`, ksm: entityId(entity), note: '' },
    'note',
    dataBytes,
  )
  const metadata = padded({ actor: '3e8a7f52-6a44-4d27-8a55-0d6e1f6a2b10', correlation: id, note: '' }, 'note', metadataBytes)
  return { id, entity, version, type, data, metadata }
}

/** How the 200,000 events that are present before anything is measured divide among entities. */
export interface Group {
  readonly name: 'work' | 'ten' | 'hundred' | 'thousand'
  readonly first: number
  readonly entities: number
  readonly eventsEach: number
}

/** The groups for a total of about `events`: `work` is appended to, the others are loaded and stay as they are. */
export function groupsOf(events: number): readonly Group[] {
  const share = (part: number, each: number): number => Math.max(1, Math.round((events * part) / each))
  const sizes = [
    { name: 'work', entities: share(0.5, 10), eventsEach: 10 },
    { name: 'ten', entities: share(0.15, 10), eventsEach: 10 },
    { name: 'hundred', entities: share(0.15, 100), eventsEach: 100 },
    { name: 'thousand', entities: share(0.2, 1000), eventsEach: 1000 },
  ] as const
  let first = 0
  return sizes.map((size) => {
    const group = { ...size, first }
    first += size.entities
    return group
  })
}

/** How the events present divide: in groups of several sizes, or all in entities of ten to append to. */
export type Layout = 'groups' | 'tens'

/** The version of an entity after the filling; 0 if the filling does not know it. */
export function versionAfterFilling(events: number, layout: Layout, entity: number): number {
  if (layout === 'tens') return 10
  return groupsOf(events).find(({ first, entities }) => entity >= first && entity < first + entities)?.eventsEach ?? 0
}

/** A reproducible sequence of numbers in [0, 1): mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The writes of the filling, in the order of the log: entities grow beside each other, as in life, each in its own order. */
export function fillOrder(groups: readonly Group[]): readonly { readonly entity: number; readonly version: number }[] {
  const random = randomFrom(1)
  const writes: { entity: number; version: number; at: number }[] = []
  for (const group of groups) {
    for (let entity = group.first; entity < group.first + group.entities; entity += 1) {
      const phase = random()
      for (let version = 1; version <= group.eventsEach; version += 1) {
        writes.push({ entity, version, at: (version - 1 + phase) / group.eventsEach })
      }
    }
  }
  return writes.sort((a, b) => a.at - b.at).map(({ entity, version }) => ({ entity, version }))
}
