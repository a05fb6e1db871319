import { sen } from '../kernel/rupiah.ts'
import * as loan from '../loan/events.ts'
import * as pool from '../loan-pool/events.ts'
import type { Account, AccountKind, Fund } from './accounts.ts'
import { row, rows, type Funds, type Movement, type Row } from './ways.ts'

const of = (kind: AccountKind, fund: Fund): Account => ({ kind, fund })
const principalOf = (fund: Fund, id: string): Account => ({ kind: 'loan-principal', fund, loan: id })

/** A way between two accounts of a pool. */
const within =
  (from: AccountKind, to: AccountKind) =>
  (_: unknown, __: string, { loanPool }: Funds) => ({
    from: of(from, loanPool),
    to: of(to, loanPool),
  })

/** Where capital comes from and goes back to. Money of an agreement came to its implementer before: it goes on, and is no new money. */
const capitalFrom = (agreement: string | undefined, funds: Funds): Account =>
  agreement === undefined ? of('pool-capital', funds.loanPool) : of('agreement-bank', funds.partnership)

/** What a payment pays of principal and of jasa, as the fact says. */
function repaid({ principal, jasa }: { principal: string; jasa: string }, id: string, { loanPool: fund }: Funds): Movement[] {
  return [
    { from: of('loan-jasa', fund), to: of('loan-fund', fund), amountSen: sen(jasa) },
    { from: principalOf(fund, id), to: of('loan-fund', fund), amountSen: sen(principal) },
  ].filter(({ amountSen }) => amountSen > 0n)
}

/** The money of a pool of loans; jasa counts when it is paid. Source: DOMAIN §5.1 to §5.3, G-09. */
export const loans: readonly Row[] = [
  row(pool.CapitalReceived, ({ partnership }, _, funds) => ({
    from: capitalFrom(partnership, funds),
    to: of('loan-fund', funds.loanPool),
  })),
  row(pool.CapitalReturned, ({ partnership }, _, funds) => ({
    from: of('loan-fund', funds.loanPool),
    to: capitalFrom(partnership, funds),
  })),
  row(pool.PoolIncomeReceived, within('pool-income', 'loan-fund')),
  row(pool.PoolCostPaid, within('loan-fund', 'pool-cost')),
  row(loan.LoanDisbursed, (_, id, { loanPool: fund }) => ({ from: of('loan-fund', fund), to: principalOf(fund, id) })),
  rows(loan.InstalmentReceived, repaid),
  rows(loan.JointLiabilityInvoked, repaid),
  // Jasa that was due becomes principal without passing through the cash.
  rows(loan.LoanRescheduled, ({ treatment, unpaidJasa }, id, { loanPool: fund }) =>
    treatment === 'capitalise' && sen(unpaidJasa) > 0n
      ? [{ from: of('loan-jasa', fund), to: principalOf(fund, id), amountSen: sen(unpaidJasa) }]
      : [],
  ),
  rows(loan.LoanWrittenOff, ({ amount }, id, { loanPool: fund }) =>
    sen(amount) > 0n ? [{ from: principalOf(fund, id), to: of('written-off', fund), amountSen: sen(amount) }] : [],
  ),
]
