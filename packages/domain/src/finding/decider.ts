import { decider, type DataOfCommand } from '../kernel/decider.ts'
import type { Entity } from '../kernel/entity.ts'
import { inTime } from '../kernel/period.ts'
import { kernelReasons } from '../kernel/refusal.ts'
import { dataRule, stateRule, type Situation } from '../kernel/rule.ts'
import { one, type Read, type World } from '../kernel/world.ts'
import { allocationFold } from '../allocation/machine.ts'
import { institutionFold } from '../institution/machine.ts'
import { proposalFold } from '../proposal/machine.ts'
import { trancheFold } from '../tranche/machine.ts'
import * as commands from './commands.ts'
import type { Finding } from './machine.ts'

type Recorded = DataOfCommand<typeof commands.RecordFinding>
type X = Situation<Finding, Recorded>

/** What the finding is about, of those that it names. */
function about(world: World, { allocation, tranche, proposal, institution }: Recorded): Entity[] {
  return [
    ...(allocation ? [world.one(allocationFold, allocation)] : []),
    ...(tranche ? [world.one(trancheFold, tranche)] : []),
    ...(proposal ? [world.one(proposalFold, proposal)] : []),
    ...(institution ? [world.one(institutionFold, institution)] : []),
  ]
}

/** The allocations that it is about: named, or that of the tranche or proposal. */
function allocationsOf(world: World, { allocation, tranche, proposal }: Recorded): string[] {
  const found = [
    ...(allocation ? [allocation] : []),
    ...(tranche ? [world.one(trancheFold, tranche).data.allocation] : []),
    ...(proposal ? [world.one(proposalFold, proposal).data.allocation] : []),
  ]
  // Of what nobody opened the allocation is unknown.
  return [...new Set(found.filter((id) => id !== ''))]
}

/** What a finding is about belongs together. Source: CONTRACTS B3. */
const parentsFit = dataRule<Finding, Recorded>('parent-differs', {
  id: kernelReasons.parentDiffers.sentence.id,
  en: kernelReasons.parentDiffers.sentence.en,
  source: kernelReasons.parentDiffers.source,
  sort: 'reference',
  broken: ({ world, call: { data } }) => {
    if (allocationsOf(world, data).length > 1) return { details: { field: 'allocation' } }
    const { institution: _, ...placed } = data
    const elsewhere = about(world, placed).some(({ opened, ancestors }) => opened && !ancestors.includes(`area:${data.area}`))
    return data.area !== undefined && elsewhere && { details: { field: 'area' } }
  },
})

/** What blocks money names it. Source: DOMAIN §2.5 item 8. */
const blocksSomething = dataRule<Finding, Recorded>('blocking-nothing', {
  id: 'Temuan yang menahan pencairan menyebut allocation, tranche, atau proposal.',
  en: 'A finding that blocks money names an allocation, a tranche or a proposal.',
  source: 'DOMAIN §2.5 item 8',
  sort: 'input',
  broken: ({ call: { data } }) => data.blocking === true && ![data.allocation, data.tranche, data.proposal].some((id) => id !== undefined),
})

/** An opinion is no finding, and the other way round. */
const noOpinion = stateRule<Finding>('opinion-not-finding', {
  id: 'Id ini adalah pendapat auditor, bukan temuan.',
  en: 'This id is an auditor’s opinion, and no finding.',
  source: 'DOMAIN §8.1',
  sort: 'input',
  broken: ({ self }) => self.data.opinion !== undefined && { facts: [self.last] },
})

const noFinding = stateRule<Finding>('finding-not-opinion', {
  id: 'Id ini sudah dipakai untuk temuan atau pendapat lain.',
  en: 'This id is that of a finding or of another opinion.',
  source: 'DOMAIN §8.1',
  sort: 'input',
  broken: ({ self }) => self.opened && { facts: [self.last] },
})

/** Whom a finding is about answers it. Source: DOMAIN §8.1, R:D14. */
const auditeeAnswers = stateRule<Finding>('not-the-audited', {
  id: 'Hanya lembaga yang diperiksa yang menanggapi temuan ini.',
  en: 'Only the institution that the finding is about answers it.',
  source: 'DOMAIN §8.1, R:D14',
  sort: 'authority',
  broken: ({ self, call }) => self.data.institution !== undefined && self.data.institution !== call.actor.institution,
})

/** What is not settled says why. Source: DOMAIN §8.2 item 7. */
const shortfallExplained = dataRule<Finding, { outcome: string; notes?: string | undefined }>('shortfall-unexplained', {
  id: 'Tindak lanjut yang belum selesai memerlukan catatan (notes).',
  en: 'A follow-up that is not done needs notes.',
  source: 'DOMAIN §8.2 item 7',
  broken: ({ call: { data } }) => data.outcome !== 'done' && data.notes === undefined,
})

const named = ({ world, call: { data } }: X): Read[] => allocationsOf(world, data).map((id) => one(allocationFold, id))

export const recordFinding = decider<Finding, typeof commands.RecordFinding.records>(commands.RecordFinding, {
  reads: [
    ({ call: { data } }) => [
      ...(data.allocation ? [one(allocationFold, data.allocation)] : []),
      ...(data.tranche ? [one(trancheFold, data.tranche)] : []),
      ...(data.proposal ? [one(proposalFold, data.proposal)] : []),
      ...(data.institution ? [one(institutionFold, data.institution)] : []),
    ],
    named,
  ],
  rules: [noOpinion, parentsFit, blocksSomething],
  parents: ({ world, call: { data } }) => [...about(world, data), ...allocationsOf(world, data).map((id) => world.one(allocationFold, id))],
})

export const giveResponse = decider<Finding, typeof commands.GiveResponse.records>(commands.GiveResponse, { rules: [auditeeAnswers] })
export const agreeFollowUp = decider<Finding, typeof commands.AgreeFollowUp.records>(commands.AgreeFollowUp, {
  rules: [inTime(({ call }) => ({ from: call.effectiveOn, to: call.data.due }))],
})
export const verifyFollowUp = decider<Finding, typeof commands.VerifyFollowUp.records>(commands.VerifyFollowUp, {
  rules: [shortfallExplained],
})
export const closeFinding = decider<Finding, typeof commands.CloseFinding.records>(commands.CloseFinding)
export const reopenFinding = decider<Finding, typeof commands.ReopenFinding.records>(commands.ReopenFinding)

export const issueOpinion = decider<Finding, typeof commands.IssueOpinion.records>(commands.IssueOpinion, {
  reads: [({ call }) => (call.data.institution ? [one(institutionFold, call.data.institution)] : [])],
  rules: [noFinding],
  parents: ({ world, call }) => [world.one(institutionFold, call.data.institution)],
})
