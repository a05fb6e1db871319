import { countedBy } from '../kernel/corrections.ts'
import type { Recorded } from '../kernel/event.ts'
import { isEarlier, placeOf } from './account.ts'
import * as facts from './events.ts'

const schedules: readonly string[] = [facts.LoanDisbursed.type, facts.LoanRescheduled.type, facts.LoanWrittenOff.type]
const payments: readonly string[] = [facts.InstalmentReceived.type, facts.JointLiabilityInvoked.type]

/** Whether it is the payment that settled a loan: paid back, its stage would stay at the end, with money owed that nobody could pay. */
export const settlesLoan = ({ fact }: Recorded): boolean => payments.includes(fact.type) && fact.data['outcome'] === 'settling'

/**
 * What of a loan cannot stay when the money of one of its facts is paid back: a schedule dated after a payment and entered after it states
 * what was owed with it, and what is dated after a schedule is booked on it. In log order; nothing for facts of other kinds.
 */
export function restingOnLoan(target: Recorded, own: readonly Recorded[]): Recorded[] {
  const { position, fact } = target
  const isSchedule = schedules.includes(fact.type)
  const resting = isSchedule ? [...schedules, ...payments] : payments.includes(fact.type) ? schedules : []
  return countedBy(own).filter(
    (each) =>
      each.fact.subject.id === fact.subject.id &&
      resting.includes(each.fact.type) &&
      isEarlier(placeOf(target), placeOf(each)) &&
      (isSchedule || each.position > position),
  )
}
