import {
  allBehind,
  countedBy,
  foldEntity,
  loanFold,
  openSen,
  owedSen,
  overdueSums,
  rupiah,
  scheduleSetBy,
  type Entity,
  type Loan,
  type Recorded,
} from '@jejak/domain'

type Instalment = Loan['schedule'][number]

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
  /** Positions of the facts behind each sum, under its name. */
  readonly facts: Readonly<Record<'balance' | 'owed' | 'overduePrincipal' | 'overdueJasa', readonly number[]>>
}

type Part = 'principalSen' | 'jasaSen'
const parts: readonly Part[] = ['principalSen', 'jasaSen']

/** The facts behind what is owed by the schedule, of some parts of some instalments: who set it, and what paid on those. */
function owedBehind({ data, facts }: Entity<Loan>, of: readonly Part[], counts: (each: Instalment) => boolean): number[] {
  const owing = data.schedule.filter((each) => counts(each) && of.some((part) => each[part] > 0n))
  if (owing.length === 0) return []
  const numbers = new Set(owing.map(({ number }) => number))
  const paying = data.taken.filter(({ shares }) =>
    shares.some((share) => numbers.has(share.instalment) && of.some((part) => share[part] > 0n)),
  )
  const behind = new Set([scheduleSetBy(data), ...paying.map(({ position }) => position)])
  return allBehind(facts.filter(({ position }) => behind.has(position)))
}

/** The facts that changed the principal owed: paid out, paid back, unpaid jasa that became principal, written off. */
function balanceBehind({ facts }: Entity<Loan>): number[] {
  const changes = ({ fact: { type, data } }: Recorded): boolean =>
    type === 'loan.Disbursed' ||
    type === 'loan.WrittenOff' ||
    (type === 'loan.Rescheduled' && data['treatment'] === 'capitalise') ||
    ((type === 'loan.InstalmentReceived' || type === 'loan.JointLiabilityInvoked') && data['principal'] !== '0')
  return allBehind(facts.filter(changes))
}

/** The card of a loan from facts among which are its own: of what is known, what was effective by that day. Pure. Source: DOMAIN §12.3. */
export function loanCard(known: readonly Recorded[], id: string, at: string): LoanCard {
  const facts = countedBy(
    known.filter(({ fact }) => fact.subject.id === id),
    at,
  )
  const loan = foldEntity(loanFold, id, facts, false)
  const { data } = loan
  const paying = (number: number): number[] => {
    const taken = data.taken.filter(({ shares }) => shares.some(({ instalment }) => instalment === number))
    const by = new Set(taken.map(({ position }) => position))
    return allBehind(facts.filter(({ position }) => by.has(position)))
  }
  const isLate = ({ due }: Instalment): boolean => due <= at
  const late = overdueSums(data.schedule, at)
  return {
    at,
    number: data.number,
    balance: rupiah(data.balanceSen),
    owed: rupiah(owedSen(data.schedule)),
    overduePrincipal: rupiah(late.principalSen),
    overdueJasa: rupiah(late.jasaSen),
    rescheduledOn: data.rescheduled?.on ?? null,
    schedule: scheduleSetBy(data) ?? null,
    facts: {
      balance: balanceBehind(loan),
      owed: owedBehind(loan, parts, () => true),
      overduePrincipal: owedBehind(loan, ['principalSen'], isLate),
      overdueJasa: owedBehind(loan, ['jasaSen'], isLate),
    },
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
