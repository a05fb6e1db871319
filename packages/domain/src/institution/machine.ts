import { foldOf, on } from '../kernel/entity.ts'
import type { Offices } from '../kernel/decider.ts'
import { one } from '../kernel/world.ts'
import { Workflow } from '../kernel/workflow.ts'
import { covers, type Period } from '../kernel/period.ts'
import { formers, lkdRoles, officesOfKind } from './kinds.ts'
import { sen, type Sen } from '../kernel/rupiah.ts'
import * as business from './business-events.ts'
import * as facts from './events.ts'
import type { InstitutionKind } from './events.ts'

/** A term of office; `to` is the last day, absent while open. */
export interface Term extends Period {
  readonly holder: string
  readonly role: string
}

/** The last check of a member against the criteria of an edition (G-15). */
export interface Check {
  readonly edition: string
  readonly eligible: boolean
}

/** What is known of an institution. */
export interface Institution {
  readonly kind: InstitutionKind | undefined
  readonly name: string
  readonly members: readonly string[]
  /** Heads as told when it was formed. */
  readonly size: { readonly total: number; readonly women: number; readonly poor: number } | undefined
  readonly signatories: readonly string[]
  readonly accounts: readonly { readonly account: string; readonly signatoriesRequired: number; readonly position: number }[]
  readonly terms: readonly Term[]
  /** The last check of each member, by person. */
  readonly checks: Readonly<Record<string, Check>>
  /** Numbers of its referrals for bank credit (KUR), and the answer of the bank to each. */
  readonly kur: readonly { readonly number: string; readonly outcome: string | undefined }[]
  /** Of a business group: aid received, profit not shared out, what is on its account, months of which IKS was paid. */
  readonly aidSen: Sen
  readonly profitSen: Sen
  /** Below zero where it has spent more than its facts say that it had. */
  readonly heldSen: Sen
  readonly iksMonths: readonly string[]
  readonly dissolvedOn: string | undefined
}

const without = (list: readonly string[], gone: string): string[] => list.filter((item) => item !== gone)

const endTerm = (terms: readonly Term[], holder: string, role: string, last: string): Term[] =>
  terms.map((term) =>
    term.holder === holder && term.role === role && term.from <= last && (term.to === undefined || term.to > last)
      ? { ...term, to: last }
      : term,
  )

/** An institution that ends takes its offices along. */
const endAll = (terms: readonly Term[], last: string): Term[] =>
  terms.filter(({ from }) => from <= last).map((term) => (term.to === undefined || term.to > last ? { ...term, to: last } : term))

const officeEffects = <S extends { readonly terms: readonly Term[] }>() => [
  on<S, typeof facts.OfficeAssumed>(facts.OfficeAssumed, (state, { holder, role, from, to }) => ({
    ...state,
    terms: [...state.terms, { holder, role, from, to }],
  })),
  on<S, typeof facts.OfficeEnded>(facts.OfficeEnded, (state, { holder, role, last }) => ({
    ...state,
    terms: endTerm(state.terms, holder, role, last),
  })),
]

const endsOffices = on<{ readonly terms: readonly Term[] }, typeof facts.Dissolved>(facts.Dissolved, ({ terms }, _, { fact }) => ({
  terms: endAll(terms, fact.effectiveOn),
}))

export const institutionFold = foldOf<Institution>('institution', {
  initial: {
    kind: undefined,
    name: '',
    members: [],
    size: undefined,
    signatories: [],
    accounts: [],
    terms: [],
    checks: {},
    kur: [],
    aidSen: 0n,
    profitSen: 0n,
    heldSen: 0n,
    iksMonths: [],
    dissolvedOn: undefined,
  },
  pins: [facts.Formed.type],
  types: [business.BusinessPlanned.type, facts.StatutesAdopted.type, facts.HealthAssessed.type, facts.ConflictOfInterestDeclared.type],
  effects: [
    on(facts.Formed, (state, { institutionKind, name, members }) => ({ ...state, kind: institutionKind, name, size: members })),
    on(facts.MemberJoined, (state, { member }) => ({ ...state, members: [...without(state.members, member), member] })),
    on(facts.MemberLeft, (state, { member }) => ({ ...state, members: without(state.members, member) })),
    on(facts.SignatoryRegistered, (state, { signatory }) => ({
      ...state,
      signatories: [...without(state.signatories, signatory), signatory],
    })),
    on(facts.SignatoryRemoved, (state, { signatory }) => ({ ...state, signatories: without(state.signatories, signatory) })),
    on(facts.BankAccountOpened, (state, { account, signatoriesRequired }, { position }) => ({
      ...state,
      accounts: [...state.accounts, { account, signatoriesRequired, position }],
    })),
    on(facts.BankAccountClosed, (state, { account }) => ({
      ...state,
      accounts: state.accounts.filter((open) => open.account !== account),
    })),
    on(facts.MemberEligibilityChecked, (state, { member, edition, outcome }) => ({
      ...state,
      checks: { ...state.checks, [member]: { edition: edition.id, eligible: outcome === 'eligible' } },
    })),
    on(business.BusinessCapitalPaidIn, (state, { amount }) => ({ ...state, heldSen: state.heldSen + sen(amount) })),
    on(business.BusinessAidReceived, (state, { amount }) => ({
      ...state,
      aidSen: state.aidSen + sen(amount),
      heldSen: state.heldSen + sen(amount),
    })),
    on(business.BusinessCycleRecorded, (state, { sales, costs, profitShare }) => {
      const gained = sen(sales) - sen(costs) - sen(profitShare)
      return { ...state, profitSen: state.profitSen + gained, heldSen: state.heldSen + gained }
    }),
    on(business.IksPaid, (state, { month, amount }) => ({
      ...state,
      heldSen: state.heldSen - sen(amount),
      iksMonths: [...new Set([...state.iksMonths, month])],
    })),
    on(facts.Dissolved, (state, _, { fact }) => ({
      ...state,
      members: [],
      signatories: [],
      terms: endAll(state.terms, fact.effectiveOn),
      dissolvedOn: fact.effectiveOn,
    })),
    on(facts.KurReferred, (state, { number }) => ({ ...state, kur: [...state.kur, { number, outcome: undefined }] })),
    on(facts.KurAnswered, (state, { number, outcome }) => ({
      ...state,
      kur: state.kur.map((referral) => (referral.number === number ? { number, outcome } : referral)),
    })),
    ...officeEffects<Institution>(),
  ],
})

/** Only the offices of an institution: what authority is judged from, without disturbing its other facts (CONTRACTS E3). */
export const officesFold = foldOf<{ readonly terms: readonly Term[] }>('institution', {
  name: 'offices',
  initial: { terms: [] },
  effects: [...officeEffects(), endsOffices],
})

/** Offices of one person in all institutions, found by the person's own tag. */
export const officesOfPersonFold = foldOf<{ readonly terms: readonly (Term & { readonly institution: string })[] }>('person', {
  name: 'offices-of-person',
  initial: { terms: [] },
  effects: [
    on(facts.OfficeAssumed, ({ terms }, { holder, role, from, to }, { fact }, id) =>
      holder === id ? { terms: [...terms, { holder, role, from, to, institution: fact.subject.id }] } : { terms },
    ),
    on(facts.OfficeEnded, ({ terms }, { holder, role, last }, { fact }, id) => ({
      terms: terms.map((term) => {
        const ends = holder === id && term.institution === fact.subject.id && term.role === role && covers(term, last)
        return ends ? { ...term, to: last } : term
      }),
    })),
    on(facts.Dissolved, ({ terms }, _, { fact }) => ({
      terms: terms.map((term) =>
        term.institution === fact.subject.id && covers(term, fact.effectiveOn) ? { ...term, to: fact.effectiveOn } : term,
      ),
    })),
  ],
})

export const offices: Offices = {
  read: (institution) => one(officesFold, institution),
  holds: (world, institution, person, role, date) =>
    world.one(officesFold, institution).data.terms.some((term) => term.holder === person && term.role === role && covers(term, date)),
}

const forming = { any: ['system', ...formers] }
/** A facilitator records that a board was elected, and ends nothing (DOMAIN §6.1). */
const ending = { any: forming.any.filter((role) => role !== 'FASKEL') }
const appointing = { any: ['system', ...new Set(Object.values(officesOfKind).flatMap((kind) => kind.appointers))] }
const house = { any: ['BKM', 'SEK_BKM', 'KSM', 'UPL', 'UPS', 'UPK', 'KPP', 'KUBE', 'NGO', 'CSR_CO', ...lkdRoles] }

/** Who lends now sends those who have outgrown it on (DOMAIN §5.5). */
const referring = { any: ['UPK', 'BKM', 'FASKEL'] }
const checking = { any: ['DINAS_SOSIAL', 'FASKEL', 'LURAH'] }

export const institutionWorkflow = Workflow.parse({
  facts: {
    'institution.Formed': { by: forming },
    'institution.OfficeAssumed': { by: appointing, beforeOpening: true },
    'institution.OfficeEnded': { by: appointing, beforeOpening: true },
    'institution.MemberJoined': { by: house },
    'institution.MemberLeft': { by: house },
    'institution.SignatoryRegistered': { by: house },
    'institution.SignatoryRemoved': { by: house },
    'institution.BankAccountOpened': { by: house },
    'institution.BankAccountClosed': { by: house },
    'institution.StatutesAdopted': { by: { any: ['BKM', 'LURAH', 'NGO', 'KUBE'] } },
    'institution.HealthAssessed': { by: { any: ['FASKEL', 'KORKOT', 'KMW', 'KMP', 'PMU', 'PENGAWAS_UPK', 'KAP'] } },
    'institution.ConflictOfInterestDeclared': { by: house },
    'institution.MemberEligibilityChecked:eligible': { by: checking },
    'institution.MemberEligibilityChecked:not-eligible': { by: checking },
    'institution.KurReferred': { by: referring },
    'institution.KurAnswered:granted': { by: referring },
    'institution.KurAnswered:refused': { by: referring },
    'institution.KurAnswered:withdrawn': { by: referring },
    'institution.BusinessPlanned': { by: { any: ['KUBE'] } },
    'institution.BusinessCapitalPaidIn': { by: { any: ['KUBE'] } },
    'institution.BusinessAidReceived': { by: { any: ['KUBE', 'DINAS_SOSIAL'] } },
    'institution.BusinessCycleRecorded': { by: { any: ['KUBE'] } },
    'institution.IksPaid': { by: { any: ['KUBE'] } },
    'institution.Dissolved': { by: ending },
  },
})
