import { allBehind, countedBy } from '../kernel/corrections.ts'
import { foldedOf, type Entity } from '../kernel/entity.ts'
import { absolute, hundredthsOf, percentText, sumSen, type Sen } from '../kernel/rupiah.ts'
import type { ArrearsRate, LoanRules } from '../kernel/workflow.ts'
import { isRunning, loanOn, monthsLate, type Loan } from '../loan/machine.ts'
import { monthsAfter, overdueSums } from '../loan/schedule.ts'

/** Where a running loan stands on a day; amounts in sen. */
export interface Standing {
  readonly id: string
  readonly loan: Loan
  readonly overduePrincipalSen: Sen
  readonly overdueJasaSen: Sen
  /** Whole months in arrears. */
  readonly months: number
  /** Name of the bucket of collectability. */
  readonly bucket: string
  /** Positions of the facts that make it: paid out, paid back, rescheduled. */
  readonly facts: readonly number[]
}

const counts: ReadonlySet<string> = new Set(['loan.Disbursed', 'loan.InstalmentReceived', 'loan.JointLiabilityInvoked', 'loan.Rescheduled'])

/** The bucket of collectability of so many whole months in arrears. Source: DOMAIN §5.2. */
export const bucketOf = (months: number, { buckets }: LoanRules): string =>
  buckets.findLast(({ fromMonths }) => fromMonths <= months)?.name ?? ''

/** The loans that run on a day, and how each stands. */
export function standingsOn(loans: readonly Entity<Loan>[], day: string, rules: LoanRules): Standing[] {
  return loans
    .map((loan) => loanOn(loan, day))
    .filter(({ data }) => isRunning(data))
    .map((loan) => {
      const { id, data } = loan
      const { principalSen, jasaSen } = overdueSums(data.schedule, day)
      const months = monthsLate(data, day, rules)
      return {
        id,
        loan: data,
        overduePrincipalSen: principalSen,
        overdueJasaSen: jasaSen,
        months,
        bucket: bucketOf(months, rules),
        facts: allBehind(countedBy(foldedOf(loan)).filter(({ fact }) => counts.has(fact.type))),
      }
    })
}

/** A part of a whole: heads, or sen. The facts behind the part, and behind the whole. */
export interface Share {
  readonly part: bigint
  readonly whole: bigint
  readonly facts: readonly number[]
  readonly of: readonly number[]
}

const positionsOf = (standings: readonly Standing[]): number[] => standings.flatMap(({ facts }) => facts).sort((a, b) => a - b)

/** LAR counts borrowing groups, PAR their outstanding balance, each with so many months in arrears or more. Source: DOMAIN §5.2. */
export function arrearsOf(standings: readonly Standing[], { arrearsMonths }: LoanRules): Readonly<Record<ArrearsRate, Share>> {
  const late = standings.filter(({ months }) => months >= arrearsMonths)
  const groups = (list: readonly Standing[]): bigint => BigInt(new Set(list.map(({ loan }) => loan.ksm)).size)
  const balance = (list: readonly Standing[]): bigint => sumSen(list.map(({ loan }) => loan.balanceSen))
  const behind = { facts: positionsOf(late), of: positionsOf(standings) }
  return {
    lar: { part: groups(late), whole: groups(standings), ...behind },
    par: { part: balance(late), whole: balance(standings), ...behind },
  }
}

/** A share in percent, rounded half up to two decimals, as short as it can be written: `14.29`, `-7.9`, `50`. Null of nothing. */
export function sharePercent({ part, whole }: Pick<Share, 'part' | 'whole'>): string | null {
  if (whole === 0n) return null
  const size = hundredthsOf(absolute(part), whole)
  return `${part < 0n && size > 0n ? '-' : ''}${percentText(size).replace(/\.?0+$/, '')}`
}

/** Rates that have reached their limit: below it is good. */
export function beyond(rates: Readonly<Record<ArrearsRate, Share>>, { limits, suspend }: LoanRules): ArrearsRate[] {
  const most = { lar: BigInt(limits.larMaxPercent), par: BigInt(limits.parMaxPercent) }
  return suspend.on.filter((rate) => rates[rate].whole > 0n && rates[rate].part * 100n >= most[rate] * rates[rate].whole)
}

/** A day, and the rates beyond their limits on it; the positions behind the loans in arrears then, and behind all that ran. */
export interface Breach {
  readonly on: string
  readonly rates: readonly ArrearsRate[]
  readonly facts: readonly number[]
  readonly of: readonly number[]
}

/** The days that the edition looks at, latest first: that day and the same day of the months before. */
export const breachesOn = (loans: readonly Entity<Loan>[], day: string, rules: LoanRules): Breach[] =>
  Array.from({ length: rules.suspend.months }, (_, back) => monthsAfter(day, -back)).map((on) => {
    const rates = arrearsOf(standingsOn(loans, on, rules), rules)
    return { on, rates: beyond(rates, rules), facts: rates.par.facts, of: rates.par.of }
  })

/** Whether lending must stop: on each of the days any rate, or all of them, beyond the limit, as the edition says. */
export const mustSuspend = (breaches: readonly Breach[], { suspend }: LoanRules): boolean =>
  breaches.every(({ rates }) => (suspend.when === 'any' ? rates.length > 0 : rates.length === suspend.on.length))
