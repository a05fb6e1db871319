import type { Recorded } from '@jejak/domain'
import { assumptions } from './assumptions.ts'
import type { WorkingDays } from './days.ts'
import type { Deed } from './deed.ts'
import { newHistory } from './history.ts'
import { kelurahanDeeds } from './life/kelurahan.ts'
import { bureauDeeds, cityBureaus, endOf, nationalBureaus, officersOf, type Bureau, type Span } from './officers.ts'
import type { Land, Place } from './places.ts'
import { randomOf } from './random.ts'
import { sit, type Sitting, type Teller } from './sitting.ts'

/** What a nation is told of: the span, and one edition if every kelurahan is to have the same. */
export interface Story extends Span {
  readonly edition: string | undefined
}

/** Numbers of lives: 0 publishes the editions, 1 is the nation's bureau; then the cities in order, then the kelurahan. */
export const nationLife = 1
const firstCity = 2

const hourMicros = 3_600_000_000
const dayMicros = 24 * hourMicros
const offsets: Readonly<Record<string, number>> = { 'Asia/Jakarta': 7, 'Asia/Makassar': 8, 'Asia/Jayapura': 9 }

const bureauZone = 'Asia/Jakarta'

function tellerOf(story: Story, life: number, needs: readonly number[], name: string, zone: string): Teller {
  const random = randomOf(story.seed, 'teller', name)
  return { life, needs, name, seed: story.seed, zone, history: newHistory(), random, told: 0, sittings: 0 }
}

/** Deeds in the order of their days, those that fall into the span; what was thought of first comes first on its day. */
const inOrder = (deeds: readonly Deed[], story: Story): Deed[] =>
  deeds.filter(({ known }) => known < endOf(story)).toSorted((a, b) => a.known - b.known || a.day - b.day)

/** The life of bureaus: a sitting on every day on which an office changes hands, before offices open. */
async function* bureauLife(story: Story, teller: Teller, bureaus: readonly Bureau[]): AsyncGenerator<Sitting> {
  const byDay = Map.groupBy(inOrder(bureauDeeds(story, bureaus), story), ({ day }) => day)
  for (const [day, deeds] of byDay) yield sit(teller, deeds, day * dayMicros - 2 * hourMicros + teller.life)
}

/** The days on which somebody sits down and enters what has come in, with it. */
function* sittingsOf(deeds: readonly Deed[], rhythm: number, phase: number, working: WorkingDays): Generator<[day: number, deeds: Deed[]]> {
  let from = 0
  while (from < deeds.length) {
    const { known } = deeds[from] ?? { known: 0 }
    const day = working.from(known + ((((phase - known) % rhythm) + rhythm) % rhythm))
    let to = from
    while (to < deeds.length && (deeds[to]?.known ?? 0) <= day) to += 1
    yield [day, deeds.slice(from, to).toSorted((a, b) => a.day - b.day)]
    from = to
  }
}

async function* kelurahanLife(
  story: Story,
  teller: Teller,
  place: Place,
  officers: ReturnType<typeof officersOf>,
  working: WorkingDays,
  facts: readonly Recorded[],
): AsyncGenerator<Sitting> {
  const deeds = inOrder(kelurahanDeeds({ span: story, place, officers, working }, story.edition), story)
  const random = randomOf(story.seed, 'rhythm', place.code)
  const rhythm = random.weighted(assumptions.sittings)
  const offset = (offsets[place.zone] ?? 7) * hourMicros
  let seen = 0
  for (const [day, entered] of sittingsOf(deeds, rhythm, random.whole(0, 27), working)) {
    if (day >= endOf(story)) return
    const recordedAt = day * dayMicros - offset + 8 * hourMicros + Math.floor(random.fraction() * 8 * hourMicros)
    let upTo = seen
    while (upTo < facts.length && Number(facts[upTo]?.recordedAt) < recordedAt) upTo += 1
    const news = facts.slice(seen, upTo).map((each, index) => ({ ...each, position: teller.told + index + 1 }))
    teller.history.apply(news)
    teller.told += news.length
    seen = upTo
    yield sit(teller, entered, recordedAt)
  }
}

/** A part of the nation: one city with some of its kelurahan. Several parts may share a city; each tells it to itself. */
export interface Part {
  readonly city: string
  /** All kelurahan of the city. */
  readonly places: readonly Place[]
  /** Those that are told, by their index: the first, and the one after the last. Who tells the first tells the city too. */
  readonly from: number
  readonly until: number
  /** Number of the city's life, and of the first of its kelurahan. */
  readonly life: number
  readonly firstPlace: number
}

/**
 * The kelurahan of a land from one on and before another, counted city by city, as parts in order with the numbers of their lives. The
 * cities at both ends may not be whole.
 */
export function partsOf({ places }: Land, from = 0, until = places.length): Part[] {
  const cities = [...Map.groupBy(places, ({ city }) => city)]
  let counted = 0
  return cities.flatMap(([city, within], index): Part[] => {
    const before = counted
    counted += within.length
    const own = { from: Math.max(from - before, 0), until: Math.min(until - before, within.length) }
    if (own.from >= own.until) return []
    return [{ city, places: within, ...own, life: firstCity + index, firstPlace: firstCity + cities.length + before }]
  })
}

/** The facts of sittings as a neighbour sees them: it has yet to give them a place in its own history. */
const seenBy = (sittings: readonly Sitting[]): Recorded[] =>
  sittings.flatMap(({ recordedAt, commands }) =>
    commands.flat().map((fact): Recorded => ({ position: 0, recordedAt: BigInt(recordedAt), fact })),
  )

async function bureauSittings(story: Story, life: number, name: string, bureaus: readonly Bureau[]): Promise<Sitting[]> {
  const sittings: Sitting[] = []
  for await (const sitting of bureauLife(story, tellerOf(story, life, [life], name, bureauZone), bureaus)) sittings.push(sitting)
  return sittings
}

/** The sittings of the nation's bureau. */
export const nationSittings = (story: Story): Promise<Sitting[]> => bureauSittings(story, nationLife, 'nation', nationalBureaus(story))

/**
 * A city and its kelurahan one after the other, each from first to last day: sittings in the order of each life, not of the nation.
 * `published` are the sittings that published the editions.
 */
export async function* partSittings(story: Story, land: Land, part: Part, published: readonly Sitting[]): AsyncGenerator<Sitting> {
  const nation = await nationSittings(story)
  const bureaus = cityBureaus(story, part.city, part.places)
  const city = await bureauSittings(story, part.life, `city ${part.city}`, bureaus)
  if (part.from === 0) yield* city
  const facts = seenBy([...published, ...nation, ...city].toSorted((a, b) => a.recordedAt - b.recordedAt))
  for (const [index, place] of part.places.entries()) {
    if (index < part.from || index >= part.until) continue
    const life = part.firstPlace + index
    const teller = tellerOf(story, life, [nationLife, part.life, life], `kelurahan ${place.code}`, place.zone)
    const officers = officersOf(nationalBureaus(story), bureaus, part.places, place)
    yield* kelurahanLife(story, teller, place, officers, land.working, facts)
  }
}
