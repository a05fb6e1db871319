import { command } from '../kernel/decider.ts'
import * as facts from './events.ts'

const proposal = '0190a5f0-0000-7000-8000-000000000051'
const ksm = '0190a5f0-0000-7000-8000-000000000012'
const tranche = '0b7f7d5e-3b1a-8c9d-9e4f-1a2b3c4d5e70'
const paper = (number: string, amount = '350000000') => ({ number, amount })

export const RequestTranche = command('tranche.Request', facts.TrancheRequested, { example: paper('PERM-T1-1') })
export const ResubmitTranche = command('tranche.Resubmit', facts.TrancheResubmitted, { example: paper('PERM-T1-2') })
export const CheckDocuments = command('tranche.CheckDocuments', facts.DocumentChecked, {
  example: { papers: [{ docType: 'rpd', exists: true, correct: true }] },
})
export const RecordTrancheStep = command('tranche.RecordStep', facts.TrancheStepRecorded, {
  example: { step: 'VF-12', outcome: 'returned', reasons: ['ADMIN'], notes: 'LPJ KSM B kurang 4 kwitansi' },
})
export const IssueSpp = command('tranche.IssueSpp', facts.SppIssued, { example: paper('SPP-T1') })
export const IssueSpm = command('tranche.IssueSpm', facts.SpmIssued, { example: paper('SPM-T1') })
export const RecordSp2d = command('tranche.RecordSp2d', facts.Sp2dIssued, { example: paper('SP2D-T1') })
export const RecordCredit = command('tranche.RecordCredit', facts.TrancheCredited, {
  example: { bankReference: 'RK-T1', amount: '350000000' },
})
export const SetBopAside = command('tranche.SetBopAside', facts.BopSetAside, { example: paper('BA-BOP-001', '7000000') })
export const RecordBopSpending = command('tranche.RecordBopSpending', facts.BopSpent, {
  example: { ...paper('KWB-001', '1500000'), purpose: 'Alat tulis dan rapat' },
})
export const RecordBoardCashDrawn = command('tranche.RecordCashDrawn', facts.TrancheCashDrawn, {
  example: { bankReference: 'CEK-001', amount: '2000000', signatories: ['0190a5f0-0000-7000-8000-000000000031'] },
})
export const RecordBoardCashDeposited = command('tranche.RecordCashDeposited', facts.TrancheCashDeposited, {
  example: { bankReference: 'STR-001', amount: '500000' },
})
export const RecordTrancheTaxDue = command('tranche.RecordTaxDue', facts.TrancheTaxDue, {
  example: { number: 'BP-001', expense: 'KWB-001', kind: 'PPH23', base: '1500000', amount: '30000' },
})
export const RecordTrancheTaxPaid = command('tranche.RecordTaxPaid', facts.TrancheTaxPaid, {
  example: { ntpn: '1234567890ABCDEF', due: 'BP-001', amount: '30000' },
})
export const PayInstalment = command('tranche.PayInstalment', facts.InstalmentPaid, {
  example: { proposal, ksm, instalment: 1, bankReference: 'TRF-001', amount: '88000000' },
})
export const FundPool = command('tranche.FundPool', facts.PoolFunded, {
  example: { bankReference: 'TRF-002', amount: '10000000' },
})
export const NoteBudgetRevision = command('tranche.NoteBudgetRevision', facts.BudgetRevisionNoted, {
  example: { reasons: ['DANA'], notes: 'Revisi DIPA menunggu persetujuan' },
})
export const EndBudgetRevision = command('tranche.EndBudgetRevision', facts.BudgetRevisionEffective, { example: { number: 'DIPA-REV-02' } })
export const SubmitTrancheLpj = command('tranche.SubmitLpj', facts.LpjSubmitted, {
  example: { ...paper('LPJ-BKM', '497250000'), covers: [tranche] },
})
export const AcceptTrancheLpj = command('tranche.AcceptLpj', facts.LpjAccepted, { example: paper('BA-LPJ-001', '497250000') })
export const ReturnLeftover = command('tranche.ReturnLeftover', facts.LeftoverReturned, { example: paper('BUKTI-SETOR-001', '2750000') })
export const KeepLeftover = command('tranche.KeepLeftover', facts.LeftoverKept, { example: paper('BA-DANA-ABADI-1', '2750000') })
export const CloseTranche = command('tranche.Close', facts.TrancheClosed, { example: {} })
export const CancelTranche = command('tranche.Cancel', facts.TrancheCancelled, { example: { why: 'Tahun anggaran berakhir' } })
export const SuspendTranche = command('tranche.Suspend', facts.TrancheSuspended, { example: { why: 'Menunggu hasil pemeriksaan' } })
export const ResumeTranche = command('tranche.Resume', facts.TrancheResumed, { example: { why: 'Pemeriksaan selesai' } })
