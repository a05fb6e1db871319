import { allBehind, countedBy, depositBy, positionsBehind, rupiah, sen, type Recorded, type Sen } from '@jejak/domain'
import { daysBetween } from './instant.ts'

/** A tax withheld, what was deposited of it by a day, and whether the day for the rest has passed (F12). Amounts in rupiah. */
export interface TaxLine {
  readonly position: number
  /** The fact and the corrections that replaced what it says; those of the deposits stand with each. */
  readonly positions: readonly number[]
  /** `proposal` or `tranche`, and its id: who withheld it. */
  readonly kind: string
  readonly id: string
  readonly number: string
  readonly expense: string
  readonly tax: string
  readonly withheldOn: string
  readonly amount: string
  readonly deposited: string
  readonly open: string
  /** Deposit codes (NTPN) with the positions of their facts. */
  readonly deposits: readonly {
    readonly ntpn: string
    readonly amount: string
    readonly position: number
    readonly positions: readonly number[]
  }[]
  readonly depositBy: string
  /** Days since the last day for it, while something is open; 0 in time. */
  readonly daysLate: number
}

/** All taxes of what was read, and their sums; `late` is what is open beyond its day. */
export interface Taxes {
  readonly at: string
  readonly withheld: string
  readonly deposited: string
  readonly open: string
  readonly late: string
  /** Positions of the facts behind each sum, under its name. */
  readonly positions: Readonly<Record<'withheld' | 'deposited' | 'open' | 'late', readonly number[]>>
  readonly taxes: readonly TaxLine[]
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const amountOf = ({ fact }: Recorded): Sen => sen(textOf(fact.data['amount']) || '0')
const sumOf = (rows: readonly Recorded[]): Sen => rows.reduce((sum, row) => sum + amountOf(row), 0n)
const isDue = ({ fact }: Recorded): boolean => fact.type === 'proposal.TaxDue' || fact.type === 'tranche.TaxDue'
const isPaid = ({ fact }: Recorded): boolean => fact.type === 'proposal.TaxPaid' || fact.type === 'tranche.TaxPaid'

/**
 * Taxes withheld and deposited by a day, in the order in which they were withheld. Pure; `facts` in log order. `depositDays` is what the
 * edition allows. Source: DOMAIN §8.3, F12.
 */
export function taxes(facts: readonly Recorded[], { at, depositDays }: { readonly at: string; readonly depositDays: number }): Taxes {
  const known = countedBy(facts, at)
  const paid = known.filter(isPaid)
  const lines = known.filter(isDue).map((recorded) => {
    const { fact, position } = recorded
    const { kind, id } = fact.subject
    const own = paid.filter((each) => each.fact.subject.id === id && each.fact.data['due'] === fact.data['number'])
    const [due, deposited] = [amountOf(recorded), sumOf(own)]
    const open = due > deposited ? due - deposited : 0n
    const lastDay = depositBy({ on: fact.effectiveOn }, depositDays)
    const line: TaxLine = {
      position,
      positions: positionsBehind(recorded),
      kind,
      id,
      number: textOf(fact.data['number']),
      expense: textOf(fact.data['expense']),
      tax: textOf(fact.data['kind']),
      withheldOn: fact.effectiveOn,
      amount: rupiah(due),
      deposited: rupiah(deposited),
      open: rupiah(open),
      deposits: own.map((each) => ({
        ntpn: textOf(each.fact.data['ntpn']),
        amount: rupiah(amountOf(each)),
        position: each.position,
        positions: positionsBehind(each),
      })),
      depositBy: lastDay,
      daysLate: open === 0n ? 0 : Math.max(0, daysBetween(lastDay, at)),
    }
    return { line, due, deposited, open, late: line.daysLate > 0 ? open : 0n, recorded, own }
  })
  const total = (pick: (each: (typeof lines)[number]) => Sen): string => rupiah(lines.reduce((sum, each) => sum + pick(each), 0n))
  // What is open is what was withheld less what was deposited of it: both make it.
  const behind = (pick: (each: (typeof lines)[number]) => Sen): number[] =>
    allBehind(lines.filter((each) => pick(each) > 0n).flatMap(({ recorded, own }) => [recorded, ...own]))
  return {
    at,
    withheld: total(({ due }) => due),
    deposited: total(({ deposited }) => deposited),
    open: total(({ open }) => open),
    late: total(({ late }) => late),
    positions: {
      withheld: allBehind(lines.map(({ recorded }) => recorded)),
      deposited: allBehind(lines.flatMap(({ own }) => own)),
      open: behind(({ open }) => open),
      late: behind(({ late }) => late),
    },
    taxes: lines.map(({ line }) => line),
  }
}
