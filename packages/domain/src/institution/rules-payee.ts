import type { Entity } from '../kernel/entity.ts'
import { dataRule, type Rule, type Situation } from '../kernel/rule.ts'
import { institutionFold, type Institution } from './machine.ts'

interface Payment {
  readonly ksm: string
}

/** Rules about the group that is paid, asked alike whether a tranche pays or an agreement; of its area already when it proposes. */
export interface PayeeRules<S, D extends Payment> {
  readonly stands: Rule<S, D>
  readonly hasAccount: Rule<S, D>
  readonly areaKnown: Rule<S, D>
  readonly inArea: Rule<S, D>
}

const payeeOf = (x: Pick<Situation<unknown, Payment>, 'world' | 'call'>): Entity<Institution> =>
  x.world.one(institutionFold, x.call.data.ksm)

/** Its own area, or that of the board it belongs to. */
const areasOf = (ksm: Entity<Institution>): string[] => ksm.ancestors.filter((tag) => tag.startsWith('area:'))

/** Builds the rules for a kind of entity that pays; `areaOf` says for which area its money is, if for one. */
export function payeeRules<S, D extends Payment = Payment>(areaOf: (x: Situation<S, D>) => string | undefined): PayeeRules<S, D> {
  return {
    stands: dataRule<S, D>('payee-dissolved', {
      guard: 'G-02',
      id: 'Kelompok {name} tidak dapat dibayar: sudah bubar sejak {on}.',
      en: 'The group {name} cannot be paid: it was dissolved on {on}.',
      source: 'DOMAIN §2.4, §3.1',
      broken: (x) => {
        const { data, last } = payeeOf(x)
        return data.dissolvedOn !== undefined && { details: { name: data.name, on: data.dissolvedOn }, facts: [last] }
      },
    }),

    hasAccount: dataRule<S, D>('payee-without-account', {
      guard: 'G-02',
      id: 'Kelompok {name} tidak dapat dibayar: belum mempunyai rekening atas namanya.',
      en: 'The group {name} cannot be paid: it has no account in its own name.',
      source: 'DOMAIN §2.4, §3.1',
      metBy: ['institution.BankAccountOpened'],
      broken: (x) => {
        const { data, last } = payeeOf(x)
        return data.accounts.length === 0 && { details: { name: data.name }, facts: [last] }
      },
    }),

    areaKnown: dataRule<S, D>('payee-area-unknown', {
      guard: 'G-02',
      id: 'Wilayah kelompok {name} tidak diketahui. Bentuk lagi dengan id baru beserta area atau parent (BKM induk).',
      en: 'The area of the group {name} is not known. Form it anew under another id with its area or parent (its board).',
      source: 'DOMAIN §2.1, §9',
      broken: (x) => {
        const ksm = payeeOf(x)
        return areaOf(x) !== undefined && areasOf(ksm).length === 0 && { details: { name: ksm.data.name }, facts: [ksm.last] }
      },
    }),

    inArea: dataRule<S, D>('payee-outside-area', {
      guard: 'G-02',
      id: 'Kelompok {name} bukan dari wilayah yang dibiayai dana ini.',
      en: 'The group {name} is not of the area that this money is for.',
      source: 'DOMAIN §2.1, §9',
      broken: (x) => {
        const wanted = areaOf(x)
        const ksm = payeeOf(x)
        const areas = areasOf(ksm)
        const foreign = wanted !== undefined && areas.length > 0 && !areas.includes(`area:${wanted}`)
        return foreign && { details: { name: ksm.data.name }, facts: [ksm.last] }
      },
    }),
  }
}
