import type { DataOf, EventSpec } from '../kernel/define.ts'
import type { Fact } from '../kernel/event.ts'
import { sen, type Sen } from '../kernel/rupiah.ts'
import type { Account, Fund } from './accounts.ts'

/** The funds that a fact names by its tags. Asking for one that it does not name, or names twice, throws: a defect. */
export type Funds = Readonly<Record<Fund['kind'], Fund>>

/** An amount that goes from one account to another, in sen, above zero. */
export interface Movement {
  readonly from: Account
  readonly to: Account
  readonly amountSen: Sen
}

/** Where a fact's money goes from and to, given the funds that it names. */
export interface Way {
  readonly from: Account
  readonly to: Account
}
/** A type and where the money of its facts goes. */
export type Row = readonly [type: string, movements: (fact: Fact, funds: Funds) => Movement[]]

/** A type whose fact may move several amounts, or none. */
export const rows = <E extends EventSpec>(spec: E, of: (data: DataOf<E>, id: string, funds: Funds) => Movement[]): Row => [
  spec.type,
  // Data is checked against its schema when it is appended (DESIGN §3).
  (fact, funds) => of(fact.data as DataOf<E>, fact.subject.id, funds),
]

/** A type whose one amount goes one way. */
export const row = <E extends EventSpec>(spec: E, way: (data: DataOf<E>, id: string, funds: Funds) => Way): Row =>
  rows(spec, (data, id, funds) => [{ ...way(data, id, funds), amountSen: sen(data['amount'] as string) }])
