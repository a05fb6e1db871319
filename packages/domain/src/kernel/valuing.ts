import { z } from 'zod'
import { ref, RoleCode } from './define.ts'
import { PositiveRupiah, rupiah, sen } from './rupiah.ts'
import { dataRule, type Rule, type Situation } from './rule.ts'

/** How goods or work were turned into rupiah. Source: DOMAIN §2.8. */
export const ValuationMethod = z
  .enum(['market-price', 'area-wage', 'appraisal', 'receipt', 'agreed'])
  .meta({ id: 'ValuationMethod', description: 'How something given in kind was valued, DOMAIN §2.8' })

/** What is said of a value that is no money: hours at a rate, the method, and who valued it in which office. */
export const inKind = {
  hours: z.int().min(1).optional(),
  /** Rupiah an hour. */
  rate: PositiveRupiah.optional(),
  method: ValuationMethod.optional(),
  valuedBy: ref('person').optional(),
  /** The office in which that person valued it. */
  valuerRole: RoleCode.optional(),
}

/** What {@link inKind} says, and the value. */
export interface Valued {
  readonly amount: string
  readonly kind?: string | undefined
  readonly hours?: number | undefined
  readonly rate?: string | undefined
  readonly method?: string | undefined
  readonly valuedBy?: string | undefined
  readonly valuerRole?: string | undefined
}

/** Hours at a rate are the value, to the sen: else one of the three is a mistake of whoever wrote them down. Source: DOMAIN §2.8. */
export const hoursAtRate = <S>(): Rule<S, Valued> =>
  dataRule<S, Valued>('labour-value-differs', {
    id: '{hours} jam dengan {rate:rp} per jam bernilai {value:rp}, bukan {amount:rp}.',
    en: '{hours} hours at {rate:rp} an hour are worth {value:rp}, not {amount:rp}.',
    source: 'DOMAIN §2.8',
    sort: 'input',
    broken: ({ call }) => {
      const { hours, rate, amount } = call.data
      if (rate === undefined) return undefined
      const value = sen(rate) * BigInt(hours ?? 0)
      return value !== sen(amount) && { details: { hours: hours ?? 0, rate, value: rupiah(value), amount } }
    },
  })

const asked = {
  hours: { id: 'jam kerja', en: 'hours' },
  method: { id: 'cara penilaian', en: 'method of valuing' },
  valuedBy: { id: 'penilai', en: 'valuer' },
  valuerRole: { id: 'jabatan penilai', en: 'office of the valuer' },
} as const

/**
 * What is no cash says how it was valued, by whom and in which office, and labour its hours; what is missing is noted. `isAsked` tells
 * whether the rules ask for it at all. Source: DOMAIN §2.8.
 */
export const valuationTold = <S>(isAsked: (x: Situation<S, Valued>) => boolean): Rule<S, Valued> =>
  dataRule<S, Valued>('valuation-missing', {
    id: 'Sumbangan {kind} tanpa: {missing}.',
    en: 'What is given in {kind} lacks: {missingEn}.',
    source: 'DOMAIN §2.8',
    broken: (x) => {
      const { data } = x.call
      if (data.kind === 'cash' || !isAsked(x)) return undefined
      const wanted = (['hours', 'method', 'valuedBy', 'valuerRole'] as const).filter((field) => field !== 'hours' || data.kind === 'labour')
      const missing = wanted.filter((field) => data[field] === undefined).map((field) => asked[field])
      const told = (language: 'id' | 'en') => missing.map((each) => each[language]).join(', ')
      return missing.length > 0 && { details: { kind: data.kind ?? '-', missing: told('id'), missingEn: told('en') } }
    },
  })
