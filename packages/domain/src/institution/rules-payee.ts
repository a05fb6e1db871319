import type { Entity } from '../kernel/entity.ts'
import { dataRule, type Rule, type Situation } from '../kernel/rule.ts'
import { institutionFold, type Institution } from './machine.ts'

interface Payment {
  readonly ksm: string
}

/** Rules about the group that is paid, asked alike whether a tranche pays or an agreement. */
export interface PayeeRules<S> {
  readonly stands: Rule<S, Payment>
  readonly inArea: Rule<S, Payment>
}

const payeeOf = (x: Pick<Situation<unknown, Payment>, 'world' | 'call'>): Entity<Institution> =>
  x.world.one(institutionFold, x.call.data.ksm)

/** Builds the rules for a kind of entity that pays; `areaOf` says for which area its money is, if for one. */
export function payeeRules<S>(areaOf: (x: Situation<S, Payment>) => string | undefined): PayeeRules<S> {
  return {
    stands: dataRule<S, Payment>('payee-not-payable', {
      guard: 'G-02',
      id: 'KSM {name} tidak dapat dibayar: {why}.',
      en: 'The group {name} cannot be paid: {why}.',
      source: 'DOMAIN §2.4, §3.1',
      metBy: ['institution.BankAccountOpened'],
      broken: (x) => {
        const ksm = payeeOf(x)
        const { name, accounts, dissolvedOn } = ksm.data
        if (dissolvedOn === undefined && accounts.length > 0) return undefined
        const why = dissolvedOn === undefined ? 'tanpa rekening / no account' : `bubar / dissolved ${dissolvedOn}`
        return { details: { name, why }, facts: [ksm.last] }
      },
    }),

    inArea: dataRule<S, Payment>('payee-outside-area', {
      guard: 'G-02',
      id: 'KSM {name} bukan dari wilayah yang dibiayai dana ini.',
      en: 'The group {name} is not of the area that this money is for.',
      source: 'DOMAIN §2.1, §9',
      broken: (x) => {
        const wanted = areaOf(x)
        const ksm = payeeOf(x)
        const areas = ksm.ancestors.filter((tag) => tag.startsWith('area:'))
        const foreign = wanted !== undefined && areas.length > 0 && !areas.includes(`area:${wanted}`)
        return foreign && { details: { name: ksm.data.name }, facts: [ksm.last] }
      },
    }),
  }
}
