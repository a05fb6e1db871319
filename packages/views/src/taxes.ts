import { countedBy, depositBy, rupiah, sen, type Recorded, type Sen } from '@jejak/domain'
import { daysBetween } from './instant.ts'

/** A tax withheld, what was deposited of it by a day, and whether the day for the rest has passed (F12). Amounts in rupiah. */
export interface TaxLine {
  readonly position: number
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
  readonly deposits: readonly { readonly ntpn: string; readonly amount: string; readonly position: number }[]
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
      kind,
      id,
      number: textOf(fact.data['number']),
      expense: textOf(fact.data['expense']),
      tax: textOf(fact.data['kind']),
      withheldOn: fact.effectiveOn,
      amount: rupiah(due),
      deposited: rupiah(deposited),
      open: rupiah(open),
      deposits: own.map((each) => ({ ntpn: textOf(each.fact.data['ntpn']), amount: rupiah(amountOf(each)), position: each.position })),
      depositBy: lastDay,
      daysLate: open === 0n ? 0 : Math.max(0, daysBetween(lastDay, at)),
    }
    return { line, due, deposited, open }
  })
  const total = (pick: (each: (typeof lines)[number]) => Sen): string => rupiah(lines.reduce((sum, each) => sum + pick(each), 0n))
  return {
    at,
    withheld: total(({ due }) => due),
    deposited: total(({ deposited }) => deposited),
    open: total(({ open }) => open),
    late: total(({ open, line }) => (line.daysLate > 0 ? open : 0n)),
    taxes: lines.map(({ line }) => line),
  }
}
