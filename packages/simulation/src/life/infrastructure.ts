import { assumptions } from '../assumptions.ts'
import { limitOf } from './grant.ts'
import { enterReadiness } from './readiness.ts'
import { attendance, by, byBoard, byBoardWithLurah, formTeam, lurahComes, startRun, walkOf } from './run.ts'
import type { PlanningTeam, Run, Walk } from './run.ts'
import { after, type Year } from './setting.ts'

/** The settlement plan: drafted, now and then sent back by the city, reviewed and ratified (steps 2.4). */
function tellPlan(year: Year, walk: Walk, team: PlanningTeam): void {
  const { officers, random } = year
  const data = { plan: 'RPLP' }
  const draft = (median: number): void => {
    walk.go(median)
    walk.tell('cycle.DraftPlan', by(team), ['rplp-rancangan'], data)
  }
  draft(8)
  if (random.chance(assumptions.planReturned)) {
    walk.step(5, '2.4', 'returned', by(officers.pokja), ['ba-pembahasan'], { notes: 'Belum selaras dengan RP2KPKP' })
    draft(6)
  }
  walk.go(6)
  walk.tell('cycle.ReviewPlan', by(officers.pokja), ['ba-pembahasan'], data)
  walk.go(5)
  walk.tell('cycle.RatifyPlan', byBoardWithLurah(year, true), ['ba-penetapan-rplp', 'rplp'], data)
}

/** The last three steps: the maintainers see to the works, the residents look back, the run ends. */
function tellSustaining(year: Year, walk: Walk, maintainers: Parameters<Run['sustained']>[1]): void {
  walk.step(60, '4.2', 'functioning', () => ({ by: maintainers }), ['daftar-periksa-op'])
  walk.go(30)
  if (!year.random.chance(assumptions.reviewOmitted))
    walk.tell('cycle.RecordStep', byBoard(year), ['ba-tinjauan'], { step: '4.3', outcome: 'reviewed' })
  walk.go(7)
  walk.tell('cycle.Close', byBoard(year), ['ba'])
}

/** The four stages of the infrastructure guides (DOMAIN §1.1). Undefined when the residents' meeting declines: that run is over. */
export function tellInfrastructure(year: Year, team: PlanningTeam): Run | undefined {
  const { board, officers, random } = year
  const walk = startRun(year)
  const { cycle, started } = walk
  const lurah = lurahComes(year)
  walk.step(7, '1.2', 'held', lurah ? by(board.lurah) : byBoard(year), ['ba', 'daftar-hadir'], attendance(year, lurah))
  enterReadiness(year, walk, 'penyadaran')
  const rejected = random.chance(assumptions.locationRejectsProgramme)
  walk.step(8, '1.3', rejected ? 'rejected' : 'accepted', by(board.lurah), ['ba-rkm', 'daftar-hadir'], attendance(year, true))
  if (rejected) return undefined
  formTeam(year, walk, team, '1.4')
  walk.step(2, '2.1', 'done', by(team), ['rencana-kerja'])
  walk.step(4, '2.2', 'agreed', by(team), ['ba-rpk', 'daftar-hadir'], attendance(year, random.chance(0.5)))
  enterReadiness(year, walk, 'pengkapasitasan')
  walk.step(14, '2.3', 'complete', by(team), ['data-ps', 'peta'])
  tellPlan(year, walk, team)
  const agreeable = walk.day()
  walk.step(6, '2.5', 'verified', by(officers.technical), ['rtplp', 'ded', 'rab'])
  return {
    cycle,
    started,
    board,
    agreeable,
    proposable: walk.day(),
    formsGroups: false,
    contracted(day) {
      const prepared = after(year, day, 1, limitOf(year, 'contract'))
      walkOf(year, cycle, prepared).step(0, '3.1', 'done', byBoard(year), ['ba'])
    },
    accounted(day) {
      const later = walkOf(year, cycle, day)
      later.step(2, '3.2', 'done', byBoard(year), ['lpj'])
      later.step(8, '4.1', 'agreed', byBoardWithLurah(year, true), ['rencana-pengelolaan', 'aturan-bersama'])
      return later.day()
    },
    unfunded: () => {},
    sustained: (from, maintainers) => tellSustaining(year, walkOf(year, cycle, from), maintainers),
  }
}
