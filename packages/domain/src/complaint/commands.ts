import { command } from '../kernel/decider.ts'
import * as facts from './events.ts'

const area = '0b7f7d5e-3b1a-8c9d-9e4f-1a2b3c4d5e6f'
const tranche = '0b7f7d5e-3b1a-8c9d-9e4f-1a2b3c4d5e70'

export const ReceiveComplaint = command('complaint.Receive', facts.ComplaintReceived, {
  opens: true,
  example: { area, tranche, channel: 'form', anonymous: false, summary: 'Saluran yang digali setengah membanjiri rumah' },
})
export const LogComplaint = command('complaint.Log', facts.ComplaintLogged, { example: { register: 'PGD-2018-001' } })
export const ClassifyComplaint = command('complaint.Classify', facts.ComplaintClassified, {
  example: { severity: 3, category: 'technical' },
})
export const AssignComplaint = command('complaint.Assign', facts.ComplaintAssigned, { example: { to: 'FASKEL' } })
export const InvestigateComplaint = command('complaint.Investigate', facts.ComplaintInvestigated, { example: {} })
export const ProposeSolution = command('complaint.ProposeSolution', facts.SolutionProposed, {
  example: { solution: 'Papan sementara dan parit oleh warga' },
})
export const ResolveComplaint = command('complaint.Resolve', facts.ComplaintResolved, { example: {} })
export const PublishComplaint = command('complaint.Publish', facts.ComplaintPublished, { example: {} })
export const EscalateComplaint = command('complaint.Escalate', facts.ComplaintEscalated, { example: { to: 'KMW' } })
export const OpenLegalProcess = command('complaint.OpenLegalProcess', facts.LegalProcessOpened, { example: { number: 'LP-2018-17' } })
export const CloseComplaint = command('complaint.Close', facts.ComplaintClosed, { example: {} })
export const ReopenComplaint = command('complaint.Reopen', facts.ComplaintReopened, { example: { why: 'Genangan terjadi lagi' } })
