import { activities, type Activity } from '../catalogue.ts'
import { assumptions } from '../assumptions.ts'
import { newYear } from '../days.ts'
import type { Signer } from '../deed.ts'
import type { Random } from '../random.ts'
import type { Year } from './setting.ts'

/** What becomes of a proposal. */
export type Fate = 'built' | 'terminated' | 'rejected' | 'deferred' | 'withdrawn'

/** An instalment of a contract: out of which tranche (counted from 0), whole rupiah. */
export interface Instalment {
  readonly tranche: number
  readonly amount: number
}

/** A proposal and the works that it becomes. Amounts in whole rupiah, shares of lines in percent. */
export interface Work {
  readonly id: string
  readonly ksm: string
  readonly chair: Signer
  readonly name: string
  readonly number: string
  readonly activity: Activity
  readonly quantity: number
  readonly fate: Fate
  /** What the board grants; 0 when nothing. */
  readonly grant: number
  readonly asked: number
  readonly lines: readonly { readonly line: string; readonly item: string; readonly percent: number }[]
  readonly instalments: readonly Instalment[]
  readonly pledge: number
}

/** The money of a year: the grant, what of it pays the board's own cost, and the shares of the tranches in percent. */
export interface Money {
  readonly amount: number
  readonly operating: number
  readonly percent: readonly number[]
}

/** Everything is a multiple of it, so that every share by whole percents is whole rupiah. */
const unit = 100_000

/** The size of the grant. Where the edition caps operating cost the cap is used up, else a share is set aside. */
export function moneyOf({ programme, random }: Year): Money {
  const { edition, component } = programme
  const amount = programme.grant(random)
  const cap = edition.bop.caps[component]
  const operating = cap ? Number(cap) : Math.round((amount * assumptions.operatingCostPercent) / 100 / unit) * unit
  return { amount, operating, percent: edition.tranches.percent.length > 0 ? edition.tranches.percent : (programme.percent ?? [100]) }
}

/** What of a grant falls to a tranche. */
export const shareOf = (amount: number, { percent }: Money, tranche: number): number => (amount / 100) * (percent[tranche] ?? 0)

/** An amount split by chance into multiples of the unit. */
function split(random: Random, amount: number, parts: number): number[] {
  const weights = Array.from({ length: parts }, () => 0.5 + random.fraction())
  const whole = weights.reduce((a, b) => a + b, 0)
  const shares = weights.slice(1).map((weight) => Math.max(unit, Math.floor((amount * weight) / whole / unit) * unit))
  return [amount - shares.reduce((a, b) => a + b, 0), ...shares]
}

const lineNames = ['Bahan', 'Upah tenaga kerja', 'Alat dan angkutan']
const lineShares = [
  [60, 40],
  [65, 35],
  [55, 35, 10],
] as const

/** Above it an instalment is paid in two halves. */
const halvedFrom = 60_000_000

function instalmentsOf(grant: number, money: Money): Instalment[] {
  return money.percent.flatMap((_, tranche) => {
    const amount = shareOf(grant, money, tranche)
    const halves = amount >= halvedFrom && tranche < money.percent.length - 1
    return halves
      ? [
          { tranche, amount: amount / 2 },
          { tranche, amount: amount / 2 },
        ]
      : [{ tranche, amount }]
  })
}

function activityFor({ programme, random }: Year, amount: number): { activity: Activity; quantity: number } {
  const field = random.pick(programme.fields)
  const fitting = activities
    .filter((activity) => activity.field === field)
    .map((activity) => ({ activity, quantity: Math.floor(amount / ((activity.cost[0] + activity.cost[1]) / 2)) }))
    .filter(({ activity, quantity }) => quantity >= activity.volume[0] && quantity <= activity.volume[1] * 2)
  const found = fitting.length > 0 ? random.pick(fitting) : undefined
  const any = activities.find((activity) => activity.code === 'DRN-PSB')
  if (any === undefined) throw new Error('the catalogue lacks DRN-PSB')
  return found ?? { activity: any, quantity: Math.max(1, Math.floor(amount / any.cost[1])) }
}

function workOf(year: Year, money: Money, index: number, grant: number, fate: Fate): Work {
  const { random, place } = year
  const day = newYear(year.year)
  const ksm = random.id(day)
  const wanted = grant === 0 ? random.whole(100, 600) * unit : grant
  const less = grant > 0 && year.programme.byCity && random.chance(assumptions.approvedForLess)
  const asked = less ? Math.ceil((grant * (1.02 + random.fraction() * 0.15)) / unit) * unit : wanted
  const shares = random.pick(lineShares)
  const { least, most } = assumptions.swadayaOfGrantPercent
  return {
    id: random.id(day),
    ksm,
    chair: { person: random.id(day), role: 'KSM', institution: ksm },
    name: `KSM ${place.name} ${year.year}-${index + 1}`,
    number: `PROP/${place.code}/${year.year}/${index + 1}`,
    ...activityFor(year, asked),
    fate,
    grant,
    asked,
    lines: shares.map((percent, at) => ({ line: String(at + 1), item: lineNames[at] ?? '', percent })),
    instalments: grant === 0 ? [] : instalmentsOf(grant, money),
    pledge: Math.round((wanted * random.whole(least, most)) / 100 / unit) * unit,
  }
}

/** The proposals of a year: those that share the grant, and a few that get nothing of it. */
export function worksOf(year: Year, money: Money): Work[] {
  const { random } = year
  const { least, most } = assumptions.works
  const grants = split(random, money.amount - money.operating, random.whole(least, most))
  const granted = grants.map((grant, index) => {
    const given = index > 0 && random.chance(assumptions.workTerminated)
    return workOf(year, money, index, grant, given ? 'terminated' : 'built')
  })
  const more = Array.from({ length: random.count(assumptions.proposalsNotApproved) }, (_, index) => {
    const { rejected, deferred, withdrawn } = assumptions.notApproved
    const fate = random.weighted<Fate>([
      ['rejected', rejected],
      ['deferred', deferred],
      ['withdrawn', withdrawn],
    ])
    return workOf(year, money, grants.length + index, 0, fate)
  })
  return [...granted, ...more]
}
