import type { Entity } from '../kernel/entity.ts'
import { dataRule, reached, stateRule, type Rule, type Situation } from '../kernel/rule.ts'
import { cycleFold } from '../cycle/machine.ts'
import { institutionFold } from '../institution/machine.ts'
import type { Allocation } from './machine.ts'

/** Rules about an allocation, asked alike by its own commands, by those of its tranches and by those of its proposals. */
export interface AllocationRules<S> {
  readonly active: Rule<S>
  readonly planRatified: Rule<S>
  readonly fundingStage: Rule<S>
  readonly accountValid: Rule<S>
}

/** Builds the rules for a kind of entity; `of` finds its allocation among what was read. */
export function allocationRules<S>(of: (x: Situation<S>) => Entity<Allocation>): AllocationRules<S> {
  return {
    active: stateRule<S>('allocation-not-active', {
      guard: 'G-01',
      id: 'Alokasi sudah berakhir (tahap {stage}).',
      en: 'The allocation has ended (stage {stage}).',
      source: 'DOMAIN §2.5 item 1, R:D4',
      broken: (x) => {
        const allocation = of(x)
        const standing = x.workflowOf(allocation).standing(allocation.stages)
        return standing.some((leaf) => leaf.final) && { details: { stage: allocation.stages[''] ?? '-' }, facts: [allocation.last] }
      },
    }),

    planRatified: stateRule<S>('plan-not-ratified', {
      guard: 'G-01',
      id: 'Rencana masyarakat (RPLP atau PJM) belum ditetapkan.',
      en: 'The community plan is not ratified yet.',
      source: 'DOMAIN §2.5 item 3, R:D4',
      metBy: ['cycle.PlanRatified'],
      broken: (x) => {
        const mark = x.edition.agreement.planMark
        const { cycle } = of(x).data
        if (mark === null || cycle === undefined) return mark !== null
        const run = x.world.one(cycleFold, cycle)
        return !reached(x, run, mark) && { facts: [run.last] }
      },
    }),

    fundingStage: stateRule<S>('cycle-not-at-funding-stage', {
      guard: 'G-03',
      id: 'Siklus kelurahan berada pada tahap {stage}; dana hanya diminta pada tahap: {wanted}.',
      en: 'The cycle stands at {stage}; money is asked for only at: {wanted}.',
      source: 'DOMAIN §1.1, §1.2 stage 8, §2.5 item 3',
      metBy: ['cycle.StepRecorded'],
      broken: (x) => {
        const mark = x.edition.agreement.fundingMark
        const { cycle } = of(x).data
        if (mark === undefined || cycle === undefined) return undefined
        const run = x.world.one(cycleFold, cycle)
        const workflow = x.workflowOf(run)
        if (workflow.standing(run.stages).some((leaf) => leaf.marks.includes(mark))) return undefined
        const wanted = [...workflow.leaves.values()].filter((leaf) => leaf.marks.includes(mark)).map((leaf) => leaf.path)
        return { details: { stage: run.stages[''] ?? '-', wanted: wanted.join(', ') }, facts: [run.last] }
      },
    }),

    accountValid: stateRule<S>('account-not-valid', {
      guard: 'G-01',
      id: 'BKM memerlukan rekening atas namanya dengan {wanted} penanda tangan; tercatat {accounts} rekening dan {found} penanda tangan.',
      en: 'The board needs an account in its name with {wanted} signatories; recorded: {accounts} accounts, {found} signatories.',
      source: 'DOMAIN §2.5 item 4, §2.4',
      metBy: ['institution.BankAccountOpened', 'institution.SignatoryRegistered'],
      broken: (x) => {
        const wanted = x.edition.agreement.signatories
        const { recipient } = of(x).data
        if (recipient === undefined) return { details: { wanted, accounts: 0, found: 0 } }
        const board = x.world.one(institutionFold, recipient)
        const { accounts, signatories, dissolvedOn } = board.data
        const enough = accounts.some((account) => account.signatoriesRequired >= wanted) && signatories.length >= wanted
        if (dissolvedOn === undefined && enough) return undefined
        return { details: { wanted, accounts: accounts.length, found: signatories.length }, facts: [board.last] }
      },
    }),
  }
}

/**
 * F15, A-12: money of a fiscal year is spent in it, by 31 December where the edition names no other last day; later spending is noted.
 * Source: DOMAIN §2.5 item 9, §8.3.
 */
export const afterYearEnd = <S, D>(of: (x: Situation<S, D>) => Entity<Allocation> | undefined): Rule<S, D> =>
  dataRule<S, D>('spent-after-year-end', {
    id: 'Dana tahun anggaran {year} dibelanjakan sesudah {last}, hari terakhir tahun itu.',
    en: 'Money of the fiscal year {year} was spent after {last}, the last day of that year.',
    source: 'DOMAIN §2.5 item 9, §8.3 F15, R:D55',
    broken: (x) => {
      const allocation = of(x)
      if (allocation === undefined) return undefined
      const year = allocation.data.fiscalYear
      const last = x.edition.yearEnd[year] ?? `${year}-12-31`
      const decreed = allocation.facts.flatMap(({ fact, position }) => (fact.type === 'allocation.Decreed' ? [position] : []))
      return x.call.effectiveOn > last && { details: { year, last }, facts: decreed }
    },
  })
