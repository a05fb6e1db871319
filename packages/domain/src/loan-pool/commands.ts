import { command } from '../kernel/decider.ts'
import * as facts from './events.ts'

const area = '0b7f7d5e-3b1a-8c9d-9e4f-1a2b3c4d5e6f'
const owner = '0190a5f0-0000-7000-8000-000000000011'

export const OpenLoanPool = command('loanPool.Open', facts.LoanPoolOpened, {
  opens: true,
  example: { name: 'UPK BLM 2008', owner, area, edition: { id: 'UPK-2010', revision: 1 } },
})
export const ReceiveCapital = command('loanPool.ReceiveCapital', facts.CapitalReceived, {
  example: { bankReference: 'TRF-CSR-1', amount: '10000000', from: 'other' },
})
export const ReturnCapital = command('loanPool.ReturnCapital', facts.CapitalReturned, {
  example: { bankReference: 'TRF-KEMBALI-1', amount: '5000000', why: 'Perjanjian berakhir' },
})
export const ReceivePoolIncome = command('loanPool.ReceiveIncome', facts.PoolIncomeReceived, {
  example: { number: 'RK-BUNGA-01', amount: '12500', what: 'Bunga bank' },
})
export const PayPoolCost = command('loanPool.PayCost', facts.PoolCostPaid, {
  example: { number: 'BKK-UPK-01', amount: '50000', purpose: 'Alat tulis' },
})
export const ReportPool = command('loanPool.Report', facts.SupervisorReported, {
  example: { lar: '14.3', par: '7.9', outstanding: '24000000', borrowers: 14 },
})
export const SuspendLending = command('loanPool.SuspendLending', facts.LendingSuspended, {
  example: { why: 'LAR dua bulan di atas batas' },
})
export const ResumeLending = command('loanPool.ResumeLending', facts.LendingResumed, { example: { why: 'Tunggakan tertagih' } })
export const CloseLoanPool = command('loanPool.Close', facts.LoanPoolClosed, { example: { why: 'Dana dialihkan' } })
