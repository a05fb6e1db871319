import { decider, type DataOfCommand } from '../kernel/decider.ts'
import { kernelReasons } from '../kernel/refusal.ts'
import { dataRule } from '../kernel/rule.ts'
import { one } from '../kernel/world.ts'
import { allocationFold } from '../allocation/machine.ts'
import { proposalFold } from '../proposal/machine.ts'
import { trancheFold } from '../tranche/machine.ts'
import * as commands from './commands.ts'
import { levelOf, type Complaint } from './machine.ts'

const allocationOf = ({ allocation }: { allocation: string }) => (allocation === '' ? [] : [one(allocationFold, allocation)])

type Received = DataOfCommand<typeof commands.ReceiveComplaint>

/** What a complaint is about lies in its area, and in one allocation. Source: CONTRACTS B3. */
const parentsFit = dataRule<Complaint, Received>('parent-differs', {
  id: kernelReasons.parentDiffers.sentence.id,
  en: kernelReasons.parentDiffers.sentence.en,
  source: kernelReasons.parentDiffers.source,
  sort: 'reference',
  broken: ({ world, call: { data } }) => {
    const tranche = data.tranche ? world.one(trancheFold, data.tranche) : undefined
    const proposal = data.proposal ? world.one(proposalFold, data.proposal) : undefined
    const elsewhere = [tranche, proposal].some((about) => about && !about.ancestors.includes(`area:${data.area}`))
    if (elsewhere) return { details: { field: 'area' } }
    return tranche && proposal && tranche.data.allocation !== proposal.data.allocation && { details: { field: 'proposal' } }
  },
})

/** Who complains without a name is named nowhere. Source: DOMAIN §8.4, anonymity flag; CONTRACTS A8. */
const anonymityKept = dataRule<Complaint, Received>('anonymous-names-person', {
  id: 'Pengaduan anonim tidak menyebut orang yang mengadu.',
  en: 'An anonymous complaint names nobody who complains.',
  source: 'DOMAIN §8.4; CONTRACTS A8',
  sort: 'input',
  broken: ({ call }) => call.data.anonymous && call.actor.role === 'WARGA' && call.actor.person !== undefined,
})

/** A complaint takes the edition of what it is about (CONTRACTS B5): the tranche's, else the proposal's, else none. */
export const receiveComplaint = decider<Complaint, typeof commands.ReceiveComplaint.records>(commands.ReceiveComplaint, {
  pins: ({ world, call }) =>
    (call.data.tranche ? world.one(trancheFold, call.data.tranche).edition : undefined) ??
    (call.data.proposal ? world.one(proposalFold, call.data.proposal).edition : undefined),
  reads: [
    ({ call }) => [
      ...(call.data.tranche ? [one(trancheFold, call.data.tranche)] : []),
      ...(call.data.proposal ? [one(proposalFold, call.data.proposal)] : []),
    ],
    ({ world, call }) => [
      ...(call.data.tranche ? allocationOf(world.one(trancheFold, call.data.tranche).data) : []),
      ...(call.data.proposal ? allocationOf(world.one(proposalFold, call.data.proposal).data) : []),
    ],
  ],
  rules: [parentsFit, anonymityKept],
  parents: ({ world, call }) => [
    ...(call.data.tranche ? [world.one(trancheFold, call.data.tranche)] : []),
    ...(call.data.proposal ? [world.one(proposalFold, call.data.proposal)] : []),
  ],
})

const linked = ({ self }: { self: { data: Complaint } }) => (self.data.tranche ? [one(trancheFold, self.data.tranche)] : [])

/** A severe complaint suspends the tranche it is about, wherever that stands. Source: DOMAIN §8.4. */
export const classifyComplaint = decider<Complaint, typeof commands.ClassifyComplaint.records>(commands.ClassifyComplaint, {
  reads: [linked],
  outcome: (x) => {
    if (x.self.edition === undefined) return undefined
    return x.call.data.severity >= x.edition.suspendSeverity ? 'suspending' : undefined
  },
  computed: (x) => (x.self.edition !== undefined && x.call.data.severity >= x.edition.suspendSeverity ? { outcome: 'suspending' } : {}),
  asks: (x) => {
    const severe = x.self.edition !== undefined && x.call.data.severity >= x.edition.suspendSeverity
    return severe && x.self.data.tranche ? [{ entity: x.world.one(trancheFold, x.self.data.tranche), optional: true }] : []
  },
})

export const logComplaint = decider<Complaint, typeof commands.LogComplaint.records>(commands.LogComplaint)
export const assignComplaint = decider<Complaint, typeof commands.AssignComplaint.records>(commands.AssignComplaint)
export const investigateComplaint = decider<Complaint, typeof commands.InvestigateComplaint.records>(commands.InvestigateComplaint)
export const proposeSolution = decider<Complaint, typeof commands.ProposeSolution.records>(commands.ProposeSolution)
/**
 * Where the edition lets a resolution resume what the complaint suspended, it does: unless another complaint or an authority holds the
 * tranche.
 */
export const resolveComplaint = decider<Complaint, typeof commands.ResolveComplaint.records>(commands.ResolveComplaint, {
  reads: [linked],
  asks: ({ self, world }) => {
    const tranche = self.data.tranche ? world.one(trancheFold, self.data.tranche) : undefined
    const alone = tranche?.data.complaints.every((complaint) => complaint === self.id) && !tranche.data.held
    return tranche?.suspended && alone ? [{ entity: tranche, optional: true }] : []
  },
})
export const publishComplaint = decider<Complaint, typeof commands.PublishComplaint.records>(commands.PublishComplaint)
/** To a higher level, never sideways or down. Source: DOMAIN §8.4, R:D29; VF-30. */
const goesUp = dataRule<Complaint, { to: string }>('escalation-not-upward', {
  id: 'Eskalasi naik dari {from} ke tingkat yang lebih tinggi, bukan ke {to}.',
  en: 'An escalation goes up from {from} to a higher level, not to {to}.',
  source: 'DOMAIN §8.4, R:D29',
  broken: ({ self, call: { data } }) => {
    const from = self.data.level ?? ''
    return levelOf(data.to) <= levelOf(from) && { details: { from: from || '-', to: data.to }, facts: [self.last] }
  },
})

export const escalateComplaint = decider<Complaint, typeof commands.EscalateComplaint.records>(commands.EscalateComplaint, {
  rules: [goesUp],
})
export const openLegalProcess = decider<Complaint, typeof commands.OpenLegalProcess.records>(commands.OpenLegalProcess)
export const closeComplaint = decider<Complaint, typeof commands.CloseComplaint.records>(commands.CloseComplaint)
export const reopenComplaint = decider<Complaint, typeof commands.ReopenComplaint.records>(commands.ReopenComplaint)
