import { assumptions } from '../assumptions.ts'
import { enterReadiness } from './readiness.ts'
import { attendance, by, byBoard, byBoardWithLurah, formTeam, lurahComes, startRun, walkOf } from './run.ts'
import type { PlanningTeam, Run, Walk } from './run.ts'
import type { Year } from './setting.ts'

/** Survey, area plan and its marketing (stages 2 and 3). */
function tellAreaPlan(year: Year, walk: Walk, team: PlanningTeam): void {
  const { officers, random } = year
  const data = { plan: 'RPLP' }
  walk.step(24, '2.1', 'complete', by(team), ['data-ps', 'peta'])
  walk.go(18)
  walk.tell('cycle.DraftPlan', by(team), ['rplp-rancangan'], data)
  walk.go(8)
  walk.tell('cycle.ReviewPlan', by(officers.pokja), ['ba-pembahasan'], data)
  walk.go(6)
  walk.tell('cycle.RatifyPlan', byBoardWithLurah(year, true), ['rplp'], data)
  walk.step(16, '2.3', 'ratified', byBoard(year), ['rtplp'])
  const reported = !random.chance(assumptions.marketingUnreported)
  walk.step(21, '3', 'done', byBoard(year), reported ? ['laporan-pemasaran'] : ['ba'])
}

/** PLPBK: commitment, area plan, marketing, works, sustaining (DOMAIN §0). Undefined when the residents decline. */
export function tellNeighbourhood(year: Year, team: PlanningTeam): Run | undefined {
  const { board, officers, random } = year
  const walk = startRun(year)
  const { cycle, started } = walk
  walk.step(7, '1.1', 'held', by(officers.social), ['daftar-hadir'], attendance(year, lurahComes(year)))
  enterReadiness(year, walk, 'penyadaran')
  const rejected = random.chance(assumptions.locationRejectsProgramme)
  const met = attendance(year, lurahComes(year))
  walk.step(8, '1.2', rejected ? 'rejected' : 'accepted', byBoard(year), ['ba-rkm', 'daftar-hadir'], met)
  if (rejected) return undefined
  enterReadiness(year, walk, 'pengkapasitasan')
  formTeam(year, walk, team, '1.3')
  const agreeable = walk.day()
  tellAreaPlan(year, walk, team)
  return {
    cycle,
    started,
    board,
    agreeable,
    proposable: walk.day(),
    formsGroups: true,
    contracted: () => {},
    accounted(day) {
      const later = walkOf(year, cycle, day)
      later.step(2, '4', 'done', byBoard(year), ['lpj'])
      return later.day()
    },
    unfunded: () => {},
    sustained(from) {
      const last = walkOf(year, cycle, from)
      if (!random.chance(assumptions.managementUnagreed))
        last.step(40, '5', 'reviewed', byBoard(year), ['rencana-pengelolaan', 'ba-tinjauan'])
      last.go(14)
      last.tell('cycle.Close', byBoard(year), ['ba'])
    },
  }
}
