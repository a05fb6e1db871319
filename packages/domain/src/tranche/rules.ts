import type { Entity } from '../kernel/entity.ts'
import { hundredths } from '../kernel/define.ts'
import { atLeastZero, rupiah, sen, sumSen, percentText } from '../kernel/rupiah.ts'
import { dataRule, lastOf, reached, stateRule, type Situation } from '../kernel/rule.ts'
import { membersOf, one, type Read } from '../kernel/world.ts'
import { allocationFold, type Allocation } from '../allocation/machine.ts'
import { allocationRules } from '../allocation/rules.ts'
import { blockersFold, openFindings, type Blockers } from '../allocation/blockers.ts'
import { cycleFold } from '../cycle/machine.ts'
import { institutionFold } from '../institution/machine.ts'
import { proposalFold, type Proposal } from '../proposal/machine.ts'
import { trancheFold, undistributed, type Tranche } from './machine.ts'

/** The rules of releasing a tranche, from the request to the credit and its operating cost, in the order in which the deciders ask them. */

/** Data that carry an amount. */
export interface Amount {
  readonly amount: string
}

/** A tranche among what was read. */
export type X = Pick<Situation<Tranche>, 'self' | 'world'>

const allocationOf = ({ self, world }: X): Entity<Allocation> => world.one(allocationFold, self.data.allocation)
/** The tag under which what stands beside a tranche is found. */
export const tag = ({ self }: X): string => `allocation:${self.data.allocation}`
/** The tranches of the allocation, in their order. */
export const tranchesOf = (x: X): Entity<Tranche>[] =>
  [...x.world.members(trancheFold, tag(x))].sort((a, b) => a.data.ordinal - b.data.ordinal)
/** The proposals of the allocation. */
export const proposalsOf = (x: X): readonly Entity<Proposal>[] => x.world.members(proposalFold, tag(x))

/** The other tranches that its account covers. */
export const coveredBy = (self: Entity<Tranche>): readonly string[] => (self.data.lpj?.covers ?? []).filter((id) => id !== self.id)

/** Reads what stands beside a tranche in its allocation: first who, then each of them with board and cycle. */
export const ofAllocation = {
  found: (x: Situation<Tranche>): Read[] => [membersOf(trancheFold, tag(x)), membersOf(proposalFold, tag(x))],
  each: (x: Situation<Tranche>): Read[] => {
    const { recipient, cycle } = allocationOf(x).data
    return [
      ...x.world.idsOf(trancheFold, tag(x)).map((id) => one(trancheFold, id)),
      ...x.world.idsOf(proposalFold, tag(x)).map((id) => one(proposalFold, id)),
      ...(recipient ? [one(institutionFold, recipient)] : []),
      ...(cycle ? [one(cycleFold, cycle)] : []),
    ]
  },
}
/** Reads what may stand in the way of more money. */
export const blockers = ({ self }: X): Read => one(blockersFold, self.data.allocation)
const blockersOf = ({ self, world }: X): Blockers => world.one(blockersFold, self.data.allocation).data
export const siblings = (x: Situation<Tranche>): Read[] => x.world.idsOf(trancheFold, tag(x)).map((id) => one(trancheFold, id))

const previous = (x: X): Entity<Tranche> | undefined => tranchesOf(x).find((tranche) => tranche.data.ordinal === x.self.data.ordinal - 1)

/** DOMAIN §2.5 items 3 and 4: they still hold when money is asked for, not only when the agreement was signed. */
export const { planRatified, fundingStage, accountValid } = allocationRules<Tranche>(allocationOf)

/** DOMAIN §2.5 item 8: severe complaints about the allocation, or anything in it, are settled before more money is asked for. */
export const noBlockingComplaint = stateRule<Tranche>('blocking-complaint-open', {
  guard: 'G-03',
  id: '{count} pengaduan berat atas alokasi ini belum selesai.',
  en: '{count} severe complaints about this allocation are not resolved.',
  source: 'DOMAIN §2.5 item 8, §8.4',
  metBy: ['complaint.Resolved', 'complaint.Closed'],
  broken: (x) => {
    const positions = Object.values(blockersOf(x).complaints)
    const blocked = tranchesOf(x).find((tranche) => tranche.data.complaints.length > 0)
    const where = blocked ? { ordinal: blocked.data.ordinal } : {}
    return positions.length > 0 && { details: { count: positions.length, ...where }, facts: positions }
  },
})

/** DOMAIN §2.5 item 8: an auditor who blocks the money closes the finding before more of it is asked for. */
export const noBlockingFinding = stateRule<Tranche>('blocking-finding-open', {
  guard: 'G-03',
  id: '{count} temuan yang menahan pencairan alokasi ini belum ditutup.',
  en: '{count} findings that block the money of this allocation are not closed.',
  source: 'DOMAIN §2.5 item 8, §8.2',
  metBy: ['finding.Closed'],
  broken: (x) => {
    const positions = openFindings(blockersOf(x))
    return positions.length > 0 && { details: { count: positions.length }, facts: positions }
  },
})

/** G-01: no money is asked for before the agreement. Source: DOMAIN §2.5 item 2, R:D6. */
export const agreementSigned = stateRule<Tranche>('agreement-not-signed', {
  guard: 'G-01',
  id: 'Perjanjian (PKS/SPPB) antara PPK dan BKM belum ditandatangani.',
  en: 'The agreement between commitment officer and board is not signed yet.',
  source: 'DOMAIN §2.5 item 2, R:D6',
  metBy: ['allocation.AgreementSigned'],
  broken: (x) => !reached(x, allocationOf(x), 'agreement-signed') && { facts: [allocationOf(x).last] },
})

/** A tranche follows the one before it. Source: DOMAIN §2.2. */
export const previousCredited = stateRule<Tranche>('previous-tranche-not-credited', {
  guard: 'G-03',
  id: 'Tahap {ordinal} belum masuk ke rekening BKM.',
  en: 'Tranche {ordinal} is not on the account of the board yet.',
  source: 'DOMAIN §2.2, §2.5 item 7',
  metBy: ['tranche.Credited'],
  broken: (x) => {
    const before = previous(x)
    return before !== undefined && !reached(x, before, 'credited') && { details: { ordinal: before.data.ordinal }, facts: [before.last] }
  },
})

/** G-03: where the edition asks for it, the earlier tranche is accounted for first. Source: DOMAIN §2.5 item 7, R:D9. */
export const previousLpj = stateRule<Tranche>('previous-lpj-not-accepted', {
  guard: 'G-03',
  id: 'LPJ tahap {ordinal} belum {needed}.',
  en: 'The LPJ of tranche {ordinal} is not {needed} yet.',
  source: 'DOMAIN §2.5 item 7, R:D9',
  metBy: ['tranche.LpjSubmitted', 'tranche.LpjAccepted'],
  broken: (x) => {
    const needed = x.edition.tranches.next.previousLpj
    const before = previous(x)
    if (before === undefined || needed === 'none') return undefined
    const done = reached(x, before, 'accounted-for') || (needed === 'submitted' && reached(x, before, 'lpj-submitted'))
    return !done && { details: { ordinal: before.data.ordinal, needed }, facts: [before.last] }
  },
})

/** Verified progress of the contracted works, weighted by grant, in hundredths of a percent, rounded down. */
export function weightedProgress(proposals: readonly Entity<Proposal>[]): bigint {
  const grants = sumSen(proposals.map((proposal) => proposal.data.approvedSen))
  const done = sumSen(proposals.map((proposal) => proposal.data.approvedSen * BigInt(proposal.data.verified)))
  return grants === 0n ? 0n : done / grants
}

/** G-03: enough of the work is done before the next tranche. Source: DOMAIN §2.5 item 7; appendix C8. */
export const progressReached = stateRule<Tranche>('progress-below-threshold', {
  guard: 'G-03',
  id: 'Kemajuan tertimbang {progress} persen, belum mencapai {wanted} persen.',
  en: 'Weighted progress is {progress} percent, below {wanted} percent.',
  source: 'DOMAIN §2.5 item 7; appendix C8',
  metBy: ['proposal.ProgressVerified'],
  broken: (x) => {
    if (x.self.data.ordinal === 1) return undefined
    const contracted = proposalsOf(x).filter((proposal) => reached(x, proposal, 'contracted'))
    const wanted = x.edition.tranches.next.minProgressPercent
    const grants = sumSen(contracted.map((proposal) => proposal.data.approvedSen))
    const done = sumSen(contracted.map((proposal) => proposal.data.approvedSen * BigInt(proposal.data.verified)))
    if (wanted === 0 || (grants > 0n && done >= grants * BigInt(hundredths(String(wanted))))) return undefined
    return { details: { progress: percentText(weightedProgress(contracted)), wanted }, facts: contracted.map((proposal) => proposal.last) }
  },
})

/**
 * DOMAIN §2.5 item 9: the treasury closes the year on a date that changes yearly. Where the edition names none, none is invented: P2KP
 * asked for its last tranche in the year after.
 */
export const beforeYearEnd = stateRule<Tranche>('after-year-end', {
  id: 'Permintaan tahun anggaran {year} ditutup pada {last}.',
  en: 'Requests of fiscal year {year} closed on {last}.',
  source: 'DOMAIN §2.5 item 9, R:D55',
  broken: (x) => {
    const allocation = allocationOf(x)
    const year = allocation.data.fiscalYear
    const last = x.edition.yearEnd[year]
    return last !== undefined && x.call.effectiveOn > last && { details: { year, last }, facts: [allocation.last] }
  },
})

/** G-10: what is asked for, ordered and paid is the amount of the tranche. Source: DOMAIN §2.3, §2.5 item 10. */
export const trancheAmount = dataRule<Tranche, Amount>('amount-differs-from-tranche', {
  guard: 'G-10',
  id: 'Jumlah {given:rp} tidak sama dengan tahap {ordinal}: {planned:rp}.',
  en: 'The amount {given:rp} differs from tranche {ordinal}: {planned:rp}.',
  source: 'DOMAIN §2.3, §2.5 item 10',
  broken: ({ self, call }) =>
    sen(call.data.amount) !== self.data.amountSen && {
      details: { given: call.data.amount, ordinal: self.data.ordinal, planned: rupiah(self.data.amountSen) },
    },
})

/** Part A of the sheet comes before the first recommendation (repair R11). Source: DOMAIN §2.4, R:D2. */
export const papersChecked = dataRule<Tranche, { step: string; outcome: string }>('papers-not-checked', {
  guard: 'G-04',
  id: 'Berkas belum diperiksa lengkap dan benar (daftar periksa A).',
  en: 'The file has not been found complete and correct (checklist A).',
  source: 'DOMAIN §2.4, §2.5 item 5, R:D2',
  metBy: ['tranche.DocumentChecked'],
  broken: ({ self, call }) => call.data.step === 'VF-10' && call.data.outcome === 'recommended' && !self.data.papersChecked,
})

/** A file goes back with reasons, so that it can be mended. Source: DOMAIN §3.3, outcome vocabulary. */
export const returnExplained = dataRule<Tranche, { outcome: string; notes?: string | undefined }>('return-unexplained', {
  id: 'Pengembalian atau penolakan memerlukan catatan (notes).',
  en: 'A return or rejection needs notes.',
  source: 'DOMAIN §3.3',
  broken: ({ call }) => ['returned', 'rejected'].includes(call.data.outcome) && call.data.notes === undefined,
})

/** A-13, F16: money that arrives beyond the order. Source: DOMAIN §2.3. */
export const creditWithinSp2d = dataRule<Tranche, Amount>('credit-exceeds-sp2d', {
  id: 'Dana masuk {credited:rp} melebihi SP2D {sp2d:rp}.',
  en: 'The credit of {credited:rp} exceeds the SP2D of {sp2d:rp}.',
  source: 'DOMAIN §2.3, A-13',
  broken: ({ self, call }) => {
    const credited = self.data.creditedSen + sen(call.data.amount)
    return credited > self.data.sp2dSen && { details: { credited: rupiah(credited), sp2d: rupiah(self.data.sp2dSen) } }
  },
})

/** A-13, F16: no office may deduct anything on the way. Source: DOMAIN §2.3, R:D32. */
export const creditWhole = dataRule<Tranche, Amount>('credit-below-sp2d', {
  id: 'Dana masuk {credited:rp} kurang dari SP2D {sp2d:rp}.',
  en: 'The credit of {credited:rp} is less than the SP2D of {sp2d:rp}.',
  source: 'DOMAIN §2.3, A-13, F16',
  broken: ({ self, call }) => {
    const credited = self.data.creditedSen + sen(call.data.amount)
    return credited < self.data.sp2dSen && { details: { credited: rupiah(credited), sp2d: rupiah(self.data.sp2dSen) } }
  },
})

/** G-11: operating cost has a ceiling by component over the whole allocation. Source: DOMAIN §2.3, R:D4. */
export const bopWithinCap = dataRule<Tranche, Amount>('bop-exceeds-cap', {
  guard: 'G-11',
  id: 'BOP seluruhnya {total:rp} melebihi batas komponen {component}: {cap:rp}.',
  en: 'Operating cost of {total:rp} in all exceeds the cap of component {component}: {cap:rp}.',
  source: 'DOMAIN §2.3, R:D4',
  broken: (x) => {
    const { component } = allocationOf(x).data
    const cap = x.edition.bop.caps[component]
    const tranches = tranchesOf(x)
    const total = sumSen(tranches.map((tranche) => tranche.data.bopSetAsideSen)) + sen(x.call.data.amount)
    return typeof cap === 'string' && total > sen(cap) && { details: { total: rupiah(total), component, cap }, facts: lastOf(tranches) }
  },
})

/** G-10: money for groups and operating cost together do not exceed what came in. */
export const withinTranche = dataRule<Tranche, Amount>('exceeds-tranche', {
  guard: 'G-10',
  id: 'Jumlah {amount:rp} melebihi sisa tahap yang belum dibagi: {rest:rp}.',
  en: 'The amount {amount:rp} exceeds what is undistributed of the tranche: {rest:rp}.',
  source: 'DOMAIN §13, G-10',
  broken: ({ self, call }) => {
    const rest = undistributed(self.data)
    return sen(call.data.amount) > rest && { details: { amount: call.data.amount, rest: rupiah(atLeastZero(rest)) }, facts: [self.last] }
  },
})

/** G-11: operating cost is spent from what was set aside. */
export const bopSetAside = dataRule<Tranche, Amount>('bop-not-set-aside', {
  guard: 'G-11',
  id: 'Pengeluaran BOP {spent:rp} melebihi yang disisihkan {aside:rp}.',
  en: 'Operating cost of {spent:rp} exceeds the {aside:rp} set aside.',
  source: 'DOMAIN §2.3; G-10, G-11',
  broken: ({ self, call }) => {
    const total = self.data.bopSpentSen + sen(call.data.amount)
    return total > self.data.bopSetAsideSen && { details: { spent: rupiah(total), aside: rupiah(self.data.bopSetAsideSen) } }
  },
})
