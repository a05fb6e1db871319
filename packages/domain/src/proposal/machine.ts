import { foldOf, on } from '../kernel/entity.ts'
import { hundredths, type DataOf } from '../kernel/define.ts'
import { sen, type Sen } from '../kernel/rupiah.ts'
import { paidTax, type Tax } from '../kernel/taxes.ts'
import type { Recorded } from '../kernel/event.ts'
import { InstalmentPaid, LpjAccepted } from '../tranche/events.ts'
import { PrioritiesDecided } from '../cycle/events.ts'
import { AgreementPaidOut, PayoutReturned } from '../partnership/events.ts'
import * as facts from './events.ts'
import { expenseOf, fundingOf, linesOf, originOf, type Expense, type Funding, type Received } from './money.ts'

/** What a line of the estimate may be spent for, from which date on; from the beginning where the proposal itself says so. */
export interface Use {
  readonly line: string
  readonly activity: string
  readonly from: string
}

/** What is known of a proposal; amounts in sen, progress in hundredths of a percent. */
export interface Proposal {
  readonly allocation: string
  readonly ksm: string
  readonly number: string
  readonly title: string
  readonly infrastructure: boolean
  readonly grantSen: Sen
  readonly approvedSen: Sen
  readonly planLine: string | undefined
  /** Money from the grant by line of the estimate. */
  readonly lines: Readonly<Record<string, Sen>>
  /** The whole estimate by line, whoever pays for it. */
  readonly estimate: Readonly<Record<string, Sen>>
  /** The sources of the whole, where the proposal tells them. */
  readonly funding: readonly Funding[]
  /** What lines may be spent for, where the proposal or an amendment says it. */
  readonly uses: readonly Use[]
  /** Kinds of paper in the file as last handed in. */
  readonly papers: readonly string[]
  readonly contractSen: Sen
  readonly instalments: readonly Sen[]
  /** Number of the instalment for which readiness was last found (VF-17). */
  readonly readyFor: number
  /** Instalments of the grant, in their order. */
  readonly paid: readonly Received[]
  /** What came from elsewhere: funding agreements, residents. */
  readonly received: readonly Received[]
  readonly reported: number
  readonly verified: number
  readonly expenses: readonly Expense[]
  readonly returned: readonly Received[]
  /** What the group kept of one tranche and may spend with another: below zero for the one, above for the other. */
  readonly carried: readonly Received[]
  /** Drawn from the bank in cash, below zero what was paid back into it. */
  readonly drawn: readonly Received[]
  readonly taxes: readonly Tax[]
  readonly swadayaPledgedSen: Sen
  readonly swadayaRealisedSen: Sen
  /** The same by kind. */
  readonly swadayaByKindSen: Readonly<Record<string, Sen>>
  /** Whether its own plan of operation and maintenance is agreed. */
  readonly maintenancePlanned: boolean
  /** The account of the group in the hands of VF-21. */
  readonly account: 'none' | 'submitted' | 'accepted' | 'returned'
}

/** Marks that rules refer to; editions name the stages that carry them. */
export const proposalMarks = ['submitted', 'approved', 'contracted', 'completed', 'accounted-for', 'handed-over'] as const

const initial: Proposal = {
  allocation: '',
  ksm: '',
  number: '',
  title: '',
  infrastructure: false,
  grantSen: 0n,
  approvedSen: 0n,
  planLine: undefined,
  lines: linesOf([]),
  estimate: linesOf([]),
  funding: [],
  uses: [],
  papers: [],
  contractSen: 0n,
  instalments: [],
  readyFor: 0,
  paid: [],
  received: [],
  reported: 0,
  verified: 0,
  expenses: [],
  returned: [],
  carried: [],
  drawn: [],
  taxes: [],
  swadayaPledgedSen: 0n,
  swadayaRealisedSen: 0n,
  swadayaByKindSen: {},
  maintenancePlanned: false,
  account: 'none',
}

const handedIn = (p: Proposal, given: DataOf<typeof facts.ProposalSubmitted>, { fact }: Recorded): Proposal => ({
  ...p,
  grantSen: sen(given.grant),
  planLine: given.planLine,
  lines: linesOf(given.lines.filter(({ fundedBy }) => fundedBy === 'grant')),
  estimate: linesOf(given.lines),
  funding: fundingOf(given.funding ?? []),
  uses: given.lines.flatMap(({ line, activity }) => (activity === undefined ? [] : [{ line, activity, from: '' }])),
  papers: fact.evidence.map((paper) => paper.docType),
})

function step(p: Proposal, { step: name, outcome, amount }: { step: string; outcome: string; amount?: string | undefined }): Proposal {
  if (name === 'V5') return { ...p, approvedSen: outcome === 'approved' && amount !== undefined ? sen(amount) : 0n }
  if (name === 'V6' && outcome === 'objected') return { ...p, approvedSen: 0n }
  if (name === 'VF-17') return outcome === 'pay' ? { ...p, readyFor: p.paid.length + 1 } : { ...p, readyFor: p.paid.length }
  if (name === 'VF-21') return { ...p, account: outcome === 'accepted' ? 'accepted' : 'returned' }
  return p
}

function carry(p: Proposal, { into, parts }: NonNullable<DataOf<typeof LpjAccepted>['carriedOver']>, id: string): Proposal {
  const own = parts.filter(({ proposal }) => proposal === id)
  const moved = (rows: typeof own): Received[] =>
    rows.flatMap(({ tranche, amount }) => [
      { source: tranche, amountSen: -sen(amount) },
      { source: into, amountSen: sen(amount) },
    ])
  return { ...p, carried: [...p.carried, ...moved(own)], drawn: [...p.drawn, ...moved(own.filter(({ where }) => where === 'cash'))] }
}

/** Own contribution with more of a kind; less where it is below zero. */
const contributed = (p: Proposal, kind: string, more: Sen): Pick<Proposal, 'swadayaRealisedSen' | 'swadayaByKindSen'> => ({
  swadayaRealisedSen: p.swadayaRealisedSen + more,
  swadayaByKindSen: { ...p.swadayaByKindSen, [kind]: (p.swadayaByKindSen[kind] ?? 0n) + more },
})

export const proposalFold = foldOf<Proposal>('proposal', {
  initial,
  pins: [facts.ProposalDrafted.type],
  types: [
    facts.ProposalEditionChanged.type,
    facts.WorkStopped.type,
    facts.WorkResumed.type,
    facts.WorkCompleted.type,
    facts.ReceiptAttached.type,
    facts.HandedOver.type,
    facts.FinallyHandedOver.type,
    facts.ProposalClosed.type,
    facts.ProposalWithdrawn.type,
    facts.ProposalReactivated.type,
    facts.ProposalTerminated.type,
    facts.ProposalSuspended.type,
    facts.ProposalResumed.type,
    'institution.Formed',
  ],
  effects: [
    on(facts.MaintenancePlanAgreed, (state) => ({ ...state, maintenancePlanned: true })),
    on(facts.ProposalDrafted, (p, { allocation, ksm, number, title, infrastructure, grant }) => ({
      ...p,
      allocation,
      ksm,
      number,
      title,
      infrastructure,
      grantSen: sen(grant),
    })),
    on(facts.ProposalSubmitted, handedIn),
    on(facts.ProposalResubmitted, handedIn),
    on(facts.ProposalStepRecorded, step),
    on(PrioritiesDecided, (p, { decisions }, _, id) => {
      const own = decisions.find((decision) => decision.proposal === id)
      return { ...p, approvedSen: own?.amount === undefined ? 0n : sen(own.amount) }
    }),
    // What the meeting gave to a proposal that is taken back can be given to another.
    on(facts.ProposalWithdrawn, (p) => ({ ...p, approvedSen: 0n })),
    on(facts.SwadayaPledged, (p, { amount }) => ({ ...p, swadayaPledgedSen: p.swadayaPledgedSen + sen(amount) })),
    on(facts.SwadayaRealised, (p, { amount, kind, received }) => ({
      ...p,
      ...contributed(p, kind, sen(amount)),
      received: received === undefined ? p.received : [...p.received, { source: 'swadaya', amountSen: sen(amount) }],
      drawn: received === 'cash' ? [...p.drawn, { source: 'swadaya', amountSen: sen(amount) }] : p.drawn,
    })),
    on(facts.SwadayaWrittenDown, (p, { amount, kind }) => ({ ...p, ...contributed(p, kind, -sen(amount)) })),
    on(facts.ContractSigned, (p, { amount, instalments }) => ({ ...p, contractSen: sen(amount), instalments: instalments.map(sen) })),
    on(InstalmentPaid, (p, { amount }, { fact }) => ({
      ...p,
      paid: [...p.paid, { source: fact.subject.id, amountSen: sen(amount) }],
    })),
    on(AgreementPaidOut, (p, { amount }, { fact }) => ({
      ...p,
      received: [...p.received, { source: fact.subject.id, amountSen: sen(amount) }],
    })),
    on(PayoutReturned, (p, { amount }, { fact }) => ({
      ...p,
      returned: [...p.returned, { source: fact.subject.id, amountSen: sen(amount) }],
    })),
    on(facts.ProgressReported, (p, { percent }) => ({ ...p, reported: hundredths(percent) })),
    on(facts.ProgressVerified, (p, { percent }) => ({ ...p, verified: hundredths(percent) })),
    on(facts.ProposalCashDrawn, (p, { amount, ...given }) => ({
      ...p,
      drawn: [...p.drawn, { source: originOf(given), amountSen: sen(amount) }],
    })),
    on(facts.ProposalCashDeposited, (p, { amount, ...given }) => ({
      ...p,
      drawn: [...p.drawn, { source: originOf(given), amountSen: -sen(amount) }],
    })),
    on(facts.ProposalTaxDue, (p, { number, expense, amount }, { fact }) => ({
      ...p,
      taxes: [...p.taxes, { number, expense, on: fact.effectiveOn, amountSen: sen(amount), paidSen: 0n }],
    })),
    on(facts.ProposalTaxPaid, (p, given) => ({ ...p, taxes: paidTax(p.taxes, given) })),
    on(facts.ExpenseRecorded, (p, given) => ({
      ...p,
      expenses: [...p.expenses, expenseOf(given)],
    })),
    on(facts.ProposalAmended, (p, { purpose, funding }, { fact }) => ({
      ...p,
      uses: purpose === undefined ? p.uses : [...p.uses, { ...purpose, from: fact.effectiveOn }],
      funding: funding === undefined ? p.funding : fundingOf(funding),
    })),
    // The account of the board tells what of it each group kept for the next tranche.
    on(LpjAccepted, (p, { carriedOver }, _, id) => (carriedOver ? carry(p, carriedOver, id) : p)),
    on(facts.KsmInterimAccountSubmitted, (p) => ({ ...p, account: 'submitted' })),
    on(facts.ProposalLpjSubmitted, (p) => ({ ...p, account: 'submitted' })),
    on(facts.LeftoverReturnedToBkm, (p, { amount, tranche }) => ({
      ...p,
      returned: [...p.returned, { source: tranche, amountSen: sen(amount) }],
    })),
  ],
})
