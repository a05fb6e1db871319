import { z } from 'zod'
import { PaperNumber, PlainDate } from './define.ts'
import { covers, daysAfter } from './period.ts'
import { PositiveRupiah, Rupiah, rupiah, sen, sumSen, type Sen } from './rupiah.ts'
import { dataRule, type Rule, type Situation } from './rule.ts'
import { sumFits } from './sums.ts'

/** Taxes that a community withholds from those it pays. Source: DOMAIN §2.7. */
export const TaxKind = z
  .enum(['PPN', 'PPH21', 'PPH22', 'PPH23', 'PPH4-2', 'STAMP'])
  .meta({ id: 'TaxKind', description: 'A tax withheld at community level, DOMAIN §2.7' })

/** A rate in force from one day to another: hundredths of a percent of the base, above a threshold. */
export const TaxRate = z.strictObject({
  kind: TaxKind,
  from: PlainDate.describe('First day'),
  until: PlainDate.optional().describe('Last day; absent while it is in force'),
  basisPoints: z.int().min(0).max(10_000).describe('Hundredths of a percent of the base'),
  threshold: Rupiah.optional().describe('Nothing is due on a base up to this'),
})
export type TaxRate = z.infer<typeof TaxRate>

/** What a withheld tax says: the slip, the payment it is withheld from, the base. */
export const withheld = { number: PaperNumber, expense: PaperNumber, kind: TaxKind, base: PositiveRupiah, amount: PositiveRupiah }
/** What a deposit says. The deposit code (NTPN) is the state's own number of it, and identifies it. */
export const deposited = { ntpn: PaperNumber, due: PaperNumber, amount: PositiveRupiah }

/** A tax withheld, with what was deposited of it; `on` is the day on which it was withheld. */
export interface Tax {
  readonly number: string
  readonly expense: string
  readonly on: string
  readonly amountSen: Sen
  readonly paidSen: Sen
}

/** The taxes after a deposit. */
export const paidTax = <T extends Tax>(taxes: readonly T[], { due, amount }: { due: string; amount: string }): T[] =>
  taxes.map((tax) => (tax.number === due ? { ...tax, paidSen: tax.paidSen + sen(amount) } : tax))

/** What the rates ask of a base on a day, whole rupiah rounded down; undefined where no rate of the kind is in force. */
export function taxOn(rates: readonly TaxRate[], kind: string, base: Sen, on: string): Sen | undefined {
  const rate = rates.find((each) => each.kind === kind && covers({ from: each.from, to: each.until }, on))
  if (rate === undefined) return undefined
  if (rate.threshold !== undefined && base <= sen(rate.threshold)) return 0n
  return ((base * BigInt(rate.basisPoints)) / 1_000_000n) * 100n
}

/** The last day on which a tax can be deposited in time (F12). */
export const depositBy = ({ on }: Pick<Tax, 'on'>, days: number): string => daysAfter(on, days)

interface Withheld {
  readonly expense: string
  readonly kind: string
  readonly base: string
  readonly amount: string
}
interface Deposited {
  readonly due: string
  readonly amount: string
}

/** Rules about taxes, asked alike of what a group pays and of operating cost. */
export interface TaxRules<S> {
  readonly due: readonly Rule<S, Withheld>[]
  readonly paid: readonly Rule<S, Deposited>[]
}

/** Builds the rules for a kind of entity: what it paid under a number, and the taxes that it knows. */
export function taxRules<S>(paymentOf: (state: S, number: string) => Sen | undefined, taxesOf: (state: S) => readonly Tax[]): TaxRules<S> {
  return { due: [paymentKnown(paymentOf), withinPayment(paymentOf, taxesOf), asRated<S>()], paid: depositRules(taxesOf) }
}

const paymentKnown = <S>(paymentOf: (state: S, number: string) => Sen | undefined): Rule<S, Withheld> =>
  dataRule<S, Withheld>('tax-expense-unknown', {
    id: 'Pengeluaran {expense} yang dipotong pajaknya belum tercatat.',
    en: 'The expense {expense} that the tax is withheld from is not recorded.',
    source: 'DOMAIN §2.7',
    sort: 'reference',
    broken: ({ self, call: { data } }) => paymentOf(self.data, data.expense) === undefined && { details: { expense: data.expense } },
  })

/** Expenses are gross: what is withheld is a part of them. */
const withinPayment = <S>(
  paymentOf: (state: S, number: string) => Sen | undefined,
  taxesOf: (state: S) => readonly Tax[],
): Rule<S, Withheld> =>
  dataRule<S, Withheld>('tax-exceeds-expense', {
    id: 'Pajak {taxes:rp} melebihi pengeluaran {expense}, {paid:rp}.',
    en: 'Taxes of {taxes:rp} exceed the expense {expense} of {paid:rp}.',
    source: 'DOMAIN §2.7',
    sort: 'input',
    broken: ({ self, call: { data } }) => {
      const paid = paymentOf(self.data, data.expense)
      if (paid === undefined) return undefined
      const others = taxesOf(self.data).filter(({ expense }) => expense === data.expense)
      const taxes = sumSen(others.map(({ amountSen }) => amountSen)) + sen(data.amount)
      return taxes > paid && { details: { taxes: rupiah(taxes), expense: data.expense, paid: rupiah(paid) } }
    },
  })

/** Less than a rupiah is rounding. */
const asRated = <S>(): Rule<S, Withheld> =>
  dataRule<S, Withheld>('tax-differs-from-rate', {
    id: 'Pajak {kind} atas {base:rp} adalah {expected:rp} menurut tarif yang berlaku, bukan {amount:rp}.',
    en: 'The tax {kind} on {base:rp} is {expected:rp} at the rate in force, not {amount:rp}.',
    source: 'DOMAIN §2.7: rates as a dated table',
    broken: ({ edition, call: { data, effectiveOn } }) => {
      const expected = taxOn(edition.taxes.rates, data.kind, sen(data.base), effectiveOn)
      if (expected === undefined) return undefined
      const gap = expected - sen(data.amount)
      const { kind, base, amount } = data
      return (gap >= 100n || gap <= -100n) && { details: { kind, base, expected: rupiah(expected), amount } }
    },
  })

function depositRules<S>(taxesOf: (state: S) => readonly Tax[]): Rule<S, Deposited>[] {
  const taxOf = ({ self, call }: Situation<S, Deposited>): Tax | undefined =>
    taxesOf(self.data).find(({ number }) => number === call.data.due)
  return [
    dataRule<S, Deposited>('tax-due-unknown', {
      id: 'Potongan pajak {due} belum tercatat.',
      en: 'The withheld tax {due} is not recorded.',
      source: 'DOMAIN §2.7',
      sort: 'reference',
      broken: (x) => taxOf(x) === undefined && { details: { due: x.call.data.due } },
    }),
    sumFits<S, Deposited>((x) => taxOf(x)?.paidSen ?? 0n),
    dataRule<S, Deposited>('tax-exceeds-due', {
      id: 'Setoran pajak menjadi {paid:rp}, melebihi potongan {due:rp}.',
      en: 'Deposits come to {paid:rp}, above the {due:rp} withheld.',
      source: 'DOMAIN §2.7',
      broken: (x) => {
        const tax = taxOf(x)
        if (tax === undefined) return undefined
        const paid = tax.paidSen + sen(x.call.data.amount)
        return paid > tax.amountSen && { details: { paid: rupiah(paid), due: rupiah(tax.amountSen) } }
      },
    }),
    dataRule<S, Deposited>('tax-deposited-late', {
      id: 'Pajak disetor sesudah {last}, batas waktu setoran.',
      en: 'The tax was deposited after {last}, the last day for it.',
      source: 'DOMAIN §8.3, F12',
      broken: (x) => {
        const tax = taxOf(x)
        if (tax === undefined) return undefined
        const last = depositBy(tax, x.edition.taxes.depositDays)
        return x.call.effectiveOn > last && { details: { last } }
      },
    }),
  ]
}
