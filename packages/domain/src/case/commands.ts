import { command } from '../kernel/decider.ts'
import { CaseEditionChanged, CaseOpened, CaseStepRecorded } from './events.ts'

export const OpenCase = command('case.Open', CaseOpened, {
  opens: true,
  example: { edition: { id: 'UNIVERSITY-PAYMENTS', revision: 1 }, title: 'Permintaan pembayaran perjalanan', amount: '1250000' },
})
export const RecordCaseStep = command('case.RecordStep', CaseStepRecorded, { example: { step: 'budget-owner', outcome: 'approved' } })
export const ChangeCaseEdition = command('case.ChangeEdition', CaseEditionChanged, {
  example: { edition: { id: 'UNIVERSITY-PAYMENTS', revision: 2 } },
})
