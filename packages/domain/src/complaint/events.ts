import { z } from 'zod'
import { event, Note, PaperNumber, ref, RoleCode } from '../kernel/define.ts'

/** What a complaint is about. Source: DOMAIN §8.4; the words are ours. */
const Category = z.enum(['technical', 'funds', 'procedure', 'conduct', 'information', 'other']).meta({ id: 'ComplaintCategory' })

export const ComplaintReceived = event('complaint.Received', {
  means: 'A complaint comes in; who complained stays in the registry of persons',
  observation: true,
  identity: ['effectiveOn'],
  data: {
    area: ref('area'),
    tranche: ref('tranche').optional(),
    proposal: ref('proposal').optional(),
    channel: z.enum(['form', 'letter', 'phone', 'message', 'meeting', 'visit', 'web']),
    anonymous: z.boolean(),
    summary: Note,
  },
})
export const ComplaintLogged = event('complaint.Logged', {
  means: 'The complaint is in the register',
  identity: ['register'],
  data: { register: PaperNumber },
})

/** Severity 1 to 6; from the edition's limit on it suspends the tranche (repair R16). */
export const ComplaintClassified = event('complaint.Classified', {
  means: 'The complaint gets its severity and category',
  identity: ['effectiveOn'],
  data: { severity: z.int().min(1).max(6), category: Category },
  computed: { outcome: z.literal('suspending').optional() },
})
export const ComplaintAssigned = event('complaint.Assigned', {
  means: 'Somebody is made responsible',
  identity: ['effectiveOn', 'to'],
  data: { to: RoleCode },
})

const note = { notes: Note.optional() }
export const ComplaintInvestigated = event('complaint.Investigated', {
  means: 'The facts of the complaint are looked into',
  identity: ['effectiveOn'],
  data: note,
})
export const SolutionProposed = event('complaint.SolutionProposed', {
  means: 'A solution is proposed',
  identity: ['effectiveOn'],
  data: { solution: Note },
})
export const ComplaintResolved = event('complaint.Resolved', { means: 'The complaint is resolved', identity: ['effectiveOn'], data: note })
export const ComplaintPublished = event('complaint.Published', { means: 'The outcome is published', identity: ['effectiveOn'], data: note })
export const ComplaintEscalated = event('complaint.Escalated', {
  means: 'The complaint goes to a higher level',
  identity: ['effectiveOn', 'to'],
  data: { to: RoleCode, ...note },
})
export const LegalProcessOpened = event('complaint.LegalProcessOpened', {
  means: 'The complaint becomes a legal case',
  identity: ['number'],
  data: { number: PaperNumber },
})
export const ComplaintClosed = event('complaint.Closed', { means: 'The complaint is closed', identity: ['effectiveOn'], data: note })
export const ComplaintReopened = event('complaint.Reopened', {
  means: 'A closed complaint is taken up again',
  identity: ['effectiveOn'],
  data: { why: Note },
})
