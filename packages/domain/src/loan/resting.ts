import { countedBy } from '../kernel/corrections.ts'
import type { Recorded } from '../kernel/event.ts'
import * as facts from './events.ts'

const schedules: readonly string[] = [facts.LoanDisbursed.type, facts.LoanRescheduled.type, facts.LoanWrittenOff.type]
const payments: readonly string[] = [facts.InstalmentReceived.type, facts.JointLiabilityInvoked.type]

/**
 * What of a loan cannot stay when the money of one of its facts is paid back: a later schedule states what was owed with it, and payments
 * are booked on the schedule that it set. In log order; nothing for facts of other kinds.
 */
export function restingOnLoan({ position, fact }: Recorded, own: readonly Recorded[]): Recorded[] {
  const resting = schedules.includes(fact.type) ? [...schedules, ...payments] : payments.includes(fact.type) ? schedules : []
  return countedBy(own).filter(
    (each) => each.position > position && each.fact.subject.id === fact.subject.id && resting.includes(each.fact.type),
  )
}
