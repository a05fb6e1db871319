import { isCorrection } from '../kernel/corrections.ts'
import { foldOf, on } from '../kernel/entity.ts'
import { sen, type Sen } from '../kernel/rupiah.ts'
import { Workflow } from '../kernel/workflow.ts'
import { CapitalReceived, CapitalReturned } from '../loan-pool/events.ts'
import { ExpenseRecorded } from '../proposal/events.ts'
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
  /** Paid to groups, paid back by them, and spent by them under their proposals. */
  readonly paidOutSen: Sen
  readonly paidBackSen: Sen
  readonly spentByGroupsSen: Sen
  /** Spent by the implementer itself. */
  readonly spentSen: Sen
  /** Given in kind or as work, at its value. */
  readonly contributedSen: Sen
  /** Given into pools of loans as their capital, less what came back of them. */
  readonly intoPoolsSen: Sen
  readonly leftoverReturnedSen: Sen
  readonly leftoverKeptSen: Sen
  readonly source: string | undefined
  readonly leftover: 'return-to-funder' | 'keep-for-community' | undefined
  /** The area it was found for, if any. */
  readonly area: string | undefined
  /** First and last day of the agreement, as last extended. */
  readonly from: string
  readonly to: string
  readonly deliverables: readonly string[]
  readonly reported: readonly string[]
}

const initial: Partnership = {
  parties: undefined,
  amountSen: 0n,
  receivedSen: 0n,
  paidOutSen: 0n,
  paidBackSen: 0n,
  spentByGroupsSen: 0n,
  spentSen: 0n,
  contributedSen: 0n,
  intoPoolsSen: 0n,
  leftoverReturnedSen: 0n,
  leftoverKeptSen: 0n,
  source: undefined,
  leftover: undefined,
  area: undefined,
  from: '',
  to: '',
  deliverables: [],
  reported: [],
}

/** What of the money lies on the account of the implementer. */
export const heldByImplementer = (p: Partnership): Sen =>
  p.receivedSen - p.paidOutSen + p.paidBackSen - p.spentSen - p.intoPoolsSen - p.leftoverReturnedSen - p.leftoverKeptSen

/** What of the money lies with groups. */
export const heldByGroups = (p: Partnership): Sen => p.paidOutSen - p.paidBackSen - p.spentByGroupsSen

const add =
  (field: keyof { [F in keyof Partnership as Partnership[F] extends Sen ? F : never]: true }) =>
  (state: Partnership, { amount }: { amount: string }): Partnership => ({ ...state, [field]: state[field] + sen(amount) })

export const partnershipFold = foldOf<Partnership>('partnership', {
  initial,
  pins: [facts.PartnershipIdentified.type, facts.PartnershipSigned.type],
  types: [
    facts.NegotiationHeld.type,
    facts.ReportSubmitted.type,
    facts.ReportAccepted.type,
    facts.ReportReturned.type,
    facts.PartnershipCompleted.type,
    facts.PartnershipTerminated.type,
  ],
  effects: [
    on(facts.PartnershipIdentified, (state, { area }) => ({ ...state, area })),
    on(facts.PartnershipSigned, (state, { policyMaker, funder, implementer, amount, source, leftover, from, to, deliverables }) => ({
      ...state,
      parties: { policyMaker, funder, implementer },
      source,
      leftover,
      amountSen: sen(amount),
      from,
      to,
      deliverables: deliverables.map(({ code }) => code),
    })),
    on(facts.FundingReceived, add('receivedSen')),
    on(facts.AgreementPaidOut, add('paidOutSen')),
    on(facts.PayoutReturned, add('paidBackSen')),
    on(facts.AgreementSpent, add('spentSen')),
    on(facts.ContributionGiven, add('contributedSen')),
    on(CapitalReceived, add('intoPoolsSen')),
    on(CapitalReturned, (state, { amount }) => ({ ...state, intoPoolsSen: state.intoPoolsSen - sen(amount) })),
    on(facts.AgreementLeftoverReturned, add('leftoverReturnedSen')),
    on(facts.AgreementLeftoverKept, add('leftoverKeptSen')),
    // A proposal that names it as a source bears its tag; only an expense out of it counts.
    on(ExpenseRecorded, (state, { agreement, amount }, _, id) => (agreement === id ? add('spentByGroupsSen')(state, { amount }) : state)),
    on(facts.DeliverableReported, (state, { deliverable }) => ({ ...state, reported: [...new Set([...state.reported, deliverable])] })),
    on(facts.PartnershipExtended, (state, { to }) => ({ ...state, to })),
  ],
})

/** Offices through which an institution acts in an agreement; which party it is, the agreement says. */
const partners = {
  any: [
    'BUPATI',
    'WALIKOTA',
    'BAPPEDA',
    'DINAS_SOSIAL',
    'DPRKP',
    'LURAH',
    'CSR_CO',
    'NGO',
    'BKM',
    'KSM',
    'KUBE',
    'LPM',
    'PMU',
    'KASATKER',
    'PPK',
  ],
}

const stays = {}
const ends = { 'partnership.Terminated': 'Terminated' }
/** What is given in kind comes as soon as it is agreed. */
const given = { 'partnership.ContributionGiven': stays }
/** Money goes on and comes back as long as the agreement runs; what is left is settled also after it. */
const settling = {
  'partnership.PayoutReturned': stays,
  'partnership.LeftoverReturned': stays,
  'partnership.LeftoverKept': stays,
}
const spending = { 'partnership.PaidOut': stays, 'partnership.Spent': stays, ...given, ...settling }

/** Source: DOMAIN §9, the partnership state machine of seed 002; that a returned report is handed in again is ours. */
export const partnershipWorkflow = Workflow.parse({
  initial: 'Identified',
  opens: { 'partnership.Identified': { by: partners } },
  facts: Object.fromEntries(
    partnershipFold.types
      .filter((type) => type.startsWith('partnership.') && type !== facts.PartnershipIdentified.type && !isCorrection(type))
      .map((type) => [type, { by: partners }]),
  ),
  stages: {
    Identified: { holder: 'BAPPEDA', on: { 'partnership.NegotiationHeld': 'Negotiating', ...ends } },
    Negotiating: {
      holder: 'BAPPEDA',
      on: { 'partnership.NegotiationHeld': stays, 'partnership.Signed': 'Signed', ...ends },
    },
    Signed: { holder: 'BAPPEDA', on: { 'partnership.FundingReceived': 'Funded', ...given, ...ends } },
    Funded: {
      holder: 'NGO',
      on: {
        'partnership.FundingReceived': stays,
        'partnership.DeliverableReported': 'Implementing',
        'partnership.ReportSubmitted': 'Reporting',
        ...spending,
        ...ends,
      },
    },
    Implementing: {
      holder: 'NGO',
      on: {
        'partnership.FundingReceived': stays,
        'partnership.DeliverableReported': stays,
        'partnership.ReportSubmitted': 'Reporting',
        ...spending,
        ...ends,
      },
    },
    Reporting: {
      holder: 'BAPPEDA',
      on: { 'partnership.FundingReceived': stays, 'partnership.DeliverableReported': stays, ...spending, ...ends },
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
        ...spending,
        ...ends,
      },
    },
    // Capital in a pool of loans may come back long after.
    Completed: { final: true, on: settling },
    Terminated: { final: true, on: settling },
  },
})
