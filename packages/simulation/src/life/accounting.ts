import { assumptions } from '../assumptions.ts'
import { whole, type Grant } from './grant.ts'
import { byGroup, tellProgress, type Site } from './building.ts'
import { paperNumber } from './release.ts'
import { after, entity, unitOf, type Year } from './setting.ts'
import { shareOf } from './shape.ts'

const kinds = ['labour', 'labour', 'labour', 'material', 'material', 'cash', 'food'] as const

/** What the residents gave themselves, in parts; some of it is entered long after, before the account is checked. */
function tellSwadaya(year: Year, site: Site, until: number): void {
  const { random, plan, board } = year
  const { least, most } = assumptions.swadayaRealisedPercent
  const parts = random.whole(1, 3)
  const limit = year.programme.edition.lateEntryDays
  for (let nth = 1; nth <= parts; nth += 1) {
    const amount = Math.max(1000, Math.round(((site.work.pledge / parts) * random.whole(least, most)) / 100 / 1000) * 1000)
    const day = random.whole(site.firstPaid, Math.max(site.firstPaid, until - 3))
    const late = random.chance(assumptions.enteredLate.chance)
      ? random.delay(assumptions.enteredLate.median, assumptions.enteredLate.spread)
      : 0
    const known = Math.max(day, Math.min(day + late, until))
    const number = `SWR/${site.work.number}/${nth}`
    const kind = random.pick(kinds)
    byGroup(year, site, day, 'proposal.RealiseSwadaya', {
      papers: ['daftar-swadaya', 'foto'],
      number,
      known,
      ...(known > day ? { reason: 'Daftar swadaya baru diserahkan' } : {}),
      // The sitting in which it is entered comes up to three weeks after it is known.
      ...(limit !== undefined && known - day > limit - 25 ? { lateReason: 'Daftar swadaya terlambat diserahkan KSM' } : {}),
      data: { number, amount: whole(amount), kind, valuedBy: unitOf(board, site.work.activity.field).on(day).person },
    })
    if (random.chance(assumptions.swadayaWrittenDown)) {
      const less = {
        number: `SWK/${site.work.number}/${nth}`,
        amount: whole(Math.ceil(amount / 10)),
        kind,
        why: 'Hari kerja dihitung dua kali',
      }
      const by = board.upl.on(until)
      plan.tell(until, 'proposal.WriteDownSwadaya', entity('proposal', site.work.id), { by, papers: ['ba-koreksi'], data: less })
    }
  }
}

/** An authority holds the works for a while. Gives the day on which they go on. */
function tellSuspension(year: Year, site: Site): number {
  const { plan, officers } = year
  if (!year.random.chance(assumptions.workSuspended)) return site.end
  const subject = entity('proposal', site.work.id)
  const from = year.working.from(site.end + 1)
  plan.tell(from, 'proposal.Suspend', subject, {
    by: officers.korkot.on(from),
    papers: ['surat-penangguhan'],
    data: { why: 'Menunggu hasil pemeriksaan' },
  })
  const to = after(year, from + 3, 20)
  plan.tell(to, 'proposal.Resume', subject, { by: officers.korkot.on(to), papers: ['surat'], data: { why: 'Pemeriksaan selesai' } })
  return to
}

/** From the last stretch of work to the accepted account of the group. Gives the day of its acceptance. */
export function tellCompletion(year: Year, site: Site): number {
  const { plan, officers, board, random } = year
  const subject = entity('proposal', site.work.id)
  const unit = unitOf(board, site.work.activity.field)
  const { delay } = assumptions
  site.end = tellProgress(year, site, after(year, tellSuspension(year, site), 9), 100)
  const done = site.end
  byGroup(year, site, done, 'proposal.CompleteWork', { papers: ['sppp'] })
  let day = done
  let round = 0
  const account = (): void => {
    round += 1
    day = after(year, day, delay.completeToLpj)
    const number = `LPJ/${site.work.number}${round > 1 ? `-${round}` : ''}`
    const data = { number, amount: whole(site.spent.reduce((a, b) => a + b, 0)) }
    byGroup(year, site, day, 'proposal.SubmitLpj', { papers: ['lpj-ksm-lengkap'], number, data })
  }
  const check = (who: typeof unit, outcome: string, notes?: string): void => {
    day = after(year, day, delay.lpjCheck)
    const data = { step: 'VF-21', outcome, ...(notes ? { reasons: ['ADMIN'], notes } : {}) }
    plan.tell(day, 'proposal.RecordStep', subject, { by: who.on(day), papers: ['lembar-periksa'], data })
  }
  account()
  tellSwadaya(year, site, done)
  if (random.chance(assumptions.lpjOfGroupReturned)) {
    check(unit, 'returned', 'Kwitansi belum lengkap')
    account()
  }
  check(unit, 'accepted')
  check(officers.social, 'accepted')
  return day
}

/** The works are given up before the last money. */
export function tellTermination(year: Year, site: Site, credited: number): void {
  const day = after(year, Math.max(credited, site.end), 5)
  const { plan, board } = year
  plan.tell(day, 'proposal.Terminate', entity('proposal', site.work.id), {
    by: board.coordinator.on(day),
    recorder: board.secretary.on(day),
    papers: ['ba-pemutusan'],
    data: { why: 'KSM tidak sanggup melanjutkan' },
  })
  site.end = day
}

/** What the sites and the board have spent of some tranches. */
const spentOf = (grant: Grant, sites: readonly Site[], covers: readonly number[]): number =>
  covers.reduce(
    (sum, tranche) =>
      sum + shareOf(grant.money.operating, grant.money, tranche) + sites.reduce((all, site) => all + (site.spent[tranche] ?? 0), 0),
    0,
  )

/** The account of the board over one tranche or over all, from its handing in to its acceptance. Gives the day of that. */
export function tellBoardAccount(year: Year, grant: Grant, sites: readonly Site[], covers: readonly number[], from: number): number {
  const { plan, board, programme, officers, random } = year
  const tranche = covers.at(-1) ?? 0
  const subject = entity('tranche', grant.tranches[tranche] ?? '')
  const amount = whole(spentOf(grant, sites, covers))
  const checks = programme.byCity ? officers.korkot : officers.pjok
  let day = from
  let round = 0
  const submit = (): void => {
    round += 1
    day = after(year, day, assumptions.delay.completeToLpj)
    const number = paperNumber(year, 'LPJ', tranche, round)
    plan.tell(day, 'tranche.SubmitLpj', subject, {
      by: board.coordinator.on(day),
      recorder: board.secretary.on(day),
      papers: ['lpj-bkm'],
      number,
      data: { number, amount, covers: covers.map((each) => grant.tranches[each] ?? '') },
    })
  }
  const check = (outcome: string, notes?: string): void => {
    day = after(year, day, assumptions.delay.lpjCheck)
    const data = { step: 'VF-22', outcome, ...(notes ? { reasons: ['ADMIN'], notes } : {}) }
    plan.tell(day, 'tranche.RecordStep', subject, { by: checks.on(day), papers: ['lembar-periksa-lpj'], data })
  }
  submit()
  if (random.chance(assumptions.lpjOfBoardReturned)) {
    check('returned', 'Buku bank tidak sesuai')
    submit()
  }
  if (programme.byCity) check('recommended')
  day = after(year, day, assumptions.delay.lpjAccepted)
  const number = paperNumber(year, 'BA-LPJ', tranche)
  plan.tell(day, 'tranche.AcceptLpj', subject, {
    by: programme.accepts(officers).on(day),
    papers: ['ba-penerimaan-lpj'],
    number,
    data: { number, amount },
  })
  return day
}

/** Leftover comes back and goes where the generation's rule sends it; tranches and allocation are closed. Gives the last day. */
export function tellSettlement(year: Year, grant: Grant, sites: readonly Site[], accepted: number): number {
  const { plan, board, programme, officers } = year
  const last = grant.tranches.length - 1
  const subject = entity('tranche', grant.tranches[last] ?? '')
  const unpaid = sites
    .filter(({ work }) => work.fate === 'terminated')
    .flatMap(({ work }) => work.instalments.filter((each) => each.tranche === last))
  const returning = sites.filter(({ leftover }) => leftover > 0)
  let day = accepted
  for (const site of returning) {
    const returned = after(year, accepted, 3)
    const bankReference = `TRF-SISA/${site.work.number}`
    const data = { bankReference, amount: whole(site.leftover), tranche: grant.tranches[last] ?? '' }
    byGroup(year, site, returned, 'proposal.ReturnLeftover', { papers: ['bukti-transfer'], number: bankReference, data })
    day = Math.max(day, returned)
  }
  const due = [...unpaid.map(({ amount }) => amount), ...returning.map(({ leftover }) => leftover)].reduce((a, b) => a + b, 0)
  if (due > 0) {
    day = after(year, day, 3)
    const toTreasury = programme.edition.leftover.rule === 'RETURN_TO_TREASURY'
    const number = paperNumber(year, toTreasury ? 'SETOR' : 'BA-DANA', last)
    plan.tell(day, toTreasury ? 'tranche.ReturnLeftover' : 'tranche.KeepLeftover', subject, {
      by: board.treasurer.on(day),
      recorder: board.secretary.on(day),
      papers: [toTreasury ? 'bukti-setor-kas-negara' : 'ba-dana-masyarakat'],
      number,
      data: { number, amount: whole(due) },
    })
  }
  day = after(year, day, 3)
  for (const tranche of grant.tranches)
    plan.tell(day, 'tranche.Close', entity('tranche', tranche), { by: programme.accepts(officers).on(day), papers: ['ba'] })
  plan.tell(day, 'allocation.Close', entity('allocation', grant.allocation), { by: programme.agrees(officers).on(day), papers: ['ba'] })
  return day
}
