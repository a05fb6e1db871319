import { rupiah, sen, type EntityRef, type Fact, type Json } from '@jejak/domain'
import type { EntityListTable } from './database.ts'

/** What a fact may say of an entity beside where it stands. */
export type Labels = Partial<Pick<EntityListTable, 'category' | 'title' | 'number' | 'fiscalYear' | 'amountSen'>>

type Data = { readonly [field: string]: Json }
type Label = (data: Data, of: EntityRef) => Labels

const text = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null)
const money = (value: Json | undefined): bigint | null => (typeof value === 'string' ? sen(value) : null)

/** Only what is there: a fact that does not say leaves what an earlier one said. */
const amount = (value: Json | undefined): Labels => (typeof value === 'string' ? { amountSen: money(value) } : {})

const isData = (value: Json): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The amount of a decision, if it approves: what is deferred or rejected keeps what it asked for. */
const approved = (decision: Data | undefined): Labels =>
  text(decision?.['outcome'])?.startsWith('approved') ? amount(decision?.['amount']) : {}

function decisionOn(decisions: Json | undefined, id: string): Data | undefined {
  const list: readonly Json[] = Array.isArray(decisions) ? decisions : []
  return list.filter(isData).find((decision) => decision['proposal'] === id)
}

/** Facts about the entity itself. */
const own: Readonly<Record<string, Label>> = {
  'allocation.Decreed': (data) => ({
    category: text(data['component']),
    number: text(data['number']),
    fiscalYear: text(data['fiscalYear']),
    ...amount(data['amount']),
  }),
  'allocation.Revised': (data) => amount(data['amount']),
  'tranche.Planned': (data) => ({ number: `${Number(data['ordinal'])}`, ...amount(data['amount']) }),
  'tranche.Replanned': (data) => amount(data['amount']),
  'proposal.Drafted': (data) => ({
    category: text(data['field']),
    title: text(data['title']),
    number: text(data['number']),
    ...amount(data['grant']),
  }),
  'proposal.Submitted': (data) => amount(data['grant']),
  'proposal.Resubmitted': (data) => amount(data['grant']),
  'proposal.StepRecorded': approved,
  'proposal.ContractSigned': (data) => amount(data['amount']),
  'cycle.Started': (data) => ({ number: text(data['year']), fiscalYear: text(data['year']) }),
  'complaint.Logged': (data) => ({ number: text(data['register']) }),
  'complaint.Classified': (data) => ({ category: text(data['category']) }),
  'institution.Formed': (data) => ({ category: text(data['institutionKind']), title: text(data['name']) }),
  'facilitator.Assigned': (data) => ({ category: text(data['specialty']) }),
  'finding.Recorded': (data) => ({ number: text(data['number']), ...amount(data['amount']) }),
  'finding.OpinionIssued': (data) => ({
    category: text(data['opinion']),
    number: text(data['number']),
    fiscalYear: text(data['fiscalYear']),
  }),
  'partnership.Identified': (data) => ({ title: text(data['title']) }),
  'partnership.Signed': (data) => ({ number: text(data['number']), ...amount(data['amount']) }),
  'loanPool.Opened': (data) => ({ title: text(data['name']) }),
  'loan.Applied': (data) => ({ number: text(data['number']), ...amount(data['amount']) }),
  'loan.Resubmitted': (data) => amount(data['amount']),
  'case.Opened': (data) => ({ title: text(data['title']), ...amount(data['amount']) }),
  'case.StepRecorded': (data) => amount(data['amount']),
}

/** Facts about another entity that also say something of this one. */
const others: Readonly<Record<string, Label>> = {
  'cycle.PrioritiesDecided': (data, of) => (of.kind === 'proposal' ? approved(decisionOn(data['decisions'], of.id)) : {}),
}

/** What a fact says of an entity. Pure. */
export function labelsOf(fact: Fact, of: EntityRef): Labels {
  const isOwn = fact.subject.kind === of.kind && fact.subject.id === of.id
  return (isOwn ? own : others)[fact.type]?.(fact.data, of) ?? {}
}

/** Rupiah of an amount in a row. */
export const rupiahOf = (amountSen: bigint | null): string | null => (amountSen === null ? null : rupiah(amountSen))
