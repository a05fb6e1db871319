import { command } from '../kernel/decider.ts'
import * as facts from './events.ts'

const pool = '0190a5f0-0000-7000-8000-000000000061'
const ksm = '0190a5f0-0000-7000-8000-000000000012'
const member = '0190a5f0-0000-7000-8000-000000000021'
const borrowers = [{ member, amount: '500000' }]

export const ApplyForLoan = command('loan.Apply', facts.LoanApplied, {
  opens: true,
  example: { pool, ksm, number: 'PJ-01', months: 10, borrowers, purpose: 'Modal dagang sayur' },
})
export const ResubmitLoan = command('loan.Resubmit', facts.LoanResubmitted, { example: { number: 'PJ-01-P', months: 10, borrowers } })
export const AppraiseLoan = command('loan.Appraise', facts.LoanAppraised, { example: { outcome: 'feasible', failed: [] } })
export const DecideLoan = command('loan.Decide', facts.LoanDecided, {
  example: { number: 'BA-KOMITE-01', outcome: 'approved', amount: '500000' },
})
export const SignLoanAgreement = command('loan.SignAgreement', facts.LoanAgreementSigned, {
  example: { number: 'SPK-01', amount: '500000', firstDue: '2018-10-01' },
})
export const DisburseLoan = command('loan.Disburse', facts.LoanDisbursed, { example: { number: 'BKK-01', amount: '500000' } })
export const ReceiveInstalment = command('loan.ReceiveInstalment', facts.InstalmentReceived, {
  example: { number: 'BKM-01', amount: '57500' },
})
export const NoteMissedInstalment = command('loan.NoteMissedInstalment', facts.InstalmentMissed, { example: { instalment: 4 } })
export const InvokeJointLiability = command('loan.InvokeJointLiability', facts.JointLiabilityInvoked, {
  example: { number: 'BA-TR-01', amount: '57500' },
})
export const RescheduleLoan = command('loan.Reschedule', facts.LoanRescheduled, {
  example: { number: 'BA-RESKED-01', months: 10, firstDue: '2019-01-01' },
})
export const WriteOffLoan = command('loan.WriteOff', facts.LoanWrittenOff, {
  example: { number: 'BA-HAPUS-01', why: 'Kelompok bubar, anggota pindah' },
})
