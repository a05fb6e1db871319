import { assumptions } from '../assumptions.ts'
import type { Telling } from '../deed.ts'
import { limitOf, whole, type Grant } from './grant.ts'
import type { Decided } from './proposing.ts'
import { after, entity, unitOf, type Year } from './setting.ts'
import type { Instalment, Work } from './shape.ts'

/** Works under way: how far money and walls have come. */
export interface Site {
  readonly work: Work
  readonly contracted: number
  /** What was spent of each tranche, whole rupiah. */
  readonly spent: number[]
  paid: number
  receipts: number
  firstPaid: number
  lastPaid: number
  /** The last day of the phase. */
  end: number
  stopped: boolean
  /** What the group will bring back. */
  leftover: number
}

/** A site before the first money. */
export const siteOf = ({ work, contracted }: Decided, grant: Grant): Site => ({
  work,
  contracted,
  spent: grant.tranches.map(() => 0),
  paid: 0,
  receipts: 0,
  firstPaid: 0,
  lastPaid: 0,
  end: contracted,
  stopped: false,
  leftover: 0,
})

const proposal = (site: Site) => entity('proposal', site.work.id)

/** What the group itself tells of its works. */
export function byGroup({ plan }: Year, site: Site, day: number, command: string, telling: Omit<Telling, 'by'>): void {
  plan.tell(day, command, proposal(site), { by: site.work.chair, ...telling })
}

/** Readiness (VF-17) and transfer of one instalment. Gives the day of the transfer. */
function tellInstalment(year: Year, grant: Grant, site: Site, { tranche, amount }: Instalment, limit: number): number {
  const { plan, board, random } = year
  const unit = unitOf(board, site.work.activity.field)
  let day = after(year, Math.max(site.end, site.contracted), assumptions.delay.creditToInstalment, limit)
  const ready = (outcome: string, notes?: string): void => {
    const data = { step: 'VF-17', outcome, ...(notes ? { reasons: ['ADMIN'], notes } : {}) }
    plan.tell(day, 'proposal.RecordStep', proposal(site), { by: unit.on(day), papers: ['rpd'], data })
  }
  if (random.chance(assumptions.instalmentHeld)) {
    ready('hold', 'Buku kas KSM belum diisi')
    day = after(year, day, 5, limit)
  }
  ready('pay')
  day = after(year, day, 1, limit)
  site.paid += 1
  const bankReference = `TRF/${site.work.number}/${site.paid}`
  plan.tell(day, 'tranche.PayInstalment', entity('tranche', grant.tranches[tranche] ?? ''), {
    by: board.treasurer.on(day),
    recorder: board.secretary.on(day),
    papers: ['bukti-transfer', 'rpd'],
    number: bankReference,
    data: { proposal: site.work.id, ksm: site.work.ksm, instalment: site.paid, bankReference, amount: whole(amount) },
  })
  if (site.paid === 1) site.firstPaid = day
  site.lastPaid = day
  if (site.stopped) byGroup(year, site, day, 'proposal.ResumeWork', { papers: ['ba'] })
  site.stopped = false
  return day
}

/** The receipts of an instalment, line by line, over the days until the next report. */
function tellExpenses(year: Year, grant: Grant, site: Site, { tranche, amount }: Instalment, from: number, until: number): void {
  const { random } = year
  const last = site.paid === site.work.instalments.length
  const receipts = site.work.lines.flatMap(({ line, percent }) => {
    const share = (amount / 100) * percent
    const part = random.chance(0.4) ? Math.floor((share * (0.3 + random.fraction() * 0.4)) / 1000) * 1000 : 0
    return [part, share - part].filter((each) => each > 0).map((each) => ({ line, amount: each }))
  })
  const largest = receipts.reduce((a, b) => (a.amount >= b.amount ? a : b))
  if (last && random.chance(assumptions.leftoverWithGroup)) {
    site.leftover = Math.floor((largest.amount * (0.01 + random.fraction() * 0.05)) / 1000) * 1000
    largest.amount -= site.leftover
  }
  for (const receipt of receipts) {
    const day = Math.min(until, from + random.whole(1, Math.max(1, until - from)))
    site.receipts += 1
    const number = `KW/${site.work.number}/${site.receipts}`
    byGroup(year, site, day, 'proposal.RecordExpense', {
      papers: ['kwitansi', 'buku-kas'],
      number,
      data: {
        number,
        amount: whole(receipt.amount),
        tranche: grant.tranches[tranche] ?? '',
        line: receipt.line,
        purpose: 'Bahan dan upah',
      },
    })
    site.spent[tranche] = (site.spent[tranche] ?? 0) + receipt.amount
  }
}

/** Reported by the group, measured by the technical facilitator, who finds as much or a little less (VF-19). */
export function tellProgress(year: Year, site: Site, day: number, percent: number): number {
  const { plan, officers, random } = year
  byGroup(year, site, day, 'proposal.ReportProgress', { papers: ['lkp', 'foto'], data: { percent: String(percent) } })
  const measured = percent < 100 && random.chance(0.15) ? percent - random.whole(1, 3) : percent
  const verified = after(year, day, 2)
  plan.tell(verified, 'proposal.VerifyProgress', proposal(site), {
    by: officers.technical.on(verified),
    papers: ['lkp', 'foto', 'ukur-volume'],
    data: { percent: String(measured) },
  })
  return verified
}

/** Cash is used up long before the next tranche comes: some groups stop until it does. */
function tellStandstill(year: Year, site: Site, credited: number): void {
  const { random, working } = year
  if (site.paid === 0 || credited - site.end <= assumptions.workStopsAfterDays) return
  if (!random.chance(assumptions.workStoppedBetweenTranches)) return
  byGroup(year, site, working.from(site.end + random.whole(5, 15)), 'proposal.StopWork', {
    papers: ['ba'],
    data: { reasons: ['DANA'], notes: 'Dana tahap sebelumnya habis; hanya swadaya berjalan' },
  })
  site.stopped = true
}

/** The group accounts for a tranche so far, its unit checks (VF-21). */
function tellInterim(year: Year, grant: Grant, site: Site, tranche: number): number {
  const { plan, board } = year
  const handed = after(year, site.end, 3, limitOf(year, 'progress'))
  const data = { tranche: grant.tranches[tranche] ?? '' }
  byGroup(year, site, handed, 'proposal.SubmitInterimAccount', { papers: ['lpj-tahap'], data })
  const checked = after(year, handed, assumptions.delay.lpjCheck, limitOf(year, 'progress'))
  const by = unitOf(board, site.work.activity.field).on(checked)
  const step = { step: 'VF-21', outcome: 'accepted' }
  plan.tell(checked, 'proposal.RecordStep', proposal(site), { by, papers: ['lembar-periksa'], data: step })
  return checked
}

/** What one tranche pays for on one site: instalments, receipts, progress. */
export function tellPhase(year: Year, grant: Grant, site: Site, tranche: number, credited: number): void {
  const { random } = year
  const last = tranche === grant.tranches.length - 1
  tellStandstill(year, site, credited)
  site.end = Math.max(site.end, credited)
  for (const instalment of site.work.instalments.filter((each) => each.tranche === tranche)) {
    const limit = last ? Number.POSITIVE_INFINITY : limitOf(year, 'progress')
    const paid = tellInstalment(year, grant, site, instalment, limit)
    const reported = after(year, paid, assumptions.delay.instalmentToReport, limit)
    tellExpenses(year, grant, site, instalment, paid, reported)
    const funded = site.work.instalments.slice(0, site.paid).reduce((sum, { amount }) => sum + amount, 0) / site.work.grant
    site.end = tellProgress(year, site, reported, Math.floor(funded * (88 + random.fraction() * 11)))
  }
  if (!last) site.end = tellInterim(year, grant, site, tranche)
}
