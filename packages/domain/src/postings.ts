import type { Fact } from './kernel/event.ts'
import { agreements } from './postings/agreements.ts'
import type { Fund, Posting } from './postings/accounts.ts'
import { businesses } from './postings/businesses.ts'
import { grants } from './postings/grants.ts'
import { loans } from './postings/loans.ts'
import type { Funds, Movement, Row } from './postings/ways.ts'

export * from './postings/accounts.ts'
export type { Movement } from './postings/ways.ts'

const ways: ReadonlyMap<string, Row[1]> = new Map([grants, agreements, loans, businesses].flat())

/** Event types that move money or own contribution. */
export const moneyTypes: ReadonlySet<string> = new Set(ways.keys())

const promised = 'a commitment: it says what may or shall be paid, and a revision states the new amount, not a change; no money moves'
const asked = 'a request or an order on the way to the SP2D: money moves with the SP2D'
const reported = 'a report of expenses that were recorded one by one'
const wanted = 'what a group asks to borrow: money moves when it is paid out'
const planned = 'a plan of cost: money moves with instalments and expenses'

/** Event types that name an amount although no money moves, and why. */
export const amountsWithoutMoney: Readonly<Record<string, string>> = {
  'allocation.Decreed': promised,
  'allocation.AgreementSigned': promised,
  'allocation.AgreementAmended': promised,
  'allocation.Revised': promised,
  'tranche.Planned': promised,
  'tranche.Replanned': promised,
  'tranche.Requested': asked,
  'tranche.Resubmitted': asked,
  'tranche.SppIssued': asked,
  'tranche.SpmIssued': asked,
  'tranche.LpjSubmitted': reported,
  'proposal.LpjSubmitted': reported,
  'proposal.Drafted': planned,
  'proposal.Submitted': planned,
  'proposal.Resubmitted': planned,
  'proposal.Amended': 'the sources as they are planned from now on',
  'proposal.StepRecorded': 'the approved amount: a ceiling',
  'cycle.PrioritiesDecided': 'the approved amounts: ceilings',
  'proposal.ContractSigned': promised,
  'institution.KurReferred': 'credit of a bank: Jejak does not run it',
  'institution.KurAnswered': 'credit of a bank: Jejak does not run it',
  'allocation.JointFundingSet': promised,
  'institution.Formed': 'dues that households promise; nothing is collected here',
  'institution.BusinessPlanned': planned,
  'partnership.Signed': promised,
  'loan.Applied': wanted,
  'loan.Resubmitted': wanted,
  'loan.Decided': promised,
  'loan.AgreementSigned': promised,
  'loan.InstalmentMissed': 'what was not paid: no money moves',
  'loanPool.SupervisorReported': 'a report of loans that were recorded one by one',
  'finding.Recorded': 'the amount that an auditor speaks of; what is paid back is a fact of its own',
  'bankStatement.Received': 'what the bank says: the facts that it is matched with move the money',
  'bankStatement.Reconciled': 'it compares, and moves nothing',
  'case.Opened': 'accounts of a kind that only its edition knows are not known',
  'case.StepRecorded': 'accounts of a kind that only its edition knows are not known',
  'edition.Published': 'ceilings and rounding units of a programme',
}

function fundOf(fact: Fact, kind: Fund['kind']): Fund {
  const [tag, ...others] = fact.tags.filter((each) => each.startsWith(`${kind}:`))
  if (tag === undefined || others.length > 0) throw new Error(`${fact.type} ${fact.id} moves money and bears not one ${kind}'s tag`)
  return { kind, id: tag.slice(kind.length + 1) }
}

const fundsOf = (fact: Fact): Funds => ({
  get allocation() {
    return fundOf(fact, 'allocation')
  },
  get partnership() {
    return fundOf(fact, 'partnership')
  },
  // A fact about a business group tells of its own money.
  get institution() {
    return { kind: 'institution' as const, id: fact.subject.id }
  },
  get loanPool() {
    return fundOf(fact, 'loanPool')
  },
})

/** What a fact moves; nothing for facts that are no money. Throws when a money fact does not bear the tag of its fund: a defect. */
export function movements(fact: Fact): Movement[] {
  return ways.get(fact.type)?.(fact, fundsOf(fact)) ?? []
}

/** The same as double entries: their amounts add up to zero (DESIGN §4). */
export function postings(fact: Fact): Posting[] {
  return movements(fact).flatMap(({ from, to, amountSen }) => [
    { account: from, amountSen: -amountSen },
    { account: to, amountSen },
  ])
}
