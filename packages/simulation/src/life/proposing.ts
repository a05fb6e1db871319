import { assumptions } from '../assumptions.ts'
import { dateOf } from '../days.ts'
import type { Signer } from '../deed.ts'
import { limitOf, whole, type Grant } from './grant.ts'
import type { Run } from './run.ts'
import { after, entity, unitOf, type Year } from './setting.ts'
import type { Fate, Work } from './shape.ts'

/** Where a proposal stands when the board has decided. */
export interface Decided {
  readonly work: Work
  readonly contracted: number
}

/** The group is formed with its chair and its account (DOMAIN §1.1, step 3.1). */
function tellGroup(year: Year, work: Work, run: Run, day: number): number {
  const { plan, board, place, random } = year
  const subject = entity('institution', work.ksm)
  const unit = unitOf(board, work.activity.field).on(day)
  const total = random.whole(7, 15)
  plan.tell(day, 'institution.Form', subject, {
    by: unit,
    papers: ['ba-pembentukan', 'daftar-anggota'],
    data: {
      institutionKind: 'KSM',
      name: work.name,
      area: place.area,
      parent: board.id,
      ...(run.formsGroups ? { cycle: run.cycle } : {}),
      members: { total, women: random.whole(1, Math.floor(total / 2)), poor: random.whole(3, total) },
    },
  })
  const office = { holder: work.chair.person, role: 'KSM', from: dateOf(day) }
  plan.tell(day, 'institution.AssumeOffice', subject, { by: unit, data: office })
  const opened = after(year, day, 5)
  plan.tell(opened, 'institution.OpenBankAccount', subject, {
    by: work.chair,
    papers: ['buku-rekening'],
    data: { bank: 'Bank Pembangunan Daerah', account: `REK/${work.number}`, signatoriesRequired: 3 },
  })
  return opened
}

function submission({ programme, year }: Year, work: Work, drawings: boolean) {
  const lines = work.lines.map(({ line, item, percent }) => ({
    line,
    item,
    amount: whole((work.asked / 100) * percent),
    fundedBy: 'grant',
  }))
  const planLine = `${programme.planName}-${year}-${work.activity.code}`
  const papers = ['proposal', 'rab', ...(work.activity.field === 'lingkungan' && drawings ? programme.edition.drawings.papers : [])]
  return { papers, data: { number: work.number, grant: whole(work.asked), planLine, lines } }
}

/** The verifiers in their order, V1 to V4 (DOMAIN §3.3); `pass` is the outcome that lets the proposal on. */
function desksOf({ board, officers, programme }: Year, work: Work) {
  const { delay, proposalReturned } = assumptions
  const unit = unitOf(board, work.activity.field)
  const desks = [
    { step: 'V1', pass: 'registered', post: unit, days: delay.submittedToRegistered, returned: proposalReturned.V1 },
    { step: 'V2', pass: 'feasible', post: officers.technical, days: delay.registeredToFeasible, returned: proposalReturned.V2 },
    { step: 'V3', pass: 'eligible', post: officers.social, days: delay.feasibleToEligible, returned: proposalReturned.V3 },
    { step: 'V4', pass: 'confirmed', post: officers.housing, days: delay.eligibleToConfirmed, returned: proposalReturned.V4 },
  ]
  return programme.byCity ? desks : desks.slice(0, 3)
}

/** The chain of verifiers. A return starts it anew, once. Gives the day when the board can decide. */
function tellVerification(year: Year, work: Work, submitted: number, limit: number): number {
  const { plan, random } = year
  const subject = entity('proposal', work.id)
  const desks = desksOf(year, work)
  const undrawn = work.activity.field === 'lingkungan' && random.chance(assumptions.drawingMissing)
  const returning = undrawn ? desks[1] : desks.find(({ returned }) => random.chance(returned))
  let day = submitted
  const hand = (command: string, drawings: boolean): void =>
    plan.tell(day, command, subject, { by: work.chair, number: work.number, ...submission(year, work, drawings) })
  const pass = (upTo?: string): void => {
    for (const { step, pass: outcome, post, days } of desks) {
      day = after(year, day, days, limit)
      const back = step === upTo
      const notes = back ? { reasons: ['TEKNIS'], notes: 'Berkas perlu diperbaiki' } : {}
      const data = { step, outcome: back ? 'returned' : outcome, ...notes }
      plan.tell(day, 'proposal.RecordStep', subject, { by: post.on(day), papers: ['lembar-periksa'], data })
      if (back) return
    }
  }
  hand('proposal.Submit', !undrawn)
  const pledged = { number: `SWP/${work.number}`, amount: whole(work.pledge), kind: 'labour' }
  plan.tell(day, 'proposal.PledgeSwadaya', subject, { by: work.chair, papers: ['daftar-swadaya'], number: pledged.number, data: pledged })
  if (returning) {
    pass(returning.step)
    day = Math.max(day, Math.min(limit, year.working.from(day + 1 + random.delay(5))))
    hand('proposal.Resubmit', true)
  }
  pass()
  return day
}

const outcomes: Readonly<Partial<Record<Fate, string>>> = { rejected: 'rejected', deferred: 'deferred' }

/** The meeting of the board: one paper for all where the run decides on priorities, else proposal by proposal. */
function tellPriorities(year: Year, grant: Grant, works: readonly Work[], cycle: string, day: number): void {
  const { plan, board, place } = year
  const by = board.coordinator.on(day)
  const recorder = board.secretary.on(day)
  const number = `BAPPUK/${place.code}/${year.year}`
  if (year.programme.byCity) {
    const decisions = works.map(({ id, fate, grant: amount, asked }, index) => {
      const outcome = outcomes[fate] ?? (asked > amount ? 'approved-with-notes' : 'approved')
      return { proposal: id, rank: index + 1, outcome, ...(outcomes[fate] ? {} : { amount: whole(amount) }) }
    })
    const data = { number, allocation: grant.allocation, decisions }
    plan.tell(day, 'cycle.DecidePriorities', entity('cycle', cycle), { by, recorder, papers: ['bappuk', 'daftar-hadir'], number, data })
    return
  }
  for (const { id, fate, grant: amount } of works) {
    const outcome = outcomes[fate] ?? 'approved'
    const notes = outcome === 'rejected' ? { notes: 'Tidak sesuai rencana' } : {}
    const data = { step: 'V5', outcome, ...(outcome === 'approved' ? { amount: whole(amount) } : {}), ...notes }
    plan.tell(day, 'proposal.RecordStep', entity('proposal', id), { by, recorder, papers: ['bappuk'], number, data })
  }
}

function tellContract(year: Year, work: Work, from: number, limit: number): number {
  const { plan, board, programme, random } = year
  const subject = entity('proposal', work.id)
  let day = from
  if (programme.byCity || programme.edition.id === 'PNPM-MP-2013') {
    day = after(year, day, 2, limit)
    const data = { step: 'V6', outcome: 'acknowledged' }
    plan.tell(day, 'proposal.RecordStep', subject, { by: board.lurah.on(day), papers: ['lembar-mengetahui'], data })
  }
  day = after(year, day, 3, limit)
  const number = `SPPD-L/${work.number}`
  plan.tell(day, 'proposal.SignContract', subject, {
    by: board.coordinator.on(day),
    with: [work.chair],
    recorder: board.secretary.on(day),
    papers: ['sppd-l'],
    number,
    data: { number, amount: whole(work.grant), instalments: work.instalments.map(({ amount }) => whole(amount)) },
  })
  if (random.chance(assumptions.proposalAmended)) {
    const data = { changes: ['volume'], notes: 'Volume disesuaikan dengan keadaan lapangan' }
    plan.tell(day + 1, 'proposal.Amend', subject, { by: work.chair, papers: ['ba-ksm', 'ba-bkm'], data })
  }
  return day
}

/** Proposals from the forming of the groups to the contracts (DOMAIN §3). Gives those that get money. */
export function tellProposing(year: Year, grant: Grant, works: readonly Work[], run: Run, from: number): Decided[] {
  const { plan, random } = year
  const limit = limitOf(year, 'priorities')
  const verified = works.map((work) => {
    const account = tellGroup(year, work, run, after(year, from, 5, limit))
    const drafted = after(year, account, 4, limit)
    const { activity, quantity } = work
    plan.tell(drafted, 'proposal.Draft', entity('proposal', work.id), {
      by: work.chair,
      papers: ['proposal'],
      data: {
        allocation: grant.allocation,
        ksm: work.ksm,
        number: work.number,
        title: `${activity.name} ${quantity} ${activity.unit}`,
        field: activity.field,
        infrastructure: activity.field === 'lingkungan',
        location: `RT ${String(random.whole(1, 12)).padStart(2, '0')} RW ${String(random.whole(1, 9)).padStart(2, '0')}`,
        volume: { quantity: String(quantity), unit: activity.unit },
        grant: whole(work.asked),
      },
    })
    const submitted = after(year, drafted, 3, limit)
    return tellVerification(year, work, submitted, limit)
  })
  const still = works.filter(({ fate }) => fate !== 'withdrawn')
  const decided = after(year, Math.max(...verified), assumptions.delay.verifiedToDecided, limit)
  for (const work of works.filter(({ fate }) => fate === 'withdrawn'))
    tellEnd(year, work.id, decided, work.chair, 'Lahan tidak jadi dihibahkan')
  tellPriorities(year, grant, still, run.cycle, decided)
  for (const work of works.filter(({ fate }) => fate === 'deferred'))
    tellEnd(year, work.id, year.working.from(decided + 120 + random.whole(0, 60)), work.chair, 'Akan diusulkan lagi tahun depan')
  return still
    .filter(({ grant: amount }) => amount > 0)
    .map((work) => ({ work, contracted: tellContract(year, work, Math.max(decided, grant.agreed), limitOf(year, 'contract')) }))
}

function tellEnd({ plan }: Year, id: string, day: number, by: Signer, why: string): void {
  plan.tell(day, 'proposal.Withdraw', entity('proposal', id), { by, papers: ['surat-pengunduran'], data: { why } })
}
