import { command } from '../kernel/decider.ts'
import * as facts from './events.ts'

const allocation = '0190a5f0-0000-7000-8000-000000000041'
const ksm = '0190a5f0-0000-7000-8000-000000000012'
const tranche = '0b7f7d5e-3b1a-8c9d-9e4f-1a2b3c4d5e70'
const lines = [{ line: '1', item: 'Saluran 310 m', volume: '310', unit: 'm', amount: '220000000', fundedBy: 'grant' as const }]
const submission = { number: 'PROP-A', grant: '220000000', planLine: 'RPLP-2018-07', lines }

export const DraftProposal = command('proposal.Draft', facts.ProposalDrafted, {
  opens: true,
  example: {
    allocation,
    ksm,
    number: 'PROP-A',
    title: 'Saluran drainase 310 m',
    field: 'lingkungan',
    infrastructure: true,
    location: 'RT 02 RW 04',
    volume: { quantity: '310', unit: 'm' },
    grant: '220000000',
  },
})
export const SubmitProposal = command('proposal.Submit', facts.ProposalSubmitted, { example: submission })
export const ResubmitProposal = command('proposal.Resubmit', facts.ProposalResubmitted, { example: submission })
export const RecordProposalStep = command('proposal.RecordStep', facts.ProposalStepRecorded, {
  example: { step: 'V1', outcome: 'registered' },
})
export const PledgeSwadaya = command('proposal.PledgeSwadaya', facts.SwadayaPledged, { example: { number: 'SWP-001', amount: '22000000' } })
export const RealiseSwadaya = command('proposal.RealiseSwadaya', facts.SwadayaRealised, {
  example: { number: 'SWR-002', amount: '5000000', kind: 'labour', hours: 400 },
})
export const WriteDownSwadaya = command('proposal.WriteDownSwadaya', facts.SwadayaWrittenDown, {
  example: { number: 'SWK-001', amount: '500000', kind: 'labour', why: 'Hari kerja dihitung dua kali' },
})
export const AmendProposal = command('proposal.Amend', facts.ProposalAmended, {
  example: { changes: ['volume'], notes: 'Saluran dipendekkan menjadi 300 m' },
})
export const SignContract = command('proposal.SignContract', facts.ContractSigned, {
  example: { number: 'SPPD-L-A', amount: '220000000', instalments: ['88000000', '66000000', '66000000'] },
})
export const ReportProgress = command('proposal.ReportProgress', facts.ProgressReported, { example: { percent: '35' } })
export const VerifyProgress = command('proposal.VerifyProgress', facts.ProgressVerified, { example: { percent: '35' } })
export const StopWork = command('proposal.StopWork', facts.WorkStopped, {
  example: { reasons: ['DANA'], notes: 'Dana tahap pertama habis' },
})
export const ResumeWork = command('proposal.ResumeWork', facts.WorkResumed, { example: {} })
export const CompleteWork = command('proposal.CompleteWork', facts.WorkCompleted, { example: {} })
export const RecordExpense = command('proposal.RecordExpense', facts.ExpenseRecorded, {
  example: { number: 'KW-001', amount: '14000000', tranche, line: '1', purpose: 'Bahan dan upah' },
})
export const RecordGroupCashDrawn = command('proposal.RecordCashDrawn', facts.ProposalCashDrawn, {
  example: { bankReference: 'CEK-A-1', amount: '5000000', tranche, signatories: ['0190a5f0-0000-7000-8000-000000000031'] },
})
export const RecordGroupCashDeposited = command('proposal.RecordCashDeposited', facts.ProposalCashDeposited, {
  example: { bankReference: 'STR-A-1', amount: '250000', tranche },
})
export const RecordProposalTaxDue = command('proposal.RecordTaxDue', facts.ProposalTaxDue, {
  example: { number: 'BP-A-1', expense: 'KW-014', kind: 'PPH22', base: '10000000', amount: '150000' },
})
export const RecordProposalTaxPaid = command('proposal.RecordTaxPaid', facts.ProposalTaxPaid, {
  example: { ntpn: '1234567890ABCDEF', due: 'BP-A-1', amount: '150000' },
})
export const AttachReceipt = command('proposal.AttachReceipt', facts.ReceiptAttached, {
  example: { tranche, expense: 'KW-014', what: 'receipt' },
})
export const SubmitInterimAccount = command('proposal.SubmitInterimAccount', facts.KsmInterimAccountSubmitted, { example: { tranche } })
export const SubmitProposalLpj = command('proposal.SubmitLpj', facts.ProposalLpjSubmitted, {
  example: { number: 'LPJ-A', amount: '218500000' },
})
export const ReturnLeftoverToBkm = command('proposal.ReturnLeftover', facts.LeftoverReturnedToBkm, {
  example: { bankReference: 'TRF-010', amount: '1500000', tranche },
})
export const AgreeMaintenancePlan = command('proposal.AgreeMaintenancePlan', facts.MaintenancePlanAgreed, { example: {} })
export const HandOver = command('proposal.HandOver', facts.HandedOver, { example: {} })
export const HandOverFinally = command('proposal.HandOverFinally', facts.FinallyHandedOver, { example: {} })
export const CloseProposal = command('proposal.Close', facts.ProposalClosed, { example: {} })
export const WithdrawProposal = command('proposal.Withdraw', facts.ProposalWithdrawn, { example: { why: 'Lahan tidak jadi dihibahkan' } })
export const ReactivateProposal = command('proposal.Reactivate', facts.ProposalReactivated, {
  example: { why: 'Dana tahap berikut tersedia' },
})
export const TerminateProposal = command('proposal.Terminate', facts.ProposalTerminated, {
  example: { why: 'KSM tidak sanggup melanjutkan' },
})
export const SuspendProposal = command('proposal.Suspend', facts.ProposalSuspended, { example: { why: 'Menunggu hasil pemeriksaan' } })
export const ResumeProposal = command('proposal.Resume', facts.ProposalResumed, { example: { why: 'Pemeriksaan selesai' } })
