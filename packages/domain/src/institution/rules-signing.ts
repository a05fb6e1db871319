import type { Entity } from '../kernel/entity.ts'
import { dataRule, type Rule, type Situation } from '../kernel/rule.ts'
import type { Institution } from './machine.ts'

interface Signed {
  readonly signatories: readonly string[]
}

/** F8: cash leaves the account with as many signatures of registered persons as the edition asks for. Source: DOMAIN §2.4, §8.3. */
export const signedByEnough = <S>(of: (x: Situation<S, Signed>) => Entity<Institution> | undefined): Rule<S, Signed> =>
  dataRule<S, Signed>('too-few-signatories', {
    id: 'Penarikan ditandatangani {found} penanda tangan terdaftar; diperlukan {wanted}.',
    en: 'The withdrawal bears {found} signatures of registered signatories; {wanted} are needed.',
    source: 'DOMAIN §2.4, §8.3 F8',
    metBy: ['institution.SignatoryRegistered'],
    broken: (x) => {
      const wanted = x.edition.cash.signatories
      const house = of(x)
      if (wanted === 0 || house === undefined) return undefined
      const found = new Set(x.call.data.signatories.filter((person) => house.data.signatories.includes(person))).size
      return found < wanted && { details: { found, wanted }, facts: [house.last] }
    },
  })
