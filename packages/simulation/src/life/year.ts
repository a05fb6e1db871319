import { assumptions } from '../assumptions.ts'
import { dateOf, newYear } from '../days.ts'
import type { Signer } from '../deed.ts'
import { tellBoardAccount, tellCompletion, tellSettlement, tellTermination } from './accounting.ts'
import { siteOf, tellPhase, type Site } from './building.ts'
import { tellComplaints, tellSevere } from './complaints.ts'
import { boardStep, planningTeam, tellPlanning, tellSustaining, type Planned } from './cycle.ts'
import { limitOf, tellAgreement, type Grant } from './grant.ts'
import { tellProposing, type Decided } from './proposing.ts'
import { tellOperating, tellRelease } from './release.ts'
import { after, entity, type Year } from './setting.ts'
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

/** Certificate, handover, maintainers, final handover (DOMAIN §4, VF-23 to VF-25). */
function tellHandover(year: Year, sites: readonly Site[], cycle: string | undefined, from: number): void {
  const { plan, board, officers, place, random } = year
  const { delay, defectsFound } = assumptions
  const built = sites.filter(({ work }) => work.fate === 'built')
  const handed = built.map(({ work }) => {
    const subject = entity('proposal', work.id)
    let day = after(year, from, 4)
    const certify = (outcome: string, notes?: string): void => {
      const data = { step: 'VF-23', outcome, ...(notes ? { reasons: ['TEKNIS'], notes } : {}) }
      plan.tell(day, 'proposal.RecordStep', subject, { by: officers.technical.on(day), papers: ['sp3', 'ukur-akhir'], data })
      day = after(year, day, 10)
    }
    if (random.chance(defectsFound)) certify('defects', 'Retak pada sambungan')
    certify('certified')
    plan.tell(day, 'proposal.HandOver', subject, {
      by: board.coordinator.on(day),
      with: [board.lurah.on(day)],
      recorder: board.secretary.on(day),
      papers: ['bast'],
      number: `BAST/${work.number}`,
    })
    const final = after(year, day + delay.maintenance, 20)
    plan.tell(final, 'proposal.HandOverFinally', subject, { by: board.lurah.on(final), papers: ['fho'] })
    const closed = after(year, final, 7)
    plan.tell(closed, 'proposal.Close', subject, { by: board.coordinator.on(closed), recorder: board.secretary.on(closed), papers: ['ba'] })
    return day
  })
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
  if (cycle !== undefined) tellSustaining(year, cycle, formed, maintainers)
}

/** The money of a year from the first proposal to the handover. */
function tellGrant(year: Year, grant: Grant, planned: Planned | undefined): void {
  const { programme, plan, board } = year
  const cycle = planned?.cycle
  const works = worksOf(year, grant.money)
  const decided = tellProposing(year, grant, works, cycle, Math.max(grant.decreed, planned?.designed ?? grant.agreed))
  if (cycle !== undefined) {
    const prepared = after(year, Math.max(...decided.map(({ contracted }) => contracted)), 1, limitOf(year, 'contract'))
    boardStep(year, cycle, prepared, '3.1', 'done', 'ba')
  }
  const { sites, free, operated } = tellTranches(year, grant, decided)
  const accounted = sites.filter(({ work }) => work.fate === 'built').map((site) => (site.end = tellCompletion(year, site)))
  const ready = Math.max(free + 1, operated, ...accounted, ...sites.map(({ end }) => end))
  const last = grant.tranches.length - 1
  const covers = programme.edition.tranches.next.previousLpj === 'none' ? grant.tranches.map((_, index) => index) : [last]
  const accepted = tellBoardAccount(year, grant, sites, covers, ready)
  let day = tellSettlement(year, grant, sites, accepted)
  if (cycle !== undefined) {
    day = after(year, day, 2)
    boardStep(year, cycle, day, '3.2', 'done', 'lpj')
    day = after(year, day, 8)
    plan.tell(day, 'cycle.RecordStep', entity('cycle', cycle), {
      by: board.coordinator.on(day),
      with: [board.lurah.on(day)],
      recorder: board.secretary.on(day),
      papers: ['rencana-pengelolaan', 'aturan-bersama'],
      data: { step: '4.1', outcome: 'agreed' },
    })
  }
  tellHandover(year, sites, cycle, day)
  tellComplaints(
    year,
    sites.map(({ work, contracted }) => ({ id: work.id, from: contracted })),
  )
}

/** A year of a kelurahan: plan, grant, works. Gives whether a planning team was formed, for the years after it. */
export function tellYear(year: Year, teamFormed: boolean): boolean {
  const { programme, random } = year
  if (!random.chance(assumptions.grantEveryYear)) {
    tellComplaints(year, [])
    return teamFormed
  }
  const planned = programme.cycle ? tellPlanning(year, planningTeam(year, teamFormed)) : undefined
  if (programme.cycle && planned === undefined) return teamFormed
  const money = moneyOf(year)
  const grant = tellAgreement(year, money, planned?.cycle, planned?.started ?? 0, planned?.ratified ?? 0)
  if (grant !== undefined) tellGrant(year, grant, planned)
  return teamFormed || programme.cycle
}
