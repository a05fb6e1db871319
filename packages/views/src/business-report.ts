import {
  accountRole,
  allBehind,
  countedBy,
  movements,
  positionsBehind,
  rupiah,
  sen,
  signedRupiah,
  sumSen,
  type Json,
  type Recorded,
  type Sen,
} from '@jejak/domain'

/** One cycle of the business of a group, in rupiah; profit is sales less costs and may be negative. */
export interface BusinessCycle {
  readonly number: string
  readonly from: string
  readonly to: string
  readonly capitalIn: string
  readonly production: string | null
  readonly sales: string
  readonly costs: string
  readonly profit: string
  readonly stock: string
  readonly profitShare: string
  readonly position: number
  /** The fact and the corrections that replaced what it says. */
  readonly facts: readonly number[]
}

/** The business of a group (KUBE): what was planned, own capital, the aid, its cycles, its contributions, and what is on its account. */
export interface BusinessReport {
  readonly plan: {
    readonly businessType: string
    readonly what: string
    readonly cycleMonths: number
    readonly capital: string
    readonly facts: readonly number[]
  } | null
  /** Own capital that members paid in. */
  readonly capital: { readonly amount: string; readonly facts: readonly number[] }
  readonly aid: { readonly amount: string; readonly facts: readonly number[] }
  readonly cycles: readonly BusinessCycle[]
  /** Sums of all cycles: the same facts make each. */
  readonly totals: Readonly<Record<'sales' | 'costs' | 'profit' | 'profitShare', string>> & { readonly facts: readonly number[] }
  readonly iks: { readonly months: readonly string[]; readonly amount: string; readonly facts: readonly number[] }
  /** What is left on the account of the group, and the facts that make it. */
  readonly balance: { readonly amount: string; readonly facts: readonly number[] }
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
const money = (value: Json | undefined): Sen => (typeof value === 'string' ? sen(value) : 0n)

function cycleOf(recorded: Recorded): BusinessCycle {
  const { fact, position } = recorded
  const { data } = fact
  return {
    number: text(data['number']),
    from: text(data['from']),
    to: text(data['to']),
    capitalIn: text(data['capitalIn']),
    production: typeof data['production'] === 'string' ? data['production'] : null,
    sales: text(data['sales']),
    costs: text(data['costs']),
    profit: signedRupiah(money(data['sales']) - money(data['costs'])),
    stock: text(data['stock']),
    profitShare: text(data['profitShare']),
    position,
    facts: positionsBehind(recorded),
  }
}

/**
 * The report of a group from the facts that bear its tag; what was paid back by a reversal does not count. Pure. Source: DOMAIN §1.5,
 * §5.4.
 */
export function businessReport(facts: readonly Recorded[], group: string): BusinessReport {
  const own = countedBy(facts).filter(({ fact }) => fact.subject.kind === 'institution' && fact.subject.id === group)
  const of = (fact: string): Recorded[] => own.filter(({ fact: { type } }) => type === `institution.${fact}`)
  const [capital, aid] = [of('BusinessCapitalPaidIn'), of('BusinessAidReceived')]
  const [cycles, iks] = [of('BusinessCycleRecorded'), of('IksPaid')]
  const planned = of('BusinessPlanned').at(-1)
  const plan = planned?.fact.data
  const sum = (list: readonly Recorded[], field: string): Sen => sumSen(list.map(({ fact }) => money(fact.data[field])))
  const moved = [...capital, ...aid, ...cycles, ...iks].flatMap((recorded) =>
    movements(recorded.fact).map((each) => ({ ...each, recorded })),
  )
  const isHeld = (kind: 'from' | 'to') => (each: (typeof moved)[number]) => accountRole(each[kind]) === 'held'
  const held = (kind: 'from' | 'to'): Sen => sumSen(moved.filter(isHeld(kind)).map(({ amountSen }) => amountSen))
  return {
    plan:
      planned && plan
        ? {
            businessType: text(plan['businessType']),
            what: text(plan['what']),
            cycleMonths: Number(plan['cycleMonths']),
            capital: text(plan['capital']),
            facts: positionsBehind(planned),
          }
        : null,
    capital: { amount: rupiah(sum(capital, 'amount')), facts: allBehind(capital) },
    aid: { amount: rupiah(sum(aid, 'amount')), facts: allBehind(aid) },
    cycles: cycles.map(cycleOf),
    totals: {
      sales: rupiah(sum(cycles, 'sales')),
      costs: rupiah(sum(cycles, 'costs')),
      profit: signedRupiah(sum(cycles, 'sales') - sum(cycles, 'costs')),
      profitShare: rupiah(sum(cycles, 'profitShare')),
      facts: allBehind(cycles),
    },
    iks: {
      months: [...new Set(iks.map(({ fact }) => text(fact.data['month'])))].sort(),
      amount: rupiah(sum(iks, 'amount')),
      facts: allBehind(iks),
    },
    balance: {
      amount: signedRupiah(held('to') - held('from')),
      facts: allBehind(moved.map(({ recorded }) => recorded)),
    },
  }
}
