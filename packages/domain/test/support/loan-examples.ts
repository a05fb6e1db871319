import type { Step, Wish } from './given.ts'
import { funded, housed, maju, onTheWay, pool, threeMissed } from './lending.ts'

const late: Step[] = [...funded(), [...onTheWay], [...threeMissed]]
/** After so many steps of a loan. */
const after = (steps: number): Step[] => [...funded(), onTheWay.slice(0, steps)]

/** How each fact of a pool and of a loan comes about. */
export const loanExamples: Readonly<Record<string, readonly [Step[], Wish]>> = {
  'loanPool.Opened': [housed(), pool.opened()],
  'loanPool.CapitalReceived': [[...housed(), pool.opened()], pool.capital()],
  'loanPool.CapitalReturned': [funded(), pool.returned('5000000')],
  'loanPool.IncomeReceived': [funded(), pool.income],
  'loanPool.CostPaid': [funded(), pool.cost()],
  'loanPool.SupervisorReported': [late, pool.reported('2008-10-01', { lar: '100', par: '100', outstanding: '2100000', borrowers: 1 })],
  'loanPool.LendingSuspended': [late, pool.suspended('2008-11-01')],
  'loanPool.LendingResumed': [[...late, pool.suspended('2008-11-01'), maju.paid('2008-11-03', '2415000')], pool.resumed('2008-11-03')],
  'loanPool.Closed': [[...funded(), pool.returned('10000000')], pool.closed],
  'loan.Applied': [after(0), maju.applied()],
  'loan.Resubmitted': [[...after(1), maju.appraised('returned')], maju.resubmitted()],
  'loan.Appraised': [after(1), maju.appraised()],
  'loan.Decided': [after(2), maju.decided()],
  'loan.AgreementSigned': [after(3), maju.signed()],
  'loan.Disbursed': [after(4), maju.disbursed()],
  'loan.InstalmentReceived': [after(5), maju.paid('2008-04-01')],
  'loan.InstalmentMissed': [[...funded(), [...onTheWay], threeMissed.slice(0, 3)], maju.missed(4, '2008-07-01')],
  'loan.JointLiabilityInvoked': [late, maju.joint('2008-09-01')],
  'loan.Rescheduled': [[...late, maju.joint('2008-09-01')], maju.rescheduled('2008-12-01', '2009-01-01')],
  'loan.WrittenOff': [late, maju.writtenOff('2008-12-01')],
}
