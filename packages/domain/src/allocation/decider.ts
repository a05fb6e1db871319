import { decider, type DataOfCommand } from '../kernel/decider.ts'
import type { Entity } from '../kernel/entity.ts'
import { rupiah, sen, splitByWeights, sumSen } from '../kernel/rupiah.ts'
import { dataRule, reached, stateRule, type Situation } from '../kernel/rule.ts'
import { membersOf, one } from '../kernel/world.ts'
import { cycleFold, cycleKey, cycleKeyFold } from '../cycle/machine.ts'
import { institutionFold } from '../institution/machine.ts'
import { TrancheCancelled, TranchePlanned, TrancheReplanned } from '../tranche/events.ts'
import { trancheFold, type Tranche } from '../tranche/machine.ts'
import { unopened } from '../kernel/entity.ts'
import * as commands from './commands.ts'
import { allocationRules } from './rules.ts'
import { groupRules } from '../institution/rules-group.ts'
import type { Allocation } from './machine.ts'
import { allocationKey } from './machine.ts'

type Decree = DataOfCommand<typeof commands.DecreeAllocation>

const componentKnown = dataRule<Allocation, Decree>('component-unknown', {
  id: 'Komponen {component} tidak ada dalam edisi; yang ada: {known}.',
  en: 'The edition has no component {component}; it has: {known}.',
  source: 'DOMAIN §2.3',
  sort: 'reference',
  broken: ({ edition, call }) =>
    !edition.components.includes(call.data.component) && {
      details: { component: call.data.component, known: edition.components.join(', ') },
    },
})

/** A plan that the edition leaves open is chosen with a reason; one that it fixes is not chosen at all (DESIGN §4). */
const planChosen = dataRule<Allocation, Decree>('tranche-plan-choice', {
  id: 'Pembagian tahap {expected} dalam edisi ini; jumlahnya harus 100 dan pilihan memerlukan reason.',
  en: 'The tranche plan is {expected} by this edition; shares must add to 100, and a choice needs a reason.',
  source: 'DESIGN §4; DOMAIN §2.2',
  sort: 'input',
  broken: ({ edition, call }) => {
    const fixed = edition.tranches.percent.length > 0
    const { percent } = call.data
    const details = { expected: fixed ? 'fixed' : 'open' }
    if (fixed) return percent !== undefined && { details }
    return (percent === undefined || percent.reduce((a, b) => a + b, 0) !== 100 || call.reason === undefined) && { details }
  },
})

const cycleOfArea = dataRule<Allocation, Decree>('cycle-of-other-area', {
  id: 'Siklus yang dirujuk tidak berjalan di wilayah ini.',
  en: 'The cycle referred to does not run in this area.',
  source: 'CONTRACTS B3',
  sort: 'reference',
  broken: ({ world, call }) => call.data.cycle !== undefined && world.one(cycleFold, call.data.cycle).data.area !== call.data.area,
})

/** DOMAIN §1.1: money of an edition with a cycle belongs to a run of that cycle. */
const cycleNamed = dataRule<Allocation, Decree>('cycle-missing', {
  id: 'Edisi ini meminta siklus kelurahan: sebutkan cycle.',
  en: 'This edition asks for the run of the cycle: name it in cycle.',
  source: 'DOMAIN §1.1, §2.5 item 3',
  sort: 'input',
  broken: ({ edition, call }) => edition.agreement.planMark !== null && call.data.cycle === undefined,
})

/** A plan ratified under another programme is no plan of this one (G-01). */
const cycleOfProgramme = dataRule<Allocation, Decree>('cycle-of-other-programme', {
  id: 'Siklus yang dirujuk adalah siklus program {other}, bukan {programme}.',
  en: 'The cycle referred to is of the programme {other}, not {programme}.',
  source: 'DOMAIN §2.5 item 3',
  sort: 'reference',
  broken: (x) => {
    const pin = x.call.data.cycle === undefined ? undefined : x.world.one(cycleFold, x.call.data.cycle).edition
    const [other, programme] = [pin && x.editionOf(pin).programme, x.edition.programme]
    return other !== undefined && other !== programme && { details: { other, programme } }
  },
})

const yearKey = ({ area, fiscalYear: year, edition }: Decree): string => cycleKey({ area, year }, edition.id)

/** The run of the cycle in the area and year of the decree, whether or not the decree names it. */
const runOfYear = ({ world, call }: Situation<Allocation, Decree>): string | undefined =>
  world.one(cycleKeyFold, yearKey(call.data)).data.holder

/** G-13: a rejected or closed run is final; a decree after it is noted, it reopens nothing. Source: appendix C10. */
const cycleGoesOn = dataRule<Allocation, Decree>('cycle-ended', {
  guard: 'G-13',
  id: 'Siklus kelurahan ini sudah berakhir pada tahap {stage}.',
  en: 'The run of the cycle has ended at {stage}.',
  source: 'DOMAIN §13, G-13; appendix C10',
  broken: (x) => {
    const named = [x.call.data.cycle, runOfYear(x)].filter((id) => id !== undefined)
    const ended = named.map((id) => x.world.one(cycleFold, id)).find((run) => x.workflowOf(run).ended(run.stages))
    return ended && { details: { stage: ended.stages[''] ?? '-' }, facts: [ended.last] }
  },
})

const plannedAmounts = (amount: bigint, percent: readonly number[], unit: string): bigint[] =>
  splitByWeights(amount, percent.map(BigInt), sen(unit))

const chosenPercent = ({ edition, call }: Situation<Allocation, Decree>): readonly number[] => call.data.percent ?? edition.tranches.percent

export const decreeAllocation = decider<Allocation, typeof commands.DecreeAllocation.records>(commands.DecreeAllocation, {
  pins: ({ call }) => call.data.edition,
  reads: [
    ({ call }) => [one(cycleKeyFold, yearKey(call.data)), ...(call.data.cycle ? [one(cycleFold, call.data.cycle)] : [])],
    (x) => {
      const run = runOfYear(x)
      return run === undefined ? [] : [one(cycleFold, run)]
    },
  ],
  rules: [componentKnown, planChosen, cycleNamed, cycleOfArea, cycleOfProgramme, cycleGoesOn],
  keys: ({ call }) => [allocationKey(call.data)],
  parents: ({ world, call }) => (call.data.cycle ? [world.one(cycleFold, call.data.cycle)] : []),
  also: (x) => {
    const percent = chosenPercent(x)
    const amounts = plannedAmounts(sen(x.call.data.amount), percent, x.edition.tranches.roundingUnit)
    const cycle = x.call.data.cycle ? [x.world.one(cycleFold, x.call.data.cycle)] : []
    const self: Entity = { ...x.self, ancestors: [`area:${x.call.data.area}`] }
    return amounts.map((amount, index) => ({
      spec: TranchePlanned,
      subject: unopened(trancheFold, x.childId(x.self.id, 'tranche', index + 1)),
      edition: x.call.data.edition,
      parents: [self, ...cycle],
      data: { allocation: x.self.id, ordinal: index + 1, of: percent.length, percent: percent[index] ?? 0, amount: rupiah(amount) },
    }))
  },
})

/** G-15, where the edition gives money to business groups. */
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
        const { kind, dissolvedOn } = world.one(institutionFold, call.data.recipient).data
        const wanted = edition.group ? 'KUBE' : 'BKM'
        return (
          (kind !== wanted || dissolvedOn !== undefined) && {
            details: { wanted, kind: dissolvedOn ? `${kind ?? '-'}, ${dissolvedOn}` : (kind ?? '-') },
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
    const paid = sumSen(
      tranchesOf(x)
        .filter((tranche) => reached(x, tranche, 'paid'))
        .map((tranche) => tranche.data.amountSen),
    )
    return sen(x.call.data.amount) < paid && { details: { amount: x.call.data.amount, paid: rupiah(paid) } }
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
    return !open && sen(x.call.data.amount) > paid && { details: { amount: x.call.data.amount, paid: rupiah(paid) } }
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
  const amounts = splitByWeights(rest > 0n ? rest : 0n, weights, sen(x.edition.tranches.roundingUnit))
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
