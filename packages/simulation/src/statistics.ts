import type { Fact } from '@jejak/domain'
import type { NationSubmission } from './nation.ts'

/** How a nation turned out: what README's assumptions led to. Shares in percent, delays in days. */
export interface Distributions {
  readonly factsPerKelurahanYear: number
  readonly byType: Readonly<Record<string, number>>
  /** Of tranches requested: how many came back from a desk at least once. */
  readonly tranchesReturnedPercent: number
  readonly proposalsReturnedPercent: number
  readonly daysRequestToCredit: Spread
  readonly daysProposalToContract: Spread
  readonly daysEffectiveToRecorded: Spread
  readonly enteredAfter30DaysPercent: number
  readonly worksStoppedPercent: number
  readonly complaintsClosedPercent: number
  /** Facts of money and works in November and December, of the whole year; DOMAIN §10.5 foresees 25 in the last 40 working days. */
  readonly lastTwoMonthsPercent: number
  readonly deviations: Readonly<Record<string, number>>
}

/** Median and tail of a delay. */
export interface Spread {
  readonly cases: number
  readonly median: number
  readonly p90: number
  readonly most: number
}

/** Counts while a nation goes by. */
export interface Statistics {
  see(submission: Pick<NationSubmission, 'recordedAt' | 'commands'>): void
  distributions(kelurahan: number, years: number): Distributions
}

const dayMillis = 86_400_000
const dayOf = (date: string): number => Date.parse(date) / dayMillis

/** Whole days by how often they occur. */
function newHistogram() {
  const days: number[] = []
  let cases = 0
  return {
    add(day: number): void {
      const at = Math.max(0, day)
      days[at] = (days[at] ?? 0) + 1
      cases += 1
    },
    /** How many cases took longer than a number of days. */
    over: (limit: number): number => days.reduce((sum, count, day) => (day > limit ? sum + count : sum), 0),
    spread(): Spread {
      const at = (share: number): number => {
        let left = Math.ceil(cases * share)
        return days.findIndex((count) => (left -= count ?? 0) <= 0)
      }
      return cases === 0 ? { cases, median: 0, p90: 0, most: 0 } : { cases, median: at(0.5), p90: at(0.9), most: days.length - 1 }
    },
  }
}

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((part / whole) * 1000) / 10)

const bySize = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)))

/** Opens empty statistics. They remember of an entity only what is still under way. */
export function newStatistics(): Statistics {
  const types = new Map<string, number>()
  const deviations = new Map<string, number>()
  const [toCredit, toContract, toRecorded] = [newHistogram(), newHistogram(), newHistogram()]
  const opened = new Map<string, number>()
  const marked = new Set<string>()
  const count = { stopped: 0, tranche: 0, proposal: 0, lastMonths: 0, months: 0 }

  const close = (id: string, day: number, histogram: ReturnType<typeof newHistogram>): void => {
    const since = opened.get(id)
    if (since !== undefined) histogram.add(day - since)
    opened.delete(id)
    marked.delete(id)
  }
  const follow = ({ type, subject: { kind, id }, data }: Fact, day: number): void => {
    if (type === 'tranche.Requested' || type === 'proposal.Submitted') opened.set(id, day)
    if (data['outcome'] === 'returned' && opened.has(id) && !marked.has(id)) count[kind === 'tranche' ? 'tranche' : 'proposal'] += 1
    if (data['outcome'] === 'returned' && opened.has(id)) marked.add(id)
    if (type === 'tranche.Credited') close(id, day, toCredit)
    if (type === 'proposal.ContractSigned') close(id, day, toContract)
    if (type === 'proposal.WorkStopped') count.stopped += 1
  }
  const see = (fact: Fact, recordedDay: number): void => {
    const { type, effectiveOn, subject } = fact
    const day = dayOf(effectiveOn)
    types.set(type, (types.get(type) ?? 0) + 1)
    for (const { rule } of fact.deviations ?? []) deviations.set(`${type} ${rule}`, (deviations.get(`${type} ${rule}`) ?? 0) + 1)
    toRecorded.add(recordedDay - day)
    follow(fact, day)
    if (subject.kind !== 'tranche' && subject.kind !== 'proposal') return
    count.months += 1
    if (effectiveOn.slice(5, 7) >= '11') count.lastMonths += 1
  }
  return {
    see({ recordedAt, commands }) {
      const recordedDay = Math.floor(Number(recordedAt / 1000n) / dayMillis)
      for (const facts of commands) for (const fact of facts) see(fact, recordedDay)
    },
    distributions(kelurahan, years) {
      const of = (type: string): number => types.get(type) ?? 0
      const all = [...types.values()].reduce((a, b) => a + b, 0)
      return {
        factsPerKelurahanYear: Math.round((all / kelurahan / years) * 10) / 10,
        byType: bySize(types),
        tranchesReturnedPercent: percent(count.tranche, of('tranche.Requested')),
        proposalsReturnedPercent: percent(count.proposal, of('proposal.Submitted')),
        daysRequestToCredit: toCredit.spread(),
        daysProposalToContract: toContract.spread(),
        daysEffectiveToRecorded: toRecorded.spread(),
        enteredAfter30DaysPercent: percent(toRecorded.over(30), all),
        worksStoppedPercent: percent(count.stopped, of('proposal.ContractSigned')),
        complaintsClosedPercent: percent(of('complaint.Closed'), of('complaint.Received')),
        lastTwoMonthsPercent: percent(count.lastMonths, count.months),
        deviations: bySize(deviations),
      }
    },
  }
}
