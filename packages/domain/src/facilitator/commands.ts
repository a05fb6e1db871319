import { command } from '../kernel/decider.ts'
import * as facts from './events.ts'

const person = '0190a5f0-0000-7000-8000-000000000021'
const team = '0190a5f0-0000-7000-8000-000000000013'
const area = '0b7f7d5e-3b1a-8c9d-9e4f-1a2b3c4d5e6f'
const next = '0b7f7d5e-3b1a-8c9d-9e4f-1a2b3c4d5e71'

export const RegisterFacilitator = command('facilitator.Register', facts.FacilitatorRegistered, { opens: true, example: { person } })
export const AssignFacilitator = command('facilitator.Assign', facts.FacilitatorAssigned, {
  example: { area, team, specialty: 'technical', from: '2018-01-02' },
})
export const ReassignFacilitator = command('facilitator.Reassign', facts.FacilitatorReassigned, {
  example: { leaves: area, area: next, from: '2018-09-01', why: 'Rasio pendampingan' },
})
export const UnassignFacilitator = command('facilitator.Unassign', facts.FacilitatorUnassigned, { example: { area, last: '2018-12-31' } })
export const LogVisit = command('facilitator.LogVisit', facts.VisitLogged, {
  example: { area, notes: 'Saluran terpasang 120 m; bekisting belum dibongkar' },
})
export const CompleteTraining = command('facilitator.CompleteTraining', facts.TrainingCompleted, {
  example: { course: 'Pelatihan teknis DED dan RAB', certificate: 'SERT-2018-041', validUntil: '2021-12-31' },
})
