import type { Entity } from '../kernel/entity.ts'
import { besideOf, stageAt } from '../kernel/stages.ts'
import { dataRule, type Rule, type Situation } from '../kernel/rule.ts'
import type { Edition } from '../kernel/workflow.ts'
import type { Cycle } from './machine.ts'

interface Target {
  readonly to: string
}

/** The rules of putting a run of the cycle into a stage out of order (G-14), asked alike for its stages and for those beside them. */
export interface ForcingRules<S, D extends Target> {
  readonly mayForce: Rule<S, D>
  readonly explained: Rule<S, D>
  readonly approved: Rule<S, D>
  readonly stageExists: Rule<S, D>
}

/** Builds the rules for a kind of subject; `of` finds the run and its edition among what was read. */
export function forcingRules<S, D extends Target>(
  of: (x: Situation<S, D>) => { readonly run: Entity<Cycle>; readonly edition: Edition },
): ForcingRules<S, D> {
  return {
    mayForce: dataRule<S, D>('may-not-force', {
      guard: 'G-14',
      id: 'Peran {role} tidak boleh memaksakan atau membuka kembali tahap; yang boleh: {allowed}.',
      en: 'The role {role} may not force or reopen a stage; those who may: {allowed}.',
      source: 'DOMAIN §13, G-14',
      sort: 'authority',
      broken: (x) => {
        const { roles } = of(x).edition.force
        return !roles.includes(x.call.actor.role) && { details: { role: x.call.actor.role, allowed: roles.join(', ') } }
      },
    }),

    explained: dataRule<S, D>('force-unexplained', {
      guard: 'G-14',
      id: 'Tahap yang dipaksakan atau dibuka kembali memerlukan alasan (reason) dan bukti.',
      en: 'A stage that is forced or reopened needs a reason and evidence.',
      source: 'DOMAIN §1.3, G-14',
      broken: ({ call }) => call.reason === undefined || call.evidence.length === 0,
    }),

    approved: dataRule<S, D>('force-not-approved', {
      guard: 'G-14',
      id: 'Tahap yang dipaksakan memerlukan tanda tangan penyetuju: {approvers}.',
      en: 'A forced stage needs the signature of an approver: {approvers}.',
      source: 'DOMAIN §1.3, G-14',
      broken: (x) => {
        const { approvedBy } = of(x).edition.force
        if (approvedBy === undefined) return undefined
        const signed = (x.call.cosigners ?? []).some(({ role }) => approvedBy.includes(role))
        return !signed && { details: { approvers: approvedBy.join(', ') } }
      },
    }),

    stageExists: dataRule<S, D>('stage-unknown', {
      id: 'Tahap {to} tidak ada dalam edisi ini.',
      en: 'There is no stage {to} in this edition.',
      source: 'CONTRACTS C1',
      sort: 'reference',
      broken: (x) => {
        const { workflow, leaves } = x.workflowOf(of(x).run)
        const { to } = x.call.data
        // Nothing leads out of a stage that only holds others.
        const { stages, own, holder } = stageAt(workflow, to) ?? {}
        if (stages !== undefined && own === undefined && holder === undefined) return { details: { to } }
        const around = to.split('.').map((_, index, names) => stageAt(workflow, names.slice(0, index + 1).join('.')))
        return (!leaves.has(to) || around.some((stage) => stage?.parallel)) && { details: { to } }
      },
    }),
  }
}

/** An end belongs to the fact that it stands for: the rejection to the residents, the close to the close. */
export const endNotForced = dataRule<Cycle, Target>('end-not-forced', {
  guard: 'G-14',
  id: 'Akhir siklus {to} tidak dapat dipaksakan: catat fakta yang mengakhirinya.',
  en: 'The end {to} of the cycle cannot be forced: record the fact that ends it.',
  source: 'DOMAIN §13, G-13, G-14',
  broken: ({ workflow: { workflow }, call: { data } }) => stageAt(workflow, data.to)?.final === true && { details: { to: data.to } },
})

/** Nothing in the order of a run leads into or out of its own ends, and a stage is opened again only where it was left. */
export const reopenable = dataRule<Cycle, Target>('stage-not-reopenable', {
  guard: 'G-14',
  id: 'Tahap {to} tidak dapat dibuka kembali: belum pernah ditinggalkan, atau masih berjalan.',
  en: 'Stage {to} cannot be reopened: it was never left, or is still open.',
  source: 'DOMAIN appendix A',
  broken: ({ self, workflow: { workflow }, call: { data } }) => {
    const now = self.stages[besideOf(workflow, data.to)]
    const isInside = now !== undefined && (now === data.to || now.startsWith(`${data.to}.`))
    return (isInside || !self.visited.includes(data.to)) && { details: { to: data.to } }
  },
})
