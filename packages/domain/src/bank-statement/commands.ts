import { command } from '../kernel/decider.ts'
import * as facts from './events.ts'

export const ReceiveBankStatement = command('bankStatement.Receive', facts.BankStatementReceived, {
  opens: true,
  example: {
    institution: '0190a5f0-0000-7000-8000-000000000011',
    account: '1234-01-000567-53-4',
    from: '2018-06-01',
    to: '2018-06-30',
    opening: '0',
    closing: '250000000',
    lines: [
      { row: 2, on: '2018-06-05', way: 'in', amount: '300000000', reference: 'SP2D-180331-0021' },
      { row: 3, on: '2018-06-11', way: 'out', amount: '50000000', reference: 'TRF-0007' },
    ],
  },
})

export const ReconcileBankStatement = command('bankStatement.Reconcile', facts.BankReconciled, {
  example: { number: 'BA-REKON-2018-06', windowDays: 3, explained: [{ row: 9, as: 'interest' }] },
})
