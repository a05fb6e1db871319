import { dateOf, newYear } from '../days.ts'
import type { Signer, Telling } from '../deed.ts'
import type { Post } from '../officers.ts'
import { assumptions } from '../assumptions.ts'
import { randomOf } from '../random.ts'
import { after, entity, type Board, type Year } from './setting.ts'

/** A run of the programme cycle, as the money of its year meets it. */
export interface Run {
  readonly cycle: string
  readonly started: number
  /** The board of the kelurahan, which the run itself may have elected. */
  readonly board: Board
  /** From this day on the agreement can be signed. */
  readonly agreeable: number
  /** From this day on works can be proposed. */
  readonly proposable: number
  /** Whether the forming of a group is a fact of the run too. */
  readonly formsGroups: boolean
  /** What it goes through when the contracts are signed, before money is asked for. */
  contracted(day: number): void
  /** What it goes through when the grant is accounted for. Gives the day from which works can be handed over. */
  accounted(day: number): number
  /** No money comes in this year. */
  unfunded(): void
  /** The works are in the hands of those who maintain them: from here to its end. */
  sustained(from: number, maintainers: Signer): void
}

/** Who decides and signs on a day. */
export type Who = (day: number) => Pick<Telling, 'by' | 'with' | 'recorder'>

/** Whoever holds the post, alone. */
export const by =
  (post: Pick<Post, 'on'>): Who =>
  (day) => ({ by: post.on(day) })

/** The board's coordinator, with the secretary as the recorder. */
export const byBoard =
  ({ board }: Pick<Year, 'board'>): Who =>
  (day) => ({ by: board.coordinator.on(day), recorder: board.secretary.on(day) })

/** The board's coordinator together with the head of the kelurahan, if that one comes. */
export const byBoardWithLurah =
  ({ board }: Pick<Year, 'board'>, comes: boolean): Who =>
  (day) => ({ ...byBoard({ board })(day), ...(comes ? { with: [board.lurah.on(day)] } : {}) })

/** A run on its way: the day that it has come to, and what is told of it there. */
export interface Walk {
  readonly cycle: string
  readonly started: number
  readonly day: () => number
  /** Lets time go by. */
  go(median: number): number
  tell(command: string, who: Who, papers: readonly string[], data?: Telling['data']): void
  /** Lets time go by, then a step is done. */
  step(median: number, step: string, outcome: string, who: Who, papers: readonly string[], more?: Telling['data']): void
}

/** A run of the cycle from a day on. */
export function walkOf(year: Year, cycle: string, started: number): Walk {
  let day = started
  const walk: Walk = {
    cycle,
    started,
    day: () => day,
    go: (median) => (day = after(year, day, median)),
    tell(command, who, papers, data = {}) {
      year.plan.tell(day, command, entity('cycle', cycle), { ...who(day), papers, data })
    },
    step(median, step, outcome, who, papers, more = {}) {
      walk.go(median)
      walk.tell('cycle.RecordStep', who, papers, { step, outcome, ...more })
    },
  }
  return walk
}

/** The run of a year begins, with the review of what was done if `review`. */
export function startRun(year: Year, review = false): Walk {
  const { place, programme, officers, random } = year
  const walk = walkOf(year, random.id(newYear(year.year)), after(year, newYear(year.year) + 12, 16))
  const { id, revision } = programme.edition
  const data = { area: place.area, year: String(year.year), edition: { id, revision }, ...(review ? { review } : {}) }
  walk.tell('cycle.Start', by(officers.korkot), ['surat-mulai'], data)
  return walk
}

/** Whether the head of the kelurahan comes to a meeting. */
export const lurahComes = ({ random }: Year): boolean => !random.chance(assumptions.lurahAbsent)

/** Who came to a meeting of residents; the heads of facilitators and of the kelurahan are counted by role. */
export function attendance({ random }: Year, lurah: boolean) {
  const present = random.whole(35, 140)
  return {
    attendance: {
      present,
      women: Math.round(present * (0.3 + random.fraction() * 0.3)),
      poor: Math.round(present * (0.3 + random.fraction() * 0.3)),
      byRole: { FASKEL: random.whole(1, 3), ...(lurah ? { LURAH: 1 } : {}) },
    },
  }
}

/** The planning team (TIPP): formed in the first run that has one, strengthened in later ones. */
export interface PlanningTeam extends Pick<Post, 'on'> {
  readonly formed: boolean
}

/** The planning team of a kelurahan, from the seed alone. */
export function planningTeam({ span, place }: Year, formed: boolean): PlanningTeam {
  const random = randomOf(span.seed, 'tipp', place.code)
  const institution = random.id(newYear(span.from))
  const person = random.id(newYear(span.from))
  return { formed, on: () => ({ person, role: 'TIPP', institution }) }
}

/** The board forms the planning team, or strengthens the one there is: a step of the run either way. */
export function formTeam(year: Year, walk: Walk, team: PlanningTeam, step: string): void {
  const { plan, board, place } = year
  const day = walk.go(7)
  if (team.formed) {
    walk.tell('cycle.RecordStep', byBoard(year), ['sk-tipp'], { step, outcome: 'strengthened' })
    return
  }
  const { person, role, institution } = team.on(day)
  const subject = entity('institution', institution ?? '')
  plan.tell(day, 'institution.Form', subject, {
    ...byBoardWithLurah({ board }, true)(day),
    papers: ['ba-pembentukan', 'sk-tipp'],
    data: { institutionKind: 'TIPP', name: `TIPP ${place.name}`, area: place.area, cycle: walk.cycle, workingGroups: 7 },
  })
  plan.tell(day, 'institution.AssumeOffice', subject, { ...byBoard(year)(day), data: { holder: person, role, from: dateOf(day) } })
}
