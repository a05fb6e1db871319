import { shippedEditions, type Edition } from '@jejak/domain'
import type { Officers, Post } from './officers.ts'
import type { Random } from './random.ts'

/** What differs from programme to programme beside what its edition says. */
export interface Programme {
  readonly edition: Edition
  readonly component: string
  readonly source: 'APBN'
  /** Which cycle the kelurahan goes through: that of the infrastructure guides, of the community (nine stages), or of a neighbourhood. */
  readonly cycle: 'infrastructure' | 'community' | 'neighbourhood'
  /**
   * Whether city and treasury have their say in everything: the city confirms proposals, the board decides on one paper, what the year
   * gives is used within the year.
   */
  readonly byCity: boolean
  /** The community plan, as papers name it. */
  readonly planName: string
  /** Size of a grant, whole rupiah. */
  readonly grant: (random: Random) => number
  /** Shares of the tranches where the edition leaves them open. */
  readonly percent?: readonly number[]
  readonly decrees: (officers: Officers) => Post
  readonly agrees: (officers: Officers) => Post
  readonly agreementPaper: string
  readonly orders: (officers: Officers) => Post
  /** The steps between the facilitators and the payment request, with who takes them. */
  readonly chain: readonly (readonly [step: string, desk: (officers: Officers) => Post])[]
  readonly accepts: (officers: Officers) => Post
  readonly fields: readonly ('lingkungan' | 'sosial' | 'ekonomi')[]
}

const editionOf = (id: string): Edition => {
  const found = shippedEditions.find((edition) => edition.id === id)
  if (found === undefined) throw new Error(`no edition ${id} is shipped`)
  return found
}

const million = 1_000_000
const kasatker = ({ kasatker: post }: Officers): Post => post
const satker = ({ satker: post }: Officers): Post => post
const ppk = ({ ppk: post }: Officers): Post => post
const ppspm = ({ ppspm: post }: Officers): Post => post
const pjok = ({ pjok: post }: Officers): Post => post
const korkot = ({ korkot: post }: Officers): Post => post

const kotaku: Programme = {
  edition: editionOf('KOTAKU-2018'),
  component: 'INFRA_NEIGHBOURHOOD',
  source: 'APBN',
  cycle: 'infrastructure',
  byCity: true,
  planName: 'RPLP',
  // DOMAIN §2.1: 350 to 500 million, 1 billion, 0.5 to 2 billion.
  grant: (random) =>
    random.weighted([
      [random.whole(35, 50) * 10 * million, 55],
      [random.whole(50, 100) * 10 * million, 30],
      [random.whole(100, 200) * 10 * million, 15],
    ]),
  decrees: kasatker,
  agrees: ppk,
  agreementPaper: 'pks',
  orders: ppspm,
  chain: [['VF-12', korkot]],
  accepts: ppk,
  fields: ['lingkungan'],
}

const p2kp: Programme = {
  ...kotaku,
  edition: editionOf('P2KP3-2006'),
  component: 'LINGKUNGAN',
  cycle: 'community',
  byCity: false,
  planName: 'PJM',
  grant: (random) => random.whole(10, 35) * 10 * million,
  decrees: satker,
  agrees: pjok,
  agreementPaper: 'sppb',
  chain: [
    ['VF-11', pjok],
    ['VF-12', korkot],
  ],
  accepts: pjok,
  fields: ['lingkungan', 'lingkungan', 'lingkungan', 'sosial', 'ekonomi'],
}

const pnpm: Programme = {
  ...p2kp,
  edition: editionOf('PNPM-MP-2013'),
  // DOMAIN §2.1, R:D7: the bands of 2013; how many kelurahan lie in each is ours.
  grant: (random) =>
    million *
    random.weighted([
      [350, 22],
      [200, 38],
      [150, 20],
      [100, 12],
      [75, 8],
    ]),
  // The edition knows that there are at least two; 60/40 is ours.
  percent: [60, 40],
  agrees: ppk,
  orders: satker,
}

const plpbk: Programme = {
  ...p2kp,
  edition: editionOf('PLPBK-2009'),
  component: 'PHYSICAL',
  cycle: 'neighbourhood',
  planName: 'RPLP',
  grant: () => 1_000 * million,
  fields: ['lingkungan', 'lingkungan', 'lingkungan', 'sosial'],
}

/** Which programme gave grants when; years from DOMAIN §0, shares ours. */
const mixes: readonly (readonly [until: number, mix: readonly (readonly [Programme, number])[]])[] = [
  [2007, [[p2kp, 1]]],
  [
    2008,
    [
      [p2kp, 60],
      [pnpm, 40],
    ],
  ],
  [
    2011,
    [
      [pnpm, 80],
      [plpbk, 12],
      [p2kp, 8],
    ],
  ],
  [
    2014,
    [
      [pnpm, 88],
      [plpbk, 12],
    ],
  ],
  [Number.POSITIVE_INFINITY, [[kotaku, 1]]],
]

/** Every programme, by the id of its edition. */
export const programmes: ReadonlyMap<string, Programme> = new Map([kotaku, p2kp, pnpm, plpbk].map((each) => [each.edition.id, each]))

/** The programme of a kelurahan's grant of a year, or the one that the whole nation is told in. */
export function programmeOf(year: number, random: Random, only: string | undefined): Programme {
  if (only !== undefined) {
    const programme = programmes.get(only)
    if (programme === undefined) throw new RangeError(`no edition ${only}; there are ${[...programmes.keys()].join(', ')}`)
    return programme
  }
  return random.weighted(mixes.find(([until]) => year <= until)?.[1] ?? [[kotaku, 1]])
}
