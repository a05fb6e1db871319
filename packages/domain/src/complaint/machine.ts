import { foldOf, on } from '../kernel/entity.ts'
import { Workflow } from '../kernel/workflow.ts'
import * as facts from './events.ts'

/** What is known of a complaint. */
export interface Complaint {
  readonly area: string
  readonly tranche: string | undefined
  readonly severity: number | undefined
  /** The role whose level it stands at: who it was last assigned or escalated to. */
  readonly level: string | undefined
}

/** Levels of complaint handling, from kelurahan to centre. Source: DOMAIN §6.1, §8.4, R:D29. */
const levels: readonly (readonly string[])[] = [
  ['BKM', 'SEK_BKM', 'UPL', 'UPS', 'UPK', 'LURAH', 'FASKEL'],
  ['KORKOT', 'DPRKP', 'POKJA_PKP', 'INSPEKTORAT'],
  ['KMW'],
  ['KMP', 'PMU'],
]

/** The level of a role, from 0 for the kelurahan; -1 for a role without one. */
export const levelOf = (role: string): number => levels.findIndex((roles) => roles.includes(role))

export const complaintFold = foldOf<Complaint>('complaint', {
  initial: { area: '', tranche: undefined, severity: undefined, level: undefined },
  pins: [facts.ComplaintReceived.type],
  types: [
    facts.ComplaintLogged.type,
    facts.ComplaintInvestigated.type,
    facts.SolutionProposed.type,
    facts.ComplaintResolved.type,
    facts.ComplaintPublished.type,
    facts.LegalProcessOpened.type,
    facts.ComplaintClosed.type,
    facts.ComplaintReopened.type,
  ],
  effects: [
    on(facts.ComplaintReceived, (complaint, { area, tranche }) => ({ ...complaint, area, tranche })),
    on(facts.ComplaintClassified, (complaint, { severity }) => ({ ...complaint, severity })),
    on(facts.ComplaintAssigned, (complaint, { to }) => ({ ...complaint, level: to })),
    on(facts.ComplaintEscalated, (complaint, { to }) => ({ ...complaint, level: to })),
  ],
})

const desk = { any: ['BKM', 'SEK_BKM', 'FASKEL', 'KORKOT', 'KMW', 'PMU'] }
const level = { any: ['KORKOT', 'KMW', 'PMU'] }

/** Complaint handling (PPM, PIM). Source: DOMAIN §8.4; the ways on from Escalated, LegalProcess and Reopened are ours. */
export const complaintWorkflow = Workflow.parse({
  initial: 'Received',
  opens: { 'complaint.Received': { by: { any: ['WARGA', 'RELAWAN', 'RT', 'RW', 'LPM', 'KSM', 'NGO', 'LURAH', 'FASKEL', 'AUDITOR'] } } },
  facts: {
    'complaint.Logged': { by: desk },
    'complaint.Classified': { by: level },
    'complaint.Assigned': { by: level },
    'complaint.Investigated': { by: desk },
    'complaint.SolutionProposed': { by: desk },
    'complaint.Resolved': { by: desk },
    'complaint.Published': { by: desk },
    'complaint.Escalated': { by: desk },
    'complaint.LegalProcessOpened': { by: level },
    'complaint.Closed': { by: level },
    'complaint.Reopened': { by: desk },
  },
  stages: {
    Received: { holder: 'BKM', marks: ['received'], on: { 'complaint.Logged': 'Logged' } },
    Logged: { holder: 'KORKOT', on: { 'complaint.Classified': 'Classified', 'complaint.Classified:suspending': 'Classified' } },
    Classified: { holder: 'KORKOT', on: { 'complaint.Assigned': 'Assigned' } },
    Assigned: { holder: 'FASKEL', on: { 'complaint.Investigated': 'Investigating', 'complaint.Escalated': 'Escalated' } },
    Investigating: {
      holder: 'FASKEL',
      on: { 'complaint.SolutionProposed': 'Proposed', 'complaint.Escalated': 'Escalated', 'complaint.LegalProcessOpened': 'LegalProcess' },
    },
    Proposed: {
      holder: 'FASKEL',
      on: { 'complaint.Resolved': 'Resolved', 'complaint.Escalated': 'Escalated', 'complaint.LegalProcessOpened': 'LegalProcess' },
    },
    Escalated: { holder: 'KMW', on: { 'complaint.Assigned': 'Assigned', 'complaint.LegalProcessOpened': 'LegalProcess' } },
    LegalProcess: { holder: 'KMW', on: { 'complaint.Resolved': 'Resolved' } },
    Resolved: { holder: 'BKM', marks: ['resolved'], on: { 'complaint.Published': 'Published', 'complaint.Reopened': 'Logged' } },
    Published: { holder: 'KORKOT', on: { 'complaint.Closed': 'Closed', 'complaint.Reopened': 'Logged' } },
    Closed: { final: true, on: { 'complaint.Reopened': 'Logged' } },
  },
  spans: [
    {
      from: 'received',
      to: 'resolved',
      warn: 10,
      stuck: 14,
      clock: 'calendar',
      source: 'DOMAIN §4, VF-30 (a proposal); at risk at 70 percent by §7',
    },
  ],
})
