import { foldOf, on } from '../kernel/entity.ts'
import { sen, type Sen } from '../kernel/rupiah.ts'
import { InstalmentReceived, JointLiabilityInvoked, LoanDisbursed, LoanRescheduled, LoanWrittenOff } from '../loan/events.ts'
import { PoolFunded } from '../tranche/events.ts'
import * as facts from './events.ts'

/** What is known of a pool of loans beside its money. */
export interface LoanPool {
  readonly name: string
  readonly owner: string
  /** The board whose money it is. */
  readonly board: string
  /** Whether it may not lend; the pool itself takes other decisions, so that it is not suspended as an entity. */
  readonly lendingSuspended: boolean
  readonly closed: boolean
}

export const loanPoolFold = foldOf<LoanPool>('loanPool', {
  initial: { name: '', owner: '', board: '', lendingSuspended: false, closed: false },
  pins: [facts.LoanPoolOpened.type],
  types: [
    facts.CapitalReceived.type,
    facts.CapitalReturned.type,
    facts.PoolIncomeReceived.type,
    facts.PoolCostPaid.type,
    facts.SupervisorReported.type,
    PoolFunded.type,
  ],
  effects: [
    on(facts.LoanPoolOpened, (pool, { name, owner, board }) => ({ ...pool, name, owner, board })),
    on(facts.LendingSuspended, (pool) => ({ ...pool, lendingSuspended: true })),
    on(facts.LendingResumed, (pool) => ({ ...pool, lendingSuspended: false })),
    on(facts.LoanPoolClosed, (pool) => ({ ...pool, closed: true })),
  ],
})

/** The money of a pool, in sen; always `capital + jasa + income + capitalised = cash + outstanding + cost + written off`. */
export interface PoolMoney {
  /** Received less returned. */
  readonly capitalSen: Sen
  /** The part of it that agreements gave, by agreement. */
  readonly agreementsSen: Readonly<Record<string, Sen>>
  readonly cashSen: Sen
  /** Principal that is owed. */
  readonly outstandingSen: Sen
  readonly jasaSen: Sen
  /** Income beside jasa. */
  readonly incomeSen: Sen
  readonly costSen: Sen
  readonly writtenOffSen: Sen
  /** Unpaid jasa that was added to the principal when a loan was rescheduled. */
  readonly capitalisedSen: Sen
}

interface Amount {
  readonly amount: string
}
interface Taken {
  readonly principal: string
  readonly jasa: string
}
const receive = (m: PoolMoney, { amount }: Amount): PoolMoney => ({
  ...m,
  capitalSen: m.capitalSen + sen(amount),
  cashSen: m.cashSen + sen(amount),
})
/** The capital of agreements after more of one of them, or less; as it is where none is named. */
const withAgreement = ({ agreementsSen }: PoolMoney, agreement: string | undefined, more: Sen): PoolMoney['agreementsSen'] =>
  agreement === undefined ? agreementsSen : { ...agreementsSen, [agreement]: (agreementsSen[agreement] ?? 0n) + more }
const repay = (m: PoolMoney, { principal, jasa }: Taken): PoolMoney => ({
  ...m,
  cashSen: m.cashSen + sen(principal) + sen(jasa),
  outstandingSen: m.outstandingSen - sen(principal),
  jasaSen: m.jasaSen + sen(jasa),
})

/** What a pool has and what is owed to it: read only where money goes out, so that payments on two loans do not disturb each other. */
export const poolMoneyFold = foldOf<PoolMoney>('loanPool', {
  name: 'pool-money',
  initial: {
    capitalSen: 0n,
    agreementsSen: {},
    cashSen: 0n,
    outstandingSen: 0n,
    jasaSen: 0n,
    incomeSen: 0n,
    costSen: 0n,
    writtenOffSen: 0n,
    capitalisedSen: 0n,
  },
  effects: [
    on(PoolFunded, receive),
    on(facts.CapitalReceived, (m, given) =>
      receive({ ...m, agreementsSen: withAgreement(m, given.partnership, sen(given.amount)) }, given),
    ),
    on(facts.CapitalReturned, (m, { amount, partnership }) => ({
      ...m,
      capitalSen: m.capitalSen - sen(amount),
      agreementsSen: withAgreement(m, partnership, -sen(amount)),
      cashSen: m.cashSen - sen(amount),
    })),
    on(facts.PoolIncomeReceived, (m, { amount }) => ({ ...m, incomeSen: m.incomeSen + sen(amount), cashSen: m.cashSen + sen(amount) })),
    on(facts.PoolCostPaid, (m, { amount }) => ({ ...m, costSen: m.costSen + sen(amount), cashSen: m.cashSen - sen(amount) })),
    on(LoanDisbursed, (m, { amount }) => ({ ...m, cashSen: m.cashSen - sen(amount), outstandingSen: m.outstandingSen + sen(amount) })),
    on(InstalmentReceived, repay),
    on(JointLiabilityInvoked, repay),
    on(LoanRescheduled, (m, { treatment, unpaidJasa }) =>
      treatment === 'capitalise'
        ? { ...m, outstandingSen: m.outstandingSen + sen(unpaidJasa), capitalisedSen: m.capitalisedSen + sen(unpaidJasa) }
        : m,
    ),
    on(LoanWrittenOff, (m, { amount }) => ({
      ...m,
      outstandingSen: m.outstandingSen - sen(amount),
      writtenOffSen: m.writtenOffSen + sen(amount),
    })),
  ],
})
