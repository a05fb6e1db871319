import { dataRule, type Rule, type Situation } from './rule.ts'
import { rupiah, sen, type Sen } from './rupiah.ts'

interface Amount {
  readonly amount: string
}

/** The largest sum that the tables of the views can hold: a `bigint` of sen. */
export const largestSen = 2n ** 63n - 1n

/**
 * A sum that no table could hold is a slip of the pen, and refused also where the fact has happened: it could not be counted. `sumOf` tells
 * what there is before this amount.
 */
export const sumFits = <S, D extends Amount = Amount>(sumOf: (x: Situation<S, D>) => Sen): Rule<S, D> =>
  sumOfFits<S, D>((x) => sumOf(x) + sen(x.call.data.amount))

/** The same of a fact that names several amounts: `sumAfter` tells what there is with them. */
export const sumOfFits = <S, D>(sumAfter: (x: Situation<S, D>) => Sen): Rule<S, D> =>
  dataRule<S, D>('sum-too-large', {
    id: 'Jumlah seluruhnya melebihi {largest:rp}, batas yang dapat dicatat.',
    en: 'The sum exceeds {largest:rp}, the most that can be counted.',
    source: 'CONTRACTS A4',
    sort: 'input',
    broken: (x) => sumAfter(x) > largestSen && { details: { largest: rupiah(largestSen) } },
  })
