import { isCorrection } from '../kernel/corrections.ts'
import { foldOf, on } from '../kernel/entity.ts'
import { sen, type Sen } from '../kernel/rupiah.ts'
import { Workflow } from '../kernel/workflow.ts'
import * as facts from './events.ts'

/** Who is what in an agreement; one institution may be more than one. */
export interface Parties {
  readonly policyMaker: string
  readonly funder: string
  readonly implementer: string
}

/** What is known of a partnership; amounts in sen. */
export interface Partnership {
  readonly parties: Parties | undefined
  readonly amountSen: Sen
  readonly receivedSen: Sen
  /** First and last day of the agreement, as last extended. */
  readonly from: string
  readonly to: string
  readonly deliverables: readonly string[]
  readonly reported: readonly string[]
}

export const partnershipFold = foldOf<Partnership>('partnership', {
  initial: { parties: undefined, amountSen: 0n, receivedSen: 0n, from: '', to: '', deliverables: [], reported: [] },
  pins: [facts.PartnershipIdentified.type, facts.PartnershipSigned.type],
  types: [
    facts.PartnershipIdentified.type,
    facts.NegotiationHeld.type,
    facts.ReportSubmitted.type,
    facts.ReportAccepted.type,
    facts.ReportReturned.type,
    facts.PartnershipCompleted.type,
    facts.PartnershipTerminated.type,
  ],
  effects: [
    on(facts.PartnershipSigned, (state, { policyMaker, funder, implementer, amount, from, to, deliverables }) => ({
      ...state,
      parties: { policyMaker, funder, implementer },
      amountSen: sen(amount),
      from,
      to,
      deliverables: deliverables.map(({ code }) => code),
    })),
    on(facts.FundingReceived, (state, { amount }) => ({ ...state, receivedSen: state.receivedSen + sen(amount) })),
    on(facts.DeliverableReported, (state, { deliverable }) => ({ ...state, reported: [...new Set([...state.reported, deliverable])] })),
    on(facts.PartnershipExtended, (state, { to }) => ({ ...state, to })),
  ],
})

/** Offices through which an institution acts in an agreement; which party it is, the agreement says. */
const partners = {
  any: ['BUPATI', 'WALIKOTA', 'BAPPEDA', 'DINAS_SOSIAL', 'DPRKP', 'LURAH', 'CSR_CO', 'NGO', 'BKM', 'KUBE', 'LPM', 'PMU', 'KASATKER', 'PPK'],
}

const stays = {}
const ends = { 'partnership.Terminated': 'Terminated' }

/** Source: DOMAIN §9, the partnership state machine of seed 002; that a returned report is handed in again is ours. */
export const partnershipWorkflow = Workflow.parse({
  initial: 'Identified',
  opens: { 'partnership.Identified': { by: partners } },
  facts: Object.fromEntries(
    partnershipFold.types
      .filter((type) => type !== facts.PartnershipIdentified.type && !isCorrection(type))
      .map((type) => [type, { by: partners }]),
  ),
  stages: {
    Identified: { holder: 'BAPPEDA', on: { 'partnership.NegotiationHeld': 'Negotiating', ...ends } },
    Negotiating: {
      holder: 'BAPPEDA',
      on: { 'partnership.NegotiationHeld': stays, 'partnership.Signed': 'Signed', ...ends },
    },
    Signed: { holder: 'BAPPEDA', on: { 'partnership.FundingReceived': 'Funded', ...ends } },
    Funded: {
      holder: 'NGO',
      on: {
        'partnership.FundingReceived': stays,
        'partnership.DeliverableReported': 'Implementing',
        'partnership.ReportSubmitted': 'Reporting',
        ...ends,
      },
    },
    Implementing: {
      holder: 'NGO',
      on: {
        'partnership.FundingReceived': stays,
        'partnership.DeliverableReported': stays,
        'partnership.ReportSubmitted': 'Reporting',
        ...ends,
      },
    },
    Reporting: {
      holder: 'BAPPEDA',
      on: { 'partnership.FundingReceived': stays, 'partnership.DeliverableReported': stays, ...ends },
      own: { 'partnership.ReportAccepted': 'Reporting.accepted', 'partnership.ReportReturned': 'Reporting.returned' },
      stages: {
        returned: { holder: 'NGO', on: { 'partnership.ReportSubmitted': 'Reporting' } },
        accepted: {
          holder: 'BAPPEDA',
          on: {
            'partnership.DeliverableReported': 'Implementing',
            'partnership.ReportSubmitted': 'Reporting',
            'partnership.Extended': 'Extended',
            'partnership.Completed': 'Completed',
          },
        },
      },
    },
    Extended: {
      holder: 'NGO',
      on: {
        'partnership.FundingReceived': 'Funded',
        'partnership.DeliverableReported': 'Implementing',
        'partnership.ReportSubmitted': 'Reporting',
        ...ends,
      },
    },
    Completed: { final: true },
    Terminated: { final: true },
  },
})
