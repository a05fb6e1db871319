import { decider } from '../kernel/decider.ts'
import type { Entity } from '../kernel/entity.ts'
import { atLeastZero, rupiah, sen, splitByWeights, sumSen } from '../kernel/rupiah.ts'
import { dataRule, lastOf, reached, stateRule, type Situation } from '../kernel/rule.ts'
import { membersOf, one } from '../kernel/world.ts'
import { cycleFold } from '../cycle/machine.ts'
import { institutionFold } from '../institution/machine.ts'
import { TrancheCancelled, TrancheReplanned } from '../tranche/events.ts'
import { trancheFold, type Tranche } from '../tranche/machine.ts'
import * as commands from './commands.ts'
import { allocationRules } from './rules.ts'
import { groupRules } from '../institution/rules-group.ts'
import type { Allocation } from './machine.ts'

export { decreeAllocation } from './decree.ts'

const group = groupRules<Allocation, { recipient: string }>(({ world, edition, call }) => ({
  group: world.one(institutionFold, call.data.recipient),
  edition,
}))

export const setRecipient = decider<Allocation, typeof commands.SetRecipient.records>(commands.SetRecipient, {
  reads: [({ call }) => [one(institutionFold, call.data.recipient)]],
  rules: [
    dataRule<Allocation, { recipient: string }>('recipient-not-a-board', {
      id: 'Penerima harus {wanted} yang masih berdiri; lembaga ini {kind}.',
      en: 'The recipient must be a standing {wanted}; this institution is a {kind}.',
      source: 'DOMAIN §2.1, R:D4; §1.5, R:D35b',
      broken: ({ world, call, edition }) => {
        const { data, last } = world.one(institutionFold, call.data.recipient)
        const { kind, dissolvedOn } = data
        const wanted = edition.group ? 'KUBE' : 'BKM'
        return (
          (kind !== wanted || dissolvedOn !== undefined) && {
            details: { wanted, kind: dissolvedOn ? `${kind ?? '-'}, ${dissolvedOn}` : (kind ?? '-') },
            facts: [last],
          }
        )
      },
    }),
    group.size,
    group.eligible,
    group.account,
  ],
  parents: ({ world, call }) => [world.one(institutionFold, call.data.recipient)],
})

export const ratifyRecipient = decider<Allocation, typeof commands.RatifyRecipient.records>(commands.RatifyRecipient)

const agreementReads = (x: Situation<Allocation>) => [
  ...(x.self.data.recipient ? [one(institutionFold, x.self.data.recipient)] : []),
  ...(x.self.data.cycle ? [one(cycleFold, x.self.data.cycle)] : []),
]

const agreedAmount = dataRule<Allocation, { amount: string }>('amount-differs-from-allocation', {
  guard: 'G-10',
  id: 'Nilai perjanjian {given:rp} tidak sama dengan alokasi {allocation:rp}.',
  en: 'The agreement over {given:rp} differs from the allocation of {allocation:rp}.',
  source: 'DOMAIN §2.5 item 10',
  broken: ({ self, call }) =>
    sen(call.data.amount) !== self.data.amountSen && { details: { given: call.data.amount, allocation: rupiah(self.data.amountSen) } },
})

const { planRatified, accountValid } = allocationRules<Allocation>((x) => x.self)

const boardSigns = dataRule<Allocation, { amount: string }>('board-signature-missing', {
  guard: 'G-01',
  id: 'Perjanjian ditandatangani PPK atau PJOK bersama koordinator BKM penerima.',
  en: 'The agreement is signed by the commitment officer together with the receiving board.',
  source: 'DOMAIN §2.4, R:D6',
  broken: ({ self, call }) =>
    !(call.cosigners ?? []).some(
      ({ role, institution }) => role === 'BKM' && (!self.data.recipient || institution === self.data.recipient),
    ),
})

export const signAgreement = decider<Allocation, typeof commands.SignAgreement.records>(commands.SignAgreement, {
  reads: [(x) => [...agreementReads(x), membersOf(trancheFold, `allocation:${x.self.id}`)]],
  rules: [planRatified, accountValid, agreedAmount, boardSigns],
  asks: ({ self, world }) => (self.data.cycle ? [{ entity: world.one(cycleFold, self.data.cycle), optional: true }] : []),
  computed: ({ self, world }) => {
    // They were planned together with the allocation, in their order.
    const tranches = [...world.idsOf(trancheFold, `allocation:${self.id}`)]
    return { tranches, ...(tranches[0] === undefined ? {} : { next: tranches[0] }) }
  },
})

export const amendAgreement = decider<Allocation, typeof commands.AmendAgreement.records>(commands.AmendAgreement, {
  rules: [agreedAmount, boardSigns],
})

const trancheReads = [
  ({ self }: Situation<Allocation>) => [membersOf(trancheFold, `allocation:${self.id}`)],
  ({ self, world }: Situation<Allocation>) => world.idsOf(trancheFold, `allocation:${self.id}`).map((id) => one(trancheFold, id)),
]

const tranchesOf = ({ self, world }: Pick<Situation<Allocation>, 'self' | 'world'>): Entity<Tranche>[] =>
  [...world.members(trancheFold, `allocation:${self.id}`)].sort((a, b) => a.data.ordinal - b.data.ordinal)

const belowPaid = dataRule<Allocation, { amount: string }>('revised-below-paid', {
  guard: 'G-10',
  id: 'Alokasi baru {amount:rp} kurang dari yang sudah dibayar {paid:rp}.',
  en: 'The revised allocation {amount:rp} is less than what is paid already, {paid:rp}.',
  source: 'DOMAIN §2.5 item 10',
  broken: (x) => {
    const tranches = tranchesOf(x).filter((tranche) => reached(x, tranche, 'paid'))
    const paid = sumSen(tranches.map((tranche) => tranche.data.amountSen))
    return sen(x.call.data.amount) < paid && { details: { amount: x.call.data.amount, paid: rupiah(paid) }, facts: lastOf(tranches) }
  },
})

/** G-10: where every tranche is paid, nothing is left to be planned anew and the sum no longer is the allocation. */
const stillOpen = dataRule<Allocation, { amount: string }>('revised-without-open-tranche', {
  guard: 'G-10',
  id: 'Semua tahap sudah dibayar {paid:rp}; alokasi baru {amount:rp} tidak dapat direncanakan.',
  en: 'Every tranche is paid, {paid:rp} in all; the revised allocation of {amount:rp} cannot be planned.',
  source: 'DOMAIN §2.5 item 10',
  broken: (x) => {
    const tranches = tranchesOf(x).filter((tranche) => !reached(x, tranche, 'cancelled'))
    const paid = sumSen(tranches.map((tranche) => tranche.data.amountSen))
    const open = tranches.some((tranche) => !reached(x, tranche, 'paid'))
    if (open || sen(x.call.data.amount) <= paid) return undefined
    return { details: { amount: x.call.data.amount, paid: rupiah(paid) }, facts: lastOf(tranches) }
  },
})

/** Paid tranches stay; the rest keeps its ratio, the last takes the remainder, so that the sum is the allocation again. */
function replanned(x: Situation<Allocation, { amount: string }>): { tranche: Entity<Tranche>; amount: bigint }[] {
  const tranches = tranchesOf(x).filter((tranche) => !reached(x, tranche, 'cancelled'))
  const paid = tranches.filter((tranche) => reached(x, tranche, 'paid'))
  const open = tranches.filter((tranche) => !reached(x, tranche, 'paid'))
  if (open.length === 0) return []
  const rest = sen(x.call.data.amount) - sumSen(paid.map((tranche) => tranche.data.amountSen))
  const weights = open.map((tranche) => BigInt(tranche.data.percent))
  const amounts = splitByWeights(atLeastZero(rest), weights, sen(x.edition.tranches.roundingUnit))
  return open.map((tranche, index) => ({ tranche, amount: amounts[index] ?? 0n }))
}

export const reviseAllocation = decider<Allocation, typeof commands.ReviseAllocation.records>(commands.ReviseAllocation, {
  reads: trancheReads,
  rules: [belowPaid, stillOpen],
  also: (x) =>
    replanned(x)
      .filter(({ tranche, amount }) => amount !== tranche.data.amountSen)
      .map(({ tranche, amount }) => ({
        spec: TrancheReplanned,
        subject: tranche,
        edition: tranche.edition,
        data: { amount: rupiah(amount), previous: rupiah(tranche.data.amountSen) },
      })),
})

const nothingPaid = stateRule<Allocation>('money-already-paid', {
  id: 'Dana tahap {ordinal} sudah dibayar; alokasi tidak dapat dicabut.',
  en: 'Tranche {ordinal} is paid already; the allocation cannot be revoked.',
  source: 'DOMAIN §2.6',
  broken: (x) => {
    const paid = tranchesOf(x).find((tranche) => reached(x, tranche, 'paid'))
    return paid && { details: { ordinal: paid.data.ordinal }, facts: [paid.last] }
  },
})

export const revokeAllocation = decider<Allocation, typeof commands.RevokeAllocation.records>(commands.RevokeAllocation, {
  reads: trancheReads,
  rules: [nothingPaid],
  keys: ({ self }) => [self.data.key],
  also: (x) =>
    tranchesOf(x)
      .filter((tranche) => x.workflowOf(tranche).next(tranche.stages, tranche.suspended, TrancheCancelled.type) !== undefined)
      .map((tranche) => ({ spec: TrancheCancelled, subject: tranche, edition: tranche.edition, data: { why: x.call.data.why } })),
})

const tranchesDone = stateRule<Allocation>('tranche-still-open', {
  id: 'Tahap {ordinal} belum selesai (tahap {stage}).',
  en: 'Tranche {ordinal} is not finished (stage {stage}).',
  source: 'DOMAIN §2.6',
  metBy: ['tranche.Closed', 'tranche.Cancelled'],
  broken: (x) => {
    const open = tranchesOf(x).find((tranche) => !x.workflowOf(tranche).ended(tranche.stages))
    return open && { details: { ordinal: open.data.ordinal, stage: open.stages[''] ?? '-' }, facts: [open.last] }
  },
})

export const closeAllocation = decider<Allocation, typeof commands.CloseAllocation.records>(commands.CloseAllocation, {
  reads: trancheReads,
  rules: [tranchesDone],
})

export { changeAllocationEdition } from './changing.ts'
export { setJointFunding } from './joint.ts'
