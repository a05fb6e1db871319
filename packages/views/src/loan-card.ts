import { countedBy, foldEntity, loanFold, openSen, owedSen, overdueSums, rupiah, type Recorded } from '@jejak/domain'

/** An instalment on the card of a loan; amounts in rupiah. */
export interface CardLine {
  readonly number: number
  readonly due: string
  readonly principal: string
  readonly jasa: string
  readonly paidPrincipal: string
  readonly paidJasa: string
  readonly open: string
  readonly state: 'paid' | 'in-part' | 'overdue' | 'not-yet-due'
  /** Positions of the payments on it. */
  readonly facts: readonly number[]
}

/** The instalment card of a loan on a day: the schedule in force, what is paid on it, what is overdue. */
export interface LoanCard {
  readonly at: string
  readonly number: string
  readonly balance: string
  readonly owed: string
  readonly overduePrincipal: string
  readonly overdueJasa: string
  readonly rescheduledOn: string | null
  /** Position of the fact that set the schedule in force; null before the loan is paid out. */
  readonly schedule: number | null
  readonly lines: readonly CardLine[]
}

/** The card of a loan from facts among which are its own: of what is known, what was effective by that day. Pure. Source: DOMAIN §12.3. */
export function loanCard(known: readonly Recorded[], id: string, at: string): LoanCard {
  const facts = countedBy(
    known.filter(({ fact }) => fact.subject.id === id),
    at,
  )
  const { data } = foldEntity(loanFold, id, facts, false)
  const from = facts.findLast(({ fact }) => fact.type === 'loan.Disbursed' || fact.type === 'loan.Rescheduled')?.position ?? null
  const paying = (number: number): number[] =>
    data.taken
      .filter(({ shares }) => shares.some(({ instalment }) => instalment === number))
      .map(({ position }) => position)
      .sort((a, b) => a - b)
  const late = overdueSums(data.schedule, at)
  return {
    at,
    number: data.number,
    balance: rupiah(data.balanceSen),
    owed: rupiah(owedSen(data.schedule)),
    overduePrincipal: rupiah(late.principalSen),
    overdueJasa: rupiah(late.jasaSen),
    rescheduledOn: data.rescheduled?.on ?? null,
    schedule: from,
    lines: data.schedule.map((each) => {
      const open = openSen(each)
      const touched = each.paidPrincipalSen + each.paidJasaSen > 0n
      const unpaid = each.due <= at ? 'overdue' : touched ? 'in-part' : 'not-yet-due'
      return {
        number: each.number,
        due: each.due,
        principal: rupiah(each.principalSen),
        jasa: rupiah(each.jasaSen),
        paidPrincipal: rupiah(each.paidPrincipalSen),
        paidJasa: rupiah(each.paidJasaSen),
        open: rupiah(open),
        state: open === 0n ? 'paid' : unpaid,
        facts: paying(each.number),
      }
    }),
  }
}
