import { rupiah, sen, sumSen } from '../kernel/rupiah.ts'
import { dataRule, stateRule, type Situation } from '../kernel/rule.ts'
import { allocationFold, approvable } from '../allocation/machine.ts'
import { allocationRules } from '../allocation/rules.ts'
import { institutionFold, type Institution } from '../institution/machine.ts'
import { payeeRules } from '../institution/rules-payee.ts'
import { proposalFold, type Proposal } from './machine.ts'
import { linesOf } from './money.ts'

/** The rules of a proposal, in the order in which its deciders ask them; the deciders stand in `decider.ts`. */
interface Amount {
  readonly amount: string
}
type Submission = { number: string; grant: string; lines: readonly { line: string; amount: string; fundedBy: string }[] }

const groupOf = (x: Pick<Situation<Proposal>, 'self' | 'world'>, id = x.self.data.ksm) => x.world.one(institutionFold, id)
const standing = ({ kind, dissolvedOn }: Institution): boolean => (kind === 'KSM' || kind === 'KUBE') && dissolvedOn === undefined

/** Nothing is proposed or contracted under an allocation that was revoked or closed. */
export const { active: allocationActive } = allocationRules<Proposal>(({ self, call, world }) =>
  world.one(allocationFold, self.opened ? self.data.allocation : String(call.data['allocation'])),
)

export const groupStands = dataRule<Proposal, { ksm: string }>('group-not-standing', {
  id: 'Pengusul {name} bukan KSM yang masih berdiri.',
  en: 'The proposer {name} is not a standing group.',
  source: 'DOMAIN §3.1',
  broken: (x) => {
    const ksm = groupOf(x, x.call.data.ksm)
    return !standing(ksm.data) && { details: { name: ksm.data.name || ksm.id }, facts: [ksm.last] }
  },
})

/** A group proposes for itself. Source: DOMAIN §3.1, DESIGN §4 Who. */
export const ownGroup = dataRule<Proposal, { ksm: string }>('not-own-proposal', {
  id: 'Usulan hanya diajukan oleh KSM itu sendiri.',
  en: 'A proposal is made by the group itself only.',
  source: 'DOMAIN §3.1',
  sort: 'authority',
  broken: ({ call }) => call.actor.institution !== call.data.ksm,
})

/** The area of a group is part of its forming and cannot be told later: better refused here than when it is paid. Source: DOMAIN §2.1. */
export const { areaKnown: groupAreaKnown } = payeeRules<Proposal, { ksm: string; allocation: string }>(
  ({ call, world }) => world.one(allocationFold, call.data.allocation).data.area,
)

export const groupStandsNow = stateRule<Proposal>('group-dissolved', {
  guard: 'G-02',
  id: 'KSM {name} tidak lagi berdiri.',
  en: 'The group {name} no longer stands.',
  source: 'DOMAIN §3.1',
  broken: (x) => !standing(groupOf(x).data) && { details: { name: groupOf(x).data.name }, facts: [groupOf(x).last] },
})

/** What a group spends from the day on which it was dissolved is noted: it has happened, and nobody was there to decide it. */
export const spentByStanding = dataRule<Proposal, unknown>('spent-by-dissolved-group', {
  guard: 'G-02',
  id: 'Kelompok {name} sudah bubar sejak {on}; pengeluaran ini bertanggal sesudahnya atau pada hari itu.',
  en: 'The group {name} was dissolved on {on}; this expense is dated that day or later.',
  source: 'DOMAIN §3.1, §6.1',
  broken: (x) => {
    const ksm = groupOf(x)
    const { name, dissolvedOn: on } = ksm.data
    return on !== undefined && x.call.effectiveOn >= on && { details: { name, on }, facts: [ksm.last] }
  },
})

/** The group has an account in its own name before it asks for money. Source: DOMAIN §2.4, §3.1. */
export const groupAccount = stateRule<Proposal>('group-account-missing', {
  id: 'KSM {name} belum mempunyai rekening atas namanya.',
  en: 'The group {name} has no account in its own name yet.',
  source: 'DOMAIN §2.4, §3.1',
  metBy: ['institution.BankAccountOpened'],
  broken: (x) => groupOf(x).data.accounts.length === 0 && { details: { name: groupOf(x).data.name }, facts: [groupOf(x).last] },
})

/** The lines paid from the grant add up to the grant. Source: DOMAIN §3.1, §9. */
export const linesAddUp = dataRule<Proposal, Submission>('lines-do-not-add-up', {
  guard: 'G-10',
  id: 'Rincian biaya dari dana bantuan {lines:rp} tidak sama dengan jumlah usulan {grant:rp}.',
  en: 'The cost lines paid from the grant, {lines:rp}, differ from the grant asked for, {grant:rp}.',
  source: 'DOMAIN §3.1, §9',
  broken: ({ call }) => {
    const lines = sumSen(Object.values(linesOf(call.data.lines.filter(({ fundedBy }) => fundedBy === 'grant'))))
    return lines !== sen(call.data.grant) && { details: { lines: rupiah(lines), grant: call.data.grant } }
  },
})

export const sameNumber = dataRule<Proposal, Submission>('proposal-number-differs', {
  id: 'Nomor usulan {given} bukan nomor yang tercatat, {recorded}.',
  en: 'The proposal number {given} is not the one recorded, {recorded}.',
  source: 'CONTRACTS B3',
  sort: 'reference',
  broken: ({ self, call }) => call.data.number !== self.data.number && { details: { given: call.data.number, recorded: self.data.number } },
})

/** G-06: works are found feasible on a drawing and a volume sheet (repair R7). Source: DOMAIN §3.1, R:D10. */
export const drawingsThere = dataRule<Proposal, { step: string; outcome: string }>('drawing-missing', {
  guard: 'G-06',
  id: 'Usulan infrastruktur belum dilengkapi: {missing}.',
  en: 'The infrastructure proposal lacks: {missing}.',
  source: 'DOMAIN §3.1, G-06, R:D10',
  metBy: ['proposal.Resubmitted'],
  broken: ({ self, edition, call }) => {
    if (call.data.step !== 'V2' || call.data.outcome !== 'feasible' || !self.data.infrastructure) return undefined
    const missing = edition.drawings.papers.filter((paper) => !self.data.papers.includes(paper))
    return missing.length > 0 && { details: { missing: missing.join(', ') }, facts: [self.last] }
  },
})

/** Four eyes: who verifies is no member of the group. Source: DOMAIN §3.3. */
export const verifierNotMember = stateRule<Proposal>('verifier-is-member', {
  guard: 'G-04',
  id: 'Pemeriksa adalah anggota KSM pengusul.',
  en: 'The verifier is a member of the proposing group.',
  source: 'DOMAIN §3.3',
  sort: 'duty',
  broken: (x) => x.call.actor.person !== undefined && groupOf(x).data.members.includes(x.call.actor.person) && { facts: [groupOf(x).last] },
})

export const rejectionExplained = dataRule<Proposal, { outcome: string; notes?: string | undefined }>('rejection-unexplained', {
  id: 'Pengembalian, keberatan, atau penolakan memerlukan catatan (notes).',
  en: 'A return, objection or rejection needs notes.',
  source: 'DOMAIN §3.3',
  broken: ({ call }) =>
    ['returned', 'rejected', 'objected', 'defects', 'hold'].includes(call.data.outcome) && call.data.notes === undefined,
})

type Step = { step: string; outcome: string; amount?: string | undefined }

/** V5 of one proposal: an approval names its amount, nothing else does. Source: DOMAIN §3.3. */
export const approvalHasAmount = dataRule<Proposal, Step>('step-amount-unexpected', {
  id: 'Jumlah (amount) disebut jika dan hanya jika V5 menyetujui.',
  en: 'An amount is given if and only if V5 approves.',
  source: 'DOMAIN §3.3, V5',
  sort: 'input',
  broken: ({ call }) => (call.data.amount !== undefined) !== (call.data.step === 'V5' && call.data.outcome === 'approved'),
})

/** G-10: the board approves no more than the allocation leaves after operating cost. Source: DOMAIN §3.2, §2.3. */
export const approvedWithinAllocation = dataRule<Proposal, Step>('step-approved-exceeds-allocation', {
  guard: 'G-10',
  id: 'Jumlah yang disetujui {approved:rp} melebihi alokasi sesudah BOP {limit:rp}.',
  en: 'The approved total {approved:rp} exceeds the allocation less operating cost {limit:rp}.',
  source: 'DOMAIN §3.2; G-10',
  broken: (x) => {
    if (x.call.data.step !== 'V5' || x.call.data.amount === undefined) return undefined
    const allocation = x.world.one(allocationFold, x.self.data.allocation)
    const others = x.world.members(proposalFold, `allocation:${allocation.id}`).filter((proposal) => proposal.id !== x.self.id)
    const approved = sumSen(others.map((proposal) => proposal.data.approvedSen)) + sen(x.call.data.amount)
    const limit = approvable(allocation.data, x.edition)
    return approved > limit && { details: { approved: rupiah(approved), limit: rupiah(limit) }, facts: [allocation.last] }
  },
})

export const approvedWithinAsked = dataRule<Proposal, Step>('step-approved-exceeds-proposal', {
  id: 'Usulan meminta {asked:rp}; disetujui {approved:rp}.',
  en: 'The proposal asks for {asked:rp}; {approved:rp} was approved.',
  source: 'DOMAIN §3.3, V5',
  broken: ({ self, call }) =>
    call.data.amount !== undefined &&
    sen(call.data.amount) > self.data.grantSen && { details: { asked: rupiah(self.data.grantSen), approved: call.data.amount } },
})

/** G-05: a change needs the minutes of the group and of the board. Source: DOMAIN §3.2, R:D10. */
export const bothMinutes = dataRule<Proposal, unknown>('minutes-missing', {
  guard: 'G-05',
  id: 'Perubahan usulan memerlukan berita acara KSM dan berita acara BKM; kurang: {missing}.',
  en: 'A change of the proposal needs the minutes of the group and of the board; missing: {missing}.',
  source: 'DOMAIN §3.2, G-05, R:D10',
  broken: ({ call }) => {
    const missing = ['ba-ksm', 'ba-bkm'].filter((paper) => !call.evidence.some(({ docType }) => docType === paper))
    return missing.length > 0 && { details: { missing: missing.join(', ') } }
  },
})

/** G-02: money follows the plan. Source: DOMAIN §3.1, §13, R:D10. */
export const planLinked = stateRule<Proposal>('plan-line-missing', {
  guard: 'G-02',
  id: 'Usulan belum dikaitkan dengan baris rencana (RPLP, PJM, atau BAPPUK).',
  en: 'The proposal is not linked to a line of the plan.',
  source: 'DOMAIN §3.1, G-02, R:D10',
  broken: ({ self }) => self.data.planLine === undefined && { facts: [self.last] },
})

export const amendedLineKnown = dataRule<Proposal, { purpose?: { line: string } | undefined }>('amended-line-unknown', {
  id: 'Baris biaya {line} tidak ada dalam RAB usulan ini.',
  en: 'There is no line {line} in the estimate of this proposal.',
  source: 'DOMAIN §3.2',
  sort: 'reference',
  broken: ({ self, call }) => {
    const { purpose } = call.data
    return purpose !== undefined && self.data.lines[purpose.line] === undefined && { details: { line: purpose.line } }
  },
})

export const scheduleAddsUp = dataRule<Proposal, { amount: string; instalments: readonly string[] }>('schedule-does-not-add-up', {
  guard: 'G-10',
  id: 'Jumlah angsuran {sum:rp} tidak sama dengan nilai perjanjian {amount:rp}.',
  en: 'The instalments add up to {sum:rp}, not to the contract of {amount:rp}.',
  source: 'DOMAIN §3.3, V7',
  broken: ({ call }) => {
    const sum = sumSen(call.data.instalments.map(sen))
    return sum !== sen(call.data.amount) && { details: { sum: rupiah(sum), amount: call.data.amount } }
  },
})

export const contractWithinApproved = dataRule<Proposal, Amount>('contract-exceeds-approved', {
  guard: 'G-02',
  id: 'Nilai perjanjian {amount:rp} melebihi yang disetujui {approved:rp}.',
  en: 'The contract of {amount:rp} exceeds the approved {approved:rp}.',
  source: 'DOMAIN §3.3, V7; G-02',
  broken: ({ self, call }) =>
    sen(call.data.amount) > self.data.approvedSen && { details: { amount: call.data.amount, approved: rupiah(self.data.approvedSen) } },
})

/** V7: board and group sign together. Source: DOMAIN §3.3. */
export const groupSigns = dataRule<Proposal, unknown>('group-signature-missing', {
  guard: 'G-02',
  id: 'SPPD-L ditandatangani BKM bersama ketua KSM.',
  en: 'The contract is signed by the board together with the chair of the group.',
  source: 'DOMAIN §3.3, V7',
  broken: ({ self, call }) => !(call.cosigners ?? []).some(({ role, institution }) => role === 'KSM' && institution === self.data.ksm),
})
