import { assumptions } from '../assumptions.ts'
import { foundBoard } from './board.ts'
import { enterReadiness, tellDevelopment } from './readiness.ts'
import { attendance, by, byBoard, byBoardWithLurah, lurahComes, startRun, walkOf } from './run.ts'
import type { Run, Walk } from './run.ts'
import type { Board, Year } from './setting.ts'

/** Stage 5: the residents elect their board, or confirm the one they have. */
function tellElection(year: Year, walk: Walk): Board {
  const { board, officers } = year
  const day = walk.go(24)
  if (board.ready === Number.POSITIVE_INFINITY) return foundBoard(year, board, day, walk.cycle)
  const lurah = lurahComes(year)
  const who = by(lurah ? board.lurah : officers.senior)
  const met = attendance(year, lurah)
  walk.tell('cycle.RecordStep', who, ['ba-pemilihan', 'ad-art', 'daftar-hadir'], { step: '5', outcome: 'confirmed', ...met })
  return board
}

/** Stages 1 to 5, in the first year. Undefined when the residents decline: that run is over. */
function tellFirstYear(year: Year, walk: Walk): Board | undefined {
  const { officers, random } = year
  const facilitator = by(officers.social)
  walk.step(9, '1', 'held', facilitator, ['daftar-hadir'], attendance(year, lurahComes(year)))
  enterReadiness(year, walk, 'penyadaran')
  const rejected = random.chance(assumptions.locationRejectsProgramme)
  const met = attendance(year, lurahComes(year))
  walk.step(10, '2', rejected ? 'rejected' : 'accepted', facilitator, ['ba-rkm', 'daftar-hadir'], met)
  if (rejected) return undefined
  const neighbourhoods = random.whole(4, 14)
  const least = Math.ceil(neighbourhoods / 2)
  const reached = random.chance(assumptions.reflectionNarrow) ? random.whole(1, least - 1) : random.whole(least, neighbourhoods)
  const measures = { 'rw-covered': String(reached), 'rw-total': String(neighbourhoods) }
  walk.step(12, '3', 'agreed', facilitator, ['ba-rk'], { measures, ...attendance(year, random.chance(0.4)) })
  enterReadiness(year, walk, 'pengkapasitasan')
  if (random.chance(assumptions.surveyReturned))
    walk.step(18, '4', 'returned', by(officers.senior), ['ba'], { notes: 'Daftar warga miskin belum divalidasi' })
  const surveyors = random.chance(assumptions.surveyorsFew) ? random.whole(2, 4) : random.whole(5, 18)
  walk.step(22, '4', 'complete', facilitator, ['hasil-ps'], { measures: { surveyors: String(surveyors) } })
  return tellElection(year, walk)
}

/** A later year begins with the review of finance, institution and programme. */
function tellReview(year: Year, walk: Walk): void {
  enterReadiness(year, walk, 'penyadaran')
  const met = attendance(year, lurahComes(year))
  walk.step(18, 'R', 'reviewed', byBoard(year), ['ba-tinjauan', 'daftar-hadir'], met)
  // The reflection of the first year still holds: its minutes are shown again.
  enterReadiness(year, walk, 'pengkapasitasan', year.random.chance(assumptions.readinessUnproven) ? [] : ['ba-rk'])
}

/** Stage 6: the plan of three years, or the plan of the year out of it. */
function tellPlan(year: Year, walk: Walk, review: boolean): void {
  const data = { plan: 'PJM Pronangkis' }
  walk.go(review ? 10 : 16)
  walk.tell('cycle.DraftPlan', byBoard(year), ['pjm-rancangan'], data)
  walk.go(6)
  walk.tell('cycle.ReviewPlan', by(year.officers.senior), ['ba-pembahasan'], data)
  walk.go(8)
  walk.tell('cycle.RatifyPlan', byBoardWithLurah(year, lurahComes(year)), ['pjm-pronangkis', 'bappuk'], data)
}

/** The annual meeting of the residents and the end (stage 9). */
function tellAnnualMeeting(year: Year, walk: Walk): void {
  const met = attendance(year, lurahComes(year))
  walk.step(30, '9', 'held', byBoard(year), ['ba-rwt', 'daftar-hadir'], met)
  walk.go(10)
  walk.tell('cycle.Close', byBoard(year), ['ba'])
}

/** The nine stages of P2KP and PNPM-MP (DOMAIN §1.2), from their review on if `review`. Undefined when the residents decline. */
export function tellCommunity(before: Year, review: boolean): Run | undefined {
  const walk = startRun(before, review)
  const { cycle, started } = walk
  if (review) tellReview(before, walk)
  const board = review ? before.board : tellFirstYear(before, walk)
  if (board === undefined) return undefined
  const year = { ...before, board }
  tellPlan(year, walk, review)
  const ratified = walk.day()
  return {
    cycle,
    started,
    board,
    agreeable: ratified,
    proposable: ratified,
    formsGroups: true,
    contracted: () => {},
    accounted(day) {
      const later = walkOf(year, cycle, day)
      if (!year.random.chance(assumptions.annualMeetingEarly)) later.step(2, '8', 'done', byBoard(year), ['lpj'])
      return later.day()
    },
    unfunded() {
      const later = walkOf(year, cycle, ratified)
      later.step(120, '7', 'done', by(board.upl), ['ba'])
      tellAnnualMeeting(year, later)
    },
    sustained(from) {
      const later = walkOf(year, cycle, from)
      tellDevelopment(year, cycle, ratified, from)
      tellAnnualMeeting(year, later)
    },
  }
}
