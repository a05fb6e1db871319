import {
  allBehind,
  arrearsOf,
  breachesOn,
  bucketOf,
  countedBy,
  foldEntity,
  inLogOrder,
  loanFold,
  loanOn,
  mustSuspend,
  poolMoneyFold,
  positionsBehind,
  rupiah,
  scheduleSetBy,
  sharePercent,
  signedRupiah,
  sen,
  standingsOn,
  sumSen,
  type Breach,
  type Entity,
  type Loan,
  type LoanRules,
  type PoolMoney,
  type Recorded,
  type Sen,
  type Standing,
} from '@jejak/domain'
import { poolSums, type PoolSums } from './loan-pool-sums.ts'

/**
 * An indicator: part to whole in percent, two decimals, half up; null of nothing. Parts are heads or rupiah, as `unit` says. The positions
 * of the facts behind the part (`facts`) and behind the whole (`of`). Source: DOMAIN §5.2.
 */
export interface Figure {
  readonly percent: string | null
  readonly part: string
  readonly whole: string
  readonly unit: 'groups' | 'rupiah'
  /** What counts as good, in percent: `< 10`. */
  readonly wanted: string
  readonly good: boolean | null
  readonly facts: readonly number[]
  readonly of: readonly number[]
}

/** A running loan on the day. */
export interface LoanLine {
  readonly loan: string
  readonly number: string
  readonly ksm: string
  readonly disbursedOn: string
  readonly amount: string
  readonly balance: string
  readonly overduePrincipal: string
  readonly overdueJasa: string
  /** Whole months in arrears; a rescheduled loan may keep those it had. */
  readonly monthsInArrears: number
  readonly rescheduledOn: string | null
  readonly bucket: string
  readonly facts: readonly number[]
}

/** What a pool has, what is owed to it and how well, on a day; amounts in rupiah. */
export interface LoanPortfolio {
  readonly at: string
  readonly money: PoolSums
  readonly figures: Readonly<Record<'rr' | 'rrCumulative' | 'lar' | 'par' | 'ccr' | 'roi' | 'idle', Figure>>
  readonly buckets: readonly {
    readonly name: string
    readonly fromMonths: number
    readonly loans: number
    readonly balance: string
    readonly facts: readonly number[]
  }[]
  /**
   * `suspend` when lending must stop, `memuaskan` when every figure that can be told is good, else `minimum`. Null before the first money:
   * of nothing no figure is good or bad.
   */
  readonly grade: 'memuaskan' | 'minimum' | 'suspend' | null
  /** Whether lending must stop, and what was beyond its limit on each of the days looked at. */
  readonly suspension: { readonly must: boolean; readonly when: 'any' | 'all'; readonly breaches: readonly Breach[] }
  readonly loans: readonly LoanLine[]
}

interface Dated {
  readonly on: string
  readonly sen: Sen
  readonly positions: readonly number[]
}
interface Window {
  /** The day before its first. */
  readonly after: string
  readonly until: string
}
/** So many months up to a day, that day included; up to the end of a month they are whole calendar months. */
function monthsUpTo(at: string, months: number): Window {
  const last = Temporal.PlainDate.from(at)
  const before = last.subtract({ months })
  return { after: (last.day === last.daysInMonth ? before.with({ day: before.daysInMonth }) : before).toString(), until: at }
}
const within = (list: readonly Dated[], { after, until }: Window): Dated[] => list.filter(({ on }) => after < on && on <= until)
const sumOf = (list: readonly Dated[]): Sen => sumSen(list.map((each) => each.sen))
const positionsOf = (list: readonly { readonly positions: readonly number[] }[]): number[] =>
  inLogOrder(list.flatMap(({ positions }) => positions))

type Compare = '>=' | '<' | '>' | '<='
const compare: Readonly<Record<Compare, (part: bigint, whole: bigint, limit: bigint) => boolean>> = {
  '>=': (part, whole, limit) => part * 100n >= limit * whole,
  '>': (part, whole, limit) => part * 100n > limit * whole,
  '<': (part, whole, limit) => part * 100n < limit * whole,
  '<=': (part, whole, limit) => part * 100n <= limit * whole,
}

interface Sides {
  readonly part: bigint
  readonly whole: bigint
  readonly facts: readonly number[]
  readonly of: readonly number[]
}

function figure({ part, whole, facts, of }: Sides, sign: Compare, limit: number, unit: Figure['unit'] = 'rupiah'): Figure {
  const text = (value: bigint): string => (unit === 'rupiah' ? signedRupiah(value) : String(value))
  return {
    percent: sharePercent({ part, whole }),
    part: text(part),
    whole: text(whole),
    unit,
    wanted: `${sign} ${limit}`,
    good: whole === 0n ? null : compare[sign](part, whole, BigInt(limit)),
    facts,
    of,
  }
}

const payments: ReadonlySet<string> = new Set(['loan.InstalmentReceived', 'loan.JointLiabilityInvoked'])
const amountIn = ({ fact }: Recorded, field: string): Sen => {
  const value = fact.data[field]
  return typeof value === 'string' ? sen(value) : 0n
}
const dated = (facts: readonly Recorded[], field: string): Dated[] =>
  facts.map((recorded) => ({ on: recorded.fact.effectiveOn, sen: amountIn(recorded, field), positions: positionsBehind(recorded) }))

/**
 * Principal that fell due, whatever became of it later: rescheduling does not mend the rate. Each with the fact that set its schedule; a
 * rescheduling, which also ends one, stands among them on its own day with nothing.
 */
function dues(loans: readonly Entity<Loan>[]): Dated[] {
  return loans.flatMap(({ data, facts }) => {
    const behind = (setBy: number | undefined): number[] => allBehind(facts.filter(({ position }) => position === setBy))
    const now = scheduleSetBy(data)
    const planned = [...data.earlier, ...data.schedule.map((each) => ({ ...each, setBy: now }))]
    return [
      ...planned.map(({ due, principalSen, setBy }) => ({ on: due, sen: principalSen, positions: behind(setBy) })),
      ...data.entries
        .filter(({ kind }) => kind === 'rescheduling')
        .map(({ on, position }) => ({ on, sen: 0n, positions: behind(position) })),
    ]
  })
}

/** Of a window: principal paid to principal due. What is paid ahead counts when it is paid. */
function repayment(loans: readonly Entity<Loan>[], facts: readonly Recorded[], window: Window): Sides {
  const paid = within(
    dated(
      facts.filter(({ fact }) => payments.has(fact.type)),
      'principal',
    ),
    window,
  )
  const due = within(dues(loans), window)
  return { part: sumOf(paid), whole: sumOf(due), facts: positionsOf(paid), of: positionsOf(due) }
}

/** Income, cost and losses of a window. */
function resultOf(facts: readonly Recorded[], window: Window) {
  const of = (types: readonly string[], field: string): Dated[] =>
    within(
      dated(
        facts.filter(({ fact }) => types.includes(fact.type)),
        field,
      ),
      window,
    )
  return {
    income: [...of([...payments], 'jasa'), ...of(['loanPool.IncomeReceived'], 'amount')].filter((each) => each.sen > 0n),
    cost: of(['loanPool.CostPaid'], 'amount'),
    lost: of(['loan.WrittenOff'], 'amount'),
  }
}

const lineOf = ({ id, loan, overduePrincipalSen, overdueJasaSen, months, bucket, facts }: Standing): LoanLine => ({
  loan: id,
  number: loan.number,
  ksm: loan.ksm,
  disbursedOn: loan.disbursedOn ?? '',
  amount: rupiah(loan.disbursedSen),
  balance: rupiah(loan.balanceSen),
  overduePrincipal: rupiah(overduePrincipalSen),
  overdueJasa: rupiah(overdueJasaSen),
  monthsInArrears: months,
  rescheduledOn: loan.rescheduled?.on ?? null,
  bucket,
  facts,
})

const bucketsOf = (standings: readonly Standing[], rules: LoanRules): LoanPortfolio['buckets'] =>
  rules.buckets.map(({ name, fromMonths }) => {
    const inside = standings.filter(({ months }) => bucketOf(months, rules) === name)
    return {
      name,
      fromMonths,
      loans: inside.length,
      balance: rupiah(sumSen(inside.map(({ loan }) => loan.balanceSen))),
      facts: inside.flatMap(({ facts }) => facts).sort((a, b) => a - b),
    }
  })

function figuresOf(
  facts: readonly Recorded[],
  loans: readonly Entity<Loan>[],
  money: Entity<PoolMoney>,
  behind: PoolSums['facts'],
  standings: readonly Standing[],
  at: string,
  rules: LoanRules,
): LoanPortfolio['figures'] {
  const { limits } = rules
  const { lar, par } = arrearsOf(standings, rules)
  const { income, cost, lost } = resultOf(facts, monthsUpTo(at, 12))
  const surplus = sumOf(income) - sumOf(cost) - sumOf(lost)
  const { capitalSen, cashSen, outstandingSen } = money.data
  const inUse = inLogOrder([...behind.cash, ...behind.outstanding])
  return {
    rr: figure(repayment(loans, facts, monthsUpTo(at, 1)), '>=', limits.rrMinPercent),
    rrCumulative: figure(repayment(loans, facts, { after: '', until: at }), '>=', limits.rrMinPercent),
    lar: figure(lar, '<', limits.larMaxPercent, 'groups'),
    par: figure(par, '<', limits.parMaxPercent),
    ccr: figure({ part: sumOf(income), whole: sumOf(cost), facts: positionsOf(income), of: positionsOf(cost) }, '>', limits.ccrMinPercent),
    roi: figure(
      { part: surplus, whole: capitalSen, facts: positionsOf([...income, ...cost, ...lost]), of: behind.capital },
      '>',
      limits.roiMinPercent,
    ),
    idle: figure({ part: cashSen, whole: cashSen + outstandingSen, facts: behind.cash, of: inUse }, '<=', limits.idleMaxPercent),
  }
}

/**
 * A pool on a day, from the facts that bear its tag, in log order up to the position that was known: what was effective by that day. Pure.
 * RR counts the month up to the day, CCR and ROI the twelve months. Source: DOMAIN §5.2, A-08.
 */
export function loanPortfolio(known: readonly Recorded[], pool: string, at: string, rules: LoanRules): LoanPortfolio {
  const facts = countedBy(known, at)
  const ids = [...new Set(facts.filter(({ fact }) => fact.subject.kind === 'loan').map(({ fact }) => fact.subject.id))]
  const bearing = (id: string): Recorded[] => known.filter(({ fact }) => fact.subject.id === id)
  const all = ids.map((id) => foldEntity(loanFold, id, bearing(id), false))
  const loans = all.map((loan) => loanOn(loan, at))
  const money = foldEntity(poolMoneyFold, pool, facts, false)
  const standings = standingsOn(all, at, rules)
  // What was paid back by a reversal is no payment and no income.
  const told = poolSums(money)
  const figures = figuresOf(facts, loans, money, told.facts, standings, at, rules)
  const breaches = breachesOn(all, at, rules)
  const must = mustSuspend(breaches, rules)
  const good = Object.values(figures).every((each) => each.good !== false)
  return {
    at,
    money: told,
    figures,
    buckets: bucketsOf(standings, rules),
    grade: money.facts.length === 0 ? null : must ? 'suspend' : good ? 'memuaskan' : 'minimum',
    suspension: { must, when: rules.suspend.when, breaches },
    loans: standings.map(lineOf),
  }
}
