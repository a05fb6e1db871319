import type { EntityRef } from '@jejak/domain'
import { dateOf, newYear } from './days.ts'
import { newPlan, type Deed, type Signer } from './deed.ts'
import type { Place } from './places.ts'
import { randomOf } from './random.ts'

/** The seed and the years that a nation is told over. */
export interface Span {
  readonly seed: string
  readonly from: number
  readonly years: number
}

/** The first day of the last year's following year: nothing is told of it or later. */
export const endOf = ({ from, years }: Span): number => newYear(from + years)

/** `system` sets the first institutions and offices (CONTRACTS E3), as in the demonstration. */
export const system: Signer = { person: '00000000-0000-7000-8000-000000000001', role: 'system' }

/** Median of a term of office of an official in days, and how far it spreads. */
const term = { median: 900, spread: 0.4 }

interface Term {
  readonly person: string
  readonly from: number
  /** The last day. */
  readonly to: number
}

/** An office with those who hold it one after the other. */
export interface Post {
  readonly role: string
  readonly institution: string
  readonly terms: readonly Term[]
  on(day: number): Signer
}

/** An institution with its posts, whose life is offices alone. */
export interface Bureau {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly area?: string
  readonly posts: readonly Post[]
}

/** A post that is held from the first day to the last, by one after the other. */
export function postOf(span: Span, institution: string, role: string, nth = 1): Post {
  const random = randomOf(span.seed, 'post', institution, role, nth)
  const terms: Term[] = []
  for (let from = newYear(span.from); from < endOf(span); from = (terms.at(-1)?.to ?? from) + 1) {
    const to = from + Math.max(120, random.delay(term.median, term.spread))
    terms.push({ person: random.id(from), from, to })
  }
  const on = (day: number): Signer => {
    const held = terms.find(({ to }) => day <= to) ?? terms.at(-1)
    if (held === undefined) throw new Error(`nobody holds ${role} on ${dateOf(day)}`)
    return { person: held.person, role, institution }
  }
  return { role, institution, terms, on }
}

/** Builds a bureau; a role may be named several times, for several persons. */
export function bureauOf(span: Span, kind: string, name: string, roles: readonly string[], area?: string): Bureau {
  const id = randomOf(span.seed, 'bureau', kind, name).id(newYear(span.from))
  const posts = roles.map((role, index) => postOf(span, id, role, index))
  return { id, kind, name, ...(area === undefined ? {} : { area }), posts }
}

/** The deeds of a bureau: it is formed, and its offices change hands. */
export function bureauDeeds(span: Span, bureaus: readonly Bureau[]): readonly Deed[] {
  const plan = newPlan()
  const first = newYear(span.from)
  for (const { id, kind, name, area, posts } of bureaus) {
    const subject: EntityRef = { kind: 'institution', id }
    plan.tell(first, 'institution.Form', subject, { by: system, data: { institutionKind: kind, name, ...(area ? { area } : {}) } })
    for (const { role, terms } of posts)
      for (const { person, from, to } of terms) {
        plan.tell(from, 'institution.AssumeOffice', subject, { by: system, data: { holder: person, role, from: dateOf(from) } })
        plan.tell(to, 'institution.EndOffice', subject, { by: system, data: { holder: person, role, last: dateOf(to) } })
      }
  }
  return plan.deeds
}

const post = (bureau: Bureau, role: string, nth = 0): Post => {
  const found = bureau.posts.filter((each) => each.role === role)[nth]
  if (found === undefined) throw new Error(`${bureau.name} has no ${role}`)
  return found
}

/** Whom a kelurahan has to do with outside itself. */
export interface Officers {
  readonly pmu: Post
  readonly kmw: Post
  readonly korkot: Post
  readonly pokja: Post
  readonly housing: Post
  readonly kasatker: Post
  readonly satker: Post
  readonly ppk: Post
  readonly ppspm: Post
  readonly pjok: Post
  /** Leads the team of facilitators. */
  readonly senior: Post
  readonly technical: Post
  readonly social: Post
}

/** The one bureau of the nation. */
export const nationalBureaus = (span: Span): readonly Bureau[] => [bureauOf(span, 'PMU', 'PMU Ditjen Cipta Karya', ['PMU'])]

/** Some kelurahan share a team of facilitators. */
const kelurahanPerTeam = 8

const teamOf = (places: readonly Place[], place: Place): number => Math.floor(places.indexOf(place) / kelurahanPerTeam)

/** The bureaus of a city: those of the programme and of the treasury, the sub-districts, the teams of facilitators. */
export function cityBureaus(span: Span, city: string, places: readonly Place[]): readonly Bureau[] {
  const sub = [...new Set(places.map(({ kecamatan }) => kecamatan))]
  const teams = [...new Set(places.map((place) => teamOf(places, place)))]
  return [
    bureauOf(span, 'REGIONAL_CONSULTANT', `OSP wilayah ${city}`, ['KMW']),
    bureauOf(span, 'CITY_COORDINATION', `Koordinasi kota ${city}`, ['KORKOT']),
    bureauOf(span, 'CITY_SERVICE', `Dinas perumahan ${city}`, ['DPRKP', 'POKJA_PKP']),
    bureauOf(span, 'SATKER', `Satuan kerja ${city}`, ['KASATKER', 'SATKER', 'PPK', 'PPSPM']),
    ...sub.map((code) => bureauOf(span, 'KECAMATAN', `Kecamatan ${code}`, ['PJOK'])),
    ...teams.map((team) => bureauOf(span, 'FACILITATORS', `Tim fasilitator ${city} ${team + 1}`, ['FASKEL', 'FASKEL', 'FASKEL'])),
  ]
}

/** The officers of one kelurahan among the bureaus of nation and city. */
export function officersOf(nation: readonly Bureau[], city: readonly Bureau[], places: readonly Place[], place: Place): Officers {
  const named = (kind: string, name?: string): Bureau => {
    const found = [...nation, ...city].find((bureau) => bureau.kind === kind && (name === undefined || bureau.name === name))
    if (found === undefined) throw new Error(`there is no ${kind} ${name ?? ''}`)
    return found
  }
  const team = named('FACILITATORS', `Tim fasilitator ${place.city} ${teamOf(places, place) + 1}`)
  return {
    pmu: post(named('PMU'), 'PMU'),
    kmw: post(named('REGIONAL_CONSULTANT'), 'KMW'),
    korkot: post(named('CITY_COORDINATION'), 'KORKOT'),
    pokja: post(named('CITY_SERVICE'), 'POKJA_PKP'),
    housing: post(named('CITY_SERVICE'), 'DPRKP'),
    kasatker: post(named('SATKER'), 'KASATKER'),
    satker: post(named('SATKER'), 'SATKER'),
    ppk: post(named('SATKER'), 'PPK'),
    ppspm: post(named('SATKER'), 'PPSPM'),
    pjok: post(named('KECAMATAN', `Kecamatan ${place.kecamatan}`), 'PJOK'),
    senior: post(team, 'FASKEL', 0),
    technical: post(team, 'FASKEL', 1),
    social: post(team, 'FASKEL', 2),
  }
}
