import { assumptions } from '../assumptions.ts'
import { dateOf, newYear } from '../days.ts'
import type { Signer } from '../deed.ts'
import { randomOf } from '../random.ts'
import { after, entity, type Year } from './setting.ts'

/** The planning half of a run of the cycle: what it leads to. */
export interface Planned {
  readonly cycle: string
  readonly started: number
  /** The plan is ratified. */
  readonly ratified: number
  /** The designs are verified: works can be proposed. */
  readonly designed: number
}

/** The planning team (TIPP): formed in the first run, strengthened in later ones. */
export interface PlanningTeam {
  readonly on: (day: number) => Signer
  readonly formed: boolean
}

/** The planning team of a kelurahan, from the seed alone. */
export function planningTeam({ span, place }: Year, formed: boolean): PlanningTeam {
  const random = randomOf(span.seed, 'tipp', place.code)
  const institution = random.id(newYear(span.from))
  const person = random.id(newYear(span.from))
  return { formed, on: () => ({ person, role: 'TIPP', institution }) }
}

function attendance({ random }: Year) {
  const present = random.whole(35, 140)
  return {
    present,
    women: Math.round(present * (0.3 + random.fraction() * 0.3)),
    poor: Math.round(present * (0.3 + random.fraction() * 0.3)),
  }
}

function formTeam(year: Year, team: PlanningTeam, cycle: string, day: number): void {
  const { plan, board, place } = year
  const by = board.coordinator.on(day)
  const tipp = team.on(day)
  const recorder = board.secretary.on(day)
  if (team.formed) {
    const data = { step: '1.4', outcome: 'strengthened' }
    plan.tell(day, 'cycle.RecordStep', entity('cycle', cycle), { by, recorder, papers: ['sk-tipp'], data })
    return
  }
  const subject = entity('institution', tipp.institution ?? '')
  plan.tell(day, 'institution.Form', subject, {
    by,
    with: [board.lurah.on(day)],
    recorder,
    papers: ['ba-pembentukan', 'sk-tipp'],
    data: { institutionKind: 'TIPP', name: `TIPP ${place.name}`, area: place.area, cycle, workingGroups: 7 },
  })
  const office = { holder: tipp.person, role: 'TIPP', from: dateOf(day) }
  plan.tell(day, 'institution.AssumeOffice', subject, { by, recorder, data: office })
}

/** Steps 1.2 to 2.5 of the guide (DOMAIN §1.1). Undefined when the residents' meeting declines the programme: that run is over. */
export function tellPlanning(year: Year, team: PlanningTeam): Planned | undefined {
  const { plan, board, officers, random, place, programme } = year
  const cycle = random.id(newYear(year.year))
  const subject = entity('cycle', cycle)
  const { id, revision } = programme.edition
  const started = after(year, newYear(year.year) + 12, 16)
  let day = started
  const step = (median: number, name: string, outcome: string, who: (on: number) => Signer, papers: readonly string[], met = false) => {
    day = after(year, day, median)
    const data = { step: name, outcome, ...(met ? { attendance: attendance(year) } : {}) }
    plan.tell(day, 'cycle.RecordStep', subject, { by: who(day), papers, data })
  }
  const lurah = (on: number): Signer => board.lurah.on(on)
  plan.tell(day, 'cycle.Start', subject, {
    by: officers.korkot.on(day),
    papers: ['surat-mulai'],
    data: { area: place.area, year: String(year.year), edition: { id, revision } },
  })
  step(7, '1.2', 'held', lurah, ['ba', 'daftar-hadir'], true)
  if (random.chance(assumptions.locationRejectsProgramme)) {
    step(8, '1.3', 'rejected', lurah, ['ba-rkm', 'daftar-hadir'], true)
    return undefined
  }
  step(8, '1.3', 'accepted', lurah, ['ba-rkm', 'daftar-hadir'], true)
  day = after(year, day, 7)
  formTeam(year, team, cycle, day)
  step(2, '2.1', 'done', team.on, ['rencana-kerja'])
  step(4, '2.2', 'agreed', team.on, ['ba-rpk', 'daftar-hadir'], true)
  step(14, '2.3', 'complete', team.on, ['data-ps', 'peta'])
  const draft = (median: number): void => {
    day = after(year, day, median)
    plan.tell(day, 'cycle.DraftPlan', subject, { by: team.on(day), papers: ['rplp-rancangan'], data: { plan: 'RPLP' } })
  }
  draft(8)
  if (random.chance(assumptions.planReturned)) {
    day = after(year, day, 5)
    const data = { step: '2.4', outcome: 'returned', notes: 'Belum selaras dengan RP2KPKP' }
    plan.tell(day, 'cycle.RecordStep', subject, { by: officers.pokja.on(day), papers: ['ba-pembahasan'], data })
    day += 1
    draft(6)
  }
  day = after(year, day, 6)
  plan.tell(day, 'cycle.ReviewPlan', subject, { by: officers.pokja.on(day), papers: ['ba-pembahasan'], data: { plan: 'RPLP' } })
  const ratified = after(year, day, 5)
  plan.tell(ratified, 'cycle.RatifyPlan', subject, {
    by: board.coordinator.on(ratified),
    with: [board.lurah.on(ratified)],
    recorder: board.secretary.on(ratified),
    papers: ['ba-penetapan-rplp', 'rplp'],
    data: { plan: 'RPLP' },
  })
  day = ratified
  step(6, '2.5', 'verified', (on) => officers.technical.on(on), ['rtplp', 'ded', 'rab'])
  return { cycle, started, ratified, designed: day }
}

/** A step that the board takes on the run of the cycle, entered by its secretary. */
export function boardStep({ plan, board }: Year, cycle: string, day: number, step: string, outcome: string, paper: string): void {
  plan.tell(day, 'cycle.RecordStep', entity('cycle', cycle), {
    by: board.coordinator.on(day),
    recorder: board.secretary.on(day),
    papers: [paper],
    data: { step, outcome },
  })
}

/** Steps 4.2 and 4.3: the maintainers see to the works, the residents look back, the run ends. */
export function tellSustaining(year: Year, cycle: string, from: number, maintainers: Signer | undefined): void {
  const { plan, board } = year
  const seen = after(year, from, 60)
  const data = { step: '4.2', outcome: 'functioning' }
  const by = maintainers ?? board.coordinator.on(seen)
  const recorder = maintainers ?? board.secretary.on(seen)
  plan.tell(seen, 'cycle.RecordStep', entity('cycle', cycle), { by, recorder, papers: ['daftar-periksa-op'], data })
  const reviewed = after(year, seen, 30)
  boardStep(year, cycle, reviewed, '4.3', 'reviewed', 'ba-tinjauan')
  const closed = after(year, reviewed, 7)
  plan.tell(closed, 'cycle.Close', entity('cycle', cycle), {
    by: board.coordinator.on(closed),
    recorder: board.secretary.on(closed),
    papers: ['ba'],
  })
}
