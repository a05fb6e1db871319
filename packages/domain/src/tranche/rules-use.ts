import type { Entity } from '../kernel/entity.ts'
import { atLeastZero, rupiah, sen, sumSen } from '../kernel/rupiah.ts'
import { dataRule, reached, stateRule, type Situation } from '../kernel/rule.ts'
import { institutionFold } from '../institution/machine.ts'
import { payeeRules } from '../institution/rules-payee.ts'
import { loanPoolFold } from '../loan-pool/machine.ts'
import { proposalFold, type Proposal } from '../proposal/machine.ts'
import { allocationFold } from '../allocation/machine.ts'
import { accountable, heldByBoard, spent, trancheFold, type Tranche } from './machine.ts'
import { leftoverDue, settledWith } from './leftover.ts'
import { coveredBy, type Amount } from './rules.ts'

/** The rules of using a tranche and accounting for it, in the order in which the deciders ask them. */
interface Instalment extends Amount {
  readonly proposal: string
  readonly ksm: string
  readonly instalment: number
}

type X = Situation<Tranche, Instalment>
const proposalOf = (x: X): Entity<Proposal> => x.world.one(proposalFold, x.call.data.proposal)

/** CONTRACTS B3: the group paid is the group of the proposal, and the proposal belongs to this tranche's allocation. */
export const payeeOfProposal = dataRule<Tranche, Instalment>('payee-differs', {
  id: 'Usulan {proposal} bukan milik KSM itu atau bukan bagian dari alokasi ini.',
  en: 'The proposal {proposal} is not of that group or not of this allocation.',
  source: 'CONTRACTS B3',
  sort: 'reference',
  broken: (x) => {
    const proposal = proposalOf(x)
    const fits = proposal.data.ksm === x.call.data.ksm && proposal.data.allocation === x.self.data.allocation
    return !fits && { details: { proposal: proposal.data.number || proposal.id } }
  },
})

/** Money goes only to a group that stands, has an account in its own name and is of the area. Source: DOMAIN §2.4, §3.1. */
export const {
  stands: payeeStands,
  hasAccount: payeeHasAccount,
  areaKnown: payeeAreaKnown,
  inArea: payeeInArea,
} = payeeRules<Tranche>(({ self, world }) => world.one(allocationFold, self.data.allocation).data.area)

/** G-02: no money to a group without a signed contract (SPPD-L). Source: DOMAIN §13; R:D10. */
export const contractSigned = dataRule<Tranche, Instalment>('contract-not-signed', {
  guard: 'G-02',
  id: 'Perjanjian SPPD-L untuk usulan {proposal} belum ditandatangani.',
  en: 'The contract (SPPD-L) of proposal {proposal} is not signed yet.',
  source: 'DOMAIN §13, G-02',
  metBy: ['proposal.ContractSigned'],
  broken: (x) => {
    const proposal = proposalOf(x)
    return !reached(x, proposal, 'contracted') && { details: { proposal: proposal.data.number }, facts: [proposal.last] }
  },
})

/** What the books do not find on the account of the board it cannot pay, whatever was set aside on paper. Source: DOMAIN §13, G-10. */
export const boardCanPay = dataRule<Tranche, { amount: string }>('board-account-short', {
  guard: 'G-10',
  id: 'Menurut catatan, rekening BKM untuk tahap ini tinggal {held:rp}; tidak cukup untuk {amount:rp}.',
  en: 'By the books the board’s account has {held:rp} of this tranche left; that is not enough for {amount:rp}.',
  source: 'DOMAIN §13, G-10',
  broken: ({ self, call: { data } }) => {
    const held = heldByBoard(self.data) - self.data.cashSen
    return sen(data.amount) > held && { details: { amount: data.amount, held: rupiah(atLeastZero(held)) }, facts: [self.last] }
  },
})

/** VF-17 comes before each instalment (repair R18). Source: DOMAIN §4. */
export const readinessChecked = dataRule<Tranche, Instalment>('readiness-not-checked', {
  guard: 'G-02',
  id: 'Kesiapan angsuran {instalment} usulan {proposal} belum diperiksa (VF-17).',
  en: 'Readiness for instalment {instalment} of proposal {proposal} has not been checked (VF-17).',
  source: 'DOMAIN §4, VF-17',
  metBy: ['proposal.StepRecorded:VF-17:pay'],
  broken: (x) => {
    const proposal = proposalOf(x)
    const { instalment } = x.call.data
    return proposal.data.readyFor < instalment && { details: { instalment, proposal: proposal.data.number }, facts: [proposal.last] }
  },
})

export const instalmentNext = dataRule<Tranche, Instalment>('instalment-out-of-turn', {
  id: 'Angsuran berikutnya adalah ke-{next}, bukan ke-{given}.',
  en: 'The next instalment is number {next}, not {given}.',
  source: 'DOMAIN §3.3, V7',
  broken: (x) => {
    const { data, last } = proposalOf(x)
    const next = data.paid.length + 1
    return x.call.data.instalment !== next && { details: { next, given: x.call.data.instalment }, facts: [last] }
  },
})

/** The schedule of the contract binds: instalment k is at most its amount (repair R18). Source: DOMAIN §3.3, V7. */
export const onSchedule = dataRule<Tranche, Instalment>('exceeds-contract-schedule', {
  guard: 'G-02',
  id: 'Angsuran {instalment} sebesar {amount:rp} melebihi jadwal SPPD-L: {scheduled:rp}.',
  en: 'Instalment {instalment} of {amount:rp} exceeds the schedule of the contract: {scheduled:rp}.',
  source: 'DOMAIN §3.3, V7',
  broken: (x) => {
    const { instalment, amount } = x.call.data
    const scheduled = proposalOf(x).data.instalments[instalment - 1] ?? 0n
    return sen(amount) > scheduled && { details: { instalment, amount, scheduled: rupiah(scheduled) }, facts: [proposalOf(x).last] }
  },
})

interface Account extends Amount {
  readonly covers: readonly string[]
}

export const coversItself = dataRule<Tranche, Account>('lpj-covers-not-itself', {
  id: 'LPJ harus mencakup tahap ini, dan setiap tahap sekali.',
  en: 'The LPJ must cover this tranche, and each tranche once.',
  source: 'CONTRACTS A6; repair R4',
  sort: 'input',
  broken: ({ self, call }) => !call.data.covers.includes(self.id) || new Set(call.data.covers).size < call.data.covers.length,
})

export const coversOneAllocation = dataRule<Tranche, Account>('lpj-covers-other-allocation', {
  id: 'LPJ hanya mencakup tahap dari satu alokasi.',
  en: 'An LPJ covers tranches of one allocation only.',
  source: 'CONTRACTS B3',
  sort: 'reference',
  broken: ({ self, world, call }) => call.data.covers.some((id) => world.one(trancheFold, id).data.allocation !== self.data.allocation),
})

const expensesOf = (tranches: readonly Entity<Tranche>[]): bigint => sumSen(tranches.map((tranche) => spent(tranche.data)))

/** An account over these tranches says what was spent of them, to the sen: expenses of groups, operating cost and the loan fund. */
const equalsExpenses = <D extends Amount>(accounted: (x: Situation<Tranche, D>) => readonly Entity<Tranche>[]) =>
  dataRule<Tranche, D>('lpj-differs-from-expenses', {
    guard: 'G-10',
    id: 'LPJ {amount:rp} tidak sama dengan pengeluaran tercatat {expenses:rp}.',
    en: 'The LPJ of {amount:rp} differs from the recorded expenses of {expenses:rp}.',
    source: 'DOMAIN §3.5',
    metBy: ['proposal.ExpenseRecorded', 'tranche.BopSpent', 'tranche.PoolFunded'],
    broken: (x) => {
      const { amount } = x.call.data
      const tranches = accounted(x)
      const expenses = expensesOf(tranches)
      return sen(amount) !== expenses && { details: { amount, expenses: rupiah(expenses) }, facts: tranches.map((tranche) => tranche.last) }
    },
  })

/** Asked when the account is handed in, of the tranches that it names. Source: DOMAIN §3.5; repair R4. */
export const lpjEqualsExpenses = equalsExpenses<Account>(({ world, call }) => call.data.covers.map((id) => world.one(trancheFold, id)))

/** G-10: nobody accounts for more than came in and was carried over. Source: DOMAIN §12.2 rows 11 and 16; repairs R4, K3. */
export const lpjWithinTranches = dataRule<Tranche, Account>('lpj-exceeds-tranches', {
  guard: 'G-10',
  id: 'LPJ {amount:rp} melebihi dana tahap dan yang dialihkan ke dalamnya: {limit:rp}.',
  en: 'The LPJ of {amount:rp} exceeds what came in and was carried over: {limit:rp}.',
  source: 'DOMAIN §12.2; repairs R4, K3',
  broken: ({ world, call }) => {
    const limit = sumSen(call.data.covers.map((id) => accountable(world.one(trancheFold, id).data)))
    return sen(call.data.amount) > limit && { details: { amount: call.data.amount, limit: rupiah(atLeastZero(limit)) } }
  },
})

/** The loan fund is that of the finance unit of the receiving board. Source: DOMAIN §5.1, §6.1. */
export const poolOfBoard = dataRule<Tranche, { upk?: string | undefined }>('not-own-finance-unit', {
  id: 'Dana bergulir hanya disalurkan ke UPK milik BKM penerima yang masih berdiri.',
  en: 'The loan fund is paid only to a standing finance unit (UPK) of the receiving board.',
  source: 'DOMAIN §5.1, §6.1',
  sort: 'reference',
  broken: ({ self, world, call }) => {
    if (call.data.upk === undefined) return undefined
    const unit = world.one(institutionFold, call.data.upk)
    const { recipient } = world.one(allocationFold, self.data.allocation).data
    return unit.data.kind !== 'UPK' || unit.data.dissolvedOn !== undefined || !unit.ancestors.includes(`institution:${recipient}`)
  },
})

/** The money of a grant goes into a pool of the board that received it. Source: DOMAIN §5.1, §5.3. */
export const poolOfRecipient = dataRule<Tranche, { pool?: string | undefined }>('pool-of-other-board', {
  id: 'Dana bergulir {pool} bukan milik BKM penerima alokasi ini.',
  en: 'The pool {pool} is not one of the board that receives this allocation.',
  source: 'DOMAIN §5.1, §5.3',
  sort: 'reference',
  broken: ({ self, world, call }) => {
    if (call.data.pool === undefined) return undefined
    const { name, board } = world.one(loanPoolFold, call.data.pool).data
    const { recipient } = world.one(allocationFold, self.data.allocation).data
    return board !== recipient && { details: { pool: name } }
  },
})

/** Asked again when it is accepted: an expense may have come in since. Source: DOMAIN §3.5. */
export const acceptedEqualsExpenses = equalsExpenses<Amount>(({ self, world }) => [
  self,
  ...coveredBy(self).map((id) => world.one(trancheFold, id)),
])

/** G-12: under this generation's rule leftover goes back to the treasury. Source: DOMAIN §2.7, R:D6. */
export const leftoverToTreasury = stateRule<Tranche>('leftover-stays-with-community', {
  guard: 'G-12',
  id: 'Edisi ini menetapkan sisa dana sebagai dana masyarakat, bukan untuk disetor ke Kas Negara.',
  en: 'This edition keeps leftover money with the community; it is not returned to the treasury.',
  source: 'DOMAIN §2.7, R:D56',
  broken: ({ edition }) => edition.leftover.rule !== 'RETURN_TO_TREASURY',
})

export const leftoverToCommunity = stateRule<Tranche>('leftover-belongs-to-treasury', {
  guard: 'G-12',
  id: 'Edisi ini mewajibkan sisa dana disetor ke Kas Negara.',
  en: 'This edition requires leftover money to be returned to the treasury.',
  source: 'DOMAIN §2.7, R:D6',
  broken: ({ edition }) => edition.leftover.rule !== 'KEEP_AS_COMMUNITY_FUND',
})

export const withinLeftover = dataRule<Tranche, Amount>('exceeds-leftover', {
  guard: 'G-12',
  id: 'Jumlah {amount:rp} melebihi sisa dana tahap ini {leftover:rp}.',
  en: 'The amount {amount:rp} exceeds the leftover of this tranche, {leftover:rp}.',
  source: 'DOMAIN §2.7',
  broken: (x) => {
    const { call } = x
    const rest = leftoverDue(x)
    return sen(call.data.amount) > rest && { details: { amount: call.data.amount, leftover: rupiah(atLeastZero(rest)) } }
  },
})

/** The board can only pay back what groups have brought back to it, and what lies in the bank: cash is paid in first. */
export const withinBalance = dataRule<Tranche, Amount>('exceeds-balance', {
  guard: 'G-12',
  id: 'Jumlah {amount:rp} melebihi dana tahap ini di BKM {held:rp}; KSM belum mengembalikan sisanya.',
  en: 'The amount {amount:rp} exceeds what the board holds of this tranche, {held:rp}; groups have not brought back the rest.',
  source: 'DOMAIN §2.7',
  metBy: ['proposal.LeftoverReturnedToBkm', 'tranche.CashDeposited'],
  broken: (x) => {
    const { self, call } = x
    const held = sumSen(settledWith(x).map((tranche) => heldByBoard(tranche.data) - tranche.data.cashSen))
    return sen(call.data.amount) > held && { details: { amount: call.data.amount, held: rupiah(atLeastZero(held)) }, facts: [self.last] }
  },
})

export const leftoverSettled = stateRule<Tranche>('leftover-not-settled', {
  guard: 'G-12',
  id: 'Sisa dana {leftover:rp} belum diselesaikan.',
  en: 'Leftover money of {leftover:rp} is not settled yet.',
  source: 'DOMAIN §2.7',
  metBy: ['tranche.LeftoverReturned', 'tranche.LeftoverKept'],
  broken: (x) => {
    const rest = leftoverDue(x)
    return rest > 0n && { details: { leftover: rupiah(rest) } }
  },
})

/** What a severe complaint suspended is resumed when the complaint is resolved. Source: DOMAIN §8.4. */
export const complaintsSettled = stateRule<Tranche>('suspending-complaint-open', {
  id: '{count} pengaduan yang menangguhkan tahap ini belum selesai.',
  en: '{count} complaints that suspend this tranche are not resolved.',
  source: 'DOMAIN §8.4',
  metBy: ['complaint.Resolved', 'complaint.Closed'],
  broken: ({ self }) => self.data.complaints.length > 0 && { details: { count: self.data.complaints.length } },
})
