import { atLeastZero, rupiah, sen, sumSen } from '../kernel/rupiah.ts'
import { dataRule, reached, stateRule, type Rule, type Situation } from '../kernel/rule.ts'
import { one, type Read } from '../kernel/world.ts'
import { institutionFold } from '../institution/machine.ts'
import { payeeRules } from '../institution/rules-payee.ts'
import { proposalFold } from '../proposal/machine.ts'
import { heldByGroup, sumOf } from '../proposal/money.ts'
import { heldByGroups, heldByImplementer, type Partnership } from './machine.ts'

/** The rules of the money of an agreement (DOMAIN §9): paid out, spent, given back. */
interface Amount {
  readonly amount: string
}
interface ToProposal extends Amount {
  readonly proposal: string
}
interface Payout extends ToProposal {
  readonly ksm: string
}

const proposalOf = ({ world, call }: Situation<Partnership, ToProposal>) => world.one(proposalFold, call.data.proposal)

/** Reads the proposal that is paid, and its group. */
export const payeeReads = ({ call }: Situation<Partnership, Payout>): Read[] => [
  one(proposalFold, call.data.proposal),
  one(institutionFold, call.data.ksm),
]

export const payeeOfProposal = dataRule<Partnership, Payout>('payout-payee-differs', {
  id: 'Usulan {proposal} bukan milik KSM itu.',
  en: 'The proposal {proposal} is not of that group.',
  source: 'CONTRACTS B3',
  sort: 'reference',
  broken: (x) => proposalOf(x).data.ksm !== x.call.data.ksm && { details: { proposal: proposalOf(x).data.number } },
})

export const {
  stands: payeeStands,
  hasAccount: payeeHasAccount,
  areaKnown: payeeAreaKnown,
  inArea: payeeInArea,
} = payeeRules<Partnership>(({ self }) => self.data.area)

/** Money goes to proposals that name the agreement as a source: that is how both sides know what it is for. Source: DOMAIN §9. */
export const sourceOfProposal = dataRule<Partnership, Payout>('payout-not-a-source', {
  id: 'Usulan {proposal} tidak menyebut perjanjian ini sebagai sumber dana.',
  en: 'The proposal {proposal} does not name this agreement as a source.',
  source: 'DOMAIN §9',
  sort: 'reference',
  broken: (x) => {
    const { data } = proposalOf(x)
    return !data.funding.some(({ from }) => from === x.self.id) && { details: { proposal: data.number } }
  },
})

/** G-02: no money to a group without a signed contract, whoever gives it. Source: DOMAIN §13. */
export const contractSigned = dataRule<Partnership, Payout>('payout-without-contract', {
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

/** A proposal receives no more than it says that the agreement gives it. Source: DOMAIN §9. */
export const withinSource = dataRule<Partnership, Payout>('payout-exceeds-source', {
  guard: 'G-10',
  id: 'Usulan {proposal} menerima {paid:rp} dari perjanjian ini; bagiannya {share:rp}.',
  en: 'The proposal {proposal} would receive {paid:rp} of this agreement; its share is {share:rp}.',
  source: 'DOMAIN §9',
  broken: (x) => {
    const { data, last } = proposalOf(x)
    const share = sumSen(data.funding.filter(({ from }) => from === x.self.id).map(({ amountSen }) => amountSen))
    const paid = sumOf(data.received, x.self.id) + sen(x.call.data.amount)
    return paid > share && { details: { proposal: data.number, paid: rupiah(paid), share: rupiah(share) }, facts: [last] }
  },
})

/** Per source spent <= received: nothing leaves the account of the agreement that did not come to it. Source: DOMAIN §9. */
const withinReceived = (code: string): Rule<Partnership, Amount> =>
  dataRule<Partnership, Amount>(code, {
    guard: 'G-10',
    id: 'Jumlah {amount:rp} melebihi dana perjanjian ini di pelaksana {held:rp}.',
    en: 'The amount {amount:rp} exceeds what the implementer holds of this agreement, {held:rp}.',
    source: 'DOMAIN §9',
    metBy: ['partnership.FundingReceived'],
    broken: ({ self, call }) => {
      const held = heldByImplementer(self.data)
      return sen(call.data.amount) > held && { details: { amount: call.data.amount, held: rupiah(atLeastZero(held)) }, facts: [self.last] }
    },
  })

export const withinAgreementMoney = withinReceived('exceeds-agreement-money')
/** Noted: it has been spent. */
export const spentWithinMoney = withinReceived('agreement-overspent')

export const returnedWithinHeld = dataRule<Partnership, ToProposal>('payout-return-exceeds-balance', {
  guard: 'G-10',
  id: 'Pengembalian {amount:rp} melebihi dana perjanjian ini di KSM {held:rp}.',
  en: 'Paying back {amount:rp} exceeds what the group holds of this agreement, {held:rp}.',
  source: 'DOMAIN §9',
  broken: (x) => {
    const { data, last } = proposalOf(x)
    const held = heldByGroup(data, x.self.id)
    return sen(x.call.data.amount) > held && { details: { amount: x.call.data.amount, held: rupiah(atLeastZero(held)) }, facts: [last] }
  },
})

/** What is left goes where the agreement says; one that says nothing gives it back. Source: DOMAIN §9, §2.7. */
export const leftoverToFunder = stateRule<Partnership>('agreement-keeps-leftover', {
  guard: 'G-12',
  id: 'Menurut perjanjian ini sisa dana menjadi milik masyarakat.',
  en: 'By this agreement leftover money stays with the community.',
  source: 'DOMAIN §9',
  broken: ({ self }) => self.data.leftover === 'keep-for-community',
})
export const leftoverToCommunity = stateRule<Partnership>('agreement-returns-leftover', {
  guard: 'G-12',
  id: 'Menurut perjanjian ini sisa dana kembali kepada penyandang dana.',
  en: 'By this agreement leftover money goes back to the funder.',
  source: 'DOMAIN §9',
  broken: ({ self }) => self.data.leftover !== 'keep-for-community',
})

/** An agreement is fulfilled only when no money is left, with groups or the implementer: after that nothing would move it. */
export const moneySettled = stateRule<Partnership>('agreement-money-open', {
  guard: 'G-12',
  id: 'Dana perjanjian belum selesai: {held:rp} di pelaksana, {groups:rp} di KSM.',
  en: 'Money of the agreement is not settled: {held:rp} with the implementer, {groups:rp} with groups.',
  source: 'DOMAIN §9',
  metBy: ['partnership.LeftoverReturned', 'partnership.LeftoverKept', 'partnership.PayoutReturned'],
  broken: ({ self }) => {
    const [held, groups] = [heldByImplementer(self.data), heldByGroups(self.data)]
    return (held > 0n || groups > 0n) && { details: { held: rupiah(atLeastZero(held)), groups: rupiah(atLeastZero(groups)) } }
  },
})
