import { foldOf, on } from '../kernel/entity.ts'
import { Workflow } from '../kernel/workflow.ts'
import * as facts from './events.ts'

/** What is known of a finding, or of an audit with an opinion. */
export interface Finding {
  readonly institution: string | undefined
  readonly blocking: boolean
  readonly opinion: string | undefined
}

export const findingFold = foldOf<Finding>('finding', {
  initial: { institution: undefined, blocking: false, opinion: undefined },
  pins: [facts.FindingRecorded.type, facts.OpinionIssued.type],
  types: [
    facts.ResponseGiven.type,
    facts.FollowUpAgreed.type,
    facts.FollowUpVerified.type,
    facts.FindingClosed.type,
    facts.FindingReopened.type,
  ],
  effects: [
    on(facts.FindingRecorded, (finding, { institution, blocking = false }) => ({ ...finding, institution, blocking })),
    on(facts.OpinionIssued, (finding, { institution, opinion }) => ({ ...finding, institution, opinion })),
  ],
})

/** Whoever audits: they read everything and add findings only. Source: DOMAIN §6.1, §8.1, §13. */
export const auditors = ['AUDITOR', 'BPKP', 'BPK', 'ITJEN', 'INSPEKTORAT', 'KAP'] as const

const auditing = { any: [...auditors] }
const community = ['BKM', 'SEK_BKM', 'UPK', 'UPL', 'UPS', 'KSM', 'KPP', 'KUBE', 'TIPP', 'NGO', 'CSR_CO']
const consultants = ['FASKEL', 'KORKOT', 'KMW', 'KMP', 'PMU']
const officials = ['LURAH', 'CAMAT', 'PJOK', 'DPRKP', 'DINAS_SOSIAL', 'BAPPEDA', 'PPK', 'KASATKER', 'SATKER', 'PPSPM', 'BUPATI', 'WALIKOTA']
/** Whoever may be audited. */
const audited = { any: [...community, ...consultants, ...officials] }

/**
 * From the notice to the follow-up (VF-29). An opinion on a year's books is a paper without follow-up: it has no stage. Source: DOMAIN
 * §8.1, §8.2; that an answer may be enough is ours.
 */
export const findingWorkflow = Workflow.parse({
  initial: 'Recorded',
  opens: { 'finding.Recorded': { by: auditing } },
  facts: {
    'finding.ResponseGiven': { by: audited },
    'finding.FollowUpAgreed': { by: auditing },
    'finding.FollowUpVerified:done': { by: auditing },
    'finding.FollowUpVerified:partly': { by: auditing },
    'finding.FollowUpVerified:not-done': { by: auditing },
    'finding.Closed': { by: auditing },
    'finding.Reopened': { by: auditing },
    'finding.OpinionIssued': { by: auditing, beforeOpening: true },
  },
  stages: {
    Recorded: { holder: 'BKM', on: { 'finding.ResponseGiven': 'Answered' } },
    Answered: {
      holder: 'AUDITOR',
      on: { 'finding.ResponseGiven': 'Answered', 'finding.FollowUpAgreed': 'FollowUp', 'finding.Closed': 'Closed' },
    },
    FollowUp: {
      holder: 'BKM',
      on: {
        'finding.FollowUpVerified:done': 'Verified',
        'finding.FollowUpVerified:partly': 'FollowUp',
        'finding.FollowUpVerified:not-done': 'FollowUp',
        'finding.FollowUpAgreed': 'FollowUp',
      },
    },
    Verified: { holder: 'AUDITOR', on: { 'finding.Closed': 'Closed' } },
    Closed: { final: true, on: { 'finding.Reopened': 'Recorded' } },
  },
})
