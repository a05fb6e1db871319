import { hundredths } from '../kernel/define.ts'
import { atLeastZero, rupiah, sen, sumSen } from '../kernel/rupiah.ts'
import { dataRule, reached, stateRule, type Situation } from '../kernel/rule.ts'
import { allocationFold } from '../allocation/machine.ts'
import { cycleFold } from '../cycle/machine.ts'
import { institutionFold } from '../institution/machine.ts'
import { trancheFold } from '../tranche/machine.ts'
import type { Proposal } from './machine.ts'
import { heldAs, originOf, spentByGroup, type Origin } from './money.ts'

/** The rules of carrying a proposal out: progress, expenses, accounts and handover, in the order in which its deciders ask them. */
interface Amount {
  readonly amount: string
}

export const progressForward = dataRule<Proposal, { percent: string }>('progress-backwards', {
  id: 'Kemajuan {percent} persen lebih rendah dari laporan sebelumnya {before} persen.',
  en: 'Progress of {percent} percent is below the {before} percent reported before.',
  source: 'DOMAIN §3.4',
  broken: ({ self, call }) =>
    hundredths(call.data.percent) < self.data.reported && { details: { percent: call.data.percent, before: self.data.reported / 100 } },
})

/** VF-19 finds what was reported, or less. Source: DOMAIN §4. */
export const withinReported = dataRule<Proposal, { percent: string }>('exceeds-reported-progress', {
  id: 'Kemajuan terverifikasi {percent} persen melebihi yang dilaporkan KSM {reported} persen.',
  en: 'Verified progress of {percent} percent exceeds the {reported} percent reported by the group.',
  source: 'DOMAIN §4, VF-19',
  metBy: ['proposal.ProgressReported'],
  broken: ({ self, call }) =>
    hundredths(call.data.percent) > self.data.reported && { details: { percent: call.data.percent, reported: self.data.reported / 100 } },
})

/** Finished means measured: 100 percent verified. Source: DOMAIN §3.4. */
export const workDone = stateRule<Proposal>('work-not-complete', {
  id: 'Kemajuan terverifikasi baru {verified} persen.',
  en: 'Verified progress is only {verified} percent.',
  source: 'DOMAIN §3.4, §4 VF-19',
  metBy: ['proposal.ProgressVerified'],
  broken: ({ self }) => self.data.verified < 10_000 && { details: { verified: self.data.verified / 100 }, facts: [self.last] },
})

export const trancheOfAllocation = dataRule<Proposal, { tranche?: string | undefined }>('tranche-of-other-allocation', {
  id: 'Tahap yang disebut bukan bagian dari alokasi usulan ini.',
  en: 'The tranche named does not belong to the allocation of this proposal.',
  source: 'CONTRACTS B3',
  sort: 'reference',
  broken: ({ self, world, call }) =>
    call.data.tranche !== undefined && world.one(trancheFold, call.data.tranche).data.allocation !== self.data.allocation,
})

/** What the estimate has for a line: of the grant for money of a tranche, else of all the others that pay for it. */
function plannedFor({ data }: Situation<Proposal>['self'], line: string, origin: Origin): bigint | undefined {
  const [grant, whole] = [data.lines[line], data.estimate[line]]
  if (origin.tranche !== undefined) return grant
  const others = whole === undefined ? 0n : whole - (grant ?? 0n)
  return others > 0n ? others : undefined
}

export const lineKnown = dataRule<Proposal, Origin & { line: string }>('expense-without-line', {
  guard: 'G-10',
  id: 'Baris biaya {line} tidak ada dalam RAB usulan ini.',
  en: 'There is no line {line} in the estimate of this proposal.',
  source: 'DOMAIN §13, G-10; F4',
  broken: ({ self, call }) => plannedFor(self, call.data.line, call.data) === undefined && { details: { line: call.data.line } },
})

/** G-10: an expense beyond its line is noted, for it has happened. Source: DOMAIN §13. */
export const withinLine = dataRule<Proposal, Amount & Origin & { line: string }>('expense-exceeds-line', {
  guard: 'G-10',
  id: 'Pengeluaran pada baris {line} menjadi {spent:rp}, melebihi RAB {planned:rp}.',
  en: 'Spending on line {line} comes to {spent:rp}, above the estimate of {planned:rp}.',
  source: 'DOMAIN §13, G-10',
  broken: ({ self, call }) => {
    const { line, amount } = call.data
    const planned = plannedFor(self, line, call.data)
    if (planned === undefined) return undefined
    const ofGrant = call.data.tranche !== undefined
    const same = self.data.expenses.filter((expense) => expense.line === line && expense.ofGrant === ofGrant)
    const spent = sumSen(same.map((expense) => expense.amountSen)) + sen(amount)
    return spent > planned && { details: { line, spent: rupiah(spent), planned: rupiah(planned) } }
  },
})

interface Spending {
  readonly line: string
  readonly activity?: string | undefined
}

/** F4: money of a line goes to another purpose, and no change with both minutes (G-05) says it may. Source: DOMAIN §8.3, R:D10. */
export const usedAsPlanned = dataRule<Proposal, Spending>('diverted-use', {
  guard: 'G-05',
  id: 'Dana baris {line} ({planned}) dipakai untuk {paid}, tanpa perubahan usulan dengan dua berita acara.',
  en: 'Money of line {line} ({planned}) was used for {paid}, without an amendment that bears both minutes.',
  source: 'DOMAIN §8.3, F4, R:D10',
  metBy: ['proposal.Amended'],
  broken: ({ self, call }) => {
    const { line, activity: paid } = call.data
    const uses = self.data.uses.filter((use) => use.line === line && use.from <= call.effectiveOn)
    if (paid === undefined || uses.length === 0 || uses.some(({ activity }) => activity === paid)) return undefined
    return { details: { line, planned: uses.map(({ activity }) => activity).join(', '), paid } }
  },
})

/**
 * G-10: nothing is spent that the group has not received from that source. It has happened all the same, and the payment may be entered
 * after it: so it is noted, and the account of the group stands overdrawn in sight. Source: DOMAIN §9, §13.
 */
export const withinGroupBalance = dataRule<Proposal, Amount & Origin & { paidFrom?: string | undefined }>('expense-exceeds-balance', {
  guard: 'G-10',
  id: 'Pengeluaran {amount:rp} melebihi dana sumber ini di KSM {held:rp}.',
  en: 'The expense of {amount:rp} exceeds what the group holds of this source, {held:rp}.',
  source: 'DOMAIN §13, G-10',
  broken: ({ self, call }) => {
    if (call.data.paidFrom === 'cash') return undefined
    const held = heldAs(self.data, originOf(call.data), 'bank')
    return sen(call.data.amount) > held && { details: { amount: call.data.amount, held: rupiah(atLeastZero(held)) } }
  },
})

export const expenseKnown = dataRule<Proposal, { expense?: string | undefined }>('expense-unknown', {
  id: 'Pengeluaran {expense} belum tercatat pada usulan ini.',
  en: 'The expense {expense} is not recorded on this proposal.',
  source: 'CONTRACTS E2',
  broken: ({ self, call }) => {
    const { expense } = call.data
    return expense !== undefined && !self.data.expenses.some(({ number }) => number === expense) && { details: { expense } }
  },
})

/** The account of the group says what it spent, to the sen. Source: DOMAIN §3.5. */
export const lpjEqualsExpenses = dataRule<Proposal, Amount>('group-lpj-differs-from-expenses', {
  guard: 'G-10',
  id: 'LPJ KSM {amount:rp} tidak sama dengan pengeluaran tercatat {expenses:rp}.',
  en: 'The LPJ of the group, {amount:rp}, differs from its recorded expenses of {expenses:rp}.',
  source: 'DOMAIN §3.5',
  metBy: ['proposal.ExpenseRecorded'],
  broken: ({ self, call }) => {
    const spent = spentByGroup(self.data)
    return sen(call.data.amount) !== spent && { details: { amount: call.data.amount, expenses: rupiah(spent) }, facts: [self.last] }
  },
})

export const withinGroupHolding = dataRule<Proposal, Amount & { tranche: string }>('exceeds-group-balance', {
  guard: 'G-12',
  id: 'Pengembalian {amount:rp} melebihi dana tahap ini di bank KSM {held:rp}.',
  en: 'Paying back {amount:rp} exceeds what the group holds of this tranche in the bank, {held:rp}.',
  source: 'DOMAIN §2.7',
  broken: (x) => withinGroupBalance.check(x),
})

/** G-07: nothing is handed over without a plan to maintain it. Source: DOMAIN §13; seed S4. */
export const maintenancePlanned = stateRule<Proposal>('no-maintenance-plan', {
  guard: 'G-07',
  id: 'Rencana operasi dan pemeliharaan belum disepakati.',
  en: 'The plan of operation and maintenance is not agreed yet.',
  source: 'DOMAIN §13, G-07',
  metBy: ['cycle.StepRecorded:4.1:agreed', 'proposal.MaintenancePlanAgreed'],
  broken: (x) => {
    const { maintenancePlanMark: mark, ownMaintenancePlan } = x.edition.handover
    if (x.self.data.maintenancePlanned) return undefined
    if (mark === null && ownMaintenancePlan) return { facts: [x.self.last] }
    const { cycle } = x.world.one(allocationFold, x.self.data.allocation).data
    if (mark === null || cycle === undefined) return mark !== null
    const run = x.world.one(cycleFold, cycle)
    return !reached(x, run, mark) && { facts: [run.last] }
  },
})

/** Who may hand over together without the Lurah, if the edition names them, all have signed and said why. Source: appendix C9. */
function passesOverLurah({ edition, call }: Situation<Proposal>): boolean {
  const { override } = edition.handover
  if (override === undefined || call.reason === undefined) return false
  const signers = [call.actor, ...(call.cosigners ?? [])].filter(({ role }) => override.includes(role))
  const hasSigned = override.every((role) => signers.some((signer) => signer.role === role))
  // Whoever holds two of these offices is still one person.
  return hasSigned && new Set(signers.map(({ person }) => person)).size >= override.length
}

/** G-07: the kelurahan takes the works over. Source: DOMAIN §13; seed S1. */
export const lurahSigns = dataRule<Proposal, unknown>('lurah-signature-missing', {
  guard: 'G-07',
  id: 'BAST harus ditandatangani Lurah kelurahan ini.',
  en: 'The handover must be signed by the Lurah of this kelurahan.',
  source: 'DOMAIN §13, G-07',
  broken: (x) => {
    const area = x.self.ancestors.find((tag) => tag.startsWith('area:'))
    const ofArea = (institution: string): boolean => {
      const areas = x.world.one(institutionFold, institution).ancestors.filter((tag) => tag.startsWith('area:'))
      return areas.length === 0 || areas.some((tag) => tag === area)
    }
    const signed = (x.call.cosigners ?? []).some(
      ({ role, institution }) => role === 'LURAH' && institution !== undefined && ofArea(institution),
    )
    return x.edition.handover.lurah && !signed && { waived: passesOverLurah(x as Situation<Proposal>) }
  },
})
