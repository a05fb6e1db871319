import { assumptions } from '../assumptions.ts'
import { dateOf, newYear } from '../days.ts'
import type { Signer } from '../deed.ts'
import { tellBoardAccount, tellCompletion, tellSettlement, tellTermination } from './accounting.ts'
import { siteOf, tellPhase, type Site } from './building.ts'
import { tellComplaints, tellSevere } from './complaints.ts'
import { foundBoard } from './board.ts'
import { pastAfter, tellRun, type Past } from './cycle.ts'
import { limitOf, tellAgreement, type Grant } from './grant.ts'
import { tellProposing, type Decided } from './proposing.ts'
import { tellOperating, tellRelease } from './release.ts'
import { tellEmpowering } from './readiness.ts'
import { byBoard, byBoardWithLurah, type Run } from './run.ts'
import { after, entity, type Board, type Year } from './setting.ts'
import { moneyOf, worksOf } from './shape.ts'

/** The tranches one after the other, each with what it pays for. Gives the sites and the day from which the last tranche is free. */
function tellTranches(year: Year, grant: Grant, decided: readonly Decided[]): { sites: Site[]; free: number; operated: number } {
  const sites = decided.map((each) => siteOf(each, grant))
  const { random, programme } = year
  let asked = after(year, Math.max(grant.agreed, Math.min(...sites.map(({ contracted }) => contracted))), 6, limitOf(year, 'contract'))
  let free = asked
  let operated = asked
  for (const [tranche, id] of grant.tranches.entries()) {
    const last = tranche === grant.tranches.length - 1
    const limit = limitOf(year, last ? 'lastSp2d' : 'firstSp2d')
    const credited = tellRelease(year, grant, { tranche, asked, limit })
    for (const site of sites) {
      if (last && site.work.fate === 'terminated') tellTermination(year, site, credited)
      else tellPhase(year, grant, site, tranche, credited)
    }
    const end = Math.max(...sites.map((site) => site.end))
    operated = tellOperating(year, grant, tranche, credited, end)
    if (last) free = tellSevere(year, id, Math.max(...sites.map((site) => site.lastPaid), operated, credited))
    else if (programme.edition.tranches.next.previousLpj === 'none')
      asked = after(year, Math.max(end, operated), 5, limitOf(year, 'lastRequest'))
    else asked = after(year, tellBoardAccount(year, grant, sites, [tranche], Math.max(end, operated)), 5 + random.whole(0, 5))
  }
  return { sites, free, operated }
}

/** One of the works: certificate, a plan for its upkeep where it has its own, handover, end. Gives the day of the handover. */
function tellTaking(year: Year, id: string, number: string, from: number): number {
  const { plan, board, officers, random, programme } = year
  const { delay, defectsFound } = assumptions
  const subject = entity('proposal', id)
  let day = after(year, from, 4)
  const certify = (outcome: string, notes?: string): void => {
    const data = { step: 'VF-23', outcome, ...(notes ? { reasons: ['TEKNIS'], notes } : {}) }
    plan.tell(day, 'proposal.RecordStep', subject, { by: officers.technical.on(day), papers: ['sp3', 'ukur-akhir'], data })
    day = after(year, day, 10)
  }
  if (random.chance(defectsFound)) certify('defects', 'Retak pada sambungan')
  certify('certified')
  if (programme.edition.handover.ownMaintenancePlan)
    plan.tell(day, 'proposal.AgreeMaintenancePlan', subject, { ...byBoard(year)(day), papers: ['rencana-op'] })
  plan.tell(day, 'proposal.HandOver', subject, {
    ...byBoardWithLurah(year, true)(day),
    papers: ['bast'],
    number: `BAST/${number}`,
  })
  const final = after(year, day + delay.maintenance, 20)
  plan.tell(final, 'proposal.HandOverFinally', subject, { by: board.lurah.on(final), papers: ['fho'] })
  const closed = after(year, final, 7)
  plan.tell(closed, 'proposal.Close', subject, { ...byBoard(year)(closed), papers: ['ba'] })
  return day
}

/** Certificate, handover, maintainers, final handover (DOMAIN §4, VF-23 to VF-25). */
function tellHandover(year: Year, sites: readonly Site[], run: Run, from: number): void {
  const { plan, board, place, random } = year
  const { delay } = assumptions
  const built = sites.filter(({ work }) => work.fate === 'built')
  const handed = built.map(({ work }) => tellTaking(year, work.id, work.number, from))
  const formed = after(year, Math.max(from, ...handed), delay.handoverToMaintainers)
  const maintainers: Signer = { person: random.id(newYear(year.year)), role: 'KPP', institution: random.id(newYear(year.year)) }
  const kpp = entity('institution', maintainers.institution ?? '')
  const by = board.lurah.on(formed)
  plan.tell(formed, 'institution.Form', kpp, {
    by,
    papers: ['ba-pembentukan', 'sk-kpp'],
    data: {
      institutionKind: 'KPP',
      name: `KPP ${place.name} ${year.year}`,
      area: place.area,
      proposals: built.map(({ work }) => work.id),
      duesPerHousehold: String(random.whole(2, 20) * 1000),
    },
  })
  const office = { holder: maintainers.person, role: 'KPP', from: dateOf(formed) }
  plan.tell(formed, 'institution.AssumeOffice', kpp, { by, data: office })
  run.sustained(formed, maintainers)
}

/** The money of a year from the first proposal to the handover. */
function tellGrant(year: Year, grant: Grant, run: Run): void {
  const { programme } = year
  const works = worksOf(year, grant.money)
  const decided = tellProposing(year, grant, works, run, Math.max(grant.decreed, run.proposable))
  const contracts = decided.map(({ contracted }) => contracted)
  run.contracted(Math.max(...contracts))
  const { sites, free, operated } = tellTranches(year, grant, decided)
  const accounted = sites.filter(({ work }) => work.fate === 'built').map((site) => (site.end = tellCompletion(year, site)))
  const paid = sites.flatMap(({ firstPaid }) => (firstPaid > 0 ? [firstPaid] : []))
  tellEmpowering(year, run.cycle, Math.min(...contracts), Math.min(...paid))
  const ready = Math.max(free + 1, operated, ...accounted, ...sites.map(({ end }) => end))
  const last = grant.tranches.length - 1
  const covers = programme.edition.tranches.next.previousLpj === 'none' ? grant.tranches.map((_, index) => index) : [last]
  const accepted = tellBoardAccount(year, grant, sites, covers, ready)
  tellHandover(year, sites, run, run.accounted(tellSettlement(year, grant, sites, accepted)))
  tellComplaints(
    year,
    sites.map(({ work, contracted }) => ({ id: work.id, from: contracted })),
  )
}

/** What a year leaves behind for the next. */
export interface Left {
  readonly past: Past
  readonly board: Board
}

/** A board that no run has to elect is founded in the first days of a year. */
function withBoard(year: Year, elected: boolean): Year {
  const { board, working, random } = year
  if (elected || board.ready < Number.POSITIVE_INFINITY) return year
  return { ...year, board: foundBoard(year, board, working.from(newYear(year.year) + random.whole(3, 12))) }
}

/**
 * A year of a kelurahan: run of the cycle, grant, works. `elected` says that its residents elect their board in the community cycle, if it
 * has none yet.
 */
export function tellYear(before: Year, past: Past, elected: boolean): Left {
  const year = withBoard(before, elected && before.programme.cycle === 'community')
  const { board, random } = year
  if (!random.chance(assumptions.grantEveryYear)) {
    if (board.ready < Number.POSITIVE_INFINITY) tellComplaints(year, [])
    return { past, board }
  }
  const run = tellRun(year, past)
  if (run === undefined) return { past, board }
  const going = { ...year, board: run.board }
  const grant = tellAgreement(going, moneyOf(going), run)
  if (grant === undefined) run.unfunded()
  else tellGrant(going, grant, run)
  return { past: pastAfter(year, past), board: run.board }
}
