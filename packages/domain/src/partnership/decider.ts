import { decider, type DataOfCommand } from '../kernel/decider.ts'
import { covers, inTime } from '../kernel/period.ts'
import { rupiah, sen } from '../kernel/rupiah.ts'
import { dataRule, stateRule, type Rule, type Situation } from '../kernel/rule.ts'
import { one } from '../kernel/world.ts'
import { hoursAtRate, valuationTold } from '../kernel/valuing.ts'
import { institutionFold } from '../institution/machine.ts'
import { proposalFold } from '../proposal/machine.ts'
import * as commands from './commands.ts'
import { referenceOnce } from '../institution/transfers.ts'
import { sumFits } from '../kernel/sums.ts'
import { AgreementPaidOut } from './events.ts'
import type { Parties, Partnership } from './machine.ts'
import * as money from './rules-money.ts'

type Signing = DataOfCommand<typeof commands.SignPartnership>

const idsOf = ({ policyMaker, funder, implementer }: Parties): string[] => [...new Set([policyMaker, funder, implementer])]

/** Each party stands. Source: DOMAIN §9. */
const partiesStand = dataRule<Partnership, Signing>('party-dissolved', {
  id: 'Pihak {name} sudah bubar.',
  en: 'The party {name} was dissolved.',
  source: 'DOMAIN §9',
  broken: ({ world, call }) => {
    const gone = idsOf(call.data)
      .map((id) => world.one(institutionFold, id))
      .find(({ data }) => data.dissolvedOn !== undefined)
    return gone && { details: { name: gone.data.name }, facts: [gone.last] }
  },
})

/** The implementer reports to the funder: nobody reports to themselves. Source: DOMAIN §9, R:S2. */
const implementerApart = dataRule<Partnership, Signing>('implementer-is-funder', {
  id: 'Pelaksana melapor kepada penyandang dana: keduanya lembaga yang berbeda.',
  en: 'The implementer reports to the funder: they are two institutions.',
  source: 'DOMAIN §9, R:S2',
  sort: 'input',
  broken: ({ call: { data } }) => data.implementer === data.funder,
})

/** Every party signs, and nobody else. Source: DOMAIN §9; CONTRACTS C4. */
const signedByAll = <D>(of: (x: Situation<Partnership, D>) => Parties | undefined): Rule<Partnership, D> =>
  dataRule<Partnership, D>('signers-not-the-parties', {
    id: 'Perjanjian ditandatangani semua pihak dan tidak oleh lembaga lain: kurang {missing}, berlebih {strange}.',
    en: 'All parties sign, and no other institution: {missing} missing, {strange} strange.',
    source: 'DOMAIN §9; CONTRACTS C4',
    sort: 'authority',
    broken: (x) => {
      const parties = of(x)
      if (parties === undefined) return undefined
      const wanted = idsOf(parties)
      const { actor, cosigners = [] } = x.call
      const signers = new Set([actor, ...cosigners].map(({ institution }) => institution ?? ''))
      const missing = wanted.filter((id) => !signers.has(id)).length
      const strange = [...signers].filter((id) => !wanted.includes(id)).length
      return missing + strange > 0 && { details: { missing, strange } }
    },
  })

const names: Readonly<Record<keyof Parties, { readonly id: string; readonly en: string }>> = {
  policyMaker: { id: 'pembuat kebijakan', en: 'policy maker' },
  funder: { id: 'penyandang dana', en: 'funder' },
  implementer: { id: 'pelaksana', en: 'implementer' },
}

/** What each party records is its own. Before the agreement there are none, and the order says so. Source: DOMAIN §9. */
const only = (...roles: readonly (keyof Parties)[]): Rule<Partnership> =>
  stateRule<Partnership>('not-that-party', {
    id: 'Hal ini dicatat oleh pihak lain dalam perjanjian: {wanted}.',
    en: 'Another party of the agreement records this: {wantedEn}.',
    source: 'DOMAIN §9',
    sort: 'authority',
    broken: ({ self, call }) => {
      const { parties } = self.data
      const told = (language: 'id' | 'en') => roles.map((role) => names[role][language]).join(', ')
      const allowed = parties === undefined || roles.some((role) => parties[role] === call.actor.institution)
      return !allowed && { details: { wanted: told('id'), wantedEn: told('en') } }
    },
  })

/** Money beyond the agreement is noted. Source: DOMAIN §9, per source spent <= received. */
const withinAgreement = dataRule<Partnership, { amount: string }>('funding-exceeds-agreement', {
  id: 'Dana diterima {received:rp} melebihi nilai perjanjian {agreed:rp}.',
  en: 'Money received, {received:rp}, exceeds the agreement of {agreed:rp}.',
  source: 'DOMAIN §9',
  broken: ({ self, call }) => {
    const received = self.data.receivedSen + sen(call.data.amount)
    return received > self.data.amountSen && { details: { received: rupiah(received), agreed: rupiah(self.data.amountSen) } }
  },
})

const deliverableAgreed = dataRule<Partnership, { deliverable: string }>('deliverable-unknown', {
  id: 'Perjanjian tidak memuat keluaran {deliverable}; yang ada: {known}.',
  en: 'The agreement has no deliverable {deliverable}; it has: {known}.',
  source: 'DOMAIN §9',
  sort: 'input',
  broken: ({ self, call }) =>
    !self.data.deliverables.includes(call.data.deliverable) && {
      details: { deliverable: call.data.deliverable, known: self.data.deliverables.join(', ') || '-' },
    },
})

/** What is delivered before or after the time of the agreement is noted. Source: DOMAIN §9, period. */
const withinPeriod = stateRule<Partnership>('outside-agreement-period', {
  id: 'Tanggal ini di luar masa perjanjian {from} sampai {to}.',
  en: 'This day is outside the period of the agreement, {from} to {to}.',
  source: 'DOMAIN §9',
  broken: ({ self, call }) => {
    const { parties, from, to } = self.data
    return parties !== undefined && !covers({ from, to }, call.effectiveOn) && { details: { from, to } }
  },
})

const laterEnd = dataRule<Partnership, { to: string }>('extension-not-later', {
  id: 'Perpanjangan sampai {to} tidak lebih lama dari {until}.',
  en: 'An extension until {to} is no later than {until}.',
  source: 'DOMAIN §9',
  broken: ({ self, call }) => call.data.to <= self.data.to && { details: { to: call.data.to, until: self.data.to } },
})

/** Fulfilled means that everything agreed was delivered. Source: DOMAIN §9, deliverables. */
const allDelivered = stateRule<Partnership>('deliverables-open', {
  id: 'Keluaran yang belum dilaporkan: {open}.',
  en: 'Deliverables not reported yet: {open}.',
  source: 'DOMAIN §9',
  metBy: ['partnership.DeliverableReported'],
  broken: ({ self }) => {
    const open = self.data.deliverables.filter((code) => !self.data.reported.includes(code))
    return open.length > 0 && { details: { open: open.join(', ') } }
  },
})

export const identifyPartnership = decider<Partnership, typeof commands.IdentifyPartnership.records>(commands.IdentifyPartnership, {
  pins: ({ call }) => call.data.edition,
})
export const holdNegotiation = decider<Partnership, typeof commands.HoldNegotiation.records>(commands.HoldNegotiation)

export const signPartnership = decider<Partnership, typeof commands.SignPartnership.records>(commands.SignPartnership, {
  reads: [({ call: { data } }) => idsOf(data).map((id) => one(institutionFold, id))],
  rules: [signedByAll(({ call }) => call.data), implementerApart, partiesStand, inTime(({ call }) => call.data)],
})

const reference = referenceOnce<Partnership>(({ self }) => self.data.parties?.implementer)

export const recordFunding = decider<Partnership, typeof commands.RecordFunding.records>(commands.RecordFunding, {
  reads: [reference.read],
  rules: [only('funder', 'implementer'), sumFits(({ self }) => self.data.receivedSen), withinAgreement, reference.rule],
})

export const payOutOfAgreement = decider<Partnership, typeof commands.PayOutOfAgreement.records>(commands.PayOutOfAgreement, {
  reads: [(x) => [...money.payeeReads(x), ...reference.read(x)]],
  rules: [
    only('implementer'),
    money.payeeOfProposal,
    money.sourceOfProposal,
    money.payeeStands,
    money.payeeHasAccount,
    money.payeeAreaKnown,
    money.payeeInArea,
    money.contractSigned,
    money.withinSource,
    money.withinAgreementMoney,
    withinPeriod,
    reference.rule,
  ],
  asks: ({ world, call }) => [{ entity: world.one(proposalFold, call.data.proposal), key: AgreementPaidOut.type }],
})
export const recordPayoutReturn = decider<Partnership, typeof commands.RecordPayoutReturn.records>(commands.RecordPayoutReturn, {
  reads: [(x) => [one(proposalFold, x.call.data.proposal), ...reference.read(x)]],
  rules: [only('implementer'), sumFits(({ self }) => self.data.paidBackSen), money.returnedWithinHeld, reference.rule],
  computed: ({ world, call }) => ({ ksm: world.one(proposalFold, call.data.proposal).data.ksm }),
})
export const recordAgreementSpending = decider<Partnership, typeof commands.RecordAgreementSpending.records>(
  commands.RecordAgreementSpending,
  { rules: [only('implementer'), sumFits(({ self }) => self.data.spentSen), money.spentWithinMoney, withinPeriod] },
)
/** A party that tells the method answers for the value itself; without one, all that is missing is noted. */
const contributionValued = valuationTold<Partnership>(({ call }) => call.data.method === undefined)

export const recordContribution = decider<Partnership, typeof commands.RecordContribution.records>(commands.RecordContribution, {
  rules: [only('funder', 'implementer'), sumFits(({ self }) => self.data.contributedSen), hoursAtRate(), contributionValued],
})
export const returnAgreementLeftover = decider<Partnership, typeof commands.ReturnAgreementLeftover.records>(
  commands.ReturnAgreementLeftover,
  { rules: [only('implementer'), money.leftoverToFunder, money.withinAgreementMoney] },
)
export const keepAgreementLeftover = decider<Partnership, typeof commands.KeepAgreementLeftover.records>(commands.KeepAgreementLeftover, {
  rules: [only('implementer'), money.leftoverToCommunity, money.withinAgreementMoney],
})

export const reportDeliverable = decider<Partnership, typeof commands.ReportDeliverable.records>(commands.ReportDeliverable, {
  rules: [only('implementer'), deliverableAgreed, withinPeriod],
})
export const submitPartnershipReport = decider<Partnership, typeof commands.SubmitPartnershipReport.records>(
  commands.SubmitPartnershipReport,
  { rules: [only('implementer')] },
)
export const acceptPartnershipReport = decider<Partnership, typeof commands.AcceptPartnershipReport.records>(
  commands.AcceptPartnershipReport,
  { rules: [only('funder')] },
)
export const returnPartnershipReport = decider<Partnership, typeof commands.ReturnPartnershipReport.records>(
  commands.ReturnPartnershipReport,
  { rules: [only('funder')] },
)
export const extendPartnership = decider<Partnership, typeof commands.ExtendPartnership.records>(commands.ExtendPartnership, {
  rules: [signedByAll(({ self }) => self.data.parties), laterEnd],
})
export const completePartnership = decider<Partnership, typeof commands.CompletePartnership.records>(commands.CompletePartnership, {
  rules: [only('funder', 'policyMaker'), allDelivered, money.moneySettled],
})
export const terminatePartnership = decider<Partnership, typeof commands.TerminatePartnership.records>(commands.TerminatePartnership, {
  rules: [only('policyMaker', 'funder', 'implementer')],
})
